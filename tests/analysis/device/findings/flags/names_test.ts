import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** A machine whose guard is told beside how it is run, and which moves. */
const machine = (o: Record<string, unknown>): string[] =>
  titlesOf(
    "press4",
    times(6, (i): Line => ({
      s: 1 + 4 * i,
      topic: "hall2/press4/state",
      payload: { position: 12.4 + 1.7 * i, ...o },
    })),
  );

Deno.test("a guard that stands open is told while a machine runs by itself, and not while people work in it", () => {
  for (
    const guard of [
      { guard_door_open: true },
      { safetyGateOpen: 1 },
      { "Safety Door Open": true },
      { schutztür_offen: true },
    ]
  ) {
    assertTold(machine({ ...guard, mode: "AUTO" }), /open|offen/i);
    assertTold(machine(guard), /open|offen/i);
    for (
      const run of [
        { mode: "T1" },
        { operating_mode: "MANUAL_REDUCED_SPEED" },
        { Betriebsart: "Einrichten" },
        { state: "Maintenance" },
        { key_switch: "Hand" },
        { teachMode: true },
        { maintenance_mode: "ON" },
      ]
    ) assert.deepEqual(machine({ ...guard, ...run }), [], JSON.stringify({ ...guard, ...run }));
    assertTold(machine({ ...guard, teach_mode: false, mode: "automatic" }), /open|offen/i);
  }
});

Deno.test("another trouble of a machine that is maintained is told", () => {
  assertTold(machine({ motor_jammed: true, mode: "Maintenance" }), /motor_jammed/);
});

Deno.test("a number of inputs is how many there are, and a signal of which there is none is lost", () => {
  const meter = (o: Record<string, unknown>) =>
    titlesOf("roof", series("roof/inverter", times(5, (i) => ({ power: 210 + i % 3, ...o }))));
  for (const name of ["No_Inputs", "no_phases", "No_Sensors"]) {
    assert.deepEqual(meter({ [name]: 1 }), [], name);
  }
  assertTold(meter({ no_signal: 1 }), /no_signal/);
  assertTold(meter({ no_inputs: true }), /no_inputs/);
});

Deno.test("what one of several rooms says in words is told, whatever number ends its name, and that of a room that is well is not", () => {
  const told = (name: string, said: string): string[] =>
    titlesOf(
      "manifold",
      times(6, (i): Line => ({
        s: 1 + 4 * i,
        topic: "zigbee2mqtt/manifold",
        payload: { [name]: said, local_temperature_l4: 21.4 + i % 2 / 10 },
      })),
    );
  for (
    const said of [
      "floor_sensor_disconnected",
      "floor_sensor_short_circuit",
      "missing_rt",
      "missing_expansion_board",
      "missing_radio_module",
      "pt1000_input_open_circuit",
    ]
  ) {
    for (const name of ["room_status_code_l4", "room_status_code", "status_ch12"]) {
      assertTold(told(name, said), new RegExp(said));
    }
  }
  for (
    const said of ["no_error", "hot_water_flow_in_pipes", "cool_water_flow_in_pipes", "inactive"]
  ) {
    assert.deepEqual(told("room_status_code_l4", said), []);
    assert.deepEqual(told("system_status_water_l16", said), []);
  }
  assert.deepEqual(told("multimaster_role_l16", "invalid_unused"), []);
});

Deno.test("a mode that nobody chooses is told as trouble, and a mode that says what is done in a fault is not", () => {
  for (const mode of ["Fault Mode", "Fault", "ERROR", "failure"]) {
    assertTold(machine({ run_mode: mode }), new RegExp(mode, "i"));
  }
  for (const mode of ["Normal Mode", "Alarm", "Emergency Mode", "fault reset"]) {
    assert.deepEqual(machine({ run_mode: mode }), [], mode);
  }
  assertTold(machine({ L_statetext: "Zündung fehlgeschlagen" }), /fehlgeschlagen/);
  assertTold(machine({ Bat_status: "Ultra Low" }), /battery is low/);
});

Deno.test("a battery is low that is to be charged or replaced by Z-Wave's number, soon or now", () => {
  const lock = (rechargeOrReplace: number) => machine({ isLow: false, rechargeOrReplace });
  assertTold(lock(3), /battery is low/);
  assertTold(lock(1), /battery is low/);
  assert.deepEqual(lock(0), []);
});

Deno.test("an appliance's event of trouble that is present is told, and what is off, confirmed or done is not", () => {
  const event = (name: string, event_type: string) =>
    titlesOf("fridge", [
      {
        s: 0,
        topic: `homeconnect/fridge/event/refrigeration_event_${name}`,
        payload: { event_type: "Off" },
        retain: true,
      },
      {
        s: 5,
        topic: `homeconnect/fridge/event/refrigeration_event_${name}`,
        payload: { event_type },
      },
    ]);
  assertTold(event("temperaturealarmfreezer", "Present"), /temperaturealarmfreezer/);
  assertTold(event("watertankempty", "Present"), /watertankempty/);
  assert.deepEqual(event("temperaturealarmfreezer", "Confirmed"), []);
  assert.deepEqual(event("programfinished", "Present"), []);
});
