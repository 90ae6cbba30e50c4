import { leafOf, type Scalar } from "../../fields.ts";
import { type Field, type Flag, isSet, reported, type Rule, wordOf } from "./flag.ts";

/** What protects a device, a person or a pipe, and acted. */
export const PROTECTION_RULES: readonly Rule[] = [
  // Elsewhere a dry run only tries something out.
  ({ name, value, reading }) =>
    /^(dryrun|dryrunning|dryrunprotection|nowater|lowwater|waterlow|waterlack)(alarm|fault|detected|active)?$/
        .test(name) &&
      isSet(value) &&
      // `dry_run_protection: true` beside `dry_running: false` is switched on, and at rest.
      !(name.startsWith("dryrunprotection") &&
        [...reading.fields].some(([path, other]) =>
          /^dryrun(?:ning)?$/.test(leafOf(path)) && !isSet(other)
        )) &&
      [...reading.fields.keys()].some((path) =>
        /press|flow|level|pump|running|tank/.test(leafOf(path))
      )
      ? reported("error", "it has no water")
      : null,
  crashReason,
  ({ name, value }) => throttled(name, value),
];

/** A restart by a crash or a drop of the supply, just now; what was long ago is history. */
function crashReason({ name, value, reading }: Field): Flag | null {
  if (!/^(last)?(reset|restart|boot|reboot)(reason|cause)$|^(reset|rst)$/.test(name)) return null;
  if (
    !/^(brownout|bor|watchdog|wdt|taskwdt|intwdt|panic|hardfault|stackoverflow)$/.test(
      wordOf(value),
    )
  ) {
    return null;
  }
  const isFresh = [...reading.fields].some(([path, uptime]) =>
    /^uptime(s|sec|seconds)?$/.test(leafOf(path)) && typeof uptime === "number" && uptime < 600
  );
  return isFresh ? reported("warning", "it restarted because of that") : null;
}

/** A Raspberry Pi's `vcgencmd get_throttled`: bits 0 to 3 are now, 16 to 19 since its start. */
function throttled(name: string, value: Scalar): Flag | null {
  const text = /throttl/.test(name) ? String(value) : "";
  const bits = /^(?:throttled\s*=\s*)?0x([0-9a-f]{1,8})$/i.exec(text.trim())?.[1];
  if (bits === undefined) return null;
  const number = Number.parseInt(bits, 16);
  if ((number & 0xf) !== 0) {
    const low = (number & 1) !== 0 ? "under-voltage now" : "throttled now";
    return reported("warning", low);
  }
  return (number & 0xf0000) !== 0 ? reported("info", "throttled since its last start") : null;
}
