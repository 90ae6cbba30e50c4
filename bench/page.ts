/**
 * What the monitor's pages cost in a real browser: requests and bytes before the first cards, from a publish to the
 * pixel, processor time with nothing going on and with a session's packets watched, and the page's memory after minutes
 * of traffic.
 *
 * usage: deno run -A bench/page.ts [--publishes 100] [--minutes 5]
 */
import { connect as connectTcp, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { generate } from "mqtt-packet";
import { MonitorProcess } from "../tests/monitor/support.ts";
import { type Page, TestBrowser } from "../tests/support/browser.ts";
import { connectClient } from "../tests/support/mcp_client.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";

const TOPICS = 200;
const IDLE_S = 20;
const PACKETS_PER_SECOND = 500;
const TICK_MS = 20;
/** Clock ticks a second, in which /proc tells processor time. */
const CLOCK_TICKS = 100;

async function publisher(port: number): Promise<Socket> {
  const socket = connectTcp(port, "127.0.0.1");
  socket.setNoDelay(true);
  socket.write(generate({ cmd: "connect", clientId: "bench", keepalive: 0, clean: true }));
  await new Promise((resolve) => socket.once("data", resolve));
  return socket;
}

function packet(topic: string, payload: string) {
  return generate({ cmd: "publish", topic, payload, qos: 0, retain: false, dup: false });
}

/** Publishes at a steady rate until the function that it returns is called. */
function stream(socket: Socket, perSecond: number): () => void {
  let sent = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < perSecond * TICK_MS / 1000; i++) {
      sent++;
      const topic = `plant/line-${sent % 10}/sensor-${sent % TOPICS}`;
      socket.write(packet(topic, `{"celsius":${20 + sent % 70 / 10},"n":${sent}}`));
    }
  }, TICK_MS);
  return () => clearInterval(timer);
}

/** Processor seconds that a process has used. */
function cpuSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

/** Shares of one core that the server and the page take, over some seconds. */
async function shares(page: Page, pid: number, seconds: number) {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Performance.enable");
  const busy = async () =>
    (await debug.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")
      ?.value ?? 0;
  const [server, tasks, at] = [cpuSeconds(pid), await busy(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const passed = (performance.now() - at) / 1000;
  const share = (value: number) => `${(100 * value / passed).toFixed(1)} %`;
  return `server ${share(cpuSeconds(pid) - server)}, page ${share(await busy() - tasks)}`;
}

async function heapMebibytes(page: Page): Promise<number> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("HeapProfiler.collectGarbage");
  const { usedSize } = await debug.send("Runtime.getHeapUsage");
  return Math.round(usedSize / 1024 / 1024 * 10) / 10;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      publishes: { type: "string", default: "100" },
      minutes: { type: "string", default: "5" },
    },
  });
  await using broker = await startMosquitto();
  await using monitor = await MonitorProcess.start();
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  const { facts } = await client.call("establish_connection", {
    connection_string: broker.url,
    record: ["#"],
  });
  const session = String(facts.session_id);
  const socket = await publisher(broker.port);
  for (let i = 0; i < TOPICS; i++) {
    socket.write(packet(`plant/line-${i % 10}/sensor-${i}`, `{"celsius":${20 + i / 10}}`));
  }
  await using browser = await TestBrowser.start();

  {
    await using tab = await browser.open("about:blank");
    const debug = await tab.page.context().newCDPSession(tab.page);
    await debug.send("Network.enable");
    const counted = { requests: 0, bytes: 0 };
    debug.on("Network.requestWillBeSent", () => void counted.requests++);
    debug.on("Network.webSocketCreated", () => void counted.requests++);
    // what the browser has is no request
    debug.on("Network.requestServedFromCache", () => void counted.requests--);
    debug.on("Network.responseReceived", ({ response }) => {
      if (response.fromDiskCache) counted.requests--;
    });
    debug.on("Network.loadingFinished", (event) => void (counted.bytes += event.encodedDataLength));
    for (const visit of ["first visit", "second visit"]) {
      Object.assign(counted, { requests: 0, bytes: 0 });
      const started = performance.now();
      await tab.page.goto(`${monitor.url}/#/overview`);
      await tab.page.waitForSelector(".cards");
      const ms = Math.round(performance.now() - started);
      console.log(
        `${visit}: ${counted.requests} requests, ${counted.bytes} bytes, ${ms} ms to the first cards`,
      );
      await tab.page.goto("about:blank");
    }
  }

  await using tab = await browser.open(`${monitor.url}/#/overview`);
  const { page } = tab;
  await page.waitForSelector(".plot-canvas canvas");
  console.log(`idle, overview: ${await shares(page, monitor.process.pid, IDLE_S)} of a core`);

  const topic = "plant/line-1/sensor-1";
  await page.goto(`${monitor.url}/#/topics?${new URLSearchParams({ session, topic })}`);
  await page.waitForSelector(".topic-details .payload");
  console.log(`idle, topic: ${await shares(page, monitor.process.pid, IDLE_S)} of a core`);
  await page.evaluate(`
    globalThis.shownAt = new Map();
    const look = () => {
      const text = document.querySelector(".topic-details .payload")?.textContent ?? "";
      const mark = /"mark": ?(\\d+)/.exec(text)?.[1];
      if (mark && !shownAt.has(mark)) requestAnimationFrame(() => shownAt.set(mark, Date.now()));
    };
    new MutationObserver(look)
      .observe(document.body, { childList: true, subtree: true, characterData: true });
  `);
  const took: number[] = [];
  for (let mark = 1; mark <= Number(values.publishes); mark++) {
    const at = Date.now();
    socket.write(packet(topic, `{"mark":${mark}}`));
    let shownAt: number | null = null;
    while (shownAt === null && Date.now() - at < 20_000) {
      shownAt = await page.evaluate<number | null>(`shownAt.get("${mark}") ?? null`);
    }
    took.push((shownAt ?? Infinity) - at);
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 900));
  }
  console.log(
    `publish to pixel: p50 ${percentile(took, 0.5)} ms, p95 ${percentile(took, 0.95)} ms, longest ${
      Math.max(...took)
    } ms (limit for p95: 400 ms)`,
  );

  const end = stream(socket, PACKETS_PER_SECOND);
  await page.goto(`${monitor.url}/#/sessions`);
  await page.click("text=Watch packets");
  await page.waitForSelector(".packet-table tbody tr");
  console.log(
    `packets of ${PACKETS_PER_SECOND} messages/s: ${await shares(
      page,
      monitor.process.pid,
      IDLE_S,
    )} of a core`,
  );
  await page.goto(`${monitor.url}/#/topics?${new URLSearchParams({ session, topic })}`);
  await page.waitForSelector(".topic-details .payload");
  console.log(
    `topic at ${PACKETS_PER_SECOND} messages/s: ${await shares(
      page,
      monitor.process.pid,
      IDLE_S,
    )} of a core`,
  );
  const before = await heapMebibytes(page);
  await new Promise((resolve) => setTimeout(resolve, Number(values.minutes) * 60_000));
  console.log(
    `heap of the page: ${before} MiB, after ${values.minutes} minutes ${await heapMebibytes(
      page,
    )} MiB`,
  );
  end();
  socket.destroy();
  Deno.exit(percentile(took, 0.95) <= 400 ? 0 : 1);
}
