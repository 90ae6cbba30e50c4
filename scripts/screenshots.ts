/**
 * `deno run -A scripts/screenshots.ts`: takes the pictures of the monitor for umbrel/gallery/ and the documentation, from
 * a real monitor with real calls of two clients on a demo broker, and draws the icons of the add-on and the plugin. Needs Chromium,
 * and takes a minute and a half; `--icons` only draws.
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { fileURLToPath } from "node:url";
import { startDemo } from "../src/demo/mod.ts";
import { TestBrowser } from "../tests/support/browser.ts";
import { runtimeEnvironment } from "./runtime_environment.ts";

/** As the store of umbrelOS wants them. */
const SIZE = { width: 1440, height: 900 };
const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const GALLERY = fileURLToPath(new URL("../umbrel/gallery/", import.meta.url));
const DOCS = fileURLToPath(new URL("../docs/", import.meta.url));
const ROOT = fileURLToPath(new URL("../", import.meta.url));
const TRAFFIC_MS = 60_000;
const TOPIC = "zigbee2mqtt/bedroom_climate";

type Facts = Record<string, unknown>;
type Call = (name: string, args: Facts) => Promise<Facts>;

/** Starts the monitor as a program; resolves once it listens. */
async function startMonitor(folder: string) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, "--monitor", "--web-port=0", `--core-socket=${folder}/core.sock`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const listening = Promise.withResolvers<string>();
  const reading = (async () => {
    let said = "";
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      const url = /The monitor listens on (http:\/\/\S+)/.exec(said)?.[1];
      if (url !== undefined) listening.resolve(url);
    }
    listening.reject(new Error(`The monitor ended: ${said}`));
  })();
  return {
    url: await listening.promise,
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await process.status;
      await reading;
    },
  };
}

/** Connects a client of that name to the monitor's core. */
async function connect(name: string, folder: string) {
  const client = new Client({ name, version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: Deno.execPath(),
      args: ["run", "-A", MAIN, "--stdio", `--core-socket=${folder}/core.sock`],
      env: runtimeEnvironment(),
      stderr: "ignore",
    }),
  );
  const call: Call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args });
    return (result.structuredContent ?? {}) as Facts;
  };
  return { call, [Symbol.asyncDispose]: () => client.close() };
}

/** What an assistant asks in a minute, at the pace of a chat. */
async function chat(call: Call, session: unknown): Promise<void> {
  const until = Date.now() + TRAFFIC_MS;
  const questions: [string, Facts][] = [
    ["check_devices", { since: "-10m" }],
    ["debug_device", { device_id: "plant/pump-3", since: "-10m" }],
    ["query_history", { topic: "plant/pump-3/#", since: "-10m", limit: 20 }],
    ["debug_device", { device_id: "plant/press-2", since: "-10m" }],
    ["get_topic_schema", { topic: "plant/+/telemetry", duration: 3 }],
    ["publish_message", { topic: "home/+/set", payload: "on" }],
    ["publish_message", { topic: "cmnd/washer_plug/POWER", payload: "TOGGLE", qos: 1 }],
    ["monitor_performance", { duration: 4 }],
    ["subscribe_and_collect", { topic: "home/#", duration: 3 }],
  ];
  for (let turn = 0; Date.now() < until; turn++) {
    const [name, args] = questions[turn % questions.length];
    await call(name, { session_id: session, ...args });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
}

/** The add-on's icon and logo, as Home Assistant wants them: a square of 128 pixels, and 250 by 100; and the plugin's icon. */
async function drawIcons(): Promise<void> {
  const icon = await Deno.readTextFile(new URL("../src/mcp/icon.svg", import.meta.url));
  const square = icon.replace(/width="\d+" height="\d+"/, "");
  const pictures = {
    "plugins/mqtt/.claude-plugin/icon.png": { width: 512, height: 512, body: square },
    "homeassistant/icon.png": { width: 128, height: 128, body: square },
    "homeassistant/logo.png": {
      width: 250,
      height: 100,
      body:
        `<div style="display:flex;align-items:center;gap:14px;padding:18px 0 0 10px;color:#0f766e;
        font:600 28px sans-serif">${
          icon.replace(/width="\d+" height="\d+"/, 'width="64"')
        }MQTT MCP</div>`,
    },
  };
  await using browser = await TestBrowser.start();
  for (const [name, { width, height, body }] of Object.entries(pictures)) {
    await using tab = await browser.open("about:blank", { size: { width, height } });
    await tab.page.setContent(`<body style="margin:0">${body}`);
    await tab.page.screenshot({ path: `${ROOT}${name}`, omitBackground: true });
  }
}

async function main(): Promise<void> {
  await drawIcons();
  const folder = await Deno.makeTempDir({ prefix: "screenshots-" });
  await Deno.chmod(folder, 0o700);
  await Deno.mkdir(GALLERY, { recursive: true });
  await using demo = await startDemo({ port: 1883 });
  await using monitor = await startMonitor(folder);
  await using cursor = await connect("cursor", folder);
  await using claude = await connect("claude-code", folder);

  const establish = (call: Call, record: string[]) =>
    call("establish_connection", { connection_string: demo.url, record });
  const { session_id: first } = await establish(cursor.call, ["#"]);
  const { session_id: second } = await establish(claude.call, []);
  await Promise.all([chat(cursor.call, first), chat(claude.call, second)]);

  const watching = claude.call("subscribe_and_collect", {
    session_id: second,
    topic: "plant/#",
    duration: 30,
    when_full: "sample",
  });
  await using browser = await TestBrowser.start();
  const take = async (file: string, path: string, o: { dark?: true; select: string }) => {
    const colorScheme = o.dark ? "dark" : "light";
    await using tab = await browser.open(`${monitor.url}/#/${path}`, { size: SIZE, colorScheme });
    await tab.page.click(o.select);
    // the live link brings the charts to life
    await tab.page.waitForTimeout(4_000);
    await tab.page.screenshot({ path: file });
  };
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  const device = new URLSearchParams({ on: demo.url, device: "plant/press-2" });
  const topic = new URLSearchParams({ session: String(first), topic: TOPIC });
  await take(`${GALLERY}1.png`, "devices", { select: "h1" });
  await take(`${GALLERY}2.png`, `topics?${topic}`, {
    dark: true,
    select: "button:text-is('temperature')",
  });
  await take(`${GALLERY}3.png`, "calls?view=story", { select: "h1" });
  // those that the README shows
  await Deno.copyFile(`${GALLERY}1.png`, `${DOCS}monitor-devices.png`);
  await take(`${DOCS}monitor-device.png`, `devices?${device}`, { dark: true, select: "h1" });
  await watching;
  await Deno.remove(folder, { recursive: true });
}

if (import.meta.main) {
  await (Deno.args.includes("--icons") ? drawIcons() : main());
  Deno.exit(0);
}
