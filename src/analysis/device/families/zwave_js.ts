import type { Family, Statement, TopicRole, Trouble } from "./family.ts";

/** Z-Wave JS UI: `<prefix>/<node>/status`, and its gateway on `<prefix>/_CLIENTS/<name>/status`. */
export const zwaveJs: Family<"zwave_js"> = {
  name: "zwave_js",
  title: "Z-Wave JS UI",
  roleOf(segments): TopicRole | null {
    if (segments.at(-3) === "_CLIENTS" && segments.at(-1) === "status") return "availability";
    if (!/^zwave/i.test(segments[0] ?? "") || segments.length < 3) return null;
    if (segments.at(-1) === "status") return "availability";
    return notifiedBy(segments) === undefined && !isOfBattery(segments) ? null : "state";
  },
  statementOf(_segments, text): Statement | null {
    const word = /"status"\s*:\s*"(\w+)"/.exec(text)?.[1]?.toLowerCase();
    if (word === "asleep") return "sleeping";
    if (word === "dead") return "offline";
    if (word === "alive" || word === "awake") return "online";
    const value = /^\{[^{}]*"value"\s*:\s*(true|false)/.exec(text)?.[1];
    return value === "true" ? "online" : value === "false" ? "offline" : null;
  },
  fieldKind: (path, { segments }) =>
    isOfBattery(segments) && /^(?:value)?$/.test(path) ? "battery" : null,
  troubleOf({ segments }, { fields }) {
    const known = notifiedBy(segments);
    if (known === undefined) return undefined;
    const of = segments.at(-1) ?? "";
    const value = fields.get("value") ?? fields.get("");
    const told = typeof value === "number" ? known[value] : undefined;
    return told === undefined
      ? null
      : { level: "error", kind: `${of.replaceAll("_", " ")}: ${told}` };
  },
};

/** `Motion/128/0/level`: the Battery command class by its number, as topics have it where they are named by ids. */
function isOfBattery(segments: readonly string[]): boolean {
  return segments.at(-3) === "128" && segments.at(-1) === "level";
}

function notifiedBy(segments: readonly string[]) {
  return NOTIFIED[segments.slice(-2).join("/").toLowerCase().replaceAll("-", "")];
}

/** What the Notification command class tells of trouble by its numbers (Z-Wave application specification, notification types). */
const NOTIFIED: Readonly<Record<string, Readonly<Record<number, Trouble["kind"]>>>> = {
  "access_control/lock_state": { 11: "lock jammed" },
  "power_management/mains_status": { 2: "mains disconnected" },
  "power_management/overcurrent_status": { 6: "over-current" },
  "power_management/overvoltage_status": { 7: "over-voltage" },
  "power_management/overload_status": { 8: "overload" },
  "power_management/load_error_status": { 9: "load error" },
  "power_management/battery_maintenance_status": {
    10: "replace battery soon",
    11: "replace battery now",
    14: "battery is low",
    15: "charge battery soon",
    16: "charge battery now",
  },
  "system/hardware_status": { 1: "hardware failure", 3: "hardware failure" },
  "system/software_status": { 2: "software failure", 4: "software failure" },
};
