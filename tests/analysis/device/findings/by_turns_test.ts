import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../support.ts";

const isSecond = (i: number) => i % 2 === 1;
const warmth = (i: number) => isSecond(i) ? 3.9 - (i > 8 ? 0.1 : 0) : 21.5 + (i > 8 ? 0.1 : 0);
const air = (i: number) => ({ temperature: warmth(i), humidity: isSecond(i) ? 86 : 41 });

Deno.test("two sensors on one topic are told where no message says which, also with a topic for each value", () => {
  const told =
    /"(garden\/thermo\/)?temperature" jumps to and fro between about 3\.\d+ and 21\.\d+: two sensors/;
  const lines = series("garden/thermo/data", times(16, air));
  assertTold(titlesOf("garden/#", lines), told);
  const apart = lines.flatMap(({ s }, i): Line[] =>
    Object.entries({ id: isSecond(i) ? 183 : 47, ...air(i) }).map(([key, value], n) => ({
      s: s + n / 50,
      topic: `garden/thermo/${key}`,
      payload: String(value),
    }))
  );
  assertTold(titlesOf("garden/thermo/#", apart), told);
});

Deno.test("messages that say which sensor it is, one that is heated by turns and one alone are no mixture", () => {
  const sound: Record<string, unknown[]> = {
    "an id": times(16, (i) => ({ id: isSecond(i) ? 183 : 47, ...air(i) })),
    "a place": times(16, (i) => ({ where: isSecond(i) ? "out" : "in", ...air(i) })),
    "heated": times(16, (i) => ({ flow_temperature: warmth(i), on: !isSecond(i) })),
    "one of them moves by itself": times(16, (i) => ({ temperature: warmth(i), humidity: 41 })),
    "near each other": times(16, (i) => ({ temperature: 21 + i % 2, humidity: 41 + i % 2 })),
  };
  for (const [why, payloads] of Object.entries(sound)) {
    const titles = titlesOf("garden/#", series("garden/thermo/data", payloads));
    assert.equal(titles.some((title) => /to and fro/.test(title)), false, why);
  }
});
