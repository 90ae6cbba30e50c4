import { flagOf } from "../../../../payload/flag.ts";
import type { Finding } from "../../finding_shape.ts";
import { evidenceTopics } from "../finding.ts";
import { findingFrom, iso, someOf } from "../../evidence.ts";
import {
  labelOf,
  lastOf,
  leafOf,
  nameOf,
  namesThing,
  objectOf,
  type Scalar,
  withoutPlaces,
} from "../../reading/fields.ts";
import { timeIn, timeKind } from "../../reading/timestamps.ts";
import { isOfPresence } from "./presence.ts";
import { ownerOf } from "../../reading/split.ts";
import { CHARGERS } from "../../reading/topic_roles.ts";
import {
  goesByChoice,
  isNight,
  isOftenOff,
  linkSaid,
  reachNamed,
  reachSaid,
} from "../../reading/reach_words.ts";
import {
  type DeviceView,
  type Reading,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";
import { remembering } from "../../../../payload/remembered.ts";

const SUGGESTION =
  "Look at this part alone: its supply, its cable, its address, its place in the radio's reach.";

/** What a message says of whether something can be reached. */
interface Told {
  readonly label: string;
  readonly field: string;
  readonly value: Scalar;
  readonly said: "online" | "offline";
  readonly topic: TopicView;
  readonly reading: Reading;
  /** It is what was asked for, by its name or id. */
  readonly isAsked: boolean;
  /** What it is, and what it is called: words by which it may be off or unused. */
  readonly around: string;
  /** None of several. */
  readonly isAlone: boolean;
  /** Its word says so only of a link beside one that stands. */
  readonly isLink: boolean;
  /** The message tells that it was last seen long before. */
  readonly isUnseen: boolean;
}

const MOST_LISTS = 200;
const LONGEST_WORD = 60;
const MOST_READINGS = 20;
/** Messages at the start that tell what was there, however long it has been gone. */
const FIRST_READINGS = 3;
/** What comes and goes as people and programs do. */
const NO_PARTS =
  /user|member|people|person|client|guest|connector|outlet|socket|bay(?![a-z])|slot|backup|fallback|failover|spare|wan ?[2-9]|zone|peer|hotspot|neighbo|(?<!s)park|desk|seat(?![a-z])|locker|network|interface|(?<!re)port|service|process|subscri|session|call|lane|schedule|app(?![a-z])|channel[ _]?\d|program|gsm|(?<![a-z])lte|cellular/i;
/** Last levels of topics that tell of one of several whether it can be reached. */
const REACH_TOPIC =
  /^(?:state|status|connection|availability|available|online|connected|reachable|alive)$/i;
/** Ends of names that say of whatever stands before them whether it is there. */
const ENDS = /(?:reachable|online|alive|responding|connected|communicating|bus|uart|rs485)$/i;
/** What connects two parts of one machine is always connected. */
const ALWAYS_CONNECTED =
  /boiler|valve|bms|plc|inverter|bus|meter|sensor|drive|motor|pump|board|node/i;
/** What is active as long as it is heard. */
const PART =
  /(?:node|sensor|slave|device|meter|module|probe|station|gateway|inverter|beacon)s(?![a-z])/i;
/** An event of a device, known by its address; people and clients have none of these. */
const EVENT = /^(?:event|type|action|evt)$/i;
const ADDRESS = /^(?:ieee|ieeeaddr|ieeeaddress|eui|eui64|deveui|nwkaddr)$/;

function cameOrLeft(value: Scalar): "online" | "offline" | null {
  const word = String(value).toLowerCase().replace(/^(?:device|node)[_ -]?/, "");
  if (/^(?:left|leave|leaves|lost|gone)$/.test(word)) return "offline";
  return /^(?:join|joined|rejoined|announce|announced)$/.test(word) ? "online" : null;
}

/** What is off by somebody's wish has no link. */
const RESTS = /^(?:standby|privacy|privacymode|sleep|sleeping|asleep|paused|disabled|off)$/;
const AT_REST = /^(?:true|1|on|yes|sleeping|asleep|standby|paused|disabled)$/i;

/**
 * `reported_error` of what is said to be gone: one of several while others are there, one that was there before,
 * or one alone, unless `told` tells of it.
 */
export function goneParts(view: DeviceView, told: readonly Finding[]): Finding[] {
  const known = evidenceTopics(told.filter(({ severity }) => severity !== "info"));
  const lists = new Map<string, Map<string, Told[]>>();
  for (const topic of view.topics) {
    if (!/^(?:state|info|event|reply|availability|bridge)$/.test(topic.role)) continue;
    // What was told of a thing before stands until it is told anew.
    const { readings } = topic;
    const first = readings.slice(
      0,
      Math.min(FIRST_READINGS, Math.max(0, readings.length - MOST_READINGS)),
    );
    for (const reading of [...first, ...readings.slice(-MOST_READINGS)]) {
      for (const { list, one } of toldIn(reading, { topic, view })) {
        if (lists.size >= MOST_LISTS && !lists.has(list)) continue;
        const labels = lists.get(list) ?? new Map<string, Told[]>();
        lists.set(list, labels);
        labels.set(one.label, [...(labels.get(one.label) ?? []), one]);
      }
    }
  }
  let old: Finding | undefined;
  for (const labels of lists.values()) {
    const stories = [...labels.values()];
    const isAsked = stories.some((story) => story.some((one) => one.isAsked));
    const here = stories.flatMap((story) => story.at(-1)?.said === "online" ? [story.at(-1)] : []);
    const stands = here.some((one) => linkSaid(one?.value) === "online");
    const gone = stories.filter((story) => story.at(-1)?.said === "offline")
      .filter((story) => stands || story.at(-1)?.isLink !== true)
      .filter((story) => !isCable(story.at(-1)))
      .filter((story) => !isAsked || story.at(-1)?.isAsked);
    const sure = gone.filter((story) =>
      isAsked || here.length >= gone.length || wasHere(story) ||
      gone.length === 1 && isTold(story, known) && !isCharger(story.at(-1)?.topic, view)
    );
    const [story] = sure;
    const last = story?.at(-1);
    if (story === undefined || last === undefined || isAtRest(last.topic, view)) continue;
    if (isOfPresence(last.topic.topic, view)) continue;
    const since = story.findLast(({ said }) => said === "online");
    const beside = here.length > 0
      ? `, while ${here.length} beside it ${here.length === 1 ? "is" : "are"} ${here[0]?.value}`
      : since === undefined
      ? ""
      : `, and was ${since.value} until ${iso(since.reading.at)}`;
    const others = sure.length > 1 ? `, and ${sure.length - 1} more` : "";
    const value = String(last.value).slice(0, 40);
    // A list that nobody sends anew may be an old one.
    const isOld = last.topic.live.length === 0 && !last.reading.fields.has("");
    const finding: Finding = findingFrom({
      severity: isOld ? "info" : "warning",
      code: "reported_error",
      title: (last.label.endsWith(last.field)
        ? `"${last.label}" is ${value}: it cannot be reached`
        : `"${last.label}" is gone: ${last.field} is ${value}`) + others + beside,
      summary: `On "${last.topic.topic}", last at ${iso(last.reading.at)}`,
      messages: someOf([...(since === undefined ? [] : [since.reading]), last.reading]),
      suggestion: SUGGESTION,
    });
    if (!isOld) return [finding];
    old ??= finding;
  }
  const left = [...leftByTopic(view), ...goneByWill(view)].slice(0, 1);
  return left.length > 0 || old === undefined ? left : [old];
}

/** Last levels of topics on which it is told that one of several left. */
const LEFT = /^(?:disconnect(?:ed)?|offline)$/i;
/** A level that says so of what is named below it. */
const DIED = /^(?:dead|died|deaths?)$/i;
/** Levels below or at which a client's last will stands, whatever it says. */
const WILL = /^(?:last_?will|lwt)$/i;

/** `reported_error` of what left by the topic of an event: `…/child/meter-8/offline`, `…/disconnect` of a device. */
function leftByTopic(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    const reading = topic.live.at(-1);
    if (reading === undefined || topic.role === "command") continue;
    const { fields, at } = reading;
    const will = topic.segments.findLastIndex((level) => WILL.test(level));
    const isEnd = fields.size === 0 && will > 0 && will >= topic.segments.length - 2 &&
      !view.topics.some(({ live }) => live.some((one) => one.at > at));
    if (isEnd) return [leftBy(topic, topic.segments[will - 1], reading)];
    const died = topic.segments.findIndex((level, i) => i > 0 && DIED.test(level));
    const below = died > 0 ? topic.segments.slice(died + 1) : [];
    const isOver = below.length === 0 || flagOf(fields.get("") ?? null) === false ||
      reachSaid(fields.get("") ?? "", { bare: false }) === "online" ||
      view.topics.some((other) =>
        other !== topic && below.every((level) => other.segments.includes(level)) &&
        other.live.some((one) => one.at > at)
      );
    if (!isOver) return [leftBy(topic, below.at(-1) ?? "", reading)];
    // A bare word there is a flag's.
    if (!LEFT.test(topic.segments.at(-1) ?? "") || fields.size === 0 || fields.has("")) continue;
    const named = [...fields].find(([path]) => namesThing(leafOf(path)))?.[1];
    const who = String(named ?? topic.segments.at(-2) ?? "");
    if (
      who === "" || isOftenOff(`${who} ${topic.topic}`) ||
      NO_PARTS.test(topic.segments.slice(-3).join(" "))
    ) {
      continue;
    }
    const isBack = view.topics.some((other) =>
      other.live.some((one) =>
        one.at > at && !LEFT.test(other.segments.at(-1) ?? "") &&
        (other.segments.includes(who) ||
          [...one.fields].some(([path, value]) => path.startsWith(who) || value === who))
      )
    );
    if (!isBack) return [leftBy(topic, who, reading)];
  }
  return [];
}

function leftBy({ topic }: TopicView, who: string, { at, sample }: Reading): Finding {
  return findingFrom({
    code: "reported_error",
    title: `"${who.slice(0, 60)}" is gone: it left by "${topic}" and did not come back`,
    summary: `At ${iso(at)}, and nothing of it since`,
    messages: someOf([sample]),
    suggestion: SUGGESTION,
  });
}

/** `reported_error` of what by its own last will or death is gone, while what was asked for with it goes on. */
function goneByWill(view: DeviceView): Finding[] {
  const stories = Map.groupBy(view.said.filter(({ bridge }) => !bridge), ({ story }) => story);
  for (const story of stories.size > 1 ? stories.values() : []) {
    const last = story.at(-1);
    if (last?.statement !== "offline" || last.sample.retain) continue;
    const { topic } = last.sample;
    if (isOftenOff(topic) || NO_PARTS.test(topic.split("/").slice(-3).join(" "))) continue;
    const isHere = (one: TopicView) => one.live.some(({ at }) => at > last.at);
    const key = ownerOf(topic)?.key;
    const others = stateTopics(view).filter(isHere);
    if (others.length === 0 || others.some((one) => ownerOf(one.topic)?.key === key)) continue;
    return [findingFrom({
      code: "reported_error",
      title: `One of several is gone: "${topic}" says offline, and nothing of it came since`,
      summary: `At ${iso(last.at)}, while the others go on`,
      messages: someOf(story.slice(-2).map(({ sample }) => sample)),
      suggestion: SUGGESTION,
    })];
  }
  return [];
}

/** How a health is, by words that say of nothing else whether it is reached. */
function healthSaid(value: Scalar): "online" | "offline" | null {
  if (/^(?:down|suspect|unreachable)$/i.test(String(value))) return "offline";
  return /^(?:up|normal|ok|good|healthy)$/i.test(String(value)) ? "online" : null;
}

/** Whether it was there before, and is gone for two messages or more. */
function wasHere(story: readonly Told[]): boolean {
  return story.at(-2)?.said === "offline" && story.some(({ said }) => said === "online");
}

/** Whether a word says it of one that stands alone, and no other finding tells of its topic. */
function isTold(story: readonly Told[], known: ReadonlySet<string>): boolean {
  const last = story.at(-1);
  return last !== undefined && last.isAlone &&
    (typeof last.value !== "number" || last.isUnseen ||
      /^(?:is_?)?(?:connect(?:ed|ion)|online|reachable)$/i.test(last.field)) &&
    last.topic.role !== "availability" && !known.has(last.topic.topic) &&
    !/calibrat|config|setting/i.test(last.label) &&
    (!last.reading.fields.has("") || typeof last.value === "string") &&
    !isNight(last.reading.fields) &&
    (reachNamed(last.field) !== "state" || !/disconnect|avail|^down/i.test(String(last.value))) &&
    !/link$|avail/i.test(last.field) &&
    (reachNamed(last.field) !== null || !/connected$/i.test(last.field) ||
      ALWAYS_CONNECTED.test(last.field)) &&
    !goesByChoice(last.topic.segments.slice(-2).join(" "));
}

/** Whether a topic is a charger's, which tells whether there is a car. */
/** Whether it tells of a charging point that no car is plugged in. */
function isCable(told: Told | undefined): boolean {
  return told !== undefined && /^(?:connected|connection|plugged_?in)$/i.test(told.field) &&
    CHARGERS.test(told.topic.topic);
}

function isCharger(topic: TopicView | undefined, view: DeviceView): boolean {
  return topic !== undefined &&
    (CHARGERS.test(`${topic.topic}/`) ||
      siblingTopics(view, topic).concat(topic).some((other) =>
        /^charg/.test(leafOf(other.segments.at(-1) ?? "")) ||
        [...other.readings.at(-1)?.fields.keys() ?? []].some((path) => CHARGES.test(leafOf(path)))
      ));
}

const CHARGES = /^charging(?:power|current|state|status)?$/;

function isAtRest(topic: TopicView, view: DeviceView): boolean {
  return siblingTopics(view, topic).concat(topic).some((other) =>
    [...other.readings.at(-1)?.fields ?? []].some(([path, value]) =>
      RESTS.test(nameOf(path, other.segments)) && AT_REST.test(String(value))
    )
  );
}

const LEAST_UNSEEN_S = 1_800;

/** How long before a message what it speaks of was last seen, by what it tells; 0 where it tells nothing of it. */
function unseenS({ fields, at }: Reading): number {
  const seen = [...fields].find(([path]) => timeKind(lastOf(path)) === "seen")?.[1];
  const told = seen === undefined ? null : timeIn(seen, at);
  return told?.zoned ? (at - told.atMs) / 1_000 : 0;
}

/** Most values are measurements and say nothing of it. */
function maySayReach(value: Scalar): boolean {
  return typeof value === "boolean" || value === 0 || value === 1 || value === 2 ||
    typeof value === "string" && value.length <= LONGEST_WORD;
}

/** Whether a name, or what is left of it behind a number, may be one of those that tell of it. */
const mayNameReach: (name: string) => boolean = remembering(
  (name) =>
    [name, name.split(/\d/).at(-1) ?? ""].some((one) =>
      reachNamed(one) !== null || ENDS.test(one) || EVENT.test(one) ||
      /^(?:health|(?:is)?active)$/i.test(one)
    ),
);

/** What a message, or the records in it, say of the reach of one or of one of several. */
function* toldIn(
  reading: Reading,
  { topic, view }: { topic: TopicView; view: DeviceView },
): Generator<{ list: string; one: Told }> {
  const own = topic.segments.at(-1) ?? "";
  const tell = (
    o: Pick<Told, "label" | "field" | "value" | "around" | "isAlone"> & {
      list: string;
      address?: boolean;
    },
  ) => {
    const event = /^health$/i.test(o.field)
      ? healthSaid(o.value)
      : o.address === true && EVENT.test(o.field)
      ? cameOrLeft(o.value)
      : null;
    const named =
      event !== null || !o.isAlone && /^(?:is)?active$/i.test(o.field) && PART.test(o.list)
        ? "reach"
        : reachNamed(o.field) ?? (ENDS.test(o.field) ? "reach" : null);
    if (named === null || goesByChoice(o.field) || NO_PARTS.test(o.around)) {
      return [];
    }
    if (o.isAlone ? goesByChoice(o.around) : isOftenOff(`${own} ${o.around}`)) return [];
    const isUnseen = unseenS(reading) >= LEAST_UNSEEN_S;
    const isSwitched = /^(?:on|off)$/i.test(String(o.value));
    const bare = named === "reach" || isUnseen && flagOf(o.value) === false && !isSwitched;
    const sure = event ?? reachSaid(o.value, { bare });
    const isLink = sure === null && !o.isAlone;
    const said = isLink ? linkSaid(o.value) : sure;
    if (said !== "online" && said !== "offline") return [];
    const isAsked = !view.identity.isFilter && view.identity.isNamed(o.label);
    // A list that others tell as well is judged only by what it says of the one asked for.
    if (topic.trace.shared && !isAsked && !view.identity.owns(topic.topic)) return [];
    const { list, address: _, ...rest } = o;
    return [{
      list,
      one: { ...rest, said, topic, reading, isAsked, isUnseen, isLink } satisfies Told,
    }];
  };
  const bare = reading.fields.get("");
  if (bare !== undefined) {
    const [whose = "", last = ""] = topic.segments.slice(-2);
    const key = numbered(whose);
    const isReach = reachNamed(last) === "reach";
    // `…/child/s2` is `offline`.
    const isNumbered = typeof bare === "string" && numbered(last) !== last;
    const isListed = isReach || isNumbered || key !== whose && REACH_TOPIC.test(last);
    const list = isNumbered
      ? numbered(topic.topic)
      : isListed
      ? [...topic.segments.slice(0, -2), isReach ? "+" : key, last].join("/")
      : topic.topic;
    const field = isListed && !isReach ? "status" : last;
    yield* tell({
      list,
      label: topic.topic,
      value: bare,
      field,
      around: topic.topic,
      isAlone: !isListed,
    });
    return;
  }
  const mayTell = ([path, value]: [string, Scalar]) =>
    maySayReach(value) &&
    mayNameReach(/^val(?:ue)?$/.test(path) ? own : path.slice(path.lastIndexOf(".") + 1));
  if (![...reading.fields].some(mayTell)) return;
  for (const [record, fields] of Map.groupBy(reading.fields, ([path]) => objectOf(path))) {
    const telling = fields.filter(mayTell);
    if (telling.length === 0) continue;
    const levels = record.replace(/\.$/, "").split(/\.|(?=\[)/);
    const isItem = /^\[[^[\]]*\]$/.test(levels.at(-1) ?? "");
    const texts = fields.flatMap(([path, value]) =>
      typeof value === "string" && /name|type|model|label|kind|category|group/i.test(path)
        ? [value]
        : []
    );
    const names = fields.flatMap(([path, value]) =>
      namesThing(leafOf(path)) ? [String(value)] : []
    );
    const called = names.find((one) => view.identity.isNamed(one)) ?? names[0] ??
      levels.slice(-2).join(isItem ? "" : ".");
    for (const [path, value] of telling) {
      const leaf = path.slice(objectOf(path).length);
      const key = numbered(leaf.replace(/\d{1,4}_/, "#_"));
      // `slave_3_online` beside `slave_1_online`, `{"act5": {"online": true}, "act6": …}`: alike but for a number.
      const kind = numbered(levels[0]);
      const isAlone = record === "" || !isItem && levels.length === 1 && kind === levels[0];
      yield* tell(
        /\d/.test(leaf) && key !== leaf
          ? {
            list: `${topic.topic} ${record}${key}`,
            label: path,
            value,
            field: leaf.split(/\d/).at(-1) ?? "",
            around: `${record} ${leaf}`,
            isAlone: false,
          }
          : isAlone
          ? {
            list: `${topic.topic} ${path}`,
            address: names.length > 0 && fields.some(([at]) => ADDRESS.test(leafOf(at))),
            label: record === "" && !EVENT.test(leaf) || names.length === 0
              ? labelOf({ path, topic })
              : called,
            value,
            field: /^val(?:ue)?$/.test(path) ? own : leaf,
            around: `${path} ${texts.join(" ")}`,
            isAlone: true,
          }
          : {
            list: levels.length === 1 && !isItem
              ? `${topic.topic} ${kind} ${leaf}`
              : `${topic.topic} ${withoutPlaces(levels.slice(0, -1).join("."))} ${leaf}`,
            label: called,
            value,
            field: leaf,
            around: `${record} ${texts.join(" ")} ${called}`,
            isAlone: false,
          },
      );
    }
  }
}

/** The path with `#` for the number at its end. */
export function numbered(path: string): string {
  if (path.endsWith("]")) return path.replace(/\[\d{1,3}\]$/, "[#]");
  let end = path.length;
  while (end > 0 && path[end - 1] >= "0" && path[end - 1] <= "9") end--;
  return end === path.length ? path : `${path.slice(0, end)}#`;
}
