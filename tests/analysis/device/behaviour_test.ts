import assert from "node:assert/strict";
import { diagnosisOf, type Line } from "./support.ts";

/** One message of a topic every 4 seconds. */
function told(topic: string, payloads: readonly unknown[]): Line[] {
  return payloads.map((payload, i) => ({ s: 1 + 4 * i, topic, payload }));
}

function titles(lines: readonly Line[], deviceId = "unit 7"): string {
  return diagnosisOf(deviceId, lines, { seconds: Math.max(...lines.map(({ s }) => s)) + 1 })
    .findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title).join("; ");
}

const eight = <T>(make: (i: number) => T): T[] => Array.from({ length: 8 }, (_, i) => make(i));

Deno.test("restarts are told by what a device says of its starts, and not by what looks like it", () => {
  const data = { temp: 21.4, battery: 3.6 };
  const sick: [string, readonly unknown[]][] = [
    ["f/unit7/health", eight(() => ({ method: "boot", text: "boot (brown-out)" }))],
    ["f/unit7/log", eight((i) => ({ message: i % 3 === 0 ? "Booting..." : "sent 3 values" }))],
    ["f/unit7/boot", eight((i) => ({ ip: "10.0.0.7", heap: 40_000 + i })).slice(0, 3)],
    ["f/unit7/state", eight((i) => ({ status: i % 3 === 0 ? "booting" : "running" }))],
    ["f/unit7/tele", eight((i) => ({ ...data, uptime: `0d 0h 0m ${10 + 20 * (i % 3)}s` }))],
    ["f/unit7/tele", eight((i) => ({ ...data, up_time: `00:0${i % 3}:12` }))],
    ["f/unit7/tele", eight((i) => ({ ...data, esp_uptime: 5 + 9 * (i % 2) + i % 3 }))],
    ["f/unit7/tele", eight((i) => ({ ...data, boot_time: 1_767_355_000 + 60 * (i >> 1) }))],
    ["f/unit7/tele", [900, 904, 2, 6, 1, 5].map((ts) => ({ ts, volt: 24 }))],
    ["f/unit7/tele", [86_400, 86_404, 1, 5, 2].map((up) => ({ up, load: 20 }))],
    ["f/unit7/tele", [7, 7, 8, 8, 9].map((wdg_rst) => ({ wdg_rst, tmp: 21 }))],
    ["f/unit7/online", eight(() => "ESP8266 has been powered on")],
    ["f/unit7/heartbeat", [90_100, 94_100, 2_100, 6_100, 3_100].map(String)],
    ["f/unit7/d0", [8000, 8001, 0, 1, 2, 0, 0, 1].map(String)],
    ["f/unit7/up", [512, 513, 1, 2, 1, 2, 3].map((f_cnt) => ({ f_cnt, lux: 40 }))],
    [
      "k/pod/unit7",
      [14, 14, 15, 16, 16, 17, 18].map((restarts) => ({ phase: "Running", restarts })),
    ],
  ];
  for (const [topic, payloads] of sick) {
    assert.match(
      titles(told(topic, payloads)),
      /restarts again and again/,
      JSON.stringify(payloads[1]),
    );
  }
  const fine: [string, readonly unknown[]][] = [
    ["f/unit7/health", eight((i) => ({ method: i === 0 ? "boot" : "beat", voltage: 3.6 }))],
    ["f/unit7/tele", eight((i) => ({ ...data, reset_reason: "Power On", up_time: `00:0${i}:12` }))],
    ["f/unit7/tele", eight((i) => ({ ...data, boot_time: 1_767_355_000 + i % 2 }))],
    ["f/unit7/tele", eight((i) => ({ ...data, uptime: `3 days, 4:0${i}` }))],
    ["f/unit7/boot", eight(() => "1767355000")],
    ["f/unit7/reboot", eight(() => "OFF")],
    ["f/unit7/state", eight((i) => ({ status: i % 3 === 0 ? "starting up" : "running" }))],
    ["f/unit7/tele", eight((i) => ({ ...data, bootcount: 40 + i }))],
    ["f/unit7/tele", [3, 4, 0, 1, 2, 0, 1, 2].map((step) => ({ step, temp: 60 }))],
    ["f/unit7/tele", [911, 912, 0, 0, 0, 0, 0, 0].map((power) => ({ power }))],
    ["f/unit7/state", ["started", "running", "started", "running", "stopped"]],
    ["f/unit7/hello", eight((i) => ({ ip: "10.0.0.7", heap: 40_000 + i }))],
    ["f/unit7/tele", eight((i) => ({ n: i, boot_time: 1_767_355_000 + 900 * (i % 2) }))],
    ["k/pod/unit7", eight(() => ({ phase: "Running", restarts: 14 }))],
    ["f/unit7/job", eight((i) => ({ job: i >> 1, start_time: 1_767_355_000 + 600 * (i >> 1) }))],
  ];
  for (const [topic, payloads] of fine) {
    assert.equal(titles(told(topic, payloads)), "", JSON.stringify(payloads[1]));
  }
});

Deno.test("who connects or turns by itself again and again is told, guests and hands are not", () => {
  const connects: [string, readonly unknown[]][] = [
    ["f/unit7", eight(() => ({ type: "new_connection", station_id: "unit7", fw: 4 }))],
    ["f/unit7/event", eight((i) => i % 2 ? { ev: "reading", t: 21 } : { ev: "MQTT reconnected" })],
    ["f/unit7/log", eight((i) => i % 2 ? "sent 3 values" : "Connected to WiFi")],
    ["f/unit7/log", eight((i) => ({ msg: i % 3 ? "ok" : "Rejoined", uptime: 900 + 4 * i }))],
  ];
  for (const [topic, payloads] of connects) {
    assert.match(titles(told(topic, payloads)), /connects again and again/, topic);
  }
  const joined = (devEUI: (i: number) => string) =>
    titles(
      told("app/1/device/unit7/join", eight((i) => ({ devEUI: devEUI(i), devAddr: `0${i}` }))),
    );
  assert.match(joined(() => "ac1f09"), /joins its network again and again/);
  assert.equal(joined((i) => `ac1f0${i}`), "");
  assert.equal(titles(told("app/1/unit7/join", eight((i) => ({ name: "a", n: i })))), "");
  const guests: [string, readonly unknown[]][] = [
    ["f/unit7/event", eight((i) => ({ event: "connected", client_id: `c${i}` }))],
    ["f/unit7/phone", eight(() => ({ event: "connected", id: 1 }))],
    ["f/unit7/log", eight((i) => i === 0 ? "Connected to WiFi" : `sent ${i} values`)],
    ["f/unit7/tele", eight((i) => ({ state: "connected", rssi: -60 - i % 2 }))],
  ];
  for (const [topic, payloads] of guests) {
    assert.equal(titles(told(topic, payloads)), "", topic);
  }
  const turning = (a: unknown, b: unknown, everyS: number): Line[] =>
    [...eight((i) => i), 8, 9].map((i) => ({
      s: 1 + everyS * i,
      topic: "yard/unit7/state",
      payload: i % 2 === 0 ? a : b,
    }));
  for (
    const [a, b] of [["THROWN", "CLOSED"], ["up", "down"], [{ pos: "left" }, { pos: "right" }]]
  ) {
    assert.match(titles(turning(a, b, 0.4)), /toggles back and forth/);
    assert.doesNotMatch(titles(turning(a, b, 4)), /toggles/);
  }
  const three = [2, 0, 1, 2, 0, 1, 2, 0, 1].map((connected, i) => ({ s: 1 + i, connected }));
  assert.match(
    titles(three.map(({ s, connected }) => ({ s, topic: "unit7/connected", payload: connected }))),
    /comes and goes/,
  );
});

Deno.test("bare words of a client among its data say that it comes and goes; a cable's say nothing", () => {
  const words = ["CONNECTED", "DATA door=closed", "DATA tries=0", "DISCONNECTED"];
  const out = [...words, ...words, ...words];
  assert.match(titles(told("room/unit7/outbox", out)), /comes and goes/);
  assert.equal(titles(told("room/unit7/outbox", words.slice(0, 3))), "");
  const cable = ["connected", "disconnected", "connected", "disconnected"];
  assert.equal(titles(told("car/unit7/plug", cable)), "");
  const speaker = ["connected", "playing", "paused", "disconnected", "connected", "playing"];
  assert.equal(titles(told("audio/unit7/bt", speaker)), "");
});

Deno.test("a clock that is off and what is hours old are told in each form, and look-alikes are not", () => {
  const at = (i: number, offS = 0) => new Date(Date.UTC(2026, 0, 2, 12, 0, 1 + 4 * i + offS));
  const local = (i: number, offS = 0) => at(i, offS).toISOString().slice(0, 19).replace("T", " ");
  const hour = 3_600;
  const sick: [RegExp, (i: number) => unknown][] = [
    [/5 days behind/, (i) => ({
      ts: local(i, -120 * hour).replace(/[-:]/g, "").replace(" ", "T"),
      v: 4,
    })],
    [/365 days behind/, (i) => ({ DateTime: `1/2/2025 12:00:${10 + i} PM`, v: 4 })],
    [
      /4019 days behind/,
      (i) => ({ rtc: { year: 15, month: 1, day: 1, hours: 3, minutes: i }, v: 4 }),
    ],
    [/10 days ahead/, (i) => ({ fecha_hora: local(i, 240 * hour), v: 4 })],
    [/3 days behind/, (i) => `time=${local(i, -72 * hour)};temp=4`],
    [/2 days behind, by "idx"/, (i) => ({ idx: local(i, -48 * hour), rain: 2 })],
    [/90 min ahead, by "hdr.q"/, (i) => ({ hdr: { q: at(i, 5_400).getTime() }, rpm: 800 + i })],
    [/stands still, 7 h behind/, () => ({ power: 1_203, time: "2026-01-02T05:00:00Z" })],
    [/6 h old/, (i) => ({ power: 12.4, last_seen: at(i, -6 * hour).getTime() / 1_000 })],
    [/2 h old/, (i) => ({ voltage: 52.1, data_age_ms: 7_200_000 + 4_000 * i })],
    [/9 h old/, () => ({ voltage: 231.1, lastRead: "2026-01-02T03:00:00Z" })],
  ];
  for (const [what, make] of sick) {
    assert.match(titles(told("h/unit7", eight(make))), what, JSON.stringify(make(1)));
  }
  const fine: ((i: number) => unknown)[] = [
    (i) => ({ dateTime: `1/2/2026 7:00:${10 + 4 * i} AM`, v: 4 }),
    (i) => ({ time: (at(i).getTime() - Date.UTC(1980, 0, 6)) / 1_000, v: 4 }),
    (i) => ({ ts: at(i, -600 + 70 * i).toISOString(), v: 4 }),
    () => ({ temperature: 21, battery: 91, last_seen: at(0, -3 * hour).toISOString() }),
    (i) => ({ temp: 4 + i, last_update: at(0, -240 * hour).toISOString() }),
    () => ({ contact: true, lastupdated: "2026-01-01T07:00:00Z", n: 4 }),
    (i) => ({ window_begin: at(i, -900).toISOString(), mean: 21 + i }),
    (i) => ({ eta: at(i, 1_500).toISOString(), km: 21 - i }),
    (i) => ({ powerTs: local(i), gas: { ts: local(i, -2_100), m3: 120 }, w: 400 + i }),
    (i) => ({ heard: at(i).toISOString(), timestamp: 200 + 4 * i, w: 400 + i }),
    (i) => ({ price: 0.31, data_age: 1_800 + 4 * i }),
    (i) => ({ time_since_motion: 15_000 + 4 * i, v: 4 }),
    () => ({ holiday_end: { year: 2026, month: 8, day: 21, hour: 6, minute: 0 }, v: 4 }),
    () => ({ session: { time: "2026-01-02T05:00:00Z" }, v: 4 }),
  ];
  for (const make of fine) {
    const found = titles(told("h/unit7", eight(make)));
    assert.doesNotMatch(found, /clock| old |stands still/, JSON.stringify(make(1)));
  }
});

Deno.test("what is retained and of days ago is told, and what is to come or of today is not", () => {
  const at = (offS: number) => new Date(Date.UTC(2026, 0, 2, 12, 0, offS)).toISOString();
  const [hour, day] = [3_600, 86_400];
  const hours = (from: number) =>
    eight((i) => ({ start: at(from + i * hour), value: 0.2 + i / 9 }));
  const retained = (topic: string, payload: unknown): Line[] => [
    { s: 0, topic, payload, retain: true },
  ];
  const sick: [string, unknown][] = [
    ["power/unit7/prices", hours(-3 * day)],
    ["sun/unit7", { forecast: hours(-2 * day), model: "icon" }],
    ["unit7/bridge_last_updated/state", at(-3 * day)],
    ["unit7/app/last_sync", at(-4 * day)],
    ["tilt/unit7", { gravity: 1.02, temp: 19, lastActivityTime: at(-5 * day).slice(0, 19) }],
    ["store/unit7", { soc: 71, last_updated: Date.UTC(2025, 11, 20) / 1_000 }],
  ];
  for (const [topic, payload] of sick) {
    assert.match(titles(retained(topic, payload)), /days old|past/, topic);
  }
  const fine: [string, unknown][] = [
    ["power/unit7/prices", hours(-5 * hour)],
    ["power/unit7/history", hours(-3 * day)],
    ["unit7/app/last_sync", at(-6 * hour)],
    ["unit7/app/last_motion", at(-6 * day)],
    ["car/unit7", { soc: 71, last_updated: at(-5 * day) }],
    ["unit7/app/state", { last_changed: at(-6 * day), state: "off" }],
  ];
  for (const [topic, payload] of fine) {
    assert.doesNotMatch(titles(retained(topic, payload)), /What (?:is told|it tells)/, topic);
  }
});

Deno.test("a clock that was never set is told in each way that times are written", () => {
  const sick: ((i: number) => unknown)[] = [
    (i) => ({ t: `2000-01-01 00:14:0${i}`, weight: 41.2 }),
    (i) => ({ datum: `01.01.1970 00:0${i}`, wert: 4 }),
    (i) => ({ time: `Thu Jan  1 00:0${i}:12 1970`, level: 4 }),
    (i) => ({ epoch: 12 + 4 * i, level: 4 }),
    (i) => ({ rtc: `2000/01/01 00:00:0${i}`, level: 4 }),
    (i) => ({ phenomenonTime: `1970-01-01T00:03:1${i}Z`, result: 4 }),
    (i) => ({ span: { start_time: `1970/01/01 00:1${i}:52` }, count: 4 }),
    (i) => ({ epoch_ms: 84_000 + i * 4_000, level: 4 }),
    (i) => ({ timestamp: 84 + i * 4, level: 4 }),
    (i) => ({ ts_ms: 84_000 + i * 4_000, time_quality: "unknown", uptime_ms: 84_000 + i * 4_000 }),
    (i) => ({ ts: 84_000 + i * 4_000, ntp_synced: false, level: 4 }),
  ];
  for (const make of sick) {
    assert.match(titles(told("h/unit7", eight(make))), /never set/, JSON.stringify(make(1)));
  }
  assert.match(titles(told("h/unit7/clock", eight((i) => `1970-01-01T00:0${i}:00Z`))), /never set/);
  const fine: ((i: number) => unknown)[] = [
    (i) => ({ t: 21.5 + i / 10, weight: 41.2 }),
    (i) => ({ time: 12 + 4 * i, level: 4 }),
    (i) => ({ epoch: 12 + i, level: 4 }),
    (i) => ({ timestamp: 5_346_485 + 4_000 * i, level: 4 }),
    (i) => ({ ts: 12_345 + 4 * i, level: 4 }),
    (i) => ({ remaining: `1970-01-01T00:4${9 - i}:00Z`, level: 4 }),
    () => ({ last_alarm: "1970-01-01T00:00:00Z", level: 4 }),
    () => ({ installed: "2000-01-01", level: 4 }),
  ];
  for (const make of fine) {
    assert.equal(titles(told("h/unit7", eight(make))), "", JSON.stringify(make(1)));
  }
});

Deno.test("a total of a whole life that starts anew is told; what is counted by the day is not", () => {
  const lost = (path: string) =>
    titles(told(`m/unit7/${path}`, [8812.1, 8812.2, 8812.3, 8812.4, 0, 0.1, 0.2, 0.3]));
  for (
    const path of ["total_forward_active_energy", "energy/total", "water_total_m3", "odometer_km"]
  ) {
    assert.match(lost(path), /fell from 8812\.4 to 0/, path);
  }
  for (
    const path of [
      "energy_today",
      "total_energy_today",
      "session/energy",
      "trip/odometer",
      "rain_total",
      "packets_total",
      "power",
    ]
  ) assert.equal(lost(path), "", path);
});

Deno.test("numbers that cannot be are told whatever they are called, and what only looks so is not", () => {
  const record = (sensor: string) => (value: unknown) => ({ sensor, value });
  const field = (name: string) => (value: unknown) => ({ [name]: value });
  const around = (odd: number, [a, b, c]: number[]) => [a, b, b, odd, c, a, b];
  const wrong: [RegExp, string, (value: unknown) => unknown, number[]][] = [
    [/655\.35/, "m/unit7", field("t"), around(655.35, [21.1, 21.2, 21.3])],
    [/65\.535/, "m/unit7", field("rms_x"), around(65.535, [1.1, 1.2, 1.3])],
    [/327\.67/, "m/unit7", record("temperature"), around(327.67, [21.1, 21.2, 21.3])],
    [/-3276\.8/, "m/unit7", field("hr40001"), around(-3276.8, [44.1, 44.2, 44.3])],
    [/6553\.3/, "m/unit7", field("outdoor_t"), around(6553.3, [0.4, 0.2, 1.2])],
    [/429496729\.4/, "m/unit7/peso", field("value"), around(429496729.4, [0.1, 0.2, 0.3])],
    [/-999/, "m/unit7", field("probe"), around(-999, [18.2, 18.3, 18.4])],
    [/fell from 71\.2 to 0 and/, "m/unit7/tank/level", String, around(0, [71.1, 71.2, 71.1])],
    [/fell from .* to 0 and came/, "m/unit7", record("energy_total"), [
      510,
      510.1,
      510.2,
      0,
      510.3,
      510.4,
    ]],
    [/reads nothing any more: it is 0/, "m/unit7", field("fuel_l"), [
      312,
      311,
      311,
      311,
      310,
      0,
      0,
      0,
      0,
    ]],
  ];
  for (const [title, topic, make, values] of wrong) {
    assert.match(titles(told(topic, values.map(make))), title, JSON.stringify(values.map(make)));
  }
  const fine: [string, (value: unknown) => unknown, number[]][] = [
    ["m/unit7", field("power"), [12, 12, 6540, 6543, 12, 12, 650, 12]],
    ["m/unit7", field("illuminance"), [812, 900, 950, 65535, 900, 850, 812]],
    ["m/unit7", field("weight"), [0, 0, 412, 412, 0, 0, 812, 0]],
    ["m/unit7", field("distance"), [212, 214, 0, 0, 220, 0, 180]],
    ["m/unit7/lamp/level", String, [80, 80, 80, 0, 80, 80, 80]],
    ["m/unit7/bin/fill_level", String, [88, 88, 89, 89, 89, 0, 0, 0, 0]],
    ["m/unit7", field("cpu_temp"), [45, 45, 46, 71, 45, 46, 45]],
    ["m/unit7", field("time_to_go"), [812, 815, 820, 65535, 811, 65535, 810]],
    ["m/unit7", field("total_kwh"), [99999.2, 99999.5, 99999.8, 0.1, 0.4, 0.7]],
    ["m/unit7", field("volume"), [22, 22, 0, 22, 25, 0, 25, 25]],
  ];
  for (const [topic, make, values] of fine) {
    assert.equal(titles(told(topic, values.map(make))), "", JSON.stringify(values.map(make)));
  }
});

Deno.test("a supply whose voltage is gone is told; what is switched or set by the sun is not", () => {
  const gone = (path: string) =>
    titles(
      told(
        "t/unit7",
        [12.6, 12.5, 12.6, 12.6, 12.6, 0, 0, 0].map((v) => ({ [path]: v, battery: 90 })),
      ),
    );
  for (
    const path of [
      "external.powersource.voltage",
      "extVoltage",
      "mains_voltage",
      "vin",
      "supply_volts",
      "input_voltage",
    ]
  ) assert.match(gone(path), /supply breaks away/, path);
  for (
    const path of [
      "pv_input_voltage",
      "output_voltage",
      "charger_input_voltage",
      "analog_input_voltage",
      "usb_voltage",
      "input_2",
    ]
  ) assert.equal(gone(path), "", path);
});

Deno.test("a cold place that gets warm is told; one that was opened, and what is warm beside it, are not", () => {
  const warms = [3.8, 3.7, 3.9, 3.8, 4.9, 6.2, 7.9, 9.4, 10.6];
  assert.match(titles(told("store/unit7/coldroom/temp", warms)), /gets warm where it was cold/);
  const freezer = [-19.2, -19.1, -19.2, -19, -17, -15.1, -12, -9.2, -6.4];
  const lab = freezer.map((temperature) => ({ name: "freezer 2", temperature }));
  assert.match(titles(told("lab/unit7/freezer", lab)), /gets warm where it was cold/);
  const opened = [3.8, 3.7, 3.9, 3.8, 4.9, 6.2, 5.1, 4.4, 4];
  assert.equal(titles(told("store/unit7/coldroom/temp", opened)), "");
  const thaws = freezer.map((temperature) => ({ temperature, mode: "defrost" }));
  assert.equal(titles(told("lab/unit7/freezer", thaws)), "");
  assert.equal(titles(told("store/unit7/oven/temp", warms)), "");
  assert.equal(titles(told("store/unit7/fridge", warms.map((evap_temp) => ({ evap_temp })))), "");
});

Deno.test("a part that is missing is told by its flag, by its age, and by how many there are", () => {
  const sick: ((i: number) => unknown)[] = [
    (i) => ({ nodes: i < 5 ? 7 : 5, uptime: 900 + 4 * i }),
    (i) => ({ sensors_online: i < 5 ? 4 : 3, uptime: 900 + 4 * i }),
    (i) => ({
      nodes: {
        a: { age_s: 2 + i % 3, v: 3 },
        b: { age_s: 4, v: 3 },
        c: { age_s: 900 + 4 * i, v: 3 },
      },
    }),
    (i) => ({ devices: [{ online: true }, { online: i < 4 }, { online: true }] }),
  ];
  for (const make of sick) {
    assert.match(
      titles(told("mesh/unit7/info", eight(make))),
      /Some are (?:missing|offline)|One of several|is gone|cannot be reached/,
    );
  }
  const fine: ((i: number) => unknown)[] = [
    (i) => ({ clients: i < 5 ? 7 : 5, satellites: i < 5 ? 9 : 7, uptime: 900 + 4 * i }),
    (i) => ({ nodes: [7, 6, 7, 7, 7, 7, 7, 7][i], uptime: 900 + 4 * i }),
    (i) => ({
      nodes: { a: { age_s: 2 }, b: { age_s: 4 + 4 * i }, c: { age_s: (40 + 4 * i) % 60 } },
    }),
    (i) => ({ inverters_online: i < 5 ? 7 : 5, fans: i < 5 ? 3 : 2 }),
    (i) => ({
      a: { age_s: 2, temp: 20 },
      b: { age_s: 4, temp: 21 },
      c: { age_s: 900 + 4 * i, open: 1 },
    }),
    (i) => ({ phones: [{ online: true }, { online: i < 4 }, { online: true }] }),
  ];
  for (const make of fine) {
    assert.equal(titles(told("mesh/unit7/info", eight(make))), "", JSON.stringify(make(7)));
  }
});

Deno.test("what is never nothing and reads exactly 0 for good is told; what rests at 0 is not", () => {
  const falls = (from: number) =>
    Array.from({ length: 12 }, (_, i) => i < 7 ? from + i % 3 / 10 : 0);
  for (
    const [path, from] of [["water_temp", 14.2], ["humidity", 51], ["salinity", 34.1], ["co2", 612]]
  ) {
    const lines = told(
      "sea/unit7",
      falls(Number(from)).map((v, i) => ({ [path]: v, batt_v: 12.9 - i / 90 })),
    );
    assert.match(titles(lines), /reads 0|reads nothing|stuck at 0/, String(path));
  }
  for (const path of ["lux", "wind_speed", "pump_pressure", "power", "set_temp", "rpm", "rain"]) {
    const lines = told(
      "sea/unit7",
      falls(40).map((v, i) => ({ [path]: v, batt_v: 12.9 - i / 90 })),
    );
    assert.equal(titles(lines), "", path);
  }
});

Deno.test("a reading that fell below nothing for good is told; what has a sign or a zero point is not", () => {
  const falls = (from: number, to: number) =>
    Array.from({ length: 12 }, (_, i) => i < 7 ? from + i % 3 / 10 : to - i % 2 / 10);
  const of = (path: string, from: number, to: number) =>
    titles(told("rig/unit7", falls(from, to).map((v, i) => ({ [path]: v, n: i }))));
  assert.match(of("tank_pressure", 309, -250), /which it cannot be/);
  assert.match(of("water_level", 142, -31), /which it cannot be/);
  assert.match(of("soil_moisture", 41, -12), /which it cannot be/);
  const ebbs = Array.from({ length: 12 }, (_, i) => ({ water_level: 3.1 - i / 2, n: i }));
  assert.equal(titles(told("rig/unit7", ebbs)), "");
  for (const path of ["temp", "weight", "diff_pressure", "tide_level", "sound_level", "power"]) {
    assert.equal(of(path, 41, -12), "", path);
  }
});

Deno.test("a welcome again and again, 85 °C for good and a will of 0 beside what tells of the whole are told", () => {
  const hello = eight((i) => ({ version: 24, mac: "C4", unix_time: 1_767_355_200 + 4 * i }));
  assert.match(titles(told("gs/unit7/tele/welcome", hello)), /restarts again and again/);
  assert.equal(titles(told("gs/unit7/tele/welcome", hello.slice(0, 1))), "");
  const warm = eight((i) => i < 3 ? 33.8 + i / 10 : 85);
  assert.match(titles(told("unit7/return/temperature", warm)), /85/);
  const heats = eight((i) => Math.min(85, 62 + 5 * i));
  assert.equal(titles(told("unit7/boiler/temperature", heats)), "");
  const water = (status: string): Line[] =>
    Object.entries({
      status,
      level: "131",
      "info/ip": "10.64.3.18",
      "info/rssi": "9",
      "info/reset_cause": "1",
    })
      .map(([path, payload]) => ({ s: 0, topic: `unit7/water/${path}`, payload, retain: true }));
  assert.match(titles(water("0")), /offline|last will/i);
  assert.equal(titles(water("1")), "");
});

Deno.test("an acknowledgement answers a command whatever it was; an error of a modem refuses it", () => {
  const asked = (wanted: string, said: string) =>
    titles([
      { s: 1, topic: "dl/unit7/set", payload: wanted },
      { s: 2, topic: "dl/unit7/response", payload: said },
      { s: 9, topic: "dl/unit7/response", payload: said },
    ]);
  for (const said of ["ACK", "OK", "done"]) {
    for (const wanted of ["50", "ON", "off"]) assert.equal(asked(wanted, said), "", said);
  }
  assert.match(asked("50", "+CME ERROR: 10"), /command failed/);
  assert.match(asked("50", "NAK"), /command failed|not answered/);
});

Deno.test("a link of a modem that comes and goes is told, and a count at rest or a limit at its end is not", () => {
  const turns = (up: unknown, down: unknown) => eight((i) => i % 2 === 0 ? up : down);
  const sick: [string, readonly unknown[]][] = [
    ["t/unit7/modem", turns("up", "down").map((link) => ({ link, rssi: -71 }))],
    ["t/unit7/modem", turns(true, false).map((ppp_connected) => ({ ppp_connected, rssi: -71 }))],
    ["t/unit7/stream_state", turns("streaming", "reconnecting")],
  ];
  for (const [topic, payloads] of sick) {
    assert.match(titles(told(topic, payloads)), /comes and goes/, topic);
  }
  const fine: ((i: number) => unknown)[] = [
    (i) => ({ tx: 100 + 40 * i, tx_failed: 12, rx: 900 + 3 * i }),
    (i) => ({ level_m: 1.42 + i % 3 / 50, alarm_hi: 9999 }),
  ];
  for (const make of fine) assert.equal(titles(told("h/unit7/stats", eight(make))), "");
  const rises = eight((i) => ({ tx: 100 + 4 * i, tx_failed: 12 + 4 * i }));
  assert.notEqual(titles(told("h/unit7/stats", rises)), "");
});

Deno.test("a thing is found by the name under a key such as hive_name; what is no thing's name finds nothing", () => {
  const heard = (key: string) =>
    diagnosisOf(
      "Elisabeth",
      told("telemetry/hive/2", eight((i) => ({ [key]: "Elisabeth", w: i }))),
      {
        seconds: 30,
      },
    ).topics.length;
  for (const key of ["hive_name", "gatewayName", "pump-name"]) assert.equal(heard(key), 1, key);
  for (const key of ["user_name", "fileName", "owner", "eventName"]) {
    assert.equal(heard(key), 0, key);
  }
});

Deno.test("a log's warning without a word of trouble is uncertain; one with such a word or a code is not", () => {
  const severities = (lines: Line[]) =>
    diagnosisOf("unit 7", lines).findings.map(({ severity, code }) => `${severity} ${code}`);
  for (
    const [line, said] of [
      ["WARNING; Lights.cpp:339 received 6600 kelvin, at most 6000. Clamping.", "info"],
      ["[W][lights:339] warning: colour clamped to 6000", "info"],
      ["WARNING; Sensor.cpp:12 reading the sensor failed", "error"],
      ["WARN: connection lost, retrying", "warning"],
      [{ level: "WARNING", message: "value clamped to 6000" }, "info"],
      [{ level: "WARNING", code: "F_CNT_RETRANSMISSION", message: "frame 7 again" }, "warning"],
    ] as const
  ) {
    const found = severities(told("f/unit7/log", [line]));
    assert.deepEqual(found, [`${said} reported_error`], JSON.stringify(line));
  }
});

Deno.test("an alarm beside limits and a reading within them is a setting; outside them it sounds", () => {
  const of = (fields: object) => told("f/unit7/state", eight(() => ({ ...fields })));
  const probe = (temp: number, more: object = {}) => ({
    probe_1_alarm: "ON",
    probe_1_min: 60,
    probe_1_max: 100,
    probe_1_temp: temp,
    ...more,
  });
  const fine: object[] = [
    probe(70),
    probe(0, { probe_1_attached: "OFF" }),
    { meat: { alarm: true, high: 90, value: 61.5 } },
    { tankAlarm: "on", tankLow: 10, tankHigh: 95, tankLevel: 54 },
  ];
  for (const fields of fine) assert.equal(titles(of(fields)), "", JSON.stringify(fields));
  const sick: object[] = [
    probe(120),
    probe(40),
    { probe_1_alarm: "ON", probe_1_temp: 70 },
    probe(70, { fan_error: "stalled" }),
  ];
  for (const fields of sick) assert.notEqual(titles(of(fields)), "", JSON.stringify(fields));
});

Deno.test("lines of a log tell restarts by what they say and by the time since the start; what only runs on tells none", () => {
  const esp = (ms: number, line: string) => `\u001b[0;32mI (${ms}) ${line}\u001b[0m`;
  const sick: (readonly string[])[] = [
    eight((i) => esp(i % 2 === 0 ? 512 : 3_200, i % 2 === 0 ? "EVENT: @REBOOT N=0" : "KV: a=1")),
    eight((i) => esp([812, 30_400, 92_000][i % 3] ?? 0, "wifi: beacon")),
    eight((i) => i % 3 === 0 ? "I (31) boot: Booting the firmware" : esp(900 + i, "main: go")),
  ];
  for (const lines of sick) {
    assert.match(titles(told("f/unit7/log", lines)), /restarts again and again/, lines[1]);
  }
  const fine: (readonly string[])[] = [
    eight((i) => esp(512 + 700 * i, "wifi: beacon")),
    // One comes late.
    eight((i) => esp(i === 4 ? 700 : 81_000 + 500 * i, "METRIC: @KV TEMP=24")),
    eight((i) => esp(81_000 + 500 * i, "METRIC: @KV N_RESTARTS=41")),
    eight((i) => i === 0 ? esp(512, "boot: start") : esp(9_000 + i, "main: go")),
  ];
  for (const lines of fine) assert.equal(titles(told("f/unit7/log", lines)), "", lines[1]);
});

Deno.test("a thing is found by a name beside its id and by one in its log; people's names find none", () => {
  const heard = (payloads: object[], name: string) =>
    diagnosisOf(name, [
      ...payloads.flatMap((payload) => told("f/all", [payload])),
      ...told("f/1031442/data", [{ t: 1 }, { t: 2 }]),
      ...told("f/1026700/data", [{ t: 1 }, { t: 2 }]),
      ...told("3c71bf4a2e10.log", ["I (900) KV: DEVICE_NAME=Tomato tent", "I (950) KV: T=24"]),
    ]).messages.live;
  const basic = { info: { boxunitId: "1031442", boxname: "Back door", username: "Maria" } };
  assert.equal(heard([basic], "Back door"), 3);
  assert.equal(heard([basic], "1031442"), 3);
  assert.equal(heard([basic], "Tomato tent"), 2);
  assert.equal(heard([{ personId: "1031442", personName: "Maria" }], "Maria"), 0);
});

Deno.test("a position that is lost for the rest is told; a bridge, a garage and a start are not", () => {
  const gga = (fix: unknown, lat: unknown, sats: number, more: object = {}) => ({
    latitude: lat,
    longitude: lat,
    fix_quality: fix,
    num_satellites: sats,
    depth: 12.4,
    ...more,
  });
  const track = (
    lost: (i: number) => boolean,
    none: object,
    more: (i: number) => object = () => ({}),
  ) =>
    Array.from(
      { length: 12 },
      (_, i) =>
        lost(i)
          ? { ...none, depth: 12 + i / 10, ...more(i) }
          : gga("2", 44.62 + i / 1e4, 11, more(i)),
    );
  const sick: unknown[][] = [
    track((i) => i > 3, gga("0", null, 0)),
    track((i) => i > 3, gga(0, 0, 0)),
    track((i) => i > 3, gga("2", "", 11)),
    Array.from({ length: 12 }, (_, i) => ({ fixType: i > 3 ? "NO_FIX" : "3D", alt: 3 + i })),
    Array.from({ length: 12 }, (_, i) => ({ gps: { satellites: i > 3 ? 0 : 9 }, v: 12 + i })),
  ];
  for (const payloads of sick) {
    assert.match(titles(told("f/unit7/gps", payloads)), /no position/, JSON.stringify(payloads[9]));
  }
  const fine: unknown[][] = [
    track((i) => i > 3 && i < 8, gga("0", null, 0)),
    track((i) => i < 3, gga("0", null, 0)),
    track((i) => i > 5, gga("0", null, 0), (i) => ({ speed: i < 4 ? 40 : 0 })),
    Array.from({ length: 12 }, (_, i) => ({ satellites: 9 - (i % 3), v: 12 + i })),
    Array.from({ length: 12 }, (_, i) => ({ light_fix: i > 3 ? 0 : 1, v: 12 + i })),
  ];
  for (const payloads of fine) {
    assert.doesNotMatch(
      titles(told("f/unit7/gps", payloads)),
      /no position/,
      JSON.stringify(payloads[9]),
    );
  }
  const lost = told("f/unit7/fix", Array.from({ length: 12 }, (_, i) => i > 5 ? "0" : "3"));
  const speeds = (of: (i: number) => string) =>
    told("f/unit7/speed", Array.from({ length: 12 }, (_, i) => of(i)));
  assert.match(titles([...lost, ...speeds(() => "14.2")]), /no position/);
  assert.doesNotMatch(titles([...lost, ...speeds((i) => i < 4 ? "40" : "0")]), /no position/);
});

Deno.test("one zero among a few values of a meter is told; a power that rests and a new day are not", () => {
  const of = (field: string, values: number[]) =>
    titles(told(`f/unit7/${field}/state`, values.map(String)));
  assert.match(of("energyWh", [48212370, 48213012, 0, 48214803, 48215976]), /fell .* came back/);
  assert.match(of("heat_total", [8812, 8813, 8815, 0, 8816, 8818]), /fell .* came back/);
  assert.match(of("rec0", [921032, 921035, 921038, 0, 921044, 921047]), /fell .* came back/);
  for (
    const [field, values] of [
      ["energyWh", [3, 5, 0, 2, 4]],
      ["energy_today", [8212, 8213, 0, 1, 2]],
      ["power", [212, 214, 0, 216, 218]],
      ["energyWh", [48212370, 48213012, 48214803, 0, 120]],
    ] as const
  ) {
    assert.doesNotMatch(of(field, [...values]), /came back/, `${field} ${values}`);
  }
});

Deno.test("a few numbers that cannot be are told; those of cold stores, thermostats and switches are not", () => {
  const of = (field: string, values: number[]) =>
    titles(told(`f/unit7/${field}/state`, values.map(String)));
  for (
    const [field, values] of [
      ["tempc_out", [-99.9, -99.9, -99.9]],
      ["water_temp", [-196.6, -196.6, -196.6]],
      ["attic_humidity", [0, 0, 0]],
      ["humidity", [130.4, 130.4, 130.4]],
      ["soil_moisture", [-14, -14, -14]],
      ["state_of_charge", [87, 0, 87, 86, 86]],
      ["water_temperature", [48.2, 48.1, 148.9, 48.1, 48]],
      ["pressure", [1013.2, 1013.3, 1013.4, 1764.2, 1013.6, 1013.7]],
      ["frequency", [49.98, 50.01, 50.02, 655.35, 50.01]],
      ["baro", [1013.1, 1013.2, 1013.1, 0, 0, 0]],
    ] as const
  ) {
    assert.match(of(field, [...values]), /cannot be|jumps|came back|stuck|nothing/, field);
  }
  for (
    const [field, values] of [
      ["ult_freezer_temp", [-79.2, -79.4, -79.1]],
      ["ln2_dewar_temperature", [-189.2, -189.3, -189.2]],
      ["dew_point", [-62.1, -62.2, -62.1]],
      ["humidity", [4512, 4513, 4514]],
      ["humidity", [-1, -1, -1]],
      ["pump_pressure", [3.1, 3, 0, 3.1, 3]],
      ["cpu_temperature", [41, 42, 71, 44, 42, 41]],
      ["rpm", [0, 0, 850, 0, 0, 0]],
      ["battery_level", [101, 101, 44, 101, 101]],
    ] as const
  ) {
    assert.doesNotMatch(of(field, [...values]), /cannot be|jumps|came back|stuck|nothing/, field);
  }
});

Deno.test("data of days ago is told when commands bring nothing; a car that sleeps or answers is not", () => {
  const retained = (topic: string, payload: unknown): Line => ({
    s: 0,
    topic,
    payload,
    retain: true,
  });
  const car = (updated: unknown, more: Line[]) =>
    titles([
      retained("car/unit7/availability", "online"),
      retained("car/unit7/battery/soc", "64"),
      retained("car/unit7/last_updated", updated),
      ...more,
      { s: 30, topic: "other/x", payload: "1" },
    ]);
  const command: Line = { s: 2, topic: "car/unit7/command/stop_charging", payload: "STOP" };
  assert.match(car("2025-12-31T10:00:00.123", [command]), /days old: .* commands bring no answer/);
  assert.match(car("2025-12-31 10:00:00", [command]), /days old: .* commands bring no answer/);
  assert.doesNotMatch(car("2025-12-31T10:00:00", []), /days old: .* commands bring no answer/);
  assert.doesNotMatch(
    car("2026-01-02T11:40:00", [command]),
    /days old: .* commands bring no answer/,
  );
  const answer: Line = { s: 3, topic: "car/unit7/battery/charging", payload: "OFF" };
  assert.doesNotMatch(
    car("2025-12-31T10:00:00", [command, answer]),
    /days old: .* commands bring no answer/,
  );
});

Deno.test("a chip that tells its memory beside its signal tells of its own Wi-Fi, whatever band its name has", () => {
  const ping = (rssi: number, more: object) =>
    titles(
      told("gs/1/unit7_868/tele/ping", eight((i) => ({ RSSI: rssi - i % 2, ...more }))),
      "unit7_868",
    );
  assert.match(ping(-91, { Mem: 168_400, InstRSSI: -112 }), /signal is weak/);
  assert.equal(ping(-61, { Mem: 168_400, InstRSSI: -112 }), "");
  assert.equal(ping(-91, { model: "x", snr: 4 }), "");
  assert.equal(ping(-91, { heap: 40_000, gateway: "g1" }), "");
  assert.equal(ping(-91, { InstRSSI: -112 }), "");
});

Deno.test("a gateway's words on a thing by its number are heard as this thing's; other numbers are not", () => {
  const said = (text: string) =>
    titles([
      ...told("gw/reply/1", [{ r: { "device-id": 405419896, door: 1 } }]),
      ...told("gw/system", [{ message: { system: { alert: { message: text } } } }]),
    ], "405419896");
  assert.match(said("L0x 405419896 does not answer: error"), /405419896 does not answer/);
  assert.equal(said("L0x 405419897 does not answer: error"), "");
});

Deno.test("a state that says the same trouble again and again between others is in trouble, and one that did once is not", () => {
  const cycle = ["connecting", "IOTC_ER_TIMEOUT", "stopping", "stopped"];
  const says = (words: readonly string[]) => titles(told("cams/unit7/state", words));
  assert.match(says([...cycle, ...cycle, ...cycle]), /reports an error: state: IOTC_ER_TIMEOUT/);
  assert.doesNotMatch(says([...cycle, "connecting", "online", "online"]), /IOTC/);
});

Deno.test("a text that was sent to be shown is no trouble of what shows it, also in a document", () => {
  const text = "Line 12: failure of a signal";
  const shown = (sent: string): Line[] => [
    { s: 4, topic: "foyer/unit7/display/set", payload: { text: sent } },
    { s: 5, topic: "foyer/unit7/display/state", payload: { text } },
    { s: 9, topic: "foyer/unit7/display/state", payload: { text } },
  ];
  assert.equal(titles(shown(text)), "");
  assert.match(titles(shown("Welcome")), /failure of a signal/);
});
