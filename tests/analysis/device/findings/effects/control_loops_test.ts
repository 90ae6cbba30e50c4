import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const TAG = "site/line/TIC-101";

/** A loop whose process value goes by steps, told with its output and its setpoint. */
function loop(
  o: { step: number; out?: number; mode?: string; from?: number; want?: number },
): string[] {
  const lines: Line[] = [
    { s: 0.1, topic: `${TAG}_SP_Celsius`, payload: `${o.want ?? 30}`, retain: true },
    { s: 0.2, topic: `${TAG}_MODE`, payload: o.mode ?? "AUTO", retain: true },
    ...times(8, (i) => i).flatMap((i): Line[] => [
      { s: 10 + 30 * i, topic: `${TAG}_PV_Celsius`, payload: `${(o.from ?? 28) + o.step * i}` },
      { s: 11 + 30 * i, topic: `${TAG}_OUT_percent`, payload: `${o.out ?? 100}` },
    ]),
  ];
  return titlesOf("site/line", lines);
}

Deno.test("a process value that goes away from its setpoint while its output is at its end is told", () => {
  assertTold(loop({ step: -0.3 }), /PV_Celsius" goes away from its setpoint 30, from 28 to 25.9/);
});

Deno.test("a loop on its way, by hand, not at its end or near its setpoint is not told", () => {
  assert.deepEqual(loop({ step: 0.2 }), []);
  assert.deepEqual(loop({ step: -0.3, mode: "MAN" }), []);
  assert.deepEqual(loop({ step: -0.3, out: 62 }), []);
  assert.deepEqual(loop({ step: -0.05, from: 29.9 }), []);
});

Deno.test("what is hot and gets hotter while its output gives nothing is told; what is warm may be warmed by the day", () => {
  const hot = { out: 0, want: 180, from: 203 };
  assertTold(loop({ ...hot, step: 4 }), /goes away from its setpoint 180, .* gives nothing \(0\)/);
  assert.deepEqual(loop({ ...hot, step: 0.4 }), []);
  assert.deepEqual(loop({ ...hot, step: -2 }), []);
  assert.deepEqual(loop({ out: 0, want: 21, from: 24, step: 0.8 }), []);
});
