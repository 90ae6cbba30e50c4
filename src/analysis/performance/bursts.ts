import { mean, median, robustDeviation } from "../statistics.ts";

/** A time in which far more came than usual. */
export interface Burst {
  /** Offset of its first slice from the start of the series, in slices. */
  readonly firstSlice: number;
  readonly slices: number;
  readonly messages: number;
  /** Greatest count of one slice. */
  readonly peak: number;
}

/** What {@linkcode findBursts} found, with what it measured against. */
interface BurstSearch {
  readonly bursts: readonly Burst[];
  /** What a slice usually holds (the median). */
  readonly usual: number;
  /** From which count on a slice belongs to a burst. */
  readonly threshold: number;
}

/** Fewer slices than this tell nothing about what is usual. */
const MIN_SLICES = 8;
/** Fewer messages in a slice than this are no burst, however quiet it was before. */
const MIN_COUNT = 10;
/** A burst has at least this many times the usual. */
const MIN_TIMES_USUAL = 3;

/**
 * Finds slices that hold at least three times the usual and more than noise explains (six
 * deviations, of the robust spread or of random arrivals, whichever is greater). Neighbouring
 * slices are one burst.
 */
export function findBursts(counts: readonly number[]): BurstSearch {
  const usual = median(counts);
  const level = usual > 0 ? usual : mean(counts);
  const noise = Math.max(Math.sqrt(level), robustDeviation(counts, usual));
  const threshold = Math.ceil(Math.max(MIN_COUNT, level * MIN_TIMES_USUAL, level + 6 * noise));
  if (counts.length < MIN_SLICES) return { bursts: [], usual, threshold };
  const bursts: Burst[] = [];
  let first = -1;
  let messages = 0;
  let peak = 0;
  for (let i = 0; i <= counts.length; i++) {
    const count = counts[i] ?? 0;
    if (i < counts.length && count >= threshold) {
      if (first < 0) first = i;
      messages += count;
      if (count > peak) peak = count;
    } else if (first >= 0) {
      bursts.push({ firstSlice: first, slices: i - first, messages, peak });
      first = -1;
      messages = 0;
      peak = 0;
    }
  }
  return { bursts, usual, threshold };
}
