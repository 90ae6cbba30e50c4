/**
 * String formats and clock readings that can be told from values alone. A string is only called
 * `date-time`, `date`, `uuid`, `ipv4` or `uri` when a JSON Schema validator that asserts formats
 * would agree; the rest is written as a `pattern`.
 */

/** A format told from values: JSON Schema's own names where it has one. */
export type FormatName =
  | "date-time"
  | "local-date-time"
  | "date"
  | "uuid"
  | "ipv4"
  | "mac"
  | "uri"
  | "numeric"
  | "hex"
  | "epoch-s"
  | "epoch-ms"
  | "epoch-us"
  | "epoch-ns";

/** How a string format is written in a JSON Schema. */
export interface FormatKeyword {
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
}

interface StringFormat {
  readonly name: FormatName;
  readonly matches: (text: string) => boolean;
  readonly keyword: FormatKeyword;
}

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const LOCAL_DATE_TIME =
  /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[+-]\d\d(?:\d\d)?| ?[+-]\d\d:\d\d| ?Z)?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const MAC = /^[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}$/;
const URI =
  /^(?:https?|wss?|mqtts?|ftp|coaps?|rtsps?|tcp):\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/(?:[\w\-.~:@!$&'()*+,;=/]|%[0-9A-Fa-f]{2})*)?(?:\?(?:[\w\-.~:@!$&'()*+,;=/?]|%[0-9A-Fa-f]{2})*)?(?:#(?:[\w\-.~:@!$&'()*+,;=/?]|%[0-9A-Fa-f]{2})*)?$/;
const NUMERIC = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const HEX = /^(?:0x[0-9A-Fa-f]{2,}|[0-9A-Fa-f]{8,})$/;

/** In order of preference: the first format that every value has is the one that is told. */
const STRING_FORMATS: readonly StringFormat[] = [
  { name: "uuid", matches: (text) => UUID.test(text), keyword: { format: "uuid" } },
  { name: "date-time", matches: isDateTime, keyword: { format: "date-time" } },
  { name: "date", matches: isDate, keyword: { format: "date" } },
  {
    name: "local-date-time",
    matches: (text) => LOCAL_DATE_TIME.test(text),
    keyword: {
      pattern: LOCAL_DATE_TIME.source,
      description: "date and time, zone not in RFC 3339",
    },
  },
  { name: "ipv4", matches: (text) => IPV4.test(text), keyword: { format: "ipv4" } },
  {
    name: "mac",
    matches: (text) => MAC.test(text),
    keyword: { pattern: MAC.source, description: "MAC address" },
  },
  { name: "uri", matches: (text) => URI.test(text), keyword: { format: "uri" } },
  {
    name: "numeric",
    matches: (text) => NUMERIC.test(text),
    keyword: { pattern: NUMERIC.source, description: "a number, sent as a string" },
  },
  {
    name: "hex",
    matches: (text) => HEX.test(text),
    keyword: { pattern: HEX.source, description: "hexadecimal" },
  },
];

/** Every string format as a bit set: what a field could still be before its first string. */
export const ALL_STRING_FORMATS: number = (1 << STRING_FORMATS.length) - 1;

/** Longest text that is tested for a format, in UTF-16 units; a longer one has none. */
const LONGEST_TESTED = 512;

/** The bits of `candidates` whose format `text` has. */
export function keepMatchingFormats(candidates: number, text: string): number {
  if (text.length === 0 || text.length > LONGEST_TESTED) return 0;
  let kept = 0;
  for (let index = 0; index < STRING_FORMATS.length; index++) {
    const bit = 1 << index;
    if ((candidates & bit) !== 0 && STRING_FORMATS[index].matches(text)) kept |= bit;
  }
  return kept;
}

/** The preferred format of a bit set made by {@linkcode keepMatchingFormats}, or null. */
export function preferredFormat(
  formats: number,
): { name: FormatName; keyword: FormatKeyword } | null {
  for (let index = 0; index < STRING_FORMATS.length; index++) {
    if ((formats & (1 << index)) !== 0) return STRING_FORMATS[index];
  }
  return null;
}

/** A range of numbers and the arrival times they were seen between, in ms since the epoch. */
interface ClockRange {
  readonly min: number;
  readonly max: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

const YEAR_MS = 366 * 24 * 3600 * 1000;
const CLOCK_NAME =
  /(?:^|_)(?:time|timestamp|ts|epoch|date|datetime|created|updated|seen|since|until|expires|expiry|at|utc|heard|modified|changed)(?:_(?:s|ms|utc|unix|epoch|at))?$/;
const YEAR_2001_MS = 978_307_200_000;
const YEAR_2100_MS = 4_102_444_800_000;

/** Unix times by their unit: milliseconds in one, and what it is called. */
const CLOCKS = [
  ["epoch-s", 1000, "seconds"],
  ["epoch-ms", 1, "milliseconds"],
  ["epoch-us", 1e-3, "microseconds"],
  ["epoch-ns", 1e-6, "nanoseconds"],
] as const;

/** The unit of a Unix time in words; null for another format. */
export function clockUnit(format: FormatName | null): string | null {
  return CLOCKS.find(([name]) => name === format)?.[2] ?? null;
}

/**
 * Unix time in seconds, milliseconds, microseconds or nanoseconds: every value lies within a year of its arrival, or the
 * field's name (`words`, in snake_case) says so and every value falls between 2001 and 2100.
 */
export function clockFormat(range: ClockRange, words: string): FormatName | null {
  for (const [name, factor] of CLOCKS) {
    const min = range.min * factor;
    const max = range.max * factor;
    if (min >= range.firstAtMs - YEAR_MS && max <= range.lastAtMs + YEAR_MS && min > YEAR_MS) {
      return name;
    }
    if (CLOCK_NAME.test(words) && min >= YEAR_2001_MS && max <= YEAR_2100_MS) return name;
  }
  return null;
}

/** Whether a text is a date and time of RFC 3339, with a zone. */
export function isDateTime(text: string): boolean {
  // Long fractions are legal but unbounded; a clock needs no more than this.
  if (text.length < 20 || text.length > 48) return false;
  const parts = DATE_TIME.exec(text);
  return parts !== null && isDay(parts);
}

/** Whether a text is a date of RFC 3339. */
export function isDate(text: string): boolean {
  if (text.length !== 10) return false;
  const parts = DATE.exec(text);
  return parts !== null && isDay(parts);
}

function isDay(parts: RegExpExecArray): boolean {
  const year = Number(parts[1]);
  const month = Number(parts[2]);
  const day = Number(parts[3]);
  if (month < 1 || month > 12 || day < 1) return false;
  if (month === 2) {
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return day <= (leap ? 29 : 28);
  }
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}
