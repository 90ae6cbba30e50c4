import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const kept = (topic: string, payload: unknown): Line => ({ s: 0, topic, payload, retain: true });
const warms = times(6, (i): Line => ({
  s: 2 + 4 * i,
  topic: "micron/klipper/state/extruder/temperature",
  payload: { eventtime: 81_234 + 4 * i, value: 41.2 - i / 10 },
}));

Deno.test("a printer without filament is told while it prints or is paused, and not while it prints nothing", () => {
  const printer = (state: string, detected = false) =>
    titlesOf("micron", [
      kept("micron/klipper/state/print_stats/state", { eventtime: 81_233, value: state }),
      kept("micron/klipper/state/filament_switch_sensor spool/filament_detected", {
        eventtime: 81_233,
        value: detected,
      }),
      ...warms,
    ]);
  for (const state of ["printing", "paused"]) {
    assertTold(printer(state), /filament_detected/);
    assert.deepEqual(printer(state, true), []);
  }
  for (const state of ["standby", "complete", "cancelled"]) assert.deepEqual(printer(state), []);
});

Deno.test("filament and state of a print may stand in one document, and no filament without a state of it is told", () => {
  const printer = (more: object) =>
    titlesOf(
      "mini",
      times(6, (i): Line => ({
        s: 1 + 4 * i,
        topic: "mini/status",
        payload: { nozzle: 41.2 - i / 10, filament_detected: false, ...more },
      })),
    );
  assertTold(printer({}), /filament_detected/);
  assertTold(printer({ print_status: "printing" }), /filament_detected/);
  assert.deepEqual(printer({ print_status: "idle" }), []);
  assert.deepEqual(printer({ gcode_state: "FINISH" }), []);
});

Deno.test("a meter that has counted and is not valid beside one that is valid is told, a place without a meter is not", () => {
  const meters = (first: object, second: object) =>
    titlesOf(
      "em2",
      times(6, (i): Line => ({
        s: 1 + 5 * i,
        topic: "shellies/em2/info",
        payload: {
          emeters: [first, {
            power: 812.4 + i,
            voltage: 231.2,
            is_valid: true,
            total: 5_120.4 + i,
            ...second,
          }],
        },
      })),
    );
  const gone = { power: 0, voltage: 0, is_valid: false };
  assertTold(meters({ ...gone, total: 118_204.7 }, {}), /emeters\[0\]\.is_valid/);
  assert.deepEqual(meters({ ...gone, total: 0 }, {}), []);
  // While the grid is gone no meter of it is valid.
  assert.deepEqual(meters({ ...gone, total: 118_204.7 }, { is_valid: false }), []);
  assert.deepEqual(meters({ ...gone, is_valid: true, total: 118_204.7 }, {}), []);
});

Deno.test("a port of a bond that is down and was not is told, as line protocol and as JSON", () => {
  const bond = (write: (port: string, up: number, failures: number) => unknown, failures: number) =>
    titlesOf(
      "hv9",
      times(6, (i): Line[] =>
        ["eno1", "eno2"].map((port, of) => ({
          s: 1 + 6 * i + of / 10,
          topic: "telegraf/hv9/bond_slave",
          payload: write(port, 1 - of, of === 0 ? 1 : failures),
        }))).flat(),
    );
  const line = (port: string, up: number, failures: number) =>
    `bond_slave,bond=bond0,interface=${port},host=hv9 status=${up}i,failures=${failures}i,count=2i 1767355200000000000`;
  const json = (interface_: string, status: number, failures: number) => ({
    fields: { status, failures, count: 2 },
    name: "bond_slave",
    tags: { bond: "bond0", host: "hv9", interface: interface_ },
  });
  for (const write of [line, json]) {
    assertTold(bond(write, 4), /eno2 is down/);
    // Nothing was ever plugged into it.
    assert.deepEqual(bond(write, 0), []);
  }
});
