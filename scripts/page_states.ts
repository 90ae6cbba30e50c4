/**
 * `deno run -A scripts/page_states.ts FOLDER [PATTERN]`: photographs every page of the monitor in every state, at three
 * widths, light and dark, to be looked at after a change of styles: empty, on the demo, with long names and many topics,
 * with dialogs open, bad input, a broker that is dead, without a link, and with a token. Says what is wider than its
 * window. Needs Chromium and Mosquitto; PATTERN takes only the states whose names it matches. Takes some minutes.
 */
import { startDemo } from "../src/demo/mod.ts";
import { MonitorProcess } from "../tests/monitor/support.ts";
import { type Page, TestBrowser } from "../tests/support/browser.ts";
import { connectClient } from "../tests/support/mcp_client.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";
import { connectPublisher } from "../tests/support/publisher.ts";

const WIDTHS = [1440, 1024, 390];
const THEMES = ["light", "dark"] as const;
const MANY_TOPICS = 10_000;
const LONG_TOPIC = `${"a".repeat(80)}/${"a-long-level-".repeat(12)}/x`;
const TOKEN = "a-token-that-is-long-enough-0123456789";
const LOST_BROKER_MS = 30_000;

/** A name, where it is, and what is done there before it is looked at. */
type State = readonly [name: string, path: string, prepare?: (page: Page) => Promise<unknown>];

const PAGES = ["devices", "overview", "sessions", "topics", "watches", "calls", "logs"];
const EMPTY: readonly State[] = [...PAGES, "connect", "setup", "api", "nonsense"]
  .map((id) => [`empty-${id}`, id]);

function statesOn(broker: string): readonly State[] {
  const topics = (parts: Record<string, string> = {}) =>
    `topics?${new URLSearchParams({ broker, ...parts })}`;
  const press = topics({ topic: "plant/press/telemetry" });
  return [
    ...PAGES.map((id): State => [id, id]),
    ["devices-none", "devices?q=zzzz"],
    ["device", "devices", (page) => page.click(".tile >> text=garage_door")],
    ["device-gone", "devices?device=nothing&on=nowhere"],
    ["sessions-packets", "sessions", async (page) => {
      await page.click("text=Watch packets");
      await page.click(".more summary");
      await page.waitForSelector(".packet-table tbody tr");
    }],
    ["sessions-close", "sessions", (page) => page.click("button[aria-label^='Close the session']")],
    ["sessions-name", "sessions", (page) => page.click("text=Name…")],
    ["topics-open", topics({ open: "many" }), (page) => page.click("summary >> text=Export")],
    ["topics-search", topics({ q: "E42" })],
    ["topics-none", topics({ q: "zzzz" })],
    ["topics-gone", "topics?session=gone"],
    ["topic", press, (page) => page.click(".numbers .choices >> text=half")],
    ["topic-long", topics({ topic: LONG_TOPIC })],
    ["topic-retained", press, (page) => page.click("text=Is a message retained?")],
    [
      "topic-picked",
      press,
      (page) => page.click(".numbers .u-over", { position: { x: 60, y: 40 } }),
    ],
    ["topic-range", press, async (page) => {
      await page.click("text=From … to …");
      await page.fill("input[type=datetime-local] >> nth=1", "2020-01-01T00:00:00");
    }],
    ["changes", topics({ compare: "3600" })],
    ["changes-own", topics({ compare: "600" }), async (page) => {
      await page.click("text=Two times…");
      await page.fill("input[aria-label='Before to']", "2020-01-01T00:00:00");
    }],
    ["publish", press, async (page) => {
      await page.click("text=Publish…");
      await page.fill("dialog [name=payload]", "77");
      await page.check("dialog [type=checkbox]");
      await page.click("dialog [type=submit]");
      await page.waitForSelector("dialog .preview");
    }],
    ["publish-bad", press, async (page) => {
      await page.click("text=Publish…");
      await page.fill("dialog [name=topic]", "a/+/b");
      await page.click("dialog [type=submit]");
      await page.waitForSelector("dialog .field-problem");
    }],
    ["call", "calls", (page) => page.click("tr:has-text('debug_device') .tool")],
    ["call-error", "calls", (page) => page.click("tr:has-text('SESSION_NOT_FOUND') .tool")],
    ["calls-none", "calls?text=zzzz"],
    ["story", "calls?view=story", (page) => page.click(".story .message-head")],
    ["connect-error", "connect", (page) => page.click("text=Only test")],
    ["connect-failed", "connect", async (page) => {
      await page.fill("[name=connection_string]", "mqtt://127.0.0.1:9");
      await page.click("text=Only test");
      await page.waitForSelector(".verdict");
    }],
    ["setup-tool", "setup", (page) => page.click(".tool-card")],
    ["api-route", "api", (page) => page.click(".operation:has-text('/api/calls')")],
  ];
}

async function main([folder, pattern = ""]: readonly string[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const wanted = new RegExp(pattern);
  await using browser = await TestBrowser.start();
  const take = async (url: string, states: readonly State[]) => {
    for (const [name, path, prepare] of states.filter(([name]) => wanted.test(name))) {
      await using tab = await browser.open(`${url}/#/${path}`);
      const { page } = tab;
      await page.waitForSelector("h1");
      await page.waitForLoadState("networkidle");
      await prepare?.(page);
      await photograph(page, `${folder}/${name}`);
    }
  };

  await using demo = await startDemo();
  await using mosquitto = await startMosquitto();
  await using monitor = await MonitorProcess.start();
  await take(monitor.url, EMPTY);
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  const connect = async (connection_string: string) => {
    const { facts } = await client.call("establish_connection", {
      connection_string,
      record: ["#"],
    });
    return String(facts.session_id);
  };
  const session_id = await connect(demo.url);
  await connect(mosquitto.url);
  await using publisher = await connectPublisher(mosquitto.url);
  await publisher.publish(LONG_TOPIC, JSON.stringify({ celsius: 21, text: "x".repeat(300) }));
  await publisher.publish(LONG_TOPIC, JSON.stringify({ celsius: 22, text: "y".repeat(300) }));
  for (let n = 0; n < MANY_TOPICS; n++) {
    await publisher.publish(`many/line-${n % 100}/sensor-${n}`, `{"celsius":${n}}`);
  }
  for (let n = 0; n < 100; n++) {
    await publisher.publish("plant/press/telemetry", `{"bar":${n % 7},"half":${n / 2},"e":"E42"}`);
  }
  await client.call("watch_topics", {
    session_id,
    action: "start",
    topic: "plant/#",
    name: "Bearings",
    contains: "bearing",
  });
  await client.call("debug_device", { session_id, device_id: "plant/pump-3", since: "-10m" });
  await client.call("close_connection", { session_id: crypto.randomUUID() });
  await take(monitor.url, statesOn(mosquitto.url));

  await mosquitto[Symbol.asyncDispose]();
  await using tab = await browser.open(`${monitor.url}/#/devices`);
  await tab.page.waitForSelector("text=is not connected", { timeout: LOST_BROKER_MS });
  const topic = new URLSearchParams({ broker: mosquitto.url, topic: "plant/press/telemetry" });
  await take(monitor.url, [
    ...PAGES.map((id): State => [`dead-${id}`, id]),
    ["dead-topic", `topics?${topic}`],
  ]);
  await monitor.end("SIGKILL");
  await tab.page.waitForSelector(".link-state.reconnecting");
  await photograph(tab.page, `${folder}/without-a-link`);

  await using locked = await MonitorProcess.start(["--monitor"], { env: { WEB_TOKEN: TOKEN } });
  await using login = await browser.open(locked.url);
  await login.page.fill("#token", "wrong");
  await login.page.click("button");
  await login.page.waitForSelector("#problem:not(:empty)");
  await photograph(login.page, `${folder}/login`);
  await login.page.fill("#token", TOKEN);
  await login.page.click("button");
  await login.page.waitForSelector("button[aria-label='Log out']");
  await photograph(login.page, `${folder}/with-a-token`);
}

/** At each width, light and dark: what is seen of a dialog, the whole of anything else. */
async function photograph(page: Page, file: string): Promise<void> {
  const isDialog = await page.locator("dialog[open]").count() > 0;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      const path = `${file}-${width}-${colorScheme}.png`;
      await page.screenshot({ path, fullPage: !isDialog });
    }
    const tooWide = await page.evaluate<number>(
      "document.documentElement.scrollWidth - innerWidth",
    );
    if (tooWide > 0) console.log(`${file} is ${tooWide} px too wide at ${width}`);
  }
}

if (import.meta.main) {
  if (Deno.args.length === 0) {
    throw new Error("Where to? deno run -A scripts/page_states.ts FOLDER");
  }
  await main(Deno.args);
  Deno.exit(0);
}
