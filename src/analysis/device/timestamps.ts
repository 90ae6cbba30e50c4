import type { Scalar } from "./fields.ts";
import { leafOf } from "./fields.ts";

/** A time that a payload carries. */
export interface CarriedTime {
  readonly path: string;
  readonly atMs: number;
  /** False for a local time without a zone, which may be off by whole quarter hours. */
  readonly zoned: boolean;
  /** When the device was last heard, as something else says; otherwise when the message was made. */
  readonly lastSeen: boolean;
}

const NOW_NAMES =
  /^(time|timestamp|ts|datetime|date|sentat|createdat|eventtime|measuredat|sampledat|utc|epoch|unixtime|unix|dt|timestampms|timems|tst|recordedat|observedat|updatedat|lastupdate|lastupdated)$/;
const LAST_SEEN_NAMES = /^(lastseen|lastheard|lastcontact|lastreport|lastseenms)$/;
/** 2000 and 2100: a number outside is no time, and a clock before 2000 was never set. */
const EARLIEST_MS = 946_684_800_000;
const LATEST_MS = 4_102_444_800_000;

/** Last levels of topics whose messages tell of a time to come: `…/sleep_until`. */
const TOLD_AHEAD = /(?:^|[_-])(?:until|next|schedule[ds]?|forecasts?|due|expires?)(?:[_-]|$)/i;

/** The time at which a message says it was made, or when its device was last seen. */
export function carriedTime(
  fields: ReadonlyMap<string, Scalar>,
  lastLevel = "",
): CarriedTime | null {
  if (TOLD_AHEAD.test(lastLevel)) return null;
  let found: CarriedTime | null = null;
  for (const [path, value] of fields) {
    if (path === "") continue;
    const leaf = leafOf(path);
    const lastSeen = LAST_SEEN_NAMES.test(leaf);
    if (!lastSeen && !NOW_NAMES.test(leaf) || isOfSomethingElse(path)) continue;
    if (found !== null && (found.path.split(".").length <= path.split(".").length)) continue;
    const parsed = timeIn(value);
    if (parsed !== null) found = { path, lastSeen, ...parsed };
  }
  return found;
}

/** Parents below which a time is of something that was or will be. */
const OTHER_TIMES =
  /err|fault|alarm|warn|event|history|histor|logs?\b|schedul|next|first|last|previous|start|end\b|begin|expir|install|build|calibr|creat|target|due|update|firmware|job|sun|forecast|place|plan/i;
/** Lists of what was measured: their times are the message's. */
const MEASURED_LISTS =
  /^(values?|vals|data|metrics|readings?|records|samples|points|measurements|messages|rx_?info|payload)$/i;

/** Whether a time stands in a list, or under a name, of other things than this message. */
function isOfSomethingElse(path: string): boolean {
  const parents = path.split(".").slice(0, -1);
  return parents.some((parent) =>
    OTHER_TIMES.test(parent) ||
    /\[[^[\]]*\]$/.test(parent) && !MEASURED_LISTS.test(parent.slice(0, parent.indexOf("[")))
  );
}

/** A time that a value tells, as a number or as a text; null for anything else. */
export function timeIn(value: Scalar): { atMs: number; zoned: boolean } | null {
  return typeof value === "number"
    ? fromNumber(value)
    : typeof value === "string"
    ? fromText(value)
    : null;
}

function fromNumber(value: number): { atMs: number; zoned: boolean } | null {
  const scale = value > 1e17 ? 1e-6 : value > 1e14 ? 1e-3 : value > 1e11 ? 1 : 1000;
  const atMs = value * scale;
  return atMs >= EARLIEST_MS && atMs <= LATEST_MS ? { atMs, zoned: true } : null;
}

function fromText(text: string): { atMs: number; zoned: boolean } | null {
  if (text.length > 40) return null;
  if (/^\d{10}(\.\d+)?$|^\d{13}$/.test(text)) return fromNumber(Number(text));
  const match =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i
      .exec(text);
  if (match === null) return null;
  const zone = match[3];
  const offset = zone === undefined || /^(z|utc)$/i.test(zone)
    ? "Z"
    : zone.includes(":")
    ? zone
    : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const atMs = Date.parse(`${match[1]}T${(match[2] ?? "").replace(",", ".")}${offset}`);
  return atMs >= EARLIEST_MS && atMs <= LATEST_MS ? { atMs, zoned: zone !== undefined } : null;
}

/** How far a carried time is from another, whole quarter hours forgiven where the zone is unknown. */
export function skewMs(time: CarriedTime, atMs: number): number {
  const difference = time.atMs - atMs;
  if (time.zoned || Math.abs(difference) > 15 * 3_600_000) return difference;
  const quarter = 900_000;
  return difference - Math.round(difference / quarter) * quarter;
}
