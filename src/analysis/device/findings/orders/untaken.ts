import type { Finding } from "../../finding_shape.ts";
import { isHolder, labelOf, leafOf, objectOf, type Scalar } from "../../reading/fields.ts";
import {
  type DeviceView,
  type FieldPlace,
  heardAtLeast,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";
import { isAimName, isEnd, isPositionName, isSide, isWantingWord, sidesOf } from "./order_words.ts";
import {
  isBesideFeedback,
  isWanting,
  joinedByNumber,
  keyOf,
  latestOf,
  looseKeyOf,
  MOST_FIELDS,
  SWITCHES,
  toldOf,
  wantedIn,
  type Wish,
  wishesOf,
  withoutName,
  wordsOf,
} from "./wishes.ts";
import { heldInDocument } from "./told_in_document.ts";
import { commandsHave, staysFinding } from "./no_effect.ts";
import { isWithin, toldApart } from "../likes/told_apart.ts";
import {
  AIM,
  CHOSEN,
  DOES,
  FLAG,
  HALTS,
  isHalted,
  isSetting,
  MOVES,
  NUMBER,
  RESTS,
  saidAt,
  SETTING,
  stanceOf,
  wordOf,
} from "../effects/stances.ts";
import { WAIT } from "./waits.ts";

/** So often and so long something is asked for in vain, whatever becomes of it later. */
const LEAST_AGAIN = 2;

/** Fields that say what a message is, not how its device is. */
const KIND = /^(?:msg|message|type|kind|event|cmd|command|action|op|method|request|title|text)$/;
/** A flag of whether there is such a thing at all, whatever it does. */
const IS_THERE = /^(?:is)?present$/;

/** Parts of a document that says both what a device is to be and what it is. */
const DESIRED = /(?:^|\.)(?:desired|delta)\./;
const REPORTED = /(?:^|\.)(?:reported|actual)\./;

/** Commands for a value that is told otherwise before and after, and the topics they came on. */
interface Untaken {
  readonly findings: Finding[];
  readonly commands: ReadonlySet<Reading>;
}

/** `command_without_reply` of commands for a value that stays what it was. */
export function untakenCommands(heard: DeviceView): Untaken {
  const view = joinedByNumber(heard);
  const wanting = view.topics.flatMap((topic) => {
    if (topic.live.length === 0) return [];
    const isAsking = isWanting(topic, view);
    const wishes = wishesOf(topic, (path) => isAsking || DESIRED.test(path));
    return wishes.length === 0 ? [] : [{ topic, wishes }];
  });
  const findings: Finding[] = [];
  const commands = new Set<Reading>();
  if (wanting.length === 0) return { findings, commands };
  const told = new Map<string, FieldPlace[]>();
  const loosely = new Map<string, FieldPlace[]>();
  const setters = new Set(
    view.topics.filter(({ segments, live }) => segments.at(-1) === "set" && live.length > 0)
      .map(({ segments }) => segments.slice(0, -1).join("/")),
  );
  for (const topic of view.topics) {
    // Beside `set`, what bears values on `get` is what was got.
    const isGot = topic.segments.at(-1) === "get" &&
      setters.has(topic.segments.slice(0, -1).join("/"));
    if (!isGot && !/^(?:state|info|event|reply|availability)$/.test(topic.role)) continue;
    if (isBesideFeedback(topic, view)) continue;
    for (const [path, value] of [...latestOf(topic)].slice(0, MOST_FIELDS)) {
      const key = keyOf(topic, path);
      const isOfIt = !KIND.test(leafOf(path)) && !DESIRED.test(path) &&
        !(typeof value === "boolean" && IS_THERE.test(leafOf(path)));
      if (key !== "" && value !== "" && isOfIt) {
        told.set(key, [...told.get(key) ?? [], { topic, path }]);
        const loose = looseKeyOf(topic, path);
        loosely.set(loose, [...loosely.get(loose) ?? [], { topic, path }]);
      }
    }
  }
  for (const { topic, wishes } of wanting) {
    for (const wish of wishes) {
      const { path, key } = wish;
      const isDesired = DESIRED.test(path);
      const last = topic.live.at(-1);
      const wanted = last === undefined ? undefined : wantedIn(last, wish);
      const isNumber = typeof wanted === "number" && !FLAG.test(String(wanted));
      const isBareNumber = isNumber && (path === "" || isHolder(leafOf(path)));
      const parent = topic.segments.slice(0, -1).join("/");
      const isOfWhole = wish.says !== undefined ||
        path === "" && wordsOf(topic.segments.at(-1) ?? "").every(isWantingWord);
      const isElsewhere = (one: FieldPlace) =>
        isDesired ? REPORTED.test(one.path) : one.topic !== topic;
      const documented = path === "" ? toldByDocument(topic, wish, view) : [];
      const same = documented.length > 0
        ? documented
        : (told.get(key) ?? []).filter((one) => isElsewhere(one) && !(isBareNumber && isWord(one)));
      // What a document says by its own words is compared by their sides alone.
      const deed = documented.length > 0
        ? !isBareNumber &&
          documented.every((one) => isSide(wordOf(one.topic.readings.at(-1)?.fields.get(one.path))))
        : wish.name === undefined && isDeed(topic, { path, key }) &&
          !(isBareNumber &&
            (same.length === 0 ||
              same.some((one) => tellsState(one) || one.topic.topic === parent)));
      const isHow = same.some((one) => one.topic.role !== "availability" && !isAcknowledging(one));
      const isOfParts = deed || isBareNumber || isOfWhole || isNumber && wish.name !== undefined;
      const below = !isHow && isOfParts ? partsOf(told, { key, wanted: wordOf(wanted) }) : [];
      const parts = below.length > 0
        ? below
        : same.length > 0
        ? same
        : deed
        ? below
        : calledAlike(told, { wish, loosely, topic, view });
      const elsewhere = parts.filter(isElsewhere);
      // That it is online says nothing of what it was told to be.
      const speaking = elsewhere.filter((one) => one.topic.role !== "availability");
      // Nor does it that the command was understood.
      const telling = speaking.filter((one) => !isAcknowledging(one));
      const others = telling.length > 0 ? telling : speaking.length > 0 ? speaking : elsewhere;
      // Where the setting is told, what is measured beside it says nothing.
      const settings = others.filter(isSetting);
      const places = (settings.length > 0 ? settings : others)
        .filter((one, _, all) => all.length === 1 || !isNumberBesideWords(one, { topic, wish }));
      const against = places.map((place) => ignored(place, { topic, wish, isDeed: deed, view }));
      const [one] = against;
      const place = places[0];
      if (one === undefined || one === null || place === undefined) continue;
      if (against.includes(null) || isTakenBelow(told, { wish, asked: one.asked })) continue;
      for (const command of one.asked) commands.add(command);
      findings.push(staysFinding({
        who: isDesired ? "What is desired has" : commandsHave(one.asked.length),
        label: wish.name ?? labelOf({ path, topic }),
        wanted: one.asked.map((asked) => wantedIn(asked, wish)),
        place,
        value: one.value,
        asked: one.asked,
        after: one.after,
      }));
      break;
    }
    if (findings.length === 2) break;
  }
  return { findings, commands };
}

/**
 * The places whose name is that of a wish in other words: with a unit, cut short (`temp` and `temperature`), on the topic
 * that a document names, or, for what has two sides, one level up or down.
 */
function calledAlike(
  told: ReadonlyMap<string, readonly FieldPlace[]>,
  o: {
    wish: Wish;
    loosely: ReadonlyMap<string, readonly FieldPlace[]>;
    topic: TopicView;
    view: DeviceView;
  },
): readonly FieldPlace[] {
  const { key, path } = o.wish;
  const cut = key.lastIndexOf("/");
  const name = key.slice(cut + 1);
  const setBy = toldOf(o.topic, o.view);
  const held = setBy === null ? null : heldIn(setBy, path);
  if (setBy !== null && held !== null) {
    // What is measured has the name of what sets how it is to be.
    const aimed = toldApart(told, o).filter(isSetting);
    return aimed.length > 0 ? aimed : [{ topic: setBy, path: held }];
  }
  const documented = heldInDocument(o.view)(o.topic);
  if (documented !== null) return [documented];
  // What is told under the very name, by the topic itself or in words, is not called otherwise.
  if (told.has(key)) return [];
  const same = o.loosely.get(o.wish.loosely);
  if (same !== undefined) return same;
  if (name.length < LEAST_CUT || cut < 0) return [];
  // What sets how warm it is to be may be called after the warmth alone.
  const aims = /^temp(?:erature)?$/.test(name)
    ? (told.get(key.slice(0, cut)) ?? []).filter(isSetting)
    : [];
  if (aims.length === 1) return aims;
  const near: FieldPlace[] = [];
  const apart: FieldPlace[] = [];
  const last = o.topic.live.at(-1);
  const isSwitching = last !== undefined && isSide(String(wantedIn(last, o.wish))) &&
    !CHOSEN.test(name);
  // What is switched is the thing itself: `command/2/power` and `state/2`.
  const itself = isSwitching && SWITCHES.test(name) ? told.get(key.slice(0, cut)) ?? [] : [];
  if (itself.length === 1) return itself;
  for (const [other, places] of told) {
    if (other.lastIndexOf("/") === cut && other.startsWith(key.slice(0, cut + LEAST_CUT + 1))) {
      const [shorter, longer] = other.length < key.length ? [other, key] : [key, other];
      const isCut = longer.startsWith(shorter) && /^\p{L}+$/u.test(longer.slice(cut + 1));
      if (isCut) near.push(...places);
    } else if (isSwitching && other.endsWith(`/${name}`) && isWithin(other, key)) {
      apart.push(...places);
    }
  }
  if (near.length > 0) return near;
  return apart.length === 1 ? apart : toldApart(told, o);
}

/** Where a topic tells what is set by a path on another one: under the same, or beside when it was told: `{"ts": …, "v": true}`. */
function heldIn(topic: TopicView, path: string): string | null {
  const paths = [...latestOf(topic).keys()];
  if (paths.includes(path)) return path;
  const [held, ...others] = path === "" ? paths.filter((one) => isHolder(leafOf(one))) : [];
  return held === undefined || others.length > 0 ? null : held;
}

const LEAST_CUT = 3;
/** The place where a document says that what is asked for on a topic is told; `close_1` may be told on `door/1`. */
function toldByDocument(
  { topic }: TopicView,
  { name }: Wish,
  { identity, topics }: DeviceView,
): FieldPlace[] {
  const effect = identity.effects.get(topic);
  return effect === undefined || name !== undefined && !effect.topic.split("/").includes(name)
    ? []
    : topics.filter((one) =>
      one.topic === effect.topic && one.readings.at(-1)?.fields.has(effect.path) === true
    ).map((one) => ({ topic: one, path: effect.path }));
}

/** Whether a place tells a number that is neither a flag nor a way, where a word is asked for: how many events there were. */
function isNumberBesideWords(
  { topic, path }: FieldPlace,
  o: { topic: TopicView; wish: Wish },
): boolean {
  const value = topic.readings.at(-1)?.fields.get(path);
  return typeof value === "number" && value > 1 && !ON_THE_WAY.test(leafOf(path)) &&
    o.topic.live.every((one) => typeof wantedIn(one, o.wish) === "string");
}

/** Whether a place tells, in a word of its own, that commands arrive: `ok` on `ack`. */
function isAcknowledging({ topic, path }: FieldPlace): boolean {
  return topic.role === "reply" &&
    /^(?:ok|okay|ack|acknowledged|accepted|received|done|success|completed|executed)$/.test(
      wordOf(topic.readings.at(-1)?.fields.get(path)),
    );
}

/** Whether a place tells a word, of which a number says nothing: a desk that is to be at 74 and says `stop`. */
function isWord({ topic, path }: FieldPlace): boolean {
  return typeof topic.readings.at(-1)?.fields.get(path) === "string";
}

/** What starts and stops, and the flag that tells whether it does. */
const RUNS = /^(?:start|stop|run|on|off)$/;
const RUNNING = /^(?:is)?(?:running|active|started|on)$/;
/** A field that only says that it is how it is. */
const HOLDS = /^(?:|actual|current|value|val|v|is|ist|now)$/;
/** What a bare number sets of a thing that is called without saying what of it: `desk/set`. */
const SET_BY_NUMBER = /^(?:current|actual)?(?:tilt|brightness|dimmer|dim|volume|channel|preset)$/;
const isSetByNumber = (leaf: string) =>
  SET_BY_NUMBER.test(leaf) || !/level$/.test(leaf) && isPositionName(leaf);
/** The one of several of a kind that is set with all of them: `volume.Master` beside `volume.LF`. */
const LEADING = /^(?:master|main|overall)$/;

/**
 * The one field of a thing that is `closed` where the thing was told to `open`, or its position where it was to move, or
 * was told a number.
 */
function partsOf(
  told: ReadonlyMap<string, readonly FieldPlace[]>,
  { key, wanted }: { key: string; wanted: string },
): readonly FieldPlace[] {
  const pair = [...sidesOf(wanted).keys()].find((at) => at > 0);
  const isMove = MOVES.test(wanted);
  const isRun = RUNS.test(wanted);
  const isNumber = NUMBER.test(wanted);
  if (pair === undefined && !isMove && !isRun && !isNumber) return [];
  const isBelow = (other: string) =>
    other.startsWith(`${key}/`) && !(isNumber && other.includes("/", key.length + 1));
  const below = [...told].filter(([other]) => isBelow(other)).flatMap(([, places]) => places);
  const tells = (isNamed: (leaf: string) => boolean) =>
    below.filter(({ topic, path }) =>
      typeof topic.readings.at(-1)?.fields.get(path) === "number" &&
      (isNamed(leafOf(HOLDS.test(leafOf(path)) ? topic.segments.at(-1) ?? "" : path)) ||
        LEADING.test(leafOf(path)) && isNamed(leafOf(objectOf(path).slice(0, -1))))
    );
  const found = isMove || isNumber
    ? tells(isMove ? isPositionName : isSetByNumber)
    : below.filter(({ topic, path }) => {
      const value = topic.readings.at(-1)?.fields.get(path);
      return isRun
        ? RUNNING.test(leafOf(path)) && FLAG.test(wordOf(value)) ||
          DOES.test(leafOf(path === "" ? topic.segments.at(-1) ?? "" : path)) &&
            RESTS.test(wordOf(value))
        : pair !== undefined && sidesOf(saidAt({ topic, path }, value)).has(pair);
    });
  const moved = found.length === 0 && isEnd(wanted) ? tells(isPositionName) : found;
  return moved.length === 1 ? moved : [];
}

/** Whether it is set on a topic of its own below it, and what is measured stands beside it by the plain name: `heat_temp` beside `temp`. */
function isSetBesideMeasured(
  { topic, path }: FieldPlace,
  o: { topic: TopicView; view: DeviceView },
): boolean {
  const name = leafOf(topic.segments.at(-1) ?? "");
  return path === "" && o.topic.segments.slice(0, -1).join("/") === topic.topic &&
    siblingTopics(o.view, topic).some((other) => {
      const plain = leafOf(other.segments.at(-1) ?? "");
      return other !== topic && plain.length > 2 && name.endsWith(plain);
    });
}

/** Whether a part of a thing tells after a command what was asked of the thing: `limits/max_current`. */
function isTakenBelow(
  told: ReadonlyMap<string, readonly FieldPlace[]>,
  { wish, asked }: { wish: Wish; asked: readonly Reading[] },
): boolean {
  const { key } = wish;
  const cut = key.lastIndexOf("/");
  return [...told].some(([other, places]) =>
    other !== key && other.startsWith(key.slice(0, cut + 1)) && other.endsWith(key.slice(cut)) &&
    places.some((place) =>
      place.topic.readings.some(({ at, fields }) =>
        asked.some((one) => at > one.at && fields.get(place.path) === wantedIn(one, wish))
      )
    )
  );
}

/** Whether a word on a topic or in a field for commands of all kinds names what is to be done: `feed`. */
function isDeed({ segments }: TopicView, { path, key }: { path: string; key: string }): boolean {
  const words = wordsOf(path === "" ? segments.at(-1) ?? "" : leafOf(withoutName(path)));
  return !CHOSEN.test(key) && !words.some((word) => SETTING.test(word)) &&
    words.every(isWantingWord);
}

/** Levels and fields that say how something is, whatever it is. */
const AS_IT_IS =
  /^(?:states?|status|stat|current|actual|reported|feedback|fb|position|estado|stato|etat)$/;

function tellsState({ topic, path }: FieldPlace): boolean {
  return wordsOf(path === "" ? topic.segments.at(-1) ?? "" : path).some((word) =>
    AS_IT_IS.test(word)
  );
}

/** Messages so close to one another are told in one go. */
const TOGETHER_MS = 300;

/** What asks for something to be told. */
export const QUESTION = /^(?:get|query|refresh|read|status|poll|request|report|ask)(?![a-z])/i;

/**
 * The last commands in a row for another value than is told ever since, and before; null where one was taken, may still be,
 * or what is told cannot be compared.
 */
function ignored(
  place: FieldPlace,
  o: { topic: TopicView; wish: Wish; isDeed: boolean; view: DeviceView; untilMs?: number },
): { value: Scalar; asked: Reading[]; after: Reading[] } | null {
  const { untilMs = Infinity } = o;
  const telling = place.topic.readings.filter(({ at, fields }) =>
    at < untilMs && fields.has(place.path)
  );
  const last = telling.at(-1);
  const value = last?.fields.get(place.path);
  if (last === undefined || value === undefined || value === null) return null;
  const changedAt = telling.findLast(({ fields }) => fields.get(place.path) !== value)?.at ?? 0;
  const isFlag = new Set(telling.map(({ fields }) => Number(fields.get(place.path)))).size === 2;
  const isCode = tellsState(place) && telling.some(({ fields }) => fields.get(place.path) === 1) &&
    telling.every(({ fields }) => FLAG.test(wordOf(fields.get(place.path))));
  const isSet = isSetBesideMeasured(place, o) || isUntouched(telling, { place, ...o });
  let asked: Reading[] = [];
  for (const command of o.topic.live) {
    const wanted = wantedIn(command, o.wish);
    if (
      command.at <= changedAt || command.at >= untilMs || wanted === "" ||
      QUESTION.test(String(wanted)) ||
      // How much it shall be is not told by what says whether it is.
      isCode && typeof wanted === "number" && wanted > 1
    ) continue;
    const stance = stanceOf(wanted, value, { ...place, isDeed: o.isDeed, isFlag, isSet });
    if (stance === "against") asked.push(command);
    // What asks for what is, or cannot be compared, calls off what was not yet shown to be without effect.
    else {
      const waitMs = asked.length > 1 ? WAIT.begunMs : WAIT.onceMs;
      asked = asked.filter(({ at }) => isInVain(place, { at, untilMs: command.at, waitMs }));
    }
  }
  const first = asked[0];
  if (first === undefined) {
    // What changed by itself much later was contrary all the time before.
    const nextMs = telling.find(({ at }) => at > changedAt)?.at ?? 0;
    return untilMs < Infinity || changedAt === 0 ? null : ignored(place, { ...o, untilMs: nextMs });
  }
  if (
    untilMs < Infinity &&
    (asked.length < LEAST_AGAIN || last.at < (asked.at(-1)?.at ?? 0) + WAIT.begunMs ||
      last.at < first.at + WAIT.movedMs)
  ) return null;
  const after = telling.filter(({ at }) => at > first.at);
  const before = telling.length - after.length;
  // What stopped may tell nothing of it.
  if (after.length === 0 && HALTS.test(wordOf(wantedIn(first, o.wish)))) return null;
  // What stands still may have gone and come to rest between two messages.
  const isShown = ({ at }: Reading) =>
    after.some((one) => one.at > at && one.at <= at + WAIT.begunMs);
  const isHalt = isHalted(wordOf(wantedIn(first, o.wish)), wordOf(value));
  if (isHalt && !(asked.length > LEAST_AGAIN && asked.every(isShown))) return null;
  const isAgain = asked.length > 1;
  // What goes to its end may tell where it is when it is there.
  const onceMs = typeof value === "number" && isEnd(wordOf(wantedIn(first, o.wish)))
    ? WAIT.movedMs
    : WAIT.onceMs;
  const waitMs = isAgain && (after.length > 0 || asked.length > 2) ? WAIT.begunMs : onceMs;
  const isTwin = DESIRED.test(o.wish.path);
  const isTold = isTwin ? last.at >= first.at + WAIT.onceMs : after.length === 0
    ? isAgain &&
      ((o.view.lastHeardMs ?? 0) >= first.at + waitMs ||
        asked.length > LEAST_AGAIN && place.topic.live.length === 0)
    : last.at >= first.at + waitMs && (isAgain || before > 0 && after.length > 1) ||
      isReply(place.topic, { first, after, ...o });
  if (!isTold || isOnTheMove(first, o.view)) return null;
  const together = asked.filter(({ at }) =>
    after.some((one) => Math.abs(one.at - at) <= TOGETHER_MS)
  );
  if (
    !isTwin && o.topic.role !== "command" && together.length * 2 > asked.length &&
    after.length < asked.length * 2
  ) {
    return null;
  }
  if (isAimedAt(last, asked.map((one) => wantedIn(one, o.wish)))) return null;
  return heardAtLeast(o.view, first.at, waitMs) ? { value, asked, after } : null;
}

/** So many numbers were asked for, and so often the very same was told: what is measured follows none of them. */
const LEAST_WANTED = 3;
const LEAST_SAME = 10;

function isUntouched(
  telling: readonly Reading[],
  { place, topic, wish }: { place: FieldPlace; topic: TopicView; wish: Wish },
): boolean {
  const wanted = new Set(topic.live.map((command) => wantedIn(command, wish)));
  return wanted.size >= LEAST_WANTED && telling.length >= LEAST_SAME &&
    new Set(telling.map(({ fields }) => fields.get(place.path))).size === 1;
}

/** Whether what was asked for did not show until something else was: by a message, or by none where a change is told. */
function isInVain(
  { topic, path }: FieldPlace,
  { at, untilMs, waitMs }: { at: number; untilMs: number; waitMs: number },
): boolean {
  const { readings, rhythm } = topic;
  const told = readings.filter((one) => one.at > at && one.at < untilMs && one.fields.has(path));
  if (told.length > 0) return told.some((one) => one.at >= at + waitMs);
  const tellsChanges = readings.some(({ sample }) => sample.retain) ||
    new Set(readings.map(({ fields }) => fields.get(path))).size > 1;
  return tellsChanges && untilMs - at >= Math.max(WAIT.onceMs, 2 * (rhythm?.medianMs ?? 0));
}

/** The filters of the topics on which a command is answered: by a discovery document, or by the habits of its family. */
export function repliesTo(command: TopicView, { identity }: DeviceView): string[] {
  return [
    ...(identity.replies.get(command.topic) ?? []),
    ...(command.family.replyTopics?.(command.segments, identity) ?? []),
  ];
}

/** Whether a message came because of a command, where its answer belongs. */
function isReply(
  { topic, live, rhythm }: TopicView,
  o: { first: Reading; after: readonly Reading[]; topic: TopicView; view: DeviceView },
): boolean {
  return repliesTo(o.topic, o.view).includes(topic) && rhythm?.even !== true &&
    live.includes(o.after[0] ?? o.first) &&
    (o.after[0]?.at ?? Infinity) <= o.first.at + WAIT.begunMs;
}

const AT_WORK =
  /^(?:working|busy|pending|queued|waiting|processing|executing|accepted|arming|(?:un)?locking|opening|closing|moving|starting|stopping|(?:de)?activating|heating up|homing|returning)$/i;
const ON_THE_WAY = /^(?:current)?(?:position|pos|percent|progress|tilt|travel)$/;

/** Whether a device tells after a command that it is at it: in a word, or by a position that changes. */
export function isOnTheMove({ at, sample }: Reading, view: DeviceView): boolean {
  return view.topics.some((topic) => {
    const { role, readings, segments } = topic;
    if (!/^(?:state|reply|event|info)$/.test(role)) return false;
    // What has an aim of its own moves for itself.
    const beside = siblingTopics(view, topic);
    const isAnothers = !beside.some((one) => one.topic === sample.topic) &&
      beside.some((one) => isAimName(one.segments.at(-1) ?? ""));
    return !isAnothers &&
      readings.some(({ fields, ...one }, i) =>
        one.at >= at && one.at <= at + WAIT.onceMs &&
        [...fields].slice(0, MOST_FIELDS).some(([path, value]) => {
          const before = readings[i - 1]?.fields.get(path);
          if (before === value) return false;
          return typeof value === "string" && AT_WORK.test(value.trim()) ||
            typeof value === "number" && before !== undefined &&
              ON_THE_WAY.test(leafOf(path === "" ? segments.at(-1) ?? "" : path));
        })
      );
  });
}

/** So many beside a topic of commands that have a topic of their own for what became of them. */
const LEAST_ANSWERING = 2;

/** Whether a topic of commands has none above it that tells its state, where all of its kind have: `channel/3/set`. */
export function isLeftOut({ live, segments, topic }: TopicView, { topics }: DeviceView): boolean {
  const above = (levels: readonly string[]) => levels.slice(0, -1).join("/");
  const tells = new Set(
    topics.filter(({ live, role }) => role === "state" && live.length > 0).map((one) => one.topic),
  );
  const kind = (levels: readonly string[]) => levels.join("/").replace(/\d{1,4}/g, "#");
  // What is so already is often not told again; two values cannot both be.
  if (new Set(live.map(({ fields }) => [...fields].join())).size < 2) return false;
  if (tells.has(above(segments)) || !/\d/.test(topic)) return false;
  const alike = topics.filter((one) =>
    one.topic !== topic && one.live.length > 0 && kind(one.segments) === kind(segments)
  );
  return alike.length >= LEAST_ANSWERING &&
    alike.every((one) => tells.has(above(one.segments)));
}

/** Whether a message tells a number that was commanded as what its device is on its way to: `Target`. */
export function isAimedAt({ fields }: Reading, wanted: readonly Scalar[]): boolean {
  return [...fields].some(([path, value]) =>
    typeof value === "number" && AIM.test(leafOf(path)) && wanted.includes(value)
  );
}
