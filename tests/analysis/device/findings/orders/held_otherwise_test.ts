import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A thing that tells a value all the time, and what is asked for on another topic, at which seconds. */
function asked(o: {
  key: string;
  told: (i: number) => unknown;
  wanted: readonly (readonly [s: number, value: unknown])[];
  asks?: string;
}): string[] {
  const { key, told, wanted, asks = "水門/3/指令" } = o;
  return titlesOf("水門/3/#", [
    ...times(20, (i): Line => ({
      s: 15 * i + 1,
      topic: "水門/3/状態",
      payload: { [key]: told(i), 電圧: 12.5 },
    })),
    ...wanted.map(([s, value]): Line => ({ s, topic: asks, payload: { [key]: value } })),
  ]);
}

Deno.test("what is asked for again under the very key that is told otherwise all the time is told, in any language", () => {
  const wanted = [[47, 60], [110, 60], [190, 100]] as const;
  assertTold(
    asked({ key: "開度", told: () => 12, wanted }),
    /3 commands have no effect: ".*開度" asked for 60, 100, ".*開度" stays 12/,
  );
});

Deno.test("what is taken, held already, measured or asked for once by another word is not told", () => {
  const wanted = [[47, 60], [110, 60]] as const;
  assert.deepEqual(asked({ key: "開度", told: (i) => i > 5 ? 60 : 12, wanted }), [], "taken late");
  assert.deepEqual(asked({ key: "開度", told: () => 60, wanted }), [], "held already");
  assert.deepEqual(asked({ key: "temp", told: () => 12, wanted }), [], "measured");
  assert.deepEqual(
    asked({ key: "工程", told: () => "給水", wanted: [[47, "開始"]] }),
    [],
    "another word for it, once",
  );
  assert.deepEqual(
    asked({ key: "開度", told: () => 12, wanted, asks: "水門/9/状態" }),
    [],
    "of another thing",
  );
});

Deno.test("a bare number that is asked for again on a topic called after what is told is told", () => {
  const lines = (ask: string, told: number) => [
    ...times(20, (i): Line => ({ s: 5 * i + 1, topic: "t2/unit/NETZSOLL", payload: told })),
    ...times(20, (i): Line => ({ s: 5 * i + 1.5, topic: "t2/unit/VBAT", payload: 53 + i % 2 })),
    ...[14, 30, 48].map((s): Line => ({ s, topic: `t2/unit/${ask}`, payload: 400 })),
  ];
  assertTold(
    titlesOf("t2/unit/#", lines("NETZSOLLOVR", 0)),
    /3 commands have no effect: ".*NETZSOLLOVR" asked for 400, ".*NETZSOLL" stays 0/,
  );
  assert.deepEqual(titlesOf("t2/unit/#", lines("NETZSOLLOVR", 400)), [], "held already");
  assert.deepEqual(titlesOf("t2/unit/#", lines("HAUSLASTABC", 0)), [], "of another thing");
});

Deno.test("how a message is to be sent is no wish", () => {
  const node = (wish: Record<string, unknown>) =>
    titlesOf("lora/7/#", [
      ...times(20, (i): Line => ({
        s: 15 * i + 1,
        topic: "lora/7/up",
        payload: { confirmed: false, fPort: 11, valve: false, temp: 16 + i / 10 },
      })),
      ...[47, 110].map((s): Line => ({ s, topic: "lora/7/down", payload: wish })),
    ]);
  assert.deepEqual(node({ confirmed: true, fPort: 1, data: "AQ==" }), []);
  assertTold(node({ confirmed: true, fPort: 1, valve: true }), /"valve" asked for true/);
});
