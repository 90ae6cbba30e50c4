/**
 * Other forms of the same case: makers name, nest and quote the same things differently, so what a device is said to have
 * must not depend on it. Each form changes a case into one that means the same, or is null where it cannot.
 */
import { isTopicFilter } from "../../src/analysis/device/mod.ts";
import type { Case, CaseMessage } from "./case.ts";
import { documentOf, type Json, type JsonObject, parsed } from "./documents.ts";

/** A case in another form; null where the case has nothing that the form could change without its meaning. */
export type Form = (played: Case) => Case | null;

/** Whether each document can be read before its times are filled in. */
function isReadable({ messages }: Case): boolean {
  return messages.every(({ payload }) =>
    typeof payload !== "string" || !/^\s*[{[]/.test(payload) || parsed(payload) !== undefined
  );
}

/** Documents that say how another topic is to be read. */
const isDescription = (topic: string) => /\/(?:config|set|cmd|command)$/.test(topic);

function withMessages(played: Case, change: (message: CaseMessage) => CaseMessage[]): Case {
  return { ...played, messages: played.messages.flatMap(change) };
}

function ofDocuments(change: (document: JsonObject) => Json): Form {
  return (played) =>
    !isReadable(played) ? null : withMessages(played, (message) => {
      const document = documentOf(message);
      return [document === undefined ? message : { ...message, payload: change(document) }];
    });
}

function ofTexts(change: (text: string) => unknown): Form {
  return (played) =>
    withMessages(played, (message) => {
      const { payload } = message;
      const isPlain = typeof payload === "string" && !/^\s*[{["]/.test(payload);
      return [isPlain && payload !== "" ? { ...message, payload: change(payload) } : message];
    });
}

function eachLeaf(value: Json, change: (leaf: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => eachLeaf(item, change));
  if (value === null || typeof value !== "object") return change(value);
  return Object.fromEntries(Object.entries(value).map(([k, item]) => [k, eachLeaf(item, change)]));
}

function eachKey(value: Json, change: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => eachKey(item, change));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]) =>
    [/^[A-Za-z][\w-]*$/.test(key) ? change(key) : key, eachKey(item, change)] as const
  );
  return Object.fromEntries(entries);
}

function wordsOf(key: string): string[] {
  return key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .split(/[_\-. ]+/).filter((word) => word !== "").map((word) => word.toLowerCase());
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

const SHORT: Readonly<Record<string, string>> = {
  temperature: "temp",
  humidity: "hum",
  battery: "batt",
  voltage: "volt",
  position: "pos",
  level: "lvl",
  pressure: "press",
  status: "stat",
  error: "err",
  message: "msg",
  current: "curr",
  power: "pwr",
  sensor: "sens",
  number: "num",
  count: "cnt",
  average: "avg",
  speed: "spd",
  device: "dev",
};

/** What is measured, each as another language calls it. */
const SPOKEN: Readonly<Record<string, string>> = {
  temperature: "lämpötila",
  humidity: "humedad",
  voltage: "napięcie",
  pressure: "druk",
  current: "prąd",
  power: "puissance",
  flow: "durchfluss",
  level: "poziom",
  speed: "velocità",
  frequency: "frekvens",
};

/** How things stand, each as another language says it. */
const SAID: Readonly<Record<string, string>> = {
  running: "λειτουργία",
  stopped: "zaustavljen",
  error: "klaida",
  fault: "okvara",
  failed: "sikertelen",
  stuck: "elakadt",
  clogged: "запушено",
  overload: "túlterhelés",
  overheated: "perkaitimas",
  tripped: "kioldott",
  disconnected: "αποσυνδέθηκε",
  offline: "çevrimdışı",
  online: "võrgus",
  connected: "prijungtas",
  on: "увімкнено",
  off: "izklopljen",
  open: "otvoren",
  closed: "uždaryta",
  ok: "εντάξει",
  normal: "нормально",
  none: "nincs",
  empty: "tuščias",
  waiting: "ootel",
};

const inOtherWords = (text: string): string => SAID[text.toLowerCase()] ?? text;

function inWords(names: Readonly<Record<string, string>>) {
  return (words: string[], key: string) =>
    words.some((word) => word in names) ? words.map((word) => names[word] ?? word).join("_") : key;
}

/** How a key is written. */
const KEY_STYLES: Readonly<Record<string, (words: string[], key: string) => string>> = {
  snake: (words) => words.join("_"),
  camel: (words) => words.map((word, at) => at === 0 ? word : capital(word)).join(""),
  pascal: (words) => words.map(capital).join(""),
  kebab: (words) => words.join("-"),
  upper: (words) => words.join("_").toUpperCase(),
  spaced: (words) => words.map(capital).join(" "),
  short: inWords(SHORT),
  spoken: inWords(SPOKEN),
};

function* fieldsOf(value: JsonObject, path = ""): Generator<[string, Json]> {
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === "object" && item !== null && !Array.isArray(item)) {
      yield* fieldsOf(item, `${path}/${key}`);
    } else yield [`${path}/${key}`, item];
  }
}

/** Below another's root, calls by filter as well. */
function under(prefix: string): Form {
  return (played) => {
    if (played.calls.some(({ args }) => /^[$#+]/.test(args.device_id ?? ""))) return null;
    const moved = (topic: string) => /^[$#+]/.test(topic) ? topic : `${prefix}${topic}`;
    return {
      ...withMessages(played, (message) => [{ ...message, topic: moved(message.topic) }]),
      calls: played.calls.map((call) => {
        const { device_id: id } = call.args;
        if (id === undefined || !isTopicFilter(id)) return call;
        return { ...call, args: { ...call.args, device_id: moved(id) } };
      }),
    };
  };
}

/** Levels of topics in another style, where no payload speaks of a topic and nothing of the two would be one. */
function levelsIn(style: (words: string[], key: string) => string): Form {
  const moved = (topic: string) =>
    /^\$/.test(topic)
      ? topic
      : topic.split("/").map((level) =>
        /^[A-Za-z][A-Za-z_-]*$/.test(level) ? style(wordsOf(level), level) : level
      ).join("/");
  return (played) => {
    const topics = new Set(played.messages.map(({ topic }) => topic));
    const isSame = topics.values().every((topic) => moved(topic) === topic);
    if (isSame || new Set(topics.values().map(moved)).size < topics.size) return null;
    const whole = JSON.stringify(played.messages.map(({ payload }) => payload));
    if (topics.values().some((topic) => topic.includes("/") && whole.includes(topic))) return null;
    return {
      ...withMessages(played, (message) => [{ ...message, topic: moved(message.topic) }]),
      calls: played.calls.map((call) => {
        const { device_id: id } = call.args;
        if (id === undefined || !isTopicFilter(id)) return call;
        return { ...call, args: { ...call.args, device_id: moved(id) } };
      }),
    };
  };
}

/** Asks for a part of the time only. What lay retained before that part lies retained still. */
function during(from: number, to: number): Form {
  return (played) => {
    if (played.calls.some(({ at = 0 }) => at !== 0)) return null;
    const seconds = Math.max(...played.calls.map(({ args: { duration = 30 } }) => duration));
    const start = Math.floor(seconds * from);
    const kept = new Map<string, CaseMessage>();
    const heard: CaseMessage[] = [];
    for (const message of played.messages) {
      const { at = -1, ...rest } = message;
      if (at >= start) heard.push({ ...message, at: at - start });
      else if (message.retain) kept.set(message.topic, rest);
    }
    const length = Math.max(1, Math.floor(seconds * to) - start);
    return {
      ...played,
      messages: start === 0 ? played.messages : [...kept.values(), ...heard],
      calls: played.calls.map((call) => ({ ...call, args: { ...call.args, duration: length } })),
    };
  };
}

/** The forms by name. A part of the time can lose a fault, so only healthy devices say something of those. */
export const FORMS: Readonly<Record<string, Form>> = {
  ...Object.fromEntries(
    Object.entries(KEY_STYLES).map(([name, style]) => [
      `${name} keys`,
      ofDocuments((document) => eachKey(document, (key) => style(wordsOf(key), key))),
    ]),
  ),
  "numbers as text": ofDocuments((document) =>
    eachLeaf(document, (leaf) => typeof leaf === "number" ? String(leaf) : leaf)
  ),
  "flags as 1 and 0": ofDocuments((document) =>
    eachLeaf(document, (leaf) => typeof leaf === "boolean" ? Number(leaf) : leaf)
  ),
  "flags as ON and OFF": ofDocuments((document) =>
    eachLeaf(document, (leaf) => typeof leaf === "boolean" ? leaf ? "ON" : "OFF" : leaf)
  ),
  "flags as text": ofDocuments((document) =>
    eachLeaf(document, (leaf) => typeof leaf === "boolean" ? String(leaf) : leaf)
  ),
  "nested by one": ofDocuments((document) => ({ data: document })),
  "batches of one": ofDocuments((document) => [document]),
  "with a time": ofDocuments((document) => ({ ts: "{{ms}}", ...document })),
  "text with a line's end": ofTexts((text) => `${text}\n`),
  "text in quotes": ofTexts((text) => /^[\w .+-]{1,40}$/.test(text) ? `"${text}"` : text),
  "value in a document": ofTexts((text) => {
    if (!/^(?:true|false|-?\d+(?:\.\d+)?|[A-Za-z_]{2,20})$/.test(text)) return text;
    const value = parsed(text.replace(/^(-?)0+(?=\d)/, "$1"));
    return { value: value === undefined ? text : value };
  }),
  "fields as topics": (played) =>
    !isReadable(played) ? null : withMessages(played, (message) => {
      const document = documentOf(message);
      if (document === undefined || isDescription(message.topic)) return [message];
      return [...fieldsOf(document)].map(([path, value]) => ({
        ...message,
        topic: message.topic + path,
        payload: typeof value === "object" && value !== null ? value : String(value),
      }));
    }),
  "pascal levels": levelsIn(KEY_STYLES.pascal),
  "camel levels": levelsIn(KEY_STYLES.camel),
  "kebab levels": levelsIn(KEY_STYLES.kebab),
  "spaced levels": levelsIn(KEY_STYLES.spaced),
  "spoken levels": levelsIn(KEY_STYLES.spoken),
  "spoken states": (played) =>
    !isReadable(played) ? null : withMessages(played, (message) => {
      const { payload } = message;
      if (typeof payload === "string" && inOtherWords(payload) !== payload) {
        return [{ ...message, payload: inOtherWords(payload) }];
      }
      const document = documentOf(message);
      return [
        document === undefined ? message : {
          ...message,
          payload: eachLeaf(
            document,
            (leaf) => typeof leaf === "string" ? inOtherWords(leaf) : leaf,
          ),
        },
      ];
    }),
  "below a site": under("acme/site1/"),
  "below a slash": under("/"),
  "first half": during(0, 0.5),
  "second half": during(0.5, 1),
  "middle third": during(1 / 3, 2 / 3),
  "last quarter": during(0.75, 1),
};
