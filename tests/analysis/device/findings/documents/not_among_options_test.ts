import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const OPTIONS = ["idle", "prewash", "wash", "spin"];

/** What is told of a washer whose document lists what may be told, and which tells these states one after the other. */
function told(component: string, entity: object, states: readonly unknown[]): string[] {
  const document = {
    name: "Phase",
    unique_id: "washer_phase",
    "~": "laundry/$&/washer",
    state_topic: "~/phase",
    device: { ids: ["washer"], name: "Washer" },
    ...entity,
  };
  return titlesOf(
    "washer",
    [
      {
        s: 0,
        topic: `homeassistant/${component}/washer/phase/config`,
        payload: document,
        retain: true,
      },
      ...states.map((payload, i): Line => ({
        s: 2 + 5 * i,
        topic: "laundry/$&/washer/phase",
        payload,
      })),
      ...times(
        6,
        (i): Line => ({ s: 3 + 5 * i, topic: "laundry/$&/washer/power", payload: `${200 + i}` }),
      ),
    ].sort((a, b) => a.s - b.s),
  );
}

Deno.test("a state that the document does not list is told, as Home Assistant leaves it out", () => {
  const sensor = { device_class: "enum", options: OPTIONS };
  assertTold(told("sensor", sensor, ["wash", "RINSE"]), /leaves out "RINSE": .* options/);
  assertTold(told("sensor", sensor, ["wash", "SPIN"]), /leaves out "SPIN"/);
  assertTold(told("select", { ops: OPTIONS, cmd_t: "~/set" }, ["eco"]), /leaves out "eco"/);
  const inside = { ...sensor, value_template: "{{ value_json.phase }}" };
  assertTold(told("sensor", inside, [{ phase: "rinse" }]), /leaves out "rinse"/);
  const event = { event_types: ["press", "hold"] };
  assertTold(told("event", event, [{ event_type: "release" }]), /leaves out "release"/);
});

Deno.test("what is listed, stands for none, or is read by more than a plain template is well", () => {
  const sensor = { device_class: "enum", options: OPTIONS };
  assert.deepEqual(told("sensor", sensor, ["idle", "wash"]), []);
  assert.deepEqual(told("sensor", sensor, ["wash", "None"]), []);
  assert.deepEqual(told("sensor", { device_class: "enum", options: ["1", "2"] }, ["1", "2"]), []);
  assert.deepEqual(told("sensor", {}, ["anything"]), []);
  const mapped = { ...sensor, value_template: "{{ {'0':'idle'}[value] }}" };
  assert.deepEqual(told("sensor", mapped, ["0"]), []);
  assert.deepEqual(told("event", { event_types: ["press"] }, [{ event_type: "press" }]), []);
});
