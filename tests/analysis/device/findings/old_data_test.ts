import assert from "node:assert/strict";
import { assertTold, series, START_MS, times, titlesOf } from "../support.ts";

const at = (i: number) => new Date(START_MS + 1_000 + i * 2_000).toISOString();
const told = (payload: (i: number) => unknown) =>
  titlesOf("press", series("hall/press/status", times(14, payload)));

Deno.test("a time of the messages that stands while they go on is told, whatever it is called", () => {
  const values = (i: number) => ({ speed_rpm: 900 + 3 * (i % 4), state: "RUN" });
  for (const [what, time] of Object.entries({ stood: 5, went: 14 })) {
    const sick = what === "stood";
    const cases = [
      told((i) => ({ ...values(i), ts: at(Math.min(i, time)) })),
      told((i) => ({ ...values(0), timestamp: at(Math.min(i, time)) })),
      told((i) => ({ ...values(i), $plctime: at(Math.min(i, time)) })),
      told((i) => ({ services: [{ properties: values(i), event_time: at(Math.min(i, time)) }] })),
    ];
    for (const titles of cases) {
      if (sick) assertTold(titles, /The time of its messages stands/);
      else assert.deepEqual(titles, []);
    }
  }
});

Deno.test("a time of what happened last, and one time of several messages, may stand", () => {
  const motion = (i: number) => ({ motion: i < 6, lux: 40 + i, last_motion: at(Math.min(i, 5)) });
  assert.deepEqual(told(motion), []);
  const burst = times(9, (i) => ({
    s: i < 5 ? 1 + i * 10 : 41 + (i - 4) / 10,
    topic: "hall/press/status",
    payload: { ts: at(Math.min(i, 4) * 5), speed_rpm: 900 + i },
  }));
  assert.deepEqual(titlesOf("press", burst), []);
});
