import assert from "node:assert/strict";
import {
  assertTold,
  beats,
  diagnosisOf,
  type Line,
  series,
  times,
  titlesOf,
} from "../../support.ts";

/** What is told above info of all below `x`, listened to for two minutes. */
function told(lines: readonly Line[]): string {
  const sorted = [...lines].sort((a, b) => a.s - b.s);
  return diagnosisOf("x/#", sorted, { seconds: 120 }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title).join("; ");
}

/** One topic every some seconds, up to a time. */
const every = (everyS: number, topic: string, payload: (i: number) => unknown, to = 118) =>
  beats({ topic, everyS, to, payload });

/** One payload after the other, on one topic. */
const oneByOne = (topic: string, payloads: readonly unknown[], everyS = 5) =>
  payloads.map((payload, i): Line => ({ s: 1 + everyS * i, topic, payload }));

Deno.test("who still claims to be connected and has fallen silent is told, whatever it is called", () => {
  const tele = every(5, "x/player_7/tele", (i) => ({ ip: "10.0.0.7", scans: 5 + i % 3 }), 40);
  const claim = (payload: string): Line => ({ s: 0, topic: "x/player_7", payload, retain: true });
  assert.match(told([claim("CONNECTED"), ...tele]), /went silent/);
  assert.equal(told([claim("Kitchen"), ...tele]), "");
});

Deno.test("what is not at home for seconds again and again is told, who goes out is not", () => {
  const home = (payloads: readonly string[], everyS: number) =>
    told(oneByOne("x/device_tracker/vacuum/state", payloads, everyS));
  const turns = Array.from({ length: 16 }, (_, i) => i % 2 === 0 ? "home" : "not_home");
  assert.match(home(turns, 6), /comes and goes: it was lost 8 times/);
  assert.equal(home(turns, 40), "");
  assert.equal(home(turns.slice(0, 5), 6), "");
});

Deno.test("a count of messages that begins anew from another number each time tells of restarts", () => {
  const counts = [413, 414, 415, 1, 2, 3, 4, 1, 2, 3, 1, 2];
  const restarts = /restarts again and again: 3 times/;
  const text = (counts: readonly number[]) =>
    told(oneByOne("x/evt", counts.map((n) => ({ id: "a", text: `Counter:${n} Free:9216` })), 7));
  assert.match(text(counts), restarts);
  assert.match(told(oneByOne("x/evt", counts.map((n) => ({ k: n, t: 20.5 })), 7)), restarts);
  // A programme has few steps, a number of a few bits always the same last, and seconds are a time.
  const none = (counts: readonly number[], everyS: number) =>
    assert.doesNotMatch(
      told(oneByOne("x/evt", counts.map((n) => ({ k: n, t: 20.5 })), everyS)),
      /restarts/,
    );
  none(counts.slice(3).concat(3, 4, 5), 7);
  none(Array.from({ length: 40 }, (_, i) => (i + 29) % 32), 2.5);
  none([40, 41, 42, ...counts.slice(3)], 1);
});

Deno.test("a line that is down beside one that stands is told, one that is idle beside one at work is not", () => {
  const words = (kind: string, one: string, other: (i: number) => string) =>
    told(every(8, "x/state", (i) => ({ [`${kind}1_status`]: one, [`${kind}2_status`]: other(i) })));
  assert.match(words("line", "SHOWTIME", (i) => i < 6 ? "SHOWTIME" : "DOWN"), /2_status.* is DOWN/);
  assert.equal(words("robot", "active", (i) => i < 6 ? "active" : "idle"), "");
});

Deno.test("numbers sent as texts that become empty are told, words that do are not", () => {
  const next = (filled: (i: number) => string) =>
    told(every(8, "x/board", (i) => ({ stop: "Mill Lane", time_next: i < 6 ? filled(i) : "" })));
  assert.match(next((i) => String(17 - i)), /changed its structure/);
  assert.equal(next((i) => i % 2 === 0 ? "delayed" : "on time"), "");
});

Deno.test("a word below a level of errors is one, and what begins with an error is no command", () => {
  const lost = [{ value: "disconnected" }, { value: "disconnected" }];
  assert.match(told(oneByOne("x/error/link/gauge", lost)), /reports an error: gauge: disconnected/);
  assert.equal(told(oneByOne("x/response/link/gauge", [{ value: "detached" }])), "");
  const failed = [
    "Error: cannot load a.wav: no such file",
    "Error: cannot load b.wav: no such file",
  ];
  assert.match(told(oneByOne("x/radio/control", failed)), /cannot load a\.wav/);
  assert.equal(told(oneByOne("x/radio/control", ["play a.wav", "play error.wav"])), "");
});

Deno.test("an alarm that is armed is no trouble, one that is triggered is", () => {
  const alarm = (word: string) => told(every(9, "x/theft/theft_alarm_status", () => word));
  assert.equal(alarm("ALARM_ARMED"), "");
  assert.match(alarm("ALARM_TRIGGERED"), /reports an error/);
});

Deno.test("a number of one of several alike that is 0 no more is told where what is measured of it is gone", () => {
  const reading = (third: (i: number) => number) =>
    told(every(8, "x/reading", (i) => ({
      krdg: { a: 38.41 + i % 3 / 100, b: 3.91 + i % 4 / 100, c: third(i) },
      rdgst: { a: 0, b: 0, c: i < 7 ? 0 : 128 },
    })));
  assert.match(reading((i) => i < 7 ? 4.21 + i % 3 / 100 : 0), /"rdgst.c" went from 0 to 128/);
  assert.equal(reading((i) => 4.21 + i % 3 / 100), "");
});

Deno.test("lines of a system's log are read by how grave they are, and by what they say of a connection", () => {
  const lines = (text: string) =>
    told(
      every(9, "x/journal", (i) => i % 3 === 0 ? text : `<30>poller[${40 + i}]: polling unit ${i}`),
    );
  assert.match(lines("<27>poller[44]: MemoryError"), /MemoryError/);
  assert.equal(lines("<30>poller[44]: cache is warm"), "");
  const closed = (count: number) =>
    told(
      every(9, "x/log", (i) =>
        i < count
          ? `<${i}:gate> Connection closed: from another device`
          : `<${i}:hall> Moved to Lobby`),
    );
  assert.match(closed(5), /connection is lost again and again: 5 times/);
  assert.equal(closed(2), "");
});

Deno.test("who starts after it said that it sleeps wakes up, and who starts from the middle of its work restarts", () => {
  const states = (words: readonly string[]) =>
    told(words.map((payload, i): Line => ({
      s: 30 * Math.floor(i / 3) + i % 3,
      topic: "x/homie/gauge/$state",
      payload,
      retain: i === 0,
    })));
  const waking = ["init", "ready", "sleeping"];
  assert.doesNotMatch(states([...waking, ...waking, ...waking]), /restart/);
  const start = ["init", "ready", "ready"];
  assert.match(states([...start, ...start, ...start]), /restarts again and again/);
});

Deno.test("what is said of a command that failed is no word of the device, which is gone", () => {
  const state = every(10, "x/ac/state", (i) => ({ indoor: 22 + i % 3 / 10, fan: "auto" }), 50);
  const gone: Line = { s: 52, topic: "x/ac/availability", payload: "offline", retain: true };
  const asked = { s: 80, topic: "x/ac/set", payload: { fan: "high" } };
  const after = (topic: string, payload: unknown) =>
    diagnosisOf("x/ac/#", [...state, gone, asked, { s: 85, topic, payload }], { seconds: 120 })
      .connection.state;
  assert.equal(after("x/ac/error", { message: "device did not respond: timeout" }), "offline");
  assert.notEqual(after("x/ac/state", { indoor: 22.4, fan: "high" }), "offline");
});

Deno.test("an offline that a seldom message goes on to refute at its pace is told, one after which it falls silent is the truth", () => {
  const lines = (to: number): Line[] => [
    { s: 0, topic: "x/door/availability", payload: "online", retain: true },
    { s: 0, topic: "x/door/light", payload: "off", retain: true },
    ...beats({ topic: "x/door/obstruction", everyS: 60, to, payload: () => "clear" }),
    { s: 130, topic: "x/door/availability", payload: "offline" },
  ];
  const titles = (to: number) =>
    diagnosisOf("x/door/#", lines(to).sort((a, b) => a.s - b.s), { seconds: 280 }).findings
      .map(({ title }) => title).join("; ");
  assert.match(titles(280), /availability" says offline, but the device goes on/);
  assert.match(titles(130), /^The device is offline/);
});

Deno.test("a program that still stands as offline while it tells on and on is told, for all below its name", () => {
  const status = (payload: string, o: Partial<Line> = {}): Line => ({
    s: 0,
    topic: "x/system/status",
    payload,
    retain: true,
    ...o,
  });
  const version: Line = { s: 0, topic: "x/system/version", payload: "2.3.1", retain: true };
  const plays = every(6, "x/zones/1/position", (i) => String(31_000 + 6_000 * i));
  const stale = /retained "x\/system\/status" says offline, but the device is live/;
  assert.match(told([status("offline"), version, ...plays]), stale);
  assert.equal(told([status("online"), version, ...plays]), "");
  assert.equal(
    told([status("offline"), version, status("online", { s: 0.5, retain: false }), ...plays]),
    "",
  );
  // Without a word of a program, or beside others that say of themselves that they are there, it may be one device of several.
  assert.doesNotMatch(told([status("offline"), ...plays]), stale);
  const other: Line = { s: 0, topic: "x/pump/availability", payload: "online", retain: true };
  assert.doesNotMatch(told([status("offline"), version, other, ...plays]), stale);
});

/** A garage door that is told with how far what hangs before its sensor is. */
const garage = (dist: (isOpen: boolean, i: number) => number, everyS: number, count = 24) =>
  told(
    oneByOne(
      "x/garage/OUT/JSON",
      Array.from({ length: count }, (_, i) => {
        const isOpen = i % 4 === 1 || i % 4 === 2;
        return { dist: dist(isOpen, i), door: isOpen ? 1 : 0, rssi: -60 - i % 3 };
      }),
      everyS,
    ),
  );

Deno.test("a door that flips with a distance that jumps between two far values is told", () => {
  assert.match(garage((isOpen, i) => (isOpen ? 31 : 212) + i % 3, 2), /"dist" jumps with it/);
  assert.doesNotMatch(garage(() => 212, 2), /jumps/);
  assert.doesNotMatch(garage((isOpen, i) => (isOpen ? 31 : 212) + i % 3, 30), /jumps/);
  assert.doesNotMatch(garage((isOpen, i) => (isOpen ? 31 : 212) + i % 3, 2, 8), /jumps/);
});

Deno.test("a lamp or a siren that is on and off again and again is switched, a link that is down and up is not", () => {
  const turns = ["OFF", "ON", "OFF", "ON", "OFF", "ON", "OFF"];
  for (
    const topic of ["x/switch/warning_lamp/state", "x/switch/siren/state", "x/port/beacon/status"]
  ) assert.equal(told(oneByOne(topic, turns, 12)), "");
  assert.match(told(oneByOne("x/uplink/wan1/state", turns, 12)), /comes and goes/);
});

/** What Zigbee2MQTT tells of a lamp at some times, which tells its state in between. */
const announcements = (at: readonly number[], type = "device_announce") => {
  const data = { friendly_name: "porch", ieee_address: "0x001788010b7c52e3" };
  return told([
    ...every(9, "x/porch", () => ({ state: "ON", linkquality: 90 })),
    ...at.map((s): Line => ({ s, topic: "x/bridge/event", payload: { type, data } })),
  ]);
};

Deno.test("a lamp that announces itself to its mesh again and again at odd times is told, of Zigbee2MQTT and of Tasmota", () => {
  const odd = [3, 21, 40, 44, 73, 101];
  assert.match(announcements(odd), /announces itself .* again and again: 6 times by porch/);
  assert.match(announcements(odd, "device_joined"), /again and again: 6 times by porch/);
  const payload = { ZbState: { Status: 30, IEEEAddr: "0x842E14FFFE13A51E", ShortAddr: "0x7120" } };
  const bridge = odd.map((s): Line => ({ s, topic: "tele/zb/RESULT", payload }));
  assert.match(
    diagnosisOf("zb", bridge, { seconds: 120 }).findings.map(({ title }) => title).join(),
    /announces itself/,
  );
});

Deno.test("a lamp that is switched on at its wall switch, says so several times at once, or by a timer, and several after a power cut are not blamed", () => {
  assert.equal(announcements([5, 40, 44, 90]), "");
  assert.equal(announcements([5, 5.4, 6, 6.5, 7, 70, 70.5, 71]), "");
  assert.equal(announcements([5, 25, 45, 65, 85, 105]), "");
  const cut = ["a", "b", "c", "d", "e", "f"].map((name, i): Line => ({
    s: 30 + 2.3 * i + i % 2,
    topic: "x/bridge/event",
    payload: { type: "device_announce", data: { friendly_name: name, ieee_address: `0x${i}` } },
  }));
  assert.equal(told([...every(9, "x/a", () => ({ state: "ON", linkquality: 90 })), ...cut]), "");
});

/** A device that says again and again that it is online, and what it measures after each so many of them. */
const greeting = (o: { everyS: number; topics: [string, string]; tellsEach: number }): Line[] =>
  times(12, (i): Line[] => [
    { s: 1 + o.everyS * i + (i % 3) / 2, topic: o.topics[0], payload: "Online", retain: false },
    ...i % o.tellsEach === 0
      ? [{
        s: 1.2 + o.everyS * i + (i % 3) / 2,
        topic: o.topics[1],
        payload: { POWER: "OFF", Uptime: 3 + i },
      }]
      : [],
  ]).flat();

Deno.test("one that says only when it has connected that it is online, again and again, is told; who sleeps and who gives signs of life is not", () => {
  const tasmota: [string, string] = ["tele/plug/LWT", "tele/plug/STATE"];
  const AGAIN = /connects again and again: it said 12 times that it is online/;
  assertTold(titlesOf("plug", greeting({ everyS: 4, topics: tasmota, tellsEach: 5 })), AGAIN);
  assertTold(titlesOf("plug", greeting({ everyS: 30, topics: tasmota, tellsEach: 5 })), AGAIN);
  const wakes = titlesOf("plug", greeting({ everyS: 30, topics: tasmota, tellsEach: 1 }));
  assert.equal(wakes.some((title) => AGAIN.test(title)), false);
  const plain: [string, string] = ["shed/plug/availability", "shed/plug/state"];
  const alive = titlesOf("plug", greeting({ everyS: 4, topics: plain, tellsEach: 5 }));
  assert.equal(alive.some((title) => AGAIN.test(title)), false);
});

Deno.test("a bus whose signal is lost again and again is told, a signal of anything else is not", () => {
  const bus = (tree: string): Line[] => [
    { s: 0, topic: `${tree}/running`, payload: "true", retain: true },
    ...series(`${tree}/signal`, times(12, (i) => String(i % 2 === 0)), 3),
  ];
  assertTold(titlesOf("ebusd", bus("ebusd/global")), /"ebusd\/global\/signal" comes and goes/);
  const lamp = series("crossing/signal", times(12, (i) => String(i % 2 === 0)), 3);
  assert.deepEqual(titlesOf("crossing", lamp), []);
});
