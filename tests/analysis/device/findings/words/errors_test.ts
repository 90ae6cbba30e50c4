import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

const ready: Line = { s: 0, topic: "homie/5/curtain/$state", payload: "ready", retain: true };
const alert = (s: number, payload: string, retain = false): Line => ({
  s,
  topic: "homie/5/curtain/$alert/battery",
  payload,
  retain,
});

Deno.test("a retained alert that was cleared is over, and one that stands or is raised is told", () => {
  const LOW = /Battery is low/;
  const kept = alert(0, "Battery is low, at 7%", true);
  assert.deepEqual(titlesOf("curtain", [ready, kept, alert(2, "")]), []);
  assertTold(titlesOf("curtain", [ready, kept]), LOW);
  assertTold(titlesOf("curtain", [ready, kept, alert(2, ""), alert(9, "Battery is low")]), LOW);
  assertTold(titlesOf("curtain", [ready, alert(3, "Battery is low"), alert(5, "")]), LOW);
});

Deno.test("a bare word of an error is told with the words for it, where there are no others", () => {
  const told = (...texts: string[]) =>
    titlesOf("robot/#", [
      { s: 1, topic: "robot/dock/status", payload: "error" },
      ...texts.map((payload, i): Line => ({
        s: 2,
        topic: `robot/${i}/error_description`,
        payload,
      })),
    ]).find((title) => /error: status: error/.test(title));
  assert.match(told("Wastewater tank is full") ?? "", /status: error \(Wastewater tank is full\)$/);
  assert.match(told() ?? "", /status: error$/);
  assert.match(told("Wastewater tank is full", "Main brush is jammed") ?? "", /status: error$/);
});

Deno.test("a component whose name begins with an m is told by all of its lines, without the colours of a terminal", () => {
  const sums = ["6C0!=603", "1D4C!=1D0C", "A0B3!=A1B3", "7F12!=7F32", "52E0!=4240"];
  const titles = titlesOf(
    "saw",
    [
      ...sums.map((sum, i) => ({
        s: 5 + 5 * i,
        topic: "saw/debug",
        payload: `\x1b[0;33m[W][modbus:135]: Modbus CRC Check failed! ${sum}\x1b[0m`,
      })),
      ...times(
        10,
        (i) => ({ s: 1 + 3 * i, topic: "saw/sensor/wifi/state", payload: `-${60 + i % 3}` }),
      ),
    ].sort((a, b) => a.s - b.s),
  );
  assert.match(titles.join(), /warning: \[W\]\[modbus:135\]: Modbus CRC Check failed! 52E0!=4240$/);
});

Deno.test("the words of a fault are told in place of its number", () => {
  const charger = (fault_str: string, fault_state: number) =>
    titlesOf(
      "cp9",
      series("openWB/cp9/get", times(10, (i) => ({ fault_state, fault_str, power: i }))),
    );
  assert.match(
    charger("Chargebox konnte nicht im Backend gefunden werden", 1).join(),
    /fault_str: Chargebox konnte nicht im Backend gefunden werden/,
  );
  assert.deepEqual(charger("Kein Fehler.", 0), []);
});

Deno.test("of what a part logs the sure trouble is told, however often it logs what may be none", () => {
  const line = (s: number, text: string): Line => ({
    s,
    topic: "meter/debug",
    payload: `[12:00:0${s % 10}][W][modbus:121]: ${text}`,
  });
  const own: Line[] = [
    { s: 0, topic: "esphome/discover/meter", payload: { name: "meter" }, retain: true },
    { s: 1, topic: "meter/sensor/meter_power/state", payload: "7.2" },
  ];
  const lines = (crc: number): Line[] => [
    ...own,
    ...times(12, (i) => line(2 + 2 * i, "Got Modbus frame from unknown address 0x07!")),
    ...times(crc, (i) => line(3 + 2 * i, `CRC Check failed! C0${10 + i}!=FF`)),
  ];
  const sorted = (crc: number) => lines(crc).sort((a, b) => a.s - b.s);
  assertTold(titlesOf("meter", sorted(4)), /CRC Check failed/);
  // One now and then is ordinary.
  assert.deepEqual(titlesOf("meter", sorted(2)), []);
});
