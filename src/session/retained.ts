/** Reading what a broker retains, for tools that look at it or remove it. */
import { throwIfCancelled } from "../errors.ts";
import { hashPayload } from "../payload/payload_hash.ts";
import type { ListenedReport, Listening, ListenRequest } from "./listening.ts";

/** A retained message, as far as a plan needs it. */
export interface RetainedEntry {
  readonly topic: string;
  readonly sizeBytes: number;
  /** Tells whether the payload changed. */
  readonly hash: number;
  /** The first bytes, for a preview. */
  readonly head: Uint8Array;
}

/** What was read, and whether that was all. */
interface RetainedReading {
  /** By topic, in order of arrival. */
  readonly entries: ReadonlyMap<string, RetainedEntry>;
  /** Whether there were more than `limit`, or more than came in time. */
  readonly limited: boolean;
  /** False if the connection was away meanwhile: what is missing here may still be retained. */
  readonly complete: boolean;
  readonly listened: ListenedReport;
}

/** A broker tells no end of its retained messages: they are all there once none has come for this long. */
const QUIET_MS = 700;
const LONGEST_MS = 15_000;
const HEAD_BYTES = 512;

/**
 * Reads the retained messages of some topic names or filters, `limit` at most. Ends when none has come for a while,
 * when each topic of `only` has answered, or at the signal.
 */
export async function readRetained(
  session: { listen(request: ListenRequest): Promise<Listening>; readonly isReceiving?: boolean },
  options: {
    readonly filters: readonly string[];
    readonly limit: number;
    readonly signal: AbortSignal;
    /** Topics beside which nothing is of interest, whatever the filters bring. */
    readonly only?: ReadonlySet<string>;
  },
): Promise<RetainedReading> {
  const entries = new Map<string, RetainedEntry>();
  const done = Promise.withResolvers<void>();
  let limited = false;
  let quiet = setTimeout(() => {}, 0);
  function restartQuiet(): void {
    clearTimeout(quiet);
    // one that is large may take its time, and others come behind it
    quiet = setTimeout(() => session.isReceiving ? restartQuiet() : done.resolve(), QUIET_MS);
  }
  const longest = setTimeout(() => {
    limited = true;
    done.resolve();
  }, LONGEST_MS);
  options.signal.addEventListener("abort", () => done.resolve(), { once: true });
  try {
    await using listening = await session.listen({
      filters: options.filters,
      retained: "only",
      signal: options.signal,
      onMessage(message) {
        restartQuiet();
        if (options.only !== undefined && !options.only.has(message.topic)) return;
        if (!entries.has(message.topic) && entries.size >= options.limit) {
          limited = true;
          return done.resolve();
        }
        entries.set(message.topic, {
          topic: message.topic,
          sizeBytes: message.payload.length,
          hash: hashPayload(message.payload),
          head: message.payload.slice(0, HEAD_BYTES),
        });
        if (entries.size === options.only?.size) done.resolve();
      },
    });
    let lost = false;
    listening.lost.then(() => {
      lost = true;
      done.resolve();
    });
    restartQuiet();
    await done.promise;
    await listening.close();
    throwIfCancelled(options.signal, "Cannot read what the broker retains");
    const listened = listening.report();
    return { entries, limited, complete: !lost && listened.gaps.length === 0, listened };
  } finally {
    clearTimeout(quiet);
    clearTimeout(longest);
  }
}

/** A dry run that a real run may follow. */
interface RetainedPlan {
  readonly id: string;
  readonly sessionId: string;
  /** What the dry run listened to: one subscription brings what thousands of names would. */
  readonly filters: readonly string[];
  readonly entries: readonly RetainedEntry[];
  readonly createdAt: number;
}

const MOST_PLANS = 20;
/** A plan older than this says too little about the broker now. */
const PLAN_TTL_MS = 15 * 60_000;

/** The dry runs of one core; few and short-lived. */
export class RetainedPlans {
  readonly #plans = new Map<string, RetainedPlan>();
  readonly #now: () => number;

  constructor(options: { now: () => number }) {
    this.#now = options.now;
  }

  /** Keeps the entries of a dry run and gives the plan its name. */
  add(plan: Omit<RetainedPlan, "id" | "createdAt">): RetainedPlan {
    return this.#keep({ ...plan, id: crypto.randomUUID(), createdAt: this.#now() });
  }

  #keep(plan: RetainedPlan): RetainedPlan {
    this.#plans.set(plan.id, plan);
    for (const [id] of this.#plans) {
      if (this.#plans.size <= MOST_PLANS) break;
      this.#plans.delete(id);
    }
    return plan;
  }

  /** The plan of a session, while it is fresh; null otherwise. A plan serves once. */
  take(id: string, sessionId: string): RetainedPlan | null {
    const plan = this.#plans.get(id);
    if (!plan || plan.sessionId !== sessionId) return null;
    this.#plans.delete(id);
    return this.#now() - plan.createdAt <= PLAN_TTL_MS ? plan : null;
  }

  /** Forgets the plans of a session. */
  eraseSession(sessionId: string): void {
    for (const [id, plan] of this.#plans) if (plan.sessionId === sessionId) this.#plans.delete(id);
  }
}
