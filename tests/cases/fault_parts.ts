/** Of what faults are made: which numbers and topics of a healthy case can have one, and how it is put there. */
import type { Case, CaseMessage } from "./case.ts";
import { documentOf, isDocument, type Json, type JsonObject, parsed } from "./documents.ts";

/** One thing that goes wrong. */
export interface Fault {
  /** Any right wording of a finding, its code, or what it quotes. */
  readonly wants: RegExp;
  /** The case with the fault on one of these topics; null where nothing of it can have it. */
  readonly put: (played: Case, topics: ReadonlySet<string>) => Case | null;
}

type Path = readonly string[];

/** A number that each live message of a topic tells. */
export interface Series {
  readonly topic: string;
  /** Keys down to it; empty where the payload is the number. */
  readonly path: Path;
  /** Where its messages stand in the case. */
  readonly at: readonly number[];
  readonly values: readonly number[];
  /** Whether its topic tells of several things in turn: what is put into all of them is no fault of one. */
  readonly mixed: boolean;
  /** Its name, and its name with the topic before it. */
  readonly name: string;
  readonly whole: string;
}

/** What a value becomes; undefined takes the field out. */
export type Change = (value: number, i: number, series: Series) => Json | undefined;

export const isLive = ({ at = -1 }: CaseMessage) => at >= 0;

function numberIn(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function* leavesOf(value: Json, path: Path = []): Generator<readonly [Path, Json]> {
  if (isDocument(value)) {
    for (const [key, item] of Object.entries(value)) yield* leavesOf(item, [...path, key]);
  } else if (!Array.isArray(value)) yield [path, value];
}

/** An object with another value at a path. */
function changedAt(value: Json, path: Path, change: (old: Json) => Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(value) ?? null;
  if (!isDocument(value)) return value;
  const now = rest.length > 0
    ? changedAt(value[key] ?? null, rest, change)
    : change(value[key] ?? null);
  const { [key]: _, ...others } = value;
  return now === undefined ? others : { ...value, [key]: now };
}

/** Whether a few names come again and again, nearly each of them after another one. */
function takeTurns(words: readonly string[]): boolean {
  const changes = words.filter((word, i) => i > 0 && word !== words[i - 1]).length;
  return words.every((word) => !/\{\{/.test(word) && numberIn(word) === undefined) &&
    changes > 0.7 * (words.length - 1) && new Set(words).size < 0.5 * words.length;
}

export function seriesOf({ messages }: Case, topics: ReadonlySet<string>): Series[] {
  const found = new Map<string, { topic: string; path: Path; at: number[]; values: number[] }>();
  const heard = new Map<string, number>();
  const words = new Map<string, string[]>();
  for (const [index, message] of messages.entries()) {
    const { topic, payload } = message;
    if (!isLive(message) || !topics.has(topic)) continue;
    heard.set(topic, (heard.get(topic) ?? 0) + 1);
    for (const [path, leaf] of leavesOf(documentOf(message) ?? payload as Json)) {
      const value = numberIn(leaf);
      const key = JSON.stringify([topic, path]);
      if (typeof leaf === "string") words.set(key, [...words.get(key) ?? [], leaf]);
      if (value === undefined) continue;
      const series = found.get(key) ?? { topic, path, at: [], values: [] };
      series.at.push(index);
      series.values.push(value);
      found.set(key, series);
    }
  }
  const mixed = new Set(
    [...words].filter(([, told]) => takeTurns(told)).map(([key]) => JSON.parse(key)[0]),
  );
  return [...found.values()].filter(({ topic, at }) => at.length === heard.get(topic))
    .map((one) => ({
      ...one,
      mixed: mixed.has(one.topic),
      name: one.path.at(-1) ?? one.topic.split("/").at(-1) ?? "",
      whole: `${one.topic}/${one.path.join("/")}`,
    }));
}

/** A number that a name has for good, so that a case has its fault at the same place each time. */
function numberOf(name: string): number {
  let number = 7;
  for (const char of name) number = (number * 31 + char.charCodeAt(0)) % 1_000_003;
  return number;
}

export function oneOf<T>(list: readonly T[], nameOf: (one: T) => string): T | undefined {
  return [...list].sort((a, b) => numberOf(nameOf(a)) - numberOf(nameOf(b)))[0];
}

export function withSeries(played: Case, series: Series, change: Change): Case {
  const places = new Map(series.at.map((index, i) => [index, i]));
  const messages = played.messages.map((message, index) => {
    const i = places.get(index);
    if (i === undefined) return message;
    const value = change(series.values[i] ?? 0, i, series);
    const document = documentOf(message);
    if (document === undefined) return { ...message, payload: String(value) };
    const payload = changedAt(
      document,
      series.path,
      (old) => typeof old === "string" && typeof value === "number" ? String(value) : value,
    );
    return { ...message, payload };
  });
  return { ...played, messages };
}

/** A fault of one number. */
export function ofSeries(wants: RegExp, can: (series: Series) => boolean, change: Change): Fault {
  return {
    wants,
    put: (played, topics) => {
      const series = oneOf(seriesOf(played, topics).filter(can), ({ whole }) => whole);
      return series === undefined ? null : withSeries(played, series, change);
    },
  };
}

export interface Told {
  readonly topic: string;
  readonly messages: readonly CaseMessage[];
  readonly played: Case;
}

/** A fault of all messages of one topic. */
export function ofTopic(
  wants: RegExp,
  can: (told: Told) => boolean,
  put: (told: Told) => Case,
): Fault {
  return {
    wants,
    put: (played, topics) => {
      const live = played.messages.filter((one) => isLive(one) && topics.has(one.topic));
      const told = [...Map.groupBy(live, ({ topic }) => topic)]
        .map(([topic, messages]) => ({ topic, messages, played }));
      const one = oneOf(told.filter(can), ({ topic }) => topic);
      return one === undefined ? null : put(one);
    },
  };
}

/** A fault of fields that are added to each document of a topic, where that is heard for so long that it shows. */
export function ofFields(
  wants: RegExp,
  fields: (i: number, count: number) => JsonObject,
  leastS = 0,
): Fault {
  return ofTopic(
    wants,
    (told) =>
      isRegular(told) && isSlow(told) && told.messages.length >= LONG &&
      (told.messages.at(-1)?.at ?? 0) - (told.messages[0]?.at ?? 0) >= leastS &&
      told.messages.every((one) => documentOf(one) !== undefined) && measures(told) &&
      !Object.keys(fields(0, 1)).some((key) => key in (documentOf(told.messages[0] ?? NONE) ?? {})),
    ({ topic, messages, played }) => {
      const places = new Map(messages.map((one, i) => [one, i]));
      return {
        ...played,
        messages: played.messages.map((one) =>
          one.topic === topic && isLive(one)
            ? {
              ...one,
              payload: { ...documentOf(one), ...fields(places.get(one) ?? 0, messages.length) },
            }
            : one
        ),
      };
    },
  );
}

/** Whether it tells numbers: a ping or a line of a log is read as such, whatever else stands in it. */
function measures({ messages }: Told): boolean {
  return messages.every((one) =>
    [...leavesOf(documentOf(one) ?? {})].some(([, leaf]) =>
      typeof leaf === "number" || typeof leaf === "string" && /^-?\d+\.\d+$/.test(leaf)
    )
  );
}

const NONE: CaseMessage = { topic: "" };
const LONG = 14;

export const secondsOf = ({ calls }: Case) =>
  Math.max(...calls.map(({ args: { duration = 30 } }) => duration));
export const gapsOf = ({ messages }: Told) =>
  messages.slice(1).map((one, i) => (one.at ?? 0) - (messages[i]?.at ?? 0));
export const middle = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export function isRegular(told: Told): boolean {
  const gaps = gapsOf(told);
  const usual = middle(gaps);
  return gaps.length >= 7 && usual > 0.5 &&
    gaps.every((gap) => gap < 2 * usual && gap > 0.4 * usual);
}

const isSlow = (told: Told) => middle(gapsOf(told)) > 2;
export const goesToTheEnd = ({ messages, played }: Told) =>
  (messages.at(-1)?.at ?? 0) > 0.85 * secondsOf(played);

/** A word, or whether a number is 0; undefined of times and of other numbers than those asked for. */
function stanceOf(leaf: Json, withNumbers: boolean): string | undefined {
  const number = numberIn(leaf);
  if (number !== undefined) return withNumbers ? String(number === 0) : undefined;
  return /\{\{/.test(String(leaf)) ? undefined : String(leaf);
}

/** Whether a word turns in a span of seconds, or a number of the same topic comes to 0 or from it: what comes then may be of that. */
export function turnsWithin({ topic, played }: Told, fromS: number, toS: number): boolean {
  const last = new Map<string, string>();
  let turns = false;
  for (const message of played.messages) {
    for (const [path, leaf] of leavesOf(documentOf(message) ?? message.payload as Json ?? null)) {
      const stance = stanceOf(leaf, message.topic === topic);
      if (stance === undefined) continue;
      const key = JSON.stringify([message.topic, path]);
      const { at = -1 } = message;
      if (at >= fromS && at <= toS && (last.get(key) ?? stance) !== stance) turns = true;
      last.set(key, stance);
    }
  }
  return turns;
}

/** Without what a topic said after a share of its messages. */
export function cutAt(
  { messages, played }: Told,
  share: number,
  isCut: (one: CaseMessage) => boolean,
) {
  const last = messages[Math.floor(messages.length * share)]?.at ?? 0;
  return {
    ...played,
    messages: played.messages.filter((one) => !isCut(one) || (one.at ?? -1) <= last),
  };
}

const MEASURED =
  /temp|hum|press|volt|power|curr|watt|flow|co2|pm|rpm|amp|freq|moist|vibr|torque|conduct/i;
const NOT_MEASURED =
  /time|stamp|^ts$|date|seq|uptime|count|cnt|id$|^lat|^lon|head|wind|hour|minute|second|set|target|limit|thresh|stat|mode|code|type|rssi|signal|dbm|snr|min|max|version|config|command|cmd|wifi|capab|instruction|soll/i;

const steps = ({ values }: Series) => values.slice(1).map((one, i) => one - (values[i] ?? 0));
export const rises = (series: Series) => steps(series).every((step) => step >= 0);
export const moves = (series: Series) =>
  steps(series).filter((step) => step !== 0).length / (series.values.length - 1);
export const isReading = (series: Series) =>
  series.values.length >= LONG && MEASURED.test(series.name) && !NOT_MEASURED.test(series.whole) &&
  !rises(series);
export const isRoom = (series: Series) =>
  isReading(series) && !series.mixed && /temp/i.test(series.name) &&
  !/oven|kiln|extru|nozzle|bed|coffee|sauna|grill|smok|probe|meat|solar|coll|exhaust|abgas|flue|suppl|heat|boiler|chauff|tank|furnace|fahr|_f$|offset/i
    .test(series.whole) &&
  series.values.every((value) => value > -30 && value < 45);

const FINE = 10;

/** Whether it went over many of its last digits in a share of its messages: one that is told coarsely rests at times. */
export function isFine(one: Series, share: number): boolean {
  const before = one.values.slice(0, first(share, one) + 1);
  const places = Math.max(...before.map((value) => (`${value}`.split(".")[1] ?? "").length));
  return Math.max(...before) - Math.min(...before) >= FINE * 10 ** -places;
}

/** From a share of the messages on another value, and until then what it was. */
export function since(share: number, change: Change): Change {
  return (value, i, series) =>
    i < Math.floor(series.values.length * share) ? value : change(value, i, series);
}
export const first = (share: number, { values }: Series) => Math.floor(values.length * share);

/** Rounded as it was told. */
export function like(value: number, told: number): number {
  const places = String(told).split(".")[1]?.length ?? 0;
  return Number(value.toFixed(Math.max(places, Math.abs(value) < 1 ? 2 : 0)));
}

/** From a third of the messages on to another value, step by step. */
export function ramp(i: number, count: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (i - 0.3 * count) / (0.6 * count)));
  return from + (to - from) * share;
}
export const half = <T>(i: number, count: number, before: T, after: T) =>
  i < count / 2 ? before : after;

const TIME = /\{\{((?:q:)?(?:iso|zless|local|space|s|sf|ms|ns))\}\}/g;

/** A message whose times are so many seconds earlier, to the millisecond: times that stand are the same. */
export function earlier(message: CaseMessage, seconds: number): CaseMessage {
  const text = JSON.stringify(message.payload ?? "").replace(
    TIME,
    (_, kind) => `{{${kind}:${(-seconds).toFixed(3)}}}`,
  );
  return { ...message, payload: parsed(text) };
}
export const tellsTime = ({ messages }: Told) =>
  messages.length >= 10 && messages.every(({ payload }) =>
    JSON.stringify(payload)?.search(TIME) >= 0
  ) &&
  !/received|last_?(?:message|seen|update|communication)/i.test(
    JSON.stringify(messages[0]?.payload),
  );
