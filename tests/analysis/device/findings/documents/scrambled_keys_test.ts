import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const whole = (i: number) => ({ model: "WX-3", id: 41, gust: 8.1 + i / 10, crc: "ok", rssi: -50 });

Deno.test("keys that are pieces of the usual ones are told as scrambled", () => {
  const cut = times(
    12,
    (i) => i % 3 === 2 ? { model: "WX-3", id: 41, ust: 8.1, rc: "ok", ssi: -50 } : whole(i),
  );
  assertTold(titlesOf("hub/#", series("hub/wx3/41", cut)), /are scrambled: .*"ssi" of "rssi"/);
});

Deno.test("documents of two kinds on one topic, and names with a letter before them, are not scrambled", () => {
  const turns = times(
    12,
    (i) => i % 2 === 0 ? whole(i) : { model: "WX-3", id: 41, wind: 3 + i % 4, dir: 120, rain: 0 },
  );
  assert.deepEqual(titlesOf("hub/#", series("hub/wx3/41", turns)), []);
  const days = times(
    12,
    (i) =>
      i % 2 === 0
        ? { min: 3 + i % 3, max: 9, unit: "C", of: "day" }
        : { tmin: 4, tmax: 8, unit: "C", of: "night" },
  );
  assert.deepEqual(titlesOf("hub/#", series("hub/days", days)), []);
});
