/** How tests wait: for a condition, with a limit that only something broken reaches. */

/**
 * How long anything may take on a slow machine that is busy with ten other things. Waiting longer costs nothing where all
 * is well.
 */
export const PATIENCE_MS = 180_000;

/** Rests before each next look: short at first, then longer, so that what waits leaves the processor to what works. */
class Rests {
  #ms: number;

  constructor(firstMs: number) {
    this.#ms = firstMs;
  }

  async rest(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, this.#ms);
    this.#ms = Math.min(40, this.#ms * 1.2);
    await promise;
  }
}

/** Waits until a condition holds; fails after `timeoutMs` with what was waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = PATIENCE_MS } = {},
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const rests = new Rests(2);
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`Timed out waiting until ${what}`);
    await rests.rest();
  }
}

/** Asks until the answer is as wanted, and returns it; fails with the last answer. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  wanted: (answer: T) => boolean,
  { timeoutMs = PATIENCE_MS } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  const rests = new Rests(10);
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (performance.now() > deadline) {
      throw new Error(
        `Timed out waiting until ${what}; the last answer: ${JSON.stringify(answer)}`,
      );
    }
    await rests.rest();
  }
}

/**
 * The result of something that has to end of its own accord. Give the work itself a far longer time
 * (a call of ten minutes that is cancelled): then that it ends shows the promise on any machine.
 */
export async function ends<T>(
  what: string,
  work: Promise<T>,
  { timeoutMs = PATIENCE_MS } = {},
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`Timed out waiting for the end of ${what}`)),
    timeoutMs,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Lets a span of the program's own clock pass, for what is about that clock: a recording that has to be some time old, a
 * session that runs out. Never to hope that something has come: see {@linkcode until}.
 */
export async function clockPasses(ms: number): Promise<void> {
  const end = Date.now() + ms;
  for (let left = ms; left >= 0; left = end - Date.now()) {
    await new Promise((resolve) => setTimeout(resolve, left + 1));
  }
}

/** Lets whatever is ready run, some turns of the event loop: before a test looks at what must not have happened. */
export async function turnsPass(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}
