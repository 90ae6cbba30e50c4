import assert from "node:assert/strict";
import { diagnosisOf, type Line, series, START_MS, times } from "./support.ts";

const ago = (s: number) => new Date(START_MS - 1_000 * s).toISOString();
const kept = (topic: string, payload: unknown): Line => ({ s: 0.2, topic, payload, retain: true });
const pump = (count: number) => series("x/dev/pump", times(count, (i) => ({ rpm: 900 + i, a: 2 })));

const ROWS: readonly (readonly [string, RegExp | null, Line[]])[] = [
  ["an access point without a status that was seen hours ago", /"status" is 0/, [
    ...series("x/dev/ap", times(3, () => ({ status: 0, lastSeen: ago(7_300), uptime: "" }))),
  ]],
  ["a meter that a gateway saw yesterday", /"last_seen" is 2026-01-01/, [
    ...series(
      "x/dev/meter",
      times(3, () => ({ connected: false, last_seen: ago(90_000), kwh: 5 })),
    ),
  ]],
  ["a lamp that is off and was seen hours ago", null, [
    ...series("x/dev/lamp", times(3, () => ({ state: "OFF", last_seen: ago(7_300) }))),
  ]],
  ["a status of 0 of what is seen all the time", null, [
    ...series("x/dev/ap", times(3, (i) => ({ status: 0, lastSeen: ago(-1 - 2 * i), load: i }))),
  ]],
  ["a pack's electronics on a topic of its own", /"x\/dev\/Battery_BMS_Online" is Offline/, [
    ...pump(4),
    ...series("x/dev/Battery_BMS_Online", times(3, () => "Offline")),
  ]],
  ["the meter's line on a topic of its own", /meter_connection" is disconnected/, [
    ...pump(4),
    ...series("x/dev/meter_connection", times(3, () => "disconnected")),
  ]],
  ["a bus that was lost long ago, below a level that ends in port", /modbus_connected" is false/, [
    ...pump(40),
    ...series("x/dev/report/modbus_connected", times(40, (i) => String(i < 8))),
  ]],
  ["what people switch off, on a topic of its own", null, [
    ...pump(30),
    ...series("x/dev/tv_online", times(3, () => "Offline")),
    ...series("x/dev/wifi_hotspot_online", times(3, () => "Offline")),
  ]],
  ["one of three documents that came at every beat", /"x\/dev\/box" fell silent/, [
    ...pump(29),
    ...series("x/dev/gps", times(29, (i) => ({ lat: 40 + i / 1_000, lon: 3 }))),
    ...series("x/dev/box", times(5, (i) => ({ temp: 3 + i % 2, unit: "C" }))),
  ]],
  ["a channel without a probe and a wash program that is not sold", null, [
    ...pump(29),
    kept("x/dev/availability", "online"),
    kept("x/dev/channel_1/availability", "online"),
    kept("x/dev/channel_2/availability", "online"),
    kept("x/dev/channel_3/availability", "offline"),
    ...series("x/dev/bay", [{ programs: [{ available: false }, { available: true }] }]),
  ]],
  ["a house whose areas still say online", /The device is offline/, [
    ...times(4, (i) => kept(`x/dev/area/${i}/availability`, "online")),
    kept("x/dev/availability", "offline"),
  ]],
  ["what is offline while others go on to order", /The device is offline/, [
    kept("x/dev/position", "shut"),
    { s: 1, topic: "x/dev/availability", payload: "online" },
    { s: 5, topic: "x/dev/availability", payload: "offline" },
    ...[6, 9, 12].map((s) => ({ s: s + 5, topic: "x/dev/power", payload: "ON" })),
  ]],
  ["what was offline and tells a place after it", null, [
    kept("x/dev/position", "shut"),
    { s: 1, topic: "x/dev/availability", payload: "online" },
    { s: 5, topic: "x/dev/availability", payload: "offline" },
    ...["shut", "ajar"].map((payload, i) => ({ s: 12 + i, topic: "x/dev/position", payload })),
  ]],
  ["a program that is connected with all it has, and again", /comes and goes|same client id/, [
    ...series("x/dev/connected", times(5, () => ["2", "0", "1"]).flat()),
  ]],
  ["a controller whose health went down", /"health" is down/, [
    ...series("x/dev/sts", ["normal", "suspect", "down"].map((health) => ({ health, n: 3 }))),
  ]],
  ["a last will that says nothing, after which nothing came", /"dev" is gone: it left by/, [
    ...series("x/dev/amps", times(4, (i) => ({ a: i }))),
    { s: 9, topic: "x/dev/last_will/user", payload: {} },
  ]],
  ["a last will that says nothing, after which all goes on", null, [
    { s: 0.5, topic: "x/dev/last_will/user", payload: {} },
    ...pump(30),
  ]],
  ["a program that is connected with all it has", null, [
    ...series("x/dev/connected", ["0", "1", "2"]),
    ...pump(29),
  ]],
];

Deno.test("what is gone by a word, by its last sight or by its silence is told; what rests or is unused is not", () => {
  for (const [what, expected, lines] of ROWS) {
    const { findings } = diagnosisOf("x/dev/#", lines);
    const titles = findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
    if (expected === null) assert.deepEqual(titles, [], what);
    else assert.match(titles.join("\n"), expected, what);
  }
});

Deno.test("of many devices it is told that what connects them all is offline, and nothing of a single one", () => {
  const cover = (id: number): Line[] => [
    kept(`homeassistant/cover/w${id}/config`, {
      unique_id: `w${id}`,
      position_topic: `wm/${id}/position`,
      availability: [{ topic: "wm/bridge/state" }, { topic: `wm/${id}/availability` }],
      device: { identifiers: `w${id}`, name: `Awning ${id}` },
    }),
    kept(`wm/${id}/availability`, id === 1_174_804 ? "offline" : "online"),
  ];
  const lines = (word: string) => [
    kept("wm/bridge/state", word),
    ...times(9, (i) => cover(1_174_800 + i)).flat(),
  ];
  const titles = (word: string) =>
    diagnosisOf("wm/#", lines(word)).findings.map(({ title }) => title);
  assert.deepEqual(titles("offline"), ["The bridge of the device is offline"]);
  assert.deepEqual(titles("online"), []);
});

Deno.test("a gateway of LoRaWAN that the cloud lost is found by its id and told to be offline", () => {
  const at = (word: string) =>
    `$aws/iotwireless/events/connection_status/${word}/lorawan/gw/id/77ab-9f`;
  const lines = [
    { s: 1, topic: at("connected"), payload: { eventType: "connected" } },
    { s: 4, topic: at("disconnected"), payload: { eventType: "disconnected" } },
  ];
  assert.equal(diagnosisOf("77ab-9f", lines).connection.state, "offline");
  assert.notEqual(diagnosisOf("77ab-9f", lines.slice(0, 1)).connection.state, "offline");
});
