/** What a stdio process works with: its own core and the tools. Loaded after its first answers. */
import { say } from "../stderr.ts";
import type { Config } from "../config/mod.ts";
import { createCore } from "../core.ts";
import { giveFreedMemoryBack } from "../memory/give_back.ts";
import { tools } from "../tools/mod.ts";
import { type Companion, logListenerOf, observerOf } from "./companion.ts";
import { openLog } from "./open_log.ts";
import { giveUpRights } from "./rights.ts";
import { serveProcess } from "./stdio.ts";
import type { ByteStream } from "./stream_transport.ts";
import { logUncaughtErrors } from "./uncaught_errors.ts";

/** A core that is there, and what serves this process on it. */
export interface Work {
  /** Serves until the process is to end, and closes everything; resolves with the exit code. */
  serve(stdio: ByteStream): Promise<number>;
}

/**
 * Opens the log, makes the core and starts what goes along with it; then gives up every right that is not needed any more.
 * @throws {ConfigError} when a setting, or a file that one names, cannot be used
 */
export async function startWork(config: Config, companions: readonly Companion[]): Promise<Work> {
  const log = openLog(config, logListenerOf(companions));
  if (config.record.length > 0) {
    await say("RECORD is ignored: only --core and --monitor record from the start");
  }
  const core = await createCore(config);
  for (const companion of companions) {
    await companion.start(core, { mode: "stdio", clients: () => 1 });
  }
  await giveUpRights();
  logUncaughtErrors();
  giveFreedMemoryBack();
  return {
    async serve(stdio) {
      const code = await serveProcess(stdio, core, { tools, observer: observerOf(companions) });
      await Promise.all(companions.map((companion) => companion.close()));
      await log.close();
      return code;
    },
  };
}
