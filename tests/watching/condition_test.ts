import assert from "node:assert/strict";
import { Condition } from "../../src/watching/condition.ts";
import { cpuMs } from "../support/growth.ts";
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
  assert.deepEqual(condition.notes.missingPaths, []);
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

Deno.test("a large message is decoded once for all conditions that it is compared with", () => {
  const rows = Array.from({ length: 15_000 }, (_, id) => ({ id, name: `sensor ${id}`, bar: 2.5 }));
  const large = message("plant/dump", JSON.stringify({ rows }));
  const cost = (conditions: number) => {
    const all = Array.from(
      { length: conditions },
      (_, i) =>
        new Condition({
          where: [{ path: `rows[${i}].bar`, op: ">", value: 2 }],
          changes: `rows[${i}].id`,
          contains: `nothing ${i}`,
          retained: false,
        }),
    );
    // as each comes from the network: other bytes
    return cpuMs(() => {
      const heard = { ...large, payload: large.payload.slice() };
      for (const one of all) one.hear(heard, true);
    });
  };
  const [one, forty] = [cost(1), cost(40)];
  assert.ok(forty < 12 * Math.max(4, one), `${one} ms for one, ${forty} ms for forty`);
});
