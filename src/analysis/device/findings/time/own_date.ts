import type { Finding } from "../../finding_shape.ts";
import { findingFrom, secondsText, someOf } from "../../evidence.ts";
import { labelOf, leafOf, objectOf, type Scalar } from "../../reading/fields.ts";
import { isOfSomethingElse, timeInText } from "../../reading/timestamps.ts";
import {
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";

/** What a clock's date and its time of day are called, each in a field or on a topic of its own. */
const DATE =
  /^(?:v|sys|system|dev|device|local|current|actual|rtc|clock|gps|utc|panel|plc|regler|anlagen?|geraete?|gerate?|ist)?(?:date|datum|fecha|dato|data|kalenderdatum)$/;
const TIME =
  /^(?:v|sys|system|dev|device|local|current|actual|rtc|clock|gps|utc|panel|plc|regler|anlagen?|geraete?|gerate?|ist)?(?:time|timeofday|uhrzeit|zeit|hora|heure|ora|tijd|tid|klokkeslett|clock|uhr)$/;
/** `01.01.2015`, `2015-01-01`, `01/01/2015`. */
const DAY =
  /^(?:\d{1,2}[./]\d{1,2}[./](?:\d{2}|\d{4})|\d{1,2}-\d{1,2}-\d{4}|\d{4}[-./]\d\d[-./]\d\d)\.?$/;
const OF_DAY = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?$/;
/** Whose dates are of other things than now, or of a time that is only played. */
const OTHER =
  /holi|ferien|urlaub|vacan|birth|geburt|timer|program|service|wartung|maint|moon|mond|waste|abfall|calend|kalender|track|song|media|photo|release|order|invoice|deliver|replay|simul|(?:^|[^a-z])sims?(?:[^a-z]|$)|playback|game|away|abwesen|from|until|since|seit|bis(?:[^a-z]|$)|von(?:[^a-z]|$)|set(?:[^a-z]|$)|tariff|tarif|billing|season|demo/i;
const LEAST = 3;
const LOOKED_AT = 60;
const LONGEST_PAYLOAD = 40;
/** Local time is at most so far from another. */
const OFF_MS = 2 * 86_400_000;
const DAY_S = 86_400;

/** A date and the time of day that goes on beside it. */
interface Clock {
  readonly label: string;
  readonly told: readonly (Reading & { readonly date: string })[];
  readonly times: readonly { readonly at: number; readonly time: string }[];
}

/** `clock_skew` of a clock that tells its date and its time of day apart, and that goes on days or years away. */
export function wrongDate(topic: TopicView, view: DeviceView): Finding | null {
  if (topic.mixes || topic.live.length < LEAST || isOther(topic.topic)) return null;
  for (const clock of clocksIn(topic, view)) {
    const last = clock.told.at(-1);
    const time = clock.times.findLast(({ at }) => at <= (last?.at ?? 0)) ?? clock.times[0];
    if (last === undefined || time === undefined || !runs(clock.times)) continue;
    // The same day goes on, or the one that follows it.
    if (new Set(clock.told.map(({ date }) => date)).size > 2) continue;
    const atMs = timeInText(`${last.date} ${time.time}`, time.at)?.atMs;
    const offMs = atMs === undefined ? 0 : atMs - time.at;
    if (Math.abs(offMs) < OFF_MS) continue;
    return findingFrom({
      severity: "warning",
      code: "clock_skew",
      title: `The device's clock is ${secondsText(offMs)} ${
        offMs > 0 ? "ahead" : "behind"
      }: its date "${clock.label}" is ${last.date}, at ${time.time}`,
      summary:
        `The time beside it goes on, and "${topic.topic}" says ${last.date} in ${clock.told.length} messages`,
      messages: someOf(clock.told),
      suggestion:
        "Set its date: what it does by weekday, holiday or season happens on other days. Look for the battery of its clock, or for what sets it (radio clock, NTP).",
    });
  }
  return null;
}

function isOther(around: string): boolean {
  return OTHER.test(around) || isOfSomethingElse(`${around.replaceAll("/", ".")}.`);
}

/** What holds a value is called as what it stands in: `date.value`. */
function plainPath(path: string): string {
  return path.replace(/(?:^|\.)(?:value|val|v)$/i, "");
}

function textAt({ fields }: Reading, path: string): string {
  return String(fields.get(path) ?? "").trim().slice(0, LONGEST_PAYLOAD);
}

/** The only text of a message that is told on a topic of its own. */
function soleText(topic: TopicView): string | null {
  const texts = [...topic.live.at(-1)?.fields ?? []].filter(([, value]: [string, Scalar]) =>
    typeof value === "string"
  );
  return texts.length === 1 ? texts[0]?.[0] ?? null : null;
}

function* clocksIn(topic: TopicView, view: DeviceView): Generator<Clock> {
  const last = topic.live.at(-1);
  for (const path of [...last?.fields.keys() ?? []].slice(0, LOOKED_AT)) {
    if (last === undefined || !DAY.test(textAt(last, path))) continue;
    const told = topic.live.map((one) => ({ ...one, date: textAt(one, path) }));
    if (!told.every(({ date }) => DAY.test(date)) || isOther(path)) continue;
    const own = plainPath(path);
    if (DATE.test(leafOf(own)) && own !== "") {
      const beside = [...last.fields.keys()].find((other) =>
        objectOf(plainPath(other)) === objectOf(own) && TIME.test(leafOf(plainPath(other)))
      );
      if (beside !== undefined) {
        yield { label: labelOf({ path, topic }), told, times: timesOf(topic, beside) };
      }
    }
    if (!DATE.test(levelOf(topic)) || soleText(topic) !== path) continue;
    for (const other of siblingTopics(view, topic)) {
      const text = TIME.test(levelOf(other)) ? soleText(other) : null;
      if (text !== null) yield { label: topic.topic, told, times: timesOf(other, text) };
    }
  }
}

/** The last level of a topic that says what it is of. */
function levelOf({ segments }: TopicView): string {
  return leafOf(segments.findLast((one) => !/^(?:state|value|status|get)$/i.test(one)) ?? "");
}

function timesOf(topic: TopicView, path: string): Clock["times"] {
  return topic.live.map((one) => ({ at: one.at, time: textAt(one, path) }));
}

/** Whether times of day go on as the messages come. */
function runs(times: Clock["times"]): boolean {
  const offs = times.map(({ at, time }) => {
    const [, h, m, s] = OF_DAY.exec(time) ?? [];
    return h === undefined ? NaN : Number(h) * 3_600 + Number(m) * 60 + Number(s ?? 0) - at / 1_000;
  });
  const slackS = times.some(({ time }) => /^\d+:\d+$/.test(time)) ? 65 : 5;
  const [first = NaN] = offs;
  return times.length >= LEAST && new Set(times.map(({ time }) => time)).size >= 2 &&
    offs.every((off) => {
      const apart = (((off - first) % DAY_S) + DAY_S) % DAY_S;
      return Math.min(apart, DAY_S - apart) <= slackS;
    });
}
