import assert from "node:assert/strict";
import { assertTold, type Line, START_MS, times, titlesOf } from "../../support.ts";

/** What a thing tells on one topic all the time. */
function told(topic: string, payload: (i: number) => unknown): Line[] {
  return times(24, (i): Line => ({ s: 10 * i + 1, topic, payload: payload(i) }));
}

/** What is sent on one topic, at which seconds. */
function sent(topic: string, ...all: readonly (readonly [s: number, payload: unknown])[]): Line[] {
  return all.map(([s, payload]): Line => ({ s, topic, payload }));
}

const DOOR = {
  s: 0.1,
  topic: "homeassistant/cover/gate_1/config",
  payload: {
    name: "Gate",
    unique_id: "gate_1",
    command_topic: "bay/send/command",
    state_topic: "bay/gate/1/state",
    payload_open: "open_1",
    payload_close: "close_1",
  },
  retain: true,
};

Deno.test("a word with the number of its part is held against where a document says that the part tells", () => {
  const lines = [
    DOOR,
    ...sent("bay/send/command", [45, "close_1"], [95, "close_1"], [140, "close_1"]),
  ];
  assertTold(
    titlesOf("bay/#", [...lines, ...told("bay/gate/1/state", () => "open")]),
    /3 commands have no effect: "1" asked for close, .* stays open/,
  );
  assert.deepEqual(
    titlesOf("bay/#", [
      ...lines,
      ...told("bay/gate/1/state", (i) => i > 5 ? "closed" : "open"),
    ]),
    [],
  );
});

Deno.test("that a command was completed hides no state that says otherwise", () => {
  const told2 = (locked: (i: number) => boolean) => [
    ...told("room/lock/state", (i) => ({ locked: locked(i), coil: 490 + i % 3 })),
    ...[45, 95].flatMap((s, i) => [
      { s, topic: "room/lock/cmd", payload: { cmd_id: `a${i}`, action: "unlock" } },
      { s: s + 1, topic: "room/lock/ack", payload: { cmd_id: `a${i}`, status: "completed" } },
    ]),
  ];
  assertTold(
    titlesOf("room/lock/#", told2(() => true)),
    /no effect: ".*action" asked for unlock, ".*locked" stays true/,
  );
  assert.deepEqual(titlesOf("room/lock/#", told2((i) => i < 5)), []);
});

Deno.test("how much is asked for is not held against a code that says whether it is", () => {
  const lines = (state: (i: number) => number) => [
    ...told("evse/7/state", state),
    ...sent("evse/7/setCurrent", [45, 16], [120, 10]),
  ];
  assert.deepEqual(titlesOf("evse/7/#", lines((i) => i > 4 ? 1 : 0)), []);
});

Deno.test("a measured number that is the very same whatever is asked of it does not follow", () => {
  const lines = (power: (i: number) => number) => [
    ...told("bike/data", (i) => ({ power: power(i), cadence: 85 + i % 3 })),
    ...sent("bike/cmnd/power", [31, 120], [65, 150], [98, 180], [131, 210]),
  ];
  assertTold(
    titlesOf("bike/#", lines(() => 25)),
    /4 commands have no effect: .*power.* asked for .*, ".*power" stays 25/,
  );
  assert.deepEqual(titlesOf("bike/#", lines((i) => 25 + i % 2)), [], "it moves");
});

Deno.test("a choice whose name bears a number is compared like another one", () => {
  const lines = (effect: (i: number) => string) => [
    ...told("lamp/state", (i) => ({ effect: effect(i), bright: 90 })),
    ...sent("lamp/set", [25, { effect: "Lava 3D" }], [65, { effect: "Lava 3D" }]),
  ];
  assertTold(
    titlesOf("lamp/#", lines((i) => i > 1 ? "Lighters" : "Snow")),
    /no effect: ".*effect" asked for Lava 3D, ".*effect" stays Lighters/,
  );
  assert.deepEqual(titlesOf("lamp/#", lines((i) => i > 1 ? "Lava 3D" : "Snow")), []);
});

Deno.test("what is switched late is taken where a document says that it is told", () => {
  const pump = {
    s: 0.1,
    topic: "homeassistant/switch/p1/config",
    payload: {
      name: "Pump",
      unique_id: "p1",
      command_topic: "yard/p1/switch/set",
      state_topic: "yard/p1/switch/state",
      value_template: "{{ value_json.state }}",
    },
    retain: true,
  };
  const lines = (late: number) => [
    pump,
    ...times(12, (i): Line => ({
      s: 30 * i + 10,
      topic: "yard/p1/switch/state",
      payload: { state: (i > 1 && i < 7) || i > 8 ? "ON" : "OFF", temperature: 30 + i % 3 },
    })),
    ...sent("yard/p1/switch/set", [70 - late, "ON"], [219, "OFF"], [280 - late, "ON"]),
  ];
  assert.deepEqual(titlesOf("yard/p1/#", lines(6)), []);
});

Deno.test("what a Shelly tells of itself by its events asks for nothing, and what is sent to it does", () => {
  const id = "shellyplusi4-a8032ab1c0d8";
  const wifi = (rssi: number) => ({ sta_ip: "192.168.4.61", status: "got ip", rssi });
  const kept: Line = { s: 0, topic: `${id}/status/wifi`, payload: wifi(-55), retain: true };
  const events = sent(
    `${id}/events/rpc`,
    ...[-56, -57, -58, -56].map((rssi, i) =>
      [12 + 60 * i, { src: id, method: "NotifyStatus", params: { wifi: wifi(rssi) } }] as const
    ),
    ...[31, 110].map((s) =>
      [s, {
        src: id,
        method: "NotifyEvent",
        params: { events: [{ component: "input:0", id: 0, event: "single_push" }] },
      }] as const
    ),
  ).sort((a, b) => a.s - b.s);
  assert.deepEqual(titlesOf(id, [kept, ...events]), []);
  assertTold(
    titlesOf(id, [
      ...told(`${id}/status/switch:0`, () => ({ id: 0, output: false })),
      ...sent(`${id}/command/switch:0`, [45, "on"], [95, "on"], [140, "on"]),
    ]),
    /3 commands have no effect/,
  );
});

Deno.test("what is set in a tree of its own is held against what is told in the tree beside it, under the same names", () => {
  const trees: readonly (readonly [string, string])[] = [
    ["device/set/0001D3/3/STATE", "device/status/0001D3/3/STATE"],
    ["yard/cmd/pump", "yard/state/pump"],
    ["set/yard/pump", "get/yard/pump"],
  ];
  for (const [asked, tells] of trees) {
    const lines = (isOn: (i: number) => boolean) => [
      ...told(tells, (i) => ({ ts: START_MS + 10_000 * i, v: isOn(i), s: 0 })),
      ...sent(asked, ...[45, 95, 145].map((s) => [s, { v: true }] as const)),
    ];
    const filter = asked.startsWith("set") ? "+/yard/#" : `${asked.split("/")[0]}/#`;
    assertTold(titlesOf(filter, lines(() => false)), /3 commands have no effect: .* stays false/);
    assert.deepEqual(titlesOf(filter, lines((i) => i > 4)), []);
  }
});

Deno.test("for how long a value is set is no part of its name", () => {
  const limit = (percent: (i: number) => number) => [
    ...told("sun/1141/status/limit_relative", (i) => `${percent(i)}.00`),
    ...sent("sun/1141/cmd/limit_nonpersistent_relative", [45, "30"], [95, "30"], [145, "30"]),
  ];
  assertTold(
    titlesOf("sun/1141/#", limit(() => 100)),
    /limit_nonpersistent_relative" asked for 30, .*limit_relative" stays 100/,
  );
  assert.deepEqual(titlesOf("sun/1141/#", limit((i) => i < 5 ? 100 : 30)), []);
});

/** What WLED tells on its three topics at some second: how bright it is. */
function wled(s: number, brightness: number): Line[] {
  const state = `<?xml version="1.0" ?><vs><ac>${brightness}</ac><cl>255</cl><ds>WLED</ds></vs>`;
  return [["v", state], ["g", String(brightness)], ["c", "#FFA000"]].map(([leaf, payload]) => ({
    s,
    topic: `wled/stairs/${leaf}`,
    payload,
    retain: s === 0,
  }));
}

Deno.test("WLED that stays dark whatever its bare topic is told is told, one that follows is not", () => {
  const orders = ["ON", "180", "OFF", "ON", "60", "T", "ON", "180"];
  const follows = [128, 180, 0, 180, 60, 0, 60, 180];
  const heard = (brightness: (i: number) => number, asked = orders) => [
    ...wled(0, 0),
    ...asked.flatMap((payload, i) => [
      { s: 10 + 30 * i, topic: "wled/stairs", payload },
      ...wled(11 + 30 * i, brightness(i)),
    ]),
  ];
  for (const asked of ["wled/stairs/#", "stairs"]) {
    assertTold(
      titlesOf(asked, heard(() => 0, ["ON", "180", "ON", "180"])),
      /4 commands have no effect: "wled\/stairs" asked for ON, 180, "wled\/stairs\/g" stays 0/,
    );
    assert.deepEqual(titlesOf(asked, heard((i) => follows[i] ?? 0)), []);
    assert.deepEqual(titlesOf(asked, heard(() => 0, ["OFF", "0", "OFF", "0"])), []);
  }
});

Deno.test("a number beside the name of what it sets is held against the leading one of several that bear the name", () => {
  const speaker = (key: string, master: (i: number) => number) =>
    titlesOf("den/speaker/#", [
      ...told("den/speaker", (i) => ({
        transportState: "PLAYING",
        volume: { Master: master(i), LF: 100, RF: 100 },
      })),
      ...sent(
        "den/speaker/control",
        ...[45, 95, 140].map((s) => [s, { command: "volume", [key]: 20 }] as const),
      ),
    ]);
  for (const key of ["input", "value"]) {
    assertTold(
      speaker(key, () => 38),
      /3 commands have no effect: "volume" asked for 20, ".*[Mm]aster" stays 38/,
    );
    assert.deepEqual(speaker(key, (i) => i < 5 ? 38 : 20), []);
  }
});

Deno.test("a command in a tree of its own is held against what is told by its name in another one", () => {
  const pump = (target: (i: number) => number, other: (i: number) => number) => [
    ...told("hp/main/DHW_Target_Temp", target),
    ...told("hp/main/DHW_Temp", (i) => 44 + i % 2),
    ...told("hp/main/Tank_Wish", other),
    ...sent("hp/commands/SetDHWTemp", [62, 52], [112, 52]),
  ];
  assertTold(
    titlesOf("hp/#", pump(() => 45, () => 30)),
    /2 commands have no effect: .*SetDHWTemp" asked for 52, .*DHW_Target_Temp" stays 45/,
  );
  assert.deepEqual(titlesOf("hp/#", pump((i) => i > 7 ? 52 : 45, () => 30)), []);
  // It is obeyed by another name.
  assert.deepEqual(titlesOf("hp/#", pump(() => 45, (i) => i > 7 ? 52 : 30)), []);
  const [day, outside] = ["ebusd/700/HcDayTemp", "ebusd/700/OutsideTemp"];
  const bus = (target: (i: number) => number) => [
    ...told(day, (i) => ({ temp1: { value: target(i) } })),
    ...told(outside, (i) => ({ temp1: { value: 5 + i / 10 } })),
    ...sent(`${day}/set`, [62, 22.5], [112, 22.5]),
  ];
  assertTold(titlesOf("ebusd/#", bus(() => 21)), /asked for 22.5, .* stays 21/);
  assert.deepEqual(titlesOf("ebusd/#", bus((i) => i > 7 ? 22.5 : 21)), []);
});

Deno.test("whether a thing is there is not held against what it is told to do", () => {
  const gear = (on: (i: number) => boolean) => [
    ...told("dali/gear/2/state", (i) => ({ present: true, level: on(i) ? 90 : 0, on: on(i) })),
    ...sent("dali/gear/2/set", [45, "OFF"], [95, "OFF"]),
  ];
  assert.deepEqual(titlesOf("dali/#", gear((i) => i < 5)), []);
  assertTold(titlesOf("dali/#", gear(() => true)), /no effect: .* asked for OFF, "on" stays true/);
});
