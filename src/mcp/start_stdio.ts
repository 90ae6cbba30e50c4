import type { Config } from "../config/mod.ts";
import type { Companion } from "./companion.ts";
import { serveEarly } from "./early.ts";
import { earlyAnswers } from "./listed_tools.ts";

/** The `--stdio` mode with a core of its own. Resolves with the exit code once the host is gone. */
export async function startStdio(
  config: Config,
  companions: readonly Companion[] = [],
): Promise<number> {
  const stdio = { readable: Deno.stdin.readable, writable: Deno.stdout.writable };
  const startWork = async () => {
    const { claimStdout } = await import("./claim_stdout.ts");
    claimStdout();
    const work = await import("./stdio_work.ts");
    return await work.startWork(config, companions);
  };
  const answers = companions.length === 0 && await isSound(config) ? earlyAnswers(config) : null;
  if (answers !== null) return await serveEarly(stdio, { answers, startWork });
  const work = await startWork();
  return await work.serve(stdio);
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
  "logFile",
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
