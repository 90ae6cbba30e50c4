import type { Finding } from "../finding_shape.ts";
import {
  findingFrom,
  iso,
  numbersOf,
  rounded,
  stepIn,
  stepMessages,
  withNumbers,
} from "../evidence.ts";
import { labelOf, leafOf, nameOf, type Scalar } from "../fields.ts";
import { differences } from "../../statistics.ts";
import { besideOf, type DeviceView, type Reading, statesTold, type TopicView } from "../view.ts";
import { areNear, calledOf, FLOW, NO_EFFECT } from "./lost_effects.ts";
import { saysRuns } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

const LEAST_ON = 4;
const LEAST_ON_MS = 60_000;
const LEAST_ALWAYS = 8;
const LEAST_ALWAYS_MS = 120_000;
/** What flows at a tap, or in a pipe that another pump feeds. */
const AT_TAP =
  /dhw|(?<![a-z])ww|trinkwasser|brauchwasser|cold|tap|domestic|hot_?water|warmwasser|gas|air|sanitar|heat_?meter|toilet|kitchen|shower|supply_?air/;

/** `outlier` of a flow that stays nothing while its pump is on for long. */
export function pumpsWithoutFlow(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const called = calledOf(series);
    if (!FLOW.effect.test(called) || NO_EFFECT.test(called) || AT_TAP.test(called)) continue;
    if (series.values.some((value) => value !== 0)) continue;
    const on = pumpOn(view, series);
    if (on === null) continue;
    const { topic, path, values } = series;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" stays 0 though the pump is on: "${on.label}" for ${
        rounded((on.toMs - on.fromMs) / 1_000)
      } s`,
      summary: `On "${topic.topic}" all ${values.length} values are 0, from ${iso(on.fromMs)} to ${
        iso(on.toMs)
      } with the pump on`,
      messages: on.messages,
      numbers: numbersOf(values, { topic, path }),
      suggestion: FLOW.advice,
    })];
  }
  return [];
}

/** What gives its heat to a tank, and what is told beside it of where that goes. */
const COLLECTOR =
  /collector|kollektor|colector|collettore|capteur|kolektor|solar_?(?:panel|roof|array|thermal)/;
const WARMTH = /temp|celsius|vorlauf|r(?:ü|ue)cklauf|return|tank|boiler|speicher|store/;
/** So hot it is where nothing carries its heat away, so much hotter it got, and so little warmer all else did. */
const STAGNATES = 100;
const LEAST_RISEN = 20;
const AS_EVER = 4;
const LEAST_RISES = 8;

/** `outlier` of a collector that gets hotter all the time though its pump runs, and of whose heat nothing arrives. */
export function collectorsUncooled(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  for (const series of all) {
    const { topic, values, readings } = series;
    const last = values.at(-1) ?? 0;
    if (last < STAGNATES || !COLLECTOR.test(calledOf(series)) || NO_HEAT.test(series.name)) {
      continue;
    }
    const from = differences(values).findLastIndex((step) => step <= 0) + 1;
    const fromMs = readings[from]?.at ?? 0;
    if (values.length - from <= LEAST_RISES || last - (values[from] ?? last) < LEAST_RISEN) {
      continue;
    }
    const on = pumpOn(view, series);
    if (on === null || on.fromMs > fromMs + STEADY_MS || on.toMs < (readings.at(-1)?.at ?? 0)) {
      continue;
    }
    const others = all.filter((one) =>
      one !== series && WARMTH.test(calledOf(one)) && !NO_HEAT.test(one.name) &&
      !COLLECTOR.test(calledOf(one)) && areOfOneSystem(series, one.topic)
    );
    const isCold = ({ values }: Series) =>
      Math.max(...values) < last - LEAST_RISEN &&
      (values.at(-1) ?? 0) - (values[0] ?? 0) <= AS_EVER;
    if (others.length === 0 || !others.every(isCold)) continue;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" rises from ${rounded(values[from] ?? 0)} to ${
        rounded(last)
      } though the pump is on, and "${labelOf(others[0] ?? series)}" gets no warmer`,
      summary: `On "${topic.topic}" it rose in ${values.length - from - 1} messages in a row from ${
        iso(fromMs)
      } on, with "${on.label}" on`,
      ...withNumbers(series, readings.slice(from)),
      suggestion:
        "Look for air in the circuit, a valve that is shut, too little pressure or a pump that turns in vain; do not fill a hot collector with cold fluid.",
    })];
  }
  return [];
}

const NO_HEAT = /set|target|soll|max|min|limit|diff|delta/;
/** When it may begin to run at the latest. */
const STEADY_MS = 30_000;

/** What a pump empties, and how full that is. */
const EMPTIED =
  /sump|bilge|lenz|drain|schmutzwasser|hebeanlage|lift_?station|(?<![a-z])pit(?![a-z])|flood/;
const LEVEL = /level|pegel|f(?:ü|ue)llstand|niveau/;
const LEAST_LEVEL_STEPS = 8;

/** `outlier` of a level that rises all the time though the pump that empties it runs. */
export function pumpsThatDoNotEmpty(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { topic, path, values, readings } = series;
    const called = calledOf(series);
    if (!LEVEL.test(called) || /set|max|min|limit|alarm|high|low/.test(called)) continue;
    if (!EMPTIED.test(`${topic.topic} ${path}`.toLowerCase())) continue;
    const from = differences(values).findLastIndex((step) => step <= 0) + 1;
    const on = values.length - from > LEAST_LEVEL_STEPS ? pumpOn(view, series) : null;
    if (on === null || on.toMs < (readings.at(-1)?.at ?? 0)) continue;
    const during = values.filter((_, i) => i >= from && (readings[i]?.at ?? 0) >= on.fromMs);
    if (during.length <= LEAST_LEVEL_STEPS) continue;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" rises from ${rounded(during[0] ?? 0)} to ${
        rounded(values.at(-1) ?? 0)
      } though the pump is on`,
      summary: `On "${topic.topic}" it rose in ${
        during.length - 1
      } messages in a row, with "${on.label}" on since ${iso(on.fromMs)}`,
      ...withNumbers(series, readings.slice(from)),
      suggestion:
        "Look whether the pump turns, is blocked or runs dry, at its check valve and its outlet; more may come in than it can take.",
    })];
  }
  return [];
}

/** A valve, and the words by which it is shut. */
const VALVE = /valve|ventil(?!at)|vanne|v[áa]lvula|valvola|zawór|zawor/;
const SHUT = /^(?:off|closed?|shut|false|0|zu|geschlossen|ferm[ée]e?|cerrad[ao]|chius[ao])$/i;
const LEAST_SHUT = 6;
const LEAST_SHUT_MS = 45_000;
/** At least this share of what flowed before still does. */
const FLOWS_ON = 0.3;

/** `outlier` of a flow that goes on after its valve was shut, told in one message with it. */
export function valvesThatLeak(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { topic, path, values, readings } = series;
    const called = calledOf(series);
    const whole = `${topic.topic} ${view.identity.model ?? ""}`.toLowerCase();
    if (!FLOW.effect.test(called) || NO_EFFECT.test(called) || !VALVE.test(whole)) continue;
    const [state] = besideOf(path, readings.at(-1)).find(([other]) =>
      /^(?:state|valve|valvestate|position|status)$/.test(leafOf(other))
    ) ?? [];
    if (state === undefined) {
      continue;
    }
    const isShut = ({ fields }: Reading) =>
      SHUT.test(String(fields.get(state)));
    const from = readings.findLastIndex((reading) => !isShut(reading)) + 1;
    const [before, after] = [values.slice(0, from), values.slice(from)];
    if (before.length < 2 || after.length < LEAST_SHUT) continue;
    if ((readings.at(-1)?.at ?? 0) - (readings[from]?.at ?? 0) < LEAST_SHUT_MS) continue;
    if (Math.min(...after) < FLOWS_ON * Math.max(...before) || Math.min(...after) <= 0) continue;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" goes on at ${rounded(values.at(-1) ?? 0)} though "${
        labelOf({ path: state, topic })
      }" says ${String(readings.at(-1)?.fields.get(state))}`,
      summary: `On "${topic.topic}" so in all ${after.length} messages from ${
        iso(readings[from]?.at ?? 0)
      } on`,
      ...stepIn(series, from),
      suggestion:
        "Shut the water off by hand, and look whether the valve closes: dirt, its spring or its motor.",
    })];
  }
  return [];
}

/** Words of a pump, and of what says of it in a word or a number that it runs. */
const PUMP = /(?<!heat_?|wärme|waerme)(?:pump|pompe|bomba|pompa|čerpad|cerpad)/;
const RUNNING = /^(?:is)?(?:on|state|status|running|run|relay|switch|output)$/;
const HOW_MUCH =
  /pump[aes]?_?\d{0,2}$|speed|rpm|duty|pwm|pct$|percent|hz$|freq|drehzahl|modulation/;
const NOT_RUNNING =
  /set|limit|total|count|energy|temp|volt|press|psi|hour|time|flow|level|fault|alarm|mode|power|watt|curr|amp|enabl|avail|ready|auto|sched|next|last|durat|online|connect|batt|name|id$/;
/** What waters, and says so by a word. */
const WATERS =
  /irrigat|sprinkl|drip|bew(?:ä|ae)sser|riego|arros|(?:garden|lawn|garten|rasen|jardin|beet).{0,20}(?:valve|ventil|vanne)/;

const OPEN = /^(?:open(?:ed)?|auf|offen|ouverte?|abiert[oa]|apert[oa])$/i;

/** Whether a field says that a pump runs, or that a valve waters; null where it is about neither. */
function runsIn(
  { segments }: TopicView,
  path: string,
): ((value: Scalar | undefined) => boolean) | null {
  const own = (path === "" ? segments.slice(-2).join("_") : path).toLowerCase();
  const name = nameOf(path, path === "" ? segments.slice(-1) : segments);
  const around = segments.slice(-2).join("/").toLowerCase();
  if (NOT_RUNNING.test(path === "" ? name : own)) return null;
  if (PUMP.test(own) || PUMP.test(around) && (RUNNING.test(name) || HOW_MUCH.test(name))) {
    return (value) =>
      saysRuns(value) || HOW_MUCH.test(own) && typeof value === "number" && value > 0;
  }
  return WATERS.test(around) && (RUNNING.test(name) || name === "valve")
    ? (value) => saysRuns(value) || OPEN.test(String(value))
    : null;
}

/** A line by which a device tells that its pump runs: then its state is the pump's. */
const PUMP_LINE =
  /(?<!\p{L})(?:pump|pumpe|pompe|bomba|pompa) (?:is |was |turned |switched )?(?:on|running|started|an|ein)(?!\p{L})/iu;

function saysPumps({ topics }: DeviceView): boolean {
  return topics.some(({ live }) =>
    live.some(({ fields }) => {
      const line = fields.get("");
      return typeof line === "string" && / /.test(line) && PUMP_LINE.test(line.slice(0, 200));
    })
  );
}

interface Span {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly messages: Finding["evidence"]["messages"];
}

/** When a pump beside a flow was switched on while it was listened, and for long; null where none was. */
function pumpOn(view: DeviceView, series: Series): Span | null {
  const isPumps = saysPumps(view);
  for (const { topic, path } of statesTold(view)) {
    if (!areOfOneSystem(series, topic)) continue;
    const isItsState = isPumps &&
      /^(?:state|status)$/.test(leafOf(path === "" ? topic.segments.at(-1) ?? "" : path));
    const runs = runsIn(topic, path) ?? (isItsState ? saysRuns : null);
    const having = runs !== null
      ? topic.live.map(({ at, fields }) => ({ at, isOn: runs(fields.get(path)) }))
      : topic.live.flatMap(({ at, fields }) => {
        const isPump = [...fields.values()].some((value) =>
          /^(?:water)?pump\d?$/i.test(String(value))
        );
        const state = [...fields].find(([key]) => /^(?:state|status|value)$/.test(key))?.[1];
        const isOn = saysRuns(state) || typeof state === "number" && state > 0;
        return isPump && state !== undefined ? [{ at, isOn }] : [];
      });
    const from = having.findIndex(({ isOn }) => isOn);
    if (from < 0) continue;
    const off = having.findIndex(({ isOn }, i) => i > from && !isOn);
    const fromMs = having[from]?.at ?? 0;
    const toMs = having[off]?.at ?? series.readings.at(-1)?.at ?? 0;
    const during = series.readings.filter(({ at }) => at > fromMs && at <= toMs);
    const before = series.readings.filter(({ at }) => at < fromMs);
    const isAlways = before.length < 2;
    if (during.length < (isAlways ? LEAST_ALWAYS : LEAST_ON)) continue;
    if (toMs - fromMs < (isAlways ? LEAST_ALWAYS_MS : LEAST_ON_MS)) continue;
    return {
      label: path === "" ? topic.topic : `${topic.topic} ${path}`,
      fromMs,
      toMs,
      messages: stepMessages(series.readings, before.length),
    };
  }
  return null;
}

/** Levels that hold all that a house has. */
const ANYTHING =
  /^(?:home|house|haus|maison|casa|zigbee2mqtt|zwave|tele|stat|devices?|sensors?|site|homeassistant|esphome|shellies|)$/i;

/** Whether what a topic tells stands beside or below a value, or beside what it is of: `x/pump/speed` and `x/flow/rate`. */
function areOfOneSystem(series: Series, topic: TopicView): boolean {
  const systemOf = ({ segments }: TopicView) => segments.slice(0, -2);
  const [a, b] = [systemOf(series.topic), systemOf(topic)];
  return topic === series.topic || areNear(series, { topic, path: series.path }) ||
    series.path === "" && a.join("/") === b.join("/") && !ANYTHING.test(a.at(-1) ?? "");
}
