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
