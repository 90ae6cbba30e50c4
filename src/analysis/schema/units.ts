/** Units guessed from a field's name and, where the name leaves it open, from its range. */

/** A range of observed numbers. */
interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** Splits `camelCase`, `PascalCase`, `kebab-case` and `snake_case` into lower-case `snake_case`. */
export function toSnakeCase(name: string): string {
  return name
    .slice(0, 128)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
}

/** Suffixes that name the unit itself (`interval_ms`), tried before the quantity. */
const SUFFIXES: ReadonlyMap<string, string> = new Map([
  ["celsius", "°C"],
  ["degc", "°C"],
  ["fahrenheit", "°F"],
  ["degf", "°F"],
  ["kelvin", "K"],
  ["ms", "ms"],
  ["msec", "ms"],
  ["millis", "ms"],
  ["us", "µs"],
  ["sec", "s"],
  ["secs", "s"],
  ["seconds", "s"],
  ["minutes", "min"],
  ["hours", "h"],
  ["days", "d"],
  ["pct", "%"],
  ["percent", "%"],
  ["percentage", "%"],
  ["hpa", "hPa"],
  ["kpa", "kPa"],
  ["pa", "Pa"],
  ["mbar", "mbar"],
  ["psi", "psi"],
  ["mv", "mV"],
  ["volt", "V"],
  ["volts", "V"],
  ["ma", "mA"],
  ["amp", "A"],
  ["amps", "A"],
  ["kw", "kW"],
  ["watt", "W"],
  ["watts", "W"],
  ["wh", "Wh"],
  ["kwh", "kWh"],
  ["va", "VA"],
  ["var", "var"],
  ["dbm", "dBm"],
  ["db", "dB"],
  ["ppm", "ppm"],
  ["ppb", "ppb"],
  ["ugm3", "µg/m³"],
  ["lux", "lx"],
  ["lx", "lx"],
  ["hz", "Hz"],
  ["khz", "kHz"],
  ["mhz", "MHz"],
  ["ghz", "GHz"],
  ["mm", "mm"],
  ["cm", "cm"],
  ["km", "km"],
  ["meters", "m"],
  ["metres", "m"],
  ["kmh", "km/h"],
  ["mph", "mph"],
  ["rpm", "rpm"],
  ["bytes", "B"],
  ["kb", "kB"],
  ["mb", "MB"],
  ["gb", "GB"],
  ["kg", "kg"],
  ["grams", "g"],
  ["liters", "l"],
  ["litres", "l"],
]);

/** Units as they are written, prefix and all: `pressure_hPa`, `powerkW`, `rssi_dBm`. Longer ones first. */
const WRITTEN: readonly (readonly [string, string])[] = [
  ["kvarh", "kvarh"],
  ["kVAr", "kvar"],
  ["kVA", "kVA"],
  ["inHg", "inHg"],
  ["mbar", "mbar"],
  ["mmHg", "mmHg"],
  ["kWh", "kWh"],
  ["MWh", "MWh"],
  ["GWh", "GWh"],
  ["mAh", "mAh"],
  ["kHz", "kHz"],
  ["MHz", "MHz"],
  ["GHz", "GHz"],
  ["dBm", "dBm"],
  ["dBi", "dBi"],
  ["hPa", "hPa"],
  ["kPa", "kPa"],
  ["MPa", "MPa"],
  ["VAr", "var"],
  ["KiB", "KiB"],
  ["MiB", "MiB"],
  ["Wh", "Wh"],
  ["Ah", "Ah"],
  ["Hz", "Hz"],
  ["dB", "dB"],
  ["kW", "kW"],
  ["MW", "MW"],
  ["mW", "mW"],
  ["mV", "mV"],
  ["kV", "kV"],
  ["mA", "mA"],
  ["uA", "µA"],
  ["kB", "kB"],
  ["MB", "MB"],
  ["GB", "GB"],
  ["VA", "VA"],
  ["°C", "°C"],
  ["°F", "°F"],
];

/** The unit that a name ends in as people write it; where its case is the sign, it needs one before it. */
function writtenUnit(name: string): string | null {
  const found = WRITTEN.find(([written]) => name.endsWith(written));
  if (found === undefined) return null;
  const [written, unit] = found;
  const before = name.at(-written.length - 1);
  if (before === undefined) return null;
  const isApart = /[^A-Za-z]/.test(before);
  // `YIELDMW` and `BMW` are words in capitals.
  return isApart || /[a-z]/.test(before) ? unit : null;
}

/** Units of two words (`flow_m3_h`, `wind_m_s`), tried first. */
const TWO_WORDS: ReadonlyMap<string, string> = new Map([
  ["m3_h", "m³/h"],
  ["m3_s", "m³/s"],
  ["l_h", "l/h"],
  ["l_min", "l/min"],
  ["l_s", "l/s"],
  ["kg_h", "kg/h"],
  ["km_h", "km/h"],
  ["m_s", "m/s"],
  ["mm_h", "mm/h"],
  ["mm_s", "mm/s"],
  ["w_m2", "W/m²"],
  ["g_m3", "g/m³"],
  ["mg_m3", "mg/m³"],
  ["ug_m3", "µg/m³"],
  ["us_cm", "µS/cm"],
]);

/** Short suffixes mean a unit only after a quantity they fit (`temp_f`, `uptime_s`, `oil_pressure_bar`). */
const SHORT_SUFFIXES: ReadonlyMap<string, readonly [RegExp, string]> = new Map([
  ["c", [/temp/, "°C"]],
  ["f", [/temp/, "°F"]],
  ["s", [/time|interval|age|duration|delay|timeout|period/, "s"]],
  ["v", [/volt|batt|supply/, "V"]],
  ["a", [/curr/, "A"]],
  ["w", [/pow|load|solar|grid/, "W"]],
  ["m", [/dist|height|alt|depth|level/, "m"]],
  ["bar", [/press|vacuum|suction|boost/, "bar"]],
  ["m3", [/vol|gas|water|flow|consum|total|meter/, "m³"]],
  ["in", [/rain|precip|snow|depth|level|dist/, "in"]],
  ["inch", [/rain|precip|snow|depth|level|dist/, "in"]],
  ["ft", [/dist|height|alt|depth|level/, "ft"]],
  ["hg", [/in_hg$/, "inHg"]],
  ["lpm", [/flow|pump|water|coolant|air/, "l/min"]],
]);

type Quantity = readonly [name: RegExp, unit: string | ((range: NumberRange) => string | null)];

const QUANTITIES: readonly Quantity[] = [
  // Ecowitt's and Shelly's names: `tempf`, `tempinf`, `temp1f`, `tC`.
  [/(?:temp|tempin|temp\d|dew_?point|wind_?chill|heat_?index|feels_?like)f$/, "°F"],
  [/(?:temp|tempin|temp\d|dew_?point|wind_?chill|heat_?index|feels_?like)c$/, "°C"],
  [/(?:^|_)t_c$/, "°C"],
  [/(?:^|_)t_f$/, "°F"],
  [/(?:^|_)(?:lux|lx)$/, "lx"],
  // OpenDTU and AhoyDTU.
  [/(?:^|_)yield_total$/, "kWh"],
  [/(?:^|_)yield_day$/, "Wh"],
  [/(?:^|_)colou?r_temp(?:erature)?$/, (range) => range.max > 1000 ? "K" : "mired"],
  [/(?:^|_)(?:temp|temperature|dew_?point|tempc)(?:_|\d|$)/, temperatureUnit],
  // 0 to 1 may be a share, beyond 100 it is what a converter reads.
  [/(?:^|_)(?:humidity|rh|moisture|soil_moisture)(?:_|\d|$)/, within(1, 102, "%")],
  [/(?:^|_)(?:pressure|barometer|baro)(?:_|\d|$)/, pressureUnit],
  [/(?:^|_)(?:battery|soc|battery_level|charge)$/, percentOnly],
  [/(?:^|_)(?:voltage|vcc|vbat|vbatt)(?:_|\d|$)/, (range) => range.min > 1000 ? "mV" : "V"],
  // Hundreds may be milliamperes.
  [/(?:^|_)(?:current|amperage)(?:_|\d|$)/, within(0, 150, "A")],
  [/(?:^|_)apparent_power$/, "VA"],
  [/(?:^|_)reactive_power$/, "var"],
  [/(?:^|_)power_?factor$/, (range) => range.max <= 1 ? "ratio" : null],
  // A few may be watts of standby or kilowatts.
  [/(?:^|_)(?:power|apower)(?:_|\d|$)/, within(25, Infinity, "W")],
  // Watt-hours with some, kilowatt-hours with others, at any figure; a load is a share, an average or watts.
  [/(?:^|_)(?:energy|load|consumption)(?:_|\d|$)/, () => null],
  [/(?:^|_)(?:rssi|wifi_signal|signal_strength)$/, (range) => range.max <= 0 ? "dBm" : null],
  [/(?:^|_)snr$/, "dB"],
  [/(?:^|_)(?:linkquality|link_quality|lqi)$/, "lqi (0–255)"],
  [/(?:^|_)(?:illuminance|illumination|illuminance_lux)(?:_|$)/, "lx"],
  [/(?:^|_)(?:co2|eco2|carbon_dioxide)$/, "ppm"],
  // Up to 500 it may be an index.
  [/(?:^|_)(?:voc|tvoc)$/, within(500, Infinity, "ppb")],
  [/(?:^|_)pm_?(?:1|2_?5|10|1_0|25)$/, "µg/m³"],
  // Ten years in seconds, or days in milliseconds.
  [/(?:^|_)(?:uptime|uptime_sec)$/, within(-1, 3e8, "s")],
  [
    /(?:^|_)(?:lat|latitude|lon|lng|longitude|heading|bearing|azimuth|elevation|wind_dir|wind_direction)$/,
    "°",
  ],
  [
    /(?:^|_)(?:freq|frequency)$/,
    (range) => range.min >= 40 && range.max <= 70 || range.min >= 1e6 ? "Hz" : null,
  ],
  // A little may be inches.
  [/(?:^|_)(?:rain|rainfall|precipitation)(?:_|$)/, within(5, Infinity, "mm")],
  [/(?:^|_)(?:heap|freeheap|free_heap|free_memory|ram_free)$/, "B"],
];

/**
 * The unit a field's last name suggests, or null. A guess: said as such wherever it is shown.
 * Without a range only names that leave no choice are answered.
 */
export function guessUnit(name: string, range: NumberRange): string | null {
  const written = writtenUnit(name.slice(-128));
  if (written !== null) return written;
  const words = toSnakeCase(name);
  const cut = words.lastIndexOf("_");
  const suffix = words.slice(cut + 1);
  const before = words.lastIndexOf("_", cut - 1);
  const twoWords = before > 0 ? TWO_WORDS.get(words.slice(before + 1)) : undefined;
  if (twoWords !== undefined) return twoWords;
  const named = SUFFIXES.get(suffix);
  if (named !== undefined && (cut > 0 || suffix.length > 3)) return named;
  const short = SHORT_SUFFIXES.get(suffix);
  if (short !== undefined && cut > 0 && short[0].test(words)) return short[1];
  for (const [pattern, unit] of QUANTITIES) {
    if (pattern.test(words)) return typeof unit === "string" ? unit : unit(range);
  }
  return null;
}

const STATE_NAME =
  /^(?:state|status|availability|available|online|lwt|connected|connection|set|get|command|cmd|value|mode|action|event|power|switch|relay|contact|occupancy|motion|presence|version|firmware|name|ip|mac|ssid|config|json|raw|result|response|info|log|error|count|total|setpoint|target|brightness|position|level|weight|speed|flow|volume|wind|uv|ph|smoke|leak|water|gas|door|window|lock|alarm|tamper)$/;

/** Whether a topic level names what is measured (`temperature`, `state`) and not who measures it. */
export function namesQuantity(level: string): boolean {
  const words = toSnakeCase(level);
  return STATE_NAME.test(words) || guessUnit(level, { min: -1, max: -1 }) !== null ||
    QUANTITIES.some(([pattern]) => pattern.test(words));
}

function temperatureUnit(range: NumberRange): string | null {
  if (range.min > 250 && range.max < 340) return "K";
  // Above, it may be °F, a machine in °C, or tenths of a degree.
  return range.min >= -90 && range.max <= 60 ? "°C" : null;
}

/** The unit where the greatest value is over `over` and not over `most`. */
function within(over: number, most: number, unit: string): (range: NumberRange) => string | null {
  return ({ max }) => max > over && max <= most ? unit : null;
}

function pressureUnit(range: NumberRange): string | null {
  if (range.min >= 700 && range.max <= 1200) return "hPa";
  if (range.min >= 70 && range.max <= 120) return "kPa";
  if (range.min >= 70_000 && range.max <= 120_000) return "Pa";
  return null;
}

/** Up to 16 a battery's figure may be volts or bars, up to 1 a share. */
function percentOnly(range: NumberRange): string | null {
  return range.min >= 0 && range.max <= 100 && range.max > 16 ? "%" : null;
}
