import assert from "node:assert/strict";
import { DeviceIdentity } from "../../../../src/analysis/device/naming/identity.ts";
import { joinParts } from "../../../../src/analysis/device/reading/parted.ts";
import {
  sampleOf,
  TopicTrace,
  TraceBudget,
} from "../../../../src/analysis/device/reading/trace.ts";
import { diagnosisOf, type Line, START_MS, titlesOf } from "../support.ts";

const budget = new TraceBudget();
const encoder = new TextEncoder();

/** A trace of live messages at these milliseconds. */
function trace(topic: string, told: readonly (readonly [atMs: number, payload: string])[]) {
  const made = new TopicTrace(topic, { shared: false, budget });
  for (const [atMs, payload] of told) {
    made.add(sampleOf({
      topic,
      payload: encoder.encode(payload),
      qos: 0,
      retain: false,
      dup: false,
      receivedAt: START_MS + atMs,
    }));
  }
  return made;
}

/** What topics tell once joined: their names, with the values of their messages. */
function joined(traces: readonly TopicTrace[]) {
  return Object.fromEntries(
    joinParts(traces, new DeviceIdentity("pump/#")).map((one) => [
      one.topic,
      one.samples().map(({ decoded }) => decoded?.value),
    ]),
  );
}

Deno.test("topics that come in one burst below one parent, again and again, are one document", () => {
  const traces = [
    trace("pump/speed", [[0, "1450"], [1000, "1460"]]),
    trace("pump/running", [[3, "true"], [1004, "false"]]),
    trace("pump/motor/current", [[6, "2.5"], [1008, "0"]]),
    trace("pump/motor/state", [[9, "ok"], [1012, "tripped"]]),
  ];
  assert.deepEqual(joined(traces), {
    pump: [
      { speed: 1450, running: true, motor: { current: 2.5, state: "ok" } },
      { speed: 1460, running: false, motor: { current: 0, state: "tripped" } },
    ],
  });
});

Deno.test("topics that come at times of their own, once, or with documents of their own are no parts", () => {
  const apart = [
    trace("pump/speed", [[0, "1450"], [1000, "1460"]]),
    trace("pump/running", [[400, "true"], [1400, "false"]]),
  ];
  assert.deepEqual(Object.keys(joined(apart)), ["pump/speed", "pump/running"]);
  const once = [trace("pump/speed", [[0, "1450"]]), trace("pump/running", [[1, "true"]])];
  assert.deepEqual(Object.keys(joined(once)), ["pump/speed", "pump/running"]);
  const documents = [
    trace("pump/a", [[0, '{"v":1}'], [1000, '{"v":2}']]),
    trace("pump/b", [[1, '{"v":3}'], [1001, '{"v":4}']]),
  ];
  assert.deepEqual(Object.keys(joined(documents)), ["pump/a", "pump/b"]);
  const numbered = [
    trace("pump/1", [[0, "1450"], [1000, "1460"]]),
    trace("pump/2", [[1, "1450"], [1001, "1460"]]),
  ];
  assert.deepEqual(Object.keys(joined(numbered)), ["pump/1", "pump/2"]);
});

Deno.test("an order right before what answers it is no part, nor is what ends before the others", () => {
  const order = [
    trace("pump/set", [[0, "1450"], [1000, "1460"]]),
    trace("pump/speed", [[2, "1450"], [1002, "1460"]]),
  ];
  assert.deepEqual(Object.keys(joined(order)), ["pump/set", "pump/speed"]);
  const every = (n: number, payload: string) =>
    Array.from({ length: n }, (_, i) => [i * 1000, payload] as const);
  const ended = [
    trace("pump/speed", every(10, "1450")),
    trace("pump/running", every(10, "true")),
    trace("pump/current", every(6, "2.5")),
  ];
  assert.deepEqual(Object.keys(joined(ended)), ["pump/current", "pump"]);
});

Deno.test("a document is joined where it is listened to from the middle of a burst on, and with the lists in it", () => {
  const cut = [
    trace("pump/current", [[0, "2.5"], [1000, "0"], [2000, "0"]]),
    trace("pump/speed", [[1002, "1460"], [2002, "1450"]]),
  ];
  assert.deepEqual(joined(cut), {
    pump: [{ current: 2.5 }, { current: 0, speed: 1460 }, { current: 0, speed: 1450 }],
  });
  const lists = [
    trace("pump/alarms", [[0, "[]"], [1000, '["dry"]']]),
    trace("pump/motor/speed", [[1, "1450"], [1001, "0"]]),
    trace("pump/motor/current", [[2, "2.5"], [1002, "0"]]),
  ];
  assert.deepEqual(joined(lists), {
    pump: [
      { alarms: [], motor: { speed: 1450, current: 2.5 } },
      { alarms: ["dry"], motor: { speed: 0, current: 0 } },
    ],
  });
});

/** A log line each second, its fields on topics of their own. */
function lines(level: string, apartS: number): Line[] {
  return Array.from({ length: 6 }, (_, i) => i + 1).flatMap((s): Line[] => [
    { s, topic: "site/pump7/report/level", payload: level },
    { s: s + apartS, topic: "site/pump7/report/message", payload: "connection lost, dialled anew" },
  ]);
}

Deno.test("what stands beside a text in one burst says of what level it is", () => {
  assert.deepEqual(titlesOf("pump7", lines("info", 0.004)), []);
  assert.match(titlesOf("pump7", lines("info", 0.4)).join(), /connection lost/);
  assert.match(titlesOf("pump7", lines("error", 0.004)).join(), /connection lost/);
});

Deno.test("a document told in parts is shown by the topics and messages that were heard", () => {
  const { topics, topic_count, findings, messages, recent_messages } = diagnosisOf(
    "pump7",
    lines("error", 0.004),
    { seconds: 7 },
  );
  const spoken = ["site/pump7/report/level", "site/pump7/report/message"];
  assert.deepEqual(topics.map(({ topic }) => topic), spoken);
  assert.equal(topic_count, 2);
  assert.equal(messages.live, 12);
  const shown = [...findings.flatMap(({ evidence }) => evidence.messages), ...recent_messages];
  assert.deepEqual([...new Set(shown.map(({ topic }) => topic))].sort(), spoken);
});

Deno.test("the objects of a document told in parts are no devices of a wide filter", () => {
  const told = Array.from({ length: 3 }, (_, i) => i + 1).flatMap((s): Line[] => [
    { s, topic: "host/nas/time", payload: String(s) },
    ...Array.from(
      { length: 9 },
      (_, n): Line[] =>
        ["used", "free"].map((key) => ({ s, topic: `host/nas/disk-${n}x/${key}`, payload: "12" })),
    ).flat(),
  ]);
  assert.notEqual(diagnosisOf("host/nas/#", told).convention, "unknown");
});
