import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const told = (text: (i: number) => string) =>
  titlesOf("meter", series("ams/meter/power", times(6, text)));

Deno.test("what has names as JSON has them and does not parse is told, though none of it ever does", () => {
  for (
    const text of [
      (i: number) => `{"id":"","type":"\\253740976_A","P":${2668 + i},"Q":1449}`,
      (i: number) => `{"mode":"Fan Only","fault":-,"flow":"24.${i}"}`,
    ]
  ) assertTold(told(text), /6 payloads cannot be read/);
});

Deno.test("a format of its own is no slip", () => {
  assert.deepEqual(told((i) => `{'id': 4, 'P': ${2668 + i}, 'on': True}`), []);
  assert.deepEqual(told((i) => `{id: 4, P: ${2668 + i}, on: yes}`), []);
});
