import assert from "node:assert/strict";
import { plottedValues, SeriesTable } from "../../src/monitor/plottable.ts";
import type { JsonValue } from "../../src/payload/payload.ts";

const NOW = Date.UTC(2026, 10, 25, 12);

function plotted(value: JsonValue, format = "json") {
  return Object.fromEntries(
    plottedValues(value, { format, receivedAtMs: NOW }).map(({ path, value }) => [path, value]),
  );
}

Deno.test("readings are drawn, times and numbers of messages are not", () => {
  assert.deepEqual(
    plotted({
      temperature: 21.5,
      counter: 1234567,
      uptime: 86_400,
      ts: NOW,
      timestamp: NOW / 1000,
      sent: NOW - 1000,
      time: (NOW - 5_000) / 1000,
      last_seen: NOW,
      measuredAt: NOW * 1000,
      seq: 17,
      sequence: 18,
      msgId: 3,
      energy: { total: 12.5, at: NOW / 1000 },
    }),
    {
      "$.temperature": 21.5,
      "$.counter": 1234567,
      "$.uptime": 86_400,
      "$.energy.total": 12.5,
    },
  );
  assert.deepEqual(plotted(NOW, "number"), {}, "a bare time");
});

Deno.test("switches and numbers with a unit are drawn, other texts are not", () => {
  const values = plottedValues(
    {
      power: "ON",
      door: "closed",
      t: "23.4 °C",
      h: "61 %",
      p: "1013,2 hPa",
      n: "-4.5",
      v: "1.2.3",
    },
    { format: "json", receivedAtMs: NOW },
  );
  assert.deepEqual(
    values.map(({ path, value, unit, isSwitch }) => [path, value, unit, isSwitch]),
    [
      ["$.power", 1, null, true],
      ["$.door", 0, null, true],
      ["$.t", 23.4, "°C", false],
      ["$.h", 61, "%", false],
      ["$.p", 1013.2, "hPa", false],
      ["$.n", -4.5, null, false],
    ],
  );
  for (
    const text of ["", "two", "12:30:00", "2026-11-25", "192.168.1.10", "5 of 10", "x".repeat(200)]
  ) {
    assert.deepEqual(plotted(text, "text"), {}, text);
  }
  assert.deepEqual(plotted("23.4 °C", "text"), { $: 23.4 });
  assert.deepEqual(plotted("OFF", "text"), { $: 0 });
});

Deno.test("Sparkplug's metrics are drawn under their names, without their times and aliases", () => {
  const payload: JsonValue = {
    timestamp: NOW,
    seq: 5,
    metrics: [
      { name: "Motor/Speed", alias: 7, timestamp: NOW, datatype: "Float", value: 1450.5 },
      { alias: 9, timestamp: NOW, value: 3 },
      { name: "Started", datatype: "DateTime", value: NOW },
      { name: "bdSeq", value: 4 },
      { name: "Running", datatype: "Boolean", value: true },
    ],
  };
  assert.deepEqual(plotted(payload, "sparkplug_b"), {
    "Motor/Speed": 1450.5,
    "alias 9": 3,
    "Running": 1,
  });
});

Deno.test("what varies comes first", () => {
  const table = new SeriesTable(2);
  for (let i = 0; i < 3; i++) {
    table.add(NOW + i, plottedValues({ a: 1, b: 1, c: i }, { format: "json", receivedAtMs: NOW }));
  }
  assert.deepEqual(table.all().map(({ path }) => path), ["$.c", "$.a"]);
});
