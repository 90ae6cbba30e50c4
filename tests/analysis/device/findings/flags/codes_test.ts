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
    ]
  ) assert.deepEqual(told(well), []);
});
