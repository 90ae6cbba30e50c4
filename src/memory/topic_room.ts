/** So many topics are counted one by one by each counter, however short memory is. */
export const TOPICS_IN_ANY_CASE = 10_000;

/** After so many new topics memory is looked at, without waiting for a timer, which a flood of messages delays. */
const TOPICS_BETWEEN_LOOKS = 1_000;

/**
 * Whether further topics may be counted one by one. One of these serves a whole process, and is closed while memory is
 * short: what is remembered of a topic cannot be evicted as messages can, and a broker may have more topics than fit.
 * Everything that counts topics (a log, a sampler, a link) asks it before it adds one.
 */
export class TopicRoom {
  /** True while memory is short. */
  closed = false;
  /** Looks at the memory, and closes this if it is short. */
  look: () => void = () => {};
  #added = 0;

  /** Whether a counter that knows `known` topics may add one. Ask only when there is one to add. */
  mayAdd(known: number): boolean {
    if (!this.closed && ++this.#added % TOPICS_BETWEEN_LOOKS === 0) this.look();
    return !this.isFull(known);
  }

  /** Whether a counter that knows `known` topics has no room for one more. */
  isFull(known: number): boolean {
    return this.closed && known >= TOPICS_IN_ANY_CASE;
  }
}
