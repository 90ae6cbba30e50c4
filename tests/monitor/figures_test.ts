import assert from "node:assert/strict";
import { Figures, type Sample } from "../../src/monitor/figures.ts";
import type { MinuteFigures } from "../../src/monitor/history.ts";

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 1, 12);

function sample(o: { at: number; tick: number; messages: number }): Sample {
  return {
    at: o.at,
    tick: o.tick,
    sessions: [{
      id: "one",
      state: "connected",
      broker: { host: "h", port: 1883, protocol: "mqtt" },
      counts: {
        messagesReceived: o.messages,
        bytesReceived: 10 * o.messages,
        messagesPublished: 0,
        reconnects: 0,
      },
    }],
    calls: { calls: 0, errors: 0, sumMs: 0, maxMs: 0 },
    memory: { rss: 0, heapUsed: 0 },
  };
}

/** Ten messages a second for `seconds`, while the time of day is `offset(second)` off. */
function run(seconds: number, offset: (second: number) => number) {
  const minutes: MinuteFigures[] = [];
  const figures = new Figures({ startTick: 0, onMinute: (minute) => minutes.push(minute) });
  for (let second = 1; second <= seconds; second++) {
    const at = START + second * 1_000 + offset(second);
    figures.take(sample({ at, tick: second * 1_000, messages: second * 10 }));
  }
  return { figures, minutes, nowMs: START + seconds * 1_000 + offset(seconds) };
}

for (
  const [what, jumpMs] of [["forward", HOUR_MS], ["back", -HOUR_MS], [
    "back a little",
    -2_500,
  ]] as const
) {
  Deno.test(`a clock that is put ${what} makes no peak and no hole in the rates`, () => {
    const { figures, minutes, nowMs } = run(200, (second) => second > 100 ? jumpMs : 0);
    assert.deepEqual(figures.rate(), { messages: 10, bytes: 100 });
    const minutesSince = () => [...minutes];
    for (const range of ["10m", "1h"] as const) {
      const stats = figures.stats(range, { nowMs, minutesSince });
      assert(stats.messages_per_second.length > 0);
      for (const rate of stats.messages_per_second) assert.equal(rate, 10);
      for (let i = 1; i < stats.at.length; i++) {
        assert(stats.at[i] > stats.at[i - 1], "time goes on");
      }
    }
  });
}

Deno.test("a second that lasted longer counts as such", () => {
  const figures = new Figures({ startTick: 0, onMinute: () => {} });
  figures.take(sample({ at: START, tick: 4_000, messages: 100 }));
  assert.deepEqual(figures.rate(), { messages: 25, bytes: 250 });
});
