import type { JsonValue } from "../../payload/payload.ts";
import { isObject, parseJson } from "./json.ts";
import { holdsWord, normalizeName, takenApart, tellingWords } from "./names.ts";
import type { Sample } from "./trace.ts";

/** A device that is most likely meant by a name that none bears. */
export interface NearMatch {
  /** What it is called, or the topic it is below. */
  readonly name: string;
  /** The name or the topic filter by which it is found. */
  readonly deviceId: string;
  /** A topic that shows it. */
  readonly topic: string;
}

/** Payloads that are looked into for names. */
const MOST_PAYLOADS = 3_000;
const MOST_PAYLOAD_BYTES = 16_384;
const MOST_TOPICS = 20_000;
const MOST_LEVELS = 12;
const MOST_FIELDS = 120;

/** Keys and levels under which the name of a device stands. */
const NAME_KEYS =
  /^(name|friendlyname|customname|displayname|devicename|longname|shortname|nickname|hostname|nodename|plantname|invname|title|alias|label|ds|fna|sitename|entityname|thingname|model)$/;

/** A text that may name a device, with the question that finds it. */
interface Candidate extends NearMatch {
  /** 2: holds every word asked for; 1: all but those that only say what it is. */
  readonly fit: 1 | 2;
}

/**
 * Devices whose names, or the levels of whose topics, hold the words asked for in any order: those
 * that hold most of them, the shortest name first. Several may be names of one device.
 */
export function nearMatches(
  deviceId: string,
  o: { topics: Iterable<string>; names: ReadonlyMap<string, string>; samples: Iterable<Sample> },
): NearMatch[] {
  const asked = tellingWords(deviceId);
  if (asked.telling.length === 0) return [];
  const fitOf = (text: string): 0 | 1 | 2 => {
    const apart = takenApart(text);
    if (!asked.telling.every((word) => holdsWord(apart, word))) return 0;
    return asked.all.every((word) => holdsWord(apart, word)) ? 2 : 1;
  };
  const found = new Map<string, Candidate>();
  const consider = (candidate: Candidate) => {
    if (found.size < 200 && !found.has(candidate.deviceId)) {
      found.set(candidate.deviceId, candidate);
    }
  };
  const considerName = (name: string, topic: string) => {
    const fit = fitOf(name);
    if (fit !== 0) consider({ name, deviceId: name, topic, fit });
  };
  for (const [name, topic] of o.names) considerName(name, topic);
  for (const [name, topic] of namesIn(o.samples)) considerName(name, topic);
  let looked = 0;
  for (const topic of o.topics) {
    if (++looked > MOST_TOPICS) break;
    const tree = treeOf(topic, fitOf);
    if (tree !== null) consider(tree);
  }
  const best = Math.max(...[...found.values()].map(({ fit }) => fit));
  return [...found.values()].filter(({ fit }) => fit === best)
    .sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

/** The shortest beginning of a topic that holds the words. */
function treeOf(topic: string, fitOf: (text: string) => 0 | 1 | 2): Candidate | null {
  const levels = topic.split("/").slice(0, MOST_LEVELS);
  const whole = fitOf(levels.join(" "));
  if (whole === 0) return null;
  for (let end = 1; end <= levels.length; end++) {
    const head = levels.slice(0, end);
    if (fitOf(head.join(" ")) !== whole) continue;
    const last = levels[end - 1] ?? "";
    // A level that holds the words by itself is a name, and documents may know it.
    const isName = fitOf(last) === whole && last.length > 2;
    const path = head.join("/");
    return isName
      ? { name: last, deviceId: last, topic, fit: whole }
      : { name: path, deviceId: `${path}/#`, topic, fit: whole };
  }
  return null;
}

/** Names that payloads hold, at most four levels down. */
function* namesIn(samples: Iterable<Sample>): Generator<[name: string, topic: string]> {
  let looked = 0;
  for (const sample of samples) {
    if (sample.payload.length > MOST_PAYLOAD_BYTES || sample.payload.length < 8) continue;
    if (++looked > MOST_PAYLOADS) return;
    if (sample.payload[0] === 0x7b) {
      const names: string[] = [];
      collect(parseJson(sample.payload), { names, depth: 0, fields: { left: MOST_FIELDS } });
      for (const name of names) yield [name, sample.topic];
    }
  }
}

function collect(
  value: JsonValue | undefined,
  o: { names: string[]; depth: number; fields: { left: number } },
): void {
  if (!isObject(value) || o.depth > 4) return;
  for (const [key, item] of Object.entries(value)) {
    if (--o.fields.left < 0) return;
    if (typeof item === "string") {
      if (item.length <= 120 && NAME_KEYS.test(normalizeName(key))) o.names.push(item);
    } else collect(item, { ...o, depth: o.depth + 1 });
  }
}
