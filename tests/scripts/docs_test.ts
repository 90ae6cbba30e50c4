import assert from "node:assert/strict";
import {
  fillParts,
  generatedParts,
  missing,
  type Repository,
  repository,
} from "../../scripts/docs.ts";
import { options, settingNames } from "../../src/config/settings.ts";
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

/** This repository with some files changed; null for one that is not there. */
function changed(files: Readonly<Record<string, string | null>>): Repository {
  return {
    read: (path) => path in files ? files[path] : repository.read(path),
    list: (folder) => {
      const added = Object.keys(files).filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1));
      return [...new Set([...repository.list(folder), ...added])];
    },
  };
}

Deno.test("nothing is missing of any tool, setting and family", () => {
  assert.deepEqual(missing(repository), []);
});

Deno.test("what a tool lacks is told in one line that begins with the file to add to", () => {
  const snapshots = "tests/contract/__snapshots__/definitions_test.ts.snap";
  const lacking = changed({
    "src/tools/count_topics.ts": "export const countTopics = defineTool({",
    "tests/tools/list_topics_test.ts": null,
    [snapshots]: repository.read(snapshots)!.replaceAll("of list_topics is", "of nothing is"),
    "docs/tools.md": repository.read("docs/tools.md")!.replace("tool list_topics:begin", ""),
  });
  assert.deepEqual(missing(lacking), [
    "src/tools/mod.ts: the tool of src/tools/count_topics.ts is not in the list",
    "tests/tools/list_topics_test.ts: the tool list_topics has no test; add this file",
    `${snapshots}: no definition of list_topics; run \`deno test -A -u tests/contract\``,
    "docs/tools.md: nothing about the tool list_topics; run `deno task transcripts`",
  ]);
});

Deno.test("what a family lacks is told in one line that begins with the file to add to", () => {
  const lacking = changed({
    "src/analysis/device/families/knx.ts": "export const knx: Family = {};",
    "docs/findings.md": repository.read("docs/findings.md")!.replace("\n| `frigate`", "\n| `x`"),
    ...Object.fromEntries(
      repository.list("tests/cases").filter((name) => name.startsWith("frigate-"))
        .map((name) => [`tests/cases/${name}`, "{}"]),
    ),
  });
  assert.deepEqual(missing(lacking), [
    "src/analysis/device/families/mod.ts: the family of knx.ts is not in the list",
    'docs/findings.md: no line for the family frigate under "Families"',
    "tests/cases/frigate-ok.json: the family frigate has no case; add this file",
  ]);
});

Deno.test("what a setting lacks is told in one line that begins with the file to add to", () => {
  const lacking = changed({
    ".env.example": repository.read(".env.example")!.replace("MAX_CONNECTIONS=", "X="),
    "tests/config_test.ts": repository.read("tests/config_test.ts")!.replaceAll("SESSION_TTL", "X"),
  });
  assert.deepEqual(missing(lacking), [
    "tests/config_test.ts: the setting SESSION_TTL has no test",
    ".env.example: no paragraph about the setting MAX_CONNECTIONS",
  ]);
});

Deno.test("the architecture names each folder of the diagnosis of devices", () => {
  const text = Deno.readTextFileSync("docs/architecture.md");
  const below = (folder: string) =>
    [...Deno.readDirSync(`src/analysis/device/${folder}`)].filter(({ isDirectory }) => isDirectory)
      .map(({ name }) => `${folder}${name}/`).filter((name) => name !== "findings/");
  for (const folder of [...below(""), ...below("findings/")]) {
    assert.ok(text.includes(`| \`${folder}\` |`), folder);
  }
});
