import { type ConnectionError, MqttMcpError, OperationError } from "../../errors.ts";
import { type OwnRequest, wasRefused } from "../hang_up.ts";

/** A broker that hangs up so soon after a message most likely does so because of it. */
const SUSPICION_MS = 1_000;

/** What ends a wait besides the broker's answer, and what it is told with. */
interface Wait {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The packet of ours that an answer is waited for, where a broker may hang up at it. */
  readonly own?: OwnRequest;
  /** What failed then, e.g. `Cannot subscribe to "a" at "b:1883"`. */
  readonly what: string;
  /** What that means for the caller, e.g. `delivery unknown`. */
  readonly consequence?: string;
}

/** What one connection has asked of its broker, and waits for. */
export class OwnRequests {
  readonly #lostError: () => ConnectionError;
  /** How to end each wait. */
  readonly #waiting = new Map<(error: Error) => void, OwnRequest | null>();
  /** The latest message that a broker may hang up at without having had to answer it. */
  #suspect: { readonly request: OwnRequest; readonly atTick: number } | null = null;

  #isOver = false;

  /** `lostError` makes what each wait fails with when the connection is gone. */
  constructor(lostError: () => ConnectionError) {
    this.#lostError = lostError;
  }

  /**
   * Starts a request and waits until it is settled, under a time limit and an abort signal.
   *
   * @throws {OperationError} TIMEOUT
   * @throws {ConnectionError} CONNECTION_LOST
   */
  run<T>(
    { what, consequence, signal, own, timeoutMs: limitMs }: Wait,
    start: (settle: (value: T) => void, fail: (error: Error) => void) => void,
  ): Promise<T> {
    if (this.#isOver) return Promise.reject(this.#lostError());
    const suffix = consequence === undefined ? "" : `; ${consequence}`;
    const cancelled = (words: string) =>
      new OperationError("TIMEOUT", `${what}: the call was cancelled${words}`, "Call again");
    if (signal?.aborted) return Promise.reject(cancelled("; nothing was sent"));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const before = this.#suspect?.request;
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(fail);
    };
    const fail = (error: Error) => {
      finish();
      reject(error instanceof MqttMcpError ? error : this.#lostError());
    };
    const settle = (value: T) => {
      finish();
      // A broker reads in order: with what came after it answered, it has gone on behind the suspect.
      if (own !== undefined && own !== before) this.acquit(before);
      resolve(value);
    };
    const onAbort = () => fail(cancelled(suffix));
    const timeoutMs = Math.max(0, limitMs);
    const timer = setTimeout(() =>
      fail(
        new OperationError(
          "TIMEOUT",
          `${what}: no answer within ${Math.round(timeoutMs / 100) / 10} s${suffix}`,
          "Check the broker with test_connection",
        ),
      ), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#waiting.set(fail, own ?? null);
    start(settle, fail);
    return promise;
  }

  /** A message was sent that a broker may hang up at without leaving it unanswered. */
  suspect(request: OwnRequest): void {
    this.#suspect = { request, atTick: performance.now() };
  }

  /** The broker has gone on behind this message. */
  acquit(request: OwnRequest | undefined): void {
    if (request === this.#suspect?.request) this.#suspect = null;
  }

  /** What the broker may have hung up at; of what it refused nothing else is suspected. */
  unanswered(): OwnRequest[] {
    const waiting = [...this.#waiting.values()].filter((request) => request !== null);
    const suspect = this.#suspect;
    if (suspect === null || waiting.includes(suspect.request)) return waiting;
    if (performance.now() - suspect.atTick >= SUSPICION_MS) return waiting;
    return wasRefused(suspect.request) ? [suspect.request] : [...waiting, suspect.request];
  }

  /** The connection is gone: ends every wait, and refuses those to come. */
  end(): void {
    this.#isOver = true;
    const waiting = [...this.#waiting.keys()];
    this.#waiting.clear();
    for (const fail of waiting) fail(this.#lostError());
  }
}
