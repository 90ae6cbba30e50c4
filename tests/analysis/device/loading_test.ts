import assert from "node:assert/strict";

const SRC = new URL("../../../src/", import.meta.url);
const IMPORT = /^(?:import|export) (?!type )(\{[^}]*\}|\* as \w+|\*|\w+) from "(\.[^"]+)";/gm;

/** Modules that are loaded with some others: what those import, and what that imports, but not where it is awaited. */
async function loadedWith(modules: readonly string[]): Promise<Set<string>> {
  const loaded = new Set(modules.map((module) => new URL(module, SRC).href));
  for (const module of loaded) {
    if (!module.endsWith(".ts")) continue;
    const text = await Deno.readTextFile(new URL(module));
    for (const [, names, path] of text.matchAll(IMPORT)) {
      const isOfTypes = /^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(names);
      if (!isOfTypes) loaded.add(new URL(path, module).href);
    }
  }
  return new Set([...loaded].map((module) => module.slice(SRC.href.length)));
}

Deno.test("the rules that judge devices are not loaded before a device is judged", async () => {
  const loaded = await loadedWith([
    "mcp/start_core.ts",
    "mcp/start_stdio.ts",
    "mcp/stdio_work.ts",
    "monitor/start.ts",
  ]);
  assert.ok(loaded.has("tools/debug_device.ts") && loaded.has("watching/watch_device.ts"));
  const rules = [...loaded].filter((module) => module.startsWith("analysis/device/findings/"));
  assert.deepEqual(rules, [], "import them with `await import` where a device is judged");
  const judging = await loadedWith(["analysis/device/mod.ts"]);
  assert.ok(
    judging.has("analysis/device/findings/supply/battery.ts"),
    "the rules are elsewhere now",
  );
});
