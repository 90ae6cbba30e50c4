import { invalidArgument } from "../errors.ts";
import { isoTime } from "../iso_time.ts";

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const RELATIVE = /^-(\d+(?:\.\d+)?)\s*([smhd])$/;
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Parses a point in time: ISO 8601 (UTC where no zone is given), `now`, or relative to now as `-30s`, `-5m`, `-2h`
 * or `-1d`. Returns milliseconds since the epoch.
 * @throws {OperationError} `INVALID_ARGUMENT`
 */
export function parseTime(text: string, now: number): number {
  const trimmed = text.trim();
  if (trimmed === "now") return now;
  const relative = RELATIVE.exec(trimmed);
  if (relative) return now - Number(relative[1]) * UNITS_MS[relative[2]];
  if (ISO.test(trimmed)) {
    const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(trimmed) || !/[T ]/.test(trimmed);
    const time = Date.parse(zoned ? trimmed : `${trimmed.replace(" ", "T")}Z`);
    if (Number.isFinite(time)) return time;
  }
  throw invalidArgument(
    `Cannot parse time "${trimmed.slice(0, 60)}"`,
    'Write "-5m", "-2h", "now" or an ISO time like "2026-01-31T08:00:00Z"',
  );
}

/**
 * A window of time from its two ends; without `since` it begins at the beginning, without `until` it ends now. `latest` is
 * the newest time that may have been noted: later than now after a clock was put back.
 */
export function parseWindow(
  ends: { since?: string; until?: string },
  now: number,
  latest = now,
): { from: number; to: number } {
  const end = Math.max(now, latest);
  const from = ends.since === undefined ? 0 : parseTime(ends.since, now);
  const to = ends.until === undefined ? end : Math.min(end, parseTime(ends.until, now));
  if (from <= to) return { from, to };
  if (from > end) {
    throw invalidArgument(
      `Cannot look at what has not come yet: since "${ends.since}" is after now, ${isoTime(now)}`,
      'Give since a time before now, e.g. "-1h"',
    );
  }
  throw invalidArgument(
    `Cannot look at a window that ends before it begins: since "${ends.since}", until "${ends.until}"`,
    "Swap since and until",
  );
}
