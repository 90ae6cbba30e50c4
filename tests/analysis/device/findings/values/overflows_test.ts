import assert from "node:assert/strict";
import { beats, titlesOf } from "../../support.ts";

const SUN = [6_390, 6_462, 6_512, 6_549, 6_585, 6_642, 6_693, 6_726, 6_531, 6_612, 6_675, 6_640];

/** What an inverter is blamed for, of two powers in one message. */
function told(ac: (watts: number, i: number) => number, pv: (watts: number, i: number) => number) {
  const payload = (i: number) => ({ ac_power: ac(SUN[i], i), pv_power: pv(SUN[i], i) });
  return titlesOf(
    "roof/inv/#",
    beats({ topic: "roof/inv/data", everyS: 4, to: 4 * SUN.length, payload }),
  ).join();
}

const tenths = (value: number) => Math.round(value * 10) / 10;
const panels = (watts: number) => tenths(watts * 1.03);

Deno.test("a power that begins again from nothing past the end of its 16 bits is told, at each place of the point", () => {
  const overflow = /"ac_power" jumps from .* where its 16 bits overflow: it goes on, as "pv_power"/;
  assert.match(told((watts) => tenths(watts % 6_553.6), panels), overflow);
  assert.match(
    told((watts) => Math.round(watts * 10) % 65_536, (watts) => panels(watts) * 10),
    overflow,
  );
  assert.match(
    told((watts) => Math.round(watts * 10) / 100 % 655.36, (watts) => panels(watts) / 10),
    overflow,
  );
  // Read with a sign, it begins again far below nothing; so does what is fed in, far above.
  const signed = (watts: number) => {
    const word = Math.round(watts * 5) % 65_536;
    return word >= 32_768 ? word - 65_536 : word;
  };
  assert.match(told(signed, (watts) => panels(watts) * 5), overflow);
  assert.match(told((watts) => -signed(watts), (watts) => panels(watts) * 5), overflow);
});

Deno.test("a load of nearly as much as a word holds may be switched on and off, while the sun shines evenly", () => {
  const heater = (_: number, i: number) => i % 4 < 2 ? tenths(6_540 + i) : tenths(31 + i / 2);
  const even = (_: number, i: number) => tenths(3_100 + 12 * Math.sin(2.4 * i));
  assert.doesNotMatch(told(heater, even), /overflow/);
  assert.doesNotMatch(told(heater, panels), /overflow/);
  // What falls with it was switched off as well.
  assert.doesNotMatch(told(heater, (watts, i) => tenths(heater(watts, i) / 230)), /overflow/);
  assert.doesNotMatch(told((watts) => watts, panels), /overflow/);
});
