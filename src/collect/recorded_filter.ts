import { isoTime } from "../iso_time.ts";
import type { Gap, ListenedReport, Listening } from "../session/listening.ts";
import type { HeardPeriod } from "./coverage.ts";

/** One recorded filter as results show it. */
export interface RecordingStatus {
  readonly topic: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
  readonly state: "recording" | "stopped" | "session_lost";
  /** All that came, evicted messages included. */
  readonly messages: number;
  readonly bytes: number;
  readonly evicted: number;
}

/** A filter that is recorded, or was. */
export interface RecordedFilter {
  readonly filter: string;
  readonly matches: (topic: string) => boolean;
  readonly since: number;
  stoppedAt: number | null;
  state: RecordingStatus["state"];
  listening: Listening | null;
  /** Kept after the listening has been closed. */
  finalReport: ListenedReport | null;
  /** The time that is being heard, as the disk knows it. */
  heard: HeardPeriod | null;
  /** Whether its session hears anything at the moment. */
  readonly isConnected: () => boolean;
}

/** What the listenings of some filters together report of a window. */
export function combineReports(
  filters: readonly RecordedFilter[],
  window: { from: number; to: number },
): ListenedReport {
  const reports = filters.map((f) => f.listening?.report() ?? f.finalReport)
    .filter((report): report is ListenedReport => report !== null);
  const gaps = new Map<string, Gap>();
  for (const gap of reports.flatMap((report) => report.gaps)) {
    if (Date.parse(gap.to) < window.from || Date.parse(gap.from) > window.to) continue;
    gaps.set(`${gap.from} ${gap.to}`, gap);
  }
  return {
    from: isoTime(window.from),
    to: isoTime(window.to),
    seconds: Math.round(window.to - window.from) / 1000,
    connected_since: reports.some((report) => report.connected_since === null)
      ? null
      : reports.map((report) => report.connected_since).sort().at(-1) ?? null,
    gaps: [...gaps.values()].sort((a, b) => a.from < b.from ? -1 : 1),
    refused: reports.flatMap((report) => report.refused),
    counting: reports.some((report) => report.counting !== "exact")
      ? "may_include_copies"
      : "exact",
    notes: [...new Set(reports.flatMap((report) => report.notes))],
  };
}

/** How much of a time lies within gaps, in milliseconds. */
export function missedMs(gaps: readonly Gap[], from: number, to: number): number {
  let missed = 0;
  for (const gap of gaps) {
    const overlap = Math.min(to, Date.parse(gap.to)) - Math.max(from, Date.parse(gap.from));
    missed += Math.max(0, overlap);
  }
  return missed;
}
