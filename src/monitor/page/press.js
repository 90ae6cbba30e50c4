/** A finger or a mouse that is pressed. */

/** A longer one is no click. */
const LONGEST_MS = 1_000;
/** The click comes after the release. */
const CLICK_AFTER_MS = 50;

/**
 * What moves between press and release is not clicked: what would move it waits. Pure but for its timers.
 */
export class Press {
  /** @type {(() => void)[] | null} */
  #waiting = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** Whether anything waits for the release. */
  get isOn() {
    return this.#waiting !== null;
  }

  begin() {
    this.#waiting ??= [];
    this.#endAfter(LONGEST_MS);
  }

  end() {
    if (this.isOn) this.#endAfter(CLICK_AFTER_MS);
  }

  /** Runs it at once, or after the release. @param {() => void} news */
  tell(news) {
    if (this.#waiting === null) news();
    else this.#waiting.push(news);
  }

  /** @param {number} ms */
  #endAfter(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      for (const news of waiting) news();
    }, ms);
  }
}
