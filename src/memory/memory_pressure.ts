/** How much memory a process uses of what it may. */
export interface MemoryReading {
  readonly usedBytes: number;
  /** Beyond it the process is killed: the container's limit, or the engine's. */
  readonly limitBytes: number;
}

/** From this part of the limit on, only that share of the set budgets is kept. Rising. */
const STEPS = [
  { from: 0.75, share: 1 / 2 },
  { from: 0.82, share: 1 / 4 },
  { from: 0.9, share: 1 / 16 },
] as const;

/** Memory has to stay below the first step by this much, and this long, before budgets grow again. */
const CALM_BELOW = 0.65;
const CALM_MS = 30_000;

/**
 * Decides how much of their budgets recordings and collections keep while the process comes close to a limit at which
 * it would be killed. Shrinks at once, and grows by one step after each half minute of calm.
 */
export class MemoryPressure {
  readonly #now: () => number;
  #share = 1;
  #calmSince: number | null = null;

  /** `now`: a clock in milliseconds that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Of the set budgets, between 1/16 and 1. */
  get share(): number {
    return this.#share;
  }

  /** Takes note of readings, of which the worst counts, and says whether the share has changed. */
  note(readings: readonly MemoryReading[]): boolean {
    const used = Math.max(0, ...readings.map((one) => one.usedBytes / one.limitBytes));
    const before = this.#share;
    const wanted = STEPS.findLast(({ from }) => used >= from)?.share ?? 1;
    if (wanted < this.#share) this.#share = wanted;
    this.#recover(used);
    return this.#share !== before;
  }

  #recover(used: number): void {
    if (used >= CALM_BELOW || this.#share === 1) {
      this.#calmSince = null;
      return;
    }
    this.#calmSince ??= this.#now();
    if (this.#now() - this.#calmSince < CALM_MS) return;
    this.#calmSince = this.#now();
    this.#share = STEPS.findLast(({ share }) => share > this.#share)?.share ?? 1;
  }
}

/** Of a container's limit: what the program needs itself, and what waits to be collected, has to fit beside it. */
const LARGEST_PART = 1 / 4;

/** A budget as it can be kept in a container of that size: `RECORD_MEMORY_MB` may be more than there is. */
export function budgetWithin(budgetBytes: number, containerLimitBytes: number | null): number {
  if (containerLimitBytes === null) return budgetBytes;
  return Math.min(budgetBytes, Math.floor(containerLimitBytes * LARGEST_PART));
}

/** The files in which Linux tells a container's limit: cgroup version 2, and 1. */
export const CONTAINER_LIMIT_FILES = [
  "/sys/fs/cgroup/memory.max",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes",
] as const;

/** A larger number means that there is no limit: version 1 writes one near 2^63 then. */
const NO_LIMIT_BYTES = 2 ** 50;

/** The container's limit in bytes as one of those files tells it, or null for none. */
export function parseContainerLimit(text: string): number | null {
  const bytes = Number(text.trim());
  return Number.isInteger(bytes) && bytes > 0 && bytes < NO_LIMIT_BYTES ? bytes : null;
}
