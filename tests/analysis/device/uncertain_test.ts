import assert from "node:assert/strict";
import { codesOf, diagnosisOf, type Line, START_MS } from "./support.ts";

/** Code and severity of each finding. */
const told = (lines: Line[], deviceId = "x/dev/#") =>
  diagnosisOf(deviceId, lines).findings.map(({ code, severity }) => `${severity} ${code}`);

const live = (topic: string, payloads: unknown[]): Line[] =>
  payloads.map((payload, i) => ({ s: 1 + i * 3, topic, payload }));

const beat: Line[] = live(
  "x/dev/temp",
  Array.from({ length: 20 }, (_, i) => 20 + (i % 3) / 10),
);

Deno.test("a link that is down is told as uncertain while the device speaks, a bus that is down is not", () => {
  const state = (topic: string): Line => ({ s: 0, topic, payload: "Disconnected", retain: true });
  const here: Line = { s: 0, topic: "x/dev/availability", payload: "online", retain: true };
  assert.deepEqual(told([here, state("x/dev/status/state"), ...beat]), ["info reported_error"]);
  assert.deepEqual(told([state("x/dev/bus_status"), ...beat]), ["warning reported_error"]);
});

Deno.test("an alarm's number other than 1 is told as uncertain, and 1 as an alarm", () => {
  const alarm = (value: unknown): Line => ({
    s: 0,
    topic: "x/dev/alarm",
    payload: value,
    retain: true,
  });
  assert.deepEqual(told([alarm("2"), ...beat]), ["info reported_error"]);
  assert.deepEqual(told([alarm("1"), ...beat]), ["error reported_error"]);
  assert.deepEqual(told([alarm("0"), ...beat]), []);
});

Deno.test("a payload that the discovery document calls off is no trouble", () => {
  const siren: Line = {
    s: 0,
    topic: "homeassistant/siren/dev/alarm/config",
    retain: true,
    payload: {
      state_topic: "x/dev/alarm",
      payload_on: 2,
      payload_off: 1,
      device: { ids: ["dev"] },
    },
  };
  const off: Line = { s: 0, topic: "x/dev/alarm", payload: "1", retain: true };
  assert.deepEqual(told([siren, off, ...beat], "dev"), []);
});

Deno.test("a document of a topic that a filter leaves out tells no ghost, and of a live device only info", () => {
  const document = (availability_topic: string): Line => ({
    s: 0,
    topic: "homeassistant/camera/dev/picture/config",
    retain: true,
    payload: { topic: "x/dev/picture", availability_topic, device: { ids: ["dev"], name: "dev" } },
  });
  assert.deepEqual(told([document("bridge/state"), ...beat]), []);
  assert.deepEqual(told([document("x/dev/lwt"), ...beat]), ["info ghost_discovery"]);
  assert.deepEqual(told([document("x/dev/lwt")], "dev"), ["warning ghost_discovery"]);
});

Deno.test("words that name, deny, record or announce are no trouble of the device", () => {
  for (
    const [topic, payload] of [
      ["x/dev/error", "NoError: Robot is operational"],
      ["x/dev/error", "ERROR_NOERROR"],
      ["x/dev/fault", "NO_FAULT"],
      ["x/dev/activewindow/state", "ERROR - Device Manager"],
      ["x/dev/event", { event: "AlertEnd" }],
      ["x/dev/alarmType", 24],
      ["x/dev/status", { HasError: false, ErrorCode: 8000 }],
      ["x/dev/errors.history/entries", [{ errorCode: "E3", priority: "criticalError" }]],
      ["x/dev/entries", [{ errorCode: "P8", priority: "info" }]],
      ["x/dev/log", { type: "Zone", group_type: "PriorityAlarm" }],
      ["x/dev/data", { warning: { mode: "stop", level: "low", strobe: false } }],
      ["x/dev/data", { messages: [{ time: 1728034996, code: 3, severity: "ERROR" }] }],
      [
        "x/dev/debug",
        "[W][component:237]: Component ble took a long time for an operation (68 ms).",
      ],
    ] as const
  ) assert.deepEqual(told([...live(topic, [payload]), ...beat]), [], JSON.stringify(payload));
});

Deno.test("the same words told of now are trouble", () => {
  for (
    const [topic, payload] of [
      ["x/dev/error", "Error 17: robot is stuck"],
      ["x/dev/error", "ERROR_WATER_LEAK"],
      ["x/dev/status", { HasError: true, ErrorCode: 6831 }],
      ["x/dev/data", { faults: [{ code: 3, severity: "ERROR" }] }],
      ["x/dev/data", { type: "error", message: "pump failed" }],
      ["x/dev/debug", "[W][dht:060]: Invalid readings! Please check your wiring"],
    ] as const
  ) {
    const codes = codesOf(diagnosisOf("x/dev/#", [...live(topic, [payload]), ...beat]));
    assert.deepEqual(codes, ["reported_error"], JSON.stringify(payload));
  }
});

Deno.test("a battery of nine steps is full at 9, one that is charged beside is not low", () => {
  const rfx = { id: "0x2A01", rssi: 4, batteryLevel: 9, temperature: 7.4 };
  assert.deepEqual(
    told(live("x/dev", Array(20).fill(rfx)), "x/dev").filter((one) => !/^info/.test(one)),
    [],
  );
  const level: Line = { s: 0, topic: "x/dev/batteryLevel", payload: "8", retain: true };
  const charging: Line = { s: 0, topic: "x/dev/batteryState", payload: "CHARGING", retain: true };
  assert.deepEqual(told([level, charging, ...beat]), []);
  assert.deepEqual(told([level, ...beat]), ["warning low_battery"]);
});

Deno.test("a tablet on power is not low, and an insulation beyond its scale is not stuck", () => {
  const tablet = { batteryLevel: 12, plugged: true, screen: "on" };
  assert.deepEqual(told(live("x/dev", Array(20).fill(tablet)), "x/dev"), []);
  const unplugged = { ...tablet, plugged: false };
  assert.deepEqual(told(live("x/dev", Array(20).fill(unplugged)), "x/dev"), [
    "warning low_battery",
  ]);
  assert.deepEqual(told(live("x/dev/isolation_resistance", Array(20).fill("65535"))), []);
  assert.deepEqual(told(live("x/dev/pressure", Array(20).fill("65535"))), ["warning stuck_value"]);
});

Deno.test("what runs low is told by names, words, volts and lines of several makers; what looks alike is not", () => {
  const same = (payload: unknown) => [payload, payload, payload, payload, payload, payload];
  const falls = (make: (i: number) => unknown) => [0, 1, 2, 3, 4, 5].map(make);
  const low = ["warning low_battery"];
  const care = ["warning reported_error"];
  const weak = ["warning weak_signal"];
  const rows: [payloads: unknown[], expected: string[], topic?: string][] = [
    [falls((i) => ({ akkustand: 12 - i, ventil: "zu" })), low],
    [same({ temperatur: 20, niveau_batterie: 7 }), low],
    [same({ temp: 4, txbatt: "1-ok 2-LOW 3-ok" }), low],
    [same({ temp: 4, txbatt: "1-ok 2-ok 3-ok" }), []],
    [same("T:21 BATT:LOW"), low],
    [same("temp=21,bat=6%"), low],
    [same("battery: low threshold"), []],
    [same({ low_battery_devices: ["kitchen"] }), low],
    [same({ low_battery_devices: [] }), []],
    [same({ low_battery_alarm: true }), low],
    [same({ low_battery_alarm: true }), [], "x/dev/config"],
    [falls((i) => ({ battery_percent: 6 + i, charger: "connected" })), []],
    [same({ state: "docked", battery_level: 12 }), []],
    [falls((i) => ({ t: 20, vbat: 2.1 - i / 100 })), low],
    [same({ t: 20, vbat: 2.6 }), []],
    [same({ supercap: true, vbat: 2.1 }), []],
    [same({ solar: 4.1, vbat: 3.02 }), low],
    [same({ t: 20, vbat: 3.02 }), []],
    [same({ ignition: false, battery_v: 11.2 }), low],
    [same({ state: "tool", battery_v: 11.2 }), []],
    [same({ ip: "10.0.0.5", wifi_signal_percent: 9 }), weak],
    [same({ wifi: { signal: "very poor" } }), weak],
    [same("uptime=99 wifi_rssi=-91dBm"), weak],
    [same({ wifi: { signal: "good" } }), []],
    [same({ ip: "10.0.0.5", networks: [{ ssid: "a", rssi: -92 }] }), []],
    [same({ status: "waiting_for_fix", satellites: 0 }), care],
    [same({ status: "waiting" }), []],
    [same({ ink_cyan_percent: 2 }), care],
    [same({ waste_tank_percent: 2 }), []],
    [same({ root: { use: "100%" } }), care, "x/dev/disk"],
    [same({ memory_percent: 98.5 }), care],
    [same({ throttled: false, cpu_temp: 86 }), care],
    [same({ cpu_temp: 86 }), []],
  ];
  for (const [payloads, expected, topic = "x/dev/tele"] of rows) {
    const lines = payloads.map((payload, i): Line => ({ s: 1 + i * 2, topic, payload }));
    const found = diagnosisOf("dev", lines, { seconds: 14 }).findings
      .filter(({ severity }) => severity !== "info")
      .map(({ severity, code }) => `${severity} ${code}`);
    assert.deepEqual(found, expected, JSON.stringify(payloads.at(-1)));
  }
});

/** What is told of numbers that come every so many seconds, up to the end of listening. */
const toldAfter = (o: { everyS: number; to: number; seconds: number }) => {
  const lines = Array.from({ length: Math.floor(o.to / o.everyS) }, (_, i): Line => ({
    s: 1 + i * o.everyS,
    topic: "x/dev/tele",
    payload: { t: 20 + (i % 7) / 10, p: 51 + (i % 5) / 10 },
  }));
  return diagnosisOf("x/dev/#", lines, { seconds: o.seconds }).findings
    .map(({ code, severity }) => `${severity} ${code}`);
};

Deno.test("a silence is measured by its beats and by how long was listened before", () => {
  const [silent, pause] = [["error stale_heartbeat"], ["info stale_heartbeat"]];
  assert.deepEqual(toldAfter({ everyS: 1, to: 10, seconds: 18 }), silent);
  assert.deepEqual(toldAfter({ everyS: 1, to: 30, seconds: 38 }), pause);
  assert.deepEqual(toldAfter({ everyS: 1, to: 30, seconds: 50 }), silent);
  assert.deepEqual(toldAfter({ everyS: 5, to: 500, seconds: 540 }), pause);
  assert.deepEqual(toldAfter({ everyS: 5, to: 500, seconds: 570 }), silent);
});

Deno.test("one pause in a rhythm is told as uncertain, and a visit after the other is none", () => {
  const at = (times: number[]) =>
    told(times.map((s, i) => ({ s, topic: "x/dev/tele", payload: { t: 20 + (i % 7) / 10 } })));
  const beat = Array.from({ length: 50 }, (_, i) => 10 + i);
  assert.deepEqual(at(beat.filter((s) => s < 30 || s > 40)), ["info gap"]);
  assert.deepEqual(at(beat.filter((s) => s % 20 > 5)), ["warning gap"]);
  const visits = [0, 20, 40].flatMap((start) => [5, 6, 7, 8, 9].map((s) => start + s));
  assert.deepEqual(at(visits).filter((one) => !one.startsWith("info")), []);
});

Deno.test("what passes and who leaves is no fault, and a sensor that falls silent is one", () => {
  const passing = (id: string) => [
    ...Array.from({ length: 20 }, (_, i): Line => ({
      s: 1 + i,
      topic: "x/dev/json",
      payload: { [id]: "4787b0", altitude: 9_000 + 20 * (i % 7), lost: i === 19 },
    })),
  ];
  const loud = (lines: Line[]) => told(lines).filter((one) => !one.startsWith("info"));
  assert.deepEqual(loud(passing("icao24")), []);
  assert.deepEqual(loud(passing("sensor")), ["error stale_heartbeat", "error reported_error"]);
  const tag = (state: string): Line[] =>
    [1, 15, 30, 45, 55].flatMap((s): Line[] => [
      { s, topic: "x/dev/c0ffee", payload: s < 30 ? "present" : state },
      { s, topic: "x/dev/status/c0ffee", payload: { rssi: -70, available: s < 30 } },
    ]);
  assert.deepEqual(loud(tag("not_present")), []);
  assert.notDeepEqual(loud(tag("broken")), []);
});

Deno.test("a sign that follows noise around zero is no fight of two switches", () => {
  const lines = (value: (i: number) => number): Line[] =>
    Array.from({ length: 110 }, (_, i) => ({
      s: 1 + i / 2,
      topic: "x/dev/tele",
      payload: { value: value(i), flag: i % 2 === 0 },
    }));
  assert.deepEqual(told(lines((i) => (i % 2 === 0 ? -1 : 1) * (1 + i % 3) / 1e4)), []);
  assert.deepEqual(told(lines((i) => (1 + i % 3) / 1e4)), ["warning flapping"]);
});

Deno.test("a number that rests since the device docked is told as uncertain", () => {
  const lines = (state: (i: number) => string, name = "slope"): Line[] =>
    Array.from({ length: 28 }, (_, i) => ({
      s: 1 + 2 * i,
      topic: "x/dev/tele",
      payload: { state: state(i), [name]: i < 10 ? (i * 77) % 360 : 214 },
    }));
  assert.deepEqual(told(lines((i) => i < 10 ? "MOWING" : "DOCKED")), ["info stuck_value"]);
  assert.deepEqual(told(lines(() => "MOWING")), ["warning stuck_value"]);
  // Who goes straight on keeps its heading.
  assert.deepEqual(told(lines(() => "MOWING", "heading")), []);
});

Deno.test("times of minutes ago are those of late data, of hours ago or ahead those of a clock", () => {
  const off = (minutes: number) =>
    told(Array.from({ length: 19 }, (_, i): Line => ({
      s: 1 + 3 * i,
      topic: "x/dev/tele",
      payload: {
        timestamp: new Date(Date.UTC(2026, 0, 2, 12, minutes, 1 + 3 * i)).toISOString(),
        price: 20 + (i % 3) / 10,
      },
    })));
  assert.deepEqual(off(-5), ["info clock_skew"]);
  assert.deepEqual(off(-95), ["warning clock_skew"]);
  assert.deepEqual(off(5), ["warning clock_skew"]);
});

Deno.test("work that begins and what was kept and is sent at once are no change of rhythm", () => {
  const times = [
    ...Array.from({ length: 10 }, (_, i) => 1 + i / 2),
    ...Array.from({ length: 10 }, (_, i) => 8 + 5 * i),
  ];
  const severity = (payload: (i: number, s: number) => unknown) =>
    told(times.map((s, i) => ({ s, topic: "x/dev/tele", payload: payload(i, s) })))
      .filter((one) => one.endsWith("rate_change"));
  const at = (s: number) => new Date(Date.UTC(2026, 0, 2, 12, 0, s)).toISOString();
  assert.deepEqual(severity((i) => ({ t: 20 + (i % 3) / 10 })), ["warning rate_change"]);
  assert.deepEqual(severity((i) => ({ rpm: i < 11 ? 900 + i : 0 })), ["info rate_change"]);
  assert.deepEqual(
    severity((i, s) => ({ timestamp: at(i < 10 ? 6 * i - 60 : s), t: 20 + (i % 3) / 10 })),
    ["info rate_change"],
  );
  // It speaks more often when there is a link.
  assert.deepEqual(
    severity((i, s) => ({ timestamp: at(i < 10 ? 60 * i - 600 : s), t: 20 + (i % 3) / 10 })),
    ["info rate_change"],
  );
});

Deno.test("what names, tests, denies, lists or keeps a trouble is none", () => {
  const loud = (topic: string, payload: unknown) =>
    told([{ s: 0, topic: `x/dev/${topic}`, payload, retain: true }, ...beat])
      .filter((one) => !one.startsWith("info"));
  const rows: [string, unknown, string, unknown][] = [
    ["alarma", "desactivada", "alarma", "activada"],
    ["porucha", "žádná", "porucha", "čidlo"],
    ["tele", { device_state: "Test Alarm" }, "tele", { device_state: "Fire Alarm" }],
    ["capabilities", { faults: { 4: "Phase loss" } }, "tele", { faults: { 4: "Phase loss" } }],
    ["raid-degraded", { service: "raid-degraded" }, "disks", { raid: "degraded" }],
    ["senaste_larm", "Högtrycksvakt", "larm", "Högtrycksvakt utlöst"],
    ["run", { script: "fail2ban.yml" }, "run", { script: "ban failed" }],
  ];
  for (const [topic, payload, other, trouble] of rows) {
    assert.deepEqual(loud(topic, payload), [], JSON.stringify(payload));
    assert.notDeepEqual(loud(other, trouble), [], JSON.stringify(trouble));
  }
});

Deno.test("an input that is said to be unused reads nothing rightly, and one of which nothing is said does not", () => {
  const probes = (config: unknown): Line[] =>
    Array.from({ length: 15 }, (_, i) => ({
      s: 1 + 4 * i,
      topic: "x/dev/tele",
      payload: { probe1: 20 + i / 10, probe2: -127, ...(i === 0 ? { config } : {}) },
    }));
  assert.deepEqual(told(probes({ probe2: "unused" })), []);
  assert.deepEqual(told(probes({ probe2: "used" })), ["warning stuck_value"]);
});

Deno.test("a total of the day that begins anew beside the one it was is no lost memory", () => {
  const totals = (before: number) =>
    Array.from({ length: 15 }, (_, i): Line => ({
      s: 1 + 4 * i,
      topic: "x/dev/tele",
      payload: { kwh: i < 9 ? 212.4 + i / 100 : 0, earlier: i < 9 ? 187.91 : before },
    }));
  assert.deepEqual(told(totals(212.48)).filter((one) => !one.startsWith("info")), []);
  assert.deepEqual(told(totals(187.91)).filter((one) => !one.startsWith("info")), [
    "warning outlier",
  ]);
});

Deno.test("null where nothing runs now is no lost sensor, and a current that is null is one", () => {
  const nulls = (name: string) =>
    told(live("x/dev/tele", Array.from({ length: 20 }, () => ({ state: "idle", [name]: null }))));
  assert.deepEqual(nulls("current_run"), []);
  assert.deepEqual(nulls("power_schedule"), []);
  assert.deepEqual(nulls("current"), ["warning stuck_value"]);
  assert.deepEqual(nulls("current_l1"), ["warning stuck_value"]);
});

Deno.test("a time that stands still beside that of now is of a begin, and alone it is of an old value", () => {
  const times = (beside: boolean) =>
    Array.from({ length: 15 }, (_, i): Line => ({
      s: 1 + 4 * i,
      topic: "x/dev/tele",
      payload: {
        w: 450 + i % 4,
        ts: 1_765_513_000,
        ...(beside ? { tm: START_MS / 1_000 + 1 + 4 * i } : {}),
      },
    }));
  const loud = (lines: Line[]) => told(lines).filter((one) => !one.startsWith("info"));
  assert.deepEqual(loud(times(true)), []);
  assert.deepEqual(loud(times(false)), ["warning clock_skew"]);
});

Deno.test("what only describes the value of a tank's level is no share that is left", () => {
  const tank = (fields: Record<string, unknown>): Line[] =>
    live(
      "x/dev/Tank5.Level",
      Array.from({ length: 20 }, (_, i) => ({ d: 61 + i / 10, ...fields })),
    );
  assert.deepEqual(told(tank({ dt: 5 })), []);
  assert.deepEqual(told(tank({ level: 5 })), ["warning reported_error"]);
});

Deno.test("a number whose own state is an alarm is told, and the state alone or of a word is not", () => {
  const level = (record: Record<string, unknown>) =>
    told(
      live("x/dev/tele", Array.from({ length: 20 }, () => ({ data: [{ flag: "L1", ...record }] }))),
    );
  assert.deepEqual(level({ value: "0.24", state: "alarm" }), ["warning reported_error"]);
  assert.deepEqual(level({ value: "0.24", state: "ok" }), []);
  assert.deepEqual(level({ value: "x", state: "alarm" }), []);
});

Deno.test("an alarm's mode is a setting, and the current of a battery no charge of it", () => {
  const mode = (payload: string): Line[] => [
    ...beat,
    ...live("x/dev/in", ["ALARM_MODE_OFF", payload]),
  ];
  assert.deepEqual(told(mode("ALARM_MODE_ON")), []);
  const charge = (path: string) =>
    told(live(
      "x/dev/tele",
      Array.from({ length: 20 }, (_, i) => ({ [path]: { battery: -8029 - (i * 37) % 200 } })),
    )).filter((one) => one.endsWith("outlier"));
  assert.deepEqual(charge("currentMA"), []);
  assert.deepEqual(charge("cell"), ["warning outlier"]);
});

Deno.test("an error or a flag of a battery that is 0 is no charge, nor is a 0 of what is fed from the mains", () => {
  const low = (payload: object) =>
    told(live("x/dev", Array(10).fill({ temperature: 21.4, ...payload })), "x/dev")
      .filter((one) => /low_battery/.test(one));
  assert.deepEqual(low({ ERROR_BATT: 0, ERROR_RF: 0 }), []);
  assert.deepEqual(low({ battery_fault: 0, err_battery: 0 }), []);
  assert.deepEqual(low({ battery_percent: 0, power_source: "Mains (single phase)" }), []);
  assert.deepEqual(low({ battery_percent: 0, power_supply: "AC" }), []);
  assert.deepEqual(low({ battery_percent: 0, power_source: "Battery" }), ["error low_battery"]);
  assert.deepEqual(low({ battery_percent: 4, power_source: "Mains" }), ["error low_battery"]);
});
