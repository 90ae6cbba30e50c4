import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, stepIn, withNumbers } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import { median, spreadOf } from "../../statistics.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import {
  areTogether,
  type DeviceView,
  FieldPlace,
  type Reading,
  standTogether,
  statesTold,
  type TopicView,
} from "../view.ts";
import { isCommandedBetween, saysRuns, turnBetween } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

/** What something that runs brings about, and what shows that it runs. */
interface Effect {
  readonly effect: RegExp;
  readonly drive: RegExp;
  /** Set where what drives is told by what is wanted of it. */
  readonly byTarget?: true;
  /** Set where only a word or a flag shows it. */
  readonly byWord?: true;
  /** Set where it was as much as is wanted of it. */
  readonly follows?: true;
  /** What it was at the least, where its name says no unit: turns in a minute, and no share. */
  readonly least?: number;
  /** By how much what it cools must get hotter. */
  readonly hotter?: number;
  /** Set where what shows it may be told anywhere. */
  readonly anywhere?: true;
  readonly advice: string;
}

export const FLOW: Effect = {
  effect:
    /flow(?!er|temp|_?set)|durchfluss|d[ée]bit|caudal|(?:^|[^a-z])(?:gpm|lpm)(?:$|[^a-z])|lit(?:er|re)s?_?(?:per_?)?min/,
  drive: /pump|pompe|bomba|rpm|drehzahl|spindle|weld|compressor|burner|arc_?current|^run(?:ning)?$/,
  advice:
    "Look whether it runs dry, is blocked or has no supply, at its valves and filter, and at the flow sensor; a pump without flow is soon broken.",
};
const EFFECTS: readonly Effect[] = [
  FLOW,
  {
    effect: /(?:oil|oel|öl)_?(?:press|druck)|pression_?huile/,
    drive: /rpm|drehzahl|engine_?speed|motor_?speed|revolution/,
    advice:
      "Stop the engine and look at its oil: level, pump and filter; then at the sender and its plug.",
  },
  {
    effect:
      /(?:fan|blower|l(?:ü|ue)fter|pump).{0,40}(?:rpm|rps|speed|tach)|(?:rpm|rps|speed|tach).{0,40}(?:fan|blower|l(?:ü|ue)fter)|(?:^|[^a-z])fans?_.{0,40}pump/,
    drive: /target|duty|pwm/,
    byTarget: true,
    advice: "Look whether it turns, is blocked or unplugged: what it cools gets hotter.",
  },
  {
    effect:
      /(?:(?<![a-z])fan|blower|lüfter|luefter|ventilator|ventilateur|ventilador|ventola|wentylator|fläkt)_?\d{0,2}$/,
    drive: /duty|pwm/,
    byTarget: true,
    least: 200,
    hotter: 15,
    advice: "Look whether it turns, is blocked or unplugged: what it cools gets hotter.",
  },
  {
    effect: /speed.{0,40}water|water.{0,40}speed|(?:^|[^a-z])stw(?:$|[^a-z])/,
    drive: /(?:^|[^a-z])sog(?:$|[^a-z])|speed.{0,40}ground|ground.{0,40}speed/,
    anywhere: true,
    advice: "Look at the paddle wheel: weed, growth or its plug.",
  },
  {
    effect: /rpm|tach|(?:fan|blower)speed/,
    drive: /fan|blower|ventil|l(?:ü|ue)fter|motor|spindle|compressor|mixer|agitator|rotor/,
    byWord: true,
    advice: "Look whether it turns at all, is blocked or has no power, and at its sensor.",
  },
  {
    effect: /speed|freq|hz$/,
    drive: /conveyor|belt|motor|spindle|compressor|mixer|agitator|rotor/,
    byWord: true,
    advice: "Look whether it moves at all, is blocked or has no power, and at its sensor.",
  },
  {
    effect:
      /(?:^|_)(?:speed|velocity|vel|rpm|drehzahl)(?:_(?:actual|act|feedback|fb|measured|current|real|is|ist|rpm))?$/,
    drive:
      /(?:speed|velocity|vel|rpm|drehzahl)_(?:goal|target|set(?:_?point)?|sp|soll|cmd|command(?:ed)?|demand|ref(?:erence)?)$|(?<!cruise_)(?:goal|target|set(?:_?point)?|soll|desired|wanted|requested|commanded|cmd|demand)_(?:speed|velocity|vel|rpm|drehzahl)(?:_rpm)?$/,
    byTarget: true,
    follows: true,
    advice: "Look whether it is blocked, and at its motor, its driver and its encoder.",
  },
];
/** Fans of a house that run together, whatever is ventilated. */
const BRINGS_IN = /(?:intake|supply|inlet|fresh|zuluft|toevoer|soufflage)/;
const TAKES_OUT = /(?:exhaust|extract|outlet|return|abluft|afvoer|extraction)/;
export const NO_EFFECT =
  /set|target|limit|min(?!$)|max|alarm|total|count|volume|status|state|mode|temp/;
const LEAST_HELD = 2;
const LEAST_GONE = 5;
const LEAST_MS = 25_000;
/** Under this share of what it was it is nothing; on its way there it is seen for a few messages. */
const NOTHING = 0.03;
const MOST_ON_WAY = 4;
const STEADY = 0.35;
/** What drives goes on with at least this share of what it had. */
const GOES_ON = 0.3;
const HOTTER = 6;
/** Within this share of what is wanted it follows. */
const FOLLOWS = 0.15;

/** `outlier` of what something brings about, when it is nothing from some time on and what brings it about goes on. */
export function lostEffects(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const own = calledOf(series);
    // `fan2` with `{"rpm": …}`
    const called = series.path !== "" && /^(?:rpm|speed|tacho?)$/.test(own)
      ? `${plainKey(series.topic.segments.at(-1) ?? "").slice(0, 40)} ${own}`
      : own;
    const effects = EFFECTS.filter((one) => one.effect.test(own) || one.effect.test(called));
    if (effects.length === 0 || NO_EFFECT.test(called.split(" ").at(-1) ?? "")) continue;
    const at = goneSince(series);
    if (at === null) {
      const found = neverBegan(series, view);
      if (found !== null) return [found];
    }
    if (at === null || isSwitchedOff(series, { at, view })) continue;
    const [found] = effects.flatMap((effect) => {
      if (Math.max(...series.values) < (effect.least ?? 0)) return [];
      const drive = runsOn(series, { at, view, effect });
      return drive === null ? [] : [{ drive, effect }];
    });
    if (found === undefined) continue;
    const { drive, effect } = found;
    const { values, readings, topic } = series;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" fell from about ${
        rounded(median(values.slice(0, at).filter((value) => value > 0)))
      } to 0 and stays there, though ${drive}`,
      summary: `On "${topic.topic}" all ${values.length - at} values from ${
        iso(readings[at]?.at ?? 0)
      } on are nothing`,
      ...stepIn(series, at),
      suggestion: effect.advice,
    })];
  }
  return [];
}

/** Levels that say nothing of what they hold. */
const HOLDS = /^(?:state|status|info|sensors?|data|values?|metrics?|measurements?)$/i;

/** Levels that say of what kind it is that is told below: `switch/pump/state` and `sensor/flow/state`. */
const KIND =
  /^(?:switch|sensor|binary_sensor|relay|relays|actor|actuator|output|input|number|fan|valve|button|text_sensor)$/i;

/** The last levels of its topic and its path, in words. */
export function calledOf(
  { topic, path, called }: Pick<Series, "topic" | "path" | "called">,
): string {
  const own = (path === "" ? topic.segments.slice(-2) : path.split(".").slice(-2))
    .filter((level) => !HOLDS.test(level));
  const bare = /^(?:v|val|value|reading)$/i.test(path) ? topic.segments.slice(-1) : own;
  return plainKey(called ?? bare.join(" "));
}

/** Since when it is nothing, after values that held; null where it is not. */
function goneSince({ values, readings }: Series): number | null {
  const start = values.findIndex((value) => value > 0);
  const first = median(values.slice(start, start + LEAST_HELD));
  if (start < 0 || first <= 0) return null;
  const at = values.findLastIndex((value) => Math.abs(value) > NOTHING * first) + 1;
  const left =
    values.slice(0, at).findLastIndex((value) => Math.abs(value - first) <= STEADY * first) +
    1;
  const lengthMs = (readings.at(-1)?.at ?? 0) - (readings[at]?.at ?? 0);
  if (left - start < LEAST_HELD || at - left > MOST_ON_WAY || values.length - at < LEAST_GONE) {
    return null;
  }
  const holds = values.slice(start, left).every((value) =>
    Math.abs(value - first) <= STEADY * first
  );
  return holds && lengthMs >= LEAST_MS ? at : null;
}

/** What turns whenever it is on; a motor may be on and hold. */
const TURNS =
  /(?<![a-z])fan|blower|l(?:ü|ue)fter|ventilator|ventilateur|pump|compressor|kompressor/;
const TURNED = /rpm|tach|drehzahl|revolution/;
/** What does not say that it turns. */
const NO_TURN = /enable|ready|avail|power|connect|fault|alarm|auto|mode|lock|online|present/;
const LEAST_ALWAYS = 8;
const LEAST_ALWAYS_MS = 120_000;

/** Turns in a minute that are nothing in every message, though what turns says in each that it is on. */
function neverBegan(series: Series, view: DeviceView): Finding | null {
  const { values, readings, topic, path } = series;
  const [first, last] = [readings[0], readings.at(-1)];
  const called = calledOf(series);
  if (first === undefined || last === undefined || values.length < LEAST_ALWAYS) return null;
  if (last.at - first.at < LEAST_ALWAYS_MS || values.some((value) => value !== 0)) return null;
  if (!TURNED.test(called) || !TURNS.test(`${topic.topic} ${path}`.toLowerCase())) return null;
  for (const other of statesTold(view)) {
    const { segments, live } = other.topic;
    const whole = `${segments.slice(-2).join("/")} ${other.path}`.toLowerCase();
    if (!standTogether(series, other) || !TURNS.test(whole) || NO_TURN.test(whole)) continue;
    if (subjectOf(other.topic, other.path) !== subjectOf(topic, path)) continue;
    const isWord = ({ fields }: Reading) =>
      /^(?:on|true|running|ein|marche)$/i.test(String(fields.get(other.path)));
    if (live.length < LEAST_ALWAYS / 2 || !live.every(isWord)) continue;
    return findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" stays 0 though "${labelOf(other)}" says ${
        String(live.at(-1)?.fields.get(other.path))
      }`,
      summary: `On "${topic.topic}" all ${values.length} values from ${iso(first.at)} on are 0`,
      ...withNumbers(series, readings),
      suggestion: "Look whether it turns at all, is blocked or has no power, and at its sensor.",
    });
  }
  return null;
}

/** What is told of, without what is told of it: `exhaust_fan_rpm` and `exhaust_fan/state` are of one fan. */
function subjectOf({ segments }: TopicView, path: string): string {
  return [...segments, path].flatMap((level) => plainKey(level).split(/[^\p{L}\p{N}]+/u))
    .filter((word) => !TOLD_OF.test(word)).join("_");
}

const TOLD_OF =
  /^(?:rpm|tach|tacho|speed|drehzahl|state|status|on|is|running|run|switch|sensor|relay|value|val|binary|)$/;

/** Whether a word turned with it: then it was switched. */
function isSwitchedOff(
  { topic, path, readings }: Series,
  { at, view }: { at: number; view: DeviceView },
): boolean {
  const beatMs = topic.rhythm?.medianMs ?? 1_000;
  const [fromMs, toMs] = [readings[at - 1]?.at ?? 0, readings[at]?.at ?? 0];
  // What is told of itself in a word beside the number is no switch.
  const own = (path || (topic.segments.at(-1) ?? "")).replace(/[_-]?(?:speed|rpm|tacho?)$/i, "");
  const without = (field: string) =>
    own.length > 5 && (field.split("/").at(-1) ?? "").startsWith(own);
  const span = { fromMs: fromMs - 0.9 * beatMs, toMs: toMs + beatMs, without };
  // A flag that is a number is no word: `valve_open` from 1 to 0.
  const now = readings[at]?.fields;
  const isShut = [...readings[at - 1]?.fields ?? []].some(([other, value]) =>
    other !== path && value === 1 && now?.get(other) === 0
  );
  return isShut || turnBetween(view, span) !== undefined ||
    isCommandedBetween(view, { fromMs: fromMs - LEAST_MS, toMs });
}

/** What shows that it goes on, in words; null where nothing does. */
function runsOn(
  series: Series,
  { at, view, effect }: { at: number; view: DeviceView; effect: Effect },
): string | null {
  const sinceMs = series.readings[at]?.at ?? 0;
  const beforeMs = series.readings[at - 1]?.at ?? 0;
  const isNear = (other: Series) => effect.anywhere === true || areNear(series, other);
  for (const other of seriesOf(view)) {
    if (other === series) continue;
    const split = other.readings.findIndex((reading) => reading.at >= sinceMs);
    const held = other.values.filter((_, i) => (other.readings[i]?.at ?? 0) <= beforeMs + 1_000);
    const [before, after] = [held, other.values.slice(split)];
    if (before.length < 2 || after.length < 3) continue;
    const usual = median(before);
    const isWarm = effect.follows !== true && effect.byWord !== true;
    if (isWarm && isHotter(other, { before, after, by: effect.hotter ?? HOTTER })) {
      return `"${labelOf(other)}" rises`;
    }
    const called = calledOf(other);
    const isDrive = (effect.byWord !== true && effect.drive.test(called) && isNear(other) ||
      areFansOfOne(series, other)) &&
      (effect.byTarget === true || !NO_EFFECT.test(called));
    const isFollowed = effect.follows !== true ||
      Math.abs(median(series.values.slice(0, at)) - usual) <= FOLLOWS * usual;
    const isDriven = usual > 0 && isFollowed && after.every((value) => value >= GOES_ON * usual);
    if (isDrive && isDriven) {
      return `"${labelOf(other)}" goes on at ${rounded(after.at(-1) ?? 0)}`;
    }
  }
  return effect.follows === true ? null : flagOn(series, { sinceMs, view, effect });
}

/** Whether one fan brings the air in that the other takes out. */
function areFansOfOne(series: Series, other: Series): boolean {
  const [a, b] = [calledOf(series), calledOf(other)];
  const areFans = [a, b].every((called) => /fan|blower|l(?:ü|ue)fter/.test(called));
  return areFans &&
    (BRINGS_IN.test(a) && TAKES_OUT.test(b) || TAKES_OUT.test(a) && BRINGS_IN.test(b));
}

/** A temperature beside it, that rises now and did not before. */
function isHotter(
  other: Series,
  { before, after, by }: {
    before: readonly number[];
    after: readonly number[];
    by: number;
  },
): boolean {
  return /temp/.test(calledOf(other)) && Math.max(...after) - Math.max(...before) >= by &&
    spreadOf(before) < HOTTER / 2;
}

/** A flag or a word of what drives, that says all the time that it runs. */
function flagOn(
  series: Series,
  { sinceMs, view, effect }: { sinceMs: number; view: DeviceView; effect: Effect },
): string | null {
  for (const { topic, path } of statesTold(view)) {
    const whole = `${topic.segments.slice(-2).join("/")} ${path}`.toLowerCase();
    const told = topic.live.filter(({ at }) => at >= sinceMs);
    // An engine runs while a car waits.
    const isOfDrive = effect.drive.test(whole) ||
      effect.byWord !== true && /(?:^|[ ./_])run(?:ning)?$/.test(whole);
    if (!isOfDrive || told.length < 3 || !areNear(series, { topic, path })) continue;
    if (told.every(({ fields }) => saysRuns(fields.get(path)))) {
      return `"${labelOf({ path, topic })}" says ${String(told.at(-1)?.fields.get(path))}`;
    }
  }
  return null;
}

/** Under this no current loop is whole, and within these bounds it was. */
const LIVE_MA: readonly [number, number] = [3.8, 20.6];
const BROKEN_MA = 3.5;
const LOOP =
  /(?:^|[^a-z])(?:idc|ai|aci|ain|analog|loop|in(?:put)?|ch(?:annel)?)[a-z_]{0,20}\d{0,2}[a-z_]{0,20}_?m_?a$|4_?(?:to_?)?20_?m_?a/;

/** `outlier` of a current loop of 4 to 20 mA that is broken. */
export function brokenLoops(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { values, readings, topic } = series;
    if (!LOOP.test(calledOf(series))) continue;
    const at = values.findLastIndex((value) => value > BROKEN_MA) + 1;
    const head = values.slice(0, at);
    if (at < LEAST_HELD + 1 || values.length - at < 3) continue;
    if (head.some((value) => value < LIVE_MA[0] || value > LIVE_MA[1])) continue;
    if (head.every(Number.isInteger)) continue;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" fell from about ${rounded(median(head))} mA to ${
        rounded(values.at(-1) ?? 0)
      }: a current loop of 4 to 20 mA that is broken`,
      summary: `On "${topic.topic}" ${values.length - at} values from ${
        iso(readings[at]?.at ?? 0)
      } on are under 4 mA`,
      ...stepIn(series, at),
      suggestion: "Look at the probe's cable, its clamps and its supply.",
    })];
  }
  return [];
}

/** Whether one stands beside or below the other. */
export function areNear(
  one: FieldPlace,
  other: FieldPlace,
): boolean {
  if (one.topic === other.topic) return areTogether(one, other);
  const bare = ({ segments }: TopicView) =>
    segments.filter((level, i) => i === 0 || !HOLDS.test(level) && !KIND.test(level));
  const treeOf = (levels: readonly string[]) => levels.slice(0, -1).join("/");
  const [a, b] = [treeOf(one.topic.segments), treeOf(other.topic.segments)];
  const [c, d] = [treeOf(bare(one.topic)), treeOf(bare(other.topic))];
  if (c !== "" && c === d) return true;
  return a !== "" && (a === b || b.startsWith(`${a}/`) || a.startsWith(`${b}/`) && b.includes("/"));
}
