import { median } from "../statistics.ts";
import { significant } from "../../numbers.ts";

/** Where a rate is going, and how sure that is. */
export interface Trend {
  readonly direction: "rising" | "falling" | "steady" | "stopped";
  /** Change from the start to the end of the window, in percent of the start. */
  readonly change_percent: number;
  /** How sure it is that the rate is not steady: by the chance of seeing this by luck. */
  readonly certainty: "high" | "medium" | "low";
  /** Chance that a steady rate would look like this (two-sided, Mann-Kendall). */
  readonly chance: number;
  readonly why: string;
}

/** Fewer slices than this cannot tell a trend from luck. */
const MIN_SLICES = 8;
/** Smaller changes are called steady, however sure they are. */
const MIN_CHANGE_PERCENT = 10;

/**
 * Tells the direction of a series of counts by the Mann-Kendall test (corrected for ties), which
 * outliers and bursts do not fool, and the change by Sen's slope. At most a few hundred counts:
 * it compares all pairs.
 */
export function findTrend(counts: readonly number[]): Trend {
  const n = counts.length;
  if (n < MIN_SLICES) {
    return {
      direction: "steady",
      change_percent: 0,
      certainty: "low",
      chance: 1,
      why: `${n} slices of time are too few to tell; ${MIN_SLICES} are needed`,
    };
  }
  let score = 0;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const difference = counts[j] - counts[i];
      score += Math.sign(difference);
      slopes.push(difference / (j - i));
    }
  }
  const chance = chanceOfScore(score, counts);
  const slope = median(slopes);
  const middle = median(counts);
  const start = middle - slope * ((n - 1) / 2);
  const end = middle + slope * ((n - 1) / 2);
  const base = Math.max(start, middle / 10, 1);
  const change = Math.max(-100, Math.round(((end - start) / base) * 100));
  if (chance > 0.05 || Math.abs(change) < MIN_CHANGE_PERCENT) {
    return {
      direction: "steady",
      change_percent: chance > 0.05 ? 0 : change,
      certainty: n >= 30 ? "high" : "medium",
      chance: significant(chance, 2),
      why: chance > 0.05
        ? `what ups and downs there are over ${n} slices are what luck would give`
        : `the change is below ${MIN_CHANGE_PERCENT} %`,
    };
  }
  return {
    direction: slope > 0 ? "rising" : "falling",
    change_percent: change,
    certainty: chance < 0.001 ? "high" : chance < 0.01 ? "medium" : "low",
    chance: significant(chance, 2),
    why: `over ${n} slices; a steady rate would look like this ${percentWords(chance)} of the time`,
  };
}

function chanceOfScore(score: number, counts: readonly number[]): number {
  const n = counts.length;
  const ties = new Map<number, number>();
  for (const count of counts) ties.set(count, (ties.get(count) ?? 0) + 1);
  let variance = n * (n - 1) * (2 * n + 5);
  for (const tied of ties.values()) variance -= tied * (tied - 1) * (2 * tied + 5);
  variance /= 18;
  if (variance <= 0 || score === 0) return 1;
  const z = (Math.abs(score) - 1) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(z));
}

/** Chance of a standard normal value above `z` (z ≥ 0), to 1e-7 (Abramowitz and Stegun 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}

function percentWords(chance: number): string {
  return chance < 0.001 ? "less than 0.1 %" : `${significant(chance * 100, 1)} %`;
}
