import assert from "node:assert/strict";
import { diagnosisOf, type Line } from "./support.ts";

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
