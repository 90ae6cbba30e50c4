import { flagOf } from "../../../payload/flag.ts";
import type { Reading } from "../reading/view.ts";
import type { Family, Statement, TopicRole, Trouble } from "./family.ts";
import { speaksFor } from "./generic.ts";

const GATEWAYS = "_CLIENTS";

/** Z-Wave JS UI: `<prefix>/<node>/status`, and its gateway on `<prefix>/_CLIENTS/<name>/status`. */
export const zwaveJs: Family<"zwave_js"> = {
  name: "zwave_js",
  title: "Z-Wave JS UI",
  filters: [`+/${GATEWAYS}/+/status`],
  gatewayLevel: GATEWAYS,
  isDocument: isClient,
  // It tells of no device, and speaks for all below the level that it stands on.
  learn({ segments, topic }, identity) {
    if (!speaksFor(segments.slice(0, -3).join("/"), identity)) return false;
    identity.addTopic(topic, "bridge");
    return true;
  },
  tellingLevels(segments) {
    const quantity = metered(segments);
    return quantity === undefined ? segments : [...segments.slice(0, -1), quantity];
  },
  roleOf(segments): TopicRole | null {
    if (isClient(segments)) return "availability";
    if (segments.at(-4) === "_EVENTS") {
      return segments.at(-1) === "statistics_updated" ? "state" : "event";
    }
    if (!/^zwave/i.test(segments[0]) || segments.length < 3) return null;
    if (segments.at(-1) === "status") return "availability";
    return notifiedBy(segments) === undefined && metered(segments) === undefined &&
        toldBy(segments) === undefined && !isCharge(segments) && segments.at(-1) !== "nodeinfo"
      ? null
      : "state";
  },
  statementOf(_segments, text): Statement | null {
    const word = /"status"\s*:\s*"(\w+)"/.exec(text)?.[1]?.toLowerCase();
    if (word === "asleep") return "sleeping";
    if (word === "dead") return "offline";
    if (word === "alive" || word === "awake") return "online";
    const value = /^\{[^{}]*"value"\s*:\s*(true|false)/.exec(text)?.[1];
    return value === "true" ? "online" : value === "false" ? "offline" : null;
  },
  // What was called otherwise once is gone for good, while its successor is there.
  counts({ segments }, others) {
    const tree = segments.slice(0, -2).join("/");
    return !isClient(segments) ||
      !others.some((other) =>
        isClient(other.segments) && other.segments.join("/").startsWith(`${tree}/`) &&
        other.segments.at(-2) !== segments.at(-2) &&
        flagOf(valueOf(other.reading)) === true
      );
  },
  fieldKind: (path, { segments }) =>
    isCharge(segments) && /^(?:value)?$/.test(path) ? "battery" : null,
  troubleOf({ segments, live }, reading) {
    const { fields } = reading;
    if (segments.at(-1) === "nodeinfo") return interviewOf(live, reading);
    const value = valueOf(reading);
    const known = notifiedBy(segments) ?? toldBy(segments);
    if (known === undefined) return eventOf(segments, fields);
    const told = typeof value === "number" || typeof value === "boolean"
      ? known[String(value)]
      : undefined;
    if (told === undefined) return null;
    const of = segments.slice(-3).filter((level) => !/^(?:endpoint_)?\d+$/.test(level)).slice(-2)
      .join(": ").replaceAll("_", " ");
    return { level: CARE.test(of) ? "warning" : "error", kind: `${of}: ${told}` };
  },
};

/** What a topic of one value tells, with or without when. */
const valueOf = ({ fields }: Reading) => fields.get("value") ?? fields.get("");

/** `zwave/_CLIENTS/ZWAVE_GATEWAY-home/status`: whether a gateway is there. */
function isClient(segments: readonly string[]): boolean {
  return segments.at(-3) === GATEWAYS && segments.at(-1) === "status";
}

/** What a meter tells, by its type and its scale (Meter command class); types 2 and 3 are gas and water. */
const METERED: Readonly<Record<string, string>> = {
  "1/0": "energy",
  "1/2": "power",
  "1/4": "voltage",
  "1/5": "current",
  "1/6": "power_factor",
  "2/0": "gas_total",
  "3/0": "water_total",
};

/** `meter/endpoint_0/value/66049`: the type, the scale and the direction stand in one number, a byte each. */
function metered(segments: readonly string[]): string | undefined {
  const key = segments.at(-1) ?? "";
  if (!/^(?:meter|50)$/.test(segments.at(-4) ?? "") || !/^\d{5,6}$/.test(key)) return undefined;
  const number = Number(key);
  return METERED[`${number >> 16}/${number >> 8 & 0xff}`];
}

/** What asks for somebody to see to it, and works on. */
const CARE = /battery|maintenance|inspection|dust|cover|mains/i;

/** `_EVENTS/ZWAVE_GATEWAY-home/controller/inclusion_failed`: what the driver, the controller or a node tells of trouble. */
function eventOf(segments: readonly string[], fields: Reading["fields"]): Trouble | undefined {
  if (segments.at(-4) !== "_EVENTS") return undefined;
  const event = segments.at(-1) ?? "";
  if (!/^(?:inclusion_failed|exclusion_failed|node_dead|node_interview_failed)$/.test(event)) {
    return undefined;
  }
  const [, node] = [...fields].find(([path]) => /^data\[[^\]]*\]\.(?:node_)?id$/.test(path)) ?? [];
  return {
    // It is tried again by itself.
    level: event === "node_interview_failed" ? "warning" : "error",
    kind: `${event.replaceAll("_", " ")}${node === undefined ? "" : ` (node ${node})`}`,
  };
}

/** So often a node is as far in its interview that does not answer. */
const LEAST_TOLD = 3;
const RECEIVED = "statistics.commands_rx";

/**
 * What the last of a node's documents says of its interview: while the node is awake, and its answers do not come, it is as far as
 * it was. One that sleeps is asked when it wakes, and one that is asked anew gets on.
 */
function interviewOf(live: readonly Reading[], reading: Reading): Trouble | undefined {
  const told = live.slice(-LEAST_TOLD).map(({ fields }) => fields);
  const [first] = told;
  const stage = first?.get("interview_stage");
  const isStuck = reading === live.at(-1) && told.length === LEAST_TOLD &&
    told.every((fields) =>
      fields.get("ready") === false && fields.get("status") !== "Asleep" &&
      ["interview_stage", RECEIVED].every((path) => fields.get(path) === first?.get(path)) &&
      Number(fields.get("statistics.timeout_response")) > 0
    );
  return isStuck && stage !== "Complete"
    ? { level: "warning", kind: `its interview does not get beyond ${stage}: it is not ready` }
    : undefined;
}

/** `Motion/128/0/level`: the Battery command class by its number, as topics have it where they are named by ids. */
function isCharge(segments: readonly string[]): boolean {
  return segments.at(-3) === "128" && segments.at(-1) === "level" ||
    segments.at(-2) === "battery" && segments.at(-1) === "battery_level";
}

/** Command classes by their numbers. */
const CLASSES: Readonly<Record<string, string>> = {
  48: "sensor_binary",
  98: "door_lock",
  128: "battery",
};

function toldBy(segments: readonly string[]) {
  const of = segments.at(-3) ?? "";
  return TOLD[`${CLASSES[of] ?? of}/${segments.at(-1)}`];
}

const FOUND = { true: "detected" };

/** What properties of other command classes tell of trouble. */
const TOLD: Readonly<Record<string, Readonly<Record<string, Trouble["kind"]>>>> = {
  "battery/isLow": { true: "the battery is low" },
  "battery/rechargeOrReplace": {
    1: "recharge or replace it soon",
    2: "recharge or replace it now",
  },
  "door_lock/currentMode": { 254: "whether it is locked is unknown" },
  "sensor_binary/Water": { true: "a leak" },
  "sensor_binary/Smoke": FOUND,
  "sensor_binary/CO": FOUND,
  "sensor_binary/CO2": FOUND,
  "sensor_binary/Heat": FOUND,
  "sensor_binary/Freeze": FOUND,
};

function notifiedBy(segments: readonly string[]) {
  return NOTIFIED[segments.slice(-2).join("/").toLowerCase().replaceAll("-", "")];
}

const DETECTED = { 1: "detected", 2: "detected" };
const REPLACE = { 4: "replacement required", 5: "replacement required, end of life" };
const INSPECT = { 7: "maintenance required" };
const OPENED = "tampering, product cover removed";
/** Of some alarms a number says whether something is below or above its threshold. */
const THRESHOLD = { 2: "below the low threshold", 3: "above the high threshold", 4: "at its most" };
const NOTHING = {};

/**
 * What the Notification command class tells of trouble by its numbers (Z-Wave application specification, notification
 * types), by the type and its variable; what is not among them is none.
 */
const NOTIFIED: Readonly<Record<string, Readonly<Record<string, Trouble["kind"]>>>> = {
  "smoke_alarm/sensor_status": DETECTED,
  "smoke_alarm/alarm_status": NOTHING,
  "smoke_alarm/maintenance_status": REPLACE,
  "smoke_alarm/periodic_inspection_status": INSPECT,
  "smoke_alarm/dust_in_device_status": { 8: "maintenance required, dust in it" },
  "co_alarm/sensor_status": DETECTED,
  "co_alarm/alarm_status": NOTHING,
  "co_alarm/test_status": { 2: "test failed" },
  "co_alarm/maintenance_status": REPLACE,
  "co_alarm/periodic_inspection_status": INSPECT,
  "co2_alarm/sensor_status": DETECTED,
  "co2_alarm/alarm_status": NOTHING,
  "co2_alarm/test_status": { 2: "test failed" },
  "co2_alarm/maintenance_status": REPLACE,
  "co2_alarm/periodic_inspection_status": INSPECT,
  "heat_alarm/heat_sensor_status": {
    1: "overheat detected",
    2: "overheat detected",
    5: "underheat detected",
    6: "underheat detected",
  },
  "heat_alarm/alarm_status": NOTHING,
  "heat_alarm/maintenance_status": { 8: "replacement required, end of life" },
  "heat_alarm/periodic_inspection_status": { 11: "maintenance required" },
  "heat_alarm/dust_in_device_status": { 10: "maintenance required, dust in it" },
  "gas_alarm/combustible_gas_status": DETECTED,
  "gas_alarm/toxic_gas_status": { 3: "detected", 4: "detected" },
  "gas_alarm/alarm_status": NOTHING,
  "gas_alarm/maintenance_status": { 6: "replacement required" },
  "water_alarm/sensor_status": { 1: "leak detected", 2: "leak detected" },
  "water_alarm/maintenance_status": { 5: "replace the water filter" },
  "water_alarm/water_flow_alarm_status": THRESHOLD,
  "water_alarm/water_pressure_alarm_status": THRESHOLD,
  "water_alarm/water_temperature_alarm_status": THRESHOLD,
  "water_alarm/water_level_alarm_status": THRESHOLD,
  "water_alarm/pump_status": { 11: "sump pump failure" },
  "access_control/lock_state": { 11: "lock jammed" },
  "access_control/barrier_safety_beam_obstacle_status": { 255: "obstruction" },
  "access_control/barrier_sensor_status": { 73: "sensor not detected" },
  "access_control/barrier_battery_status": { 74: "battery of a sensor is low" },
  "access_control/barrier_shortcircuit_status": { 75: "short circuit in the wires" },
  "access_control/barrier_ul_disabling_status": { 69: "unattended operation is disabled" },
  "home_security/cover_status": { 3: OPENED },
  "home_security/magnetic_interference_status": { 11: "magnetic interference" },
  "power_management/mains_status": { 2: "mains disconnected" },
  "power_management/overcurrent_status": { 6: "over-current" },
  "power_management/overvoltage_status": { 7: "over-voltage" },
  "power_management/overload_status": { 8: "overload" },
  "power_management/load_error_status": { 9: "load error" },
  "power_management/battery_maintenance_status": {
    10: "replace battery soon",
    11: "replace battery now",
    17: "battery fluid is low",
  },
  "power_management/battery_level_status": { 14: "charge battery soon", 15: "charge battery now" },
  "power_management/backup_battery_level_status": {
    16: "back-up battery is low",
    18: "back-up battery disconnected",
  },
  "system/hardware_status": { 1: "hardware failure", 3: "hardware failure" },
  "system/software_status": { 2: "software failure", 4: "software failure" },
  "system/cover_status": { 6: OPENED },
  "system/emergency_shutoff_status": { 7: "emergency shut-off" },
  "appliance/maintenance_status": { 4: "replace the main filter" },
  "appliance/target_temperature_failure_status": { 5: "failure" },
  "appliance/water_supply_failure_status": { 7: "failure" },
  "appliance/boiling_failure_status": { 9: "failure" },
  "appliance/washing_failure_status": { 11: "failure" },
  "appliance/rinsing_failure_status": { 13: "failure" },
  "appliance/draining_failure_status": { 15: "failure" },
  "appliance/spinning_failure_status": { 17: "failure" },
  "appliance/drying_failure_status": { 19: "failure" },
  "appliance/fan_failure_status": { 20: "failure" },
  "appliance/compressor_failure_status": { 21: "failure" },
  "water_valve/valve_short_circuit_status": { 3: "short circuit" },
  "water_valve/master_valve_short_circuit_status": { 4: "short circuit" },
  "water_valve/valve_current_alarm_status": THRESHOLD,
  "water_valve/master_valve_current_alarm_status": THRESHOLD,
  "weather_alarm/freeze_alarm_status": { 3: "freeze" },
  "irrigation/device_configuration_status": { 5: "not configured" },
  "water_quality_monitoring/disinfection_system_status": { 8: "error" },
  "water_quality_monitoring/dry_protection_status": { 13: "active" },
  "water_quality_monitoring/collective_disorder_status": { 17: "disorder" },
};
