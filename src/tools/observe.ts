/** Hearing messages for a tool: from a recording that already has them, or by listening. */
import type { Core } from "../core.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import { compileFilter } from "../mqtt/topic.ts";
import { collect, type CollectRequest, type StopReason } from "../collect/collect.ts";
import type { MessageLog } from "../collect/message_log.ts";
import type { Session } from "../session/session.ts";
import type { ListenedReport } from "../session/listening.ts";
import type { ProgressReport } from "./tool.ts";
import { listenedFacts, rounded } from "./params.ts";
import { Pauses } from "../collect/pauses.ts";

/** What a tool wants to hear. */
interface ObserveRequest extends Omit<CollectRequest, "onTick"> {
  readonly session: Session;
  /** Let a running recording that covers the filters answer, as far as it reaches back. */
  readonly useHistory: boolean;
  /** How far back a recording is read at most; default: as far as it reaches. */
  readonly lookbackMs?: number;
  /** Of a recording only so many of the newest messages that match; default: all. */
  readonly newest?: number;
  /** Called before the first message with the time from which on messages count, in ms since the epoch. */
  readonly onStart?: (fromMs: number) => void;
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
  readonly report: ListenedReport;
  readonly stopReason: StopReason;
  /** Fields that every listening tool's result has. */
  readonly facts: {
    listened: ReturnType<typeof listenedFacts>;
    collection_id?: string;
    history?: { looked_back_seconds: number; messages: number };
  };
}

/**
 * Hands messages to `onMessage`. When a recording covers all filters and `useHistory` is set, it waits only
 * until the recording is at least `durationMs` long, and then replays it; otherwise it listens for `durationMs`.
 */
export async function observe(core: Core, request: ObserveRequest): Promise<ObserveOutcome> {
  const { session } = request;
  const recording = request.useHistory && (request.retained ?? "include") === "include"
    ? core.recordings.covering(session.id, request.filters)
    : null;
  if (recording) return await replay(core, request, recording);

  const seconds = rounded(request.durationMs / 1000, 1);
  request.onStart?.(core.now());
  const { collection, listened, stopReason } = await collect(session, {
    ...request,
    collections: core.collections,
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
    report: listened,
    stopReason,
    facts: { listened: listenedFacts(listened), collection_id: collection.id },
  };
}

async function replay(
  core: Core,
  request: ObserveRequest,
  recording: NonNullable<ReturnType<Core["recordings"]["covering"]>>,
): Promise<ObserveOutcome> {
  const { signal } = request;
  await untilRecorded(request, request.durationMs - (core.now() - recording.since));

  const now = core.now();
  const from = Math.max(recording.since, now - (request.lookbackMs ?? Infinity));
  request.onStart?.(from);
  const wanted = request.filters.map(compileFilter);
  const unwanted = (request.exclude ?? []).map(compileFilter);
  let stopReason: StopReason = signal.aborted ? "cancelled" : "duration";
  let stopped = signal.aborted;
  let messages = 0;
  const pauses = new Pauses();
  const matches = (topic: string) =>
    wanted.some((filter) => filter(topic)) && !unwanted.some((filter) => filter(topic));
  const after = request.newest === undefined
    ? 0
    : await seqBefore(recording.log, { count: request.newest, matches, pauses });
  const before = recording.log.total + 1;
  for (const message of recording.log.entries({ after, before })) {
    if (stopped) break;
    if (pauses.due) {
      await pauses.take();
      if (signal.aborted) {
        stopReason = "cancelled";
        break;
      }
    }
    if (message.receivedAt < from) {
      if (request.lookbackMs !== undefined || !isLatest(recording.log, message)) continue;
    }
    if (!matches(message.topic)) continue;
    messages++;
    request.onMessage(message, (reason) => {
      stopped = true;
      stopReason = reason;
    });
  }
  const report = recording.report({ from, to: now });
  return {
    log: recording.log,
    collectionId: null,
    report,
    stopReason,
    facts: {
      listened: listenedFacts(report),
      history: { looked_back_seconds: rounded((now - from) / 1000, 1), messages },
    },
  };
}

/** The `seq` after which the log holds `count` messages that match, or 0 where it holds fewer. */
async function seqBefore(
  log: MessageLog,
  options: { count: number; matches: (topic: string) => boolean; pauses: Pauses },
): Promise<number> {
  let left = options.count;
  for (const { seq, topic } of log.entries({ descending: true })) {
    if (options.pauses.due) await options.pauses.take();
    if (options.matches(topic) && --left === 0) return seq - 1;
  }
  return 0;
}

/** The newest message of a topic stands for its retained state, however old it is. */
function isLatest(log: MessageLog, message: InboundMessage & { seq: number }): boolean {
  return log.topic(message.topic)?.lastSeq === message.seq;
}

/** Waits until a recording that has only begun is as long as was asked for, or the call is cancelled. */
async function untilRecorded(request: ObserveRequest, missingMs: number): Promise<void> {
  const { signal } = request;
  if (missingMs <= 0 || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  const timer = setTimeout(resolve, missingMs);
  const onAbort = () => resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  const ticker = setInterval(() => {
    const waited = Math.round((performance.now() - startedAt) / 1000);
    request.progress({
      progress: waited,
      total: rounded(missingMs / 1000, 1),
      message: `The recording has only begun: waiting, ${waited} s so far`,
    });
  }, 1_000);
  await promise;
  clearTimeout(timer);
  clearInterval(ticker);
  signal.removeEventListener("abort", onAbort);
}
