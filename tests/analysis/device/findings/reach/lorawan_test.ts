import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const uplinks = (isLost: (i: number) => boolean, port = (_: number) => 3) =>
  titlesOf(
    "rn2483dev2",
    series(
      "application/1/node/001aba3b28568620/rx",
      times(10, (i) => ({
        deviceName: "rn2483dev2",
        fCnt: 270 + i,
        fPort: port(i),
        data: "mW1mQwAAAAAAAAAA",
        object: isLost(i) ? null : { voltage: 230 + i % 3 },
      })),
      60,
    ),
  );

Deno.test("uplinks of which the codec makes nothing now and then are told, by their port", () => {
  assertTold(uplinks((i) => i % 4 === 3), /2 of 10 uplinks are not decoded: "object" is null/);
  assert.deepEqual(uplinks((i) => i === 3), []);
  assert.deepEqual(uplinks((i) => i % 4 === 3, (i) => i % 4 === 3 ? 0 : 3), []);
  assert.deepEqual(uplinks(() => true), []);
});
