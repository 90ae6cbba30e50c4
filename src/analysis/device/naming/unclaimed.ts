import type { InboundMessage } from "../../../mqtt/message.ts";
import { inPieces, type Steps } from "../steps.ts";
import { type Sample, sampleOf } from "../reading/trace.ts";

/**
 * Retained messages and documents of topics that are not known to be the device's. A retained
 * message comes once, and often before the document that says whose it is. Bounded: the latest of
 * each topic, up to 6,000 topics and 6 MB.
 */
export class UnclaimedMessages {
  readonly #samples = new Map<string, Sample>();
  #bytes = 0;

  hold(message: InboundMessage): void {
    if (message.payload.length > 16_384) return;
    const older = this.#samples.get(message.topic);
    if (older === undefined && this.#samples.size >= 6_000) return;
    if (this.#bytes + message.payload.length > 6 * 1024 * 1024) return;
    if (older !== undefined) this.#bytes -= older.payload.length;
    this.#bytes += message.payload.length;
    this.#samples.set(message.topic, sampleOf(message));
  }

  /** Takes out what is wanted now. */
  *release(wanted: (sample: Sample) => boolean): Steps<Sample[]> {
    const released: Sample[] = [];
    yield* inPieces([...this.#samples.values()], (sample) => {
      if (!wanted(sample)) return;
      this.#samples.delete(sample.topic);
      this.#bytes -= sample.payload.length;
      released.push(sample);
    });
    return released;
  }
}
