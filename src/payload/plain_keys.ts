/** Reads the names that makers write in many styles as one: `isConnected`, `IS-CONNECTED` and `Is Connected` are `is_connected`. */
import type { JsonObject } from "./json_object.ts";
import type { JsonValue } from "./payload.ts";
import { remembering } from "./remembered.ts";
import { inEnglish } from "./spoken_words.ts";

/** Units whose capitals begin no word, nor do those of acidity: `energykWh`, `pH`. */
const UNIT =
  /(?:[kKMG]Wh|(?<![A-Za-z])(?:[kmM]Wh?|[mk]Ah?|kVA|kVAr|mV|dBm?|[hkM]Pa|[kMG]Hz|pH)|(?<![A-Z])DBm)(?![a-z])/g;

/** What makers cut words short to. */
const CUT_SHORT: Readonly<Record<string, string>> = {
  avg: "average",
  bat: "battery",
  batt: "battery",
  cnt: "count",
  cur: "current",
  curr: "current",
  dev: "device",
  err: "error",
  fcnt: "f_count",
  freq: "frequency",
  hum: "humidity",
  lvl: "level",
  msg: "message",
  msgcnt: "message_count",
  msgid: "message_id",
  msgno: "message_no",
  num: "number",
  pos: "position",
  press: "pressure",
  pwr: "power",
  sens: "sensor",
  sig: "signal",
  spd: "speed",
  stat: "status",
  sts: "status",
  temp: "temperature",
  volt: "voltage",
};
/** In front alone these are cut short, and at the end: `std_dev` is a deviation, `spd_ok` a surge protector's, a press a machine. */
const IN_FRONT = ["dev", "sens"];
const AT_END = ["spd", "press"];
const ANYWHERE = Object.keys(CUT_SHORT).filter((word) => ![...IN_FRONT, ...AT_END].includes(word));
const SHORT_WORD = new RegExp(
  `(?<![a-z])(?:${ANYWHERE.join("|")})(?![a-z])|(?<![a-z_])(?:${
    IN_FRONT.join("|")
  })(?![a-z]|_(?:eui|addr))|` +
    `(?<![a-z]|(?:button|key|btn|long|short|double|single)_)(?:${AT_END.join("|")})` +
    `(?=\\d*(?:$|[./]|_(?:[hkm]?pa|m?bar|psi|k[mp]h|m_?p?s|low|high)$))`,
  "g",
);

/**
 * A name in small letters and in English, with `_` between its words and those in full that are cut short; what divides a path
 * stays. Remembered.
 */
export const plainKey: (key: string) => string = remembering((key) => inEnglish(nativeKey(key)));

/** A name as {@linkcode plainKey} reads it, but in its own language. Remembered. */
export const nativeKey: (key: string) => string = remembering((key) =>
  inOneStyle(key).replace(SHORT_WORD, (word) => CUT_SHORT[word] ?? word)
);

const inOneStyle: (key: string) => string = remembering((key) =>
  SIMPLE.test(key) ? key : key
    .replace(UNIT, (unit, at) => `${at === 0 ? "" : "_"}${unit.toLowerCase()}_`)
    .replace(/(?<=\p{Ll})(?=\p{Lu})|(?<=[\p{Lu}\p{Nd}])(?=\p{Lu}\p{Ll})/gu, "_")
    .toLowerCase()
    .replace(/[\s_-]+/g, "_")
    .replace(/_?([./:])_?/g, "$1")
    .replace(/(?<=.)_$/, "")
    .replace(/^_(?=.)/, key.startsWith("_") ? "_" : "")
);

/** Written as it is read. */
const SIMPLE = /^_?[a-z0-9]+(?:[_.][a-z0-9]+)*$/;

/** Deeper values are left as they are. */
const MAX_DEPTH = 12;

/** How the keys of a document that {@linkcode plainKeys} gave were written. */
const writtenIn = new WeakMap<object, ReadonlyMap<string, string>>();
const plainOf = new WeakMap<object, JsonValue[] | JsonObject>();

/**
 * A document with its keys as {@linkcode plainKey} reads them, at any depth; itself where they are written so. Of keys that
 * are read as the same the first stays. Remembered for as long as the document is held.
 */
export function plainKeys(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  const known = plainOf.get(value);
  if (known !== undefined) return known;
  const written = new Map<string, string>();
  const plain = withPlainKeys(value, { written, depth: 0 }) as JsonValue[] | JsonObject;
  plainOf.set(value, plain);
  plainOf.set(plain, plain);
  return plain;
}

/** What a key is called in its document: `batt` beside `battery` is another value. */
function nameIn(value: JsonObject, key: string): string {
  const [name, own] = [plainKey(key), inOneStyle(key)];
  const isTaken = name !== own && Object.keys(value).some((other) => inOneStyle(other) === name);
  return isTaken ? own : name;
}

/** Beside a time or a quality `V` is a value and `I` an id; otherwise a volume or a voltage, and a current. */
function isEnvelope(value: JsonObject): boolean {
  return Object.keys(value).some((key) => /^(?:qc|ts|time|timestamp|quality)$/i.test(key));
}

function withPlainKeys(
  value: JsonValue,
  o: { written: Map<string, string>; depth: number },
): JsonValue {
  if (typeof value !== "object" || value === null || o.depth > MAX_DEPTH) return value;
  const inner = { written: o.written, depth: o.depth + 1 };
  if (Array.isArray(value)) {
    let isSame = true;
    const items = value.map((item) => {
      const plain = withPlainKeys(item, inner);
      isSame &&= plain === item;
      return plain;
    });
    if (isSame) return value;
    writtenIn.set(items, o.written);
    return items;
  }
  const entries = new Map<string, JsonValue>();
  let isSame = true;
  for (const [key, item] of Object.entries(value)) {
    const name = /^[VI]$/.test(key) && !isEnvelope(value) ? key : nameIn(value, key);
    const plain = withPlainKeys(item, inner);
    isSame &&= plain === item && name === key;
    if (entries.has(name)) continue;
    entries.set(name, plain);
    if (name !== key && !o.written.has(name)) o.written.set(name, key);
  }
  if (isSame) return value;
  const plain: JsonObject = Object.fromEntries(entries);
  writtenIn.set(plain, o.written);
  return plain;
}

/** How a key in a document out of {@linkcode plainKeys} was written. */
export function writtenKey(document: JsonValue, key: string): string {
  const isHolder = typeof document === "object" && document !== null;
  return isHolder ? writtenIn.get(document)?.get(key) ?? key : key;
}
