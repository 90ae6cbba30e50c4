import type { JsonValue } from "../../../payload/payload.ts";
import { loneDocument } from "../../../payload/wrapper.ts";
import { decodeXml, xmlDocument } from "../../../payload/xml.ts";
import { ABOUT } from "../families/generic.ts";
import { isObject, type JsonObject, parseJson, textAt, textsIn, valueAt } from "../reading/json.ts";
import { kindOfField } from "./household_words.ts";
import { bearsUniqueId, looksUnique, NAME_KEYS, normalizeName, thingNamedBy } from "./names.ts";
import { readSaid } from "./spoken.ts";
import { inSteps, type Steps } from "../steps.ts";
import type { Sample } from "../reading/trace.ts";
import { describedTree } from "./whole_device.ts";
import { remembering } from "../../../payload/remembered.ts";

/** Payloads that are looked into for names. */
const MOST_PAYLOADS = 3_000;
const MOST_PAYLOAD_BYTES = 16_384;
const MOST_FIELDS = 120;

/** Keys and levels under which the name of a device stands. */
const NAMING = new Set([
  ...NAME_KEYS,
  "invname",
  "label",
  "caption",
  "ds",
  "fna",
  "sitename",
  "entityname",
  "groupname",
  "model",
  "modelname",
  "host",
  "hostname",
]);

/** A name, and where it was found. */
export interface Named {
  readonly name: string;
  readonly topic: string;
  /** What is said beside it of its maker and model. */
  readonly also?: string;
  /** The name or id that finds it, where that is another. */
  readonly deviceId?: string;
  /** It is what stands there by the whole name alone: parts of it are of others too. */
  readonly isWhole?: boolean;
}

/** Names that payloads hold, at most four levels down. */
export function* namesIn(samples: Iterable<Sample>): Generator<Named> {
  const titles: Named[] = [];
  const topics = new Set<string>();
  let looked = 0;
  for (const sample of samples) {
    topics.add(sample.topic);
    const titled = titleIn(sample);
    if (titled !== null) titles.push(titled);
    const logged = nameInLine(sample);
    if (logged !== null) yield logged;
    const registered = registeredIn(sample);
    if (registered !== null) yield registered;
    if (sample.payload.length > MOST_PAYLOAD_BYTES || sample.payload.length < 8) continue;
    if (++looked > MOST_PAYLOADS) break;
    const isXml = sample.payload[0] === 0x3c;
    if (isXml || sample.payload[0] === 0x7b || sample.payload[0] === 0x5b) {
      const names: string[] = [];
      const told = isXml
        ? xmlIn(decoder.decode(sample.payload).trim())
        : parseJson(sample.payload) ?? null;
      const value = loneDocument(told) ?? told;
      if (Array.isArray(value)) continue;
      collect(value, { names, depth: 0, fields: { left: MOST_FIELDS } });
      for (const name of names) yield { name, topic: sample.topic };
      const labelled = isObject(value) ? labelOf(value) : null;
      if (labelled !== null) yield { ...labelled, topic: sample.topic };
      for (const one of calledById(value, 0)) yield { ...one, topic: sample.topic };
      const model = isObject(value) ? textAt(value, "model_name") : null;
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
      for (const name of isObject(value) ? [...addressesIn(value), ...kindsIn(value)] : []) {
        yield { name, topic: sample.topic, deviceId: `${aboutTree(aboveOf(sample.topic))}/#` };
      }
      for (const name of partsIn(sample.topic, value)) {
        const tree = sample.topic.slice(0, sample.topic.lastIndexOf("/"));
        yield { name, topic: sample.topic, deviceId: `${tree}/#` };
      }
      const about = isObject(value) ? aboutIn(sample.topic, value) : null;
      if (about !== null) yield { ...about, topic: sample.topic };
      const described = isObject(value)
        ? valueAt(value, "device") ?? valueAt(value, "dev")
        : undefined;
      if (isObject(described)) {
        const made = madeBy(described);
        if (made !== null) yield { ...made, topic: sample.topic };
      }
    }
  }
  const trees = remembering((part) => describedTree(part, topics));
  for (const titled of titles) {
    const tree = trees(aboveOf(titled.topic));
    yield tree === null ? titled : { ...titled, deviceId: `${tree}/#` };
  }
}

function xmlIn(text: string): JsonValue {
  const decoded = decodeXml(text);
  return decoded === null ? null : xmlDocument(decoded);
}

/** A label, which may be anything's, with the id beside it by which the labelled thing is found. */
function labelOf(value: JsonObject): Omit<Named, "topic"> | null {
  const name = textAt(value, "label", "display_label", "title", "description");
  const deviceId = textAt(value, "id", "device_id", "uid", "serial", "mac", "node_id");
  if (name === undefined || deviceId === undefined || name.length > 60) return null;
  return deviceId.length < 3 || deviceId.length > 64 ? null : { name, deviceId };
}

/** Names beside the id of the same thing: `"facesname": "Back door"` beside `"facesluiceId": "1031442"`. */
function calledById(value: JsonValue | undefined, depth: number): Omit<Named, "topic">[] {
  if (!isObject(value) || depth > 2) return [];
  const found: Omit<Named, "topic">[] = [];
  for (const [key, item] of Object.entries(value).slice(0, MOST_FIELDS)) {
    if (isObject(item)) found.push(...calledById(item, depth + 1));
    const thing = thingNamedBy(key);
    if (thing === null || typeof item !== "string" || item.length < 2 || item.length > 60) continue;
    const id = Object.entries(value).find(([other, said]) =>
      /^(?:string|number)$/.test(typeof said) && normalizeName(other).endsWith("id") &&
      normalizeName(other).startsWith(thing) && /^[\w:.-]{4,64}$/.test(String(said))
    );
    if (id !== undefined) found.push({ name: item, deviceId: String(id[1]) });
  }
  return found;
}

const LONGEST_LINE = 300;
/** `@KV DEVICE_NAME=Tomato tent`: a line of a log that tells a setting. */
const NAME_LINE =
  /(?:^|[\s@,;])(?:device|node|host|unit|friendly|station)_?name ?[=:] ?["']?([\p{L}\p{N}][\p{L}\p{N} ._#-]{1,59})/iu;

/** `Running: Gatekeeper`: what runs, by its name. */
const RUNS_LINE =
  /^(?:running|(?:re)?start(?:ed|ing)?|hello from|this is|i am)[:,]? (\p{Lu}[\p{L}\p{N}_-]{3,39})[.!]?$/u;

/** What a line of a log says that its writer is called. */
function nameInLine({ topic, payload }: Sample): Named | null {
  if (payload.length < 8 || payload.length > LONGEST_LINE || payload[0] === 0x7b) return null;
  const line = decoder.decode(payload).trim();
  const runs = RUNS_LINE.exec(line.charAt(0).toLowerCase() + line.slice(1))?.[1];
  const name = runs ?? NAME_LINE.exec(line)?.[1];
  if (name === undefined) return null;
  const tree = runs === undefined ? aboveOf(topic) : aboutTree(answeredTree(topic));
  return { name: name.trim(), topic, deviceId: topic.includes("/") ? `${tree}/#` : topic };
}

/** A text in which a name may stand without a key that says so, and how short a name is told from any word. */
const LONGEST_TEXT = 2_000;
const LEAST_SAID = 5;

/**
 * The tree of the only device in whose texts a name stands, whatever it stands there for: `<rotor>YaesuG800</rotor>`,
 * `Running: Gatekeeper`; null where none or several say it.
 */
export function* saidByOne(name: string, samples: Iterable<Sample>): Steps<Named | null> {
  const wanted = name.trim().toLowerCase();
  if (wanted.length < LEAST_SAID || !/\p{L}/u.test(wanted)) return null;
  const topics = new Set<string>();
  yield* inSteps(samples, ({ topic, payload }) => {
    // In a document keys say whose name it is.
    const isText = payload[0] !== 0x7b && payload[0] !== 0x5b && payload.length <= LONGEST_TEXT;
    if (!isText || topics.has(topic) || payload.length < wanted.length) return;
    if (standsIn(decoder.decode(payload).toLowerCase(), wanted)) topics.add(topic);
  });
  const [first] = topics;
  if (first === undefined) return null;
  const tree = aboutTree(aboveOf(first));
  const isOne = [...topics].every((topic) => topic === tree || topic.startsWith(`${tree}/`));
  return isOne ? { name, topic: first, deviceId: `${tree}/#` } : null;
}

/** The topic on which a receiver tells of what is called by its model and its id together: `Nexus-TH 143`. */
export function* calledByModel(name: string, samples: Iterable<Sample>): Steps<Named | null> {
  const wanted = normalizeName(name);
  let found: Named | null = null;
  yield* inSteps(samples, ({ topic, payload }) => {
    if (found !== null || payload[0] !== 0x7b || payload.length > MOST_PAYLOAD_BYTES) return;
    const value = parseJson(payload);
    if (!isObject(value)) return;
    const [model, id] = [textAt(value, "model"), valueAt(value, "id") ?? valueAt(value, "mac")];
    if (model !== undefined && normalizeName(`${model} ${String(id)}`) === wanted) {
      found = { name, topic };
    }
  });
  return found;
}

/** Whether a text holds a name between other characters than letters and digits. */
function standsIn(text: string, name: string): boolean {
  const isApart = (char: string | undefined) => char === undefined || !/[\p{L}\p{N}]/u.test(char);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (isApart(text[at - 1]) && isApart(text[at + name.length])) return true;
  }
  return false;
}

/** SmartREST's line by which a device says what it is called when it connects: `100,Booster pump,c8y_MQTTDevice`. */
const REGISTERS = /^100,([^,\r\n]{2,60})(?:,[\w .-]{1,60})?(?:\r?\n|$)/;

function registeredIn({ topic, payload }: Sample): Named | null {
  if (payload.length < 6 || payload.length > LONGEST_LINE) return null;
  if (!/^[stqc]\/us$/.test(topic)) return null;
  const [, name] = REGISTERS.exec(decoder.decode(payload)) ?? [];
  return name === undefined ? null : { name: name.trim(), topic, deviceId: topic };
}

/** What a document says of its sender's maker and make, where that is no name of a part. */
function madeAs(value: JsonObject): string | null {
  const maker = textAt(value, "manufacturer", "vendor", "brand") ?? "";
  const product = textAt(value, "product", "product_name", "model") ?? "";
  const said = [maker, product, textAt(value, "model_id") ?? ""].join(" ").trim();
  return said.length < 4 || said.length > 80 ? null : said;
}

/** What a document such as `…/info` calls what stands above it in a description. */
function aboutIn(topic: string, value: JsonObject): Omit<Named, "topic"> | null {
  const tree = aboutTree(topic);
  const name = textAt(value, "desc", "descr", "description");
  return tree === topic || name === undefined || name.length < 2 || name.length > 60
    ? null
    : { name, deviceId: `${tree}/#` };
}

/** The addresses by which people know a host. */
function addressesIn(value: JsonObject): string[] {
  return [value, ...Object.values(value).slice(0, 20).filter(isObject)].flatMap((part) => {
    const address = textAt(part, "ip", "ip_address", "ipaddress", "ipv4");
    return address !== undefined && /^\d+(\.\d+){3}$/.test(address) ? [address] : [];
  });
}

/** What kind of device a document says its sender is, or shows by a field that only one kind has. */
function kindsIn(value: JsonObject): string[] {
  const type = textAt(value, "type", "device_type", "category") ?? "";
  const told = type.length <= 40 &&
      readSaid(type).every(({ meanings }) => meanings.some((meaning) => meaning.class === "kind"))
    ? [type]
    : [];
  const fields = [value, ...Object.values(value).slice(0, 20).filter(isObject)]
    .flatMap((part) => Object.keys(part).slice(0, MOST_FIELDS))
    .flatMap((key) => kindOfField(normalizeName(key)) ?? []);
  return [...told, ...new Set(fields)].filter((name) => name !== "");
}

/** The tree in which a topic stands. */
function aboveOf(topic: string): string {
  return topic.includes("/") ? topic.slice(0, topic.lastIndexOf("/")) : topic;
}

/** The serial number beside a make, by whose end people call a device. */
function serialOf(value: JsonObject): string {
  const serial = textAt(value, "serial_number", "serialnumber", "serial", "sn");
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

/** The tree of what answers on a topic such as `…/status/res`. */
function answeredTree(topic: string): string {
  const levels = topic.split("/");
  while (levels.length > 1 && ANSWERS.test(levels.at(-1) ?? "")) levels.pop();
  return levels.join("/");
}

const ANSWERS = /^(?:rsp|res|reply|response|state|status|log)$/i;

/** What every second Tasmota has tells no device from another. */
const COMMON_PARTS = /^(?:energy|analog|counter|switch|button|esp\d*|touch)\d*$/i;

/** Tasmota calls what is connected to it by its make: `{"Time":"…","NeoPool":{…}}`. */
function partsIn(topic: string, value: JsonValue | undefined): string[] {
  if (!topic.endsWith("/SENSOR") || !isObject(value)) return [];
  return Object.keys(value).slice(0, 8)
    .filter((key) => isObject(value[key]) && key.length <= 40 && !COMMON_PARTS.test(key));
}

const LONGEST_TITLE = 120;

/** A text alone on a topic such as `…/info/model`, which is of what stands above it. */
function titleIn({ topic, payload }: Sample): Named | null {
  const levels = topic.split("/");
  // `Paxcounter_A1B2C3`, said when it connects.
  if (payload.length >= 8 && payload.length <= 40 && levels.length <= 2) {
    const said = decoder.decode(payload).trim();
    if (/^\p{L}[\p{L}_-]{3,}[-_][0-9A-F]{6,12}$/u.test(said) && bearsUniqueId(said)) {
      return { name: said, topic, deviceId: `${levels[0]}/#` };
    }
  }
  if (levels.length < 2 || payload.length < 1 || payload.length > LONGEST_TITLE) return null;
  const last = normalizeName(levels.pop() ?? "");
  // `AHOY-DTU` stands above all inverters of it.
  const isWhole = last === "device" || last === "product";
  if (!isWhole && !NAMING.has(last) && !/[a-z]{3,20}(?:model|name)$/.test(last)) return null;
  while (levels.length > 1 && ABOUT.test(levels.at(-1) ?? "")) levels.pop();
  const tree = levels.join("/");
  // Venus OS wraps each: `{"value": "MultiPlus-II 48/5000/70-50"}`.
  const wrapped = payload[0] === 0x7b ? parseJson(payload) : undefined;
  const told = isObject(wrapped) ? textAt(wrapped, "value", "val") : decoder.decode(payload);
  if (told === undefined) return null;
  const name = last === "model" && told.length <= 2 ? `Model ${told}` : told;
  // Where an id stands above the name, other trees tell of the same one by it.
  const id = levels.at(-1) ?? "";
  return name.length < 2 ? null : {
    name,
    topic,
    isWhole,
    deviceId: levels.length > 1 && looksUnique(normalizeName(id)) ? id : `${tree}/#`,
  };
}

const decoder = new TextDecoder();

/** A device of a discovery document by its maker and model. */
function madeBy(device: JsonObject): Omit<Named, "topic"> | null {
  const maker = textAt(device, "manufacturer", "mf") ?? "";
  const model = textAt(device, "model", "mdl") ?? "";
  const name = textAt(device, "name");
  const ids = textsIn(valueAt(device, "identifiers") ?? valueAt(device, "ids"));
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
      if (item.length <= 120 && NAMING.has(normalizeName(key.slice(key.lastIndexOf(".") + 1)))) {
        o.names.push(item);
      }
    } else collect(item, { ...o, depth: o.depth + 1 });
  }
}
