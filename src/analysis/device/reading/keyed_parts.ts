/** Devices that a gateway tells of in one document, each under its name. */
import type { JsonValue } from "../../../payload/payload.ts";
import { isObject, parseJson } from "./json.ts";
import type { Sample } from "./trace.ts";

const DEEPEST = 3;
const MOST_KEYS = 200;
/** What a gateway's document is made at holds for each of its devices. */
const TIME = /^(?:ts|time|timestamp|date|datetime)$/i;

const encoder = new TextEncoder();

/** What parts the levels of the id of a tag: `Dairy.CIP1.Step`, `ns=2;s=Kiln.Zone2.Temp`. */
const BETWEEN_LEVELS = /[./|\\;=]/;
const MOST_LEVELS = 8;
const LONGEST_ID = 160;
/** Fields of a record that say what it is of. */
const ID = /^(?:id|n|name|tag|tagname|tag_name|point|path|node|nodeid|node_id|address|metric)$/i;

/** The messages that hold an object, or records of tags, under a name, without what they tell of others. */
export function samplesOfPart(
  samples: readonly Sample[],
  isNamed: (key: string) => boolean,
): Sample[] {
  return samples.flatMap((sample) => {
    const part = /[[{]/.test(String.fromCharCode(sample.payload[0] ?? 0))
      ? partOf(parseJson(sample.payload), isNamed, 0)
      : undefined;
    return part === undefined ? [] : [{
      topic: sample.topic,
      at: sample.at,
      payload: encoder.encode(JSON.stringify(part)),
      sizeBytes: sample.sizeBytes,
      cut: sample.cut,
      retain: sample.retain,
      dup: sample.dup,
      qos: sample.qos,
    }];
  });
}

/** A document with nothing in it but the object, the records or the tags under a name, where they stand, and its time. */
function partOf(
  value: JsonValue | undefined,
  isNamed: (key: string) => boolean,
  depth: number,
): JsonValue | undefined {
  if (Array.isArray(value)) {
    const records = value.slice(0, MOST_KEYS).filter((one) => isRecordOf(one, isNamed));
    return records.length > 0 ? records : undefined;
  }
  if (!isObject(value) || depth >= DEEPEST) return undefined;
  const entries = Object.entries(value).slice(0, MOST_KEYS);
  const times = entries.filter(([name, said]) => TIME.test(name) && typeof said !== "object");
  for (const [key, item] of entries) {
    if (typeof item !== "object" || item === null) continue;
    const part = isNamed(key) ? item : partOf(item, isNamed, depth + 1);
    if (part !== undefined) return { ...Object.fromEntries(times), [key]: part };
  }
  const tags = entries.filter(([key]) => isTagOf(key, isNamed));
  return tags.length > 0 ? Object.fromEntries([...times, ...tags]) : undefined;
}

function isRecordOf(record: JsonValue, isNamed: (key: string) => boolean): boolean {
  return isObject(record) &&
    Object.entries(record).slice(0, MOST_KEYS).some(([key, id]) =>
      ID.test(key) && typeof id === "string" && isTagOf(id, isNamed)
    );
}

/** Whether levels of an id, above its last one, are a name: `CIP1`, or `Dairy.CIP1`, of `Dairy.CIP1.Step`. */
function isTagOf(id: string, isNamed: (key: string) => boolean): boolean {
  const levels = id.slice(0, LONGEST_ID).split(BETWEEN_LEVELS).slice(0, MOST_LEVELS);
  return levels.some((_, from) =>
    levels.some((_, to) =>
      to > from && to < levels.length && isNamed(levels.slice(from, to).join("."))
    )
  );
}
