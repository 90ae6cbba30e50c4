import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../support.ts";

const LOCK = "0x000b57fffe59da21";
const LAMP = "0x000d6ffffe1a2b3c";

/** What is told of the lock, and what the bridge of an old version logs of some device. */
const told = (type: string, message: string) =>
  titlesOf("danalock", [
    {
      s: 0,
      topic: `homeassistant/lock/${LOCK}/lock/config`,
      payload: {
        state_topic: `zigbee2mqtt/${LOCK}`,
        unique_id: `${LOCK}_lock`,
        device: { identifiers: [`zigbee2mqtt_${LOCK}`], name: LOCK, manufacturer: "Danalock" },
      },
      retain: true,
    },
    ...times(3, (i): Line[] => [
      { s: 2 + 8 * i, topic: `zigbee2mqtt/${LOCK}`, payload: { battery: 91, state: "LOCK" } },
      { s: 3 + 8 * i, topic: `zigbee2mqtt/${LAMP}`, payload: { state: "ON", brightness: 180 } },
      { s: 4 + 8 * i, topic: "zigbee2mqtt/bridge/log", payload: { type, message } },
    ]).flat(),
  ]);

Deno.test("what an old bridge logs of a device by its address that only a discovery document tells is that device's", () => {
  const failed = (id: string) =>
    told("zigbee_publish_error", `Publish 'set' 'state' to '${id}' failed: 'Error: (240)'`);
  assertTold(failed(LOCK), /reports an error: Publish 'set' 'state' to/);
  assert.deepEqual(failed(LAMP), []);
  assert.deepEqual(told("device_announced", `'${LOCK}' announced`), []);
});
