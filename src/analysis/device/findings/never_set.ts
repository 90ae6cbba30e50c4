import type { Finding } from "../finding_shape.ts";
import { someOf } from "../evidence.ts";
import { labelOf, leafOf, nameOf, type Scalar } from "../fields.ts";
import type { DeviceView, Reading } from "../view.ts";

/** When a clock starts that nobody sets: Unix, Windows, .NET, spreadsheets, GPS and small real-time clocks. */
const NEVER =
  /^(?:1970[-\/.]01[-\/.]0[1-3]|1969-12-31|1601-01-01|0001-01-01|1900-01-01|1899-12-3[01]|0000-00-00|2000[-\/.]0[01][-\/.]0[0-2]|1980-01-0[16])(?=[T ,]|$)/;
/** The same as people write it: `01.01.1970 00:04`, `Thu Jan  1 00:04:12 1970`, `1 January 2000`. */
const NEVER_WRITTEN =
  /(?:^|[^\d.\/-])0?1[.\/-]0?1[.\/-](?:1970|1980|2000)(?!\d)|\bJan(?:uary)? {1,2}0?1,? (?:\d\d?:\d\d(?::\d\d)? )?(?:(?:UTC|GMT) )?(?:1970|1980|2000)\b|\b0?1[ -]Jan(?:uary)?[ -](?:1970|1980|2000)\b/i;
/** Fields that say when a message or value was made; a `last_seen` of 1970 only says "never". */
const MADE =
  /^(time|timestamp|ts|t|dt|when|datetime|date|clock|now|localtime|utc|utctime|dateutc|sentat|createdat|eventtime|measuredat|sampledat|recordedat|reportedat|observedat|sourcetimestamp|servertimestamp|devicetimestamp|devicetime|systemtime|systime|sysdate|currenttime|timenow|timeutc|timelocal|updated|updatedat|lastupdated?|rtc|rtctime|datum|zeit|zeitstempel|uhrzeit|horodatage|fecha|fechahora)$/;
/** Fields that count seconds since 1970 and nothing else: an age or an uptime is called otherwise. */
const SINCE_1970 =
  /^(epoch|epochtime|unix|unixtime|unixtimestamp|timestamputc|utc|utctime|rtc|rtctime|devicetime|localtime)$/;
/** A clock that started with its device, and has run for no longer than that, in seconds. */
const JUST_STARTED_S = 30 * 86_400;

function isNeverSet(value: Scalar | undefined, name: string): boolean {
  if (typeof value === "string") {
    return value.length <= 40 && (NEVER.test(value) || NEVER_WRITTEN.test(value));
  }
  return typeof value === "number" && value >= 0 && value < JUST_STARTED_S && SINCE_1970.test(name);
}

/** `clock_skew` of a clock that was never set: it counts from where clocks start. */
export function clockNeverSet(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(state|event|info)$/.test(topic.role)) continue;
    const last = topic.live.at(-1);
    if (last === undefined) continue;
    for (const path of last.fields.keys()) {
      const name = leafOf(path) === "" ? nameOf(path, topic.segments) : leafOf(path);
      if (!MADE.test(name) && !SINCE_1970.test(name)) continue;
      // A number that stands still is a flag, or a zone.
      const first = topic.live[0]?.fields.get(path);
      if (typeof first === "number" && !(Number(last.fields.get(path)) > first)) continue;
      // A device that only just started sets its clock a moment later.
      const isNever = ({ fields }: Reading) => isNeverSet(fields.get(path), name);
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
