import type { Finding } from "../finding_shape.ts";
import { iso } from "../evidence.ts";
import { type FleetDevice, fleetDevice, MOST_TOLD } from "./every_device.ts";
import type { RandomTopics } from "./groups.ts";
import type { JudgedDevice, OwnFindings, SickDevice } from "./judged.ts";
import { type Place, placeOf, placesOf } from "./places.ts";
import { type FleetProblem, problemsOf } from "./problems.ts";
import { inSteps, type Steps } from "../steps.ts";

/** All devices at a glance. */
export interface FleetReport {
  readonly answer: string;
  readonly summary: {
    readonly devices: number;
    /** Those listed in `devices`. */
    readonly sick: number;
    /** Those whose only trouble is one of `problems`. */
    readonly affected: number;
    readonly offline: number;
    readonly sleeping: number;
    readonly healthy: number;
    /** Nothing live and no statement was heard of them. */
    readonly unknown: number;
  };
  /** Worst first. */
  readonly devices: readonly SickDevice[];
  /** Every device one by one, the sick ones first; at most 2,000. */
  readonly everyDevice: readonly FleetDevice[];
  readonly problems: readonly FleetProblem[];
  readonly healthy: readonly Place[];
  readonly unknown: readonly Place[];
  /** What was left out, in words. */
  readonly cut: readonly string[];
}

const SEVERITIES = ["critical", "error", "warning", "info"];
const MOST_FINDINGS = 2;
const TITLE_CHARS = 140;

/** Sums judged devices up, in steps. Pure. */
export function* reportOf(
  o: {
    judged: readonly JudgedDevice[];
    random: readonly RandomTopics[];
    seconds: number;
    cut: readonly string[];
    heard: number;
  },
): Steps<FleetReport> {
  const own = yield* withoutChildrens(o.judged);
  const { problems, told } = problemsOf(own, { random: o.random, seconds: o.seconds });
  const sick: { judged: JudgedDevice; row: SickDevice }[] = [];
  const affected: { judged: OwnFindings; told: readonly Finding[] }[] = [];
  const healthy: JudgedDevice[] = [];
  const unknown: JudgedDevice[] = [];
  const counts = { offline: 0, sleeping: 0 };
  yield* inSteps(own, (judged) => {
    const { diagnosis, findings } = judged;
    const { state } = diagnosis.connection;
    if (judged.isOnlyDescribed && told.get(judged)?.size) return;
    if (state === "offline") counts.offline++;
    if (state === "sleeping") counts.sleeping++;
    const serious = findings.filter(({ severity }) => severity !== "info");
    const left = serious.filter((finding) => !told.get(judged)?.has(finding));
    if (left.length > 0) sick.push({ judged, row: rowOf(judged, left) });
    else if (serious.length > 0) affected.push({ judged, told: serious });
    else if (state === "unknown" || state === "offline") unknown.push(judged);
    else healthy.push(judged);
  });
  sick.sort(({ row: a }, { row: b }) =>
    SEVERITIES.indexOf(a.findings[0].severity) - SEVERITIES.indexOf(b.findings[0].severity) ||
    (a.health ?? 0) - (b.health ?? 0) || (a.device < b.device ? -1 : 1)
  );
  const devices = sick.map(({ row }) => row);
  const summary = {
    devices: sick.length + healthy.length + unknown.length + affected.length,
    sick: sick.length,
    affected: affected.length,
    ...counts,
    healthy: healthy.length,
    unknown: unknown.length,
  };
  return {
    answer: answerOf({ summary, sick: devices, problems, heard: o.heard }),
    summary,
    devices,
    everyDevice: yield* everyDeviceOf({ sick, affected, unknown, healthy }),
    problems,
    healthy: placesOf(healthy),
    unknown: placesOf(unknown),
    cut: o.cut,
  };
}

/** The sick ones in their order, then the others by topic. */
function* everyDeviceOf(
  o: {
    sick: readonly { judged: JudgedDevice; row: SickDevice }[];
    affected: readonly { judged: JudgedDevice; told: readonly Finding[] }[];
    unknown: readonly JudgedDevice[];
    healthy: readonly JudgedDevice[];
  },
): Steps<FleetDevice[]> {
  const byTopic = (a: JudgedDevice, b: JudgedDevice) => a.group.device < b.group.device ? -1 : 1;
  const rest = [
    ...o.affected.toSorted((a, b) => byTopic(a.judged, b.judged))
      .map((one) => ({ ...one, condition: "affected" as const })),
    ...o.unknown.toSorted(byTopic)
      .map((judged) => ({ judged, told: [], condition: "unknown" as const })),
    ...o.healthy.toSorted(byTopic)
      .map((judged) => ({ judged, told: [], condition: "healthy" as const })),
  ];
  const all = [
    ...o.sick.map((one) => ({ ...one, condition: "sick" as const })),
    ...rest.slice(0, Math.max(0, MOST_TOLD - o.sick.length))
      .map(({ judged, told, condition }) => ({ judged, row: rowOf(judged, told), condition })),
  ];
  const devices: FleetDevice[] = [];
  yield* inSteps(all.slice(0, MOST_TOLD), ({ judged, row, condition }) => {
    devices.push(fleetDevice(judged, { row, condition, place: placeOf(judged) }));
  });
  return devices;
}

/** What is found below a tree and at a device in it is the device's trouble, not the tree's. */
function* withoutChildrens(judged: readonly JudgedDevice[]): Steps<OwnFindings[]> {
  const byDevice = new Map(judged.map((one) => [one.group.device.replace(/\/#$/, ""), one]));
  const ofChildren = new Map<JudgedDevice, Set<string>>();
  yield* inSteps(judged, (one) => {
    const path = one.group.topics[0]?.topic.split("/") ?? [];
    for (let n = 1; n < path.length; n++) {
      const parent = byDevice.get(path.slice(0, n).join("/"));
      if (parent === undefined || parent === one) continue;
      const kinds = ofChildren.get(parent) ?? new Set();
      for (const { code, explains } of one.diagnosis.findings) {
        kinds.add(code);
        for (const other of explains ?? []) kinds.add(other);
      }
      ofChildren.set(parent, kinds);
    }
  });
  const own: OwnFindings[] = [];
  yield* inSteps(judged, (one) => void own.push(withOwn(one, ofChildren.get(one))));
  return own;
}

function withOwn(one: JudgedDevice, kinds: ReadonlySet<string> | undefined): OwnFindings {
  const { findings } = one.diagnosis;
  if (kinds === undefined) return { ...one, findings };
  const own = new Set(one.group.topics.map(({ topic }) => topic));
  return {
    ...one,
    findings: findings.filter(({ code, evidence }) =>
      !kinds.has(code) || evidence.messages.every(({ topic }) => own.has(topic))
    ),
  };
}

function rowOf({ group, diagnosis }: JudgedDevice, findings: readonly Finding[]): SickDevice {
  const lastMs = Math.max(...group.topics.map(({ lastLiveAt }) => lastLiveAt));
  return {
    device: group.device,
    name: (diagnosis.name ?? group.name).slice(0, 120),
    convention: diagnosis.convention,
    state: diagnosis.connection.state,
    health: diagnosis.health,
    last_heard: Number.isFinite(lastMs) ? iso(lastMs) : null,
    findings: findings.slice(0, MOST_FINDINGS).map(({ severity, code, title }) => ({
      severity,
      code,
      title: title.length > TITLE_CHARS ? `${title.slice(0, TITLE_CHARS - 1)}…` : title,
    })),
    ...(findings.length > MOST_FINDINGS ? { more_findings: findings.length - MOST_FINDINGS } : {}),
  };
}

function answerOf(
  o: {
    summary: FleetReport["summary"];
    sick: readonly SickDevice[];
    problems: readonly FleetProblem[];
    heard: number;
  },
): string {
  const { summary, sick, problems } = o;
  if (summary.devices === 0) {
    return o.heard === 0
      ? "No device was heard: no message came"
      : `No device can be told from the ${o.heard} messages that were heard`;
  }
  const names = sick.slice(0, 5).map(({ name }) => `"${name}"`).join(", ");
  const parts = [
    sick.length === 0
      ? `None of ${summary.devices} devices is sick by itself`
      : `${sick.length} of ${summary.devices} devices ${
        sick.length === 1 ? "is" : "are"
      } sick, the worst first: ${names}${sick.length > 5 ? ", …" : ""}`,
  ];
  if (summary.affected > 0) parts.push(`${summary.affected} more suffer from a shared problem`);
  if (problems.length > 0) {
    parts.push(`shared problems: ${problems.map(({ title }) => title).join("; ").slice(0, 300)}`);
  }
  if (summary.unknown > 0) parts.push(`${summary.unknown} said nothing live, so nothing is known`);
  return parts.join(". ");
}
