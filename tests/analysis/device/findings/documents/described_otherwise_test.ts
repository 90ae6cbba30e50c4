import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A device that a discovery document describes, and what it sends. */
function described(o: { component: string; document: object; payload: (i: number) => unknown }) {
  return [
    {
      s: 0,
      topic: `homeassistant/${o.component}/shed/x/config`,
      payload: { name: "X", state_topic: "shed/state", unique_id: "shed_x", ...o.document },
      retain: true,
    },
    ...times(8, (i): Line => ({ s: 1 + 5 * i, topic: "shed/state", payload: o.payload(i) })),
  ];
}

const about = (i: number) => 20 + ((i * 7) % 5) / 10;

Deno.test("a template that asks for a field by another name than it has is told, and one that asks for what comes is not", () => {
  const of = (template: string) =>
    titlesOf(
      "shed",
      described({
        component: "sensor",
        document: { value_template: template },
        payload: (i) => ({ temp: about(i), vbat: 3.9 }),
      }),
    );
  assertTold(
    of("{{ value_json.temperature }}"),
    /Home Assistant reads value_json.temperature of "shed\/state".*they have "temp", "vbat"/,
  );
  assert.deepEqual(of("{{ value_json.temp }}"), []);
  // what may come later, and what is computed
  assert.deepEqual(of("{{ value_json.update }}"), []);
  assert.deepEqual(of("{{ value_json.temperature | round(1) }}"), []);
});

Deno.test("states that are neither of the two words of a document are told, and those that are, in any case, are not", () => {
  const of = (document: object, payload: (i: number) => unknown, component = "binary_sensor") =>
    titlesOf("shed", described({ component, document, payload }))
      .filter((title) => title.startsWith("Home Assistant"));
  const flag = (i: number) => i % 4 < 2 ? "true" : "false";
  assertTold(
    of({}, flag),
    /expects "ON" or "OFF" on "shed\/state", and is told "true" and "false"/,
  );
  assert.deepEqual(of({ payload_on: "true", payload_off: "false" }, flag), []);
  assert.deepEqual(of({}, (i) => i % 4 < 2 ? "on" : "off"), []);
  assert.deepEqual(of({}, flag, "sensor"), []);
  assert.deepEqual(of({ value_template: "{{ value_json.door }}" }, () => ({ door: true })), []);
  for (
    const document of [
      { state_on: "true", state_off: "false", payload_on: "start" },
      { stat_on: "true", stat_off: "false", pl_on: "start" },
      { pl_on: "true", pl_off: "false" },
    ]
  ) assert.deepEqual(of(document, flag, "switch"), []);
});

Deno.test("an address on the topic of a binary sensor is not held against its words", () => {
  const of = (payload: string) =>
    titlesOf(
      "shed",
      described({ component: "binary_sensor", document: {}, payload: () => payload }),
    );
  assert.deepEqual(of("192.168.1.80"), []);
  assertTold(of("open"), /expects "ON" or "OFF"/);
});
