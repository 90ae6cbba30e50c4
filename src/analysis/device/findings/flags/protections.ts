import type { Scalar } from "../../reading/fields.ts";
import { isOn } from "../effects/drivers.ts";
import {
  error,
  type Field,
  type Flag,
  has,
  isAlways,
  isSet,
  reported,
  type Rule,
  warning,
} from "./flag.ts";

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
  // `pump_2_protection: 1` may be switched on all the time; it came with the message in which the pump went off.
  {
    name:
      /^(?!.{0,20}(?:child|kid|lock|frost|freez|sun|glare|rain|wind|write|copy|privacy|ip|data))[a-z]{0,20}\d{0,3}(?:protection|protect|trip)(?:active|status|state)?$/,
    is: isSet,
    where: stoppedWith,
    tells: error("it stopped what it protects"),
  },
  // A restart by a crash or a drop of the supply, just now; what was long ago is history.
  {
    name: /^(last)?(reset|restart|boot|reboot)(reason|cause)$|^(reset|rst)$/,
    is: /^(brownout|bor|watchdog|wdt|taskwdt|intwdt|panic|hardfault|stackoverflow)$/,
    where: ({ reading }) =>
      has(reading, /^uptime(s|sec|seconds)?$/, (up) => typeof up === "number" && up < 600),
    tells: warning("it restarted because of that"),
  },
  // Enedis' NOI-CPT_54E tells the amperes of a French meter by `ADPS` while they are more than was subscribed to, else nothing or 0.
  {
    name: /^(?:adps|adir)[123]?$/,
    is: (value) => Number(value) > 0,
    where: (field) => has(field.reading, /^(?:iinst|isousc|papp|imax|adco)/),
    tells: warning("it draws more than was subscribed to"),
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

/** Whether a flag went up while it was listened to, and with it went off what was on until then. */
function stoppedWith({ path, topic: { live } }: Field): boolean {
  const at = live.findLastIndex(({ fields }) => !isSet(fields.get(path) ?? null)) + 1;
  const [before, since] = [live[at - 1]?.fields, live.slice(at)];
  if (before === undefined || since.length < 2) return false;
  return [...before].some(([other, value]) =>
    other !== path && isOn(value) === true &&
    since.every(({ fields }) => isOn(fields.get(other)) === false)
  );
}
