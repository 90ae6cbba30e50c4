/**
 * What an assistant waits for besides the broker: the start to the first list of tools, the overhead of a tool call, and
 * a publish that the broker acknowledges; beside a minimal server on the same SDK and a bare MQTT.js client, in turn.
 *
 * usage: deno run -A bench/calls.ts [--starts 20] [--calls 1000]
 */
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { startCoreProcess } from "../tests/support/core_process.ts";
import { mainArgs, WireClient } from "../tests/support/mcp_client.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";

const minimal = [
  "run",
  "-A",
  "--no-prompt",
  "--no-check",
  new URL("smallest_server.ts", import.meta.url).pathname,
];

async function connect(args: readonly string[], socket?: string): Promise<WireClient> {
  const flags = args === minimal ? [] : socket ? ["--stdio"] : ["--stdio", "--no-attach"];
  const wire = new WireClient({ args, flags, env: socket ? { CORE_SOCKET: socket } : {} });
  await wire.initialize();
  await wire.request("tools/list");
  return wire;
}

async function startMs(args: readonly string[], socket?: string): Promise<number> {
  const started = performance.now();
  await using wire = await connect(args, socket);
  const ms = performance.now() - started;
  wire.process.kill("SIGTERM");
  return ms;
}

async function call(wire: WireClient, name: string, args: object = {}) {
  // answers are looked for in all lines: without this, later calls would be slower than earlier ones
  wire.lines.length = 0;
  const answer = await wire.request("tools/call", { name, arguments: args });
  if (answer.error || answer.result.isError) throw new Error(JSON.stringify(answer));
  return answer.result.structuredContent;
}

async function timed(rounds: number, task: () => Promise<unknown>): Promise<number[]> {
  for (let i = 0; i < 50; i++) await task();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const started = performance.now();
    await task();
    times.push(performance.now() - started);
  }
  return times;
}

function report(name: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(2).padStart(9);
  console.log(`${name.padEnd(48)}${String(times.length).padStart(6)}${at(0.5)}${at(0.99)}`);
}

/** How long after its publish a message ends a waiting call. */
async function toldAfter(wire: WireClient, url: string, session_id: string): Promise<number[]> {
  const device = await mqtt.connectAsync(url, { protocolVersion: 5 });
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const args = { session_id, topic: "bench/wait", timeout: 60 };
    const answer = call(wire, "wait_for", args);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const published = performance.now();
    await device.publishAsync("bench/wait", "now", { qos: 1 });
    await answer;
    times.push(performance.now() - published);
  }
  await device.endAsync();
  return times;
}

async function main(starts: number, calls: number): Promise<void> {
  console.log(`${"ms".padEnd(48)}     n      p50      p99`);
  await using core = await startCoreProcess();
  const kinds = [
    ["minimal server on the same SDK", () => startMs(minimal)],
    ["ours, a core of its own", () => startMs(mainArgs)],
    ["ours, through a running core", () => startMs(mainArgs, core.socket)],
  ] as const;
  const taken = kinds.map(() => [] as number[]);
  for (let i = 0; i < starts; i++) {
    for (const [at, [, start]] of kinds.entries()) taken[at].push(await start());
  }
  for (const [at, [name]] of kinds.entries()) report(`start: ${name}`, taken[at]);

  await using bare = await connect(minimal);
  await using own = await connect(mainArgs);
  await using bridged = await connect(mainArgs, core.socket);
  report("call: minimal server", await timed(calls, () => call(bare, "nothing")));
  for (const [name, wire] of [["own core", own], ["bridge", bridged]] as const) {
    const list = () => call(wire, "list_active_connections");
    report(`call: list_active_connections, ${name}`, await timed(calls, list));
  }

  await using broker = await startMosquitto();
  const client = await mqtt.connectAsync(broker.url, { protocolVersion: 5 });
  const payload = '{"celsius":21.5}';
  report(
    "publish QoS 1: bare MQTT.js",
    await timed(calls, () => client.publishAsync("bench/a", payload, { qos: 1 })),
  );
  await client.endAsync();
  // beside the session's limit of publishes per second a short pause between two is fair to both
  const { session_id } = await call(own, "establish_connection", {
    connection_string: broker.url,
  });
  const durations: number[] = [];
  const roundTrips: number[] = [];
  for (let i = 0; i < Math.min(calls, 1000); i++) {
    const started = performance.now();
    const published = await call(own, "publish_message", {
      session_id,
      topic: "bench/a",
      payload,
      qos: 1,
    });
    roundTrips.push(performance.now() - started);
    durations.push(published.duration_ms);
    await new Promise((resolve) => setTimeout(resolve, 12));
  }
  report(
    "wait_for: from a message's publish to the answer",
    await toldAfter(own, broker.url, session_id),
  );
  const pings: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < 20; i++) {
    own.lines.length = 0;
    const args = { session_id, topic: "bench/#", duration: 300 };
    const id = await own.send("tools/call", { name: "subscribe_and_collect", arguments: args });
    pings.push(...await timed(calls / 20, () => own.request("ping")));
    const started = performance.now();
    await own.notify("notifications/cancelled", { requestId: id });
    const running = async () => {
      const { connections: [session] } = await call(own, "list_active_connections");
      return session.collections.some(({ state }: { state: string }) => state === "running");
    };
    while (await running());
    ends.push(performance.now() - started);
  }
  report("ping while a collection runs", pings);
  report("cancelled collection: until others see its end", ends);
  report("publish QoS 1: ours, at the broker", durations);
  report("publish QoS 1: ours, as the host sees it", roundTrips);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      starts: { type: "string", default: "20" },
      calls: { type: "string", default: "1000" },
    },
  });
  await main(Number(values.starts), Number(values.calls));
}
