import type { JsonValue } from "../../payload/payload.ts";
import { ABOUT } from "./families/generic.ts";
import { partsOfCompound, sameInOtherLanguages } from "./household_words.ts";
import { isObject, type JsonObject, parseJson, textAt, textsIn } from "./json.ts";
import {
  bearsUniqueId,
  holdsWord,
  NAME_KEYS,
  normalizeName,
  takenApart,
  tellingWords,
} from "./names.ts";
import { inSteps, type Steps } from "./steps.ts";
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
/** Shorter words, such as `cp` or `io`, tell no device from another. */
const LEAST_MORE = 3;
/** Two short words joined are in others by chance. */
const LEAST_JOINED = 7;
/** Payloads that are looked into for names. */
const MOST_PAYLOADS = 3_000;
const MOST_PAYLOAD_BYTES = 16_384;
const MOST_TOPICS = 20_000;
const MOST_LEVELS = 12;
const MOST_FIELDS = 120;

/** Keys and levels under which the name of a device stands. */
const NAMING = new Set([
  ...NAME_KEYS,
  "invname",
  "label",
  "ds",
  "fna",
  "sitename",
  "entityname",
  "model",
  "modelname",
]);

/** What a level that ends in one of these tells is measured of something. */
const QUANTITY =
  /[_\- ]?(?:temp(?:erature)?|power|voltage|current|energy|frequency|soc|state|status|mode|level|pressure|speed|flow)$/i;

/** A text that may name a device, with the question that finds it. */
interface Candidate extends NearMatch {
  /** 2: holds every word asked for; 1: all but those that only say what it is. */
  readonly fit: 1 | 2;
}

/** Whether a text holds a word, or what it is called in another language. */
function holds(text: { words: readonly string[]; bare: string }, word: string): boolean {
  return holdsWord(text, word) ||
    sameInOtherLanguages(word).some((other) =>
      text.words.includes(other) || other.length >= 4 && text.bare.includes(other)
    );
}

/** Whether a text holds a word that only says what a device is: letter by letter, not by likeness. */
function holdsPlainly(text: { words: readonly string[]; bare: string }, word: string): boolean {
  return text.words.includes(word) || word.length > 4 && text.bare.includes(word) ||
    sameInOtherLanguages(word).some((other) => text.words.includes(other));
}

/** What a person asks for: `living room` as one word, compounds of two known words taken apart. */
function askedWords(deviceId: string): ReturnType<typeof tellingWords> {
  const words: string[] = [];
  for (const word of tellingWords(deviceId).all) {
    const joined = `${words.at(-1) ?? ""}${word}`;
    if (words.length > 0 && sameInOtherLanguages(joined).length > 0) words.splice(-1, 1, joined);
    else words.push(word);
  }
  return tellingWords(words.map((word) => partsOfCompound(word)?.join(" ") ?? word).join(" "));
}

/**
 * Devices whose names, or the levels of whose topics, hold the words asked for in any order: groups of
 * candidates, the surest first, the shortest name of each first. Several may be names of one device.
 */
export function* nearMatches(
  deviceId: string,
  o: { topics: Iterable<string>; names: ReadonlyMap<string, string>; samples: Iterable<Sample> },
): Steps<NearMatch[][]> {
  const topics = [...firstOf(o.topics, MOST_TOPICS)];
  const named = [...o.names].map(([name, topic]): Named => ({ name, topic }));
  yield* inSteps(namesIn(o.samples), (one) => void named.push(one));
  const asked = tellingWords(deviceId);
  const plain = yield* matchesFor(asked, { topics, named, holds: holdsWord });
  if (plain.length > 0) return plain;
  // "smart tub" is `smarttub`.
  const joined = asked.all.join("");
  if (asked.all.length === 2 && joined.length >= LEAST_JOINED) {
    const whole = { all: [joined], telling: [joined], strong: new Set([joined]) };
    const found = yield* matchesFor(whole, { topics, named, holds: holdsWhole });
    if (found.length > 0) return found;
  }
  // Only what no device is called by these very words is looked for in other languages.
  return yield* matchesFor(askedWords(deviceId), { topics, named, holds });
}

/** Two words written as one are that word, or the start of one. */
function holdsWhole(text: { words: readonly string[]; bare: string }, word: string): boolean {
  return text.words.some((own) => own.startsWith(word));
}

type Holds = typeof holdsWord;

function* matchesFor(
  asked: ReturnType<typeof tellingWords>,
  o: { topics: readonly string[]; named: readonly Named[]; holds: Holds },
): Steps<NearMatch[][]> {
  const { topics, named, holds } = o;
  // Words that are nowhere on this broker tell no device from another; numbers always do.
  const known = new Set(asked.telling.filter((word) => /^\p{N}/u.test(word)));
  const unknown = new Set(asked.telling.filter((word) => !known.has(word)));
  const texts = [...topics, ...named.map(({ name, also = "" }) => `${name} ${also}`)];
  yield* inSteps(texts, (text) => {
    if (unknown.size === 0) return;
    const apart = takenApart(text);
    for (const word of unknown) if (holds(apart, word) && unknown.delete(word)) known.add(word);
  });
  const telling = asked.telling.filter((word) => known.has(word));
  // `P102` is a letter and a number that tell nothing one by one.
  const isCode = telling.length === 2 && /^\p{L}$/u.test(telling[0] ?? "") &&
    /^\p{N}{2,}$/u.test(telling[1] ?? "");
  const isTelling = isCode ||
    telling.some((word) => word.length >= LEAST_TELLING && asked.strong.has(word));
  if (!isTelling || telling.length * MOST_UNKNOWN < asked.telling.length) return [];
  const fitOf = (text: string): 0 | 1 | 2 => {
    const apart = takenApart(text);
    if (!telling.every((word) => holds(apart, word))) return 0;
    const others = asked.all.filter((word) => !telling.includes(word));
    return others.every((word) => holdsPlainly(apart, word)) ? 2 : 1;
  };
  const plainFitOf = (text: string) => fitOf(text) === 0 ? 0 : 1;
  const isUnsure = telling.length < asked.telling.length &&
    !telling.some((word) => /^\p{N}{4,}$/u.test(word));
  const found = new Map<string, Candidate>();
  const consider = (candidate: Candidate) => {
    // "carport east" is not "Carport West": each has a word that the other lacks.
    if (isUnsure && hasMore(candidate.name, { words: asked.all, holds })) return;
    const key = `${candidate.fit} ${candidate.deviceId}`;
    if (found.size < 400 && !found.has(key)) found.set(key, candidate);
  };
  yield* inSteps(named, ({ name, topic, also = "", deviceId }) => {
    // "miele washer": a word may be of the name, another of its topic or of its maker.
    const own = takenApart(`${name} ${also}`);
    const fit = fitOf(`${name} ${also} ${topic}`);
    if (fit !== 0 && telling.some((word) => holds(own, word))) {
      consider({ name, deviceId: deviceId ?? name, topic, fit });
    }
  });
  yield* inSteps(topics, (topic) => {
    const tree = treeOf(topic, fitOf);
    if (tree !== null) consider(tree);
    // What a device is stands in no topic of it, or only in some of them.
    const plain = tree?.fit === 2 ? treeOf(topic, plainFitOf) : null;
    if (plain !== null) consider(plain);
  });
  const groups = [2, 1].map((fit) =>
    [...found.values()].filter((one) => one.fit === fit)
      .sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
  ).filter((group) => group.length > 0);
  const shared = commonTree(groups.flat(), (text) => {
    const apart = takenApart(text);
    return telling.some((word) => asked.strong.has(word) && holds(apart, word));
  });
  return shared === null ? groups : [...groups, [shared]];
}

/** The tree above all candidates, if its own levels hold one of the words. */
function commonTree(
  candidates: readonly Candidate[],
  holdsOne: (text: string) => boolean,
): NearMatch | null {
  const [first, ...others] = candidates.map(({ topic }) => topic.split("/"));
  if (first === undefined || others.length === 0) return null;
  let depth = 0;
  while (
    depth < first.length - 1 && others.every((segments) => segments[depth] === first[depth])
  ) depth++;
  const path = first.slice(0, depth).join("/");
  return depth === 0 || !holdsOne(path)
    ? null
    : { name: path, deviceId: `${path}/#`, topic: first.join("/") };
}

/** Whether a name has a telling word that none of these is in. */
function hasMore(name: string, o: { words: readonly string[]; holds: Holds }): boolean {
  const { words, holds } = o;
  const last = name.split("/").at(-1) ?? name;
  return tellingWords(last).telling.some((own) => {
    if (own.length < LEAST_MORE) return false;
    const apart = { words: [own], bare: own };
    return !words.some((word) => holds(apart, word) || word.includes(own));
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
    // "sunsynk inverter" asks for what has an `inverter_temperature`, not for that temperature.
    const parent = levels.slice(0, end - 1).join(" ");
    if (whole === 2 && end === levels.length && QUANTITY.test(last) && fitOf(parent) === 1) {
      return null;
    }
    const path = head.join("/");
    return isName
      ? { name: last, deviceId: last, topic, fit: whole }
      : { name: path, deviceId: `${path}/#`, topic, fit: whole };
  }
  return null;
}

/** A name, and where it was found. */
interface Named {
  readonly name: string;
  readonly topic: string;
  /** What is said beside it of its maker and model. */
  readonly also?: string;
  /** The name or id that finds it, where that is another. */
  readonly deviceId?: string;
}

/** Names that payloads hold, at most four levels down. */
function* namesIn(samples: Iterable<Sample>): Generator<Named> {
  let looked = 0;
  for (const sample of samples) {
    const titled = titleIn(sample);
    if (titled !== null) yield titled;
    if (sample.payload.length > MOST_PAYLOAD_BYTES || sample.payload.length < 8) continue;
    if (++looked > MOST_PAYLOADS) return;
    if (sample.payload[0] === 0x7b) {
      const names: string[] = [];
      const value = parseJson(sample.payload);
      collect(value, { names, depth: 0, fields: { left: MOST_FIELDS } });
      for (const name of names) yield { name, topic: sample.topic };
      const labelled = isObject(value) ? labelOf(value) : null;
      if (labelled !== null) yield { ...labelled, topic: sample.topic };
      const model = isObject(value) ? textAt(value, "Model Name", "modelName", "model_name") : null;
      // No id: what it is found by is where it stands.
      if (typeof model === "string" && model.length <= 120) {
        yield { name: model, topic: sample.topic, deviceId: `${sample.topic}/#` };
      }
      const product = isObject(value) ? madeAs(value) : null;
      if (product !== null) {
        const also = isObject(value) ? serialOf(value) : "";
        yield {
          name: product,
          also,
          topic: sample.topic,
          deviceId: `${aboutTree(sample.topic)}/#`,
        };
      }
      for (const name of partsIn(sample.topic, value)) {
        const tree = sample.topic.slice(0, sample.topic.lastIndexOf("/"));
        yield { name, topic: sample.topic, deviceId: `${tree}/#` };
      }
      const described = isObject(value) ? value["device"] ?? value["dev"] : undefined;
      if (isObject(described)) {
        const made = madeBy(described);
        if (made !== null) yield { ...made, topic: sample.topic };
      }
    }
  }
}

/** A label, which may be anything's, with the id beside it by which the labelled thing is found. */
function labelOf(value: JsonObject): Omit<Named, "topic"> | null {
  const name = textAt(value, "label", "Label", "displayLabel", "title", "description");
  const deviceId = textAt(value, "id", "device_id", "deviceId", "uid", "serial", "mac", "node_id");
  if (name === undefined || deviceId === undefined || name.length > 60) return null;
  return deviceId.length < 3 || deviceId.length > 64 ? null : { name, deviceId };
}

/** What a document says of its sender's maker and make, where that is no name of a part. */
function madeAs(value: JsonObject): string | null {
  const maker = textAt(value, "manufacturer", "Manufacturer", "vendor", "brand") ?? "";
  const product = textAt(value, "product", "Product", "productName", "product_name", "model") ?? "";
  const said = `${maker} ${product}`.trim();
  return said.length < 4 || said.length > 80 ? null : said;
}

/** The serial number beside a make, by whose end people call a device. */
function serialOf(value: JsonObject): string {
  const serial = textAt(
    value,
    "serial_number",
    "serialNumber",
    "SerialNumber",
    "serial",
    "sn",
    "SN",
  );
  return serial === undefined || serial.length > 40 ? "" : serial;
}

/** The tree that a document such as `…/info/accepted` or `…/device` is about. */
function aboutTree(topic: string): string {
  const levels = topic.split("/");
  while (levels.length > 1 && (ABOUT.test(levels.at(-1) ?? "") || levels.at(-1) === "accepted")) {
    levels.pop();
  }
  return levels.join("/");
}

/** What every second Tasmota has tells no device from another. */
const COMMON_PARTS = /^(?:energy|analog|counter|switch|button|esp\d*|touch)\d*$/i;

/** Tasmota calls what is connected to it by its make: `{"Time":"…","NeoPool":{…}}`. */
function partsIn(topic: string, value: JsonValue | undefined): string[] {
  if (!topic.endsWith("/SENSOR") || !isObject(value)) return [];
  return Object.keys(value).slice(0, 8)
    .filter((key) => isObject(value[key]) && key.length <= 40 && !COMMON_PARTS.test(key));
}

/** A bare text on a topic such as `…/info/model`, which is of what stands above it. */
function titleIn({ topic, payload }: Sample): Named | null {
  const levels = topic.split("/");
  // `Paxcounter_A1B2C3`, said when it connects.
  if (payload.length >= 8 && payload.length <= 40 && levels.length <= 2) {
    const said = decoder.decode(payload).trim();
    if (/^\p{L}[\p{L}_-]{3,}[-_][0-9A-F]{6,12}$/u.test(said) && bearsUniqueId(said)) {
      return { name: said, topic, deviceId: `${levels[0]}/#` };
    }
  }
  if (levels.length < 2 || payload.length < 2 || payload.length > 80 || payload[0] === 0x7b) {
    return null;
  }
  if (!NAMING.has(normalizeName(levels.pop() ?? ""))) return null;
  while (levels.length > 1 && ABOUT.test(levels.at(-1) ?? "")) levels.pop();
  const tree = levels.join("/");
  return { name: decoder.decode(payload), topic, deviceId: `${tree}/#` };
}

const decoder = new TextDecoder();

/** A device of a discovery document by its maker and model. */
function madeBy(device: JsonObject): Omit<Named, "topic"> | null {
  const maker = textAt(device, "manufacturer", "mf") ?? "";
  const model = textAt(device, "model", "mdl") ?? "";
  const name = textAt(device, "name");
  const ids = textsIn(device["identifiers"] ?? device["ids"]);
  const deviceId = ids[0] ?? name;
  const also = [maker, model, ...ids.slice(0, 3)].join(" ").trim().slice(0, 160);
  if (deviceId === undefined || also === "") return null;
  return { name: name ?? also, also, deviceId };
}

function collect(
  value: JsonValue | undefined,
  o: { names: string[]; depth: number; fields: { left: number } },
): void {
  if (!isObject(value) || o.depth > 4) return;
  for (const [key, item] of Object.entries(value)) {
    if (--o.fields.left < 0) return;
    if (typeof item === "string") {
      if (item.length <= 120 && NAMING.has(normalizeName(key))) o.names.push(item);
    } else collect(item, { ...o, depth: o.depth + 1 });
  }
}
