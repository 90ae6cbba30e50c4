import { isoTime } from "../iso_time.ts";
import { invalidArgument, OperationError, throwIfCancelled } from "../errors.ts";
import {
  compileFilter,
  filterCovers,
  filtersOverlap,
  matchesFilter,
  parseSharedFilter,
} from "../mqtt/topic.ts";
import type { ListenedReport, Listening, ListenRequest } from "../session/listening.ts";
import type { TopicRoom } from "../memory/topic_room.ts";
import {
  advance,
  type Coverage,
  coverageOf,
  evictedInWords,
  gapsInWords,
  onlyPartly,
  onlyRecorded,
  storedCoverage,
  uniqueGaps,
  unite,
} from "./coverage.ts";
import type { LastingPlace, StoredStream } from "./lasting/stored_stream.ts";
import { LogBudget } from "./log_budget.ts";
import { MessageLog } from "./message_log.ts";
import { Pauses } from "./pauses.ts";
import type { RecordedMessages } from "./recorded.ts";
import {
  combineReports,
  missedMs,
  type RecordedFilter,
  type RecordingStatus,
} from "./recorded_filter.ts";

/** What a recording needs of a session. */
interface Recordable {
  readonly id: string;
  /** Whether it hears anything at the moment. */
  readonly state?: "connected" | "reconnecting" | "disconnected";
  listen(request: ListenRequest): Promise<Listening>;
  /** Keeps the session alive and reconnecting while it records. */
  hold(reason: string): Disposable;
}

/** A topic that used to be heard and is not any more. */
interface SilentTopic {
  readonly topic: string;
  readonly last_seen: string;
  readonly silent_seconds: number;
  /** The longest pause it ever made before, in seconds. */
  readonly longest_pause_before_seconds: number;
}

/** A recording that can answer for some filters. */
interface CoveringRecording {
  /** What this run has in memory. */
  readonly log: MessageLog;
  /** Since when all of the filters have been recorded by this run. */
  readonly since: number;
  /** Whether others hear a part of it that is not in `log`. */
  readonly isPart: boolean;
  /** The same, of what is on the disk: earlier runs, too. There may be gaps, which `report` tells. */
  readonly keptSince: number;
  /** All messages that match since a time, and the last of each topic before it: from memory where that holds them. */
  logSince(
    fromMs: number,
    matches: (topic: string) => boolean,
    signal: AbortSignal,
  ): Promise<MessageLog>;
  /** The `listened` facts for a window of it. */
  report(window: { from: number; to: number }): ListenedReport;
}

/** Whose recordings a session may answer from. */
export interface Recorder {
  /** What tells brokers and logins apart: sessions with the same key hear the same. */
  readonly key: string;
  /** The broker, for people. */
  readonly label: string;
  /** Whether the settings made it, and not a client. */
  readonly isStanding: boolean;
}

/** What was recorded that a session can be asked about. */
export interface Recorded {
  readonly messages: RecordedMessages;
  /** The stream on the disk, where there is one: it has figures, too. */
  readonly source: StoredStream | null;
  /** With `figures`, of the figures by the minute, which are kept longer than messages. */
  coverage(
    filter: string,
    window: { from: number; to: number },
    options?: { figures?: boolean },
  ): Coverage;
}

interface SessionRecording {
  readonly log: MessageLog;
  readonly source: StoredStream | null;
  readonly recorder: Recorder | null;
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
  /** What all recordings share; what no longer fits under a new limit is evicted. */
  readonly memory: LogBudget;
  readonly #sessions = new Map<string, SessionRecording>();
  readonly #now: () => number;
  readonly #lasting: LastingPlace | null;
  readonly #notKept: string | null;
  readonly #recorderOf: (sessionId: string) => Recorder | null;
  readonly #sharing: boolean;
  /** Of each stream on the disk, what is recorded into it, in order of start. */
  readonly #writers = new Map<StoredStream, RecordedFilter[]>();

  /**
   * `recorderOf` tells sessions of one broker and login; without `sharing` they answer for each other only where settings
   * made the recording, and only that is kept in the `lasting` place. `notKept` says why there is none where there should
   * be one.
   */
  constructor(options: {
    limitBytes: number;
    now: () => number;
    topicRoom?: TopicRoom;
    lasting?: LastingPlace | null;
    notKept?: string | null;
    recorderOf?: (sessionId: string) => Recorder | null;
    sharing?: boolean;
  }) {
    this.memory = new LogBudget(options);
    this.#lasting = options.lasting ?? null;
    this.#notKept = options.notKept ?? null;
    this.#recorderOf = options.recorderOf ?? (() => null);
    this.#sharing = options.sharing ?? true;
    this.#now = options.now;
  }

  /**
   * Starts recording filters; those that are recorded already go on as they are.
   * @throws {Error} what `listen` throws, with nothing of the new filters recorded then
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
        const running = recording.filters.filter((f) => f.state === "recording");
        if (running.length >= MOST_FILTERS) throw tooManyFilters();
        started.push(await this.#record(session, recording, filter, options.signal));
      }
    } catch (error) {
      await Promise.all(started.map((f) => this.#end(recording, f, "stopped")));
      const dropped = new Set(started);
      recording.filters.splice(
        0,
        recording.filters.length,
        ...recording.filters.filter((f) => !dropped.has(f)),
      );
      if (recording.filters.length === 0) this.#forget(session.id);
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
    await Promise.all(chosen.map((f) => this.#end(recording, f, "stopped")));
    if (recording.filters.some((f) => f.state === "recording")) return;
    recording.hold?.[Symbol.dispose]();
    recording.hold = null;
  }

  /** Whether a session records exactly this filter. */
  isRecording(sessionId: string, filter: string): boolean {
    const filters = this.#sessions.get(sessionId)?.filters ?? [];
    return filters.some((f) => f.filter === filter && f.state === "recording");
  }

  /** What a session records at the moment. */
  running(sessionId: string): string[] {
    const filters = this.#sessions.get(sessionId)?.filters ?? [];
    return filters.filter(({ state }) => state === "recording").map(({ filter }) => filter);
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
        since: isoTime(recorded.since),
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

  /**
   * A running recording that hears everything that the filters would, or null: this session's, or that of another one on
   * the same broker with the same login.
   */
  covering(sessionId: string, filters: readonly string[]): CoveringRecording | null {
    for (const recording of this.#recordingsFor(sessionId)) {
      const chosen = coveringFilters(recording, filters);
      if (chosen === null) continue;
      const { log, source } = recording;
      const since = Math.max(...chosen.map((f) => f.since));
      // of a shared subscription others hear a part, and memory holds the own one
      const isPart = chosen.some((f) => parseSharedFilter(f.filter) !== null);
      const away = source?.problem ?? this.#notKept;
      if (source === null || away !== null) {
        const report = (window: { from: number; to: number }) => combineReports(chosen, window);
        return {
          log,
          since,
          keptSince: since,
          isPart,
          logSince: () => Promise.resolve(log),
          report: away === null ? report : (window) => {
            const known = report(window);
            return { ...known, notes: [...known.notes, `Only what memory holds: ${away}`] };
          },
        };
      }
      this.sync();
      const all = { from: 0, to: this.#now() };
      const stored = filters.map((filter) => storedCoverage(source, filter, all));
      return {
        log,
        since,
        keptSince: Math.min(since, Math.max(...stored.map(({ from }) => from ?? since))),
        isPart,
        logSince: (fromMs, matches, signal) => {
          const { evictedThrough } = log;
          const holdsAll = !isPart && since <= fromMs &&
            (evictedThrough === null || evictedThrough < fromMs);
          return holdsAll
            ? Promise.resolve(log)
            : readLog(source, { fromMs, matches, limitBytes: this.memory.limitBytes, signal });
        },
        report: (window) => {
          this.sync();
          const gaps = filters.flatMap((filter) => storedCoverage(source, filter, window).gaps);
          return { ...combineReports(chosen, window), gaps: uniqueGaps(gaps) };
        },
      };
    }
    return null;
  }

  /** What can be asked about a filter through a session, running or not; null where nothing was ever recorded. */
  recorded(sessionId: string, filter: string): Recorded | null {
    const source = this.#sourceFor(sessionId);
    const away = source?.problem ?? null;
    if (source !== null && away === null) {
      return {
        messages: source,
        source,
        coverage: (asked, window, options) => {
          this.sync();
          return storedCoverage(source, asked, window, options);
        },
      };
    }
    const candidates = this.#recordingsFor(sessionId);
    const recording =
      candidates.find((one) => one.filters.some((f) => filterCovers(f.filter, filter))) ??
        candidates[0];
    if (recording === undefined) return null;
    return {
      messages: recording.log,
      source: null,
      coverage: (asked, window) => {
        const known = this.#coverageIn(recording, asked, window);
        if (away === null) return known;
        return {
          ...known,
          complete: false,
          why: [...known.why, `Only what memory holds: ${away}`],
        };
      },
    };
  }

  /** What is known of a filter between two times. */
  coverage(sessionId: string, filter: string, window: { from: number; to: number }): Coverage {
    return this.recorded(sessionId, filter)?.coverage(filter, window) ??
      { from: null, to: null, complete: false, gaps: [], why: ["Nothing is recorded"] };
  }

  /** Tells the disk what was heard until now. To be called before each time it writes. */
  sync(): void {
    const now = this.#now();
    for (const { source, filters } of this.#sessions.values()) {
      if (source === null) continue;
      for (const filter of filters) {
        if (filter.state === "recording" && filter.listening !== null) advance(source, filter, now);
      }
    }
  }

  /** Before something is asked: writes what waits, and takes in what other cores wrote. */
  async catchUp(): Promise<void> {
    this.sync();
    await this.#lasting?.catchUp?.();
  }

  #coverageIn(
    recording: SessionRecording,
    filter: string,
    window: { from: number; to: number },
  ): Coverage {
    const { filters } = recording;
    const covering = filters.filter((f) => filterCovers(f.filter, filter));
    const partly = covering.length === 0;
    const chosen = partly ? filters.filter((f) => filtersOverlap(f.filter, filter)) : covering;
    if (chosen.length === 0) {
      const why = [
        filters.length === 0 ? "Nothing is recorded" : onlyRecorded(filter, filters),
      ];
      return { from: null, to: null, complete: false, gaps: [], why };
    }
    const known = unite(
      chosen.map((f) => ({ from: f.since, to: f.stoppedAt ?? this.#now(), reason: null })),
    );
    const coverage = coverageOf(known, window);
    if (coverage.from === null || coverage.to === null) return coverage;
    const { from, to } = coverage;
    const why = [...coverage.why];
    if (partly) why.unshift(onlyPartly(filter, chosen));
    const gaps = [...coverage.gaps, ...combineReports(chosen, { from, to }).gaps];
    if (gaps.length > 0) why.push(gapsInWords(gaps.length));
    const { evictedThrough } = recording.log;
    const lost = evictedThrough !== null && evictedThrough >= from;
    if (lost) {
      why.push(evictedInWords(evictedThrough));
    }
    const whole = lost ? { wholeFrom: evictedThrough } : {};
    return { from, to, complete: why.length === 0, gaps, why, ...whole };
  }

  /** The recordings that a session may answer from, its own first. */
  #recordingsFor(sessionId: string): SessionRecording[] {
    const own = this.#sessions.get(sessionId);
    const recorder = own?.recorder ?? this.#recorderOf(sessionId);
    const others = recorder === null
      ? []
      : [...this.#sessions.values()].filter((other) =>
        other !== own && other.recorder?.key === recorder.key &&
        (this.#sharing || other.recorder.isStanding)
      );
    return own ? [own, ...others] : others;
  }

  /** The stream on the disk that a session's recordings, and those before it, stand in. */
  #sourceFor(sessionId: string): StoredStream | null {
    const own = this.#sessions.get(sessionId);
    // without sharing, what a client records is in its own memory only
    if (own !== undefined && own.source === null) return null;
    const recorder = own?.recorder ?? this.#recorderOf(sessionId);
    if (recorder === null || this.#lasting === null) return null;
    return own?.source ?? this.#lasting.find(this.#keyOf(recorder));
  }

  /** Without sharing, streams are apart from those that clients recorded before. */
  #keyOf(recorder: Recorder): string {
    return this.#sharing ? recorder.key : `${recorder.key} settings`;
  }

  /**
   * Topics that broke their own rhythm: silent for more than twice their longest pause so far. Empty while the
   * connection is down, because then nothing can be told.
   */
  silentTopics(sessionId: string, filter: string): SilentTopic[] {
    const covering = this.covering(sessionId, [filter]);
    if (!covering || covering.isPart) return [];
    const now = this.#now();
    const report = covering.report({ from: covering.since, to: now });
    if (report.connected_since === null) return [];
    const silent: SilentTopic[] = [];
    for (const counts of covering.log.topics) {
      if (!matchesFilter(filter, counts.topic)) continue;
      if (counts.messages - counts.retained < MESSAGES_OF_A_RHYTHM) continue;
      const silentMs = now - counts.lastAt - missedMs(report.gaps, counts.lastAt, now);
      const limitMs = Math.max(SHORTEST_SILENCE_MS, SILENCE_FACTOR * counts.longestPauseMs);
      if (silentMs <= limitMs) continue;
      silent.push({
        topic: counts.topic,
        last_seen: isoTime(counts.lastAt),
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
    this.#forget(sessionId);
    recording.hold?.[Symbol.dispose]();
    await Promise.all(recording.filters.map((f) => this.#end(recording, f, "stopped")));
  }

  #forget(sessionId: string): void {
    const recording = this.#sessions.get(sessionId);
    if (recording === undefined) return;
    this.#sessions.delete(sessionId);
    this.memory.close(recording.log);
  }

  #create(sessionId: string): SessionRecording {
    const log = this.memory.open();
    const recorder = this.#recorderOf(sessionId);
    const isKept = recorder !== null && (this.#sharing || recorder.isStanding);
    const source = isKept && this.#lasting !== null
      ? this.#lasting.source(this.#keyOf(recorder), recorder.label)
      : null;
    const recording = { log, source, recorder, filters: [], hold: null };
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
      heard: null,
      isConnected: () => session.state === undefined || session.state === "connected",
    };
    recording.filters.push(recorded);
    forgetEnded(recording.filters);
    const writers = recording.source === null ? null : this.#writersOf(recording.source);
    writers?.push(recorded);
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
          if (writers === null) return;
          // another session on this broker may record the same
          for (const other of writers) {
            if (other === recorded) break;
            if (other.isConnected() && other.matches(message.topic)) return;
          }
          recording.source?.append(message);
        },
      });
      recorded.listening = listening;
      listening.lost.then(() => this.#end(recording, recorded, "session_lost"));
      return recorded;
    } catch (error) {
      if (recording.source !== null) this.#forgetWriter(recording.source, recorded);
      recording.filters.splice(recording.filters.indexOf(recorded), 1);
      if (recording.filters.length === 0) this.#forget(session.id);
      throw error;
    }
  }

  async #end(
    recording: SessionRecording,
    recorded: RecordedFilter,
    state: RecordingStatus["state"],
  ): Promise<void> {
    if (recorded.state !== "recording") return;
    const { source } = recording;
    if (source !== null && recorded.listening !== null) advance(source, recorded, this.#now());
    recorded.state = state;
    recorded.stoppedAt = this.#now();
    if (source !== null) this.#forgetWriter(source, recorded);
    await recorded.listening?.close();
    recorded.finalReport = recorded.listening?.report() ?? null;
    recorded.listening = null;
  }

  #writersOf(source: StoredStream): RecordedFilter[] {
    let writers = this.#writers.get(source);
    if (writers === undefined) this.#writers.set(source, writers = []);
    return writers;
  }

  #forgetWriter(source: StoredStream, recorded: RecordedFilter): void {
    const writers = this.#writersOf(source);
    const at = writers.indexOf(recorded);
    if (at >= 0) writers.splice(at, 1);
  }
}

/** A log of what a stream on the disk says since a time; what does not fit is evicted from it as always. */
async function readLog(
  source: StoredStream,
  o: {
    fromMs: number;
    matches: (topic: string) => boolean;
    limitBytes: number;
    signal: AbortSignal;
  },
): Promise<MessageLog> {
  const log = new MessageLog({ limitBytes: o.limitBytes });
  const pauses = new Pauses();
  const window = { from: o.fromMs, to: Infinity, matches: o.matches };
  for (const pieces of [source.lastBefore(o.fromMs, o.matches), source.pieces(window)]) {
    for await (const piece of pieces) {
      for (const message of piece) log.append(message);
      if (!pauses.due) continue;
      await pauses.take();
      throwIfCancelled(o.signal, "Cannot read the recording");
    }
  }
  return log;
}

/** Of what ended long ago, over and over again, the oldest is forgotten. */
function forgetEnded(filters: RecordedFilter[]): void {
  const ended = filters.filter((f) => f.state !== "recording");
  if (ended.length > MOST_FILTERS) filters.splice(filters.indexOf(ended[0]), 1);
}

function coveringFilters(
  recording: SessionRecording,
  filters: readonly string[],
): RecordedFilter[] | null {
  const chosen: RecordedFilter[] = [];
  for (const filter of filters) {
    const covers = recording.filters
      .filter((f) => f.state === "recording" && filterCovers(f.filter, filter))
      .sort((a, b) => a.since - b.since)[0];
    if (!covers) return null;
    chosen.push(covers);
  }
  return chosen;
}

function tooManyFilters(): OperationError {
  return invalidArgument(
    `Cannot record more than ${MOST_FILTERS} topic filters in one session`,
    "Record a wider filter, e.g. plant/#",
  );
}
