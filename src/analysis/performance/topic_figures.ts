/** Intervals kept of each topic: the last so many. */
const KEPT_INTERVALS = 32;
/** Delays kept of each topic with timestamps: the last so many. */
const KEPT_DELAYS = 32;

/** Stands for the hash of a payload where there was none yet; hashes are not negative. */
export const NO_HASH = -1;

/** What is counted of one topic. Fields are public and plain because they are on the hot path. */
export class TopicFigures {
  readonly topic: string;
  messages = 0;
  retained = 0;
  bytes = 0;
  smallest = Infinity;
  largest = 0;
  firstAtMs = 0;
  lastAtMs = 0;
  /** Count of the second that is running, and of the fullest so far. */
  second = -1;
  secondCount = 0;
  peakCount = 0;
  peakSecond = -1;
  lastHash = NO_HASH;
  changes = 0;
  copies = 0;
  longestGapMs = 0;
  /** Payloads searched for a time without success. */
  timeMisses = 0;
  resolutionMs = 1;
  /** The time in the payload before, and the hash of that payload. */
  lastTimeMs = NaN;
  copyHash = NO_HASH;
  #intervals: Float64Array | null = null;
  #intervalCount = 0;
  #delays: Float64Array | null = null;
  #delayCount = 0;
  smallestDelayMs = Infinity;

  constructor(topic: string) {
    this.topic = topic;
  }

  addInterval(intervalMs: number): void {
    this.#intervals ??= new Float64Array(KEPT_INTERVALS);
    this.#intervals[this.#intervalCount % KEPT_INTERVALS] = intervalMs;
    this.#intervalCount++;
    if (intervalMs > this.longestGapMs) this.longestGapMs = intervalMs;
  }

  /** The last intervals in no particular order. */
  intervals(): number[] {
    if (this.#intervals === null) return [];
    return Array.from(this.#intervals.subarray(0, Math.min(this.#intervalCount, KEPT_INTERVALS)));
  }

  addDelay(delayMs: number): void {
    this.#delays ??= new Float64Array(KEPT_DELAYS);
    this.#delays[this.#delayCount % KEPT_DELAYS] = delayMs;
    this.#delayCount++;
    if (delayMs < this.smallestDelayMs) this.smallestDelayMs = delayMs;
  }

  /** Throws the delays away: the payloads' times turned out not to be times of sending. */
  forgetDelays(): void {
    this.#delays = null;
    this.#delayCount = 0;
    this.smallestDelayMs = Infinity;
  }

  /** The last delays (received minus the payload's own time) in no particular order. */
  delays(): number[] {
    if (this.#delays === null) return [];
    return Array.from(this.#delays.subarray(0, Math.min(this.#delayCount, KEPT_DELAYS)));
  }
}
