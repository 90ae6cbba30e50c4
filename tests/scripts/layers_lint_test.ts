import assert from "node:assert/strict";
import plugin, { importFault, layerDiagram, layerNames } from "../../scripts/layers_lint.ts";

function lint(file: string, source: string): string[] {
  const path = new URL(`../../src/${file}`, import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, path, source).map((diagnostic) => diagnostic.message);
}

Deno.test("an import that points upwards is refused, and the message names what is allowed", () => {
  assert.equal(
    importFault("mqtt/client/connect.ts", "../../session/registry.ts"),
    "src/mqtt may not import src/session; it may import payload, errors, edit_distance, file_trouble, iso_time, numbers, redact, secret_text, stderr, waiting",
  );
});

Deno.test("imports downwards and within a layer are fine", () => {
  assert.equal(importFault("tools/list_topics.ts", "../mqtt/topic.ts"), null);
  assert.equal(importFault("tools/list_topics.ts", "./params.ts"), null);
  assert.equal(importFault("collect/collect.ts", "../session/session.ts"), null);
  assert.equal(importFault("session/session.ts", "../memory/topic_room.ts"), null);
  assert.equal(importFault("config/mod.ts", "../../deno.json"), null);
});

Deno.test("siblings are kept apart where they must be", () => {
  assert.ok(importFault("session/registry.ts", "../collect/collections.ts"));
  assert.ok(importFault("analysis/schema/mod.ts", "../../sampling/sampler.ts"));
  assert.ok(importFault("sampling/sampler.ts", "../analysis/topic_tree.ts"));
  assert.ok(importFault("sampling/sampler.ts", "../log.ts"));
  assert.ok(importFault("memory/watch.ts", "../session/session.ts"));
  assert.ok(importFault("analysis/device/device.ts", "../../session/session.ts"));
  assert.ok(importFault("tools/list_topics.ts", "../mcp/server.ts"));
});

Deno.test("no device family is imported by its own name but among families", () => {
  const fault = importFault(
    "analysis/device/findings/words/errors.ts",
    "../../families/tasmota.ts",
  );
  assert.match(fault ?? "", /is asked through its mod\.ts/);
  for (const file of ["mod.ts", "family.ts", "generic.ts"]) {
    assert.equal(importFault("analysis/device/diagnose.ts", `./families/${file}`), null);
  }
  assert.equal(importFault("analysis/device/families/mod.ts", "./tasmota.ts"), null);
});

Deno.test("a package with a home is refused elsewhere, however it is spelled", () => {
  for (const specifier of ["mqtt", "npm:mqtt@5", "npm:/mqtt@5", "mqtt/dist/mqtt.js"]) {
    assert.ok(importFault("session/session.ts", specifier), specifier);
    assert.equal(importFault("mqtt/client/connect.ts", specifier), null);
  }
  assert.ok(importFault("tools/tool.ts", "@modelcontextprotocol/server/stdio"));
  assert.equal(importFault("mcp/stdio.ts", "@modelcontextprotocol/server/stdio"), null);
});

Deno.test("the lint sees every kind of import and re-export, types among them", () => {
  for (
    const source of [
      'import { a } from "../tools/a.ts";',
      'import type { A } from "../tools/a.ts";',
      'export { a } from "../tools/a.ts";',
      'export * from "../tools/a.ts";',
      'await import("../tools/a.ts");',
    ]
  ) assert.equal(lint("payload/x.ts", source).length, 1, source);
  assert.deepEqual(
    lint("payload/x.ts", 'import { a } from "../errors.ts"; export const b = a;'),
    [],
  );
});

Deno.test("a folder that the table does not name is a fault, even of a file that imports nothing", () => {
  const message = "src/fleet is not a known layer: add it to ROWS in scripts/layers_lint.ts";
  assert.deepEqual(lint("fleet/fleet.ts", "export const a = 1;"), [message]);
  assert.deepEqual(lint("fleet/fleet.ts", 'import { a } from "../errors.ts"; a();'), [message]);
});

Deno.test("the table names what lies in src/, and nothing that is gone", () => {
  const entries = [...Deno.readDirSync(new URL("../../src", import.meta.url))];
  const found = entries.map(({ name }) => name.replace(/\.ts$/, ""));
  assert.deepEqual(found.sort(), [...layerNames].sort());
});

Deno.test("the diagram is the table's, from the top down", () => {
  assert.equal(
    layerDiagram(),
    "main → mcp, monitor, demo → tools → core → watching → collect, session → analysis, sampling, memory → payload, mqtt → errors, log",
  );
});

Deno.test("what judges devices is imported where somebody asks for a judgement, and not before", () => {
  const path = '"../analysis/device/observers.ts"';
  const [message] = lint("tools/x.ts", `import { DeviceObserver } from ${path};`);
  assert.match(message, /half of the program: import it with import\(\)/);
  assert.deepEqual(lint("tools/x.ts", `const { DeviceObserver } = await import(${path});`), []);
  assert.deepEqual(
    lint("tools/x.ts", 'import { isTopicFilter } from "../analysis/device/mod.ts";'),
    [],
  );
});
