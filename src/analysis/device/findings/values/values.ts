import type { Finding } from "../../finding_shape.ts";
import { findingFrom, repeating, rounded, withNumbers } from "../../evidence.ts";
import { isTime, labelOf, leafOf, type Scalar } from "../../reading/fields.ts";
import { flagOf } from "../../../../payload/flag.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { lastPlace } from "../../../../numbers.ts";
import { median, spreadOf } from "../../../statistics.ts";
import {
  farBeyondIn,
  isNotRead,
  isSentinel,
  isWithoutLight,
  isWordWithPoint,
  wrappedIn,
} from "./blank.ts";
import { areHot, impossibleIn, isNeverNothing, numberOf } from "./quantities.ts";
import { garbledIn } from "./garbled.ts";
import { beyondLike } from "./beyond_like.ts";
import { documentedUnit } from "../documents/documented.ts";
import { wantOf } from "../effects/setpoints.ts";
import { dropsOutIn } from "./drop_outs.ts";
import { leapIn, wildSince } from "./leaps.ts";
import { besideOf, type DeviceView, statesTold } from "../../reading/view.ts";
import { areOneNumber, type Series, seriesOf, SWITCHED } from "./series.ts";
import { DOOR } from "../effects/held_back.ts";
import { hadAnotherWord } from "./turns.ts";

/** By these a standard tells in its own scale what is not there at all. */
const UNAVAILABLE = new Set([32767, -32768, 65535]);
/** Names of what is set, and held against a reading. */
const LIMIT =
  /alarm|limit|thresh|range|^(?:hi|lo|high|low|max|min)(?![a-z])|(?:hi|lo|high|low|max|min)$/;
/** What cheap sensors and their converters read with nothing connected; cold rooms are seldom as even. */
const COLD_END = -40;
const LEAST_COLD = 5;

/** `stuck_value` of what was never read. */
export function stuckValues(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  for (const series of seriesOf(view)) {
    if (series.kind !== "reading" && series.kind !== "battery") continue;
    const found = failureValue(series, view) ?? roomOfNothing(series, view);
    if (found !== null) findings.push(found);
  }
  return collapse(findings);
}

/** What was read from the first message on, and is what sensors send when they read nothing. */
function failureValue(series: Series, view: DeviceView): Finding | null {
  const { values, name, path } = series;
  const [first] = values;
  if (first === undefined || values.length < 3 || values.some((value) => value !== first)) {
    return null;
  }
  // A range finder without an echo; elsewhere −1 is often an option that is not there.
  const isNoEcho = first === -1 && /^(dist(ance)?|range|echo|depth)(cm|mm|m|in|inch)?$/.test(name);
  const isColdEnd = first === COLD_END && values.length >= LEAST_COLD && /temp/.test(name);
  if (first === WET && /hum|^rh$/.test(name) && values.length >= LEAST_WET && isWarmed(view)) {
    return stuck(series, 0, "it is the end of a DHT22's scale, while the temperature moves");
  }
  if (!isNotRead(first) && !isNone(series) && first !== 85 && !isColdEnd && !isNoEcho) {
    return null;
  }
  if (isSaidUnused(series) || isAsleep(series)) return null;
  // The end of a scale is where limits stand that nobody set.
  if (LIMIT.test(name) || OPTIONAL.test(name)) return null;
  // Nothing but a missing DS18B20 reads −127, beside signals.
  const isTemperature = /temp/.test(name) ||
    first === -127 && !path.endsWith("]") && !/rssi|signal|dbm|snr|noise|gain|level/.test(name);
  if (first === 85 && !isTemperature) return null;
  // A mask of a network ends as a word does.
  if (/mask/.test(name)) return null;
  // An insulation that is better than what can be measured is at the end of its scale.
  if (/resist|isol|insul|ohm|imped/.test(name)) return null;
  if (
    !isWordWithPoint(first) &&
    (UNAVAILABLE.has(first) ? hasOthers(series) : Math.abs(first) < 1_000 && !isTemperature) &&
    !/hum|press|moist|dist|level|^pm\d/.test(name)
  ) return null;
  return stuck(
    series,
    0,
    `every one of ${values.length} samples is ${first}, which sensors send when they read nothing`,
  );
}

/** Whether it is none in each message, of an inverter on which no sun shines. */
function isAsleep({ readings, values }: Series): boolean {
  const last = readings.at(-1);
  return last !== undefined && values.every(isSentinel) && isWithoutLight(last.fields);
}

/** What a wet DHT22 says for ever. */
const WET = 99.9;
const LEAST_WET = 4;

function isWarmed(view: DeviceView): boolean {
  return seriesOf(view).some(({ name, values }) =>
    /temp/.test(name) && new Set(values).size >= LEAST_WET && Math.abs(median(values)) < 60
  );
}

const ROOM = /^(?:current|local|room|indoor|inside)temp/;
const WANTED = /set_?point|target|desired|soll/i;
/** What is to be so warm is heated long before it is at 0. */
const LEAST_WANTED = 10;
const WORKS = /^(?:cool|heat|dry)(?:ing)?$/i;
const LEAST_ROOM = 10;

/** A room that is at exactly 0 all the time while it is cooled or heated, and somewhere else is a temperature; or while it is to be warm. */
function roomOfNothing(series: Series, view: DeviceView): Finding | null {
  const { values, name, path, readings } = series;
  const isNothing = ROOM.test(name) && values.length >= LEAST_ROOM && values.every((v) => v === 0);
  const works = isNothing &&
    view.topics.some(({ role, readings }) =>
      role === "state" &&
      [...readings.at(-1)?.fields.values() ?? []].some((value) => WORKS.test(String(value)))
    ) && seriesOf(view).some((other) => /temp/.test(other.name) && new Set(other.values).size > 1);
  const isWanted = isNothing &&
    besideOf(path, readings.at(-1)).some(([other, value]) =>
      WANTED.test(other) && typeof value === "number" && value >= LEAST_WANTED
    );
  return works || isWanted
    ? stuck(
      series,
      0,
      `all ${values.length} values are exactly 0 while it ${
        works ? "cools or heats" : "is to be warm"
      }`,
    )
    : null;
}

/** What may be plugged in as well. */
const OPTIONAL = /^ext(?:ernal)?temp/;
const UNUSED = /^(?:un|not[ _-]?)used$|^disabled$|^not[ _-]?(?:fitted|installed|present)$/i;

/** Whether its topic says of an input of that name that it is not used: `config.probe2` is `unused`. */
function isSaidUnused({ path, topic }: Series): boolean {
  const leaf = leafOf(path);
  return leaf !== "" &&
    topic.readings.some(({ fields }) =>
      [...fields].some(([other, value]) =>
        typeof value === "string" && leafOf(other) === leaf && UNUSED.test(value.trim())
      )
    );
}

/** Whether no temperature stays at that; programs tell it of one that is not there, and of the unused places of a list. */
function isNone({ name, path, values: [value = 0] }: Series): boolean {
  return /temp/.test(name) && !path.includes("[") &&
    (value === 998 || value === 999 || value <= -200 && isSentinel(value));
}

/** Whether the same messages hold other numbers that are read. */
function hasOthers({ path, readings }: Series): boolean {
  return besideOf(path, readings.at(-1)).some(([other, value]) =>
    typeof value === "number" && value !== 0 && !isSentinel(value) && !isTime(leafOf(other))
  );
}

/** `stuck_value` of a series from one of its values on. */
export function stuck(series: Series, from: number, summary: string): Finding {
  const readings = series.readings.slice(from);
  return findingFrom({
    code: "stuck_value",
    title: `"${labelOf(series)}" is stuck at ${rounded(series.values[series.values.length - 1])}`,
    summary: `On "${series.topic.topic}" ${summary}`,
    ...withNumbers(series, readings),
    ...repeating(readings),
    suggestion:
      "Check the sensor's wiring and restart the device: it goes on sending, but no longer measures.",
  });
}

/** What a program made of a lost value tells which by all its digits: 429496729.4. */
function exactly(value = 0): number {
  return Number(value.toPrecision(12));
}

/** `outlier`. */
export function outliers(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  const isLost = seriesOf(view).some(({ name, values }) =>
    /temp/.test(name) && values.every((value) => value < -90)
  );
  const isHot = seriesOf(view).some(({ name, values }) => areHot(name, values));
  for (const one of seriesOf(view)) {
    const series = sinceRetained(one);
    // What is told as stuck is not told again.
    if (failureValue(one, view) !== null || OPTIONAL.test(series.name)) continue;
    if (isToldInCelsius(series) || isAsleep(series)) continue;
    const at = outOfLine(series, { isLost, isHot, view });
    if (at === null || at.length === 0 || isAsWanted(series, at, view)) continue;
    const isEvent = comesBackByDegrees(series, at) || isDefrosted(series, at) ||
      isAired(series, at, view) ||
      othersAwayToo(series, at, view);
    const rest = series.values.filter((_, i) => !at.includes(i));
    const worst = at.map((i) => series.values[i]);
    const shown = at.flatMap((i) => [i - 1, i, i + 1]).filter((i, n, all) =>
      i >= 0 && all.indexOf(i) === n
    );
    const label = labelOf(series);
    const isFall = rest.length > 0 && at[0] !== 0 && worst.every((value) => value === 0) &&
      (at.at(-1) ?? 0) < series.values.length - 1;
    findings.push(findingFrom({
      severity: isEvent ? "info" : "warning",
      code: "outlier",
      title: rest.length === 0
        ? `"${label}" is ${exactly(worst.at(-1))}, which it cannot be`
        : isFall
        ? `"${label}" fell from ${rounded(series.values[at[0] - 1])} to 0 and came back`
        : worst.length > 1 && worst.every((value) => value === worst[0])
        ? `"${label}" is ${exactly(worst[0])} ${worst.length} of ${series.values.length} times`
        : `"${label}" jumps to ${exactly(worst[0])}`,
      summary: rest.length === 0
        ? `On "${series.topic.topic}" all values are beyond what is possible`
        : `On "${series.topic.topic}" ${at.length} of ${series.values.length} values (${
          worst.slice(0, 3).map(rounded).join(", ")
        }) are far from the others, ${rounded(Math.min(...rest))} to ${rounded(Math.max(...rest))}`,
      ...withNumbers(series, shown.slice(0, 5).flatMap((i) => series.readings[i] ?? [])),
      ...repeating(at.map((i) => series.readings[i])),
      suggestion:
        "Look for a loose contact or electrical disturbance at the sensor; let consumers drop single values like this.",
    }));
  }
  return collapse(findings);
}

/** So far from what is wanted is what is regulated. */
const NEAR_WANTED = 0.25;

/** Whether values that are all impossible elsewhere are about what somebody wants there. */
function isAsWanted(series: Series, at: readonly number[], view: DeviceView): boolean {
  const want = at.length < series.values.length ? null : wantOf(series, view);
  return want !== null && want !== 0 &&
    series.values.every((value) => Math.abs(value - want) <= NEAR_WANTED * Math.abs(want));
}

/** Whether it is in °F what stands beside it in °C: `tempf` of `tempc`, `temperature_F` of `temperature_C`. */
function isToldInCelsius({ path, readings }: Series): boolean {
  const stem = /^(.*temp(?:erature)?_?)f$/i.exec(path)?.[1];
  return stem !== undefined && readings.at(-1)?.fields.has(`${stem}c`) === true;
}

/** Indices of values that are none of the others' kind: impossible, at the end of a word, thrown off, or gone for a while; null where none are. */
function outOfLine(
  series: Series,
  { view, ...heat }: { isLost: boolean; isHot: boolean; view: DeviceView },
): number[] | null {
  const { kind, name, path, readings, topic, values } = series;
  if (kind === "signal") return null;
  const garbled = garbledIn(series);
  if (garbled !== null) return garbled;
  if (kind === "counter") return leapIn(series) ?? wrappedIn(values);
  const impossible = impossibleIn({
    ...series,
    around: `${topic.segments.join("/")} ${path}`,
    fields: readings[0]?.fields ?? new Map(),
    ...heat,
  }) ?? beyondDocumented(series, view) ?? beyondLike(series, view) ?? wrappedIn(values);
  if (impossible !== null || kind === "setting") return impossible;
  return resetsIn(series) ?? farBeyondIn(series) ?? awayIn(series) ?? dropsOutIn(series) ??
    thrownIn(series) ??
    leapIn(series) ?? (TURNED.test(name) || LEAPS.test(name) ? null : wildSince(values));
}

/** Indices of values beyond all of it, of what a discovery document gives in percent; null where it gives none so. */
function beyondDocumented(series: Series, view: DeviceView): number[] | null {
  const { name, path, values } = series;
  if (values.every((value) => value <= 100) || documentedUnit(view, series) !== "%") return null;
  const unknown = { around: "", fields: new Map(), isLost: false, isHot: false };
  return impossibleIn({ name: `${name}percent`, path, values, ...unknown });
}

/** With the retained value before it, where what is told as it changes came back to that. */
function sinceRetained(series: Series): Series {
  const { topic, path, values, readings } = series;
  const held = topic.mixes ? undefined : topic.readings.findLast(({ sample }) => sample.retain);
  const value = numberOf(path, held?.fields.get(path) ?? null);
  const isToldAsItChanges = values.length > 1 && values.every((one, i) => one !== values[i - 1]);
  return held === undefined || value === null || !isToldAsItChanges || values[0] === value ||
      !values.includes(value)
    ? series
    : { ...series, values: [value, ...values], readings: [held, ...readings] };
}

/** What a DS18B20 holds from its start until it has measured; each has an address of its own. */
const AT_START = 85;
const OF_ONE_WIRE = /^28[a-f\d]{8,14}$/;
const RESETS_OF_TEMPERATURE = /temp|celsius|ds18|dallas|onewire|1wire|probe|^t\d{1,2}$/;
const FAR_FROM_START = 15;
const LEAST_EVEN = 4;
const MOST_UNEVEN = 5;

/** Indices at which a sensor told again and again, between other values, what it holds at its start or where it reads nothing. */
function resetsIn({ name, values, topic }: Series): number[] | null {
  if (LEAPS.test(name) || SWITCHED.test(name)) return null;
  const measured = values.filter((value) => value !== AT_START);
  // Whatever it is called, what else is read is as fine and as even as a warmth.
  const isEven = measured.length >= LEAST_EVEN && !measured.every(Number.isInteger) &&
    spreadOf(measured) <= MOST_UNEVEN;
  const isHeat = isEven || RESETS_OF_TEMPERATURE.test(name) || OF_ONE_WIRE.test(name) ||
    topic.segments.some((level) => OF_ONE_WIRE.test(leafOf(level)));
  const none = values.find((value) => isNotRead(value) || isHeat && value === AT_START);
  if (none === undefined) return null;
  const at = values.flatMap((value, i) => value === none ? [i] : []);
  const others = values.filter((value) => value !== none);
  if (at.length < 2 || others.length < 2) return null;
  const [first = 0, last = 0] = [at[0], at.at(-1)];
  // Once is an odd value, and without end it is lost.
  const comesAgain = values.slice(first, last).some((value) => value !== none);
  const [least, most] = [Math.min(...others), Math.max(...others)];
  const off = none > most ? none - most : least - none;
  return comesAgain && off > Math.max(FAR_FROM_START, 2 * (most - least)) ? at : null;
}

/** What leaps by itself, stands for a word, or is seen from afar. */
const LEAPS =
  /cpu|gpu|core|chip|die|junction|nvme|obj|(?:^|_)ir|infra|surface|compress|hue|colou?r|mired|kelvin|remain|ttg|eta$|left|hops|rank|cost|port|limit|max|min|peak|thresh|addr|mask|crc|checksum|flags?$|bits?$|code|rssi|db(?:m|fs|spl)|snr|signal|strength|gain|noise|joy|axis|gyro|acc|mag|wave|audio|_?id$|alarm|speed|rpm|detect|cog|course|heading|bearing|strom$|^current$|leistung|^power$|saldo|sever|prio|^from$|^to$|^[abcrgbwxyz]$/;
/** What is there all the time, and goes nowhere from one message to the next. */
const HOLDS_ON =
  /temp|celsius|^hum|humidity|feucht|^rh$|baro|(?:air|atm)press|^co2|^carbondiox|^e?voc|^ph\d?$|freq|^hz$|^soc$|stateofcharge|battery(?:level|percent|soc)?$|volt(?:age)?$|volts$|^v?cell(?:volt(?:age)?)?\d{0,2}$/;
/** What fills and empties by and by. */
export const LEVEL = /level|niveau|nivel|livello|pegel|ullage|f(?:ü|ue)llstand/;
/** How far it is to what is stored, as an echo tells. */
const ECHO = /^(?:dist|depth|air_?gap)/;
/** What of these never leaps to the end of a word. */
const MOTION = /rpm|speed|cpu|core|chip|gpu|acc|gyro|strom$|leistung/;
const LEAST_OF_AWAY = 3;
/** So many values show of any reading what is usual. */
const MANY = 12;
/** What is heard leaps all the time. */
const HEARD = /noise|sound|decibel|loud|(?:^|[\/_.-])(?:spl|db(?:a|fs|spl)?)(?:$|[\/_.-])/i;
/** Messages that a value may be away for, and is no new state. */
const LONGEST_AWAY = 3;
const MOST_AWAY = 0.4;
const MOST_STARTED = 30;
/** Up to these shares what is odd is rare, and is odd again and again. */
const MOST_RARE = 0.1;
const MOST_AGAIN = 0.25;
/** Whether it is a pressure of air, in hPa or Pa. */
function isOfAir(value: number): boolean {
  return value > 800 && value < 1_100 || value > 80_000 && value < 110_000;
}

/** Indices at which a reading was for a moment far from all that was before and after. */
function awayIn({ name, values, path, topic }: Series): number[] | null {
  if (values.length < LEAST_OF_AWAY) return null;
  const isMany = values.length >= MANY;
  const middle = median(values);
  const isAtEnd = MOTION.test(name) && values.some((value) => UNAVAILABLE.has(value));
  if (middle === 0 || LEAPS.test(name) && !isAtEnd || HEARD.test(`${topic.topic} ${path}`)) {
    return null;
  }
  const near = values.map((value) => Math.abs(value - middle)).sort((a, b) => a - b);
  const swing = near[Math.ceil((1 - MOST_AWAY) * values.length) - 1];
  const reach = Math.max(
    8 * swing,
    STEPS_AWAY * lastPlace(values),
    (isMany ? 0.02 : 0.3) * Math.abs(middle),
    isMany ? 0 : 1,
  );
  const at = values.flatMap((value, i) => Math.abs(value - middle) > reach ? [i] : []);
  if (!isAway(values, at)) return null;
  const rest = values.filter((_, i) => !at.includes(i));
  const most = Math.max(...rest);
  const spread = most - Math.min(...rest);
  const away = at.map((i) => values[i]);
  if (away.some((value) => Math.abs(value - middle) < (isMany ? 2 : 4) * spread)) return null;
  const isOff = away.every((value) => value === 0);
  const around = `${topic.segments.slice(-3).join("/")} ${path}`;
  if (isOff && isNeverNothing(name, around)) return at;
  const largest = Math.max(...rest.map(Math.abs));
  const isFull = (!SWITCHED.test(name) || away.every((value) => UNAVAILABLE.has(value))) &&
    away.every((value) => isSentinel(value) || value > 1_000 * largest);
  if (isFull && (new Set(rest).size > 1 || !rest.every(Number.isInteger))) return at;
  if ((LEVEL.test(name) || ECHO.test(name)) && isNeverNothing(name, around)) return at;
  const isLoaded = /volt/.test(name) && BATTERY.test(around) &&
    away.every((value) => value < middle && value > LOADED * middle);
  if (isLoaded) return null;
  if (HOLDS_ON.test(name) || /press/.test(name) && isOfAir(middle)) {
    return /batt|soc/.test(name) && !isOff ? null : at;
  }
  // What begins to work is not thirty times as much as ever for one message, again and again.
  const isThrown = isMany && /flow|power|watt|curr|amp|load/.test(name) && at.length >= 2 &&
    Math.min(...rest) > 0 && spread <= middle &&
    away.every((value) => value > MOST_STARTED * most) && !at.some((i) => at.includes(i + 1));
  if (isThrown) return at;
  // What is switched on or off is that.
  const isSwitched = (value: number) => value < 0.5 * middle || value > 5 * middle;
  if (SWITCHED.test(name) && (middle < 1 || spread > 0.15 * middle || away.some(isSwitched))) {
    return null;
  }
  // More often it is odd both ways, or below nothing as nothing else is.
  const isAgain = at.length <= MOST_AGAIN * values.length &&
    at.filter((i) => !at.includes(i - 1)).length >= LEAST_THROWN &&
    (Math.min(...rest) >= 0 && away.every((value) => value < 0) ||
      away.some((value) => value < middle) && away.some((value) => value > most));
  return isMany && (at.length <= MOST_RARE * values.length || isAgain) ? at : null;
}

/** A battery's voltage gives way so far to a load, which a test of it puts on it for seconds. */
const BATTERY = /batt|akku|(?<![a-z])ups(?![a-z])/i;
const LOADED = 0.8;

/** Times so close to one another are of one event. */
const ONE_EVENT_MS = 3_000;

/** Whether a value came back step by step, as what was measured does, and no disturbance. */
function comesBackByDegrees({ values }: Series, at: readonly number[]): boolean {
  const middle = median(values);
  const away = at.map((i) => Math.abs(values[i] - middle));
  const isOneRun = at.length >= 2 && (at.at(-1) ?? 0) - at[0] === at.length - 1;
  return isOneRun && away.every((off, i) => i === 0 || off < 0.9 * away[i - 1]) &&
    !at.some((i) => isSentinel(values[i]));
}

/** A freezer that is defrosted gets warmer by so much, in degrees, and is cold again. */
const MOST_DEFROSTED = 15;
const FREEZING = -12;

function isDefrosted({ name, values }: Series, at: readonly number[]): boolean {
  const middle = median(values);
  return /temp/.test(name) && middle <= FREEZING &&
    at.every((i) => {
      const off = values[i] - middle;
      return off > 0 && off <= MOST_DEFROSTED;
    });
}

const OPENED = /(?:^|[^a-z])_?(?:door|lid|window|hatch)[-_ ]?open(?:ed)?$|^opened$/i;
const AIRED_MS = 120_000;
/** So far the air in something goes from what it was: by degrees, or by a share of its moisture. */
const MOST_AIRED = 15;
const MOST_DRIED = 0.6;

/** Whether the air in something changed for a while after an event that told of its door, or after a contact of it turned. */
function isAired(
  { name, values, readings }: Series,
  at: readonly number[],
  view: DeviceView,
): boolean {
  const [first = 0] = at;
  const middle = median(values);
  const startMs = readings[first].at;
  const most = /temp/.test(name)
    ? MOST_AIRED
    : /hum|feucht|^rh$/.test(name)
    ? MOST_DRIED * middle
    : 0;
  const isJustBefore = (ms: number) => ms <= startMs && startMs - ms <= AIRED_MS;
  return at.every((i, n) => i === first + n) &&
    at.every((i) => Math.abs(values[i] - middle) <= most) &&
    (view.topics.some(({ segments, live }) =>
      live.some((event) =>
        isJustBefore(event.at) &&
        (OPENED.test(segments.at(-1) ?? "") ||
          [...event.fields.values()].some((said) => OPENED.test(String(said))))
      )
    ) || doorTurns(view).some(isJustBefore));
}

/** When the contacts of doors and lids told another state than before. */
const doorTurns = rememberingEach((view: DeviceView): readonly number[] =>
  statesTold(view).filter(({ topic, path }) =>
    DOOR.test([...topic.segments.slice(-2), path].join("/").toLowerCase())
  ).flatMap(({ topic, path }) => {
    const told = topic.readings.filter(({ fields }) => isContact(fields.get(path)));
    return told.filter(({ fields, sample }, i) =>
      i > 0 && !sample.retain && fields.get(path) !== told[i - 1]?.fields.get(path)
    ).map(({ at }) => at);
  }).toArray()
);

function isContact(value: Scalar | undefined): boolean {
  return flagOf(value) !== null || /^(?:open|closed?|shut|offen|zu)$/i.test(String(value));
}

/**
 * Whether something else that is measured went away and came back at the same times, so that both saw what happened, or the
 * device said for as long that it does something else.
 */
function othersAwayToo(series: Series, at: readonly number[], view: DeviceView): boolean {
  const timeOf = (i: number) => series.readings[i].at;
  const isMild = (one: Series, places: readonly number[]) =>
    places.every((i) =>
      Math.abs(one.values[i] - median(one.values)) < 2 * Math.abs(median(one.values))
    );
  if (!isMild(series, at)) return false;
  const isUnread = dropsOutIn(series) !== null;
  const others = series.values.flatMap((_, i) => at.includes(i) ? [] : [timeOf(i)]);
  const withinMs = Math.min(ONE_EVENT_MS, (series.topic.rhythm?.medianMs ?? 0) / 2);
  const rests = restsIn(series, at);
  if (
    (at.length > 1 || rests) && others.length > at.length &&
    hadAnotherWord(view, { at: at.map(timeOf), others, withinMs: rests ? 0 : withinMs })
  ) return true;
  // Nothing that happens makes air and its moisture 0 at once.
  return !isUnread && seriesOf(view).some((other) => {
    if (other === series || other.kind !== "reading" || areOneNumber(other, series)) return false;
    const places = awayIn(other) ?? [];
    return places.length === at.length && isMild(other, places) &&
      places.every((i, n) => Math.abs(other.readings[i].at - timeOf(at[n])) <= ONE_EVENT_MS);
  });
}

/** Whether what works was next to nothing, as a gripper that let go: what is there all the time never is. */
function restsIn({ name, values }: Series, at: readonly number[]): boolean {
  const middle = Math.abs(median(values));
  return !HOLDS_ON.test(name) && at.every((i) => Math.abs(values[i]) <= RESTING * middle);
}

/** What reads 34 for hours and 35 once has only so fine a scale: no jump is shorter than so many steps. */
const STEPS_AWAY = 5;

/** What rests at a value and is thrown so many times as far, or by such a share both up and down, has a loose contact. */
const THROWN = 5;
const THROWN_SHARE = 0.15;
const MOST_THROWN = 0.5;
const RESTING = 0.05;
const LEAST_THROWN = 3;
const WILD = 10;
/** Ends of a scale are the same but for noise. */
const SAME_END = 0.01;
/** What is turned on, off and up by itself. */
export const TURNED =
  /power|watt|leistung|curr(?!entheight|entdist|entdepth|entlevel|entpress)|strom|amp|flow|rate|light|lux|illum|speed|rpm|wind|noise|sound|traffic|latency|cpu|freq|price|grid|bytes|count|^[pixyz]\d?$/;

/** Indices at which what rests far from nothing went again and again to the end of its scale, both ways, or anywhere far beyond, and came back. */
function thrownIn({ name, values }: Series): number[] | null {
  const middle = median(values);
  if (values.length < MANY || middle <= 0 || TURNED.test(name)) return null;
  const at = values.flatMap((value, i) => Math.abs(value - middle) > RESTING * middle ? [i] : []);
  if (at.length >= MOST_THROWN * values.length || at.includes(0)) return null;
  const rest = values.filter((_, i) => !at.includes(i));
  const spread = spreadOf(rest);
  const away = at.map((i) => values[i]);
  const least = Math.max(THROWN_SHARE * middle, 4 * spread, STEPS_AWAY * lastPlace(values));
  const below = away.filter((value) => value < middle - least);
  const times = at.filter((i) => !at.includes(i - 1)).length;
  if (times < LEAST_THROWN) return null;
  // What is read wrong is something else each time, many times as much or as far below nothing, and right again at once.
  const wild = away.filter((value) => Math.abs(value) > WILD * middle);
  const isWild = new Set(wild).size >= LEAST_THROWN && spread <= RESTING * middle &&
    away.every((value) => value > WILD * middle || value <= 0) && isAway(values, at);
  if (isWild) return at;
  if (below.length < LEAST_THROWN) return null;
  const end = Math.min(...below);
  const isEnd = below.every((value) => value < -THROWN * middle && value - end <= -SAME_END * end);
  const above = away.length - below.length;
  const isBothWays = above >= LEAST_THROWN && new Set(away).size > 4 ||
    above > 1 && times > LEAST_THROWN;
  return isEnd ||
      isBothWays && spread <= RESTING / 2 * middle &&
        away.every((value) => Math.abs(value - middle) > least)
    ? at
    : null;
}

/** Whether the few at these indices have others before and after them. */
function isAway(values: readonly number[], at: readonly number[]): boolean {
  const [first] = at;
  if (first === undefined || at.length > MOST_AWAY * values.length) return false;
  // Of one that is away again and again the first may be the first that was heard.
  if (first === 0 && (at.length < LEAST_THROWN || at.includes(1))) return false;
  if ((at.at(-1) ?? 0) > values.length - 2) return false;
  return at.every((i) =>
    !at.includes(i + 1) || !at.includes(i + 2) || !at.includes(i + LONGEST_AWAY)
  );
}

/** One finding for several fields that show the same. */
export function collapse(findings: Finding[]): Finding[] {
  if (findings.length <= 3) return findings;
  const first = findings[0];
  if (first === undefined) return findings;
  return [{
    ...first,
    title: `${first.title}, and ${findings.length - 1} more fields likewise`,
    evidence: {
      ...first.evidence,
      summary: `${first.evidence.summary}; also ${
        findings.slice(1, 6).map((finding) => finding.title).join("; ")
      }`,
    },
  }];
}
