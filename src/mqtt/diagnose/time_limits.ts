/** For one step of a stage below MQTT. */
export const NETWORK_LIMIT_MS = 10_000;

/** For one step of a stage that sends messages. */
export const MESSAGE_LIMIT_MS = 3_000;

/** For taking back what was left on the broker. */
export const CLEANUP_LIMIT_MS = 3_000;

/** A limit that a stage did not keep. */
export class StageTimeout extends Error {
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`Nothing came within ${timeoutMs} ms`);
    this.name = "StageTimeout";
    this.timeoutMs = timeoutMs;
  }
}

/** A time limit in milliseconds and the caller's own signal. */
export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The limit of one stage, which is never longer than the caller's own. */
export function limitsWithin({ timeoutMs, signal }: Limits, limitMs: number): Limits {
  return { timeoutMs: Math.min(limitMs, timeoutMs), signal };
}

/**
 * Runs `start` until it settles, the time is up, or the signal fires; then calls `release` so that
 * nothing is left open. Rejects with {@linkcode StageTimeout} or the signal's reason.
 */
export function within<T>(
  { timeoutMs, signal }: Limits,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => (() => void) | void,
): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () => reject(signal.reason);
  const timer = setTimeout(() => reject(new StageTimeout(timeoutMs)), timeoutMs);
  signal.addEventListener("abort", onAbort);
  const release = start(resolve, reject);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    release?.();
  });
}
