import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, iso, repeating, rounded, someOf } from "../../evidence.ts";
import {
  isHolder,
  isTime,
  labelOf,
  leafOf,
  nameOf,
  objectOf,
  type Scalar,
} from "../../reading/fields.ts";
import { isObject } from "../../reading/json.ts";
import { twinsOf } from "../../twins.ts";
import { median } from "../../../statistics.ts";
import type { JsonValue } from "../../../../payload/payload.ts";
import {
  besideOf,
  type DeviceView,
  heardAtLeast,
  type Reading,
  type TopicView,
} from "../../reading/view.ts";
import { blankOf, blankText, OF_SETTING } from "./blank.ts";
import { isTakenAway } from "../effects/come_to_rest.ts";
import { isOn } from "../effects/drivers.ts";
import { failedBeside, isEnded } from "./ended_readings.ts";
import { quantityOf } from "./series.ts";
import { hadAnotherWord } from "./turns.ts";

/** Names of what sensors measure. */
const MEASURED =
  /temp|hum|press|moist|illum|lux|lumin|co2|carbon|voc|^pm\d|voltage|power|current(?=$|\d|m?a$|amp|l\d|phase|[abc]$|ac|dc|rms|draw|out|in$|input|import|export|value|avg|max|min|total)|energy|dist|weight|gewicht|^peso|^poids|umid|(?<!battery)level|flow|speed|wind(?!ow)|rain|^ph$|conduct|dewpoint|baro|oxygen|saturation|turbidity|redox|salinity/;
/** Names, words and places for what is there now and then are no reading: `currentVIN`, `power_schedule`. */
const NO_QUANTITY =
  /(vin|id|name|user|tag|card|rfid|serial|text|message|program|title|station|mode|runs?|jobs?|tasks?|sessions?|events?|schedules?|plans?|profile|preset|override|limit|alarms?|errors?|faults?|warnings?|alerts?|source|since|until|reason|behaviou?r|startup)$|target|setpoint|desired|colou?r_?temp|temporar/;
const LEAST = 3;
/** Numbers among which a missing one tells something. */
const USUAL = 4;
/** Up to this share of words is a sensor that fails now and then. */
const RARE = 0.15;

/** `stuck_value` of sensors that read nothing, always or now and then. */
export function noReadings(view: DeviceView): Finding[] {
  if (isTakenAway(view)) return [];
  const all: { path: string; topic: TopicView; blanks: Reading[]; what: string }[] = [];
  const some: typeof all = [];
  for (const topic of view.topics) {
    if (topic.role !== "state" && topic.role !== "event") continue;
    for (const path of pathsOf(topic)) {
      const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
      if (kind === "ignored" || kind === "setting") continue;
      const having = readingsOf(topic, path);
      const blanks = having.filter((reading) => blankOf(valueOf(reading, path)) !== null);
      const first = blanks[0];
      if (first === undefined) continue;
      const isUnknown = blanks.some((one) => blankOf(valueOf(one, path)) === "unknown");
      const what = blankText(valueOf(first, path));
      const isNan = blanks.every((reading) => isNaNText(valueOf(reading, path)));
      const isPlain = (reading: Reading) =>
        valueOf(reading, path) === null || isNaNText(valueOf(reading, path));
      const name = quantityOf(path, topic.segments);
      const measured = MEASURED.test(name) && !NO_QUANTITY.test(name) ||
        path === "" && MEASURED.test(leafOf(topic.segments.at(-2) ?? ""));
      // What is not heard has no strength, and without wind there is none from anywhere.
      if (/rssi$/.test(name) || isCalm(path, blanks)) continue;
      // A device without a battery has none to tell.
      if (/batt/i.test(path) && !isNan) continue;
      if (blanks.length === having.length) {
        const isFailed = (measured || isHolder(leafOf(path))) &&
          failedBeside(path, having) !== null;
        if (having.length < LEAST || GRAVITY.test(what) && isSaid(path, having)) continue;
        if (
          isUnknown && !isLostState(path, blanks) ||
          !isNan && !isFailed && !isUnknown && !isToldByLike(path, { having, topic, view }) &&
            !(measured && !isOption(path, blanks, { topic, view }) &&
              (topic.family.isLostBlank?.(path, topic) || aloneBlank(path, having) ||
                isOfDeadChip(path, having) || isReadByLike(path, { topic, view })))
        ) continue;
        all.push({ path, topic, blanks, what });
        continue;
      }
      const numbers = having.filter((reading) => typeof valueOf(reading, path) === "number");
      // Many words among numbers are a field of two types; right after a start nothing was measured.
      const share = blanks.length / having.length;
      const later = blanks.filter((reading) => !having.slice(0, 2).includes(reading));
      if (
        numbers.length >= USUAL && numbers.some((one) => valueOf(one, path) !== 0) &&
        numbers.length + blanks.length === having.length &&
        later.length > 0 &&
        (isNan || !isThereByTurns(path, having, view)) &&
        !isEnded(path, topic, view) && !isCalm(path, blanks) &&
        (isNan || measured && !OF_SETTING.test(path) &&
            (share <= RARE || blanks.every(isPlain) && later.length >= 2 ||
              isLeftAway(having, { path, view })))
      ) some.push({ path, topic, blanks, what });
    }
  }
  const told = all.length > 0 ? all : some;
  const first = told[0];
  if (first === undefined) return [];
  const always = told === all;
  const label = labelOf(first);
  const total = readingsOf(first.topic, first.path).length;
  const more = told.length > 1 ? `, and ${told.length - 1} more likewise` : "";
  return [findingFrom({
    code: "stuck_value",
    title: always
      ? `"${label}" reads nothing: it is always ${first.what}${more}`
      : readingsOf(first.topic, first.path).at(-1) === first.blanks.at(-1)
      ? `"${label}" reads nothing any more: it is ${first.what} now${more}`
      : `"${label}" reads nothing now and then: ${first.what}, ${
        first.blanks.length === 1 ? "once" : `${first.blanks.length} times`
      }${more}`,
    summary:
      `On "${first.topic.topic}" ${first.blanks.length} of ${total} messages hold ${first.what} and no value, last at ${
        iso(first.blanks.at(-1)?.at ?? 0)
      }` + (told.length > 1
        ? `; also ${
          told.slice(1, 5).map(({ path, topic }) =>
            `"${labelOf({ path, topic })}"`
          )
            .join(", ")
        }`
        : "") +
      (always && isReadByLike(first.path, { topic: first.topic, view })
        ? "; all others that tell the same fields have a number there"
        : ""),
    ...everyTime(first.blanks),
    suggestion:
      "The device works, but its sensor does not answer: check the sensor's wiring, power and address.",
  })];
}

/** Whether the state of a thing is always undefined: what tells it does not reach it. Of all else a program may know nothing yet. */
function isLostState(path: string, blanks: readonly Reading[]): boolean {
  return /^(?:lock|door|cover|valve|device|switch|relay|motor|pump|gate)_?state$/i.test(
    path.slice(path.lastIndexOf(".") + 1),
  ) && blanks.every((one) => String(valueOf(one, path)).trim().toLowerCase() === "undefined");
}

/** Whether it is where the wind comes from, each time that there is none. */
function isCalm(path: string, blanks: readonly Reading[]): boolean {
  return /dir(?:ection)?$/.test(leafOf(path)) &&
    blanks.every((reading) =>
      besideOf(path, reading).some(([other, value]) =>
        value !== "" && Number(value) === 0 &&
        /^wind(?!.*dir).*(?:speed|gust|avg)|^wind$/.test(leafOf(other))
      )
    );
}

const LEFT_MS = 60_000;

/** Whether it was not available last, and is so for a while: Home Assistant's word for what is lost. */
function isLeftAway(having: readonly Reading[], o: { path: string; view: DeviceView }): boolean {
  const isAway = (one: Reading) => /^unavailable$/i.test(String(valueOf(one, o.path)));
  const since = having[having.findLastIndex((one) => !isAway(one)) + 1];
  return since !== undefined && heardAtLeast(o.view, since.at, LEFT_MS);
}

/**
 * Whether what is null was not there yet and stays since it is, as a probe in what was just brought in, or is so in one state
 * of its device alone and comes again.
 */
function isThereByTurns(path: string, having: readonly Reading[], view: DeviceView): boolean {
  const isThere = (one: Reading) => typeof valueOf(one, path) === "number";
  const blanks = having.filter((one) => !isThere(one));
  const timesOf = (readings: readonly Reading[]) => readings.map(({ at }) => at);
  return isThere(having.at(-1) ?? blanks[0]) &&
    blanks.every((one) => valueOf(one, path) === null) &&
    (having.slice(blanks.length).every(isThere) || hadAnotherWord(view, {
      at: timesOf(blanks),
      others: timesOf(having.filter(isThere)),
      withinMs: 0,
    }));
}

/** How grave a message is: `"level": "error"` beside a code and a text. */
const GRAVITY = /^(?:err(?:or)?|fault|fail(?:ed|ure)?)$/i;

/** Whether words stand beside it in each message, as in an alarm. */
function isSaid(path: string, readings: readonly Reading[]): boolean {
  return readings.every(({ fields }) =>
    [...fields].some(([other, value]) =>
      other !== path &&
      /^(?:message|msg|text|code|description|reason|event)$/.test(leafOf(other)) &&
      typeof value === "string"
    )
  );
}

/** The sensor's own word, as Arduino prints what is no number or too much for one; others may be a default. */
function isNaNText(value: Scalar): boolean {
  return /^[-+]?nan$|^ovf$/i.test(String(value).trim());
}

function pathsOf(topic: TopicView): Set<string> {
  const paths = new Set<string>();
  for (const reading of topic.live) {
    for (const path of reading.fields.keys()) paths.add(path);
    if (paths.size > 100) break;
    if (reading.sample.sizeBytes === 0) paths.add("");
  }
  return paths;
}

function readingsOf(topic: TopicView, path: string): Reading[] {
  return topic.live.filter((reading) =>
    reading.fields.has(path) || path === "" && reading.sample.sizeBytes === 0
  );
}

function valueOf(reading: Reading, path: string): Scalar {
  return reading.fields.get(path) ?? (reading.sample.sizeBytes === 0 ? "" : null);
}

/** Venus OS tells null for whatever a device has no sensor of, but for what is nothing else than a sensor. */
const OF_VENUS = /^N\/[\da-f]{10,14}\/(?!temperature|tank|meteo|pulsemeter)/i;

/**
 * Whether a topic is always empty as one of its program is for what there is none of: others that measure nothing are
 * empty too, or it is one more of several alike, `temp2` beside `temp1`. A word of a sensor that fails is not nothing.
 */
function isOption(
  path: string,
  blanks: readonly Reading[],
  { topic, view }: { topic: TopicView; view: DeviceView },
): boolean {
  if (OF_VENUS.test(topic.topic)) return blanks.every((one) => valueOf(one, path) === null);
  if (path !== "" || blanks.every((one) => blankOf(valueOf(one, "")) === "failed")) return false;
  const name = topic.segments.at(-1) ?? "";
  const one = name.replace(/\d{1,3}$/, "");
  return view.topics.some((other) =>
    other !== topic && other.segments[0] === topic.segments[0] && other.readings.length > 0 &&
      !MEASURED.test(quantityOf("", other.segments)) &&
      other.readings.every(({ sample }) => sample.sizeBytes === 0) ||
    one !== name && one !== "" && other.segments.at(-1)?.replace(/\d{1,3}$/, "") === one &&
      typeof other.readings.at(-1)?.fields.get("") === "number"
  );
}

/** Whether a probe of several is plugged in. */
const IN_PLACE =
  /^(?:is_?)?(?:connected|plugged(?:_?in)?|present|inserted|attached|installed|fitted|in_?use|used)$/;

/**
 * A null among values beside it is an option that is not used; all that is measured null, in a part of the
 * document that holds little else, is a sensor that reads nothing.
 */
function aloneBlank(path: string, readings: readonly Reading[]): boolean {
  if (path === "") return true;
  const parent = objectOf(path);
  // `day.value` stands beside `total.value`.
  const leaf = leafOf(path);
  const isHeld = isHolder(leaf) && parent !== "";
  const around = objectOf(parent.slice(0, -1));
  return readings.every(({ fields }) => {
    const beside = [...fields].filter(([other]) =>
      isHeld
        ? leafOf(other) === leaf && objectOf(objectOf(other).slice(0, -1)) === around
        : objectOf(other) === parent
    );
    const measured = beside.filter(([other]) => MEASURED.test(nameOf(other, [])));
    // An entry of a list is a place that is not taken where nothing at all is known of it, or it says so.
    const rest = beside.filter(([other]) => !MEASURED.test(leafOf(other)));
    const isVacant = /\[[^[\]]*\]\.$/.test(parent) &&
      (measured.length < beside.length && rest.filter(([, value]) => value === null).length >= 2 ||
        rest.some(([other, value]) => value === false && IN_PLACE.test(leafOf(other))));
    return !isVacant && measured.every(([, value]) => blankOf(value) !== null) &&
      (measured.length >= 2 || beside.length <= 3);
  });
}

/** Whether a temperature and a humidity are always null, and all else beside them is read: one chip that does not answer. */
function isOfDeadChip(path: string, readings: readonly Reading[]): boolean {
  return readings.every((reading) => {
    const beside = besideOf(path, reading).concat([[path, reading.fields.get(path) ?? null]]);
    const blank = beside.filter(([, value]) => value === null).map(([other]) => leafOf(other));
    return blank.length === 2 && blank.some((leaf) => /temp/.test(leaf)) &&
      blank.some((leaf) => /hum/.test(leaf)) &&
      beside.filter(([, value]) => typeof value === "number").length >= LEAST &&
      beside.some(([other, value]) => typeof value === "number" && MEASURED.test(leafOf(other)));
  });
}

const LEAST_LIKE = 2;
const LEAST_FLAGS = 2;

/** Whether it is one of two flags or more that are always null, which all others tell that have the same fields: what answers still has lost what it is made for. */
function isToldByLike(
  path: string,
  { having, topic, view }: { having: readonly Reading[]; topic: TopicView; view: DeviceView },
): boolean {
  const own = having.at(-1)?.fields;
  if (own === undefined || own.get(path) !== null || topic.mixes) return false;
  const like = likeOf(own, view);
  const lost = [...own.keys()].filter((one) =>
    having.every(({ fields }) => fields.get(one) === null) &&
    like.every((fields) => typeof fields.get(one) === "boolean")
  );
  return like.length >= LEAST_LIKE && lost.length >= LEAST_FLAGS && lost.includes(path);
}

/** The fields of others that have the same ones. */
function likeOf(own: Reading["fields"], { twins }: DeviceView): Reading["fields"][] {
  return twins.flatMap(({ live }) => live.at(-1)?.fields ?? []).filter((fields) =>
    fields.size === own.size && [...own.keys()].every((one) => fields.has(one))
  );
}

/** Whether all others that tell the same fields in their documents, two or more, have numbers there: what all of a make measure. */
function isReadByLike(
  path: string,
  { topic, view }: { topic: TopicView; view: DeviceView },
): boolean {
  const own = topic.live.at(-1)?.fields;
  if (own === undefined || path === "" || topic.mixes) return false;
  const like = likeOf(own, view);
  return like.length >= LEAST_LIKE && like.every((fields) => typeof fields.get(path) === "number");
}

const LEAST_FIGURES = 3;

/**
 * `stuck_value` of a meter all of whose figures are 0 in each message: nothing was ever read from it. Its own number is empty,
 * where another of its kind tells both, or is 0 as all else of what a meter of a house counts.
 */
export function neverReadMeters(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    const [first, last] = [topic.live[0], topic.live.at(-1)];
    if (topic.role !== "state" || topic.mixes || first === undefined || last === undefined) {
      continue;
    }
    if (topic.live.length < LEAST_MESSAGES) continue;
    const told = [...last.fields].filter(([path]) => !isTime(leafOf(path)));
    const figures = told.filter(([, value]) => typeof value === "number").map(([path]) => path);
    const [id, none] = told.find(([path, value]) =>
      value === "" && OWN_NUMBER.test(leafOf(path)) || value === 0 && isMeters(path, figures)
    ) ?? [];
    const isNothing = id !== undefined && figures.length >= LEAST_FIGURES &&
      topic.live.every(({ fields }) =>
        fields.get(id) === none && figures.every((path) =>
          fields.get(path) === 0
        )
      );
    if (!isNothing) continue;
    const like = likeOf(last.fields, view).find((fields) =>
      typeof fields.get(id) === "string" && fields.get(id) !== "" &&
      figures.some((path) => fields.get(path) !== 0)
    );
    if (like === undefined && none === "") continue;
    const isNamed = like === undefined
      ? ""
      : `; another with the same fields tells "${String(like.get(id)).slice(0, 40)}" there`;
    return [findingFrom({
      code: "stuck_value",
      title: `"${topic.topic}" reads nothing: "${id}" is ${
        none === "" ? "empty" : none
      } and all ${figures.length} figures are 0`,
      summary: `So in all ${topic.live.length} messages from ${iso(first.at)} on${isNamed}`,
      messages: someOf(topic.live),
      suggestion:
        "What sends this works, but what it reads from does not answer: check the reading head, the wiring and the meter's own settings.",
    })];
  }
  return [];
}

/** By what a meter names itself. */
const OWN_NUMBER = /^(?:meter|server|device|serial)_?(?:id|number|no|nr|serial)?$/;
/** No meter has the number 0; what is drawn by a house was at some time more than nothing. */
const METERS_NUMBER = /^(?:meter|serial)_?(?:id|number|no|nr)$/;
const DRAWN = /^total_?in|import|bezug|consum|verbrauch|^1_?8_?[0-2]$/;
const LEAST_OF_METER = 8;
const LEAST_MESSAGES = 5;

function isMeters(path: string, figures: readonly string[]): boolean {
  return METERS_NUMBER.test(leafOf(path)) && figures.length >= LEAST_OF_METER &&
    figures.some((one) => DRAWN.test(leafOf(one)));
}

/** `stuck_value` of a camera without pictures while the others beside it have some. */
export function deadSiblings(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (topic.role !== "state" || topic.live.length < 2) continue;
    const rates = new Map<string, { path: string; values: number[] }[]>();
    for (const path of pathsOf(topic)) {
      const parts = path.split(".");
      const isRate = /^(camerafps|inputfps|capturefps|fps|framerate)$/.test(leafOf(path));
      if (!isRate || parts.length < 2) continue;
      const key = [...parts.slice(0, -2), "*", parts.at(-1)].join(".");
      const values = topic.live.map(({ fields }) => fields.get(path))
        .filter((value) => typeof value === "number");
      rates.set(key, [...(rates.get(key) ?? []), { path, values }]);
    }
    for (const siblings of rates.values()) {
      const dead = siblings.filter(({ values }) => {
        const lately = values.some((v) => v > 0) ? values.slice(-LEAST) : values;
        return lately.length >= 2 && lately.every((v) => v === 0);
      }).filter(({ path }) => !isSwitchedOff(path, { topic, view }));
      const alive = siblings.filter(({ values }) => values.every((v) => v > 0));
      if (dead.length === 0 || alive.length === 0) continue;
      // Who asks for one of them is told of that one.
      const isOfOne = siblings.some(({ path }) => named(path, view));
      if (isOfOne && !dead.some(({ path }) => named(path, view))) continue;
      const told = dead.find(({ path }) => named(path, view)) ?? dead[0];
      if (told === undefined) continue;
      return [findingFrom({
        code: "stuck_value",
        title: `"${told.path}" is 0: no pictures come, while ${alive.length} beside it ${
          alive.length === 1 ? "has" : "have"
        } them`,
        summary: `On "${topic.topic}" ${
          told.values.filter((v) => v === 0).length
        } of ${told.values.length} values are 0, the last ones all; beside it ${
          alive.slice(0, 3).map(({ path, values }) => `"${path}" is ${rounded(median(values))}`)
            .join(", ")
        }`,
        messages: someOf(topic.live).slice(-2),
        suggestion:
          "Check the camera's power, network and stream address: the program runs, this source does not.",
      })];
    }
  }
  return [];
}

/** By what a source is switched off, in the document that tells of it or on topics of its own. */
const SWITCH = /^(?:is)?(?:enabled?|active|on|power|onoff|camera_?enabled|streaming)$/i;
const HIDES = /^(?:privacy(?:_?mode)?|disabled|sleep(?:_?mode)?|standby)$/i;

/** Whether a source is told to be switched off: `cameras.pool.enabled`, or `pool/enabled/state` beside the document. */
function isSwitchedOff(
  path: string,
  { topic, view }: { topic: TopicView; view: DeviceView },
): boolean {
  const source = path.split(".").at(-2) ?? "";
  const within = besideOf(path, topic.live.at(-1)).map(([other, value]) =>
    [leafOf(other), value] as const
  );
  const beside = view.topics.flatMap(({ segments, readings, role }) => {
    const at = segments.findIndex((level) => leafOf(level) === leafOf(source));
    const level = segments.slice(at + 1).find((one) => SWITCH.test(one) || HIDES.test(one));
    const value = readings.at(-1)?.fields.get("");
    return at < 0 || level === undefined || value === undefined || role === "command"
      ? []
      : [[level, value] as const];
  });
  return [...within, ...beside].some(([name, value]) =>
    SWITCH.test(name) && isOn(value) === false || HIDES.test(name) && isOn(value) === true
  );
}

function named(path: string, view: DeviceView): boolean {
  return path.split(".").some((part) => view.identity.isNamed(part));
}

/** Parts of a document that hold what was read; others are empty while there is nothing of their kind. */
const HOLDS_READINGS =
  /^(?:data|values?|readings?|measurements?|measures|sensors?|fields|registers|metrics|telemetry)?$/;
const MOST_PARTS = 20;

/** Parts of this name hold what is read now, whatever is asked. */
const HOLDS_LIVE =
  /^(?:(?:live|realtime|current|actual|sensor|meter|inverter|measured|mess|live_?mess)_?(?:data|values?|readings?|daten|werte)|readings?|measurements|measures|telemetry|messwerte|mesures|mediciones|misure)$/;
/** What is sent with nothing in it to say that somebody is there, or to ask. */
const ASKS = /alive|heart|^hb$|ping|poll|tick|sync|hello|get$|request|query|rpc|beacon|watchdog/i;
const LEAST_EMPTY = 4;

/** `stuck_value` of a topic, or a part of its document, that has no fields: it had some before, or never any where readings are told. */
export function emptiedDocuments(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (topic.role !== "state") continue;
    const parts = emptyParts(topic.live.at(-1)?.sample.decoded?.value).slice(0, MOST_PARTS);
    if (parts.length === 0) continue;
    const empty = topic.live.map(({ sample }) => new Set(emptyParts(sample.decoded?.value)));
    for (const part of parts) {
      const from = empty.findLastIndex((one) => !one.has(part)) + 1;
      const emptied = topic.live.slice(from);
      const last = topic.live[from - 1];
      if (last === undefined && isFilledElsewhere(part, topic, view)) {
        return [emptyFinding({ part, topic, emptied, more: "" })];
      }
      if (emptied.length < LEAST || last === undefined) continue;
      const gone = [...last.fields].filter(([path]) => part === "" || path.startsWith(`${part}.`));
      const numbers = gone.filter(([, value]) => typeof value === "number");
      const flag = part === "" ? null : failedBeside(part, emptied);
      if (gone.length < 2 || part !== "" && numbers.length < 2) continue;
      if (flag === null && !HOLDS_READINGS.test(leafOf(part))) continue;
      const more = flag === null ? "" : `, and ${flag}`;
      return [emptyFinding({ part, topic, emptied, more }, { last, gone: gone.length })];
    }
  }
  return [];
}

/** Whether a part that is empty in all messages is one that holds readings by its name, or does so with others of its kind, or all that the device tells. */
function isFilledElsewhere(part: string, topic: TopicView, view: DeviceView): boolean {
  const name = part === "" ? topic.segments.at(-1) ?? "" : part;
  const isChanged = topic.family.tellsChanges === true || ASKS.test(name);
  const hadSome = topic.readings.some(({ sample }) =>
    sample.retain && !emptyParts(sample.decoded?.value).includes(part)
  );
  if (hadSome || isChanged || topic.live.length < LEAST_EMPTY) {
    return false;
  }
  if (HOLDS_LIVE.test(leafOf(name))) return true;
  const isFilled = twinsOf(topic, view).some(({ live }) =>
    [...live.at(-1)?.fields ?? []].some(([path, value]) =>
      typeof value === "number" && (part === "" || path.startsWith(`${part}.`))
    )
  );
  return HOLDS_READINGS.test(leafOf(part)) &&
    (isFilled ||
      part === "" && topic.rhythm?.even === true &&
        view.topics.every((other) =>
          other.live.every(({ sample }) => emptyParts(sample.decoded?.value).includes(""))
        ));
}

function emptyFinding(
  o: { part: string; topic: TopicView; emptied: readonly Reading[]; more: string },
  before?: { last: Reading; gone: number },
): Finding {
  return findingFrom({
    code: "stuck_value",
    title: `"${labelOf({ path: o.part, topic: o.topic })}" reads nothing${
      before === undefined ? "" : " any more"
    }: it is empty${o.more}`,
    summary: before === undefined
      ? `All ${o.emptied.length} messages have {} there`
      : `${before.gone} fields until ${
        iso(before.last.at)
      }, then ${o.emptied.length} messages with {}`,
    messages: someOf([...before === undefined ? [] : [before.last], ...o.emptied]),
    ...repeating(o.emptied),
    suggestion:
      "What sends this works, but what it reads from does not answer: check its wiring, address, power and protocol.",
  });
}

/** The paths of the empty objects in a document; `""` is the document itself. */
function emptyParts(value: JsonValue | undefined, path = ""): string[] {
  if (!isObject(value)) return [];
  const entries = Object.entries(value);
  if (entries.length === 0) return [path];
  return path.split(".").length > 4
    ? []
    : entries.slice(0, 100).flatMap(([key, item]) =>
      emptyParts(item, path === "" ? key : `${path}.${key}`)
    );
}
