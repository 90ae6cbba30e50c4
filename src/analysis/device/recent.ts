import type { RecentMessage } from "./diagnosis.ts";
import { iso, previewOf } from "./evidence.ts";
import type { Sample } from "./reading/trace.ts";

/** Longest payload shown whole, in characters of its JSON. */
const WHOLE_CHARS = 600;

/** A message as a reader gets it: a long payload becomes its beginning, with `truncated`. */
export function recentMessage(sample: Sample): RecentMessage {
  const decoded = sample.sent ?? sample.decoded;
  const value = decoded?.value ?? "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const truncated = text.length > WHOLE_CHARS || sample.cut;
  return {
    timestamp: iso(sample.at),
    topic: sample.topic,
    ...(sample.qos === 0 ? {} : { qos: sample.qos }),
    ...(sample.retain ? { retain: true as const, replayed: true as const } : {}),
    ...(sample.dup ? { dup: true as const } : {}),
    size_bytes: sample.sizeBytes,
    format: decoded?.format ?? "binary",
    payload: truncated
      ? decoded?.encoding === "base64" ? previewOf(sample) : text.slice(0, WHOLE_CHARS)
      : value,
    ...(decoded?.encoding === "base64" && !truncated ? { encoding: "base64" as const } : {}),
    ...(truncated ? { truncated: true as const } : {}),
    ...(decoded?.note !== undefined && !truncated ? { note: decoded.note } : {}),
  };
}
