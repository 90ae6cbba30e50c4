/** Figures of numeric fields by the minute: taken from payloads, and packed by the hour. Pure. */

/** What is kept of one numeric field in one minute. */
export interface Figure {
  count: number;
  min: number;
  max: number;
  sum: number;
  last: number;
}

/** Fields of one message that are followed. */
const MOST_FIELDS = 64;
const DEEPEST = 6;
/** Larger payloads hold documents, not readings. */
const LARGEST_BYTES = 16 * 1024;

export const MINUTE_MS = 60_000;
export const MINUTES_PER_HOUR = 60;
export const HOUR_MS = MINUTES_PER_HOUR * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/**
 * Calls back with each numeric field of a payload, under the path that the history's queries use: `temperature`,
 * `status.battery`, `values[0]`; "" is the payload itself. Other payloads have no figures.
 */
export function eachNumber(
  payload: Uint8Array,
  found: (path: string, value: number) => void,
): void {
  if (payload.length === 0 || payload.length > LARGEST_BYTES) return;
  const value = parseJsonBytes(payload);
  if (value === undefined) return;
  let left = MOST_FIELDS;
  const walk = (item: unknown, path: string, depth: number): void => {
    if (left <= 0) return;
    if (typeof item === "number") {
      // beyond 2^53 a figure would not be the number that was sent
      if (!Number.isFinite(item) || Number.isInteger(item) && !Number.isSafeInteger(item)) return;
      left--;
      found(path, item);
      return;
    }
    if (typeof item !== "object" || item === null || depth >= DEEPEST) return;
    if (Array.isArray(item)) {
      for (let i = 0; i < item.length && left > 0; i++) walk(item[i], `${path}[${i}]`, depth + 1);
      return;
    }
    for (const key in item) {
      const member = (item as Record<string, unknown>)[key];
      if (typeof member === "number" || typeof member === "object" && member !== null) {
        walk(member, memberPath(path, key), depth + 1);
      }
    }
  };
  walk(value, "", 0);
}

/** A path as {@linkcode eachNumber} writes it. */
export function canonicalPath(steps: readonly (string | number)[]): string {
  return steps.reduce<string>(
    (path, step) => typeof step === "number" ? `${path}[${step}]` : join(path, step),
    "",
  );
}

const PLAIN_KEY = /^[^.[\]"$][^.[\]"]*$/;

const MOST_PATHS = 20_000;
const knownPaths = new Map<string, Map<string, string>>();
let knownPathCount = 0;

/** The same as {@linkcode join}, remembered: streams say the same names over and over. */
function memberPath(path: string, key: string): string {
  let members = knownPaths.get(path);
  const known = members?.get(key);
  if (known !== undefined) return known;
  if (knownPathCount >= MOST_PATHS) {
    knownPaths.clear();
    knownPathCount = 0;
    members = undefined;
  }
  if (members === undefined) knownPaths.set(path, members = new Map());
  const joined = join(path, key);
  members.set(key, joined);
  knownPathCount++;
  return joined;
}

function join(path: string, key: string): string {
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** A figure as a row of a table has it. */
export function figureIn(row: Readonly<Record<string, unknown>>): Figure {
  const { count, min, max, sum, last } = row;
  return {
    count: Number(count),
    min: Number(min),
    max: Number(max),
    sum: Number(sum),
    last: Number(last),
  };
}

/** Adds a value to a figure. */
export function addValue(figure: Figure, value: number): void {
  figure.count++;
  figure.sum += value;
  if (value < figure.min) figure.min = value;
  if (value > figure.max) figure.max = value;
  figure.last = value;
}

/** A figure of one value. */
export function figureOf(value: number): Figure {
  return { count: 1, min: value, max: value, sum: value, last: value };
}

/** The figure of both, `later` being the newer one. */
export function mergeFigures(earlier: Figure, later: Figure): Figure {
  return {
    count: earlier.count + later.count,
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
    sum: earlier.sum + later.sum,
    last: later.last,
  };
}

/** The figures of an hour, by minute of the hour. */
export type HourFigures = Map<number, Figure>;

const ROW_BYTES = 1 + 4 + 4 * 8;
/** All of a minute's values are the same: one number instead of four. */
const SAME = 0x80;

/** Packs an hour: about 13 bytes for a minute of one value, 37 for one of several. */
export function packHour(figures: HourFigures): Uint8Array {
  const bytes = new Uint8Array(figures.size * ROW_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [minute, figure] of [...figures].sort(([a], [b]) => a - b)) {
    const same = figure.min === figure.max && figure.sum === figure.min * figure.count;
    view.setUint8(at, minute | (same ? SAME : 0));
    view.setUint32(at + 1, figure.count);
    at += 5;
    const values = same ? [figure.last] : [figure.min, figure.max, figure.sum, figure.last];
    for (const value of values) {
      view.setFloat64(at, value);
      at += 8;
    }
  }
  return bytes.subarray(0, at);
}

/** Unpacks what {@linkcode packHour} packed; what is damaged is left out. */
export function unpackHour(bytes: Uint8Array): HourFigures {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const figures: HourFigures = new Map();
  let at = 0;
  while (at + 13 <= bytes.length) {
    const head = view.getUint8(at);
    const count = view.getUint32(at + 1);
    const minute = head & 0x7f;
    at += 5;
    if (head & SAME) {
      const value = view.getFloat64(at);
      at += 8;
      figures.set(minute, { count, min: value, max: value, sum: value * count, last: value });
      continue;
    }
    if (at + 32 > bytes.length) break;
    const min = view.getFloat64(at);
    const max = view.getFloat64(at + 8);
    const sum = view.getFloat64(at + 16);
    const last = view.getFloat64(at + 24);
    at += 32;
    figures.set(minute, { count, min, max, sum, last });
  }
  return figures;
}

const utf8 = new TextDecoder();
const OPENING = new Set([..."{[-0123456789 \n\r\t"].map((char) => char.charCodeAt(0)));

/** The JSON value of a payload that may hold numbers, or undefined. */
function parseJsonBytes(payload: Uint8Array): unknown {
  if (!OPENING.has(payload[0])) return undefined;
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return undefined;
  }
}
