import assert from "node:assert/strict";
import { Answers } from "../../src/monitor/answers.ts";

Deno.test("the newest answers are kept, within a bound in all", () => {
  const answers = new Answers({ limitBytes: 1_000 });
  for (let i = 0; i < 10; i++) answers.add(`${i}`, `${i}`.repeat(100));
  assert.equal(answers.get("4"), null);
  assert.equal(answers.get("5"), "5".repeat(100));
  answers.add("9", "again");
  assert.equal(answers.get("9"), "again");
  answers.add("huge", "x".repeat(600));
  assert.equal(answers.get("huge"), null);
  answers.add("small", "x");
  assert.equal(answers.get("small"), "x");
});
