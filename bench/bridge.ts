/**
 * How long a client waits for its first list of tools: through a bridge to a running core, and with a core of its own;
 * what each process weighs; and whether many starts, in sequence and at once, all reach the core.
 *
 * usage: deno run -A bench/bridge.ts [--rounds 30] [--starts 1000] [--at-once 50]
 */
import { parseArgs } from "node:util";
import { startCoreProcess } from "../tests/support/core_process.ts";
import { mainArgs, WireClient } from "../tests/support/mcp_client.ts";

/** One start. */
interface Start {
  readonly firstListMs: number;
  /** Resident memory after the list; null where it is not known. */
  readonly residentMb: number | null;
}

async function start(socket: string, flags: readonly string[]): Promise<Start> {
  const started = performance.now();
  await using wire = new WireClient({ args: mainArgs, flags, env: { CORE_SOCKET: socket } });
  await wire.initialize();
  const { result } = await wire.request("tools/list", {}, 60_000);
  const firstListMs = performance.now() - started;
  if (result.tools.length < 10) throw new Error("Not all tools were listed");
  if (flags.length === 1 && wire.stderr !== "") throw new Error(wire.stderr);
  const residentMb = await readResidentMb(wire.process.pid);
  wire.process.kill("SIGTERM");
  await wire.ended(5_000);
  return { firstListMs, residentMb };
}

async function readResidentMb(pid: number): Promise<number | null> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  } catch {
    return null;
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function report(name: string, starts: readonly Start[]): void {
  const times = starts.map((one) => one.firstListMs);
  const sizes = starts.map((one) => one.residentMb).filter((mb) => mb !== null);
  const ms = (share: number) => percentile(times, share).toFixed(0).padStart(6);
  const mb = sizes.length > 0 ? percentile(sizes, 0.5).toFixed(0) : "?";
  console.log(
    `${name.padEnd(34)}${String(starts.length).padStart(6)}${ms(0.5)}${ms(0.95)}${ms(1)}${
      mb.padStart(6)
    }`,
  );
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "30" },
    starts: { type: "string", default: "1000" },
    "at-once": { type: "string", default: "50" },
  },
});
await using core = await startCoreProcess();
console.log("first tools/list, ms                starts   p50   p95   max  RSS MB (p50)");
// both in turn, so that whatever else the machine does meets both
const bridged: Start[] = [];
const own: Start[] = [];
for (let i = 0; i < Number(values.rounds); i++) {
  bridged.push(await start(core.socket, ["--stdio"]));
  own.push(await start(core.socket, ["--stdio", "--no-attach"]));
}
report("through a bridge", bridged);
report("with a core of its own", own);
const coreBefore = await readResidentMb(core.wire.process.pid);
const sequence: Start[] = [];
for (let i = 0; i < Number(values.starts); i++) {
  sequence.push(await start(core.socket, ["--stdio"]));
}
report("bridges in sequence", sequence);
const atOnce = Array.from(
  { length: Number(values["at-once"]) },
  () => start(core.socket, ["--stdio"]),
);
report("bridges at once", await Promise.all(atOnce));
const coreAfter = await readResidentMb(core.wire.process.pid);
console.log(
  `the core after that: ${coreAfter?.toFixed(0)} MB (${coreBefore?.toFixed(0)} MB before)`,
);
