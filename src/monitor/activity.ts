import { isoTime } from "../iso_time.ts";
import { formatBroker, parseConnectionString } from "../mqtt/connection_string.ts";
import type { CallObserver, CallRecord, StartedCall } from "../mcp/server.ts";
import { redactHead } from "../redact.ts";
import type { AnyTool, ProgressReport } from "../tools/tool.ts";
import type { Answers } from "./answers.ts";
import { type CallEntry, type ClientFacts, type RunningCallFacts } from "./shapes/calls.ts";
import { brokerShape } from "./shapes/sessions.ts";
import { cutText, describeArguments, entryOf, sessionOf } from "./call_entry.ts";
import { touchedBy } from "./touched.ts";

/** Upper bounds of the buckets of call durations, in seconds; the last one is infinite. */
export const DURATION_BUCKETS_S = [0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** Calls of one tool since the start. */
interface ToolFigures {
  calls: number;
  errors: number;
  cancelled: number;
  sumMs: number;
  /** Calls in each bucket of {@linkcode DURATION_BUCKETS_S}, not cumulative; one more for longer ones. */
  readonly buckets: number[];
}

/** Calls that ended since the figures were last taken. */
export interface CallsOfMoment {
  calls: number;
  errors: number;
  sumMs: number;
  maxMs: number;
}

interface RunningCall {
  readonly call: StartedCall;
  readonly source: string;
  readonly arguments: string;
  progress: ProgressReport | null;
  cancelled: boolean;
}

/** The text of a result is shorter; where it is not its start says enough. */
const ANSWER_MAX_CHARS = 100_000;
const MOST_CLIENTS_SEEN = 100;
const MOST_RUNNING_SHOWN = 100;
/** What a tool is counted as that this server does not have: reports from elsewhere name what they like. */
const OTHER_TOOL = "other";

/** What the clients of this process are doing, and what they did since it began. */
export class Activity {
  readonly #running = new Map<string, RunningCall>();
  readonly #clients = new Map<string, ClientFacts>();
  readonly #arguments: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #onEntry: (entry: CallEntry) => void;
  readonly #answers: Answers;
  readonly #brokerOf: (sessionId: string) => string | null;
  readonly #now: () => number;
  #moment: CallsOfMoment = noCalls();
  /** By tool, since the start. */
  readonly tools = new Map<string, ToolFigures>();
  /** Since the start. */
  readonly totals = { calls: 0, errors: 0 };

  /** `onEntry` gets each call that has ended, ready to be stored and shown. */
  constructor(options: {
    tools: readonly AnyTool[];
    onEntry: (entry: CallEntry) => void;
    /** Where answers are kept. */
    answers: Answers;
    /** The broker of a session, without login; null for one that is unknown. */
    brokerOf: (sessionId: string) => string | null;
    now?: () => number;
  }) {
    this.#arguments = new Map(
      options.tools.map((tool) => [tool.name, new Set(Object.keys(tool.input.shape))]),
    );
    for (const name of [...this.#arguments.keys(), OTHER_TOOL]) this.tools.set(name, noFigures());
    this.#onEntry = options.onEntry;
    this.#answers = options.answers;
    this.#brokerOf = options.brokerOf;
    this.#now = options.now ?? Date.now;
  }

  /** An observer for calls that come on one way, e.g. `local` or `http`. */
  observer(source: string): CallObserver {
    return {
      onStart: (call) => {
        this.#running.set(call.id, {
          call,
          source,
          arguments: describeArguments(call.arguments, this.#known(call.tool)),
          progress: null,
          cancelled: false,
        });
      },
      onProgress: (id, report) => {
        const running = this.#running.get(id);
        if (running) running.progress = report;
      },
      onEnd: (record) => this.#end(record, source),
    };
  }

  /** Takes a call that has ended, e.g. one that another process reported. */
  take(entry: CallEntry): void {
    const failed = entry.outcome === "error";
    const figures = this.tools.get(entry.tool) ?? this.tools.get(OTHER_TOOL) ?? noFigures();
    figures.calls++;
    figures.sumMs += entry.duration_ms;
    if (failed) figures.errors++;
    if (entry.outcome === "cancelled") figures.cancelled++;
    const bucket = DURATION_BUCKETS_S.findIndex((bound) => entry.duration_ms <= bound * 1000);
    figures.buckets[bucket < 0 ? DURATION_BUCKETS_S.length : bucket]++;
    this.totals.calls++;
    if (failed) this.totals.errors++;
    this.#moment.calls++;
    if (failed) this.#moment.errors++;
    this.#moment.sumMs += entry.duration_ms;
    this.#moment.maxMs = Math.max(this.#moment.maxMs, entry.duration_ms);
    this.#see(entry, failed);
    this.#onEntry(entry);
  }

  /** How many calls are running. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** The running calls, oldest first. */
  running(): RunningCallFacts[] {
    return [...this.#running.values()].slice(0, MOST_RUNNING_SHOWN).map((running) => ({
      id: running.call.id,
      tool: running.call.tool,
      client: running.call.client.name,
      source: running.source,
      session_id: sessionOf(running.call),
      arguments: running.arguments,
      started_at: isoTime(running.call.startedAt),
      elapsed_ms: Math.max(0, this.#now() - running.call.startedAt),
      progress: running.progress && {
        progress: running.progress.progress,
        total: running.progress.total ?? null,
        message: cutText(running.progress.message, 200),
      },
      cancellable: !running.cancelled,
    }));
  }

  /** Cancels a running call; false when there is none of that id. */
  cancel(id: string): boolean {
    const running = this.#running.get(id);
    if (running === undefined) return false;
    running.cancelled = true;
    running.call.cancel();
    return true;
  }

  /** Clients that called since then, the latest first. */
  clientsSince(sinceMs: number): ClientFacts[] {
    return [...this.#clients.values()]
      .filter((client) => Date.parse(client.last_call_at) >= sinceMs)
      .sort((a, b) => a.last_call_at < b.last_call_at ? 1 : -1);
  }

  /** The calls that ended since this was last asked. For the one who keeps figures over time. */
  takeMoment(): CallsOfMoment {
    const moment = this.#moment;
    this.#moment = noCalls();
    return moment;
  }

  #known(tool: string): ReadonlySet<string> {
    return this.#arguments.get(tool) ?? new Set();
  }

  #end(record: CallRecord, source: string): void {
    this.#running.delete(record.id);
    const told = record.result.content
      .flatMap((block) => block.type === "text" ? [block.text] : []).join("\n");
    this.#answers.add(
      record.id,
      redactHead(told, ANSWER_MAX_CHARS),
      touchedBy(record.arguments, record.result.structuredContent),
    );
    const entry = entryOf(record, { known: this.#known(record.tool), source });
    this.take({ ...entry, broker: this.#broker(record, entry.session_id) });
  }

  /** The broker that a call was about: as it answered, of its session, or as it was asked for. */
  #broker(record: CallRecord, sessionId: string | null): string | null {
    const facts = record.result.structuredContent as { broker?: unknown } | undefined;
    const answered = brokerShape.safeParse(facts?.broker);
    if (answered.success) return formatBroker(answered.data);
    const ofSession = sessionId === null ? null : this.#brokerOf(sessionId);
    if (ofSession !== null) return ofSession;
    const { broker, connection_string: text } = record.arguments;
    if (typeof text === "string") return brokerInText(text);
    return typeof broker === "string" && /^[\w .-]{1,64}$/.test(broker) ? broker : null;
  }

  #see(entry: CallEntry, failed: boolean): void {
    const key = `${entry.source} ${entry.client_id} ${entry.client}`;
    const seen = this.#clients.get(key);
    this.#clients.delete(key);
    this.#clients.set(key, {
      client_id: entry.client_id,
      name: entry.client,
      source: entry.source,
      calls: (seen?.calls ?? 0) + 1,
      errors: (seen?.errors ?? 0) + (failed ? 1 : 0),
      last_call_at: isoTime(this.#now()),
    });
    for (const oldest of this.#clients.keys()) {
      if (this.#clients.size <= MOST_CLIENTS_SEEN) break;
      this.#clients.delete(oldest);
    }
  }
}

/** The broker that a connection string names; null where it cannot be read as one. */
function brokerInText(text: string): string | null {
  try {
    return formatBroker(parseConnectionString(text, { allowInsecureTls: true }));
  } catch {
    return null;
  }
}

function noFigures(): ToolFigures {
  return {
    calls: 0,
    errors: 0,
    cancelled: 0,
    sumMs: 0,
    buckets: new Array(DURATION_BUCKETS_S.length + 1).fill(0),
  };
}

function noCalls(): CallsOfMoment {
  return { calls: 0, errors: 0, sumMs: 0, maxMs: 0 };
}
