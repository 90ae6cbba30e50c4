import assert from "node:assert/strict";
import {
  assertTold,
  beats,
  codesOf,
  diagnosisOf,
  type Line,
  START_MS,
  titlesOf,
} from "./support.ts";

const values = (from: number, to: number, everyS = 2): Line[] =>
  beats({
    topic: "plant/pump-3/values",
    everyS,
    from,
    to,
    payload: (i) => ({ flow_temperature: 40 + Math.sin(i * 1.7) }),
  });
const status = (s: number, payload: string, retain = false): Line => ({
  s,
  topic: "plant/pump-3/status",
  payload,
  retain,
});

Deno.test("a last will of offline explains the silence after it, which is not told by itself", () => {
  const diagnosis = diagnosisOf("pump 3", [
    status(0, "online", true),
    ...values(1, 30),
    status(33, "offline"),
  ]);
  assert.deepEqual(codesOf(diagnosis), ["offline_last_will"]);
  const [finding] = diagnosis.findings;
  assert.equal(finding?.severity, "critical");
  assert.deepEqual(finding?.explains, ["stale_heartbeat"]);
  assert.equal(finding?.evidence.messages.at(-1)?.timestamp, "2026-01-02T12:00:33.000Z");
  assert.equal(diagnosis.connection.state, "offline");
  assert.equal(diagnosis.connection.last_will?.payload, "offline");
  assert.equal(diagnosis.connection.heartbeat_s, 2);
  assert.equal(diagnosis.health, 30);
  assert.match(diagnosis.health_why[0] ?? "", /offline_last_will/);
});

Deno.test("a device that talks after its retained offline is online, and the retained offline is told", () => {
  const diagnosis = diagnosisOf("pump 3", [status(0, "offline", true), ...values(1, 60)]);
  assert.deepEqual(codesOf(diagnosis), ["retained_stale"]);
  assert.match(diagnosis.findings[0]?.title ?? "", /retained "plant\/pump-3\/status" says offline/);
  assert.equal(diagnosis.connection.state, "online");
});

Deno.test("silence without a last will is stale, and silence while we could not listen is not", () => {
  const lines = [status(0, "online", true), ...values(1, 30)];
  const silent = diagnosisOf("pump 3", lines);
  assert.deepEqual(codesOf(silent), ["stale_heartbeat"]);
  assert.match(silent.findings[0]?.evidence.summary ?? "", /every 2 s ± 0.*still says online/);
  const deaf = diagnosisOf("pump 3", lines, {
    gaps: [{
      from: new Date(START_MS + 30_000).toISOString(),
      to: new Date(START_MS + 59_000).toISOString(),
      reason: "connection lost",
    }],
  });
  assert.deepEqual(codesOf(deaf), []);
});

Deno.test("a gap in the rhythm is told, and one in our listening is not", () => {
  const lines = [...values(1, 25), ...values(41, 60)];
  assert.deepEqual(codesOf(diagnosisOf("pump 3", lines)), ["gap"]);
  const deaf = diagnosisOf("pump 3", lines, {
    gaps: [{
      from: new Date(START_MS + 26_000).toISOString(),
      to: new Date(START_MS + 40_000).toISOString(),
      reason: "connection lost",
    }],
  });
  assert.deepEqual(codesOf(deaf), []);
});

Deno.test("repeats are told with their count, rhythm and spread", () => {
  const errors = beats({
    topic: "plant/pump-3/log",
    everyS: 10,
    from: 5,
    to: 58,
    payload: () => ({ level: "error", message: "dry run" }),
  });
  const diagnosis = diagnosisOf("pump 3", [...values(1, 60), ...errors]);
  assert.deepEqual(codesOf(diagnosis), ["reported_error"]);
  assert.equal(diagnosis.findings[0]?.evidence.repeats, "×6, every 10 s ± 0");
  assert.equal(diagnosis.findings[0]?.evidence.messages.length, 5);
});

Deno.test("numbers are told as least, mean, greatest and change", () => {
  const lines = values(1, 60).map((line, i) =>
    i === 12 ? { ...line, payload: { flow_temperature: 99 } } : line
  );
  const diagnosis = diagnosisOf("pump 3", lines);
  assert.deepEqual(codesOf(diagnosis), ["outlier"]);
  const numbers = diagnosis.findings[0]?.evidence.numbers;
  assert.equal(numbers?.max, 99);
  assert.equal(numbers?.field, "flow_temperature");
  assert.ok(numbers !== undefined && numbers.min >= 39 && numbers.mean > 40 && numbers.mean < 44);
});

Deno.test("flapping explains the holes it makes, and a single reconnect is no finding", () => {
  const lines = [status(0, "online", true), ...values(1, 60)];
  assert.deepEqual(
    codesOf(diagnosisOf("pump 3", [...lines, status(20, "offline"), status(29, "online")])),
    [],
  );
  const flapping = diagnosisOf("pump 3", [
    ...lines,
    status(10, "offline"),
    status(18, "online"),
    status(30, "offline"),
    status(38, "online"),
  ]);
  assert.deepEqual(codesOf(flapping), ["flapping"]);
  assert.equal(flapping.connection.state, "flapping");
});

Deno.test("the bridge's offline is told as the bridge's", () => {
  const diagnosis = diagnosisOf("pump 3", [
    {
      s: 0,
      topic: "zigbee2mqtt/bridge/devices",
      retain: true,
      payload: [{ friendly_name: "pump 3", ieee_address: "0x00158d0001a2b3c4" }],
    },
    { s: 0, topic: "zigbee2mqtt/bridge/state", retain: true, payload: { state: "offline" } },
    { s: 0, topic: "zigbee2mqtt/pump 3", retain: true, payload: { temperature: 20 } },
  ]);
  assert.deepEqual(codesOf(diagnosis), ["offline_last_will"]);
  assert.match(diagnosis.findings[0]?.title ?? "", /bridge/);
});

Deno.test("the bridge's offline is told wherever the bridge's tree stands", () => {
  for (const site of ["", "/", "acme/", "acme/site1/"]) {
    const titles = titlesOf("attic window", [
      { s: 0, topic: `${site}velux/status`, retain: true, payload: "offline" },
      { s: 0, topic: `${site}velux/windows/1/name`, retain: true, payload: "Attic window" },
      { s: 0, topic: `${site}velux/windows/1/position`, retain: true, payload: "0" },
    ]);
    assertTold(titles, /bridge .*offline/);
  }
});

Deno.test("an ESPHome node is known by its name below a prefix of several levels", () => {
  const { connection } = diagnosisOf("Hot water", [
    {
      s: 0,
      topic: "esphome/discover/hot-water-2",
      retain: true,
      payload: { name: "hot-water-2", friendly_name: "Hot water", mac: "c8f09e0e70d9" },
    },
    { s: 0, topic: "home/cellar/hot-water-2/status", retain: true, payload: "offline" },
  ]);
  assert.equal(connection.state, "offline");
});

Deno.test("a ghost's discovery document is found, and one whose device is there is not", () => {
  const config: Line = {
    s: 0,
    topic: "homeassistant/sensor/pump_3/t/config",
    retain: true,
    payload: {
      state_topic: "old/pump-3/v",
      availability_topic: "old/pump-3/lwt",
      device: { identifiers: ["p3"], name: "Pump 3" },
    },
  };
  assert.deepEqual(codesOf(diagnosisOf("pump 3", [config])), ["ghost_discovery"]);
  const alive: Line = { s: 0, topic: "old/pump-3/lwt", retain: true, payload: "online" };
  assert.deepEqual(codesOf(diagnosisOf("pump 3", [config, alive])), []);
});

Deno.test("a command on a retained topic, an empty one aside, is told", () => {
  const retained: Line = { s: 0, topic: "plant/pump-3/set", payload: "ON", retain: true };
  assert.deepEqual(codesOf(diagnosisOf("pump 3", [retained, ...values(1, 60)])), [
    "retained_command",
  ]);
  assert.deepEqual(
    codesOf(diagnosisOf("pump 3", [{ ...retained, payload: "" }, ...values(1, 60)])),
    [],
  );
  // What is set, and no order, may well be kept.
  for (const payload of ["nop", { current_set: 16, phase_count: 3 }, "{'sun':'below_horizon'}"]) {
    const { findings } = diagnosisOf("pump 3", [{ ...retained, payload }, ...values(1, 60)]);
    assert.deepEqual(findings.map(({ severity }) => severity), ["info"]);
  }
});

Deno.test("a zigbee2mqtt command is answered only by a state that took it on", () => {
  const list: Line = {
    s: 0,
    topic: "zigbee2mqtt/bridge/devices",
    retain: true,
    payload: [{ friendly_name: "lamp 1", ieee_address: "0x00158d0001a2b3c5" }],
  };
  const set: Line = { s: 10, topic: "zigbee2mqtt/lamp 1/set", payload: { state: "ON" } };
  const state = (s: number, value: string): Line => ({
    s,
    topic: "zigbee2mqtt/lamp 1",
    payload: { state: value, linkquality: 90 },
  });
  assert.deepEqual(codesOf(diagnosisOf("lamp 1", [list, set, state(11, "ON")])), []);
  assert.deepEqual(codesOf(diagnosisOf("lamp 1", [list, set, state(11, "OFF")])), [
    "command_without_reply",
  ]);
  assert.deepEqual(codesOf(diagnosisOf("lamp 1", [list, { ...set, s: 57 }, state(1, "OFF")])), []);
});

const HEALTHY: Record<string, Line[]> = {
  "a kettle on a power meter": beats({
    topic: "plant/pump-3/meter",
    everyS: 1,
    to: 60,
    payload: (i) => ({
      power: i > 20 && i < 24 ? 1_980 + i : 0.4,
      current: i > 20 && i < 24 ? 8.6 : 0,
      energy_total: 12.5,
      voltage: 230 + (i % 3) / 10,
    }),
  }),
  "a motion sensor that reports events with nulls": [3, 4, 19, 50].map((s, i) => ({
    s,
    topic: "zigbee2mqtt/pump 3",
    payload: {
      occupancy: i % 2 === 0,
      battery: null,
      action: i === 1 ? "wake" : undefined,
      illuminance: [3, 900, 20, 4][i],
      linkquality: 120,
    },
  })),
  "a thermostat that rests at its setpoint": beats({
    topic: "plant/pump-3/climate",
    everyS: 2,
    to: 60,
    payload: (i) => ({ setpoint: i < 10 ? 20 : 21.5, current_temperature: 20.5, mode: "heat" }),
  }),
  "a sleepy device seen only by its retained state": [
    {
      s: 0,
      topic: "zigbee2mqtt/bridge/devices",
      retain: true,
      payload: [{
        friendly_name: "pump 3",
        ieee_address: "0x00158d0001a2b3c6",
        power_source: "Battery",
      }],
    },
    {
      s: 0,
      topic: "zigbee2mqtt/pump 3",
      retain: true,
      payload: {
        battery: 88,
        temperature: 19,
        last_seen: new Date(START_MS - 590_000).toISOString(),
      },
    },
  ],
  "a Tasmota plug with local time and one restart": [
    { s: 0, topic: "tele/pump_3/LWT", payload: "Online", retain: true },
    ...beats({
      topic: "tele/pump_3/STATE",
      everyS: 10,
      to: 60,
      payload: (i) => ({
        Time: `2026-01-02T14:00:${String(1 + i * 10).padStart(2, "0")}`,
        Uptime: i < 3 ? `1T02:03:${10 + i}` : `0T00:00:${10 + i}`,
        Wifi: { RSSI: 62, Signal: -69, LinkCount: 1 },
        POWER: "ON",
        MqttCount: 1,
      }),
    }),
  ],
  "a Shelly whose notifications differ in shape": beats({
    topic: "shellyplus1-a8032ab12345/events/rpc",
    everyS: 5,
    to: 60,
    payload: (i) => ({
      src: "pump-3",
      dst: "x",
      method: i % 2 === 0 ? "NotifyStatus" : "NotifyEvent",
      params: i % 2 === 0
        ? { ts: START_MS / 1000 + 1 + i * 5, "switch:0": { id: 0, output: i % 4 === 0 } }
        : {
          ts: START_MS / 1000 + 1 + i * 5,
          events: [{ component: "input:0", event: "single_push" }],
        },
    }),
  }),
  "a solar inverter at night": beats({
    topic: "plant/pump-3/pv",
    everyS: 1,
    to: 60,
    payload: (i) => ({
      ac_power: i < 20 ? 40 - i * 2 : 0,
      yield_total: 1_204.5,
      errors: 0,
      status: "ok",
      fault: "none",
    }),
  }),
  "a log with informational words": [
    ...values(1, 60),
    ...beats({
      topic: "plant/pump-3/log",
      everyS: 7,
      to: 60,
      payload: () => "[I][app] no errors, failover ok",
    }),
  ],
  "a dictionary as Python prints it, once": [
    ...values(1, 60),
    { s: 3, topic: "plant/pump-3/config", payload: "{'SensorId': '84:f3', 'lat': 47.6}" },
  ],
  "a short address among flags that are down": beats({
    topic: "plant/pump-3/lamp",
    everyS: 7,
    to: 60,
    payload: () => ({
      short_address: 1,
      lamp_failure: false,
      gear_failure: false,
      limit_error: false,
      under_voltage: false,
      over_voltage: false,
    }),
  }),
};

for (const [what, lines] of Object.entries(HEALTHY)) {
  Deno.test(`${what} gets no findings`, () => {
    const id = lines.some((line) => line.topic.startsWith("shellyplus1"))
      ? "shellyplus1-a8032ab12345"
      : "pump 3";
    const diagnosis = diagnosisOf(id, lines);
    assert.deepEqual(diagnosis.findings.map((finding) => `${finding.code}: ${finding.title}`), []);
    assert.equal(diagnosis.health, 100);
  });
}

Deno.test("documents cut short for good are unreadable, not a changed structure", () => {
  const lines = beats({
    topic: "plant/pump-3/values",
    everyS: 2,
    to: 60,
    payload: (i) => i < 20 ? { a: i, b: 1 } : `{"a":${i},"b"`,
  });
  const diagnosis = diagnosisOf("pump 3", lines);
  assert.deepEqual(codesOf(diagnosis), ["unparseable_payload"]);
  assert.match(diagnosis.findings[0]?.evidence.summary ?? "", /cut short/);
});

Deno.test("documents whose beginning is missing are unreadable, and a line with a whole document in it is not", () => {
  const told = (payload: string) =>
    codesOf(
      diagnosisOf(
        "pump 3",
        beats({
          topic: "plant/pump-3/values",
          everyS: 5,
          to: 60,
          payload: () => payload,
        }),
      ),
    );
  assert.deepEqual(told('OFF,"AM2301":{"Temperature":31.2},"TempUnit":"C"}'), [
    "unparseable_payload",
  ]);
  assert.deepEqual(told('0.4,"hum":51.2}}'), ["unparseable_payload"]);
  assert.deepEqual(told('pump-3 {"temp":31.2,"note":"a } b"}'), []);
});

Deno.test("messages that bear their own topic and no value are unreadable", () => {
  const told = (payload: (i: number) => string) =>
    codesOf(
      diagnosisOf("pump 3", beats({ topic: "plant/pump-3/relay", everyS: 5, to: 60, payload })),
    );
  assert.deepEqual(told(() => "plant/pump-3/relay"), ["unparseable_payload"]);
  assert.deepEqual(told((i) => i === 3 ? "plant/pump-3/relay" : "ON"), []);
});

Deno.test("each code has a suggestion, evidence with messages, and times in UTC", () => {
  const diagnosis = diagnosisOf("pump 3", [
    status(0, "online", true),
    { s: 0, topic: "plant/pump-3/set", payload: "ON", retain: true },
    ...beats({
      topic: "plant/pump-3/values",
      everyS: 2,
      to: 60,
      payload: (i) => ({
        v: i % 3 === 0 ? "unknown" : 20 + i / 7,
        battery_percent: 4,
        wifi_rssi: -93,
      }),
    }),
  ]);
  assert.deepEqual(codesOf(diagnosis).sort(), [
    "low_battery",
    "mixed_types",
    "retained_command",
    "weak_signal",
  ]);
  for (const finding of diagnosis.findings) {
    assert.ok(finding.suggestion.length > 20, finding.code);
    assert.ok(
      finding.evidence.messages.length >= 1 && finding.evidence.messages.length <= 5,
      finding.code,
    );
    for (const message of finding.evidence.messages) {
      assert.match(message.timestamp, /^2026-01-02T12:.*Z$/);
    }
  }
  assert.equal(diagnosis.health, 34);
  assert.equal(diagnosis.health_why.length, 4);
});

Deno.test("a reported error is told in the device's own words, figures and all", () => {
  const message = "Pressure 17.1 bar below 20 bar";
  const diagnosis = diagnosisOf("press", [
    ...beats({ topic: "plant/press/telemetry", everyS: 2, to: 60, payload: (i) => ({ bar: i }) }),
    { s: 10, topic: "plant/press/alarm", payload: { level: "error", code: "E42", message } },
  ]);
  const finding = diagnosis.findings.find((one) => one.code === "reported_error");
  assert.match(finding?.title ?? "", /E42: Pressure 17\.1 bar below 20 bar$/);
});

Deno.test("a Tasmota that said it would sleep is sleeping, and overdue after two of its periods", () => {
  const lines = (wakesInS: number): Line[] => [
    { s: 0, topic: "tele/pond/LWT", payload: "Online", retain: true },
    { s: 1, topic: "tele/pond/SENSOR", payload: { SR04: { Distance: 41 } } },
    {
      s: 2,
      topic: "stat/pond/DEEPSLEEP",
      payload: {
        DeepSleep: { Time: "2026-01-02T12:05:02", Epoch: START_MS / 1000 + 2 + wakesInS },
      },
    },
    { s: 3, topic: "tele/pond/LWT", payload: "Offline" },
  ];
  const asleep = diagnosisOf("pond", lines(300), { seconds: 500 });
  assert.equal(asleep.connection.state, "sleeping");
  assert.match(asleep.connection.evidence, /sleeps 5 min at a time/);
  assert.deepEqual(codesOf(asleep), []);
  const overdue = diagnosisOf("pond", lines(300), { seconds: 700 });
  assert.deepEqual(codesOf(overdue), ["stale_heartbeat"]);
  const awake = [...lines(300), { s: 302, topic: "tele/pond/LWT", payload: "Online" }];
  assert.equal(diagnosisOf("pond", awake, { seconds: 310 }).connection.state, "online");
});

Deno.test("a Tasmota that goes offline without a word of sleep is offline", () => {
  const diagnosis = diagnosisOf("pond", [
    { s: 1, topic: "tele/pond/SENSOR", payload: { SR04: { Distance: 41 } } },
    { s: 3, topic: "tele/pond/LWT", payload: "Offline" },
  ]);
  assert.equal(diagnosis.connection.state, "offline");
});

Deno.test("a Shelly that sleeps between reports is sleeping though it says it is not online", () => {
  const status = {
    src: "shellyplusht-a8032ab12345",
    method: "NotifyFullStatus",
    params: { sys: { wakeup_period: 7200 }, "temperature:0": { tC: 21.3 } },
  };
  const diagnosis = diagnosisOf("shellyplusht-a8032ab12345", [
    { s: 1, topic: "shellyplusht-a8032ab12345/events/rpc", payload: status },
    { s: 4, topic: "shellyplusht-a8032ab12345/online", payload: "false" },
  ]);
  assert.equal(diagnosis.connection.state, "sleeping");
  assert.deepEqual(codesOf(diagnosis), []);
  const old = diagnosisOf("shellyht-1A2B3C", [
    { s: 0, topic: "shellies/shellyht-1A2B3C/online", payload: "false", retain: true },
    { s: 0, topic: "shellies/shellyht-1A2B3C/sensor/temperature", payload: "21.5", retain: true },
  ]);
  assert.equal(old.connection.state, "sleeping");
  assert.deepEqual(codesOf(old), []);
});

Deno.test("a Sparkplug death of an earlier connection does not count, and one of this does", () => {
  // bdSeq as the only metric: name, type Int64, value.
  const bytes = (bdSeq: number) =>
    Uint8Array.of(0x12, 11, 0x0a, 5, 98, 100, 83, 101, 113, 0x20, 4, 0x58, bdSeq);
  const lines = (death: number): Line[] => [
    { s: 1, topic: "spBv1.0/G/NBIRTH/E5", payload: bytes(4) },
    { s: 2, topic: "spBv1.0/G/NDEATH/E5", payload: bytes(death) },
  ];
  assert.equal(diagnosisOf("E5", lines(3)).connection.state, "online");
  assert.equal(diagnosisOf("E5", lines(4)).connection.state, "offline");
});

Deno.test("names, settings, unused links and old counts are no trouble, and a part speaks for itself", () => {
  const quiet: [string, Line[]][] = [
    ["siren", [{ s: 1, topic: "zigbee2mqtt/siren", payload: { alarm_ringtone: "mute" } }]],
    ["hall", [{ s: 1, topic: "home/hall/friendly_name", payload: "Hall smoke alarm" }]],
    ["hall", [{ s: 1, topic: "home/hall/state", payload: { cloud: { connected: false } } }]],
    ["hall", [{ s: 1, topic: "home/hall/state", payload: { power_failure_count: 14 } }]],
    ["hall", [{ s: 1, topic: "home/hall/state", payload: { alarmState: "all-clear" } }]],
    ["hall", [{ s: 1, topic: "home/hall/opc", payload: { ErrorCount: { Value: 0, T: "x" } } }]],
    ["home/#", [
      { s: 0, topic: "home/lamp/state", payload: "unavailable", retain: true },
      { s: 0, topic: "home/door/state", payload: "closed", retain: true },
    ]],
  ];
  for (const [name, lines] of quiet) {
    const codes = codesOf(diagnosisOf(name, lines));
    assert.deepEqual(codes, [], JSON.stringify(lines));
  }
  const sick = diagnosisOf("siren", [
    { s: 1, topic: "zigbee2mqtt/siren", payload: { alarm: true, alarm_ringtone: "mute" } },
  ]);
  assert.deepEqual(codesOf(sick), ["reported_error"]);
});

Deno.test("counts, history, thresholds, records, speech and wake-up alarms are no trouble of now", () => {
  const healthy: Record<string, unknown> = {
    teleFails: 7,
    crc_errors: 412,
    lastFault: "E203 guard opened",
    faultHistory: [{ code: "E203", text: "Guard opened" }],
    limits: { pressureAlarmHigh: 210 },
    under_voltage_warning: 12,
    alarm: "none",
    BackendConnected: false,
    filename: "error_coin_test.gcode",
    observationNames: ["WatchdogErrors"],
    devices: [{ name: "pool pump", status: "offline" }],
    errorCode: 5,
    errorDescription: "Rain delay",
    lastLog: { result: "failed", reason: "motor blocked" },
    said: { text: "is there an error", intent: "GetStatus" },
  };
  const lines = beats({ topic: "plant/press/state", everyS: 2, to: 60, payload: () => healthy });
  assert.deepEqual(codesOf(diagnosisOf("press", lines)), []);
  for (
    const [key, value] of Object.entries({
      fault: 7,
      alarms: [{ code: "E203", text: "Guard opened" }],
      errorCode: "E203",
      meldung: "Fühler Rücklauf defekt",
      signalFailure: true,
      "alarm-number": 181,
      status: "Motor blocked: fault",
    })
  ) {
    const payload = { ...healthy, errorDescription: "", [key]: value };
    const sick = beats({ topic: "plant/press/state", everyS: 2, to: 60, payload: () => payload });
    assert.ok(codesOf(diagnosisOf("press", sick)).includes("reported_error"), key);
  }
});

Deno.test("a signal is weak on the scale of its radio, and uncertain where nothing tells which", () => {
  const told = (payload: unknown) =>
    diagnosisOf(
      "node4",
      beats({ topic: "rx/node4/up", everyS: 2, to: 60, payload: () => payload }),
    ).findings.filter(({ code }) => code === "weak_signal").map(({ severity }) => severity);
  assert.deepEqual(told({ rssi: -118, snr: -6, sf: 10 }), []);
  assert.deepEqual(told({ rssi: -118, snr: -19, sf: 12 }), ["warning"]);
  assert.deepEqual(told({ rssi: -96, distance: 9 }), []);
  assert.deepEqual(told({ rssi: -92, ssid: "home" }), ["warning"]);
  assert.deepEqual(told({ rssi: -92 }), ["info"]);
});

Deno.test("reconnects of one client on a poor link are no second client", () => {
  const drops = (rssi: number): Line[] => [
    status(0, "online", true),
    ...[5, 10, 15, 20, 25, 30].flatMap((s) => [status(s, "offline"), status(s + 0.4, "online")]),
    ...beats({ topic: "plant/pump-3/values", everyS: 2, to: 60, payload: () => ({ rssi }) }),
  ];
  assert.ok(codesOf(diagnosisOf("pump 3", drops(-83))).includes("flapping"));
  const fight = diagnosisOf("pump 3", drops(-55)).findings[0];
  assert.equal(fight?.code, "client_id_collision");
  assert.match(fight?.title ?? "", /may/);
});

Deno.test("an offset of whole hours is a time zone, and restarts are advised on by their reason", () => {
  const times = beats({
    topic: "plant/pump-3/values",
    everyS: 5,
    to: 60,
    payload: (i) => ({ time: new Date(START_MS + i * 5_000 + 3_600_000).toISOString(), bar: i }),
  });
  assert.match(diagnosisOf("pump 3", times).findings[0]?.suggestion ?? "", /zone/);
  const boots = beats({
    topic: "plant/pump-3/values",
    everyS: 2,
    to: 40,
    payload: (i) => ({ uptime: 2 * (i % 6), reset_reason: "Exception 28" }),
  });
  const loop = diagnosisOf("pump 3", boots).findings.find(({ code }) => code === "reboot_loop");
  assert.match(loop?.suggestion ?? "", /crashes/);
});

/** Judges messages that are written as seconds, topic and payload. */
function isBlamedBy(lines: readonly string[]): boolean {
  const heard = lines.map((line): Line => {
    const [, s = "", topic = "", payload = ""] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
    return { s: Number(s), topic, payload };
  });
  const [first] = heard;
  const seconds = (heard.at(-1)?.s ?? 0) + 2;
  const tree = first?.topic.split("/").slice(0, 2).join("/") ?? "";
  return diagnosisOf(heard.every(({ topic }) => topic === tree) ? tree : `${tree}/#`, heard, {
    seconds,
  })
    .findings.some(({ severity }) => severity !== "info");
}

Deno.test("commands that come to nothing or are refused are told, whatever the topics are called", () => {
  const sick: string[][] = [
    [
      '0.5 plant/plc3/in {"jsonrpc":"2.0","id":14,"method":"pump.start","params":{"n":2}}',
      '0.7 plant/plc3/out {"jsonrpc":"2.0","id":14,"error":{"code":-32601,"message":"Method not found"}}',
      '2.5 plant/plc3/in {"jsonrpc":"2.0","id":15,"method":"pump.start","params":{"n":2}}',
      '2.7 plant/plc3/out {"jsonrpc":"2.0","id":15,"error":{"code":-32601,"message":"Method not found"}}',
    ],
    [
      "0 thermo/salon/mode eco",
      "0.5 thermo/salon/mode eco",
      "1.0 thermo/salon/mode/set comfort",
      "2.5 thermo/salon/mode eco",
      "4.0 thermo/salon/mode/set comfort",
      "4.5 thermo/salon/mode eco",
      "6.5 thermo/salon/mode eco",
      "8.5 thermo/salon/mode eco",
    ],
    [
      '1 ev/charger9/request/RemoteStartTransaction {"messageId":"ab1","connectorId":1}',
      '1.3 ev/charger9/response/RemoteStartTransaction {"messageId":"ab1","status":"Rejected"}',
      '3 ev/charger9/request/RemoteStartTransaction {"messageId":"ab2","connectorId":1}',
      '3.3 ev/charger9/response/RemoteStartTransaction {"messageId":"ab2","status":"Rejected"}',
    ],
    [
      '1 tr/unit5/downlink {"seq":1,"out1":true}',
      '1.2 tr/unit5/downlink_ack {"seq":1,"ok":true}',
      '2 tr/unit5/downlink {"seq":2,"out1":false}',
      '2.2 tr/unit5/downlink_ack {"seq":2,"ok":true}',
      '4 tr/unit5/downlink {"seq":3,"out1":true}',
      '6 tr/unit5/downlink {"seq":4,"out1":true}',
      '8 tr/unit5/downlink {"seq":5,"out1":true}',
    ],
    [
      '1 cfg/gw3/config/set {"interval":0,"version":12}',
      '1.5 cfg/gw3/config/ack {"version":12,"applied":false,"error":"interval must be > 0"}',
      '3 cfg/gw3/status {"up":33}',
    ],
    [
      '1 irr/valve7/open {"minutes":5}',
      '1.6 irr/valve7/open_done {"minutes":5,"litres":0}',
      '4 irr/valve7/open {"minutes":3}',
      '7 irr/valve7/open {"minutes":3}',
      '9 irr/valve7/open {"minutes":3}',
    ],
    [
      '0.3 hp/unit/state {"dhw_mode":"normal","flow":31.2}',
      "1.3 hp/unit/set/dhw_mode boost",
      '2.3 hp/unit/state {"dhw_mode":"normal","flow":31.3}',
      '4.3 hp/unit/state {"dhw_mode":"normal","flow":31.2}',
      "5.3 hp/unit/set/dhw_mode boost",
      '6.3 hp/unit/state {"dhw_mode":"normal","flow":31.2}',
      '8.3 hp/unit/state {"dhw_mode":"normal","flow":31.4}',
    ],
    [
      '0.5 multi/results {"device":"A","requestId":"1","result":"ok"}',
      '1.0 multi/results {"device":"B","requestId":"2","result":"error","message":"busy"}',
      '1.5 multi/results {"device":"A","requestId":"3","result":"ok"}',
      '2.0 multi/results {"device":"B","requestId":"4","result":"error","message":"busy"}',
    ],
    [
      '1 dosing/pump2/dose {"ml":5}',
      '2 dosing/pump2/dose_result {"ml":5,"ok":true}',
      '4 dosing/pump2/dose {"ml":7}',
      '5 dosing/pump2/dose_result {"ml":7,"ok":true}',
      '8 dosing/pump2/dose {"ml":5}',
      '11 dosing/pump2/dose {"ml":6}',
      '15 dosing/pump2/dose {"ml":5}',
    ],
    [
      '1 gw/lora2/command/down {"downlinkId":7,"items":[{"freq":868100000}]}',
      '1.2 gw/lora2/event/ack {"downlinkId":7,"items":[{"status":"TOO_LATE"}]}',
      '3 gw/lora2/command/down {"downlinkId":8,"items":[{"freq":868100000}]}',
      '3.2 gw/lora2/event/ack {"downlinkId":8,"items":[{"status":"TOO_LATE"}]}',
    ],
    [
      '1 boiler/b2/service/call {"service":"reset_fault","call_id":"z1"}',
      '1.4 boiler/b2/service/return {"call_id":"z1","returned":"refused","note":"lockout active"}',
      '4 boiler/b2/service/call {"service":"reset_fault","call_id":"z2"}',
      '4.4 boiler/b2/service/return {"call_id":"z2","returned":"refused","note":"lockout active"}',
    ],
    [
      '1 sat/term/mt {"momsn":11,"text":"PING"}',
      '3 sat/term/mt/status {"momsn":11,"rc":-3,"desc":"queue full"}',
      '5 sat/term/mt {"momsn":12,"text":"PING"}',
      '7 sat/term/mt/status {"momsn":12,"rc":-3,"desc":"queue full"}',
    ],
    [
      '1 drone/d1/mav/cmd {"command":400,"name":"ARM","seq":1}',
      '1.3 drone/d1/mav/ack {"command":400,"result":"MAV_RESULT_DENIED","seq":1}',
      '4 drone/d1/mav/cmd {"command":400,"name":"ARM","seq":2}',
      '4.3 drone/d1/mav/ack {"command":400,"result":"MAV_RESULT_DENIED","seq":2}',
    ],
    [
      '1 hub/h1/request {"rid":"a","do":"pair"}',
      '1.2 hub/h1/reply {"rid":"a","ok":1}',
      '3 hub/h1/request {"rid":"b","do":"pair"}',
      '6 hub/h1/request {"rid":"c","do":"pair"}',
      '9 hub/h1/request {"rid":"d","do":"pair"}',
    ],
    [
      '1 house/awning/commande {"ref":"11","ordre":"descendre"}',
      '2 house/awning/accuse {"ref":"11","etat":"refus","motif":"vent fort"}',
      '4 house/awning/commande {"ref":"12","ordre":"descendre"}',
      '5 house/awning/accuse {"ref":"12","etat":"refus","motif":"vent fort"}',
    ],
    [
      '1 piec/1/polecenie {"nr":3,"zadana":95}',
      '2 piec/1/odpowiedz {"nr":3,"status":"odrzucono","opis":"wartość poza zakresem"}',
    ],
    ["1 volet/sud/ordre FERMER", "2 volet/sud/retour ordre refusé : vent fort"],
    ['1 coap/n2/request {"token":"aa"}', '2 coap/n2/response {"token":"aa","code":"5.03"}'],
    ["1 ups/3/tx TEST.ON", "2 ups/3/rx NAK"],
    [
      '1 cp/42/in [2,"77","ChangeConfiguration",{"key":"HeartbeatInterval"}]',
      '2 cp/42/out [4,"77","PropertyConstraintViolation","value must be a number",{}]',
    ],
    [
      "0.5 pool/zone/2 0",
      "1 pool/zone/2/set 1",
      "2 pool/zone/2 0",
      "4 pool/zone/2/set 1",
      "5 pool/zone/2 0",
      "9.5 pool/zone/2 0",
    ],
    [
      '1 tractor/88/tele {"speed":0,"lastCommand":"unlock","lastCommandResult":"timeout"}',
      '2 tractor/88/tele {"speed":0,"lastCommand":"unlock","lastCommandResult":"timeout"}',
    ],
  ];
  for (const lines of sick) assert.ok(isBlamedBy(lines), lines[0]);
});

Deno.test("what needs no answer, comes late, goes on, waits or is a person's try is no failed command", () => {
  const well: string[][] = [
    [
      "0.2 blinds/kitchen/position 100",
      "1 blinds/kitchen/position/set 20",
      "2 blinds/kitchen/position 92",
      "4 blinds/kitchen/position 71",
      "6 blinds/kitchen/position 52",
      "8 blinds/kitchen/position 33",
      "10 blinds/kitchen/position 20",
    ],
    [
      "0 thermo/salon/mode eco",
      "0.5 thermo/salon/mode eco",
      "1.0 thermo/salon/mode/set eco",
      "2.5 thermo/salon/mode eco",
      "4.0 thermo/salon/mode/set eco",
      "6.5 thermo/salon/mode eco",
      "8.5 thermo/salon/mode eco",
    ],
    [
      '0.5 dev_44/status {"setpoint":19.5,"temp":18.9}',
      '1.0 dev_44/cmd {"setpoint":22.0}',
      '4.5 dev_44/status {"setpoint":19.5,"temp":18.8}',
      '9.5 dev_44/status {"setpoint":22.0,"temp":18.8}',
      '12.5 dev_44/status {"setpoint":22.0,"temp":18.8}',
    ],
    [
      '1 tr/unit5/downlink {"seq":1,"out1":true}',
      '1.2 tr/unit5/downlink_ack {"seq":1,"ok":true}',
      '3 tr/unit5/downlink {"seq":2,"out1":false}',
      '10 tr/unit5/downlink_ack {"seq":2,"ok":true}',
    ],
    [
      '1 portal/wifi/login {"user":"guest","success":false,"reason":"wrong password"}',
      '3 portal/wifi/login {"user":"guest","success":true}',
      '5 portal/wifi/login {"user":"anna","success":false,"reason":"wrong password"}',
    ],
    [
      '1 qa/bench/test {"sn":"A1","result":"PASS"}',
      '3 qa/bench/test {"sn":"A2","result":"FAIL","measured":5.3}',
      '5 qa/bench/test {"sn":"A3","result":"PASS"}',
      '7 qa/bench/test {"sn":"A4","result":"FAIL","measured":5.4}',
    ],
    [
      '1 alarm/panel/ack {"alarm":"fire-test","acknowledged":true}',
      '3 alarm/panel/ack {"alarm":"door 3 open too long","acknowledged":true}',
      '5 alarm/panel/ack {"alarm":"battery failure simulated","acknowledged":true}',
    ],
    [
      '1 dry/run1/cmd {"id":1,"action":"move","dryRun":true}',
      '1.4 dry/run1/result {"id":1,"executed":false,"dryRun":true,"status":"ok"}',
      '3 dry/run1/cmd {"id":2,"action":"move","dryRun":true}',
      '3.4 dry/run1/result {"id":2,"executed":false,"dryRun":true,"status":"ok"}',
    ],
    [
      '1 jobs/d9/job {"id":4,"status":"waiting","success":false,"finished":false}',
      '3 jobs/d9/job {"id":5,"status":"waiting","success":false,"finished":false}',
      '5 jobs/d9/job {"id":4,"status":"scheduled","success":false,"finished":false}',
    ],
    [
      "0.5 cover/g/state open",
      "1 cover/g/set STOP",
      "2.5 cover/g/state open",
      "4 cover/g/set STOP",
      "4.5 cover/g/state open",
      "6 cover/g/state open",
      "8 cover/g/state open",
    ],
    [
      '0.5 vac/r2/state {"status":"docked","battery":99}',
      "1 vac/r2/command locate",
      '3 vac/r2/state {"status":"docked","battery":99}',
      "4 vac/r2/command locate",
      '7 vac/r2/state {"status":"docked","battery":99}',
      '10 vac/r2/state {"status":"docked","battery":99}',
    ],
    [
      '0.5 feeder/f2/feed {"portions":1}',
      '1.5 feeder/f2/feed_log {"portions":1}',
      '4.5 feeder/f2/feed {"portions":2}',
      '6.0 feeder/f2/feed_log {"portions":2}',
      '8.5 feeder/f2/feed {"portions":1}',
      '9.5 feeder/f2/feed_log {"portions":1}',
    ],
    [
      '0.5 matrix/sign2/status {"bri":40,"text":"Welcome"}',
      "1.5 matrix/sign2/text/set Bus 12 in 4 min",
      "4.5 matrix/sign2/text/set Bus 12 in 3 min",
      "7.5 matrix/sign2/text/set Bus 12 in 2 min",
      '9.5 matrix/sign2/status {"bri":40,"text":"Welcome"}',
    ],
    [
      '0.5 pump/log5 {"rpm":1450,"bar":2.2}',
      "1.5 pump/log5/log started, bar ok",
      '2.5 pump/log5 {"rpm":1452,"bar":2.2}',
      '4.5 pump/log5 {"rpm":1449,"bar":2.3}',
      '6.5 pump/log5 {"rpm":1451,"bar":2.2}',
      '8.5 pump/log5 {"rpm":1452,"bar":2.2}',
    ],
    [
      '0.5 jobs/render/job {"jobId":7,"state":"queued","ok":false}',
      '2.5 jobs/render/job {"jobId":7,"state":"running","ok":false}',
      '4.5 jobs/render/job {"jobId":7,"state":"finished","ok":true}',
    ],
    [
      '1 gate/reader/result {"card":"99AF","allowed":false,"reason":"expired"}',
      '4 gate/reader/result {"card":"11AF","allowed":true,"reason":""}',
      '6 gate/reader/result {"card":"99AF","allowed":false,"reason":"expired"}',
    ],
    [
      '1 ev/wb3/request {"messageId":"1","action":"Heartbeat"}',
      '1.2 ev/wb3/response {"messageId":"1","currentTime":"2026-03-14T18:30:01Z"}',
      '4 ev/wb3/request {"messageId":"2","action":"Authorize","idTag":"04AA"}',
      '4.3 ev/wb3/response {"messageId":"2","idTagInfo":{"status":"Invalid"}}',
    ],
    [
      "0.5 zig/tr2/window_detection OFF",
      "1 zig/tr2/window_detection/set OFF",
      "8.5 zig/tr2/temperature 20.2",
    ],
    [
      '1 cp/42/in [2,"19","RemoteStartTransaction",{"idTag":"A1"}]',
      '2 cp/42/out [3,"19",{"status":"Accepted"}]',
    ],
    [
      '1 lock/1/cmd {"id":1,"action":"lock"}',
      '2 lock/1/result {"id":1,"result":"timeout"}',
      '3 lock/1/cmd {"id":2,"action":"lock"}',
      '4 lock/1/result {"id":2,"result":"ok"}',
    ],
    ['1 isp/speedtest/result {"server":{"name":"Failsworth"},"ping":12}'],
    ['1 coap/n2/request {"token":"aa"}', '2 coap/n2/response {"token":"aa","code":"2.04"}'],
    ["1 dev/4/cmd getconfig", '2 dev/4/resp {"timeout":30,"mode":"fail-silent"}'],
    ['1 quiz/app/answer {"player":"A","result":"wrong"}'],
  ];
  for (const lines of well) assert.ok(!isBlamedBy(lines), lines[0]);
});

Deno.test("an alarm whose level is error is told once, by its code and text", () => {
  const payload = {
    level: "error",
    code: "E42",
    message: "Hydraulic pressure 18.1 bar below 20 bar",
  };
  const { findings } = diagnosisOf("press 2", [
    ...beats({ topic: "plant/press-2/telemetry", everyS: 1, to: 9, payload: (i) => ({ bar: i }) }),
    ...beats({ topic: "plant/press-2/alarm", everyS: 1, to: 9, payload: () => payload }),
  ], { seconds: 9 });
  assert.deepEqual(findings.map(({ title }) => title), [
    `The device reports an error: ${payload.code}: ${payload.message}`,
  ]);
});
