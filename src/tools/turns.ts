/** Longest time that one piece of work holds the event loop. */
const SLICE_MS = 20;

/**
 * Shares the event loop during long work, so that ping and cancel are answered whatever a tool computes: to be asked
 * often, and awaited whenever there is something to await.
 */
export class Turns {
  #sliceEnd = performance.now() + SLICE_MS;

  /** Whether it is time to `await give()`. */
  get due(): boolean {
    return performance.now() > this.#sliceEnd;
  }

  /** Lets everything else that waits have its turn. */
  async give(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#sliceEnd = performance.now() + SLICE_MS;
  }
}
