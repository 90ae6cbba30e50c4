import { flagOf } from "../../../../payload/flag.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, stepIn } from "../../evidence.ts";
import { labelOf, leafOf, nameOf as nameOfField, type Scalar } from "../../reading/fields.ts";
import {
  areTogether,
  besideOf,
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";
import { differences, lastsMs, standsFrom } from "../../../statistics.ts";
import { onItsWay } from "../values/courses.ts";
import { type Series, seriesOf } from "../values/series.ts";

const BATTERY = /batt|(?:^|_)soc(?:_|$)|charge/;
const LEAST_POINTS = 40;
/** So little is left that fewer points need to be lost until it ends. */
const NEARLY_NOTHING = 5;
const LEAST_LAST_POINTS = 20;
const LOW = 25;

/** `outlier` of a charge that falls or stands though it is said to be charging; `low_battery` of one that is emptied fast. */
export function chargesAmiss(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    if (!isCharge(series)) continue;
    const found = series.values.length < LEAST_SERIES
      ? fallsAtDock(series, view)
      : emptied(series) ?? fallsThoughCharged(series, view) ??
        fallsAtDock(series, view) ?? chargesNothing(series, view);
    if (found !== null) return [found];
  }
  return chargesUnplugged(view);
}

/** What is charged with, where it is told by itself or of a charger, and what is only allowed or was. */
const CHARGE_POWER = /^(?:charg(?:e|ing)_?(?:power|current|watts?)s?|(?:ladeleistung|ladestrom))/;
const BARE_POWER =
  /^(?:(?:active|ac|total|current)_?)?(?:power|leistung|watts?)(?:_?(?:w|kw|total|active|import))?$/;
const CHARGER = /charg|evse|wall_?box|load_?point|ladepunkt|ladestation|borne|oplader|laadpaal/i;
const ALLOWED = /max|min|limit|set|target|offer|avail|allow|plan|last|rated|soll/;
/** Where it is told whether a car is there, or charges, and the words by which it does not. */
const PLUGGED =
  /^(?:is_?)?(?:(?:vehicle|car|ev|cable|plug|auto|fahrzeug)_?)?(?:connected|plugged(?:_?in)?|plug_?state|present|charging|angesteckt|verbunden)$/;
const OF_PLUG = /^(?:(?:charger|car|vehicle|ev|evse|plug|connector|cp)_?)?(?:status|state)$/;
const UNPLUGGED =
  /^(?:a|a1|available|disconnected|unplugged|not[ _-]?(?:connected|charging|plugged(?:[ _-]?in)?)|no[ _-]?(?:car|vehicle|ev)|nicht (?:verbunden|angesteckt))$/i;
const LEAST_UNPLUGGED = 4;
const LEAST_STANDING_MS = 15_000;

/** What a car was charged with, which stays to the digit in each message since nothing is plugged in any more. */
function chargesUnplugged(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { name, path, readings, topic, values } = series;
    const last = values.at(-1) ?? 0;
    const since = standsFrom(values);
    const isPower =
      (CHARGE_POWER.test(name) || BARE_POWER.test(name) && CHARGER.test(topic.topic)) &&
      !ALLOWED.test(`${name} ${path}`.toLowerCase());
    if (!isPower || last <= 0 || values.length - since < LEAST_UNPLUGGED) continue;
    for (const told of plugsBeside(series, view)) {
      const at = told.readings.findLastIndex((one) => !told.isOut(one)) + 1;
      const outMs = told.readings[at]?.at ?? Infinity;
      const before = values.filter((_, i) => readings[i].at < outMs);
      const after = readings.filter((one) => one.at > outMs && !one.sample.retain);
      const standMs = (after.at(-1)?.at ?? 0) - outMs;
      if (
        at === 0 || after.length < LEAST_UNPLUGGED - 1 || standMs < LEAST_STANDING_MS ||
        // It moved while a car was there, and was about as much.
        new Set(before).size < 2 || last < Math.max(...before) / 2 ||
        readings[since].at > after[0].at
      ) continue;
      return [findingFrom({
        code: "stuck_value",
        title: `"${labelOf(series)}" stays at ${
          rounded(last)
        } though "${told.label}" is ${told.said}: nothing can be charged`,
        summary: `On "${topic.topic}" ${after.length} messages since ${
          iso(outMs)
        } tell the same, ${before.length} before it were ${rounded(Math.min(...before))} to ${
          rounded(Math.max(...before))
        }`,
        ...stepIn(series, values.length - after.length),
        suggestion:
          "What is told was read last while the car charged. Let the charger tell its meter's values after the end as well, or what reads it take the power as 0 while nothing is plugged in.",
      })];
    }
  }
  return [];
}

/** What tells beside a power whether something is plugged in, and what it says last. */
function plugsBeside(series: Series, view: DeviceView) {
  const places = [
    ...siblingTopics(view, series.topic).map((topic) => ({ topic, path: "" })),
    ...besideOf(series.path, series.readings.at(-1)).map(([path]) => ({
      topic: series.topic,
      path,
    })),
  ];
  return places.flatMap(({ topic, path }) => {
    const name = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
    const isOut = ({ fields }: Reading) => {
      const value = fields.get(path);
      return PLUGGED.test(name) && flagOf(value) === false ||
        (PLUGGED.test(name) || OF_PLUG.test(name)) && UNPLUGGED.test(String(value));
    };
    const last = topic.readings.at(-1);
    return last === undefined || !isOut(last) ? [] : [{
      label: labelOf({ path, topic }),
      said: String(last.fields.get(path)),
      readings: topic.readings.filter(({ fields }) => fields.has(path)),
      isOut,
    }];
  });
}

/** What says only that it is a share of what is named above it. */
const HOW_FULL = /^(?:level|percent(?:age)?|pct|value)$/i;

function isCharge({ values, topic, path, name }: Series): boolean {
  // `BatteryStateAttribute/level`
  const levels = path === "" && HOW_FULL.test(topic.segments.at(-1) ?? "") ? -2 : -1;
  const called = `${topic.segments.slice(levels).join("_")}_${path.split(".").slice(-2).join("_")}`
    .toLowerCase();
  return BATTERY.test(called) && !/volt|curr|amp|power|temp|cycle|time/.test(name) &&
    values.every((value) => value >= 0 && value <= 100);
}

const LEAST_LOST = 3;

/** Whether a message says that it is charging now, and not that it may be, or stands where it could. */
function saysCharging({ fields }: Reading, { segments }: TopicView): boolean {
  return [...fields].some(([path, value]) => {
    const name = nameOfField(path, segments);
    // A BMS names so what its current does; elsewhere it may be what is wanted.
    const flows = name === "mode" && /^charg(?:e|ing)$/i.test(String(value)) &&
      besideOf(path, { fields }).some(([other, amperes]) =>
        /^(?:batt?(?:ery)?|pack)?current$/.test(leafOf(other)) && Number(amperes) > 0
      );
    return flows || /(?<!dis|not|un)charging$/.test(name) &&
        flagOf(value) === true ||
      /^(?:batt?(?:ery)?)?(?:charg(?:e|er|ing))?(?:state|status|activity)$|charging$/.test(name) &&
        /^charging$/i.test(String(value));
  });
}

/** A charge that falls in nearly each message though all of them say that it is being charged. */
function fallsThoughCharged(series: Series, view: DeviceView): Finding | null {
  const { values, readings, topic } = series;
  const first = goesFrom(values, -1);
  if (values[first] - (values.at(-1) ?? 0) < LEAST_LOST) return null;
  const isCharged = readings.slice(first).every((reading) => saysCharging(reading, topic)) ||
    siblingTopics(view, topic).some((other) =>
      other !== topic && other.readings.length > 0 &&
      other.readings.every((reading) => saysCharging(reading, other))
    );
  return isCharged
    ? onItsWay(series, {
      code: "outlier",
      title: `The battery falls though it is said to be charging: "${labelOf(series)}" went from ${
        rounded(values[first])
      } to ${rounded(values.at(-1) ?? 0)}`,
      first,
      advice:
        "Look at the charger, its contacts and its cable: nothing comes in, or more is taken out than it gives.",
    })
    : null;
}

/** Where a robot stands to be charged, as its makers write it. */
const AT_DOCK =
  /^(?:home|docked|(?:is )?(?:parked|charging_?station|(?:parked[ _-])?(?:in|on|at)[ _-](?:the )?(?:home|dock|base|cs|(?:docking|charging|base)[ _-]?station))|(?:in|an)(?: der)? (?:ladestation|basis|station)|zu ?hause|daheim|(?:à|a|sur) la (?:base|station)|in (?:base|het (?:dok|station))|en (?:la )?base|w (?:bazie|stacji))$/i;
const OF_STATE =
  /(?:state|status|activity|mode|statusdescription|statustext)(?:value|name|text|description)?$/;
const NO_CHARGE =
  /^(?:not[ _-]?charging|none|discharging|idle|entl(?:ä|ae)dt|l(?:ä|ae)dt nicht|no)$/i;
/** A car that is at home need not be plugged in. */
const ROBOT =
  /robot|mow|vacuum|blade|brush|cleaner|rasen|dock|tondeuse|aspirat|cortac|koszenie|lawn/i;

/** So often, and over so long, the few falls of a charge that is told only as it changes; slower ones are of who waits to be charged. */
const LEAST_FALLS = 4;
const LEAST_FALLING_MS = 180_000;
const MOST_MS_PER_POINT = 300_000;

/** A charge that falls while a robot says that it is at its dock, and is not being charged. */
function fallsAtDock(series: Series, view: DeviceView): Finding | null {
  const { values, readings } = series;
  const isFew = values.length < LEAST_SERIES;
  const first = goesFrom(values, -1, isFew ? LEAST_FALLS : undefined);
  const from = values[first];
  // Who tells only what changed tells it seldom; who has just come home goes on for a moment.
  const lost = from - (values.at(-1) ?? 0);
  const lastedMs = lastsMs(readings, first);
  if (isFew && (lastedMs < LEAST_FALLING_MS || lastedMs > lost * MOST_MS_PER_POINT)) return null;
  if (from > MAY_TAKE || lost < LEAST_LOST) return null;
  const sinceMs = readings[first].at;
  const told = view.topics.flatMap((topic) => {
    if (!/^(?:state|info|event)$/.test(topic.role) || topic.mixes) return [];
    const before = topic.readings.findLastIndex(({ at }) => at <= sinceMs);
    const since = topic.readings.slice(Math.max(0, before));
    const above = leafOf(topic.segments.at(-2) ?? "");
    return [...since.at(-1)?.fields.keys() ?? []].map((path) => ({
      name: leafOf(path === "" ? topic.segments.at(-1) ?? "" : path),
      // `BatteryStateAttribute/status`
      called: path === "" && above.includes("batt")
        ? `${above}${leafOf(topic.segments.at(-1) ?? "")}`
        : null,
      values: since.map(({ fields }) => fields.get(path) ?? null),
    }));
  });
  const always = (name: RegExp, is: (value: Scalar) => boolean) =>
    told.some((one) => name.test(one.called ?? one.name) && one.values.every(is));
  const isAtDock = always(OF_STATE, (value) => AT_DOCK.test(String(value)));
  const isUncharged = always(/(?<!dis|not|un)charging$/, (value) => flagOf(value) === false) ||
    always(
      /batt?(?:ery)?.{0,20}(?:state|status|flag)|charg.{0,12}(?:state|status)/,
      (value) => NO_CHARGE.test(String(value)),
    );
  const isRobot = view.topics.some(({ topic }) => ROBOT.test(topic)) ||
    told.some(({ name }) => ROBOT.test(name));
  return isAtDock && isUncharged && isRobot
    ? onItsWay(series, {
      code: "outlier",
      title: `The battery is not charged at its dock: "${labelOf(series)}" fell from ${
        rounded(from)
      } to ${rounded(values.at(-1) ?? 0)}`,
      first,
      advice:
        "Clean the contacts of the robot and of its dock, and look whether the dock has power and its lamp is lit.",
    })
    : null;
}

/** From here on many chargers are told to wait. */
const MAY_TAKE = 75;
const LEAST_CHARGING_MS = 120_000;

/** A charge that is far from full and stays as it is, while each message says that it is being charged, with nothing. */
function chargesNothing(series: Series, view: DeviceView): Finding | null {
  const { values, readings, topic } = series;
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return null;
  if (Math.max(...values) > MAY_TAKE || last.at - first.at < LEAST_CHARGING_MS) return null;
  if (values.some((value) => value > values[0])) return null;
  // A flag may say that it may be charged.
  const isCharging = ({ fields }: Reading) =>
    [...fields].some(([other, value]) =>
      /state|status|activity/.test(nameOfField(other, topic.segments)) &&
      /^charging$/i.test(String(value))
    );
  if (!readings.every(isCharging)) return null;
  const flows = seriesOf(view).filter((one) =>
    areTogether(one, series) && /curr|amp|power|watt/.test(one.name) &&
    !/max|min|limit|set|target|rated|avail/.test(one.name)
  );
  if (flows.length === 0 || flows.some((one) => one.values.some((value) => value !== 0))) {
    return null;
  }
  return onItsWay(series, {
    code: "outlier",
    title: `Nothing is charged though it is said to be charging: "${
      labelOf(flows[0])
    }" stays 0, and "${labelOf(series)}" ${rounded(values.at(-1) ?? 0)}`,
    first: 0,
    advice:
      "Look at the charger, its contacts, its fuse and its cable, and whether the battery takes anything.",
  });
}

function emptied(series: Series): Finding | null {
  const { values } = series;
  const last = values.at(-1) ?? 0;
  const first = goesFrom(values, -1);
  const lost = values[first] - last;
  if (last > LOW || lost < (last <= NEARLY_NOTHING ? LEAST_LAST_POINTS : LEAST_POINTS)) return null;
  return onItsWay(series, {
    code: "low_battery",
    title: `The battery is emptied fast: "${labelOf(series)}" fell from ${
      rounded(values[first])
    } to ${rounded(last)}`,
    first,
    advice: "Look at what draws so much, or whether the battery holds its charge at all.",
  });
}

/** So many values in a row tell that something goes one way. */
const LEAST_SERIES = 10;
/** From which value on it goes one way to the end; its end may be the end of a scale. */
function goesFrom(
  values: readonly number[],
  sign: 1 | -1,
  least = LEAST_SERIES - 2,
): number {
  const steps = differences(values).map((step) => sign * step);
  let first = steps.length;
  while (first > 0 && steps[first - 1] >= 0) first--;
  const tail = steps.slice(first);
  const moved = tail.filter((step) => step > 0).length;
  return moved >= least ? first : values.length - 1;
}
