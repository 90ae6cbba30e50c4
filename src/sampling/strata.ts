import { hashText } from "./fingerprint.ts";
import type { HeldMessage, MessageStore } from "./held_message.ts";

/**
 * Messages that have something in common (a topic, a structure, a kind of error), of which a few
 * are held: the first, the newest, and one drawn evenly from all.
 */
export class Stratum {
  readonly key: string;
  /** Places it among others by chance, but always the same for the same key. */
  readonly hash: number;
  count = 0;
  first: HeldMessage | null = null;
  middle: HeldMessage | null = null;
  last: HeldMessage | null = null;
  /** Whether messages of it are held at all. */
  isHeld = false;
  /** How many were offered while it was held. */
  offered = 0;

  constructor(key: string) {
    this.key = key;
    this.hash = hashText(key);
  }

  /** Offers a message; `draw` is a random 32-bit number. */
  offer(held: HeldMessage, options: { draw: number; store: MessageStore; newest: boolean }): void {
    const { store } = options;
    this.offered++;
    if (this.first === null) {
      this.first = store.hold(held);
      return;
    }
    if (options.newest) this.setLast(held, store);
    if ((options.draw >>> 0) * this.offered < 4_294_967_296) {
      if (this.middle !== null) store.release(this.middle);
      this.middle = store.hold(held);
    }
  }

  setLast(held: HeldMessage, store: MessageStore): void {
    if (this.last !== null) store.release(this.last);
    this.last = store.hold(held);
  }

  /** Lets go of its messages; it is still counted. */
  drop(store: MessageStore): void {
    for (const held of [this.first, this.middle, this.last]) if (held) store.release(held);
    this.first = this.middle = this.last = null;
    this.isHeld = false;
  }

  /** What is held of it, in order of arrival, each message once. */
  messages(): HeldMessage[] {
    const found = [this.first, this.middle, this.last].filter((held) => held !== null);
    return [...new Set(found)].sort((x, y) => x.seq - y.seq);
  }
}

/**
 * Strata of which messages are held, at most `limit`. When there are more, those with the smallest
 * hash stay: an even draw from all keys, whatever their order and however loud each is.
 */
export class HeldStrata {
  readonly #limit: number;
  readonly #store: MessageStore;
  readonly #members: Stratum[] = [];
  /** The member that goes next; its hash is the bar for newcomers once the set is full. */
  #largest: Stratum | null = null;

  constructor(options: { limit: number; store: MessageStore }) {
    this.#limit = options.limit;
    this.#store = options.store;
  }

  get members(): readonly Stratum[] {
    return this.#members;
  }

  /** Takes a new stratum in if it belongs to the draw; tells by its `isHeld`. */
  admit(stratum: Stratum): void {
    if (this.#members.length < this.#limit) {
      this.#members.push(stratum);
      stratum.isHeld = true;
      return;
    }
    this.#largest ??= this.#members.reduce((x, y) => y.hash > x.hash ? y : x);
    if (stratum.hash >= this.#largest.hash) return;
    this.#largest.drop(this.#store);
    this.#members[this.#members.indexOf(this.#largest)] = stratum;
    stratum.isHeld = true;
    this.#largest = null;
  }
}

/** Counts by key, for a bounded number of keys. */
export class StratumTable {
  readonly #strata = new Map<string, Stratum>();
  readonly #limit: number;
  readonly #held: HeldStrata;
  /** Messages whose key came after the table was full. */
  overflow = 0;

  constructor(options: { limit: number; held: HeldStrata }) {
    this.#limit = options.limit;
    this.#held = options.held;
  }

  get size(): number {
    return this.#strata.size;
  }

  values(): Iterable<Stratum> {
    return this.#strata.values();
  }

  get(key: string): Stratum | undefined {
    return this.#strata.get(key);
  }

  /** The stratum of a key, made if there is room for one more; null if not. */
  find(key: string): Stratum | null {
    const known = this.#strata.get(key);
    if (known !== undefined) return known;
    if (this.#strata.size >= this.#limit) return null;
    const stratum = new Stratum(key);
    this.#strata.set(key, stratum);
    this.#held.admit(stratum);
    return stratum;
  }
}
