/**
 * Faults put into healthy cases: a maker's own messages with one thing gone wrong. What is found must not depend on whose
 * messages they are; where it does, the conditions of a rule are fitted to the cases that it was written for.
 */
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
interface Series {
  readonly topic: string;
  /** Keys down to it; empty where the payload is the number. */
  readonly path: Path;
  /** Where its messages stand in the case. */
  readonly at: readonly number[];
  readonly values: readonly number[];
  /** Its name, and its name with the topic before it. */
  readonly name: string;
  readonly whole: string;
}

/** What a value becomes; undefined takes the field out. */
type Change = (value: number, i: number, series: Series) => Json | undefined;

const isLive = ({ at = -1 }: CaseMessage) => at >= 0;

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

function seriesOf({ messages }: Case, topics: ReadonlySet<string>): Series[] {
  const found = new Map<string, { topic: string; path: Path; at: number[]; values: number[] }>();
  const heard = new Map<string, number>();
  for (const [index, message] of messages.entries()) {
    const { topic, payload } = message;
    if (!isLive(message) || !topics.has(topic)) continue;
    heard.set(topic, (heard.get(topic) ?? 0) + 1);
    for (const [path, leaf] of leavesOf(documentOf(message) ?? payload as Json)) {
      const value = numberIn(leaf);
      if (value === undefined) continue;
      const key = JSON.stringify([topic, path]);
      const series = found.get(key) ?? { topic, path, at: [], values: [] };
      series.at.push(index);
      series.values.push(value);
      found.set(key, series);
    }
  }
  return [...found.values()].filter(({ topic, at }) => at.length === heard.get(topic))
    .map((one) => ({
      ...one,
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

function oneOf<T>(list: readonly T[], nameOf: (one: T) => string): T | undefined {
  return [...list].sort((a, b) => numberOf(nameOf(a)) - numberOf(nameOf(b)))[0];
}

function withSeries(played: Case, series: Series, change: Change): Case {
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
function ofSeries(wants: RegExp, can: (series: Series) => boolean, change: Change): Fault {
  return {
    wants,
    put: (played, topics) => {
      const series = oneOf(seriesOf(played, topics).filter(can), ({ whole }) => whole);
      return series === undefined ? null : withSeries(played, series, change);
    },
  };
}

interface Told {
  readonly topic: string;
  readonly messages: readonly CaseMessage[];
  readonly played: Case;
}

/** A fault of all messages of one topic. */
function ofTopic(wants: RegExp, can: (told: Told) => boolean, put: (told: Told) => Case): Fault {
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

/** A fault of fields that are added to each document of a topic. */
function ofFields(wants: RegExp, fields: (i: number, count: number) => JsonObject): Fault {
  return ofTopic(
    wants,
    (told) =>
      isRegular(told) && isSlow(told) && told.messages.length >= LONG &&
      told.messages.every((one) => documentOf(one) !== undefined) &&
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

const NONE: CaseMessage = { topic: "" };
const LONG = 14;

const secondsOf = ({ calls }: Case) =>
  Math.max(...calls.map(({ args: { duration = 30 } }) => duration));
const gapsOf = ({ messages }: Told) =>
  messages.slice(1).map((one, i) => (one.at ?? 0) - (messages[i]?.at ?? 0));
const middle = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function isRegular(told: Told): boolean {
  const gaps = gapsOf(told);
  const usual = middle(gaps);
  return gaps.length >= 7 && usual > 0.5 &&
    gaps.every((gap) => gap < 2 * usual && gap > 0.4 * usual);
}

const isSlow = (told: Told) => middle(gapsOf(told)) > 2;
const goesToTheEnd = ({ messages, played }: Told) =>
  (messages.at(-1)?.at ?? 0) > 0.85 * secondsOf(played);

/** Without what a topic said after a share of its messages. */
function cutAt({ messages, played }: Told, share: number, isCut: (one: CaseMessage) => boolean) {
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
const rises = (series: Series) => steps(series).every((step) => step >= 0);
const moves = (series: Series) =>
  steps(series).filter((step) => step !== 0).length / (series.values.length - 1);
const isReading = (series: Series) =>
  series.values.length >= LONG && MEASURED.test(series.name) && !NOT_MEASURED.test(series.whole) &&
  !rises(series);
const isRoom = (series: Series) =>
  isReading(series) && /temp/i.test(series.name) &&
  !/oven|kiln|extru|nozzle|bed|coffee|sauna|grill|smok|probe|meat|solar|coll|exhaust|abgas|flue|suppl|heat|boiler|chauff|tank|furnace|fahr|_f$|offset/i
    .test(series.whole) &&
  series.values.every((value) => value > -30 && value < 45);

/** From a share of the messages on another value, and until then what it was. */
function since(share: number, change: Change): Change {
  return (value, i, series) =>
    i < Math.floor(series.values.length * share) ? value : change(value, i, series);
}
const first = (share: number, { values }: Series) => Math.floor(values.length * share);

/** Rounded as it was told. */
function like(value: number, told: number): number {
  const places = String(told).split(".")[1]?.length ?? 0;
  return Number(value.toFixed(Math.max(places, Math.abs(value) < 1 ? 2 : 0)));
}

/** From a third of the messages on to another value, step by step. */
function ramp(i: number, count: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (i - 0.3 * count) / (0.6 * count)));
  return from + (to - from) * share;
}
const half = <T>(i: number, count: number, before: T, after: T) => i < count / 2 ? before : after;

const TIME = /\{\{((?:q:)?(?:iso|zless|local|space|s|sf|ms|ns))\}\}/g;

/** A message whose times are so many seconds earlier. */
function earlier(message: CaseMessage, seconds: number): CaseMessage {
  const text = JSON.stringify(message.payload ?? "").replace(
    TIME,
    (_, kind) => `{{${kind}:${-Math.round(seconds)}}}`,
  );
  return { ...message, payload: parsed(text) };
}
const tellsTime = ({ messages }: Told) =>
  messages.length >= 10 && messages.every(({ payload }) => /\{\{/.test(JSON.stringify(payload))) &&
  !/received|last_?(?:message|seen|update|communication)/i.test(
    JSON.stringify(messages[0]?.payload),
  );

/** The faults by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  "an uptime falls twice": ofSeries(
    /restart|reboot|uptime/i,
    (one) => /uptime/i.test(one.whole) && rises(one) && one.values.length >= 8,
    (value, i, one) => {
      const from = [first(0.7, one), first(0.35, one)].find((at) => i >= at);
      return from === undefined ? value : value - (one.values[from] ?? 0) + 2;
    },
  ),
  "a total falls to 0": ofSeries(
    /fell|fall|reset|drop|back|lower|decreas|jump|restart|total/i,
    (one) =>
      rises(one) && moves(one) > 0.4 && one.values.length >= 8 && (one.values[0] ?? 0) > 10 &&
      (one.values[0] ?? 0) < 1e8 && /total|kwh|import|meter|consum|volume/i.test(one.name) &&
      !/time|day|session|power|temp|level|press|frame|byte|request/i.test(one.whole),
    since(0.6, (value, _, one) => like(value - (one.values[first(0.6, one)] ?? 0), value)),
  ),
  "a reading freezes": ofSeries(
    /stuck|frozen|unchanged|same|flat|still|repeat/i,
    (one) => isReading(one) && moves(one) > 0.9 && !/flow|curr|power|watt|amp/i.test(one.name),
    since(0.35, (_, _i, one) => one.values[first(0.35, one)] ?? 0),
  ),
  "a reading is null": ofSeries(
    /null|no value|lost|reads nothing|missing|empty|gone/i,
    (one) => isReading(one) && one.path.length > 0,
    since(0.4, () => null),
  ),
  "a reading is nan": ofSeries(
    /null|nan|lost|reads nothing|missing|empty|mixed|string/i,
    isReading,
    since(0.4, () => "nan"),
  ),
  "a field goes missing": ofSeries(
    /missing|gone|lost|no longer|stopped|disappear|without/i,
    (one) => isReading(one) && one.path.length > 0,
    since(0.4, () => undefined),
  ),
  "a temperature is -127": ofSeries(
    /-127|−127|sensor|implaus|out of range|jump|lost/i,
    (one) => isReading(one) && /temp/i.test(one.name),
    since(0.4, () => -127),
  ),
  "a reading is 1,000 times as much": ofSeries(
    /shift|jump|unit|times|1,000|implaus|out of range|cannot be/i,
    (one) => isReading(one) && moves(one) > 0.3 && one.values.every((value) => value > 0.5),
    since(0.5, (value) => like(1_000 * value, value)),
  ),
  "a reading drops to 0": ofSeries(
    /\b0\b|zero|shift|drop|fell|lost|jump|stuck/i,
    (one) =>
      isReading(one) && /temp|hum|press|volt|co2|freq/i.test(one.name) && moves(one) > 0 &&
      one.values.every((value) => value > 3 && value < 1.5 * (one.values[0] ?? 0)),
    since(0.5, () => 0),
  ),
  "a temperature runs away": ofSeries(
    /temp|ris|climb|hot|heat|shift/i,
    isRoom,
    since(0.35, (value, i, one) => {
      const from = first(0.35, one);
      return like(value + 70 * (i - from) / (one.values.length - from), value);
    }),
  ),
  "one topic of several stops": ofTopic(
    /stopp|silent|overdue|no longer|stale|last heard|gone|missing|interval/i,
    (told) =>
      isRegular(told) && goesToTheEnd(told) && new Set(
          told.played.messages.filter((one) =>
            one.topic !== told.topic && (one.at ?? 0) > 0.85 * secondsOf(told.played)
          ).map(({ topic }) => topic),
        ).size >= 2,
    (told) => cutAt(told, 0.45, ({ topic }) => topic === told.topic),
  ),
  "all goes silent": ofTopic(
    /stopp|silent|overdue|stale|last heard|offline|interval/i,
    (told) => isRegular(told) && goesToTheEnd(told),
    (told) => cutAt(told, 0.45, () => true),
  ),
  "only each sixth message comes": ofTopic(
    /rate|interval|slow|fewer|less often|gap|overdue/i,
    (told) => isRegular(told) && told.messages.length >= 20 && goesToTheEnd(told),
    ({ topic, messages, played }) => {
      const from = messages[Math.floor(0.4 * messages.length)]?.at ?? 0;
      let i = 0;
      return {
        ...played,
        messages: played.messages.filter((one) =>
          one.topic !== topic || (one.at ?? -1) < from || i++ % 6 === 5
        ),
      };
    },
  ),
  "the clock is two days behind": ofTopic(
    /clock|time|behind|old|stale/i,
    tellsTime,
    ({ topic, played }) => ({
      ...played,
      messages: played.messages.map((one) => one.topic === topic ? earlier(one, 180_420) : one),
    }),
  ),
  "the messages' own time stands": ofTopic(
    /time|stands|stale|old|clock|same/i,
    tellsTime,
    ({ topic, messages, played }) => {
      const from = messages[Math.floor(0.4 * messages.length)]?.at ?? 0;
      return {
        ...played,
        messages: played.messages.map((one) =>
          one.topic !== topic || (one.at ?? -1) < from ? one : earlier(one, (one.at ?? 0) - from)
        ),
      };
    },
  ),
  "documents are cut off": ofTopic(
    /json|parse|invalid|malformed|cut|truncat|format|mixed/i,
    (told) => isRegular(told) && told.messages.every((one) => documentOf(one) !== undefined),
    ({ topic, played }) => {
      let i = 0;
      return {
        ...played,
        messages: played.messages.map((one) => {
          if (one.topic !== topic || !isLive(one) || i++ % 2 === 0) return one;
          const text = JSON.stringify(documentOf(one));
          return { ...one, payload: text.slice(0, Math.floor(0.7 * text.length)) };
        }),
      };
    },
  ),
  "a fault flag is raised": ofFields(
    /fault|sensor/i,
    (i, n) => ({ sensor_fault: half(i, n, false, true) }),
  ),
  "an error text comes": ofFields(
    /error|timeout|sensor/i,
    (i, n) => ({ last_error: half(i, n, "", "read timeout on sensor 2") }),
  ),
  "errors are counted up": ofFields(
    /error|fail/i,
    (i, n) => ({ failedReads: 12 + Math.max(0, i - Math.floor(0.3 * n)) * 3 }),
  ),
  "a state turns to overload": ofFields(
    /over.?load|fault|state/i,
    (i, n) => ({ drive_state: half(i, n, "RUNNING", "OVERLOAD") }),
  ),
  "a part goes offline": ofFields(
    /offline|node/i,
    (i, n) => ({ node2_status: half(i, n, "online", "offline") }),
  ),
  "the heap runs out": ofFields(
    /heap|memory/i,
    (i, n) => ({ free_heap: Math.round(ramp(i, n, 182_000, 6_000)) + i % 3 }),
  ),
  "a backlog grows": ofFields(
    /waits|queue|backlog|grow/i,
    (i, n) => ({ queue_depth: Math.round(ramp(i, n, 2, 940)) + i % 3 }),
  ),
  "pieces are counted no more": ofFields(
    /stuck|stand|parts/i,
    (i, n) => ({ machine_state: "RUNNING", parts_made: 5_120 + Math.min(i, Math.floor(0.3 * n)) }),
  ),
  "a pump runs without flow": ofFields(
    /flow|pump/i,
    (i, n) => ({ pump: "ON", flow_lpm: half(i, n, 12.4 + i % 3 / 10, 0) }),
  ),
  "a setpoint is not reached": ofFields(
    /set ?point|target|reach|follow|heat|temp/i,
    (i, n) => ({
      target_temperature: 45,
      current_temperature: Math.round(10 * ramp(i, n, 45, 21)) / 10,
      heating: true,
    }),
  ),
  "a position is lost": ofFields(
    /position|gps|fix|0, ?0|place/i,
    (i, n) => ({
      latitude: half(i, n, 52.51 + i / 1e5, 0),
      longitude: half(i, n, 13.4 + i / 1e5, 0),
    }),
  ),
};
