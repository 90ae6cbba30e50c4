import type { HeldMessage } from "./held_message.ts";

/** Why a message is kept for the reader; the first reason is the one it is counted under. */
type KeepReason =
  | "error"
  | "warning"
  | "first"
  | "last"
  | "structure"
  | "topic"
  | "change"
  | "outlier"
  | "spread"
  | "all";

/** A message chosen for the reader. */
export interface Choice {
  readonly held: HeldMessage;
  readonly reasons: KeepReason[];
}

/** Bounds and extent of a {@linkcode Selection}. */
export interface SelectionOptions {
  /** Most messages in all. */
  readonly target: number;
  /** Most retained ones among them. */
  readonly retainedLimit: number;
  /** Times of the first and the newest message, in milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** `seq` of the newest message. */
  readonly total: number;
}

/** The messages chosen so far, with what they cover. */
export class Selection {
  readonly #options: SelectionOptions;
  readonly #choices = new Map<HeldMessage, Choice>();
  readonly #topics = new Set<string>();
  readonly #structures = new Set<string>();
  /** Where the choices lie between the first message (0) and the newest (1), in order. */
  readonly #positions: number[] = [];
  #retained = 0;

  constructor(options: SelectionOptions) {
    this.#options = options;
  }

  /** How many more fit. */
  get room(): number {
    return this.#options.target - this.#choices.size;
  }

  /** How many more retained ones fit. */
  get retainedRoom(): number {
    return Math.min(this.room, this.#options.retainedLimit - this.#retained);
  }

  coversTopic(topic: string): boolean {
    return this.#topics.has(topic);
  }

  coversStructure(structure: string): boolean {
    return this.#structures.has(structure);
  }

  has(held: HeldMessage): boolean {
    return this.#choices.has(held);
  }

  /** Chooses a message, or adds a reason to a chosen one. False if there is no room for it. */
  pick(held: HeldMessage, reason: KeepReason): boolean {
    const known = this.#choices.get(held);
    if (known !== undefined) {
      if (!known.reasons.includes(reason)) known.reasons.push(reason);
      return true;
    }
    if ((held.retain ? this.retainedRoom : this.room) <= 0) return false;
    this.#choices.set(held, { held, reasons: [reason] });
    if (held.retain) this.#retained++;
    this.#topics.add(held.topic);
    if (held.verdict !== null) this.#structures.add(held.verdict.structure);
    const at = this.#position(held);
    this.#positions.splice(this.#insertionPoint(at), 0, at);
    return true;
  }

  /** Chooses the one that lies farthest from all chosen ones, so that choices spread over time. */
  pickFarthest(messages: readonly HeldMessage[], reason: KeepReason): boolean {
    const byDistance = messages
      .map((held) => ({ held, distance: this.#distance(this.#position(held)) }))
      .sort((x, y) => y.distance - x.distance || x.held.seq - y.held.seq);
    return byDistance.some(({ held }) => this.pick(held, reason));
  }

  /**
   * Fills the largest gaps in time first, each with the message nearest to its middle, up to
   * `limit` messages; a message that repeats the one before it, or whose topic is shown already,
   * counts as farther away.
   */
  spread(messages: readonly HeldMessage[], options: { reason: KeepReason; limit: number }): void {
    const candidates = messages
      .filter((held) => !this.has(held))
      .map((held) => ({ held, at: this.#position(held), gone: false }))
      .sort((x, y) => x.at - y.at || x.held.seq - y.held.seq);
    if (candidates.length === 0) return;
    const bounds = [-1e-9, ...this.#positions, 1 + 1e-9];
    const gaps: { low: number; high: number }[] = [];
    for (let i = 1; i < bounds.length; i++) gaps.push({ low: bounds[i - 1], high: bounds[i] });
    for (let left = options.limit; left > 0 && gaps.length > 0 && this.room > 0;) {
      let widest = 0;
      for (let i = 1; i < gaps.length; i++) {
        if (gaps[i].high - gaps[i].low > gaps[widest].high - gaps[widest].low) widest = i;
      }
      const { low, high } = gaps[widest];
      const middle = (low + high) / 2;
      let best: (typeof candidates)[number] | null = null;
      let bestCost = Infinity;
      for (let i = firstAtOrAfter(candidates, low); i < candidates.length; i++) {
        const candidate = candidates[i];
        if (candidate.at > high) break;
        if (candidate.gone) continue;
        if (candidate.held.retain && this.retainedRoom <= 0) continue;
        let detour = candidate.held.repeats ? (high - low) / 6 : 0;
        if (this.#topics.has(candidate.held.topic)) detour += (high - low) / 6;
        const cost = Math.abs(candidate.at - middle) + detour;
        if (cost < bestCost) {
          best = candidate;
          bestCost = cost;
        }
      }
      if (best === null) {
        gaps[widest] = gaps[gaps.length - 1];
        gaps.pop();
        continue;
      }
      best.gone = true;
      this.pick(best.held, options.reason);
      left--;
      gaps[widest] = { low, high: best.at };
      gaps.push({ low: best.at, high });
    }
  }

  /** The choices in order of arrival. */
  choices(): Choice[] {
    return [...this.#choices.values()].sort((x, y) => x.held.seq - y.held.seq);
  }

  /** By time, and among the same times by order of arrival. */
  #position(held: HeldMessage): number {
    const { firstAt, lastAt, total } = this.#options;
    const order = held.seq / total;
    if (!(lastAt > firstAt)) return order;
    const byTime = (held.receivedAt - firstAt) / (lastAt - firstAt);
    return Math.min(1, Math.max(0, byTime)) * (1 - 1e-6) + order * 1e-6;
  }

  #insertionPoint(at: number): number {
    let low = 0;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#positions[middle] < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #distance(at: number): number {
    const i = this.#insertionPoint(at);
    const after = i < this.#positions.length ? this.#positions[i] - at : Infinity;
    const before = i > 0 ? at - this.#positions[i - 1] : Infinity;
    return Math.min(after, before);
  }
}

function firstAtOrAfter(sorted: readonly { at: number }[], at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
