import { splitWords } from "../../../payload/severity/split_words.ts";
import type { Scalar } from "./fields.ts";
import { lastOf, leafOf, objectOf } from "./fields.ts";
import { remembering } from "../../../payload/remembered.ts";

/** A time that a payload carries. */
export interface CarriedTime {
  readonly path: string;
  readonly atMs: number;
  /** False for a local time without a zone, which may be off by whole quarter hours. */
  readonly zoned: boolean;
  /** When the thing was last heard or read; otherwise when the message was made. */
  readonly lastSeen: boolean;
}

/** A time as a number or a text tells it. */
interface ToldTime {
  readonly atMs: number;
  readonly zoned: boolean;
}

/**
 * What a time is of: the message itself (`made`), the thing when it was last heard (`seen`), or what is
 * told of it when it was last got (`updated`). Null for all other times: of a start, a motion, an alarm.
 */
type TimeKind = "made" | "seen" | "updated" | null;

const CLOCK_WORD =
  /^(?:(?:unix|local|utc|device|system|sys|server|source|event|sample|epoch|rtc|gps|sensor|date|current|now|mess)?(?:times?|timestamp|zeit|zeitstempel)(?:ms|utc|unix|local|iso|now)?|ts|tst|tstamp|stamp|datetime|date|dt|clock|now|utc|epoch|unix|rtc|sysdate|dateutc|datum|uhrzeit|tijd|tijdstip|horodatage|heure|fecha|hora|fechahora|t|when)$/;
/** Words that say which clock it is, or in what it is told, and leave it the message's time. */
const CLOCK_AID =
  /^(?:at|on|of|local|gmt|iso|ms|us|ns|s|sec|secs|seconds|millis|device|dev|system|sys|server|source|gateway|node|sensor|board|meter|plc|logger|data|current|actual|real|str|string|text|formatted|message|msg|event|sample|sampled|reading|measure|measured|measurement|meas|record|recorded|report|reported|observation|observed|phenomenon|result|sent|send|created|generated|captured|acquisition|published|publish|logged|host|gps|mess|et)$/;
const MADE_AT =
  /^(?:sent|created|measured|sampled|recorded|reported|observed|generated|captured|published|logged) ?at$/;
const SEEN =
  /^last ?(?:seen|heard|contact|communication|comm|packet|message|msg|rx|received|report|activity)(?: ?(?:at|time|timestamp|ts|ms|utc|local|date)){0,3}$/;
const UPDATED =
  /^(?:last ?(?:updated?|sync|synced|poll|polled|refresh|refreshed|fetch|fetched|data|read|readout|reading|measurement|success|successful ?update)|(?:data|values?|state)? ?(?:updated|update)(?= ?(?:at|time|timestamp|ts)$)|updated)(?: ?(?:at|time|timestamp|ts|ms|utc|local|date)){0,3}$/;

/** Whose time it is, before what it is of: `unit_update_ts`. */
const WHOSE =
  /^(?:unit|device|dev|sensor|cloud|api|server|node|gateway|bridge|meter|inverter|thing) (?=.* )/;

/** {@linkcode TimeKind} of a field by its name. */
export const timeKind: (name: string) => TimeKind = remembering((name) => {
  const words = name.length > 60 ? [] : splitWords(name);
  const text = words.join(" ").replace(WHOSE, "");
  return SEEN.test(text) ? "seen" : UPDATED.test(text) ? "updated" : MADE_AT.test(text) ||
      words.some((word) => CLOCK_WORD.test(word)) &&
        words.every((word) => CLOCK_WORD.test(word) || CLOCK_AID.test(word))
    ? "made"
    : null;
});

/** The last level of a path as it is written, of a payload that is the value itself the topic's. */
export function writtenName(path: string, segments: readonly string[]): string {
  return path === "" ? segments.at(-1) ?? "" : lastOf(path);
}

/** 2000 and 2110: a number outside is no time, and a clock before 2000 was never set. */
const EARLIEST_MS = 946_684_800_000;
const LATEST_MS = 4_417_977_600_000;

/** Last levels of topics whose messages tell of a time to come: `…/sleep_until`. */
const TOLD_AHEAD = /(?:^|[_-])(?:until|next|schedule[ds]?|forecasts?|due|expires?)(?:[_-]|$)/i;

/** A concentrator's count of microseconds, which begins anew at 2³², and with each gateway that hears it. */
const COUNTS_MICROSECONDS =
  /(?:^|\.)(?:settings|(?:rx|tx)_?(?:metadata|info)(?:\[\d*\])?)\.timestamp$/i;

/** The time at which a message says it was made, or when its device was last seen. */
export function carriedTime(
  fields: ReadonlyMap<string, Scalar>,
  o: { readonly segments: readonly string[]; readonly at: number },
): CarriedTime | null {
  if (TOLD_AHEAD.test(o.segments.at(-1) ?? "")) return null;
  let found: CarriedTime | null = null;
  for (const [path, value] of fields) {
    if (path === "" && (typeof value !== "string" || isOfSomethingElse(o.segments.join(".")))) {
      continue;
    }
    const kind = timeKind(writtenName(path, o.segments));
    // A list that is the whole payload holds what its topic says.
    const whole = path.startsWith("[") ? `${o.segments.at(-1)}.values${path}` : path;
    if (kind === null || isOfSomethingElse(whole) || COUNTS_MICROSECONDS.test(path)) continue;
    if (found !== null && (found.path.split(".").length <= path.split(".").length)) continue;
    const parsed = timeIn(value, o.at) ?? splitTime(fields, { path, near: o.at });
    if (parsed !== null) found = { path, lastSeen: kind !== "made", ...parsed };
  }
  return found ?? timeOfParts(fields) ?? timeOfRow(fields.get(""), o.at);
}

/** Longer rows are not read. */
const LONGEST_ROW = 400;

/** The time in a row of text: its first or last cell, or one that is called so, as in `temp=21;time=…`. */
function timeOfRow(row: Scalar | undefined, near: number): CarriedTime | null {
  if (typeof row !== "string" || row.length > LONGEST_ROW || !/[,;|=]/.test(row)) return null;
  const cells = row.split(/[,;|&]\s?|\t/);
  for (const [i, cell] of cells.entries()) {
    const equals = cell.indexOf("=");
    const isEnd = cells.length > 1 && (i === 0 || i === cells.length - 1);
    if (equals < 0 ? !isEnd : timeKind(cell.slice(0, equals).trim()) !== "made") continue;
    const told = timeIn(cell.slice(equals + 1).trim(), near);
    // At the end as long a number may be anything.
    const isSure = told !== null && (i === 0 || equals >= 0 || Math.abs(told.atMs - near) < DAY_MS);
    if (isSure) return { path: "", lastSeen: false, ...told };
  }
  return null;
}

/** Parents below which a time is of something that was or will be. */
const OTHER_TIMES =
  /err|fault|alarm|warn|event|history|histor|logs?\b|schedul|next|first|last|previous|start|end\b|begin|expir|install|build|calibr|creat|target|due|update|firmware|job|sun|forecast|place|plan(?!t)|session|trip|cycle/i;
/** Lists of what was measured: their times are the message's. */
const MEASURED_LISTS =
  /^(values?|vals|data|metrics|readings?|records|samples|points|measurements|messages|services|rx_?info|payload)$/i;

/** Whether a time stands in a list, or under a name, of other things than this message. */
export function isOfSomethingElse(path: string): boolean {
  const parents = path.split(".").slice(0, -1);
  return parents.some((parent) =>
    OTHER_TIMES.test(parent) ||
    /\[[^[\]]*\]$/.test(parent) && !MEASURED_LISTS.test(parent.slice(0, parent.indexOf("[")))
  );
}

/** A time that a value tells, as a number or as a text; null for anything else. Of two readings the nearer one counts. */
export function timeIn(value: Scalar, near = 0): ToldTime | null {
  if (typeof value === "number") return fromNumber(value, near);
  if (typeof value !== "string") return null;
  if (/^\d{10}(\.\d+)?$|^\d{13}$/.test(value)) return fromNumber(Number(value), near);
  const told = timeInText(value, near);
  return told !== null && told.atMs >= EARLIEST_MS ? told : null;
}

/** Milliseconds of the unit in which a length of time is told by its name, in lower case without separators; a second where that says none. */
export function unitMsOf(name: string): number {
  const [, after, before] =
    /(ms|millis|milliseconds|m|mins?|minutes|minuten|h|hours)(?:ago)?$|^(ms|millis|milliseconds|mins?|minutes|minuten|hours)since/
      .exec(name) ?? [];
  const unit = after ?? before ?? "s";
  if (/^m(?:s|illi)/.test(unit)) return 1;
  return unit.startsWith("m") ? 60_000 : unit.startsWith("h") ? 3_600_000 : 1_000;
}

/** Where others count from: GPS, spreadsheets of old, NTP. */
const OTHER_STARTS_MS = [315_964_800_000, -2_082_844_800_000, -2_208_988_800_000];
const DAY_MS = 86_400_000;

function fromNumber(value: number, near: number): ToldTime | null {
  const scale = value > 1e17 ? 1e-6 : value > 1e14 ? 1e-3 : value > 1e11 ? 1 : 1000;
  const atMs = value * scale;
  const other = OTHER_STARTS_MS.find((start) => Math.abs(atMs + start - near) < DAY_MS);
  if (other !== undefined) return { atMs: atMs + other, zoned: true };
  if (value > 2e13 && value < 3e13 && Number.isInteger(value)) {
    return timeInText(String(value), near);
  }
  return atMs >= EARLIEST_MS && atMs <= LATEST_MS ? { atMs, zoned: true } : null;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH = /jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec/i;
const CLOCK_TEXT =
  /(?:^|[T\s,_-])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([ap])\.?m\.?)?\s*(Z|UTC|GMT)?\s*([+-]\d{2}:?\d{2})?(?=\s|,|$)/i;
const COMPACT =
  /^(\d{4})(\d\d)(\d\d)[T _-]?(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$|^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)[SW]$/;

/** A date with its time of day in any of the ways that people and programs write them, of any year. */
export function timeInText(text: string, near = 0): ToldTime | null {
  if (text.length > 48 || !/\d/.test(text)) return null;
  const compact = COMPACT.exec(text);
  if (compact !== null) {
    const [, y, mo, d, h, mi, s, zone, ...short] = compact;
    const [year, ...rest] = y === undefined
      ? [2000 + Number(short[0]), ...short.slice(1)]
      : [Number(y), mo, d, h, mi, s];
    return timeOf([year, ...rest.map(Number)], zone);
  }
  const clock = CLOCK_TEXT.exec(text);
  if (clock === null) return null;
  const [whole, hour, minute, second = "0", fraction = "", half, utc, offset] = clock;
  const hours = half === undefined
    ? Number(hour)
    : Number(hour) % 12 + (half.toLowerCase() === "p" ? 12 : 0);
  const seconds = Number(`${second}.${fraction || "0"}`);
  const date = text.replace(whole, " ").replace(/\([^()]{1,24}\)/, " ").trim();
  const zone = offset ?? utc;
  const read = datesIn(date).flatMap((day) =>
    timeOf([...day, Number(hours), Number(minute), seconds], zone) ?? []
  );
  // Halves of a day are told where months come first.
  const usual = half === undefined ? read : [...read.slice(1, 2), ...read.slice(0, 1)];
  return read.find(({ atMs }) => Math.abs(atMs - near) < 2 * DAY_MS) ?? usual[0] ?? null;
}

/** The dates that a text may mean, each as year, month and day: `03/04/2026` may be of March or of April. */
function datesIn(text: string): [number, number, number][] {
  const [, a = "", b = "", c = ""] = /^(\d{1,4})[-\/.](\d{1,2})[-\/.](\d{1,4})\.?$/.exec(text) ??
    [];
  const century = (year: string) => Number(year) + (year.length <= 2 ? 2000 : 0);
  if (a.length === 4) return [[Number(a), Number(b), Number(c)]];
  const [dayFirst, monthFirst]: [number, number, number][] = [
    [century(c), Number(b), Number(a)],
    [century(c), Number(a), Number(b)],
  ];
  if (c.length === 4) return [dayFirst, monthFirst];
  if (c.length === 2) {
    const yearFirst: [number, number, number] = [century(a), Number(b), Number(c)];
    return text.includes(".")
      ? [dayFirst, monthFirst, yearFirst]
      : [yearFirst, monthFirst, dayFirst];
  }
  const month = MONTH.exec(text);
  const year = /\b(\d{4})\b/.exec(text)?.[1];
  const day = /\b(\d{1,2})(?:st|nd|rd|th)?\b/.exec(text)?.[1];
  if (month === null || year === undefined || day === undefined) return [];
  const at = MONTHS.indexOf(month[0].toLowerCase());
  return [[Number(year), at + 1, Number(day)]];
}

/** The time of year, month, day, hour, minute and second; null where there is no such time. */
function timeOf(parts: readonly (number | undefined)[], zone?: string): ToldTime | null {
  const [year = NaN, month = NaN, day = NaN, hour = 0, minute = 0, second = 0] = parts;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute < 60)) {
    return null;
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const [, sign, h = "0", m = "0"] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "") ?? [];
  const offMs = (sign === "-" ? -1 : 1) * (Number(h) * 60 + Number(m)) * 60_000;
  const atMs = date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 - offMs;
  return Number.isFinite(atMs) ? { atMs: Math.round(atMs), zoned: zone !== undefined } : null;
}

/** A date and a time of day in two fields beside each other. */
function splitTime(
  fields: ReadonlyMap<string, Scalar>,
  { path, near }: { path: string; near: number },
): ToldTime | null {
  const date = fields.get(path);
  if (typeof date !== "string" || !/^(?:date|datum|fecha|dato)$/.test(leafOf(path))) return null;
  const within = objectOf(path);
  for (const [other, value] of fields) {
    if (objectOf(other) !== within || typeof value !== "string") continue;
    if (!/^(?:time|zeit|uhrzeit|hora|heure|tijd)$/.test(leafOf(other))) continue;
    if (/^\d{1,2}:\d{2}/.test(value)) return timeInText(`${date} ${value}`, near);
  }
  return null;
}

const PARTS: readonly RegExp[] = [
  /^(?:clock|rtc|time|date|sys|system)?(?:year|yr|jahr|annee|ano)$/,
  /^(?:clock|rtc|time|date|sys|system)?(?:month|mon|monat|mois|mes|maand)$/,
  /^(?:clock|rtc|time|date|sys|system)?(?:m?day|tag|jour|dia|dag)$/,
  /^(?:clock|rtc|time|date|sys|system)?(?:hours?|stunde|heure|hora|uur)$/,
  /^(?:clock|rtc|time|date|sys|system)?(?:minutes?|min)$/,
  /^(?:clock|rtc|time|date|sys|system)?(?:seconds?|sec)$/,
];

/** A clock that is told in parts: `{"year": 2026, "month": 3, "day": 14, "hour": 18, …}`. */
function timeOfParts(fields: ReadonlyMap<string, Scalar>): CarriedTime | null {
  for (const [path, value] of fields) {
    if (typeof value !== "number" || !PARTS[0]?.test(leafOf(path)) || isOfSomethingElse(path)) {
      continue;
    }
    const within = objectOf(path);
    const parts = PARTS.map((part) => {
      for (const [other, told] of fields) {
        if (objectOf(other) === within && part.test(leafOf(other))) return Number(told);
      }
      return undefined;
    });
    if (parts.slice(0, 5).includes(undefined)) continue;
    const told = timeOf([value < 100 ? 2000 + value : value, ...parts.slice(1)]);
    if (told !== null) return { path, lastSeen: false, ...told };
  }
  return null;
}

/** How far a carried time is from another, whole quarter hours forgiven where the zone is unknown. */
export function skewMs(time: CarriedTime, atMs: number): number {
  const difference = time.atMs - atMs;
  if (time.zoned || Math.abs(difference) > 15 * 3_600_000) return difference;
  const quarter = 900_000;
  return difference - Math.round(difference / quarter) * quarter;
}
