/** A time found in a payload. */
interface PayloadTime {
  /** In milliseconds since the epoch. */
  readonly atMs: number;
  /** The finest step the text shows: 1000 for whole seconds. */
  readonly resolutionMs: number;
  /** Where it stands in the payload, as a dotted path. */
  readonly field: string;
}

/** Longer payloads are not searched. */
const MAX_BYTES = 16 * 1024;
const FIELD =
  /^(?:_?ts|_?time_?stamp(?:_?ms|_?s)?|time|datetime|date_?time|sent_?at|created_?at|published_?at|measured_?at|event_?time|unix_?time|epoch(?:_?ms)?|utc|t)$/i;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/i;
/** 2001 and 2100: numbers outside are no times. */
const EARLIEST_S = 978_307_200;
const LATEST_S = 4_102_444_800;

const decoder = new TextDecoder();

/**
 * Finds when a JSON payload says it was sent: a field named like a time, at the top or one level
 * below, holding an ISO time with its zone or epoch seconds, milliseconds, microseconds or
 * nanoseconds. Null if there is none. A time without a zone is no time to compare with.
 */
export function findPayloadTime(payload: Uint8Array): PayloadTime | null {
  if (payload.length < 10 || payload.length > MAX_BYTES || payload[0] !== 0x7b) return null;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch {
    return null;
  }
  return findIn(value, "", 0);
}

function findIn(value: unknown, path: string, depth: number): PayloadTime | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  for (const [key, entry] of Object.entries(value)) {
    if (!FIELD.test(key)) continue;
    const found = timeOf(entry);
    if (found !== null) return { ...found, field: path + key };
  }
  if (depth > 0) return null;
  for (const [key, entry] of Object.entries(value)) {
    const found = findIn(entry, `${path}${key}.`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function timeOf(value: unknown): { atMs: number; resolutionMs: number } | null {
  if (typeof value === "string") {
    const match = ISO.exec(value);
    if (match === null) return null;
    const atMs = Date.parse(value.replace(" ", "T"));
    if (Number.isNaN(atMs)) return null;
    return { atMs, resolutionMs: match[1] === undefined ? 1000 : 1 };
  }
  if (typeof value !== "number") return null;
  for (const perSecond of [1, 1e3, 1e6, 1e9]) {
    const seconds = value / perSecond;
    if (seconds < EARLIEST_S || seconds >= LATEST_S) continue;
    return {
      atMs: seconds * 1000,
      resolutionMs: perSecond === 1 && Number.isInteger(value) ? 1000 : 1,
    };
  }
  return null;
}
