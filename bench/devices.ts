/**
 * What the page of devices costs a core that records two thousand of them: processor time and the longest time that the
 * event loop is held, for judging all of them anew and for judging again what may have changed; and how much is told to
 * those who look. Ten minutes of six families are in the recording, as ordinary houses and plants send.
 *
 * usage: deno run -A bench/devices.ts [--devices 2000] [--rounds 5]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { parseConfig } from "../src/config/mod.ts";
import { createCore } from "../src/core.ts";
import { BrokerNames } from "../src/monitor/broker_names.ts";
import { DeviceBoard } from "../src/monitor/device_board.ts";
import { checkFleet } from "../src/tools/check_fleet.ts";
import { diagnoseDevice } from "../src/tools/diagnose_device.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";
import { type Report, reportsBetween, standing } from "./devices/large_fleet.ts";

const { values } = parseArgs({
  options: {
    devices: { type: "string", default: "2000" },
    rounds: { type: "string", default: "5" },
  },
});
const devices = Number(values.devices);
const encoder = new TextEncoder();

/** Processor time of this thread, in milliseconds. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

interface Cost {
  readonly cpuMs: number;
  readonly longestMs: number;
}

/** What `work` takes, and how long it holds the event loop: the processor time of each turn of the loop is read. */
async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  let done = false;
  let longestMs = 0;
  let cpuMs = 0;
  const running = work().finally(() => done = true);
  let before = threadMs();
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const now = threadMs();
    longestMs = Math.max(longestMs, now - before);
    cpuMs += now - before;
    before = now;
  }
  await running;
  return { cpuMs, longestMs };
}

function show(what: string, costs: readonly Cost[], more = ""): void {
  const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1];
  const cpu = median(costs.map(({ cpuMs }) => cpuMs)).toFixed(0);
  const longest = Math.max(...costs.map(({ longestMs }) => longestMs)).toFixed(0);
  console.log(
    `${what.padEnd(44)} ${cpu.padStart(6)} ms, longest slice ${longest.padStart(4)} ms${more}`,
  );
}

await using broker = await startMosquitto();
const START = Date.UTC(2026, 2, 14, 18, 0, 0);
let clock = START;
const core = await createCore(parseConfig([], {}), { now: () => clock });
const session = await core.sessions.establish(
  { protocol: "mqtt", host: "127.0.0.1", port: broker.port },
  { createdBy: "bench", owner: "bench", signal: new AbortController().signal },
);
await core.recordings.start(session, ["#"]);
const recording = core.recordings.logOf(session.id);
if (recording === null || recording === undefined) throw new Error("Nothing is recorded");

function record({ topic, payload, retain, at }: Report): void {
  const bytes = encoder.encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  recording!.append({ topic, payload: bytes, qos: 0, retain, dup: false, receivedAt: START + at });
}

for (const one of standing(devices)) record(one);
let heardMs = 0;
/** Lets some time pass, with all that comes in it. */
function pass(ms: number): void {
  for (const one of reportsBetween(devices, heardMs, heardMs + ms)) record(one);
  heardMs += ms;
  clock = START + heardMs;
}
pass(660_000);

const ended = new AbortController();
const names = new BrokerNames({ brokerNames: () => [], nameBroker: () => {} });
const request = { core, signal: ended.signal, progress: () => {} };
const rounds = Number(values.rounds);
console.log(`${devices} devices, ${recording.total} messages\n`);

let tick = 0;
const newBoard = () => new DeviceBoard(core, { names, signal: ended.signal, tick: () => tick });
const first: Cost[] = [];
for (let round = 0; round <= rounds; round++) {
  const cost = await costOf(() => newBoard().facts());
  if (round > 0) first.push(cost);
}
show("the page: all devices anew", first);
const board = newBoard();
const whole = await board.facts();
console.log(`${whole.answer.slice(0, 200)}\n`);
let before = board.version;
for (const [seconds, what] of [[3, "3 s"], [15, "15 s"]] as const) {
  const again: Cost[] = [];
  const pushed: number[] = [];
  for (let round = 0; round < 2 * rounds; round++) {
    pass(seconds * 1000);
    tick += seconds * 1000;
    again.push(
      await costOf(async () => {
        board.refresh();
        await board.facts();
      }),
    );
    pushed.push(board.version === before ? 0 : board.eventSince(before)?.length ?? 0);
    before = board.version;
  }
  const bytes = Math.round(pushed.sort((a, b) => a - b)[pushed.length >> 1] / 1000);
  show(`the page: again, ${what} later`, again, `, ${bytes} kB pushed`);
}
show("the page: a viewer that comes", [
  await costOf(() => {
    board.eventSince(0);
    return Promise.resolve();
  }),
], `, ${Math.round((board.eventSince(0) ?? "").length / 1000)} kB pushed`);

const check: Cost[] = [];
for (let round = 0; round <= rounds; round++) {
  const cost = await costOf(() =>
    checkFleet(session, { ...request, pattern: "#", time: { since: "-10m" } })
  );
  if (round > 0) check.push(cost);
}
show("check_devices", check);
for (const device of ["plant/line-1", "plant/mixer-7", "mixer 7"]) {
  const one: Cost[] = [];
  for (let round = 0; round <= rounds; round++) {
    const cost = await costOf(() =>
      diagnoseDevice(session, { ...request, deviceId: device, time: { since: "-10m" } })
    );
    if (round > 0) one.push(cost);
  }
  show(`debug_device "${device}"`, one);
}
ended.abort();
await core.close();
