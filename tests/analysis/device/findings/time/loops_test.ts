import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const heard = (count: number, at: (i: number) => number, more: object): Line[] =>
  times(count, (i) => ({
    s: 1 + at(i),
    topic: "radio/events",
    payload: { time: `2026-01-02 12:00:${10 + i % 50}`, model: "Acme-606", id: 71, ...more },
  }));

Deno.test("a sensor on a battery that sends without a pause is told, one that repeats each message and then is still is not", () => {
  const sensor = { battery_ok: 1, temperature_C: 19.4, mic: "CRC" };
  assertTold(
    titlesOf("Acme-606", heard(90, (i) => i / 4, sensor)),
    /A storm: the same message .* every 0\.25 s/,
  );
  // Six in a row every half minute.
  const bursts = heard(90, (i) => Math.floor(i / 6) * 30 + (i % 6) / 5, sensor);
  assert.equal(titlesOf("Acme-606", bursts).some((title) => /A storm/.test(title)), false);
  const meter = heard(90, (i) => i / 4, { power_W: 410, mic: "CRC" });
  assert.equal(titlesOf("Acme-606", meter).some((title) => /A storm/.test(title)), false);
});
