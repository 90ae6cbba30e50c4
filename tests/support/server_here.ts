/** The server within a test's own process, where a process of its own shows nothing more. */
import { parseConfig } from "../../src/config/mod.ts";
import { type Core, createCore } from "../../src/core.ts";
import { serveStream } from "../../src/mcp/stdio.ts";
import { tools as allTools } from "../../src/tools/mod.ts";
import type { AnyTool } from "../../src/tools/tool.ts";
import { startCoreProcess } from "./core_process.ts";
import {
  type ClientKind,
  clientKinds,
  connectClient,
  LineClient,
  type ServerCommand,
  type TestClient,
} from "./mcp_client.ts";

interface Settings {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server on streams. Disposing of the client ends it, and the core with it where that was made for it. */
export class ServerHere extends LineClient {
  readonly #ended: Promise<unknown>;

  private constructor(
    streams: ConstructorParameters<typeof LineClient>[0],
    ended: Promise<unknown>,
  ) {
    super(streams);
    this.#ended = ended;
  }

  /** Serves a core of its own. */
  static async start(
    { flags = [], env = {}, tools }: Settings & { readonly tools?: readonly AnyTool[] } = {},
  ): Promise<ServerHere> {
    const core = await createCore(parseConfig(flags, env));
    return ServerHere.on(core, { tools, end: () => core.close() });
  }

  /** Serves a core that others are served from, too. */
  static on(
    core: Core,
    { tools = allTools, end }: { tools?: readonly AnyTool[]; end?: () => Promise<unknown> } = {},
  ): ServerHere {
    const input = new TransformStream<Uint8Array, Uint8Array>();
    const output = new TransformStream<Uint8Array, Uint8Array>();
    const stream = { readable: input.readable, writable: output.writable };
    const ended = serveStream(stream, core, { tools }).ended.then(async () => {
      await output.writable.close().catch(() => {});
      await end?.();
    });
    return new ServerHere({ stdin: input.writable, stdout: output.readable }, ended);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#ended;
  }
}

/**
 * A server for a client of that kind: the program for one kind, and the same within this process for the others. That each
 * kind speaks with the program is what tests/e2e/stdio_test.ts shows.
 */
export async function serverFor(
  kind: ClientKind,
  settings: Settings = {},
): Promise<ServerCommand | LineClient> {
  return usesProgram(kind) ? settings : await ServerHere.start(settings);
}

/** A core for clients of that kind: a process for one kind, within this one for the others. */
export async function coreFor(kind: ClientKind): Promise<CoreToAttachTo> {
  if (usesProgram(kind)) return await startCoreProcess();
  const core = await createCore(parseConfig([], {}));
  return {
    attach: (kind) => connectClient(kind, ServerHere.on(core)),
    [Symbol.asyncDispose]: () => core.close(),
  };
}

interface CoreToAttachTo extends AsyncDisposable {
  attach(kind: ClientKind): Promise<TestClient>;
}

function usesProgram(kind: ClientKind): boolean {
  return kind === clientKinds.at(-1);
}
