/**
 * What judging devices costs beside listening: a stream of two hundred devices through Mosquitto, listened to (every
 * message kept, as each listening tool does), listened to by check_devices, and with a watch on one of the devices; in
 * turn, in one run. Processor time of this process, what sending takes taken off.
 *
 * usage: deno run -A bench/checking.ts [--messages 200000] [--rounds 5]
 */
import { connect as connectTcp, type Socket } from "node:net";
import process from "node:process";
import { parseArgs } from "node:util";
import { generate } from "mqtt-packet";
import { fleetFilters } from "../src/analysis/device/mod.ts";
import { FleetObserver } from "../src/analysis/device/observers.ts";
import { collect } from "../src/collect/collect.ts";
import { parseConfig } from "../src/config/mod.ts";
import { createCore } from "../src/core.ts";
import { parseConnectionString } from "../src/mqtt/connection_string.ts";
import type { Session } from "../src/session/session.ts";
import { houseFleet } from "../tests/support/house_fleet.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "200000" },
    rounds: { type: "string", default: "5" },
  },
});
const fleet = houseFleet();
const packets = fleet.map(({ topic, payload }) =>
  generate({
    cmd: "publish",
    topic,
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
    qos: 0,
    retain: false,
    dup: false,
  })
);
const turn = Buffer.concat(packets);
const turns = Math.ceil(Number(values.messages) / fleet.length);
const messages = turns * fleet.length;

async function send(socket: Socket): Promise<void> {
  for (let i = 0; i < turns; i++) {
    if (!socket.write(turn)) await new Promise((resolve) => socket.once("drain", resolve));
  }
}

/** Processor time of this process in microseconds a message. */
async function cost(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / messages;
}

await using broker = await startMosquitto();
const core = await createCore(parseConfig([], { MAX_CONNECTIONS: "20" }));
const socket = connectTcp(broker.port, "127.0.0.1");
socket.write(generate({ cmd: "connect", clientId: "sender", keepalive: 0, clean: true }));
await new Promise((resolve) => socket.once("data", resolve));
socket.on("error", () => {});
const target = parseConnectionString(broker.url, { allowInsecureTls: false });
const open = () =>
  core.sessions.establish(target, {
    createdBy: "bench",
    owner: "bench",
    signal: new AbortController().signal,
  });

async function listen(session: Session, onMessage: Parameters<typeof collect>[1]["onMessage"]) {
  const enough = new AbortController();
  let heard = 0;
  let listens = () => {};
  const listening = new Promise<void>((resolve) => listens = resolve);
  const done = collect(session, {
    tool: "bench",
    filters: fleetFilters("#"),
    durationMs: 600_000,
    signal: enough.signal,
    collections: core.collections,
    onMessage(message, stop) {
      if (++heard === 1) listens();
      onMessage(message, stop);
      if (heard === messages + 1) enough.abort();
    },
  });
  // the first message, before the stream, says that it listens
  const probing = setInterval(() => heard === 0 && socket.write(packets[0]), 50);
  await listening;
  clearInterval(probing);
  await send(socket);
  await done;
}

const ARMS: Readonly<Record<string, () => Promise<void>>> = {
  "sending alone": () => send(socket),
  "listening": async () => {
    const session = await open();
    await listen(session, () => {});
    await core.sessions.close(session.id, "bench");
  },
  "check_devices": async () => {
    const session = await open();
    const observer = new FleetObserver({ pattern: "#", startedAtMs: Date.now() });
    await listen(session, (message) => observer.offer(message));
    await core.sessions.close(session.id, "bench");
  },
  "listening, a device watched": async () => {
    const session = await open();
    await core.watches.start(session, {
      target: { device: "plant/mixer-1", state: "offline", retained: false },
      cooldownS: 60,
    }, { signal: new AbortController().signal });
    await listen(session, () => {});
    await core.sessions.close(session.id, "bench");
  },
};

const costs = new Map<string, number[]>(Object.keys(ARMS).map((name) => [name, []]));
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const [name, work] of Object.entries(ARMS)) {
    const took = await cost(work);
    // the first round warms up
    if (round > 0) costs.get(name)!.push(took);
  }
}
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1];
const sending = median(costs.get("sending alone")!);
const listening = median(costs.get("listening")!) - sending;
console.log(`${messages} messages of ${fleet.length}, median of ${values.rounds} rounds\n`);
for (const [name, list] of costs) {
  const own = median(list) - (name === "sending alone" ? 0 : sending);
  const beside = name === "sending alone" ? "" : ` ${(100 * own / listening).toFixed(0)} %`;
  console.log(
    `${name.padEnd(30)} ${own.toFixed(2).padStart(6)} µs of processor a message${beside}`,
  );
}
socket.destroy();
await core.close();
