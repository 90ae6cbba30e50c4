import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** What is told of a bench that tells two values, and of which documents name these topics. */
const told = (temperature: string, humidity = "tunnel/bench3/humidity") =>
  titlesOf("bench 3", [
    ...Object.entries({ temperature, humidity }).map(([what, topic]): Line => ({
      s: 0,
      topic: `homeassistant/sensor/bench3_${what}/config`,
      payload: {
        name: what,
        unique_id: `bench3_${what}`,
        state_topic: topic,
        device: { ids: ["bench3"], name: "Bench 3" },
      },
      retain: true,
    })),
    ...times(6, (i): Line[] => [
      { s: 2 + 5 * i, topic: "tunnel/bench3/temperature", payload: (20.5 + i / 10).toFixed(1) },
      { s: 2.1 + 5 * i, topic: "tunnel/bench3/humidity", payload: (70 + i / 10).toFixed(1) },
    ]).flat(),
  ]);

Deno.test("a document that names a topic but for a letter is told with the topic that is meant", () => {
  for (
    const slip of [
      "tunel/bench3/temperature",
      "Tunnel/bench3/temperature",
      "tunnel/bench3/temprature",
    ]
  ) {
    assertTold(told(slip), new RegExp(`names "${slip}".*come on "tunnel/bench3/temperature"`));
  }
});

Deno.test("another number, another place and a topic that is named rightly are no slips", () => {
  for (
    const topic of [
      "tunnel/bench3/temperature",
      "tunnel/bench4/temperature",
      "tunnel/bench3/temperature2",
      "barn/bench3/temperature",
      "tunnel/bench3/pressure",
    ]
  ) assert.deepEqual(told(topic), [], topic);
  // A state that was never told yet is none of the status beside it.
  const bot: Line[] = [
    {
      s: 0,
      topic: "homeassistant/switch/bot/config",
      payload: {
        name: "Bot",
        unique_id: "bot",
        state_topic: "bots/porch/state",
        command_topic: "bots/porch/set",
        device: { ids: ["porch"], name: "porch bot" },
      },
      retain: true,
    },
    ...times(6, (i): Line => ({
      s: 2 + 5 * i,
      topic: "bots/porch/status",
      payload: { rssi: -60 - i % 3 },
    })),
  ];
  assert.deepEqual(titlesOf("porch bot", bot), []);
});
