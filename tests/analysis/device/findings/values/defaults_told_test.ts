import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

const READ = { flow: 55.1, target: 60, outdoor: 8.5, pressure: 1.7, buffer: 48.2, boiler: 61 };
const DEFAULTS = { flow: 0, target: 20, outdoor: 0, pressure: 0, buffer: 0, boiler: 0 };

/** A gateway that is gone for a while, and what it tells with its fourth message and the one after it. */
function restarted(payload: (i: number) => unknown, o: { isGone?: boolean } = {}): Line[] {
  const words = o.isGone === false ? [] : ["offline", "online"];
  return [
    { s: 0, topic: "house/boiler/LWT", payload: "online", retain: true },
    ...words.map((word, i) => ({ s: 15 + i, topic: "house/boiler/LWT", payload: word })),
    ...series("house/boiler/data", times(10, payload), 4).map((line, i) => ({
      ...line,
      s: line.s + (i < 4 ? 0 : 4),
    })),
  ];
}

const told = (lines: readonly Line[]) =>
  titlesOf("house/boiler/#", lines).filter((title) => title.startsWith("After a restart"));

Deno.test("values that all are others for a moment after a restart, and then what they were, are defaults", () => {
  assertTold(
    told(restarted((i) => i === 4 || i === 5 ? DEFAULTS : READ)),
    /After a restart it told defaults as values: "boiler" 0 instead of 61/,
  );
});

Deno.test("a restart without them, values that stay elsewhere, a command and what nothing restarted tell no defaults", () => {
  assert.deepEqual(told(restarted(() => READ)), []);
  assert.deepEqual(told(restarted((i) => i < 4 ? READ : { ...DEFAULTS, flow: 30 + i })), []);
  assert.deepEqual(told(restarted((i) => i === 4 ? DEFAULTS : READ, { isGone: false })), []);
  const set: Line = { s: 22, topic: "house/boiler/set", payload: '{"target":60}' };
  assert.deepEqual(told([...restarted((i) => i === 4 ? DEFAULTS : READ), set]), []);
});
