import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, someOf, stepMessages } from "../evidence.ts";
import { labelOf, nameOf, type Scalar } from "../fields.ts";
import { differences } from "../../statistics.ts";
import { type DeviceView, stateTopics, type TopicView } from "../view.ts";
import { areNear, calledOf, FLOW, NO_EFFECT } from "./lost_effects.ts";
import { saysRuns } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

const LEAST_ON = 4;
const LEAST_ON_MS = 60_000;
const LEAST_ALWAYS = 8;
const LEAST_ALWAYS_MS = 120_000;
/** What flows at a tap, or in a pipe that another pump feeds. */
const AT_TAP =
  /dhw|tap|domestic|hot_?water|warmwasser|gas|air|sanitar|heat_?meter|toilet|kitchen|shower|supply_?air/;

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
      numbers: numbersOf(values, { topic: topic.topic, field: path }),
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
    const { topic, path, values, readings } = series;
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
      messages: someOf(readings.slice(from)),
      numbers: numbersOf(values, { topic: topic.topic, field: path }),
      suggestion:
        "Look for air in the circuit, a valve that is shut, too little pressure or a pump that turns in vain; do not fill a hot collector with cold fluid.",
    })];
  }
  return [];
}

const NO_HEAT = /set|target|soll|max|min|limit|diff|delta/;
/** When it may begin to run at the latest. */
const STEADY_MS = 30_000;

/** Words of a pump, and of what says of it that it runs. */
const PUMP = /pump|pompe|bomba|pompa|čerpad|cerpad/;
const RUNNING =
  /^(?:is)?(?:on|state|status|running|run|active|enabled|relay|speed|rpm|duty|percent|output)?(?:on|pct|percent|rpm)?$/;
const NOT_RUNNING =
  /set|limit|total|count|energy|temp|volt|press|psi|hour|time|flow|level|fault|alarm|mode|power|watt|curr|amp/;

function isOfPump({ segments }: TopicView, path: string): boolean {
  const own = (path === "" ? segments.at(-1) ?? "" : path).toLowerCase();
  const isOwn = PUMP.test(own) && !NOT_RUNNING.test(own);
  return isOwn || PUMP.test(segments.slice(-2).join("/").toLowerCase()) &&
      RUNNING.test(nameOf(path, path === "" ? segments.slice(-1) : segments));
}

interface Span {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly messages: Finding["evidence"]["messages"];
}

/** When a pump beside a flow was switched on while it was listened, and for long; null where none was. */
function pumpOn(view: DeviceView, series: Series): Span | null {
  for (const topic of stateTopics(view)) {
    if (!areOfOneSystem(series, topic)) continue;
    for (const path of topic.live.at(-1)?.fields.keys() ?? []) {
      const having = isOfPump(topic, path)
        ? topic.live.map(({ at, fields }) => ({ at, isOn: isOn(fields.get(path)) }))
        : topic.live.flatMap(({ at, fields }) => {
          const isPump = [...fields.values()].some((value) =>
            /^(?:water)?pump\d?$/i.test(String(value))
          );
          const state = [...fields].find(([key]) => /^(?:state|status|value)$/.test(key))?.[1];
          return isPump && state !== undefined ? [{ at, isOn: isOn(state) }] : [];
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

function isOn(value: Scalar | undefined): boolean {
  return saysRuns(value) || typeof value === "number" && value > 0;
}
