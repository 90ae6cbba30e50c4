import assert from "node:assert/strict";
import { destructiveReasons, effectsOf } from "../../src/tools/publish_effects.ts";

function reasons(topic: string, more: { retain?: boolean; payloadBytes?: number } = {}) {
  return destructiveReasons({ topic, retain: false, payloadBytes: 1, ...more }).join("; ");
}

Deno.test("a message to one device is not called destructive, one to many is", () => {
  for (
    const topic of [
      "cmnd/plug/POWER",
      "zigbee2mqtt/lamp/set",
      "spBv1.0/plant/DCMD/edge/pump",
      "hall/light",
      "recall/all-right",
    ]
  ) assert.equal(reasons(topic), "", topic);
  assert.match(reasons("cmnd/tasmotas/POWER"), /every Tasmota/);
  assert.match(reasons("shellies/command"), /every Shelly/);
  assert.match(reasons("zigbee2mqtt/bridge/request/permit_join"), /whole Zigbee network/);
  assert.match(reasons("spBv1.0/plant/NCMD/edge"), /whole Sparkplug edge node/);
  assert.match(reasons("house/all/light/set"), /group of devices/);
});

Deno.test("retain is destructive, and more so when it removes", () => {
  assert.match(reasons("a", { retain: true }), /replaces what the broker keeps/);
  assert.match(reasons("a", { retain: true, payloadBytes: 0 }), /removes what the broker keeps/);
});

Deno.test("of the own subscriptions those that match are named", () => {
  const effects = effectsOf({ topic: "a/b", payloadBytes: 1, retain: false }, [
    "a/#",
    "b/#",
    "+/b",
  ]);
  assert.deepEqual(effects.own_subscriptions_that_hear_it, ["a/#", "+/b"]);
  assert.match(effects.note, /does not tell who else/);
});
