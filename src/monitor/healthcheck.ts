import { atMost } from "../waiting.ts";
import type { Config } from "../config/mod.ts";
import { readGreeting } from "../mcp/core_socket.ts";

const LIMIT_MS = 850;

/** The `--healthcheck` mode: 0 if the core and the monitor of this host answer, 1 otherwise, in under a second. */
export async function runHealthcheck(config: Config): Promise<number> {
  const answers = await atMost(
    LIMIT_MS,
    Promise.all([coreAnswers(config), monitorAnswers(config)]),
    [false],
  );
  return answers.every(Boolean) ? 0 : 1;
}

async function coreAnswers({ coreSocket }: Config): Promise<boolean> {
  if (coreSocket === undefined || Deno.build.os === "windows") return false;
  try {
    using connection = await Deno.connect({ transport: "unix", path: coreSocket });
    const greeting = await readGreeting(connection);
    // A core that has all the clients it takes is well.
    return greeting !== null;
  } catch {
    return false;
  }
}

async function monitorAnswers({ webHost, webPort }: Config): Promise<boolean> {
  const host = webHost === "0.0.0.0" ? "127.0.0.1" : webHost === "::" ? "[::1]" : webHost;
  const authority = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${authority}:${webPort}/health`, {
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const { status } = await response.json();
    return response.ok && status === "healthy";
  } catch {
    return false;
  }
}
