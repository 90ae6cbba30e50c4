import assert from "node:assert/strict";
import { diagnosisOf, type Line } from "../support.ts";

Deno.test("a button on its charger stays connected, and one on its battery sleeps", () => {
  const button = (charger: string): Line[] => [
    { s: 0, topic: "shellies/shellybutton1-A4CF12/online", payload: "true", retain: true },
    { s: 0, topic: "shellies/shellybutton1-A4CF12/sensor/battery", payload: "100", retain: true },
    { s: 0, topic: "shellies/shellybutton1-A4CF12/sensor/charger", payload: charger, retain: true },
    {
      s: 5,
      topic: "shellies/shellybutton1-A4CF12/input_event/0",
      payload: { event: "S", event_cnt: 7 },
    },
  ];
  const stateOf = (charger: string) =>
    diagnosisOf("shellybutton1-A4CF12", button(charger)).connection.state;
  assert.equal(stateOf("true"), "online");
  assert.equal(stateOf("false"), "sleeping");
});
