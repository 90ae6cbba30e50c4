/** What stands where nothing was read: words, and numbers that stand for none. */
import { plainKey } from "../../../../payload/plain_keys.ts";
import { lastOf, type Scalar } from "../../reading/fields.ts";

/**
 * `failed` is what a sensor or its driver says when it could not read: `NaN`, `err`, `Sensorfehler`, `xx.x`;
 * `absent` may as well be what is not there: null, nothing, `--`; `unknown` what nobody asked for yet.
 */
type Blank = "failed" | "absent" | "unknown";

const FAILED =
  /^(?:[-+]?nan|ovf|err(?:or)?[ _-]?\d{0,3}|fail(?:ed|ure)?|fault|time ?out|invalid|open|short|nc|ol|(?:no|kein|keine|ohne|sans|sin|senza|nessun|nessuna|sem|geen|brak|bez|ingen|inget|ingenting|ei|nincs|žádná?) ?(?:sensor|signal|data|reading|value|wert|daten|messwert|messung|datos|dados|sinal|se[ñn]al|segnale|signaal|sygnał\p{L}*|danych|lecture|mesure|lectura|medida|lettura|misura|leitura|meting|pomiar\p{L}*|odczyt\p{L}*|mätvärde|mätning|måling|mittausta|mérés|jel|měření|signál\p{L}*)|(?:(?:sensor|read(?:ing)?|probe) ?)?(?:err(?:or)?|fault|fail(?:ed|ure)?)(?: (?:while |on )?reading| to read)?|(?:sensor ?)?(?:fehler|defekt)|(?:open|short) ?circuit|leitungsbruch|kurzschluss|out ?of ?range|[x*#-]{1,6}[.,][x*#-]{1,4}|[x*#]{2,6}|\?+)$/iu;
const ABSENT =
  /^(?:null|[-+]?inf(?:inity)?|unavailable|n\/?a|-+|not ?(?:connected|present)|disconnected)?$/i;
const UNKNOWN =
  /^(?:unknown|undefined|none|not ?available|unbekannt|nicht verfügbar|desconocido|inconnu)$/i;

/** What a value is that is none; null where it is one. */
export function blankOf(value: Scalar | undefined): Blank | null {
  if (value === null) return "absent";
  if (typeof value === "number") return Number.isNaN(value) ? "failed" : null;
  if (typeof value !== "string" || value.length > 40) return null;
  const text = value.trim().replace(/_/g, " ");
  if (FAILED.test(text)) return "failed";
  return ABSENT.test(text) ? "absent" : UNKNOWN.test(text) ? "unknown" : null;
}

/** What is in one of these is set: nothing while it is off. */
export const OF_SETTING = /(?:^|\.)(?:settings?|targets?|setpoints?|overlay|override|desired)\./i;

/** What a blank value is called in a finding. */
export function blankText(value: Scalar | undefined): string {
  if (value === null || value === undefined) return "null";
  return String(value).trim() === "" ? "empty" : String(value).trim().slice(0, 30);
}

/** Ends of words of 16 and 24 bits, and of 31; some tell by the one before the last that there is nothing. */
const WORD_ENDS = [0x7ffe, 0x7fff, 0xffff, 0x7fffff, 0xffffff, 0x7fffffff];
/** What chips and programs send when they read nothing, and ends of words, as they are or with a point set. */
const NOT_READ = new Set([
  ...[-127, -99, -99.9, -273.15, -999, -999.9, -9999, 999.9, 9999, 9999.9],
  // What KNX tells of a value of two bytes that is not valid.
  ...[670760.96, -671088.64],
  ...WORD_ENDS.flatMap((end) => [end, -end - 1]).flatMap((end) =>
    [1, 10, 100, 1_000].map((part) => end / part)
  ),
]);
/** What may be ordinary, but not where nothing near it was ever read. */
const END_OF_SCALE = new Set([
  ...[-100, -128, -200, -273, -1000, 127, 409.5, 409.6, 850, 998, 999, 1500, 4095, 0xffffffff],
]);

/** Whether a number stands for none by the format that names it so: Miele's `value_raw` of what is not there now. */
export function isNoneByFormat(path: string, value: number): boolean {
  return value === -32768 && /(?:^|\.)value_raw$/.test(path);
}

/** What instruments tell beyond their range (SCPI 1999, 7.2.1.4), and the ends of numbers of 32 bits, are above this. */
const OVERFLOW = 9e36;

/** Whether a number stands for none, whatever was read before. */
export function isNotRead(value: number): boolean {
  return NOT_READ.has(value) || Math.abs(value) >= OVERFLOW;
}

const OF_SUN = /(?:^|_)(?:dc|pv|solar|panel|mppt|string)(?:_|\d|$)/;
const OF_FLOW = /power|volt|curr|(?:^|_)[wva]\d?$|watt|amp/;
const ADDED_UP = /yield|energy|total|wh(?:_|$)|ertrag/;

/**
 * Whether an inverter tells of no panel anything but numbers that stand for none, and still what it has yielded: it sleeps at
 * night, and some makers' registers hold that then.
 */
export function isWithoutLight(fields: ReadonlyMap<string, Scalar>): boolean {
  const told = [...fields].flatMap(([path, value]) =>
    typeof value === "number" ? [{ name: plainKey(lastOf(path)), value }] : []
  );
  const ofSun = told.filter(({ name }) => OF_SUN.test(name) && OF_FLOW.test(name));
  return ofSun.some(({ value }) => isNotRead(value)) &&
    ofSun.every(({ value }) => value === 0 || isSentinel(value)) &&
    told.some(({ name, value }) => ADDED_UP.test(name) && value > 0 && !isSentinel(value));
}

/** Whether a number stands for none where nothing near it was ever read. */
export function isSentinel(value: number): boolean {
  return isNotRead(value) || END_OF_SCALE.has(value);
}

/** Whether it is the end of a word with a point set: 65.535, 327.67. Nothing is just that by chance. */
export function isWordWithPoint(value: number): boolean {
  return !Number.isInteger(value) && isNotRead(value) && Math.abs(value) > LEAST_WITH_POINT &&
    value !== -99.9 && Math.abs(value) !== 999.9 && value !== -273.15;
}

const LEAST_WITH_POINT = 30;

/** So large is no word of less than 16 bits, and so many times as much as all else is no load that was switched on. */
const LEAST_END = 0x7ffe;
const TIMES_OF_END = 100;
const TIMES_OF_ANY = 100_000;
const LEAST_OTHERS = 0.6;

/** What is measured, and no code, word of bits or raw number. */
const LOAD =
  /power|watt|curr|amp(?!l)|volt|flow|load|energy|lux|illum|press|temp|hum|speed|rate|weight|dist|level|consum|usage/;

/**
 * Indices of the ends of a word, or of what is a hundred thousand times as much as all else, among numbers that may be switched:
 * −8388608 W between 160 and 170. Null where there are none.
 */
export function farBeyondIn(
  { name, values }: { readonly name: string; readonly values: readonly number[] },
): number[] | null {
  if (!LOAD.test(name)) return null;
  const isLarge = (value: number) => Math.abs(value) >= LEAST_END || isWordWithPoint(value);
  const others = values.filter((value) => !isLarge(value));
  const most = Math.max(...others.map(Math.abs));
  if (others.length < LEAST_OTHERS * values.length || !(most > 0)) return null;
  const isBeyond = (value: number) =>
    Math.abs(value) > (isNotRead(value) ? TIMES_OF_END : TIMES_OF_ANY) * most;
  const at = values.flatMap((value, i) => isLarge(value) ? [i] : []);
  return at.length > 0 && at.every((i) => isBeyond(values[i])) ? at : null;
}

/** Ends of words of 31 and 32 bits with a point set. */
const LONG_ENDS = [0x80000000, 0x100000000].flatMap((end) =>
  [1, 10, 100, 1_000, 100_000].map((part) => end / part)
);
const JUST_BELOW = 1e-5;

/** Whether it is just below the end of a long word, with a point set or none. */
export function endsLong(value: number): boolean {
  return LONG_ENDS.some((end) =>
    Math.abs(value) < end && Math.abs(value) >= (1 - JUST_BELOW) * end
  );
}

const TIMES_BEYOND = 1_000;

/**
 * Indices of values near the end of a long word, far beyond all others: less than nothing, read as if it had no sign, or
 * what was counted, read as if it had one. Null where there are none.
 */
export function wrappedIn(values: readonly number[]): number[] | null {
  const at = values.flatMap((value, i) => endsLong(value) ? [i] : []);
  const others = values.filter((_, i) => !at.includes(i));
  const least = Math.min(...at.map((i) => Math.abs(values[i])));
  // A count that begins at its end goes on from nothing.
  return at.length > 0 && at[0] > 0 &&
      others.every((value) => Math.abs(value) < least / TIMES_BEYOND)
    ? at
    : null;
}

/** Words without a sign, as they are and in tenths and hundredths: how much of them is a little less than nothing, and their steps. */
const WORDS = [
  { end: 0x100, part: 0x20, steps: 1 },
  { end: 0x10000, part: 0x100, steps: 1 },
  { end: 0x10000 / 10, part: 0x100 / 10, steps: 10 },
  { end: 0x10000 / 100, part: 0x100 / 100, steps: 100 },
  { end: 0x100000000, part: 0x10000, steps: 1 },
];

/** Where a number ends a word that it is a little below: it may be less than nothing, read as if it had no sign. Null for all else. */
export function wordAround(value: number): number | null {
  const word = WORDS.find(({ end, part, steps }) =>
    value < end && value >= end - part && Math.abs(value * steps - Math.round(value * steps)) < 1e-6
  );
  return word?.end ?? null;
}
