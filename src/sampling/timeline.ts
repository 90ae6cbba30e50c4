import type { HeldMessage, MessageStore } from "./held_message.ts";

/**
 * One message for each stretch of time. Stretches begin at a millisecond and double whenever the
 * bins run out, so any length of time is covered evenly in bounded memory.
 */
export class TimeBins {
  readonly #bins: (HeldMessage | null)[];
  readonly #store: MessageStore;
  #startedAt = Number.NaN;
  #widthMs = 1;
  #newest = 0;

  constructor(options: { bins: number; store: MessageStore }) {
    this.#bins = new Array(options.bins).fill(null);
    this.#store = options.store;
  }

  /** Whether a message of this time would be taken. Times that run backwards count as the newest. */
  wants(atMs: number, repeats: boolean): boolean {
    const held = this.#bins[this.#place(atMs)];
    return held === null || (held.repeats && !repeats);
  }

  take(held: HeldMessage): void {
    const place = this.#place(held.receivedAt);
    const before = this.#bins[place];
    if (before !== null) this.#store.release(before);
    this.#bins[place] = this.#store.hold(held);
  }

  messages(): HeldMessage[] {
    return this.#bins.filter((held) => held !== null);
  }

  #place(atMs: number): number {
    if (Number.isNaN(this.#startedAt)) this.#startedAt = atMs;
    const sinceStart = atMs - this.#startedAt;
    if (sinceStart > this.#newest) this.#newest = sinceStart;
    while (this.#newest >= this.#bins.length * this.#widthMs) this.#halve();
    return Math.floor(this.#newest / this.#widthMs);
  }

  #halve(): void {
    const bins = this.#bins;
    for (let i = 0; i < bins.length; i++) {
      const left = 2 * i < bins.length ? bins[2 * i] : null;
      const right = 2 * i + 1 < bins.length ? bins[2 * i + 1] : null;
      const stays = left === null || (right !== null && left.repeats && !right.repeats)
        ? right
        : left;
      const goes = stays === left ? right : left;
      if (goes !== null) this.#store.release(goes);
      bins[i] = stays;
    }
    this.#widthMs *= 2;
  }
}

/** Every n-th message, where n doubles whenever there is no room: even by count, whatever the time. */
export class EveryNth {
  readonly #kept: HeldMessage[] = [];
  readonly #limit: number;
  readonly #store: MessageStore;
  #step = 1;
  #seen = 0;

  constructor(options: { limit: number; store: MessageStore }) {
    this.#limit = options.limit;
    this.#store = options.store;
  }

  /** Counts one message and tells whether it is to be taken. */
  wants(): boolean {
    return this.#seen++ % this.#step === 0;
  }

  take(held: HeldMessage): void {
    this.#kept.push(this.#store.hold(held));
    if (this.#kept.length <= this.#limit) return;
    let write = 0;
    for (const [i, kept] of this.#kept.entries()) {
      if (i % 2 === 0) this.#kept[write++] = kept;
      else this.#store.release(kept);
    }
    this.#kept.length = write;
    this.#step *= 2;
  }

  messages(): readonly HeldMessage[] {
    return this.#kept;
  }
}

/** The messages with the highest scores, at most `limit`; earlier ones win ties. */
export class TopScores {
  readonly #entries: { score: number; held: HeldMessage }[] = [];
  readonly #limit: number;
  readonly #store: MessageStore;
  #bar = 0;

  constructor(options: { limit: number; store: MessageStore }) {
    this.#limit = options.limit;
    this.#store = options.store;
  }

  /** Whether a message of this score would be taken; scores are above 0. */
  wants(score: number): boolean {
    return score > this.#bar;
  }

  take(held: HeldMessage, score: number): void {
    const entries = this.#entries;
    if (entries.length >= this.#limit) {
      let lowest = 0;
      for (let i = 1; i < entries.length; i++) {
        if (entries[i].score <= entries[lowest].score) lowest = i;
      }
      this.#store.release(entries[lowest].held);
      entries.splice(lowest, 1);
    }
    entries.push({ score, held: this.#store.hold(held) });
    if (entries.length >= this.#limit) {
      this.#bar = entries.reduce((low, entry) => Math.min(low, entry.score), Infinity);
    }
  }

  /** Best first. */
  messages(): HeldMessage[] {
    return [...this.#entries]
      .sort((x, y) => y.score - x.score || x.held.seq - y.held.seq)
      .map((entry) => entry.held);
  }
}
