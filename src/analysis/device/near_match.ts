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

/** At least one word in so many must be known. */
const MOST_UNKNOWN = 3;
/** A name that shares only words shorter than this shares them by chance. */
const LEAST_TELLING = 2;
/** Payloads that are looked into for names. */
const MOST_PAYLOADS = 3_000;
const MOST_PAYLOAD_BYTES = 16_384;
const MOST_TOPICS = 20_000;
const MOST_LEVELS = 12;
const MOST_FIELDS = 120;

/** Keys and levels under which the name of a device stands. */
const NAME_KEYS =
  /^(name|friendlyname|customname|displayname|devicename|longname|shortname|nickname|hostname|nodename|plantname|invname|title|alias|label|ds|fna|sitename|entityname|thingname|objectname|pointname|tagname|model)$/;

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
  const topics = [...firstOf(o.topics, MOST_TOPICS)];
  const named = [...o.names, ...namesIn(o.samples)];
  const asked = tellingWords(deviceId);
  // Words that are nowhere on this broker tell no device from another; numbers always do.
  const texts = [...topics, ...named.flat()].map(takenApart);
  const isKnown = (word: string) => texts.some((text) => holdsWord(text, word));
  const telling = asked.telling.filter((word) => /^\p{N}/u.test(word) || isKnown(word));
  const isTelling = telling.some((word) => word.length >= LEAST_TELLING && asked.strong.has(word));
  if (!isTelling || telling.length * MOST_UNKNOWN < asked.telling.length) return [];
  const fitOf = (text: string): 0 | 1 | 2 => {
    const apart = takenApart(text);
    if (!telling.every((word) => holdsWord(apart, word))) return 0;
    return asked.all.every((word) => holdsWord(apart, word)) ? 2 : 1;
  };
  const isUnsure = telling.length < asked.telling.length &&
    !telling.some((word) => /^\p{N}{4,}$/u.test(word));
  const found = new Map<string, Candidate>();
  const consider = (candidate: Candidate) => {
    // "carport east" is not "Carport West": each has a word that the other lacks.
    if (isUnsure && hasMore(candidate.name, asked.all)) return;
    if (found.size < 200 && !found.has(candidate.deviceId)) {
      found.set(candidate.deviceId, candidate);
    }
  };
  for (const [name, topic] of named) {
    // "miele washer": a word may be of the name, another of its topic.
    const own = takenApart(name);
    const fit = fitOf(`${name} ${topic}`);
    if (fit !== 0 && telling.some((word) => holdsWord(own, word))) {
      consider({ name, deviceId: name, topic, fit });
    }
  }
  for (const topic of topics) {
    const tree = treeOf(topic, fitOf);
    if (tree !== null) consider(tree);
  }
  const best = Math.max(...[...found.values()].map(({ fit }) => fit));
  return [...found.values()].filter(({ fit }) => fit === best)
    .sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

/** Whether a name has a telling word that none of these is in. */
function hasMore(name: string, words: readonly string[]): boolean {
  const last = name.split("/").at(-1) ?? name;
  return tellingWords(last).telling.some((own) => {
    const apart = { words: [own], bare: own };
    return !words.some((word) => holdsWord(apart, word) || word.includes(own));
  });
}

function* firstOf<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (++taken > most) return;
    yield item;
  }
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
