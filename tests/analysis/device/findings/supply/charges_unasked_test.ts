import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

type Values = Record<string, unknown>;

/** What is said of a loadpoint that was off from the start, with what it tells otherwise. */
function loadpoint(first: Values, each: (i: number) => Values = () => ({})): string[] {
  const told = { mode: "off", enabled: false, offeredCurrent: 0, vehicleTitle: "Zoe", ...first };
  const topic = (name: string) => `evcc/loadpoints/1/${name}`;
  const lines = [
    ...Object.entries(told).map(([name, value]): Line => ({
      ...{ s: 0, topic: topic(name), payload: String(value), retain: true },
    })),
    ...times(
      8,
      (i) =>
        Object.entries({ chargePower: 10_635 + i % 5, ...each(i) }).map(([name, value]) => ({
          ...{ s: 5 + 20 * i, topic: topic(name), payload: String(value) },
        })),
    ).flat(),
  ];
  return titlesOf("evcc/loadpoints/1", lines).filter((title) => title.includes("though it is off"));
}

Deno.test("a car that is charged though its charger is off by two signs is told", () => {
  const told = /It charges though it is off: ".*chargePower" is 1063\d, and /;
  assertTold(loadpoint({}), told);
  assertTold(loadpoint({ mode: "pv" }), told);
  assertTold(loadpoint({ enabled: true }), told);
  assertTold(loadpoint({ mode: "now" }, (i) => ({ mode: i < 2 ? "now" : "off" })), told);
});

Deno.test("a charger that is on, ends, idles, or heats is not told", () => {
  const sound: Record<string, string[]> = {
    "it is on": loadpoint({ mode: "pv", enabled: true, offeredCurrent: 16 }),
    "only its mode is off": loadpoint({ enabled: true, offeredCurrent: 16 }),
    "only its loadpoint rests": loadpoint({ mode: "pv", offeredCurrent: 6 }),
    "it is what was read last": loadpoint({}, () => ({ chargePower: 10_640 })),
    "it idles": loadpoint({}, () => ({ chargePower: 12 })),
    "it ends": loadpoint({}, (i) => ({ chargePower: i < 3 ? 10_640 : 0 })),
    "it was on a moment ago": loadpoint(
      { mode: "now", enabled: true },
      (i) => ({ mode: i < 6 ? "now" : "off", enabled: i < 6 }),
    ),
    "it is a heat pump": loadpoint({ chargerFeatureHeating: true }),
    "no car is there": loadpoint({ vehicleTitle: "" }),
  };
  for (const [why, titles] of Object.entries(sound)) assert.deepEqual(titles, [], why);
});

/** What is said of a charger that is let 6 A after 70 of 300 seconds, of which one phase draws so much. */
function lowered(amperes: (i: number) => number, o: { set?: number; was?: number } = {}): string[] {
  const { set = 6, was = 16 } = o;
  const lines = times(15, (i): Line[] => [
    { s: 1 + 20 * i, topic: "wallbox/7/max_charge_current", payload: String(i < 4 ? was : set) },
    { s: 3 + 20 * i, topic: "wallbox/7/charge_current", payload: String(amperes(i)) },
  ]).flat();
  return titlesOf("wallbox/7", lines).filter((title) => title.includes("What is set"));
}

Deno.test("a current that stays though it is let less is told", () => {
  assertTold(
    lowered((i) => 15.8 + (i % 3) / 10),
    /What is set has no effect: ".*charge_current" stays at 1\d.* A though ".*max_charge_current" went from 16 to 6 A/,
  );
});

Deno.test("a current that follows, was never as high, or is told in another unit is not", () => {
  const sound: Record<string, string[]> = {
    "it follows": lowered((i) => i < 4 ? 15.9 : 5.8),
    "it follows late": lowered((i) => i < 6 ? 15.9 : 5.8),
    "it was less": lowered(() => 7.9, { set: 10 }),
    "it was less than it is let now": lowered(() => 9.8, { set: 10, was: 32 }),
    "it is let more": lowered(() => 16.1, { set: 32 }),
    "in tenths": lowered((i) => i < 4 ? 159 : 60),
    "it rests": lowered(() => 0),
  };
  for (const [why, titles] of Object.entries(sound)) assert.deepEqual(titles, [], why);
});

Deno.test("what go-e calls its amperes is read as it tells them", () => {
  const topic = (key: string) => `go-eCharger/055550/${key}`;
  const box = (amperes: (i: number) => number) =>
    titlesOf("055550", [
      { s: 0, topic: topic("amp"), payload: "16", retain: true },
      { s: 61, topic: topic("amp"), payload: "6" },
      ...times(12, (i): Line => {
        const a = amperes(i);
        const watts = Math.round(a * 231);
        return {
          s: 3 + 20 * i,
          topic: topic("nrg"),
          payload: [231, 232, 230, 2, a, 0, 0, watts, 0, 0, 0, watts, 99, 0, 0, 0],
        };
      }),
    ]);
  assertTold(box((i) => 15.8 + (i % 3) / 10), /nrg\[4\]" stays at .* though ".*amp" went from 16/);
  assert.deepEqual(box((i) => i < 3 ? 15.9 : 5.9 + (i % 2) / 10), []);
});
