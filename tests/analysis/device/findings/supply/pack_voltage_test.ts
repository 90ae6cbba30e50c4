import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A pack that is told of once, and its cells, message by message. */
const pack = (group: string, told: Record<string, number>, cells = "cells"): Line[] => [
  ...Object.entries(told).map(([name, value]) => ({
    s: 1,
    topic: `shed/${group}${name}`,
    payload: String(value),
  })),
  ...times(60, (i) => ({
    s: 1 + Math.floor(i / 6) * 5,
    topic: `shed/${cells}/${1 + i % 6}`,
    payload: (3.3 + (i % 7) / 1_000).toFixed(3),
  })),
];

Deno.test("a pack without a voltage beside cells that have one is not read", () => {
  const NOT_READ = /is 0 while the cells are at about 3\.30\d+ V/;
  assertTold(
    titlesOf("shed", pack("soc/", { total_voltage: 0, soc_percent: 0, current: 0 })),
    NOT_READ,
  );
  assertTold(titlesOf("shed", pack("", { pack_voltage: 0 }, "cell_voltages")), NOT_READ);
  const rows = times(8, (i) => ({
    s: 1 + 5 * i,
    topic: "shed/bms",
    payload: { voltage: 0, current: 0, cells_mv: [3_312, 3_314 - i, 3_311, 3_309, 3_315] },
  }));
  assertTold(titlesOf("shed/#", rows), /"voltage" is 0 while the cells are at about 3\.31\d+ V/);
});

Deno.test("a pack that is told, an output that is off and another battery's cells are no contradiction", () => {
  assert.deepEqual(titlesOf("shed", pack("soc/", { total_voltage: 19.81, current: 0 })), []);
  assert.deepEqual(titlesOf("shed", pack("soc/", { load_voltage: 0, total_voltage: 19.8 })), []);
  assert.deepEqual(titlesOf("shed", pack("charger/", { pv_voltage: 0 })), []);
  const packs = pack("b/", { voltage: 0 }, "a/cells");
  assert.deepEqual(titlesOf("shed", packs), []);
});
