import assert from "node:assert/strict";
import { diagnosisOf } from "../../cases/runner.ts";

/** Messages of "unit7": the second, what stands after `unit7/` or the whole topic, the payload. At 0 it is retained. */
type Told = readonly (readonly [at: number, topic: string, payload: unknown])[];

function blamedFor(told: Told): string[] {
  const messages = told.map(([at, topic, payload]) => ({
    topic: topic.includes("unit7") ? topic : `plant/unit7/${topic}`,
    payload: typeof payload === "object" ? payload : String(payload),
    ...at === 0 ? { retain: true } : { at },
  }));
  const call = { tool: "debug_device", args: { device_id: "unit7" } };
  const diagnosis = diagnosisOf(
    { name: "told", family: "none", source: "", messages, expect: {}, calls: [call] },
    { deviceId: "unit7", seconds: 20, startedAtMs: Date.UTC(2026, 2, 14, 18, 30, 0), call },
  );
  return diagnosis.findings.filter(({ code }) => code === "command_without_reply")
    .map(({ title }) => title);
}

/** A value that is told every so often: `every(2, "state", "OFF")`. */
function every(everyS: number, topic: string, payload: unknown, from = 0.4): Told {
  const told: [number, string, unknown][] = [];
  for (let at = from; at < 19; at += everyS) told.push([at, topic, payload]);
  return told;
}

const ALIVE = every(2.2, "uptime_text", "all is well");

Deno.test("a command has no effect where what it asks for is told otherwise before and after", () => {
  const sick: Record<string, Told> = {
    "a switch, again and again": [
      ...every(2, "lamp/state", "OFF"),
      [3.1, "lamp/set", "ON"],
      [6.2, "lamp/set", "ON"],
    ],
    "a switch, once": [...every(2, "lamp/state", "OFF"), [1.1, "lamp/set", "ON"]],
    "a valve whose state is a field": [
      ...every(2, "status", { valve: "closed", flow: 0 }),
      [3.1, "cmd", { action: "open" }],
      [6.2, "cmd", { action: "open" }],
    ],
    "a blind in Spanish": [
      ...every(2, "persiana/estado", "cerrada"),
      [3.1, "persiana/orden", "abrir"],
      [6.2, "persiana/orden", "abrir"],
    ],
    "a target that is no measure": [
      ...every(2, "target_temperature", 19),
      [3.1, "target_temperature/set", 22],
      [6.2, "target_temperature/set", 23],
    ],
    "a lock by request": [
      ...every(2, "door/lock/state", { state: "UNLOCKED" }),
      [3.1, "door/lock/request", { requestId: "a1", state: "LOCK" }],
      [6.2, "door/lock/request", { requestId: "a2", state: "LOCK" }],
    ],
    "other values each time": [
      ...every(2, "fan/speed_state", { speed: 20 }),
      [3.1, "fan/set_speed", { speed: 40 }],
      [6.2, "fan/set_speed", { speed: 60 }],
      [9.3, "fan/set_speed", { speed: 80 }],
    ],
    "a state that is told only after": [
      [3.1, "set_relay", 1],
      [6.2, "set_relay", 1],
      ...every(3, "relay", 0, 7),
    ],
    "a mode that stands retained, while the device speaks": [
      ...ALIVE,
      [0, "mode/state", "manual"],
      [1.1, "mode/set", "auto"],
      [3.1, "mode/set", "auto"],
    ],
    "a flag of a document": [
      ...every(2, "status", { relay1: false, relay2: true }),
      [3.1, "cmd", { relay1: true }],
      [6.2, "cmd", { relay1: true }],
    ],
    "a program by a command": [
      ...every(2, "washer/program", "cotton"),
      [3.1, "washer/program/command", "wool"],
      [6.2, "washer/program/command", "wool"],
    ],
    "a player": [
      ...every(2, "player/state", "paused"),
      [3.1, "player/command", "play"],
      [6.2, "player/command", "play"],
    ],
    "a rudder by its words": [
      ...every(2, "rudder-angle", 0),
      [3.1, "rudder-angle-cmd", 12],
      [6.2, "rudder-angle-cmd", 12],
    ],
    "first levels that say which way": [
      ...every(2, "tell/unit7/pump/run", 0),
      [3.1, "set/unit7/pump/run", 1],
      [6.2, "set/unit7/pump/run", 1],
    ].map(([at, topic, payload]) =>
      [at, String(topic).replace("tell/", "get/"), payload] as Told[number]
    ),
    "a twin whose two sides stay apart": [
      ...every(2, "twin", {
        desired: { led: "on", every: 30 },
        reported: { led: "off", every: 30 },
      }),
    ],
    "a machine that is to start, by a flag that it runs": [
      ...every(2, "status", { running: false, hours: 12 }),
      [3.1, "command", { action: "start" }],
      [9.1, "command", { action: "start" }],
    ],
    "a target that stays the old one": [
      ...every(2, "state", { target: 50, pos: 50 }),
      [3.1, "cmd", { target: 80 }],
      [9.1, "cmd", { target: 80 }],
    ],
    "a small number, which is near another one on some scale": [
      ...every(2, "telemetry", { floor: 2 }),
      [3.1, "cmd", { cmd: "goto_floor", floor: 5 }],
      [9.1, "cmd", { cmd: "goto_floor", floor: 5 }],
    ],
    "a lift that is to go to another floor": [
      ...every(2, "sensor_data", { position: 3, door: "open" }),
      [3.1, "command", "MOVE_TO_6"],
      [9.1, "command", "MOVE_TO_1"],
    ],
    "a radio whose state is a number that was another one before": [
      [0.5, "status", { status: 1, station: 4 }],
      ...every(3, "status", { status: 0, station: 4 }, 2.4),
      [3.1, "command", "play 4"],
      [9.1, "command", "play 4"],
    ],
    "a setting beside what is measured, by another name": [
      ...every(2, "set_temp", 20).map(([at, topic, payload]): Told[number] => [at, topic, payload]),
      ...every(2, "act_temp", 19.6, 0.5),
      [0, "set_temp", 20],
      [3.1, "set/temp", 21.5],
      [9.1, "set/temp", 21.5],
    ],
    "a limit of a quantity that is measured": [
      ...every(2, "Power_Limit", 800),
      [3.1, "Power_Limit/set", 400],
      [6.1, "Power_Limit/set", 400],
    ],
    "a desk that is told a height and says in a word what it does": [
      ...every(2, "state", "stop"),
      ...every(2, "height", 8),
      [3.1, "set", 74],
      [9.1, "set", 74],
    ],
    "a name with the word by which it is set, written as one": [
      ...every(2, "band", 40),
      [3.1, "setband", 20],
      [9.1, "setband", 20],
    ],
    "a target by day beside what is measured": [
      ...every(2, "water/day_temp", 55),
      ...every(2, "water/temp", 52.1, 0.5),
      [3.1, "water/day_temp/set", 60],
      [9.1, "water/day_temp/set", 60],
    ],
    "a valve that is told anew where it shall be": [
      ...every(1, "valve/actual", 40),
      [3.1, "valve/target", 70],
      [6.4, "valve/target", 75],
      [9.1, "valve/target", 80],
    ],
    "a position that is asked for in a number, and then in a word": [
      ...every(2, "blind/state", 0),
      [3.1, "blind/set", 75],
      [5.1, "blind/set", 75],
      [15.1, "blind/set", "close"],
    ],
  };
  for (const [name, told] of Object.entries(sick)) assert.equal(blamedFor(told).length, 1, name);
});

Deno.test("a command is taken where the value comes, is on its way, or is another one's", () => {
  const healthy: Record<string, Told> = {
    "a blind that moves": [
      [0, "blind/state", "closed"],
      [3.1, "blind/set", "open"],
      [4, "blind/state", "opening"],
      [15, "blind/state", "open"],
    ],
    "one that was switched on and off again": [
      [0.5, "lamp/state", "OFF"],
      [3.1, "lamp/set", "ON"],
      [3.4, "lamp/state", "ON"],
      [6.2, "lamp/set", "OFF"],
      [6.5, "lamp/state", "OFF"],
    ],
    "what is measured beside what is set": [
      ...every(2, "state", { temperature: 19.5, target_temperature: 22 }),
      [3.1, "set", { temperature: 22 }],
      [6.2, "set", { temperature: 22 }],
    ],
    "a device that tells its own setting": [
      ...every(2, "fan/set_level", 3),
      ...every(2, "fan/level", 2, 0.5),
    ],
    "a device that tells its own target by a clock": [
      ...every(4, "valve/target", 80),
      ...every(1, "valve/actual", 40, 0.9),
    ],
    "a number that is set, and one that is measured": [
      ...every(2, "settemp", 22).slice(0, 3),
      ...every(2, "temp", 19.5),
    ],
    "what is written, and what is read": [
      [3.1, "disk_write", 0.4],
      [9.1, "disk_write", 0.6],
      ...every(2, "disk_read", 1.6),
    ],
    "a brightness on another scale": [
      ...every(2, "lamp/brightness", 100),
      [3.1, "lamp/brightness/set", 255],
      [6.2, "lamp/brightness/set", 255],
    ],
    "a deed": [
      ...every(2, "status", "idle"),
      [3.1, "command", "feed"],
      [3.4, "event", "fed"],
      [9.2, "command", "feed"],
      [9.5, "event", "fed"],
    ],
    "another relay": [
      ...every(2, "relay2/state", "OFF"),
      [3.1, "relay1/set", "ON"],
      [3.2, "relay1/state", "ON"],
    ],
    "bytes in and out": [
      ...every(2, "eth0/out", 0),
      [3, "eth0/in", 5],
      [6, "eth0/in", 9],
      [9, "eth0/in", 12],
    ],
    "a question": [
      ...every(2, "valve/state", "closed"),
      [3.1, "valve/cmd", "get"],
      [6.2, "valve/cmd", "status"],
    ],
    "a cover on its way to its target": [
      [3.1, "cover/position/set", 50],
      ...[4, 6, 8, 10, 12].map((at) =>
        [at, "cover", { position: at * 4 - 16, target: 50 }] as Told[number]
      ),
    ],
    "answers as steady as their questions": [1, 2, 3, 4, 5, 6].flatMap((at): Told => [
      [at, "command", { command: "get_weight" }],
      [at + 0.3, "response", { weight: 18250, status: "ok" }],
    ]),
  };
  for (const [name, told] of Object.entries(healthy)) assert.deepEqual(blamedFor(told), [], name);
});

Deno.test("a request is unanswered where its id comes again and nothing bears it, or a question is followed by nothing", () => {
  const request = (at: number, id: string): Told[number] => [
    at,
    "cmd/req",
    { id, op: "diagnosis.get", ts: 1_773_513_000 + at },
  ];
  const answer = (at: number, id: string): Told[number] => [at, "cmd/res", { id, result: "fine" }];
  const switched = (at: number, id: string): Told => [[at, "commands", [{
    correlation_id: id,
    command_name: "Set compressor",
    payload: [{ field: "compressor", value: "off" }],
  }]]];
  const channel = (nr: number, levels: readonly number[]): Told =>
    levels.flatMap((brightness, i) => [
      [1 + 3 * i, `channel/${nr}/set`, { state: "ON", brightness }],
      [1.2 + 3 * i, `channel/${nr}`, { state: "ON", brightness }],
    ]);
  const sick: Record<string, Told> = {
    "sent again": [...ALIVE, request(1, "a-3"), request(4, "a-3"), request(7, "a-3")],
    "tasks by uid, on a beat": [
      ...ALIVE,
      [1, "tasks/json", [{ uid: "u1", write: [{ pump: true }] }]],
      [1.4, "acks/json", [{ uid: "u1", status: "OK" }]],
      ...[3, 5, 7].map((at): Told[number] => [at, "tasks/json", [{ uid: `u${at}`, write: [] }]]),
    ],
    "a question": [[1, "speed/set", 40], [3, "speed/set", 40], [5, "speed/get", ""]],
    "a question without words": [[1, "mode", 2], [5, "app/getStatus", {}]],
    "a request to refresh": [[1, "mode", 2], [5, "refresh", "{}"]],
    "the same with ids of their own": [
      ...ALIVE,
      ...switched(1, "c-1"),
      ...switched(3, "c-2"),
      ...switched(5, "c-3"),
    ],
    "downlinks with numbers of their own": [
      ...every(2, "up", { level: 4 }),
      ...[1.1, 5.1, 9.1].map((at): Told[number] => [at, "downlink", { msgId: at, valve: "CC02" }]),
    ],
    "one channel of three": [
      ...channel(1, [40, 80]),
      ...channel(2, [40, 80]),
      ...channel(3, [40, 80]).filter(([, topic]) => topic.endsWith("/set")),
    ],
    "one relay of four, in words": [1, 2, 4, 3].flatMap((relay): Told =>
      [["ON", 1], ["OFF", 4]].flatMap(([word, at]): Told => [
        [Number(at), `relay/${relay}/cmd`, word],
        ...relay === 3 ? [] : [[Number(at) + 0.2, `relay/${relay}`, word] as const],
      ])
    ),
    "a light whose brightness is so already": [
      ...every(2, "lux", 12),
      [0, "light", { state: "OFF", brightness: 255 }],
      ...[1, 3, 5].map((at): Told[number] => [at, "light/set", { state: "ON", brightness: 255 }]),
    ],
  };
  for (const [name, told] of Object.entries(sick)) assert.equal(blamedFor(told).length, 1, name);
  const healthy: Record<string, Told> = {
    "answered after it was sent again": [
      ...ALIVE,
      request(1, "a-3"),
      request(4, "a-3"),
      answer(4.2, "a-3"),
    ],
    "a state that is cleared, or has nothing in it": [
      [1, "mode", 2],
      [3, "power/status", {}],
      [5, "report", ""],
    ],
    "a question with its answer": [[1, "speed/get", ""], [1.2, "speed", 40]],
    "a question without words and its answer": [[1, "app/get_status", {}], [1.2, "status", "idle"]],
    "ids of their own, borne by answers": [
      ...ALIVE,
      ...["c-1", "c-2", "c-3"].flatMap((id, i) => [
        ...switched(1 + 2 * i, id),
        [1.2 + 2 * i, "commands/ack", { correlation_id: id, code: 1000 }] as const,
      ]),
    ],
    "answers without ids, on the beat of what asks": [1, 3, 5, 7, 9].flatMap((at): Told => [
      [at, "cmd/req", { id: `q${at}`, op: "read" }],
      [at + 0.2, "data", { level: 4 }],
    ]),
    "a channel that was so already": [
      ...channel(1, [40]),
      ...channel(2, [40]),
      ...channel(3, [40]).filter(([, topic]) => topic.endsWith("/set")),
    ],
    "a light that is so already": [
      ...ALIVE,
      [0, "light", { state: "ON", brightness: 255 }],
      [1, "light/set", { state: "ON", brightness: 255 }],
    ],
  };
  for (const [name, told] of Object.entries(healthy)) assert.deepEqual(blamedFor(told), [], name);
});

Deno.test("that nothing follows a command is no evidence, and that its like were answered before is", () => {
  const answered = (at: number, topic: string, payload: unknown): Told => [
    [at, `${topic}/set`, payload],
    [at + 0.3, topic, payload],
  ];
  const healthy: Record<string, Told> = {
    "a remote control that tells nothing": [1, 4, 7, 10].map((at) => [at, "ir/cmd", "0x20DF10EF"]),
    "a lamp beside a relay that is told": [
      ...answered(1, "relay", "ON"),
      [3, "led/set", "ON"],
      ...answered(6, "relay", "OFF"),
      [8, "led/set", "OFF"],
      [10, "led/set", "ON"],
    ],
    "what comes with the next report, however late": [
      ...every(9, "valve", { open: 20 }).slice(0, 1),
      [1, "valve/set", { open: 60 }],
      [9.4, "valve", { open: 60 }],
      [18.4, "valve", { open: 60 }],
    ],
    "polls by the name of the message, with their answers": [1, 4, 7, 10, 13].flatMap((
      at,
    ): Told => [
      [at, "command", { msg: "REQUEST-STATE" }],
      [at + 0.6, "status", { msg: "STATE", state: "CHARGING" }],
    ]),
    "polls by a field, followed by reports": [1, 4, 7, 10, 13].flatMap((at): Told => [
      [at, "command", { get_full_status: 1 }],
      [at + 0.5, "temp", 21],
      [at + 0.7, "status", { power: 1, room: 21 }],
    ]),
    "a cover that is open until it is closed, while its position falls": [
      ...[1, 5, 9, 13, 17].map((at): Told[number] => [
        at,
        "cover",
        { state: "open", position: 100 - 2 * at },
      ]),
      [2, "cover/set", { state: "close" }],
      [8, "cover/set", { state: "close" }],
    ],
    "one that says that it is at it": [
      ...every(3, "door", { door: "closed", motor: "stopped" }, 0.4).slice(0, 1),
      ...every(3, "door", { door: "closed", motor: "opening" }, 3.4),
      [2, "door/set", { door: "open" }],
      [6, "door/set", { door: "open" }],
    ],
    "a switch beside a power that is measured": [
      ...every(2, "power", 0),
      [3, "power/set", "ON"],
      [9, "power/set", "ON"],
    ],
    "an event by chance after the first": [
      [1, "buzzer/set", { beep: 2 }],
      [2, "motion", { occupied: true }],
      [8, "buzzer/set", { beep: 2 }],
      [11, "buzzer/set", { beep: 2 }],
    ],
    "words for the same": [
      ...every(2, "mode", "economy"),
      [3, "mode/set", "eco"],
      [9, "mode/set", "eco"],
    ],
    "frames with numbers that only one side sends": [1, 4, 7, 10, 13].map((at) => [
      at,
      "tx/main",
      { seq_id: at, out_data: [{ id: "L1", status: "0" }] },
    ]),
    "what comes by a timetable": [
      ...ALIVE,
      ...[1, 3, 5, 7, 9, 11, 13, 15].map((at): Told[number] => [
        at,
        "cmd/req",
        { id: at, op: "keep_alive" },
      ]),
    ],
    "a limit that another report tells as taken": [
      ...every(3, "state", { max_current: 16, current: 0 }),
      [2, "max_current/set", 10],
      [6, "max_current/set", 10],
      ...every(3, "limits", { max_current: 10 }, 2.7),
    ],
    "a twin that follows": [
      ...every(2, "twin", { desired: { led: "on" }, reported: { led: "off" } }).slice(0, 3),
      ...every(2, "twin", { desired: { led: "on" }, reported: { led: "on" } }, 6.4),
    ],
    "a machine that was started": [
      ...every(2, "status", { running: false }).slice(0, 2),
      [3.1, "command", { action: "start" }],
      ...every(2, "status", { running: true }, 6.4),
    ],
    "a move that is made": [
      ...every(2, "sensor_data", { position: 3 }).slice(0, 3),
      [5.1, "command", "MOVE_TO_6"],
      ...[6.4, 8.4, 10.4, 12.4].map((at): Told[number] => [at, "sensor_data", { position: 6 }]),
    ],
  };
  for (const [name, told] of Object.entries(healthy)) assert.deepEqual(blamedFor(told), [], name);
  const sick: Record<string, Told> = {
    "a level that was taken before": [
      ...answered(1, "dimmer", 40),
      ...answered(3, "dimmer", 60),
      ...[5, 7, 10].map((at): Told[number] => [at, "dimmer/set", 80]),
    ],
    "a word that had its answer before": [
      [1, "command", "status_report all"],
      [1.2, "response", "all fine"],
      [5, "command", "status_report all"],
      [9, "command", "status_report all"],
    ],
    "a pump that last told long ago that it has pumped": [
      [0, "pumped", "2026-03-13T17:30:00Z"],
      ...every(4, "level", 63),
      ...[2, 5, 8, 11].map((at): Told[number] => [at, "PUMP", 1]),
    ],
  };
  for (const [name, told] of Object.entries(sick)) assert.equal(blamedFor(told).length, 1, name);
});

Deno.test("a device that lives and answers none of its commands is told where its answers are documented", () => {
  const tasmota = every(3, "tele/unit7/SENSOR", { Temp: 21 });
  const discovery: Told = [[0, "homeassistant/switch/unit7/config", {
    name: "unit7",
    unique_id: "unit7",
    command_topic: "house/unit7/wanted",
    state_topic: "house/unit7/is",
    device: { identifiers: ["unit7"], name: "unit7" },
  }]];
  const asked = (topic: string): Told => [[1.2, topic, "ON"], [5.2, topic, "OFF"]];
  const sick: Record<string, Told> = {
    "a relay": [...tasmota, ...asked("cmnd/unit7/POWER")],
    "a switch by its discovery document": [
      ...discovery,
      ...every(3, "house/unit7/rssi", -60),
      ...asked("house/unit7/wanted"),
    ],
  };
  for (const [name, told] of Object.entries(sick)) assert.equal(blamedFor(told).length, 1, name);
  const healthy: Record<string, Told> = {
    "one that answers others": [
      ...tasmota,
      ...asked("cmnd/unit7/led"),
      [7, "cmnd/unit7/POWER", "ON"],
      [7.2, "stat/unit7/POWER", "ON"],
    ],
    "one that tells nothing": asked("cmnd/unit7/POWER"),
    "one that is asked once": [...tasmota, [1.2, "cmnd/unit7/POWER", "ON"]],
  };
  for (const [name, told] of Object.entries(healthy)) assert.deepEqual(blamedFor(told), [], name);
});

Deno.test("what is asked for under a name is compared with what is told under it, wherever either stands", () => {
  const twice = (topic: string, payload: unknown): Told => [[3.1, topic, payload], [
    8.2,
    topic,
    payload,
  ]];
  const pairs: Record<
    string,
    { asked: [string, unknown]; not: [string, unknown]; taken: unknown }
  > = {
    "a parameter of a command": {
      asked: ["commands", { command: "set_frequency", parameters: { frequency: 14074000 } }],
      not: ["status", { Freq: 7074000, Mode: "USB" }],
      taken: { Freq: 14074000, Mode: "USB" },
    },
    "from the platform, and back": {
      asked: ["p2d/unit7/feed_values", [{ PUMP: true }]],
      not: ["d2p/unit7/feed_values", [{ SOIL: 31, PUMP: false }]],
      taken: [{ SOIL: 31, PUMP: true }],
    },
    "a name beside the value": {
      asked: ["control", { device: "valve2", state: "ON" }],
      not: ["sensor", { valve2: "OFF", ec: 1.8 }],
      taken: { valve2: "ON", ec: 1.8 },
    },
    "a number beside the value": {
      asked: ["cmd", { relay: 3, value: 1 }],
      not: ["telemetry", { relay_3: 0, relay_4: 1 }],
      taken: { relay_3: 1, relay_4: 1 },
    },
    "a name in a text": {
      asked: ["cmd", "fan=on"],
      not: ["state", { fan: "off" }],
      taken: { fan: "on" },
    },
    "a deed with what it is done to": {
      asked: ["command", { action: "open_valve" }],
      not: ["status", { valve: "closed", flow_lpm: 0 }],
      taken: { valve: "open", flow_lpm: 3 },
    },
    "a time after the word": {
      asked: ["cmd/2", "ON:8000"],
      not: ["state/2", "OFF"],
      taken: "ON",
    },
    "a word in full": {
      asked: ["pos/set", 40],
      not: ["state", { position: 90 }],
      taken: { position: 40 },
    },
    "a flag that tells whether it runs": {
      asked: ["pump/set", "on"],
      not: ["status", { pump_running: false }],
      taken: { pump_running: true },
    },
    "a unit in the name": {
      asked: ["cmd", { brightness: 80 }],
      not: ["info", { brightness_pct: 20 }],
      taken: { brightness_pct: 80 },
    },
    "below a level of its own": {
      asked: ["actuators/heater/set", "ON"],
      not: ["state", { heater: "OFF" }],
      taken: { heater: "ON" },
    },
    "what was got": {
      asked: ["relay/r1/set", "ON"],
      not: ["relay/r1/get", "OFF"],
      taken: "ON",
    },
    "a control with a topic of its own below it": {
      asked: ["controls/K1/on", 1],
      not: ["controls/K1", 0],
      taken: 1,
    },
    "written and read": {
      asked: ["W/unit7/vebus/Mode", { value: 3 }],
      not: ["N/unit7/vebus/Mode", { value: 4 }],
      taken: { value: 3 },
    },
    "down, and up again": {
      asked: ["thing/down/property/unit7", { method: "control", params: { power_switch: 1 } }],
      not: ["thing/up/property/unit7", { method: "report", params: { power_switch: 0 } }],
      taken: { method: "report", params: { power_switch: 1 } },
    },
    "below a tree of what is set": {
      asked: ["fhem/set/unit7/state", "on"],
      not: ["fhem/unit7/state", "off"],
      taken: "on",
    },
    "a command beside the name of what it switches": {
      asked: ["commands", { capability: "valve", command: "open" }],
      not: ["attributes/valve", "closed"],
      taken: "open",
    },
    "a topic of its own for each request": {
      asked: ["sys/properties/set/request_id=42ab", { services: [{ target_bar: 6 }] }],
      not: ["sys/properties/report", { services: [{ target_bar: 5 }] }],
      taken: { services: [{ target_bar: 6 }] },
    },
    "a verb at the end, in German": {
      asked: ["heizung/sollwert/setzen", 22],
      not: ["heizung/sollwert", 21],
      taken: 22,
    },
    "a machine at its dock": {
      asked: ["mower/command", "start"],
      not: ["mower/state", "docked"],
      taken: "mowing",
    },
    "a request with a unit": {
      asked: ["power/1/request", "24V"],
      not: ["power/1/status", "0V"],
      taken: "24V",
    },
    "a tree of what is controlled beside one of what is": {
      asked: ["unit7/control/servo/1/percent", 30],
      not: ["unit7/state/servo/1/percent", 50],
      taken: 30,
    },
    "a flag that is called after what it says": {
      asked: ["door/action", { action: "lock" }],
      not: ["door/status", { locked: false }],
      taken: { locked: true },
    },
    "a topic that says what to do": {
      asked: ["engine/control/start", 1],
      not: ["engine/state", { running: 0, hours: 12 }],
      taken: { running: 1, hours: 12 },
    },
    "a number that is written below what it is of": {
      asked: ["drum/speed/write", 2400],
      not: ["drum/speed", 1200],
      taken: 2400,
    },
    "a lock that tells its state by its name": {
      asked: ["front/set", "lock"],
      not: ["front/currentLockState", "UNLOCKED"],
      taken: "LOCKED",
    },
    "what a twin in the cloud is to become": {
      asked: ["iot/shadow/unit7/delta", { desired: { speed: 85 } }],
      not: ["iot/shadow/unit7/update", { reported: { speed: 60 } }],
      taken: { reported: { speed: 85 } },
    },
    "what to set, and to which value": {
      asked: ["commands", { command: "set", target: "blower", value: 80 }],
      not: ["blower", { value: 20 }],
      taken: { value: 80 },
    },
    "a mode that is to be off": {
      asked: ["mode/set", "off"],
      not: ["mode", "heat"],
      taken: "off",
    },
  };
  for (const [name, { asked, not, taken }] of Object.entries(pairs)) {
    const sick = [...every(2, ...not), ...twice(...asked)];
    assert.equal(blamedFor(sick).length, 1, name);
    const healthy = [
      ...every(2, ...not).slice(0, 4),
      ...twice(...asked),
      ...every(2, not[0], taken, 8.4),
    ];
    assert.deepEqual(blamedFor(healthy), [], name);
  }
  const other: Record<string, Told> = {
    "the mode of another part": [...every(2, "wifi/mode", "sta"), ...twice("mode/set", "cool")],
    "a setting beside what is measured": [
      ...every(2, "state", { temperature_c: 19 }),
      ...twice("cmd", { temperature: 22 }),
    ],
    "a relay that is toggled": [...every(2, "relay", 0), ...twice("relay/set", 2)],
    "what a controller gives, and what it holds": [
      ...every(2, "setpoint", 96),
      ...twice("control", 40),
    ],
    "another part of the same name": [
      ...every(2, "hall/state", { light: "OFF" }),
      ...every(2, "porch/state", { light: "OFF" }),
      ...twice("light/set", "ON"),
    ],
  };
  for (const [name, told] of Object.entries(other)) assert.deepEqual(blamedFor(told), [], name);
});

Deno.test("a position that its document names is compared with the number that is asked for, at its ends too", () => {
  const document = {
    unique_id: "unit7_blind",
    name: "unit7",
    position_topic: "plant/unit7/1/position",
    set_position_topic: "plant/unit7/1/set_position",
  };
  const asked = (taken: boolean): Told => [
    [0, "homeassistant/cover/unit7_blind/config", document],
    [0, "1/position", 0],
    ...[2, 7, 12].flatMap((at, i): Told => [
      [at, "1/set_position", 50 + 25 * (i % 2)],
      [at + 3, "1/position", taken ? 50 + 25 * (i % 2) : 0],
    ]),
  ];
  assert.match(blamedFor(asked(false))[0] ?? "", /asked for .*75.* stays 0/);
  assert.deepEqual(blamedFor(asked(true)), []);
});
