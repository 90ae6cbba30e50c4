import type { Config } from "../config.ts";
import { ConfigError } from "../config.ts";
import { createCore } from "../core.ts";
import { type LogLine, type RunningLog, startLog } from "../log.ts";
import { tools } from "../tools/mod.ts";
import { claimStdout } from "./claim_stdout.ts";
import { type Companion, logListenerOf, observerOf } from "./companion.ts";
import { giveUpRights } from "./rights.ts";
import { serveProcess } from "./stdio.ts";
import { logUncaughtErrors } from "./uncaught_errors.ts";

/** The `--stdio` mode with a core of its own. Resolves with the exit code once the host is gone. */
export async function startStdio(
  config: Config,
  companions: readonly Companion[] = [],
): Promise<number> {
  const writable = claimStdout();
  const log = openLog(config, logListenerOf(companions));
  if (config.record.length > 0) {
    const text = "mqtt-mcp: RECORD is ignored: only --core and --monitor record from the start\n";
    await Deno.stderr.write(new TextEncoder().encode(text));
  }
  const core = await createCore(config);
  for (const companion of companions) {
    await companion.start(core, { mode: "stdio", clients: () => 1 });
  }
  await giveUpRights();
  logUncaughtErrors();
  const code = await serveProcess({ readable: Deno.stdin.readable, writable }, core, {
    tools,
    observer: observerOf(companions),
  });
  await Promise.all(companions.map((companion) => companion.close()));
  await log.close();
  return code;
}

/**
 * Opens the log that the settings name.
 * @throws {ConfigError} when its file cannot be written
 */
export function openLog(config: Config, onLine?: (line: LogLine) => void): RunningLog {
  try {
    return startLog({ level: config.logLevel, file: config.logFile, onLine });
  } catch (error) {
    const why = error instanceof Error ? error.name : "unknown error";
    throw new ConfigError(`Cannot open LOG_FILE "${config.logFile}": ${why}`);
  }
}
