import { findingFrom, iso, someOf } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { isCounter, isTime, labelOf, leafOf, type Scalar } from "../../reading/fields.ts";
import {
  type DeviceView,
  type FieldPlace,
  heardAtLeast,
  type Reading,
  type TopicView,
} from "../../reading/view.ts";
import { clip, commandsHave, noEffectTitle } from "./no_effect.ts";
import { areOneSide, sidesOf } from "./order_words.ts";
import { wordOf } from "../effects/stances.ts";
import { isWanting, keyOf, MOST_FIELDS, wantedIn, type Wish, wishesOf } from "./wishes.ts";
import { WAIT } from "./waits.ts";

/** By then what follows has begun to, or so many times as late as its like did; where nothing tells, later. */
const LATER = 3;
/** What was set and is what it was so soon again was not left so; what only lasts for a while is another matter. */
const FALLS_BACK_MS = 60_000;
const KEPT = /(?:mode|source|input|preset|profile|program)$/;

/** So few messages may be even by chance, or sent again by a timeout. */
const MOST_BY_CHANCE = 5;
const MOST_ASKING = 100;
const MOST_ASKED = 50;
const MOST_PLACES = 1_000;

/** What became of a command, by one place that tells what such commands ask for. */
interface Trial {
  readonly command: Reading;
  readonly wanted: Scalar;
  /** What was told is `contrary` where it is the opposite of what was asked for, and `returned` where it was begun and undone. */
  readonly outcome: "met" | "unchanged" | "other" | "contrary" | "returned";
  /** It was met step by step: a number went all the way. */
  readonly isGone: boolean;
  readonly told: Scalar;
  /** Messages of the place after it, until the next command. */
  readonly after: readonly Reading[];
  /** When it was met: how long after it the place began to tell something else. Otherwise: for how long it did not. */
  readonly waitedMs: number;
}

/** What is asked for on a topic, and a place that may tell it. */
interface Pair {
  readonly topic: TopicView;
  readonly wish: Wish;
  readonly place: FieldPlace;
  /** How the names of both differ, with `#` for the number of one of a kind. */
  readonly form: string;
  /** Both are called alike but for words that ask and tell. */
  readonly isNamed: boolean;
  readonly trials: readonly Trial[];
}

/**
 * `command_without_reply` of what does not come to be where it does for all of its kind, or did before. That a place tells
 * what a command asks for is learned: it told so, and anew, after others.
 */
export function unfollowedCommands(
  view: DeviceView,
  toldAlready: ReadonlySet<Reading>,
): { findings: Finding[]; commands: ReadonlySet<Reading> } {
  const pairs = pairsOf(view);

  const findings: Finding[] = [];
  const commands = new Set<Reading>();
  for (const own of pairs) {
    const failed = own.trials.filter(({ outcome }) => outcome !== "met");
    if (failed.length === 0 || failed.some(({ command }) => toldAlready.has(command))) continue;
    const like = pairs.filter(({ form, place }) =>
      form === own.form && (place.topic !== own.place.topic || place.path !== own.place.path)
    );
    if (
      !isOdd(own, { failed, like, view }) && !isOutOfHabit(own, failed) && !isUndone(own, failed)
    ) continue;
    if (isExplained(own, { failed, like, view })) continue;
    for (const { command } of failed) commands.add(command);
    if (findings.length < 2) findings.push(tellUnfollowed(own, failed));
  }
  return { findings, commands };
}

function tellUnfollowed({ topic, wish, place, trials }: Pair, failed: readonly Trial[]): Finding {
  const last = failed.at(-1);
  const met = trials.length - failed.length;
  return findingFrom({
    code: "command_without_reply",
    title: noEffectTitle({
      who: commandsHave(failed.length),
      asked: wish.name ?? labelOf({ path: wish.path, topic }),
      wanted: failed.map((one) => clip(one.wanted)),
      told: `${last?.outcome === "other" ? "became" : "stays"} ${clip(last?.told)}`,
      place,
    }),
    summary: `Asked at ${iso(failed[0]?.command.at ?? 0)} and ${failed.length - 1} times later; ${
      met > 0 ? `${met} other commands were followed` : "others of its kind follow each time"
    }`,
    messages: someOf(failed.flatMap(({ command, after }) => [command, ...after.slice(0, 1)])),
    suggestion:
      "Compare it with those that follow: whether it is there, subscribes to this very topic, and is not blocked, wired or set up otherwise.",
  });
}

/** Whether nothing came of all that was asked of one, while its like follow each time. */
function isOdd(
  { trials }: Pair,
  { failed, like, view }: { failed: readonly Trial[]; like: readonly Pair[]; view: DeviceView },
): boolean {
  const others = like.flatMap((one) => one.trials);
  if (failed.length < trials.length || others.some(({ outcome }) => outcome !== "met")) {
    return false;
  }
  const least = others.some(({ isGone }) => isGone) ? 1 : 2;
  if (others.length < least || failed.length < 2 && like.length < 2) return false;
  const leastMs = Math.max(
    WAIT.begunMs,
    LATER * Math.max(...others.map(({ waitedMs }) => waitedMs)),
  );
  return failed.every(({ outcome, after, command, waitedMs }) =>
    outcome === "other" ||
    waitedMs >= (after.length > 0 ? leastMs : Math.max(WAIT.onceMs, leastMs)) &&
      heardAtLeast(view, command.at, leastMs)
  );
}

/** Whether what was asked for by its name is begun and undone, or its opposite is done, each time. */
function isUndone({ trials, isNamed }: Pair, failed: readonly Trial[]): boolean {
  return isNamed && trials.length > 1 && failed.length === trials.length &&
    trials.every(({ outcome }) => outcome === "contrary" || outcome === "returned");
}

/** Whether one that followed for various values does so no more, or never for one of them. */
function isOutOfHabit({ trials, isNamed }: Pair, failed: readonly Trial[]): boolean {
  const met = trials.filter(({ outcome }) => outcome === "met");
  const values = new Set(met.map(({ wanted }) => wordOf(wanted)));
  // What has the very name needs not be learned.
  if (failed.length < 2 || !isNamed && (met.length < 3 || values.size < 2)) return false;
  const leastMs = Math.max(WAIT.begunMs, LATER * Math.max(...met.map(({ waitedMs }) => waitedMs)));
  const isLast = trials.slice(-failed.length).every(({ outcome }) => outcome !== "met");
  const isOne = failed.some(({ outcome }) => outcome === "other") &&
    failed.every(({ wanted, told }) => !values.has(wordOf(wanted)) && told === failed[0]?.told);
  return isOne && met.length > 0 ||
    isLast && met.length > 2 &&
      failed.every(({ outcome, after, waitedMs }) =>
        outcome === "unchanged" && waitedMs >= (after.length > 0 ? leastMs : 2 * WAIT.onceMs)
      );
}

/** Whether after each of those in vain, and no other, something else was said in words: why not. */
function isExplained(
  { topic, place, trials }: Pair,
  { failed, like, view }: { failed: readonly Trial[]; like: readonly Pair[]; view: DeviceView },
): boolean {
  const met = [...trials, ...like.flatMap((one) => one.trials)].filter(({ outcome }) =>
    outcome === "met"
  );
  return view.topics.some((other) => {
    if (other === topic || other === place.topic || other.rhythm?.even === true) return false;
    const says = ({ command }: Trial) =>
      other.live.some(({ at, fields }) =>
        at > command.at && at <= command.at + WAIT.begunMs &&
        [...fields.values()].some((value) => typeof value === "string" && /\p{L}{3}/u.test(value))
      );
    return failed.every(says) && !met.some(says);
  });
}

/** Pairs that were met once at least, those of their form, and those of one name. */
function pairsOf(view: DeviceView): Pair[] {
  const asking = view.topics.filter((topic) => topic.live.length > 0 && mayAsk(topic, view))
    .slice(0, MOST_ASKING);
  if (asking.length === 0) return [];
  const wishes = asking.flatMap((topic) => {
    const surely = isWanting(topic, view);
    return wishesOf(topic, (path) => !isTime(leafOf(path)) && !isCounter(leafOf(path)))
      .slice(0, MOST_FIELDS)
      .map((wish) => ({ topic, wish, surely, asked: askedFor(topic, wish) }));
  }).filter(({ surely, asked }) =>
    // What is a command by nothing but what follows it is one for a number.
    asked.length > 0 && (surely || asked.every(({ wanted }) => typeof wanted === "number"))
  );
  const places = wishes.length === 0 ? [] : placesOf(view, asking);
  const found: Pair[] = [];
  for (const { topic, wish, surely, asked } of wishes) {
    for (const place of places) {
      const form = place.topic === topic ? null : formOf({ topic, wish }, place);
      if (form === null) continue;
      const trials = trialsOf({ topic, asked, surely }, place);
      const isNamed = surely && keyOf(place.topic, place.path) === wish.key;
      if (trials.length > 0) found.push({ topic, wish, place, form, isNamed, trials });
    }
  }
  const learned = new Set(
    found.filter(({ trials }) => trials.some(({ outcome }) => outcome === "met")).map(({ form }) =>
      form
    ),
  );
  return found.filter(({ form, isNamed }) => isNamed || learned.has(form));
}

/** Whether others may ask for something on a topic. */
function mayAsk(topic: TopicView, view: DeviceView): boolean {
  const { live, readings, rhythm, role } = topic;
  return role === "command" || isWanting(topic, view) ||
    /^(?:state|event)$/.test(role) && !(rhythm?.even === true && live.length > MOST_BY_CHANCE) &&
      readings.length === live.length && live.length <= MOST_ASKED;
}

function placesOf(view: DeviceView, asking: readonly TopicView[]): FieldPlace[] {
  return view.topics.filter((topic) =>
    /^(?:state|info|event|reply)$/.test(topic.role) && topic.readings.length > 1 &&
    !(asking.includes(topic) && isWanting(topic, view))
  ).flatMap((topic) =>
    [...topic.readings.at(-1)?.fields.keys() ?? []].slice(0, MOST_FIELDS)
      .filter((path) => !isTime(leafOf(path)) && !isCounter(leafOf(path)))
      .map((path) => ({ topic, path }))
  ).slice(0, MOST_PLACES);
}

/** Levels and names by which all of a kind are asked at once. */
const ALL = /^(?:all|alle|every|tous|toutes|todos|todas|tutti|tutte|wszystkie|kaikki|alla|allen)$/i;

/** How the names of what is asked and what is told differ; null where they are of two numbers of a kind, or of nothing common. */
function formOf(
  { topic, wish }: { topic: TopicView; wish: Wish },
  place: FieldPlace,
): string | null {
  const [one, other] = [topic.segments, place.topic.segments];
  let common = 0;
  while (
    common < one.length && common < other.length &&
    one[common]?.toLowerCase() === other[common]?.toLowerCase()
  ) common++;
  if (common === 0 && one.length > 1) return null;
  const asked = `${one.slice(common).join("/")}:${wish.name ?? wish.path}`;
  const told = `${other.slice(common).join("/")}:${place.path}`;
  const [a, b] = [asked, told].map((text) => text.match(/\d{1,4}/g) ?? []);
  if (a === undefined || b === undefined) return null;
  const isAll = one.slice(common).some((level) => ALL.test(level));
  if (b.length > 0 && a.join() !== b.join() && !(a.length === 0 && isAll)) return null;
  return `${asked}>${told}`.replace(/\d{1,4}/g, "#");
}

/** What a value means, in all ways in which it may be written. */
function meaningsOf(value: Scalar): string[] {
  const word = wordOf(value);
  const sides = [...sidesOf(word)].map(([pair, is]) => `${pair}${is ? "+" : "-"}`);
  return [typeof value === "number" ? String(Math.round(value * 100) / 100) : word, ...sides];
}

function isSame(one: Scalar, other: Scalar): boolean {
  const meanings = meaningsOf(one);
  return meaningsOf(other).some((meaning) => meanings.includes(meaning));
}

/** Whether a value is the opposite of another one: the other side, the other sign, the same parts in another order. */
function isContrary(one: Scalar, other: Scalar): boolean {
  if (typeof one === "number" && typeof other === "number") {
    return one !== 0 && Math.abs(one + other) <= Math.abs(one) * 0.02;
  }
  const [a, b] = [wordOf(one), wordOf(other)];
  const parts = [a, b].map((text) => text.slice(0, 80).split(/[,;]/).sort().join());
  return a !== b && a.includes(",") && parts[0] === parts[1] ||
    areOneSide(a, b) === false;
}

/** The latest messages that ask for something by a field, and for what. */
function askedFor(topic: TopicView, wish: Wish): Pick<Trial, "command" | "wanted">[] {
  return topic.live.slice(-MOST_ASKED).flatMap((command) => {
    const wanted = wantedIn(command, wish);
    return wanted === "" || wanted === null ? [] : [{ command, wanted }];
  });
}

function trialsOf(
  { topic, asked, surely }: {
    topic: TopicView;
    asked: ReturnType<typeof askedFor>;
    surely: boolean;
  },
  { topic: { readings }, path }: FieldPlace,
): Trial[] {
  const telling = readings.filter(({ fields }) => fields.has(path));
  const wants = asked.map(({ wanted }) => wanted);
  return asked.flatMap(({ command, wanted }, i): Trial[] => {
    const { at } = command;
    const next = asked[i + 1]?.command.at ?? Infinity;
    const untilMs = Math.min(next, at + WAIT.allTheWayMs);
    const before = telling.findLast((one) => one.at <= at)?.fields.get(path);
    if (before === undefined || before === null || isSame(before, wanted)) return [];
    const after = telling.filter((one) => one.at > at && one.at <= untilMs);
    const values = after.map(({ fields }) => fields.get(path) ?? null);
    const changed = values.findIndex((value) => value !== before);
    const begunMs = (after[changed]?.at ?? Infinity) - at;
    const hit = values.findIndex((value) => isSame(value, wanted));
    const isNumber = typeof wanted === "number" && typeof before === "number";
    const away = isNumber ? values.map((value) => Math.abs(Number(value) - wanted)) : [];
    const isNearing = isNumber && Math.max(Math.abs(wanted), Math.abs(before)) > 1 &&
      away.slice(0, hit).every((one, j) => one <= (away[j - 1] ?? Math.abs(before - wanted)));
    const isGone = isNearing && hit > 2;
    const base = { command, wanted, after, isGone };
    if (hit >= 0) {
      const since = values.slice(hit);
      const back = since.indexOf(before);
      const heldMs = (after[hit + back]?.at ?? Infinity) - after[hit].at;
      if (
        surely && back > 0 && heldMs <= FALLS_BACK_MS && since.at(-1) === before &&
        new Set(since).size === 2 && sidesOf(wordOf(wanted)).size === 0 &&
        (isNumber || KEPT.test(leafOf(path === "" ? topic.segments.at(-2) ?? "" : path)))
      ) return [{ ...base, outcome: "returned", told: before, waitedMs: begunMs }];
      return after[hit].at <= at + WAIT.shownMs || isNearing
        ? [{ ...base, outcome: "met", told: wanted, waitedMs: begunMs }]
        : [];
    }
    if (changed < 0) {
      const waitedMs = (after.at(-1)?.at ?? untilMs) - at;
      return [{ ...base, outcome: "unchanged", told: before, waitedMs }];
    }
    const told = values[changed] ?? null;
    const since = values.slice(changed);
    const outcome = isContrary(wanted, told)
      ? "contrary"
      : isContrary(wanted, before) && since.at(-1) === before && new Set(since).size === 2
      ? "returned"
      : wants.some((one) => isSame(one, told)) || isNumber &&
          away.every((one) => one >= Math.abs(before - wanted))
      ? "other"
      : null;
    return surely && outcome !== null && begunMs <= WAIT.begunMs
      ? [{ ...base, outcome, told: outcome === "returned" ? before : told, waitedMs: begunMs }]
      : [];
  });
}
