/** What a stdio process works with: its own core and the tools. Loaded after its first answers. */
import type { Config } from "../config.ts";
import { createCore } from "../core.ts";
import { tools } from "../tools/mod.ts";
import { type Companion, observerOf } from "./companion.ts";
import { giveUpRights } from "./rights.ts";
import type { Connection, Servers } from "./serving.ts";
import { serveProcess, serversOn } from "./stdio.ts";
import type { ByteStream } from "./stream_transport.ts";

/** A core that is there, and what serves connections on it. */
export interface Work {
  servers(connection: Connection): Servers;
  /** Serves this process until it ends, and closes the core; resolves with the exit code. */
  serve(stdio: ByteStream): Promise<number>;
  close(): Promise<void>;
}

/**
 * Makes the core and starts what goes along with it; then gives up every right that is not needed any more.
 * @throws {ConfigError} when a setting, or a file that one names, cannot be used
 */
export async function startWork(config: Config, companions: readonly Companion[]): Promise<Work> {
  const core = await createCore(config);
  for (const companion of companions) {
    await companion.start(core, { mode: "stdio", clients: () => 1 });
  }
  await giveUpRights();
  const options = { tools, observer: observerOf(companions) };
  return {
    servers: (connection) => serversOn(core, options, connection),
    serve: (stdio) => serveProcess(stdio, core, options),
    close: () => core.close(),
  };
}
