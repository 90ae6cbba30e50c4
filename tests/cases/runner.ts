import {
  type DeviceDiagnosis,
  deviceFilters,
  isTopicFilter,
} from "../../src/analysis/device/mod.ts";
import { DeviceObserver } from "../../src/analysis/device/observers.ts";
import type { InboundMessage } from "../../src/mqtt/message.ts";
import { compileFilter } from "../../src/mqtt/topic.ts";
import type { Case, CaseCall, CaseMessage } from "./case.ts";
import { payloadOf } from "./payload.ts";

/** When a session connects in a case's simulated time. */
export const CONNECTED_MS = Date.UTC(2026, 2, 14, 18, 30, 0);

/** A message with the time of its sending, in milliseconds since the epoch. */
export interface SentMessage {
  readonly message: CaseMessage;
  readonly atMs: number;
}

/** Messages in the order they are sent; those before connecting first, at the moment of connecting. */
export function sentMessages(played: Case): SentMessage[] {
  const before = played.messages.filter((message) => (message.at ?? -1) < 0);
  const after = played.messages.filter((message) => (message.at ?? -1) >= 0);
  after.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  return [...before, ...after].map((message) => ({
    message,
    atMs: CONNECTED_MS + Math.round(Math.max(0, message.at ?? 0) * 1000),
  }));
}

/** A call of `debug_device` whose device and duration are known. */
export interface Diagnosed {
  readonly deviceId: string;
  readonly seconds: number;
  readonly startedAtMs: number;
  readonly call: CaseCall;
}

/** The calls of `debug_device`. What other tools are asked can only be judged with a broker. */
export function diagnosedCalls(played: Case): { calls: Diagnosed[]; skipped: string[] } {
  const calls: Diagnosed[] = [];
  const skipped: string[] = [];
  for (const call of played.calls) {
    const { device_id: deviceId, duration: seconds = 30 } = call.args;
    if (call.tool !== "debug_device" || deviceId === undefined) skipped.push(call.tool);
    else calls.push({ deviceId, seconds, startedAtMs: CONNECTED_MS + (call.at ?? 0) * 1000, call });
  }
  return { calls, skipped };
}

/** What the pure engine says of a device after it heard what a broker would have delivered. */
export function diagnosisOf(played: Case, diagnosed: Diagnosed): DeviceDiagnosis {
  const { deviceId, seconds, startedAtMs } = diagnosed;
  const endedAtMs = startedAtMs + seconds * 1000;
  const filters = deviceFilters(deviceId).map(compileFilter);
  const wanted = (topic: string) => filters.some((matches) => matches(topic));
  const observer = new DeviceObserver({ deviceId, startedAtMs });
  for (const message of delivered(played, { startedAtMs, endedAtMs })) {
    if (wanted(message.topic)) observer.offer(message);
  }
  return observer.result({ nowMs: endedAtMs, listened: { seconds, gaps: [] } });
}

/** What a subscriber hears between two times: retained messages first, then the live ones. */
export function* delivered(
  played: Case,
  o: { startedAtMs: number; endedAtMs: number },
): Generator<InboundMessage> {
  const retained = new Map<string, InboundMessage>();
  const live: InboundMessage[] = [];
  for (const { message, atMs } of sentMessages(played)) {
    const inbound: InboundMessage = {
      topic: message.topic,
      payload: payloadOf(message, atMs),
      qos: message.qos ?? 1,
      retain: false,
      dup: false,
      receivedAt: atMs,
    };
    const heard = (message.at ?? -1) >= 0 && atMs >= o.startedAtMs;
    if (heard && atMs < o.endedAtMs) live.push(inbound);
    if (heard || !message.retain) continue;
    if (inbound.payload.length === 0) retained.delete(message.topic);
    else retained.set(message.topic, { ...inbound, retain: true, receivedAt: o.startedAtMs });
  }
  yield* retained.values();
  yield* live;
}

/** The verdict on one call. */
export interface Verdict {
  readonly deviceId: string;
  /** A name as a person says it, or a topic filter. */
  readonly by: "name" | "filter";
  readonly found: boolean;
  readonly right: number;
  readonly false: number;
  readonly wanted: number;
  readonly missed: number;
  /** Whether anything above `info` is said at all. */
  readonly blamed: boolean;
  /** Null where nothing is expected. */
  readonly stateRight: boolean | null;
  readonly state: string;
  readonly health: number | null;
  readonly diagnosis: DeviceDiagnosis;
  /** A line for each thing that is wrong. */
  readonly wrong: readonly string[];
}

/** The verdict on a case. */
export interface CaseVerdict {
  readonly case: Case;
  readonly verdicts: readonly Verdict[];
  /** Tools whose calls were not played. */
  readonly skipped: readonly string[];
  readonly wrong: readonly string[];
}

/** Plays a case and judges what was said. */
export function judge(played: Case): CaseVerdict {
  const { calls, skipped } = diagnosedCalls(played);
  const verdicts = calls.map((call) => verdictOn(played, call, diagnosisOf(played, call)));
  return { case: played, verdicts, skipped, wrong: verdicts.flatMap((verdict) => verdict.wrong) };
}

type Finding = DeviceDiagnosis["findings"][number];

/** What a reader of a finding learns; the quoted messages count where the device itself speaks. */
function toldBy(finding: Finding): string {
  const { code, title, evidence } = finding;
  const quoted = code === "reported_error" ? evidence.messages.map(({ preview }) => preview) : [];
  return [code, title, evidence.summary, ...quoted].join(" ");
}

function anyOf(patterns: readonly string[] | undefined, text: string): boolean {
  return (patterns ?? []).some((pattern) => new RegExp(pattern, "i").test(text));
}

function verdictOn(played: Case, diagnosed: Diagnosed, diagnosis: DeviceDiagnosis): Verdict {
  const { expect } = played;
  const by = isTopicFilter(diagnosed.deviceId) ? "filter" : "name";
  const wrong: string[] = [];
  const findings = diagnosis.findings.filter(({ severity }) => severity !== "info");
  const found = diagnosis.topic_count > 0;
  if (!found) {
    const nearest = diagnosis.nearest.slice(0, 3).map(({ name }) => name);
    wrong.push(`${by}: not found (nearest ${JSON.stringify(nearest)})`);
  }
  const must = expect.must_find ?? [];
  const missed = must.filter((pattern) => !findings.some((one) => anyOf([pattern], toldBy(one))));
  for (const pattern of missed) wrong.push(`${by}: missed /${pattern}/`);
  let right = 0;
  let falseOnes = 0;
  for (const finding of findings) {
    const told = toldBy(finding);
    const forbidden = anyOf(expect.must_not, told);
    if (!forbidden && anyOf(must, told)) right++;
    else if (forbidden || !anyOf(expect.may, told)) {
      falseOnes++;
      const { severity, code, title } = finding;
      wrong.push(`${by}: false ${severity} ${code}: ${title.slice(0, 100)}`);
    }
  }
  const { state, evidence } = diagnosis.connection;
  const stateRight = expect.state === undefined || !found
    ? null
    : new RegExp(`^(${expect.state})`).test(state);
  if (stateRight === false) wrong.push(`${by}: state ${state} (${evidence.slice(0, 80)})`);
  wrong.push(...textFaults(diagnosed.call, JSON.stringify(diagnosis)));
  return {
    deviceId: diagnosed.deviceId,
    by,
    found,
    right,
    false: falseOnes,
    wanted: must.length,
    missed: missed.length,
    blamed: findings.length > 0,
    stateRight,
    state,
    health: diagnosis.health,
    diagnosis,
    wrong,
  };
}

/** What a text must and must not say; how long the tool makes it cannot be told here. */
function textFaults({ tool, expect = {} }: CaseCall, text: string): string[] {
  return [
    ...(expect.must ?? []).filter((pattern) => !anyOf([pattern], text))
      .map((pattern) => `${tool}: text lacks /${pattern}/`),
    ...(expect.must_not ?? []).filter((pattern) => anyOf([pattern], text))
      .map((pattern) => `${tool}: text has /${pattern}/`),
  ];
}

/** Part of a whole, such as faults found of faults. */
export interface Ratio {
  readonly part: number;
  readonly whole: number;
}

/** The totals over many cases. */
export interface Score {
  readonly cases: Ratio;
  /** Findings above `info` that are right. */
  readonly precision: Ratio;
  /** Faults that were found. */
  readonly recall: Ratio;
  /** Diagnoses of healthy devices with a finding above `info`. */
  readonly healthyBlamed: Ratio;
  /** Devices found by a name. */
  readonly names: Ratio;
  readonly filters: Ratio;
  readonly states: Ratio;
}

/** Adds verdicts up. */
export function scoreOf(judged: readonly CaseVerdict[]): Score {
  const played = judged.filter(({ verdicts }) => verdicts.length > 0);
  const all = played.flatMap(({ verdicts }) => verdicts);
  const healthy = played.filter((one) => one.case.expect.blamed === false)
    .flatMap(({ verdicts }) => verdicts);
  const foundBy = (by: Verdict["by"]) => {
    const asked = all.filter((verdict) => verdict.by === by);
    return { part: asked.filter(({ found }) => found).length, whole: asked.length };
  };
  const right = sum(all, ({ right }) => right);
  const wanted = sum(all, ({ wanted }) => wanted);
  const states = all.filter(({ stateRight }) => stateRight !== null);
  return {
    cases: { part: played.filter(({ wrong }) => wrong.length === 0).length, whole: played.length },
    precision: { part: right, whole: right + sum(all, (verdict) => verdict.false) },
    recall: { part: wanted - sum(all, ({ missed }) => missed), whole: wanted },
    healthyBlamed: {
      part: healthy.filter(({ blamed }) => blamed).length,
      whole: healthy.length,
    },
    names: foundBy("name"),
    filters: foundBy("filter"),
    states: { part: states.filter(({ stateRight }) => stateRight).length, whole: states.length },
  };
}

function sum<T>(items: readonly T[], read: (item: T) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}
