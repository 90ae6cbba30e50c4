import assert from "node:assert/strict";
import { assertTold, type Line, titlesOf } from "../../support.ts";

/** What a lock is blamed for that tells this on one topic, one after another. */
function told(name: string, values: readonly string[]): string[] {
  return titlesOf("lock/#", [
    ...values.map((payload, i): Line => ({
      s: 20 * i,
      topic: `lock/${name}`,
      payload,
      retain: i === 0,
    })),
    ...[5, 25, 45, 65].map((s): Line => ({ s, topic: "lock/uptime", payload: String(100 + s) })),
  ]);
}

Deno.test("where each try ended in success, another word tells that one did not", () => {
  assertTold(
    told("completionStatus", ["success", "success", "clutchSlip"]),
    /What was tried last failed: "lock\/completionStatus" is clutchSlip/,
  );
  assertTold(told("lastOutcome", ["completed", "WRONG_TORQUE"]), /WRONG_TORQUE/);
});

Deno.test("what goes on, was left or had nothing to do is no failure, and what never succeeded tells nothing by an unknown word", () => {
  for (const word of ["canceled", "tooRecent", "unchanged", "in_progress", "up to date"]) {
    assert.deepEqual(told("completionStatus", ["success", word]), [], word);
  }
  assert.deepEqual(told("completionStatus", ["clutchIn", "clutchSlip"]), []);
  assert.deepEqual(told("mode", ["ok", "clutchSlip"]), []);
});
