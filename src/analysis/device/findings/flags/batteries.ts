import { isSettings } from "../../../../payload/severity/topics.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import { leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { type Reading, siblingTopics } from "../../reading/view.ts";
import {
  error,
  type Field,
  type Flag,
  has,
  isSet,
  isUnset,
  lowBattery,
  reported,
  type Rule,
  warning,
  wordOf,
} from "./flag.ts";

/** A flag of a battery that is low, but for those that the battery's own rule reads. */
const LOW_FLAG =
  /^(?!(?:batterylow|lowbattery|lowbatt|batlow)$)[a-z]{0,12}\d{0,2}(?:(?:batt?(?:er(?:y|ies|ij|i|ia|ie|ía))?|akku|accu)(?:is)?(?:low|weak|empty|leer|schwach|faible)|(?:low|weak)(?:batt?(?:er(?:y|ies|ij|i|ia|ie|ía))?|akku|accu)|lobat)(?:alarm|alert|flag|warning|state|status)?$/;
const TELLS_STATE =
  /^[a-z]{0,12}\d{0,3}(?:batt?(?:er(?:y|ies|ij|i|ia|ie|ía))?|akku|accu)(?!.*(?:type|mode|alarm|alert|notif|warn|threshold|limit|setting|saver|reserve))[a-z]*\d{0,3}$/;
const LOW_WORD =
  /^(?:low|(?:very|ultra|extremely|too)low|critical|criticallow|empty|replace|weak|flat|depleted|exhausted|leer|schwach|niedrig|kritisch|faible|vide|basse|bajo|baja|bassa|scarica|leeg|laag)$/;
/** `T:21 BATT:LOW`, `temp=20,bat=6%`. */
const LOW_IN_TEXT =
  /(?:^|[^a-z])(?:batt?(?:ery|erie)?|akku)[ _-]?(?:level|state|status|charge|stand)?["']?\s*[:=;,]\s*["']?(?:(?:very )?low|empty|critical|leer|schwach|(?:\d|10)(?:\.\d+)?\s?%)(?![\p{L}\d])/iu;
/** `low_battery_devices`: those of others that are to be changed. */
const LOW_LIST =
  /^(?:low|weak|empty)batter(?:y|ies)(?:devices?|sensors?|nodes?|things?|entities|list|names?)?$/;

/** By what a battery is low. */
const LOW: readonly Omit<Rule, "tells">[] = [
  {
    name: /^[a-z]{0,8}\d{0,3}batt?(?:ery)?ok$/,
    is: isUnset,
    where: ({ name, reading }) => !isUnheard(name.replace(/batt?(?:ery)?ok$/, ""), reading),
  },
  // rtl_433: from 0, which is empty, to 1, which is full.
  {
    name: /^batteryok$/,
    is: (value) => typeof value === "number" && value > 0 && value <= 0.2,
  },
  {
    name: LOW_FLAG,
    is: isSet,
    where: ({ path, topic }) => !isSetting(path, topic.segments),
  },
  {
    is: (value) =>
      typeof value === "string" && value.length <= 300 && LOW_IN_TEXT.test(inEnglish(value)) &&
      !/charging|threshold|limit/i.test(value),
    where: ({ path }) => path === "",
  },
  // The kind of a message, where others are of the times at which it reports.
  {
    name: /(?:^|report|message|msg|packet|alarm|alert)(?:type|event|kind)$/,
    is: /^low_?batt(?:ery)?(?:alarm|alert|warning|report|event|message)*$/,
  },
  {
    name: LOW_LIST,
    is: (value) =>
      typeof value === "string" && value.trim().length >= 2 &&
      !/^(?:none|ok|no|nil|null)$/i.test(value.trim()),
    where: ({ path }) => /\[\d+\]$/.test(path),
  },
  // `battery-outside`, `station.battery.outdoor`: each has one of its own.
  {
    is: saysLow,
    where: ({ name, path }) =>
      TELLS_STATE.test(name) || /(^|\.)batt?(ery|eries)?\.[a-z_-]+$/i.test(path),
  },
  {
    name: /^(?:is)?low$/,
    is: true,
    where: ({ path, topic }) =>
      /batt(?:ery)?$/i.test([...topic.segments, ...path.split(".").slice(0, -1)].at(-1) ?? ""),
  },
  // `"bat": "2%"` or `"0-5%"`, with the sign that says what it is.
  {
    name: /^battery(?:level|percent|percentage|charge|soc|capacity)?$/,
    is: (value) =>
      typeof value === "string" && /^\s*(?:\d{1,2}\s?-\s?)?(?:\d|10)\s?%\s*$/.test(value),
  },
  // Z-Wave's Battery CC: 1 is soon, and 3 now.
  { name: /^rechargeorreplace$/, is: (value) => value === 1 || value === 3 },
  // weewx: 1.0 is low, and many stand side by side.
  {
    name: /^[a-z]*batterystatus$/,
    is: (value) => Number(value) === 1,
    where: ({ reading }) => has(reading, "usunits"),
  },
  // WeatherLink: 1 is low, beside the state of its reception.
  {
    name: /^transbattery(?:flag|status)$/,
    is: 1,
    where: ({ name, reading }) =>
      has(reading, name.endsWith("flag") ? "rxstate" : "rxcheckpercent"),
  },
  // Ecowitt's own protocol: these are 0 or 1, its other batteries are up to six bars, or the volts of one cell.
  {
    name: /^(?:wh(?:65|25|26|24)battery|battery[1-8])$/,
    is: (value) => Number(value) === 1,
    where: isOfEcowitt,
  },
  {
    name: /^(?:pm25|wh57|co2|leak)batt(?:ery)?[1-4]?$/,
    is: (value) => value === 0 || value === 1,
    where: isOfEcowitt,
  },
  {
    name: /^(?:soil|tf|leaf|wh40)batt(?:ery)?\d{0,2}$/,
    is: (value) => typeof value === "number" && value > 0.5 && value <= 1.2,
    where: isOfEcowitt,
  },
  // Dragino: 0 is ultra low, 1 is low.
  {
    name: /^batterystatus$/,
    is: (value) => value === 0 || value === 1,
    where: ({ reading }) => has(reading, "batteryv", (volts) => Number(volts) < 2.6),
  },
  // A lead-acid battery of 12 V that stands far below the supply that charges it.
  {
    name: /^(?:standby|backup)?battery(?:v|volts?|voltage)$/,
    is: (value) => typeof value === "number" && value >= 7 && value <= 11.5,
    where: ({ reading }) =>
      has(
        reading,
        /(system|supply|charger?|bus|input|reference|aux|mains)volt/,
        (volts) => typeof volts === "number" && volts >= 12.5 && volts <= 15,
      ),
  },
  // iSpindel and GravityMon swim on one lithium cell.
  {
    name: /^battery(?:v|voltage)?$/,
    is: (value) => typeof value === "number" && value >= 2 && value <= 3.2,
    where: swims,
  },
];

/** Batteries and what feeds on them. */
export const BATTERY_RULES: readonly Rule[] = [
  ...LOW.map((rule) => ({ ...rule, tells: lowBattery })),
  { own: /status$/, tells: ({ value }) => upsStatus(value) },
];

/** Whether a text is a word for what is low, or has one for one of several: `1-ok 2-LOW 3-ok`. */
function saysLow(value: Scalar): boolean {
  if (typeof value !== "string" || value.length > 60) return false;
  if (LOW_WORD.test(wordOf(value))) return true;
  const words = value.toLowerCase().split(/[^\p{L}]+/u).filter((word) => word !== "");
  return words.some((word) => LOW_WORD.test(word)) &&
    words.every((word) =>
      LOW_WORD.test(word) || /^(?:ok|good|normal|high|full|batt?|battery|tx|s|ch)$/.test(word)
    );
}

function isSetting(path: string, segments: readonly string[]): boolean {
  return [...segments.slice(-5), ...path.split(".").slice(0, -1)].some(isSettings);
}

/** `s1_batt_ok` of a sensor of which `s1_dec_ok` says that nothing was received. */
function isUnheard(prefix: string, reading: Reading): boolean {
  return prefix !== "" && [...reading.fields].some(([path, value]) => {
    const name = leafOf(path);
    return name.startsWith(prefix) && HEARD.test(name.slice(prefix.length)) && isUnset(value);
  });
}

const HEARD = /^(?:dec|valid|present|found|seen|received)(?:ok)?$/;

/** apcupsd and NUT write words of one state beside each other: `ONBATT LOWBATT`, `OB DISCHRG LB`. */
function upsStatus(value: Scalar): Flag | null {
  if (typeof value !== "string" || value.length > 60) return null;
  const said = value.trim().split(/\s+/);
  const isNut = said.every((word) =>
    /^(OL|OB|LB|HB|RB|CHRG|DISCHRG|BYPASS|CAL|OFF|OVER|TRIM|BOOST|FSD|ALARM)$/.test(word)
  );
  const has = (nut: string, apc: string) =>
    isNut && said.includes(nut) || said.some((word) => word.toUpperCase() === apc);
  if (has("LB", "LOWBATT")) return lowBattery;
  if (has("OB", "ONBATT")) return warning("on battery: the mains is gone");
  if (has("RB", "REPLACEBATT")) return warning("its battery is to be replaced");
  if (has("OVER", "OVERLOAD")) return error("more is drawn than it bears");
  if (isNut && said.includes("BYPASS")) {
    return reported("info", "nothing protects what hangs on it");
  }
  if (value.trim() === "SHUTTING DOWN") return error("it shuts down");
  return said.includes("COMMLOST") ? error("its UPS does not answer") : null;
}

function isOfEcowitt({ reading }: Field): boolean {
  return has(reading, "stationtype");
}

/** Whether one tells the gravity of what it swims in, by its tilt. */
function swims({ topic, view }: Field): boolean {
  const told = siblingTopics(view, topic)
    .flatMap((other) =>
      [...other.readings.at(-1)?.fields.keys() ?? []].map((path) => nameOf(path, other.segments))
    );
  return told.includes("gravity") && told.some((one) => /^(tilt|angle)$/.test(one));
}
