import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import timing from "../../scripts/timing_lint.ts";

const TESTS = fileURLToPath(new URL("../", import.meta.url));

/** The rules that refuse a line in a test, or elsewhere. */
function refused(source: string, file = `${TESTS}tools/x_test.ts`): string[] {
  return Deno.lint.runPlugin(timing, file, source).map(({ id }) => id);
}

Deno.test("asserting how long something took is refused, in whatever words", () => {
  for (
    const source of [
      "assert.ok(performance.now() - startedAt < 500);",
      "const took = performance.now() - startedAt;",
      "const took = Date.now() - began;",
      "while (performance.now() < deadline) await call();",
      "assert.ok(deadline > performance.now());",
    ]
  ) assert.deepEqual(refused(source), ["timing/elapsed"], source);
});

Deno.test("waiting for a fixed time is refused", () => {
  for (
    const source of [
      "await new Promise((resolve) => setTimeout(resolve, 300));",
      "await new Promise((done) => { setTimeout(done, ms); });",
      "await new Promise<void>((resolve) => void setTimeout(resolve, 1));",
      "await page.waitForTimeout(100);",
    ]
  ) assert.deepEqual(refused(source), ["timing/pause"], source);
});

Deno.test("times that are no measurement, turns of the event loop and timers that fail a test are left alone", () => {
  for (
    const source of [
      "const since = new Date(Date.now() - 12 * 60_000);",
      "const old = Date.now() - HOUR_MS;",
      "assert.ok(Date.parse(at) <= Date.now());",
      "await new Promise((resolve) => setTimeout(resolve, 0));",
      'const timer = setTimeout(() => reject(new Error("late")), 60_000);',
    ]
  ) assert.deepEqual(refused(source), [], source);
});

Deno.test("the rules are about tests, and not about what they wait with", () => {
  const source = "if (performance.now() > deadline) throw new Error();";
  assert.deepEqual(refused(source, `${TESTS}support/wait.ts`), []);
  assert.deepEqual(refused(source, join(TESTS, "../src/core.ts")), []);
});

Deno.test("whoever leaves a rule out says why", async () => {
  async function* filesOf(folder: string): AsyncGenerator<string> {
    for await (const entry of Deno.readDir(folder)) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory) yield* filesOf(`${path}/`);
      else if (path.endsWith(".ts")) yield path;
    }
  }
  for await (const path of filesOf(TESTS)) {
    for (const line of (await Deno.readTextFile(path)).split("\n")) {
      if (/\/\/ deno-lint-ignore.* timing\//.test(line)) {
        assert.match(line, / -- .{10,}/, `${path}: ${line}`);
      }
    }
  }
});
