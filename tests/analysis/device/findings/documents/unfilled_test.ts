import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

/** What is told of a topic that says the same each time. */
const told = (topic: string, payload: unknown) =>
  titlesOf(
    "home/#",
    [
      ...series("home/hall/temperature", times(6, (i) => `21.${i}`)),
      ...series(
        topic,
        times(6, () => payload),
      ),
    ].sort((a, b) => a.s - b.s),
  );

Deno.test("names of variables that stand for their values are told, however they are written", () => {
  const unfilled: [topic: string, payload: unknown, said: RegExp][] = [
    [
      "home/[camera]/motion",
      "[detections]",
      /\[camera\] in the topic, \[detections\] as the whole/,
    ],
    ["home/<device_id>/state", "on", /<device_id> in the topic/],
    ["home/%COMPUTERNAME%/cpu", "41", /%COMPUTERNAME% in the topic/],
    [
      "home/porch/motion",
      "{{ states('sensor.x') }}",
      /\{\{ states\('sensor\.x'\) \}\} as the whole/,
    ],
    ["home/porch/motion", "${value}", /\$\{value\} as the whole payload/],
    ["home/porch/state", { level: "{self.level}", ok: true }, /\{self\.level\} in "level"/],
  ];
  for (const [topic, payload, said] of unfilled) {
    assertTold(told(topic, payload), /^A placeholder is not filled in/);
    assertTold(told(topic, payload), said);
  }
});

Deno.test("what people and makers write in brackets is no placeholder", () => {
  const meant: [topic: string, payload: unknown][] = [
    ["home/[garage]/motion", "off"],
    ["home/porch/mode", "[idle]"],
    ["home/porch/mode", "<none>"],
    ["home/Axes[base]/load", "41"],
    ["home/porch/state", { value_template: "{{ value_json.x }}", level: 3 }],
    ["home/{3f2504e0-4f89-11d3-9a0c-0305e82c3301}/state", "off"],
    ["home/porch/state", { status: "{ok}", level: 3 }],
  ];
  for (const [topic, payload] of meant) assert.deepEqual(told(topic, payload), [], topic);
});
