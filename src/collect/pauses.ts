/** Longest time that one piece of work holds the event loop. */
const SLICE_MS = 20;

/**
 * Pauses in long work, so that ping and cancel are answered whatever is computed: ask often whether one is due, and take
 * it wherever there can be an `await`.
 */
export class Pauses {
  #sliceEnd = performance.now() + SLICE_MS;

  /** Whether it is time to take one. */
  get due(): boolean {
    return performance.now() > this.#sliceEnd;
  }

  /** Lets everything else that waits run first. */
  async take(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#sliceEnd = performance.now() + SLICE_MS;
  }
}

/** The result of work in steps, with a pause wherever one is due. `onPause` may throw to end it. */
export async function inTurns<T>(
  steps: Iterator<unknown, T>,
  onPause: () => void = () => {},
): Promise<T> {
  const pauses = new Pauses();
  while (true) {
    const step = steps.next();
    if (step.done) return step.value;
    if (!pauses.due) continue;
    await pauses.take();
    onPause();
  }
}
