import assert from "node:assert/strict";
import {
  assertTold,
  diagnosisOf,
  type Line,
  series,
  START_MS,
  times,
  titlesOf,
} from "../support.ts";

/** One document after the other on a topic of many devices. */
const documents = (topic: string, write: (i: number) => unknown) =>
  series(topic, times(8, write), 30);

Deno.test("a device that a platform knows by an external id is found where all tell on one topic", () => {
  const measured = (time: (i: number) => string) =>
    documents("measurement/measurements/create", (i) => ({
      externalSource: { externalId: "orchard-station-3", type: "c8y_Serial" },
      time: time(i),
      c8y_TemperatureMeasurement: { T: { value: 2.5 + (i % 3) / 10, unit: "C" } },
    }));
  const at = (ms: number) => new Date(ms).toISOString();
  assertTold(
    titlesOf("orchard-station-3", measured((i) => at(1_934_000 + 30_000 * i))),
    /clock behind "time" was never set/,
  );
  const set = measured((i) => at(Date.UTC(2026, 0, 2, 12, 0, 1) + 30_000 * i));
  assert.deepEqual(titlesOf("orchard-station-3", set), []);
});

Deno.test("an error of a voice assistant's part is told of the site that it happened at, what it says is not", () => {
  const say = documents(
    "hermes/tts/say",
    (i) => ({ text: "Done.", id: `say-${i}`, siteId: "scullery" }),
  );
  const failed = documents("hermes/error/tts", (i) => ({
    error: "Command '['pico2wave', '-w', '/tmp/a.wav']' returned non-zero exit status 1.",
    context: `say-${i}`,
    siteId: "scullery",
  }));
  const sorted = (lines: readonly Line[]) => lines.toSorted((a, b) => a.s - b.s);
  assertTold(titlesOf("scullery", sorted([...say, ...failed])), /pico2wave/);
  const finished = documents(
    "hermes/tts/sayFinished",
    (i) => ({ id: `say-${i}`, siteId: "scullery" }),
  );
  assert.deepEqual(titlesOf("scullery", sorted([...say, ...finished])), []);
  assert.deepEqual(titlesOf("study", sorted([...say, ...failed])), []);
});

Deno.test("a weak wireless signal is told of what names its network beside, in any spelling", () => {
  const signal = (key: string, dBm: number) =>
    titlesOf(
      "ring/hub/camera/90e2/#",
      documents("ring/hub/camera/90e2/info/state", (i) => ({
        firmwareStatus: "Up to Date",
        wirelessNetwork: "Orchard",
        [key]: dBm - i % 3,
      })),
    );
  for (const key of ["wirelessSignal", "wireless_rssi", "wlanSignalDbm", "wifi_signal_strength"]) {
    assertTold(signal(key, -88), /signal is weak: -89 dBm/);
    assert.deepEqual(signal(key, -58), []);
  }
});

Deno.test("a lead battery under a parking heater is told when it is empty, and not at twelve volts", () => {
  const heater = (volts: number) =>
    titlesOf(
      "bus/autoterm/state",
      documents("bus/autoterm/state", (i) => ({
        state: 1,
        temp_heater: 20 + i,
        batt: Math.round(10 * (volts - i * 0.05)) / 10,
      })),
    );
  assertTold(heater(10.6), /battery is nearly empty: "batt" is 10\.3 V/);
  assert.deepEqual(heater(12.6), []);
});

Deno.test("a door's contact that is closed ends no trouble that stands beside it", () => {
  const contact = (fields: { [name: string]: number }) =>
    titlesOf(
      "DSC-Security",
      documents("rtl_433/host/devices/DSC-Security/3f4a2c", () => ({
        model: "DSC-Security",
        id: "3f4a2c",
        closed: 1,
        tamper: 0,
        battery_ok: 1,
        ...fields,
      })),
    );
  assertTold(contact({ tamper: 1 }), /tamper/);
  assertTold(contact({ battery_ok: 0 }), /battery/);
  assert.deepEqual(contact({}), []);
  assert.deepEqual(contact({ closed: 0 }), []);
});

Deno.test("the word of a probe that fails is told beside another that reads, an empty topic is an option", () => {
  const tank = (payload: string) => {
    const one = series("tank/temp1", times(12, () => payload), 10);
    const other = series("tank/temp2", times(12, (i) => String(22 + i % 4 / 10)), 10);
    return titlesOf("tank/#", [...one, ...other].sort((a, b) => a.s - b.s));
  };
  assertTold(tank("ovf"), /reads nothing: it is always ovf/);
  assert.deepEqual(tank(""), []);
});

Deno.test("a device that a gateway took on by its name is judged by what the gateway tells under that name", () => {
  // ThingsBoard's gateway: one topic for all, and each device's values under its name.
  const chillers = ["Chiller 1", "Chiller 2", "Chiller 3"];
  const telemetry = (faults: number) =>
    times(36, (i): Line => {
      const name = chillers[i % 3] ?? "";
      const values = { temp: 6 + (i % 5) / 10, alarm: name === "Chiller 2" ? faults : 0 };
      return {
        s: 2 + i,
        topic: "v1/gateway/telemetry",
        payload: { [name]: [{ ts: START_MS + (2 + i) * 1_000, values }] },
      };
    });
  const connected = chillers.map((device): Line => ({
    s: 1,
    topic: "v1/gateway/connect",
    payload: { device, type: "chiller" },
  }));
  const heard = (faults: number) => [...connected, ...telemetry(faults)];
  assertTold(titlesOf("Chiller 2", heard(1)), /alarm/);
  assert.deepEqual(titlesOf("Chiller 1", heard(1)), []);
  const { topics, matched } = diagnosisOf("Chiller 2", heard(0), { seconds: 40 });
  assert.deepEqual(topics.map(({ topic }) => topic), [
    "v1/gateway/connect",
    "v1/gateway/telemetry",
  ]);
  assert.equal(matched, "Chiller 2");
  // What another gateway tells under such a name is of another device.
  const elsewhere = telemetry(1).map((line) => ({ ...line, topic: "hall/gateway/telemetry" }));
  assert.deepEqual(titlesOf("Chiller 2", [...connected, ...elsewhere]), []);
});

Deno.test("all entities of a part of a node are found by the node's name and the part's", () => {
  const entity = (name: string, payload: string) =>
    series(`brain/sensor/${name}/state`, times(6, () => payload), 5);
  const lines = [
    ...entity("brain_bms_total_voltage", "51.7"),
    ...entity("brain_bms_errors", "Cell undervoltage"),
    ...entity("brain_bmsx_errors", "Charge overcurrent"),
    ...entity("pump_errors", "Dry run"),
  ].sort((a, b) => a.s - b.s);
  const topics = (id: string) => diagnosisOf(id, lines).topics.map(({ topic }) => topic).join();
  assert.match(topics("brain bms"), /total_voltage.*|errors/);
  assertTold(titlesOf("brain bms", lines), /Cell undervoltage/);
  assert.doesNotMatch(topics("brain bms"), /bmsx|pump/);
  assertTold(titlesOf("brain pump", lines), /Dry run/);
});
