import { leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { type DeviceView, type Reading, stateTopics, type TopicView } from "../../reading/view.ts";

/** A word that changed for good: the device went from one state to another. */
interface Turn {
  /** When the first message with the new word came, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** Fields whose texts tell no state. */
const NO_STATE =
  /time|date|^ts$|uuid|^id$|id$|(?<!state|status|mode|phase)name|^mac$|macaddr|ip$|ssid|url|topic|text|message|version|firmware|^fw|^sw$|build|release|hash|serial|seq|label|title|file/;
/** Words that tell of trouble: what goes with them is no matter of course. */
const TROUBLE =
  /err|fail|(?<!de)fault|lost|unavail|offline|missing|disconn|unreach|defe[ck]t|stör|stoer|abort|crash|stuck|alarm|unknown/i;
/** What was well before is not any more, whatever the other word means. */
const WELL = /^(?:ok|okay|good|healthy|valid|online|connected)$/i;
/** Fields that tell whether a part is still heard: what is told of it goes with it, and is missed. */
const REACH =
  /^(?:batter[iy](?:es)?|bms|pack|inverter|meter|sensor|slave|module|unit|bus|modbus|can|gateway)?comm(?:s|unication)?(?:status|state|ok|lost|fault)?$/;
/** Words of rest, after which many devices have nothing more to say. */
const REST =
  /^(?:off|idle|standby|stand_?by|ended?|finish\w*|complet\w*|docked|charg(?:ed|ing)|full|sleep\w*|asleep|hibernat\w*|stopp?(?:ed)?|parked|paused?|done|ready|inactive|not_?home|closed|change_?over|(?:(?:in|under)[ _-])?maintenance(?:[ _-]?mode)?|wartung(?:smodus)?|(?:planned|scheduled)[ _-]?(?:down ?time|stop|break|pause)|locked|(?:(?:auto|automatically|automatisch) )?(?:switched|powered|turned)[ _-]?off|aus|schl(?:ä|ae)ft|schlafend|verriegelt|abgeschlossen|geparkt|ende|fertig|bereit|aus_?geschaltet|arrêt\w*|éteint|uit|klaar|false|0)$/i;
const MOST_WORDS = 6;
const LOOKED_AT = 80;
const MOST_FIELDS = 60;

/** Turns of one topic's words, in no order. */
function turnsOf(topic: TopicView): Turn[] {
  // Where a state is told only as it changes, the one before it was retained.
  const held = topic.live.length > 1 ? topic.live : topic.readings;
  const readings = held.slice(-LOOKED_AT);
  const last = readings.at(-1);
  if (last === undefined || readings.length < 2 || last.sample.retain) return [];
  // Messages of several kinds take turns on one topic: each tells its own.
  const paths = new Set(readings.flatMap(({ fields }) => [...fields.keys()].slice(0, MOST_FIELDS)));
  return [...paths].slice(0, MOST_FIELDS).flatMap((path) => {
    const telling = readings.filter(({ fields }) => fields.has(path));
    if (!isWord(telling.at(-1)?.fields.get(path)) || NO_STATE.test(nameOf(path, topic.segments))) {
      return [];
    }
    const field = path === "" ? topic.topic : leafOf(path);
    return turnsIn(telling.map(({ fields }) => fields.get(path)))
      .map(({ at, before, after }) => ({ atMs: telling[at].at, field, before, after }));
  });
}

/** What a topic says that was not heard before: told as it changes, it has changed now. */
function firstSaid({ live, readings, segments, topic }: TopicView): Turn[] {
  const [first] = live;
  if (first === undefined || readings[0] !== first) return [];
  return [...first.fields].slice(0, MOST_FIELDS).flatMap(([path, value]) =>
    !isWord(value) || NO_STATE.test(nameOf(path, segments)) ? [] : [{
      atMs: first.at,
      field: path === "" ? topic : leafOf(path),
      before: "what was not heard",
      after: String(value),
    }]
  );
}

/** Names of what people choose, and nothing begins or ends with. */
export const TASTE = /preset|scene|theme|swing|child_?lock/;

/** The first ordinary turn of the device's words within a span of time, of those whose field is not left out. */
export function turnBetween(
  view: DeviceView,
  o: { fromMs: number; toMs: number; without?: (field: string) => boolean },
): Turn | undefined {
  return stateTopics(view).flatMap(turnsOf).find((turn) =>
    turn.atMs >= o.fromMs && turn.atMs <= o.toMs && !TROUBLE.test(turn.after) &&
    o.without?.(turn.field) !== true
  );
}

/** Whether anything was commanded within a span of time. */
export function isCommandedBetween(
  { topics }: DeviceView,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): boolean {
  return topics.some(({ role, live }) =>
    role === "command" && live.some(({ at }) => at >= fromMs && at <= toMs)
  );
}

/** Whether a word turned, or anything was commanded, within a span of time. */
export function isSwitchedBetween(view: DeviceView, span: { fromMs: number; toMs: number }) {
  return turnBetween(view, span) !== undefined || isCommandedBetween(view, span);
}

/** The turn within two beats of a topic before and after a time. */
export function turnNear(view: DeviceView, { rhythm }: TopicView, atMs = 0): Turn | undefined {
  const nearMs = 2 * (rhythm?.medianMs ?? 1_000);
  return turnBetween(view, { fromMs: atMs - nearMs, toMs: atMs + nearMs });
}

/** The time of a message and the one before it, and as much before and after them. */
export function spanAround(readings: readonly Reading[], at: number) {
  const [beforeMs, afterMs] = [readings[at - 1]?.at ?? 0, readings[at]?.at ?? 0];
  return { fromMs: 2 * beforeMs - afterMs, toMs: 2 * afterMs - beforeMs };
}

/** Names of what tells what a device does, where a word went and came back. */
const DOES =
  /stat(?:e|us)|mode|phase|step|action|activity|operation|program|zustand|betrieb|estado|etat|stato|stan$|toestand/;
/** Words that tell how good a value is, and nothing of what its device does. */
const HOW_GOOD = /bad|valid|poor|uncertain|warn|good|ok/i;

/** Flags that tell whether all is well, and not what is on. */
const TELLS_WELL =
  /ok$|valid|err|fault|alarm|alert|fail|trouble|problem|good|quality|conn|online|avail|low|high|leak|trip|lock|warn/;

/** Each field as it was told last: some messages hold but what changed. */
function toldLast({ live }: TopicView): Map<string, Scalar> {
  return new Map(live.slice(-LOOKED_AT).flatMap(({ fields }) => [...fields]));
}

/** Whether a word of no trouble or a flag was told at these times, and at none of the others: it was in another state then. */
export function hadAnotherWord(
  view: DeviceView,
  { at, others, withinMs }: { at: readonly number[]; others: readonly number[]; withinMs: number },
): boolean {
  return stateTopics(view).some((topic) =>
    [...toldLast(topic)].slice(0, MOST_FIELDS).some(([path, last]) => {
      const name = nameOf(path, topic.segments);
      const isFlag = typeof last === "boolean" && !TELLS_WELL.test(name);
      if (!isFlag && (typeof last !== "string" || NO_STATE.test(name) || !DOES.test(name))) {
        return false;
      }
      const wordAt = (ms: number) =>
        topic.live.findLast((one) => one.at <= ms + withinMs && one.fields.has(path))?.fields
          .get(path);
      const [word, ...more] = new Set(at.map(wordAt));
      if (more.length > 0 || others.some((ms) => wordAt(ms) === word)) return false;
      return typeof word === "boolean" ||
        typeof word === "string" && isWord(word) && !TROUBLE.test(word) && !HOW_GOOD.test(word);
    })
  );
}

/** The turn to rest that was the last that a device told before it fell silent; `untilMs` where others go on. */
export function restBefore(
  view: DeviceView,
  lastMs: number,
  o: { withinMs: number; untilMs?: number },
): Turn | undefined {
  const { withinMs, untilMs = Infinity } = o;
  const told = (topic: TopicView) => [...turnsOf(topic), ...firstSaid(topic)];
  return stateTopics(view).flatMap(told).find((turn) =>
    turn.atMs >= lastMs - withinMs && turn.atMs <= untilMs && REST.test(turn.after.trim()) &&
    turn.atMs > view.startedAtMs + withinMs && !TROUBLE.test(turn.after)
  );
}

/** Whether a message is one with which a turn came, or the one right before or after it. */
export function turnsAlong(topic: TopicView, at: Reading | undefined): Turn | undefined {
  const i = at === undefined ? -1 : topic.live.indexOf(at);
  const near = i < 0 ? [] : topic.live.slice(Math.max(0, i - 1), i + 2).map((one) => one.at);
  return turnsOf(topic).find((turn) =>
    near.includes(turn.atMs) && !TROUBLE.test(turn.after) && !WELL.test(turn.before) &&
    !REACH.test(turn.field)
  );
}

/** Bytes, figures with a decimal comma, and years and numbers within a text are no words. */
const NO_WORD = /[\p{Cc}\uFFFD]|^[+-]?\d+,\d+$|\d{4}/u;

function isWord(value: Scalar | undefined): value is string | boolean {
  return typeof value === "boolean" ||
    typeof value === "string" && value.length > 0 && value.length <= 40 && !NO_WORD.test(value);
}

/** Where values turn: what stands before never comes after, and the other way round. */
function turnsIn(
  values: readonly (Scalar | undefined)[],
): { at: number; before: string; after: string }[] {
  const words = values.map((value) => isWord(value) ? String(value) : null);
  if (new Set(words).size > MOST_WORDS) return [];
  const turns: { at: number; before: string; after: string }[] = [];
  for (let at = 1; at < words.length; at++) {
    const before = words[at - 1] ?? null;
    const after = words[at] ?? null;
    if (before === null || after === null || before === after) continue;
    const earlier = new Set(words.slice(0, at));
    if (words.slice(at).every((word) => word !== null && !earlier.has(word))) {
      turns.push({ at, before, after });
    }
  }
  return turns;
}
