import { OperationError } from "../errors.ts";
import { compileFilter, filterCovers, filtersOverlap, matchesFilter } from "../mqtt/topic.ts";
import type { Gap, ListenedReport, Listening, ListenRequest } from "../session/listening.ts";
import type { TopicRoom } from "../memory/topic_room.ts";
import { MessageLog } from "./message_log.ts";
import type { RecordedMessages } from "./recorded.ts";

/** What a recording needs of a session. */
interface Recordable {
  readonly id: string;
  listen(request: ListenRequest): Promise<Listening>;
  /** Keeps the session alive and reconnecting while it records. */
  hold(reason: string): Disposable;
}

/** One recorded filter as results show it. */
interface RecordingStatus {
  readonly topic: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
  readonly state: "recording" | "stopped" | "session_lost";
  /** All that came, evicted messages included. */
  readonly messages: number;
  readonly bytes: number;
  readonly evicted: number;
}

/** A topic that used to be heard and is not any more. */
interface SilentTopic {
  readonly topic: string;
  readonly last_seen: string;
  readonly silent_seconds: number;
  /** The longest pause it ever made before, in seconds. */
  readonly longest_pause_before_seconds: number;
}

/** What is known of a filter in a window of time. Times are milliseconds since the epoch. */
export interface Coverage {
  readonly from: number | null;
  readonly to: number | null;
  readonly complete: boolean;
  readonly gaps: readonly Gap[];
  /** Why it is not complete, in words. */
  readonly why: readonly string[];
}

/** A recording that can answer for some filters. */
export interface CoveringRecording {
  readonly log: MessageLog;
  /** All that is kept: with a lasting store, what earlier runs of the program recorded, too. */
  readonly messages: RecordedMessages;
  /** Since when all of the filters have been recorded; in earlier runs, too. */
  readonly since: number;
  /** The `listened` facts for a window of it. */
  report(window: { from: number; to: number }): ListenedReport;
}

interface RecordedFilter {
  readonly filter: string;
  readonly matches: (topic: string) => boolean;
  readonly since: number;
  stoppedAt: number | null;
  state: RecordingStatus["state"];
  listening: Listening | null;
  /** Kept after the listening has been closed. */
  finalReport: ListenedReport | null;
}

interface SessionRecording {
  readonly log: MessageLog;
  readonly filters: RecordedFilter[];
  hold: Disposable | null;
}

/** Topics must have been heard this often before their silence means anything. */
const MESSAGES_OF_A_RHYTHM = 5;
/** Silence must be this many times the longest pause before. */
const SILENCE_FACTOR = 2;
const SHORTEST_SILENCE_MS = 5_000;
const MOST_SILENT_SHOWN = 50;
const MOST_FILTERS = 100;

/**
 * Background recordings of all sessions. Each session has one log, in which a message stands once however many
 * recorded filters match it. All logs share one memory limit: whoever uses most gives way first.
 */
export class RecordingStore {
  readonly #sessions = new Map<string, SessionRecording>();
  #limitBytes: number;
  readonly #now: () => number;
  readonly #topicRoom: TopicRoom | undefined;

  constructor(options: { limitBytes: number; now: () => number; topicRoom?: TopicRoom }) {
    this.#limitBytes = options.limitBytes;
    this.#topicRoom = options.topicRoom;
    this.#now = options.now;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Changes the memory limit (under memory pressure, say) and evicts what no longer fits. */
  set limitBytes(bytes: number) {
    this.#limitBytes = bytes;
    for (const { log } of this.#sessions.values()) log.limitBytes = bytes;
    this.#balance();
  }

  /** Memory in use by all recordings, in bytes. */
  get usedBytes(): number {
    let bytes = 0;
    for (const { log } of this.#sessions.values()) bytes += log.usedBytes;
    return bytes;
  }

  /**
   * Starts recording filters; those that are recorded already go on as they are. Throws what `listen` throws, with
   * nothing of the new filters recorded then.
   */
  async start(
    session: Recordable,
    filters: readonly string[],
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const recording = this.#sessions.get(session.id) ?? this.#create(session.id);
    const started: RecordedFilter[] = [];
    try {
      for (const filter of new Set(filters)) {
        if (recording.filters.some((f) => f.filter === filter && f.state === "recording")) continue;
        if (recording.filters.length >= MOST_FILTERS) throw tooManyFilters();
        started.push(await this.#record(session, recording, filter, options.signal));
      }
    } catch (error) {
      await Promise.all(started.map((f) => this.#end(f, "stopped")));
      const dropped = new Set(started);
      recording.filters.splice(
        0,
        recording.filters.length,
        ...recording.filters.filter((f) => !dropped.has(f)),
      );
      if (recording.filters.length === 0) this.#sessions.delete(session.id);
      throw error;
    }
    if (started.length > 0 && recording.hold === null) recording.hold = session.hold("recording");
  }

  /** Stops recording some filters, or all; what was recorded stays readable until the session ends. */
  async stop(sessionId: string, filters?: readonly string[]): Promise<void> {
    const recording = this.#sessions.get(sessionId);
    if (!recording) return;
    const chosen = recording.filters.filter((f) =>
      f.state === "recording" && (filters === undefined || filters.includes(f.filter))
    );
    await Promise.all(chosen.map((f) => this.#end(f, "stopped")));
    if (recording.filters.some((f) => f.state === "recording")) return;
    recording.hold?.[Symbol.dispose]();
    recording.hold = null;
  }

  /** Every recorded filter of a session, with its counts. */
  status(sessionId: string): RecordingStatus[] {
    const recording = this.#sessions.get(sessionId);
    if (!recording) return [];
    return recording.filters.map((recorded) => {
      let messages = 0, bytes = 0, evicted = 0;
      for (const counts of recording.log.topics) {
        if (!recorded.matches(counts.topic)) continue;
        messages += counts.messages;
        bytes += counts.bytes;
        evicted += counts.evicted;
      }
      return {
        topic: recorded.filter,
        since: new Date(recorded.since).toISOString(),
        state: recorded.state,
        messages,
        bytes,
        evicted,
      };
    });
  }

  /** The log of a session's recordings, or null when nothing was recorded. */
  logOf(sessionId: string): MessageLog | null {
    return this.#sessions.get(sessionId)?.log ?? null;
  }

  /** A running recording that hears everything that the filters would, or null. */
  covering(sessionId: string, filters: readonly string[]): CoveringRecording | null {
    const recording = this.#sessions.get(sessionId);
    if (!recording) return null;
    const chosen: RecordedFilter[] = [];
    for (const filter of filters) {
      const covers = recording.filters
        .filter((f) => f.state === "recording" && filterCovers(f.filter, filter))
        .sort((a, b) => a.since - b.since)[0];
      if (!covers) return null;
      chosen.push(covers);
    }
    return {
      log: recording.log,
      messages: recording.log,
      since: Math.max(...chosen.map((f) => f.since)),
      report: (window) => combineReports(chosen, window),
    };
  }

  /** What is known of a filter between two times. */
  coverage(sessionId: string, filter: string, window: { from: number; to: number }): Coverage {
    const recording = this.#sessions.get(sessionId);
    const filters = recording?.filters ?? [];
    const covering = filters.filter((f) => filterCovers(f.filter, filter));
    const partly = covering.length === 0;
    const chosen = partly ? filters.filter((f) => filtersOverlap(f.filter, filter)) : covering;
    if (!recording || chosen.length === 0) {
      const why = [
        filters.length === 0
          ? "Nothing is recorded"
          : `Nothing of "${filter}" is recorded, only ${filters.map((f) => f.filter).join(", ")}`,
      ];
      return { from: null, to: null, complete: false, gaps: [], why };
    }
    const periods = chosen.map((f) => ({ from: f.since, to: f.stoppedAt ?? this.#now() }));
    const known = unite(periods).filter((p) => p.to >= window.from && p.from <= window.to);
    if (known.length === 0) {
      return { from: null, to: null, complete: false, gaps: [], why: ["It was not recorded then"] };
    }
    const from = Math.max(window.from, known[0].from);
    const to = Math.min(window.to, known[known.length - 1].to);
    const why: string[] = [];
    if (partly) {
      const recorded = chosen.map((f) => f.filter).join(", ");
      why.push(`Only a part of "${filter}" is recorded: ${recorded}`);
    }
    if (from > window.from && window.from > 0) why.push(`Recorded only since ${iso(from)}`);
    if (to < window.to) why.push(`Recorded only until ${iso(to)}`);
    const pauses = known.slice(1).map((period, i) => ({
      from: iso(known[i].to),
      to: iso(period.from),
      reason: "not recorded",
    }));
    const gaps = [...pauses, ...combineReports(chosen, { from, to }).gaps];
    if (gaps.length > 0) why.push(`${gaps.length} gaps in which nothing could be heard`);
    const { evictedThrough } = recording.log;
    const lost = evictedThrough !== null && evictedThrough >= from;
    if (lost) why.push(`Messages until ${iso(evictedThrough)} were partly evicted (memory limit)`);
    return { from, to, complete: why.length === 0, gaps, why };
  }

  /**
   * Topics that broke their own rhythm: silent for more than twice their longest pause so far. Empty while the
   * connection is down, because then nothing can be told.
   */
  silentTopics(sessionId: string, filter: string): SilentTopic[] {
    const recording = this.#sessions.get(sessionId);
    const covering = this.covering(sessionId, [filter]);
    if (!recording || !covering) return [];
    const now = this.#now();
    const report = covering.report({ from: covering.since, to: now });
    if (report.connected_since === null) return [];
    const silent: SilentTopic[] = [];
    for (const counts of recording.log.topics) {
      if (!matchesFilter(filter, counts.topic)) continue;
      if (counts.messages - counts.retained < MESSAGES_OF_A_RHYTHM) continue;
      const silentMs = now - counts.lastAt - missedMs(report.gaps, counts.lastAt, now);
      const limitMs = Math.max(SHORTEST_SILENCE_MS, SILENCE_FACTOR * counts.longestPauseMs);
      if (silentMs <= limitMs) continue;
      silent.push({
        topic: counts.topic,
        last_seen: iso(counts.lastAt),
        silent_seconds: Math.round(silentMs / 1000),
        longest_pause_before_seconds: Math.round(counts.longestPauseMs / 100) / 10,
      });
    }
    return silent.sort((a, b) => b.silent_seconds - a.silent_seconds).slice(0, MOST_SILENT_SHOWN);
  }

  /** Stops and erases everything that was recorded through a session. */
  async eraseSession(sessionId: string): Promise<void> {
    const recording = this.#sessions.get(sessionId);
    if (!recording) return;
    this.#sessions.delete(sessionId);
    recording.hold?.[Symbol.dispose]();
    recording.log.erase();
    await Promise.all(recording.filters.map((f) => this.#end(f, "stopped")));
  }

  #create(sessionId: string): SessionRecording {
    const log = new MessageLog({
      limitBytes: this.#limitBytes,
      onGrowth: () => this.#balance(),
      topicRoom: this.#topicRoom,
    });
    const recording = { log, filters: [], hold: null };
    this.#sessions.set(sessionId, recording);
    return recording;
  }

  async #record(
    session: Recordable,
    recording: SessionRecording,
    filter: string,
    signal: AbortSignal | undefined,
  ): Promise<RecordedFilter> {
    const recorded: RecordedFilter = {
      filter,
      matches: compileFilter(filter),
      since: this.#now(),
      stoppedAt: null,
      state: "recording",
      listening: null,
      finalReport: null,
    };
    recording.filters.push(recorded);
    try {
      const listening = await session.listen({
        filters: [filter],
        signal,
        onMessage(message) {
          // a message that several recorded filters match comes once for each: the first of them keeps it
          for (const other of recording.filters) {
            if (other === recorded) break;
            if (other.state === "recording" && other.matches(message.topic)) return;
          }
          recording.log.append(message);
        },
      });
      recorded.listening = listening;
      listening.lost.then(() => this.#end(recorded, "session_lost"));
      return recorded;
    } catch (error) {
      recording.filters.splice(recording.filters.indexOf(recorded), 1);
      if (recording.filters.length === 0) this.#sessions.delete(session.id);
      throw error;
    }
  }

  async #end(recorded: RecordedFilter, state: RecordingStatus["state"]): Promise<void> {
    if (recorded.state !== "recording") return;
    recorded.state = state;
    recorded.stoppedAt = this.#now();
    await recorded.listening?.close();
    recorded.finalReport = recorded.listening?.report() ?? null;
    recorded.listening = null;
  }

  #balance(): void {
    while (this.usedBytes > this.#limitBytes) {
      const logs = [...this.#sessions.values()].map((recording) => recording.log);
      const largest = logs.reduce((a, b) => a.usedBytes >= b.usedBytes ? a : b);
      if (!largest.evictOldest()) return;
    }
  }
}

function combineReports(
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
    from: iso(window.from),
    to: iso(window.to),
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

function unite(periods: { from: number; to: number }[]): { from: number; to: number }[] {
  const united: { from: number; to: number }[] = [];
  for (const period of periods.sort((a, b) => a.from - b.from)) {
    const last = united.at(-1);
    if (last && period.from <= last.to) last.to = Math.max(last.to, period.to);
    else united.push({ ...period });
  }
  return united;
}

function missedMs(gaps: readonly Gap[], from: number, to: number): number {
  let missed = 0;
  for (const gap of gaps) {
    const overlap = Math.min(to, Date.parse(gap.to)) - Math.max(from, Date.parse(gap.from));
    missed += Math.max(0, overlap);
  }
  return missed;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

function tooManyFilters(): OperationError {
  return new OperationError(
    "INVALID_ARGUMENT",
    `Cannot record more than ${MOST_FILTERS} topic filters in one session`,
    "Record a wider filter, e.g. plant/#",
  );
}
