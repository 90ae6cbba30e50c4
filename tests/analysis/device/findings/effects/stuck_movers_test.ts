import assert from "node:assert/strict";
import { assertTold, beats, type Line, times, titlesOf } from "../../support.ts";

/** What is told of a dimmer whose target is set at these times, and where it is then. */
function dimmer(set: readonly (readonly [s: number, to: number])[], at: (s: number) => number) {
  const topic = "zwave/cellar/dimmer/38/0";
  const value = (s: number, name: string, value: number): Line => ({
    s,
    topic: `${topic}/${name}`,
    payload: { time: 1_767_355_200_000 + s * 1_000, value },
    retain: s === 0,
  });
  const lines = [value(0, "currentValue", 0), value(0, "targetValue", 0)];
  for (const [s, to] of set) lines.push(value(s, "targetValue", to));
  for (let s = 3; s < 60; s += 6) lines.push(value(s, "currentValue", at(s)));
  return titlesOf("cellar", lines.sort((a, b) => a.s - b.s));
}

/** What is told of something that tells where it is, and is to be, in one document. */
function documented(payload: (i: number) => object, name = "blind", to = 100): string[] {
  return titlesOf(name, beats({ topic: `house/${name}/state`, everyS: 5, to, payload }));
}

Deno.test("what stays where it was though it is to be elsewhere is told, by two topics and by one document", () => {
  assertTold(dimmer([[4, 60], [20, 99]], () => 0), /currentValue" is stuck at 0, .* is 99/);
  assertTold(dimmer([[4, 60]], () => 0), /currentValue" is stuck at 0, .* is 60/);
  assertTold(
    documented((i) => ({
      position: 100,
      target_position: i < 2 ? 100 : i < 9 ? 40 : 0,
      rssi: -61,
    })),
    /"position" is stuck at 100, though "target_position" is 0/,
  );
  assertTold(
    documented((i) => ({ brightness: 12, brightness_target: i < 3 ? 12 : 80 }), "lamp"),
    /"brightness" is stuck at 12/,
  );
  assertTold(
    documented(
      (i) => ({ Shutter1: { Position: 20, Direction: 0, Target: i < 3 ? 20 : 80 } }),
      "s",
      140,
    ),
    /"Shutter1.Position" is stuck at 20, though "Shutter1.Target" is 80/,
  );
});

Deno.test("what fades, is on its way, has just been sent, is off or is on another scale is well", () => {
  assert.deepEqual(dimmer([[4, 60]], (s) => Math.min(60, s)), [], "it fades");
  assert.deepEqual(dimmer([[45, 60]], () => 0), [], "it was sent a moment ago");
  assert.deepEqual(dimmer([[4, 60], [6, 0]], () => 0), [], "it was called back");
  const well: readonly (readonly [string, (i: number) => object])[] = [
    // It tells where it is only as it stops.
    ["blind", (i) => ({ position: i < 12 ? 0 : 100, target_position: i < 2 ? 0 : 100 })],
    ["blind", (i) => ({ position: 100, target_position: i < 12 ? 100 : 0 })],
    // How bright it is to be once it is switched on.
    ["lamp", (i) => ({ state: "OFF", brightness: 0, target_brightness: i < 3 ? 0 : 80 })],
    ["lamp", (i) => ({ brightness: 100, target_brightness: i < 3 ? 128 : 255 })],
    // It was stopped by hand before anybody listened.
    ["blind", () => ({ position: 57, target_position: 100 })],
    // 255 is how bright it was last, and somebody has it by hand.
    ["dimmer", (i) => ({ currentValue: 99, targetValue: i < 3 ? 99 : 255 })],
    ["lamp", (i) => ({ brightness: 12, target_brightness: i < 3 ? 12 : 80, mode: "manual" })],
    // A room takes its time.
    ["thermostat", (i) => ({ currentValue: 20, targetValue: i < 3 ? 20 : 23 })],
  ];
  for (const [name, payload] of well) assert.deepEqual(documented(payload, name), [], name);
});

Deno.test("a cover that says for a minute that it runs, and stands, is told", () => {
  const told = (running: boolean) =>
    documented((i) => ({ position: 4, running, state: "OPEN", linkquality: 90 + i % 5 }));
  assertTold(told(true), /"position" is stuck at 4, though "running" says true/);
  assert.deepEqual(told(false), []);
});

Deno.test("a shutter that tells each second that it runs to one side, and stands, is told after half a minute", () => {
  const told = (direction: number, o: { place?: (i: number) => number; times?: number } = {}) =>
    titlesOf(
      "blind",
      times(o.times ?? 40, (i) => ({
        s: 1 + i,
        topic: "tele/blind/RESULT",
        payload: { Shutter1: { Position: o.place?.(i) ?? 9, direction } },
      })),
    );
  assertTold(told(-1), /"Shutter1.Position" is stuck at 9, though "Shutter1.direction" says -1/);
  assert.deepEqual(told(0), []);
  assert.deepEqual(told(-1, { place: (i) => 100 - 2 * i }), []);
  assert.deepEqual(told(-1, { times: 20 }), []);
});
