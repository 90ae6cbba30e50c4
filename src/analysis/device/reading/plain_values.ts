/**
 * What a document says, whether its maker wrote numbers and flags as such or as text: `"21.5"` is 21.5 and `"true"` is true,
 * so that no rule has to ask for both.
 */
import { decodePayload } from "../../../payload/decode.ts";
import { splitWords } from "../../../payload/severity/split_words.ts";
import type { DecodedPayload, JsonValue } from "../../../payload/payload.ts";
import type { JsonObject } from "../../../payload/json_object.ts";
import { loneDocument, unwrapped } from "../../../payload/wrapper.ts";
import { xmlDocument } from "../../../payload/xml.ts";
import { remembering } from "../../../payload/remembered.ts";
import type { Sample } from "./trace.ts";

/** Deeper values are left as they were sent. */
const MAX_DEPTH = 16;
/** A number as programs write it, none of leading zeros; longer ones are ids. */
const NUMBER = /^-?(?:0|[1-9]\d{0,12})(?:\.\d{1,17}(?:e[-+]?\d{1,3})?|e-\d{1,3})?$/i;
const LONGEST_NUMBER = 40;

/**
 * The value with the numbers and flags that it tells as text; the same object where it tells none so. What is called a
 * name, a version or a time of day stays text.
 */
export function plainValue(value: JsonValue): JsonValue {
  return plainIn(value, "", 0);
}

function plainIn(value: JsonValue, key: string, depth: number): JsonValue {
  if (typeof value === "string") return scalarIn(value, key);
  if (value === null || typeof value !== "object" || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) {
    let items: JsonValue[] | undefined;
    for (const [i, item] of value.entries()) {
      const plain = plainIn(item, key, depth + 1);
      if (plain !== item) (items ??= [...value])[i] = plain;
    }
    return items ?? value;
  }
  let members: { [key: string]: JsonValue } | undefined;
  for (const name of Object.keys(value)) {
    const item = value[name];
    const plain = plainIn(item, name, depth + 1);
    if (plain !== item) (members ??= { ...value })[name] = plain;
  }
  return members ?? value;
}

/** The one number of a list, told as text: `[230.1]`. */
const LONE = /^\[\s?([^[\],]{1,36}?)\s?\]$/;

function scalarIn(text: string, key: string): JsonValue {
  if (text.length > LONGEST_NUMBER) return text;
  const lone = LONE.exec(text)?.[1];
  if (lone !== undefined) return NUMBER.test(lone) ? scalarIn(lone, key) : text;
  if (NUMBER.test(text)) return isTextual(key) ? text : Number(text);
  return FLAG.test(text) ? text.length === 4 : text;
}

const FLAG = /^(?:true|false)$/i;

/** What is written in figures and is a name, a version or an address: as its last word, or anywhere. */
const LAST_WORD =
  /^(?:ver|vers|fw|sw|hw|software|hardware|build|rev|release|model|ip|ipaddr|addr|address|name|title|text|phone|sn|mac|group|token|hash|(?!grid|humid|fluid|liquid|solid|valid|invalid|acid|void|lid|mid|pid).*id)$/;
const ANYWHERE = /version|firmware|serial|imei|iccid|revision/;
const TIME_OF_DAY =
  /^(?:(?:local|utc|gps|device|system|start|end|stop) ?)?(?:time|date|date ?time)$/;

/** Whether a text in a field of that name is none of a number, whatever figures it has. */
export const isTextual: (key: string) => boolean = remembering((key) => {
  const words = splitWords(key.slice(0, 64));
  const name = words.join(" ");
  return LAST_WORD.test(words.at(-1) ?? "") || ANYWHERE.test(name) || TIME_OF_DAY.test(name);
});

/** What a message says, decoded once: numbers and flags that are told as text as such, and in `sent` as they were sent. */
export function decodedOf(sample: Sample): DecodedPayload {
  return sample.decoded ??= inPlain(
    sample,
    decodePayload(sample.payload, { topic: sample.topic }),
  );
}

/** What a message was decoded to, without what is only wrapped around it, its values plain; `sent` keeps it as it was sent. */
export function inPlain(sample: Sample, sent: DecodedPayload): DecodedPayload {
  const document = xmlDocument(sent);
  const told = document === null ? unwrapped(sent) : { ...sent, format: "json", value: document };
  const value = plainValue(told.value);
  const decoded = value === told.value ? told : { ...told, value };
  if (decoded !== sent) sample.sent = sent;
  return decoded;
}

/** Levels of topics that hold a list of what was told, though it be of one. */
const OF_LISTS = /(?:^|\/)(?:messages|events|entries|notifications|records|history)$/i;

/**
 * Whether a document is a record of a list that tells of several by their kinds, and of one where only that changed:
 * `{"type": "switch", "value": "1"}`.
 */
function isRecord(value: JsonObject): boolean {
  return typeof value["type"] === "string" && value["value"] !== undefined;
}

/** Where each message of a topic is a list of one document, what it says is the document. */
export function readLoneDocuments(samples: readonly Sample[]): void {
  const told = samples.flatMap((sample) => {
    const value = loneDocument(decodedOf(sample).value);
    return value === null || isRecord(value) ? [] : [{ sample, value }];
  });
  if (told.length < samples.length || OF_LISTS.test(samples[0]?.topic ?? "")) return;
  for (const { sample, value } of told) {
    const decoded = decodedOf(sample);
    sample.sent ??= decoded;
    sample.decoded = unwrapped({ ...decoded, value });
  }
}
