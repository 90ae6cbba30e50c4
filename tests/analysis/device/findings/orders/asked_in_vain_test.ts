import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A thing that tells something all the time, and what is asked of it on one topic, at which seconds. */
function asked(o: {
  wanted: readonly (readonly [s: number, value: unknown])[];
  told?: (i: number) => Record<string, unknown>;
  on?: string;
}): string[] {
  const { wanted, told = () => ({}), on = "cellar/box9/zufuhr/set" } = o;
  return titlesOf("cellar/box9/#", [
    ...times(30, (i): Line => ({
      s: 10 * i + 1,
      topic: "cellar/box9/lage",
      payload: { phase: "ruht", a: 3 + (i % 3) / 10, ...told(i) },
    })),
    ...wanted.map(([s, payload]): Line => ({ s, topic: on, payload })),
  ]);
}

const AGAIN = [[45, "600"], [95, "600"], [150, "600"], [205, "600"]] as const;
const VAIN = /4 commands have no effect: ".*zufuhr.*" asked for 600 each time/;

Deno.test("the same that is asked for again and again while nothing becomes another is told, whatever it is called", () => {
  assertTold(asked({ wanted: AGAIN }), VAIN);
  assertTold(
    asked({ wanted: AGAIN, told: (i) => ({ line: `a: ${200 + i} mV, b: ${i} mV` }) }),
    VAIN,
  );
  assertTold(
    asked({ wanted: AGAIN.map(([s]) => [s, "PRESS"]), on: "cellar/box9/aus" }),
    /4 commands have no effect: ".*aus" asked for PRESS/,
  );
});

Deno.test("what shows in a word, in a number or is so already is not in vain", () => {
  const soon = (i: number) => AGAIN.some(([s]) => 10 * i + 1 > s && 10 * i + 1 < s + 12);
  const calm: Record<string, string[]> = {
    "a word turns": asked({
      wanted: AGAIN,
      told: (i) => ({ phase: soon(i) ? "läuft" : "ruht" }),
    }),
    "a number goes with it": asked({ wanted: AGAIN, told: (i) => ({ b: soon(i) ? 40 : 2 }) }),
    "it is told near to it": asked({ wanted: AGAIN, told: () => ({ b: 598 }) }),
    "various are asked for": asked({ wanted: AGAIN.map(([s], i) => [s, `${600 + i}`]) }),
    "twice alone": asked({ wanted: AGAIN.slice(0, 2) }),
    "it asks to be told": asked({
      wanted: AGAIN.map(([s]) => [s, { get_phase: true }]),
    }),
  };
  for (const [name, titles] of Object.entries(calm)) assert.deepEqual(titles, [], name);
});

Deno.test("what tells no word of how it is may follow unseen", () => {
  const lines = [
    ...times(30, (i): Line => ({
      s: 10 * i + 1,
      topic: "cellar/box9/lage",
      payload: { a: 3 + (i % 3) / 10 },
    })),
    ...AGAIN.map(([s, payload]): Line => ({ s, topic: "cellar/box9/zufuhr/set", payload })),
  ];
  assert.deepEqual(titlesOf("cellar/box9/#", lines), []);
});
