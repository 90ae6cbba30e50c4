import { type Fingerprint, MAX_NUMBERS } from "./fingerprint.ts";
import type { TopicRecord } from "./topic_record.ts";

/** Topics whose numbers are watched for outliers: 64 bytes each. */
const MAX_WATCHED_TOPICS = 16_384;
/** Figures a topic must have shown before one can be called unusual. */
const MIN_SAMPLES = 10;
/** Squared: an outlier is more than five standard deviations off. */
const OUTLIER_Z2 = 25;
const MAX_OUTLIER_SCORE = 100;
/** Places of a topic in the table: mean and squares of each figure. */
const PLACES = 2 * MAX_NUMBERS;

/** Keeps mean and spread of the figures of topics (Welford), and notices those far off. Bounded by the number of topics. */
export class Outliers {
  #figures = new Float64Array(0);
  #watched = 0;

  /** Takes the figures of a topic's next message. How many standard deviations the worst of them is off; 0: none is far. */
  score(
    record: TopicRecord,
    structure: string,
    { numbers, numberCount: count }: Pick<Fingerprint, "numbers" | "numberCount">,
  ): number {
    if (record.structure !== structure || record.numberCount !== count) {
      record.structure = structure;
      record.numberCount = count;
      record.samples = 0;
      if (record.figures < 0) {
        if (record.count < 2 || this.#watched >= MAX_WATCHED_TOPICS) {
          record.numberCount = -1;
          return 0;
        }
        record.figures = this.#makeRoom();
      }
      this.#figures.fill(0, record.figures, record.figures + PLACES);
    }
    const figures = this.#figures;
    const n = record.samples++;
    let worst = 0;
    for (let k = 0, at = record.figures; k < count; k++, at += 2) {
      const value = numbers[k];
      const off = value - figures[at];
      const squares = figures[at + 1];
      if (n >= MIN_SAMPLES && off * off * n > OUTLIER_Z2 * squares && off !== 0) {
        const score = squares === 0
          ? 5 + Math.log2(n)
          : Math.min(MAX_OUTLIER_SCORE, Math.sqrt(off * off * n / squares));
        if (score > worst) worst = score;
      }
      figures[at] += off / (n + 1);
      figures[at + 1] += off * (value - figures[at]);
    }
    return worst;
  }

  #makeRoom(): number {
    const at = this.#watched++ * PLACES;
    if (at >= this.#figures.length) {
      const larger = new Float64Array(Math.max(64 * PLACES, this.#figures.length * 2));
      larger.set(this.#figures);
      this.#figures = larger;
    }
    return at;
  }
}
