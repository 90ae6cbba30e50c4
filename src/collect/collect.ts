import { throwIfCancelled } from "../errors.ts";
import type { InboundMessage, Qos } from "../mqtt/message.ts";
import type { ListenedReport, Listening, ListenRequest } from "../session/listening.ts";
import type { Collection, CollectionStore, StopReason } from "./collections.ts";

export type { StopReason } from "./collections.ts";

/** What {@linkcode collect} needs of a session. */
interface Listenable {
  readonly id: string;
  listen(request: ListenRequest): Promise<Listening>;
}

/** What to collect, and for how long. */
export interface CollectRequest {
  readonly tool: string;
  readonly filters: readonly string[];
  readonly exclude?: readonly string[];
  readonly retained?: "include" | "skip" | "only";
  readonly qos?: Qos;
  readonly durationMs: number;
  readonly signal: AbortSignal;
  /** Called for each message; calling `stop` ends the collection, and nothing after it is counted. */
  readonly onMessage: (message: InboundMessage, stop: (reason: StopReason) => void) => void;
  /** Called when it listens. */
  readonly onListening?: (listening: Listening) => void;
  /** Called about once a second, and not in the last second. */
  readonly onTick?: (elapsedMs: number, stop: (reason: StopReason) => void) => void;
  /** Of the memory of all collections, what its messages may take. Default: half. */
  readonly share?: number;
}

/** What {@linkcode collect} gives back; the messages are in the collection and wherever `onMessage` put them. */
interface CollectOutcome {
  readonly collection: Collection;
  readonly listened: ListenedReport;
  readonly stopReason: StopReason;
}

const TICK_MS = 1_000;

/**
 * Listens for a bounded time. The clock starts at the SUBACK; the listening ends at the duration, at
 * `stop`, when the signal aborts, or when the session gives the connection up. What was heard until then
 * is in the collection whatever ended it.
 */
export async function collect(
  session: Listenable,
  options: CollectRequest & { collections: CollectionStore },
): Promise<CollectOutcome> {
  const { collections, signal } = options;
  const collection = collections.open({
    sessionId: session.id,
    tool: options.tool,
    filters: options.filters,
    share: options.share,
  });
  const ended = Promise.withResolvers<StopReason>();
  let open = true;
  function stop(reason: StopReason): void {
    if (!open) return;
    open = false;
    ended.resolve(reason);
  }
  function hear(message: InboundMessage): void {
    if (!open) return;
    collections.append(collection, message);
    options.onMessage(message, stop);
  }

  const onAbort = () => stop("cancelled");
  let deadline: ReturnType<typeof setTimeout> | undefined;
  let ticker: ReturnType<typeof setInterval> | undefined;
  try {
    throwIfCancelled(signal, "Cannot listen");
    signal.addEventListener("abort", onAbort, { once: true });
    await using listening = await session.listen({
      filters: options.filters,
      exclude: options.exclude,
      retained: options.retained,
      qos: options.qos,
      onMessage: hear,
      signal,
    });
    options.onListening?.(listening);
    collection.listened = () => listening.report();
    const startedAt = performance.now();
    deadline = setTimeout(() => stop("duration"), options.durationMs);
    ticker = setInterval(() => {
      const elapsedMs = performance.now() - startedAt;
      if (elapsedMs < options.durationMs - TICK_MS) options.onTick?.(elapsedMs, stop);
    }, TICK_MS);
    listening.lost.then(() => stop("connection_lost"));
    const stopReason = await ended.promise;
    await listening.close();
    collection.stopReason = stopReason;
    collections.finish(collection, stateAfter(stopReason));
    return { collection, listened: listening.report(), stopReason };
  } finally {
    open = false;
    clearTimeout(deadline);
    clearInterval(ticker);
    signal.removeEventListener("abort", onAbort);
    collections.finish(collection, signal.aborted ? "cancelled" : "failed");
  }
}

function stateAfter(reason: StopReason): "complete" | "cancelled" | "connection_lost" {
  return reason === "cancelled" || reason === "connection_lost" ? reason : "complete";
}
