import assert from "node:assert/strict";
import { assertTold, type Line, series, START_MS, times, titlesOf } from "../../support.ts";

Deno.test("errors that begin to grow with each report are told, and some that came now and then are not", () => {
  const told = (errors: readonly number[]) =>
    titlesOf(
      "pump",
      series("line/pump/stats", errors.map((crcErrors) => ({ crcErrors, rpm: 40 }))),
    );
  assertTold(
    told([12, 12, 12, 12, 12, 15, 18, 21, 24, 27]),
    /fails again and again.* from 12 to 27/,
  );
  assert.deepEqual(told([12, 12, 13, 13, 13, 14, 14, 14, 15, 15]), []);
  assert.deepEqual(told(times(10, (i) => i < 7 ? 12 : 12 + i)), []);
});

Deno.test("errors in a row without names are held against the packets beside them", () => {
  const row = (topic: string, at: (i: number) => string): Line[] =>
    times(12, (i): Line => ({
      s: 2 + 10 * i,
      topic: `host/eth1/${topic}`,
      payload: `${START_MS / 1_000 + 2 + 10 * i}:${at(i)}`,
    }));
  const told = (perReport: number) =>
    titlesOf(
      "host/#",
      [
        ...row("if_packets", (i) => `${128_966 + 7_000 * i}:${88_012 + 5_000 * i}`),
        ...row("if_errors", (i) => `${48_692 + perReport * i}:0`),
      ].sort((a, b) => a.s - b.s),
    );
  assertTold(told(450), /fails again and again: "host\/eth1\/if_errors/);
  assert.deepEqual(told(3), []);
});

Deno.test("what fails within a device is told though that speaks by radio, what the air loses is not", () => {
  const told = (path: string, topic = "zigbee2mqtt/flower") =>
    titlesOf(
      topic,
      series(topic, times(12, (i) => ({ [path]: 12 + 3 * i, temperature: 20 + i % 3 }))),
    );
  for (const path of ["failedReads", "sensor_errors", "i2cErrors"]) {
    assertTold(told(path), /fails again and again/);
  }
  for (const path of ["rx_errors", "crc_errors", "errors", "packet_errors"]) {
    assert.deepEqual(told(path), []);
  }
  assert.deepEqual(told("failedReads", "ble/scale"), []);
});

Deno.test("a count that grows is told of the one thing that it is of, where a topic tells of several by turns", () => {
  const byTurns = (things: readonly string[], make: (thing: string, i: number) => unknown) =>
    titlesOf(
      "gw-4",
      Array.from({ length: 12 * things.length }, (_, i) => ({
        s: 1 + i,
        topic: "edge/gw-4/stats",
        payload: make(things[i % things.length] ?? "", Math.floor(i / things.length)),
      })),
    );
  // Telegraf's own figures of each of its outputs, SNMP's table of interfaces, and the slaves of a bus.
  const telegraf = (output: string, i: number) => ({
    name: "internal_write",
    fields: { metrics_added: 9_000 + 44 * i, metrics_dropped: output === "influxdb" ? 44 * i : 0 },
    tags: { host: "gw-4", output },
  });
  const drops = /throws messages away: "fields.metrics_dropped of influxdb" rose from 0 to 484/;
  assert.match(byTurns(["influxdb", "mqtt"], telegraf).join(), drops);
  const snmp = (ifDescr: string, i: number) => ({
    ifDescr,
    ifInUcastPkts: 10_000 + 400 * i,
    ifInErrors: ifDescr === "ge1" ? 80 * i : 3,
  });
  assert.match(byTurns(["ge0", "ge1"], snmp).join(), /"ifInErrors of ge1" rose/);
  const bus = (lost: number) => (slave: string, i: number) => ({
    slave: Number(slave),
    polls: 1_000 + 100 * i,
    timeouts: slave === "3" ? 50 + Math.floor(lost * i) : 2,
  });
  assert.match(byTurns(["1", "2", "3"], bus(20)).join(), /"timeouts of 3" rose/);
  assert.deepEqual(byTurns(["1", "2", "3"], bus(0.3)), []);
});
