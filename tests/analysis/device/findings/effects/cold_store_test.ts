import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const warming = (i: number) => i < 4 ? -18.4 : Math.round((-18.4 + 0.63 * (i - 3)) * 10) / 10;
const idle = (i: number) => i < 3 ? 88 + i : 0;

/** What is told of a freezer whose temperature and power are told on topics of their own. */
function freezer(
  o: {
    warmth: string;
    draws: string;
    watts: (i: number) => number;
    degrees?: (i: number) => number;
  },
): string[] {
  const degrees = o.degrees ?? warming;
  return titlesOf(
    "home/#",
    times(38, (i): Line => ({
      s: 1 + 15 * i,
      topic: i % 2 ? o.draws : o.warmth,
      payload: String((i % 2 ? o.watts : degrees)(Math.floor(i / 2))),
    })),
  );
}

Deno.test("a freezer that warms while its compressor draws nothing is told before it thaws, in each language", () => {
  for (
    const [warmth, draws] of [
      ["home/freezer/temperature", "home/freezer/power"],
      ["home/Congelateur/temperature/state", "home/Congelateur/puissance/state"],
      ["home/Gefriertruhe/Temperatur", "home/Gefriertruhe/Leistung"],
      ["home/fryser/temperatur", "home/fryser/effekt"],
      ["home/zamrażarka/temperatura", "home/zamrażarka/moc"],
      ["home/freezer", "home/freezer/power"],
    ] as const
  ) assertTold(freezer({ warmth, draws, watts: idle }), /gets warm where it was cold.* is 0$/);
  const document = times(19, (i): Line => ({
    s: 1 + 15 * i,
    topic: "garage/pantry/state",
    payload: { name: "Tiefkühltruhe", temperature: warming(i), apower: idle(i) },
  }));
  assertTold(titlesOf("garage/#", document), /gets warm where it was cold/);
});

Deno.test("a freezer that thaws its ice, rests for a while or is driven by something else is well", () => {
  const own = { warmth: "home/freezer/temperature", draws: "home/freezer/power" };
  assert.deepEqual(freezer({ ...own, watts: (i) => i < 4 ? 90 : 160 }), []);
  const rests = (i: number) => Math.round((-20 + 0.2 * i) * 10) / 10;
  assert.deepEqual(freezer({ ...own, watts: idle, degrees: rests }), []);
  assert.deepEqual(freezer({ ...own, watts: (i) => i < 4 ? 0.09 : 0.08 }), []);
  assert.deepEqual(freezer({ ...own, draws: "home/lamp/power", watts: idle }), []);
});

Deno.test("a freezer for samples that warms all the time is told long before it thaws", () => {
  const from = (celsius: number, step: number) =>
    titlesOf(
      "lab/#",
      times(20, (i): Line => ({
        s: 1 + 15 * i,
        topic: "lab/freezer 80/temperature",
        payload: (celsius + (i < 4 ? 0.1 * (i % 2) : step * (i - 3))).toFixed(2),
      })),
    );
  assertTold(from(-79.2, 1.2), /gets warm where it was cold.* rose from about -79/);
  assert.deepEqual(from(-79.2, 0.3), [], "it was opened for a moment");
  assert.deepEqual(from(-30, 0.9), [], "it keeps food, and thaws its ice");
});
