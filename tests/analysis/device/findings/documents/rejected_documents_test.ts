import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A device of which a discovery document speaks, and what it tells. */
const told = (component: string, document: object, beside: readonly Line[] = []) =>
  titlesOf("shed", [
    {
      s: 0,
      topic: `homeassistant/${component}/shed/x/config`,
      payload: {
        name: "X",
        unique_id: "shed_x",
        device: { ids: "shed", name: "shed" },
        ...document,
      },
      retain: true,
    },
    ...beside,
    ...times(6, (i): Line => ({ s: 1 + 5 * i, topic: "shed/state", payload: { t: 20 + i / 10 } })),
  ]);

const state = { state_topic: "shed/state" };

Deno.test("a document without the topic of the state that its component requires is told", () => {
  assertTold(
    told("sensor", {}),
    /rejects .*shed\/x\/config": it has no state_topic, which a sensor requires/,
  );
  assertTold(told("binary_sensor", { stat_t: "" }), /has no state_topic, which a binary_sensor/);
  assertTold(told("event", { event_types: ["press"] }), /no state_topic, which an event requires/);
});

Deno.test("a document that names its state by whatever key, needs none, or has it implied beside it is well", () => {
  assert.deepEqual(told("sensor", { stat_t: "shed/state" }), []);
  assert.deepEqual(told("sensor", { "~": "shed", stat_t: "~/state" }), []);
  assert.deepEqual(told("button", { command_topic: "shed/restart" }), []);
  assert.deepEqual(told("climate", { mode_cmd_t: "shed/mode/set" }), []);
  const topic = "homeassistant/sensor/shed/x/state";
  assert.deepEqual(told("sensor", {}, [{ s: 1, topic, payload: "20.1" }]), [], "as it was once");
  const settings = times(4, (i): Line => ({
    s: 1 + i,
    topic: "shed/sensor/ph/config",
    payload: { interval: 30, device_class: "sensor" },
  }));
  assert.deepEqual(titlesOf("shed", settings), [], "settings on a topic that is called alike");
});

Deno.test("a class that a component does not have is told, and one that may be new is not", () => {
  assertTold(
    told("sensor", { ...state, device_class: "sensor" }),
    /a sensor has no device_class "sensor"/,
  );
  assertTold(told("sensor", { ...state, dev_cla: "motion" }), /no device_class "motion"/);
  assertTold(
    told("binary_sensor", { ...state, device_class: "temperature" }),
    /no device_class "temp/,
  );
  assertTold(told("cover", { device_class: "roller" }), /a cover has no device_class "roller"/);
  for (const device_class of ["Temperature", "absolute_humidity", "battery", "gas", null, "None"]) {
    assert.deepEqual(told("sensor", { ...state, device_class }), [], String(device_class));
  }
  assert.deepEqual(told("binary_sensor", { ...state, device_class: "garage_door" }), []);
  assert.deepEqual(told("valve", { device_class: "water" }), []);
  assert.deepEqual(told("light", { command_topic: "shed/set", device_class: "lamp" }), []);
});

Deno.test("of a document of a whole device each part is looked at, but one that is taken away", () => {
  const device = (...cmps: object[]) => told("device", { cmps: { ...cmps } });
  assertTold(
    device({ p: "sensor", unique_id: "a" }),
    /has no state_topic, which a sensor requires/,
  );
  assertTold(device({ p: "sensor", stat_t: "shed/state", dev_cla: "door" }), /device_class "door"/);
  assert.deepEqual(device({ p: "sensor" }, { p: "sensor", stat_t: "shed/state" }), []);
  assert.deepEqual(told("device", { ...state, cmps: { a: { p: "sensor", unique_id: "a" } } }), []);
});
