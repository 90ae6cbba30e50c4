import assert from "node:assert/strict";
import { assertTold, diagnosisOf, type Line, times, titlesOf } from "../support.ts";

/** Frames of one node: the first warmth moves by these tenths of a degree, the second is as it is. */
const frames = (
  second: string,
  o: { humid?: string; first?: (i: number) => number } = {},
): Line[] =>
  times(10, (i) => ({
    s: 1 + 3 * i,
    topic: "lora/cellar-2/up",
    payload: `0167${(o.first?.(i) ?? 120 + i % 3).toString(16).padStart(4, "0")}0267${second}03${
      o.humid ?? "68"
    }b0`,
  }));

Deno.test("what all messages of a topic fit to the last byte is read as values of Cayenne LPP, and said to be a guess", () => {
  assertTold(titlesOf("cellar-2", frames("fb0a")), /"temperature_2" is stuck at -127/);
  assert.deepEqual(titlesOf("cellar-2", frames("0082")), []);
  const { warnings, recent_messages } = diagnosisOf("cellar-2", frames("fb0a"));
  const latest = recent_messages.at(-1);
  assert.match(String(latest?.payload), /^0167/);
  assert.match(
    latest?.note ?? "",
    /^Read as Cayenne LPP: \{"temperature_1":12,"temperature_2":-127,/,
  );
  assert.match(warnings?.join() ?? "", /read as Cayenne LPP.*nothing in them says/);
  const first = (i: number) => i % 4 === 3 ? 850 : 112;
  assertTold(
    titlesOf("cellar-2", frames("003f", { first })),
    /"temperature_1" is 85 2 of 10 times/,
  );
});

Deno.test("digits that are no frame, or one value alone, stay what they are", () => {
  assert.equal(diagnosisOf("cellar-2", frames("fb0a", { humid: "99" })).warnings, undefined);
  const lone = times(
    6,
    (i): Line => ({ s: 1 + 3 * i, topic: "lora/cellar-2/up", payload: "0167fb0a" }),
  );
  assert.deepEqual(titlesOf("cellar-2", lone), []);
});
