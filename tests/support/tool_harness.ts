import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/mod.ts";
import { type Core, type CoreSources, createCore } from "../../src/core.ts";
import { MqttMcpError } from "../../src/errors.ts";
import { argumentError } from "../../src/mcp/result.ts";
import { tools } from "../../src/tools/mod.ts";
import type { ProgressReport } from "../../src/tools/tool.ts";
import { type Mosquitto, type MosquittoOptions, startMosquitto } from "./mosquitto.ts";
import { until } from "./sessions.ts";

/** Facts that a tool gave, for tests to look into. */
// deno-lint-ignore no-explicit-any -- results are JSON: a test reads whatever it expects to be there
export type Facts = any;

/** How a call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** The id of the client that calls; the harness' own by default. */
  readonly client?: string;
}

/** A call that listens until it is told to end. */
export interface Listening {
  after(count: number): Promise<Facts>;
}

/** A core with tools to call as a client would: arguments checked on the way in, facts on the way out. */
export interface ToolHarness extends AsyncDisposable {
  readonly core: Core;
  readonly progress: ProgressReport[];
  /** Calls a tool; rejects with the tool's error. `client` is another client's id. */
  call(name: string, args?: unknown, options?: CallOptions): Promise<Facts>;
  /** The error of a call that must fail, as `CODE: message / hint`. */
  refusal(name: string, args?: unknown, options?: CallOptions): Promise<string>;
  /** Resolves once the newest collection of a session hears what is published from now on. */
  listening(sessionId: string): Promise<void>;
  /**
   * Begins a call that listens, and resolves once it does. `after(count)` resolves with its result when it was ended after
   * so many messages: give it a long duration, so that it hears all on any machine.
   */
  listen(
    name: string,
    args: { readonly session_id: string; readonly [argument: string]: unknown },
  ): Promise<Listening>;
  /** Opens a session and returns its id. */
  connect(url: string): Promise<string>;
}

/** A harness without a broker; `env` are settings. */
export async function createToolHarness(
  env: Record<string, string> = {},
  sources: CoreSources = {},
): Promise<ToolHarness> {
  const core = await createCore(parseConfig([], { ...env }), sources);
  const progress: ProgressReport[] = [];
  const ownId = crypto.randomUUID();
  async function call(
    name: string,
    args: unknown = {},
    options: CallOptions = {},
  ): Promise<Facts> {
    const tool = tools.find((tool) => tool.name === name);
    assert.ok(tool, `no tool ${name}`);
    const signal = options.signal ?? new AbortController().signal;
    const parsed = tool.input.safeParse(args);
    if (!parsed.success) throw argumentError(parsed.error, Object.keys(tool.input.shape));
    const facts = await tool.run(parsed.data, {
      core,
      client: { id: options.client ?? ownId, name: "test" },
      signal,
      progress: (report) => progress.push(report),
    });
    const json = JSON.parse(JSON.stringify(facts));
    tool.output.parse(json);
    assert.ok(JSON.stringify(json).length < 40_000, `${name}: result too long`);
    return json;
  }
  const listening = (sessionId: string) =>
    until("a collection listens", () => {
      const [newest] = core.collections.ofSession(sessionId);
      return newest?.state === "running" && newest.listened !== null;
    });
  return {
    core,
    progress,
    call,
    async refusal(name, args, options) {
      let facts: Facts;
      try {
        facts = await call(name, args, options);
      } catch (error) {
        if (!(error instanceof MqttMcpError)) throw error;
        assert.doesNotMatch(error.message, /[.!]$|\n/, "one sentence without its full stop");
        assert.ok(error.hint.length > 5, "an error without a way out");
        assert.ok(error.message.length < 1_000, "an error that nobody reads");
        return `${error.code}: ${error.message} / ${error.hint}`;
      }
      throw new assert.AssertionError({ message: `no error: ${JSON.stringify(facts)}` });
    },
    listening,
    async listen(name, args) {
      const { signal } = new AbortController();
      const before = new Set(core.collections.ofSession(args.session_id));
      const result = call(name, args, { signal });
      const own = () => core.collections.ofSession(args.session_id).find((c) => !before.has(c));
      await until("the call listens", () => own()?.listened != null);
      return {
        async after(count) {
          const { log } = own()!;
          await until(`${count} messages are heard`, () => log.total >= count);
          // the listening ends as by a cancellation, while the call goes on to its result
          signal.dispatchEvent(new Event("abort"));
          return await result;
        },
      };
    },
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
