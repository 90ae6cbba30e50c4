import assert from "node:assert/strict";
import { parseTime, parseWindow } from "../../src/collect/time_window.ts";

const NOW = Date.parse("2026-05-01T12:00:00Z");

Deno.test("times are read relative to now or as ISO 8601, UTC where no zone is given", () => {
  assert.equal(parseTime("-5m", NOW), NOW - 300_000);
  assert.equal(parseTime("-1.5h", NOW), NOW - 5_400_000);
  assert.equal(parseTime("now", NOW), NOW);
  assert.equal(parseTime("2026-05-01T10:00:00Z", NOW), NOW - 7_200_000);
  assert.equal(parseTime("2026-05-01T10:00:00", NOW), NOW - 7_200_000);
  assert.equal(parseTime("2026-05-01T12:00:00+02:00", NOW), NOW - 7_200_000);
  assert.equal(parseTime("2026-05-01", NOW), NOW - 43_200_000);
});

Deno.test("anything else is refused with an example", () => {
  for (const text of ["5m", "yesterday", "-5x", "", "2026-13-01T00:00:00Z", "1700000000"]) {
    assert.throws(() => parseTime(text, NOW), { code: "INVALID_ARGUMENT", hint: /-5m/ });
  }
});

Deno.test("a window ends now at the latest and must not end before it begins", () => {
  assert.deepEqual(parseWindow({}, NOW), { from: 0, to: NOW });
  assert.deepEqual(parseWindow({ until: "2027-01-01" }, NOW), { from: 0, to: NOW });
  assert.throws(() => parseWindow({ since: "-1m", until: "-5m" }, NOW), {
    code: "INVALID_ARGUMENT",
    hint: /^Swap/,
  });
  for (const until of [undefined, "2031-01-01", "-5m"]) {
    assert.throws(() => parseWindow({ since: "2030-01-01", until }, NOW), {
      message: /since "2030-01-01" is after now, 2026-05-01T12:00:00/,
      hint: /before now/,
    });
  }
});
