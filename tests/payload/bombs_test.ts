/**
 * Payloads that cost their sender little and could cost the reader much. For each: what comes out is bounded in depth,
 * number of values and size, and ten times the bytes take about ten times the CPU time, not a hundred times.
 */
import assert from "node:assert/strict";
import { decodePayload } from "../../src/payload/decode.ts";
import {
  MAX_BINARY_NODES,
  MAX_DEPTH,
  MAX_EXPANDED_BYTES,
  MAX_NODES,
} from "../../src/payload/limits.ts";
import { BOMBS } from "../support/bombs.ts";
import { growth } from "../support/growth.ts";

/** Depth and number of the values in a decoded payload, found without a stack. */
function measure(value: unknown): { depth: number; values: number } {
  let level: unknown[] = [value];
  let values = 0;
  let depth = 0;
  for (; level.length > 0; depth++) {
    values += level.length;
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one) : []
    );
  }
  return { depth, values };
}

Deno.test("what comes out of a payload is bounded in depth, values and size, whatever it is", () => {
  for (const { name, make, options = { topic: "t" }, format, note } of BOMBS) {
    for (const size of [30_000, 1_000_000]) {
      const payload = make(size);
      const decoded = decodePayload(payload, options);
      assert.match(decoded.format, format, name);
      if (note !== undefined && size === 1_000_000) assert.match(decoded.note ?? "", note, name);
      const { depth, values } = measure(decoded.value);
      // a field of protobuf is told as an object of up to four members
      assert.ok(depth <= 2 * MAX_DEPTH + 4, `${name}: ${depth} levels`);
      assert.ok(
        values <= Math.max(MAX_NODES, 5 * MAX_BINARY_NODES) + 2,
        `${name}: ${values} values`,
      );
      const size64 = 4 * Math.ceil(Math.max(payload.length, MAX_EXPANDED_BYTES) / 3) + 4;
      const text = JSON.stringify(decoded.value);
      assert.ok(text.length <= 2 * size64, `${name}: ${text.length} characters`);
    }
  }
});

Deno.test("ten times the bytes of a payload take about ten times as long, whatever it is", () => {
  for (const { name, make, options = { topic: "t" } } of BOMBS) {
    const [small, large] = [make(40_000), make(400_000)];
    const ratio = growth(() => decodePayload(small, options), () => decodePayload(large, options));
    assert.ok(ratio < 40, `${name}: ${ratio} times as long`);
  }
});
