import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

Deno.test("an order in other words is answered where the state that orders alone move moves once more", () => {
  const orders: Line[] = [
    { s: 30, topic: "iot/cmnd/servo_7", payload: { servo_channel: 0, angle: 90 } },
    { s: 90, topic: "iot/cmnd/servo_7", payload: { servo_channel: 0, min: true } },
  ];
  const told = (angle: (s: number) => number) =>
    times(36, (i): Line => {
      const s = 2 + 5 * i;
      return {
        s,
        topic: "iot/stat/servo_7",
        payload: {
          id: "servo_7",
          uptime: 300 + 5 * i,
          servo: { pin: [{ pin: 17, current_angle: angle(s), state: angle(s) > 0 }] },
        },
      };
    });
  const all = (angle: (s: number) => number) =>
    [...orders, ...told(angle)].sort((a, b) => a.s - b.s);
  assert.deepEqual(titlesOf("servo_7", all((s) => s > 30 && s < 90 ? 90 : 0)), []);
  assertTold(titlesOf("servo_7", all((s) => s > 30 ? 90 : 0)), /command was not answered/);
});
