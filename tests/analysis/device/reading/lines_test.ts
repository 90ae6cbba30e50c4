import assert from "node:assert/strict";
import { fieldsOf } from "../../../../src/analysis/device/reading/fields.ts";
import { readLines } from "../../../../src/analysis/device/reading/lines.ts";
import { decodedOf } from "../../../../src/analysis/device/reading/plain_values.ts";
import type { Sample } from "../../../../src/analysis/device/reading/trace.ts";
import { beats, diagnosisOf } from "../support.ts";

/** The fields of the last of some messages of one topic. */
function lastOf(texts: readonly string[]): Record<string, unknown> {
  const samples = texts.map((text, i): Sample => {
    const payload = new TextEncoder().encode(text);
    return {
      topic: "a/b",
      payload,
      at: 1_000 * i,
      sizeBytes: payload.length,
      cut: false,
      retain: false,
      dup: false,
      qos: 0,
    };
  });
  for (const sample of samples) decodedOf(sample);
  readLines(samples);
  const last = samples.at(-1);
  return last === undefined ? {} : Object.fromEntries(fieldsOf(last));
}

Deno.test("names and values in a line of text are read as a document's", () => {
  const lines: [string, Record<string, unknown>][] = [
    ["req=120391 timeout=14 crc=2", { req: 120391, timeout: 14, crc: 2 }],
    ["T: 17.2 H: 53.9 Batterie: schwach", { t: 17.2, h: 53.9, battery: "schwach" }],
    ["temp=21.5;hum=40 %;door=closed", { temperature: 21.5, humidity: 40, door: "closed" }],
  ];
  for (const [line, fields] of lines) {
    const told = lastOf([line, line]);
    assert.deepEqual(Object.values(told), Object.values(fields), line);
  }
});

Deno.test("rows of one form are read by their columns, and what failed in one of them is none", () => {
  assert.deepEqual(lastOf(["17,5120,6.2", "17,5121,6.0", "17,5122,6.1"]), {
    column_1: 17,
    column_2: 5122,
    column_3: 6.1,
  });
  assert.deepEqual(lastOf(["8.1 t/ha;13.6 %", "8.0 t/ha;13.5 %", "7.9 t/ha;13.5 %"]), {
    column_1: 7.9,
    column_2: 13.5,
  });
  const gps = ["$GPS,104401,52.10,4", "$GPS,104405,52.11,4", "$GPS,104409,,4"];
  assert.equal(lastOf(gps)["column_3"], null);
});

Deno.test("one name and its value in each text is a field, and what stands there for none is none", () => {
  const read: [string, number | string][] = [
    ["StoveTemp:187.82", 187.82],
    ["StoveTemp = 187.8 °C", 187.8],
    ["StoveTemp 187,8", 187.8],
    ["StoveTemp;nan", "nan"],
    ["StoveTemp|err", "err"],
  ];
  for (const [text, value] of read) {
    const told = lastOf(["StoveTemp:190.1", "StoveTemp=191", text]);
    assert.deepEqual(Object.values(told), [value], text);
  }
  for (
    const text of ["Motion open", "SET 40", "Boot: 3 of 4", "Cellar 12:30", "Fault 1438", "ON:8.5"]
  ) {
    assert.deepEqual(lastOf([text, text, text]), { "": text });
  }
  assert.deepEqual(lastOf(["Temp:21", "Hum:40", "Temp:22"]), { "": "Temp:22" });
});

Deno.test("a name whose value is now and then none is told, and one that has its values is not", () => {
  const codes = (value: (i: number) => string) =>
    diagnosisOf(
      "stove",
      beats({ topic: "home/stove/value", everyS: 10, to: 200, payload: (i) => `Temp:${value(i)}` }),
      { seconds: 200 },
    ).findings.map(({ code }) => code);
  assert.deepEqual(codes((i) => i % 3 === 2 ? "nan" : `${180 + i % 4}.5`), ["stuck_value"]);
  assert.deepEqual(codes((i) => `${180 + i % 4}.5`), []);
});

Deno.test("sentences, logs, dates, half numbers and single rows stay text", () => {
  for (
    const lines of [
      ["The pump ran 12 min, then it stopped", "The pump ran 14 min, then it stopped"],
      ["kernel: eth0 link=up after 3 tries", "kernel: eth0 link=up after 4 tries"],
      ["2026-03-14 18:30:00", "2026-03-14 18:30:10", "2026-03-14 18:30:20"],
      ["21,5", "21,6", "21,7"],
      ["17;5121;6.0"],
      ["duct\tSYS_Uptime\t12", "duct\tAF_Flow\t409.0", "duct\tSYS_Heap\t18962"],
    ]
  ) {
    assert.equal(lastOf(lines)["column_1"], undefined, lines[0]);
    assert.equal(lastOf(lines)["link"], undefined, lines[0]);
  }
});

Deno.test("numbers in a line that count its messages show which are missing", () => {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 17, 18, 19];
  const codes = (rows: readonly number[]) =>
    diagnosisOf(
      "field",
      rows.map((n, i) => ({ s: 1 + 10 * i, topic: "field/node", payload: `N4,${n},21.${n % 7}` })),
      { seconds: 140 },
    ).findings.map(({ code }) => code);
  assert.deepEqual(codes(numbers), ["gap"]);
  assert.deepEqual(codes(numbers.map((_, i) => i)), []);
});

Deno.test("what XML says is read as a document's", () => {
  const status = (state: string, volume: number) =>
    `<status etag="a4"><state>${state}</state><volume>${volume}</volume></status>`;
  const told = lastOf([status("pause", 34), status("stream", 35)]);
  assert.deepEqual([told["state"], told["volume"]], ["stream", 35]);
});

Deno.test("values after the time of their reading are values, and the time is one", () => {
  assert.deepEqual(lastOf(["1773513065.124:48.129"]), { "": 48.129, time: 1_773_513_065.124 });
  assert.deepEqual(lastOf(["1773513065:nan"]), { "": "nan", time: 1_773_513_065 });
  assert.deepEqual(lastOf(["1773513065.1:0.2:0.21:1e-3"]), {
    "[0]": 0.2,
    "[1]": 0.21,
    "[2]": 0.001,
    time: 1_773_513_065.1,
  });
  for (const text of ["12:30:05", "1773513065", "1773513065:on:2"]) {
    assert.equal(Object.hasOwn(lastOf([text]), "time"), false, text);
  }
});

Deno.test("rows of several kinds by turns each tell a value by their words, one or several in a message", () => {
  const rows = [
    "200,c8y_LinePressure,P,7.39,bar",
    "200,c8y_OilTemperature,T,70.7,C",
    "114,c8y_Restart,c8y_Firmware",
  ];
  const again = [...rows, ...rows.slice(0, 2), ...rows.slice(0, 2), ...rows.slice(0, 2)];
  assert.deepEqual(lastOf(again), { c8y_oil_temperature_t: 70.7 });
  const both = `${rows[0]}\n${rows[1]}`;
  assert.deepEqual(Object.values(lastOf([both, both, both])), [7.39, 70.7]);
  // Events bear a number of their own each, and come once or twice.
  const events = [
    "200,door_open,gate,4.5,x",
    "200,motor_on,pump,2.5,y",
    "200,door_open,hatch,7.5,z",
  ];
  assert.equal(lastOf(events)["column_4"], 7.5);
});

Deno.test("a measurement of one kind that goes on in another unit among rows of others is told, the same rows as they were are not", () => {
  const rows = (factor: number) =>
    Array.from({ length: 24 }, (_, i) => [
      {
        s: 4 + 12 * i,
        topic: "s/us/compressor-2",
        payload: `200,c8y_LinePressure,P,${
          Number(((7.4 + (i % 5) / 50) * (i < 12 ? 1 : factor)).toFixed(2))
        },bar`,
      },
      {
        s: 4.2 + 12 * i,
        topic: "s/us/compressor-2",
        payload: `200,c8y_OilTemperature,T,${(70.4 + (i % 7) / 10).toFixed(1)},C`,
      },
    ]).flat();
  const titles = (factor: number) =>
    diagnosisOf("compressor-2", rows(factor), { seconds: 295 }).findings
      .filter(({ severity }) => severity !== "info").map(({ title }) => title).join("; ");
  assert.match(titles(1_000), /LinePressure.* shifted from about 7\.\d+ to 7\d+: 1,000 times more/);
  assert.equal(titles(1), "");
});

Deno.test("lines of names and values are a document's, where each line is one", () => {
  const meter = (l3: string) =>
    `Module Index: 0\nRMS voltage, L1-N: 230.8 V\nRMS voltage, L2-N: 231.3 V\nRMS voltage, L3-N: ${l3} V\n`;
  assert.deepEqual(lastOf([meter("229.9"), meter("0.31")]), {
    "module_index": 0,
    "rms_voltage,_l1_n": 230.8,
    "rms_voltage,_l2_n": 231.3,
    "rms_voltage,_l3_n": 0.31,
  });
  const notes = (n: number) => `Backup: done\nthe disk has 40 GB left\nFiles: ${n}\nErrors: 0`;
  assert.deepEqual(Object.keys(lastOf([notes(4), notes(5)])), [""]);
  const told = (l3: (i: number) => string) =>
    diagnosisOf(
      "hall/results",
      beats({
        topic: "hall/results",
        everyS: 5,
        to: 80,
        payload: (i) => meter(l3(i)),
      }),
      { seconds: 80 },
    ).findings.map(({ title }) => title).join();
  assert.match(told((i) => i < 6 ? "229.9" : "0.3"), /A phase is gone: "RMS voltage, L3-N"/);
  assert.equal(told((i) => String(229 + i % 3)), "");
});
