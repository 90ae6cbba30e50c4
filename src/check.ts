/** The `--check URL` mode: a connection test for people, from the shell. */
import type { Config } from "./config.ts";
import { createCore } from "./core.ts";
import { MqttMcpError } from "./errors.ts";
import { parseConnectionString } from "./mqtt/connection_string.ts";
import { formatConnectionReport } from "./mqtt/diagnose/table.ts";
import { diagnoseWithin } from "./session/allowed_diagnosis.ts";

/** Tests the broker and prints each stage as a table. Resolves with the exit code: 0 healthy, 1 not. */
export async function runCheck(config: Config): Promise<number> {
  const core = await createCore(config);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    const { allowInsecureTls } = config;
    const target = parseConnectionString(config.checkUrl ?? "", { allowInsecureTls });
    const report = await diagnoseWithin(core.policy, target, {
      tls: core.tls,
      timeoutMs: config.connectionTimeout * 1000,
      signal: interrupted.signal,
    });
    const colour = Deno.stdout.isTerminal() && !Deno.noColor;
    await print(Deno.stdout, formatConnectionReport(report, { colour }));
    return report.healthy ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) return 1;
    if (!(error instanceof MqttMcpError)) throw error;
    await print(Deno.stderr, `${error.code}: ${error.message}\nTry: ${error.hint}`);
    return 1;
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
    await core.close();
  }
}

async function print(
  stream: { write(bytes: Uint8Array): Promise<number> },
  text: string,
): Promise<void> {
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await stream.write(rest));
}
