// takes long: hundreds of devices are judged
import assert from "node:assert/strict";
import { FAMILIES, readImplications, scenarios, scoreOf } from "../../../bench/diagnosis/score.ts";

const codes = await Deno.readTextFile(
  new URL("../../../docs/findings.md", import.meta.url),
);

const score = scoreOf(
  scenarios({ seed: 42, rounds: 1, pairs: 5, healthy: 10 }),
  readImplications(codes),
);

Deno.test("every code is found and rarely wrong on generated devices, and healthy ones stay without findings", () => {
  const report = score.failures.slice(0, 20).join("\n");
  assert.ok(score.healthy >= FAMILIES.length * 10);
  assert.ok(score.alarmed <= score.healthy * 0.02, `${score.alarmed} false alarms\n${report}`);
  let hits = 0;
  let missed = 0;
  let wrong = 0;
  for (const [code, one] of score.codes) {
    hits += one.hits;
    missed += one.missed;
    wrong += one.wrong;
    // One slip is allowed where a small run has too few cases for a percentage.
    assert.ok(
      one.missed <= Math.max(1, (one.hits + one.missed) * 0.05),
      `${code} missed\n${report}`,
    );
    assert.ok(one.wrong <= Math.max(1, (one.hits + one.wrong) * 0.05), `${code} wrong\n${report}`);
  }
  assert.ok(hits / (hits + missed) >= 0.97, report);
  assert.ok(hits / (hits + wrong) >= 0.97, report);
});

Deno.test("every code of the closed list is explained in docs/findings.md and played by the generator", () => {
  const documented = [...codes.matchAll(/^\| `(\w+)`\s*\| (?:critical|error|warning)/gm)].map((
    match,
  ) => match[1] ?? "");
  assert.equal(documented.length, 23);
  for (const code of documented) assert.ok(score.codes.has(code), code);
});
