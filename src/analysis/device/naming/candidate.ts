/** Devices that may be meant by a name, and what shows that another is meant. */
import { ROLES } from "./namesakes.ts";
import { isKind, isKnown, isRoom, isThing } from "./said_words.ts";
import { holdsToken, isElsewhere, readSaid, type Token, type WrittenTexts } from "./spoken.ts";
import type { Named } from "./told_names.ts";

/** A device that is most likely meant by a name that none bears. */
export interface NearMatch {
  /** What it is called, or the topic it is below. */
  readonly name: string;
  /** The name or the topic filter by which it is found. */
  readonly deviceId: string;
  /** A topic that shows it. */
  readonly topic: string;
  /** The beginning of the topic that was taken for its own; undefined where a payload tells the name. */
  readonly path?: string;
}

/** What a reader is told of a device that is shown though nothing is called as was asked. */
export function nearAdvice(deviceId: string, { name, topic, path }: NearMatch): string {
  const asked = deviceId.slice(0, 120);
  if (name !== deviceId) {
    return `Nothing is called "${asked}"; "${name}" is the only near match, so this is about it. If another device is meant, ask by its own name or topic filter.`;
  }
  return path === undefined
    ? `"${asked}" is told of in what "${topic}" says; of its documents only that part is shown and judged.`
    : `"${asked}" is told on topics of which a level begins with it, such as "${topic}"; only those are shown and judged.`;
}

/** A text that may name a device, with the question that finds it. */
export interface Candidate extends NearMatch {
  /** 2: holds every word asked for; 1: all but those that only say what it is. */
  readonly fit: 1 | 2;
}

/** Whether what is told below its path is of another room than the one asked for. */
export function isInOtherRoom(
  { path, topic }: Candidate,
  o: { asked: readonly Token[]; named: readonly Named[]; texts: WrittenTexts },
): boolean {
  if (path === undefined || !o.asked.some(isRoom)) return false;
  const levels = o.texts.read(aboveOf(topic));
  return isElsewhere(levels, o.asked) ||
    o.named.some((one) =>
      one.topic.startsWith(`${path}/`) && isElsewhere(o.texts.read(one.name), o.asked)
    );
}

const KIND_LEVEL = /\/(?:binary_)?sensors?$/;

/** What holds all candidates where each is only one of its values: `esp-7/SDS_P1` and `esp-7/SDS_P2`. */
export function leavesOfOne(candidates: readonly Candidate[]): Candidate[][] {
  const [first] = candidates;
  const parent = aboveOf(first?.topic ?? "");
  // Right below the root, only what is called alike is of one: `ems-esp/boiler_data` and `ems-esp/boiler_data_dhw`.
  const isAlike = candidates.every(({ topic }) => topic.startsWith(first?.topic ?? ""));
  const isOne = (parent.includes("/") || isAlike && parent !== "" && candidates.length > 1) &&
    candidates.every(({ path, topic }) => path === topic && aboveOf(topic) === parent);
  // All of a kind stand in `ha/sensor`, of whatever device.
  if (first === undefined || !isOne || KIND_LEVEL.test(parent)) return [];
  return [[{ name: parent, deviceId: `${parent}/#`, topic: first.topic, path: parent, fit: 1 }]];
}

/** The two levels that name what a topic is of. */
export function namingLevels({ name, path, topic }: Candidate): string[] {
  if (path === undefined) return [name];
  return (path === topic ? topic : aboveOf(topic)).split("/").slice(-2);
}

export function holdsIn(asked: readonly Token[], own: Token): boolean {
  return asked.some((token) => holdsToken([own], token));
}

/** `lock/battery` is a part of the lock, and no battery. */
export function isPart(
  { path, topic }: Candidate,
  { asked, texts }: { asked: readonly Token[]; texts: WrittenTexts },
): boolean {
  if (path !== topic || !topic.includes("/")) return false;
  const last = texts.read(topic.slice(topic.lastIndexOf("/") + 1));
  const isElse = (own: Token) => isKind(own) && !isThing(own) && !holdsIn(asked, own);
  const isBare = last.length === 1 && last.some(isKind);
  return isBare && (last[0]?.meanings.some(({ id }) => id === "battery") === true ||
    texts.read(aboveOf(topic)).some(isElse));
}

/** The tree in which a topic stands. */
function aboveOf(topic: string): string {
  return topic.slice(0, Math.max(topic.lastIndexOf("/"), 0));
}

/** Whether there are other kinds of devices in a place, and the kind that is asked for is not among them. */
export function isPlaceOfOthers(
  { path, topic }: Candidate,
  { said, topics, texts }: {
    said: readonly Token[];
    topics: readonly string[];
    texts: WrittenTexts;
  },
): boolean {
  const read = texts.read(path ?? topic);
  const last = texts.read((path ?? "").slice((path ?? "").lastIndexOf("/") + 1));
  const lacking = said.some((token) => isKind(token) && !holdsToken(read, token));
  if (path === undefined || !lacking || !last.every(isKnown)) return false;
  return topics.some((other) =>
    other.startsWith(`${path}/`) &&
    texts.read(aboveOf(other)).some((own) => isKind(own) && !holdsIn(said, own))
  );
}

/** `battery/state` and `lock/state` are two values of one device. */
const VALUE = /^\/(?:state|value|config|set|get)$/;

/** `sonos/#` with `sonos/kitchen/volume` and `sonos/hall/volume` is no one speaker. */
export function isSeveral({ path }: Candidate, topics: readonly string[]): boolean {
  if (path === undefined) return false;
  let prefix = `${path}/`;
  for (let deeper = 0; deeper < 3; deeper++) {
    const children = new Set<string>();
    const leaves = new Map<string, string>();
    const rooms = new Set<string>();
    let isShared = false;
    for (const topic of topics) {
      if (!topic.startsWith(prefix)) continue;
      const rest = topic.slice(prefix.length);
      const end = rest.indexOf("/");
      if (end === -1) {
        children.add("");
        if (readSaid(rest).some(isRoom) && rooms.add(rest).size > 1) return true;
        continue;
      }
      const child = rest.slice(0, end);
      // Channels of one device are numbered.
      children.add(child);
      const leaf = rest.slice(end);
      if (/^\d{1,2}$/.test(child) || ROLES.test(child) || VALUE.test(leaf)) continue;
      const other = leaves.get(leaf);
      if (other !== undefined && other !== child) isShared = true;
      leaves.set(leaf, child);
    }
    if (isShared) return true;
    const [only] = children;
    if (children.size !== 1 || only === undefined || only === "") return false;
    prefix += `${only}/`;
  }
  return false;
}
