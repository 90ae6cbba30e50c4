import assert from "node:assert/strict";
import { plainValue } from "../../../../src/analysis/device/reading/plain_values.ts";
import type { JsonValue } from "../../../../src/payload/payload.ts";
import { textRank } from "../../../../src/payload/severity/text.ts";
import { diagnosisOf, type Line } from "../support.ts";

Deno.test("numbers and flags that a document tells as text are read as such, at any depth", () => {
  assert.deepEqual(
    plainValue({
      temp: "21.5",
      count: "0",
      drift: "-5.1e-05",
      uptime: "88120",
      is_open: "True",
      cells: [{ mV: "3301" }, { mV: "3300" }],
    }),
    {
      temp: 21.5,
      count: 0,
      drift: -5.1e-5,
      uptime: 88120,
      is_open: true,
      cells: [{ mV: 3301 }, { mV: 3300 }],
    },
  );
});

Deno.test("names, versions, addresses, times of day and codes with leading zeros stay text", () => {
  const documents: Record<string, JsonValue>[] = [
    { fw_version: "1.10", device_id: "17", serial: "4711", ip: "10.1", name: "12" },
    { time: "123519", date: "20260314" },
    { code: "007", key: "12E4", big: "12345678901234567890", empty: "", unit: "21.5 °C" },
    { imei: "490154203237518", temp: 21.5, on: true },
  ];
  for (const kept of documents) assert.equal(plainValue(kept), kept, JSON.stringify(kept));
  assert.deepEqual(plainValue({ grid: "230.1", humid: "44" }), { grid: 230.1, humid: 44 });
});

/** Findings above info of a sensor whose `value` was sent so. */
function saidOf(values: readonly unknown[]): string[] {
  const lines = values.map((value, i): Line => ({
    s: 1 + i,
    topic: "plant/tank",
    payload: { value, count: `${7 + i}` },
  }));
  return diagnosisOf("plant/tank", lines, { seconds: values.length + 2 }).findings
    .filter(({ severity }) => severity !== "info").map(({ code }) => code);
}

Deno.test("a text of a number is of one type with and without decimals, and of another than the number", () => {
  assert.deepEqual(saidOf(["21.5", "22", "21.7", "22", "21.9", "22", "22.3", "22"]), []);
  assert.deepEqual(
    saidOf([21.5, "22", 21.7, "22", 21.9, "22", 22.3, "22"]),
    ["mixed_types"],
  );
  assert.deepEqual(
    saidOf([21.5, 22, 21.7, 22, 21.9, "22", "21.9", "22.3", "22"]),
    ["schema_drift"],
  );
});

Deno.test("messages are shown as they were sent", () => {
  const { findings, recent_messages } = diagnosisOf("plant/pump", [
    { s: 1, topic: "plant/pump", payload: { error: "17" } },
  ], { seconds: 3 });
  assert.match(JSON.stringify(findings), /\{\\"error\\":\\"17\\"\}/);
  assert.deepEqual(recent_messages[0]?.payload, { error: "17" });
});

Deno.test("what a flag says is the same however it is written", () => {
  const said = (of: (down: unknown) => unknown, written: unknown): string[] =>
    diagnosisOf(
      "plant/psu",
      [1, 4, 7, 10].map((s) => ({ s, topic: "plant/psu", payload: of(written) })),
      {
        seconds: 12,
      },
    ).findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);
  const documents: ((down: unknown) => unknown)[] = [
    (down) => ({ mains_ok: down, volts: 13.8 }),
    (down) => ({ smart_status: { passed: down }, hours: 41231 }),
    (down) => ({ ErrorCode: 8000, HasError: down }),
    (down) => ({ alarms: down, volts: 13.8 }),
  ];
  for (const of of documents) {
    const plain = said(of, false);
    for (const written of [0, "OFF", "false", "False", "0", "no"]) {
      assert.deepEqual(said(of, written), plain, JSON.stringify(of(written)));
    }
  }
  assert.deepEqual(said((down) => ({ sent: 9, success: down, failed: 0 }), 0), []);
});

Deno.test("a word of a state says the same in small letters, in capitals and with a capital", () => {
  const forms = (word: string) => [
    word.toLowerCase(),
    word.toUpperCase(),
    word[0]?.toUpperCase() + word.slice(1).toLowerCase(),
  ];
  const said = (topic: string, payload: unknown): number =>
    diagnosisOf("plant", [{ s: 1, topic, payload }], { seconds: 3 }).findings
      .filter(({ severity }) => severity !== "info").length;
  for (const state of forms("max_retries_exceeded")) {
    assert.ok(said("plant/router", { state }) > 0, state);
  }
  for (const activity of forms("dead")) {
    assert.ok(said("fhem/plant/activity", activity) > 0, activity);
  }
  for (const status of forms("onbatt lowbatt")) {
    assert.ok(said("apcupsd/plant/status", status) > 0, status);
  }
  for (const status of forms("resolved")) {
    const alerts = [{ status, labels: { alertname: "DiskFull", severity: "warning" } }];
    assert.equal(said("alerts/plant", { receiver: "mqtt", status, alerts }), 0, status);
  }
  assert.equal(textRank("MAX_ERROR_TEMPERATURE"), 0);
});

Deno.test("a list of one document is read as the document, unless its topic is one of records", () => {
  const toldOf = (topic: string) =>
    diagnosisOf(
      topic,
      [1, 2, 3].map((s) => ({ s, topic, payload: [{ temperature: 21, status: "sensor fault" }] })),
      { seconds: 5 },
    ).findings.map(({ evidence }) => JSON.stringify(evidence)).join();
  assert.match(toldOf("plant/oven"), /status/);
  assert.doesNotMatch(toldOf("plant/oven"), /\[0\]\.status/);
  assert.match(toldOf("plant/oven/records"), /\[0\]\.status/);
});
