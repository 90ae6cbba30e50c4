import assert from "node:assert/strict";
import { type SourceFile, unusedExports, withoutWord } from "../../scripts/exports_lint.ts";

function faultsIn(files: Readonly<Record<string, string>>): string[] {
  const sources: SourceFile[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  return unusedExports(sources).map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

Deno.test("an export that only its own file uses is to lose the word", () => {
  const source = "/** Doubles. */\nexport function double(n: number) {\n  return half(n);\n}\n" +
    "export function half(n: number) {\n  return n / 2;\n}\n";
  const user = 'import { double } from "./a.ts";\ndouble(2);\n';
  assert.deepEqual(faultsIn({ "src/a.ts": source, "src/b.ts": user }), [
    "src/a.ts:5: only this file uses half: drop the word export",
  ]);
  const faults = unusedExports([{ path: "src/a.ts", text: source }, {
    path: "src/b.ts",
    text: user,
  }]);
  assert.equal(
    withoutWord(source, faults),
    source.replace("export function half", "function half"),
  );
});

Deno.test("what nobody uses, or nothing but a test, is to go; what a test and its file use may stay", () => {
  const source =
    "export const a = 1;\nexport const b = 2;\nexport const c = 3;\nconst d = c;\nd;\n";
  const test = 'import { b, c } from "../src/a.ts";\nb + c;\n';
  assert.deepEqual(faultsIn({ "src/a.ts": source, "tests/a_test.ts": test }), [
    "src/a.ts:1: nobody uses a: remove it",
    "src/a.ts:2: nobody but a test uses b: remove it",
  ]);
});

Deno.test("a name in a comment is no use of it", () => {
  const source = "/** See {@linkcode a}. */\nexport const a = 1; // a\n";
  assert.deepEqual(faultsIn({ "src/a.ts": source }), ["src/a.ts:2: nobody uses a: remove it"]);
});

Deno.test("every way to take a name from a file is a use", () => {
  for (
    const use of [
      'import { a } from "./a.ts";',
      'import type { a } from "./a.ts";',
      'import { type a, other } from "./a.ts";',
      'import { a as renamed } from "./a.ts";',
      'import {\n  a,\n  b,\n} from "./a.ts";',
      'import * as all from "./a.ts";',
      'export * from "./a.ts";',
      'const { a } = await import("./a.ts");',
      'const { a: renamed } = await import("./a.ts");',
      'const all = await import("./a.ts");',
      'let x: import("./a.ts").a;',
    ]
  ) {
    assert.deepEqual(
      faultsIn({ "src/a.ts": "export const a = 1;\n", "src/b.ts": `${use}\n` }),
      [],
      use,
    );
  }
  const test = { "tests/a_test.ts": 'import { a } from "../src/a.ts";\na;\n' };
  const whole = { "src/b.ts": 'import * as all from "./a.ts";\nall.a;\n' };
  assert.deepEqual(faultsIn({ "src/a.ts": "export const a = 1;\n", ...test, ...whole }), []);
});

Deno.test("a re-export that nobody takes is to go, and is a use of what it names", () => {
  assert.deepEqual(
    faultsIn({
      "src/a.ts": "export const a = 1;\n",
      "src/mod.ts": 'export { a } from "./a.ts";\n',
    }),
    ["src/mod.ts:1: nobody takes a from here: remove it from the list"],
  );
});

Deno.test("a public method that nobody calls is to go; private, overriding and called ones stay", () => {
  const source = "export class A {\n  used() {}\n  unused() {}\n  #secret() {}\n" +
    "  override close() {}\n  get size() {\n    return 1;\n  }\n}\n";
  const user = 'import { A } from "./a.ts";\nnew A().used();\n';
  assert.deepEqual(faultsIn({ "src/a.ts": source, "src/b.ts": user }), [
    "src/a.ts:3: nobody calls the method unused: remove it",
    "src/a.ts:6: nobody calls the method size: remove it",
  ]);
});
