import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 300;

/** The titles of what a machine is blamed for. */
function titlesOf(payload: (i: number) => unknown): string[] {
  const lines = beats({ topic: "hall/machine/state", everyS: 10, to: S, payload });
  return diagnosisOf("hall/machine/#", lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

Deno.test("a drive that is on and whose effect falls to nothing is told", () => {
  const sick: readonly (readonly [RegExp, (i: number) => unknown])[] = [
    [
      /"flow" fell from about 14.1 to 0 .*"pump" says ON/,
      (i) => ({ pump: "ON", flow: i < 10 ? 14 + (i % 3) / 10 : 0, pressure: 1.1 }),
    ],
    [/"rpm" fell .* "fan" says on/, (i) => ({ fan: "on", rpm: i < 9 ? 1_400 + i : 0 })],
    [
      /"speed" fell .* "conveyor_run" says true/,
      (i) => ({ conveyor_run: true, speed: i < 9 ? 0.8 + (i % 2) / 100 : 0 }),
    ],
  ];
  for (const [title, payload] of sick) assert.match(titlesOf(payload)[0] ?? "", title);
});

Deno.test("a drive is known in many languages, by what it is called and by what it says", () => {
  const sick: readonly (readonly [RegExp, (i: number) => unknown])[] = [
    [
      /"caudal_lpm" fell .* "bomba" says encendida/,
      (i) => ({ bomba: "encendida", caudal_lpm: i < 10 ? 27 + (i % 3) / 10 : 0 }),
    ],
    [
      /"strøm_A" fell .* "status" says LADER/,
      (i) => ({ status: "LADER", strøm_A: i < 10 ? 137 + i % 3 : 0 }),
    ],
    [/pegel.* rises .*pumpe" says EIN/i, (i) => ({ sump: { pegel: 20 + i, pumpe: "EIN" } })],
    [
      /"fan_rpm" stays 0 though "fan_pct" says 100/,
      (i) => ({ fan_pct: 100, fan_rpm: 0, temp_c: 24 + i / 5 }),
    ],
    [
      /"pressure" falls all the time, .* "pump" says ON/,
      (i) => ({ pump: "ON", pressure: Math.max(0.4, 4 - i / 8) }),
    ],
    [/"T" falls .* "heater" says 1/, (i) => ({ heater: 1, T: 27.4 - i / 8 })],
    [
      /"koelcompressor_A" stays 0 though "koelcompressor" says aan/,
      (i) => ({ koelcompressor: i < 6 ? "uit" : "aan", koelcompressor_A: 0, melk: 3.6 }),
    ],
  ];
  for (const [title, payload] of sick) assert.match(titlesOf(payload).join("; "), title);
});

Deno.test("what says that it moves and stands is stuck", () => {
  const [title = ""] = titlesOf((i) => ({
    position: i < 4 ? 10 + 3 * i : 23,
    state: "opening",
    torque: 31 + i % 3,
  }));
  assert.match(title, /"position" is stuck at 23, though "state" says opening/);
});

Deno.test("a drive that was switched off, goes by turns, or whose way is shut is well", () => {
  const healthy: readonly ((i: number) => unknown)[] = [
    (i) => ({ pump: i < 10 ? "ON" : "OFF", flow: i < 10 ? 14 + (i % 3) / 10 : 0 }),
    (i) => ({ pump: true, valve_open: i < 10 ? 1 : 0, flow: i < 10 ? 14 + (i % 3) / 10 : 0 }),
    (i) => ({ motor: "on", drum_rpm: i % 8 < 4 ? 50 + i % 3 : 0 }),
    (i) => ({ fan: "auto", rpm: i < 9 ? 1_400 + i : 0 }),
    // No sensor, nothing plugged in, a battery that is full, a pump whose speed is turned down.
    () => ({ fan_pct: 100, fan_rpm: 0, temp_c: 24 }),
    (i) => ({ relay: i < 6 ? "off" : "on", power: 0 }),
    () => ({ charging: true, current: 0, soc: 100 }),
    (i) => ({ pump_pct: 100 - 2 * i, flow: 40 - i }),
    (i) => ({ heater: 1, setpoint: 20, temperature: 24 - i / 10 }),
    (i) => ({ position: 100, state: i < 4 ? "opening" : "open" }),
  ];
  for (const payload of healthy) assert.deepEqual(titlesOf(payload), []);
});

Deno.test("what is switched on by a command that names it drives what flows, until it is asked otherwise", () => {
  const titles = (command: unknown, flow: (i: number) => number) =>
    diagnosisOf("hall/machine/#", [
      ...beats({
        topic: "hall/machine/state",
        everyS: 10,
        to: S,
        payload: (i) => ({ flow_lpm: flow(i), soil: 29 - (i % 2) }),
      }),
      { s: 45, topic: "hall/machine/command", payload: command },
    ], { seconds: S }).findings.filter(({ severity }) => severity !== "info")
      .map(({ title }) => title);
  assert.match(
    titles({ actuator: "pump", state: true }, () => 0).join("; "),
    /"flow_lpm" stays 0 though "pump" says true/,
  );
  assert.deepEqual(titles({ actuator: "pump", state: true }, (i) => i > 5 ? 4 : 0), []);
  assert.deepEqual(titles({ actuator: "pump", state: true, seconds: 5 }, () => 0), []);
  assert.deepEqual(titles({ actuator: "light", state: true }, () => 0), []);
});

Deno.test("a machine that says it makes something and stands is told by the speed that it was to have", () => {
  const machine = (state: (i: number) => string, wish: (i: number) => number) => (i: number) => ({
    StateCurrentStr: state(i),
    MachSpeed: wish(i),
    CurMachSpeed: i < 8 ? 180 + (i % 3) / 10 : 0,
  });
  assert.match(
    titlesOf(machine(() => "Execute", () => 180)).join("; "),
    /CurMachSpeed" fell from about 180.* to 0 .*MachSpeed" goes on at 180 and .* says Execute/i,
  );
  assert.deepEqual(titlesOf(machine((i) => i < 8 ? "Execute" : "Idle", () => 180)), []);
  assert.deepEqual(titlesOf(machine(() => "Execute", (i) => i < 8 ? 180 : 0)), []);
  // Between two cuts a spindle stands.
  assert.deepEqual(
    titlesOf((i) => ({
      state: "ACTIVE",
      spindle_speed: 3_000,
      actual_spindle_speed: i < 8 ? 3_001 + i % 2 : 0,
    })),
    [],
  );
});

Deno.test("what welds or cuts without its gas is told, and what ends with the arc is not", () => {
  const gone = (was: number) => (i: number) => i < 9 ? was + (i % 3) / 10 : 0;
  const [gas, arc] = [gone(14), (i: number) => 210 + i % 4];
  for (
    const sick of [
      (i: number) => ({ weld_current: arc(i), wire_feed: 8, gas_flow: gas(i) }),
      (i: number) => ({ state: "Welding", shielding_gas_flow: gas(i) }),
      (i: number) => ({ laser_power: 3.8 + (i % 3) / 100, assist_gas: gas(i) }),
    ]
  ) assert.match(titlesOf(sick).join(), /gas.*" fell from about 14.* to 0 and stays there, though/);
  for (
    const well of [
      (i: number) => ({ weld_current: gone(210)(i), wire_feed: gone(8)(i), gas_flow: gas(i) }),
      (i: number) => ({ state: i < 9 ? "Welding" : "Idle", gas_flow: gas(i) }),
      (i: number) => ({ laser_power_set: 4, laser_power: gone(4)(i), assist_gas: gas(i) }),
    ]
  ) assert.deepEqual(titlesOf(well), []);
});

Deno.test("a fan that is to turn faster and stands is told though somebody asked for it, and one that was stopped is not", () => {
  const fan = (setpoint: number, command: string) => {
    const lines = beats({
      topic: "hall/fan/state",
      everyS: 10,
      to: S,
      payload: (i) => ({
        "Fan setpoint (rpm)": i < 9 ? 905 : setpoint,
        "Fan speed (rpm)": i < 9 ? 903 + i % 3 : 0,
      }),
    });
    return diagnosisOf(
      "hall/fan/#",
      [...lines, { s: 88, topic: "hall/fan/set", payload: command }],
      {
        seconds: S,
      },
    ).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
  };
  assert.match(fan(2590, "high")[0] ?? "", /"Fan speed \(rpm\)" fell .* goes on at 2590/);
  assert.deepEqual(fan(905, "stop"), []);
});

Deno.test("an aquarium that gets colder while its heater runs is told by a flag or by how long it ran, and not where it rests or is another's", () => {
  const tank = (heater: (i: number) => unknown, name = "display") => {
    const lines = [
      ...beats({
        topic: "reef-pi/display_reading",
        everyS: 10,
        to: S,
        payload: (i) => (25.8 - 0.08 * i).toFixed(6),
      }),
      ...beats({ topic: `reef-pi/${name}_heater`, everyS: 10, from: 2, to: S, payload: heater }),
    ];
    return diagnosisOf("reef-pi/#", lines, { seconds: S }).findings
      .filter(({ severity }) => severity !== "info").map(({ title }) => title);
  };
  for (const heater of [() => "ON", (i: number) => (472 + 60 * i).toFixed(6)]) {
    assert.match(tank(heater)[0] ?? "", /falls from .*display_heater" says/i);
    assert.deepEqual(tank(heater, "frag"), []);
  }
  assert.deepEqual(tank(() => "472.000000"), []);
  assert.deepEqual(
    tank((i) => (472 + [0, 20, 60, 80][i % 4]! + 80 * Math.floor(i / 4)).toFixed(6)),
    [],
  );
});

Deno.test("what is loaded, waters or is a current loop, and gives nothing, is told", () => {
  const sick: readonly (readonly [RegExp, (i: number) => unknown])[] = [
    [
      /delivered_air_m3min" fell .*loaded" says true/,
      (i) => ({ compressor: { loaded: true, delivered_air_m3min: i < 8 ? 9.1 + i % 3 / 10 : 0 } }),
    ],
    [
      /speed" fell .*is_watering" says true/,
      (i) => ({ tap: { is_watering: true, speed: i < 8 ? 7.9 + i % 3 / 10 : 0 } }),
    ],
    [
      /"flow" fell .* "pump" says ON/,
      (i) => ({ pump: "ON", flow: i < 10 ? 14 + i % 3 / 10 : 0, feed: i % 4 === 1 ? 1 : 0 }),
    ],
  ];
  for (const [title, payload] of sick) assert.match(titlesOf(payload).join("; "), title);
});

Deno.test("a compressor that unloads, a tap that is shut and a pump whose valve shut for good are well", () => {
  const well: readonly ((i: number) => unknown)[] = [
    (i) => ({ compressor: { running: true, loaded: i < 8, delivered_air_m3min: i < 8 ? 9.1 : 0 } }),
    (i) => ({ tap: { is_watering: i < 8, speed: i < 8 ? 7.9 + i % 3 / 10 : 0 } }),
    () => ({ tap: { is_watering: true, has_flow_meter: false, speed: 0 } }),
    (i) => ({ pump: "ON", flow: i < 10 ? 14 + i % 3 / 10 : 0, branch: i < 10 ? 1 : 0 }),
  ];
  for (const payload of well) assert.deepEqual(titlesOf(payload), []);
});

Deno.test("a heater that is on while its room cools and those beside it warm up is told within a minute", () => {
  const told = (o: { heater?: string; beside?: number; setpoint?: number } = {}) => {
    const { heater = "ON", beside = 0.3, setpoint } = o;
    const row = (house: string, step: number) =>
      beats({
        topic: `farm/${house}/air`,
        everyS: 3,
        to: 55,
        payload: (i) => ({
          temperature: Number((12 + step * i).toFixed(1)),
          heater: house === "west" ? heater : "ON",
          ...setpoint !== undefined && { temperature_setpoint: setpoint },
        }),
      });
    const lines = [...row("west", -0.3), ...row("east", beside)].sort((a, b) => a.s - b.s);
    return diagnosisOf("west", lines, { seconds: 56 }).findings
      .filter(({ severity }) => severity !== "info").map(({ title }) => title);
  };
  assert.match(told().join("; "), /"temperature" falls from 12 to .* though "heater" says ON/);
  assert.match(told({ setpoint: 18 }).join("; "), /falls from 12/);
  assert.deepEqual(told({ beside: -0.2 }), [], "it is a cold night for all");
  assert.deepEqual(told({ heater: "OFF" }), []);
  assert.deepEqual(told({ setpoint: 6 }), [], "it is warmer than it is to be");
});

/** What an oven hall is blamed for that tells `payload` every 3 s for a minute, beside another one that warms up where `beside` says how. */
function hotTitles(payload: (i: number) => object, beside?: (i: number) => object): string[] {
  const row = (name: string, payloadOf: (i: number) => object) =>
    beats({ topic: `works/${name}/telemetry`, everyS: 3, to: 60, payload: payloadOf });
  const lines = [...row("hall3", payload), ...beside === undefined ? [] : row("hall4", beside)]
    .sort((a, b) => a.s - b.s);
  return diagnosisOf("hall3", lines, { seconds: 61 }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

const oneDigit = (value: number) => Number(value.toFixed(1));

Deno.test("what says that it heats and gets much colder than it is to be is told within a minute", () => {
  const cools = (by: object) => (i: number) => ({
    temp_c: oneDigit(52 - 0.6 * i),
    setpoint_c: 55,
    ...by,
  });
  for (
    const by of [
      { dryer_on: true },
      { hvac_action: "heating" },
      { power: 1_850 },
      { mode: 1 },
      { oven: "ON" },
    ]
  ) {
    assert.match(hotTitles(cools(by)).join("; "), /"temp_c" falls .* though .* and 55 is wanted/);
  }
});

Deno.test("one of several that are on gets colder, while of those below their setpoint one warms up", () => {
  const told = (on: boolean, beside: (i: number) => object) =>
    hotTitles(
      (i) => ({ temp_c: oneDigit(48 - 0.3 * i), setpoint_c: 55, heating: on }),
      beside,
    ).join("; ");
  const warms = (i: number) => ({
    temp_c: oneDigit(41 + 0.4 * i),
    setpoint_c: 55,
    heating: true,
  });
  assert.match(told(true, warms), /"temp_c" falls from 48 /);
  assert.equal(told(false, warms), "", "it is off");
  assert.equal(told(true, (i) => ({ ...warms(i), temp_c: oneDigit(47 - 0.3 * i) })), "");
  assert.equal(told(true, (i) => ({ ...warms(i), heating: false })), "", "the sun warms the other");
});

Deno.test("what just began, thaws, is set back, is at its setpoint or drawn from is no heater in vain", () => {
  const well: readonly ((i: number) => object)[] = [
    // It began to heat a while ago, and what is cold still flows in.
    (i) => ({ temp_c: oneDigit(52 - 0.6 * i), setpoint_c: 55, heating: i > 8 }),
    // At night less is wanted.
    (i) => ({ temp_c: oneDigit(52 - 0.6 * i), setpoint_c: i < 3 ? 55 : 30, heating: i < 3 }),
    // It was set higher a moment ago.
    (i) => ({ temp_c: oneDigit(40 - 0.05 * i), setpoint_c: i < 12 ? 40 : 60, heating: true }),
    // It thaws its ice.
    (i) => ({ temp_c: oneDigit(52 - 0.6 * i), setpoint_c: 55, heating: true, defrost: true }),
    // It is held where it is to be.
    (i) => ({ temp_c: oneDigit(55 + (i % 4) / 5), setpoint_c: 55, heating: true, power: 900 }),
    // Somebody is under the shower.
    (i) => ({ hot_water_temp: oneDigit(52 - 0.6 * i), hot_water_setpoint: 55, heating: true }),
    // Its door stood open for some of that.
    (i) => ({ temp_c: 52 - (i < 6 ? 3 * i : 3 * (12 - i)), setpoint_c: 55, heating: true }),
    // Somebody looks what is in it.
    (i) => ({ temp_c: oneDigit(52 - 0.6 * i), setpoint_c: 55, heating: true, door: "open" }),
    (i) => ({ temp_c: oneDigit(52 - 0.6 * i), setpoint_c: 55, heating: true, lid_open: true }),
    // It is done, and turns what it dried until that is cool.
    (i) => ({ temp_c: oneDigit(60 - 0.8 * i), setpoint_c: 65, dryer_on: true, state: "cooldown" }),
    (i) => ({ temp_c: oneDigit(60 - 0.8 * i), setpoint_c: 65, power: 320 }),
    // It is cooled, and by much power.
    (i) => ({ temp_c: oneDigit(28 - 0.3 * i), setpoint_c: 24, cooling: true, power: 1_200 }),
  ];
  for (const payload of well) assert.deepEqual(hotTitles(payload), []);
});
