import { rememberingEach } from "../../../../payload/remembered.ts";
import { median } from "../../../statistics.ts";
import {
  lastOf,
  leafOf,
  numberIn,
  objectOf,
  type Scalar,
  withoutPlaces,
} from "../../reading/fields.ts";
import { isTextual } from "../../reading/plain_values.ts";
import { endsLong, isSentinel } from "./blank.ts";
import { besideOf } from "../../reading/view.ts";

/** What humidity is called. */
export const HUMIDITY =
  /(?:hum(?:idity|idit[eé]|idade|edad)?|feucht(?:e|igkeit)?|h?umidit[aà]|h?umidade|wilgotno[sś][cć]|vla[zž]nost|vlhkost|vochtigheid|fuktighet|fugtighed|kosteus)(?:\d|air|ar|aria|aire|soil|solo|suolo|suelo)?$|^rh$/;
/** What temperature is called. */
const TEMPERATURE =
  /(?<!at)temp(?!l|t|o(?!ut|r))(?!.*(?:diff|delta|trend|rate|offset|colou?r|comp|count|alarm|mode|unit|status))|celsius|^t(?:in|out|air|water|room)$|(?:outdoor|indoor|room|water|air|flow|return|supply)t$|teplota|lämpötila|lampotila/;

/** A field that holds the value of the record it stands in. */
const VALUE = /^(?:value|val|v|presentvalue|reading|wert|valeur|valor|data|numvalue|vn|fv)$/;
/** Fields that say what a record is of, the best first. */
const NAMING =
  "variable var name objectname n quantity measurand measurement metric parameter param attribute key sensor sensorname sensortype point tag signal field type valuetype label channel id sensorid"
    .split(" ");
/** Fields that say whose a record is. */
const OWNER =
  /^(?:device|deviceid|devicename|devid|deveui|eui|node|nodeid|station|meter|meterid|addr|address|mac|serial|sn|ref)$/;
const UNIT = /^(?:unit|units|uom|u|unitofmeasurement|einheit|unite|unidad)$/;
/** What is measured in a unit. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(?:°\s?[CF]|deg ?[CF]|[CF]|Cel|celsius|fahrenheit)$/i, "temperature"],
  [/^%\s?r\.?[hF]\.?$/i, "humidity"],
  [/^[kMG]?Wh$|^GJ$/i, "energy"],
  [/^(?:hPa|mbar|bar|kPa|psi)$/i, "pressure"],
];

/** What a record says of the value in it. */
interface Named {
  /** As its sender calls it. */
  readonly called: string;
  /** The same as other names of fields are, with what its unit tells: `roomairtemperature`. */
  readonly name: string;
  /** The same for all values of one thing. */
  readonly key: string;
}

/** What a record of name and value calls its value; null where the field is called by itself. */
export function namedIn(fields: ReadonlyMap<string, Scalar>, path: string): Named | null {
  if (!VALUE.test(leafOf(path))) return null;
  const parent = objectOf(path);
  const objects = objectsOf(fields);
  const beside = [...objects.get(parent) ?? [], ...objects.get(`${parent}ref.`) ?? []]
    .filter(([other]) => other !== path);
  const ranked = beside.filter(([other, value]) =>
    typeof value === "string" && value.length <= 60 && /\p{L}/u.test(value) &&
    NAMING.includes(leafOf(other))
  ).sort(([a], [b]) => NAMING.indexOf(leafOf(a)) - NAMING.indexOf(leafOf(b)));
  const what = ranked[0]?.[1] ?? sampledByDefault(beside);
  if (typeof what !== "string") return null;
  const [, phase] = beside.find(([other]) => leafOf(other) === "phase") ?? [];
  const called = typeof phase === "string" ? `${what} ${phase}` : what;
  const quantity = quantityBeside(fields, path);
  const leaf = leafOf(called);
  const whose = ranked.map(([, value]) => value).concat(ownersIn(fields, parent));
  return {
    called,
    name: leaf.includes(quantity) ? leaf : leaf + quantity,
    key: `${withoutPlaces(path)} ${whose.join(" ")}`,
  };
}

/** What OCPP's `sampledValue` is of where it does not say so (OCPP 1.6, section 7.43). */
function sampledByDefault(beside: readonly (readonly [string, Scalar])[]): string | undefined {
  const isSampled = beside.some(([path, value]) =>
    leafOf(path) === "context" && /^(?:Sample|Transaction)\./.test(String(value))
  );
  return isSampled ? "Energy.Active.Import.Register" : undefined;
}

/** What the unit beside a value tells of what it is; empty where it tells nothing. */
export function quantityBeside(fields: ReadonlyMap<string, Scalar>, path: string): string {
  const unit = unitBeside(fields, path);
  return UNITS.find(([one]) => one.test(unit))?.[1] ?? "";
}

/** The unit that a record tells beside its value; empty where it tells none. */
export function unitBeside(fields: ReadonlyMap<string, Scalar>, path: string): string {
  const objects = objectsOf(fields);
  const parent = objectOf(path);
  const beside = [...objects.get(parent) ?? [], ...objects.get(`${parent}ref.`) ?? []];
  const unit = beside.find(([other]) => other !== path && UNIT.test(leafOf(other)))?.[1];
  return String(unit ?? "").trim();
}

/** Whose a message is, by what names a thing in its outermost object and in another; empty where nothing does. */
export function ownersIn(fields: ReadonlyMap<string, Scalar>, parent = ""): Scalar[] {
  const objects = objectsOf(fields);
  const around = parent === "" ? [""] : ["", parent];
  return around.flatMap((one) => objects.get(one) ?? []).filter(([path, value]) =>
    value !== null && typeof value !== "boolean" && OWNER.test(leafOf(path))
  ).map(([, value]) => value);
}

/** The fields of a message by the object they stand in: each record of a long list asks for its own. */
const objectsOf = rememberingEach((fields: ReadonlyMap<string, Scalar>) =>
  Map.groupBy(fields, ([path]) => objectOf(path))
);

/** The number that a value is, or that a text says with or without its unit; null for all else. */
export function numberOf(path: string, value: Scalar): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  const isText = typeof value === "string" && path !== "" && !isTextual(lastOf(path));
  return isText ? numberIn(value) : null;
}

/** What is there to be filled. */
const FILLED =
  /tank|ullage|fuel|diesel|cistern|zisterne|citerne|reservoir|silo|(?<![a-z])well(?![a-z])|bunker|liquid|sump|fill|cuve|mazout|gasoil|heizöl|heizoel|pegel|dep[oó]sito|serbatoio|zbiornik|füllstand|fuellstand|kraftstoff/i;
/** What has a weight of its own. */
const HEAVY = /hive|bee|silo|apiary|ruche|beute/i;
/** What is never nothing where it was something a moment ago. */
const NEVER_ZERO =
  /(?:^|water|air|cur|current|actual|measured|ist|soil|sea|room|out|in|probe|body|oil|coolant|ambient|supply|return)temp(?:erature?|eratur|eratura)?c?$|^celsius$|^ph$|orp|salin|conductiv|^ec$|dissolvedoxygen|^do(?:mgl|sat)?$|batteryvolt(?:age|s)?$|^(?:gps)?(?:lat|lon|lng|latitude|longitude)$/;
/** What is regulated, or rests at zero. */
const CAN_BE_ZERO =
  /set|target|delta|diff|relative|boost|steam|flow|consum|rain|price|(?<![a-z])bins?(?![a-z])|waste|trash|garbage|dust|müll|muell|hopper|feeder|coffee|basket|brightness|dimmer|lamp/;

/** Whether what is called so holds on: it cannot be something now, nothing a moment later. `around` is its topic and path. */
export function isNeverNothing(name: string, around: string): boolean {
  if (CAN_BE_ZERO.test(around.toLowerCase())) return false;
  if (NEVER_ZERO.test(name) || HUMIDITY.test(name)) return true;
  if (
    /^(?:total|pack)?volt(?:age|s)?$/.test(name) &&
    /(?:^|[\/_. ])(?:batt?(?:er(?:y|ies))?|bms|soc|dc)(?![a-z])/i.test(around)
  ) {
    return true;
  }
  return /level|niveau|nivel|livello|pegel|volume|percent|fill|fuel|lit(?:er|re|ro)s?$|^l(?:iters?|itres?)?$|stand$|depth|distance|ullage/
        .test(
          name,
        ) && FILLED.test(around) && !/battery|charge|sound|noise/i.test(name) ||
    /weight|kg$|mass/.test(name) && HEAVY.test(around);
}

/** What a quantity can be, in the unit in which nearly all tell it. */
interface Bounds {
  readonly name: RegExp;
  readonly isBeyond: (value: number) => boolean;
  /** Whether values that are all beyond it are wrong, and not told in another unit. */
  readonly areWrong: (values: readonly number[]) => boolean;
}

const hasFraction = (values: readonly number[]) => values.some((v) => !Number.isInteger(v));
const never = () => false;
/** Of many of them one may be the quantity in tenths; this is none, nor is a byte of nothing on a scale of halves from −64. */
const isNobodys = (value: number) => [-128, -127, -99, -64].includes(value) || value <= -600;
/** What gets colder than any air or water. */
const COLDEST =
  /[ck]r[iy]o|nitr(?:o|ó)gen|stickstoff|azot|(?:^|[^a-z])ln2|dewar|ult(?![a-z])|freez|gefrier|tiefk(?:ü|u)|cong[eé]l|surgel|vriez|vrieskast|frys|mraz|zamra|pakast|-80|dry_?ice|helium|argon|lng|superconduct|dew|frost|space|satell|cubesat|sky|lyo|panel|mars/i;

/** What gets hotter than any heater of a house. */
const HOTTEST =
  /kiln|furnace|exhaust(?!_?(?:air|fan))|(?<![a-z])egt(?![a-z])|pyro|melt|molten|ladle|tundish|crucible|foundry|forge|flame|combust|burner|turbine|sinter|refract|glass|steel|slag|clinker|tiegel|schmelz|gie(?:ß|ss)|brenn(?:ofen|kammer)|hochofen|gl(?:ü|ue)h|abgas|horno|four(?:neau)?(?![a-z])|forno|piec(?![a-z])|plasma|pyrolys|gasif/i;
const MOST_HOT = 3_000;
/** What beside it is so hot is no room, and told in the same unit. */
const LEAST_HOT = 400;

/** Whether values of a temperature are those of a fire: most of them, of the ones that any heater may have. */
export function areHot(name: string, values: readonly number[]): boolean {
  const within = values.filter((value) => value <= 1_200);
  return TEMPERATURE.test(name) && within.length > 0 && median(within) >= LEAST_HOT;
}

/** Whether what is called so takes its time to come to rest, as warmth and moisture do. */
export function isSlowByNature(name: string): boolean {
  return TEMPERATURE.test(name) || HUMIDITY.test(name);
}

/** What the share of a battery that is left is called. */
export const BATTERY = /batter(y|ylevel|ypercent)$|^soc$/;
/** What of a battery is below nothing while it gives: `currentMA.battery`, `power/battery`. */
const FLOWING = /curr|amp(?!le)|power|watt|flow|(?<![a-z])(?:mA|kW|W|A|I|P)(?![a-z])|MA(?![a-z])/;

const MOST_OF_ANY = 1e8;

/** Whether it is bits of another kind of number, told as a whole one; the end of a word may stand for what is not there. */
function isOfOtherBits(value: number): boolean {
  return value > MOST_OF_ANY && !isSentinel(value);
}

const QUANTITIES: readonly Bounds[] = [
  {
    // Less than nothing, read as if it had no sign.
    name: /power(?!_?factor)|watt|volt|^current[abcl]?\d?$/,
    isBeyond: endsLong,
    areWrong: (values) => values.every(endsLong),
  },
  {
    name: HUMIDITY,
    isBeyond: (value) => value > 102 || value <= 0,
    // Whole numbers may be tenths and hundredths; −1 is what is not measured.
    areWrong: (values) =>
      values.every((v) => v < -1 || v === 0 || v > 102 && v < 200) ||
      values.every((v) => v > 0) && hasFraction(values),
  },
  {
    name: BATTERY,
    isBeyond: (value) => value < 0 || (value > 101 && value < 255),
    areWrong: (values) => values.every((v) => v < -1),
  },
  {
    name: TEMPERATURE,
    isBeyond: (value) => value < -60 || value > 1_200,
    areWrong: (values) => hasFraction(values) || values.every(isNobodys),
  },
  {
    name: /^(?:water|pool|soil|tank|current|probe|sensor)?ph(?:value|level|reading)?\d?$/,
    // −1 is what is not measured; whole numbers are tenths and hundredths, and millivolts.
    isBeyond: (value) => value > 14 || value < 0 && value !== -1,
    areWrong: (values) => values.every((v) => v < 0 ? v > -20 : v <= 30) || hasFraction(values),
  },
  {
    // A share, in percent or thousandths.
    name: /power_?factor|^pf\d?$|cos_?phi/,
    isBeyond: (value) => Math.abs(value) > 10_000,
    areWrong: () => true,
  },
  {
    name: /^(?:gps)?lat(?:itude)?$/,
    isBeyond: (value) => value > 90 || value < -90,
    areWrong: (values) => values.every((v) => Math.abs(v) < 1_000),
  },
  {
    name: /^(?:gps)?(?:lon|lng|longitude)$/,
    isBeyond: (value) => value > 360 || value < -180,
    areWrong: (values) => values.every((v) => Math.abs(v) < 1_000),
  },
  // A word of 16 bits at its end, whatever was read before.
  {
    name: /^(?:r?co2|carbondioxide)(?:ppm|level|concentration)?$/,
    isBeyond: (value) => value < 0 && value !== -1 || value >= 65_000,
    areWrong: () => true,
  },
  {
    name: /^wind(?:dir|direction|bearing)(?:deg|degrees)?$/,
    isBeyond: (value) => value > 360 || value < 0 && value >= -1 || value < -180,
    areWrong: never,
  },
  {
    name: /(?:level|fill|fuel|moisture)(?:pct|percent)$/,
    isBeyond: (value) => value > 110 || value < -1,
    areWrong: (values) => values.every((v) => v < -1),
  },
  // None of these is less than nothing; −1 is what is not measured.
  {
    name:
      /^(?:food|water|fuel|diesel|oil|gas|salt|ink|toner|pellets?|paper|filament)?(?:remaining|left)(?:percent|pct|food|water|fuel|ml|g|kg)?$|^(?:eco2|tvoc|pm(?:1|25|10|4)(?:ugm3)?|lux|illuminance|fertility|uvindex)$|^(?:hourly|daily|weekly|monthly|yearly|event|day|hour|week|month|year)?(?:rain(?:fall)?|precip(?:itation)?|regen(?:menge)?|niederschlag|pluie|lluvia|pioggia|chuva|neerslag)(?:rate|amount|accumulated)?(?:mm|in|[hdwmy]|hr|mon|hour(?:ly)?|daily|(?:day|week|month|year)(?:ly)?|1h|24h){0,2}$|^wind(?:speed|gust|avg|max){1,2}(?:ms|kmh|mph|kn|metersec)?$|moist(?:ure)?(?:pct|percent)?$|(?:tank|fuel|oil|water|fill)?level(?:cm|mm|pct|percent)$|(?:tank|fuel|oil|fill)levelm$|^distance(?:cm|mm|m)$/,
    isBeyond: (value) => value < 0 && value !== -1 || isOfOtherBits(value),
    areWrong: (values) => values.every((v) => v < -1 || isOfOtherBits(v)),
  },
  {
    // What is loaded, driven or compared may be more than all of it.
    name:
      /^(?!.*(?:load|cpu|usage|output|power|torque|speed|rate|effic|yield|goal|target|change|diff|delta|trend|scale|zoom|price|margin|profit)).*(?:pct|percent|percentage|prozent)$/,
    isBeyond: (value) => value > 110,
    areWrong: never,
  },
];

/** Which of the values no such quantity can be; null where none is, or all may be in another unit. */
export function impossibleIn(
  { name, path, values, around, fields, isLost, isHot }: {
    name: string;
    path: string;
    values: readonly number[];
    around: string;
    fields: ReadonlyMap<string, Scalar>;
    /** Whether a temperature of the same device is lost. */
    isLost: boolean;
    /** Whether one is that of a fire. */
    isHot: boolean;
  },
): number[] | null {
  const series = { name, path, values };
  if (isNoAir(series, fields) || areBeyondChip(series, fields)) return values.map((_, i) => i);
  const bounds = QUANTITIES.find((one) => one.name.test(name));
  if (bounds === undefined) return null;
  const at = values.flatMap((value, i) => bounds.isBeyond(value) ? [i] : []);
  if (at.length === 0 || bounds.name === TEMPERATURE && isExtreme(values, around, isHot)) {
    return null;
  }
  if (bounds.name === BATTERY && FLOWING.test(around)) return null;
  if (bounds.name === HUMIDITY && values.every((v) => v === 0) && isUnused(path, fields)) {
    return null;
  }
  // A humidity of −1 may not be measured at all, but not beside a temperature that is lost.
  if (isLost && bounds.name === HUMIDITY) return at;
  // What is also in its bounds is in its unit.
  const isUnder = bounds.name !== TEMPERATURE && at.length < values.length &&
    at.every((i) => values[i] < -1);
  return at.length <= values.length / 2 || isUnder || bounds.areWrong(values) ? at : null;
}

/** What the air weighs. */
export const AIR = /^(?:air|baro|baromet(?:er|ric)|atm(?:ospheric)?)?pressure(?:hpa|mbar)?$/;
const LEAST_NO_AIR = 5;
/** What the carbon dioxide of air is called. */
export const CARBON = /^(?:r?co2|carbondioxide)(?:ppm|level|concentration)?$/;
/** Chips that measure it, each with its own temperature. */
const OF_CARBON = /(?:^|\.)(?:mhz\d|scd\d|senseair|s8|t67)[^.]*\.[^.]*$/i;
/** A cell that warms up tells 0 for a while. */
const LEAST_NO_CARBON = 10;
/** What may be nothing beside it where a place in a message is not used. */
const NOT_USED = /co2|voc|gas|iaq|lux|illum|light|(?:^|[._])pm\d|wind|rain|uv|noise|altitude/i;

/** Whether it is of the air whose temperature and humidity stand beside it, and all the time 0: its pressure, or its carbon dioxide. */
function isNoAir(
  { name, path, values }: { name: string; path: string; values: readonly number[] },
  fields: ReadonlyMap<string, Scalar>,
): boolean {
  const least = AIR.test(name) ? LEAST_NO_AIR : CARBON.test(name) ? LEAST_NO_CARBON : Infinity;
  if (values.length < least || values.some((value) => value !== 0)) return false;
  const beside = besideOf(path, { fields }).filter(([, value]) => typeof value === "number");
  const isRead = (quantity: RegExp) =>
    beside.some(([other, value]) => quantity.test(leafOf(other)) && value !== 0);
  return (isRead(HUMIDITY) || OF_CARBON.test(path)) && isRead(TEMPERATURE) &&
    !beside.some(([other, value]) => value === 0 && NOT_USED.test(other));
}

/** Chips that measure air and are read by a bus, by which firmware calls what they tell. */
const CHIP =
  /(?:^|[._\/-])(?:bm[ep]\d{3}|dht\d\d|am23\d\d|sht[234c]\w?|htu\d\d|si70\d\d|aht\d\w|hdc\d{4}|lps\d\d\w{0,2}|hp303b|dps310|ms5611|ds18[bs]20|lm75\w{0,2}|mcp9808)(?![a-z])/i;
/** What converters of probes tell of one that is not there (°C). */
const OPEN_PROBE = /max31865|max6675|max31855/i;
const OF_OPEN_PROBE = new Set([988.79, 988.8, -242.02, 1023.75]);
/** None of them stands so much heat (°C), and none was ever under more air (hPa). */
const LEAST_TOO_HOT = 130;
const MOST_OF_AIR = 1_110;
/** What is more is no air in hPa, but in another unit; in none of them it is told by a number between the other two. */
const MOST_IN_HPA = 2_000;
const IN_NO_UNIT = [120, 300] as const;
/** Where a humidity is measured no air is so hot, in °F either; and where there is some, it is less. */
const MOST_BESIDE_HUMIDITY = 500;
const MOST_IN_MOIST_AIR = 190;
const MOIST = 35;

/** Whether all of it is what no air can be, or what the chip that it is named after cannot measure: its calibration is not read. */
function areBeyondChip(
  { name, path, values }: { name: string; path: string; values: readonly number[] },
  fields: ReadonlyMap<string, Scalar>,
): boolean {
  const unitOf = (of: string) =>
    String([...fields].find(([other]) => leafOf(other) === of)?.[1] ?? "");
  if (AIR.test(name)) {
    const areWithin = (least: number, most: number) =>
      values.every((value) => value > least && value < most);
    return CHIP.test(path) && /^(?:hpa|mbar|)$/i.test(unitOf("pressureunit")) &&
      (areWithin(MOST_OF_AIR, MOST_IN_HPA) || areWithin(...IN_NO_UNIT));
  }
  if (!TEMPERATURE.test(name)) return false;
  if (OPEN_PROBE.test(path) && values.every((value) => OF_OPEN_PROBE.has(value))) return true;
  const humidity = values.every((value) => value > MOST_IN_MOIST_AIR)
    ? besideOf(path, { fields }).find(([other, value]) =>
      HUMIDITY.test(leafOf(other)) && typeof value === "number" && value > 0 && value <= 100
    )?.[1]
    : undefined;
  if (humidity !== undefined) {
    return Number(humidity) > MOIST || values.every((value) => value > MOST_BESIDE_HUMIDITY);
  }
  return CHIP.test(path) && unitOf("temperatureunit") !== "F" &&
    values.every((value) => value >= LEAST_TOO_HOT);
}

/** Whether there may be no sensor of humidity: in a thermostat, or on a place of which all is nothing. */
function isUnused(path: string, fields: ReadonlyMap<string, Scalar>): boolean {
  return [...fields].some(([other, value]) =>
    other !== path &&
    (/set|target|current_|actual|mode/i.test(other) ||
      objectOf(other) === objectOf(path) && (value === 0 || value === false || value === null))
  );
}

/** Whether values beyond the cold of any air, or the heat of any house, are ordinary there. */
function isExtreme(values: readonly number[], around: string, isHot: boolean): boolean {
  const cold = /(?:^|[^a-z])f$|fahr|tempf/i.test(around) ? -130 : -60;
  const least = COLDEST.test(around) ? -270 : cold;
  const most = isHot || HOTTEST.test(around) ? MOST_HOT : 1_200;
  return values.every((value) => value > least && value < most);
}
