import assert from "node:assert/strict";
import { expectedReply } from "../../../src/analysis/device/mod.ts";

Deno.test("Tasmota answers commands on stat, in either order of topic and prefix", () => {
  assert.equal(expectedReply("cmnd/plug/POWER", "ON")?.filter, "stat/plug/RESULT");
  assert.equal(expectedReply("cmnd/plug/STATUS", "5")?.filter, "stat/plug/STATUS5");
  assert.equal(expectedReply("cmnd/plug/Status", "0")?.filter, "stat/plug/STATUS");
  assert.equal(expectedReply("home/plug/cmnd/POWER", "")?.filter, "home/plug/stat/RESULT");
});

Deno.test("zigbee2mqtt answers set and get on the device's topic, and bridge requests on responses", () => {
  assert.equal(expectedReply("zigbee2mqtt/lamp/set", {})?.filter, "zigbee2mqtt/lamp");
  assert.equal(
    expectedReply("zigbee2mqtt/bridge/request/health_check", "")?.filter,
    "zigbee2mqtt/bridge/response/health_check",
  );
});

Deno.test("Shelly answers where the request's src says, and nowhere when that would be a filter", () => {
  const request = { id: 1, src: "me", method: "Shelly.GetStatus" };
  assert.equal(expectedReply("shellyplus1/rpc", request)?.filter, "me/rpc");
  assert.equal(expectedReply("shellyplus1/rpc", { src: "#" }), null);
  assert.equal(expectedReply("shellyplus1/rpc", "text"), null);
});

Deno.test("an unknown topic has no expected reply", () => {
  assert.equal(expectedReply("plant/pump/speed", 5), null);
});
