import assert from "node:assert/strict";
import { assertTold, diagnosisOf, type Line, times, titlesOf } from "../../support.ts";

const FLAPS = /goes on and off by itself/;

/** What goes on and off by turns, every so many seconds. */
const byTurns = (
  topic: string,
  payload: (on: boolean) => unknown,
  { n = 40, everyS = 4 } = {},
): Line[] => times(n, (i) => ({ s: 2 + i * everyS, topic, payload: payload(i % 2 === 0) }));

Deno.test("a light or an outlet that goes on and off every few seconds with no command is told", () => {
  const bulb = byTurns("lights/hallway", (power) => ({ power, brightness: 0.8, effect: null }));
  assertTold(titlesOf("lights/hallway", bulb), FLAPS);
  assertTold(
    titlesOf("desk", byTurns("casa/lampada/desk/state", (on) => on ? "ON" : "OFF")),
    FLAPS,
  );
  assertTold(titlesOf("x/#", byTurns("x/plug_3/tele", (on) => ({ on: on ? 1 : 0 }))), FLAPS);
});

Deno.test("what is there to blink, is played, commanded, or seldom switched is not told", () => {
  const none = (asked: string, lines: Line[]) =>
    assert.doesNotMatch(titlesOf(asked, lines).join(), FLAPS);
  none(
    "lights/hallway",
    byTurns("lights/hallway", (power) => ({ power, brightness: 1, effect: "strobe" })),
  );
  none("x/#", byTurns("x/light/blinker/state", (on) => on ? "ON" : "OFF"));
  none("x/#", byTurns("x/sensor/light", (on) => on ? "1" : "0"));
  none("x/#", byTurns("x/heater/relay", (on) => on ? "ON" : "OFF"));
  none("x/#", byTurns("x/lamp/state", (on) => on ? "ON" : "OFF", { everyS: 30 }));
  const commanded = byTurns("x/lamp/state", (on) => on ? "ON" : "OFF").flatMap((line) => [
    { ...line, s: line.s - 0.3, topic: "x/lamp/set" },
    line,
  ]);
  none("x/#", commanded);
});

Deno.test("who says again and again that it has reconnected is told, who does so at an even beat is not", () => {
  const AGAIN = /It connects again and again: .* 5 times/;
  const said = (words: readonly string[], at: (i: number) => number) =>
    titlesOf("Blinds", words.map((payload, i) => ({ s: at(i), topic: "Blinds/checkIn", payload })));
  const uneven = (i: number) => 5 + i * 35 + i % 3 * 11;
  const words = ["Reconnected", "Reconnected", "OK", "Reconnected", "Reconnected", "Reconnected"];
  assertTold(said(words, uneven), AGAIN);
  assertTold(said(words.map((word) => word.replace("Reconnected", "reconectado")), uneven), AGAIN);
  assert.deepEqual(said(times(6, () => "Reconnected"), (i) => 5 + i * 30), []);
  assert.deepEqual(said(["Reconnected", "OK", "OK", "OK", "Reconnected", "OK"], uneven), []);
});

Deno.test("a device that says by one word again and again that it is rebooting is told, once is not", () => {
  const said = (words: readonly string[]) =>
    titlesOf(
      "Blinds",
      words.map((payload, i) => ({ s: 5 + i * 37, topic: "Blinds/checkIn", payload })),
    );
  assertTold(
    said(["Rebooting", "OK", "OK", "Rebooting", "OK", "Rebooting"]),
    /restarts again and again/,
  );
  assert.deepEqual(said(["OK", "Rebooting", "OK", "OK", "OK", "OK"]), []);
});

/** A bulb that tells what it is when it starts, and its signal later, each record with the seconds since then. */
function bulb(starts: readonly number[], name = "time"): Line[] {
  const topic = "wifielement/40:43:18:2F:74:C9/status";
  const record = (type: string, value: string, time: number) => ({
    type,
    value,
    [name]: String(time),
  });
  return starts.flatMap((s) => [
    { s, topic, payload: [record("switch", "1", 3), record("deviceRssi", "-59", 3)] },
    { s: s + 30, topic, payload: [record("deviceRssi", "-60", 33)] },
  ]);
}

Deno.test("the clock that all records of a list bear tells of restarts, whatever it is called", () => {
  const asked = "wifielement/40:43:18:2F:74:C9/#";
  const starts = [3, 70, 144, 202, 281, 340];
  assertTold(titlesOf(asked, bulb(starts)), /restarts again and again: 5 times/);
  assertTold(titlesOf(asked, bulb(starts, "depuis")), /restarts again and again: 5 times/);
  // Somebody switched it off at the wall, twice.
  assert.deepEqual(titlesOf(asked, bulb(starts.slice(0, 3))), []);
  // A minute that is over begins the next one.
  const minutes = times(12, (i): Line => ({
    s: 3 + i * 25,
    topic: "x/rows",
    payload: ["a", "b"].map((type) => ({ type, value: 20 + i % 3, at: (3 + i * 25) % 60 })),
  }));
  assert.doesNotMatch(titlesOf("x/#", minutes).join(), /restarts/);
});

Deno.test("what is asked for in records on update, and stays otherwise in those on status, is told", () => {
  const said = (follows: boolean) =>
    titlesOf("bulb/7/#", [
      {
        s: 1,
        topic: "bulb/7/status",
        payload: [{ type: "switch", value: "0" }, { type: "rssi", value: "-60" }],
      },
      ...[40, 75, 110].flatMap((s): Line[] => [
        { s, topic: "bulb/7/update", payload: [{ type: "switch", value: "1" }] },
        {
          s: s + 1.1,
          topic: "bulb/7/status",
          payload: [{ type: "switch", value: follows ? "1" : "0" }],
        },
        { s: s + 20, topic: "bulb/7/status", payload: [{ type: "rssi", value: "-61" }] },
      ]),
    ]);
  assertTold(said(false), /3 commands have no effect: "\[switch\]\.value" asked for 1/);
  assert.deepEqual(said(true), []);
});

Deno.test("a name that a level below an id describes finds all of its device, one of several names only its part", () => {
  const found = (lines: readonly Line[]) =>
    diagnosisOf("cellar", lines, { seconds: 60 }).topics.map(({ topic }) =>
      topic.split("/").slice(2).join("/")
    );
  const retained = (topic: string, payload: string): Line => ({
    s: 0,
    topic,
    payload,
    retain: true,
  });
  const told = times(
    3,
    (i): Line => ({
      s: 4 + i * 9,
      topic: "dev/esp32-1a77c0/sht/temperature",
      payload: String(14 + i),
    }),
  );
  const name = retained("dev/esp32-1a77c0/frugal_iot/name", "Cellar");
  assert.deepEqual(found([name, ...told]), ["frugal_iot/name", "sht/temperature"]);
  const other = retained("dev/esp32-1a77c0/sht/name", "Attic");
  assert.deepEqual(found([name, other, ...told]), ["frugal_iot/name"]);
});
