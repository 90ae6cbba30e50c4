/**
 * Many things at once, against what they may cost: 20 collections on 5 sessions, 100,000 topics, and 1,000 messages of
 * 1 MiB, each in a process of its own, with what was counted, how fast, and the memory over rest.
 *
 * usage: deno run -A bench/load.ts [--messages 200000] [--topics 100000] [--large 1000]
 */
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { parseConfig } from "../src/config/mod.ts";
import { createCore } from "../src/core.ts";
import { tools } from "../src/tools/mod.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";

const KINDS = ["collections", "topics", "large"] as const;
type Kind = typeof KINDS[number];

interface Sizes {
  readonly messages: number;
  readonly topics: number;
  readonly large: number;
}

/** Sends `count` messages as fast as the broker takes them. */
async function publish(
  port: number,
  count: number,
  messageOf: (i: number) => [topic: string, payload: string | Uint8Array<ArrayBuffer>],
): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
  for (let i = 0; i < count; i++) {
    const [topic, payload] = messageOf(i);
    client.publish(topic, typeof payload === "string" ? payload : Buffer.from(payload.buffer));
    if (client.stream.writableLength > 4_000_000) {
      await new Promise((resolve) => client.stream.once("drain", resolve));
    }
  }
  await client.publishAsync("load/end", "", { qos: 1 });
  await client.endAsync();
}

/** Starts what is to be loaded, says so, loads it, and prints what came of it. */
async function runChild(kind: Kind, port: number, sizes: Sizes): Promise<void> {
  const core = await createCore(parseConfig([], {}));
  const client = { id: "bench", name: "bench" };
  type Facts = Readonly<Record<string, string | number>>;
  const call = (name: string, args: object, signal = new AbortController().signal) => {
    const tool = tools.find((tool) => tool.name === name)!;
    const context = { core, client, signal, progress() {} };
    return tool.run(tool.input.parse(args), context) as Promise<Facts>;
  };
  const connect = async () =>
    (await call("establish_connection", { connection_string: `mqtt://127.0.0.1:${port}` }))
      .session_id as string;
  const sessions = await Promise.all(
    Array.from({ length: kind === "collections" ? 5 : 1 }, connect),
  );
  const stop = new AbortController();
  const per = kind === "collections" ? 4 : 1;
  const atRest = Deno.memoryUsage().rss;
  const running = sessions.flatMap((session_id) =>
    Array.from(
      { length: per },
      () =>
        kind === "topics"
          ? call("list_topics", { session_id, pattern: "load/#", duration: 300 }, stop.signal)
          : call("subscribe_and_collect", {
            session_id,
            topic: "load/#",
            duration: 300,
            when_full: "sample",
          }, stop.signal),
    )
  );
  await new Promise((resolve) => setTimeout(resolve, 2_000));

  const count = { collections: sizes.messages, topics: sizes.topics, large: sizes.large }[kind];
  const large = new Uint8Array(1024 * 1024).fill(120);
  let peak = 0;
  const watching = setInterval(() => peak = Math.max(peak, Deno.memoryUsage().rss), 20);
  const started = performance.now();
  const expected = sessions.map((id) => core.sessions.get(id, "bench").counts.messagesReceived)
    .map((before) => before + count + 1);
  const sending = publish(port, count, (i) => {
    if (kind === "topics") return [`load/site-${i % 100}/sensor-${i}`, `{"n":${i}}`];
    if (kind === "large") return [`load/${i % 10}`, large];
    return [`load/${i % 100}`, `{"n":${i},"celsius":21.5}`];
  });
  const arrived = () =>
    sessions.every((id, at) =>
      core.sessions.get(id, "bench").counts.messagesReceived >= expected[at]
    );
  while (!arrived() && performance.now() - started < 240_000) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - started) / 1000;
  await sending;
  stop.abort();
  const results = await Promise.all(running);
  clearInterval(watching);
  const counted = results.map((result) => Number(result.original_message_count ?? result.messages));
  console.log(JSON.stringify({
    "counted by each": `${Math.min(...counted)} of ${count + 1}`,
    "deliveries/s": Math.round(running.length * (count + 1) / seconds),
    "result, characters": Math.max(...results.map((result) => JSON.stringify(result).length)),
    "peak over rest, MiB": Math.round((peak - atRest) / 1_048_576),
  }));
  await core.close();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      messages: { type: "string", default: "200000" },
      topics: { type: "string", default: "100000" },
      large: { type: "string", default: "1000" },
      child: { type: "string" },
      port: { type: "string", default: "0" },
      "v8-flags": { type: "string" },
    },
  });
  const sizes = {
    messages: Number(values.messages),
    topics: Number(values.topics),
    large: Number(values.large),
  };
  if (values.child) return await runChild(values.child as Kind, Number(values.port), sizes);
  const rows: Record<string, object> = {};
  for (const kind of KINDS) {
    // a broker that drops nothing: what is missing then would be ours
    await using broker = await startMosquitto({ config: ["max_queued_messages 0"] });
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--v8-flags=--max-semi-space-size=4",
        import.meta.filename!,
        ...Object.entries(sizes).map(([name, size]) => `--${name}=${size}`),
        `--child=${kind}`,
        `--port=${broker.port}`,
      ],
      stderr: "inherit",
    }).output();
    rows[
      {
        collections: "20 collections on 5 sessions",
        topics: `list_topics over ${sizes.topics} topics`,
        large: `${sizes.large} messages of 1 MiB`,
      }[kind]
    ] = JSON.parse(new TextDecoder().decode(stdout));
  }
  console.table(rows);
}

if (import.meta.main) await main();
