import { isoTime } from "../../iso_time.ts";
import type { EvidenceMessage, Finding, NumberSummary } from "./finding_shape.ts";
import { median, robustDeviation } from "../statistics.ts";
import type { Sample } from "./reading/trace.ts";

export { isoTime as iso };

/** Messages shown as evidence of one finding. */
const SHOWN_MESSAGES = 5;

/** One short line of what a message says. */
export function previewOf(sample: Sample, maxChars = 160): string {
  if (sample.sizeBytes === 0) return "(empty)";
  const decoded = sample.sent ?? sample.decoded;
  const bytes = `(${decoded?.format ?? "binary"}, ${sample.sizeBytes} bytes)`;
  if (decoded === undefined || decoded.encoding === "base64") return bytes;
  const text = typeof decoded.value === "string" ? decoded.value : JSON.stringify(decoded.value);
  const line = text.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
}

/** A message as evidence. */
export function evidenceOf(sample: Sample): EvidenceMessage {
  return {
    timestamp: isoTime(sample.at),
    topic: sample.topic,
    preview: previewOf(sample),
    ...(sample.retain ? { retain: true as const, replayed: true as const } : {}),
  };
}

/** At most five of many messages: the first two, and the last ones. */
export function someOf(
  messages: readonly (Sample | { readonly sample: Sample })[],
): EvidenceMessage[] {
  const shown = messages.length <= SHOWN_MESSAGES
    ? messages
    : [...messages.slice(0, 2), ...messages.slice(2 - SHOWN_MESSAGES)];
  return shown.map((one) => evidenceOf("sample" in one ? one.sample : one));
}

/** Numbers of one field, in the messages that bear them. */
interface Numbers {
  readonly topic: { readonly topic: string };
  readonly path: string;
  readonly values: readonly number[];
}

/** `messages` of the evidence, and `numbers` of the field that they tell. */
export function withNumbers(
  of: Numbers,
  messages: Parameters<typeof someOf>[0],
): Pick<Finding["evidence"], "messages" | "numbers"> {
  return { messages: someOf(messages), numbers: numbersOf(of.values, of) };
}

/** The same of a step: with the last message before it, the first after it, and the newest. */
export function stepIn(
  of: Numbers & { readonly readings: readonly { readonly sample: Sample }[] },
  at: number,
): Pick<Finding["evidence"], "messages" | "numbers"> {
  return { messages: stepMessages(of.readings, at), numbers: numbersOf(of.values, of) };
}

/** `messages` of the evidence, and `repeats` for what came more than once. */
export function everyTime(
  messages: readonly (Sample | { readonly sample: Sample; readonly at: number })[],
): Pick<Finding["evidence"], "messages" | "repeats"> {
  return { messages: someOf(messages), ...repeating(messages) };
}

/** The messages of a step in a row: the last before it, the first after it, and the one at `last`, or else the newest. */
export function stepMessages(
  readings: readonly { readonly sample: Sample }[],
  at: number,
  last = readings.length - 1,
): EvidenceMessage[] {
  return someOf([at - 1, at, last].flatMap((i) => readings[i] ?? []));
}

/** `repeats` of the evidence for what came more than once; nothing for a single time. */
export function repeating(times: readonly { readonly at: number }[]): { repeats?: string } {
  const repeats = repeatsOf(times.map(({ at }) => at));
  return repeats === undefined ? {} : { repeats };
}

/** `from 2026-03-08T12:00:00.000Z to 2026-03-08T12:30:00.000Z`: of the first and the last of some. */
export function spanText(times: readonly { readonly at: number }[]): string {
  return `from ${isoTime(times[0]?.at ?? 0)} to ${isoTime(times.at(-1)?.at ?? 0)}`;
}

/** `×37, every 10 s ± 0.4`; `×2 within 0.3 s`; undefined for a single time. */
function repeatsOf(timesMs: readonly number[]): string | undefined {
  const count = timesMs.length;
  if (count < 2) return undefined;
  const gaps: number[] = [];
  for (let i = 1; i < timesMs.length; i++) gaps.push(timesMs[i] - timesMs[i - 1]);
  if (gaps.length >= 2) return `×${count}, ${everyText(gaps)}`;
  const first = timesMs[0];
  const last = timesMs[timesMs.length - 1];
  return first === undefined || last === undefined
    ? `×${count}`
    : `×${count} within ${secondsText(last - first)}`;
}

/**
 * `every 10 s ± 0.4`, from intervals in milliseconds. The spread is told no finer than a hundredth of
 * the interval's leading digit: a few samples do not show more.
 */
export function everyText(intervalsMs: readonly number[]): string {
  const middleMs = median(intervalsMs);
  const stepMs = 10 ** Math.floor(Math.log10(Math.max(middleMs, 1))) / 100;
  const spreadMs = Math.round(robustDeviation(intervalsMs) / stepMs) * stepMs;
  return `every ${secondsText(middleMs)} ± ${roundedSeconds(spreadMs)}`;
}

/** A length of time as people say it: `0.4 s`, `12 s`, `3 min`, `26 h`, `5 days`. */
export function secondsText(durationMs: number): string {
  const seconds = Math.abs(durationMs) / 1000;
  if (seconds < 120) return `${roundedSeconds(durationMs)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

function roundedSeconds(durationMs: number): number {
  const seconds = Math.abs(durationMs) / 1000;
  return Number(seconds >= 10 ? seconds.toFixed(seconds >= 100 ? 0 : 1) : seconds.toPrecision(2));
}

/** Four significant digits: what a reader needs of a measured number. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(5));
}

/** A finding told in one breath: a warning, unless it says another severity. */
export function findingFrom(
  { severity = "warning", code, title, suggestion, ...evidence }:
    & Partial<Pick<Finding, "severity">>
    & Pick<Finding, "code" | "title" | "suggestion">
    & Finding["evidence"],
): Finding {
  return { severity, code, title, evidence, suggestion };
}

/** How the numbers of a field behaved. */
export function numbersOf(
  values: readonly number[],
  { topic, path }: Pick<Numbers, "topic" | "path">,
): NumberSummary {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  const first = values[0] ?? 0;
  const last = values[values.length - 1] ?? 0;
  return {
    topic: topic.topic,
    field: path === "" ? "$" : path,
    samples: values.length,
    min: rounded(min),
    mean: rounded(sum / Math.max(values.length, 1)),
    max: rounded(max),
    first: rounded(first),
    last: rounded(last),
    change: rounded(last - first),
  };
}
