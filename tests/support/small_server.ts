/** A server with a few small tools, for tests of the wrapper around tools: run as a process, or served within a test. */
import process from "node:process";
import { z } from "zod";
import { parseConfig } from "../../src/config/mod.ts";
import { createCore } from "../../src/core.ts";
import { OperationError } from "../../src/errors.ts";
import { startLog } from "../../src/log.ts";
import { claimStdout } from "../../src/mcp/claim_stdout.ts";
import { serveProcess } from "../../src/mcp/stdio.ts";
import { type AnyTool, defineTool } from "../../src/tools/tool.ts";

const output = z.looseObject({});

function small(
  name: string,
  run: AnyTool["run"],
  more: Partial<AnyTool> = {},
): AnyTool {
  return defineTool<z.ZodObject, z.ZodObject>({
    name,
    title: name,
    description: `Does ${name}.`,
    access: "read",
    idempotent: true,
    input: z.strictObject({}),
    output,
    example: { args: {} },
    run,
    ...more,
  });
}

/** Resolves after that time, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });
}

/** The tools of one server, which counts the calls that were aborted there. */
export function smallTools(): readonly AnyTool[] {
  let aborted = 0;
  return [
    small("echo", (args) => Promise.resolve(args), {
      input: z.strictObject({
        text: z.string().max(20).describe("What to say"),
        times: z.number().int().min(1).max(3).default(1).describe("How often"),
        where: z.array(z.strictObject({ path: z.string() })).default([]).describe("Places"),
      }),
    }),
    small("print", () => {
      console.log("console.log", { password: "hunter2" });
      console.info("console.info");
      console.debug("console.debug");
      console.table([{ a: 1 }]);
      console.dir({ a: 1 });
      console.group("group");
      console.count("count");
      console.time("timer");
      console.timeEnd("timer");
      process.stdout.write("process.stdout.write\n");
      Deno.stdout.writeSync(new TextEncoder().encode("Deno.stdout.writeSync\n"));
      return Promise.resolve({ printed: true });
    }),
    small("slow", async (args, context) => {
      const seconds = (args as { seconds: number }).seconds;
      const started = performance.now();
      const elapsed = () => (performance.now() - started) / 1000;
      while (elapsed() < seconds && !context.signal.aborted) {
        context.progress({
          progress: elapsed(),
          total: seconds,
          message: `${elapsed().toFixed(1)} s`,
        });
        await pause(20, context.signal);
      }
      if (context.signal.aborted) aborted++;
      return { seconds: elapsed(), aborted: context.signal.aborted };
    }, { input: z.strictObject({ seconds: z.number().min(0).max(3_600).describe("How long") }) }),
    small("steps", async (_args, context) => {
      // Reports without a known end, the last of them right before the result.
      const started = performance.now();
      for (let step = 1; step <= 130; step++) {
        context.progress({ progress: step, message: `step ${step}` });
        await pause(10, context.signal);
      }
      return { done: true, seconds: (performance.now() - started) / 1000 };
    }),
    small("aborted_calls", () => Promise.resolve({ aborted })),
    small("who", (_args, context) => Promise.resolve({ client: context.client })),
    small("fail", () => {
      throw new OperationError(
        "TOPIC_INVALID",
        'Cannot parse topic "a/#/b": # must be last',
        "Use a/#",
      );
    }),
    small("crash", () => {
      throw new TypeError("secret detail mqtt://user:hunter2@broker:1883");
    }),
    small("huge", () => {
      const rows = Array.from(
        { length: 2_000 },
        (_, i) => ({ i, topic: `home/room/${i}`, value: "x".repeat(40) }),
      );
      return Promise.resolve({ rows, total: 2_000, note: "kept" });
    }),
    small("send", () => Promise.resolve({}), { access: "write", idempotent: false }),
    small("wipe", () => Promise.resolve({}), { access: "destroy" }),
  ];
}

if (import.meta.main) {
  const writable = claimStdout();
  const log = startLog({ level: "debug" });
  const core = await createCore(parseConfig(Deno.args, {}));
  const stdio = { readable: Deno.stdin.readable, writable };
  const code = await serveProcess(stdio, core, { tools: smallTools() });
  await log.close();
  Deno.exit(code);
}
