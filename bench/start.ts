/**
 * What a host waits for when it starts the server: the first list of tools, with the processor time until then, the answer to
 * a first call right after it, and what the process weighs once it rests;
 * bundled as in the package for npm, beside the smallest server on the same SDK, bundled in the same way, in turn.
 *
 * usage: deno run -A bench/start.ts [--starts 15] [--bundle FILE]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleProgram } from "../scripts/compile.ts";
import { runFlags } from "../scripts/release/npm.ts";
import { mainArgs, WireClient } from "../tests/support/mcp_client.ts";

/** Time at rest before a process is weighed: what it still loads after its first answers is then there. */
const REST_MS = 3_000;

interface Start {
  readonly firstListMs: number;
  readonly cpuMs: number;
  readonly firstCallMs: number;
  readonly restMb: number;
}

async function start(
  { args, flags, tool }: { args: readonly string[]; flags: readonly string[]; tool: string },
): Promise<Start> {
  const started = performance.now();
  await using wire = new WireClient({ args, flags });
  await wire.initialize();
  await wire.request("tools/list", {}, 60_000);
  const firstListMs = performance.now() - started;
  const cpuMs = processorMs(wire.process.pid);
  await wire.request("tools/call", { name: tool, arguments: {} }, 60_000);
  const firstCallMs = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const status = await Deno.readTextFile(`/proc/${wire.process.pid}/status`);
  wire.process.kill("SIGTERM");
  return {
    firstListMs,
    cpuMs,
    firstCallMs,
    restMb: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024,
  };
}

/** Processor time that a process has used: what a busy machine does not change. */
function processorMs(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function main(starts: number, given: string | undefined): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "start-" });
  const smallest = join(folder, "smallest.mjs");
  const ours = join(folder, "ours", "mqtt-mcp.js");
  await bundleProgram({ file: smallest }, "bench/smallest_server.ts");
  if (given === undefined) await bundleProgram({ folder: join(folder, "ours") });
  const run = (file: string) => [...runFlags(), file];
  const kinds = [
    ["the smallest server, bundled", run(smallest), [], "nothing"],
    ["ours, bundled", run(given ?? ours), ["--stdio", "--no-attach"], "list_active_connections"],
    ["ours, from source", mainArgs, ["--stdio", "--no-attach"], "list_active_connections"],
  ] as const;
  const taken: Start[][] = kinds.map(() => []);
  for (let i = 0; i < starts; i++) {
    for (const [at, [, args, flags, tool]] of kinds.entries()) {
      taken[at].push(await start({ args, flags, tool }));
    }
  }
  await Deno.remove(folder, { recursive: true });
  console.log(
    "median               first list, ms  CPU ms  first call, ms  MB at rest  of the smallest",
  );
  const base = taken[0];
  for (const [at, [name]] of kinds.entries()) {
    const of = (list: readonly Start[], what: keyof Start) => median(list.map((one) => one[what]));
    const [ms, cpu, call, mb] = (["firstListMs", "cpuMs", "firstCallMs", "restMb"] as const).map(
      (what) => of(taken[at], what).toFixed(0),
    );
    const ratio = (what: keyof Start) => (of(taken[at], what) / of(base, what)).toFixed(2);
    console.log(
      `${name.padEnd(29)}${ms.padStart(6)}${cpu.padStart(8)}${call.padStart(16)}${
        mb.padStart(12)
      }  ${ratio("firstListMs")} (CPU ${ratio("cpuMs")}, call ${ratio("firstCallMs")})`,
    );
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { starts: { type: "string", default: "15" }, bundle: { type: "string" } },
  });
  await main(Number(values.starts), values.bundle);
  Deno.exit(0);
}
