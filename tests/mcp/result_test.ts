import assert from "node:assert/strict";
import { z } from "zod";
import { argumentError } from "../../src/mcp/result.ts";

const input = z.strictObject({ session_id: z.string(), topic: z.string(), qos: z.number() });

/** What is said of an argument that the input does not know. */
function saidOf(name: string): string {
  const given = { session_id: "s", topic: "t", qos: 0, [name]: 1 };
  return argumentError(input.safeParse(given).error!, Object.keys(input.shape)).message;
}

Deno.test("of an argument that no tool knows the one that is near is named", () => {
  for (
    const [wrong, near] of [
      ["topics", "topic"],
      ["tpoic", "topic"],
      ["sessionId", "session_id"],
      ["session", "session_id"],
      ["QoS", "qos"],
    ]
  ) {
    assert.ok(saidOf(wrong).endsWith(`unknown argument "${wrong}" (did you mean ${near}?)`), wrong);
  }
});

Deno.test("what is near none is told alone", () => {
  for (const wrong of ["message", "s", "t", "", "x".repeat(10_000)]) {
    assert.doesNotMatch(saidOf(wrong), /did you mean/, wrong.slice(0, 20));
  }
});
