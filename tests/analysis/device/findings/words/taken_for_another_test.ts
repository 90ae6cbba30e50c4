import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

const WHEN = "001001100110";
const isAway = (i: number) => WHEN[i] === "1";
const isIt = (i: number) => ({
  battery_type: isAway(i) ? "Lead" : "Lithium",
  firmware: isAway(i) ? "0.0" : "3.11",
  inverterModel: isAway(i) ? "G1" : "G3",
  battery_capacity_kwh: isAway(i) ? 13.16 : 9.52,
});
const told = (payload: (i: number) => object): boolean =>
  titlesOf("loft/#", series("loft/inverter", times(WHEN.length, payload), 4))
    .some((title) => /turns to and fro/.test(title));
const inside = (i: number) => ({ inside_temp: 31.2 + i / 10 });

Deno.test("what a device says that it is and that turns to another and back is told, in a document and on topics of their own", () => {
  assert.ok(told((i) => ({ serial: "FA17", ...isIt(i), ...inside(i) })));
  const lines = times(
    WHEN.length,
    (i): Line[] =>
      Object.entries({ ...isIt(i), ...inside(i) }).map(([name, value], n) => ({
        s: 1 + 4 * i + n / 20,
        topic: `loft/inverter/${name}`,
        payload: String(value),
      })),
  ).flat();
  assertTold(
    titlesOf("loft/#", lines),
    /"loft\/inverter\/battery_type" Lithium and Lead, .* 1 more/,
  );
});

Deno.test("two devices or parts by turns, an update, spools that are changed and a version of two halves are no such turning", () => {
  const serial = { serial: "FA17" };
  const sound: Record<string, (i: number) => object> = {
    "two devices": (i) => ({ serial: isAway(i) ? "FA17" : "CE22", ...isIt(i) }),
    "two parts": (i) => ({ ...serial, unit: isAway(i) ? "battery" : "inverter", ...isIt(i) }),
    "no serial number": (i) => isIt(i),
    "an update": (i) => ({ ...serial, ...isIt(i < 6 ? 0 : 2) }),
    "spools": (i) => ({
      ...serial,
      filament_type: isAway(i) ? "PLA" : "PETG",
      spool_vendor: isAway(i) ? "A" : "B",
      tray_capacity: isAway(i) ? 1_000 : 750,
    }),
    "one alone": (i) => ({ ...serial, version: isAway(i) ? "V6.0.0E" : "V6.0.014" }),
    "each message": (i) => ({ ...serial, ...isIt(i % 2 === 0 ? 0 : 2) }),
  };
  for (const [why, payload] of Object.entries(sound)) {
    assert.equal(told((i) => ({ ...payload(i), ...inside(i) })), false, why);
  }
});
