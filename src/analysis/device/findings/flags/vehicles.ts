import { objectOf } from "../../reading/fields.ts";
import { error, has, isSet, type Rule, warning } from "./flag.ts";

/** Lamps and codes of trouble of vehicles. */
export const VEHICLE_RULES: readonly Rule[] = [
  // OnStar and dashboards say it as a traffic light.
  {
    name: /^(?=.*(?:pressure|brake|oil|health|battery|tire|tyre|fluid)).*(?:message|status|light)$/,
    is: /^red$/,
    tells: warning("a light of warning is red"),
  },
  // Lamps as Hyundai's cloud tells them; of its fluids true is too little.
  {
    name: /^(?:tire|tyre)pressure(?:warning)?(?:lamp|light)[a-z]{0,3}$/,
    is: isSet,
    tells: warning("a tyre has too little pressure"),
  },
  { name: /^lowfuel(?:lamp|light|warning)$/, is: isSet, tells: warning("the fuel is low") },
  {
    name: /^(?:washerfluid|bre?ak(?:e)?oil)status$/,
    is: isSet,
    where: ({ reading }) => has(reading, "smartkeybatterywarning"),
    tells: warning("a fluid is low"),
  },
  // OVMS: one number for each tyre, 1 a warning and 2 an alert.
  {
    name: /^column\d+$/,
    is: (value) => value === 1 || value === 2,
    where: ({ topic }) => topic.topic.endsWith("/v/tp/alert"),
    tells: warning("a tyre has too little pressure"),
  },
  // Trouble codes of vehicles, `P0301`, but for those that were; Teltonika's trackers tell each value by a number.
  {
    is: (value) =>
      typeof value === "string" &&
      /^[PCBU][0-3][0-9A-F]{3}(?:[,; ]{1,2}[PCBU][0-3][0-9A-F]{3}){0,20}$/.test(value),
    where: ({ path, topic }) =>
      /dtc|fault|trouble|diag|(?:^|[. ])281$/i.test(`${topic.segments.at(-1)} ${path}`) &&
      !/hist|past|last|clear|pending|ident|part|product|model/i.test(path),
    tells: warning("a trouble code of the vehicle"),
  },
  // The lamps and numbers of a diagnostic message, SAE J1939-73: what it lists is active.
  {
    is: (value) => typeof value === "number" ? value === 1 : isSet(value),
    where: ({ path }) => /(?:^|[._])(?:lamps?|dm1)[._](?:mil|rsl|awl|pl)$/i.test(path),
    tells: warning("a lamp of warning is on"),
  },
  {
    name: /^spn$/,
    is: (value) => typeof value === "number" && value > 0,
    where: ({ path, reading }) =>
      !/prev|past|hist|inactive/i.test(path) && reading.fields.has(path.replace(/spn$/i, "fmi")),
    tells: warning("a trouble code of the vehicle"),
  },
  {
    name:
      /^(?:mil|milon|milstatus|checkengine|checkenginelight|checkenginelamp|malfunctionindicator|malfunctionindicatorlamp)$/,
    is: (value) => value !== 1 && isSet(value),
    tells: warning("the engine's lamp of trouble is on"),
  },
  // flespi's names of what a tracker reports: `gsm.jamming.event`, `towing.alarm.status`.
  {
    is: true,
    where: ({ path }) =>
      /(?:^|\.)(?:jamming|crash|towing|unplug|accident|tampering)\.(?:event|status|alarm\.(?:event|status))$/
        .test(path),
    tells: error("the tracker warns"),
  },
  // Traccar's events, but for those of what a vehicle does.
  {
    name: /^type$/,
    is: /^(?:devicefueldrop|maintenance)$/,
    where: ({ path, reading }) => reading.fields.has(`${objectOf(path)}maintenance_id`),
    tells: ({ value }) =>
      warning(value === "maintenance" ? "its maintenance is due" : "fuel is gone at once"),
  },
];
