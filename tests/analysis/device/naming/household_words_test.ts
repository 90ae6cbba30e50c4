import assert from "node:assert/strict";
import {
  meaningsOf,
  partsOfCompound,
} from "../../../../src/analysis/device/naming/household_words.ts";
import { beats, diagnosisOf, type Line } from "../support.ts";

const topicOf = (topic: string): Line[] =>
  beats({ topic, everyS: 5, to: 60, payload: (i) => 20 + Math.sin(i) });

Deno.test("a word is known in other languages, in the plural, and where it stands in a topic", () => {
  const idsOf = (word: string, where: "said" | "written") =>
    meaningsOf(word, where).map(({ id }) => id);
  assert.deepEqual(idsOf("keuken", "said"), ["kitchen"]);
  assert.deepEqual(idsOf("lampen", "said"), idsOf("lamp", "said"));
  assert.deepEqual(idsOf("valetudo", "written"), ["vacuum"]);
  assert.deepEqual(idsOf("valetudo", "said"), [], "a program's name is asked for as such");
  assert.deepEqual(idsOf("tele", "written"), [], "Tasmota's tree is no television");
  assert.deepEqual(idsOf("zigbee", "said"), []);
});

Deno.test("a compound of two known words is taken apart, a known word and a stranger are not", () => {
  assert.deepEqual(partsOfCompound("wasserzaehler"), ["wasser", "zaehler"]);
  assert.deepEqual(partsOfCompound("kuechenlampe"), ["kuechen", "lampe"]);
  assert.equal(partsOfCompound("wasserfall"), null);
});

Deno.test("a device is found by what it is called in another language, and that is said", () => {
  const home = [
    ...topicOf("haus/keller/wasserzaehler/durchfluss"),
    ...topicOf("haus/kueche/licht/helligkeit"),
    ...topicOf("maison/salon/lampe/puissance"),
  ];
  for (
    const [asked, topic] of [
      ["water meter", "haus/keller/wasserzaehler/durchfluss"],
      ["kitchen light", "haus/kueche/licht/helligkeit"],
      ["living room lamp", "maison/salon/lampe/puissance"],
      ["Wohnzimmerlampe", "maison/salon/lampe/puissance"],
    ]
  ) {
    const diagnosis = diagnosisOf(asked, home);
    assert.deepEqual(diagnosis.topics.map((one) => one.topic), [topic], asked);
    assert.ok(diagnosis.matched, asked);
  }
  assert.equal(diagnosisOf("bathroom light", home).topic_count, 0);
});

Deno.test("a device's own word goes before the same in another language", () => {
  const both = [...topicOf("home/kitchen/temp"), ...topicOf("ferienhaus/kueche/temp")];
  assert.deepEqual(diagnosisOf("kitchen temp", both).topics.map(({ topic }) => topic), [
    "home/kitchen/temp",
  ]);
});
