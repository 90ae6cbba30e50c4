/**
 * Secrets in payloads: Wi-Fi passwords in a device's configuration, tokens, logins in the URLs of cameras. They are
 * hidden where a payload is decoded to be shown, searched or compared; counting and hashing work on the bytes.
 */
import { Buffer } from "node:buffer";
import { hideInText, type HideOptions, isSecretName, mayHoldSecret } from "../secret_text.ts";
import type { DecodedPayload, JsonValue } from "./payload.ts";
import { textOf } from "./utf8.ts";

/** What stands in place of a hidden value. */
export const HIDDEN = "‹hidden›";

const OPTIONS: HideOptions = { mark: HIDDEN, isSecret: isSecretName };

let shown = false;

/** The owner's word for this process, said once at its start: whether secrets in payloads are shown. */
export function showSecrets(show: boolean): void {
  shown = show;
}

/** Whether secrets in payloads are shown. */
export function secretsAreShown(): boolean {
  return shown;
}

/** Levels that say what is done with the value whose name stands before them. */
const VERBS = /^(?:set|get|state|status|value|cmd|command|config)$/i;

/** Whether a topic ends with the name of a secret: `…/wifi/password`, `…/wifi/password/set`. */
export function isSecretTopic(topic: string): boolean {
  if (!mayHoldSecret(topic)) return false;
  const end = topic.lastIndexOf("/");
  const last = topic.slice(end + 1);
  if (isSecretName(last)) return true;
  return end > 0 && VERBS.test(last) &&
    isSecretName(topic.slice(topic.lastIndexOf("/", end - 1) + 1, end));
}

/** Formats whose bytes are the text that is shown, so that a look at the bytes can rule a secret out. */
const PLAIN_FORMATS = new Set(["json", "text", "xml", "number", "boolean", "empty"]);

/** A decoded payload without its secrets. `bytes` are what it was decoded from. */
export function withoutSecrets(
  decoded: DecodedPayload,
  { bytes, topic }: { bytes: Uint8Array; topic: string },
): DecodedPayload {
  if (shown || decoded.encoding === "base64") return decoded;
  const named = isSecretTopic(topic);
  if (!named && PLAIN_FORMATS.has(decoded.format) && isAscii(decoded) && !mayHoldSecretIn(bytes)) {
    return decoded;
  }
  const counter = { hidden: 0 };
  const value = named && isTopicValue(decoded)
    ? hidden(counter)
    : hide(decoded.value, { below: false, value: named, counter });
  if (counter.hidden === 0) return decoded;
  // What a parser says is wrong with a text quotes from it.
  const note = decoded.note?.replace(/(Looks like (?:JSON|XML) but is not): .*$/s, "$1");
  const { malformed, ...rest } = decoded;
  return {
    ...rest,
    value,
    ...(malformed !== undefined && { malformed: "it holds a secret" }),
    hidden: counter.hidden,
    ...(note !== undefined && { note }),
  };
}

/** A value without its secrets: of JSON, or of what was said with a payload. */
export function hideInJson(value: JsonValue, topic = ""): JsonValue {
  if (shown) return value;
  return hide(value, { below: false, value: isSecretTopic(topic), counter: { hidden: 0 } });
}

/** Whether a payload has to be decoded before any of it is shown, because it may hold a secret. */
export function mayHoldSecretsOf(bytes: Uint8Array, topic: string): boolean {
  return !shown && (isSecretTopic(topic) || mayHoldSecretIn(bytes));
}

/**
 * The text of a payload in which can be searched: what is hidden is not in it. Text as it was sent, of anything else its
 * JSON. `decoded` must be without its secrets.
 */
export function searchableText(bytes: Uint8Array, decoded: DecodedPayload): string {
  const isText = PLAIN_FORMATS.has(decoded.format) && isAscii(decoded);
  if (!isText || decoded.hidden !== undefined) {
    return typeof decoded.value === "string" ? decoded.value : JSON.stringify(decoded.value);
  }
  const text = textOf(bytes);
  // a key that is written twice has one value only once it is parsed
  return shown ? text : hideInText(text, OPTIONS).text;
}

const SENT_AS_UTF16 = "Sent as UTF-16";

/** UTF-16 has a zero byte beside each letter: there a look at the bytes finds nothing. */
function isAscii(decoded: DecodedPayload): boolean {
  return decoded.note === undefined || !decoded.note.endsWith(SENT_AS_UTF16);
}

/**
 * Whether bytes hold what every secret has near it. Most payloads hold none, and this is asked of each that is decoded:
 * a look at few bytes rules most of them out before the words are looked for.
 */
function mayHoldSecretIn(bytes: Uint8Array): boolean {
  if (!mayHoldTrace(bytes)) return false;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return mayHoldSecret(view.toString("latin1"));
}

/** The rarest pairs of letters in what a secret has near it: `ss`, `pw`, `sk`, `ok`, `ke`, `cr`, `//`, `--`, `\\u`. */
function mayHoldTrace(bytes: Uint8Array): boolean {
  let before = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = TRACE_BYTES[bytes[at]];
    if (byte !== 0 && TRACE_PAIRS[before << 4 | byte] === 1) return true;
    before = byte;
  }
  return false;
}

const TRACE_LETTERS = "spwkoecr/-\\u";
const TRACE_BYTES = new Uint8Array(256);
for (const [i, letter] of [...TRACE_LETTERS].entries()) {
  TRACE_BYTES[letter.charCodeAt(0)] = i + 1;
  TRACE_BYTES[letter.toUpperCase().charCodeAt(0)] = i + 1;
}
const TRACE_PAIRS = new Uint8Array(256);
for (const [first, second] of ["ss", "pw", "sk", "ok", "ke", "cr", "//", "--", "\\u"]) {
  TRACE_PAIRS[(TRACE_LETTERS.indexOf(first) + 1) << 4 | TRACE_LETTERS.indexOf(second) + 1] = 1;
}

/** A payload that is the value its topic names: a text, no number, no switch. */
function isTopicValue({ format, value }: DecodedPayload): boolean {
  const inner = format.slice(format.lastIndexOf("+") + 1);
  return typeof value === "string" && value !== "" && inner !== "number" && inner !== "boolean";
}

interface Place {
  /** Below the name of a secret: every text is one. */
  readonly below: boolean;
  /** Members that are called `value` hold a secret, because what they belong to is named so. */
  readonly value: boolean;
  readonly counter: { hidden: number };
}

/** What a record calls the name of the value it holds, and that value. */
const NAME_KEYS = ["name", "key", "id", "param", "field"];
const VALUE_KEY = /^(?:value|val|v|data|.{1,12}_?value)$/i;

function hide(value: JsonValue, place: Place): JsonValue {
  if (typeof value === "string") {
    if (value === "") return value;
    if (place.below) return hidden(place.counter);
    const found = hideInText(value, OPTIONS);
    place.counter.hidden += found.hidden;
    return found.text;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    let copy: JsonValue[] | null = null;
    const inside = { ...place, below: place.below || place.value };
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      const shownItem = hide(item, typeof item === "string" ? inside : place);
      if (shownItem !== item) (copy ??= [...value])[i] = shownItem;
    }
    return copy ?? value;
  }
  return hideInObject(value, place);
}

function hideInObject(value: { [key: string]: JsonValue }, place: Place): JsonValue {
  let copy: { [key: string]: JsonValue } | null = null;
  const record = place.value || NAME_KEYS.some((key) => {
    const name = Object.hasOwn(value, key) ? value[key] : undefined;
    return typeof name === "string" && isSecretName(name.slice(name.lastIndexOf("/") + 1));
  });
  const inside = { ...place, value: false };
  const secret = { ...inside, below: true };
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (typeof item !== "string" && (typeof item !== "object" || item === null)) continue;
    const isSecret = isSecretName(key) || record && VALUE_KEY.test(key);
    const shownItem = hide(item, isSecret ? secret : inside);
    if (shownItem === item) continue;
    copy ??= { ...value };
    Object.defineProperty(copy, key, {
      value: shownItem,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy ?? value;
}

function hidden(counter: { hidden: number }): string {
  counter.hidden++;
  return HIDDEN;
}
