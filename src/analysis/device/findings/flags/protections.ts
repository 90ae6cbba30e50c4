import type { Scalar } from "../../fields.ts";
import { error, type Flag, has, isAlways, isSet, reported, type Rule, warning } from "./flag.ts";

/** What protects a device, a person or a pipe, and acted. */
export const PROTECTION_RULES: readonly Rule[] = [
  {
    name:
      /^(dryrun|dryrunning|dryrunprotection|nowater|lowwater|waterlow|waterlack)(alarm|fault|detected|active)?$/,
    is: isSet,
    where: (field) =>
      // `dry_run_protection: true` all the time, or beside `dry_running: false`, is switched on, and at rest.
      !(field.name.startsWith("dryrunprotection") &&
        (isAlways(field, 2) ||
          has(field.reading, /^dryrun(?:ning)?$/, (value) => !isSet(value)))) &&
      // Elsewhere a dry run only tries something out.
      has(field.reading, /press|flow|level|pump|running|tank/),
    tells: error("it has no water"),
  },
  // A restart by a crash or a drop of the supply, just now; what was long ago is history.
  {
    name: /^(last)?(reset|restart|boot|reboot)(reason|cause)$|^(reset|rst)$/,
    is: /^(brownout|bor|watchdog|wdt|taskwdt|intwdt|panic|hardfault|stackoverflow)$/,
    where: ({ reading }) =>
      has(reading, /^uptime(s|sec|seconds)?$/, (up) => typeof up === "number" && up < 600),
    tells: warning("it restarted because of that"),
  },
  { name: /throttl/, tells: ({ value }) => throttled(value) },
];

/** A Raspberry Pi's `vcgencmd get_throttled`: bits 0 to 3 are now, 16 to 19 since its start. */
function throttled(value: Scalar): Flag | null {
  const bits = /^(?:throttled\s*=\s*)?0x([0-9a-f]{1,8})$/i.exec(String(value).trim())?.[1];
  if (bits === undefined) return null;
  const number = Number.parseInt(bits, 16);
  if ((number & 0xf) !== 0) {
    return warning((number & 1) !== 0 ? "under-voltage now" : "throttled now");
  }
  return (number & 0xf0000) !== 0 ? reported("info", "throttled since its last start") : null;
}
