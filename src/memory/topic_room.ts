/** So many topics are told apart by each who counts them, however short memory is. */
export const TOPICS_IN_ANY_CASE = 10_000;

/** After so many new topics memory is looked at, without waiting for a timer, which a flood holds up. */
const TOPICS_BETWEEN_LOOKS = 1_000;

/**
 * Whether further topics may be told apart. One of these serves a whole process, and is closed while memory is short: what
 * is remembered of a topic cannot be evicted as messages can, and a broker may have more topics than fit.
 */
export class TopicRoom {
  /** True while memory is short. */
  closed = false;
  /** Looks at the memory, and closes this if it is short. */
  look: () => void = () => {};
  #added = 0;

  /** Whether somebody who tells so many topics apart may add one. To be asked when there is one to add. */
  mayAdd(known: number): boolean {
    if (!this.closed && ++this.#added % TOPICS_BETWEEN_LOOKS === 0) this.look();
    return !this.isFull(known);
  }

  /** Whether one more would be one too many for somebody who tells so many apart. */
  isFull(known: number): boolean {
    return this.closed && known >= TOPICS_IN_ANY_CASE;
  }
}
