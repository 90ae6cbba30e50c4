import { leafOf, type Scalar } from "../fields.ts";
import { timeIn } from "../timestamps.ts";
import type { Sample } from "../trace.ts";
import type { Reading, TopicView } from "../view.ts";

/** Topics on which a device tells that it has started, and nothing else. */
const BOOT_TOPIC =
  /^(?:boot|booted|bootup|startup|start_?up|boot_?(?:info|event|message|reason)|startup_?(?:info|event|message)|power_?up|hello|welcome)$/i;
/** Events that say that the device has started anew. */
const BOOTS =
  /^(?:system|device|node|esp|mcu|controller|gateway)?(?:boot|booted|booting|bootup|reboot|rebooted|restarted|startup|poweron|powerup|poweredon|powerreset|coldstart|warmstart|coldboot|warmboot)(?:event|complete|completed|ed)?$/;
/** Lines of a log that say so. */
const BOOT_LINE =
  /^[^\p{L}]{0,30}(?:(?:system|device|esp|mcu|controller|gateway|node) )?(?:boot(?:ing|ed)?|reboot(?:ing|ed)?|restart(?:ing|ed)|start(?:ing|ed) up|startup|power(?:ed)?[ -]on|cold start)(?![\p{L}]| (?:in|at|scheduled|required|needed|count|time|reason: none))/iu;

/** What ESP-IDF writes before each line: its colour, its level, the milliseconds since the start, and who speaks. */
const ESP_PREFIX = /^(?:.\[[\d;]{1,8}m)?[EWIDV] \((\d{1,10})\) (?:[\w.-]{1,30}: )?/;
/** A line so soon after the start is one of the start. */
const START_MS = 60_000;

/** Lines of a log of ESP-IDF before which it had run longer. */
export function logStartsAnew({ role, live }: TopicView): Sample[] {
  if (role !== "log") return [];
  const lines = live.flatMap(({ fields, sample }) => {
    const whole = fields.get("");
    const [, ms] = typeof whole === "string" ? ESP_PREFIX.exec(whole) ?? [] : [];
    return ms === undefined ? [] : [{ sample, ms: Number(ms) }];
  });
  return lines.filter(({ ms }, i) => {
    const before = lines[i - 1]?.ms ?? -1;
    // What comes late does not go on from there.
    return ms < before / 2 && ms < START_MS && (lines[i + 1]?.ms ?? ms) < before;
  }).map(({ sample }) => sample);
}

/** Fields that say what kind of message it is. */
const KIND =
  /^(?:type|event|eventtype|eventname|msgtype|messagetype|kind|evt|ev|method|action|what)$/;
/** Fields that say it in words. */
const SAID = /^(?:msg|message|text|notice|log)$/;
/** A state that a device passes through when it starts; a machine that starts up works. */
const BOOTING = /^(?:(?:re)?boot(?:ed|ing)?|restart(?:ing|ed))$/i;

/** Live messages that say that the device has just started. */
export function bootMessages(topic: TopicView): Sample[] {
  const last = topic.segments.at(-1) ?? "";
  const isBeat = /^hello$/i.test(last) && topic.rhythm?.even === true;
  const isBootTopic = BOOT_TOPIC.test(last) && !isBeat && !runsOn(topic);
  return topic.live.filter((reading, i) =>
    isBootTopic
      ? isDocument(reading)
      : saysBoot(reading, topic.role) || turnsToBoot(reading, topic.live[i - 1])
  ).map(({ sample }) => sample);
}

/** Whether its state is now that it starts, and was another one. */
function turnsToBoot({ fields }: Reading, before: Reading | undefined): boolean {
  return before !== undefined &&
    [...fields].some(([path, value]) =>
      typeof value === "string" && BOOTING.test(value.trim()) &&
      /^(?:(?:device|node|system|gateway)?(?:state|status))?$/.test(leafOf(path)) &&
      before.fields.get(path) !== value
    );
}

/** Fields that say since when it runs. */
const START_TIME =
  /^(?:boot(?:ed)?(?:time|at|timestamp|date|ts|epoch)|last(?:re)?boot(?:ed)?(?:time|at|timestamp)?|last(?:restart|startup|powerup)(?:ed)?(?:time|at|timestamp)?|startuptime|upsince)$/;
/** Times of a start that is computed anew each time differ by so much. */
const START_JITTER_MS = 15_000;

/** Whether a field of that name says since when it runs. */
export function isStartTime(name: string): boolean {
  return START_TIME.test(name);
}

/** Reports since when the device runs, each time another start that is later. */
export function startsAnew(live: readonly Reading[], path: string): Sample[] {
  const found: Sample[] = [];
  let before: number | null = null;
  for (const { fields, sample } of live) {
    const startedAt = timeIn(fields.get(path) ?? null)?.atMs;
    if (startedAt === undefined) continue;
    // What starts after it is heard is no start of what tells it.
    if (startedAt > sample.at + 86_400_000) return [];
    // Of two devices on one topic one started before the other.
    if (before !== null && startedAt < before - START_JITTER_MS) return [];
    if (before !== null && startedAt > before + START_JITTER_MS) found.push(sample);
    before = startedAt;
  }
  return found;
}

/** Whether it tells again and again how long it runs: then it is told of the last start. */
function runsOn({ live }: TopicView): boolean {
  return [...live.at(-1)?.fields ?? []].some(([path]) =>
    isUptime(leafOf(path)) &&
    live.some(({ fields }, i) =>
      (uptimeOf(fields.get(path)) ?? 0) > (uptimeOf(live[i - 1]?.fields.get(path)) ?? Infinity)
    )
  );
}

/** A text or an object: a bare number is a count, a bare flag a setting. */
function isDocument({ fields }: Reading): boolean {
  const whole = fields.get("");
  return fields.size > 0 && (whole === undefined || typeof whole === "string" &&
      !/^(?:true|false|on|off|yes|no|ok)?$/i.test(whole.trim()));
}

function saysBoot({ fields }: Reading, role: TopicView["role"]): boolean {
  const whole = fields.get("");
  if (typeof whole === "string") {
    return role === "log" && BOOT_LINE.test(whole.slice(0, 160).replace(ESP_PREFIX, "")) ||
      role === "event" && BOOTS.test(leafOf(whole));
  }
  return [...fields].some(([path, value]) => {
    if (typeof value !== "string" || path.includes("[")) return false;
    const name = leafOf(path);
    return value.length <= 40 && KIND.test(name) && BOOTS.test(leafOf(value)) ||
      SAID.test(name) && BOOT_LINE.test(value.slice(0, 120));
  });
}

/** Names of the time since the start. */
const UPTIME =
  /^(?:sys|system|device|esp|node|board|mqtt|wifi)?(?:uptime|upseconds|secondssinceboot|timesinceboot|sinceboot|millissinceboot|runningtime)(?:s|sec|secs|seconds|ms|millis|min|mins|minutes|h|hours|text|str|string)?$|^(?:millis|uptimeinms)$/;

/** Whether a field of that name counts up from the device's start. */
export function isUptime(name: string): boolean {
  return UPTIME.test(name) && !/^(?:mqtt|wifi)/.test(name);
}

/** Seconds or whatever unit counts up; `1T02:03:04`, `2d 03:04:05`, `3 days, 4:05:06`, `1d 2h 3m 4s`. */
export function uptimeOf(value: Scalar | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.length > 40) return null;
  const text = value.trim().replace(/^up /, "");
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  const clock = /^(?:(\d{1,5}) ?(?:T|d|days?),? ?)?(\d{1,6}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/i.exec(
    text,
  );
  if (clock !== null) {
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = clock;
    return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  }
  const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };
  const parts = [...text.matchAll(/(\d{1,6}) ?([a-z]+)/gi)];
  if (parts.length === 0 || !/^(?:\d{1,6} ?[a-z]{1,8},? ?){1,6}$/i.test(text)) return null;
  let sum = 0;
  for (const [, count = "0", unit = ""] of parts) {
    const seconds = units[unit[0]?.toLowerCase() ?? ""];
    if (seconds === undefined || /^mo|^ms/i.test(unit)) return null;
    sum += Number(count) * seconds;
  }
  return sum;
}

/** Names of counts of starts. */
const BOOT_COUNT =
  /^(?:boot|reboot|restart|reset|crash|panic|watchdog|wdt|powerup|startup)s?(?:count|counter|counts|cnt|number|no|nr)$|^(?:boots|reboots|restarts|crashes|panics|(?:wdt|watchdog|iwdg)(?:resets?|count)|numberof(?:boots|reboots|restarts)|(?:total|num)(?:boots|reboots|restarts))$/;

/** Whether a field of that name counts how often the device started. */
export function isBootCount(name: string): boolean {
  return BOOT_COUNT.test(name);
}
