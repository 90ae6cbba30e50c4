import type { Scalar } from "../../fields.ts";
import { reported, type Rule } from "./flag.ts";
import { type FlagNames, flags, type NamedValue } from "./flag_names.ts";
import {
  NEEDS_CARE_ELSEWHERE,
  NOT_NOW_ELSEWHERE,
  STANDS_STILL_ELSEWHERE,
  STATE_ELSEWHERE,
} from "./other_languages.ts";
import { BROKEN, PART_VALUES, TRIES } from "./part_words.ts";
import { MACHINE_NEEDS_CARE, MACHINE_STANDS_STILL, MACHINE_VALUES } from "./machine_names.ts";

/** What a name says of its value, in the reader's words. */
interface NamedTrouble {
  readonly severity: "error" | "warning";
  readonly what: string;
}

/** Beside one of these a name speaks of what was, may be, or shall be told. */
const NOT_NOW =
  /(?:^|_)(?:last|prev|previous|hist|history|past|ever|max|min|count|counts|counter|counts|enable|enabled|disable|disabled|config|configuration|settings?|support|supported|supports|capability|capabilities|features?|threshold|limit|limits|test|simulated|simulation|clear|cleared|reset|ack|mask|allow|allowed|permissions?|command|cmd|schedule|auto|detection|sensitivity|delay|timeout|notify|notification|notifications|by_user|anti|options?|thresholds|defaults?|template|expected|target|desired|requested)(?:_|$)/;

/** Names of flags which when up tell that their thing does not work, or must not go on. */
const STANDS_STILL: readonly FlagNames[] = [
  [
    flags(
      "(?:over|under)_?(?:drive|load|loaded|heat|heated|heating|temp|temperature|current|voltage|volt|pressure|speed|power|torque|travel|weight)",
    ),
    "a protection tripped",
  ],
  [
    flags(
      "(?:breaker|overload|relay|fuse|rcd|gfci|channel|motor|pump|drive|interlock)_(?:trip|tripped|blown)|thermal_shutdown|bus_off",
    ),
    "it protects itself",
  ],
  [
    flags(
      "jam|jammed|stuck|stall|stalled|clog|clogged|seized|derailed|occlusion|occluded|choked",
    ),
    "something moves no more",
  ],
  [
    flags(
      "(?:motor|pump|brush|wheel|fan|rotor|impeller|conveyor|door|gate|nozzle|valve|drain|filter|inlet|outlet|auger|shaft|vent|airflow|lidar|spindle|belt|feeder|tube|line|path|obstacle|robot)_(?:blocked|blockage)|blocked_path",
    ),
    "something is in the way",
  ],
  [
    flags(
      "(?:e_?stop|emergency_stop|emergency_button)(?:_(?:pressed|engaged|triggered|activated))?",
    ),
    "an emergency stop",
  ],
  [
    flags(
      "(?:ac|mains|grid|supply|comms?|communication|connection|localization|localisation|heartbeat|flame|pilot|encoder|tracking)_(?:lost|loss|failed|missing)|(?:lost|no)_(?:localization|localisation|communication|heartbeat)|(?:rc|signal|echo|carrier|phase|gps|gnss|telemetry)_lost|loss_of_(?:echo|signal|communication|power|phase|flow|vacuum|flame|lock|carrier|sync)|failsafe_(?:active|engaged|triggered)|(?:leads?|probe|electrode)_off",
    ),
    "something is lost",
  ],
  [
    flags(
      "short_?circuit|(?:relay|contactor?|contact)_(?:welded|stuck)|welded_(?:relay|contact|contactor)",
    ),
    "a short circuit or a contact that does not open",
  ],
  [
    flags(
      "(?:compressor|burner|boiler|ignition|pressure|motor|safety|heater)_lock_?out|(?:valve|motor|pump|drive|module|node|slave|meter|sensor)_(?:not_responding|no_response|unresponsive)|(?:supervision|loop_signal|wire_signal|perimeter_signal)_(?:lost|loss|missing|failure|failed)|wire_(?:missing|broken|cut)|pump_dry|boil_dry|dry_boil|trapped|upside_down|turned_over",
    ),
    "it cannot do its work",
  ],
  [
    flags(
      "(?:siren|panel|zone|keypad|cover|case|lid|enclosure|housing|detector|expander|bell)_tamper(?:ed)?",
    ),
    "somebody opened it",
  ],
  [flags("(?:disk|memory|storage|flash|sd_?card|fs)_full"), "no space is left"],
  [flags("(?:ups|running|operating)_on_battery"), "on battery: the mains is gone"],
  [flags("leak|leakage|leaking"), "a leak"],
  [flags("cavitation|collision|(?:temperature_)?excursion"), "what nobody wants"],
  [flags("(?:is_|detected_)?anomaly|anomalous"), "an anomaly was detected"],
  [
    flags("(?:tank|sump|cistern|basin|water|pan|drain|condensate|well)_(?:overflow|overflowed)"),
    "something runs over",
  ],
  [flags("door_(?:held_open|left_open|forced)"), "a door stands open"],
  ...MACHINE_STANDS_STILL,
  ...STANDS_STILL_ELSEWHERE,
];

/** What is used up, and where it is kept. */
const SUPPLY =
  "salt|ink|toner|paper|filament|labels?|ribbon|pellets?|food|kibble|litter|sand|beans?|milk|detergent|softener|rinse_?aid|soap|acid|chlorine|bromine|chemicals?|fertili[sz]er|nutrients?|fuel|wood|reagent|fragrance|(?:clean_?)?water_?(?:tank|box)|clean_?water|reservoir|ato|hopper|canister|cartridge";

/** What holds the states of several of them: `supplies.black.status`. */
const SUPPLIES = /^(?:supplies|consumables|cartridges|toners?|inks?)$/;

const USED_UP =
  /^(?:low|very_low|empty|nearly_empty|almost_empty|lack|lacking|out|depleted|exhausted)$/;

/** What is filled by what is thrown away. */
const WASTE =
  "(?<!ice_)bin|dust_?bin|dust_?box|dust_?bag|waste|waste_water|dirty_?water(?:_?tank|_?box)?|drip_?tray|grounds|cash_?box|coin_?box|drawer|waste_drawer|bucket|ash(?:_?box|_?pan|_?drawer|_?tray)?";

/** The same of what somebody has to see to. */
const NEEDS_CARE: readonly FlagNames[] = [
  [
    flags(
      `(?:${SUPPLY}|tank|bottle)_(?:is_)?(?:nearly_|almost_)?(?:low|out|empty|lack|lacking|shortage|depleted|exhausted|expired|used_up)|(?:low|lack_of|out_of)_(?:${SUPPLY})|water_(?:lack|lacking|shortage)|lack_water|desiccant_(?:expired|exhausted|used_up)`,
    ),
    "it needs to be filled",
  ],
  [
    flags(
      "(?:dust_?bin|dust_?box|bin|tank|water_tank|water_box|bucket|cartridge|bonnet|drawer)_(?:missing|removed|not_installed|not_present)",
    ),
    "a part of it is missing",
  ],
  [
    flags(
      "(?:paper|filament|ink|toner|ribbon|label|salt|oil|pellets?|coolant|reagent|soap)_(?:out|runout|run_out|empty|end)|(?:adblue|def|coolant|oil|feed|(?:washer|brake)_fluid)_(?:low|empty)|out_of_(?:change|paper|filament|ink|toner|labels?|salt|oil|pellets?|coolant|reagent)|no_(?:paper|filament|oil|coolant|pellets)",
    ),
    "it needs to be filled",
  ],
  [
    flags(
      "(?:low|insufficient)_(?:oil|coolant|fluid|refrigerant|lubrication|hydraulic|tyre|tire|brake|air|water|supply|gas)_?(?:level|pressure|flow)?|low_(?:pressure|flow|airflow|vacuum|voltage)|voltage_low|(?:oil|coolant|water|air|gas|hydraulic|refrigerant)_(?:level|pressure|flow)_low|no_(?:flow|airflow|water_flow)|air_in_line",
    ),
    "something is too low",
  ],
  [
    flags(
      "(?:maintenance|service|cleaning|calibration|repair|replacement|descaling|refill|inspection|regeneration)_(?:required|needed|due|overdue)|(?:needs?|requires?)_(?:maintenance|service|cleaning|calibration|repair|replacement|descaling|refill)",
    ),
    "it needs care",
  ],
  [
    flags(
      "(?:filter|brush|nozzle|drain|lens|optics|window|cell|electrode|chamber|sensor|battery|camera|detector|probe)_(?:clogged|dirty|replace|worn|soiled|fouled|contaminated|expired)|filter_(?:change|sign|exchange)|(?:sensor|camera|lidar|radar)_(?:blind|blinded|covered)|(?:replace|change|clean|check)_(?:filter|battery|brush|lamp|cell|electrode|sensor|probe)",
    ),
    "it needs care",
  ],
  [
    flags(`(?:${WASTE}|stacker)_full`),
    "it needs to be emptied",
  ],
  ...MACHINE_NEEDS_CARE,
  ...NEEDS_CARE_ELSEWHERE,
];

const VALUES: readonly NamedValue[] = [
  {
    name:
      /(?:^|_)(?:comms?|communication|connection|localization|localisation|heartbeat|sync|tracking|link)(?:_(?:state|status))?$/,
    value: /^(?:lost|failed|timed_out|timeout|dead)$/,
    what: "something is lost",
  },
  {
    name:
      /(?:^|_)(?:ac|mains|grid|utility|line)(?:_(?:power|supply|input))?(?:_(?:state|status))?$/,
    value: /^(?:lost|failed|failure|fail|outage|blackout)$/,
    what: "the mains is gone",
  },
  {
    name:
      /(?:^|_)(?:wan|uplink|internet|backhaul|ppp|lte|cellular)(?:_(?:link|connection|iface|interface))?(?:_(?:state|status))?$/,
    value: /^(?:down|disconnected|offline|failed)$/,
    what: "its way out is gone",
  },
  {
    name: new RegExp(`(?:^|_)(?:${SUPPLY})(?:_(?:level|state|status|supply))?$`),
    value: USED_UP,
    what: "it needs to be filled",
  },
  {
    name: new RegExp(`(?:^|_)(?:${WASTE})(?:_(?:level|state|status))?$`),
    value: /^full$/,
    what: "it needs to be emptied",
  },
  {
    name:
      /(?:^|_)(?:pressure_switch|breaker|fuse|thermostat|limiter|stb|rcd|gfci|interlock|high_limit|thermal_cut_?out)(?:_(?:state|status))?$/,
    value: /^(?:tripped|blown|lock_?out|locked_out)$/,
    what: "a protection tripped",
  },
  {
    name:
      /(?:^|_)(?:zone|solenoid|valve|coil|output|load|station|string|heater|element)(?:_(?:state|status))?$/,
    value: /^(?:short|shorted|short_circuit|open_circuit)$/,
    what: "its wire or its coil is broken",
  },
  {
    name: /(?:^|_)(?:zone|siren|keypad|panel|lid|cover|enclosure|housing)$/,
    value: /^tamper(?:ed)?$/,
    what: "somebody opened it",
  },
  {
    name:
      /(?:^|_)(?:phone_line|telephone_line|siren|bell|charger|power_supply|psu|fan|pump|motor|heater|compressor|sd|sd_?card|modem|radio|lora|flash|eeprom|imu|compass|lidar)$/,
    value: /^(?:fault|trouble|error)$/,
    what: "a part of it is broken",
  },
  {
    name:
      /(?:^|_)(?:bme|bmp|sht|dht|scd|sgp|ccs|tsl|bh|ds|am|htu|aht|mhz|pms|sds|veml|ina|ads|mcp|rtc)(?:_[a-z])?$/,
    value: /^(?:not_found|missing|not_connected|not_detected|no_response)$/,
    what: "a sensor or its cable is broken",
  },
  {
    name: /(?:^|_)ups(?:_[a-z]{1,12}){0,2}_(?:state|status)$/,
    value: /^(?:on_?battery|on_?bypass|battery_?mode|discharging)$/,
    what: "on battery: the mains is gone",
  },
  {
    name: /(?:^|_)antenna(?:_(?:state|status))?$/,
    value: /^(?:short|open|disconnected|not_connected|fault|missing)$/,
    what: "its antenna or the cable to it is broken",
  },
  {
    name:
      /(?:^|_)(?:creg|cereg|(?:network_|net_|lte_|gsm_)?reg(?:istration)?(?:_(?:state|status))?)$/,
    value: /^(?:denied|registration_denied|not_registered|unregistered|rejected)$/,
    what: "no network takes it",
  },
  {
    name: /(?:^|_)sim(?:_?card)?(?:_(?:state|status))?$/,
    value:
      /^(?:puk|sim_puk|puk_required|puk_locked|not_inserted|sim_not_inserted|no_sim|sim_error|error|failure|sim_failure|missing|absent|blocked)$/,
    what: "its SIM card cannot be used",
  },
  {
    name: /(?:^|_)(?:state|status|mode|flight_mode|opmode)$/,
    value: /^(?:fail_?safe|lock_?out|locked_out|limp_mode|limp_home)$/,
    what: "it protects itself",
  },
  {
    name:
      /(?:^|_)(?:health|raid|array|disk|drive|pool|volume|storage|zpool)(?:_(?:state|status|health))?$/,
    value: /^(?:bad|degraded|failing|critical|unhealthy|full|crashed|suspended|unavail|faulted)$/,
    what: "a state that nobody wants",
  },
  {
    name: /(?:^|_)(?:health|readiness)(?:_(?:state|status))?$/,
    value: /^(?:not_ready|disconnected|error|failed)$/,
    what: "a state that nobody wants",
  },
  {
    name: /(?:^|_)(?:probe|thermocouple|thermistor|sensor|pt_?100\d?)(?:_(?:state|status))?$/,
    value:
      /^(?:open|open_circuit|short|shorted|not_connected|unplugged|disconnected|lost|not_found)$/,
    what: "a sensor or its cable is broken",
  },
  ...MACHINE_VALUES,
  ...PART_VALUES,
];

/** Trouble in the very name of a field, which no other rule knows. */
export const NAME_RULES: readonly Rule[] = [
  ({ path, value, topic }) => {
    const named = namedTrouble([...topic.segments.slice(-2), ...path.split(".")], value);
    return named === null ? null : reported(named.severity, named.what);
  },
];

function isNotNow(level: string): boolean {
  return NOT_NOW.test(level) || NOT_NOW_ELSEWHERE.test(level);
}

/** `motorJammed` → `motor_jammed`, `PSU2 Status` → `psu_status`. */
function snake(text: string): string {
  return text.slice(0, 80)
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, "_")
    .replace(/^_|_$/g, "");
}

/** Levels and keys that only hold what the one above them names. */
const HOLDERS = /^(?:value|val|v|state|status|active|on|present|current)$/i;

/**
 * The trouble that the name of a field tells together with its value, for devices of all makers: a flag of a fault that
 * is up, a part that calls itself broken. `levels` are the names from the outside in, the field's own last.
 */
export function namedTrouble(levels: readonly string[], value: Scalar): NamedTrouble | null {
  // Most fields are measurements: of these no name is read.
  const isRaised = isUp(value);
  if (!isRaised && (typeof value !== "string" || value.length > 40)) return null;
  const told = levels.slice(-4).map(snake).filter((level) => level !== "");
  const own = told.at(-1) ?? "";
  if (own === "" || told.slice(-3).some(isNotNow)) return null;
  const named = HOLDERS.test(own) && told.length > 1 ? told.at(-2) ?? own : own;
  const flag = isRaised ? ofFlag(named) ?? ofAlarm(told.at(-2) ?? "", own) : null;
  if (flag !== null) return flag;
  if (typeof value !== "string" || value.length > 40) return null;
  const word = snake(value);
  const whole = named === own ? own : `${named}_${own}`;
  if (word === "" || NOT_NOW.test(word)) return null;
  // `{"state": {"Tripped": "Reflected"}}`: a state with its detail.
  if (/(?:^|_)(?:state|status)$/.test(told.at(-2) ?? "") && TRIPPED.test(own)) {
    return { severity: "error", what: "a state that nobody wants" };
  }
  const isState =
    (/(?:^|_)(?:state|status|condition|health|mode)$/.test(own) || STATE_ELSEWHERE.test(own)) &&
    !TRIES.test(named);
  if (/^event(?:_type|_name)?$/.test(own) && GONE_PART.test(word)) {
    return { severity: "warning", what: "a part of it is gone" };
  }
  if (
    isState || own === "event" || HAS_TROUBLES.test(own) ||
    /(?:^|_)(?:pause|paused|stop|error|fault|alarm)_reason$/.test(own)
  ) {
    // `Not-Aus Tor 2`, `Przegrzanie kotła`: what comes after the trouble is where.
    const called = ofFlag(word) ?? ofFlag(word.replace(/_[^_]{1,14}$/, ""));
    if (called !== null) return called;
  }
  if (told.some((level) => SUPPLIES.test(level)) && USED_UP.test(word)) {
    return { severity: "warning", what: "it needs to be filled" };
  }
  if (BROKEN.test(word) && !TRIES.test(whole)) {
    return { severity: "error", what: "a part of it is broken" };
  }
  const known = VALUES.find((one) => one.value.test(word) && one.name.test(whole));
  return known === undefined ? null : { severity: "warning", what: known.what };
}

/** Parts that say in words what they lack. */
const HAS_TROUBLES =
  /(?:^|_)(?:printer|changer|validator|dispenser|scanner|coin_mech|hopper|ecg|spo|joint|screen|compressor|motor|pump)$/;

/** Events of parts that no person carries about. */
const GONE_PART =
  /(?:^|_)(?:antenna|sensor|probe|camera|disk|drive|fan|psu|power_supply|encoder|lidar|radio|module|controller|plc|bus)_(?:disconnected|removed|lost|failed|failure|missing|offline)$/;

const TRIPPED = /^(?:tripped|faulted|failed|blocked)$/;

/** `alarms/high_temp = 1`: below alarms, one of them. */
function ofAlarm(above: string, own: string): NamedTrouble | null {
  return /^(?:alarms?|faults?|errors?|warnings?)$/.test(above) && LIMIT_ALARM.test(own)
    ? { severity: "warning", what: "an alarm" }
    : null;
}

const LIMIT_ALARM =
  /^(?:high|low|hi|lo|hihi|lolo|over|under)_[a-z_]+$|_(?:high|low|hihi|lolo|over|under|failure|lost)$/;

/** `no_leak`, `keine Leckage`: what is denied; `no_flow` denies what shall be there. */
const DENIED =
  /^(?:no|not|kein|keine|ohne|aucune?|pas_de|sans|geen|zonder|ingen|inga|utan|uten|nessuna?|senza|sin|ningun|ninguna|sem|brak|bez)_/;

function ofFlag(name: string): NamedTrouble | null {
  const rest = name.replace(DENIED, "");
  return rest !== name && upFlag(rest) !== null ? null : upFlag(name);
}

function upFlag(name: string): NamedTrouble | null {
  const still = STANDS_STILL.find(([pattern]) => pattern.test(name));
  if (still !== undefined) return { severity: "error", what: still[1] };
  const care = NEEDS_CARE.find(([pattern]) => pattern.test(name));
  return care === undefined ? null : { severity: "warning", what: care[1] };
}

function isUp(value: Scalar): boolean {
  return value === true || value === 1 ||
    typeof value === "string" && /^(?:true|1|on|yes|active|alarm|tripped)$/i.test(value.trim());
}
