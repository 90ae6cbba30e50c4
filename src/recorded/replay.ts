/** The `--replay FILE URL` mode: an exported file, published to a test broker. */
import { writeLine } from "../stderr.ts";
import { pause } from "../waiting.ts";
import { countOf } from "../payload/limits.ts";
import { isUtf8 } from "node:buffer";
import { lookup } from "node:dns/promises";
import { TextLineStream } from "./text_lines.ts";
import type { Config } from "../config/mod.ts";
import type { ReplayOrder } from "../config/command_line.ts";
import { ConfigError } from "../config/config_error.ts";
import { type Core, createCore } from "../core.ts";
import { MqttMcpError } from "../errors.ts";
import {
  type BrokerTarget,
  formatAuthority,
  parseConnectionString,
} from "../mqtt/connection_string.ts";
import { fileTrouble } from "../file_trouble.ts";
import { terminalLine } from "../redact.ts";
import type { Session } from "../session/session.ts";
import { readJsonLine, type RecordedLine, shiftTimes } from "./recorded_line.ts";

/** Times this far around the recording are meant by `--shift-times`. */
const AROUND_MS = 86_400_000;
const BUSY_WAIT_MS = 20;

/** Publishes a file's messages at their own pace. Resolves with the exit code: 0 all, 1 where it had to stop. */
export async function runReplay(config: Config): Promise<number> {
  const order = config.replay;
  if (order === undefined) throw new ConfigError("Cannot replay: no file was given");
  if (/\.csv$/i.test(order.file)) {
    throw new ConfigError("Cannot replay CSV: export to a name that ends with .jsonl");
  }
  const core = await createCore(config);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    const { allowInsecureTls } = config;
    const target = parseConnectionString(order.url, { allowInsecureTls });
    const session = await core.sessions.establish(target, {
      createdBy: "replay",
      owner: "replay",
      signal: interrupted.signal,
    });
    const { published, refused } = await replay(order, {
      core,
      session,
      target,
      signal: interrupted.signal,
    });
    await writeLine(
      `${countOf(published, "message")} published${
        refused > 0 ? `, ${refused} left out by the policy` : ""
      }`,
    );
    return interrupted.signal.aborted ? 1 : 0;
  } catch (error) {
    if (!(error instanceof MqttMcpError)) throw error;
    const [message, hint] = [error.message, error.hint].map((text) =>
      terminalLine(text, order.url)
    );
    await writeLine(`${error.code}: ${message}\nTry: ${hint}`);
    return 1;
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
    await core.close();
  }
}

async function replay(
  order: ReplayOrder,
  o: { core: Core; session: Session; target: BrokerTarget; signal: AbortSignal },
): Promise<{ published: number; refused: number }> {
  const origins = new Map<string, boolean>();
  let first: number | null = null;
  let startedAt = 0;
  let published = 0;
  let refused = 0;
  let number = 0;
  for await (const line of linesOf(order.file)) {
    number++;
    if (o.signal.aborted) break;
    if (line.trim() === "") continue;
    const recorded = readLine(line, { file: order.file, number });
    if (!order.force && recorded.broker !== undefined) {
      let same = origins.get(recorded.broker);
      if (same === undefined) {
        origins.set(recorded.broker, same = await isSameBroker(recorded.broker, o.target));
      }
      if (same) {
        throw new ConfigError(
          `Cannot replay to "${
            formatAuthority(o.target)
          }": the messages come from it, and its devices would hear them; give a test broker, or --force`,
        );
      }
    }
    if (first === null) {
      first = recorded.at;
      startedAt = Date.now();
    }
    await pause(startedAt + (recorded.at - first) / order.speed - Date.now(), o);
    if (o.signal.aborted) break;
    try {
      o.core.policy.checkPublish(recorded.topic);
    } catch (error) {
      if (!(error instanceof MqttMcpError)) throw error;
      if (o.core.policy.readOnly) throw error;
      refused++;
      continue;
    }
    await publish(
      o.session,
      order.shiftTimes ? shifted(recorded, first, startedAt) : recorded,
      o.signal,
    );
    published++;
  }
  return { published, refused };
}

function shifted(recorded: RecordedLine, first: number, startedAt: number): RecordedLine {
  // what is no text stays as it is
  if (!isUtf8(recorded.payload)) return recorded;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(recorded.payload);
  const moved = shiftTimes(text, {
    from: first - AROUND_MS,
    to: recorded.at + AROUND_MS,
    by: startedAt - first,
  });
  return moved === text ? recorded : { ...recorded, payload: new TextEncoder().encode(moved) };
}

async function publish(session: Session, message: RecordedLine, signal: AbortSignal) {
  const { topic, payload, qos, retain, properties } = message;
  for (;;) {
    try {
      await session.publish({ topic, payload, qos, retain, properties, signal });
      return;
    } catch (error) {
      // it may be replayed faster than a session publishes
      if (!(error instanceof MqttMcpError) || error.code !== "RESOURCE_LIMIT") throw error;
      await pause(BUSY_WAIT_MS, { signal });
      signal.throwIfAborted();
    }
  }
}

function readLine(line: string, o: { file: string; number: number }): RecordedLine {
  try {
    return readJsonLine(line);
  } catch {
    throw new ConfigError(
      `Cannot replay line ${o.number} of "${o.file}": it is none that --export writes`,
    );
  }
}

/** Whether two names lead to the same broker. */
async function isSameBroker(origin: string, target: BrokerTarget): Promise<boolean> {
  const at = origin.lastIndexOf(":");
  if (Number(origin.slice(at + 1)) !== target.port) return false;
  const [a, b] = [origin.slice(0, at), target.host].map((host) => host.replace(/^\[|\]$/g, ""));
  if (a.toLowerCase() === b.toLowerCase()) return true;
  const [one, other] = await Promise.all([addressesOf(a), addressesOf(b)]);
  return one.some((address) => other.includes(address));
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [host];
  }
}

function linesOf(path: string): AsyncIterable<string> {
  try {
    return Deno.openSync(path).readable.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
  } catch (error) {
    throw new ConfigError(`Cannot read "${path}": ${fileTrouble(error)}`);
  }
}
