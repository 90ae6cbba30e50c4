import type { Finding } from "../../finding_shape.ts";
import { findingFrom, numbersOf, repeating, rounded, secondsText, someOf } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { lastPlace } from "../../../../numbers.ts";
import type { DeviceView, TopicView } from "../../reading/view.ts";
import { numberOf } from "./quantities.ts";
import { isSignal } from "../reach/signal.ts";
import { lastsMs } from "../../../statistics.ts";
import { type Series, seriesOf } from "./series.ts";
import { isFine } from "../counts/standing_totals.ts";

/** What is measured in air, water and soil. */
export const MEASURED =
  /temp|celsius|hum(?!an)|press|baro|lux|illum|light|moist|soil|conduct|co2|voc|radon|noise|sound|gas|turbid|^p[mbcn]\d|^cf\d|accel|gyro|wind/;
/** What of that is never the same twice, however calm it is. */
const RESTLESS = /lux|illum|light|conduct|voc|radon|gas|^p[mbcn]\d|^cf\d|accel|gyro/;
const PARTICLES = /^p[mbcn]\d/;
/** What people set, and what was. */
export const NO_READING =
  /set|target|limit|thresh|offset|alarm|^last|^max|^min|max$|min$|mode|state|level/;
/** What a weather station's sensors outside tell, what its console measures itself, and how much of the former it receives. */
const OUTDOORS = /^out|wind|gust|radiation|solar|^uv|rain|dew|heatindex|feelslike/;
const WINDS = /wind(?:speed|gust|dir)|gust|radiation|solar/;
const OF_CONSOLE = /^in(?:door|side|temp|hum|dew)|baro|press|altimeter|volt|batt|console|cpu/;
const RECEIVED = /^rxcheck|reception|linkquality|signal(?:quality|percent)/;
const LEAST_MOVING = 2;
const LEAST_UNHEARD_MS = 45_000;
const LEAST_MESSAGES = 18;
const LEAST_STILL = 4;
/** Values of so many steps of their last digit would have shown a change, and so many of them. */
const FINE = 100;
const LEAST_FINE = 3;
/** Without another sign that it was measured anew it may be what a gateway last heard. */
const LEAST_MS = 300_000;
const LEAST_UNPROVEN_MS = 480_000;
/** Levels of a radio's signal that show that each message came from the device itself. */
const LEAST_LEVELS = 3;

/** `stuck_value` of a device that sends on, and of whose many measured quantities none has moved by its last digit. */
export function stillSensors(view: DeviceView): Finding[] {
  const found = Map.groupBy(seriesOf(view), ({ topic }) => topic);
  for (const [topic, all] of found) {
    if (topic.role !== "state" || topic.mixes) continue;
    const still = stillIn(topic, all) ?? stillMeterIn(topic, all);
    if (still === null) continue;
    const [first, ...others] = still;
    if (first === undefined) continue;
    const lengthMs = lastsMs(topic.live);
    const where = all.some(({ kind, values }) => kind === "reading" && moves(values))
      ? " outside"
      : "";
    const also = others.slice(0, 3).map((one) => `"${labelOf(one)}"`).join(", ");
    return [findingFrom({
      code: "stuck_value",
      title: `Nothing that it measures${where} moves: "${labelOf(first)}" is stuck at ${
        rounded(first.values[0])
      }, and ${others.length} more with it`,
      summary: `On "${topic.topic}" all ${topic.live.length} messages of ${
        secondsText(lengthMs)
      } tell the same to the last digit, also of ${also}`,
      messages: someOf(topic.live),
      numbers: numbersOf(first.values, first),
      ...repeating(topic.live),
      suggestion:
        "Check the sensor, its wiring and what reads it, and restart the device: it goes on sending, but no longer measures.",
    })];
  }
  return [];
}

/** The measured quantities of which none moves, the most restless first; null where one does, or too little is told by them. */
function stillIn(topic: TopicView, all: readonly Series[]): Series[] | null {
  if (topic.live.length < LEAST_MESSAGES) return null;
  const whole = all.filter(({ values }) => values.length === topic.live.length);
  // Particles are counted anew each time.
  const readings = whole.filter((one) =>
    one.kind === "reading" && !isLevel(one) || one.kind === "counter" && PARTICLES.test(one.name)
  );
  const moving = readings.filter(({ values }) => moves(values));
  const outdoors = readings.filter(({ name }) => OUTDOORS.test(name));
  // A console tells on, by its own sensors, what its outdoor ones told last.
  const isOfConsole = moving.length >= LEAST_MOVING && outdoors.length >= LEAST_STILL &&
    moving.every((one) => OF_CONSOLE.test(one.name));
  if (moving.length > 0 && !isOfConsole) return null;
  const still = (isOfConsole ? outdoors : readings).filter(({ name, values: [value = 0] }) =>
    value !== 0 && MEASURED.test(name) && !NO_READING.test(name)
  );
  const fine = still.filter(({ values }) => Math.abs(values[0]) >= FINE * lastPlace(values));
  const restless = fine.filter(({ name }) => (isOfConsole ? WINDS : RESTLESS).test(name));
  if (still.length < LEAST_STILL || fine.length < LEAST_FINE || restless.length === 0) return null;
  if (wordsMove(topic) || isOfOneTime(topic)) return null;
  const isProven = whole.some((one) => isLevel(one) && new Set(one.values).size >= LEAST_LEVELS);
  const lengthMs = lastsMs(topic.live);
  const isUnheard = whole.some(({ name, values }) =>
    RECEIVED.test(name) && values.every((value) => value === 0)
  );
  const leastMs = isOfConsole && isUnheard
    ? LEAST_UNHEARD_MS
    : isProven
    ? LEAST_MS
    : LEAST_UNPROVEN_MS;
  return lengthMs >= leastMs ? [...new Set([...restless, ...still])] : null;
}

/** What a house draws, and what adds it up. */
const LOAD = /power|watt|curr(?:ent)?|leistung|strom|(?:^|_)p\d?$/;
const TOTAL = /total|energ|kwh|^e_?(?:in|out|imp|exp|pos|neg|sum)|import|export|bezug|einspeis/;
const LEAST_OF_METER = 12;
const LEAST_OF_METER_MS = 45_000;
const LEAST_LOADS = 3;
/** Steps of its last digit by which a total would have gone on. */
const LEAST_OWED = 5;
const WATT_MS_PER_KWH = 3_600_000_000;

/** What a meter of several loads tells to so many digits that no house is so still, if its total stands with it and its time goes on. */
function stillMeterIn(topic: TopicView, all: readonly Series[]): Series[] | null {
  const { live } = topic;
  const lengthMs = lastsMs(live);
  if (live.length < LEAST_OF_METER || lengthMs < LEAST_OF_METER_MS || wordsMove(topic)) return null;
  if (live.some(({ time }, i) => time === null || time.atMs <= (live[i - 1]?.time?.atMs ?? 0))) {
    return null;
  }
  const whole = all.filter((one) => one.values.length === live.length && !isLevel(one));
  if (whole.some(({ values }) => moves(values))) return null;
  const loads = whole.filter(({ name, kind, values }) =>
    kind === "reading" && LOAD.test(name) && !NO_READING.test(name) && isFine(values) &&
    values.some((value) => !Number.isInteger(value))
  );
  const most = Math.max(...loads.map(({ values: [value = 0] }) => Math.abs(value)));
  const owed = most * lengthMs / WATT_MS_PER_KWH;
  const totals = whole.filter((one) =>
    (one.kind === "counter" || TOTAL.test(one.name)) && isFine(one.values) &&
    owed >= LEAST_OWED * lastPlace(one.values)
  );
  return loads.length >= LEAST_LOADS && totals.length > 0 ? [...loads, ...totals] : null;
}

/** Whether it is the level of a radio's signal, in dBm where only its name says of which. */
function isLevel({ name, values }: Series): boolean {
  return isSignal(name) ||
    /wifi|wlan|radio/.test(name) && values.every((value) => value < -20 && value > -120);
}

function moves([first, ...others]: readonly number[]): boolean {
  return others.some((value) => value !== first);
}

/** Whether a word or a flag changes: then that is why it is told, and with it what was measured before. */
function wordsMove({ live }: TopicView): boolean {
  const first = live[0]?.fields;
  return live.some(({ fields, time }) =>
    [...fields].some(([path, value]) =>
      (typeof value === "boolean" || typeof value === "string" && numberOf(path, value) === null) &&
      path !== time?.path && value !== first?.get(path)
    )
  );
}

/** Whether all messages bear the same time: one reading, told again and again. */
export function isOfOneTime({ live }: TopicView): boolean {
  const times = live.flatMap(({ time }) => time === null ? [] : [time.atMs]);
  return times.length > 0 && new Set(times).size < times.length / 2;
}
