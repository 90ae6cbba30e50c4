import type { Finding } from "../../finding_shape.ts";
import { isCounter, isTime, labelOf, leafOf, type Scalar } from "../../reading/fields.ts";
import {
  type DeviceView,
  type FieldPlace,
  heardAtLeast,
  type Reading,
  type TopicView,
} from "../../reading/view.ts";
import { commandsHave, staysFinding } from "./no_effect.ts";
import { isWantingWord } from "./order_words.ts";
import { wordOf } from "../effects/stances.ts";
import { isOfSending, MOST_FIELDS, wordsOf } from "./wishes.ts";
import { WAIT } from "./waits.ts";

/** What is asked for may take so long; what is told as it was for longer, and so often, was not touched. */
const LEAST_AFTER = 2;
/** Who asks speaks seldom beside who tells. */
const MOST_ASKED = 12;
const OFTENER = 2;
const MOST_TOPICS = 300;

/** What is measured comes to what it shall be in its own time. */
const MEASURED =
  /temp|hum|moist|press|power|watt|energy|volt|curr|amp|level|speed|rpm|flow|co2|lux|illum|soc|batt|rssi|signal|weight|dist|freq/i;
/** Fields that are about the message, or how what is asked for shall be done. */
const ABOUT =
  /^(?:type|kind|method|id|.*_?id|uuid|seq|no|nr|ts|version|ver|schema|source|src|from|to|by|user|origin|who|reason|transition|duration|timeout|delay|ttl|retry|count|cmd|command|action|op|msg|message|text|title|status|result|code|key|token|name|topic|unit|lat|lon|lng|alt|event|mac|ip|host(?:name)?|addr(?:ess)?|device|dev|.*name|serial|sn|f?port)$/i;

/**
 * `command_without_reply` of a value that one topic bears now and then, while another one of the device tells it all the time
 * under the very same key, and goes on to tell it as it was. No name says here who asks: that the one speaks seldom and the
 * other to a beat does.
 */
export function heldOtherwise(view: DeviceView, told: ReadonlySet<Reading>): Finding[] {
  const topics = view.topics.filter(({ role, live }) =>
    live.length > 0 && /^(?:command|state|event|info)$/.test(role)
  ).slice(0, MOST_TOPICS);
  const tellers = topics.filter(({ role, mixes }) => role !== "command" && !mixes);
  for (const asking of topics) {
    if (!mayAsk(asking) || asking.live.some((one) => told.has(one))) continue;
    const telling = tellers.filter((other) =>
      other !== asking && other.live.length >= OFTENER * asking.live.length &&
      areOfOne(asking, other)
    );
    for (const path of [...asking.live.at(-1)?.fields.keys() ?? []].slice(0, MOST_FIELDS)) {
      const key = nameOf({ topic: asking, path });
      if (ABOUT.test(key) || isOfSending(key) || isCounter(key) || isTime(key)) continue;
      const places = telling.flatMap((topic) => {
        const paths = [...topic.live.at(-1)?.fields.keys() ?? []].slice(0, MOST_FIELDS);
        return paths.filter((one) =>
          path === ""
            ? isLonger(key, nameOf({ topic, path: one }))
            : one !== "" && isSameKey(one, path)
        ).map((one): FieldPlace => ({ topic, path: one }));
      });
      // Of several that are called so it may be any.
      if (places.length !== 1) continue;
      const [place] = places;
      const vain = place === undefined ? null : inVain({ topic: asking, path }, place, view);
      if (vain === null || place === undefined) continue;
      return [staysFinding({
        ...vain,
        who: commandsHave(vain.asked.length),
        label: labelOf({ path, topic: asking }),
        wanted: vain.asked.map(({ fields }) => fields.get(path) ?? null),
        place,
        on: asking.topic,
      })];
    }
  }
  return [];
}

/** What a place is called by its own: its field, or the last level of its topic. */
function nameOf({ topic, path }: FieldPlace): string {
  return leafOf(path === "" ? topic.segments.at(-1) ?? "" : path).toLowerCase();
}

/** `acsetpointovr` asks for what `acsetpoint` tells. */
function isLonger(one: string, other: string): boolean {
  return other.length >= LEAST_ALIKE && one !== other && one.startsWith(other);
}

const LEAST_ALIKE = 6;
/** So often the same number is asked for where only the names are alike. */
const LEAST_BARE = 3;

/** Whether a topic may be one on which somebody asks: it speaks live, seldom, and to no beat. */
function mayAsk({ role, live, readings, rhythm }: TopicView): boolean {
  if (live.length > MOST_ASKED) return false;
  if (live.at(-1)?.fields.has("") !== false) {
    const [first, ...others] = live.map(({ fields }) => fields.get(""));
    return role !== "command" && readings.length === live.length && typeof first === "number" &&
      others.length + 1 >= LEAST_BARE && others.every((one) => one === first);
  }
  return role === "command" || readings.length === live.length && rhythm?.even !== true;
}

/** Whether two fields are called the same, of which one may stand deeper in its document. */
function isSameKey(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => `.${path.replace(/\[\d+\]/g, "").toLowerCase()}`);
  return a !== undefined && b !== undefined && (a.endsWith(b) || b.endsWith(a));
}

/** Whether two topics are of one thing: beside each other, or below levels that only say which way they go. */
function areOfOne({ segments }: TopicView, other: TopicView): boolean {
  const above = segments.findIndex((level, i) => level !== other.segments[i]);
  // `soil/state` and `water/state` tell of two things, and so do `1/2/7` and `1/2/8`.
  const kind = (level = "") => level.replace(/\d+/g, "#");
  if (above < 1 || kind(segments.at(-1)) === kind(other.segments.at(-1))) return false;
  const [one, ...rest] = segments.slice(above);
  if (one === undefined || rest.length > 1 || other.segments.length - above > 2) return false;
  return rest.length === 0 ? other.segments.length - above < 2 : wordsOf(one).every(isWantingWord);
}

interface InVain {
  readonly asked: readonly Reading[];
  readonly after: readonly Reading[];
  readonly value: Scalar;
}

/** The last commands for a value that its place never told, as it stayed what it was before them. */
function inVain(wish: FieldPlace, place: FieldPlace, view: DeviceView): InVain | null {
  const { path, topic } = wish;
  const asked = topic.live.filter(({ fields }) => fields.has(path));
  const [first] = asked;
  if (first === undefined) return null;
  const tellings = place.topic.readings.filter(({ fields }) => fields.has(place.path));
  const before = tellings.filter(({ at }) => at <= first.at);
  const after = tellings.filter(({ at }) => at > first.at);
  const value = before.at(-1)?.fields.get(place.path);
  if (value === undefined || value === null || value === "") return null;
  const late = after.filter(({ at }) => at > first.at + WAIT.shownMs);
  if (late.length < LEAST_AFTER || !heardAtLeast(view, first.at, WAIT.shownMs)) return null;
  const held = wordOf(value);
  if (tellings.some(({ fields }) => wordOf(fields.get(place.path)) !== held)) return null;
  const wanted = asked.map(({ fields }) => fields.get(path));
  if (wanted.some((one) => typeof one !== typeof value || wordOf(one) === held)) return null;
  const isNumber = typeof value === "number";
  if (isNumber && MEASURED.test(nameOf(wish))) return null;
  // A word may be another one's name for the same, but not for who asks for it again.
  const isAgain = asked.length > 1 && (asked.at(-1)?.at ?? 0) - first.at >= WAIT.begunMs;
  return isAgain || typeof value === "boolean" ? { asked, after, value } : null;
}
