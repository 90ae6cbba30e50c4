/**
 * `deno run -A scripts/page_states.ts FOLDER [PATTERN]`: photographs every page of the monitor in every state, at three
 * widths, light and dark, to be looked at after a change of styles: empty, on the demo, with long names and many topics,
 * with dialogs open, bad input, at 500 messages a second, with a broker that is dead, without a link and after a restart
 * of the core, and with a token. Says what is wider than its window. Needs Chromium and Mosquitto; PATTERN takes only the
 * states whose names it matches. Takes some minutes.
 */
import { startDemo } from "../src/demo/mod.ts";
import { MonitorProcess } from "../tests/monitor/support.ts";
import { type Page, TestBrowser } from "../tests/support/browser.ts";
import { connectClient } from "../tests/support/mcp_client.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";
import { connectPublisher, type Publisher } from "../tests/support/publisher.ts";

const WIDTHS = [1440, 1024, 390];
const THEMES = ["light", "dark"] as const;
const MANY_TOPICS = 10_000;
const LONG_TOPIC = `${"a".repeat(80)}/${"a-long-level-".repeat(12)}/x`;
const TOKEN = "a-token-that-is-long-enough-0123456789";
const LOST_BROKER_MS = 30_000;
/** Fifty topics by turns, this many messages every tenth of a second: 500 in a second. */
const BUSY_TOPICS = 50;
const BUSY_MESSAGES = 50;
const BUSY_EVERY_MS = 100;
const TALLEST_PX = 6_000;
const LONG_NAME = `A hall with a name that goes on ${"and on ".repeat(4)}`;
const LONG_DEVICE = `site/${"north-eastern-".repeat(6)}hall/${"a-pump-with-a-name-".repeat(5)}7`;

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
    ["devices", "devices", (page) => page.waitForSelector(".tile")],
    ...PAGES.slice(1).map((id): State => [id, id]),
    ["devices-none", "devices?q=zzzz", (page) => page.waitForSelector("text=No device matches")],
    ["device", "devices", async (page) => {
      await page.click(".tile >> text=garage_door");
      await page.waitForSelector(".device-plots canvas");
    }],
    ["device-long", "devices?q=a-pump", async (page) => {
      await page.click(".tile");
      await page.waitForSelector(".findings");
    }],
    ["device-gone", "devices?device=nothing&on=nowhere"],
    ["sessions-packets", "sessions", async (page) => {
      await page.click("text=Watch packets");
      await page.click(".more summary");
      await page.waitForSelector(".packet-table tbody tr");
    }],
    ["sessions-close", "sessions", (page) => page.click("button[aria-label^='Close the session']")],
    ["sessions-name", "sessions", (page) => page.click("text=Name…")],
    ["topics-open", topics({ open: "many" }), (page) => page.click("summary >> text=Export")],
    ["topics-search", topics({ q: "E42" }), (page) => page.waitForSelector(".tree .node")],
    ["topics-none", topics({ q: "zzzz" }), (page) => page.waitForSelector("text=fits “zzzz”")],
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

/** Messages at the rate of a busy broker until it is disposed. */
function busy(publisher: Publisher): Disposable {
  let sent = 0;
  const timer = setInterval(() => {
    const messages = Array.from({ length: BUSY_MESSAGES }, () => {
      sent++;
      return [
        `busy/line-${sent % BUSY_TOPICS}/telemetry`,
        JSON.stringify({ bar: sent % 70, count: sent }),
      ] as const;
    });
    publisher.publishAll(messages).catch(() => {});
  }, BUSY_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
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
  const other_id = await connect(mosquitto.url);
  await using publisher = await connectPublisher(mosquitto.url);
  await publisher.publish(LONG_TOPIC, JSON.stringify({ celsius: 21, text: "x".repeat(300) }));
  await publisher.publish(LONG_TOPIC, JSON.stringify({ celsius: 22, text: "y".repeat(300) }));
  for (let n = 0; n < MANY_TOPICS; n++) {
    await publisher.publish(`many/line-${n % 100}/sensor-${n}`, `{"celsius":${n}}`);
  }
  await publisher.publish(`${LONG_DEVICE}/telemetry`, JSON.stringify({ error: LONG_NAME, bar: 2 }));
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
  await client.call("watch_topics", {
    session_id,
    action: "start",
    topic: `${LONG_DEVICE}/#`,
    name: LONG_NAME.slice(0, 60),
    contains: "z".repeat(120),
  });
  await client.call("debug_device", { session_id, device_id: "plant/pump-3", since: "-10m" });
  await client.call("close_connection", { session_id: crypto.randomUUID() });
  await take(monitor.url, statesOn(mosquitto.url));

  {
    using _busy = busy(publisher);
    const parts = { broker: mosquitto.url, open: "busy", topic: "busy/line-7/telemetry" };
    await take(monitor.url, [
      ["busy-devices", "devices", (page) => page.waitForSelector(".tile")],
      ["busy-overview", "overview"],
      ["busy-sessions", "sessions", (page) => page.click("text=Watch packets >> nth=1")],
      [
        "busy-topics",
        `topics?${new URLSearchParams(parts)}`,
        (page) => page.waitForSelector(".numbers canvas"),
      ],
    ]);
  }
  const named = await fetch(`${monitor.url}/api/brokers/name`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ session_id: other_id, name: LONG_NAME.slice(0, 60) }),
  });
  if (!named.ok) throw new Error(await named.text());
  await take(monitor.url, [
    ...["overview", "sessions", "topics"].map((id): State => [`named-${id}`, id]),
    ["named-topic", `topics?${new URLSearchParams({ session: other_id, topic: LONG_TOPIC })}`],
  ]);

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

  const dataDir = await Deno.makeTempDir({ prefix: "states" });
  const env = {
    WEB_TOKEN: TOKEN,
    DEFAULT_MQTT_BROKER: demo.url,
    RECORD: "#",
    DATA_DIR: dataDir,
  };
  await using locked = await MonitorProcess.start(["--monitor"], { env });
  await using login = await browser.open(locked.url);
  await login.page.fill("#token", "wrong");
  await login.page.click("button");
  await login.page.waitForSelector("#problem:not(:empty)");
  await photograph(login.page, `${folder}/login`);
  await login.page.fill("#token", TOKEN);
  await login.page.click("button");
  await login.page.waitForSelector("button[aria-label='Log out']");
  await login.page.waitForSelector(".tile");
  for (const id of PAGES) {
    await login.page.goto(`${locked.url}/#/${id}`);
    await login.page.waitForLoadState("networkidle");
    await photograph(login.page, `${folder}/token-${id}`);
  }
  await login.page.goto(`${locked.url}/#/devices`);
  await login.page.waitForSelector(".tile");
  await locked.end("SIGKILL");
  await login.page.waitForSelector(".link-state.reconnecting");
  await photograph(login.page, `${folder}/token-without-a-link`);
  await using _again = await MonitorProcess.start(
    ["--monitor", `--web-port=${locked.port}`],
    { env },
  );
  await login.page.waitForSelector("text=Live again");
  await photograph(login.page, `${folder}/token-restarted`);
  await login.page.waitForSelector(".tile");
  await Deno.remove(dataDir, { recursive: true });
}

/** At each width, light and dark: what is seen of a dialog, the whole of anything else. */
async function photograph(page: Page, file: string): Promise<void> {
  const isDialog = await page.locator("dialog[open]").count() > 0;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      const path = `${file}-${width}-${colorScheme}.png`;
      if (isDialog) await page.screenshot({ path });
      else {
        // what is out of sight is drawn too, and what is very long is cut
        const height = await page.evaluate<number>(`
          for (const tile of document.querySelectorAll(".tile")) tile.style.contentVisibility = "visible";
          Math.min(${TALLEST_PX}, document.documentElement.scrollHeight)
        `);
        await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
      }
    }
    const tooWide = await page.evaluate<number>(
      "document.documentElement.scrollWidth - innerWidth",
    );
    if (tooWide > 0) {
      const widest = await page.evaluate<string>(`
        [...document.querySelectorAll("body *")].filter((one) =>
          one.getBoundingClientRect().right > innerWidth + 1
        ).map((one) => one.tagName + "." + one.className).slice(-3).join(" ")
      `);
      console.log(`${file} is ${tooWide} px too wide at ${width}: ${widest}`);
    }
  }
}

if (import.meta.main) {
  if (Deno.args.length === 0) {
    throw new Error("Where to? deno run -A scripts/page_states.ts FOLDER");
  }
  await main(Deno.args);
  Deno.exit(0);
}
