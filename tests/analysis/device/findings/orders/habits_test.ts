import assert from "node:assert/strict";
import { diagnosisOf } from "../../../../cases/runner.ts";

/** The second, the topic below `plant/`, the payload; at 0 it is retained. */
type Told = readonly (readonly [at: number, topic: string, payload: unknown])[];

const S = 300;

function titlesOf(told: Told): string[] {
  const messages = told.map(([at, topic, payload]) => ({
    topic: `plant/${topic}`,
    payload: typeof payload === "object" ? payload : String(payload),
    ...at === 0 ? { retain: true } : { at },
  }));
  const call = { tool: "debug_device", args: { device_id: "plant/#" } };
  const diagnosis = diagnosisOf(
    { name: "told", family: "none", source: "", messages, expect: {}, calls: [call] },
    { deviceId: "plant/#", seconds: S, startedAtMs: Date.UTC(2026, 2, 14, 18, 30, 0), call },
  );
  return diagnosis.findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

const ALIVE: Told = Array.from(
  { length: 14 },
  (_, i) => [3 + 20 * i, "uptime_text", "all is well"],
);

/** Asked at each of some times, and told soon after each. */
function asked(times: readonly number[], ask: [string, unknown], tell?: [string, unknown]): Told {
  return times.flatMap((at): Told => [
    [at, ...ask],
    ...tell === undefined ? [] : [[at + 0.5, ...tell] as const],
  ]);
}

const circuit = (no: number, word: string, at: number): Told =>
  asked([at], [`kor${no}/parancs`, word], [`kor${no}/allapot`, word]);

Deno.test("one that does nothing while its like follow each time is told, in words that nobody knows", () => {
  const told: Told = [
    ...ALIVE,
    ...[1, 2, 3].map((no): Told[number] => [0, `kor${no}/allapot`, "KI"]),
    ...circuit(1, "BE", 20),
    ...circuit(1, "KI", 50),
    ...circuit(3, "BE", 80),
    ...circuit(3, "KI", 110),
    ...asked([140, 170, 210], ["kor2/parancs", "BE"]),
    [190, "kor2/allapot", "KI"],
    [240, "kor2/allapot", "KI"],
  ];
  assert.match(titlesOf(told).join(), /no effect: "plant\/kor2\/parancs" asked for BE/);
  const followed = told.filter(([, topic]) => !topic.startsWith("kor2/"));
  assert.deepEqual(titlesOf([...followed, [0, "kor2/allapot", "KI"]]), []);
});

Deno.test("a number is followed where it goes all the way, however slowly", () => {
  const steps = (topic: string, from: number, step: number): Told =>
    Array.from({ length: 36 }, (_, i) => [
      4 + 8 * i,
      topic,
      i < 7 ? from : Math.max(0, from - step * (i - 6)),
    ]);
  const orders: Told = [[60, "roll1/", 0], [52, "roll2/", 0], [125, "roll1/", 0]];
  const told = [...orders, ...steps("roll1_step/", 550, 0), ...steps("roll2_step/", 550, 55)];
  assert.match(
    titlesOf(told).join(),
    /"plant\/roll1\/" asked for 0, "plant\/roll1_step\/" stays 550/,
  );
  // Where it says why not, that is its answer.
  const why: Told = [[61, "roll1_note", "frost, stays up"], [126, "roll1_note", "frost, stays up"]];
  assert.deepEqual(titlesOf([...told, ...why]), []);
  const both = [...orders, ...steps("roll1_step/", 550, 50), ...steps("roll2_step/", 550, 55)];
  assert.deepEqual(titlesOf(both), []);
});

Deno.test("another value than was asked for is told, where others are taken", () => {
  const takes = (value: number, told: number, at: number): Told =>
    asked([at], ["port/volba", value], ["port/ant", told]);
  const others = [3, 5, 1, 6].flatMap((value, i) => takes(value, value, 20 + 20 * i));
  const wrong = [100, 160, 220].flatMap((
    at,
    i,
  ) => [...takes(4, 2, at), ...takes(i === 1 ? 6 : 1, i === 1 ? 6 : 1, at + 30)]);
  const title = titlesOf([...ALIVE, ...others, ...wrong]).join();
  assert.match(title, /"plant\/port\/volba" asked for 4, "plant\/port\/ant" (?:became|stays) 2/);
  assert.deepEqual(titlesOf([...ALIVE, ...others, ...takes(4, 4, 160)]), []);
});

Deno.test("the opposite of what is asked for is told, each time: the other way, or parts in another order", () => {
  const up = asked([30, 90, 150], ["shutter/cmd", "up"], ["shutter/state", "down"]);
  const ends = [40, 100, 160].map((at): Told[number] => [at, "shutter/state", "stop"]);
  assert.match(titlesOf([...ALIVE, ...up, ...ends]).join(), /asked for up, /);
  const red = [["255,0,0", "0,255,0"], ["200,40,0", "40,200,0"]].flatMap(([rgb, told], i) =>
    asked([40 + 50 * i], ["strip/set", { rgb }], ["strip/state", { rgb: told }])
  );
  const white: Told = [[0, "strip/state", { rgb: "255,255,255" }]];
  assert.match(titlesOf([...ALIVE, ...white, ...red]).join(), /no effect: "rgb" asked for/);
});

Deno.test("what is begun and undone, or set and soon what it was, was not taken", () => {
  const gate = [25, 95, 170].flatMap((at): Told => [
    [at, "gate/comando", "ABRIR"],
    [at + 0.8, "gate/estado", "ABRINDO"],
    [at + 18, "gate/estado", "FECHADO"],
  ]);
  const shut: Told = [[0, "gate/estado", "FECHADO"]];
  assert.match(titlesOf([...ALIVE, ...shut, ...gate]).join(), /asked for ABRIR, .* stays FECHADO/);
  // A gate that was open and closed by itself did what it was told.
  const opened = gate.map((
    [at, topic, payload],
  ): Told[number] => [at, topic, payload === "ABRINDO" ? "ABERTO" : payload]);
  assert.deepEqual(titlesOf([...ALIVE, ...shut, ...opened]), []);
  const valve = Array.from({ length: 60 }, (_, i): Told[number] => {
    const at = 3 + 5 * i;
    return [
      at,
      "valve/setpoint_c",
      [40, 100, 160].some((set) => at > set && at < set + 12) ? 24 : 21,
    ];
  });
  const set = asked([40, 100, 160], ["valve/setpoint_c/set", 24]);
  assert.match(titlesOf([...valve, ...set]).join(), /asked for 24, .* stays 21/);
});
