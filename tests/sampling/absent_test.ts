import assert from "node:assert/strict";
import { absentTopics } from "../../src/sampling/absent.ts";

function topicsOf(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name) => [name, 1]));
}

const devices = (count: number) =>
  Array.from({ length: count }, (_, i) => [`house/room${i}`, `house/room${i}/availability`]);

Deno.test("of many alike devices the one without a topic of the others is told", () => {
  const all = devices(60).flat();
  const topics = topicsOf(all.filter((topic) => topic !== "house/room17"));
  assert.deepEqual(absentTopics(topics), [
    { topic: "house/room17", like: "house/+", have: 59, others: 59 },
  ]);
  assert.deepEqual(absentTopics(topicsOf(all)), []);
});

Deno.test("what a tenth lack, or what few have, is missed by nobody", () => {
  const all = devices(60).flat();
  const tenth = all.filter((topic) => !/room[1-6]$/.test(topic));
  assert.deepEqual(absentTopics(topicsOf(tenth)), []);
  const few = devices(12).flat().filter((topic) => topic !== "house/room3");
  assert.deepEqual(absentTopics(topicsOf(few)), []);
});

Deno.test("of a few missing topics of a thousand no more than five are told", () => {
  const gone = Array.from({ length: 9 }, (_, i) => `house/room${100 + i}`);
  const topics = topicsOf(devices(1_400).flat().filter((topic) => !gone.includes(topic)));
  const absent = absentTopics(topics);
  assert.equal(absent.length, 5);
  assert.ok(absent.every(({ topic }) => gone.includes(topic)));
});

Deno.test("what shares nothing with the others beside it lacks nothing of theirs", () => {
  const own = Array.from({ length: 43 }, (_, i) => `zigbee2mqtt/plug${i}`);
  const bridge = ["zigbee2mqtt/bridge/state", "zigbee2mqtt/bridge/info"];
  assert.deepEqual(absentTopics(topicsOf([...own, ...bridge])), []);
  // nor by what a single one of them has, too
  assert.deepEqual(absentTopics(topicsOf([...own, ...bridge, "zigbee2mqtt/plug1/state"])), []);
});

Deno.test("an empty level is a level", () => {
  const all = Array.from({ length: 55 }, (_, i) => `z/n${i}`);
  assert.deepEqual(absentTopics(topicsOf([...all, "z//double"])), []);
  const slashed = devices(30).flat().map((topic) => `/${topic}/`);
  const [absent] = absentTopics(topicsOf(slashed.filter((one) => one !== "/house/room7/")));
  assert.deepEqual(absent, { topic: "/house/room7/", like: "/house/+/", have: 29, others: 29 });
});
