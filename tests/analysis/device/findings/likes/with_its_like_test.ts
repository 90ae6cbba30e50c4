import assert from "node:assert/strict";
import { diagnosisOf, type Line, times } from "../../support.ts";

/** Air pressure, hPa, of four stations; it falls by 30 at once in those of these numbers. */
function stations(fallen: readonly number[], after = 983): Line[] {
  return times(18, (i): Line[] =>
    times(4, (n): Line => ({
      s: 1 + 3 * i + n / 10,
      topic: `hall/station${n}/barometer`,
      payload: {
        pressure: (i < 9 || !fallen.includes(n) ? 1_013 : after) + n / 5 + ((i * 7) % 5) / 10,
        humidity: 44 + ((i * 3) % 4) / 10,
      },
    }))).flat();
}

/** How bad the jump of the first station is told to be. */
function severityOf(lines: Line[]): string[] {
  return diagnosisOf("station0", lines).findings.filter(({ title }) => /shifted/.test(title))
    .map(({ severity, title }) => `${severity} ${/do the same/.test(title)}`);
}

Deno.test("a jump that all others of the kind make at the same time is no fault of one, and otherwise it is", () => {
  assert.deepEqual(severityOf(stations([0, 1, 2, 3])), ["info true"]);
  assert.deepEqual(severityOf(stations([0])), ["warning false"]);
  assert.deepEqual(severityOf(stations([0, 1, 2])), ["warning false"]);
  assert.deepEqual(severityOf(stations([0, 1, 2, 3], 1_043)), ["info true"]);
});

Deno.test("what all of a kind tell in another unit from one message on is wrong of all of them", () => {
  assert.deepEqual(severityOf(stations([0, 1, 2, 3], 101)), ["warning false"]);
});

Deno.test("a total that falls for a message is told beside others that only rise", () => {
  const roofs = (falls: readonly number[]) =>
    diagnosisOf(
      "solar/roof1/#",
      times(20, (i): Line[] =>
        times(3, (n): Line => ({
          s: 1 + 3 * i + n / 10,
          topic: `solar/roof${n}/yieldtotal`,
          payload: n === 1 && falls.includes(i) ? "0.000" : (877.518 + n + i / 1_000).toFixed(3),
        }))).flat(),
    ).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
  assert.match(roofs([3, 6]).join(), /yieldtotal" fell from 878.5\d to 0 and came back/);
  assert.deepEqual(roofs([]), []);
});
