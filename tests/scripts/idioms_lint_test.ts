import assert from "node:assert/strict";
import plugin from "../../scripts/idioms_lint.ts";

function lint(source: string): string[] {
  return Deno.lint.runPlugin(plugin, "a.ts", source).map((diagnostic) => diagnostic.id);
}

Deno.test("an index that is known to be there is written bare", () => {
  assert.deepEqual(lint("values[i]!; values[0]!.x;"), ["idioms/bare-index", "idioms/bare-index"]);
  assert.deepEqual(lint("values[i]; values[0].x; known.get(key)!; found!.x;"), []);
});

Deno.test("a private member is private at run time too; a constructor cannot be", () => {
  assert.deepEqual(
    lint("class A { private a = 1; private b() {} private static c() {} }"),
    ["idioms/hash-private", "idioms/hash-private", "idioms/hash-private"],
  );
  assert.deepEqual(lint("class A { #a = 1; protected b() {} private constructor() {} }"), []);
});

Deno.test("what is special about a family is asked of it, and its name is only told", () => {
  assert.deepEqual(
    lint(
      `family.name === "x"; "x" !== topic.family.name; /^x$/.test(topic.family.name); NAMES.includes(family.name);`,
    ),
    Array.from({ length: 4 }, () => "idioms/no-family-by-name"),
  );
  assert.deepEqual(
    lint("names.add(family.name); topic.family.tellsChanges === true; one.name === 'x';"),
    [],
  );
});
