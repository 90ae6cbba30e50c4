import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

/** Eight parts, of which the third tells another number and code. */
const parts = (name: string, like: (i: number) => number, odd: object) =>
  Object.fromEntries(times(8, (i) => [
    `${name}_${i + 1}`,
    i === 2 ? odd : { value: like(i), state: 0 },
  ]));
const told = (document: (i: number) => object) =>
  titlesOf("rack", series("rack/readings", times(8, document), 4));

Deno.test("a reading whose code is another than that of all beside it is told where it is away from them", () => {
  const cells = (own: object) => () => parts("cell", (i) => 3.31 + i % 3 / 1_000, own);
  assertTold(told(cells({ value: 3.655, state: 2 })), /"cell_3\.state" is 2/);
  assertTold(told(cells({ value: 2.61, state: 1 })), /"cell_3\.state" is 1/);
  assert.deepEqual(told(cells({ value: 3.312, state: 2 })), []);
  assert.deepEqual(told(cells({ value: 3.312, state: 0 })), []);
});

Deno.test("a code that stands with what is called a reading tells by itself", () => {
  const readings = (state: number) => () => ({
    pack: { Reading: 52.1, State: state },
    ...Object.fromEntries(times(7, (i) => [`temp_${i}`, { Reading: 20 + i % 3, State: 0 }])),
  });
  assertTold(told(readings(240)), /"pack\.State" is 240/);
  assert.deepEqual(told(readings(0)), []);
});

Deno.test("an outlet that is on among others that are off, a zone that is heated, and a code that was told once, are no trouble", () => {
  assert.deepEqual(told(() => parts("port", () => 0, { value: 21.4, state: 1 })), []);
  assert.deepEqual(
    told(() => parts("zone", (i) => 20 + i % 3 / 10, { value: 17.5, state: 1 })),
    [],
  );
  const once = (i: number) =>
    parts("cell", (k) => 3.31 + k % 3 / 1_000, { value: 3.655, state: i === 7 ? 2 : 0 });
  assert.equal(told(once).some((title) => /state" is 2/.test(title)), false);
});
