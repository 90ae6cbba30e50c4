import { flagOf } from "../../../../payload/flag.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, stepIn, stepMessages } from "../../evidence.ts";
import {
  isHolder,
  isTime,
  labelOf,
  leafOf,
  nameOf,
  objectOf,
  type Scalar,
} from "../../reading/fields.ts";
import { goesToSleep } from "../reach/goes_to_sleep.ts";
import { blankOf, blankText, isNotRead, isSentinel, OF_SETTING, wordAround } from "./blank.ts";
import { isErrorText } from "../words/errors_instead.ts";
import { isNeverNothing, namedIn, numberOf } from "./quantities.ts";
import { differences, goesBothWays, median, spreadOf, standsFrom } from "../../../statistics.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { type Series, seriesOf, SWITCHED } from "./series.ts";
import {
  besideOf,
  type DeviceView,
  type Reading,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";
import { isSwitchedBetween, spanAround, turnNear } from "./turns.ts";
import { staysAway } from "../reach/stays_away.ts";
import { saysRest } from "../effects/held_back.ts";

/** What is set, what was, and what is only there while something runs. */
const NO_READING =
  /set|target|limit|max|min|offset|calib|alarm|last|prev|next|forecast|desired|name|mode|state|status|unit|type|(?<!f)low$|high$|threshold|nozzle|bed|tool|hotend|extruder|wanted|demand|request|program|soc|battery|charge|session|remain|eta|progress|layer|track|media|volume|position|lat|lon|gps|price|timer|duration|range|odometer|rating|left$/;
/** What sensors measure all the time, whatever the device does. */
const MEASURED =
  /temp|celsius|hum|^umid|feucht|wilgot|vla[zž]n|^rh$|press|druck|moist|fuel|fill|tank|co2|voc|^pm\d|illum|lux|^ph(?:value)?$|orp|redox|chlorine|conduct|^ec$|dissolvedoxygen|^do(?:mgl|sat)?$|salin|turbid|dewpoint|baro|weight|gewicht|^peso|^poids|(?<!fan|security|heat|cool|power|noise|sound|log|debug)level|dist(?:ance)?|probe|sensor|pit|channel|supply|return|flow_?temp|inlet|outlet|flue|outdoor|indoor/;
/** So much of all that was a number has to be nothing where it may be by nature. */
const LEAST_SHARE_BLANK = 0.6;
/** One field alone must have been read, and not read, more often than several that end together. */
const LEAST_ALONE = 3;
/** What people and sounds move from one end to the other. */
const SWINGS = /joy|stick|axis|trigger|audio|peak|wave|gyro|acc|mag|lux|illum|bright|^[xyz]$/;
/** What an input makes of a sensor of temperature that is not connected, and where one is. */
const OPEN_SENSOR = -30;
const LEAST_LEAP = 100;
const LEAST_FIXED = 6;
const LEAST_DEAD = 50;
const OF_HEAT =
  /temp|celsius|vorlauf|r(?:ü|ue)cklauf|puffer|return|supply|inlet|outlet|outdoor|indoor|ambient|au(?:ß|ss)en|probe|sond[ae]|f(?:ü|ue)hler|^ntc|^pt\d|^t\d{1,2}$/;
/** Numbers that go round at the end of a word, as colours do. */
const GOES_ROUND = /hue|colou?r|bright|lux|illum|port|crc|checksum|addr|seq|angle|heading|bearing/;
const LEAST_BEFORE = 2;
const LEAST_AFTER = 3;
/** Words need less. */
const LEAST_BLANK = 2;
const AT_ONCE_MS = 300_000;
const LEAST_AIR_HPA = 300;

/** How a field that held numbers ended. */
interface End {
  readonly topic: TopicView;
  readonly path: string;
  readonly called?: string;
  readonly at: number;
  readonly having: readonly Reading[];
  readonly what: string;
  readonly usual: number;
  /** It may be nothing by nature. */
  readonly isGuess?: boolean;
  /** Its last value is a number as others are. */
  readonly isAway?: boolean;
}

/** Four detectors ask for them. */
const endsOf = rememberingEach((view: DeviceView): readonly End[] => {
  const blanks = view.topics.flatMap((topic) => blankEnds(topic, view));
  return [
    ...(areMost(blanks, view) ? blanks : blanks.filter(({ isGuess }) => isGuess !== true)),
    ...seriesOf(view).flatMap((series) => numberEnd(series, view) ?? []),
  ];
});

/** Whether nearly nothing is read any more. */
function areMost(ends: readonly End[], view: DeviceView): boolean {
  const [only, second] = ends;
  if (only === undefined) return false;
  const isFew = only.at < LEAST_ALONE || only.having.length - only.at < LEAST_ALONE;
  if (second === undefined && isFew) return false;
  const left = stateTopics(view).flatMap(({ live, segments }) =>
    live.length < LEAST_AFTER
      ? []
      : [...live.at(-1)?.fields ?? []].filter(([path, value]) =>
        typeof value === "number" && !NO_READING.test(nameOf(path, segments))
      )
  );
  return ends.length >= LEAST_SHARE_BLANK * (ends.length + left.length);
}

/** Whether a reading ended, as {@linkcode endedReadings} tells. */
export function isEnded(path: string, topic: TopicView, view: DeviceView): boolean {
  return endsOf(view).some((end) => end.path === path && end.topic === topic);
}

/** `stuck_value` of a reading that was there and is no more: a word, nothing, or a number that stands for nothing. */
export function endedReadings(view: DeviceView): Finding[] {
  const ends = endsOf(view);
  const [first] = ends;
  if (first === undefined) return [];
  const label = labelOf(first);
  const more = ends.length > 1 ? `, and ${ends.length - 1} more likewise` : "";
  const since = first.having[first.at];
  return [findingFrom({
    code: "stuck_value",
    title: `"${label}" ${
      first.isAway === true ? "leapt away and stays there" : "reads nothing any more"
    }: it is ${first.what} since ${iso(since?.at ?? 0)}${more}`,
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
      first,
    ),
    suggestion:
      "The device goes on, but what it reads from does not: check its plug, cable, supply and address, then the device.",
  })];
}

/** The fields of a topic that were numbers, and are words or nothing in all the rest of what was heard. */
function blankEnds(topic: TopicView, view: DeviceView): End[] {
  if (!/^(?:state|event|info)$/.test(topic.role) || topic.mixes) return [];
  const last = topic.live.at(-1);
  if (last === undefined) return [];
  const paths = last.sample.sizeBytes === 0 ? [""] : [...last.fields.keys()].slice(0, 100);
  return paths.flatMap((path) => blankEnd(path, topic, view) ?? []);
}

function blankEnd(path: string, topic: TopicView, view: DeviceView): End | null {
  const having = topic.readings;
  if (!isBlank(having.at(-1), path)) return null;
  const at = having.findLastIndex((reading) => !isBlank(reading, path)) + 1;
  const tail = having.slice(at);
  if (at === 0 || tail.length < LEAST_BLANK) return null;
  const numbers = having.slice(0, at).map(({ fields }) => numberOf(path, fields.get(path) ?? null));
  if (numbers.includes(null)) return null;
  const named = namedIn(having[0]?.fields ?? new Map(), path);
  const name = named?.name ?? nameOf(path, topic.segments);
  if (NO_READING.test(name) || OF_SETTING.test(path)) return null;
  const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
  if (kind !== null && kind !== "reading") return null;
  const value = valueOf(tail[0], path);
  const isBare = path === "" || isHolder(leafOf(path)) || path.endsWith("]");
  const whole = `${topic.segments.slice(-2).join("_")}_${path}`.toLowerCase();
  const isGuess = blankOf(value) !== "failed" && failedBeside(path, tail) === null &&
    !MEASURED.test(name) && !(isBare && named === null && MEASURED.test(whole)) &&
    !(typeof value === "string" && value.trim() !== "" && othersGoOn(path, topic, view));
  // What goes out with the state of the device is not there to be measured.
  if (blankOf(value) !== "failed" && failedBeside(path, tail) === null) {
    if (wordsGo(having[at - 1], tail[0]) || saysWhy(topic, view)) return null;
    const turn = turnNear(view, topic, tail[0]?.at);
    if (turn !== undefined && blankOf(turn.after) === null) return null;
  }
  const called = named !== null
    ? { called: named.called }
    : isBare && /^\d+$/.test(name)
    ? { called: `${topic.topic} ${path}`.trim() }
    : {};
  return {
    topic,
    path,
    ...called,
    at,
    having,
    isGuess,
    what: blankText(value),
    usual: median(numbers.map(Number)),
  };
}

/** Whether a topic beside it, `port/32` of `port/31`, has numbers in that same field all the time. */
function othersGoOn(path: string, topic: TopicView, view: DeviceView): boolean {
  const bare = (one: TopicView) => one.topic.replace(/\d{1,4}$/, "");
  return siblingTopics(view, topic).some((other) =>
    (path !== "" || bare(other) === bare(topic)) && other.live.length >= LEAST_AFTER &&
    other.live.every(({ fields }) => numberOf(path, fields.get(path) ?? null) !== null)
  );
}

/** Whether words went out along with it: what ran has ended. */
export function wordsGo(before: Reading | undefined, after: Reading | undefined): boolean {
  const comes = [...after?.fields ?? []].some(([path, value]) =>
    !before?.fields.has(path) && (flagOf(value) === false || /^idle$/i.test(String(value)))
  );
  return comes ||
    [...before?.fields ?? []].some(([path, value]) =>
      typeof value === "string" && blankOf(value) === null &&
      /\p{L}/u.test(value) && after?.fields.has(path) && blankOf(after.fields.get(path)) !== null
    );
}

/** Whether an error in words beside it says why; it is told by itself. */
function saysWhy(topic: TopicView, view: DeviceView): boolean {
  return siblingTopics(view, topic).some(({ readings, segments }) =>
    [...readings.at(-1)?.fields ?? []].some(([path, value]) =>
      isErrorText(nameOf(path, segments), value)
    )
  );
}

/** Whether there is a field, and nothing in it that is a value. */
function isBlank(reading: Reading | undefined, path: string): boolean {
  const value = valueOf(reading, path);
  return value !== undefined && blankOf(value) !== null;
}

/** Undefined where the field is not there at all. */
function valueOf(reading: Reading | undefined, path: string): Scalar | undefined {
  if (reading === undefined) return undefined;
  return path === "" && reading.sample.sizeBytes === 0 ? "" : reading.fields.get(path);
}

/** What stands beside a field and says each time that it was not read: `"isValid" is false`; null where nothing does. */
export function failedBeside(path: string, readings: readonly Reading[]): string | null {
  const flags = readings.map((reading) =>
    besideOf(path, reading).find(([other, value]) =>
      value !== null && saysFailed(leafOf(other), String(value).trim())
    )
  );
  const last = flags.at(-1);
  if (last === undefined || flags.includes(undefined)) return null;
  return `"${last[0].slice(objectOf(path).length)}" is ${String(last[1]).slice(0, 30)}`;
}

function saysFailed(name: string, text: string): boolean {
  if (/^(?:is)?(?:valid|ok|good)$/.test(name)) return flagOf(text) === false;
  if (/^(?:status|quality|state|q)$/.test(name)) {
    return /^(?:bad|err|fail|time[-_ ]?out|invalid|offline|no[-_ ]?(?:response|reply))/i.test(text);
  }
  // What it says in words is told by itself.
  return /^(?:error|errno|err(?:or)?code|fault)$/.test(name) &&
    /^(?:true|-?[1-9]\d{0,9}|0x0*[1-9a-f][\da-f]{0,8})$/i.test(text);
}

/** A number no value was near, for all the rest of what was heard, after values that moved or were ordinary. */
function numberEnd(series: Series, view: DeviceView): End | null {
  const { kind, name, topic, path, values, readings: having } = series;
  const weightless = weightlessSince(series);
  if (weightless !== null) {
    const usual = median(values.slice(0, weightless));
    return { topic, path, at: weightless, having, what: "0, as both others,", usual };
  }
  const emptied = emptiedSince(series, view);
  if (emptied !== null && !goesToSleep(series, emptied, view)) {
    const usual = median(values.slice(0, emptied));
    return { topic, path, at: emptied, having, what: "0, as all numbers beside it,", usual };
  }
  const last = values.at(-1) ?? 0;
  const isOfBattery = OF_BATTERY.test(name) || isNotRead(last) && /batt.{0,12}current/.test(name);
  if (kind !== "reading" || NO_READING.test(name) && !isOfBattery) return null;
  if (SWINGS.test(name)) return null;
  const at = standsFrom(values);
  const count = values.length - at;
  const isClear = isNotRead(last) || last < -200 && OF_HEAT.test(name);
  const isLong = count >= LEAST_AFTER;
  if (at < (isClear && isLong ? 1 : LEAST_BEFORE) || !isClear && !isLong) return null;
  const head = values.slice(0, at);
  const usual = median(head);
  const least = Math.min(...head);
  const most = Math.max(...head);
  const spread = Math.max(most - least, 0.05 * Math.abs(usual));
  const isFar = (last < 0 ? least >= 0 || last < least - 4 * spread : last > most + 4 * spread) &&
    Math.abs(last - usual) > 4 * spread;
  const isUnder = last <= OPEN_SENSOR && least > 0 && OF_HEAT.test(name);
  // Nothing is heated so far at once, and then keeps to the digit; a DS18B20 that lost its power says 85.
  const isLeap = OF_HEAT.test(name) && Math.abs(last - usual) > (last === 85 ? 15 : LEAST_LEAP) &&
    (last === 85 || last < 0 || last > 4 * most);
  // Wet through, or at the end of its scale, from one message to the next.
  const isFull = count >= LEAST_FIXED && new Set(head).size >= 3 &&
    ((last === 100 || last === 99.9) && /hum|feucht|umid|^rh$/.test(name) && most < 85 ||
      last === 99.9 && name === "h" && most < 85 ||
      (last === 5_000 || last === 10_000 || last === 40_000) && /co2/.test(name) &&
        most < 0.6 * last);
  // Nothing is heated so far from one message to the next, and then keeps to the digit.
  const isDead = OF_HEAT.test(name) && count >= LEAST_FIXED && new Set(head).size >= 3 &&
    head.some((value) => !Number.isInteger(value)) && Math.abs(last - usual) > LEAST_DEAD &&
    Math.abs(last - usual) > 20 * (most - least);
  // Eight bits that are all set, in tenths of a bar too.
  const isByte = last === 255 && MEASURED.test(name) || last === 25.5 && /press|druck/.test(name);
  const isNone = isFar && !head.some(isSentinel) &&
    (isSentinel(last) || last === -1 && least > 5 || isUnder || isLeap || isByte || isFull ||
      isDead);
  const isNothing = last === 0 && !goesToSleep(series, at, view) &&
    (cannotBeNothing(head, series) && !isSwitchedOff(series, { at, view }) &&
        !isOffAsWhole(series, at) && !isZeroed(series) ||
      areAllNothing(series, { at, view }));
  const isAway = !isNone && !isNothing && fallBelow(series) === null && staysAway(series, view);
  if (!isNone && !isNothing && !isAway) return null;
  const called = series.called === undefined ? {} : { called: series.called };
  const what = `${last}${flagBeside(path, having, at)}`;
  return { topic, path, ...called, at, having, what, usual, isAway: isAway && last !== 0 };
}

/** What a battery has all the time, full or empty. */
const OF_BATTERY = /^(?:batt?(?:ery)?|akku|accu|cell)_?volt(?:age|s)?$/;

/** So many numbers of one message, of which so many moved, do not end together for what they measure. */
const LEAST_EMPTIED = 3;
const LEAST_MOVED = 2;
const LEAST_FULL = 4;

/** What else is there all the time, whether a machine works or not; the sun's voltage is not. */
const LASTS =
  /^(?:batt?(?:ery)?|akku|accu|cell|ac|line|mains|grid|pack|total)?_?volt|^u_?(?:ln?|bat)|soc|cell/;

/** Since when all numbers of its messages are 0 at once, where none was before, and no word went with them; null where they are not. */
function emptiedSince({ path, topic, readings, values }: Series, view: DeviceView): number | null {
  const at = values.findLastIndex((value) => value !== 0) + 1;
  const [before, first] = [readings[at - 1], readings[at]];
  if (before === undefined || first === undefined || path === "" || topic.mixes) return null;
  if (at < LEAST_FULL || readings.length - at < LEAST_AFTER) return null;
  const numbers = [...before.fields].flatMap(([other, value]) =>
    typeof value === "number" && value !== 0 && !isTime(leafOf(other)) ? [other] : []
  );
  const isEmpty = readings.slice(at).every(({ fields }) =>
    numbers.every((other) => fields.get(other) === 0)
  );
  if (numbers.length < LEAST_EMPTIED || !isEmpty) return null;
  const head = readings.slice(0, at);
  const moved = numbers.filter((other) => {
    const held = head.map(({ fields }) => fields.get(other));
    return !held.includes(0) && new Set(held).size >= LEAST_AFTER;
  });
  const span = { fromMs: before.at, toMs: first.at };
  // What a machine does ends as a whole; what is there whether it works or not, and a count, does not.
  const isThere = moved.some((other) => {
    const name = nameOf(other, topic.segments);
    const steps = differences(head.map(({ fields }) => Number(fields.get(other))));
    return MEASURED.test(name) || LASTS.test(name) ||
      !NO_READING.test(name) && steps.every((step) => step >= 0);
  });
  return isThere && moved.length >= LEAST_MOVED && moved.includes(path) &&
      !isSwitchedBetween(view, span)
    ? at
    : null;
}

/** What is weighed along the axis that a name ends in. */
const UPRIGHT = /acc[a-z_]{0,30}z$/i;
const LEAST_WEIGHED = 5;
const STEADY_WEIGHT = 0.25;

/** Since when all three axes feel exactly nothing, where they felt their weight before; null where they do not. */
function weightlessSince({ path, readings, values }: Series): number | null {
  if (!UPRIGHT.test(path) || values.at(-1) !== 0) return null;
  const stem = path.slice(0, -1);
  const ends = path.endsWith("Z") ? ["X", "Y", "Z"] : ["x", "y", "z"];
  const weights = readings.map(({ fields }) =>
    Math.hypot(...ends.map((end) => Number(fields.get(stem + end) ?? NaN)))
  );
  const at = weights.findLastIndex((weight) => weight !== 0) + 1;
  const head = weights.slice(0, at);
  const middle = median(head);
  return at >= LEAST_WEIGHED && weights.length - at >= LEAST_WEIGHED &&
      head.every((weight) => Math.abs(weight - middle) <= STEADY_WEIGHT * middle)
    ? at
    : null;
}

/** Whether what was read before cannot fall to exactly 0 in one step, and stay there. */
function cannotBeNothing(
  before: readonly number[],
  { name, path, topic, values, readings }: Series,
): boolean {
  // Frost is as far from exactly nothing as warmth is.
  const head = before.every((value) => value < 0) ? before.map(Math.abs) : before;
  const least = Math.min(...head);
  const most = Math.max(...head);
  // Somewhere something always decays. Air has a pressure, and some carbon dioxide.
  if (/ioni[sz]ing|geiger|radioactiv|[uµμ]sv(?:h|$)/.test(name) && head.length > LEAST_AFTER) {
    return least > 0;
  }
  if (/co2/.test(name) && least > 300) return true;
  if (/press|baro|druck/.test(name)) {
    return least > LEAST_AIR_HPA && most < 1_100 || least > 30_000 && most < 110_000;
  }
  // What is emptied by hand or pump takes its time.
  const isAtOnce = readings[head.length].at - readings[head.length - 1].at < AT_ONCE_MS;
  return values.length - head.length >= LEAST_AFTER && isAtOnce && head.length >= LEAST_BEFORE &&
    (isNeverNothing(name, `${topic.topic} ${path}`) || isMeasuredAt(name, head) ||
      isEcho(name, head) || isLiveLoop(name, head)) &&
    // One step, far wider than any before it.
    least >= (head.every(Number.isInteger) ? 2 : LEAST_FINE) && least > 4 * (most - least);
}

/** Whether what is told by its place alone went with a word or a command: it may be told as nothing while it is off. */
function isSwitchedOff(
  { name, readings }: Series,
  { at, view }: { at: number; view: DeviceView },
): boolean {
  if (!WARM_PLACE.test(name) && !BY_LETTER.test(name) && !/^dist|^volt/.test(name)) return false;
  return isSwitchedBetween(view, spanAround(readings, at));
}

/** Whether a word beside it turned to off, and all other numbers of the message to nothing with it. */
function isOffAsWhole({ path, readings }: Series, at: number): boolean {
  const [before, after] = [readings[at - 1]?.fields, readings[at]?.fields];
  const others = [...before ?? []].filter(([other, value]) =>
    other !== path && typeof value === "number" && value !== 0
  );
  return others.length > 0 && others.every(([other]) => after?.get(other) === 0) &&
    [...after ?? []].some(([other, value]) =>
      saysRest(value) && before?.has(other) &&
      before.get(other) !== value
    );
}

/** Whether a scale says that nothing lies on it. */
function isZeroed({ path, readings }: Series): boolean {
  return besideOf(path, readings.at(-1)).some(([other, value]) =>
    /^(?:is|at)?(?:zero|empty|centerofzero|coz)$/.test(leafOf(other)) && flagOf(value) === true
  );
}

/** What many channels of one sensor see. */
const DRIVES =
  /^(?:r|g|b|w|red|green|blue|white|led\w*|lamp|laser|brightness|intensity|exposure|duty|pwm)$/;
const LEAST_CHANNELS = 6;
const LEAST_DARK = 5;
const LEAST_SEEN = 4;
const LEAST_DRIVEN = 3;

/** Whether many of one message, `ch410` to `ch670`, were all something and are all nothing at once, though what they see is set as before. */
function areAllNothing(
  { topic, path, readings }: Series,
  { at, view }: { at: number; view: DeviceView },
): boolean {
  const alike = (one: string) => one.replace(/\d+/g, "#");
  const channels = [...readings[at]?.fields.keys() ?? []].filter((one) =>
    one !== alike(one) && alike(one) === alike(path)
  );
  if (channels.length < LEAST_CHANNELS || at < LEAST_SEEN || readings.length - at < LEAST_DARK) {
    return false;
  }
  const areNothing = ({ fields }: Reading) => channels.every((one) => fields.get(one) === 0);
  const areSomething = ({ fields }: Reading) =>
    channels.every((one) => Number(fields.get(one)) > 0);
  const sinceMs = readings[at].at;
  return readings.slice(0, at).every(areSomething) && readings.slice(at).every(areNothing) &&
    seriesOf(view).some((other) => {
      const after = other.readings.findIndex((reading) => reading.at >= sinceMs);
      return other.topic !== topic && DRIVES.test(other.name) && after > 0 &&
        other.values.every((value) => value > 0) &&
        [other.values.slice(0, after), other.values.slice(after)].every((part) =>
          new Set(part).size >= LEAST_DRIVEN
        );
    });
}

/** What of a machine is told by its warmth alone. */
const WARM_PLACE =
  /^(?:hx|heatexchanger|boiler|steam|cylinder|collector|kollektor|puffer|buffer|vorlauf|r(?:ü|ue)cklauf|coolant|radiator|brewhead|grouphead|thermo(?:block|siphon))\d?$/;
/** A warmth by a letter, or by where it flows; a tariff and a timer, called alike, go one way. */
const BY_LETTER = /^(?:t\d{1,2}|return)$/;
const LEAST_WHOLE = 5;
/** What is told in fractions is something from here on. */
const LEAST_FINE = 0.5;

/** Whether it is a temperature, wherever its name says that it is measured, or what soil holds: `temp_SOIL`. */
function isMeasuredAt(name: string, head: readonly number[]): boolean {
  const isWhole = head.every(Number.isInteger);
  return /temp|celsius|soil|moist|conduct|^28[a-f\d]{8,14}$/.test(name) && !isWhole ||
    (WARM_PLACE.test(name) || BY_LETTER.test(name) && !isWhole && goesBothWays(head)) &&
      isAlive(head);
}

/** Whether it is a depth or a distance that an echo tells: it gets less by and by. */
function isEcho(name: string, head: readonly number[]): boolean {
  return /^(?:water)?depth(?:m|ft|below\w+)?$|^dist(?:ance)?(?:cm|mm|m)?\d{0,2}$/.test(name) &&
    (head.some((value) => !Number.isInteger(value)) || isAlive(head));
}

/** Whether whole numbers are no count and no setting: they move, though not far. */
function isAlive(head: readonly number[]): boolean {
  return head.length >= LEAST_WHOLE && new Set(head).size > 2;
}

/** Whether it is a current that never falls under 4 mA, whatever is measured with it: less is a broken loop. */
function isLiveLoop(name: string, head: readonly number[]): boolean {
  return /(?:^|[^a-z])?(?:ai|aci|analog|loop|in(?:put)?|ch(?:annel)?|i)\d{0,2}(?:in|input|current|loop)?ma$|4to?20|420ma|loop_?current/
    .test(name) &&
    head.every((value) => value >= 3.8 && value <= 20.6) &&
    head.some((value) => !Number.isInteger(value));
}

/** What else turned with it: ` ("connected" is false)`. */
function flagBeside(path: string, having: readonly Reading[], at: number): string {
  const [turned] =
    besideOf(path, having[at]).find(([other, value]) =>
      flagOf(value) === false && flagOf(having[at - 1]?.fields.get(other)) === true
    ) ?? [];
  return turned === undefined ? "" : ` ("${leafOf(turned)}" is false)`;
}

/** What is seldom less than nothing, and never by far once it was much more. */
const POSITIVE =
  /press(?:ure)?(?:psi|bar|kpa|hpa|mbar)?$|^bar$|(?<!sound|noise|signal|audio|volume|power|charge|rf|rx|tx|sea|tide|relative)level(?:mm|cm|m|pct|percent)?$|^dist(?:ance)?(?:mm|cm|m)?$|depth$|moist(?:ure)?$|^co2(?:ppm)?$/;
/** A difference has a sign, and so has what is measured against the air. */
const SIGNED =
  /diff|delta|vacuum|draft|draught|suction|relative|gauge|trend|rate|change|offset|ph$|zug|tide|altitude|elevation|vertical|climb|(?:^|[\/_.])vel(?:ocity)?(?:_|$)|\/vs$|axis|joystick|steer|torque|(?:^|[\/_.])(?:roll|pitch|yaw)(?:$|[\/_.])|(?:^|[\/_.])(?:[dvapr]|acc(?:el)?|gyro|pos(?:ition)?|speed|move)?_?[xyz]$/;
/** Under less than nothing by this share of what it was, no zero point has drifted. */
const LEAST_SHARE = 0.05;
const MOST_HELD = 0.5;
const TIMES_BELOW = 8;

/** `outlier` of a reading that was much, fell below nothing in one step, and stays there. */
export function belowNothing(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const at = fallBelow(series);
    if (at === null || isEnded(series.path, series.topic, view)) continue;
    const { topic, values, readings } = series;
    const isUnder = (value: number) => value < 0 || wordAround(value) !== null;
    const last = values.findLast(isUnder) ?? 0;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" is ${rounded(last)}, which it cannot be: it was about ${
        rounded(median(values.slice(0, at)))
      }`,
      summary: `On "${topic.topic}" ${values.filter(isUnder).length} of ${
        values.length - at
      } values since ${iso(readings[at].at)} are ${
        last < 0 ? "below 0" : "what less than 0 is without its sign"
      }, after ${at} that were not`,
      ...stepIn(series, at),
      suggestion:
        "A converter without its sensor goes to the end of its scale: check the sensor's cable, plug and supply.",
    })];
  }
  return [];
}

/** Since when a reading that was much is below nothing, or what less than nothing is without its sign; null where it is not. */
export function fallBelow(series: Series): number | null {
  const { kind, name, path, topic, values } = series;
  if (kind === "setting" || kind === "signal") return null;
  const wrapped = wrapIn(series);
  if (wrapped !== null) return wrapped;
  const at = values.findLastIndex((value) => value >= 0) + 1;
  if (at < 1 || values.length - at < LEAST_BLANK) return null;
  const head = values.slice(0, at);
  const called = `${topic.segments.slice(-2).join("/")}/${path}`.toLowerCase();
  if (kind !== "reading" || SIGNED.test(called) || at < LEAST_BEFORE) return null;
  const [least, tail] = [Math.min(...head), values.slice(at)];
  // Whatever it is called, what held and is at once many times as much below nothing is no reading.
  const isTurnedOver = !SWITCHED.test(name) && at > LEAST_BEFORE && tail.length > LEAST_BLANK &&
    spreadOf(head) <= MOST_HELD * least && 2 * tail[0] <= median(tail) &&
    tail.every((value) => -value > TIMES_BELOW * Math.max(...head));
  if (!POSITIVE.test(name) && !isTurnedOver) return null;
  // In one step: what goes down bit by bit may have a zero point of its own.
  const steps = differences(head).map(Math.abs);
  const fall = (head.at(-1) ?? 0) - values[at];
  return least > 0 && fall > 4 * Math.max(...steps) &&
      tail.every((value) => value < -LEAST_SHARE * least)
    ? at
    : null;
}

/** What went by so little past nothing is the same reading, without its sign. */
const SMALL_STEP = 4;

/** Where a reading that came near to nothing went on at the end of a word; null where it did not. */
function wrapIn({ kind, name, values }: Series): number | null {
  const at = values.findIndex((value) => wordAround(value) !== null);
  const end = wordAround(values[at] ?? 0) ?? 0;
  if (at < 1 || values.length - at < LEAST_BLANK || GOES_ROUND.test(name)) return null;
  const isUnder = (value: number) => wordAround(value) === end;
  const rest = values.filter((value) => !isUnder(value));
  if ((values[at - 1] ?? end) > end / 64 || rest.some((v) => v < 0 || v > end / 2)) return null;
  // What counts down past nothing and has no sign was next to it.
  if (end >= 0x10000) {
    return rest.every(Number.isInteger) && values.slice(at).every(isUnder) ? at : null;
  }
  if (kind === "counter" || SWITCHED.test(name) || end === 0x100 && !OF_HEAT.test(name)) {
    return null;
  }
  // What fades out and in, and what is counted round, is not as steady.
  const steps = differences(values.map((value) => isUnder(value) ? value - end : value));
  return at >= LEAST_BEFORE && new Set(rest).size > 1 &&
      steps.every((step) => Math.abs(step) <= SMALL_STEP)
    ? at
    : null;
}
