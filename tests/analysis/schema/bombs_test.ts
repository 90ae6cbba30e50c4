// own process: weighs CPU time
/** What a stranger's payload costs whoever learns its structure: ten times the bytes, about ten times the CPU time. */
import assert from "node:assert/strict";
import { SchemaInference } from "../../../src/analysis/schema/mod.ts";
import { BOMBS } from "../../support/bombs.ts";
import { growth } from "../../support/growth.ts";

function learn(payload: Uint8Array, topic: string): unknown {
  const inference = new SchemaInference();
  for (let i = 0; i < 2; i++) {
    inference.add(topic, payload, i);
  }
  return inference.result();
}

Deno.test("ten times the bytes of a payload take about ten times as long to learn and to describe, whatever it is", () => {
  const digits = (size: number) => new TextEncoder().encode(`[${"9".repeat(size)}]`);
  for (
    const { name, make, options } of [...BOMBS, {
      name: "one endless integer",
      make: digits,
      options: undefined,
    }]
  ) {
    const topic = options?.topic ?? "t";
    const [small, large] = [make(40_000), make(400_000)];
    const ratio = growth(() => learn(small, topic), () => learn(large, topic));
    assert.ok(ratio < 60, `${name}: ${ratio} times as long`);
  }
});
