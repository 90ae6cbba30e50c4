/**
 * Ten minutes of a busy day: messages at a steady rate through Mosquitto into a core with the monitor on, while clients,
 * sessions, collections, recordings and viewers come and go. At the end all of them are gone: descriptors, sockets,
 * threads and the processor must be back where they were, and memory must not have crept up.
 *
 * usage: deno run -A bench/soak.ts [--minutes 10] [--rate 5000]
 */
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { holdingsOf, idle } from "./holdings.ts";
import { makePrivateDir } from "../tests/support/core_process.ts";
import {
  connectClient,
  mainArgs,
  type TestClient,
  WireClient,
} from "../tests/support/mcp_client.ts";
import { freePort } from "../tests/support/free_ports.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";

const TOPICS = 200;
const TICK_MS = 20;

/** Publishes at that rate until aborted, and resolves with how many it sent. */
async function publish(url: string, rate: number, signal: AbortSignal): Promise<number> {
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 });
  const started = performance.now();
  let sent = 0;
  while (!signal.aborted) {
    const due = Math.floor((performance.now() - started) / 1000 * rate);
    for (; sent < due; sent++) {
      const text = `{"n":${sent},"celsius":${20 + sent % 70 / 10},"state":"ok"}`;
      client.publish(`plant/line-${sent % 10}/sensor-${sent % TOPICS}`, text);
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await client.endAsync();
  return sent;
}

/** One client after another: a session, a recording, two collections at once, a question, and away. */
async function work(
  attach: () => Promise<TestClient>,
  url: string,
  signal: AbortSignal,
): Promise<number> {
  let rounds = 0;
  for (; !signal.aborted; rounds++) {
    await using client = await attach();
    const call = async (name: string, args: Record<string, unknown>) => {
      const { isError, text, facts } = await client.call(name, args, { timeoutMs: 60_000 });
      if (isError) throw new Error(`${name}: ${text}`);
      return facts;
    };
    const { session_id } = await call("establish_connection", { connection_string: url });
    await call("record_topics", { session_id, action: "start", topics: ["plant/line-1/#"] });
    await Promise.all([
      call("subscribe_and_collect", {
        session_id,
        topic: "plant/#",
        duration: 3,
        when_full: "sample",
      }),
      call("list_topics", { session_id, pattern: "plant/#", duration: 2 }),
      call("debug_device", { session_id, device_id: "sensor-7", duration: 2 }),
      call("publish_message", { session_id, topic: "plant/soak", payload: "1", qos: 1 }),
    ]);
    await call("query_history", { session_id, contains: '"n":', limit: 20 });
    await call("get_topic_schema", { session_id, topic: "plant/line-1/+", duration: 1 });
    if (rounds % 2 === 0) await call("record_topics", { session_id, action: "stop" });
    await call("close_connection", { session_id });
  }
  return rounds;
}

/** Viewers that look for some seconds, and go. */
async function view(port: number, signal: AbortSignal): Promise<number> {
  let viewers = 0;
  while (!signal.aborted) {
    const sockets = await Promise.all(
      Array.from({ length: 5 }, () => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/api/live`);
        return new Promise<WebSocket>((resolve, reject) => {
          socket.onopen = () => resolve(socket);
          socket.onerror = () => reject(new Error("The live connection failed"));
        });
      }),
    );
    viewers += sockets.length;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await Promise.all(sockets.map((socket) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.onclose = () => resolve();
      socket.close();
      return promise;
    }));
  }
  return viewers;
}

/** MiB per hour by least squares. */
function slope(samples: readonly { readonly atMs: number; readonly rssMb: number }[]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const x = mean(samples.map((sample) => sample.atMs));
  const y = mean(samples.map((sample) => sample.rssMb));
  const over = samples.reduce((sum, s) => sum + (s.atMs - x) * (s.rssMb - y), 0);
  return over / samples.reduce((sum, s) => sum + (s.atMs - x) ** 2, 0) * 3_600_000;
}

async function main(minutes: number, rate: number): Promise<void> {
  await using broker = await startMosquitto();
  const dir = makePrivateDir();
  const port = freePort();
  const env = { CORE_SOCKET: `${dir}/core.sock`, DATA_DIR: `${dir}/data` };
  const flags = ["--monitor", `--web-port=${port}`];
  // the engine's flag of the compiled program
  const args = mainArgs.toSpliced(1, 0, "--v8-flags=--max-semi-space-size=4");
  await using core = new WireClient({ args, flags, env });
  await core.until(() => core.stderr.includes("listens on"));
  const attach = () => connectClient("sdk v2, 2025", { args: mainArgs, flags: ["--stdio"], env });
  const stop = new AbortController();
  // once through everything first, so that what is loaded late is no leak
  await work(attach, broker.url, AbortSignal.timeout(100));
  const before = await idle(core.process.pid);

  const started = performance.now();
  const samples: { atMs: number; rssMb: number }[] = [];
  const watching = setInterval(async () => {
    const { rssMb } = await holdingsOf(core.process.pid);
    samples.push({ atMs: performance.now() - started, rssMb });
  }, 2_000);
  setTimeout(() => stop.abort(), minutes * 60_000);
  const [sent, viewers, ...rounds] = await Promise.all([
    publish(broker.url, rate, stop.signal),
    view(port, stop.signal),
    work(attach, broker.url, stop.signal),
    work(attach, broker.url, stop.signal),
    work(attach, broker.url, stop.signal),
  ]);
  clearInterval(watching);
  const seconds = Math.round((performance.now() - started) / 1000);
  const after = await idle(core.process.pid);

  console.log(
    `${seconds} s: ${sent} messages published (${Math.round(sent / seconds)}/s), ${
      rounds.reduce((a, b) => a + b, 0)
    } clients with a session each, ${viewers} viewers`,
  );
  const rows = ["rssMb", "descriptors", "sockets", "threads", "idleCpuPercent"] as const;
  console.table(Object.fromEntries(rows.map((row) => [row, {
    before: Math.round(before[row] * 10) / 10,
    after: Math.round(after[row] * 10) / 10,
  }])));
  // the first third fills caches and buffers to their bounds
  const settled = samples.slice(Math.floor(samples.length / 3));
  const peak = Math.max(...samples.map(({ rssMb }) => rssMb));
  console.log(
    `memory while busy: ${Math.round(peak)} MiB at most, ${
      slope(settled).toFixed(1)
    } MiB an hour over the last two thirds`,
  );
  core.process.kill("SIGTERM");
  await core.ended(10_000);
  await Deno.remove(dir, { recursive: true });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      rate: { type: "string", default: "5000" },
    },
  });
  await main(Number(values.minutes), Number(values.rate));
}
