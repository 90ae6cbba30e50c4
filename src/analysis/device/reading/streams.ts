/** Topics on which several things speak by turns, and the messages of each of them. */
import { rememberingEach } from "../../../payload/remembered.ts";
import { generic } from "../families/generic.ts";
import { leafOf, namesThing, type Scalar } from "./fields.ts";
import { intervalsOf, rhythmOf } from "../heartbeat.ts";
import { isNodeNumber } from "../naming/names.ts";
import type { DeviceView, Reading, TopicView } from "./view.ts";

/** Fields that say what of a thing a message speaks of. */
const ASPECT =
  /^(?:channel|register|param|parameter|key|variable|metric|type|msgtype|event|method|cmd|command)$/;
/** Fields that may name it, where each message names another than the one before. */
const LIKE_A_THING =
  /(?:id|name|type|sensore?|capteur|sonde|nodo|dispositivo|ger(?:ä|ae)t|device|node|serial|mac|addr|address|eui|host|url|target|service|station|channel|tag|slave|metric|parameter|variable|register|key|machine|asset|kind|bn|identifier|ident|property|prop|attr(?:ibute)?|field|quantity|measurement|measurand|point|item|interface|iface|ifdescr|mountpoint|queue)$/;
/** What tells one series from another of that name, as Telegraf and Prometheus write it. */
const OF_SERIES = /(?:^|\.)(?:tags|labels|dimensions)\.[^.]{1,60}$/;
/** Fields whose words name a thing, or a part. */
const NAMED =
  /(?:device|sensor|node|station|service|check|host|unit|component|module|channel|zone|point|tag|metric|parameter|variable|register|machine|asset)(?:name|desc|description|label)?$/;
/** Numbers that stay with a thing: of an animal, a vehicle, a person. */
const NUMBERED_THING =
  /^(?!.*(?:msg|message|packet|frame|job|order|user|event|alarm|error|program|scene|track|cycle|batch|trip|session|request|transaction|status|state|mode)).{2,}id$/;
/** Whose a packet of a mesh is, by its number. */
const SENDER = "from";
/** So few of them come again and again. */
const MOST_SHARE = 0.25;
const LEAST_MESSAGES = 4;
const MOST_THINGS = 40;
const LEAST_HZ = 1_000_000;
/** The latest messages show what a topic is for. */
const RECENT = 60;

/** Whether the messages of a topic speak of several things by turns, so that no field of it is one quantity. */
export function mixesThings(live: readonly Reading[]): boolean {
  const recent = live.slice(-RECENT);
  if (recent.length < LEAST_MESSAGES) return false;
  // Each message tells another field: what changed, as it changes. In which order says nothing.
  const shapes = new Set(recent.map(({ fields }) => [...fields.keys()].sort().join("|")));
  if (recent.length >= 5 && shapes.size >= recent.length * 0.8) return true;
  return namingPaths(recent).length > 0;
}

/** Whether a channel is one of a radio, which hops: a frequency, or Actility's number of a logical one. */
function areOfRadio(path: string, values: readonly (Scalar | undefined)[]): boolean {
  return leafOf(path) === "channel" &&
    values.every((value) =>
      value === undefined || Number(value) > LEAST_HZ || /^(?:LC|RX)\d{1,3}$/.test(String(value))
    );
}

/** Whether a name alone says that its field tells of what is spoken. */
function isTelling(leaf: string): boolean {
  return namesThing(leaf) || ASPECT.test(leaf);
}

/** The fields that change back and forth between few values and so name what is spoken of. */
function namingPaths(recent: readonly { readonly fields: Told["fields"] }[]): string[] {
  const paths = [...recent[0]?.fields.keys() ?? []].filter((path) =>
    !path.includes("[") &&
    (path === SENDER || isTelling(leafOf(path)) || OF_SERIES.test(path) ||
      LIKE_A_THING.test(leafOf(path)))
  );
  return paths.slice(0, 20).filter((path) => {
    const values = recent.map((reading) => reading.fields.get(path));
    const known = new Set(values);
    // What is measured is no name: `d` of a duty, `room` of how warm it is there.
    if (values.some((value) => typeof value === "number" && !Number.isInteger(value))) return false;
    if (areOfRadio(path, values)) return false;
    // A counter called id has a new value in each message.
    if (known.size < 2 || known.has(undefined)) return false;
    if (path === SENDER && values.every(isNodeNumber)) return true;
    if (known.size > recent.length * 0.7) return false;
    const changes = values.filter((value, i) => i > 0 && value !== values[i - 1]);
    const returns = values.filter((value, i) =>
      i > 1 && value !== values[i - 1] && values.indexOf(value) < i - 1
    );
    if (returns.length < 2) return false;
    return isTelling(leafOf(path)) ||
      changes.length >= recent.length / 2 &&
        ([...known].every((value) => typeof value === "string") ||
          NUMBERED_THING.test(leafOf(path)) && [...known].every(Number.isInteger) &&
            known.size <= MOST_SHARE * recent.length);
  });
}

/** The fields by whose words messages name what they speak of, though each may speak of another. */
function wordPaths(recent: readonly Reading[]): string[] {
  const all = new Set(recent.flatMap(({ fields }) => [...fields.keys()].slice(0, 40)));
  return [...all].filter((path) => {
    if (path.includes("[") || !NAMED.test(leafOf(path))) return false;
    const values = recent.map(({ fields }) => fields.get(path));
    return new Set(values).size >= 2 && !areOfRadio(path, values) &&
      values.every((value) =>
        value === undefined || typeof value === "string" && /\p{L}/u.test(value)
      );
  });
}

/** A message as it is told, field by field. */
export interface Told {
  readonly at: number;
  readonly reading: Reading;
  readonly fields: ReadonlyMap<string, Scalar>;
}

/** What messages say field by field. */
export function toldOf(readings: readonly Reading[]): Told[] {
  return readings.map((reading) => ({ at: reading.at, reading, fields: reading.fields }));
}

/** The messages of a topic by the thing that they name, where they name several. */
export const thingsOf = rememberingEach((topic: TopicView): { of: string; told: Told[] }[] => {
  const told = toldOf(topic.live);
  const [path] = namingPaths(told);
  if (path === undefined) return topic.mixes ? [] : [{ of: "", told }];
  const things = Map.groupBy(told, ({ fields }) => String(fields.get(path)));
  return [...things].map(([thing, told]) => ({ of: ` of ${thing.slice(0, 40)}`, told }));
});

/** Whether the messages of a topic name several things by turns. */
export function namesSeveral(topic: TopicView | undefined): boolean {
  return topic !== undefined && thingsOf(topic).length > 1;
}

/** What topics are taken apart by: numbers need things that are spoken of again and again, words only a name. */
type Naming = "numbers" | "words";

/** Two dozen detectors ask for the same. */
const takenApart: Record<Naming, (view: DeviceView) => DeviceView> = {
  numbers: rememberingEach((view) => takeApart(view, "numbers")),
  words: rememberingEach((view) => takeApart(view, "words")),
};

/** The view with each topic on which several things speak taken apart: one topic for each of them. */
export function viewByThing(view: DeviceView, naming: Naming): DeviceView {
  return takenApart[naming](view);
}

function takeApart(view: DeviceView, naming: Naming): DeviceView {
  const topics = view.topics.flatMap((topic) => streamsOf(topic, { view, naming }));
  return topics.length === view.topics.length
    ? view
    : Object.create(view, { topics: { value: topics } });
}

function streamsOf(
  topic: TopicView,
  { view, naming }: { view: DeviceView; naming: Naming },
): TopicView[] {
  if (topic.family !== generic || topic.trace.thinned) return [topic];
  if (!topic.mixes && naming === "numbers") return [topic];
  if (!/^(?:state|event|info|log)$/.test(topic.role)) return [topic];
  const recent = topic.live.slice(-RECENT);
  const paths = topic.mixes ? namingPaths(recent) : wordPaths(recent);
  const things = Map.groupBy(
    topic.readings,
    ({ fields }) => paths.map((path) => String(fields.get(path) ?? "")).join(" ").trim(),
  );
  if (paths.length === 0 || things.size < 2 || things.size > MOST_THINGS) return [topic];
  return [...things].map(([thing, readings]): TopicView => {
    const live = readings.filter(({ sample }) => !sample.retain);
    const intervals = intervalsOf(live.map(({ at }) => at), view.listeningGaps);
    return {
      ...topic,
      segments: [...topic.segments, thing],
      thing,
      readings,
      live,
      intervals,
      rhythm: rhythmOf(intervals),
      mixes: false,
    };
  });
}
