import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../support.ts";

const stats = (memory: object) =>
  series(
    "frigate/stats",
    times(4, (i) => ({
      cameras: { yard: { camera_fps: 5 + i % 2 / 10, detection_fps: 0.2, pid: 300 } },
      service: {
        uptime: 6_000 + 15 * i,
        storage: { "/dev/shm": { mount_type: "tmpfs", ...memory } },
      },
    })),
  );

Deno.test("shared memory that is smaller than the cameras need is told by Frigate's own figures", () => {
  assertTold(titlesOf("frigate", stats({ total: 64, min_shm: 242 })), /64 MB, .* need 242/);
  assert.deepEqual(titlesOf("frigate", stats({ total: 256, min_shm: 242 })), []);
  assert.deepEqual(titlesOf("frigate", stats({ total: 64 })), []);
});
