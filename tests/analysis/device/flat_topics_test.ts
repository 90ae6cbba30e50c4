import assert from "node:assert/strict";
import { diagnosisOf, type Line, series, times } from "./support.ts";

/** What is heard of a device among topics of one level, each with a number of its own. */
const heard = (deviceId: string, topics: readonly string[], more: readonly Line[] = []) => {
  const lines = topics.flatMap((topic, n) =>
    series(topic, times(8, (i) => String(20 + n + i % 2 / 10)), 7)
  );
  const all = [...lines, ...more].sort((a, b) => a.s - b.s);
  return diagnosisOf(deviceId, all, { seconds: 70 });
};

Deno.test("topics of one level are of the device whose name they begin with, or end in", () => {
  const topics = [
    "voltronic_Load_watt",
    "voltronic_Battery_voltage",
    "ph-display_tank",
    "temperature-display_tank",
    "volt_meter",
  ];
  const of = (deviceId: string) => heard(deviceId, topics).topics.map(({ topic }) => topic);
  assert.deepEqual(of("voltronic"), ["voltronic_Battery_voltage", "voltronic_Load_watt"]);
  assert.deepEqual(of("display tank"), ["ph-display_tank", "temperature-display_tank"]);
});

Deno.test("an inverter that answers by the letter of its fault mode is told, a mode named F is not", () => {
  const modes = (letters: string) =>
    heard("voltronic", ["voltronic_Load_watt"], [
      ...series("voltronic_Inverter_mode", [...letters], 7),
    ]).findings.map(({ title }) => title).join("; ");
  assert.match(modes("BBBBFFFF"), /Inverter_mode" is F .*fault mode/);
  assert.doesNotMatch(modes("BBBBLLLL"), /Inverter_mode/);
  assert.doesNotMatch(modes("FFFFFFFF"), /Inverter_mode/);
});
