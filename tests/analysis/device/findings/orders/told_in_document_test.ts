import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const ID = "009b08a57f10";

/** What is said of a storage that is asked three times for a mode, which its document tells as it is asked for here. */
function storage(
  o: { told: (i: number) => string; like?: string; asked?: string; name?: string; by?: string },
): string[] {
  const { told, like = "chargeThenDischarge", asked = "chargeDischargeSimultaneously" } = o;
  const document = (mode: string, i: number) => ({
    ...{ batteryPercentage: 97 - i % 2, chargingMode: mode },
    deviceInfo: { version: 116 },
  });
  const lines: Line[] = [
    {
      s: 0,
      topic: `homeassistant/sensor/${ID}_soc/config`,
      retain: true,
      payload: {
        name: "soc",
        unique_id: `${ID}_soc`,
        state_topic: `hm/HMJ-2/device/${ID}/data`,
        device: { identifiers: [`hame_energy_${ID}`], name: "Storage" },
      },
    },
    ...times(18, (i) => [
      { s: 5 + 20 * i, topic: `hm/HMJ-2/device/${ID}/data`, payload: document(told(i), i) },
      { s: 7 + 20 * i, topic: "hm/HMJ-2/device/60323bd1287d/data", payload: document(like, i) },
    ]).flat(),
    ...[50, 140, 230].map((s) => ({
      ...{ s, topic: `hm/HMJ-2/control/${ID}/${o.name ?? "charging-mode"}`, payload: asked },
    })),
  ];
  return titlesOf(o.by ?? "Storage", lines);
}

Deno.test("what is set on a topic of its own is held against the document that tells it, by the name and by the id", () => {
  const told =
    /3 commands have no effect: ".*charging-mode" asked for chargeDischargeSim.*"chargingMode" stays chargeThenDischarge/;
  for (const by of ["Storage", ID]) {
    assertTold(storage({ told: () => "chargeThenDischarge", by }), told);
  }
  // Its like shows that the word is one of its own.
  assertTold(storage({ told: () => "eco", asked: "boost", like: "boost" }), /stays eco/);
});

Deno.test("a document that follows, speaks in other words, or tells nothing of that name is held against nothing", () => {
  const stays = () => "chargeThenDischarge";
  const sound: Record<string, string[]> = {
    "it follows": storage({ told: (i) => i < 3 ? stays() : "chargeDischargeSimultaneously" }),
    "it was so": storage({ told: () => "chargeDischargeSimultaneously" }),
    "it speaks in other words": storage({ told: () => "economy", asked: "2-saving" }),
    "another word for it": storage({ told: stays, asked: "simultaneous" }),
    "it is told nowhere": storage({ told: stays, name: "output-threshold", asked: "260" }),
  };
  for (const [why, titles] of Object.entries(sound)) assert.deepEqual(titles, [], why);
});
