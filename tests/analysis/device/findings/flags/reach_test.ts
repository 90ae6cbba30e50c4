import assert from "node:assert/strict";
import { assertTold, type Line, titlesOf } from "../../support.ts";

const event = (s: number, payload: object, topic = "video/yard/event"): Line => ({
  s,
  topic,
  payload,
});

Deno.test("an event of a kind of connection that is off is told until one says that it is on", () => {
  const LOST = /its connection is lost/;
  const off = event(9, { type: "Connectivity", trigger: "OFF" });
  assertTold(titlesOf("yard", [event(2, { type: "MOTION_A", trigger: "OFF" }), off]), LOST);
  assertTold(titlesOf("yard", [event(2, { event: "Verbindung", state: false })]), LOST);
  const on = event(14, { type: "Connectivity", trigger: "ON" });
  assert.deepEqual(titlesOf("yard", [off, on]), []);
});

Deno.test("what else is off, and the connection of what people carry, is no trouble", () => {
  assert.deepEqual(titlesOf("yard", [event(2, { type: "MOTION_A", trigger: "OFF" })]), []);
  const phone = event(3, { type: "connection", state: false }, "people/anna_phone/event");
  assert.deepEqual(titlesOf("anna_phone", [phone]), []);
});
