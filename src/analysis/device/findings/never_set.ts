import type { Finding } from "../finding_shape.ts";
import { someOf } from "../evidence.ts";
import { leafOf } from "../fields.ts";
import type { DeviceView, Reading } from "../view.ts";

/** When a clock starts that nobody sets: Unix, Windows, .NET, spreadsheets, and small real-time clocks. */
const NEVER =
  /^(?:1970-01-0[1-3]|1969-12-31|1601-01-01|0001-01-01|1900-01-01|1899-12-3[01])(?=[T ]|$)/;
/** Fields that say when a message or value was made; a `last_seen` of 1970 only says "never". */
const MADE =
  /^(time|timestamp|ts|datetime|date|localtime|utc|dateutc|sentat|createdat|eventtime|measuredat|sampledat|recordedat|observedat|sourcetimestamp|servertimestamp|devicetime|rtc)$/;

/** `clock_skew` of a clock that was never set, told by times written as text. */
export function clockNeverSet(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(state|event|info)$/.test(topic.role)) continue;
    const last = topic.live.at(-1);
    if (last === undefined) continue;
    for (const path of last.fields.keys()) {
      if (!MADE.test(leafOf(path))) continue;
      // A device that only just started sets its clock a moment later.
      const isNever = ({ fields }: Reading) => NEVER.test(String(fields.get(path) ?? ""));
      const never = topic.live.filter(isNever);
      if (never.length < 2 || !topic.live.slice(-2).every(isNever)) continue;
      return [{
        severity: "warning",
        code: "clock_skew",
        title: `The clock behind "${path}" was never set: it says ${
          String(last.fields.get(path)).slice(0, 40)
        }`,
        evidence: {
          summary:
            `${never.length} of ${topic.live.length} live messages on "${topic.topic}" bear a time at which clocks start that nobody sets`,
          messages: someOf(never),
        },
        suggestion:
          "Let the device reach a time server (NTP: its address, DNS, the firewall), or set the clock of what makes these values.",
      }];
    }
  }
  return [];
}
