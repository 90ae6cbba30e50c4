import assert from "node:assert/strict";
import { assertTold, beats, type Line, series, times, titlesOf } from "../../support.ts";

const told = (text: (i: number) => string) =>
  titlesOf("meter", series("ams/meter/power", times(6, text)));

Deno.test("what has names as JSON has them and does not parse is told, though none of it ever does", () => {
  for (
    const text of [
      (i: number) => `{"id":"","type":"\\253740976_A","P":${2668 + i},"Q":1449}`,
      (i: number) => `{"mode":"Fan Only","fault":-,"flow":"24.${i}"}`,
      () => '{"MQTTconnected":1", "BTconnected":1}',
    ]
  ) assertTold(told(text), /6 payloads cannot be read/);
});

Deno.test("a format of its own is no slip", () => {
  assert.deepEqual(told((i) => `{'id': 4, 'P': ${2668 + i}, 'on': True}`), []);
  assert.deepEqual(told((i) => `{id: 4, P: ${2668 + i}, on: yes}`), []);
});

const CONFIG = (what: string, id = "Nexus-TH-2-143") => ({
  stat_t: `+/+/RTL_433toMQTT/${id.replaceAll("-", "/")}`,
  uniq_id: `${id}-${what}`,
  val_tpl: `{{ value_json.${what} }}`,
  device: { ids: [id], name: id, mdl: "Nexus-TH" },
});
const CUT =
  '{"stat_t":"+/+/RTL_433toMQTT/Nexus/TH/2/143","val_tpl":"{{ value_json.battery_ok | is_de';

/** What a thermometer is blamed for whose entity is described by such a payload, under such an id. */
function titlesWith(payload: unknown, objectId = "Nexus-TH-2-143-battery_ok"): string[] {
  const config = (id: string, what: unknown): Line => ({
    s: 0.1,
    topic: `homeassistant/sensor/${id}/config`,
    payload: what,
    retain: true,
  });
  return titlesOf("Nexus-TH", [
    config(objectId, payload),
    config("Nexus-TH-2-143-humidity", CONFIG("humidity")),
    config("Bresser-3CH-1-9-humidity", CONFIG("humidity", "Bresser-3CH-1-9")),
    ...beats({
      topic: "home/omg/RTL_433toMQTT/Nexus-TH/2/143",
      everyS: 5,
      to: 40,
      payload: (i) => ({ model: "Nexus-TH", id: 143, channel: 2, humidity: 44 + i % 3 }),
    }),
  ]);
}

Deno.test("a discovery document that no program can read is its device's, by the id that its topic begins with", () => {
  assertTold(titlesWith(CUT), /cannot be read/);
  // As Python prints a dictionary.
  assertTold(titlesWith("{'stat_t': 'home/omg', 'name': 'battery'}"), /cannot be read/);
  assertTold(titlesWith(CUT, "Nexus-TH-2-143/battery_ok"), /cannot be read/);
});

Deno.test("a discovery document that is whole, withdrawn or of another device is no trouble of this one", () => {
  assert.deepEqual(titlesWith(CONFIG("battery_ok")), []);
  assert.deepEqual(titlesWith(""), []);
  assert.deepEqual(titlesWith(CUT, "Nexus-TH-2-14-battery_ok"), []);
  assert.deepEqual(titlesWith(CUT, "Nexus-TH-2-1430-battery_ok"), []);
  assert.deepEqual(titlesWith(CUT, "Bresser-3CH-1-9-battery_ok"), []);
});

/** A fermenter whose humidity is told so, beside temperatures that are numbers. */
const fermenter = (name: string, signs: string) =>
  titlesOf(
    "brew/x/#",
    times(12, (i): Line[] => [
      { s: 1 + 2 * i, topic: "brew/x/fridgeTemp", payload: String(18.2 + i % 3 / 10) },
      { s: 1.2 + 2 * i, topic: `brew/x/${name}`, payload: signs[i % signs.length] },
    ]).flat(),
  );

Deno.test("a measured number that is sent as the letter of its code is told, and an arrow or a dash is none", () => {
  assertTold(fermenter("fridgeHumidity", ",*-./+"), /fridgeHumidity" is no number: .*single signs/);
  assertTold(fermenter("tank_temperature", "!#$%"), /tank_temperature" is no number/);
  for (
    const [name, signs] of [["temperatureTrend", "+-="], ["humidity", "<>~"], ["label", ",.;:"]]
  ) {
    assert.deepEqual(fermenter(name ?? "", signs ?? ""), [], name);
  }
  assert.ok(!fermenter("humidity", "-").some((title) => /no number/.test(title)));
});
