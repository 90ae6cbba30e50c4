/** The `--check URL` mode: a connection test for people, from the shell. */
import type { Config } from "./config/mod.ts";
import { createCore } from "./core.ts";
import { MqttMcpError } from "./errors.ts";
import { parseConnectionString } from "./mqtt/connection_string.ts";
import { formatConnectionReport } from "./mqtt/diagnose/table.ts";
import { GivenLogins, terminalLine, withoutLogins } from "./redact.ts";
import { diagnoseWithin } from "./session/allowed_diagnosis.ts";

/** Tests the broker and prints each stage as a table. Resolves with the exit code: 0 healthy, 1 not. */
export async function runCheck(config: Config): Promise<number> {
  const url = config.checkUrl === "-" ? await firstLine(Deno.stdin) : config.checkUrl ?? "";
  const core = await createCore(config);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    const { allowInsecureTls } = config;
    const target = parseConnectionString(url, { allowInsecureTls });
    const report = await diagnoseWithin(core.policy, target, {
      tls: core.tls,
      timeoutMs: config.connectionTimeout * 1000,
      signal: interrupted.signal,
    });
    const colour = Deno.stdout.isTerminal() && !Deno.noColor;
    const table = formatConnectionReport(withoutLogins(report), { colour });
    await print(Deno.stdout, new GivenLogins(url).hideIn(table));
    return report.healthy ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) return 1;
    if (!(error instanceof MqttMcpError)) throw error;
    const [message, hint] = [error.message, error.hint].map((text) => terminalLine(text, url));
    await print(Deno.stderr, `${error.code}: ${message}\nTry: ${hint}`);
    return 1;
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
    await core.close();
  }
}

/** Longer than any connection string. */
const LINE_MAX_BYTES = 16 * 1024;

/** The first line of the input, without its end: a password there is in no list of processes. */
async function firstLine(
  input: { read(bytes: Uint8Array): Promise<number | null> },
): Promise<string> {
  const line = new Uint8Array(LINE_MAX_BYTES);
  let length = 0;
  while (length < line.length) {
    const count = await input.read(line.subarray(length));
    if (count === null) break;
    length += count;
    if (line.subarray(0, length).includes(10)) break;
  }
  return new TextDecoder().decode(line.subarray(0, length)).split("\n", 1)[0].trim();
}

async function print(
  stream: { write(bytes: Uint8Array): Promise<number> },
  text: string,
): Promise<void> {
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await stream.write(rest));
}
