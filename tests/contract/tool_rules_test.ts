/** Rules that hold for every tool, so that a new one cannot forget them. */
import assert from "node:assert/strict";
import { Ajv } from "ajv";
import { instructions } from "../../src/mcp/instructions.ts";
import { prompts } from "../../src/mcp/prompts.ts";
import { toolsShown } from "../../src/mcp/listed_tools.ts";
import { toolDefinition } from "../../src/mcp/server.ts";
import { tools } from "../../src/tools/mod.ts";
import { budgetFault, costOf } from "../../scripts/tool_budget.ts";

/** Every tool's name. */
const NAMES = tools.map((tool) => tool.name);

type Schema = Record<string, unknown>;

/** Every schema inside a schema, itself included, with its path. */
function* schemasIn(schema: Schema, path = "$"): Generator<[string, Schema]> {
  yield [path, schema];
  for (const [key, value] of Object.entries(schema)) {
    if (key === "properties" || key === "$defs" || key === "definitions") {
      for (const [name, inner] of Object.entries(value as Record<string, Schema>)) {
        yield* schemasIn(inner, `${path}.${name}`);
      }
    } else if (["items", "additionalProperties", "propertyNames", "not"].includes(key)) {
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        yield* schemasIn(value as Schema, `${path}/${key}`);
      }
    } else if (["anyOf", "oneOf", "allOf"].includes(key)) {
      for (const [i, inner] of (value as Schema[]).entries()) {
        yield* schemasIn(inner, `${path}/${key}${i}`);
      }
    }
  }
}

for (const tool of tools) {
  const definition = toolDefinition(tool);
  const inputSchema = definition.inputSchema as Schema;
  const outputSchema = definition.outputSchema as Schema;

  Deno.test(`${tool.name}: its texts fit hosts and say what matters first`, () => {
    const { name, title, description } = tool;
    assert.match(name, /^[a-z]+(_[a-z]+)+$/);
    // Cursor joins server and tool name, and drops tools over 60 characters.
    assert.ok(`mqtt-mcp-${"x".repeat(20)}${name}`.length < 60);
    assert.ok(title.length > 5 && title.length <= 60 && /^[A-Z]/.test(title), title);
    assert.ok(description.length >= 80 && description.length < 2_000, String(description.length));
    const first = description.split(/\.(?=\s+[A-Z]|$)|:\s/)[0];
    assert.ok(first.length <= 200, `The first sentence has ${first.length} characters: ${first}`);
    assert.match(first, /^[A-Z][a-z]+ /, "The first sentence begins with a verb");
    assert.doesNotMatch(description, /\p{Extended_Pictographic}|\s{2}|\n\n\n/u);
  });

  Deno.test(`${tool.name}: its arguments are strict, and each is described`, () => {
    assert.equal(inputSchema.type, "object");
    assert.equal(inputSchema.additionalProperties, false);
    for (const [name, schema] of Object.entries(inputSchema.properties ?? {})) {
      assert.match(name, /^[a-z]+(_[a-z]+)*$/);
      const described = (schema as { description?: string }).description ?? "";
      assert.ok(described.length >= 4 && described.length <= 300, `${name}: "${described}"`);
    }
    const stray = tool.input.safeParse({ definitely_no_argument: 1 });
    assert.ok(stray.error?.issues.some((issue) => issue.code === "unrecognized_keys"));
  });

  Deno.test(`${tool.name}: its schemas are in the language that every host reads`, () => {
    for (const [side, root] of [["input", inputSchema], ["output", outputSchema]] as const) {
      for (const key of ["anyOf", "oneOf", "allOf", "$ref", "$schema"]) {
        assert.ok(!(key in root), key);
      }
      for (const [path, schema] of schemasIn(root)) {
        const where = `${side} ${path}`;
        assert.ok(!Array.isArray(schema.items) && !("prefixItems" in schema), `${where}: a tuple`);
        assert.ok(!("$ref" in schema), `${where}: a reference`);
        assert.ok(!Array.isArray(schema.type), `${where}: a union of types`);
        assert.ok(schema.type !== "null", `${where}: null`);
        const { maximum, minimum } = schema as { maximum?: number; minimum?: number };
        assert.ok(
          Math.abs(maximum ?? 0) < 2 ** 53 - 1 && Math.abs(minimum ?? 0) < 2 ** 53 - 1,
          where,
        );
        assert.ok(String(schema.pattern ?? "").length < 100, `${where}: a long pattern`);
      }
      const ajv = new Ajv({ strict: false, validateFormats: false });
      assert.doesNotThrow(() => ajv.compile(root), side);
    }
  });

  Deno.test(`${tool.name}: its result has an output schema that leaves room for more`, () => {
    assert.equal(outputSchema.type, "object");
    assert.notEqual(outputSchema.additionalProperties, false);
    assert.ok(Object.keys(outputSchema.properties ?? {}).length > 0);
  });

  Deno.test(`${tool.name}: its example has arguments that it takes`, () => {
    const session = "session_id" in tool.input.shape ? { session_id: "SESSION" } : {};
    const { error } = tool.input.safeParse({ ...session, ...tool.example.args });
    assert.equal(error, undefined);
  });

  Deno.test(`${tool.name}: its access says what its code does`, async () => {
    const url = new URL(`../../src/tools/${tool.name}.ts`, import.meta.url);
    const publishes = /\.publish\(|\bmeasureRoundTrips\(|\bdiagnoseWithin\(/
      .test(await Deno.readTextFile(url));
    assert.equal(publishes, tool.access === "write" || tool.access === "destroy");
  });
}

Deno.test("annotations tell what a call can bring about", () => {
  for (const tool of tools) {
    const { title, ...hints } = toolDefinition(tool).annotations!;
    assert.equal(title, tool.title);
    // A publish can switch a device or overwrite a retained message: hosts should ask first.
    assert.deepEqual(hints, {
      readOnlyHint: tool.access === "read",
      destructiveHint: tool.access === "destroy",
      idempotentHint: tool.idempotent,
    });
  }
});

Deno.test("a read-only server leaves out exactly the tools that send or remove", () => {
  const left = toolsShown(tools, { readOnly: true });
  for (const tool of tools) {
    const sends = tool.access === "write" || tool.access === "destroy";
    assert.equal(left.includes(tool), !sends || tool.inReadOnlyMode === true, tool.name);
    // One that stays has to refuse or skip its sending part, and a test of that.
    if (tool.inReadOnlyMode) assert.equal(tool.access, "write", tool.name);
  }
});

Deno.test("the instructions fit hosts, name only tools that exist, and warn of payloads", () => {
  assert.ok(instructions.length < 2_000, String(instructions.length));
  assert.match(instructions, /data from strangers/);
  assertNamesExist(instructions);
});

Deno.test("prompts name only tools that exist", () => {
  for (const prompt of prompts) {
    const args = Object.fromEntries(prompt.arguments.map(({ name }) => [name, "x/y"]));
    assertNamesExist(prompt.text(args));
    assert.match(prompt.text(args), /data from strangers/);
  }
});

Deno.test("descriptions name only tools that exist", () => {
  for (const tool of tools) assertNamesExist(tool.description);
});

/** Whatever looks like a tool's name must be one. */
function assertNamesExist(text: string): void {
  const verbs = [...new Set(NAMES.map((name) => name.split("_")[0]))].join("|");
  for (const [name] of text.matchAll(new RegExp(`\\b(?:${verbs})_[a-z_]+\\b`, "g"))) {
    assert.ok(NAMES.includes(name), name);
  }
}

Deno.test("all definitions together stay affordable", () => {
  const fault = budgetFault(tools.map((tool) => toolDefinition(tool)));
  assert.ok(fault === null, fault ?? "");
});

Deno.test("beyond the budget the limit, the largest three and what to cut are named", () => {
  const definitions = [40, 10, 30, 20].map((words) => ({
    name: `tool_${words}`,
    description: "word ".repeat(words),
    inputSchema: { type: "object" },
  }));
  assert.equal(budgetFault(definitions), null);
  const { tokens, characters } = costOf(definitions);
  assert.equal(budgetFault(definitions, { tokens, characters }), null);
  for (
    const limit of [{ tokens: tokens - 1, characters }, { tokens, characters: characters - 1 }]
  ) {
    const fault = budgetFault(definitions, limit) ?? "";
    assert.ok(fault.includes(`the limit is ${limit.tokens} and ${limit.characters}`), fault);
    const named = [...fault.matchAll(/tool_\d+/g)].map(([name]) => name);
    assert.deepEqual(named, ["tool_40", "tool_30", "tool_20"]);
    assert.match(fault, /tool_40 \d+ \(description 4\d, arguments \d, result \d\)/);
    assert.match(fault, /Cut descriptions that repeat/);
  }
});
