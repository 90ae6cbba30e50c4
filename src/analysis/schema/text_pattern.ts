import type { JsonValue } from "../../payload/payload.ts";
import { listFields, type SchemaField } from "./fields.ts";
import { ShapeObserver } from "./json_shape.ts";
import { Shape } from "./shape.ts";

/** What the plain-text payloads of a topic or group look like. */
export interface TextPattern {
  readonly samples: number;
  /**
   * `decimal_comma` (numbers such as `21,5`), `delimited` (columns), `key_value`, `influx_line` (InfluxDB line protocol), `words` (few
   * different texts), `template` (the same text around changing numbers), or `free`.
   */
  readonly kind:
    | "decimal_comma"
    | "delimited"
    | "key_value"
    | "influx_line"
    | "words"
    | "template"
    | "free";
  /** Length in UTF-16 units. */
  readonly length: { readonly min: number; readonly max: number };
  /** Of `decimal_comma`. */
  readonly min?: number;
  readonly max?: number;
  readonly note?: string;
  /** Of `delimited`. */
  readonly delimiter?: string;
  /** Of `delimited`: columns by number from 0. Of `key_value` and `influx_line`: by key. */
  readonly columns?: SchemaField[];
  /** Of `template`: numbers are written `{n}`. */
  readonly templates?: { readonly template: string; readonly count: number }[];
  /** Of `words`. */
  readonly values?: string[];
  readonly examples: string[];
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Text beyond this many UTF-16 units of a payload is not looked at. */
const LONGEST_READ = 1024;
const MAX_LINES = 20;
const MAX_COLUMNS = 32;
const MAX_TEMPLATES = 8;
const MAX_WORDS = 16;
const MOST = 0.95;
const NUMBER = /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const WHOLE_NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^([+-]?\d{1,12}),(\d{1,6})$/;
const PAIR = /^([A-Za-z_][\w.-]{0,63})[=:](.+)$/;
const INFLUX = /^[^\s,=]+(?:,[^\s,=]+=[^\s,]+)* [^\s,=]+=\S+(?: \d+)?$/;

interface Columns {
  readonly count: number;
  readonly shape: Shape;
}

/** Learns the pattern of text payloads one by one, in bounded memory. */
export class TextProfile {
  #samples = 0;
  #minLength = Infinity;
  #maxLength = 0;
  #records = 0;
  #pairRecords = 0;
  #influxRecords = 0;
  /** Records that are one number with a decimal comma; null once one was none. */
  #decimals: Decimals | null = { count: 0, digits: null, min: Infinity, max: -Infinity };
  readonly #pairs = new Shape();
  /** By delimiter: null once the number of columns differed. */
  readonly #columns = new Map<string, Columns | null>();
  /** Null once there were too many different ones. */
  #templates: Map<string, number> | null = new Map();
  #words: Map<string, number> | null = new Map();
  #examples: string[] = [];
  readonly #observer = new ShapeObserver({
    maxNodes: 256,
    maxDepth: 2,
    maxProperties: 64,
    maxValues: MAX_WORDS,
    maxExamples: 2,
    maxKeyChars: 64,
  });

  /** Adds one payload's text, received at `atMs` (ms since the epoch). */
  add(text: string, atMs: number): void {
    this.#samples++;
    this.#minLength = Math.min(this.#minLength, text.length);
    this.#maxLength = Math.max(this.#maxLength, text.length);
    const head = text.slice(0, LONGEST_READ).toWellFormed().trim();
    const example = head.length > 80 ? `${head.slice(0, 79)}…`.toWellFormed() : head;
    if (this.#examples.length < 3 && !this.#examples.includes(example)) {
      this.#examples.push(example);
    }
    this.#words = text.length > 64 ? null : countIn(this.#words, head, MAX_WORDS);
    this.#templates = countIn(
      this.#templates,
      head.slice(0, 200).replace(NUMBER, "{n}"),
      MAX_TEMPLATES,
    );
    for (const line of head.split(/\r?\n/, MAX_LINES)) {
      if (line !== "") this.#addRecord(line, atMs);
    }
  }

  /** Adds what `other` has learnt. */
  merge(other: TextProfile): void {
    this.#samples += other.#samples;
    this.#minLength = Math.min(this.#minLength, other.#minLength);
    this.#maxLength = Math.max(this.#maxLength, other.#maxLength);
    this.#records += other.#records;
    this.#decimals = mergeDecimals(this.#decimals, other.#decimals);
    this.#pairRecords += other.#pairRecords;
    this.#influxRecords += other.#influxRecords;
    this.#observer.merge(this.#pairs, other.#pairs, this.#observer.visits);
    for (const [delimiter, columns] of other.#columns) {
      const own = this.#columns.get(delimiter);
      if (own === null) continue;
      if (columns === null || (own !== undefined && own.count !== columns.count)) {
        this.#columns.set(delimiter, null);
        continue;
      }
      const merged = own ?? { count: columns.count, shape: new Shape() };
      this.#observer.merge(merged.shape, columns.shape, this.#observer.visits);
      this.#columns.set(delimiter, merged);
    }
    this.#observer.visits += other.#observer.visits;
    this.#templates = addCounts(this.#templates, other.#templates, MAX_TEMPLATES);
    this.#words = addCounts(this.#words, other.#words, MAX_WORDS);
    this.#examples = [...new Set([...this.#examples, ...other.#examples])].slice(0, 3);
  }

  /** What was learnt so far. */
  result(): TextPattern {
    const base = {
      samples: this.#samples,
      length: { min: this.#minLength, max: this.#maxLength },
      examples: this.#examples,
    };
    if (this.#influxRecords >= MOST * this.#records && this.#influxRecords > 0) {
      return { ...base, kind: "influx_line", columns: listFields(this.#pairs) };
    }
    if (this.#pairRecords >= MOST * this.#records && this.#pairRecords > 0) {
      return { ...base, kind: "key_value", columns: listFields(this.#pairs) };
    }
    const decimals = this.#decimals;
    if (decimals !== null && decimals.count === this.#records) {
      const { min, max } = decimals;
      return { ...base, kind: "decimal_comma", min, max, note: DECIMAL_COMMA_NOTE };
    }
    const words = this.#words;
    if (words !== null && this.#samples >= 2 * words.size && !areNumbered(words)) {
      return { ...base, kind: "words", values: [...words.keys()].sort() };
    }
    const delimited =
      // what stands beside another delimiter is a decimal comma
      [...this.#columns].filter((entry): entry is [string, Columns] => entry[1] !== null).sort((
        a,
        b,
      ) => Number(a[0] === ",") - Number(b[0] === ",") || b[1].count - a[1].count)[0];
    if (delimited !== undefined && (this.#records >= 2 || hasNumbers(delimited[1].shape))) {
      const columns = listFields(delimited[1].shape).map((column) => ({
        ...column,
        path: column.path.slice(1),
      }));
      return { ...base, kind: "delimited", delimiter: delimited[0], columns };
    }
    if (this.#templates !== null && this.#samples > this.#templates.size) {
      const templates = [...this.#templates].map(([template, count]) => ({ template, count }))
        .sort((a, b) => b.count - a.count);
      return { ...base, kind: "template", templates };
    }
    return { ...base, kind: "free" };
  }

  #addRecord(line: string, atMs: number): void {
    this.#records++;
    this.#decimals = addDecimal(this.#decimals, DECIMAL_COMMA.exec(line.trim()));
    for (const delimiter of DELIMITERS) this.#addColumns(line, delimiter, atMs);
    if (!line.includes("=") && !line.includes(":")) return;
    const isInflux = INFLUX.test(line);
    const tokens = line.split(isInflux ? /[, ]/ : /[,;&\s]+/, MAX_COLUMNS).filter((token) =>
      token !== ""
    );
    const record: { [key: string]: JsonValue } = {};
    let pairs = 0;
    for (const token of tokens) {
      const parts = PAIR.exec(token);
      if (parts === null) continue;
      pairs++;
      record[parts[1]] = toScalar(isInflux ? parts[2].replace(/^(-?\d+)i$/, "$1") : parts[2]);
    }
    if (isInflux) this.#influxRecords++;
    if (isInflux || pairs === tokens.length) {
      this.#pairRecords++;
      this.#observer.observe(this.#pairs, record, atMs);
    }
  }

  #addColumns(line: string, delimiter: string, atMs: number): void {
    const known = this.#columns.get(delimiter);
    if (known === null) return;
    const cells = line.split(delimiter, MAX_COLUMNS + 1);
    const isTable = cells.length >= 2 && cells.length <= MAX_COLUMNS;
    if (!isTable || (known !== undefined ? known.count !== cells.length : this.#records > 1)) {
      this.#columns.set(delimiter, null);
      return;
    }
    const columns = known ?? { count: cells.length, shape: new Shape() };
    this.#columns.set(delimiter, columns);
    const row: { [key: string]: JsonValue } = {};
    cells.forEach((cell, index) =>
      row[`c${index}`] = toScalar(
        delimiter === "," ? cell.trim() : cell.trim().replace(DECIMAL_COMMA, "$1.$2"),
      )
    );
    this.#observer.observe(columns.shape, row, atMs);
  }
}

/** What is known of numbers with a decimal comma. */
interface Decimals {
  readonly count: number;
  /** Places after the comma: a column of whole numbers would not always have as many. */
  readonly digits: number | null;
  readonly min: number;
  readonly max: number;
}

const DECIMAL_COMMA_NOTE =
  "numbers with a decimal comma (or two columns, should that be meant): JSON and most parsers want a point";

function addDecimal(known: Decimals | null, parts: RegExpExecArray | null): Decimals | null {
  if (known === null || parts === null) return null;
  const value = Number(`${parts[1]}.${parts[2]}`);
  return mergeDecimals(known, { count: 1, digits: parts[2].length, min: value, max: value });
}

function mergeDecimals(one: Decimals | null, other: Decimals | null): Decimals | null {
  if (one === null || other === null) return null;
  if (one.digits !== null && other.digits !== null && one.digits !== other.digits) return null;
  return {
    count: one.count + other.count,
    digits: one.digits ?? other.digits,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
  };
}

function toScalar(text: string): JsonValue {
  return WHOLE_NUMBER.test(text) ? Number(text) : text;
}

function countIn(
  counts: Map<string, number> | null,
  key: string,
  limit: number,
): Map<string, number> | null {
  if (counts === null) return null;
  const count = counts.get(key);
  if (count === undefined && counts.size >= limit) return null;
  return counts.set(key, (count ?? 0) + 1);
}

function addCounts(
  into: Map<string, number> | null,
  from: Map<string, number> | null,
  limit: number,
): Map<string, number> | null {
  if (into === null || from === null) return null;
  for (const [key, count] of from) into.set(key, (into.get(key) ?? 0) + count);
  return into.size > limit ? null : into;
}

function areNumbered(words: Map<string, number>): boolean {
  return [...words.keys()].some((word) => /\d/.test(word));
}

function hasNumbers({ properties }: Shape): boolean {
  return [...properties?.values() ?? []].some((column) => column.numbers > 0);
}
