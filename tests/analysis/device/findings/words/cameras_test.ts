import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

const NO_PICTURES = /no pictures come/;
const stats = (pool: object = {}) =>
  series(
    "frigate/stats",
    times(6, (i) => ({
      cameras: {
        pool: { camera_fps: 0, process_fps: 0, ...pool },
        yard: { camera_fps: 5 + i % 2 / 10, process_fps: 5 },
      },
    })),
    15,
  );
const said = (topic: string, payload: string): Line => ({ s: 0, topic, payload, retain: true });

Deno.test("a camera without pictures is told, unless it is switched off", () => {
  for (const asked of ["pool", "frigate", "frigate/#"]) {
    assertTold(titlesOf(asked, stats()), NO_PICTURES);
    const on = said("frigate/pool/enabled/state", "ON");
    assertTold(titlesOf(asked, [on, ...stats()]), NO_PICTURES);
    const other = said("frigate/yard/enabled/state", "OFF");
    assertTold(titlesOf(asked, [other, ...stats()]), NO_PICTURES);
    for (
      const off of [
        [said("frigate/pool/enabled/state", "OFF"), ...stats()],
        [said("frigate/pool/privacy/state", "ON"), ...stats()],
        stats({ enabled: false }),
      ]
    ) assert.deepEqual(titlesOf(asked, off), [], asked);
  }
});
