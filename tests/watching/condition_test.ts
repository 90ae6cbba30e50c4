import assert from "node:assert/strict";
import { Condition } from "../../src/watching/condition.ts";
import { message } from "../support/messages.ts";

Deno.test("a change is told against the topic's own last value, whatever came on others", () => {
  const condition = new Condition({ where: [], changes: "v", retained: false });
  const hear = (topic: string, value: unknown, isNews = true) =>
    condition.hear(message(topic, JSON.stringify({ v: value })), isNews);
  assert.equal(hear("a", 1, false), null);
  assert.equal(hear("b", 2), null);
  assert.equal(hear("a", 1), null);
  assert.equal(hear("a", 5, false), null);
  assert.deepEqual(hear("a", 6), { reason: "changed", before: 5 });
  assert.equal(condition.withField, 5);
});

Deno.test("of a long value before a change only the head is kept, and its change is seen all the same", () => {
  const condition = new Condition({ where: [], changes: "", retained: false });
  const long = "x".repeat(100_000);
  assert.equal(condition.hear(message("a", `"${long}a"`), true), null);
  const met = condition.hear(message("a", `"${long}b"`), true);
  assert.equal(String(met?.before).length, 1_001);
});

Deno.test("of a flood of topics only the latest are remembered", () => {
  const condition = new Condition({ where: [], changes: "", retained: false });
  for (let i = 0; i <= 10_000; i++) condition.hear(message(`t/${i}`, "1"), true);
  assert.equal(condition.hear(message("t/0", "2"), true), null, "it was forgotten");
  assert.deepEqual(condition.hear(message("t/10000", "2"), true), { reason: "changed", before: 1 });
});
