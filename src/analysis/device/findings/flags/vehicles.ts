import { isSet, reported, type Rule, wordOf } from "./flag.ts";

/** Lamps and codes of trouble of vehicles. */
export const VEHICLE_RULES: readonly Rule[] = [
  // OnStar and dashboards say it as a traffic light.
  ({ name, value }) =>
    /(message|status|light)$/.test(name) &&
      /pressure|brake|oil|health|battery|tire|tyre|fluid/.test(name) &&
      wordOf(value) === "red"
      ? reported("warning", "a light of warning is red")
      : null,
  // Trouble codes of vehicles, `P0301`, but for those that were.
  ({ path, value, topic }) =>
    typeof value === "string" && /^[PCBU][0-3][0-9A-F]{3}$/.test(value) &&
      /dtc|fault|trouble|diag/i.test(`${topic.segments.at(-1)} ${path}`) &&
      !/hist|past|last|clear|pending|ident|part|product|model/i.test(path)
      ? reported("warning", "a trouble code of the vehicle")
      : null,
  ({ name, value }) =>
    /^(?:mil|milon|milstatus|checkengine|checkenginelight|checkenginelamp|malfunctionindicator|malfunctionindicatorlamp)$/
        .test(name) && value !== 1 && isSet(value)
      ? reported("warning", "the engine's lamp of trouble is on")
      : null,
];
