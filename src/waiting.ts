/** Waiting with an end. */

/** The longest time that a timer takes; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Waits so many milliseconds (0 or less: not at all), or until the signal fires; never rejects. With `unref` a process that
 * has nothing else to do may end meanwhile.
 */
export async function pause(
  ms: number,
  { signal, unref = false }: { signal?: AbortSignal; unref?: boolean } = {},
): Promise<void> {
  if (ms <= 0 || signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const timer = setTimeout(wake, Math.min(ms, LONGEST_MS));
  if (unref) Deno.unrefTimer(Number(timer));
  signal?.addEventListener("abort", wake, { once: true });
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", wake);
}

/** What the work comes to, or `late` when it takes longer than `ms` milliseconds; the work itself goes on. */
export async function atMost<T, L = void>(ms: number, work: Promise<T>, late?: L): Promise<T | L> {
  const limit = Promise.withResolvers<L>();
  const timer = setTimeout(() => limit.resolve(late as L), ms);
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
