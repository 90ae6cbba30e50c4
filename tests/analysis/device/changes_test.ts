import assert from "node:assert/strict";
import { beats, diagnosisOf } from "./support.ts";

const SPEED = [180.2, 179.8, 180.5, 180.1, 179.9, 180.4, 180.0];

/** What changed on a machine's topic, of its payloads one after another. */
function changesOf(payload: (i: number) => unknown, device = "press 1") {
  const lines = beats({ topic: `plant/${device}/state`, everyS: 5, to: 60, payload });
  return diagnosisOf(device, lines).changes;
}

Deno.test("a number that goes to another level is told with both, and since when", () => {
  const [only, ...more] = changesOf((i) => ({ Lage: i < 6 ? SPEED[i] : 12.5 + i / 100 }));
  assert.match(
    only ?? "",
    /^"Lage" 179\.8 to 180\.5, then 12\.56 to 12\.61 since 2026-01-02T12:00:31/,
  );
  assert.deepEqual(more, []);
});

Deno.test("a number that moved with each message and stands since is told", () => {
  const [only] = changesOf((i) => ({ Lage: i < 7 ? SPEED[i] : 180 }));
  assert.match(only ?? "", /^"Lage" moved, then stands at 180 since 2026-01-02T12:00:31/);
});

Deno.test("a state that becomes another once is told, and one that goes to and fro by how often", () => {
  assert.match(
    changesOf((i) => ({ Betriebsart: i < 4 ? "Halbautomatik" : "Hand" }))[0] ?? "",
    /^"Betriebsart" Halbautomatik, then Hand since 2026-01-02T12:00:21/,
  );
  assert.match(
    changesOf((i) => ({ Greifer: i % 2 === 0 }))[0] ?? "",
    /^"Greifer" true or false, 11 times another since/,
  );
});

Deno.test("what goes up and down as ever, what is set, names and secrets are no changes", () => {
  assert.deepEqual(changesOf((i) => ({ Lage: SPEED[i % SPEED.length], Ziel: 180 })), []);
  assert.deepEqual(
    changesOf((i) => ({ user: i < 5 ? "anna@example.org" : "bert@example.org" })),
    [],
  );
  assert.deepEqual(changesOf((i) => ({ password: i < 5 ? "tulip" : "rose" })), []);
});

Deno.test("what a finding tells of is no change beside it", () => {
  const lines = beats({
    topic: "plant/press 1/state",
    everyS: 5,
    to: 100,
    payload: (i) => ({ temperature: i < 10 ? 20 + (i % 3) / 10 : -127 }),
  });
  const { findings, changes } = diagnosisOf("press 1", lines, { seconds: 100 });
  assert.ok(findings.some(({ title }) => title.includes("-127")), JSON.stringify(findings));
  assert.deepEqual(changes, []);
});

Deno.test("no more than five are told, and how many more there are", () => {
  const changes = changesOf((i) =>
    Object.fromEntries(
      ["a", "b", "c", "d", "e", "f", "g"].map((key) => [`lage_${key}`, i < 6 ? 1 : 5]),
    )
  );
  assert.equal(changes.length, 6);
  assert.equal(changes.at(-1), "2 more changed");
});

Deno.test("what a finding tells is not told again, however its field is written", () => {
  const kW = [1.443, 1.461, 1.438, 1.512, 1.497, 1.505, 1.449, 1.471, 1.483, 1.466, 1.458, 1.491];
  assert.deepEqual(
    changesOf((i) => ({ motorPower: i < 6 ? kW[i] : Math.round(1_000 * (kW[i % 12] ?? 0)) })),
    [],
  );
});
