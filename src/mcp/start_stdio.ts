import type { Config } from "../config.ts";
import { ConfigError } from "../config.ts";
import { type LogLine, type RunningLog, startLog } from "../log.ts";
import { claimStdout } from "./claim_stdout.ts";
import { type Companion, logListenerOf } from "./companion.ts";
import { serveEarly } from "./early.ts";
import { listedTools } from "./listed_tools.ts";
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
  const stdio = { readable: Deno.stdin.readable, writable };
  const startWork = async () => {
    const work = await import("./stdio_work.ts");
    return await work.startWork(config, companions);
  };
  const listed = companions.length === 0 && await isSound(config) ? listedTools(config) : null;
  let code: number;
  if (listed === null) {
    const work = await startWork();
    logUncaughtErrors();
    code = await work.serve(stdio);
  } else {
    logUncaughtErrors();
    code = await serveEarly(stdio, { listed, startWork });
  }
  await Promise.all(companions.map((companion) => companion.close()));
  await log.close();
  return code;
}

/** Settings that can only be told to be right, or wrong, with more than the first answers load. */
const CHECKED_LATE = [
  "brokersFile",
  "mqttCaFile",
  "mqttCertFile",
  "mqttKeyFile",
  "allowedBrokers",
  "publishAllow",
  "publishDeny",
  "subscribeAllow",
  "subscribeDeny",
  "recordStore",
  "notifyUrl",
] as const satisfies readonly (keyof Config)[];

/** Whether nothing in the settings can still end the start: a host is answered only by a process that will stay. */
async function isSound(config: Config): Promise<boolean> {
  const { given, defaultMqttBroker, allowInsecureTls } = config;
  if (CHECKED_LATE.some((name) => given.has(name))) return false;
  if (defaultMqttBroker === undefined) return true;
  const { parseConnectionString } = await import("../mqtt/connection_string.ts");
  try {
    parseConnectionString(defaultMqttBroker, { allowInsecureTls });
    return true;
  } catch {
    return false; // making the core says what is wrong
  }
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
