import assert from "node:assert/strict";
import { deviceFilters } from "../../../src/analysis/device/mod.ts";
import { DeviceObserver } from "../../../src/analysis/device/observers.ts";
import { beats, codesOf, diagnosisOf, type Line, START_MS } from "./support.ts";

const hallSensor = (topic: string): Line[] =>
  beats({ topic, everyS: 5, to: 60, payload: (i) => ({ temperature: 20 + Math.sin(i) }) });

Deno.test("a name is found in a topic however its separators are written", () => {
  for (const name of ["pump 3", "pump-3", "Pump_3", "PUMP3"]) {
    const diagnosis = diagnosisOf(name, hallSensor("plant/pump-3/telemetry"));
    assert.deepEqual(diagnosis.topics.map((topic) => topic.topic), ["plant/pump-3/telemetry"]);
    assert.equal(diagnosis.messages.live, 12);
    assert.equal(diagnosis.convention, "generic");
  }
});

Deno.test("a name spread over two topic levels is found, and a longer number is not it", () => {
  const lines = [...hallSensor("plant/pump/3/telemetry"), ...hallSensor("plant/pump-31/telemetry")];
  const diagnosis = diagnosisOf("pump 3", lines);
  assert.deepEqual(diagnosis.topics.map((topic) => topic.topic), ["plant/pump/3/telemetry"]);
});

Deno.test("devices of zigbee2mqtt, Tasmota, Shelly, ESPHome, Homie and Home Assistant are found by name", () => {
  const families: [string, string, Line[]][] = [
    ["zigbee2mqtt", "pump 3", hallSensor("zigbee2mqtt/pump 3")],
    ["tasmota", "pump_3", hallSensor("tele/pump_3/SENSOR")],
    ["shelly_gen1", "shellyht-1A2B3C", hallSensor("shellies/shellyht-1A2B3C/sensor/temperature")],
    [
      "shelly_gen2",
      "shellyplus1-a8032ab12345",
      hallSensor("shellyplus1-a8032ab12345/status/switch:0"),
    ],
    ["esphome", "pump 3", hallSensor("pump-3/sensor/temperature/state")],
    ["homie", "pump 3", [...hallSensor("homie/pump-3/climate/temperature"), {
      s: 0,
      topic: "homie/pump-3/$state",
      payload: "ready",
      retain: true,
    }]],
    ["aws_shadow", "pump-3", hallSensor("$aws/things/pump-3/shadow/update")],
    ["home_assistant", "Pump 3", [
      {
        s: 0,
        topic: "homeassistant/sensor/x17/temperature/config",
        retain: true,
        payload: { "~": "acme/x17", stat_t: "~/values", dev: { ids: ["x17"], name: "Pump 3" } },
      },
      ...hallSensor("acme/x17/values"),
    ]],
  ];
  for (const [convention, name, lines] of families) {
    const diagnosis = diagnosisOf(name, lines);
    assert.equal(diagnosis.convention, convention, name);
    assert.ok(
      diagnosis.messages.live >= 12,
      `${convention}: ${diagnosis.messages.live} live messages`,
    );
    assert.deepEqual(codesOf(diagnosis), [], convention);
    assert.equal(diagnosis.health, 100);
  }
});

Deno.test("a zigbee2mqtt device is found by its address through the bridge's list, whatever came first", () => {
  const list: Line = {
    s: 0.5,
    topic: "zigbee2mqtt/bridge/devices",
    retain: true,
    payload: [{
      ieee_address: "0x00158d0001a2b3c4",
      type: "EndDevice",
      friendly_name: "cellar/pump 3",
      power_source: "Battery",
      definition: { model: "WSD1" },
    }],
  };
  const state: Line = {
    s: 0.2,
    topic: "zigbee2mqtt/cellar/pump 3",
    payload: { temperature: 19.5, last_seen: START_MS - 600_000 },
    retain: true,
  };
  for (const lines of [[list, state], [state, list]]) {
    const diagnosis = diagnosisOf("0x00158d0001a2b3c4", lines);
    assert.equal(diagnosis.convention, "zigbee2mqtt");
    assert.equal(diagnosis.name, "cellar/pump 3");
    assert.equal(diagnosis.model, "WSD1");
    assert.ok(diagnosis.topics.some((topic) => topic.topic === "zigbee2mqtt/cellar/pump 3"));
    assert.deepEqual(codesOf(diagnosis), []);
  }
});

Deno.test("retained messages heard before the document that names their device belong to it", () => {
  const diagnosis = diagnosisOf("Boiler", [
    { s: 0.1, topic: "acme/x9/avail", payload: "offline", retain: true },
    {
      s: 0.2,
      topic: "homeassistant/sensor/x9/t/config",
      retain: true,
      payload: {
        stat_t: "acme/x9/v",
        avty: [{ t: "acme/x9/avail" }],
        dev: { ids: "x9", name: "Boiler" },
      },
    },
  ]);
  assert.equal(diagnosis.connection.state, "offline");
  assert.deepEqual(codesOf(diagnosis), ["offline_last_will"]);
  assert.equal(diagnosis.connection.last_will?.topic, "acme/x9/avail");
});

Deno.test("messages of many devices on one topic are told apart by the id in their payload", () => {
  const lines: Line[] = [];
  for (let i = 0; i < 60; i++) {
    lines.push({
      s: i,
      topic: "gateway/uplink",
      payload: {
        device_id: i % 2 === 0 ? "pump-3" : "pump-4",
        temperature: i % 2 === 0 ? 20 + Math.sin(i) : 9_999,
      },
    });
  }
  const diagnosis = diagnosisOf("pump 3", lines);
  assert.equal(diagnosis.messages.live, 30);
  assert.ok(
    diagnosis.recent_messages.every((message) =>
      JSON.stringify(message.payload).includes("pump-3")
    ),
  );
});

Deno.test("another device's error in the bridge's log is not this one's", () => {
  const log = (s: number, name: string): Line => ({
    s,
    topic: "zigbee2mqtt/bridge/logging",
    payload: { level: "error", message: `Publish 'set' 'state' to '${name}' failed: no route` },
  });
  const own = hallSensor("zigbee2mqtt/pump 3");
  assert.deepEqual(
    codesOf(diagnosisOf("pump 3", [...own, log(7, "hall lamp"), log(9, "hall lamp")])),
    [],
  );
  const blamed = diagnosisOf("pump 3", [
    ...own,
    log(7, "hall lamp"),
    log(8, "pump 3"),
    log(9, "hall lamp"),
  ]);
  assert.deepEqual(codesOf(blamed), ["reported_error"]);
  assert.equal(blamed.findings[0]?.evidence.messages.length, 1);
});

Deno.test("when nothing is heard the nearest names are told, and health is null", () => {
  const diagnosis = diagnosisOf("pamp 3", [
    ...hallSensor("plant/pump-3/telemetry"),
    ...hallSensor("plant/fan-1/telemetry"),
  ]);
  assert.equal(diagnosis.health, null);
  assert.deepEqual(diagnosis.findings, []);
  assert.equal(diagnosis.convention, "unknown");
  assert.equal(diagnosis.connection.state, "unknown");
  assert.equal(diagnosis.nearest[0]?.name, "pump-3");
  assert.match(diagnosis.advice.join(" "), /24 messages.*"pump-3"/s);
});

Deno.test("when nothing at all is heard the advice doubts the broker and the login", () => {
  const diagnosis = diagnosisOf("pump 3", []);
  assert.match(diagnosis.advice.join(" "), /test_connection/);
  assert.equal(diagnosis.messages_per_minute, 0);
});

Deno.test("where live messages are only about a device, nothing says that none came", () => {
  const topic = "plant/pump-3";
  const told = (live: Line[]) => {
    const diagnosis = diagnosisOf("pump-3", [
      { s: 0, topic: `${topic}/telemetry`, payload: { bar: 3 }, retain: true },
      { s: 0, topic: `${topic}/status`, payload: "online", retain: true },
      ...live,
    ]);
    assert.equal(diagnosis.messages.live, live.length);
    return `${diagnosis.connection.evidence}; ${diagnosis.advice.join(" ")}`;
  };
  const repeated = told(
    beats({ topic: `${topic}/status`, everyS: 10, to: 60, payload: () => "online" }),
  );
  assert.doesNotMatch(repeated, /[Nn]othing (came|was heard) live|only retained/);
  assert.match(repeated, /live came only its availability \(6 ×\).*none of its values.*duration/);
  assert.match(told([]), /nothing was heard live.*Nothing came live.*only retained/);
  const parts = diagnosisOf("greenhouse", [
    { s: 0, topic: "greenhouse/valve/status", payload: "online", retain: true },
    { s: 0, topic: "greenhouse/climate/status", payload: "online", retain: true },
    { s: 0, topic: "greenhouse/valve/state", payload: "ON", retain: true },
    ...hallSensor("greenhouse/climate/temperature"),
  ]);
  assert.equal(
    parts.connection.evidence,
    "last heard live 4 s ago; no last will or availability of its own was seen",
  );
});

Deno.test("a topic filter takes what it matches and nothing else", () => {
  const diagnosis = diagnosisOf("plant/+/telemetry", [
    ...hallSensor("plant/a/telemetry"),
    ...hallSensor("plant/a/other"),
  ]);
  assert.deepEqual(diagnosis.topics.map((topic) => topic.topic), ["plant/a/telemetry"]);
  const plain = diagnosisOf("plant/a", [
    ...hallSensor("plant/a/telemetry"),
    ...hallSensor("plant/ab"),
  ]);
  assert.deepEqual(plain.topics.map((topic) => topic.topic), ["plant/a/telemetry"]);
});

Deno.test("a name that two things of one kind bear is told, and one that stands below two words for what is told is not", () => {
  const pump = (tree: string) =>
    beats({ topic: tree, everyS: 2, to: 20, payload: () => ({ flow: 3 }) });
  const two = diagnosisOf("pump", [
    ...pump("site/north/pump/state"),
    ...pump("site/south/pump/state"),
  ]);
  assert.match(
    two.advice[0] ?? "",
    /2 trees bear the name "pump": "site\/north\/pump", "site\/south\/pump"/,
  );
  assert.match(two.advice[0] ?? "", /such as "site\/north\/pump\/#"/);
  for (
    const trees of [["site/set/pump/state", "site/get/pump/state"], [
      "temperature/pump",
      "power/pump",
    ]]
  ) {
    assert.deepEqual(diagnosisOf("pump", trees.flatMap(pump)).advice, []);
  }
  assert.deepEqual(diagnosisOf("site/+/pump/#", [...pump("site/north/pump/state")]).advice, []);
});

Deno.test("what stands below a device's own id, or below the one tree of what documents tell, is the device's", () => {
  const found = (deviceId: string, lines: readonly Line[]) =>
    diagnosisOf(deviceId, [...lines].sort((a, b) => a.s - b.s)).topics.map(({ topic }) => topic)
      .filter((topic) => !topic.startsWith("homeassistant/")).sort();
  const plain = (topic: string, payload: unknown = "21.5") =>
    beats({ topic, everyS: 4, to: 20, payload: () => payload });
  const told = (name: string, ...stateTopics: string[]) =>
    stateTopics.map((state_topic, i): Line => ({
      s: 0,
      retain: true,
      topic: `homeassistant/sensor/${name}_${i}/config`,
      payload: { name: `Value ${i}`, state_topic, device: { identifiers: [name], name } },
    }));

  // A balcony's battery, of which a document tells one topic of four.
  const battery = "noah2mqtt/0PVP50ZR16ST00CB";
  const noah = [...told("Noah Balkon", `${battery}/state`), ...plain(`${battery}/state`)];
  assert.deepEqual(
    found("Noah Balkon", [
      ...noah,
      ...plain(`${battery}/BAT0`),
      ...plain("noah2mqtt/0PVP50ZR16ST00CC/BAT0"),
    ]),
    [`${battery}/BAT0`, `${battery}/state`],
  );
  // Another device speaks there: the id is of what connects both.
  const hub = "hub/00124b0018e2a1f4";
  const two = [...told("Attic", `${hub}/t1`), ...told("Bath", `${hub}/t2`)];
  assert.deepEqual(
    found("Attic", [...two, ...plain(`${hub}/t1`), ...plain(`${hub}/t2`), ...plain(`${hub}/t3`)]),
    [
      `${hub}/t1`,
    ],
  );
  const byPayload = [
    ...plain(`${hub}/events`, { device: "attic", t: 3 }),
    ...plain(`${hub}/events`, { device: "bath", t: 4 }),
    ...plain(`${hub}/load`),
  ];
  assert.deepEqual(found("attic", byPayload), [`${hub}/events`]);
  const parts = [
    ...plain(`${hub}/a/t`, { device: "attic", t: 3 }),
    ...plain(`${hub}/b/t`, { t: 3 }),
  ];
  assert.deepEqual(found("attic", parts), [`${hub}/a/t`]);

  const printer = [...told("K1 Max", "3dprinter/k1/job/progress", "3dprinter/k1/online")];
  const spoken = ["job/progress", "online", "err"].flatMap((leaf) => plain(`3dprinter/k1/${leaf}`));
  assert.deepEqual(found("K1 Max", [...printer, ...spoken, ...plain("3dprinter/mk4/err")]), [
    "3dprinter/k1/err",
    "3dprinter/k1/job/progress",
    "3dprinter/k1/online",
  ]);

  // It names itself on one topic of a tree that only says what is told there.
  const motor = [...plain("motor/status", { device: "motor-monitor" }), ...plain("motor/fault")];
  assert.deepEqual(found("motor-monitor", motor), ["motor/fault", "motor/status"]);
  assert.deepEqual(
    found("motor-monitor", [...motor, ...plain("motor/north"), ...plain("motor/south")]),
    [
      "motor/status",
    ],
  );
});

Deno.test("the id of an application, and of who asks, is not the device's that is named beside it", () => {
  const application = "application/ca739e26-7b67-4f14-b69e-d568c22a5a75/device";
  const up = (eui: string, deviceName: string) =>
    beats({
      topic: `${application}/${eui}/event/up`,
      everyS: 4,
      to: 20,
      payload: () => ({
        deviceInfo: {
          applicationId: "ca739e26-7b67-4f14-b69e-d568c22a5a75",
          deviceProfileId: "605d08d4-65f5-4d2c-8a5a-3d2457662f79",
          deviceName,
          devEui: eui,
        },
      }),
    });
  const rows = [...up("1000000000000013", "leek-row-3"), ...up("1000000000000014", "leek-row-4")];
  const topicsOf = (name: string, lines: readonly Line[]) =>
    diagnosisOf(name, lines).topics.map(({ topic }) => topic);
  assert.deepEqual(topicsOf("leek-row-3", rows), [`${application}/1000000000000013/event/up`]);
  const request = { id: 911, src: "nodered", method: "Sys.GetInfo" };
  const asked = beats({ topic: "esp32_A1B2C3/rpc", everyS: 4, to: 20, payload: () => request });
  assert.deepEqual(topicsOf("nodered", asked), []);
});

Deno.test("filters for a name cover everything, those for a filter itself and discovery", () => {
  assert.deepEqual(deviceFilters("pump 3", "iot.example.org"), [
    "#",
    "$aws/things/+/shadow/#",
    "$aws/things/+/jobs/#",
    "$aws/things/+/defender/#",
    "$aws/things/+/streams/#",
    "$aws/commands/things/+/executions/#",
    "$aws/events/presence/+/+",
    "$aws/events/jobExecution/#",
    "$aws/events/commandExecution/#",
    "$aws/iotwireless/events/connection_status/#",
  ]);
  const filters = deviceFilters("tele/pump_3/#");
  for (const filter of ["tele/pump_3/#", "stat/pump_3/#", "cmnd/pump_3/#", "homeassistant/#"]) {
    assert.ok(filters.includes(filter), filter);
  }
  assert.deepEqual(deviceFilters("plant/pump-3").slice(0, 2), ["plant/pump-3", "plant/pump-3/#"]);
});

Deno.test("a result asked for twice is the same, and offering goes on in between", () => {
  const observer = new DeviceObserver({ deviceId: "a", startedAtMs: START_MS });
  const offer = (s: number) =>
    observer.offer({
      topic: "x/a/v",
      payload: new TextEncoder().encode(String(s)),
      qos: 0,
      retain: false,
      dup: false,
      receivedAt: START_MS + s * 1000,
    });
  offer(1);
  const at = { nowMs: START_MS + 10_000, listened: { seconds: 10, gaps: [] } };
  assert.deepEqual(observer.result(at), observer.result(at));
  offer(2);
  assert.equal(observer.result(at).messages.live, 2);
});

Deno.test("hostile payloads and topics never throw, and what is kept stays bounded", () => {
  const lines: Line[] = [];
  const junk = [
    new Uint8Array(70_000).fill(0x7b),
    new Uint8Array([0xff, 0xfe, 0]),
    "[".repeat(5_000),
    '{"__proto__":1}',
    "",
    "null",
    "[]",
    "\u0000",
  ];
  const topics = [
    "homeassistant/sensor/a/config",
    "homeassistant/device/a/config",
    "zigbee2mqtt/bridge/devices",
    "zigbee2mqtt/bridge/logging",
    "tasmota/discovery/a/config",
    "shellies/announce",
    "esphome/discover/a",
    "homie/a/$name",
    "spBv1.0/g/DDATA/n/a",
    "$aws/things/a/shadow/update",
    "a",
    "/a/",
    "a//set",
  ];
  for (const topic of topics) for (const payload of junk) lines.push({ s: 1, topic, payload });
  for (let i = 0; i < 2_000; i++) {
    lines.push({ s: 2 + i / 100, topic: `a/${i}`, payload: "x".repeat(50) });
  }
  const diagnosis = diagnosisOf("a", lines);
  assert.ok(diagnosis.topics.length <= 60);
  assert.ok(diagnosis.topic_count >= 2_000);
  assert.ok(JSON.stringify(diagnosis).length < 60_000);
});

Deno.test("a name beside the topics, umlauts, accents and the order of words find a device", () => {
  const inverter = (name: unknown): Line[] => [
    { s: 0, topic: "solar/114183081181/name", payload: name, retain: true },
    ...hallSensor("solar/114183081181/0/temperature"),
    ...hallSensor("solar/114183099999/0/temperature"),
  ];
  for (
    const [asked, named] of [
      ["Carport West", "Carport West"],
      ["west carport", { value: "Carport West" }],
      ["Gartenhaus Sud", "gartenhaus_süd".replace("ü", "u")],
      ["Haus Zähler", "haus_zaehler"],
      ["Cafe", "Café"],
    ] as const
  ) {
    const diagnosis = diagnosisOf(asked, inverter(named));
    assert.equal(diagnosis.messages.live, 12, asked);
    assert.equal(diagnosis.topic_count, 2, asked);
  }
  assert.equal(diagnosisOf("carport east", inverter("Carport West")).messages.live, 0);
});

Deno.test("a single near name is taken, and said; of several the nearest are told", () => {
  const plug = hallSensor("obk_washer/power/get");
  for (const asked of ["washer plug", "washer", "the washer socket"]) {
    const diagnosis = diagnosisOf(asked, plug);
    assert.equal(diagnosis.matched, "obk_washer", asked);
    assert.equal(diagnosis.device_id, asked);
    assert.equal(diagnosis.messages.live, 12, asked);
    assert.match(diagnosis.advice[0] ?? "", /only near match/);
  }
  const own = diagnosisOf("obk_washer", plug);
  assert.equal(own.matched, undefined, "a name of its own is no near match");
  const two = diagnosisOf("washer plug", [...plug, ...hallSensor("obk_washer2/power/get")]);
  assert.equal(two.matched, undefined);
  assert.equal(two.topic_count, 0);
  assert.ok(two.nearest.some(({ name }) => name === "obk_washer"));
});

Deno.test("a number that no device bears, and a word that only another has, match nothing", () => {
  const pump = hallSensor("plant/pump-3/telemetry");
  assert.equal(diagnosisOf("pump 4", pump).topic_count, 0);
  assert.equal(diagnosisOf("carport east", hallSensor("carport_west/state")).topic_count, 0);
});

Deno.test("words spread over levels, in compounds and in payloads find their device", () => {
  const body = { deviceInfo: { deviceName: "Cold store north" }, fcnt: 7 };
  const told = [1, 2, 3].map((s): Line => ({ s, topic: "net/A840410000180001/up", payload: body }));
  assert.equal(diagnosisOf("north cold store probe", told).topic_count, 1);
  assert.equal(diagnosisOf("Cold Store North", told).topic_count, 1);
  const meter = hallSensor("wmbusmeters/Kaltwasser");
  assert.equal(diagnosisOf("Kaltwasserzähler", meter).matched, "Kaltwasser");
  const room = hallSensor("home/bathroom/stat/things/thermostat/properties");
  assert.equal(diagnosisOf("bathroom thermostat", room).messages.live, 12);
});

Deno.test("a maker, a model and a bare title name the device that they stand beside", () => {
  const discovery: Line = {
    s: 0,
    topic: "homeassistant/sensor/a2150/power/config",
    retain: true,
    payload: {
      state_topic: "SunGather/a2150",
      device: { identifiers: ["a2150"], name: "Roof", manufacturer: "Sungrow", model: "SG5" },
    },
  };
  const inverter = [discovery, ...hallSensor("SunGather/a2150")];
  assert.equal(diagnosisOf("sungrow inverter", inverter).messages.live, 12);
  const car: Line[] = [
    { s: 0, topic: "saic/anna/LSJW1/info/model", payload: "MG4 Electric", retain: true },
    ...hallSensor("saic/anna/LSJW1/climate/interior"),
  ];
  assert.equal(diagnosisOf("mg4 car", car).messages.live, 12);
  const stove = [
    ...hallSensor("WPala/cuisine/STOVE_TIME"),
    ...hallSensor("WPala/cuisine/STOVE_DAY"),
    ...hallSensor("WPala/salon/T1"),
  ];
  assert.equal(diagnosisOf("cuisine stove", stove).topic_count, 2);
});

Deno.test("a word that only says what it is hides no device, and two words of that kind name one", () => {
  const evse = [
    ...hallSensor("SmartEVSE-5432/ChargeCurrent"),
    ...hallSensor("SmartEVSE-5432/Mode"),
  ];
  assert.equal(diagnosisOf("smart evse charger", evse).topic_count, 2);
  const boilers = [
    ...hallSensor("x/org.acme:boiler-7/data"),
    ...hallSensor("x/org.acme:boiler-9/data"),
  ];
  assert.deepEqual(diagnosisOf("boiler 7", boilers).topics.map(({ topic }) => topic), [
    "x/org.acme:boiler-7/data",
  ]);
  assert.equal(diagnosisOf("boiler 8", boilers).topic_count, 0);
});

Deno.test("when nothing is like the name, the devices that there are stand in its place", () => {
  const diagnosis = diagnosisOf("zzzz", hallSensor("plant/pump-3/telemetry"));
  assert.deepEqual(diagnosis.nearest.map((one) => one.name), ["plant/pump-3"]);
});

Deno.test("a name that a registry, a table or another record gives to an id finds that id's topics alone", () => {
  const data = ["a81758fffe03", "a81758fffe04"].flatMap((id): Line[] =>
    [1, 2, 3].map((s) => ({ s, topic: `data/${id}`, payload: { t: 20 } }))
  );
  const known: unknown[] = [
    [{ id: "a81758fffe03", name: "Attic probe" }, { id: "a81758fffe04", name: "Cellar probe" }],
    { a81758fffe03: "Attic probe", a81758fffe04: "Cellar probe" },
    { "Attic probe": "a81758fffe03", "Cellar probe": "a81758fffe04" },
    { a81758fffe03: { label: "Attic probe" }, a81758fffe04: { label: "Cellar probe" } },
    "id,name\na81758fffe03,Attic probe\na81758fffe04,Cellar probe\n",
  ];
  for (const payload of known) {
    const { topics } = diagnosisOf("Attic probe", [
      { s: 0.5, topic: "registry", payload },
      ...data,
    ]);
    assert.deepEqual(
      topics.map(({ topic }) => topic).filter((topic) => topic.startsWith("data/")),
      ["data/a81758fffe03"],
      JSON.stringify(payload),
    );
  }
});

Deno.test("a document that is no JSON belongs to the device that it names all the same", () => {
  const diagnosis = diagnosisOf(
    "806000019224",
    beats({
      topic: "solar/ecu/0",
      everyS: 5,
      to: 60,
      payload: () => '{"serial":"806000019224","acv":0.0,"freq":inf,"tem":}',
    }),
  );
  assert.deepEqual(diagnosis.topics.map(({ topic }) => topic), ["solar/ecu/0"]);
  assert.deepEqual(codesOf(diagnosis), ["unparseable_payload"]);
});
