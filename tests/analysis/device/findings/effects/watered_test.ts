import assert from "node:assert/strict";
import { assertTold, beats, type Line, titlesOf } from "../../support.ts";

/** What is told of a stand whose level falls, and to which a press is sent at some seconds. */
function stand(level: (s: number) => number, sent: readonly number[], payload = "1"): string[] {
  const lines: Line[] = [
    ...beats({ topic: "x/stand/level", everyS: 20, to: 400, payload: (i) => `${level(20 * i)}` }),
    ...sent.map((s): Line => ({ s, topic: "x/stand/refill", payload })),
  ];
  return titlesOf("x/stand/#", lines.sort((a, b) => a.s - b.s));
}

Deno.test("a level that no filling raises is told, one that was filled or needed none is not", () => {
  const falls = (s: number) => s < 50 ? 4 : s < 100 ? 2 : 1;
  const sent = [150, 230, 310];
  assertTold(stand(falls, sent), /level" stays at 1 though ".*refill" was sent 3 times/);
  assert.deepEqual(stand((s) => s > 310 ? 4 : falls(s), sent), []);
  assert.deepEqual(stand(() => 4, sent), []);
  assert.deepEqual(stand(falls, sent.slice(0, 2)), []);
});
