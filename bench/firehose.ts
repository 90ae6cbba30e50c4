/**
 * A firehose through Mosquitto: our sampling collection beside a bare MQTT.js subscriber and mosquitto_sub, each on the
 * same stream, in turn, in one run.
 *
 * usage: deno run -A bench/firehose.ts [--messages 1000000] [--bytes 64] [--qos 0] [--rounds 3] [--v8-flags=FLAGS]
 */
import { connect as connectTcp } from "node:net";
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { generate } from "mqtt-packet";
import { parseConfig } from "../src/config/mod.ts";
import { createCore } from "../src/core.ts";
import { tools } from "../src/tools/mod.ts";
import { type Mosquitto, startMosquitto } from "../tests/support/mosquitto.ts";

const TOPICS = 100;
const KINDS = ["ours", "bare", "mosquitto_sub"] as const;
type Kind = typeof KINDS[number];

/** What one subscriber made of the stream. */
interface Run {
  readonly counted: number;
  readonly seconds: number;
  /** Resident memory over that at rest, in MiB; null where it is not known. */
  readonly grownMb: number | null;
}

/** Sends the whole stream as fast as the broker takes it. */
async function publish(
  port: number,
  options: { messages: number; bytes: number; qos: number },
): Promise<void> {
  const socket = connectTcp(port, "127.0.0.1");
  const encode = (packet: Parameters<typeof generate>[0]) => generate(packet);
  socket.write(encode({ cmd: "connect", clientId: "firehose", keepalive: 0, clean: true }));
  await new Promise((resolve) => socket.once("data", resolve));
  // a subscriber that has all it wanted ends the broker while the last acknowledgements are on their way
  socket.on("error", () => {});
  let acknowledged = 0;
  socket.on("data", (data) => acknowledged += Math.floor(data.length / 4));
  const BATCH = 200;
  for (let sent = 0; sent < options.messages; sent += BATCH) {
    const packets: Uint8Array[] = [];
    for (let i = sent; i < Math.min(sent + BATCH, options.messages); i++) {
      const text = `{"n":${i},"temp":${20 + i % 50 / 10},"state":"ok","pad":"`;
      const payload = `${text}${"x".repeat(Math.max(0, options.bytes - text.length - 2))}"}`;
      packets.push(encode({
        cmd: "publish",
        topic: `bench/${i % TOPICS}`,
        payload,
        qos: options.qos as 0 | 1,
        messageId: 1 + i % 60_000,
        retain: false,
        dup: false,
      }));
    }
    const room = socket.write(Buffer.concat(packets));
    if (!room) await new Promise((resolve) => socket.once("drain", resolve));
    while (options.qos > 0 && sent - acknowledged > 20_000) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  await new Promise((resolve) => socket.end(encode({ cmd: "disconnect" }), () => resolve(null)));
}

/** Runs a subscriber in a process of its own, and gives it the stream once it listens. */
async function measure(
  kind: Kind,
  broker: Mosquitto,
  options: { messages: number; bytes: number; qos: number },
): Promise<Run> {
  const { messages, qos } = options;
  if (kind === "mosquitto_sub") {
    const child = new Deno.Command("mosquitto_sub", {
      args: [
        "-p",
        `${broker.port}`,
        "-t",
        "bench/#",
        "-q",
        `${qos}`,
        "-C",
        `${messages}`,
        "-W",
        "120",
      ],
      stdout: "null",
    }).spawn();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const startedAt = performance.now();
    await publish(broker.port, options);
    const { success } = await child.status;
    const seconds = (performance.now() - startedAt) / 1000;
    return { counted: success ? messages : 0, seconds, grownMb: null };
  }
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      ...v8Flags(),
      import.meta.filename!,
      "--child",
      kind,
      "--port",
      `${broker.port}`,
    ]
      .concat(["--messages", `${messages}`, "--qos", `${qos}`]),
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await lines.read();
  await publish(broker.port, options);
  let text = "";
  for (let next = await lines.read(); !next.done; next = await lines.read()) text += next.value;
  await child.status;
  return JSON.parse(text.trim());
}

/** Waits until nothing new has come for a second, or everything has. */
async function counted(count: () => number, messages: number): Promise<void> {
  let last = -1;
  let quietMs = 0;
  while (count() < messages && quietMs < 5_000) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    quietMs = count() === last ? quietMs + 20 : 0;
    last = count();
  }
}

async function runChild(kind: string, port: number, o: { messages: number; qos: 0 | 1 }) {
  const rest = Deno.memoryUsage().rss;
  let count = 0;
  let firstAt = 0;
  let lastAt = 0;
  let atRest = rest;
  if (kind === "bare") {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
    client.on("message", () => {
      if (count++ === 0) firstAt = performance.now();
      lastAt = performance.now();
    });
    await client.subscribeAsync("bench/#", { qos: o.qos });
    atRest = Deno.memoryUsage().rss;
    console.log("listening");
    await counted(() => count, o.messages);
    await client.endAsync(true);
  } else {
    await using core = {
      inner: await createCore(parseConfig([], {})),
      [Symbol.asyncDispose]() {
        return this.inner.close();
      },
    };
    const client = { id: "bench", name: "bench" };
    const call = (name: string, args: object, signal: AbortSignal) => {
      const tool = tools.find((tool) => tool.name === name)!;
      return tool.run(tool.input.parse(args), { core: core.inner, client, signal, progress() {} });
    };
    const { signal } = new AbortController();
    const { session_id } = await call("establish_connection", {
      connection_string: `mqtt://127.0.0.1:${port}`,
    }, signal) as { session_id: string };
    atRest = Deno.memoryUsage().rss;
    const session = core.inner.sessions.get(session_id, client.id);
    const before = session.counts.messagesReceived;
    const stop = new AbortController();
    const collecting = call("subscribe_and_collect", {
      session_id,
      topic: "bench/#",
      qos: o.qos,
      duration: 300,
      when_full: "sample",
    }, stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log("listening");
    const received = () => session.counts.messagesReceived - before;
    while (received() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    firstAt = performance.now();
    while (received() < o.messages) {
      const seen = received();
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (received() !== seen) lastAt = performance.now();
      else if (performance.now() - lastAt > 5_000) break;
    }
    stop.abort();
    const result = await collecting as { original_message_count: number };
    count = result.original_message_count;
  }
  console.error(JSON.stringify(Deno.memoryUsage()), atRest);
  const grownMb = (Deno.memoryUsage().rss - atRest) / 1_048_576;
  console.log(JSON.stringify({ counted: count, seconds: (lastAt - firstAt) / 1000, grownMb }));
}

/** Flags for the JavaScript engine of both subscribers in Deno, to see what they are worth. */
function v8Flags(): string[] {
  return Deno.args.filter((arg) => arg.startsWith("--v8-flags="));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      messages: { type: "string", default: "1000000" },
      bytes: { type: "string", default: "64" },
      qos: { type: "string", default: "0" },
      rounds: { type: "string", default: "3" },
      child: { type: "string" },
      port: { type: "string", default: "0" },
      "v8-flags": { type: "string" },
    },
  });
  const options = {
    messages: Number(values.messages),
    bytes: Number(values.bytes),
    qos: Number(values.qos) as 0 | 1,
  };
  if (values.child) return await runChild(values.child, Number(values.port), options);

  const runs: Record<Kind, Run[]> = { ours: [], bare: [], mosquitto_sub: [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    // who goes first meets another machine than who goes last
    const order = KINDS.map((_, i) => KINDS[(i + round) % KINDS.length]);
    for (const kind of order) {
      await using broker = await startMosquitto({
        config: ["max_queued_messages 0", "max_inflight_messages 0"],
      });
      runs[kind].push(await measure(kind, broker, options));
    }
  }
  console.log(
    `${options.messages} messages of ${options.bytes} bytes, QoS ${options.qos}, ${values.rounds} rounds in turn, medians`,
  );
  const rates = (kind: Kind) => runs[kind].map((run) => run.counted / run.seconds);
  const bare = rates("bare");
  console.table(Object.fromEntries(KINDS.map((kind) => [kind, {
    counted: Math.min(...runs[kind].map((run) => run.counted)),
    "messages/s": Math.round(median(rates(kind))),
    "of bare MQTT.js": Number(median(rates(kind).map((one, i) => one / bare[i])).toFixed(3)),
    "grown MiB": runs[kind][0].grownMb === null
      ? "–"
      : Math.round(median(runs[kind].map((run) => run.grownMb ?? 0))),
  }])));
}

if (import.meta.main) await main();
