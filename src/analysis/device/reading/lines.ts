/** Lines of text that tell values by their names or places: `T=21.5 H=40`, `17;5121;6.0`, `$GPS,1044,52.1,11.6` and `StoveTemp:187.8`. */
import type { JsonValue } from "../../../payload/payload.ts";
import { blankOf } from "../findings/values/blank.ts";
import { numberIn } from "./fields.ts";
import { isSide, isWantingWord } from "../findings/orders/order_words.ts";
import type { Sample } from "./trace.ts";

const LONGEST_LINE = 400;
const LONGEST_CELL = 40;
const MOST_CELLS = 40;
/** One row may be a sentence; so many of one form are a table. */
const LEAST_ROWS = 3;
const LEAST_VALUES = 2;
/** Share of a topic's messages that have its form: what failed says so in another. */
const MOST_ROWS = 0.7;

/** A name and a value: a number with its unit, or a word. */
const PAIR =
  /([\p{L}_][\p{L}\p{N}_./%-]{0,30}) ?[=:] ?(-?\d{1,15}(?:\.\d{1,12})?(?: ?[^\s\d,;:=|&#]{1,5})?|[\p{L}_-]{1,20})(?=$|[\s,;|&#])/gu;
/** What stands between pairs, and says nothing. */
const BETWEEN = /[\s,;|&#<>()-]+/g;
const SEPARATORS = [";", "|", "\t", "#", ",", " "];
/** Half a number, where a comma divides the whole part from the rest. */
const DECIMAL_COMMA = /^[-+]?\d+,\d+$/;

type Values = { [name: string]: JsonValue };

/** Reads the messages of a topic that are lines of one form as the document of their values, in place. */
export function readLines(samples: readonly Sample[]): void {
  const lines = samples.filter(isLine);
  if (lines.length < Math.max(LEAST_VALUES, MOST_ROWS * samples.length)) return;
  const read = pairsOf(lines) ?? listsOf(lines) ?? sentencesOf(lines) ??
    kindsOf(lines) ?? rowsOf(lines) ?? namedAlikeOf(lines);
  for (const [sample, value] of read ?? []) {
    const decoded = sample.decoded;
    if (decoded === undefined) continue;
    sample.sent ??= decoded;
    sample.decoded = { ...decoded, format: "json", value };
  }
}

function isLine({ decoded, sizeBytes }: Sample): boolean {
  return sizeBytes > 0 && sizeBytes <= LONGEST_LINE && decoded?.format === "text" &&
    decoded.encoding === "utf8" && typeof decoded.value === "string";
}

function textOf({ decoded }: Sample): string {
  const text = String(decoded?.value ?? "").trim();
  // Where semicolons part them, `31,7` is one number.
  return text.includes(";") ? text.replace(/(?<=\d),(?=\d)/g, ".") : text;
}

/** Lines of names and values, with nothing else in them. */
function pairsOf(lines: readonly Sample[]): Map<Sample, Values> | null {
  const read = new Map<Sample, Values>();
  for (const line of lines) {
    const text = textOf(line);
    const values: Values = {};
    for (const [, name = "", value = ""] of text.matchAll(PAIR)) {
      values[name] = numberIn(value) ?? value;
    }
    const numbers = Object.values(values).filter((value) => typeof value === "number");
    const isAll = text.replace(PAIR, "").replace(BETWEEN, "") === "";
    if (isAll && numbers.length >= LEAST_VALUES) read.set(line, values);
  }
  return read.size >= LEAST_VALUES && read.size >= MOST_ROWS * lines.length ? read : null;
}

/** A name of a few words and its value, on a line of its own: `RMS voltage, L1-N: 230.75 V`. */
const NAMED_ROW = /^(\p{L}[\p{L}\p{N} ,._/()%°-]{0,40}?) {0,4}[:=][ \t]{0,4}(\S[^\r\n]{0,60})$/u;

/** Messages of several lines, each of which is a name and its value. */
function listsOf(lines: readonly Sample[]): Map<Sample, Values> | null {
  const read = new Map<Sample, Values>();
  for (const line of lines) {
    const rows = String(line.decoded?.value ?? "").split(/[\r\n]+/)
      .map((row) => row.trim()).filter((row) => row !== "");
    const told = rows.slice(0, MOST_CELLS).map((row) => NAMED_ROW.exec(row));
    const values: Values = {};
    for (const [, name = "", value = ""] of told.filter((one) => one !== null)) {
      values[name] = numberIn(value) ?? value;
    }
    const numbers = Object.values(values).filter((value) => typeof value === "number");
    if (!told.includes(null) && numbers.length >= LEAST_VALUES) read.set(line, values);
  }
  return read.size >= LEAST_VALUES && read.size >= MOST_ROWS * lines.length ? read : null;
}

/** A name and one value after it, or what stands there where nothing was read: `StoveTemp:187.8`, `Temp 21,5 °C`, `Temp;nan`. */
const NAMED_ALONE = /^(\p{L}[\p{L}\p{N}_.-]{0,30}) ?[=:;,|\t ] ?([^\s=:;|,][^=:;|\t]{0,30})$/u;
/** At least so many of the values are numbers. */
const MOST_NUMBERS = 0.2;

/**
 * Lines of one and the same name with one value each, which is a number or says that none was read. What is measured has a
 * fraction, a unit or a word for none: `play 4` and `Fault 1438` may be anything.
 */
function namedAlikeOf(lines: readonly Sample[]): Map<Sample, Values> | null {
  const read = new Map<Sample, Values>();
  let [numbers, measured] = [0, 0];
  let named: string | undefined;
  for (const line of lines) {
    const text = String(line.decoded?.value ?? "").trim();
    const [, name = "", told = ""] = NAMED_ALONE.exec(text) ?? [];
    const number = numberIn(told.replace(/(?<=^-?\d{1,9}),(?=\d{1,9}(?!\d))/, "."));
    if (name === "" || number === null && blankOf(told) === null) continue;
    const word = name.toLowerCase();
    if (name !== (named ??= name) || isWantingWord(word) || isSide(word)) return null;
    if (number !== null) numbers++;
    if (number === null || !/^-?\d+$/.test(told)) measured++;
    read.set(line, { [name]: number ?? told });
  }
  const isForm = read.size >= LEAST_ROWS && read.size >= MOST_ROWS * lines.length;
  return isForm && measured > 0 && numbers >= MOST_NUMBERS * read.size ? read : null;
}

/** What a sentence of an instrument begins with: `$SDDBT,59.9,f,18.3,M`. */
const SENTENCE = /^\$[A-Z]{5,6}$/;

/** Sentences of several kinds by turns: the numbers of each by its kind and their places. */
function sentencesOf(lines: readonly Sample[]): Map<Sample, Values> | null {
  const rows = lines.map((line) => ({ line, cells: textOf(line).split(",").slice(0, MOST_CELLS) }));
  const kinds = new Set(rows.map(({ cells }) => cells[0]));
  if (kinds.size < 2 || ![...kinds].every((kind) => SENTENCE.test(kind))) return null;
  return new Map(rows.map(({ line, cells: [kind = "", ...cells] }) => [
    line,
    Object.fromEntries(cells.flatMap((cell, i) => {
      const number = numberIn(cell);
      return number === null ? [] : [[`${kind.slice(1)} ${i + 1}`, number]];
    })),
  ]));
}

/** What a row may begin with to say what it is: the number of a template, as SmartREST has it. */
const TEMPLATE = /^\d{1,4}$/;
const LEAST_WORDS = 2;
const MOST_KINDS = 40;

/** The one value of a row, by the words before it: `200,c8y_LinePressure,P,7.39,bar`; null where it tells more or none. */
function namedValueOf(cells: readonly string[]): [name: string, value: number] | null {
  const rest = TEMPLATE.test(cells[0] ?? "") ? cells.slice(1) : cells;
  const at = rest.findIndex((cell) => numberIn(cell) !== null);
  const words = rest.slice(0, at);
  const value = numberIn(rest[at] ?? "");
  const isOne = value !== null && words.length >= LEAST_WORDS &&
    words.every((cell) => WORD.test(cell)) &&
    rest.slice(at + 1).every((cell) => numberIn(cell) === null);
  return isOne ? [words.join(" "), value] : null;
}

/** Rows of several kinds by turns, one or more in a message: the value of each by its words. */
function kindsOf(lines: readonly Sample[]): Map<Sample, Values> | null {
  for (const separator of [",", ";", "|", "\t"]) {
    const told = lines.map((line) => ({
      line,
      values: textOf(line).split(/\r?\n/).slice(0, MOST_CELLS).flatMap((row) => {
        const value = namedValueOf(cellsOf(row, separator));
        return value === null ? [] : [value];
      }),
    }));
    const kinds = Map.groupBy(told.flatMap(({ values }) => values), ([name]) => name);
    // What comes now and then is an event with its number.
    const isMeasured = kinds.size >= 2 && kinds.size <= MOST_KINDS &&
      [...kinds.values()].every((rows) => rows.length >= LEAST_ROWS) &&
      [...kinds.values()].some((rows) => rows.some(([, value]) => !Number.isInteger(value)));
    const read = told.filter(({ values }) => values.length > 0);
    if (!isMeasured || read.length < MOST_ROWS * lines.length) continue;
    return new Map(read.map(({ line, values }) => [line, Object.fromEntries(values)]));
  }
  return null;
}

/** Lines of as many cells each, some of which hold a number in all of them. */
function rowsOf(lines: readonly Sample[]): Map<Sample, Values> | null {
  for (const separator of SEPARATORS) {
    const rows = lines.map((line) => ({ line, cells: cellsOf(textOf(line), separator) }));
    const count = rows.at(-1)?.cells.length ?? 0;
    if (count < LEAST_VALUES || count > MOST_CELLS) continue;
    const same = rows.filter(({ line, cells }) =>
      cells.length === count && cells.every((cell) => cell.length <= LONGEST_CELL) &&
      !DECIMAL_COMMA.test(textOf(line))
    );
    if (same.length < Math.max(LEAST_ROWS, MOST_ROWS * lines.length)) continue;
    const columns = Array.from(
      { length: count },
      (_, i) => same.map(({ cells }) => cells[i]),
    );
    const numeric = columns.map((cells) =>
      cells.some((cell) => valueIn(cell) !== null) &&
      cells.every((cell) => valueIn(cell) !== null || blankOf(cell) !== null)
    );
    if (isOfOneEach(columns, numeric)) return null;
    const told = numeric.filter(Boolean).length;
    if (told < (separator === " " ? count : LEAST_VALUES)) continue;
    const named = columns.map((cells, i) =>
      i + 1 < count && new Set(cells).size === 1 && WORD.test(cells[0])
    );
    const inPairs = named.filter(Boolean).length >= LEAST_VALUES;
    return new Map(same.map(({ line, cells }) => [
      line,
      valuesOf(cells, { numeric, named: inPairs ? named : [] }),
    ]));
  }
  return null;
}

/** Whether each line tells one value of many, and what it is of right before it: `SYS_Uptime`, then `47`. */
function isOfOneEach(columns: readonly string[][], numeric: readonly boolean[]): boolean {
  return numeric.at(-1) === true && numeric.at(-2) === false && new Set(columns.at(-2)).size > 1;
}

function cellsOf(text: string, separator: string): string[] {
  const cells = text.split(separator === " " ? /\s+/ : separator).map((cell) => cell.trim());
  // What ends each cell, or begins the first, encloses none.
  if (cells.at(-1) === "") cells.pop();
  return cells;
}

/** `SOIL1:44.4` or `Water 31.7 bar` in a row of cells. */
const NAMED_CELL =
  /^([\p{L}_][\p{L}\p{N}_]{0,20})(?: ?[:=] ?| (?=-?\d[\d.]* ?([^\s\d/:.-]{0,6})$))(.+)$/u;

function valueIn(cell: string): number | null {
  return numberIn(NAMED_CELL.exec(cell)?.[3] ?? cell);
}

/** A name in a cell of its own before its value: `bat;LOW`. */
const WORD = /^\p{L}[\p{L}\p{N}_]{0,20}$/u;

function valuesOf(
  cells: readonly string[],
  { numeric, named }: { numeric: readonly boolean[]; named: readonly boolean[] },
): Values {
  const values: Values = {};
  for (const [i, cell] of cells.entries()) {
    if (named[i]) continue;
    const before = named[i - 1] ? cells[i - 1] : undefined;
    const [, name = before ?? `column ${i + 1}`, unit = ""] = numeric[i]
      ? NAMED_CELL.exec(cell) ?? []
      : [];
    values[`${name} ${unit}`.trim()] = !numeric[i] ? cell : valueIn(cell) ?? null;
  }
  return values;
}
