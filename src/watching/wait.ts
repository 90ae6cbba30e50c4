import { atMost } from "../waiting.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import type { ListenedReport, Listening, ListenRequest } from "../session/listening.ts";
import type { Condition, Met } from "./condition.ts";
import { isNews } from "./news.ts";
import { Silence } from "./silence.ts";

/** What waiting needs of a session. */
interface Listenable {
  listen(request: ListenRequest): Promise<Listening>;
}

/** What to wait for, and how long. */
interface WaitRequest {
  readonly topic: string;
  readonly condition: Condition;
  /** Seconds without any message that matches, for a condition that is met by silence. */
  readonly quietFor?: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Called once it listens, and then about once a second. */
  readonly onTick: (elapsedMs: number, messages: number) => void;
}

/** What came of waiting. */
export interface WaitOutcome {
  readonly reason: Met["reason"] | "quiet" | "timeout" | "cancelled" | "connection_lost";
  /** The message that met the condition, or the last one before it became quiet. */
  readonly message: InboundMessage | null;
  readonly met: Met | null;
  readonly waitedMs: number;
  readonly messages: number;
  /** Of these, what had been retained before. */
  readonly retained: number;
  readonly listened: ListenedReport;
}

/** The answer does not wait longer for the UNSUBACK. */
const CLOSE_LIMIT_MS = 50;

/**
 * Waits until a message on `topic` meets the condition, or until there was none for so long. The clock starts at the
 * SUBACK. A reconnect is lived through: time in which nothing could be heard is no silence, and what the broker retains
 * afterwards and did not before came in between.
 */
export async function waitFor(session: Listenable, request: WaitRequest): Promise<WaitOutcome> {
  const { condition, quietFor, signal } = request;
  const ended = Promise.withResolvers<WaitOutcome["reason"]>();
  let listening: Listening | null = null;
  let open = true;
  let messages = 0;
  let retained = 0;
  let last: InboundMessage | null = null;
  let met: Met | null = null;
  let silence: Silence | null = null;

  function end(reason: WaitOutcome["reason"]): void {
    if (!open) return;
    open = false;
    ended.resolve(reason);
  }
  function hear(message: InboundMessage): void {
    if (!open) return;
    messages++;
    const isNow = isNews(message, listening);
    if (!isNow) retained++;
    const now = condition.hear(message, isNow);
    if (now === null) return;
    last = { ...message, payload: message.payload.slice() };
    if (quietFor !== undefined) return void silence?.broken();
    met = now;
    end(now.reason);
  }

  const timers: ReturnType<typeof setTimeout>[] = [];
  const onAbort = () => end("cancelled");
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const startedBefore = performance.now();
    listening = await session.listen({
      filters: [request.topic],
      retained: "include",
      qos: 1,
      signal,
      onMessage: hear,
    });
    if (signal.aborted) end("cancelled");
    listening.lost.then(() => end("connection_lost"));
    const started = open ? performance.now() : startedBefore;
    if (quietFor !== undefined) {
      silence = new Silence(quietFor * 1000, {
        listening,
        now: request.now,
        onQuiet: () => end("quiet"),
      });
    }
    request.onTick(0, messages);
    timers.push(setTimeout(() => end("timeout"), request.timeoutMs));
    timers.push(
      setInterval(() => request.onTick(performance.now() - started, messages), 1_000),
    );
    const reason = await ended.promise;
    const waitedMs = performance.now() - started;
    const closed = listening.close();
    await atMost(CLOSE_LIMIT_MS, closed);
    return {
      reason,
      message: last,
      met,
      waitedMs,
      messages,
      retained,
      listened: listening.report(),
    };
  } finally {
    open = false;
    silence?.stop();
    timers.forEach(clearTimeout);
    signal.removeEventListener("abort", onAbort);
    void listening?.close();
  }
}
