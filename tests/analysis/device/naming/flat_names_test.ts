import assert from "node:assert/strict";
import { nearAdvice } from "../../../../src/analysis/device/naming/candidate.ts";
import { topicsByFlatName } from "../../../../src/analysis/device/naming/flat_names.ts";

const VALUES = ["RunCmd", "RunFb", "Current"];
const station = (name: string, pumps: readonly string[]) =>
  ["config", "status"].flatMap((role) =>
    pumps.flatMap((pump) => VALUES.map((value) => `bacnet/${role}/${name}/${pump}_${value}`))
  );
const asked = (said: string, topics: readonly string[]) => [...topicsByFlatName(said, topics)];

Deno.test("one of several that are told apart by their number is found by what it is and its number", () => {
  const topics = [
    ...station("north", ["Pump1", "Pump2", "Pump03"]),
    "bacnet/status/north/Sump_Level",
  ];
  assert.deepEqual(asked("pump 3", topics), station("north", ["Pump03"]));
  assert.deepEqual(asked("pump 1", topics), station("north", ["Pump1"]));
  assert.deepEqual(asked("pump 4", topics), []);
});

Deno.test("a number is no name where it is of two places, where no other is counted, or where it measures something else", () => {
  const two = [...station("north", ["Pump1", "Pump3"]), ...station("south", ["Pump1", "Pump3"])];
  assert.deepEqual(asked("pump 3", two), []);
  assert.deepEqual(asked("pump 3", station("north", ["Pump3"])), []);
  const below = [...station("north", ["Pump3"]), ...station("north/annexe", ["Pump1"])];
  assert.deepEqual(asked("pump 3", below), []);
  const other = ["site/Pump1_State", "site/Pump1_Hours", "site/Pump3_Valve", "site/Pump3_Door"];
  assert.deepEqual(asked("pump 3", other), []);
});

Deno.test("a reader is told that only the levels that begin with the name are shown", () => {
  const topic = "bacnet/status/north/Pump3_RunCmd";
  assert.match(
    nearAdvice("pump 3", { name: "pump 3", deviceId: "pump 3", topic, path: topic }),
    /^"pump 3" is told on topics of which a level begins with it, such as "bacnet\/status\/north\/Pump3_RunCmd"; only those/,
  );
});
