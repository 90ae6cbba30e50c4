import { labelOf, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import {
  areTogether,
  besideOf,
  type DeviceView,
  FieldPlace,
  type Reading,
  type TopicView,
} from "../../reading/view.ts";
import { differences } from "../../../statistics.ts";
import type { Series } from "../values/series.ts";

/** What says of something, time after time, whether or how much it runs. */
export interface Driver extends FieldPlace {
  readonly label: string;
  /** Its own name in words: the field, or the last two levels of its topic. */
  readonly own: string;
  /** The same with the levels above. */
  readonly around: string;
  readonly name: string;
  /** Its last level alone. */
  readonly leaf: string;
  readonly said: readonly { readonly at: number; readonly value: Scalar }[];
  /** Set where it is told only as it changes: it is so until it is told otherwise. */
  readonly holds?: true;
}

const ON =
  /^(?:true|on|yes|1|run(?:ning)?|active|started|execut\w*|work(?:ing)?|operating|ein|an|läuft|laeuft|betrieb|aan|draait|in (?:bedrijf|werking|funzione|drift)|(?:en |in |em )?march[ae]|encendid[oa]|funcionando|acces[oaie]|allumée?|ligad[oa]|włączon[yae]|zał(?:ączon[yae])?|pracuje|praca|działa|zapnut[oaýáé]?|běží|bezi|zap|på|går|til|tændt|tänd|kjører|kører|päällä|paalla|käynnissä|kaynnissa|be|bekapcsolva|uključen[oa]?|ukljucen[oa]?|pornit[ăa]?|a[çc][ıi]k|вкл(?:ючен[оа]?)?|работает|работа|attiv[oa]|open(?:ed)?|auf|offen|ouverte?|abiert[oa]|apert[oa]|pump(?:ing|t)?)$/iu;
const OFF =
  /^(?:false|off|no|0|stop(?:ped)?|idle|inactive|aus|uit|stil|arr[eê]té?|éteinte?|apagad[oa]|parad[oa]|spent[oaei]|ferm[oa]|desligad[oa]|wyłączon[yae]|wył|vypnut[oaýáé]?|vyp|av|fra|slukket|släckt|pois|ki|kikapcsolva|isključen[oa]?|iskljucen[oa]?|oprit[ăa]?|kapal[ıi]|выкл(?:ючен[оа]?)?|стоп|closed?|shut|zu|geschlossen|ferm[ée]e?|cerrad[ao]|chius[ao])$/iu;

/** Whether a value says that something is on; null where it says neither. */
export function isOn(value: Scalar | undefined): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value > 0;
  const text = inEnglish(String(value ?? "").trim());
  return ON.test(text) ? true : OFF.test(text) ? false : null;
}

/** Whether a value says by a word or a flag that something runs: 5 says nothing. */
export function saysRuns(value: Scalar | undefined): boolean {
  return ON.test(inEnglish(String(value ?? "").trim()));
}

const MOST_FIELDS = 60;
const LONGEST_STATE = 24;
/** Numbers that are no state: how much there is, and when. */
const NO_STATE = /time|date|uptime|epoch|^ts$|rssi|heap|version|serial|id$/;

const SPEAKS = /^(?:state|info|event|reply)$/;

/** All that could tell of the device that something runs: words, flags and numbers, those kept by the broker among them. */
export const driversOf: (view: DeviceView) => readonly Driver[] = rememberingEach((view) =>
  view.topics.filter((topic) => SPEAKS.test(topic.role) || onlySwitches(topic)).flatMap((topic) => {
    const ofPump = saysPumps(view) ? "/pump" : "";
    const born = birthOf(topic, view);
    const told = [...born, ...topic.readings];
    const fields = new Map([...born.at(-1)?.fields ?? [], ...topic.readings.at(-1)?.fields ?? []]);
    const paths = [...fields].slice(0, MOST_FIELDS).filter(([, value]) =>
      value !== null && String(value).length <= LONGEST_STATE
    ).map(([path]) => path);
    const named = new Set(told.flatMap(({ fields }) => [...fields.keys()]));
    const namesParts = [...named].some((path) => PART.test(leafOf(path)));
    return paths.flatMap((path) => {
      const name = nameOf(path, topic.segments);
      if (NO_STATE.test(name)) return [];
      const said = told.flatMap(({ at, fields }) => {
        const value = fields.get(path);
        return value === undefined
          ? []
          : [{ at, value, whose: namesParts ? partIn(path, fields) : "" }];
      });
      const levels = topic.segments.slice(path === "" ? -3 : -2);
      const own = plainKey(path === "" ? topic.segments.slice(-2).join("_") : path);
      const leaf = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
      const place = {
        ...{ topic, path, label: labelOf({ path, topic }), own, name, leaf },
        ...born.length > 0 && { holds: true as const },
      };
      // Of messages that speak of several parts by turns each tells its own.
      return [...Map.groupBy(said, ({ whose }) => whose)].map(([whose, said]) => {
        const runs = HOW_MUCH.test(own) ? null : runsIn(said);
        return {
          ...place,
          label: whose || place.label,
          around: plainKey([...levels, whose, path].join("/")) + ofPump,
          said: runs ?? said,
        };
      });
    });
  })
);

/** What a Sparkplug device told at its birth: its data tell only what changes. */
function birthOf({ segments, topic }: TopicView, { topics }: DeviceView): readonly Reading[] {
  const type = segments[2] ?? "";
  return !/^[ND]DATA$/.test(type)
    ? []
    : topics.find((other) =>
      other.segments[2] === `${type.slice(0, 1)}BIRTH` &&
      other.segments.with(2, type).join("/") === topic
    )?.live ?? [];
}

/** A share and a byte are no longer than this. */
const MOST_SHARE = 255;
/** So much of the longest of its steps is one in which it ran all the time. */
const WHOLE_STEP = 0.9;

/** When something ran of which is told for how long it did: `heater` is 472, 532, 592 seconds of this hour; null where it is no such count. */
function runsIn(said: Driver["said"]): Driver["said"] | null {
  const numbers = said.map(({ value }) => typeof value === "number" ? value : NaN);
  const steps = differences(numbers);
  const longest = Math.max(...steps);
  if (steps.length < LEAST_BY_CLOCK || !(longest > 0) || !((numbers.at(-1) ?? 0) > MOST_SHARE)) {
    return null;
  }
  return steps.every((step) => step >= 0)
    ? said.slice(1).map(({ at }, i) => ({
      at,
      value: steps[i] >= WHOLE_STEP * longest ? "on" : "off",
    }))
    : null;
}

/** Whether what is asked on a topic names a part and a side, and says nothing of how long: then it is so until it is asked otherwise. */
function onlySwitches(topic: TopicView): boolean {
  const { role, live } = topic;
  if (isSwitchedByClock(topic)) return true;
  return role === "command" && live.length > 0 &&
    live.every(({ fields }) => {
      const parts = [...fields].filter(([path]) => !PART.test(leafOf(path)));
      return fields.size === 2 && parts.length === 1 && isOn(parts[0]?.[1]) !== null;
    });
}

/** So many commands come by a clock: who regulates says with each how it is to be until the next. */
const LEAST_BY_CLOCK = 5;

function isSwitchedByClock({ role, live, rhythm }: TopicView): boolean {
  return role === "command" && live.length >= LEAST_BY_CLOCK && rhythm?.even === true &&
    live.every(({ fields }) => {
      const value = fields.get("");
      return fields.size === 1 && value !== undefined && isOn(value) !== null &&
        (typeof value !== "number" || value === 0 || value === 1);
    });
}

const PART = /^(?:action|device|part|actuator|output|channel|relay|component|object|target)$/;

/** Of which part a record tells that something is so: `{"action": "pump", "state": "ON"}`. */
function partIn(path: string, fields: ReadonlyMap<string, Scalar>): string {
  const part = besideOf(path, { fields }).find(([other, value]) =>
    PART.test(leafOf(other)) && typeof value === "string" && /^[\p{L}\d _-]{1,20}$/u.test(value)
  );
  return String(part?.[1] ?? "");
}

/** A line by which a device tells that its pump runs: then its state is the pump's. */
const PUMP_LINE =
  /(?<!\p{L})(?:pump|pumpe|pompe|bomba|pompa) (?:is |was |turned |switched )?(?:on|running|started|an|ein)(?!\p{L})/iu;

const saysPumps: (view: DeviceView) => boolean = rememberingEach(({ topics }) =>
  topics.some(({ live }) =>
    live.some(({ fields }) => {
      const line = fields.get("");
      return typeof line === "string" && / /.test(line) && PUMP_LINE.test(line.slice(0, 200));
    })
  )
);

/** Names of a field that says of what stands around it whether it runs, and those that tell of something else. */
export const RUNNING =
  /^(?:is)?(?:on|state|status|running|run|relay|relais|relé|rele|switch|output|action|activity|zustand|estado|stato|etat|état|stan|stav|stare|marcha|ligad[oa]|tila|toestand|tilstand|betrieb|drift|praca|работа)\d?$/;
const HOW_MUCH =
  /speed|rpm|duty|pwm|pct$|percent|hz$|freq|drehzahl|modulation|demand|vel(?:ocidad)?$/;
const NO_RUN =
  /set|limit|total|count|energy|temp|volt|(?<!com|kom)press|psi|hour|time|flow|level|fault|alarm|mode|power|watt|kw$|curr|amp|_a$|enabl|avail|ready|auto|sched|next|last|durat|online|connect|batt|name|id$|error|lock|present|humid|fail|trip|grid|defrost|ambient|outdoor|moist|(?<!para)meter|threshold|interv|thresh|request|light|door/;

const MOST_CODED = 9;

/** Whether something tells of what is called so that it runs, by a word, a flag or a share. */
export function tellsOf({ own, around, name, leaf, path, said }: Driver, kind: RegExp): boolean {
  if (NO_RUN.test(path === "" ? name : own)) return false;
  // Numbers that are no shares are of what is measured, or codes.
  const numbers = HOW_MUCH.test(own)
    ? []
    : said.flatMap(({ value }) => typeof value === "number" ? [value] : []);
  const isCode = numbers.some((value) => value > 1) &&
    numbers.every((value) => value <= MOST_CODED);
  if (isCode || !numbers.every(Number.isInteger)) return false;
  return kind.test(own) ||
    kind.test(around) && [name, leaf].some((one) => RUNNING.test(one) || HOW_MUCH.test(one));
}

/** Whether it tells how much, and not only that. */
export function isShare({ own, said }: Driver): boolean {
  return HOW_MUCH.test(own) || said.some(({ value }) => typeof value === "number" && value > 1);
}

/** A time in which something was on without a break. */
interface Span {
  readonly fromMs: number;
  /** When it was off again; endless where it stayed on. */
  readonly toMs: number;
  /** Whether it was told before that it is off. */
  readonly wasOff: boolean;
  readonly value: Scalar;
}

/** The longest time in which a driver was on; null where it never was. */
export function spanOf(
  { said }: Driver,
  isSo: (value: Scalar) => boolean | null = isOn,
): Span | null {
  let best: Span | null = null;
  for (let from = 0; from < said.length;) {
    if (isSo(said[from]?.value ?? null) !== true) {
      from++;
      continue;
    }
    let to = from;
    while (to < said.length && isSo(said[to]?.value ?? null) === true) to++;
    const [fromMs, toMs] = [said[from].at, said[to]?.at ?? Infinity];
    if (best === null || toMs - fromMs > best.toMs - best.fromMs) {
      best = { fromMs, toMs, wasOff: from > 0, value: said[from]?.value ?? null };
    }
    from = to;
  }
  return best;
}

/** Levels that say nothing of what they hold. */
const HOLDS =
  /^(?:dev(?:ice)?_?)?(?:state|status|sts|stat|info|sensors?|data|values?|metrics?|measurements?)(?:\[\d{1,3}\])?$/i;
/** Levels that say of what kind it is that is told below: `switch/pump/state` and `sensor/flow/state`. */
const KIND =
  /^(?:switch|sensor|binary_sensor|relay|relays|actor|actuator|output|input|number|fan|valve|button|text_sensor)$/i;
/** Levels that hold all that a house has. */
const ANYTHING =
  /^(?:home|house|haus|maison|casa|dom|zigbee2mqtt|zwave|tele|stat|devices?|sensors?|site|homeassistant|esphome|shellies|)$/i;

/** The last levels of its topic and its path, in words. */
export const calledOf = rememberingEach((
  { topic, path, called }: Pick<Series, "topic" | "path" | "called">,
): string => {
  const own = (path === "" ? topic.segments.slice(-2) : path.split(".").slice(-2))
    .filter((level) => !HOLDS.test(level));
  const bare = /^(?:v|val|value|reading)$/i.test(path) ? topic.segments.slice(-1) : own;
  return plainKey(called ?? bare.join(" "));
});

/** Whether one stands beside or below the other. */
export function areNear(one: FieldPlace, other: FieldPlace): boolean {
  if (one.topic === other.topic) return areTogether(one, other);
  const bare = ({ segments }: TopicView) =>
    segments.filter((level, i) => i === 0 || !HOLDS.test(level) && !KIND.test(level));
  const treeOf = (levels: readonly string[]) => levels.slice(0, -1).join("/");
  const [a, b] = [treeOf(one.topic.segments), treeOf(other.topic.segments)];
  const [c, d] = [treeOf(bare(one.topic)), treeOf(bare(other.topic))];
  if (c !== "" && c === d) return true;
  return a !== "" && (a === b || b.startsWith(`${a}/`) || a.startsWith(`${b}/`) && b.includes("/"));
}

/** Whether they are of one system: near each other, or `x/pump/speed` and `x/flow/rate`, and not of different numbers. */
export function areOfOneSystem(series: Series, other: FieldPlace): boolean {
  if (areNumberedApart(series, other)) return false;
  const systemOf = ({ segments }: TopicView) => segments.slice(0, -2);
  const [a, b] = [systemOf(series.topic), systemOf(other.topic)];
  return series.topic === other.topic || areNear(series, { ...other, path: series.path }) ||
    a.length > (series.path === "" ? 0 : 1) && a.join("/") === b.join("/") &&
      !ANYTHING.test(a.at(-1) ?? "");
}

/** `fan1_rpm` is not of `fan2`. */
export function areNumberedApart(one: FieldPlace, other: FieldPlace): boolean {
  const numberOf = ({ topic, path }: FieldPlace) =>
    /(?<![\d.])(\d{1,2})(?!\d)/.exec(path === "" ? topic.segments.at(-1) ?? "" : path)?.[1];
  const [a, b] = [numberOf(one), numberOf(other)];
  return a !== undefined && b !== undefined && a !== b;
}

/** Words that say what of it is told. */
const TOLD_OF =
  /^(?:rpm|tach|tacho|speed|drehzahl|state|status|on|is|running|run|switch|sensor|relay|relais|value|val|binary|power|watts?|w|a|kw|current|amps?|leistung|strom|corriente|potencia|potenza|percent|pct|duty|pwm|)$/;

/** What is told of, without what is told of it: `exhaust_fan_rpm` and `exhaust_fan/state` are of one fan. */
export function subjectOf({ topic, path }: FieldPlace): string {
  return [...topic.segments, path].flatMap((level) => plainKey(level).split(/[^\p{L}\p{N}]+/u))
    .filter((word) => !TOLD_OF.test(word)).join("_");
}
