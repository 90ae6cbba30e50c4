import assert from "node:assert/strict";
import { fillParts, generatedParts } from "../../scripts/docs.ts";
import { options, settingNames } from "../../src/config.ts";
import { tools } from "../../src/tools/mod.ts";

Deno.test("generated parts go between their markers, and nothing else changes", () => {
  const text = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
  const filled = fillParts(text, { x: "new", y: "unused" });
  assert.equal(filled, "a\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nb\n");
  assert.equal(fillParts(filled, { x: "new" }), filled);
});

Deno.test("a begin without an end is an error, so that no text is swallowed", () => {
  assert.throws(() => fillParts("<!-- x:begin -->\ntext", { x: "new" }), /Cannot find/);
});

Deno.test("the tables name every tool and every setting", () => {
  const parts = generatedParts();
  for (const tool of tools) assert.ok(parts.tools.includes(`\`${tool.name}\``), tool.name);
  for (const name of settingNames) {
    assert.ok(parts.settings.includes(`\`${options[name].env}\``), name);
  }
});

Deno.test("each row of a table has as many cells as its head", () => {
  for (const part of Object.values(generatedParts())) {
    const rows = part.split("\n").filter((line) => line.startsWith("|"));
    const widths = rows.map((line) => line.split(/(?<!\\)\|/).length);
    assert.ok(widths.every((width) => width === widths[0]), part);
  }
});
