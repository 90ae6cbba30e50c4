import assert from "node:assert/strict";
import { findingsOf, type Line, series, times, titlesOf } from "./support.ts";

Deno.test("a state that changes for the worse is told once, since when and with what changed along", () => {
  const line = times(
    16,
    (i) => ({ state: i < 9 ? "RUN" : "STOPPED", speed: i < 9 ? 110 + i % 3 : 0 }),
  );
  const [stop, ...others] = findingsOf("line4", series("plant/line4/status", line));
  assert.match(stop?.title ?? "", /"state" went from RUN to STOPPED at 2026-01-02T12:00:19/);
  assert.match(
    stop?.evidence.summary ?? "",
    /"speed" fell from about 111 to 0 at 2026-01-02T12:00:19/,
  );
  assert.deepEqual(others, []);
  const valve = series("plant/valve7/state", times(10, (i) => i < 6 ? "open" : "fault"));
  assert.equal(findingsOf("valve7", valve).length, 1);
  assert.match(titlesOf("valve7", valve)[0] ?? "", /went from open to fault/);
  const quality = series(
    "plant/tank/data",
    times(10, (i) => ({ level: 4 + i % 2, sensor: i < 7 ? "ok" : "bad" })),
  );
  assert.match(titlesOf("tank", quality).join(), /"sensor" went from ok to bad/);
  const robot = [
    { s: 0, topic: "robo/status", payload: "cleaning", retain: true },
    { s: 9, topic: "robo/status", payload: "stuck" },
  ];
  assert.match(titlesOf("robo", robot).join(), /stuck/);
});

Deno.test("a state that changes as it should, was ordered, or recovers is not told", () => {
  const states: [string, readonly string[]][] = [
    ["washer/state", [
      "running",
      "running",
      "running",
      "running",
      "rinsing",
      "finished",
      "finished",
    ]],
    ["printer/state", ["printing", "printing", "printing", "printing", "complete", "idle", "idle"]],
    ["wallbox/state", [
      "charging",
      "charging",
      "charging",
      "charging",
      "complete",
      "complete",
    ]],
    ["vacuum/state", [
      "cleaning",
      "cleaning",
      "cleaning",
      "cleaning",
      "returning",
      "docked",
      "docked",
    ]],
    ["gate/state", ["open", "open", "open", "open", "closing", "closed", "closed"]],
    ["panel/state", [
      "armed_away",
      "armed_away",
      "armed_away",
      "armed_away",
      "pending",
      "disarmed",
    ]],
    ["line/state", ["RUN", "RUN", "RUN", "RUN", "STOPPED", "STOPPED", "STOPPED"]],
  ];
  for (const [topic, words] of states) {
    const device = topic.split("/")[0] ?? "";
    assert.deepEqual(titlesOf(device, series(topic, words)), [], topic);
  }
  const pump = times(14, (i) => ({ state: i < 8 ? "running" : "stopped", flow: i < 8 ? 41 : 0 }));
  assert.deepEqual(titlesOf("pump2", series("well/pump2/data", pump)), []);
  const machine = times(14, (i) => ({ state: i < 8 ? "RUN" : "STOPPED", speed: i < 8 ? 90 : 0 }));
  const ordered = [
    ...series("plant/press/data", machine),
    { s: 16.5, topic: "plant/press/cmd", payload: "STOP" },
  ];
  assert.deepEqual(
    titlesOf("press", ordered).filter((title) => /went from/.test(title)),
    [],
  );
  const slip = times(14, (i) => ({ state: i === 6 ? "jammed" : "RUN", speed: 90 + i % 2 }));
  assert.deepEqual(
    titlesOf("press", series("plant/press/data", slip)).filter((title) => /went from/.test(title)),
    [],
  );
});

Deno.test("memory that only falls is told, and memory that is taken and given back is not", () => {
  const heap = (at: (i: number) => number) =>
    titlesOf("plate", series("hasp/plate/state", times(14, (i) => ({ heapFree: at(i), page: 1 }))));
  assert.match(heap((i) => 81_000 - 5_000 * i).join(), /free memory falls all the time/);
  assert.deepEqual(heap((i) => 60_000 + (i % 4) * 9_000), []);
  assert.deepEqual(heap((i) => i < 2 ? 180_000 : 70_000 + i % 3), []);
  assert.deepEqual(heap((i) => 80_000 - 300 * i), []);
});

Deno.test("a disk that is full is told, and an image that is always full is not", () => {
  const disk = (topic: string, payload: unknown) =>
    titlesOf("nas", series(topic, [payload, payload]));
  assert.match(disk("nas/disk/used_percent", "97.2").join(), /disk is nearly full/);
  assert.match(disk("nas/system", { disk_usage_percent: 99 }).join(), /disk is nearly full/);
  assert.match(disk("nas/power", { disk_used_percent: 99 }).join(), /disk is nearly full/);
  const mount = { storage: { "/tmp/cache": { total: 1000, used: 1000, free: 0 } } };
  assert.match(disk("nvr/stats", mount).join(), /disk is nearly full/);
  assert.deepEqual(disk("nas/snap/power", { disk_used_percent: 100 }), []);
  assert.deepEqual(disk("nas/disk/used_percent", "71"), []);
  assert.deepEqual(disk("nas/snap/core/disk_used_percent", "100"), []);
  assert.deepEqual(disk("nas/system", { disk_read_percent: 99, cpu_used_percent: 99 }), []);
  const sick: [string, unknown][] = [
    ["linux/nas/disk_usage__volume___/state", { total: 250.4, used: 237.6, free: 0, percent: 100 }],
    ["nas/disks/sda1", { size: 500, used: 500, percent_used: 98 }],
    ["nas/Festplatte/belegt_prozent", "99"],
    ["nas/sys", { filesystem: { root: { total: 64, used: 64, free: 0 } } }],
    ["nas/drive_C", { total: 512, available: 0 }],
    ["nas/Festplatte_D", { gesamt: 512, frei: 0 }],
  ];
  for (const [topic, payload] of sick) {
    assert.match(disk(topic, payload).join(), /The disk is (?:nearly )?full/, topic);
  }
  const healthy: [string, unknown][] = [
    ["linux/nas/disk_usage__volume___/state", { total: 250.4, used: 90, free: 160, percent: 36 }],
    ["nas/disk_io/percent", "100"],
    ["nas/disk/health", { percent: 100 }],
    ["nas/ssd_life/percent", "100"],
    ["nas/disk/free", { percent: 100 }],
    ["nas/storage/battery/percent", "100"],
    ["nas/disks/sdb", { total: 0, used: 0, free: 0 }],
    ["nas/memory", { total: 16, free: 0, available: 0 }],
    ["nas/disk_loop3", { total: 1, used: 1, free: 0, percent: 100 }],
    ["nas/disk/scrub_progress", { percent: 100 }],
  ];
  for (const [topic, payload] of healthy) assert.deepEqual(disk(topic, payload), [], topic);
});

Deno.test("what is nearly used up is told by its share, what is empty by nature is not", () => {
  const told = (topic: string, payload: unknown) =>
    titlesOf("unit", series(topic, times(3, () => payload)));
  const sick: [string, unknown, RegExp][] = [
    ["unit/drive/c/percentfree", "1", /disk is nearly full: .*percentfree/],
    ["unit/disk", { mount: "/", total_gb: 118, free_gb: 0.4 }, /disk is nearly full: "free_gb"/],
    ["unit/stats", { ram_used_percent: 98.7 }, /Nearly no memory is left: "ram_used_percent"/],
    ["unit/state", { supplies: { black: 0, cyan: 41, magenta: 60 } }, /left: "supplies.black"/],
    ["unit/smart/sda", { percent_lifetime_remain: 3 }, /left: "percent_lifetime_remain" is 3 %/],
    ["unit/oiltank", { volume_l: 40, capacity_l: 3000, temp: 9 }, /left: "volume_l" is 1.3/],
    ["unit/sensors", { k10temp: { Tctl: 99.1 } }, /processor is too hot/],
    ["unit/tag", { mac: "AC233FA1B2C3", rssi: -61, battery: 3 }, /battery is at 3 %/],
    ["unit/tag", { batteryLevel: 3 }, /battery is at 3 %/],
    ["unit", "14;temp;19.4;bat;LOW", /battery/],
  ];
  for (const [topic, payload, title] of sick) {
    assert.match(told(topic, payload).join(), title, JSON.stringify(payload));
  }
  const healthy: [string, unknown][] = [
    ["unit/drive/c/percentfree", "31"],
    ["unit/mic", { noise_level: "0 %" }],
    ["unit/lamp", { output_current_pct: 0 }],
    ["unit/state", { supplies: { black: 44, cyan: 41, waste: 0 } }],
    ["unit/disks", { disks: [{ mount: "/snap/core/1", use_percent: 100 }] }],
    ["unit/oven", { core_temp: 99, target: 180 }],
    ["unit/stats", { "free memory": 41, "total reads": 10_520 }],
    ["unit/pool", { filter_cycle: 1, pump: 0, heater: 40, jets: 60 }],
    ["unit/remote", { battery: 3 }],
  ];
  for (const [topic, payload] of healthy) {
    assert.ok(!told(topic, payload).some((one) => !/if it is/.test(one)), JSON.stringify(payload));
  }
});

Deno.test("tags that a gateway cannot read and parts that diagnostics call bad are told", () => {
  const neuron = { node: "a", group: "g", values: { t: 4 }, errors: { oil_pressure: 3002 } };
  assert.match(
    titlesOf("press", series("n/press/g", times(4, () => neuron))).join(),
    /oil_pressure/,
  );
  const tags = { node: "a", tags: [{ name: "t", value: 4 }, { name: "p", error: 2014 }] };
  assert.match(
    titlesOf("press", series("n/press/g", times(4, () => tags))).join(),
    /"p" \(error 2014\)/,
  );
  const part = (level: number) => ({
    status: [{
      level,
      name: "lidar",
      message: level === 2 ? "No scans" : "fine",
      hardware_id: "l",
    }],
  });
  assert.match(
    titlesOf("amr", series("r/amr/diagnostics", times(4, () => part(2)))).join(),
    /No scans/,
  );
  assert.deepEqual(titlesOf("amr", series("r/amr/diagnostics", times(4, () => part(0)))), []);
  const fine = { node: "a", values: { t: 4 }, errors: {} };
  assert.deepEqual(titlesOf("press", series("n/press/g", times(4, () => fine))), []);
  const counters = { values: { rx: 4 }, errors: { rx: 17 } };
  assert.deepEqual(titlesOf("nic", series("n/nic/g", times(4, () => counters))), []);
});

Deno.test("a status of 0 is a last will beside what tells of the whole device, and a pump's is not", () => {
  const about = ["version", "uptime", "ip"].map((level): Line => ({
    s: 0,
    topic: `PLUG/${level}`,
    payload: "7",
    retain: true,
  }));
  const status = (s: number, payload: string): Line => ({
    s,
    topic: "PLUG/status",
    payload,
    retain: s === 0,
  });
  assert.match(titlesOf("PLUG", [...about, status(0, "0")]).join(), /offline/);
  const beats = times(
    9,
    (i): Line => ({ s: 1 + i * 3, topic: "PLUG/uptime", payload: String(8 + i) }),
  );
  assert.deepEqual(titlesOf("PLUG", [...about, status(0, "0"), ...beats]), []);
  const cycles = times(6, (i) => status(2 + i * 4, String(i % 2)));
  assert.deepEqual(titlesOf("PLUG", [...about, ...cycles]), []);
  assert.deepEqual(titlesOf("PLUG", [status(0, "0")]), []);
});

Deno.test("a phase that is gone and a cell that is far off are told, however they are called", () => {
  const volts: ((phase: number) => string)[] = [
    (phase) => `mbmd/sdm/Voltage/L${phase}`,
    (phase) => `em/L${phase}/voltage`,
    (phase) => `em/voltage_l${phase}`,
    (phase) => `em/${"abc"[phase - 1]}_voltage`,
    (phase) => `em/voltage_${"abc"[phase - 1]}`,
  ];
  const phases = (topicOf: (phase: number) => string, values: readonly number[]) =>
    titlesOf(
      `${topicOf(1).split("/")[0]}/#`,
      values.flatMap((value, i) => series(topicOf(i + 1), times(5, (k) => value + k % 2 / 10))),
    );
  for (const topicOf of volts) {
    assert.match(phases(topicOf, [231, 0, 229]).join(), /other two phases/, topicOf(2));
    assert.deepEqual(phases(topicOf, [231, 230, 229]), []);
    // One phase of three is used; a split-phase grid has two.
    assert.deepEqual(phases(topicOf, [231, 0, 0]), []);
    assert.deepEqual(phases(topicOf, [121, 120, 0]), []);
  }
  const json = (c: number) =>
    times(5, (i) => ({ a_voltage: 230 + i % 2, b_voltage: 231, c_voltage: c }));
  assert.match(titlesOf("em3", series("em3/status", json(0.4))).join(), /c_voltage/);
  const cells = (last: number) =>
    titlesOf(
      "bank",
      series(
        "bank/bms",
        times(5, (i) => ({ cell1: 3.31, cell2: 3.3, cell3: 3.31 + i % 2 / 100, cell4: last })),
      ),
    );
  assert.match(cells(2.71).join(), /cell4" is at 2.71, the others at about 3.3/);
  // One that is full a little before the others.
  assert.deepEqual(cells(3.45), []);
});

Deno.test("restarts that a device calls by name, settings it refuses and states it lacks something in are told", () => {
  const boots = times(
    6,
    (i) => ({ type: i % 2 === 0 ? "boot" : "heartbeat", uptime: i % 2 === 0 ? 0 : 3 }),
  );
  assert.match(titlesOf("door", series("d/door/send", boots)).join(), /restarts again and again/);
  const one = times(6, (i) => ({ type: i === 0 ? "boot" : "heartbeat", uptime: 3 * i }));
  assert.deepEqual(titlesOf("door", series("d/door/send", one)), []);
  const ack = (
    ac: number,
  ) => [{ s: 1, topic: "h/t21/twin", payload: { target: { value: 9, ac, av: 7 } } }];
  assert.match(titlesOf("t21", ack(400)).join(), /refused the setting/);
  assert.deepEqual(titlesOf("t21", ack(200)), []);
  assert.deepEqual(
    titlesOf("t21", [{ s: 1, topic: "h/t21/power", payload: { ac: 412, dc: 398 } }]),
    [],
  );
  const status = (text: string) =>
    titlesOf("chlor/#", [{ s: 1, topic: "chlor/1/status", payload: text }]);
  assert.match(status("Low Salt").join(), /Low Salt/);
  for (const fine of ["Ok", "Low", "low speed", "no motion"]) {
    assert.deepEqual(status(fine), [], fine);
  }
});

Deno.test("alarms by number are told until they are cleared, and measurements and events are none", () => {
  const line = (s: number, payload: string): Line => ({ s, topic: "s/us/boiler", payload });
  assert.match(titlesOf("boiler", [line(1, "301,c8y_Hot,Above 90")]).join(), /c8y_Hot: Above 90/);
  assert.deepEqual(
    titlesOf("boiler", [line(1, "301,c8y_Hot,Above 90"), line(5, "306,c8y_Hot")]),
    [],
  );
  assert.deepEqual(
    titlesOf("boiler", [line(1, "200,c8y_Temperature,T,301,C"), line(2, "400,c8y_Door,open")]),
    [],
  );
});

Deno.test("a broker's bridge that is down is told by its own topic", () => {
  const state = (payload: string): Line[] => [
    { s: 0, topic: "$SYS/broker/connection/edge/state", payload, retain: true },
  ];
  assert.match(titlesOf("$SYS/broker/connection/edge/#", state("0")).join(), /offline/);
  assert.deepEqual(titlesOf("$SYS/broker/connection/edge/#", state("1")), []);
});

Deno.test("a link that goes down is told, and a blind that goes down is not", () => {
  const words = (topic: string) =>
    titlesOf(topic.split("/")[0] ?? "", series(topic, times(9, (i) => i < 5 ? "UP" : "DOWN")));
  assert.match(words("pw/grid_status").join(), /went from UP to DOWN/);
  assert.deepEqual(words("blind2/position_state"), []);
  assert.deepEqual(words("desk/state"), []);
});

Deno.test("flags of lost disks, full filters, lamps out of reach and alerts are told, their opposites are not", () => {
  const one = (topic: string, payload: unknown) =>
    titlesOf(`${topic.split("/")[0]}/#`, [{ s: 1, topic, payload }]);
  const alert = { name: "license_quota", message: "License: over 80 %", activated: true };
  assert.match(one("cam/event", { data: { disruption: "1" } }).join(), /disruption/);
  assert.match(one("air/filterstatus", "Full").join(), /filter/);
  assert.match(
    one("lamp/data", { state: { on: true, reachable: false } }).join(),
    /cannot be reached/,
  );
  assert.match(one("node/alarms/activate", alert).join(), /License: over 80 %/);
  for (
    const [topic, payload] of [
      ["cam/event", { data: { disruption: "0" } }],
      ["air/filterstatus", "Ok"],
      ["tank/status", "Full"],
      ["lamp/data", { state: { on: true, reachable: true } }],
      // A bridge's list of its lamps, one of them switched off at the wall.
      ["hue/lights", {
        1: { state: { on: true, reachable: true } },
        2: { state: { on: true, reachable: false } },
      }],
      ["node/alarms/deactivate", { ...alert, activated: false }],
      ["grafana/x", {
        status: "resolved",
        alerts: [{ status: "resolved", labels: { alertname: "TooWarm" } }],
      }],
      ["sync/frame", { loss: 0.3, lost: 0, packet_loss: "0" }],
    ] as const
  ) assert.deepEqual(one(topic, payload), [], topic);
});

Deno.test("a standby battery far below its supply is told, and a pack of another voltage is not", () => {
  const power = (battery: number, supply?: number) =>
    titlesOf(
      "panel",
      series(
        "panel/power",
        times(
          4,
          () => ({
            batteryVoltage: battery,
            ...(supply === undefined ? {} : { systemVoltage: supply }),
          }),
        ),
      ),
    );
  assert.match(power(10.4, 13.7).join(), /battery is low/);
  assert.deepEqual(power(13.5, 13.7), []);
  assert.deepEqual(power(10.9), []);
  assert.deepEqual(power(3.7, 5.1), []);
});

Deno.test("a part that is gone among its siblings is told, and a list of other devices is not", () => {
  const of = (list: string, words: readonly string[]) =>
    titlesOf(
      "roof",
      series(
        "roof/state",
        times(4, () => ({
          [list]: Object.fromEntries(
            words.map((state, i) => [`A${i}`, { state, power: state === "online" ? 200 : 0 }]),
          ),
        })),
      ),
    );
  assert.match(
    of("nodes", ["online", "offline", "online", "online"]).join(),
    /A1.*is offline, while 3/,
  );
  assert.deepEqual(of("nodes", ["online", "online", "online", "online"]), []);
  assert.deepEqual(of("clients", ["online", "offline", "online", "online"]), []);
  assert.deepEqual(of("phones", ["online", "offline", "online", "online"]), []);
});

Deno.test("ends of range of open inputs are told, and a cold store near -40 is not", () => {
  const temperature = (values: readonly number[]) =>
    titlesOf("store", series("store/temperature", values.map(String)));
  assert.match(temperature(times(6, () => -40)).join(), /-40/);
  assert.match(temperature(times(6, () => 327.67)).join(), /327.67/);
  assert.deepEqual(temperature(times(6, (i) => -40 + (i % 3) / 10)), []);
  assert.deepEqual(temperature(times(4, () => -40)), []);
});

Deno.test("words of UPSs, locks, robots and kitchens are told, and what only sounds like them is not", () => {
  const one = (topic: string, payload: unknown) =>
    titlesOf(`${topic.split("/")[0]}/#`, [{ s: 1, topic, payload }]);
  const sick: [string, unknown, RegExp][] = [
    ["ups/rack/status", "ONBATT LOWBATT", /battery is low/],
    ["ups/rack/ups.status", "OB DISCHRG", /mains is gone/],
    ["door/back", { lockState: "motor blocked", doorState: "closed" }, /motor blocked/],
    ["cell/ur5", { safety_mode: "PROTECTIVE_STOP" }, /PROTECTIVE_STOP/],
    ["kitchen/dw", { SaltNearlyEmpty: "Present" }, /SaltNearlyEmpty/],
    ["car/1/tpms_soft_warning_fl", "true", /tpms/],
    ["fhem/w/Activity", "dead", /nothing is heard of it/],
    ["domoticz/out", { idx: 4, stype: "Alert", nvalue: 4, svalue1: "Pump stands" }, /Pump stands/],
    ["docker/web/events", { status: "Up 4 hours (unhealthy)", state: "on" }, /unhealthy/],
    ["glances/nas/fs/data/percent", "98.7", /disk is nearly full/],
  ];
  for (const [topic, payload, pattern] of sick) {
    const lines = topic.includes("percent") ? series(topic, [payload, payload]) : null;
    const titles = lines === null ? one(topic, payload) : titlesOf("glances/#", lines);
    assert.match(titles.join(), pattern, topic);
  }
  for (
    const [topic, payload] of [
      ["ups/rack/status", "ONLINE"],
      ["ups/rack/ups.status", "OL CHRG"],
      ["ups/rack/ups.status", "OL BYPASS"],
      ["door/back", { lockState: "locked", target_state: "stuck" }],
      ["cell/ur5", { safety_mode: "REDUCED" }],
      ["kitchen/dw", {
        SaltNearlyEmpty: "Off",
        ProgramFinished: "Present",
        AlarmClockElapsed: "Present",
      }],
      ["car/1/tpms_soft_warning_fl", "false"],
      ["panel/warning_sound_enabled", "true"],
      ["car/warning_lights", "true"],
      ["domoticz/out", { idx: 4, stype: "Alert", nvalue: 1, svalue1: "Dry" }],
      ["domoticz/out", { idx: 5, stype: "Switch", nvalue: 4 }],
      ["docker/web/events", { status: "Up 4 hours (healthy)", state: "on" }],
    ] as const
  ) assert.deepEqual(one(topic, payload), [], `${topic} ${JSON.stringify(payload)}`);
});

Deno.test("controllers that stop, queues that overflow, watchdogs and worn parts are told, resting ones not", () => {
  const of = (payloads: readonly unknown[]) =>
    titlesOf("unit", series("plant/unit/data", payloads));
  assert.match(
    of(times(8, (i) => ({ cpu_state: i < 4 ? "RUN" : "STOP", t: 61.2 }))).join(),
    /RUN to STOP/,
  );
  assert.match(
    of(times(8, (i) => ({ queue_dropped: 5 + 17 * i, sent: 8100 + i }))).join(),
    /throws messages away/,
  );
  assert.match(
    of(times(8, (i) => ({ wdt_resets: 4 + (i >> 1), vcc: 3.3 }))).join(),
    /restarts again and again/,
  );
  assert.match(of([{ protection: "Cell overvoltage", soc: 97 }]).join(), /protection/);
  assert.match(of([{ dry_run: true, pressure: 0.2 }]).join(), /no water/);
  assert.match(of([{ smoke: false, end_of_life: true }]).join(), /its time is over/);
  assert.match(of([{ locked: true, keypad_battery_low: true }]).join(), /battery is low/);
  assert.match(of(times(8, (i) => ({ estop: i < 4 ? 0 : 1, rpm: 800 }))).join(), /emergency stop/);
  assert.match(of([{ leap_status: "Not synchronised", stratum: 0 }]).join(), /Not synchronised/);
  assert.match(of([{ alarm: "HIGH", temp: -9 }]).join(), /HIGH/);
  assert.match(of([{ L_statetext: "Störung Zündung" }]).join(), /Störung/);
  for (
    const payloads of [
      times(8, () => ({ queue_dropped: 5, rx_dropped: 7, cpu_state: "RUN", wdt_resets: 4 })),
      times(8, (i) => ({ rx_dropped: 7 + 3 * i })),
      [{ protection: "none", protection_enabled: true, overvoltage_protection_v: 3.65 }],
      // Somebody tries out a backup.
      [{ dry_run: true, files: 811 }],
      [{ end_of_life: false, keypad_battery_low: false, estop: 0, dry_run: false, pressure: 3 }],
      [{ leap_status: "Normal", charge_state: "Not charging", sim_state: "not present" }],
      [{ alarm: "NONE", alarm_volume: "HIGH", fan: "HIGH" }],
      [{ L_statetext: "Leistungsbrand" }],
    ]
  ) assert.deepEqual(of(payloads), [], JSON.stringify(payloads[0]));
});

Deno.test("what protects itself, is not valid any more or has lost a part is told by its own flags", () => {
  const of = (payload: unknown) => titlesOf("unit", series("plant/unit/data", [payload, payload]));
  const sick: [unknown, RegExp][] = [
    [{ status: "Paper Jam Tray 1" }, /Paper Jam/],
    [{ lockout: true, flame: false }, /lockout/],
    [{ sim_state: "NOT INSERTED" }, /SIM card/],
    [{ antenna_status: "SHORT" }, /antenna/],
    [{ time_synced: false, depth: 4 }, /time server/],
    [{ disks: "[U_]" }, /disk of the array/],
    [{ smart_status: { passed: false } }, /own test failed/],
    [{ cert_days_left: 2 }, /expires within a week/],
    [{ license_state: "Expired" }, /not valid any more/],
    [{ config_status: "rejected" }, /refused/],
    [{ reset_reason: "BROWNOUT", uptime: 31 }, /restarted because of that/],
  ];
  for (const [payload, pattern] of sick) assert.match(of(payload).join(), pattern);
  for (
    const payload of [
      {
        status: "Sleep",
        lockout: false,
        sim_state: "READY",
        antenna_status: "OK",
        time_synced: true,
      },
      { disks: "[UU]", note: "[_]", smart_status: { passed: true }, cert_days_left: 80 },
      { license_state: "Valid", license_warning_days: 5, config_status: "applied" },
      { reset_reason: "POWER_ON", uptime: 31 },
      { reset_reason: "BROWNOUT", uptime: 812_000 },
      { contact: "open", relay: "open", valve_state: "OPEN" },
    ]
  ) assert.deepEqual(of(payload), [], JSON.stringify(payload));
});

const nTimes = <T>(count: number, ...values: readonly T[]): T[] =>
  times(count, (i) => values[i % values.length] as T);

Deno.test("restarts are told by what a device says at its start, by its uptime however written and by its counts", () => {
  const start = (topic: string, payload: unknown) =>
    times(4, (i) => [
      { s: 1 + i * 6, topic, payload },
      ...series("dev/pool/temp", [24, 24.1]).map((line) => ({ ...line, s: line.s + 2 + i * 6 })),
    ]).flat();
  const falling = (...uptimes: readonly unknown[]) =>
    series("dev/pool/status", uptimes.map((uptime) => ({ uptime, heap: 30_000 })));
  for (
    const lines of [
      start("dev/pool/info", { event: "startup", reset_reason: "brownout" }),
      start("dev/pool/boot", { reason: "watchdog", version: "2.1" }),
      start("dev/pool/log", "Booting... v3.2"),
      falling("0d 00:05:10", "0d 00:05:40", "0d 00:00:12", "0d 00:00:42", "0d 00:00:09"),
      falling("00:10:10", "00:10:20", "00:00:05", "00:00:15", "00:00:04"),
      falling("2 days, 1:02:03", "2 days, 1:02:13", "0:00:08", "0:00:18", "0:00:07"),
      falling("1h 10m 5s", "1h 10m 15s", "7s", "17s", "5s"),
      series(
        "dev/pool/stat",
        [9100, 9110, 4, 14, 24, 5, 15].map((up_time) => ({ sys: { up_time } })),
      ),
      series(
        "dev/pool/diag",
        [3, 3, 4, 4, 4, 5, 5].map((restart_counter) => ({ restart_counter })),
      ),
      series("dev/pool/status", nTimes(8, "Reset Hardware", "Idle")),
      start("dev/pool/events", { type: "SYSTEM_START", cause: "wdt" }),
      start("dev/pool/reset_reason", "Brownout"),
      start("dev/pool/log", "System started, firmware v3.2"),
      series("dev/pool/msg", [5, 13, 21, 5, 13, 5].map((one) => `uptime=${one},vbat=3.9`)),
      series("dev/pool/data", [1, 2, 3, 1, 2, 3, 4, 1, 2].map((msgCounter) => ({ msgCounter }))),
    ]
  ) {
    assert.match(
      titlesOf("pool", lines).join(),
      /restarts again and again/,
      JSON.stringify(lines[0]?.payload),
    );
  }
  for (
    const lines of [
      start("dev/pool/info", { event: "startup" }).slice(0, 3),
      times(8, (i) => ({ s: 1 + i, topic: "dev/pool/boot", payload: { uptime: 31 + i } })),
      falling("0d 00:05:10", "0d 00:05:40", "0d 00:06:10", "1d 00:00:10"),
      falling(86_000, 86_010, 5, 15, 25, 35),
      series("dev/pool/data", times(8, (i) => ({ bootCount: 120 + i, moist: 33 }))),
      series("dev/pool/startup", nTimes(4, "0", "on")),
      series("dev/pool/data", [1, 2, 3, 1, 2, 3, 1, 2, 3].map((msgCounter) => ({ msgCounter }))),
      series("dev/pool/state", [3, 4, 3, 2, 4].map((uptime) => ({ uptime, deep_sleep_s: 60 }))),
      series("dev/pool/reset_reason", nTimes(6, "Watchdog")),
      series("dev/pool/log", nTimes(4, "Restart required after update", "Boot time: 3 s")),
    ]
  ) {
    assert.deepEqual(titlesOf("pool", lines), []);
  }
});

Deno.test("a part that comes and goes or is lost for good is told, and what people plug in or switch off is not", () => {
  const flags = (field: string, ...values: readonly unknown[]) =>
    series("hub/thing/state", values.map((value, i) => ({ [field]: value, power: 20 + i % 3 })));
  const toAndFro = [true, false, true, false, true, false, true];
  const gone = [true, true, false, false, false];
  assert.match(titlesOf("thing", flags("reachable", ...toAndFro)).join(), /comes and goes/);
  assert.match(titlesOf("thing", flags("modbus_connected", ...toAndFro)).join(), /comes and goes/);
  assert.match(
    titlesOf("backyard", series("router/ap/backyard/state", nTimes(7, "up", "down"))).join(),
    /comes and goes/,
  );
  for (
    const [field, here, lost] of [
      ["connectivity", "CONNECTED", "DISCONNECTED"],
      ["verbindung", "verbunden", "getrennt"],
      ["etat", "en ligne", "hors ligne"],
      ["data", "online", "offline"],
      ["camera", "streaming", "no signal"],
    ] as const
  ) {
    const words = nTimes(7, here, lost);
    assert.match(titlesOf("thing", flags(field, ...words)).join(), /comes and goes/, field);
  }
  const pairs = nTimes(7, "UP", "DOWN").map((link, i) => `id=7;link=${link};vbat=12.${i}`);
  assert.match(titlesOf("thing", series("hub/thing/state", pairs)).join(), /comes and goes/);
  const beacon = (rssi: number, seconds: number) =>
    titlesOf("b7", [
      ...nTimes(12, "1", "0").map((payload, i) => ({
        s: 1 + i * seconds,
        topic: "ble/presence/b7",
        payload,
      })),
      ...times(12, (i) => ({ s: 1.5 + i * seconds, topic: "ble/rssi/b7", payload: `${rssi}` })),
    ]).join();
  assert.match(beacon(-58, 1), /comes and goes/);
  assert.doesNotMatch(beacon(-92, 1), /comes and goes/);
  assert.doesNotMatch(beacon(-58, 60), /comes and goes/);
  assert.match(
    titlesOf("thing", flags("is_stream_alive", ...gone)).join(),
    /is false: it cannot be reached, and was true/,
  );
  for (
    const [name, lines] of [
      ["thing", flags("car_connected", ...toAndFro)],
      [
        "thing",
        flags("connected", ...toAndFro).map((line) => ({ ...line, topic: "evse/thing/state" })),
      ],
      ["thing", flags("update_available", ...gone)],
      ["thing", flags("is_stream_alive", ...gone, true)],
      [
        "report",
        series(
          "hub/report",
          times(16, (i) => ({ id: i % 2 === 0 ? "a" : "b", online: i % 2 === 0, t: 20 })),
        ).slice(0, 15),
      ],
      ["livingroom", series("home/blind/livingroom/state", nTimes(7, "up", "down"))],
      ["anna", series("presence/anna/state", nTimes(6, "home", "away"))],
      [
        "cam",
        series(
          "nursery/cam/state",
          gone.map((alive) => ({ is_stream_alive: alive, standby: !alive })),
        ),
      ],
    ] as const
  ) {
    assert.deepEqual(titlesOf(name, lines), [], name);
  }
});

Deno.test("a reading that ends in a word, in nothing or in a number that stands for nothing is told", () => {
  const ends = (field: string, from: readonly unknown[], to: unknown, beside = {}) =>
    series(
      "hub/thing/state",
      [...from, ...nTimes(4, to)].map((value, i) => ({
        [field]: value,
        n: i,
        ...beside,
      })),
    );
  const warm = [21.1, 21.2, 21.1, 21.3, 21.2, 21.4];
  for (
    const lines of [
      ends("supply_temp", warm, "FAULT"),
      ends("temperature", warm, null),
      ends("probe1", [88.1, 88.3, 88.2, 88.4, 88.6], 999),
      ends("outdoor_temperature", [4.1, 4.2, 4.1, 4], 3276.7),
      ends("pressure", [1012.3, 1012.3, 1012.4, 1012.4], 0),
      ends("level_cm", [112, 112, 111, 112, 111], -1),
      ends("ph", nTimes(6, 7.2), "no sensor"),
      series("hub/thing/pressure", ["1012.1", "1012.2", "1012.2", "1012.1", "", "", ""]),
    ]
  ) {
    const titles = titlesOf("thing", lines);
    assert.equal(titles.length, 1, titles.join());
    assert.match(titles[0] ?? "", /reads nothing any more|stuck at|is FAULT/);
  }
  for (
    const lines of [
      ends("target_temp", warm, null),
      ends("bed_temper", [60, 60.1, 60, 60.2, 60], 0),
      ends("progress", [95, 96, 97, 98, 99], -1),
      ends("power", [1200, 1210, 1190, 1205, 1200], 0),
      ends("probe2", nTimes(6, 999), 999),
      ends("water_level", [3, 2, 1, 1, 0], -1),
    ]
  ) {
    assert.deepEqual(titlesOf("thing", lines).filter((title) => !/structure/.test(title)), []);
  }
});

Deno.test("a meter's total that is lost is told, and what begins anew each day or trip is not", () => {
  const told = (topic: string, values: readonly number[]) =>
    titlesOf("m1", series(topic, values)).join();
  const lost = [8412.11, 8412.15, 8412.19, 8412.22, 0, 0.02, 0.05, 0.09, 0.12];
  assert.match(told("meter/m1/gas_total_m3", lost), /fell from 8412\.2 to 0 and counts on/);
  assert.match(
    told("meter/m1/energy_total", [512.8, 512.9, 513, 510.2, 510.3, 510.4, 510.5]),
    /fell/,
  );
  for (
    const name of [
      "energy_today",
      "session_energy_total",
      "trip_total_km",
      "rain_total_mm",
      "counter/total",
    ]
  ) {
    assert.equal(told(`meter/m1/${name}`, lost), "", name);
  }
  assert.equal(told("meter/m1/energy_total", [512.8, 512.9, 513, 513.1, 513.1, 513.3, 513.6]), "");
});

Deno.test("a supply that breaks away and counts of failures that always grow are told, resting ones are not", () => {
  const fields = (field: string, values: readonly number[], beside = {}) =>
    series("hub/thing/state", values.map((value) => ({ [field]: value, ...beside })));
  const falls = [5.02, 5.01, 5.02, 5, 5.01, 4.62, 4.41, 4.2, 3.9, 3.7];
  const growing = times(8, (i) => 10 + i * 4);
  assert.match(titlesOf("thing", fields("vcc", falls)).join(), /supply breaks away/);
  assert.match(
    titlesOf("thing", fields("input_voltage", [231, 230, 231, 230, 0, 0, 0, 0], { load: 23 }))
      .join(),
    /supply breaks away/,
  );
  const leaks = [1.62, 1.61, 1.62, 1.61, 1.6, 0.42, 0.31, 0.22, 0.15];
  assert.match(titlesOf("thing", fields("water_pressure", leaks)).join(), /pressure breaks away/);
  assert.deepEqual(titlesOf("thing", fields("water_pressure", leaks.map((v) => v + 1))), []);
  assert.match(titlesOf("thing", fields("crc_errors", growing)).join(), /fails again and again/);
  assert.match(
    titlesOf("thing", fields("i2cFailureCount", growing)).join(),
    /fails again and again/,
  );
  assert.match(titlesOf("thing", fields("stream_restarts", growing)).join(), /started anew again/);
  for (const count of ["wifi_drops", "mqttConnectionLostCount", "reconnectCounter"]) {
    assert.match(titlesOf("thing", fields(count, growing)).join(), /reconnects again/, count);
  }
  for (
    const lines of [
      fields("panel_voltage", falls.map((value) => value * 4)),
      fields("grid_voltage", [231, 230, 231, 230, 0, 0, 0, 0], { ac_power: 0 }),
      fields("vcc", falls.map((value) => 5 + (value - 5) / 10)),
      fields("retries", nTimes(8, 12)),
      fields("reconnects", nTimes(8, 12)),
      fields("clients_disconnected", growing),
      fields("last_disconnect_time", growing),
      times(8, (i) => ({
        s: 1 + i,
        topic: "hub/thing/state",
        payload: { retries: 10 + 2 * i, polls: 100 * i },
      })),
    ]
  ) {
    assert.deepEqual(titlesOf("thing", lines), []);
  }
});

Deno.test("of several that one gateway speaks for the one that falls silent or answers with an error is told", () => {
  const heard = (until: number) =>
    times(
      24,
      (i) =>
        [11, 12, 13].flatMap((id) =>
          id === 13 && i >= until ? [] : [{
            s: 1 + i + id / 100,
            topic: "gw/events",
            payload: { id, temperature_C: 20 + i % 2 },
          }]
        ),
    ).flat();
  assert.match(titlesOf("gw", heard(8)).join(), /"13" fell silent while 2 beside it go on/);
  assert.deepEqual(titlesOf("gw", heard(24)), []);
  const values = { temp: "19.0", valve: "22 %", mode: "manual" };
  const answers = (...errors: readonly unknown[]) =>
    series("hub/out/status", [{ trv: "A", ...values }, ...errors, { trv: "A", ...values }]);
  assert.match(
    titlesOf(
      "hub",
      answers({ trv: "B", error: "TRV not available" }, { trv: "B", error: "TRV not available" }),
    )
      .join(),
    /error instead of values: TRV not available/,
  );
  assert.deepEqual(
    titlesOf("hub", answers({ trv: "B", error: "none" }, { trv: "B", ...values })),
    [],
  );
});

Deno.test("an event by which a gateway loses one of its own is told until another says that it is back", () => {
  const events = (...words: readonly string[]) =>
    titlesOf(
      "gw",
      series("gw/event", words.map((word, i) => ({ Node: 26, Event: word, n: i }))),
    ).join();
  assert.match(
    events("Notification_Code_MsgTimeout", "Notification_Code_NodeDead"),
    /NodeDead" of "26"/,
  );
  assert.match(events("device_offline", "device_offline"), /device_offline/);
  assert.match(events("nodeDead", "valueChanged", "valueChanged"), /nodeDead/);
  assert.equal(events("nodeDead", "valueChanged", "nodeAlive"), "");
  assert.equal(events("node_joined", "client_joined", "valueChanged"), "");
});

Deno.test("an answer that refuses a command by a word is told, and one that was done or will be is not", () => {
  const asked = (last: string, ...answers: readonly unknown[]) =>
    answers.flatMap((payload, i) => [
      { s: 1 + i * 3, topic: "mow/m1/command", payload: "start" },
      { s: 1.4 + i * 3, topic: `mow/m1/${last}`, payload },
    ]);
  for (
    const answer of ["NAK", "Unknown command: frob", { action: "clean", status: "rejected" }, {
      result: "denied",
      reason: "locked",
    }]
  ) {
    assert.match(titlesOf("m1", asked("response", answer, answer)).join(), /command failed/);
  }
  for (
    const answer of ["OK", "Started", { status: "accepted" }, { result: "success", reason: "" }]
  ) {
    assert.deepEqual(titlesOf("m1", asked("response", answer, answer)), []);
  }
});

Deno.test("a clock that was never set is told in whatever format it tells its time", () => {
  const told = (time: (i: number) => string) =>
    titlesOf("wx", series("dev/wx/obs", times(6, (i) => ({ time: time(i), temp: 12 + i / 10 }))))
      .join();
  assert.match(told((i) => `01.01.1970 01:0${i}:00`), /never set/);
  assert.match(told((i) => `Thu Jan  1 00:0${i}:00 1970`), /never set/);
  assert.match(told((i) => `2000-01-01 00:0${i}:00`), /never set/);
  assert.match(
    titlesOf("wx", series("dev/wx/time", times(6, (i) => `1970-01-01T00:0${i}:00Z`))).join(),
    /never set/,
  );
  assert.equal(told((i) => i === 0 ? "1970-01-01T00:00:07Z" : "2026-01-02T12:00:05Z"), "");
});

/** An awning that sets out three times, and where it stands each time that it stops. */
function awning(place: (i: number) => number, way: string): Line[] {
  return times(3, (i) => [way, "stopped", place(i)]).flatMap((told, i) =>
    told.map((payload, at): Line => ({
      s: 30 * i + 3 * at + 1,
      topic: `awning/${at === 2 ? "position" : "state"}`,
      payload,
    }))
  );
}

/** What a device does, whatever it is called; the name asked for is the first level. */
const BEHAVES: readonly (readonly [what: string, sick: RegExp | null, lines: readonly Line[]])[] = [
  ["restarts to the same uptimes", /restarts again and again/, [
    ...series("bms/status", [8640, 8645, 4, 9, 4, 9, 4, 9].map((uptime) => ({ uptime, cells: 8 }))),
  ]],
  ["restarts after times that differ", /restarts again and again/, [
    ...series("pump/tele", [5000, 5010, 4, 14, 5, 15, 25, 3].map((uptime) => ({ uptime }))),
  ]],
  ["two clocks by turns on one topic", null, [
    ...series("hall/x", times(12, (i) => ({ uptime: i % 2 ? 500 + i : 90_000 + i, id: i % 2 }))),
  ]],
  ["a last will of alive: 0 among documents", /comes and goes/, [
    ...series("diy/status", times(9, (i) => i % 2 ? { alive: 0 } : { alive: 1, cells: 8, v: 26 })),
  ]],
  ["a last will of a status among documents", /is offline/, [
    ...series(
      "wx/data",
      times(6, (i) => ({ power: 50 + i % 3, volt: 230, amp: 1, status: "online" })),
    ),
    { s: 14, topic: "wx/data", payload: { status: "offline" } },
  ]],
  ["a connection that goes up and down", /comes and goes: it was lost 4 times/, [
    ...series("rtu5/connection/state", times(8, (i) => i % 2 ? "down" : "up")),
  ]],
  ["a car's connection that goes up and down", null, [
    ...series("wallbox/connection/state", times(8, (i) => i % 2 ? "down" : "up")),
  ]],
  ["a detector that is active by turns", null, [
    ...series("pir/state", times(8, (i) => i % 2 ? "active" : "inactive")),
  ]],
  [
    "all numbers give way to a word",
    /reads nothing any more: it is unknown since \S+, and 2 more/,
    [
      "pressure",
      "temp",
      "rpm",
    ].flatMap((one, k) => series(`cmp/${one}`, times(6, (i) => i < 2 ? 50 * k + i : "unknown"))),
  ],
  [
    "a flow that is told as x's by its display",
    /ofen.vorlauf" reads nothing any more: it is xx\.x/,
    [
      ...series("ofen/vorlauf", ["54.1", "54.2", "xx.x", "xx.x", "xx.x"]),
    ],
  ],
  ["a moisture without data, in Spanish", /humedad_suelo" reads nothing any more/, [
    ...series("riego/humedad_suelo", ["41", "41", "sin datos", "sin datos"]),
  ]],
  ["a field of an unknown name that goes to the end of its word", /"aw3" reads nothing/, [
    ...series("plc9/data", [812, 815, 65535, 65535].map((aw3) => ({ aw3, aw4: 20 }))),
  ]],
  ["a level that is less than nothing without a sign", /"level_cm" is 65533, which it cannot be/, [
    ...series("sumpf/data", [3, 1, 65534, 65533].map((level_cm) => ({ level_cm }))),
  ]],
  ["a count that went below nothing", /"total" is 4294967291, which it cannot be/, [
    ...series("puls/data", [120, 122, 4294967290, 4294967291].map((total) => ({ total }))),
  ]],
  ["a count that begins again at the end of its word", null, [
    ...series("port/data", [4294960000, 4294965000, 2000, 7000].map((octets) => ({ octets }))),
  ]],
  ["what a vehicle has no sensor for", null, [
    ...series("truck/ecu", times(4, (i) => ({ rpm: 1200 + i, oil_temp: 65535, coolant: 88 }))),
  ]],
  ["a washing that has ended", null, [
    ...series(
      "dishes/state",
      times(5, (i) => ({
        program: i < 2 ? "eco" : null,
        temp: i < 2 ? 55 - i : null,
      })),
    ),
  ]],
  ["a return that an open sensor's input takes for -50", /"ruecklauf" reads nothing/, [
    ...series("wp/ntc", [31.2, 31.3, -50, -50, -50].map((ruecklauf) => ({ ruecklauf }))),
  ]],
  ["a kiln whose thermocouple is gone", /"temp" reads nothing any more: it is 850/, [
    ...series("kiln/pt", [182, 181, 850, 850, 850].map((temp) => ({ temp }))),
  ]],
  ["a kiln that heats up to what others tell as an end", null, [
    ...series("kiln/pt", [985, 990, 995, 999, 999, 999].map((temp) => ({ temp }))),
  ]],
  ["a value that is not valid", /calls a value bad.*isValid false/, [
    ...series("tank7/data", times(3, () => ({ value: 12.3, isValid: false }))),
  ]],
  ["a value without data by its quality", /quality no data/, [
    ...series("iolink/port1", times(3, () => ({ value: 32760, quality: "no data" }))),
  ]],
  ["a battery of 3 that is all that is told", /battery is at 3 %/, [
    ...series("guard/cellar", times(3, () => ({ temperature: 16.8, battery: 3 }))),
  ]],
  ["a battery of 3 hundredths", /battery is at 3 %/, [
    ...series("lock1/state", times(3, () => ({ battery: 0.03, locked: true }))),
  ]],
  ["batteries of 3 and 4 bars", null, [
    ...series("rtl/wind", times(3, () => ({ battery: 3, temp: 3.1 }))),
    ...series("rtl/rain", times(3, () => ({ battery: 4, temp: 3.3 }))),
  ]],
  ["a battery of 3 bars with its voltage", null, [
    ...series("hygro/data", times(3, () => ({ battery: 3, battery_mv: 3010 }))),
  ]],
  ["a car that is switched off", null, [
    ...series("car/obd", [
      ...times(3, (i) => ({ speed: 33 - i, rpm: 1200 })),
      ...times(3, () => ({ speed: null, rpm: null, ignition: "off" })),
    ]),
  ]],
  ["a house that feeds in as much as it may", null, [
    ...series("meter/grid", [312.4, 310.2, -800, -800, -800].map((netz) => ({ netz }))),
  ]],
  ["a lamp that turns to red", null, [
    ...series("lamp/state", [100, 120, 65400, 65400].map((hue) => ({ hue, bri: 200 }))),
  ]],
  ["one value gives way to a word", /reads nothing any more/, [
    ...series("ph/value", times(9, (i) => i < 5 ? 7 + i / 100 : "Sensor error")),
  ]],
  ["a probe that is null after one value", /"temperature" reads nothing any more: it is null/, [
    ...series("keller/data", times(5, (i) => ({ temperature: i < 1 ? 19.3 : null, angle: 41 }))),
  ]],
  ["dashes in place of a number", /"sensor2" reads nothing any more: it is --\.-/, [
    ...series(
      "alog/data",
      times(5, (i) => ({ t1: 21 + i / 10, sensor2: i < 1 ? "22.4" : "--.-" })),
    ),
  ]],
  ["a record that says that it failed", /nothing: it is always null/, [
    ...series(
      "ug/data",
      times(4, (i) => ({
        ch1: { value: 12 + i, status: "ok" },
        ch2: { value: null, status: "timeout" },
      })),
    ),
  ]],
  ["a spare record that says nothing", null, [
    ...series(
      "ug/data",
      times(5, (i) => ({
        ch1: { value: 12 + i, err: "0" },
        ch2: { value: null, err: "0" },
      })),
    ),
  ]],
  ["a part that is empty and not valid", /"data" reads nothing .* "valid" is false/, [
    ...series(
      "al/data",
      times(5, (i) => ({
        valid: i < 2,
        data: i < 2 ? { flow: 12 + i, temp: 21 } : {},
      })),
    ),
  ]],
  ["a session that is over", null, [
    ...series(
      "ev/data",
      times(6, (i) => ({
        cable: i < 3,
        session: i < 3 ? { energy: 4 + i, power: 7 } : {},
      })),
    ),
  ]],
  ["what a standard calls not available", null, [
    ...series("cam/data", times(8, (i) => ({ speed: 1_400 + i, yaw_rate: 32_767 }))),
  ]],
  ["a distance to nobody", null, [
    ...series(
      "radar/data",
      times(6, (i) => ({
        presence: i < 2,
        distance: i < 2 ? 1.4 : null,
        light: 120 + i,
      })),
    ),
  ]],
  ["a printer that is switched off", null, [
    ...series("prn/state", times(10, (i) => i < 5 ? "printing" : "off")),
    ...series("prn/bed_temp", times(10, (i) => i < 5 ? 60 + i % 2 : "unknown")),
  ]],
  ["a car that is gone", null, [
    ...series(
      "ev/data",
      times(9, (i) => i < 4 ? { soc: 55 + i, power: 7_000 } : { soc: null, power: 0 }),
    ),
  ]],
  ["a level that goes to full scale", /65535/, [
    ...series("lvl/data", times(10, (i) => ({ level_mm: i < 6 ? 1_200 + i % 3 : 65_535 }))),
  ]],
  ["a level that goes to -1", /is -1|stuck at -1/, [
    ...series("lvl/data", times(10, (i) => ({ tank_level: i < 6 ? 62 + i % 3 : -1 }))),
  ]],
  ["a counter of 16 bits", null, [
    ...series("cnt/data", times(8, (i) => ({ ticks: 65_528 + i }))),
  ]],
  ["a total that leaps", /total "energy_kwh" leaps from 1230.5 to 6530/, [
    ...series(
      "em/data",
      times(14, (i) => ({ energy_kwh: (i < 8 ? 1_230.4 : 6_530.4) + i * 0.01 })),
    ),
  ]],
  ["bytes that leap, and a day that begins", null, [
    ...series("net/data", times(14, (i) => ({ bytes_total: (i < 8 ? 1e6 : 9e8) + i * 1_000 }))),
    ...series(
      "net/energy",
      times(14, (i) => ({ energy_today: i < 8 ? 12 + i * 0.1 : (i - 8) * 0.1 })),
    ),
  ]],
  [
    "one of several meters falls silent",
    /"gw\/m2\/power" fell silent/,
    [1, 2, 3, 4].flatMap((k) =>
      series(`gw/m${k}/power`, times(k === 2 ? 6 : 24, (i) => 300 + k + (i % 3) * 2))
    ),
  ],
  ["a total that rests beside figures that move", null, [
    ...series("gw/a", times(24, (i) => 3 + i % 4)),
    ...series("gw/b", times(24, (i) => 3 + i % 3)),
    ...series("gw/total", times(5, (i) => 100 + i)),
  ]],
  ["a numbered error that is raised", /"errors\.error_2" went from 0 to 4/, [
    ...series(
      "vit/data",
      times(10, (i) => ({ errors: { error_1: 0, error_2: i < 5 ? 0 : 4, error_3: 0 } })),
    ),
  ]],
  ["a list of the last errors", null, [
    ...series(
      "hist/data",
      times(10, () => ({ fault_hist_1: 17, fault_hist_2: 4, fault_hist_3: 0, hz: 50 })),
    ),
  ]],
  ["mains that sag", /fell from about 230 to 118/, [
    ...series("ups/data", times(12, (i) => ({ input_voltage: i < 6 ? 230 : 118, load: 20 }))),
  ]],
  ["the sun that goes down", null, [
    ...series(
      "pv/data",
      times(20, (i) => ({ dc_input_voltage: 400 - i * 15, pv_voltage: 230 - i * 10 })),
    ),
  ]],
  ["a command that is rejected by a word", /command failed: rejected/, [
    { s: 1, topic: "drv/cmd", payload: "start" },
    { s: 2, topic: "drv/ack", payload: "rejected" },
  ]],
  ["a command that is rejected by a result", /command failed: result Rejected/, [
    { s: 1, topic: "chg/cmd", payload: { id: 1, cmd: "start" } },
    { s: 2, topic: "chg/reply", payload: { id: 1, result: "Rejected" } },
  ]],
  ["a command that is accepted", null, [
    { s: 1, topic: "drv/cmd", payload: "start" },
    { s: 2, topic: "drv/ack", payload: "accepted" },
  ]],
  [
    "errors that are a large part of all",
    /fails again and again: "crc_errors" rose from 3 to 138/,
    [
      ...series(
        "bus/stats",
        times(10, (i) => ({ frames: 1_000 + i * 20, crc_errors: 3 + i * 15 })),
      ),
    ],
  ],
  ["a number of each message", null, [
    ...series("line/data", times(8, (i) => ({ timestamp: 90 + i * 7, level: 4 }))),
  ]],
  ["a machine that goes into alarm", /"state" went from NORMAL to ALARM/, [
    ...series("pit/data", times(8, (i) => ({ state: i < 4 ? "NORMAL" : "ALARM", level: 40 }))),
  ]],
  ["a panel that goes into alarm", null, [
    ...series("panel/state", times(8, (i) => i < 4 ? "armed" : "alarm")),
  ]],
  ["a strip that is not online any more", /is offline/, [
    { s: 1, topic: "homie/strip/$online", payload: "true" },
    ...series("homie/strip/port1/power", [7, 8, 7]),
    { s: 9, topic: "homie/strip/$online", payload: "false" },
  ]],
  ["errors that are few among many", null, [
    ...series("bus/stats", times(10, (i) => ({ frames: 1_000 + i * 2_000, crc_errors: 3 + i }))),
  ]],
  ["one of its parts is offline", /"node2_status" went from online to offline/, [
    ...series(
      "hub/data",
      times(8, (i) => ({ node2_status: i < 4 ? "online" : "offline", flow: i % 3 })),
    ),
  ]],
  ["a phone in its list is offline", null, [
    ...series(
      "hub/data",
      times(8, (i) => ({ phone_status: i < 4 ? "online" : "offline", flow: i % 3 })),
    ),
  ]],
  ["what waits grows from some time on", /What waits grows all the time: "queue_depth"/, [
    ...series("gw/stats", times(20, (i) => ({ queue_depth: i < 8 ? 2 + i % 3 : 9 * i }))),
  ]],
  ["what waits is taken now and then", null, [
    ...series("gw/stats", times(20, (i) => ({ queue_depth: i % 9 * 12 }))),
  ]],
  ["a last error comes on a topic of its own", /CRC mismatch.*came just now/, [
    ...series("plc/last_error", times(8, (i) => i < 4 ? "" : "CRC mismatch on slave 4")),
  ]],
  ["a place on two topics is lost", /finds no position any more/, [
    ...["latitude", "longitude"].flatMap((name, at) =>
      series(`boat/${name}`, times(10, (i) => i < 5 ? 13 + 39 * at + i / 1e4 : 0))
    ),
  ]],
  ["a drive on two topics stands", /is stuck at 30, though "lift\/moving" says true/, [
    ...times(40, (i) => ({ s: i * 4, topic: "lift/position", payload: Math.min(30, i * 3) })),
    ...times(40, (i) => ({ s: i * 4, topic: "lift/moving", payload: "true" })),
  ]],
  ["an awning sets out in vain", /is stuck at 100, though "awning\/state" says closing 3 times/, [
    ...awning(() => 100, "closing"),
  ]],
  ["an awning goes in, bit by bit", null, awning((i) => 100 - 20 * i, "closing")],
  ["an awning that is in is told to go in", null, awning(() => 0, "closing")],
];

Deno.test("what a device does tells that it is sick, and what healthy ones do tells nothing", () => {
  for (const [what, sick, lines] of BEHAVES) {
    const device = lines[0]?.topic.split("/").find((level) => level !== "homie") ?? "";
    const titles = titlesOf(device, [...lines].sort((a, b) => a.s - b.s));
    if (sick === null) assert.deepEqual(titles, [], what);
    else assert.match(titles.join(" | "), sick, what);
  }
});

Deno.test("a modem that hardly hears its network is told in the unit it tells, bars and good signals are not", () => {
  const weak = (payloads: readonly unknown[], topic = "yard/logger/data") =>
    titlesOf("logger", series(topic, payloads)).filter((title) => /signal/.test(title));
  const sick: readonly unknown[][] = [
    times(6, (i) => ({ csq: 3 + i % 2, level: 4.2 })),
    times(6, (i) => ({ imei: "867730050816697", rssi: -109 - i % 3, level: 4.2 })),
    times(6, (i) => ({ operator: "o2", rsrp: -124 - i % 3, level: 4.2 })),
    times(6, (i) => ({ modem: "SIM7000", rssi: i === 0 ? 7 : 3 + i % 3, level: 4.2 })),
    times(6, () => ({ gsm_signal_dbm: "-109 dBm" })),
  ];
  for (const payloads of sick) {
    assert.match(weak(payloads).join(), /signal is weak/, JSON.stringify(payloads[0]));
  }
  assert.match(weak(times(5, () => "4"), "yard/logger/gsm/csq").join(), /of 31/);
  const healthy: readonly unknown[][] = [
    times(6, (i) => ({ csq: 17 + i % 2, level: 4.2 })),
    times(6, () => ({ csq: 99 })),
    times(6, (i) => ({ csq: i % 2 === 0 ? 0 : 21, via: "wifi" })),
    // Bars.
    times(6, () => ({ imei: "867730050816697", rssi: 4, level: 4.2 })),
    times(6, (i) => ({ gsm_signal: 3 + i % 2 })),
    times(6, () => ({ imei: "867730050816697", rssi: -89 })),
    times(6, () => ({ imei: "867730050816697", rssi: -113 })),
    times(6, () => ({ operator: "o2", rsrp: -108 })),
    times(6, () => ({ radio: "NB-IoT", rsrp: -124 })),
    // Heard by LoRa, and passed on by a modem.
    times(6, () => ({ lora: true, snr: 4, rssi: -110, modem: "SIM7000" })),
  ];
  for (const payloads of healthy) assert.deepEqual(weak(payloads), [], JSON.stringify(payloads[0]));
});

Deno.test("an even reading that goes to the end of its word is told, a stick that is pushed is not", () => {
  const of = (name: string, values: readonly unknown[]) =>
    titlesOf("plc", series(`plc/${name}/state`, values)).filter((title) =>
      /nothing any more/.test(title)
    );
  assert.match(of("buffer-top", [612, 613, 32767]).join(), /reads nothing any more: it is 32767/);
  assert.match(of("Vorlauf", [45.2, 45.3, 45.3, 3276.7]).join(), /3276.7/);
  assert.match(of("tank/fuellstand", [5400, 5401, 5402, -32768, -32768]).join(), /-32768/);
  assert.match(
    titlesOf("plc", series("plc/db1", [{ ai0: 612 }, { ai0: 613 }, { ai0: 32767 }])).join(),
    /"ai0" reads nothing any more/,
  );
  assert.deepEqual(of("joystick", [612, 613, 32767]), []);
  assert.deepEqual(of("buffer-top", [612, 613, 614, 613]), []);
  assert.deepEqual(of("counter", [612, 9000, 32767]), []);
  assert.deepEqual(of("raw", [30100, 31100, 32767]), []);
  assert.deepEqual(of("limit", [32767, 32767, 612]), []);
});

Deno.test("a number that its quantity cannot be is told from few messages, what is switched or counted round is not", () => {
  const of = (name: string, values: readonly unknown[]) =>
    titlesOf("plant", series(`plant/box/${name}`, values.map(String))).join();
  const sick: readonly [string, readonly number[]][] = [
    ["temperature", [1.2, 0.6, 0.1, 6553.2, 6552.8, 6552.9]],
    ["aussentemperatur", [0.2, 0, 6553.5, 0.1, 6553.4, 0.3]],
    ["board_temp", [3, 2, 1, 0, 255, 254, 254]],
    ["temperature", [20.4, -127, 20.5]],
    ["temperature/2", [30.9, -250.1, -250.1, -250.1]],
    ["T_boiler", [71.2, 71.4, 71.5, 409.5, 409.5, 409.5]],
    ["flow_temp", [46, 46.2, 46.1, 812.4, 812.4, 812.4]],
    ["water_pressure", [1.6, 1.6, 1.6, 25.5, 25.5, 25.5]],
    ["TempCWU", [999, 999, 999, 999]],
    ["humidity", [61, 62, -40, -40, -40]],
    ["ph", [7.21, 7.2, 0, 0, 0]],
    ["ink_remaining", [-842, -842, -842]],
    ["Ruecklauf_temperature", [33.8, 33.9, 33.8, 85, 85, 85]],
    ["T_flow", [412, 413, 413, 32767, 32767]],
    ["lat", [51.21, 51.22, 0, 51.22, 51.23]],
    ["cell_3", [3.31, 3.31, 0, 3.31, 3.32]],
    ["level_percent", [61, 61, 412, 61, 61]],
    ["Total_in", [9412.1, 9412.2, 9412.3, 0, 0, 0]],
    ["rpm", [1802, 1811, 65535, 1809, 1805, 1808]],
    ["ac_power", [2101, 2110, -32768, 2105, 2098, 2101]],
    ["odometer", [8412, 0, 8413, 0, 8413]],
    ["1/total", [1208831, 1208832, 1208833, 1, 2, 3]],
    ["material_consumed_kg", [1843, 1843, 1844, 0, 0, 0]],
  ];
  for (const [name, values] of sick) {
    assert.match(
      of(name, values),
      /cannot be|jumps to|of \d+ times|nothing any more|stuck at|fell from/,
      name,
    );
  }
  const healthy: readonly [string, readonly number[]][] = [
    ["level", [3, 2, 1, 0, 255, 254, 255]],
    ["r", [2, 1, 0, 255, 255]],
    ["kettle_temp", [21, 45, 72, 96, 99, 99]],
    ["power", [0, 0, 0, 65.3, 65.4, 65.3]],
    ["pressure", [0.2, 0.2, 0.2, 6, 6, 6]],
    ["lux", [0, 0, 1200, 65535, 65535]],
    ["sauna_temp", [24, 31, 44, 62, 78]],
    ["object_temp", [21, 280, 22, 281, 21]],
    ["wind_speed", [2.1, 2.4, 31.2, 2, 2.2]],
    ["zone1_temp", [23, 23, 180, 180, 180, 181]],
    ["energy_today_kwh", [21.3, 21.4, 21.4, 0, 0, 0]],
    ["flow_consumption", [300, 300, 310, 0, 0, 0]],
    ["remaining", [48, 47, 46, 0, 0]],
  ];
  for (const [name, values] of healthy) assert.equal(of(name, values), "", name);
  const smoker = { temps: [1066, 612, -32767, -32767] };
  assert.deepEqual(titlesOf("plant", series("plant/smoker", nTimes(4, smoker))), []);
});

Deno.test("a pack is empty by its charge and its weakest cell, and one that rests or has no cells is not", () => {
  const of = (payload: unknown, topic = "jbd/pack") =>
    titlesOf("pack", series(topic, times(4, () => payload))).filter((t) => /pack is empty/.test(t));
  const sick: readonly unknown[] = [
    { PercentCapacity: 1, Cells: [2.81, 2.79, 2.65, 2.8], FET: "Charge" },
    { RemainingCapacity: 1.1, DesignCapacity: 100, CellMin: 2.652, CellMax: 2.81 },
    { soc: 0, cellVoltages: [2810, 2799, 2652] },
    { bms: { SOC: 3, cell_1: 2.91, cell_2: 2.84 } },
    { Restkapazität: 2, Nennkapazität: 280, Zelle1: 2.71, Zelle2: 2.9 },
  ];
  for (const payload of sick) assert.match(of(payload).join(), /%/, JSON.stringify(payload));
  const bare = [
    { s: 1, topic: "bms/pack/soc", payload: "2" },
    { s: 2, topic: "bms/pack/cell_voltage_min", payload: "2.711" },
    { s: 3, topic: "bms/pack/soc", payload: "2" },
  ];
  assert.match(titlesOf("pack", bare).join(), /pack is empty: 2 %/);
  const healthy: readonly unknown[] = [
    { PercentCapacity: 62, Cells: [3.31, 3.3, 3.31, 3.3] },
    { soc: 4, Cells: [3.05, 3.06, 3.05], current: 40 },
    { soc: 50, Cells: [2.3, 2.31, 2.3] },
    { soc: 0, Cells: [0.0, 0.0, 0.0] },
    { soc: 2, cells: 16, cell_min: 3, cell_max: 7 },
    { soc: 3, Cells: [2.9, 2.91], charging: true },
    { RemainingCapacity: 98, DesignCapacity: 100, CellMin: 2.9 },
  ];
  for (const payload of healthy) assert.deepEqual(of(payload), [], JSON.stringify(payload));
});

Deno.test("a code of refusal is told among those that are well and as an answer, other numbers are not", () => {
  const of = (topic: string, payloads: readonly unknown[]) =>
    titlesOf("arm", series(topic, payloads)).filter((title) => /40\d|50\d/.test(title));
  const codes = (third: number) => ({ 0: 200, 1: 200, 2: 200, 3: third, 4: 200 });
  assert.match(of("arm/out/health/status", times(2, () => codes(401))).join(), /"3".*401 \(not au/);
  assert.match(of("arm/check", times(2, () => ({ a: 200, b: 200, c: 503 }))).join(), /"c".*503/);
  assert.match(of("arm/set/response", ["401", "401", "401"]).join(), /401 \(not authorized\)/);
  assert.match(of("arm/set/response", ["200", "404"]).join(), /404/);
  assert.match(of("arm/set/reply", times(4, () => ({ code: 401 }))).join(), /401/);
  assert.match(of("arm/set/reply", [{ httpStatus: 403 }]).join(), /403/);
  assert.deepEqual(of("arm/out/health/status", times(2, () => codes(200))), []);
  assert.deepEqual(of("arm/out/lux", times(2, () => codes(401))), []);
  assert.deepEqual(of("arm/status", times(2, () => ({ a: 200, b: 200, c: 401, d: 187 }))), []);
  assert.deepEqual(of("arm/level/reply", ["380", "401"]), []);
  assert.deepEqual(of("arm/set/response", ["401", "200"]), []);
});

Deno.test("a filter guard that goes up and a time that runs out are told, one that stands all along is not", () => {
  const of = (topic: string, payloads: readonly unknown[]) =>
    titlesOf("kwl", series(topic, payloads))
      .filter((title) => /filter guard tripped|Nothing is left/.test(title));
  const sick: [string, readonly unknown[]][] = [
    ["kwl/unit_state/filter_guard_input_status", ["0", "0", "1"]],
    ["kwl/Filterwächter", ["aus", "ein"]],
    ["kwl/data", [{ filterPressureSwitch: false }, { filterPressureSwitch: true }]],
    ["kwl/data", [{ filtervakt: 0, fan: 60 }, { filtervakt: 1, fan: 78 }]],
    ["kwl/hours_to_service", ["1", "0", "0"]],
    ["kwl/data", [{ filter_days_left: 1 }, { filter_days_left: 0 }]],
    ["kwl/filter_restlaufzeit_tage", ["2", "1", "0"]],
    ["kwl/data", times(2, () => ({ filter_remaining_days: -12 }))],
  ];
  for (const [topic, payloads] of sick) assert.equal(of(topic, payloads).length, 1, topic);
  const healthy: [string, readonly unknown[]][] = [
    ["kwl/unit_state/filter_guard_input_status", ["0", "0", "0"]],
    ["kwl/filter_guard", ["1", "1", "1"]],
    ["kwl/filter_guard", ["1", "1", "0"]],
    ["kwl/hours_to_service", ["0", "0", "0"]],
    ["kwl/data", times(2, () => ({ filter_days_left: 180 }))],
    ["kwl/data", times(2, () => ({ filter_remaining_days: -1 }))],
    ["kwl/filter_guard_enabled", ["0", "1"]],
    ["pool/kwl/filter_guard", ["0", "1"]],
    ["kwl/filter_switch", ["0", "1"]],
    ["kwl/filter_monitor", ["off", "on"]],
    ["kwl/filter_reset_remaining", ["2", "0"]],
    ["kwl/filter_days_left", ["0", "180"]],
  ];
  for (const [topic, payloads] of healthy) assert.deepEqual(of(topic, payloads), [], topic);
});

Deno.test("what is said to be gone is told by any name and in any shape", () => {
  const beat = series("x/dev/flow", times(4, (i) => 3 + i / 10));
  const said = (topic: string, payload: unknown): Line[] => [...beat, { s: 9, topic, payload }];
  for (
    const [topic, payload] of [
      ["x/dev/conn", { online: 0 }],
      ["x/dev/conn", { d: { UeD: 1 }, ts: "2026-01-02T12:00:00Z" }],
      ["x/dev/verbindung", "getrennt"],
      ["x/dev/etat", { etat: "hors ligne", depuis: "2026-01-02T11:00:00Z" }],
      ["x/dev/status", { State: "offline,dead" }],
      ["x/dev/events", { "rfid-mqtt-status": "disconnected", readerName: "dev" }],
      ["x/dev/meta", { device: { name: "dev", operatingState: "DOWN" } }],
      ["x/dev/sts", { health: "down", state: "provisioned" }],
      ["x/dev/point", { value: 22.4, status: "{down,stale}" }],
      ["x/dev/slaves", { slave_1_online: true, slave_2_online: true, slave_3_online: false }],
      ["x/dev/list", [{ id: "m1", link: "ok" }, { id: "m2", link: "ok" }, {
        id: "m3",
        link: "lost",
      }]],
      ["x/dev/map", { act5: { online: true }, act6: { online: true }, act7: { online: false } }],
      ["x/dev/nodes", { nodes: [{ id: 4, status: "Alive" }, { id: 7, status: "Dead" }] }],
      ["x/dev/cams", {
        ch: { "1": { name: "Gate", online: true }, "2": { name: "Yard", online: false } },
      }],
      ["x/dev/conn", { st: "DISCONNECTED", cause: "KEEPALIVE_TIMEOUT" }],
      ["x/dev/event", { type: "leave", ieee: "0x00158d0001a2b3c4" }],
      ["x/dev/all", {
        nodes: [{ id: 1, temp: 30.5, active: true }, { id: 2, temp: 26.4, active: false }],
      }],
      ["x/dev/child/meter-8/offline", { messageId: "53" }],
      ["x/dev/disconnect", { device: "tank-7" }],
      ["x/dev/main", { flow: 0, connection: 0 }],
      ["x/dev/panel", { keybus: "disconnected", armed: false }],
    ] as const
  ) assert.ok(titlesOf("x/dev/#", said(topic, payload)).length > 0, JSON.stringify(payload));
});

Deno.test("what people switch off, carry or do not use is not gone", () => {
  const beat = series("x/dev/flow", times(4, (i) => 3 + i / 10));
  for (
    const [topic, payload] of [
      ["x/dev/state", { armed: false, status: "inactive", battery: 13.7 }],
      ["x/dev/zones", { zones: [{ id: 1, active: true }, { id: 2, active: false }] }],
      ["x/dev/offline", "false"],
      ["x/dev/roof", { pv_power: 0, total_kwh: 8812.4, status: "offline" }],
      ["x/dev/members", {
        members: [{ name: "Ann", online: true }, { name: "Cid", online: false }],
      }],
      ["x/dev/cp", { connectors: [{ id: 1, connected: true }, { id: 2, connected: false }] }],
      ["x/dev/wan", { wan1: { connected: "yes" }, wan2: { connected: "no" } }],
      ["x/dev/net", { cloud: { connected: false }, mqtt: { connected: true } }],
      ["x/dev/ports", { ports: [{ link: "up" }, { link: "up" }, { link: "down" }] }],
      ["x/dev/clients", [{ name: "a", online: true }, { name: "b", online: true }, {
        name: "ipad",
        online: false,
      }]],
      ["x/dev/lights", {
        1: { name: "Desk lamp", reachable: true },
        2: { name: "Hall lamp", reachable: false },
        3: { name: "Bath lamp", reachable: true },
      }],
      ["x/dev/lift", { direction: "down", door: "closed" }],
      ["x/tv-dev/availability", "offline"],
      ["x/dev/hb", { ant: { "1": "connected", "2": "disconnected", "3": "disconnected" } }],
      ["x/dev/if", { eth0: { state: "up" }, ppp0: { state: "down" } }],
      ["x/dev/log", "client_disconnected clientid=ha reason=normal"],
      ["x/dev/bt/connected", "false"],
      ["x/dev/if/12", { ifDescr: "Gi1/0/12", ifAdminStatus: "up", ifOperStatus: "down" }],
    ] as const
  ) {
    const lines = [...beat, { s: 9, topic, payload }];
    assert.deepEqual(titlesOf("x/#", lines), [], JSON.stringify(payload));
  }
});

Deno.test("one that is missing in the lists of its gateway is told, while the others stand in them", () => {
  const lists = (silent: number, key: string) =>
    series(
      "gw/adv",
      times(18, (i) =>
        ["AA:01", "AA:02", "AA:03"].filter((mac) => mac !== "AA:02" || i < silent)
          .map((mac, j) => ({ [key]: mac, rssi: -60 - j - i % 3 }))),
      1,
    );
  // By a name a record has its place whatever stands before it.
  for (const key of ["mac", "name"]) {
    const titles = titlesOf("gw/#", lists(6, key)).join();
    assert.match(titles, /"AA:02" fell silent while 2 beside it go on/, key);
    assert.deepEqual(titlesOf("gw/#", lists(18, key)), [], key);
  }
});

Deno.test("what stopped counting, beating and answering is told, what begins a day is not", () => {
  const at = (i: number) => ({ s: 1 + 2 * i });
  const beat = series("x/dev/flow", times(9, (i) => 3 + i / 10));
  const each = (topic: string, payloads: readonly unknown[]): Line[] => [
    ...beat,
    ...payloads.map((payload, i) => ({ ...at(i), topic, payload })),
  ];
  const sick: readonly (readonly [RegExp, Line[]])[] = [
    [/fell from 812357/, each("x/dev/watermeter/current_value", [812353, 812357, 0, 3, 7])],
    [
      /fell from 8123.5/,
      each("x/dev/gas", [8123.44, 8123.47, 8123.5, 0.02].map((total_m3) => ({ total_m3 }))),
    ],
    [
      /leaps/,
      each(
        "x/dev/em",
        [1022.1, 1022.2, 1022.3, 65533.9, 65534].map((import_kwh) => ({ import_kwh })),
      ),
    ],
    [/heartbeat/, each("x/dev/io", [1, 2, 3, 4, 4, 4, 4, 4].map((heartbeat) => ({ heartbeat })))],
    [/heartbeat/, each("x/dev/keepaliveepoch", ["1700000000"])],
    [
      /fell from 9 to 6/,
      each("x/dev/mesh", [9, 9, 6, 6].map((nodes_online) => ({ nodes_online }))),
    ],
    [/not answered/, [
      ...beat,
      { s: 1, topic: "x/dev/rpc/request/1", payload: { method: "on" } },
      { s: 2, topic: "x/dev/rpc/response/1", payload: { ok: true } },
      { s: 3, topic: "x/dev/rpc/request/2", payload: { method: "off" } },
    ]],
    [/503/, [
      ...beat,
      { s: 1, topic: "command/T/x/dev/req/8/start", payload: { speed: 80 } },
      { s: 2, topic: "command/T/x/dev/res/8/503", payload: { text: "glow plug" } },
    ]],
  ];
  for (const [expected, lines] of sick) {
    const titles = titlesOf("x/dev/#", lines).concat(titlesOf("#", lines));
    assert.ok(titles.some((title) => expected.test(title)), `${expected}: ${titles}`);
  }
  const healthy: Line[][] = [
    each("x/dev/em", [8.1, 8.2, 0, 0.1].map((energy_today) => ({ energy_today }))),
    each("x/dev/io", [1, 2, 3, 4, 5].map((heartbeat) => ({ heartbeat }))),
    each("x/dev/cfg", times(9, (i) => ({ heartbeat_interval: 3600, temp: 20 + i / 10 }))),
    each("x/dev/price", times(9, () => ({ price: 0.31, timestamp: "2026-01-02T00:00:00Z" }))),
    each("x/dev/tank", [812, 700, 420, 12].map((water_level) => ({ water_level }))),
  ];
  for (const lines of healthy) assert.deepEqual(titlesOf("x/dev/#", lines), []);
});

Deno.test("memory that falls from each start at one pace is told before the second fall is as deep", () => {
  const heap = (values: readonly number[]) =>
    titlesOf(
      "plate",
      [
        ...series(
          "tele/plate/STATE",
          values.map((Heap, i) => ({ UptimeSec: 60 * (i < 7 ? i + 20 : i - 6), Heap })),
        ),
        { s: 15, topic: "tele/plate/LWT", payload: "Online" },
      ].sort((a, b) => a.s - b.s),
    ).filter((title) => /memory/.test(title));
  assert.match(
    heap([24, 22, 19, 17, 14, 12, 9, 25, 23, 21, 18]).join(),
    /all free again at a restart/,
  );
  assert.deepEqual(heap([24, 23, 24, 23, 24, 23, 24, 25, 24, 25, 24]), []);
});
