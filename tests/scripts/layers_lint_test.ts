import assert from "node:assert/strict";
import plugin, { importFault } from "../../scripts/layers_lint.ts";

function lint(file: string, source: string): string[] {
  const path = new URL(`../../src/${file}`, import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, path, source).map((diagnostic) => diagnostic.message);
}

Deno.test("an import that points upwards is refused, and the message names what is allowed", () => {
  assert.equal(
    importFault("mqtt/client/connect.ts", "../../session/registry.ts"),
    "src/mqtt may not import src/session; it may import errors, log",
  );
});

Deno.test("imports downwards and within a layer are fine", () => {
  assert.equal(importFault("tools/list_topics.ts", "../mqtt/topic.ts"), null);
  assert.equal(importFault("tools/list_topics.ts", "./params.ts"), null);
  assert.equal(importFault("collect/collect.ts", "../session/session.ts"), null);
  assert.equal(importFault("config.ts", "../deno.json"), null);
});

Deno.test("siblings are kept apart where they must be", () => {
  assert.ok(importFault("session/registry.ts", "../collect/collections.ts"));
  assert.ok(importFault("analysis/schema/mod.ts", "../sampling/sampler.ts"));
  assert.ok(importFault("analysis/device/device.ts", "../../session/session.ts"));
  assert.ok(importFault("tools/list_topics.ts", "../mcp/server.ts"));
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
