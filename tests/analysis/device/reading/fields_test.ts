import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../support.ts";

/** What is told of a buoy that sends what it stored, and then what it says of itself (RFC 8428). */
function buoy(leak: object, status: string): string[] {
  const pack = (i: number) => [
    { bn: "urn:dev:mac:70b3:", bt: 1773512000 + 60 * i, n: "water", u: "Cel", v: 8.4, t: -60 },
    { n: "water", u: "Cel", v: 8.3 + i / 100, t: 0 },
    { n: "leak", ...leak },
    { n: "status", vs: status },
  ];
  return titlesOf("lake/buoy", series("lake/buoy/senml", times(8, pack), 6));
}

Deno.test("of records of several times the last of each name is how it is", () => {
  assert.deepEqual(buoy({ vb: false }, "ok"), []);
  assert.deepEqual(buoy({ v: 0 }, "ok"), []);
  assertTold(buoy({ vb: true }, "ok"), /leak/);
  assertTold(buoy({ vb: false }, "pump failed"), /pump failed/);
});

Deno.test("records that share a name and have no times keep their places", () => {
  const pack = (
    leak: boolean,
  ) => [{ n: "zone", v: 1 }, { n: "zone", v: 2 }, { n: "leak", vb: leak }];
  const told = (leak: boolean) =>
    titlesOf("lake/buoy", series("lake/buoy/senml", times(8, () => pack(leak)), 6));
  assert.deepEqual(told(false), []);
});
