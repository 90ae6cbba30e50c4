import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const STARTS = /It starts again and again/;

/** What a thing and one beside it tell every two seconds. */
const beside = (
  own: (i: number) => unknown,
  other: ((i: number) => unknown) | null,
  { tree = "works", kind = "pump", everyS = 2 } = {},
): Line[] =>
  times(28, (i): Line[] => [
    { s: 1 + everyS * i, topic: `${tree}/${kind}2`, payload: own(i) },
    ...other === null
      ? []
      : [{ s: 1.5 + everyS * i, topic: `${tree}/${kind}1`, payload: other(i) }],
  ]).flat();

const waits = () => ({ state: "waiting", bar: 3.4 });
const turns = (i: number) => ({ state: i % 2 === 0 ? "running" : "waiting", bar: i % 2 + 2.4 });

Deno.test("a pump that starts every few seconds is told, by a quiet one beside it, by a count of its starts, or as often alone", () => {
  const told = [
    titlesOf("pump2", beside(turns, waits)),
    titlesOf("pump2", beside((i) => ({ ...turns(i), n: 811 + Math.ceil(i / 2) }), null)),
    titlesOf("pump2", beside(turns, null)),
    titlesOf(
      "насос2",
      beside((i) => i % 2 === 0 ? "ON" : "OFF", () => "OFF", { kind: "насос" }),
    ),
    titlesOf("pump2", beside((i) => ({ starts: 811 + Math.ceil(i / 2), amps: i % 2 }), null)),
    titlesOf("compressor2", beside(turns, waits, { kind: "compressor" })),
  ];
  for (const titles of told) assertTold(titles, STARTS);
});

Deno.test("what doses or makes something by strokes, goes on and off with all of its kind, or starts now and then is not told", () => {
  const seldom = (i: number) => ({
    state: i % 14 < 4 ? "running" : "waiting",
    starts: 40 + Math.floor(i / 14),
  });
  const well = [
    titlesOf("dosing_pump2", beside(turns, waits, { kind: "dosing_pump" })),
    titlesOf("filler2", beside(turns, waits, { kind: "filler" })),
    titlesOf("pump2", beside(turns, turns)),
    titlesOf("pump2", beside((i) => i % 2 === 0 ? "Started" : "Done", null)),
    titlesOf(
      "pump2",
      beside(turns, waits).flatMap((line) => [
        line,
        ...line.topic.endsWith("2") ? [{ ...line, topic: "works/pump2/set", payload: "run" }] : [],
      ]),
    ),
    titlesOf("pump2", beside(turns, waits, { everyS: 20 })),
    titlesOf("pump2", beside(seldom, waits)),
    titlesOf("heater2", beside(turns, waits, { kind: "heater" })),
  ];
  for (const titles of well) assert.doesNotMatch(titles.join(), STARTS);
});

Deno.test("a burner whose starts are counted every minute is told, one that starts every few minutes is not", () => {
  const boiler = (everyS: number) =>
    titlesOf(
      "boiler",
      times(60, (i): Line => ({
        s: 1 + 10 * i,
        topic: "heating/boiler",
        payload: {
          burnstarts: 60_208 + Math.floor(10 * i / everyS),
          flowtemp: 40 + 3 * Math.sin(20 * i * Math.PI / everyS),
        },
      })),
    );
  assertTold(boiler(50), /"burnstarts" rose \d+ times, every 5\d s/);
  assert.deepEqual(boiler(200), []);
});
