import { isoTime } from "../iso_time.ts";
import { createHash, randomBytes } from "node:crypto";
import type { CallRecord } from "../mcp/server.ts";
import { GivenLogins, redactHead, visibleLine } from "../redact.ts";
import { isSecretName } from "../secret_text.ts";
import type { CallEntry, ReportedCall } from "./shapes/calls.ts";
import { rounded } from "../numbers.ts";

/** Arguments that hold other people's data or secrets: of these only size and hash are ever kept. */
const HASHED_ARGUMENTS = new Set([
  "payload",
  "expect",
  "connection_string",
  "correlation_data",
  "user_properties",
]);
/** What arguments may be called that the tools do not know of: a misspelled name may hold anything. */
const KNOWN_SHORT = /^[a-z_]{1,40}$/;
const ARGUMENTS_MAX_CHARS = 2_000;
const TEXT_MAX_CHARS = 200;
const ITEMS_MAX = 20;
const DEPTH_MAX = 8;
const ERROR_MAX_CHARS = 500;
const CHARS_PER_TOKEN = 4;

/** Random per process: equal payloads can be told to be equal, but a hash cannot be searched for what was hashed. */
const salt = randomBytes(16);

/**
 * Arguments as history and pages hold them: JSON, redacted and cut; what may hold payloads or secrets only as its size
 * and hash, and so is all that `known` does not name.
 */
export function describeArguments(
  args: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): string {
  const given = new GivenLogins(args);
  const shown: Record<string, unknown> = {};
  let count = 0;
  for (const [name, value] of Object.entries(args)) {
    if (++count > ITEMS_MAX) {
      shown["…"] = `${Object.keys(args).length - ITEMS_MAX} more`;
      break;
    }
    const safeName = KNOWN_SHORT.test(name) ? name : redactHead(given.hideIn(name), 40);
    shown[safeName] = HASHED_ARGUMENTS.has(name) || !known.has(name)
      ? sizeAndHash(value)
      : shownValue(value, given);
  }
  return cutText(JSON.stringify(shown), ARGUMENTS_MAX_CHARS);
}

/** A finished call as history, pages and reports hold it. */
export function entryOf(
  call: CallRecord,
  options: { known: ReadonlySet<string>; source: string },
): CallEntry {
  const text = call.result.content.find((block) => block.type === "text")?.text ?? "";
  const failed = call.result.isError === true;
  const [, code, message] = /^([A-Z_]{3,40}): ([^]*?)(?:\nTry: |$)/.exec(text) ?? [];
  return {
    id: call.id,
    started_at: isoTime(call.startedAt),
    tool: call.tool,
    client: call.client.name,
    client_id: call.client.id,
    source: options.source,
    session_id: sessionOf(call),
    arguments: describeArguments(call.arguments, options.known),
    duration_ms: rounded(call.durationMs, 1),
    outcome: call.cancelled ? "cancelled" : failed ? "error" : "ok",
    error_code: failed ? code ?? "ERROR" : null,
    error: failed ? redactHead(message ?? text, ERROR_MAX_CHARS) : null,
    result_bytes: new TextEncoder().encode(text).length,
    result_tokens: Math.ceil(text.length / CHARS_PER_TOKEN),
  };
}

/** A call that another process reported: whatever it was meant to have redacted is redacted again. */
export function entryOfReport(call: ReportedCall, source: string): CallEntry {
  const startedAt = Date.parse(call.started_at);
  return {
    ...call,
    id: cleanName(call.id),
    tool: cleanName(call.tool),
    client_id: cleanName(call.client_id),
    session_id: call.session_id === null ? null : idOf(call.session_id),
    error_code: call.error_code === null ? null : cleanName(call.error_code),
    started_at: isoTime(Number.isFinite(startedAt) ? startedAt : Date.now()),
    source: cleanName(source),
    client: cleanName(call.client),
    arguments: cleanText(call.arguments, ARGUMENTS_MAX_CHARS),
    error: call.error === null ? null : cleanText(call.error, ERROR_MAX_CHARS),
  };
}

/** The session a call was about: the one it named, or the one it opened. */
export function sessionOf(call: {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly result?: CallRecord["result"];
}): string | null {
  const facts = call.result?.structuredContent as { session_id?: unknown } | undefined;
  const found = call.arguments.session_id ?? facts?.session_id;
  return typeof found === "string" ? idOf(found) : null;
}

/** What has the form of an id is one; anything else that was given as one may be anything. */
function idOf(text: string): string | null {
  return /^[\w-]{1,100}$/.test(text) ? text : null;
}

/** A text of at most so many characters, never cut through the middle of one. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text.toWellFormed();
  return `${text.slice(0, maxChars - 1).toWellFormed().replace(/\uFFFD$/, "")}…`;
}

function cleanName(name: string): string {
  return redactHead(name, 200).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "").trim().slice(0, 100) ||
    "unknown";
}

function cleanText(text: string, maxChars: number): string {
  return cutText(visibleLine(redactHead(text, maxChars)), maxChars);
}

function sizeAndHash(value: unknown): { size_bytes: number; hash: string } {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  const bytes = new TextEncoder().encode(text);
  const hash = createHash("sha256").update(salt).update(bytes).digest("hex").slice(0, 16);
  return { size_bytes: bytes.length, hash };
}

/** Cut first: nobody reads more of it, and looking for secrets takes as long as the text is. */
function shownValue(value: unknown, given: GivenLogins, depth = 0): unknown {
  if (typeof value === "string") {
    return redactHead(given.hideIn(value.slice(0, 8 * 1024)), TEXT_MAX_CHARS);
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "…";
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEMS_MAX).map((item) => shownValue(item, given, depth + 1));
    return value.length > ITEMS_MAX ? [...items, `… ${value.length - ITEMS_MAX} more`] : items;
  }
  const entries = Object.entries(value).slice(0, ITEMS_MAX);
  return Object.fromEntries(entries.map(([key, item]) => [
    redactHead(given.hideIn(key), 60),
    isSecretName(key) && item !== null ? "***" : shownValue(item, given, depth + 1),
  ]));
}
