import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const told = (fields: Record<string, unknown>) =>
  titlesOf("plant/dev/#", series("plant/dev/state", times(6, () => ({ ...fields, temp: 20.5 }))));

Deno.test("a code in one of several slots for errors that are now is told, whatever stands between them", () => {
  for (
    const sick of [
      { currenterror: "28;-;-;-;-" },
      { active_faults: "14,0,0,0" },
      { fault_code: "0 | 0 | F14" },
      { active_errors: [28] },
      { currenterror: 28 },
      { current_fault: "F.28" },
    ]
  ) assertTold(told(sick), /a code of error/);
});

Deno.test("empty slots for errors, and codes of errors that were, are well", () => {
  for (
    const well of [
      { currenterror: "-;-;-;-;-" },
      { active_faults: "0,0,0,0" },
      { errorhistory: "28;27;-" },
      { active_errors: [] },
      { currenterror: "see the manual, page 4" },
      { currenterror: 0 },
      { activeerror: "32768" },
    ]
  ) assert.deepEqual(told(well), []);
});

Deno.test("what a regulator is off by now is no code of an error", () => {
  const titles = titlesOf(
    "plant/dev/#",
    series("plant/dev/state", times(9, (i) => ({ currenterror: 3 + i * i % 7, temp: 20.5 }))),
  );
  assert.deepEqual(titles, []);
});

Deno.test("a code of a charger says what is wrong, and is told once", () => {
  const titles = titlesOf(
    "go-eCharger/214777/#",
    times(6, (i) => ({ s: 1 + 5 * i, topic: "go-eCharger/214777/err", payload: "9" })),
  );
  assert.deepEqual(titles, [
    'The device reports an error: "go-eCharger/214777/err" is 9 (its contactor is stuck)',
  ]);
});

Deno.test("a tracker tells by its numbers that it is unplugged or jammed, and other numbers of that name tell nothing", () => {
  const told = (fields: Record<string, unknown>) =>
    titlesOf(
      "tracker/7/#",
      series(
        "tracker/7/data",
        times(6, (i) => ({ state: { reported: { ...fields, sp: 40 + i % 3 } } })),
      ),
    );
  const tracker = { "66": 13_900, "67": 4_080, "239": 1, latlng: "57.0,24.1", "249": 0, "318": 0 };
  assertTold(told({ ...tracker, "252": 1 }), /unplugged/);
  assertTold(told({ ...tracker, "249": 1 }), /radio is jammed/);
  assertTold(told({ ...tracker, "318": 2 }), /satellites are jammed/);
  assert.deepEqual(told({ ...tracker, "252": 0 }), []);
  assert.deepEqual(told({ "252": 1, "318": 1 }), []);
});

Deno.test("a charger of cars in state E or F is told, and letters of other things are not", () => {
  const told = (tree: string, fields: Record<string, unknown>) =>
    titlesOf(`${tree}/#`, [
      ...Object.entries(fields).flatMap(([name, value]) =>
        series(`${tree}/${name}`, times(5, () => value), 5)
      ),
    ]);
  assertTold(
    told("wbec/lp/2", { status: "F", enabled: 0 }),
    /"status" is F|status" is F \(the charger/,
  );
  assertTold(told("wallbox/garage", { cp_state: "E" }), /an error of the charger/);
  assert.deepEqual(told("wbec/lp/1", { status: "B", enabled: 1 }), []);
  assert.deepEqual(told("solar/charger", { status: "F" }), [], "it floats");
  assert.deepEqual(told("rv/lp", { status: "F" }), [], "it is full");
});

Deno.test("the letter of a charger's pilot is told where it is one of no car, and disks by their maker's numbers", () => {
  const state = (topic: string, fields: object) =>
    titlesOf(`${topic}/#`, series(topic, times(6, () => fields)));
  for (const key of ["pst", "pilot_state", "controlPilot"]) {
    assertTold(state("home/zappi/1620", { [key]: "F", che: 0 }), /the charger is not available/);
    assert.deepEqual(state("home/zappi/1620", { [key]: "B2", che: 0 }), []);
    assert.deepEqual(state("home/hall/1620", { [key]: "F", che: 0 }), []);
  }
  const disk = (diskStatus: number) =>
    state("nas/attic/disk", { diskID: "Disk 1", diskTemperature: 36, diskStatus });
  assertTold(disk(5), /the disk crashed/);
  assert.deepEqual(disk(1), []);
  const link = (is_rf_linked: boolean) => state("garden/timer", { is_rf_linked, battery: 81 });
  assertTold(link(false), /its link by radio is gone/);
  assert.deepEqual(link(true), []);
});
