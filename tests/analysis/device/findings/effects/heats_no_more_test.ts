import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A relay with a meter on what heats, and the warmth of what is heated. */
function heated(
  o: { name?: string; falls?: number; watts?: number; on?: (i: number) => boolean },
): string[] {
  const { name = "hot_water_tank", falls = 0.5, watts = 1_980, on = () => true } = o;
  return titlesOf(
    `home/${name}/#`,
    times(15, (i): Line[] => [
      { s: 1 + 10 * i, topic: `home/${name}/relay/0`, payload: on(i) ? "on" : "off" },
      {
        s: 1.2 + 10 * i,
        topic: `home/${name}/relay/0/power`,
        payload: String(i < 5 ? watts + i : 0),
      },
      {
        s: 1.4 + 10 * i,
        topic: `home/${name}/ext_temperature/0`,
        payload: (i < 5 ? 51 + 0.3 * i : 52.2 - falls * (i - 4)).toFixed(2),
      },
    ]).flat(),
  ).filter((title) => /falls from/.test(title));
}

const COOLS =
  /power" fell from about 1982 to 0 and ".*" falls from 52.2 to 47.2, though ".*" is on/;

Deno.test("water that cools far while it is switched on and draws nothing any more is told, in each language", () => {
  for (const name of ["hot_water_tank", "warmwasserspeicher", "chauffe-eau", "bojler"]) {
    assertTold(heated({ name }), COOLS);
  }
});

Deno.test("a tank that its thermostat leaves off, one that is switched off, and a kettle are well", () => {
  assert.deepEqual(heated({ falls: 0.1 }), [], "it is hot");
  assert.deepEqual(heated({ on: (i) => i < 5 }), [], "switched off");
  assert.deepEqual(heated({ name: "kettle_boiler" }), [], "it boiled");
  assert.deepEqual(heated({ watts: 40 }), [], "a pump");
});
