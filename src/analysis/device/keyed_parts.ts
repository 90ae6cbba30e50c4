/** Devices that a gateway tells of in one document, each under its name. */
import type { JsonValue } from "../../payload/payload.ts";
import { isObject, parseJson } from "./json.ts";
import type { Sample } from "./trace.ts";

const DEEPEST = 3;
const MOST_KEYS = 200;
/** What a gateway's document is made at holds for each of its devices. */
const TIME = /^(?:ts|time|timestamp|date|datetime)$/i;

const encoder = new TextEncoder();

/** The messages that hold an object under a name, without what they tell of others. */
export function samplesOfPart(
  samples: readonly Sample[],
  isNamed: (key: string) => boolean,
): Sample[] {
  return samples.flatMap((sample) => {
    const part = sample.payload[0] === 0x7b
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

/** A document with nothing in it but the object under a name, where that stands, and its time. */
function partOf(
  value: JsonValue | undefined,
  isNamed: (key: string) => boolean,
  depth: number,
): JsonValue | undefined {
  if (!isObject(value) || depth >= DEEPEST) return undefined;
  for (const [key, item] of Object.entries(value).slice(0, MOST_KEYS)) {
    if (typeof item !== "object" || item === null) continue;
    const part = isNamed(key) ? item : partOf(item, isNamed, depth + 1);
    if (part === undefined) continue;
    const times = Object.entries(value).filter(([name, said]) =>
      TIME.test(name) && typeof said !== "object"
    );
    return { ...Object.fromEntries(times), [key]: part };
  }
  return undefined;
}
