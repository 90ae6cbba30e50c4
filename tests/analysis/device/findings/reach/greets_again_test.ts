import assert from "node:assert/strict";
import { assertTold, beats, type Line, titlesOf } from "../../support.ts";

/** Seconds at which one says something every 13 seconds or so. */
const again = (topic: string, payload: unknown, to = 400): Line[] =>
  beats({ topic, everyS: 13, to, payload: () => payload });

/** One that greeted at a time, and then told a value. */
const once = (greets: string, tells: string, s: number, word: unknown = "ready"): Line[] => [
  { s, topic: greets, payload: word },
  { s: s + 5, topic: tells, payload: { moisture: 0.41 } },
];

const told = (lines: readonly Line[]) => titlesOf("soil/#", lines.toSorted((a, b) => a.s - b.s));

Deno.test("one that greets again and again, of which the others greeted once and told more, is told", () => {
  const forms: Line[][] = [
    [...again("soil/2/status", "ready"), ...once("soil/1/status", "soil/1/data", 12)],
    [
      ...again("soil/bed-2/status", { status: "started", fw: "1.2" }),
      ...once("soil/bed-1/status", "soil/bed-1/data", 12, { status: "started", fw: "1.2" }),
    ],
    [...again("soil/status/a2", "bereit"), ...once("soil/status/a1", "soil/data/a1", 40, "bereit")],
    [...again("soil/s2", "boot"), ...once("soil/s1", "soil/s1", 40, "boot")],
    [
      ...again("soil/lawn/status", "ready"),
      ...once("soil/hedge/status", "soil/hedge/data", 12),
      ...once("soil/roses/status", "soil/roses/data", 80),
    ],
  ];
  for (const lines of forms) assertTold(told(lines), /again and again, 31 times, every 13 s/);
});

Deno.test("a sign of life, a greeting that data follow, and one alone are well", () => {
  const well = once("soil/1/status", "soil/1/data", 12);
  assert.deepEqual(told([...again("soil/2/status", "online"), ...well]), []);
  assert.deepEqual(
    told([...again("soil/2/status", "ready"), ...again("soil/2/data", "0.4"), ...well]),
    [],
  );
  assert.deepEqual(told(again("soil/2/status", "ready")), []);
  assert.deepEqual(
    told([...again("soil/2/status", "ready"), ...again("soil/1/status", "ready")]),
    [],
  );
  assert.deepEqual(told([...again("soil/printer/status", "ready"), ...well]), []);
});
