import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A charger from which the car is taken after 40 seconds, with what it says of its power then. */
const charger = (o: { power: string; plug: string; out: unknown; after: (i: number) => number }) =>
  times(20, (i): Line[] => [
    {
      s: 1 + 5 * i,
      topic: `garage/wallbox/${o.power}`,
      payload: String(i < 8 ? 7_210 + (i * 37) % 50 : o.after(i)),
    },
    {
      s: 1.1 + 5 * i,
      topic: `garage/wallbox/${o.plug}`,
      payload: String(i < 8 ? o.out === "A" ? "C" : true : o.out),
    },
  ]).flat();

Deno.test("a power that stays to the digit after the car left is told", () => {
  const STAYS = /stays at 7210 though ".*" is (?:false|A|disconnected): nothing can be charged/;
  const after = () => 7_210;
  for (
    const [power, plug, out] of [
      ["chargePower", "connected", false],
      ["power", "status", "A"],
      ["charging_power", "vehicle_connected", false],
      ["ladeleistung", "plug_state", "disconnected"],
    ] as const
  ) {
    assertTold(titlesOf("garage/#", charger({ power, plug, out, after })), STAYS);
  }
});

Deno.test("a power that is nothing then, one that is only allowed, and one that goes on to move are not told", () => {
  const plug = { plug: "connected", out: false };
  const told = (power: string, after: (i: number) => number) =>
    titlesOf("garage/#", charger({ power, ...plug, after })).filter((title) =>
      title.includes("nothing can be charged")
    );
  assert.deepEqual(told("chargePower", () => 0), []);
  assert.deepEqual(told("maxChargePower", () => 7_210), []);
  assert.deepEqual(told("chargePower", (i) => 40 + i), []);
});

/** A robot at its dock whose charge is told as it changes, with what it says of itself. */
function docked(
  o: { levels: readonly number[]; everyS?: number; status?: string; charge?: string },
) {
  const { levels, everyS = 90, status = "docked", charge = "discharging" } = o;
  const told = (s: number, name: string, payload: string): Line => ({
    ...{ s, topic: `valetudo/robi/${name}`, payload, retain: s === 0 },
  });
  return titlesOf("robi", [
    told(0, "StatusStateAttribute/status", status),
    told(0, "BatteryStateAttribute/status", charge),
    told(0, "ConsumableMonitoringCapability/brush-main", "8412"),
    ...levels.map((level, i) => told(5 + everyS * i, "BatteryStateAttribute/level", String(level))),
  ]);
}

Deno.test("a charge that is told as it changes and falls at the dock is told by a few falls", () => {
  const levels = [40, 39, 38, 37, 36, 35];
  assertTold(
    docked({ levels }),
    /not charged at its dock: ".*BatteryStateAttribute\/level" fell from 40 to 35/,
  );
  const sound: Record<string, string[]> = {
    "it is charged": docked({ levels: levels.toReversed(), charge: "charging" }),
    "it says that it is charged": docked({ levels, charge: "charging" }),
    "it cleans": docked({ levels, status: "cleaning" }),
    "it has just come home": docked({ levels, everyS: 15 }),
    "it waits": docked({ levels, everyS: 900 }),
    "it is nearly full": docked({ levels: levels.map((level) => level + 55) }),
    "it fell and is charged": docked({ levels: [40, 39, 38, 39, 40, 41] }),
    "it fell twice": docked({ levels: [40, 39, 38] }),
  };
  for (const [why, titles] of Object.entries(sound)) assert.deepEqual(titles, [], why);
});
