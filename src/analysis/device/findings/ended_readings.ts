import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, stepMessages } from "../evidence.ts";
import { labelOf, leafOf, nameOf, objectOf, type Scalar } from "../fields.ts";
import { isNeverNothing, namedIn, numberOf } from "./quantities.ts";
import { median } from "../../statistics.ts";
import { turnsAlong } from "./turns.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

/** What sensors measure all the time, whatever the device does. */
const MEASURED =
  /temp|celsius|hum|feucht|wilgot|vla[zž]n|^rh$|press|druck|moist|fuel|fill|tank|co2|voc|^pm\d|illum|lux|^ph(?:value)?$|orp|redox|chlorine|conduct|^ec$|dissolvedoxygen|^do(?:mgl|sat)?$|salin|turbid|dewpoint|baro|weight|(?<!battery|batt|charge|volume|fan|security|pairing|heat|cool|power|noise|sound|log|debug)level|dist(?:ance)?|probe|sensor|pit|channel|supply|return|flow_?temp|inlet|outlet|flue|outdoor|indoor/;
/** What is set, what was, and what is only there while something runs. */
const NO_READING =
  /set|target|limit|max|min|offset|calib|alarm|last|prev|forecast|desired|name|mode|state|status|unit|type|low$|high$|threshold|nozzle|bed|tool|hotend|extruder|wanted|demand|request|program/;
/** What stands where a number should when a sensor reads nothing. */
const NOTHING =
  /^(?:[-+]?nan|null|none|err(?:or)?\d{0,3}|fail(?:ed|ure)?|fault|unavailable|n\/?a|-+|invalid|open|short|nc|no ?(?:sensor|signal|data|reading|value)|(?:sensor|read(?:ing)?) ?(?:err(?:or)?|fault|fail(?:ed|ure)?)|not ?(?:connected|available|present)|disconnected|\?+|[x*#-]+(?:[.,][x*#-]+)?)?$/i;
/** Numbers that say the same, of quantities that never get near them. */
const SENTINELS = new Set([
  -1,
  -127,
  -128,
  -100,
  -99,
  -999,
  -9999,
  -32768,
  -3276.8,
  -327.68,
  -273.15,
  -273,
  -200,
  127,
  998,
  999,
  999.9,
  9999,
  999.0,
  65535,
  6553.5,
  655.35,
  32767,
  3276.7,
  327.67,
  850,
  1500,
  4095,
]);
const AT_ONCE_MS = 300_000;
const LEAST_AIR_HPA = 300;
const LEAST_BEFORE = 3;
/** What is no number needs less before it. */
const LEAST_BEFORE_NOTHING = 1;
const LEAST_AFTER = 3;

/** Whether a reading ended, as {@linkcode endedReadings} tells. */
export function isEnded(path: string, topic: TopicView, view: DeviceView): boolean {
  return endOf(path, topic, view) !== null;
}

/** How a field that held numbers ended. */
interface End {
  readonly topic: TopicView;
  readonly path: string;
  readonly called?: string;
  readonly at: number;
  readonly having: readonly Reading[];
  readonly what: string;
  readonly usual: number;
}

/** `stuck_value` of a reading that was there and is no more: a word, nothing, or a number that stands for nothing. */
export function endedReadings(view: DeviceView): Finding[] {
  const ends = view.topics.flatMap((topic) =>
    topic.role !== "state" && topic.role !== "event" || topic.mixes ? [] : endsIn(topic, view)
  );
  const [first] = ends;
  if (first === undefined) return [];
  const label = labelOf(first);
  const more = ends.length > 1 ? `, and ${ends.length - 1} more likewise` : "";
  const since = first.having[first.at];
  return [{
    severity: "warning",
    code: "stuck_value",
    title: `"${label}" reads nothing any more: it is ${first.what} since ${
      iso(since?.at ?? 0)
    }${more}`,
    evidence: {
      summary:
        `On "${first.topic.topic}" ${first.at} values of about ${rounded(first.usual)} came, then ${
          first.having.length - first.at
        } times ${first.what}` +
        (ends.length > 1
          ? `; also ${ends.slice(1, 5).map((one) => `"${labelOf(one)}"`).join(", ")}`
          : ""),
      messages: stepMessages(first.having, first.at),
      numbers: numbersOf(
        first.having.flatMap(({ fields }) =>
          numberOf(first.path, fields.get(first.path) ?? null) ?? []
        ),
        { topic: first.topic.topic, field: first.path },
      ),
    },
    suggestion:
      "The device goes on, but this sensor does not: check its plug, cable and supply, then the device.",
  }];
}

function endsIn(topic: TopicView, view: DeviceView): End[] {
  const paths = new Set(
    topic.live.slice(0, LEAST_BEFORE).flatMap(({ fields }) => [...fields.keys()]),
  );
  return [...paths].slice(0, 100).flatMap((path) => endOf(path, topic, view) ?? []);
}

function endOf(path: string, topic: TopicView, view: DeviceView): End | null {
  const having = topic.live;
  const [first] = having;
  if (first === undefined || having.length < LEAST_BEFORE_NOTHING + LEAST_AFTER) return null;
  const named = namedIn(first.fields, path);
  const name = named?.name ?? nameOf(path, topic.segments);
  const whole = `${topic.segments.slice(-2).join("_")}_${path}`.toLowerCase();
  const isBare = path === "" || /\[[^[\]]*\]|^(?:value|v|val)$/.test(path);
  if (NO_READING.test(name)) return null;
  const isMeasured = MEASURED.test(name) || isBare && named === null && MEASURED.test(whole);
  const newest = having.slice(-1);
  if (!isMeasured && !(newest.every((one) => blank(one, path)) && failedBeside(path, newest))) {
    return null;
  }
  const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
  if (kind !== null && kind !== "reading") return null;
  const called = named === null ? {} : { called: named.called };
  const at = having.findIndex((reading) => blank(reading, path));
  if (at < LEAST_BEFORE_NOTHING) {
    const end = endByNumber(path, topic, name);
    return end === null ? null : { ...end, ...called };
  }
  const numbers = having.slice(0, at).map(({ fields }) => numberOf(path, fields.get(path) ?? null));
  if (numbers.some((value) => value === null)) return null;
  const tail = having.slice(at);
  if (tail.length < LEAST_AFTER || !tail.every((reading) => blank(reading, path))) return null;
  const value = valueOf(tail[0], path);
  // What goes out with the state of the device is not there to be measured.
  if (value === null && failedBeside(path, tail) === null && turnsAlong(topic, tail[0])) {
    return null;
  }
  return {
    topic,
    path,
    ...called,
    at,
    having,
    what: value === null
      ? "null"
      : String(value).trim() === ""
      ? "empty"
      : String(value).slice(0, 30),
    usual: median(numbers.map(Number)),
  };
}

/** What stands beside a field and says each time that it was not read: `"isValid" is false`; null where nothing does. */
export function failedBeside(path: string, readings: readonly Reading[]): string | null {
  const parent = objectOf(path);
  const flags = readings.map(({ fields }) =>
    [...fields].find(([other, value]) =>
      objectOf(other) === parent && other !== path && value !== null &&
      saysFailed(leafOf(other), String(value).trim())
    )
  );
  const last = flags.at(-1);
  if (last === undefined || flags.includes(undefined)) return null;
  return `"${last[0].slice(parent.length)}" is ${String(last[1]).slice(0, 30)}`;
}

function saysFailed(name: string, text: string): boolean {
  if (/^(?:is)?(?:valid|ok|good)$/.test(name)) return /^(?:false|0)$/i.test(text);
  if (/^(?:status|quality|state|q)$/.test(name)) {
    return /^(?:bad|err|fail|time[-_ ]?out|invalid|offline|no[-_ ]?(?:response|reply))/i.test(text);
  }
  // What it says in words is told by itself.
  return /^(?:err|error|errno|err(?:or)?code|fault)$/.test(name) &&
    /^(?:true|-?[1-9]\d{0,9}|0x0*[1-9a-f][\da-f]{0,8})$/i.test(text);
}

/** Whether there is a field, and nothing in it that is a value. */
function blank(reading: Reading, path: string): boolean {
  const value = valueOf(reading, path);
  return value === null || typeof value === "string" && NOTHING.test(value.trim());
}

/** Undefined where the field is not there at all. */
function valueOf(reading: Reading | undefined, path: string): Scalar | undefined {
  if (reading === undefined) return undefined;
  return path === "" && reading.sample.sizeBytes === 0 ? "" : reading.fields.get(path);
}

/** A number no value was near, for all the rest of what was heard, after values that moved or were ordinary. */
function endByNumber(path: string, topic: TopicView, name: string): End | null {
  const having = topic.live;
  const values = having.map(({ fields }) =>
    path === "" ? fields.get(path) : numberOf(path, fields.get(path) ?? null)
  );
  if (!values.every((value): value is number => typeof value === "number")) return null;
  const last = values.at(-1) ?? 0;
  const at = values.findLastIndex((value) => value !== last) + 1;
  if (at < LEAST_BEFORE || values.length - at < LEAST_AFTER) return null;
  const head = values.slice(0, at);
  const usual = median(head);
  const least = Math.min(...head);
  const most = Math.max(...head);
  const spread = Math.max(most - least, 0.05 * Math.abs(usual));
  const isSentinel = SENTINELS.has(last) && !head.some((value) => SENTINELS.has(value)) &&
    (last < 0 ? least >= 0 || last < least - 4 * spread : last > most + 4 * spread) &&
    (last !== -1 || least > 5) && Math.abs(last - usual) > 4 * spread;
  const isNothing = last === 0 &&
    cannotBeNothing(head, { name, path, topic, isSure: values.length - at > LEAST_AFTER });
  if (!isSentinel && !isNothing) return null;
  return { topic, path, at, having, what: `${last}${flagBeside(path, having, at)}`, usual };
}

/** Whether what was read before cannot fall to exactly 0 in one step, and stay there. */
function cannotBeNothing(
  head: readonly number[],
  { name, path, topic, isSure }: {
    name: string;
    path: string;
    topic: TopicView;
    isSure: boolean;
  },
): boolean {
  const least = Math.min(...head);
  const most = Math.max(...head);
  // Air has a pressure, and some carbon dioxide.
  if (/co2/.test(name) && least > 300) return true;
  if (/press|baro|druck/.test(name)) {
    return least > LEAST_AIR_HPA && most < 1_100 || least > 30_000 && most < 110_000;
  }
  // What is emptied by hand or pump takes its time.
  const [last, next] = [topic.live[head.length - 1], topic.live[head.length]];
  const isAtOnce = (next?.at ?? 0) - (last?.at ?? 0) < AT_ONCE_MS;
  return isSure && isAtOnce && head.length > LEAST_BEFORE &&
    isNeverNothing(name, `${topic.topic} ${path}`) &&
    // One step, far wider than any before it.
    least >= 2 && least > 4 * (most - least);
}

/** What else turned with it: ` ("connected" is false)`. */
function flagBeside(path: string, having: readonly Reading[], at: number): string {
  const parent = objectOf(path);
  for (const [other, value] of having[at]?.fields ?? []) {
    if (objectOf(other) !== parent || value !== false) continue;
    if (having[at - 1]?.fields.get(other) === true) return ` ("${leafOf(other)}" is false)`;
  }
  return "";
}
