import type { LatencySummary } from "./report.ts";
import type { ScratchLink } from "./scratch_link.ts";
import { type Limits, limitsWithin, MESSAGE_LIMIT_MS } from "./time_limits.ts";
import { rounded } from "../../numbers.ts";

const LATENCY_SAMPLES = 20;
const LATENCY_BUDGET_MS = 2_000;

/** The round-trip times of a connection test: takes them, within a budget, and sums them up. */
export class Latency {
  readonly #o: Limits;
  #latencies: number[] = [];
  #measuredBy: LatencySummary["measured_by"];

  /** The limits are the caller's own. */
  constructor(o: Limits) {
    this.#o = o;
  }

  /** Whether there is any time yet. */
  get isMeasured(): boolean {
    return this.#latencies.length > 0;
  }

  /** Times messages to `topic`, which has to be subscribed to; the first has been timed already. */
  async measurePublishing(link: ScratchLink, topic: string, firstMs: number): Promise<void> {
    this.#measuredBy = "publish_round_trip";
    this.#latencies.push(firstMs);
    const deadline = performance.now() + LATENCY_BUDGET_MS;
    while (this.#latencies.length < LATENCY_SAMPLES && performance.now() < deadline) {
      const text = `latency ${this.#latencies.length} ${crypto.randomUUID()}`;
      const limits = limitsWithin(this.#o, LATENCY_BUDGET_MS);
      const startedAt = performance.now();
      using echo = link.expect(limits, (message) => message.text === text);
      try {
        await link.publish({ topic, text, qos: 0, ...limits });
        await echo.arrived;
      } catch {
        this.#o.signal.throwIfAborted();
        return;
      }
      this.#latencies.push(performance.now() - startedAt);
    }
  }

  /** Times SUBACKs, where nothing may be published. */
  async measureSubscribing(link: ScratchLink, topic: string): Promise<void> {
    const deadline = performance.now() + LATENCY_BUDGET_MS;
    while (this.#latencies.length < LATENCY_SAMPLES && performance.now() < deadline) {
      const startedAt = performance.now();
      try {
        await link.subscribe(topic, limitsWithin(this.#o, MESSAGE_LIMIT_MS));
      } catch {
        this.#o.signal.throwIfAborted();
        return;
      }
      this.#measuredBy = "subscribe_acknowledgement";
      this.#latencies.push(performance.now() - startedAt);
    }
  }

  /** What was measured so far, as a report gives it. */
  summary(): LatencySummary {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    if (sorted.length === 0) return { samples: 0 };
    const sum = sorted.reduce((total, one) => total + one, 0);
    return {
      min: rounded(sorted[0]),
      mean: rounded(sum / sorted.length),
      p95: rounded(sorted[Math.ceil(sorted.length * 0.95) - 1]),
      samples: sorted.length,
      measured_by: this.#measuredBy,
    };
  }
}
