import assert from "node:assert/strict";
import type { DeviceDiagnosis } from "../../../src/analysis/device/mod.ts";
import { DeviceObserver } from "../../../src/analysis/device/observers.ts";

/** When the listening of these tests begins. */
export const START_MS = Date.UTC(2026, 0, 2, 12, 0, 0);

/** A message as a test writes it: seconds after the start, topic, payload. */
export interface Line {
  s: number;
  topic: string;
  payload: unknown;
  retain?: boolean;
  dup?: boolean;
}

const encoder = new TextEncoder();

/** Lets an observer hear the lines and returns its diagnosis. */
export function diagnosisOf(
  deviceId: string,
  lines: readonly Line[],
  o: { seconds?: number; gaps?: { from: string; to: string; reason: string }[] } = {},
): DeviceDiagnosis {
  const seconds = o.seconds ?? 60;
  const observer = new DeviceObserver({ deviceId, startedAtMs: START_MS });
  for (const line of lines) {
    const { payload } = line;
    observer.offer({
      topic: line.topic,
      payload: payload instanceof Uint8Array
        ? payload
        : encoder.encode(typeof payload === "string" ? payload : JSON.stringify(payload)),
      qos: 0,
      retain: line.retain ?? false,
      dup: line.dup ?? false,
      receivedAt: START_MS + Math.round(line.s * 1000),
    });
  }
  return observer.result({
    nowMs: START_MS + seconds * 1000,
    listened: { seconds, gaps: o.gaps ?? [] },
  });
}

/** The codes of the findings. */
export function codesOf(diagnosis: DeviceDiagnosis): string[] {
  return diagnosis.findings.map((finding) => finding.code);
}

/** A line every `everyS` seconds. */
export function beats(
  o: { topic: string; everyS: number; from?: number; to: number; payload: (i: number) => unknown },
): Line[] {
  const lines: Line[] = [];
  let i = 0;
  for (let s = o.from ?? 1; s < o.to; s += o.everyS) {
    lines.push({ s, topic: o.topic, payload: o.payload(i++) });
  }
  return lines;
}

/** The findings above info of a device that is listened to until its last line. */
export function findingsOf(
  deviceId: string,
  lines: readonly Line[],
): readonly DeviceDiagnosis["findings"][number][] {
  const seconds = Math.max(...lines.map(({ s }) => s)) + 1;
  return diagnosisOf(deviceId, lines, { seconds }).findings
    .filter(({ severity }) => severity !== "info");
}

/** Their titles. */
export function titlesOf(deviceId: string, lines: readonly Line[]): string[] {
  return findingsOf(deviceId, lines).map(({ title }) => title);
}

/** One of some titles says it. */
export function assertTold(titles: readonly string[], pattern: RegExp): void {
  assert.ok(titles.some((title) => pattern.test(title)), `${pattern}: ${titles.join("; ")}`);
}

/** One payload after the other on a topic. */
export function series(topic: string, payloads: readonly unknown[], everyS = 2): Line[] {
  return payloads.map((payload, i) => ({ s: 1 + i * everyS, topic, payload }));
}

/** So many, each made of its number. */
export function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
