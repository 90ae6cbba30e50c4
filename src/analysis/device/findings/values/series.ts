import {
  isCounter,
  isHolder,
  isSetting,
  isTime,
  leafOf,
  mayBeMeasured,
  nameOf,
  withoutPlaces,
} from "../../reading/fields.ts";
import { differences, lastsMs } from "../../../statistics.ts";
import type { FieldKind } from "../../families/family.ts";
import { isNoneByFormat, isNotRead } from "./blank.ts";
import { namedIn, numberOf, ownersIn, quantityBeside } from "./quantities.ts";
import { isSignal } from "../reach/signal.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { type DeviceView, type Reading, type TopicView } from "../../reading/view.ts";

/** The numbers of one field, one message after another. */
export interface Series {
  readonly topic: TopicView;
  readonly path: string;
  /** What its records call it, where they have a name. */
  readonly called?: string;
  readonly name: string;
  readonly kind: FieldKind;
  readonly values: readonly number[];
  readonly readings: readonly Reading[];
}

/** What a series told since a time: from which of its values on, these, and for how long. */
export function toldSince({ values, readings }: Series, sinceMs: number) {
  const from = readings.findIndex(({ at }) => at >= sinceMs);
  return { from, tail: from < 0 ? [] : values.slice(from), lastedMs: lastsMs(readings, from) };
}

/** Roundings of a number of degrees, in °F. */
const MOST_ROUNDED = 1;

/** Whether two fields tell one number, the one perhaps in °F: what is odd in both was read once. */
export function areOneNumber({ values }: Series, { values: others }: Series): boolean {
  const areAll = (is: (one: number, other: number) => boolean) =>
    values.length === others.length && values.every((value, i) => is(value, others[i]));
  const isInF = (one: number, other: number) => Math.abs(1.8 * one + 32 - other) <= MOST_ROUNDED;
  return areAll((one, other) => one === other) || areAll(isInF) ||
    areAll((one, other) => isInF(other, one));
}

/** What people and programs switch; a `currentHeight` is one of now. */
export const SWITCHED =
  /power|current(?!temp|hum|height|level|pos|angle|dist|depth|weight|press)|ampere|watt|load|flow|traffic|bytes|latency|lux|illuminance|light|motion|sound|noise|cpu|rate|apparent|reactive|^a$|^w$|throughput|rain|wind/;
/** The number series of all fields that hold values: a dozen findings ask for those of one view. */
export const seriesOf: (view: DeviceView) => readonly Series[] = rememberingEach(findSeries);

function isTurning(values: readonly number[]): boolean {
  return values.every((value) => Math.abs(value) < 1e5) &&
    differences(values).some((step) => step < 0) &&
    values.some((value) => !Number.isInteger(value));
}

const DAY_MS = 86_400_000;

/** Whether it is the time of each message, in seconds or milliseconds since the epoch, whatever its name. */
function runsAlong(values: readonly number[], readings: readonly Reading[]): boolean {
  return values[0] > 1e9 &&
    [1, 1_000].some((unit) =>
      values.every((value, i) => Math.abs(value * unit - readings[i].at) < 2 * DAY_MS)
    );
}

/** What a number is by its name, unless how it goes tells that it is measured. */
function kindOf(name: string, values: readonly number[]): FieldKind {
  const asNamed = kindByName(name);
  // `t` goes back and forth where it is a temperature.
  if (asNamed === "time") return name === "t" && isTurning(values) ? "reading" : asNamed;
  const mayBe = asNamed === "counter" || asNamed === "ignored" ||
    asNamed === "setting" && mayBeMeasured(name);
  return mayBe && isMeasured(values) ? "reading" : asNamed;
}

const LEAST_MEASURED = 6;
const MOST_AS_BEFORE = 0.3;

/** Whether it was another one nearly each time, to and fro and by fractions, until it stood: so is what is measured, not what is set. */
function isMeasured(values: readonly number[]): boolean {
  const last = values.at(-1);
  const moving = values.slice(0, values.findLastIndex((value) => value !== last) + 2);
  const steps = differences(moving);
  return moving.length >= LEAST_MEASURED && moving.some((value) => !Number.isInteger(value)) &&
    steps.filter((step) => step === 0).length <= MOST_AS_BEFORE * steps.length &&
    steps.some((step) => step < 0) && steps.some((step) => step > 0);
}

/** Fields of a message that are looked at. */
const MOST_FIELDS = 100;

function findSeries(view: DeviceView): Series[] {
  const all: Series[] = [];
  for (const topic of view.topics) {
    if (!/^(?:state|event|reply)$/.test(topic.role)) continue;
    const found = new Map<string, {
      path: string;
      called: { called?: string };
      name: string;
      values: number[];
      readings: Reading[];
    }>();
    for (const reading of topic.live) {
      for (const [path, told] of [...reading.fields].slice(0, 2 * MOST_FIELDS)) {
        const value = numberOf(path, told);
        if (value === null || isNoneByFormat(path, value)) continue;
        const named = namedIn(reading.fields, path);
        // Of messages that speak of several things by turns each thing has its own.
        const whose = topic.mixes ? ownersIn(reading.fields) : [];
        if (topic.mixes && named === null && whose.length === 0) continue;
        let key = named?.key ?? `${path} ${whose.join(" ")}`;
        if (found.get(key)?.readings.at(-1) === reading) key += ` ${path}`;
        let one = found.get(key);
        if (one === undefined) {
          if (found.size >= 4 * MOST_FIELDS) continue;
          const own = quantityOf(path, topic.segments);
          // `knx/status/2/1/11` with `{"val": 21.2, "unit": "°C"}`
          const name = named?.name ??
            (isHolder(leafOf(path)) && CODED.test(own) &&
                quantityBeside(reading.fields, path) || own);
          const isNumbered = named === null && name !== nameOf(path, topic.segments);
          const label = named?.called ??
            (path.startsWith("[")
              ? `${topic.topic}${path}`
              : isNumbered
              ? `${topic.topic} ${path}`.trim()
              : null);
          const called = label === null ? {} : { called: label };
          found.set(key, one = { path, called, name, values: [], readings: [] });
        }
        one.values.push(value);
        one.readings.push(reading);
      }
    }
    for (const { path, called: told, name: own, values, readings } of found.values()) {
      const isHeld = isHeldAsState(own, values, readings.at(-1));
      // No word has a fraction, nor is one of what is measured a high number: `uppertemp_state`.
      const isNumber = values.some((value) => !Number.isInteger(value)) ||
        OF_NUMBER.test(own) && values.some((value) => value > MOST_CODED);
      const name = withoutSystem(
        isHeld ? quantityOf("", topic.segments) : isNumber ? own.replace(/(?<=.)state$/, "") : own,
      );
      const called = isHeld ? { called: topic.topic } : told;
      if (runsAlong(values, readings)) continue;
      const kind = topic.family.fieldKind?.(path, topic, view) ?? kindOf(name, values);
      if (kind === "time" || kind === "ignored") continue;
      if (isFreePlace(path, values, readings.at(-1)?.fields)) continue;
      all.push({ topic, path, ...called, name, kind, readings, values });
    }
  }
  return all;
}

/** A name without a word that reads as another together with the next: there is no temperature in `totalsystempower`. */
function withoutSystem(name: string): string {
  return name.replace(/system(?=p)/, "");
}

/** Whether a `state` is all that a message tells, and a number that stands for no word. */
function isHeldAsState(name: string, values: readonly number[], last?: Reading): boolean {
  return name === "state" && last?.fields.size === 1 &&
    values.some((value) => value > MOST_CODED || !Number.isInteger(value));
}

const MOST_CODED = 9;
const OF_NUMBER = /(?:temp(?:erature)?|humidity|pressure|setpoint)state$/;

/** Whether it is a place in a list of which others are read: nothing was ever plugged in there. */
function isFreePlace(path: string, values: readonly number[], fields?: Reading["fields"]): boolean {
  const [first = 0] = values;
  return path.endsWith("]") && (first <= -200 || isNotRead(first)) &&
    values.every((value) => value === first) &&
    [...fields ?? []].some(([other, value]) =>
      withoutPlaces(other) === withoutPlaces(path) && typeof value === "number" && value !== first
    );
}

/** What is measured, whatever holds its number. */
const MEASURED =
  /temp|humid|press|power|energ|volt|current|rpm|fan|flow|freq|weight|dist|lux|illum|co2/;

/** What a number is of: of one that is only numbered, `temperature/0`, the level before. */
export function quantityOf(path: string, segments: readonly string[]): string {
  const name = nameOf(path, segments);
  // `fan_1` with `{"state": 2880}`.
  if (path === "state" && MEASURED.test(leafOf(segments.at(-1) ?? ""))) {
    return nameOf("", segments);
  }
  // `Voltage/L2`
  if (path === "" && /^l[123]$/.test(name) && PHASED.test(leafOf(segments.at(-2) ?? ""))) {
    return leafOf(segments.at(-2) ?? "");
  }
  if (!/^\d{1,3}$/.test(name)) return name;
  const levels = [...segments, ...path.split(".")].map(leafOf);
  return levels.findLast((level) => !isHolder(level) && !/^\d*$/.test(level)) ?? name;
}

/** What each phase of a mains has. */
const PHASED = /^(?:volt(?:age)?|u|spannung|current|strom|power|leistung|cosphi|pf)$/;

/** Numbers that stand for words. */
const CODED =
  /^(type|status|state|mode|kind|class|code|phase|step|reason|program|effect|scene|preset|category|icon|condition|source|stage|event|index|idx|id)$|(type|status|code|mode|state|class|(?<!gr|hum|sol|flu|liqu|[in](?:ox|oks))id)$/;

/** What a number of that name is, where no family knows better. */
export function kindByName(name: string): FieldKind {
  if (CODED.test(name)) return "ignored";
  if (isTime(name)) return "time";
  if (isCounter(name)) return "counter";
  if (isSignal(name)) return "signal";
  return isSetting(name) ? "setting" : "reading";
}
