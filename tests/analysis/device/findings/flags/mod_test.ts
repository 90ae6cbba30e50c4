import assert from "node:assert/strict";
import {
  assertTold,
  diagnosisOf,
  type Line,
  series,
  START_MS,
  times,
  titlesOf,
} from "../../support.ts";

/** `severity code: title` of each finding above info. */
const told = (deviceId: string, lines: readonly Line[]) =>
  diagnosisOf(deviceId, lines, { seconds: 20 }).findings.filter(({ severity }) =>
    severity !== "info"
  )
    .map(({ severity, code, title }) => `${severity} ${code}: ${title}`);

Deno.test("an event of a camera's trouble is told while it lasts, and not when it is over or of something seen", () => {
  const event = (s: number, code: string, Action: string): Line => ({
    s,
    topic: `cam/yard/${code}/Event`,
    payload: { Action, Data: { UTC: 1 } },
  });
  assert.match(told("yard", [event(1, "VideoLoss", "Start")]).join(), /event "VideoLoss"/);
  const over = [event(1, "VideoLoss", "Start"), event(9, "VideoLoss", "Stop")];
  assert.deepEqual(told("yard", over), []);
  assert.deepEqual(told("yard", [event(1, "VideoMotion", "Start")]), []);
  const hik = (eventState: string): Line => ({
    s: 2,
    topic: "hikvision/yard",
    payload: { eventType: "diskerror", eventState, channelID: 1 },
  });
  assert.match(told("yard", [hik("active")]).join(), /event "diskerror"/);
  assert.deepEqual(told("yard", [hik("inactive")]), []);
});

Deno.test("what a discovery document calls a problem is told while it is on", () => {
  const lines = (value: string, more: Record<string, unknown> = {}): Line[] => [
    {
      s: 0,
      topic: "homeassistant/binary_sensor/pi/power/config",
      retain: true,
      payload: {
        device_class: "problem",
        name: "Under Voltage",
        state_topic: "pi/state",
        value_template: "{{ value_json.power_status }}",
        unique_id: "pi_power",
        device: { identifiers: ["pi"], name: "Pi" },
        ...more,
      },
    },
    { s: 2, topic: "pi/state", payload: { power_status: value, temperature: 40 } },
  ];
  assert.match(told("Pi", lines("ON")).join(), /power_status.*Under Voltage/);
  assert.deepEqual(told("Pi", lines("OFF")), []);
  assert.deepEqual(told("Pi", lines("ON", { payload_on: "OFF" })), []);
  assert.deepEqual(told("Pi", lines("ON", { device_class: "running" })), []);
  assert.match(told("Pi", lines("ON", { device_class: "battery" })).join(), /low_battery/);
});

Deno.test("a battery of 0.71 is 71 percent, and what would be critical is not", () => {
  const state = (battery_percentage: number): Line[] =>
    [0, 1, 2].map((i) => ({
      s: 1 + i,
      topic: "robot/state",
      payload: { battery_percentage: battery_percentage + i / 1000, current: 47, critical: 100 },
    }));
  assert.deepEqual(told("robot", state(0.71)), []);
  assert.match(told("robot", state(0.031)).join(), /error low_battery: The battery is at 3\.\d %/);
  const flag = [{ s: 1, topic: "robot/state", payload: { critical: 1 } }];
  assert.match(told("robot", flag).join(), /reported_error/);
});

Deno.test("a part that is not ok and an echo that never comes are told, counts and options are not", () => {
  const state = (fields: Record<string, unknown>): Line[] =>
    [0, 1, 2, 3].map((i) => ({
      s: 1 + i * 5,
      topic: "yard/node",
      payload: { t: 20 + i, ...fields },
    }));
  assert.match(told("node", state({ sensor_ok: 0 })).join(), /"sensor_ok" is 0/);
  assert.deepEqual(told("node", state({ tx_ok: 0, sensor_ok: 1 })), []);
  assert.match(told("node", state({ distance_cm: -1 })).join(), /stuck at -1/);
  assert.deepEqual(told("node", state({ battery_level: -1, level: -1 })), []);
});

Deno.test("an alert that began is told until it ends", () => {
  const alert = (more: Record<string, unknown>): Line[] => [{
    s: 2,
    topic: "fleet/VIN1/alerts/a402_12v/current",
    payload: { Name: "a402_12v", StartedAt: "2026-01-02T11:00:00Z", ...more },
  }];
  assert.match(told("VIN1", alert({})).join(), /alert "a402_12v" began and did not end/);
  assert.deepEqual(told("VIN1", alert({ EndedAt: "2026-01-02T11:10:00Z" })), []);
});

Deno.test("a car that says it sleeps is not offline, and one that does not is", () => {
  const car = (sleeping: boolean): Line[] =>
    [1, 6, 11].map((s) => ({
      s,
      topic: "cars/blitz",
      payload: { online: false, sleeping, soc: 64 },
    }));
  assert.deepEqual(told("blitz", car(true)), []);
  assert.match(told("blitz", car(false)).join(), /offline_last_will/);
});

Deno.test("what a receiver hears of an aircraft is no trouble of the receiver", () => {
  const heard = (text: string): Line[] =>
    [1, 4].map((s) => ({
      s,
      topic: "acars/roof",
      payload: { error: 2, flight: "UA1412", tail: ".N842UA", text, station_id: "roof" },
    }));
  assert.deepEqual(told("roof", heard("LAV SYS FAULT")), []);
});

Deno.test("a battery is known by its document, by its sensor and by its station", () => {
  const charge = (payload: string): Line[] => [
    {
      s: 0,
      topic: "homeassistant/sensor/ws/BATTERYOUT/config",
      retain: true,
      payload: {
        device_class: "battery",
        unit_of_measurement: "%",
        state_topic: "ws/BATTERYOUT/state",
        unique_id: "ws_b",
        device: { identifiers: ["ws"], name: "Station" },
      },
    },
    { s: 2, topic: "ws/BATTERYOUT/state", payload },
  ];
  assert.match(told("Station", charge("0")).join(), /low_battery: The battery is at 0 %/);
  assert.deepEqual(told("Station", charge("100")), []);
  const flags = (
    status: Record<string, number>,
  ): Line[] => [{ s: 1, topic: "lw/yard", payload: { status } }];
  assert.match(told("yard", flags({ s1_batt_ok: 0, s1_dec_ok: 1 })).join(), /low_battery/);
  assert.deepEqual(told("yard", flags({ s1_batt_ok: 0, s1_dec_ok: 0, ws_batt_ok: 1 })), []);
});

Deno.test("connected is a cable beside what is charged, and reachability elsewhere", () => {
  const lines = (beside: string): Line[] => [
    { s: 1, topic: `leaf/${beside}`, payload: "IDLE" },
    { s: 1.2, topic: "leaf/connected", payload: "No" },
  ];
  assert.deepEqual(told("leaf", lines("charging_status")), []);
  assert.match(told("leaf", lines("mode")).join(), /offline_last_will/);
});

Deno.test("an entry of a list of which nothing is known is a place that is not taken", () => {
  const live = (second: Record<string, unknown>): Line[] =>
    [1, 7, 13].map((s) => ({
      s,
      topic: "wl/current",
      payload: { conditions: [{ temp: 11.2 + s / 10, hum: 71, rx: 0, flag: 0 }, second] },
    }));
  assert.deepEqual(told("wl", live({ temp: null, hum: null, rx: null, flag: null })), []);
  assert.match(told("wl", live({ temp: null, hum: null, rx: 0, flag: 0 })).join(), /reads nothing/);
});

Deno.test("a code of error in the place of a state and a part worse than others are told", () => {
  const state = (payload: Record<string, unknown>): Line[] =>
    [1, 7, 13].map((s) => ({ s, topic: "house/unit7/state", payload }));
  assert.match(told("unit7", state({ temperature: 40, status: "E04" })).join(), /status.*E04/);
  assert.deepEqual(told("unit7", state({ temperature: 40, status: "E0" })), []);
  assert.deepEqual(told("unit7", state({ temperature: 40, zone: "E04" })), []);
  const parts = (api: string) => state({ load: 1, services: { mqtt: "healthy", api } });
  assert.match(told("unit7", parts("failed")).join(), /error.*api/);
  assert.match(told("unit7", parts("degraded")).join(), /warning.*api/);
  assert.deepEqual(told("unit7", parts("healthy")), []);
  assert.deepEqual(told("unit7", parts("stopped")), []);
});

Deno.test("a count of errors that rises with each report is told where the last error is", () => {
  const lines = (counts: readonly number[], last: string): Line[] =>
    counts.map((errors, i) => ({
      s: 1 + 4 * i,
      topic: "house/unit7/state",
      payload: { temperature: 40, read_errors: errors, last_error: last },
    }));
  const text = "no data received from slave";
  assert.match(told("unit7", lines([5, 6, 7, 8], text)).join(), /read_errors.*no data/);
  assert.deepEqual(told("unit7", lines([5, 5, 6, 7], text)), []);
  assert.deepEqual(told("unit7", lines([5, 6, 7, 8], "none")), []);
});

/** The same topic once every three seconds. */
const every3 = (topic: string, payloads: readonly unknown[]): Line[] =>
  payloads.map((payload, i) => ({ s: 1 + i * 3, topic, payload }));

Deno.test("what stands below an error's level is the error, unless its number says that it is over", () => {
  const mower = (message: string, code: string): Line[] => [
    { s: 0, topic: "mower/error/message", payload: message, retain: true },
    { s: 0, topic: "mower/error/code", payload: code, retain: true },
    ...every3("mower/charge", [70, 69, 68]),
  ];
  assert.match(told("mower", mower("Eingeschlossen", "9")).join(), /Eingeschlossen/);
  assert.deepEqual(told("mower", mower("Eingeschlossen", "0")), []);
  assert.deepEqual(told("mower", mower("-", "0")), []);
  const plain = (text: string) => told("mower", every3("mower/status/plain", [text, text]));
  assert.match(plain("Fehler").join(), /reported_error/);
  assert.deepEqual(plain("kein Fehler"), []);
});

Deno.test("an error of something that is missing is no denial, an alarm of something that is not there is", () => {
  const said = (topic: string, payload: string) =>
    told("spa", [{ s: 1, topic: `spa/${topic}`, payload }, ...every3("spa/temp", [34, 35, 34])]);
  for (const text of ["no water flow", "No flow", "no power", "kein Durchfluss"]) {
    assert.match(said("error", text).join(), /reported_error/, text);
  }
  for (const text of ["no error", "no", "no faults found", "No active alarms", "kein Fehler"]) {
    assert.deepEqual(said("error", text), [], text);
  }
  for (const text of ["no gas", "no smoke", "no water", "no flame"]) {
    assert.deepEqual(said("alarm", text), [], text);
  }
});

Deno.test("requests of which most come to nothing are told, single ones are not", () => {
  const bus = (lost: number) =>
    told(
      "plant",
      every3(
        "plant/SENSOR",
        Array.from({ length: 5 }, (_, i) => ({
          Bus: {
            Requests: 9000 + 30 * i,
            NoError: 8990 + (30 - lost) * i,
            NoResponse: 1 + lost * i,
          },
        })),
      ),
    );
  assert.match(bus(26).join(), /fails again and again: "Bus.NoResponse" rose from 1 to 105/);
  assert.deepEqual(bus(1), []);
  assert.deepEqual(bus(0), []);
});

Deno.test("a sensor that is lost while it is heard, or says itself that it read nothing, is told", () => {
  const probe = (values: number[]) =>
    told("vat", every3("vat/probe", values.map((temperature) => ({ temperature }))));
  assert.match(
    probe([18, 18.1, -127, -127, -127, -127]).join(),
    /reads nothing any more: it is -127/,
  );
  assert.deepEqual(probe([18, 18.1, -12, -12, -12, -12]), []);
  const tank = (fields: Record<string, unknown>, valid: boolean[]) =>
    told("tank", every3("tank/all", valid.map((valid) => ({ ...fields, valid }))));
  const water = { temperature_c: 0, ph: 0 };
  assert.match(tank(water, [true, true, true, false, false, false]).join(), /not valid/);
  assert.deepEqual(tank(water, [true, true, false, false, true, true]), []);
  assert.deepEqual(tank({ temp: 20, hum: 40, lat: 0, lon: 0 }, Array(6).fill(false)), []);
  const free = { s1: { temp: 20, hum: 40, valid: true }, s2: { temp: 0, hum: 0, valid: false } };
  assert.deepEqual(told("hub", every3("hub/all", Array(6).fill(free))), []);
});

Deno.test("an old place of a vehicle that is driven is told, and none of one that is parked or was just in a tunnel", () => {
  const tracker = (ignition: boolean, fixedAgoS: number): Line[] =>
    Array.from({ length: 6 }, (_, i) => ({
      s: 1 + 3 * i,
      topic: "fleet/van7",
      payload: {
        ignition,
        position: {
          valid: false,
          outdated: true,
          latitude: 48.70412,
          longitude: 10.31877,
          deviceTime: new Date(START_MS + (1 + 3 * i) * 1_000).toISOString(),
          fixTime: new Date(START_MS - fixedAgoS * 1_000).toISOString(),
        },
      },
    }));
  assert.match(told("van7", tracker(true, 9_000)).join(), /finds no position/);
  assert.doesNotMatch(told("van7", tracker(false, 9_000)).join(), /finds no position/);
  assert.doesNotMatch(told("van7", tracker(true, 120)).join(), /finds no position/);
});

Deno.test("a French meter's warning that more is drawn than was subscribed to is told while it has amperes", () => {
  const meter = (ADPS: string | number): Line[] => [
    { s: 2, topic: "linky/tic", payload: { ADCO: "041876097767", ISOUSC: "30", IINST: 41, ADPS } },
  ];
  assert.match(told("linky", meter("041")).join(), /more than was subscribed to/);
  assert.match(told("linky", meter(41)).join(), /more than was subscribed to/);
  assert.deepEqual(told("linky", [...meter("000"), ...meter(0), ...meter("")]), []);
});

Deno.test("a protection that comes as what it protects goes off has tripped, and one that is switched on has not", () => {
  const station = (rows: readonly (readonly [string, number])[]): Line[] =>
    rows.map(([pump_2_status, pump_2_protection], i) => ({
      s: 1 + 3 * i,
      topic: "station/data",
      payload: { level: 4 + i / 10, pump_1_status: "OFF", pump_2_status, pump_2_protection },
    }));
  const [on, off] = [["ON", 0], ["OFF", 1]] as const;
  assert.match(told("station", station([on, on, on, off, off])).join(), /it stopped what it/);
  const sound = [
    [on, on, on, ["OFF", 0], ["OFF", 0]],
    [["ON", 1], ["ON", 1], off, off],
    [on, on, ["ON", 1], ["ON", 1]],
    [on, on, off, ["ON", 0], ["ON", 0]],
  ] as const;
  for (const rows of sound) assert.deepEqual(told("station", station(rows)), []);
  const room = [["heat", false], ["heat", false], ["off", true], ["off", true]].map(
    ([mode, child_protection], i) => ({
      s: 1 + 3 * i,
      topic: "room/valve",
      payload: { mode, heating: mode === "heat", child_protection },
    }),
  );
  assert.deepEqual(told("room", room), [], "who keeps children off stops nothing");
});

Deno.test("a metric in a folder of alarms is one where its words tell nothing else, and what sees to alarms is none", () => {
  const raised = (metric: string) =>
    titlesOf(
      "p1",
      series("plant/p1/data", times(8, (i) => ({ [metric]: i > 3, flow: 100 + i % 3 }))),
    );
  assertTold(raised("Alarm/Low Hold Temperature"), /is true \(an alarm\)/);
  assertTold(raised("Alarms/Filter Clogged"), /is true \(something is in the way\)/);
  for (const own of ["Acknowledged", "Enabled", "Horn Silenced", "Test"]) {
    assert.deepEqual(raised(`Alarms/${own}`), [], own);
  }
});

Deno.test("a power limit that is not acknowledged for a while is told, one that is at once or just sent is not", () => {
  const limit = (...said: readonly (readonly [s: number, value: boolean])[]) =>
    told("roof", [
      ...said.map(([s, value]): Line => ({
        s,
        topic: "solar/roof/ack_pwr_limit",
        payload: String(value),
      })),
      ...times(8, (i): Line => ({ s: 2 * i, topic: "solar/roof/P_AC", payload: String(400 + i) })),
    ]);
  assert.match(limit([3, false], [8, false]).join(), /its power limit was not acknowledged/);
  assert.deepEqual(limit([3, false], [5, true]), []);
  assert.deepEqual(limit([17, false]), []);
});

Deno.test("trouble codes of a vehicle are told alone or in a row, also under the number of Teltonika's", () => {
  const van = (fields: Record<string, unknown>) =>
    told("van", series("van/data", times(10, (i) => ({ sp: 40 + i, ...fields }))));
  assert.match(van({ "281": "P0301,P0171" }).join(), /a trouble code of the vehicle/);
  assert.match(van({ dtc: "P0420" }).join(), /a trouble code of the vehicle/);
  assert.deepEqual(van({ "281": "" }), []);
  assert.deepEqual(van({ part: "P0301,P0171" }), []);
});

Deno.test("a node of Node-RED that is not connected is told by the name of its text, others' texts are not", () => {
  const node = (text: string) =>
    told("reader", series("nodered/reader/status", times(10, () => ({ status: { text } }))));
  for (const name of ["node-red:common.status.not-connected", "common.status.disconnected"]) {
    assert.match(node(name).join(), /its node does not reach what it works with/, name);
  }
  assert.deepEqual(node("node-red:common.status.connected"), []);
  assert.deepEqual(node("httpin.status.requesting"), []);
});

Deno.test("a leak that was fractions as well is a current, and no flag where it is just 1", () => {
  const heater = (leaks: readonly number[]) =>
    told(
      "heater",
      series("rail/heater/events", leaks.map((leakMa, i) => ({ leakMa, amps: 8 + i % 3 }))),
    );
  assert.deepEqual(heater([0.9, 1.1, 1.2, 0.9, 1.3, 1.1, 0.9, 1.2, 1.1, 1]), []);
  assert.match(heater([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]).join(), /leak/);
});

Deno.test("what a device of Homie consists of is no trouble, whatever its nodes are called", () => {
  const gate = (nodes: string) =>
    told("gate", [
      ...Object.entries({ $homie: "4.0.0", $name: "Gate", $state: "ready", $nodes: nodes })
        .map(([level, payload]): Line => ({
          s: 0,
          topic: `homie/gate/${level}`,
          payload,
          retain: true,
        })),
      ...series("homie/gate/barrier/position", times(10, (i) => String(40 + i))),
    ]);
  assert.deepEqual(gate("barrier,siren,tamper"), []);
});

Deno.test("a database that could not be saved is told, one that was is not", () => {
  const redis = (status: string) =>
    told(
      "queue",
      series(
        "telegraf/queue/redis",
        times(10, (i) => `redis,host=queue clients=${40 + i}i,rdb_last_bgsave_status="${status}"`),
      ),
    );
  assert.match(redis("err").join(), /the database could not be saved/);
  assert.deepEqual(redis("ok"), []);
});

Deno.test("numbers side by side that tell how often there was a fault are no fault of now, and flags are", () => {
  const heater = (own: Record<string, string>, name = "Faults") => [
    ...Object.entries({
      $state: "ready",
      "faults/$name": name,
      ...Object.fromEntries(Object.entries(own).map(([at, value]) => [`faults/${at}`, value])),
    }).map(([level, payload]): Line => ({
      s: 0,
      topic: `homie/heater/${level}`,
      payload,
      retain: true,
    })),
    ...series("homie/heater/pump/rpm", times(10, (i) => String(1_400 + 3 * (i % 4)))),
  ];
  assertTold(told("heater", heater({ e1: "0", e2: "1", e3: "0" })), /faults\/e2" is 1/);
  assert.deepEqual(told("heater", heater({ e1: "0", e2: "1", e3: "4" })), []);
  assert.deepEqual(told("heater", heater({ e1: "0", e2: "1", e3: "0" }, "Fault History")), []);
  const now = { active_fault: "0", e1: "0", e2: "1", e3: "0" };
  assert.deepEqual(told("heater", heater(now)), []);
  // Amperes are none of now.
  assertTold(
    told("pack", series("pack/state", times(6, () => ({ alarms: { current: 0, e2: 1, e3: 0 } })))),
    /e2" is 1/,
  );
});
