import assert from "node:assert/strict";
import { assertTold, diagnosisOf, type Line, series, times, titlesOf } from "../../support.ts";

const about = (value: number, i: number) => Math.round(10 * (value + ((i * 7) % 5) / 10)) / 10;

/** What is told of a machine whose state and number are told as they change. */
function machine(name: string, held: (i: number) => number, stateAt: (i: number) => string) {
  const lines = times(22, (i): Line => {
    const isTurn = i === 0 || stateAt(i) !== stateAt(i - 1);
    return {
      s: 1 + 3 * i,
      topic: "hall/palletizer2",
      payload: { [name]: held(i), ...isTurn ? { state: stateAt(i) } : {} },
    };
  });
  return titlesOf("hall/#", lines);
}

Deno.test("a gripper's vacuum that is let go while the machine waits is no odd value", () => {
  const held = (i: number) => i === 8 ? -0.3 : about(-60, i);
  const waits = (i: number) => i === 8 ? "Starved" : "Running";
  assert.deepEqual(machine("vacuum_kpa", held, waits), []);
  assert.deepEqual(machine("clamp_force", (i) => i === 8 ? 0.2 : about(60, i), waits), []);
  assert.deepEqual(titlesOf("hall/#", series("hall/grip", times(10, held))), [], "of few values");
});

Deno.test("a warmth or a pressure that leaps is odd though the state changed at that time", () => {
  const waits = (i: number) => i === 8 ? "Starved" : "Running";
  assertTold(machine("temp", (i) => i === 8 ? 0.3 : about(60, i), waits), /jumps to 0.3/);
  assertTold(machine("torque", (i) => i === 8 ? 6553.5 : about(60, i), waits), /6553.5/);
  assertTold(machine("x1", (i) => i === 8 ? 61000 : about(-60, i), () => "Running"), /61000/);
});

Deno.test("what is as cold as somebody wants it is possible, whatever it is called", () => {
  const told = (setpoint: string | null) =>
    diagnosisOf(
      "lab/cabinet2",
      [
        ...setpoint === null ? [] : [{
          s: 0,
          topic: `lab/cabinet2/${setpoint}`,
          payload: "-80.0",
          retain: true,
        }],
        ...series("lab/cabinet2/temperature", times(14, (i) => (-80.2 + (i % 4) / 10).toFixed(1))),
      ],
      { seconds: 30 },
    ).findings.map(({ title }) => title).join();
  for (const setpoint of ["setpoint", "sollwert", "consigne", "zadana"]) {
    assert.equal(told(setpoint), "", setpoint);
  }
  assert.match(told(null), /which it cannot be/);
});

Deno.test("air whose moisture falls while a lid is open is no odd value, and one that falls to nothing or by itself is", () => {
  const told = (lidAt: (i: number) => string, humidity: (i: number) => number) =>
    titlesOf(
      "incubator",
      times(20, (i): Line[] => [
        { s: 1 + 3 * i, topic: "incubator/sensor/humidity/state", payload: humidity(i) },
        ...i === 0 || lidAt(i) !== lidAt(i - 1)
          ? [{
            s: 3.5 + 3 * (i - 1),
            topic: "incubator/binary_sensor/lid/state",
            payload: lidAt(i),
          }]
          : [],
      ]).flat().sort((a, b) => a.s - b.s),
    ).filter((title) => /humidity/.test(title));
  const falls = (to: number) => (i: number) => i > 7 && i < 11 ? about(to, i) : about(49, i);
  const opens = (i: number) => i > 7 && i < 11 ? "ON" : "OFF";
  assert.deepEqual(told(opens, falls(40)), []);
  assertTold(told(() => "OFF", falls(40)), /jumps to/);
  assertTold(told(opens, (i) => i > 7 && i < 11 ? 0 : about(49, i)), /fell from|is 0/);
});
