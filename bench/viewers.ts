/**
 * What it costs the collector that people look: a stream of messages recorded through Mosquitto with no viewer and with
 * many, in turn, in one run. Each viewer is a live connection that reads everything.
 *
 * usage: deno run -A bench/viewers.ts [--viewers 50] [--messages 300000] [--rounds 9]
 */
import { connect as connectTcp } from "node:net";
import { parseArgs } from "node:util";
import { generate } from "mqtt-packet";
import { parseConfig } from "../src/config/mod.ts";
import { createCore } from "../src/core.ts";
import { HttpMonitor } from "../src/monitor/http_monitor.ts";
import { tools } from "../src/tools/mod.ts";
import type { Session } from "../src/session/session.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";

const BATCH = 200;
const TOPICS = 100;

/** The viewers, in a process of their own: reading is their cost, not the monitor's. */
const VIEWERS = `
const [port, count] = Deno.args.map(Number);
let events = 0;
for (let i = 0; i < count; i++) {
  const socket = new WebSocket("ws://127.0.0.1:" + port + "/api/live");
  socket.onmessage = () => events++;
  await new Promise((resolve) => socket.onopen = resolve);
}
console.log("watching");
setInterval(() => console.log(events), 1000);
`;

async function publish(port: number, messages: number): Promise<void> {
  const socket = connectTcp(port, "127.0.0.1");
  socket.write(generate({ cmd: "connect", clientId: "stream", keepalive: 0, clean: true }));
  await new Promise((resolve) => socket.once("data", resolve));
  socket.on("error", () => {});
  for (let sent = 0; sent < messages; sent += BATCH) {
    const packets = Array.from({ length: BATCH }, (_, i) =>
      generate({
        cmd: "publish",
        topic: `bench/${(sent + i) % TOPICS}`,
        payload: `{"n":${sent + i},"celsius":21.5}`,
        qos: 0,
        retain: false,
        dup: false,
      }));
    if (!socket.write(Buffer.concat(packets))) {
      await new Promise((resolve) => socket.once("drain", resolve));
    }
  }
  await new Promise<void>((resolve) => socket.end(() => resolve()));
}

/** Sends a stream through the broker, and resolves with the messages per second that the session took. */
async function measure(session: Session, port: number, messages: number): Promise<number> {
  const { counts } = session;
  const goal = counts.messagesReceived + messages;
  const started = performance.now();
  const sending = publish(port, messages);
  while (counts.messagesReceived < goal) {
    if (performance.now() - started > 120_000) throw new Error("The stream did not arrive");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const seconds = (performance.now() - started) / 1000;
  await sending;
  return messages / seconds;
}

async function startViewers(port: number, count: number) {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, VIEWERS);
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", file, String(port), String(count)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = process.stdout.getReader();
  await reader.read();
  return {
    async end() {
      process.kill("SIGKILL");
      await process.status;
      await reader.cancel();
      await Deno.remove(file);
    },
  };
}

/** The median of the faster half: what else a machine does only ever makes a stream slower. */
function typical(values: readonly number[]): number {
  const faster = values.toSorted((a, b) => b - a).slice(0, Math.ceil(values.length / 2));
  return faster[Math.floor(faster.length / 2)];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      viewers: { type: "string", default: "50" },
      messages: { type: "string", default: "300000" },
      rounds: { type: "string", default: "9" },
    },
  });
  const viewers = Number(values.viewers);
  const messages = Number(values.messages);
  await using broker = await startMosquitto({ config: ["max_queued_messages 0"] });
  const core = await createCore(parseConfig([], { WEB_PORT: "0" }));
  const monitor = await HttpMonitor.start(core, {
    tools,
    pages: {},
    mode: "core",
    clients: () => 1,
  });
  const session = await core.sessions.establish(
    { protocol: "mqtt", host: "127.0.0.1", port: broker.port },
    { createdBy: "bench", owner: "bench", signal: new AbortController().signal },
  );
  await core.recordings.start(session, ["bench/#"]);
  const rates: { alone: number[]; watched: number[] } = { alone: [], watched: [] };
  // Until the code is compiled and the recording has reached its limit of memory, each stream is faster than the last.
  for (let i = 0; i < 3; i++) await measure(session, broker.port, messages);
  for (let round = 0; round < Number(values.rounds); round++) {
    // In turns, so that what else the machine does weighs on both.
    const order = round % 2 === 0 ? ["alone", "watched"] as const : ["watched", "alone"] as const;
    for (const kind of order) {
      const watching = kind === "alone" ? null : await startViewers(monitor.port, viewers);
      rates[kind].push(await measure(session, broker.port, messages));
      await watching?.end();
    }
    const [alone, watched] = [rates.alone[round], rates.watched[round]].map(Math.round);
    console.log(`round ${round + 1}: ${alone} messages/s alone, ${watched} watched`);
  }
  await monitor.close();
  await core.close();
  const [alone, watched] = [typical(rates.alone), typical(rates.watched)];
  const cost = Math.round((1 - watched / alone) * 1000) / 10;
  console.log(
    `${Math.round(alone)} messages/s with no viewer, ${
      Math.round(watched)
    } with ${viewers}: ${cost} % less (limit: 5 %)`,
  );
  await broker.stop();
  Deno.exit(cost <= 5 ? 0 : 1);
}
