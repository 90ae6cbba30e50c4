import assert from "node:assert/strict";
import { assertTold, series, START_MS, times, titlesOf } from "../../support.ts";

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

/** Three sensors of a radio, of which one is only retained, from so long ago. */
function neighbours(
  { agoS = 26 * 3_600, says, telling = 2 }: { agoS?: number; says?: string; telling?: number },
) {
  const time = new Date(START_MS - agoS * 1_000).toISOString();
  return titlesOf("barn", [
    { s: 0, topic: "radio/barn/data", retain: true, payload: { time, temperature: -18.6 } },
    ...says === undefined
      ? []
      : [{ s: 0, topic: "radio/barn/status", retain: true, payload: says }],
    ...times(telling, (n) =>
      times(8, (i) => ({
        s: 2 + n + 5 * i,
        topic: `radio/shed ${n}/data`,
        payload: { time: at(2.5 * i), temperature: 4.4 + i / 10 },
      }))).flat(),
  ]).filter((title) => title.startsWith("Nothing comes"));
}

Deno.test("what is retained of a thing from long ago is old where others of its kind tell it time after time", () => {
  assertTold(neighbours({}), /retained of it is 26 h old, while 2 others .* every 5 s/);
  assert.deepEqual(neighbours({ agoS: 900 }), [], "a quarter of an hour is not long");
  assert.deepEqual(neighbours({ telling: 1 }), [], "one other may be of another kind");
  assert.deepEqual(neighbours({ says: "sleeping" }), [], "it sleeps");
});

Deno.test("a time that never stood and does in many messages is told, however late one of those before it came", () => {
  const late = (i: number) => i < 2 ? i * 20 : i * 20 + 90;
  const lines = (stoodBefore: boolean) =>
    times(12, (i) => ({
      s: 1 + late(i),
      topic: "hall/press/status",
      payload: {
        ts: at(late(Math.min(stoodBefore && i === 1 ? 0 : i, 4)) / 2),
        speed_rpm: 900 + i,
      },
    }));
  assertTold(titlesOf("press", lines(false)), /The time of its messages stands/);
  assert.deepEqual(titlesOf("press", lines(true)), []);
});

Deno.test("a power that is retained from hours ago while nothing comes is old, one of nothing at night is not", () => {
  const titles = (power: number, o: { live?: boolean } = {}) =>
    titlesOf("evcc", [
      ...Object.entries({
        "evcc/status": "online",
        "evcc/loadpoints/1/chargePower": power,
        "evcc/updated": Math.round(START_MS / 1_000) - 10_000,
      }).map(([topic, payload]) => ({ s: 0, topic, payload: String(payload), retain: true })),
      ...times(o.live ? 9 : 0, (i) => ({ s: 5 * i + 1, topic: "evcc/site/soc", payload: `${i}` })),
      ...times(9, (i) => ({ s: 5 * i + 1, topic: "tele/meter/SENSOR", payload: { n: i } })),
    ]);
  assertTold(titles(10_920), /is 3 h old: "evcc\/updated"/);
  assert.deepEqual(titles(0), []);
  assert.deepEqual(titles(10_920, { live: true }), []);
});

Deno.test("what was last seen long ago is old, unless it is one of several that is told to be there no more", () => {
  const month = new Date(START_MS - 30 * 86_400_000).toISOString();
  const gears = (present: boolean) =>
    titlesOf("dali/#", [
      { s: 0, topic: "dali/gear/9", payload: { present, last_seen: month }, retain: true },
      ...series("dali/gear/2", times(10, (i) => ({ present: true, level: 40 + i % 3 }))),
    ]);
  assertTold(gears(true), /is 30 days old: "last_seen"/);
  assert.deepEqual(gears(false), []);
});
