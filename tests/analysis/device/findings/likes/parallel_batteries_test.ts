import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

interface Third {
  amps?: number;
  volts?: number;
  soc?: number;
}

/** Two batteries that carry as much as each other, and a third beside them; each value on a topic of its own. */
function bank({ amps = 0, volts = 53.4, soc = 88 }: Third, o = { sign: -1, name: "battery_" }) {
  const lines = times(12, (i): Line[] =>
    [
      { current: o.sign * (31 + i % 3), voltage: 51.9, state_of_charge: 63 },
      { current: o.sign * (32 + i % 2), voltage: 51.8, state_of_charge: 62 },
      { current: amps, voltage: volts, state_of_charge: soc },
    ].flatMap((values, n) =>
      Object.entries(values).map(([name, value], k) => ({
        s: 1 + 12 * i + n / 5 + k / 20,
        topic: `plant/${o.name}${n + 1}/${name}/state`,
        payload: String(value),
      }))
    )).flat();
  return titlesOf("plant/#", lines);
}

const NOTHING = /A battery carries nothing: ".*3\/current\/state" is 0 all the time.*about -?3\d/;

Deno.test("a battery in parallel that carries nothing at another voltage than the others is told", () => {
  assertTold(bank({}), NOTHING);
  assertTold(bank({ volts: 50.1, soc: 41 }, { sign: 1, name: "pack_" }), NOTHING);
  const document = times(12, (i): Line => ({
    s: 1 + 12 * i,
    topic: "boat/bms",
    payload: {
      packs: times(3, (n) => ({
        current: n === 1 ? 0 : 21 + (i + n) % 3,
        voltage: n === 1 ? 26.9 : 26.1,
        soc: n === 1 ? 90 : 55,
      })),
    },
  }));
  assertTold(
    titlesOf("boat/bms", document),
    /A battery carries nothing: ".*packs\[1\]\.current" is 0/,
  );
});

Deno.test("a battery that carries its share, is full, empty, or of another system is well", () => {
  assert.deepEqual(bank({ amps: -30, volts: 51.9, soc: 62 }), []);
  assert.deepEqual(bank({ soc: 100, volts: 54.2 }, { sign: 1, name: "battery_" }), [], "full");
  assert.deepEqual(bank({ soc: 10, volts: 50 }), [], "shut off as it is empty");
  assert.deepEqual(bank({ volts: 12.8 }), [], "a starter's");
  assert.deepEqual(bank({}, { sign: -1, name: "charger_" }), [], "no battery");
  assert.deepEqual(bank({ volts: 51.8, soc: 62 }), [], "as the others are");
});
