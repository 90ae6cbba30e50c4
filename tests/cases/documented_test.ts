// takes long: each line of the documents is judged
import assert from "node:assert/strict";
import { casesOf, readDocumented } from "./documented.ts";
import { judge } from "./runner.ts";

Deno.test("what a system's documentation calls trouble is told, and what it calls well is not blamed", async () => {
  const wrong: Record<string, readonly string[]> = {};
  let played = 0;
  for (const documented of await readDocumented(new URL("./documented/", import.meta.url))) {
    for (const one of casesOf(documented)) {
      played++;
      const verdict = judge(one);
      if (verdict.wrong.length > 0) wrong[one.name] = verdict.wrong;
    }
  }
  assert.deepEqual(wrong, {});
  assert.ok(played > 5, `${played} played`);
});
