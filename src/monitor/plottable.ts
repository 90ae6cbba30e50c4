/** Which values of messages make a line worth drawing. Pure. */
import { isObject } from "../payload/json_object.ts";
import type { JsonValue } from "../payload/payload.ts";

/** A field of a topic's messages over time. */
export interface Series {
  readonly path: string;
  /** Seconds since the epoch, rising. */
  readonly at: number[];
  readonly value: number[];
  /** The unit that was sent with the number, e.g. `°C`. */
  readonly unit: string | null;
  /** Whether it is on or off rather than a number: 1 and 0. */
  readonly isSwitch: boolean;
}

/** A number of one message. */
interface PlottedValue {
  readonly path: string;
  readonly value: number;
  readonly unit: string | null;
  readonly isSwitch: boolean;
}

const FIELD_DEPTH = 6;
const MOST_ITEMS = 8;
const MOST_FIELDS = 100;
const ON = /^(on|true|yes|open|opened|online|active|running|detected)$/i;
const OFF = /^(off|false|no|closed?|offline|inactive|stopped|clear)$/i;
/** A number with a unit after it, as people write it. */
const WITH_UNIT =
  /^\s*([-+]?\d{1,15}(?:[.,]\d{1,10})?)\s*((?:[°%µ€$]|[a-z])[^\d\s]{0,7}(?: ?[a-z]{1,8})?)\s*$/iu;
const BARE = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?\s*$/i;
/** What counts messages or names them, and says nothing about the world. */
const COUNTS_MESSAGES =
  /^(seq|sequence|seq_?(no|num|nr)|alias|msg_?id|message_?id|packet_?id|nonce)$/i;
const TELLS_TIME =
  /(^|[_\-.])(ts|time|timestamp|date|epoch|last_?seen|updated|at)$|Time(stamp)?$|At$/;
/** A number this near to when its message came is a time itself. */
const NEAR_MS = 400 * 24 * 3_600_000;

/** The numbers in a decoded payload; `receivedAtMs` tells times from readings. */
export function plottedValues(
  value: JsonValue,
  o: { format: string; receivedAtMs: number },
): PlottedValue[] {
  const found: PlottedValue[] = [];
  const take = (path: string, name: string, item: JsonValue) => {
    const number = numberOf(item);
    if (number === null || COUNTS_MESSAGES.test(name)) return;
    if (isTime(name, number.value, o.receivedAtMs)) return;
    found.push({ path, ...number });
  };
  if (o.format === "sparkplug_b" && isObject(value) && Array.isArray(value.metrics)) {
    for (const metric of value.metrics.slice(0, MOST_FIELDS)) {
      if (!isObject(metric) || metric.value === undefined) continue;
      const { name, alias } = metric;
      const path = typeof name === "string" && name !== "" ? name : `alias ${String(alias)}`;
      if (name === "bdSeq" || metric.datatype === "DateTime") continue;
      take(path, path.split("/").at(-1) ?? path, metric.value);
    }
    return found;
  }
  walk(value, { path: "$", name: "", depth: 0 }, take);
  return found;
}

type Take = (path: string, name: string, item: JsonValue) => void;

function walk(
  value: JsonValue,
  at: { path: string; name: string; depth: number },
  take: Take,
): void {
  if (typeof value !== "object" || value === null) return take(at.path, at.name, value);
  if (at.depth >= FIELD_DEPTH) return;
  if (Array.isArray(value)) {
    value.slice(0, MOST_ITEMS).forEach((item, i) =>
      walk(item, { path: `${at.path}[${i}]`, name: at.name, depth: at.depth + 1 }, take)
    );
    return;
  }
  for (const [key, item] of Object.entries(value).slice(0, MOST_FIELDS)) {
    const name = key.slice(0, 60);
    walk(item, { path: `${at.path}.${name}`, name, depth: at.depth + 1 }, take);
  }
}

function numberOf(item: JsonValue): Omit<PlottedValue, "path"> | null {
  if (typeof item === "number") {
    return Number.isFinite(item) ? { value: item, unit: null, isSwitch: false } : null;
  }
  if (typeof item === "boolean") return { value: item ? 1 : 0, unit: null, isSwitch: true };
  if (typeof item !== "string" || item.length > 40) return null;
  const text = item.trim();
  if (ON.test(text)) return { value: 1, unit: null, isSwitch: true };
  if (OFF.test(text)) return { value: 0, unit: null, isSwitch: true };
  if (BARE.test(text)) return { value: Number(text), unit: null, isSwitch: false };
  const [, digits, unit] = WITH_UNIT.exec(text) ?? [];
  if (digits === undefined) return null;
  return { value: Number(digits.replace(",", ".")), unit, isSwitch: false };
}

function isTime(name: string, value: number, receivedAtMs: number): boolean {
  const isNear = (ms: number) => Math.abs(ms - receivedAtMs) < NEAR_MS;
  if (isNear(value)) return true;
  return TELLS_TIME.test(name) && (isNear(value * 1_000) || isNear(value / 1_000));
}

/** Whether anything is to be seen in it. */
function varies({ value }: Series): boolean {
  return value.some((one) => one !== value[0]);
}

/** Columns of the fields of messages, given oldest first: those that vary first, at most `most`. */
export class SeriesTable {
  readonly #most: number;
  readonly #series = new Map<string, Series>();

  constructor(most: number) {
    this.#most = most;
  }

  add(atMs: number, values: readonly PlottedValue[]): void {
    for (const { path, value, unit, isSwitch } of values) {
      const known = this.#series.get(path);
      if (known === undefined && this.#series.size >= 10 * this.#most) continue;
      const series = known ?? { path, at: [], value: [], unit, isSwitch };
      this.#series.set(path, series);
      series.at.push(atMs / 1000);
      series.value.push(value);
    }
  }

  all(): Series[] {
    const all = [...this.#series.values()];
    return [...all.filter(varies), ...all.filter((one) => !varies(one))].slice(0, this.#most);
  }
}
