import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../support.ts";

Deno.test("a Tasmota device that restarted by an exception tells it in words or by what was left of its program", () => {
  const told = (RestartReason: unknown) =>
    titlesOf(
      "plate",
      [
        { s: 1, topic: "tele/plate/LWT", payload: "Online", retain: true },
        { s: 4, topic: "tele/plate/INFO3", payload: { Info3: { RestartReason, BootCount: 4 } } },
        ...series("tele/plate/STATE", times(6, (i) => ({ UptimeSec: 10 + 2 * i, Heap: 25 }))),
      ].sort((a, b) => a.s - b.s),
    );
  assertTold(told("Exception"), /restarted: Exception/);
  assertTold(
    told({ Exception: 29, Reason: "Exception", EPC: ["4000df64"] }),
    /restarted: Exception 29/,
  );
  assertTold(told({ Exception: 28 }), /restarted: Exception 28/);
  assert.deepEqual(told("Software/System restart"), []);
});

Deno.test("what others tell below a level called stat is how they are, and no answer", () => {
  const pack = titlesOf(
    "pack2",
    series("bms/main/stat/readings/Pack2", times(6, () => ({ state: "fault", volts: 52.1 }))),
  );
  assertTold(pack, /fault/);
});
