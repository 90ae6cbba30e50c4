import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, someOf } from "../../evidence.ts";
import { sleepOf } from "../../sleep.ts";
import { ownerOf } from "../../reading/split.ts";
import type { HeardStatement } from "../../reading/statements.ts";
import { median } from "../../../statistics.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { liveOfTree } from "./refuted_bridge.ts";

/** A retained offline that the device's own live messages refute. */
interface Contradiction {
  readonly said: HeardStatement;
  /** What came live before any statement that it is online. */
  readonly live: readonly Reading[];
  /** The first live statement that it is online, if one came. */
  readonly birth: HeardStatement | null;
}

/** What goes on after a live offline for so long, in so many messages or at its pace, is not the rest of a queue. */
const GOES_ON_MS = 60_000;
const GOES_ON = 5;

/** Below such a level stand those that are on a network as they please. */
const OF_A_GUEST = /(?:^|\/)(?:hosts?|clients?|stations?|peers?)\//i;

/** The offline that live data contradicts, retained or said without a later birth; null when there is none. */
export function contradiction(view: DeviceView): Contradiction | null {
  for (const said of view.said) {
    if (said.statement !== "offline") continue;
    const story = view.said.filter((one) => one.story === said.story);
    const isRetained = said.sample.retain;
    const latest = (isRetained ? story.filter((one) => one.sample.retain) : story).at(-1);
    if (latest !== said || sleepOf(view, said) !== null) continue;
    // A guest of a network of which it is told live as well is gone, whatever goes on beside.
    const last = story.at(-1);
    if (last !== said && last?.statement === "offline" && OF_A_GUEST.test(said.sample.topic)) {
      continue;
    }
    const ofAll = isRetained ? liveOfTree(said, view) : [];
    if (ofAll.length > 0 && story.every(({ sample }) => sample.retain)) {
      return { said, live: ofAll, birth: null };
    }
    if (said.bridge) continue;
    const birth = story.find((one) =>
      isRetained && !one.sample.retain && one.statement !== "offline"
    ) ?? null;
    const live = liveOf(said, view).filter((reading) =>
      reading.at > said.at && (birth === null || reading.at < birth.at)
    );
    if (!isRetained) {
      const lasts = (live.at(-1)?.at ?? 0) - said.at;
      const isMany = live.length >= GOES_ON || keepsBeat(said, view);
      if (isMany && lasts >= GOES_ON_MS) return { said, live, birth };
      continue;
    }
    // Without a birth one message may be the last of a queue, or somebody else's.
    if (live.length >= (birth === null ? 2 : 1)) return { said, live, birth };
    const ofProgram = birth === null ? liveBelow(said, view) : [];
    const lasts = (ofProgram.at(-1)?.at ?? 0) - said.at;
    if (ofProgram.length >= GOES_ON && lasts >= GOES_ON_MS) return { said, live: ofProgram, birth };
  }
  return null;
}

/** Where a program tells whether it runs: `snapdog/system/status`, for all that stands below `snapdog`. */
const OF_PROGRAM =
  /^([^/]+)\/(?:system|server|service|daemon|program|app|core)\/(?:status|state|online|availability|available|connected|lwt)$/i;
/** What a program tells of itself beside that. */
const ABOUT_PROGRAM =
  /^(?:version|uptime|build|started(?:_?at)?|start_?time|release|sw_?version)$/i;

/** Live messages of the program that a statement speaks of, below a first level where nobody else says that it is there or gone. */
function liveBelow({ sample, story }: HeardStatement, { said, topics }: DeviceView): Reading[] {
  const root = OF_PROGRAM.exec(sample.topic)?.[1];
  if (root === undefined) return [];
  const beside = sample.topic.slice(0, sample.topic.lastIndexOf("/") + 1);
  const isProgram = topics.some(({ topic }) =>
    topic.startsWith(beside) && ABOUT_PROGRAM.test(topic.slice(beside.length))
  );
  const isAlone = said.every((one) => one.story === story || OF_A_GUEST.test(one.sample.topic));
  return !isProgram || !isAlone
    ? []
    : topics.filter(({ topic, role, trace }) =>
      topic.startsWith(`${root}/`) && /^(?:state|event)$/.test(role) && !trace.shared
    ).flatMap(({ live }) => live).filter(({ at }) => at > sample.at).sort((a, b) => a.at - b.at);
}

/** Live messages of the device that a statement speaks of. */
function liveOf(said: HeardStatement, view: DeviceView): Reading[] {
  return topicsOf(said, view).flatMap((topic) => topic.live).sort((a, b) => a.at - b.at);
}

/** Of what comes seldom so few show that it goes on as before, at the very pace. */
const LEAST_KEPT = 2;
const UNEVEN = 0.25;

/** Whether a topic of the device comes after a statement at the same pace as before it, to the last. */
function keepsBeat(said: HeardStatement, view: DeviceView): boolean {
  return topicsOf(said, view).some(({ intervals, live }) => {
    const before = live.filter(({ at }) => at <= said.at);
    const since = live.slice(before.length);
    const beatMs = median(intervals.map(({ lengthMs }) => lengthMs));
    return before.length >= LEAST_KEPT && since.length >= LEAST_KEPT &&
      intervals.every(({ lengthMs }) => Math.abs(lengthMs - beatMs) <= UNEVEN * beatMs) &&
      view.nowMs - (since.at(-1)?.at ?? 0) <= (1 + UNEVEN) * beatMs;
  });
}

/** Topics on which the device that a statement speaks of tells. */
function topicsOf(said: HeardStatement, view: DeviceView): TopicView[] {
  const owner = ownerOf(said.sample.topic);
  return view.topics.filter((topic) => {
    if (topic.role !== "state" && topic.role !== "event" || topic.trace.shared) return false;
    // What is told in parts stands below its topic.
    const other = ownerOf(topic.trace.parts?.[0]?.topic ?? topic.topic);
    if (owner === null || other === null) return false;
    // `bridges/ferry/state` speaks of what `ferry/…` tells.
    const called = owner.name.slice(owner.name.lastIndexOf("/") + 1);
    return other.key === owner.key || topic.topic.startsWith(`${owner.name}/`) ||
      other.name === owner.name || topic.topic.startsWith(`${called}/`);
  });
}

/** `retained_stale` of an availability: why a dashboard shows a device as gone that works. */
export function contradictedOffline(view: DeviceView): Finding[] {
  const found = contradiction(view);
  if (found === null) return [];
  const { said, live, birth } = found;
  const first = live[0];
  return [findingFrom({
    code: "retained_stale",
    title: said.sample.retain
      ? `The retained "${said.sample.topic}" says offline, but the device is live`
      : `"${said.sample.topic}" says offline, but the device goes on`,
    summary: birth === null
      ? `${
        said.sample.retain ? "Retained offline" : `Offline at ${iso(said.at)}`
      }, and ${live.length} live messages since ${iso(first?.at ?? 0)} without any birth (online)`
      : `Retained offline, though data came live at ${
        iso(first?.at ?? 0)
      }, before the birth (online) at ${iso(birth.at)}`,
    messages: someOf([said.sample, ...live.slice(-2).map((reading) => reading.sample)]),
    suggestion:
      "Who subscribes later, such as Home Assistant, sees the retained offline and shows the device as unavailable: let the device publish its birth (online) retained on the same topic after each connect.",
  })];
}
