import type { Finding, FindingCode } from "../finding_shape.ts";
import type { RandomTopics } from "./groups.ts";
import { placeOf } from "./places.ts";
import type { JudgedDevice, OwnFindings } from "./judged.ts";

/** Trouble that belongs to no device alone. */
export interface FleetProblem {
  readonly code: FindingCode | "bridge_offline" | "silent_place" | "flood" | "random_topics";
  readonly severity: Finding["severity"];
  readonly title: string;
  /** At most fifty; `topic_count` tells how many there are. */
  readonly topics: readonly string[];
  readonly topic_count: number;
  /** Names of devices, at most twenty. */
  readonly devices: readonly string[];
  readonly device_count: number;
  /** What to do about it. */
  readonly suggestion?: string;
}

const MOST_TOPICS = 50;
const MOST_NAMES = 20;
/** So many devices with one trouble share its cause. */
const SHARED = 3;
/** So many silent devices, and this share of all that are there, are told of their place and not one by one. */
const MANY_SILENT = 5;
const SILENT_SHARE = 0.5;
/** A device that sends this many messages a second, and more than all others together, floods. */
const FLOOD_PER_SECOND = 20;

/** What of the findings belongs to nobody alone, and which findings it tells already. Pure. */
export function problemsOf(
  judged: readonly OwnFindings[],
  o: { random: readonly RandomTopics[]; seconds: number },
): { problems: FleetProblem[]; told: ReadonlyMap<JudgedDevice, ReadonlySet<Finding>> } {
  const told = new Map<JudgedDevice, Set<Finding>>();
  const tell = (one: JudgedDevice, finding: Finding) => {
    told.set(one, (told.get(one) ?? new Set()).add(finding));
  };
  const problems = [
    ...bridgesOffline(judged, tell),
    ...silentPlaces(judged, { told, tell }),
    ...sharedClocks(judged, tell),
    ...ghosts(judged, tell),
    ...floods(judged, o.seconds),
    ...o.random.map(randomTopics),
  ];
  return { problems, told };
}

type Tell = (one: JudgedDevice, finding: Finding) => void;

function problem(
  o: Pick<FleetProblem, "code" | "severity" | "title" | "suggestion"> & {
    topics: readonly string[];
    devices: readonly string[];
  },
): FleetProblem {
  return {
    code: o.code,
    severity: o.severity,
    title: o.title,
    topics: o.topics.slice(0, MOST_TOPICS).map((topic) => topic.slice(0, 400)),
    topic_count: o.topics.length,
    devices: o.devices.slice(0, MOST_NAMES).map((name) => name.slice(0, 120)),
    device_count: o.devices.length,
    ...(o.suggestion === undefined ? {} : { suggestion: o.suggestion }),
  };
}

/** One topic that says offline for many devices: what connects them is down. */
function bridgesOffline(judged: readonly OwnFindings[], tell: Tell): FleetProblem[] {
  const byTopic = new Map<string, { one: OwnFindings; finding: Finding }[]>();
  for (const one of judged) {
    const own = new Set(one.group.topics.map(({ topic }) => topic));
    const finding = one.findings.find(({ code }) => code === "offline_last_will");
    const topic = finding?.evidence.messages.find((message) => !own.has(message.topic))?.topic;
    if (finding === undefined || topic === undefined) continue;
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), { one, finding }]);
  }
  return [...byTopic].filter(([, children]) => children.length >= SHARED)
    .map(([topic, children]) => {
      for (const { one, finding } of children) tell(one, finding);
      for (const one of judged) {
        const own = one.group.topics.some((kept) => kept.topic === topic);
        const finding = one.findings.find(({ code }) => code === "offline_last_will");
        if (own && finding !== undefined) tell(one, finding);
      }
      return problem({
        code: "bridge_offline",
        severity: "critical",
        title: `"${topic}" says offline: ${children.length} devices behind it cannot be reached`,
        topics: [topic],
        devices: children.map(({ one }) => one.group.name),
        suggestion: "Start what connects them again; look at each device only after that.",
      });
    });
}

/** Most devices of one place fell silent: what they share is the likelier cause. */
function silentPlaces(
  judged: readonly OwnFindings[],
  o: { told: ReadonlyMap<JudgedDevice, ReadonlySet<Finding>>; tell: Tell },
): FleetProblem[] {
  const places = Map.groupBy(judged.filter((one) => !one.isOnlyDescribed), placeOf);
  return [...places].flatMap(([pattern, all]) => {
    const silent = all.flatMap((one) => {
      const finding = one.findings.find(({ code, severity }) =>
        code === "stale_heartbeat" && severity !== "warning" && severity !== "info"
      );
      return finding === undefined || o.told.get(one)?.has(finding) ? [] : [{ one, finding }];
    });
    if (silent.length < MANY_SILENT || silent.length < all.length * SILENT_SHARE) return [];
    for (const { one, finding } of silent) o.tell(one, finding);
    return [problem({
      code: "silent_place",
      severity: silent.some(({ finding }) => finding.severity === "critical")
        ? "critical"
        : "error",
      title: `${silent.length} of ${all.length} devices at "${pattern}" are silent`,
      topics: silent.flatMap(({ one }) => one.group.topics.slice(0, 1).map(({ topic }) => topic)),
      devices: silent.map(({ one }) => one.group.name),
      suggestion:
        "Look at what they share first (a gateway, an access point, a power supply); debug_device tells of each since when.",
    })];
  });
}

/** One clock that is wrong for many devices. */
function sharedClocks(judged: readonly OwnFindings[], tell: Tell): FleetProblem[] {
  const byClock = new Map<string, { one: OwnFindings; finding: Finding }[]>();
  for (const one of judged) {
    for (const finding of one.findings) {
      if (finding.code !== "clock_skew") continue;
      // What each says is its own, and so is the topic; the field and how far it is off are shared.
      const clock = finding.title.replace(/: it says .*$/, "").replace(
        /"[^"]*\/([^"\/]+)"/,
        '"$1"',
      );
      byClock.set(clock, [...(byClock.get(clock) ?? []), { one, finding }]);
    }
  }
  return [...byClock].filter(([, same]) => same.length >= SHARED).map(([title, same]) => {
    for (const { one, finding } of same) tell(one, finding);
    return problem({
      code: "clock_skew",
      severity: same[0].finding.severity,
      title: `${same.length} devices have one wrong clock: ${title}`,
      topics: same.map(({ finding }) => finding.evidence.messages[0]?.topic ?? "").filter(Boolean),
      devices: same.map(({ one }) => one.group.name),
      suggestion: same[0].finding.suggestion,
    });
  });
}

/** Discovery documents of devices that are gone. */
function ghosts(judged: readonly OwnFindings[], tell: Tell): FleetProblem[] {
  const gone: { one: OwnFindings; finding: Finding }[] = [];
  for (const one of judged) {
    const finding = one.findings.find(({ code }) => code === "ghost_discovery");
    if (finding === undefined || !one.isOnlyDescribed) continue;
    gone.push({ one, finding });
    for (const other of one.findings) tell(one, other);
  }
  if (gone.length === 0) return [];
  const topics = gone.flatMap(({ one }) => one.group.topics.map(({ topic }) => topic));
  return [problem({
    code: "ghost_discovery",
    severity: "warning",
    title: `${topics.length} discovery documents speak of ${gone.length} devices that are gone`,
    topics,
    devices: gone.map(({ one }) => one.group.name),
    suggestion:
      "If they were taken away: give these topics to clear_retained, whose dry run says of each whether its device still speaks.",
  })];
}

/** A device that sends more than all others together, many times a second. */
function floods(judged: readonly OwnFindings[], seconds: number): FleetProblem[] {
  if (seconds <= 0 || judged.length < 2) return [];
  const loads = judged.map((one) => ({
    one,
    live: one.group.topics.reduce((sum, kept) => sum + kept.live, 0),
  }));
  const all = loads.reduce((sum, { live }) => sum + live, 0);
  return loads.filter(({ live }) => live > all / 2 && live / seconds >= FLOOD_PER_SECOND)
    .map(({ one, live }) =>
      problem({
        code: "flood",
        severity: "warning",
        title: `"${one.group.name}" sends ${Math.round(live / seconds)} messages/s, ${
          Math.round(100 * live / all)
        } % of all`,
        topics: [...one.group.topics].sort((a, b) => b.live - a.live).map(({ topic }) => topic)
          .slice(0, 5),
        devices: [one.group.name],
        suggestion: "monitor_performance shows rates by topic; let the device send less often.",
      })
    );
}

function randomTopics({ pattern, topics }: RandomTopics): FleetProblem {
  return problem({
    code: "random_topics",
    severity: "info",
    title: `${topics} topics "${pattern}" differ by random ids and were each used once`,
    topics: [pattern],
    devices: [],
  });
}
