/** The time of one part, of a meter that is read through another one, which stands while its device's own time goes on. */
import { splitWords } from "../../../../payload/severity/split_words.ts";
import { spreadOf } from "../../../statistics.ts";
import { secondsText } from "../../evidence.ts";
import { labelOf, objectOf, type Scalar } from "../../reading/fields.ts";
import { isOfSomethingElse, timeIn, timeKind, writtenName } from "../../reading/timestamps.ts";
import {
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";

/** How a time is called of what was read then, after what it is of. */
const STAMP =
  /(?:^| )(?:(?:last )?(?:read|reading|measured|measurement)(?: (?:at|time|timestamp|dt|ts))?|(?:date ?)?time(?: ?stamp)?|ts|zeitstempel|tijdstip)$/;
/** Meters that hand on what they read through another one, hour by hour or oftener. */
const HOURLY =
  /^(?:gas|extra device|external(?: device| meter)?|m ?bus(?: device| meter)?|slave|sub ?meter|gas ?meter|gas meter reading|thermal|heat|warmte|water)$/;
/** What reads them for whoever asks, in one telegram with its own. */
const TELEGRAM =
  /(?:^|[/_-])(?:dsmr|p1|slimme_?meter|smart_?meter|smr|esmr|hanport|han|sml|telegram)(?:$|[/_-])/i;
const HOUR_MS = 3_600_000;
/** Older than any meter of one telegram is while it is heard; after so long it was taken away. */
const LEAST_OLD_MS = 6 * HOUR_MS;
/** What is read by a radio of its own, day by day at the longest. */
const DAILY = /warmte|heat|thermal|water/;
const LEAST_OLD_DAILY_MS = 50 * HOUR_MS;
const MOST_OLD_MS = 30 * 24 * HOUR_MS;
const LEAST_TOLD = 3;
const LEAST_MS = 60_000;
const MOST_FIELDS = 60;

/** What a part's time is behind its device's own by hours, though both come again and again; null where it is not. */
export function partsTimeStands(
  topic: TopicView,
  { last, view }: { readonly last: Reading; readonly view: DeviceView },
): { title: string; summary: string; readings: Reading[] } | null {
  const { live } = topic;
  if (topic.mixes || live.length < LEAST_TOLD) return null;
  if (last.at - (live[0]?.at ?? last.at) < LEAST_MS) return null;
  for (const [path, value] of [...last.fields].slice(0, MOST_FIELDS)) {
    const part = partOf(path, topic);
    if (part === null || isOfSomethingElse(path)) continue;
    const told = timeIn(value, last.at);
    if (told === null || live.some(({ fields }) => fields.get(path) !== value)) continue;
    const own = ownTime(view, { topic, path, zoned: told.zoned });
    const behindMs = (own?.atMs ?? NaN) - told.atMs;
    const leastMs = DAILY.test(part.called) ? LEAST_OLD_DAILY_MS : LEAST_OLD_MS;
    if (own === null || !(behindMs >= leastMs && behindMs <= MOST_OLD_MS)) continue;
    if (!valueStands(view, { topic, path, part })) continue;
    return {
      title: `What is told of its ${part.called} is ${secondsText(behindMs)} old: "${
        labelOf({ path, topic })
      }" stands at ${String(value).slice(0, 40)}, while "${own.label}" goes on`,
      summary: `On "${topic.topic}" so in all of ${live.length} messages`,
      readings: live.slice(-3),
    };
  }
  return null;
}

/** What is another one all the time while anything is drawn or fed in. */
const ELECTRIC =
  /power|leistung|watt|volt|spannung|current(?!_?(?:state|mode|temp))|strom|(?:^|[ _])[puiv][ _]?(?:ac|dc|l|pv|string|mppt)?[ _]?(?:tot(?:al)?)?\d?$/i;
const LEAST_ELECTRIC = 3;
const LEAST_STANDING = 6;
/** Clouds hand on a quarter of an hour, or two. */
const LEAST_LATE_MS = 2_100_000;

/** When all that is told was read stands behind the time of telling it, and so does every figure, though there is power; null where it does not. */
export function readTimeStands(
  topic: TopicView,
  { last, view }: { readonly last: Reading; readonly view: DeviceView },
): { title: string; summary: string; readings: Reading[] } | null {
  const { live } = topic;
  if (topic.mixes || live.length < LEAST_STANDING) return null;
  const fields = [...last.fields].slice(0, MOST_FIELDS);
  const wordsOf = (path: string) => splitWords(writtenName(path, [])).join(" ");
  const figures = fields.filter(([, value]) => typeof value === "number" && value % 1 !== 0);
  const electric = figures.filter(([path]) => ELECTRIC.test(wordsOf(path)));
  if (electric.length < LEAST_ELECTRIC) return null;
  if (figures.some(([path, value]) => live.some(({ fields }) => fields.get(path) !== value))) {
    return null;
  }
  for (const [path, value] of fields) {
    const words = wordsOf(path);
    if (!STAMP.test(words) || NOT_READ.test(words) || isOfSomethingElse(path)) continue;
    const times = live.map(({ at, fields }) => timeIn(fields.get(path) ?? null, at));
    const told = times.at(-1) ?? null;
    const stands = spreadOf(times.map((time) => time?.atMs ?? NaN)) <= TO_THE_SECOND_MS;
    const own = told === null || !stands ? null : ownTime(view, { topic, path, zoned: told.zoned });
    const behindMs = (own?.atMs ?? NaN) - (told?.atMs ?? NaN);
    if (own === null || !(behindMs >= LEAST_LATE_MS && behindMs <= MOST_OLD_MS)) continue;
    return {
      title: `Nothing new is read: "${labelOf({ path, topic })}" stands at ${
        String(value).slice(0, 40)
      }, ${
        secondsText(behindMs)
      } behind "${own.label}", and all ${figures.length} figures beside it never change`,
      summary: `On "${topic.topic}" so in all of ${live.length} messages`,
      readings: live.slice(-3),
    };
  }
  return null;
}

const TO_THE_SECOND_MS = 2_500;
/** Times that stand for long, whatever is read. */
const NOT_READ =
  /start|begin|boot|reset|install|since|sun|rise|next|end|stop|expir|chang|error|alarm|fault|event|min|max|peak|first/;

interface Part {
  /** In words: `extra device`. */
  readonly called: string;
  /** Whether its name stands before what is told of it, and not above it. */
  readonly isPrefix: boolean;
}

/** The part that a time is of: `gas` of `gas_timestamp` and of `gas/read_at`. */
function partOf(path: string, { segments }: TopicView): Part | null {
  const text = splitWords(writtenName(path, segments)).join(" ");
  const stamp = STAMP.exec(text);
  if (stamp === null || text.length > 60) return null;
  const head = text.slice(0, stamp.index).trim();
  const above = path === ""
    ? segments.at(-2) ?? ""
    : objectOf(path) === ""
    ? segments.at(-1) ?? ""
    : objectOf(path).slice(0, -1).split(".").at(-1) ?? "";
  const called = head === "" ? splitWords(above).join(" ") : head;
  return HOURLY.test(called) ? { called, isPrefix: head !== "" } : null;
}

/** The time that its device tells of itself beside a part's, in the newest message, where it goes on. */
function ownTime(
  view: DeviceView,
  o: { topic: TopicView; path: string; zoned: boolean },
): { atMs: number; label: string } | null {
  const root = o.topic.segments[0];
  const isOneTelegram = TELEGRAM.test(o.topic.topic);
  const beside = isOneTelegram
    ? view.topics.filter(({ segments }) => segments[0] === root)
    : [o.topic, ...siblingTopics(view, o.topic)];
  for (const topic of beside) {
    const last = topic.live.at(-1);
    if (last === undefined || topic.mixes || !/^(?:state|info|event)$/.test(topic.role)) continue;
    for (const [path, value] of [...last.fields].slice(0, MOST_FIELDS)) {
      if (topic === o.topic && path === o.path || partOf(path, topic) !== null) continue;
      if (isOfSomethingElse(path)) continue;
      if (timeKind(writtenName(path, topic.segments)) !== "made") continue;
      const told = timeIn(value, last.at);
      const all = topic.live.flatMap(({ at, fields }) =>
        timeIn(fields.get(path) ?? null, at)?.atMs ?? []
      );
      const goesOn = all.length >= LEAST_TOLD &&
        all.every((atMs, i) => i === 0 || atMs > (all[i - 1] ?? atMs));
      if (told !== null && told.zoned === o.zoned && goesOn) {
        return { atMs: told.atMs, label: labelOf({ path, topic }) };
      }
    }
  }
  return null;
}

/** Whether numbers are told of the part as well, all of which stand. */
function valueStands(
  view: DeviceView,
  { topic, path, part }: { topic: TopicView; path: string; part: Part },
): boolean {
  const isNumber = (value: Scalar | undefined) =>
    value !== null && value !== undefined && value !== "" && typeof value !== "boolean" &&
    Number.isFinite(Number(value));
  const all = path === "" ? siblingTopics(view, topic) : [topic];
  const values = all.flatMap((one) =>
    [...one.live.at(-1)?.fields ?? []].slice(0, MOST_FIELDS).filter(([other, value]) =>
      isNumber(value) && !(one === topic && other === path) &&
      objectOf(other) === objectOf(path) &&
      (!part.isPrefix ||
        splitWords(writtenName(other, one.segments)).join(" ").includes(part.called))
    ).map(([other]) => one.live.map(({ fields }) => fields.get(other)))
  );
  return values.length > 0 &&
    values.every((told) => told.every((value) => value === told[0]));
}
