import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** Four nodes with a code and three figures each, of which the third is another one. */
function nodes(
  third: { code: number; reads?: boolean },
  o: { isDocument?: boolean; well?: (node: number) => number } = {},
): string[] {
  const { isDocument = false, well = () => 0 } = o;
  return titlesOf(
    "vent/#",
    times(40, (i): Line[] => {
      const [node, round] = [1 + i % 4, Math.floor(i / 4)];
      const isOdd = node === 3;
      const reads = !isOdd || third.reads === true;
      const values = {
        1: isOdd ? third.code : well(node),
        2: reads ? 30 + node + round % 3 : 0,
        3: reads ? 200 + node + round % 2 : 0,
        4: reads ? 500 + 10 * node + round : 0,
      };
      return isDocument
        ? [{ s: 1 + i, topic: `vent/node${node}`, payload: values }]
        : Object.entries(values).map(([name, value], n) => ({
          s: 1 + i + n / 10,
          topic: `vent/${node}/read/${name}`,
          payload: String(value),
        }));
    }).flat(),
  );
}

const NINES = /is 99 and all 3 figures beside it are 0, while 3 like it tell 0 and read something/;

Deno.test("one of several that tells a code of nines and reads nothing but zeroes is told", () => {
  assertTold(nodes({ code: 99 }), NINES);
  assertTold(nodes({ code: 99 }, { isDocument: true }), NINES);
  assertTold(nodes({ code: 999 }), /is 999 and all 3 figures/);
});

Deno.test("a place that rests with a code of its own, or reads something, is well", () => {
  const told = (titles: readonly string[]) =>
    titles.filter((title) => / figures beside it /.test(title));
  assert.deepEqual(told(nodes({ code: 1 })), [], "a connector that nobody is at");
  assert.deepEqual(told(nodes({ code: 99, reads: true })), [], "it reads something");
  assert.deepEqual(told(nodes({ code: 99 }, { well: (node) => node })), [], "each has its own");
});
