import { formatCount, MAX_DEPTH, MAX_NODES } from "./limits.ts";
import type { DecodedPayload, JsonValue } from "./payload.ts";

/** What `JSON.parse` does not tell: how deep, how much, and what it would change silently. */
interface JsonShape {
  depth: number;
  /** Members and items, roughly: commas and colons outside strings. */
  nodes: number;
  /** Keys written in the source; fewer keys in the value means that some were repeated. */
  keys: number;
  /** Numbers may be longer than a double holds. */
  longNumbers: boolean;
}

/**
 * Decodes text that begins like JSON, or says with `null` that it is none. `text` must be trimmed.
 *
 * Whole numbers beyond 2^53 and numbers beyond a double's range become strings, and repeated keys
 * are told: nothing is lost silently.
 */
export function decodeJson(text: string): DecodedPayload | null {
  const shape = scanJson(text);
  if (shape.depth > MAX_DEPTH) {
    return unread(text, `JSON nested deeper than ${MAX_DEPTH} levels`);
  }
  if (shape.nodes > MAX_NODES) {
    return unread(text, `JSON of more than ${formatCount(MAX_NODES)} values`);
  }
  const notes: string[] = [];
  let value: JsonValue;
  try {
    value = shape.longNumbers ? parseExactly(text, notes) : JSON.parse(text);
  } catch {
    if (!looksLikeJson(text)) return null;
    const malformed = describeJsonError(text);
    return { ...leftAsText(text, `Looks like JSON but is not: ${malformed}`), malformed };
  }
  let repeatedKey: string | undefined;
  if (shape.keys > 1) {
    const repeated = shape.keys - countKeys(value);
    if (repeated > 0) {
      repeatedKey = findRepeatedKey(text);
      const named = repeatedKey === undefined ? "" : ` (${JSON.stringify(repeatedKey)})`;
      notes.push(
        `${formatCount(repeated)} ${repeated === 1 ? "value is" : "values are"} hidden by ` +
          `repeated keys${named}; the last of each is given`,
      );
    }
  }
  return {
    format: "json",
    certainty: "certain",
    value,
    encoding: "utf8",
    ...(notes.length !== 0 && { note: notes.join(". ") }),
    ...(repeatedKey !== undefined && { repeatedKey }),
  };
}

const LONGEST_KEY = 60;
const MOST_DIGITS = 1_000;

/** The first key that stands twice in one object of valid JSON; undefined where none does, or it is too long to tell. */
function findRepeatedKey(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "{") open.push(new Set());
    else if (char === "[") open.push(null);
    else if (char === "}" || char === "]") open.pop();
    else if (char === '"') {
      const end = scalarEnd(text, at);
      const keys = open.at(-1);
      if (keys && text[skipSpace(text, end)] === ":") {
        const key: string = JSON.parse(text.slice(at, end));
        if (keys.has(key)) return key.length <= LONGEST_KEY ? key : undefined;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/**
 * `JSON.parse` that gives whole numbers which a double would round as `bigint`, up to 1,000 digits: writing down longer
 * ones takes time that grows faster than their length. Undefined where text is no JSON. Only for who learns of values:
 * JSON has no `bigint`.
 */
export function parseUnrounded(text: string): JsonValue | undefined {
  const keep: SourceReviver = (_key, value, { source }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined &&
      source.length <= MOST_DIGITS && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value;
  try {
    return JSON.parse(text, keep as Parameters<typeof JSON.parse>[1]);
  } catch {
    return undefined;
  }
}

function leftAsText(text: string, note: string): DecodedPayload {
  return { format: "text", certainty: "likely", value: text, encoding: "utf8", note };
}

function unread(text: string, why: string): DecodedPayload {
  return { ...leftAsText(text, `${why}, left as text`), unread: true };
}

function scanJson(text: string): JsonShape {
  let depth = 0;
  let deepest = 0;
  let nodes = 0;
  let keys = 0;
  let digits = 0;
  let longNumbers = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      if (++digits > 15) longNumbers = true;
      continue;
    }
    switch (code) {
      case 34: { // "
        // Found by indexOf: most of a payload is inside strings, and that search is vectorised.
        let end = text.indexOf('"', at + 1);
        while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
        at = end < 0 ? text.length : end;
        break;
      }
      case 58: // :
        keys++;
        nodes++;
        break;
      case 44: // ,
        nodes++;
        break;
      case 123: // {
      case 91: // [
        if (++depth > deepest) deepest = depth;
        break;
      case 125: // }
      case 93: // ]
        depth--;
        break;
      case 69: // E
      case 101: // e, also in true and false: only after a digit is it an exponent
        if (digits > 0) longNumbers = true;
        break;
    }
    digits = 0;
  }
  return { depth: deepest, nodes, keys, longNumbers };
}

function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === 92) at--;
  return (quote - at) % 2 === 0;
}

type SourceReviver = (
  this: unknown,
  key: string,
  value: unknown,
  context: { source?: string },
) => unknown;

/** `JSON.parse` that hands numbers a double cannot hold on as they were written. */
function parseExactly(text: string, notes: string[]): JsonValue {
  let kept = 0;
  const keepSource: SourceReviver = (_key, value, context) => {
    if (typeof value !== "number" || context.source === undefined) return value;
    if (isExact(context.source, value)) return value;
    kept++;
    return context.source;
  };
  // The third argument is in ES2025 (proposal-json-parse-with-source); the types trail behind.
  const value: JsonValue = JSON.parse(text, keepSource as Parameters<typeof JSON.parse>[1]);
  if (kept > 0) {
    notes.push(
      `${formatCount(kept)} ${kept === 1 ? "number is" : "numbers are"} too large for a double ` +
        "and given as text",
    );
  }
  return value;
}

/** Whether a number literal survives as a double: whole ones exactly, others in range. */
export function isExact(source: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  return Number.isSafeInteger(value) || !/^[+-]?\d+$/.test(source);
}

/**
 * A number in a value that somebody else parsed which may not be the one that was written: whole ones beyond 2^53 are
 * rounded without a word. Undefined where there is none.
 */
export function maybeRounded(value: JsonValue): number | undefined {
  let found: number | undefined;
  JSON.stringify(value, (_key, item) => {
    if (typeof item === "number" && (!Number.isFinite(item) || isLargeWhole(item))) found ??= item;
    return item;
  });
  return found;
}

function isLargeWhole(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function countKeys(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === "object") count += countKeys(item);
    }
    return count;
  }
  for (const key in value) {
    count++;
    const member = value[key];
    if (typeof member === "object") count += countKeys(member);
  }
  return count;
}

/** Whether text was meant as JSON, so that its being malformed is worth telling. */
function looksLikeJson(text: string): boolean {
  return /^\{\s*(?:$|["'}]|\w+\s*:)/.test(text) ||
    /^\[\s*(?:$|["{\[\]]|(?:-?[\d.]+(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)\s*(?:,|$))/
      .test(text);
}

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/**
 * Where and why text is not JSON, in words: `at character 6: expected a value, found "NaN"`.
 * `JSON.parse` gives a position only sometimes, and quotes strangers' text unescaped.
 */
function describeJsonError(text: string): string {
  const open: string[] = [];
  let at = skipSpace(text, 0);
  let expected: "value" | "value or end" | "key" | "key or end" | "colon" | "comma" = "value";
  for (;;) {
    at = skipSpace(text, at);
    const char = text[at];
    const inside = open.at(-1);
    if (char === undefined) {
      if (expected === "comma" && inside === undefined) return "it is valid";
      return `it ends after ${formatCount(text.length)} characters, inside ${
        inside === "{" ? "an object" : inside === "[" ? "an array" : "a value"
      }`;
    }
    if (expected === "comma") {
      if (inside === undefined) return failure(text, at, "expected the end");
      if (char === ",") {
        expected = inside === "{" ? "key" : "value";
        at++;
      } else if (char === (inside === "{" ? "}" : "]")) {
        open.pop();
        at++;
      } else {
        return failure(text, at, `expected "," or "${inside === "{" ? "}" : "]"}"`);
      }
    } else if (expected === "colon") {
      if (char !== ":") return failure(text, at, 'expected ":"');
      expected = "value";
      at++;
    } else if (expected === "key" || expected === "key or end") {
      if (char === "}" && expected === "key or end") {
        open.pop();
        expected = "comma";
        at++;
        continue;
      }
      if (char !== '"') return failure(text, at, "expected a key in double quotes");
      const end = scalarEnd(text, at);
      if (end < 0) return failure(text, at, "the key is cut off or holds a forbidden character");
      at = end;
      expected = "colon";
    } else if (char === "]" && expected === "value or end") {
      open.pop();
      expected = "comma";
      at++;
    } else if (char === "{" || char === "[") {
      open.push(char);
      expected = char === "{" ? "key or end" : "value or end";
      at++;
    } else {
      const end = scalarEnd(text, at);
      if (end < 0) {
        return failure(
          text,
          at,
          char === '"' ? "the text is cut off or holds a forbidden character" : "expected a value",
        );
      }
      at = end;
      expected = "comma";
    }
  }
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

/** Where the string, number or word that begins here ends, or -1 when it is not valid. */
function scalarEnd(text: string, start: number): number {
  if (text[start] !== '"') {
    LITERAL.lastIndex = start;
    return LITERAL.test(text) ? LITERAL.lastIndex : -1;
  }
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code < 32) return -1;
    if (code === 92) {
      ESCAPE.lastIndex = at + 1;
      if (!ESCAPE.test(text)) return -1;
      at = ESCAPE.lastIndex - 1;
    }
  }
  return -1;
}

function failure(text: string, at: number, what: string): string {
  const found = /^[\w.+-]{1,12}/.exec(text.slice(at, at + 12))?.[0] ?? text[at];
  return `at character ${formatCount(at + 1)}: ${what}, found ${JSON.stringify(found)}`;
}
