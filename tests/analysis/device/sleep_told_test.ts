import assert from "node:assert/strict";
import { assertTold, diagnosisOf, type Line, START_MS, titlesOf } from "./support.ts";

const node = (data: Record<string, unknown>): Line[] => [
  { s: 0, topic: "garden/soil1/status", payload: "offline", retain: true },
  { s: 0, topic: "garden/soil1/data", payload: { moisture: 41, ...data }, retain: true },
];

Deno.test("a device whose values tell of sleep sleeps while its last will says offline", () => {
  for (
    const data of [{ sleep_s: 900 }, { reset: "Deep-Sleep Wake" }, { wakeReason: "deepsleep" }]
  ) {
    const diagnosis = diagnosisOf("soil1", node(data));
    assert.equal(diagnosis.connection.state, "sleeping", JSON.stringify(data));
    assert.deepEqual(diagnosis.findings, []);
  }
});

Deno.test("a device whose values tell of no sleep is offline when its last will says so", () => {
  for (const data of [{}, { sleep_s: 0 }, { reset: "Power on" }]) {
    assert.equal(
      diagnosisOf("soil1", node(data)).connection.state,
      "offline",
      JSON.stringify(data),
    );
  }
});

Deno.test("the signal of a mobile network beside its operator is not judged as Wi-Fi", () => {
  const router = (beside: Line[]): Line[] => [
    ...beside,
    ...[1, 21, 41].map((s): Line => ({ s, topic: "router/1105/signal", payload: "-91" })),
    ...[2, 22, 42].map((s): Line => ({ s, topic: "router/1105/uptime", payload: String(812 + s) })),
  ];
  const lte: Line = { s: 0, topic: "router/1105/connection", payload: "4G (LTE)", retain: true };
  assert.deepEqual(diagnosisOf("1105", router([lte])).findings, []);
  assert.deepEqual(diagnosisOf("1105", router([])).findings.map(({ code }) => code), [
    "weak_signal",
  ]);
});

/** Two wakings of a node, each with what it logs before it goes. */
const wakings = (line: string | null, battery = "wifi_signal"): Line[] =>
  [9, 36, 71].flatMap((s): Line[] => [
    { s, topic: "letterbox/status", payload: "online", retain: s === 0 },
    { s: s + 1, topic: `letterbox/sensor/${battery}/state`, payload: "3.91" },
    ...(line === null ? [] : [{ s: s + 3, topic: "letterbox/debug", payload: line }]),
    { s: s + 4, topic: "letterbox/status", payload: "offline" },
  ]);

Deno.test("a device that logs each time that it goes to sleep does not flap", () => {
  for (
    const line of [
      "\u001b[0;36m[D][deep_sleep:087]: Beginning sleep\u001b[0m",
      "[I] going to deep sleep for 900 s",
      "Entering deep sleep",
    ]
  ) {
    const diagnosis = diagnosisOf("letterbox", wakings(line), { seconds: 80 });
    assert.equal(diagnosis.connection.state, "sleeping", line);
    assert.deepEqual(diagnosis.findings, [], line);
  }
});

Deno.test("a device on its battery that is online for two moments, each with a report, does not flap", () => {
  const flaps = (battery: string) =>
    diagnosisOf("letterbox", wakings(null, battery).slice(0, 6), { seconds: 60 }).findings
      .some(({ code }) => code === "flapping");
  assert.equal(flaps("battery_voltage"), false);
  assert.equal(flaps("wifi_signal"), true);
});

Deno.test("a device that comes and goes with other lines in its log, or with none, flaps", () => {
  for (const line of ["[W][mqtt:191]: lost connection", "[C] deep sleep: disabled", null]) {
    const { findings } = diagnosisOf("letterbox", wakings(line), { seconds: 80 });
    assert.ok(findings.some(({ code }) => code === "flapping"), String(line));
  }
});

Deno.test("a device on its battery that reports in a moment whenever something wakes it does not flap", () => {
  const pressed = (battery: string) =>
    [20, 130, 410, 520].flatMap((s): Line[] => [
      { s, topic: "bell/status", payload: "online" },
      { s: s + 1, topic: `bell/${battery}`, payload: "3.02" },
      { s: s + 4, topic: "bell/status", payload: "offline" },
    ]);
  const codes = (battery: string) =>
    diagnosisOf("bell", pressed(battery), { seconds: 560 }).findings.map(({ code }) => code);
  assert.deepEqual(codes("battery_voltage").filter((code) => code === "flapping"), []);
  assert.ok(codes("volts").includes("flapping"));
});

Deno.test("who sleeps by its last word, and told its newest time days ago, does not wake any more", () => {
  const well = (ago: number): Line[] => [
    { s: 0, topic: "tele/well/LWT", payload: "DeepSleep", retain: true },
    {
      s: 0,
      topic: "tele/well/SENSOR",
      payload: {
        Time: new Date(START_MS - ago * 3_600_000).toISOString().slice(0, 19),
        SR04: { Distance: 141.2 },
      },
      retain: true,
    },
  ];
  assertTold(titlesOf("well", well(74)), /was last heard 3 days ago/);
  assert.deepEqual(titlesOf("well", well(20)), []);
});
