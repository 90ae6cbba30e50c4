import assert from "node:assert/strict";
import {
  assertTold,
  beats,
  diagnosisOf,
  findingsOf,
  type Line,
  series,
  START_MS,
  times,
  titlesOf,
} from "./support.ts";

Deno.test("a retained offline is refuted by data before a birth, and not by a device that just came", () => {
  const offline: Line = { s: 0, topic: "bore/lwt", payload: "offline", retain: true };
  const data = beats({ topic: "bore/flow", everyS: 3, to: 50, payload: (i) => 4 + (i % 3) * 0.1 });
  assertTold(titlesOf("bore", [offline, ...data]), /retained "bore\/lwt" says offline/);
  const birth: Line = { s: 20, topic: "bore/lwt", payload: "online" };
  assertTold(titlesOf("bore", [offline, ...data, birth]), /says offline, but the device is live/);
  // It was off, connects, and says so first.
  assert.deepEqual(titlesOf("bore", [offline, { ...birth, s: 0.5 }, ...data]), []);
  // Another device of the same prefix talks.
  const other = data.map((line) => ({ ...line, topic: "farm/well/flow" }));
  assert.deepEqual(
    titlesOf("farm/#", [{ ...offline, topic: "farm/tank/lwt" }, ...other])
      .filter((title) => /retained/.test(title)),
    [],
  );
});

Deno.test("a sensor that reads nothing is told, and an option that is not used is not", () => {
  assertTold(
    titlesOf("attic", series("attic/temperature", times(6, () => "NaN"))),
    /reads nothing/,
  );
  assertTold(
    titlesOf("attic", series("attic/data", times(6, () => ({ temp: null, hum: null, rssi: -60 })))),
    /always null/,
  );
  const once = times(20, (i) => i === 9 ? "nan" : String(20 + (i % 4) / 10));
  assertTold(titlesOf("attic", series("attic/temperature", once)), /now and then: nan/);
  const meter = times(8, (i) => ({ voltage_l1: 231 + i % 3, voltage_l2: null, voltage_l3: null }));
  assert.deepEqual(titlesOf("p1", series("p1/reading", meter)), []);
  const faults = times(8, () => ({ currenterror: null, error_1: null }));
  assert.deepEqual(titlesOf("boiler", series("boiler/errors", faults)), []);
  const pot = { lux: 412, soil: 43, salt: 211, temp: null, humid: null };
  assertTold(
    titlesOf("pot", series("pot/plant", times(4, () => ({ plant: pot })))),
    /temp.*always null/,
  );
  const station = { lux: 412, soil: 43, temp: 21, rain: null, wind_speed: null };
  assert.deepEqual(titlesOf("pot", series("pot/plant", times(4, () => station))), []);
  const phases = { voltage_l1: 231, current_l1: 2, power: 460, voltage_l2: null, current_l2: null };
  assert.deepEqual(titlesOf("p1", series("p1/reading", times(4, () => phases))), []);
});

Deno.test("one port that reads a word while another reads numbers is told, and one that was never read is not", () => {
  const ports = (first: readonly unknown[], make: (value: unknown) => unknown) => [
    ...series("f/hall1/31", first.map(make)),
    ...series("f/hall1/32", [22.5, 22.56, 22.5, 22.5].map(make)),
  ];
  const document = (value: unknown) => ({ port: 7, value: String(value) });
  for (const make of [document, String, (value: unknown) => ({ t: value })]) {
    for (const word of ["NA", "n/a", "disconnected"]) {
      assertTold(titlesOf("hall1", ports([54.31, word, word, word], make)), /any more|no number/);
    }
  }
  assert.deepEqual(titlesOf("hall1", ports(["NA", "NA", "NA", "NA"], document)), []);
  assert.deepEqual(titlesOf("hall1", ports([54.31, null, null, null], (t) => ({ t }))), []);
  const knx = series("knx/bath/current", [21.4, 670760.96, 670760.96, 670760.96].map(String));
  assertTold(titlesOf("bath", knx), /nothing any more: it is 670760.96/);
  assert.deepEqual(titlesOf("bath", series("knx/bath/current", [2, 670760, 3, 670760])), []);
});

Deno.test("a document that came with others at each beat and is missed is told; one that comes more rarely is not", () => {
  const rounds = (lost: (i: number) => boolean) =>
    times(9, (i) => i).flatMap((i) =>
      ["cpu", "net", "gpu"].filter((name) => name !== "gpu" || !lost(i)).map((name, n) => ({
        s: 1 + i + n / 20,
        topic: `top/nas/${name}`,
        payload: { usage: 5 + i % 3, temperature: 41 + i % 2 },
      }))
    );
  assertTold(titlesOf("nas", rounds((i) => i > 2)), /gpu" fell silent/);
  assert.deepEqual(titlesOf("nas", rounds((i) => i > 3 && i < 6)), []);
  assert.deepEqual(titlesOf("nas", rounds((i) => i % 3 !== 0)), []);
});

Deno.test("85 degrees between cool ones are told, and a boiler that passes 85 is not", () => {
  const values = times(
    22,
    (i) => ({ T: { Temperature: [5, 11, 17].includes(i) ? 85 : 10 + i / 10 } }),
  );
  assertTold(titlesOf("bath", series("tele/bath/SENSOR", values)), /is 85 3 of 22 times/);
  const heating = times(22, (i) => ({ flow_temperature: 74 + i }));
  assert.deepEqual(titlesOf("boiler", series("boiler/data", heating)), []);
});

Deno.test("a humidity at its end is told while the temperature moves, and fog at 100 is not", () => {
  const at = (humidity: number) => times(14, (i) => ({ temperature: 8 + i / 5, humidity }));
  assertTold(titlesOf("garden", series("garden/th", at(99.9))), /stuck at 99.9/);
  assert.deepEqual(titlesOf("garden", series("garden/th", at(100))), []);
});

Deno.test("a clock of 1970 or 1601 is told, and one that is set a moment later is not", () => {
  for (const time of ["1970-01-01T00:00:", "1601-01-01T00:00:", "0001-01-01T00:00:"]) {
    const lines = series("hot/state", times(6, (i) => ({ Time: `${time}0${i}`, P: 7 + i % 2 })));
    assertTold(titlesOf("hot", lines), /never set/);
  }
  const boots = times(6, (i) => ({
    Time: i === 0 ? "1970-01-01T00:00:03Z" : new Date(START_MS + 1000 + i * 2000).toISOString(),
    lastSeen: "1970-01-01T00:00:00Z",
    P: 7 + i % 2,
    uptime: 4 + i * 2,
  }));
  assert.deepEqual(titlesOf("hot", series("hot/state", boots)), []);
});

Deno.test("a total that falls and comes back is told; a reset, a rollover and a falling level are not", () => {
  const total = (i: number) => 812.4 + i / 100;
  const dip = times(16, (i) => ({ energy_total: i === 7 ? 0 : total(i) }));
  assertTold(titlesOf("heat", series("heat/meter", dip)), /fell from 812.4\d to 0 and came back/);
  const reset = times(16, (i) => ({ energy_today: i < 8 ? 8 + i / 10 : (i - 8) / 10 }));
  assert.deepEqual(titlesOf("heat", series("heat/meter", reset)), []);
  const rollover = times(16, (i) => ({ pulses: (65_530 + i) % 65_536 }));
  assert.deepEqual(titlesOf("heat", series("heat/meter", rollover)), []);
});

Deno.test("a change of unit is told, and a cloud, a kettle and a door to the cold are not", () => {
  const kilo = times(16, (i) => ({ pv_power: i < 9 ? 1500 + i * 7 : (1560 + i * 5) / 1000 }));
  assertTold(titlesOf("roof", series("roof/inverter", kilo)), /shifted .* 1,000 times less/);
  const degrees = times(
    16,
    (i) => ({ temperature: i < 9 ? 21 + (i % 3) / 10 : 69.8 + (i % 3) / 5 }),
  );
  assertTold(titlesOf("hall", series("hall/th", degrees)), /from °C to °F/);
  const cloud = times(16, (i) => ({ pv_power: i < 9 ? 2100 + i * 9 : 420 + i * 5 }));
  assert.deepEqual(titlesOf("roof", series("roof/inverter", cloud)), []);
  const kettle = times(16, (i) => ({ power: i < 9 ? 2 + (i % 2) / 10 : 1840 + (i % 4) * 3 }));
  assert.deepEqual(titlesOf("plug", series("plug/meter", kettle)), []);
});

Deno.test("flags and enums of trouble are told while they are raised, and not when they are down", () => {
  const raised: [string, unknown, RegExp][] = [
    ["shed/overtemperature", "1", /overtemperature/],
    ["shed/relay/0", "overpower", /overpower/],
    ["shed/battery_ok", "0", /battery is low/],
    ["shed/0/UNREACH", { ts: 1, v: true, s: 0 }, /UNREACH/],
    ["N/c0619ab1/battery/512/Alarms/LowVoltage", { value: 2 }, /Alarms\/LowVoltage/],
    ["shed/info", { tamperStatus: "tamper" }, /tamper/],
    ["shed/meter", { status: "LEAK" }, /LEAK/],
    ["shed/tag", { value: 4, quality: "bad" }, /bad/],
    ["shed/opc", { values: [{ id: "Fill", v: 3, q: false, t: 1 }] }, /"Fill"/],
    ["shed/edge", { vals: [{ id: "101", qc: 0, val: 4, ts: "x" }] }, /qc 0/],
  ];
  for (const [topic, payload, pattern] of raised) {
    assertTold(
      titlesOf(topic.split("/").slice(0, 2).join("/") + "/#", [{ s: 1, topic, payload }]),
      pattern,
    );
  }
  const down: [string, unknown][] = [
    ["shed/overtemperature", "0"],
    ["shed/overpower_value", "3412"],
    ["shed/overvoltage_threshold", "253"],
    ["shed/relay/0", "on"],
    ["shed/battery_ok", "1"],
    ["shed/0/STICKY_UNREACH", { ts: 1, v: true, s: 0 }],
    ["N/c0619ab1/battery/512/Alarms/LowVoltage", { value: 0 }],
    ["N/c0619ab1/settings/0/Settings/Alarm/LowSoc", { value: 1 }],
    ["shed/meter", { status: "OK", note: "no leak" }],
    ["shed/opc", { values: [{ id: "Fill", v: 3, q: true, t: 1 }] }],
    ["shed/radio", { linkquality: 0, quality: 192, v: 3 }],
    ["shed/edge", { vals: [{ id: "101", qc: 3, val: 0, ts: "x" }] }],
    ["shed/pi", { throttle: ["throttled = 0x0", "Not throttled"] }],
  ];
  for (const [topic, payload] of down) {
    const titles = titlesOf(topic.split("/").slice(0, 2).join("/") + "/#", [{
      s: 1,
      topic,
      payload,
    }])
      .filter((title) => !/signal/.test(title));
    assert.deepEqual(titles, [], topic);
  }
});

Deno.test("a machine that stops with its figures is told, and a washer that is done is not", () => {
  const machine = (stop: number, rate: (i: number) => number) =>
    times(16, (i) => ({ state: i < stop ? "RUN" : "STOPPED", rate: rate(i) }));
  const lines = series("press-2/data", machine(9, (i) => i < 9 ? 118 + i % 3 : 0));
  assertTold(titlesOf("press 2", lines), /went from RUN to STOPPED at/);
  const ends = series("washer/data", machine(9, (i) => 40 + i % 3));
  assert.deepEqual(titlesOf("washer", ends), []);
});

Deno.test("topics that grow are a loop, and two rooms of one name are not", () => {
  const payloads = times(5, (i) => ({ flow: 12 + i / 10, n: i }));
  const grown = ["edge", "edge/edge", "edge/edge/edge"].flatMap((prefix, k) =>
    series(`${prefix}/pump/flow`, payloads, 6).map((line) => ({ ...line, s: line.s + k / 10 }))
  );
  assertTold(titlesOf("edge/#", grown), /bridge loops/);
  const rooms = ["room", "room/room"].flatMap((prefix) => series(`${prefix}/temp`, [20, 20.1, 20]));
  assert.deepEqual(titlesOf("room/#", rooms), []);
});

Deno.test("one message that goes round is a loop, and a quick device is none", () => {
  const round = times(120, (i) => ({ s: 1 + i * 0.05, topic: "plant/limit", payload: "75" }));
  assertTold(titlesOf("plant/limit", round), /goes round on "plant\/limit"/);
  const quick = times(120, (i) => [
    { s: 1 + i * 0.1, topic: "drive/limit", payload: "75" },
    { s: 1 + i * 0.1, topic: "drive/angle", payload: String(i * 3.7 % 360) },
  ]).flat();
  assert.deepEqual(titlesOf("drive/#", quick), []);
});

Deno.test("a switch that is thrown back at once is a fight, and a blinking light is slower", () => {
  const throws = (everyS: number) =>
    times(24, (i) => ({ s: 1 + i * everyS, topic: "porch/switch", payload: i % 2 ? "on" : "off" }));
  assertTold(titlesOf("porch", throws(0.08)), /toggles back and forth/);
  assert.equal(diagnosisOf("porch", throws(0.08), { seconds: 5 }).connection.state, "online");
  assert.deepEqual(titlesOf("porch", throws(2)), []);
});

Deno.test("a fight of two that say by whom each value was set is told, two things on one topic are none", () => {
  const byTurns = (make: (i: number) => object) =>
    titlesOf(
      "knx/status/stairs/#",
      times(24, (i) => ({ s: 1 + i * 0.2, topic: "knx/status/stairs/light", payload: make(i) })),
    );
  const whose = (i: number) => i % 2 ? "1.1.14" : "1.1.31";
  assertTold(
    byTurns((i) => ({ val: i % 2 === 1, ts: 1_767_355_200_000 + i, knx_src_addr: whose(i) })),
    /toggles back and forth/,
  );
  assertTold(
    byTurns((i) => ({ value: i % 2, dpt: "1.001", source: whose(i), dst: "1/2/3" })),
    /toggles back and forth/,
  );
  assert.deepEqual(byTurns((i) => ({ value: i % 2, lamp_id: whose(i) })), []);
  assert.deepEqual(byTurns((i) => ({ state: i % 2 ? "on" : "off", addr: whose(i) })), []);
});

Deno.test("what a family alone knows is told: AWS presence, Home Assistant's words, illegal ids", () => {
  const gone: Line = {
    s: 5,
    topic: "$aws/events/presence/disconnected/pump9",
    payload: {
      clientId: "pump9",
      eventType: "disconnected",
      disconnectReason: "DUPLICATE_CLIENTID",
    },
  };
  assertTold(titlesOf("pump9", [gone]), /offline/);
  const config = (id: string): Line => ({
    s: 0,
    topic: `homeassistant/sensor/${id}/config`,
    retain: true,
    payload: {
      name: "Cistern",
      unique_id: "c1",
      state_topic: "yard/cistern/level",
      availability_topic: "yard/cistern/here",
      payload_available: "ja",
      payload_not_available: "nein",
    },
  });
  const level = series("yard/cistern/level", [71, 70.5, 70], 3);
  const here = (payload: string): Line => ({ s: 15, topic: "yard/cistern/here", payload });
  assertTold(titlesOf("Cistern", [config("cistern"), ...level, here("nein")]), /offline/);
  assert.deepEqual(titlesOf("Cistern", [config("cistern"), ...level, here("ja")]), []);
  assertTold(titlesOf("Cistern", [config("zisterne_küche"), ...level]), /not allowed/);
});

Deno.test("a topic that names reach above ids, a program that is down, and all topics but one are told of the device", () => {
  const reach = (word: string, payloads: readonly string[]) =>
    titlesOf("464927", [
      { s: 0, topic: "rf/status/A1B2C3/09/464927", payload: "64", retain: true },
      ...series(`rf/${word}/A1B2C3/09/464927`, payloads),
    ]);
  assertTold(reach("connected", times(8, (i) => i % 2 === 0 ? "on\n" : "off\n")), /comes and goes/);
  assertTold(reach("alive", times(6, (i) => String(i % 2))), /comes and goes/);
  assertTold(reach("online", ["1", "0"]), /is offline/);
  assert.deepEqual(reach("connected", ["on\n", "off\n", "on\n"]), []);
  const system = (payload: string) =>
    titlesOf("garden", [
      { s: 0, topic: "irri/garden/system", payload, retain: true },
      { s: 0, topic: "irri/garden/zones", payload: { zones: [0, 0, 1] }, retain: true },
    ]);
  assertTold(system(`"DOWN"`), /is offline/);
  assert.deepEqual(system("UP"), []);
  const meter = (beats: number, rests: boolean) =>
    titlesOf("meter", [
      ...series("p1/meter/tick", times(20, (i) => 1000 + i), 1),
      ...["import", "export", "power"].flatMap((field, j) =>
        series(`p1/meter/${field}`, times(beats, (i) => 40 + (rests ? i : i >> 1) + j), 1)
      ),
    ]);
  assertTold(meter(5, false), /3 topics fell silent/);
  assert.deepEqual(meter(5, true), []);
  assert.deepEqual(meter(20, false), []);
});

Deno.test("one expander of several that is not available is told, a desk is not; notices and errors name their device", () => {
  const rack = (name: string, second: string) =>
    titlesOf(
      name,
      ["true", second, "true"].map((payload, i) => ({
        s: 1 + i,
        topic: `plc/${name}/${i + 1}/available`,
        payload,
      })),
    );
  assertTold(
    rack("expander", "false"),
    /expander\/2\/available" is false.*while 2 beside it are true/,
  );
  assert.deepEqual(rack("expander", "true"), []);
  assert.deepEqual(rack("desk", "false"), []);
  const notice = (severity: string, message: string) =>
    titlesOf("press-7", [
      ...series("edge/press-7/data", times(3, (i) => ({ temp: 21 + i / 10 }))),
      {
        s: 6,
        topic: "edge/press-7/notification",
        payload: { timestamp: START_MS, device: "press-7", severity, message },
      },
    ]);
  assertTold(notice("ERROR", "Connection to the drive lost"), /Connection to the drive lost/);
  assert.deepEqual(notice("INFO", "Recipe 4 loaded"), []);
  const reply = (device: string) =>
    titlesOf("pump-12", [
      ...series("gw/data", times(3, (i) => ({ device: "pump-12", rpm: 1200 + 3 * i }))),
      ...series("gw/reply", times(2, () => ({ result: { error: `Timeout on device ${device}` } }))),
    ]);
  assertTold(reply("pump-12"), /Timeout on device pump-12/);
  assert.deepEqual(reply("pump-13"), []);
});

Deno.test("an offline after which the device goes on for long is refuted, and one that a birth follows is not", () => {
  const data = series("bore/flow", times(40, (i) => 4 + (i % 3) * 0.1), 4);
  const said = (s: number, payload: string): Line => ({ s, topic: "bore/lwt", payload });
  assertTold(titlesOf("bore", [...data, said(60, "offline")]), /"bore\/lwt" says offline, but/);
  assert.deepEqual(titlesOf("bore", [...data, said(60, "offline"), said(64, "online")]), []);
  // The root is no gateway's level, though it is called as such a level is.
  const phone: Line = { s: 0, topic: "BLEtoMQTT/p1/LWT_topic", payload: "OFFLINE", retain: true };
  const heard = series("BLEtoMQTT/p1/A4C1", times(20, (i) => ({ t: 20 + (i % 3) / 10 })), 4);
  assertTold(titlesOf("BLEtoMQTT/p1/#", [phone, ...heard]), /retained "BLEtoMQTT\/p1\/LWT_topic"/);
});

Deno.test("a part that is watched and is not there any more is told, and a relay that is off is not", () => {
  const part = (name: string, words: readonly string[]) =>
    titlesOf("rig", [
      ...series(`rig/${name}`, times(20, (i) => i < 8 ? words[0] : words[1]), 8),
      ...series("rig/cputemp", times(40, (i) => 56 + (i * 7 % 10) / 10), 4),
    ]);
  assertTold(part("camerastatus", ["True", "False"]), /camerastatus/);
  assertTold(part("gps_found", ["1", "0"]), /gps_found/);
  assert.deepEqual(part("camerastatus", ["False", "True"]), []);
  assert.deepEqual(part("relaystatus", ["True", "False"]), []);
});

Deno.test("a greeting above all that is told, again at odd times, is of starts, and a timer's is not", () => {
  const greet = (at: readonly number[]) =>
    titlesOf("fan", [
      ...at.map((s): Line => ({ s, topic: "x/fan", payload: "ready" })),
      ...series("x/fan/temp", times(40, (i) => 20 + (i * 7 % 10) / 10), 7),
      ...series("x/fan/hum", times(40, (i) => 44 + (i * 3 % 10) / 10), 7),
    ]);
  assertTold(greet([14, 88, 151, 219, 265]), /restart/);
  assert.deepEqual(greet([14, 84, 154, 224]), []);
});

Deno.test("a last error that was none until now and a state that was fine are told, and those of before are not", () => {
  const turns = (name: string, words: readonly [string, string], after = 8) =>
    titlesOf(
      "lift",
      series("lift/e3", times(20, (i) => ({ n: i, [name]: i < after ? words[0] : words[1] })), 8),
    );
  assertTold(turns("last_fault", ["none", "Handrail deviation left"]), /last_fault/);
  assertTold(turns("Last_SQL_Error", ["", "Duplicate entry for key"]), /Last_SQL_Error/);
  assertTold(turns("state", ["Ok", "Alert"]), /"state" is Alert/);
  assert.deepEqual(turns("last_fault", ["none", "Handrail deviation left"], 0), []);
  assert.deepEqual(turns("last_fault", ["Handrail deviation left", "none"]), []);
  assert.deepEqual(turns("state", ["Alert", "Ok"]), []);
});

Deno.test("a program whose document says that its server is offline is refuted by what it tells", () => {
  const status = (server: string): Line => ({
    s: 0,
    topic: "printer-7/moonraker/status",
    payload: { server },
    retain: true,
  });
  const data = series(
    "printer-7/klipper/state/extruder/temperature",
    times(20, (i) => 214 + i % 3),
  );
  assertTold(titlesOf("printer-7", [status("offline"), ...data]), /status" says offline, but/);
  assert.deepEqual(titlesOf("printer-7", [status("online"), ...data]), []);
});

/** States that are retained, told again in such an order of times. */
function repeated(
  count: number,
  at: (round: number, n: number) => number,
  word = (_: number) => "0",
) {
  const topics = times(count, (n) => `alarm/zone${n}`);
  return [
    ...topics.map((topic) => ({ s: 0, topic, payload: "0", retain: true })),
    ...times(
      16,
      (round) => topics.map((topic, n) => ({ s: at(round, n), topic, payload: word(round) })),
    ).flat(),
  ];
}

Deno.test("states that are retained and told again without a pause are a storm, and what is polled, moves or beats is none", () => {
  const isStorm = (lines: Line[]) =>
    titlesOf("alarm/#", lines).some((title) =>
      title.startsWith("A storm: the same retained state")
    );
  assert.equal(isStorm(repeated(12, (round, n) => 1 + round + n / 12)), true);
  assert.equal(isStorm(repeated(3, (round, n) => 1 + round + n / 3)), true, "few of them");
  assert.equal(isStorm(repeated(12, (round, n) => 1 + round + n / 500)), false, "polled at once");
  assert.equal(isStorm(repeated(12, (round, n) => 1 + 60 * round + 5 * n)), false, "each minute");
  const live = repeated(12, (round, n) => 1 + round + n / 12);
  assert.equal(isStorm(live.filter(({ s }) => s > 0)), false, "not retained");
  assert.equal(
    isStorm(repeated(12, (round, n) => 1 + round + n / 12, (round) => String(round % 2))),
    false,
    "they change",
  );
});

Deno.test("a change of unit that the messages name themselves blames nobody where it was asked for", () => {
  const sensor = (unit: (i: number) => string, asked: readonly Line[] = []) =>
    findingsOf(
      "seeds",
      [
        ...asked,
        ...series(
          "tele/seeds/SENSOR",
          times(16, (i) => ({
            SHT3X: { Temperature: i < 9 ? 21 + i % 3 / 10 : 69.8 + i % 3 / 5 },
            TempUnit: unit(i),
          })),
        ),
      ].sort((a, b) => a.s - b.s),
    )[0];
  const unit = (i: number) => i < 9 ? "C" : "F";
  const asked = { s: 18.5, topic: "cmnd/seeds/SetOption8", payload: "1" };
  assert.notEqual(sensor(unit, [asked])?.severity, "warning");
  assert.match(sensor(unit)?.title ?? "", /from °C to °F, as the unit beside it says/);
  assert.equal(sensor(unit)?.severity, "warning");
  assert.equal(sensor(() => "C")?.severity, "warning");
});
