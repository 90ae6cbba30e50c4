import assert from "node:assert/strict";
import { DeviceObserver } from "../../../../src/analysis/device/observers.ts";
import { manyDevices } from "../../../../src/analysis/device/fleet/many.ts";
import { message } from "../../../support/messages.ts";

const rooms = Array.from({ length: 12 }, (_, i) => `zigbee2mqtt/room-${i}`);

Deno.test("a filter that means many devices is told as many, not judged as one", () => {
  for (const filter of ["#", "zigbee2mqtt/#", "+/+"]) {
    const observer = new DeviceObserver({ deviceId: filter, startedAtMs: 0 });
    for (const room of rooms) {
      observer.offer(message(`${room}/availability`, `{"state":"offline"}`, { retain: true }));
      observer.offer(message(room, `{"battery":1}`, { retain: true }));
    }
    const diagnosis = observer.result({ nowMs: 9_000, listened: { seconds: 9, gaps: [] } });
    assert.deepEqual(diagnosis.findings, [], filter);
    assert.equal(diagnosis.health, null);
    assert.match(diagnosis.advice[0], /check_devices with pattern/);
    assert.match(diagnosis.connection.evidence, /means 12 devices/);
    assert.ok(JSON.stringify(diagnosis).length < 6_000);
  }
});

Deno.test("one device with many parts, a gateway, and a name stay one", () => {
  const parts = Array.from({ length: 20 }, (_, i) => `plant/press-1/part${i}/value`);
  assert.equal(manyDevices("plant/press-1/#", [...parts, "plant/press-1/status"]), null);
  assert.equal(manyDevices("zigbee2mqtt", rooms), null);
  const entities = Array.from(
    { length: 14 },
    (_, i) => `homeassistant/${i % 2 ? "sensor" : "switch"}/boiler/boiler-${i}/state`,
  );
  assert.equal(manyDevices("homeassistant/+/boiler/#", entities), null);
  assert.notEqual(manyDevices("homeassistant/+/+/#", entities), null);
  assert.equal(
    manyDevices("spBv1.0/G/+/node/#", [
      "spBv1.0/G/NBIRTH/node",
      "spBv1.0/G/DDATA/node/a",
      "spBv1.0/G/DDATA/node/b",
    ]),
    null,
  );
  assert.equal(
    manyDevices("home/omg/#", ["home/omg/LWT", "home/omg/BTtoMQTT/AABBCCDDEEFF"]),
    null,
  );
  assert.equal(
    manyDevices("+/dongle/#", [
      "tele/dongle/LWT",
      "stat/dongle/shutter/0",
      "cmd/dongle/shutter/0",
    ]),
    null,
  );
});
