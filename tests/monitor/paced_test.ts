import assert from "node:assert/strict";
import { Paced } from "../../src/monitor/paced.ts";

Deno.test("a costly view is made at most for a fiftieth of the time, a quick one each time", () => {
  let now = 0;
  const views = new Paced<number>(() => now);
  let made = 0;
  const costly = () => {
    now += 100;
    return ++made;
  };
  assert.equal(views.get("a", costly), 1);
  now += 4_900;
  assert.equal(views.get("a", costly), 1);
  assert.equal(views.get("b", costly), 2, "each for itself");
  now += 100;
  assert.equal(views.get("a", costly), 3);
  const quick = () => ++made;
  assert.equal(views.get("c", quick), 4);
  assert.equal(views.get("c", quick), 5);
});
