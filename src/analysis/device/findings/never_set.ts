import type { Finding } from "../finding_shape.ts";
import { someOf } from "../evidence.ts";
import { labelOf, nameOf } from "../fields.ts";
import type { DeviceView, Reading } from "../view.ts";

/** When a clock starts that nobody sets: Unix, Windows, .NET, spreadsheets, and small real-time clocks. */
const NEVER =
  /^(?:(?:1970-01-0[1-3]|1969-12-31|1601-01-01|0001-01-01|1900-01-01|1899-12-3[01]|1980-01-0[1-6]|2000-01-0[1-2])(?=[T ]|$)|0?[1-3][./-]0?1[./-](?:1970|2000)(?!\d)|1970[./]0?1[./]0?[1-3](?!\d)|31[./-]12[./-]1969|[A-Z][a-z]{2},? (?:Jan +0?[1-3]|0?[1-3] Jan)[ ,].{0,16}1970$|[A-Z][a-z]{2},? 0?[1-3] Jan 1970|(?:\d\d:){1,2}\d\d,? 0?1[./-]0?1[./-]1970$)/;
/** Fields that say when a message or value was made; a `last_seen` of 1970 only says "never". */
const MADE =
  /^(time|timestamp|ts|datetime|date|localtime|utc|dateutc|sentat|createdat|eventtime|measuredat|sampledat|recordedat|observedat|sourcetimestamp|servertimestamp|devicetime|systemtime|systime|clock|currenttime|timenow|now|updated|updatedat|lastupdated?|timeutc|timelocal|rtc)$/;

/** `clock_skew` of a clock that was never set, told by times written as text. */
export function clockNeverSet(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(state|event|info)$/.test(topic.role)) continue;
    const last = topic.live.at(-1);
    if (last === undefined) continue;
    for (const path of last.fields.keys()) {
      if (!MADE.test(nameOf(path, topic.segments))) continue;
      // A device that only just started sets its clock a moment later.
      const isNever = ({ fields }: Reading) => NEVER.test(String(fields.get(path) ?? ""));
      const never = topic.live.filter(isNever);
      if (never.length < 2 || !topic.live.slice(-2).every(isNever)) continue;
      return [{
        severity: "warning",
        code: "clock_skew",
        title: `The clock behind "${labelOf({ path, topic })}" was never set: it says ${
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
