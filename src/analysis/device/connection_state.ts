import type { DeviceDiagnosis } from "./diagnosis.ts";
import type { Finding } from "./finding_shape.ts";
import { evidenceOf, iso, previewOf, secondsText } from "./evidence.ts";
import { changesOf } from "./findings/reach/connection.ts";
import { announcedIntervalMs, presentStatement } from "./findings/reach/silence.ts";
import { sleepOf, sleepText } from "./sleep.ts";
import type { HeardStatement } from "./reading/statements.ts";
import { type DeviceView, stateTopics } from "./reading/view.ts";

/** Whether the device can be reached, with what that rests on, as results tell it. */
export function connectionOf(
  view: DeviceView,
  findings: readonly Finding[],
): DeviceDiagnosis["connection"] {
  const { said, state, evidence } = stateOf(view, findings);
  const willSample = view.said.filter((one) => !one.bridge).at(-1)?.sample ?? said?.sample;
  const beats = stateTopics(view).filter((topic) => topic.rhythm?.even)
    .map((topic) => topic.rhythm?.medianMs ?? 0).sort((a, b) => a - b);
  const beatMs = beats[0] ?? announcedIntervalMs(view);
  return {
    state,
    evidence: evidence(),
    messages: [
      ...(said === null ? [] : [said.sample]),
      ...(view.lastHeard === null ? [] : [view.lastHeard]),
    ]
      .sort((a, b) => a.at - b.at).map(evidenceOf),
    last_will: willSample === undefined ? null : {
      topic: willSample.topic,
      payload: previewOf(willSample, 80),
      retain: willSample.retain,
      timestamp: iso(willSample.at),
    },
    heartbeat_s: beatMs === null ? null : Number((beatMs / 1000).toPrecision(3)),
  };
}

/** Whether it can be reached, and what that rests on: the evidence tells times, and so is told only where it is read. */
export function stateOf(view: DeviceView, findings: readonly Finding[]): {
  said: HeardStatement | null;
  state: DeviceDiagnosis["connection"]["state"];
  evidence: () => string;
} {
  const said = presentStatement(view);
  // One topic that fell silent while the others go on makes no device overdue.
  const whole = findings.filter((finding) =>
    finding.code !== "stale_heartbeat" || finding.severity === "error"
  );
  const codes = new Set(whole.flatMap((finding) => [finding.code, ...(finding.explains ?? [])]));
  const heard = () =>
    view.lastHeardMs === null
      ? hasLive(view) ? `live came only ${onlyLive(view)}` : "nothing was heard live"
      : `last heard live ${secondsText(view.nowMs - view.lastHeardMs)} ago`;
  const told = (
    state: DeviceDiagnosis["connection"]["state"],
    evidence: () => string,
  ) => ({ said, state, evidence });
  if (codes.has("flapping") && changesOf(view).length >= 3) {
    const count = () => `${changesOf(view).length} changes between online and offline`;
    return told("flapping", () => `${count()}; ${heard()}`);
  }
  const says = said === null
    ? "no last will or availability of its own was seen"
    : `"${said.sample.topic}" says ${said.statement}`;
  if (codes.has("offline_last_will")) return told("offline", () => `${says}; ${heard()}`);
  if (codes.has("stale_heartbeat") || view.lastHeardMs === null && codes.has("ghost_discovery")) {
    return told("unknown", () => `${says}, but the device is overdue; ${heard()}`);
  }
  const sleep = sleepOf(view, said);
  if (sleep !== null) {
    return told("sleeping", () => `${sleep.evidence}; ${sleepText(sleep, view)}; ${heard()}`);
  }
  // what was known before the time that was looked at says nothing of it
  if (view.lastHeardMs !== null && view.lastHeardMs < view.startedAtMs && said === null) {
    return told("unknown", () => `silent in all of this time, ${heard()}; ${says}`);
  }
  if (view.lastHeardMs !== null) return told("online", () => `${heard()}; ${says}`);
  return said?.statement === "online"
    ? told(
      "online",
      () => `${says}; ${heard()}, which is normal for a device that reports rarely`,
    )
    : told("unknown", () => `${says}; ${heard()}`);
}

/** Whether anything of it came live. */
export function hasLive(view: DeviceView): boolean {
  return view.topics.some(({ trace }) => trace.live > 0);
}

/** What came live of a device that was not heard itself: how many messages of which roles. */
export function onlyLive(view: DeviceView): string {
  const counts = new Map<string, number>();
  for (const { role, trace } of view.topics) {
    if (trace.live > 0) counts.set(role, (counts.get(role) ?? 0) + trace.live);
  }
  return [...counts].map(([role, count]) => `${ROLE_WORDS[role] ?? role} (${count} ×)`)
    .join(" and ");
}

const ROLE_WORDS: Readonly<Record<string, string>> = {
  availability: "its availability",
  bridge: "what its bridge says",
  command: "commands to it",
  discovery: "its discovery documents",
};
