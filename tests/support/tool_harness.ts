import assert from "node:assert/strict";
import { parseConfig } from "../../src/config.ts";
import { type Core, createCore } from "../../src/core.ts";
import { tools } from "../../src/tools/mod.ts";
import type { ProgressReport } from "../../src/tools/tool.ts";
import { type Mosquitto, type MosquittoOptions, startMosquitto } from "./mosquitto.ts";

/** Facts that a tool gave, for tests to look into. */
// deno-lint-ignore no-explicit-any -- results are JSON: a test reads whatever it expects to be there
export type Facts = any;

/** A core with tools to call as a client would: arguments checked on the way in, facts on the way out. */
export interface ToolHarness extends AsyncDisposable {
  readonly core: Core;
  readonly progress: ProgressReport[];
  /** Calls a tool; rejects with the tool's error. */
  call(name: string, args?: unknown, options?: { signal?: AbortSignal }): Promise<Facts>;
  /** Opens a session and returns its id. */
  connect(url: string): Promise<string>;
}

/** A harness without a broker; `env` are settings. */
export async function createToolHarness(env: Record<string, string> = {}): Promise<ToolHarness> {
  const core = await createCore(parseConfig([], { ...env }));
  const progress: ProgressReport[] = [];
  const client = { id: crypto.randomUUID(), name: "test" };
  async function call(
    name: string,
    args: unknown = {},
    options: { signal?: AbortSignal } = {},
  ): Promise<Facts> {
    const tool = tools.find((tool) => tool.name === name);
    assert.ok(tool, `no tool ${name}`);
    const signal = options.signal ?? new AbortController().signal;
    const facts = await tool.run(tool.input.parse(args), {
      core,
      client,
      signal,
      progress: (report) => progress.push(report),
    });
    const json = JSON.parse(JSON.stringify(facts));
    tool.output.parse(json);
    assert.ok(JSON.stringify(json).length < 40_000, `${name}: result too long`);
    return json;
  }
  return {
    core,
    progress,
    call,
    connect: async (url) =>
      (await call("establish_connection", { connection_string: url })).session_id,
    [Symbol.asyncDispose]: () => core.close(),
  };
}

/** A harness with a real broker, and a session on it. */
export async function startToolHarness(
  options: { env?: Record<string, string>; mosquitto?: MosquittoOptions } = {},
): Promise<ToolHarness & { readonly broker: Mosquitto; readonly session_id: string }> {
  const broker = await startMosquitto(options.mosquitto);
  const harness = await createToolHarness(options.env);
  try {
    const session_id = await harness.connect(broker.url);
    return {
      ...harness,
      broker,
      session_id,
      async [Symbol.asyncDispose]() {
        await harness[Symbol.asyncDispose]();
        await broker[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await harness[Symbol.asyncDispose]();
    await broker[Symbol.asyncDispose]();
    throw error;
  }
}
