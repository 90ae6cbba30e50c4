import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 160;
const MOVES = [0, 3, 1, 4, 2, 0, 3, 1];

/** What a thing of two measured numbers is blamed for, that move `moved` times and then stand; `also` goes on beside them. */
function titlesOf(
  o: { moved: number; also?: (i: number) => object; stands?: object },
): string[] {
  const row = (i: number) => ({ temp: 20.4 + MOVES[i % 8] / 10, hum: 51.2 + MOVES[(i + 3) % 8] });
  const payload = (i: number) => ({
    ...row(Math.min(i, o.moved)),
    ...(i >= o.moved ? o.stands : {}),
    ...o.also?.(i),
  });
  const lines = beats({ topic: "site/box/state", everyS: 10, to: S, payload });
  return diagnosisOf("site/box/#", lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

Deno.test("two numbers that moved together and stand together for twelve messages are stuck", () => {
  assert.match(titlesOf({ moved: 4 }).join("; "), /stuck at/);
});

Deno.test("a row that rested as long before is not stuck when it rests again", () => {
  const lines = beats({
    topic: "site/box/state",
    everyS: 10,
    to: S,
    payload: (i) => ({ temp: 20.4 + Math.floor(i / 5) / 10, hum: 51.2 - Math.floor(i / 5) }),
  });
  const { findings } = diagnosisOf("site/box/#", lines, { seconds: S });
  assert.deepEqual(findings.filter(({ severity }) => severity !== "info"), []);
});

Deno.test("of a row that goes elsewhere to stand it is not said that it is stuck", () => {
  const titles = titlesOf({ moved: 4, stands: { temp: 35.1, hum: 20.4 } });
  assert.deepEqual(titles.filter((title) => /stuck/.test(title)), []);
});

Deno.test("a row that stands when a word beside it turns was switched", () => {
  const also = (i: number) => ({ mode: i < 4 ? "run" : "idle" });
  assert.deepEqual(titlesOf({ moved: 4, also }), []);
});
