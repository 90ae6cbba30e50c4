import assert from "node:assert/strict";
import { assertTold, beats, titlesOf } from "../../support.ts";

/** What a hub is blamed for that tells these numbers, each on a topic of its own, as its roof gives less and less. */
function hub(told: (i: number, solar: number) => Readonly<Record<string, number>>): string[] {
  const solar = (i: number) => [412, 395, 371, 330, 282, 214, 148, 77, 31, 0][Math.min(i, 9)] ?? 0;
  const names = Object.keys(told(0, solar(0)));
  const lines = names.flatMap((name) =>
    beats({
      topic: `hub/A1/${name}`,
      everyS: 3,
      to: 50,
      payload: (i) => String(told(i, solar(i))[name]),
    })
  );
  return titlesOf("hub/A1/#", lines.sort((a, b) => a.s - b.s));
}

Deno.test("the parts of a flow that stand to the digit while the whole falls are told, and so is a display of it", () => {
  assertTold(
    hub((_, solarPower) => ({ solarPower, packPower: 238, homePower: 174, gridPower: 0 })),
    /packPower" is stuck at 238 and .*homePower" is stuck at 174: .*solarPower".* 412 to 0/,
  );
  assertTold(hub((_, power) => ({ power, display_power: 412 })), /display_power" is stuck at 412/);
});

Deno.test("parts that follow, or that something else feeds, and a limit are well", () => {
  assert.deepEqual(
    hub((_, solarPower) => ({
      solarPower,
      packPower: solarPower * 0.6,
      homePower: solarPower * 0.4,
    })),
    [],
  );
  // The battery gives what the roof does not.
  assert.deepEqual(
    hub((_, solarPower) => ({
      solarPower,
      homePower: 300,
      pumpPower: 112,
      batteryPower: 412 - solarPower,
    })),
    [],
  );
  assert.deepEqual(hub((_, solarPower) => ({ solarPower, homePower: 200, inverterPower: 30 })), []);
  assert.deepEqual(
    hub((_, solarPower) => ({ solarPower, homePower: 412 })),
    [],
    "one is so by chance",
  );
  assert.deepEqual(hub((_, power) => ({ power, max_power: 300, peak_power: 112 })), []);
});
