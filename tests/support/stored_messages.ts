/** What the tests of both stores share: times, messages that are hard to keep, and what is looked at. */
import fc from "fast-check";
import type { LoggedMessage } from "../../src/collect/recorded.ts";
import type { InboundMessage } from "../../src/mqtt/message.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 0, 5);
export const everything = { from: -Infinity, to: Infinity, matches: () => true };

/** What a message says, in one line. */
export function brief(
  { topic, payload, receivedAt, qos, retain, dup, sizeBytes, properties }: LoggedMessage,
): string {
  const facts = { topic, receivedAt, qos, retain, dup, sizeBytes };
  return JSON.stringify({ ...facts, payload: [...payload], contentType: properties?.contentType });
}

/** Messages of every kind; the clock may be put back between them. */
export const anyMessage: fc.Arbitrary<InboundMessage> = fc.record({
  topic: fc.constantFrom("a", "a/b", "a/c", "ü/+no", "long/".repeat(40)),
  // long ones make blocks of few messages
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.integer({ min: 20_000, max: 90_000 }).map((size) => new Uint8Array(size).fill(size % 251)),
    fc.double({ noNaN: true }).map((n) => new TextEncoder().encode(JSON.stringify({ v: n }))),
  ),
  qos: fc.constantFrom(0, 1, 2),
  retain: fc.boolean(),
  dup: fc.boolean(),
  receivedAt: fc.integer({ min: START, max: START + 500 }),
  properties: fc.option(fc.record({ contentType: fc.constantFrom("text/plain", "ü") }), {
    nil: undefined,
  }),
});
