import assert from "node:assert/strict";
import { assertTold, diagnosisOf, type Line, series, times, titlesOf } from "./support.ts";

/** The same value as makers write it. */
const WRAPPERS: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => JSON.stringify(String(value)),
  (value) => ({ value }),
  (value) => ({ data: { value } }),
];

Deno.test("a last will and a battery read the same with a wrapper around them", () => {
  for (const wrap of WRAPPERS) {
    const lines: Line[] = [
      { s: 1, topic: "well/battery", payload: wrap(3) },
      { s: 2, topic: "well/flow", payload: wrap(12.5) },
      { s: 9, topic: "well/status", payload: wrap("offline") },
    ];
    const diagnosis = diagnosisOf("well", lines);
    assert.equal(diagnosis.connection.state, "offline");
    const titles = diagnosis.findings.map(({ title }) => title);
    assertTold(titles, /offline/);
    assertTold(titles, /battery tells 3/);
    const here = lines.map((line) => ({ ...line, payload: wrap("online") })).slice(2);
    assert.deepEqual(titlesOf("well", here), []);
  }
});

Deno.test("a document below one outer level reads as the document itself, and is shown as it was sent", () => {
  const sick = { status: "offline", reason: "unexpected" };
  for (const key of ["data", "payload", "params"]) {
    const diagnosis = diagnosisOf("kiln", [
      { s: 5, topic: "kiln/status", payload: { [key]: sick } },
    ]);
    assert.equal(diagnosis.connection.state, "offline");
    assert.equal(diagnosis.connection.last_will?.payload, JSON.stringify({ [key]: sick }));
  }
  const named = { data: { device: { name: "Attic" }, temperature: 21 } };
  assert.equal(diagnosisOf("attic", [{ s: 1, topic: "x/y", payload: named }]).topic_count, 1);
});

Deno.test("values that come in a wrapper from some time on changed their structure", () => {
  const values = times(14, (i) => i < 7 ? 20 + i % 3 : { value: 20 + i % 3 });
  assertTold(titlesOf("attic", series("attic/temperature", values)), /changed its structure/);
});
