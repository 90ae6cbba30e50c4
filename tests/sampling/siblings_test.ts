import assert from "node:assert/strict";
import { Sampler } from "../../src/sampling/sampler.ts";
import { Siblings } from "../../src/sampling/siblings.ts";
import { houseFleet, SICK } from "../support/house_fleet.ts";
import { message } from "../support/messages.ts";

function compareAll(values: readonly number[]): number[] {
  const siblings = new Siblings();
  return values.map((value) => siblings.compare("s", { numbers: [value], count: 1 }));
}

const range = (count: number, value: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => value(i));

Deno.test("a figure far outside of all others' range is odd, one a little outside is not", () => {
  const scores = compareAll([...range(40, (i) => 60 + i % 30), 1, 95, 30, 65]);
  assert.deepEqual(scores.map((score) => score > 0).slice(40), [true, false, true, false]);
  assert.ok(scores.slice(0, 40).every((score) => score === 0));
});

Deno.test("of few siblings, of equal ones and of rising numbers none is odd", () => {
  assert.ok(compareAll([...range(10, () => 60), 1]).every((score) => score === 0));
  assert.ok(compareAll([...range(60, () => 0), 5]).every((score) => score === 0));
  assert.ok(compareAll(range(1_000, (i) => i)).every((score) => score === 0));
});

Deno.test("another kind of them is not odd for long", () => {
  const scores = compareAll(range(400, (i) => i % 4 === 3 ? 3_000 + i % 40 : 60 + i % 30));
  assert.ok(scores.filter((score) => score > 0).length < 8);
});

Deno.test("no more structures are compared than there is room for", () => {
  const siblings = new Siblings();
  for (let i = 0; i < 5_000; i++) siblings.compare(`s${i}`, { numbers: [1], count: 1 });
  for (let i = 0; i < 100; i++) {
    const numbers = [i === 99 ? 9_999 : i % 10];
    assert.equal(siblings.compare("late", { numbers, count: 1 }), 0);
  }
});

Deno.test("of two hundred devices each sick one has a message among fifty", () => {
  const sampler = new Sampler({ target: 50 });
  const sent = houseFleet().sort((a, b) => (a.at ?? -1) - (b.at ?? -1));
  for (const { topic, payload, retain, at } of sent) {
    sampler.offer(message(topic, payload, {
      retain: retain === true && at === undefined,
      receivedAt: (at ?? 0) * 1000,
    }));
  }
  const { kept } = sampler.result();
  const missing = SICK.filter((sick) =>
    !kept.some(({ message: { topic } }) => topic.includes(sick))
  );
  assert.deepEqual(missing, []);
  assert.equal(kept.length, 50);
  const odd = kept.filter(({ keptFor }) => keptFor.includes("outlier"))
    .map(({ message: { topic } }) => topic);
  assert.deepEqual(odd, ["zigbee2mqtt/bulb_033", "zigbee2mqtt/bulb_057"]);
});
