/** Hearing messages for a tool: from a recording that already has them, or by listening. */
import type { Core } from "../core.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import { compileFilter, filterCovers } from "../mqtt/topic.ts";
import { evictedInWords } from "../collect/coverage.ts";
import { collect, type CollectRequest, type StopReason } from "../collect/collect.ts";
import { parseTime } from "../collect/time_window.ts";
import { invalidArgument, throwIfCancelled } from "../errors.ts";
import type { MessageLog } from "../collect/message_log.ts";
import type { Session } from "../session/session.ts";
import type { Gap, ListenedReport, Listening } from "../session/listening.ts";
import type { ProgressReport } from "./tool.ts";
import { listenedFacts, rounded } from "./params.ts";
import { Pauses } from "../collect/pauses.ts";

/** A time to listen, or to look back at: what `since` and `duration` of a call say. At most one is given. */
export interface HeardTime {
  readonly since?: string;
  /** Seconds. */
  readonly duration?: number;
}

/** What a tool wants to hear. */
interface ObserveRequest extends Omit<CollectRequest, "onTick" | "onListening" | "durationMs"> {
  readonly session: Session;
  readonly time: HeardTime;
  /** How long to listen when the call does not say, and nothing that was recorded answers it. */
  readonly defaultSeconds: number;
  /** A recording may answer without what is below `$`, which few people record. */
  readonly hiddenTopicsAside?: boolean;
  /** Without what was known before the time that counts. */
  readonly newsOnly?: boolean;
  /** Of a recording only so many of the newest messages that match; default: all. */
  readonly newest?: number;
  /**
   * Called before the first message with the time from which on messages count, in ms since the epoch, and what tells the
   * times until now in which nothing could be heard.
   */
  readonly onStart?: (fromMs: number, gaps: () => readonly Gap[]) => void;
  readonly progress: (report: ProgressReport) => void;
  /** Messages so far, for the progress line. */
  readonly heard: () => number;
  readonly onTick?: CollectRequest["onTick"];
}

/** What was heard, and how. */
interface ObserveOutcome {
  /** Where the messages are: a collection of this call, or the recording's log. */
  readonly log: MessageLog;
  /** Of the collection, when one was made. */
  readonly collectionId: string | null;
  /** The time that counts, in milliseconds since the epoch. */
  readonly window: { readonly from: number; readonly to: number };
  readonly report: ListenedReport;
  readonly stopReason: StopReason;
  /** How many messages match, where only the newest of a recording were handed over. */
  readonly matching?: number;
  /** Fields that every listening tool's result has. */
  readonly facts: { listened: object; collection_id?: string };
  /**
   * Hands over what was recorded since, and says how all of the time until now was listened to; null where messages may
   * be missing, so that it must be looked at anew. Only of a recording that memory holds.
   */
  readonly goOn?: () => Promise<Pick<ObserveOutcome, "report" | "facts"> | null>;
}

/** How far back a recording is looked at when the call does not say. */
const LOOKBACK_MS = 600_000;
const NO_GAPS: readonly Gap[] = [];

type Recording = NonNullable<ReturnType<Core["recordings"]["covering"]>>;

/** What answers a call: a recording from some time on, or listening for some time. */
type Source =
  | { readonly recording: Recording; readonly filters: readonly string[]; readonly from: number }
  | { readonly seconds: number };

/**
 * Says whether a recording answers, at once, or listening must: `since` asks for the first, `duration` for the second,
 * and with neither a recording that covers the filters answers with its last ten minutes.
 * @throws {OperationError} `INVALID_ARGUMENT` for both, and for `since` where nothing was recorded
 */
function sourceOf(core: Core, request: ObserveRequest): Source {
  const { since, duration } = request.time;
  if (since !== undefined && duration !== undefined) {
    throw invalidArgument(
      "Cannot both look back (since) and listen (duration)",
      'Give since, e.g. "-10m", to be answered at once from a recording, or duration to listen anew',
    );
  }
  if (duration !== undefined) return { seconds: duration };
  const now = core.now();
  const wanted = since === undefined ? now - LOOKBACK_MS : parseTime(since, now);
  if (wanted > now) {
    throw invalidArgument(
      `Cannot look at a time that is still to come: since "${since?.slice(0, 60)}"`,
      'Give a time that has passed, e.g. since: "-10m"',
    );
  }
  const shown = request.filters.filter((filter) => !filter.startsWith("$"));
  const filters = request.hiddenTopicsAside && shown.length > 0 ? shown : request.filters;
  const recording = core.recordings.covering(request.session.id, filters);
  if (recording !== null) {
    return { recording, filters, from: Math.max(recording.keptSince, wanted) };
  }
  if (since === undefined) return { seconds: request.defaultSeconds };
  throw notCovered(core, request.session.id, filters);
}

const MOST_NAMED = 3;
const NAMED_MAX_CHARS = 200;

function notCovered(core: Core, sessionId: string, filters: readonly string[]) {
  // one recording has to cover all, and this session's can be told to
  const own = core.recordings.running(sessionId);
  const missing = filters.filter((filter) => !own.some((wider) => filterCovers(wider, filter)));
  const named = missing.slice(0, MOST_NAMED)
    .map((filter) => JSON.stringify(filter.slice(0, NAMED_MAX_CHARS)));
  const more = missing.length - named.length;
  const areFew = more === 0 && missing.every(({ length }) => length <= NAMED_MAX_CHARS);
  const topics = areFew ? missing : ["#", ...missing.filter((filter) => filter.startsWith("$"))];
  return invalidArgument(
    `Cannot look back: no running recording of this session covers ${named.join(", ")}${
      more > 0 ? ` and ${more} more` : ""
    }${core.storeProblem === null ? "" : ` (${core.storeProblem})`}`,
    "Leave since out to listen now, and for the next time call record_topics " +
      JSON.stringify({ session_id: sessionId, action: "start", topics }),
  );
}

/**
 * Hands messages to `onMessage`: those of a recording that covers all filters, or what comes while it listens. Of a
 * recording the last message of each topic before the time that counts comes first: what was known then.
 */
export async function observe(core: Core, request: ObserveRequest): Promise<ObserveOutcome> {
  await core.recordings.catchUp();
  const source = sourceOf(core, request);
  if ("recording" in source) return await replay(core, request, source);

  const { session } = request;
  const seconds = rounded(source.seconds, 1);
  const from = core.now();
  let listening: Listening | null = null;
  request.onStart?.(from, () => listening?.report().gaps ?? NO_GAPS);
  const { collection, listened, stopReason } = await collect(session, {
    ...request,
    durationMs: source.seconds * 1000,
    collections: core.collections,
    onListening(started) {
      listening = started;
    },
    onTick(elapsedMs, stop) {
      request.onTick?.(elapsedMs, stop);
      const elapsed = Math.round(elapsedMs / 1000);
      request.progress({
        progress: elapsed,
        total: seconds,
        message: `Listened ${elapsed} of ${seconds} s, ${request.heard()} messages`,
      });
    },
  });
  return {
    log: collection.log,
    collectionId: collection.id,
    window: { from, to: core.now() },
    report: listened,
    stopReason,
    facts: {
      listened: { how: "live", ...listenedFacts(listened) },
      collection_id: collection.id,
    },
  };
}

async function replay(
  core: Core,
  request: ObserveRequest,
  { recording, filters, from: wantedFrom }: Extract<Source, { recording: Recording }>,
): Promise<ObserveOutcome> {
  const { signal } = request;
  const now = core.now();
  const wanted = filters.map(compileFilter);
  const unwanted = (request.exclude ?? []).map(compileFilter);
  let stopReason: StopReason = signal.aborted ? "cancelled" : "duration";
  let stopped = signal.aborted;
  const pauses = new Pauses();
  const matches = (topic: string) =>
    wanted.some((filter) => filter(topic)) && !unwanted.some((filter) => filter(topic));
  const log = signal.aborted
    ? recording.log
    : await recording.logSince(wantedFrom, matches, signal);
  const evicted = await evictedSince(log, { from: wantedFrom, matches });
  const from = evicted === null ? wantedFrom : Math.min(now, evicted + 1);
  const heard = listenedUntil(recording, { from, to: now }, evicted);
  request.onStart?.(from, () => heard.report.gaps);
  const newest = request.newest === undefined
    ? null
    : await newestOf(log, { count: request.newest, from, matches, pauses });
  const after = newest?.after ?? 0;
  const before = log.total + 1;
  for (const message of log.entries({ after, before })) {
    if (stopped) break;
    if (pauses.due) {
      await pauses.take();
      if (signal.aborted) {
        stopReason = "cancelled";
        break;
      }
    }
    if (!matches(message.topic)) continue;
    if (message.receivedAt < from) {
      if (request.newsOnly || !isLatest(log, message)) continue;
    }
    request.onMessage(message, (reason) => {
      stopped = true;
      stopReason = reason;
    });
  }
  let through = before - 1;
  async function goOn() {
    await core.recordings.catchUp();
    const current = core.recordings.covering(request.session.id, filters);
    const isSame = current !== null && current.log === log &&
      current.keptSince === recording.keptSince;
    if (!isSame) return null;
    const { total } = log;
    const to = core.now();
    let missing = total - through;
    for (const message of log.entries({ after: through, before: total + 1 })) {
      if (pauses.due) await pauses.take();
      throwIfCancelled(signal, "Cannot look at the recording");
      if (message.receivedAt < from) return null;
      missing--;
      if (matches(message.topic)) request.onMessage(message, () => {});
    }
    through = total;
    return missing > 0 ? null : listenedUntil(current, { from, to }, evicted);
  }
  return {
    log,
    collectionId: null,
    window: { from, to: now },
    stopReason,
    ...(newest !== null && { matching: newest.matching }),
    ...heard,
    ...(log === recording.log && { goOn }),
  };
}

/** What query_history is asked with for the messages that were heard. */
export function askedOfHistory(
  { collectionId, report }: Pick<ObserveOutcome, "collectionId" | "report">,
  session: Session,
): { readonly collection_id: string } | { readonly session_id: string; readonly since: string } {
  return collectionId === null
    ? { session_id: session.id, since: report.from }
    : { collection_id: collectionId };
}

/** How a window of a recording was listened to; `evicted` is until when some of it is held no more. */
export function listenedUntil(
  recording: Recording,
  window: { from: number; to: number },
  evicted: number | null,
) {
  const known = recording.report(window);
  const report = evicted === null ? known : {
    ...known,
    notes: [
      ...known.notes,
      `${evictedInWords(evicted)}: this is of the time after. RECORD_MEMORY_MB sets the limit`,
    ],
  };
  return { report, facts: { listened: { how: "recorded", ...listenedFacts(report) } } };
}

/** Until when some of what matches is held no more, where that is not before `from`; else null. */
export async function evictedSince(
  log: MessageLog,
  o: { from: number; matches: (topic: string) => boolean },
): Promise<number | null> {
  const { gaveWayThrough } = log;
  if (gaveWayThrough === null || gaveWayThrough < o.from) return null;
  const pauses = new Pauses();
  for (const { topic, evicted } of log.topics) {
    if (pauses.due) await pauses.take();
    if (evicted > 0 && o.matches(topic)) return gaveWayThrough;
  }
  return null;
}

/**
 * The `seq` after which the log holds `count` messages that match, or 0 where it holds fewer; and how many
 * match from `from` on.
 */
async function newestOf(
  log: MessageLog,
  o: { count: number; from: number; matches: (topic: string) => boolean; pauses: Pauses },
): Promise<{ after: number; matching: number }> {
  let matching = 0;
  let after = 0;
  for (const { seq, topic, receivedAt } of log.entries({ descending: true })) {
    if (receivedAt < o.from && matching >= o.count) break;
    if (o.pauses.due) await o.pauses.take();
    if (o.matches(topic) && ++matching === o.count) after = seq - 1;
  }
  return { after, matching };
}

/** The newest message of a topic stands for its retained state, however old it is. */
function isLatest(log: MessageLog, message: InboundMessage & { seq: number }): boolean {
  return log.topic(message.topic)?.lastSeq === message.seq;
}
