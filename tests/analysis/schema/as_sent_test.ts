import assert from "node:assert/strict";
import { SchemaInference, type SchemaResult } from "../../../src/analysis/schema/mod.ts";

const START_MS = Date.UTC(2026, 0, 1);

function infer(texts: readonly string[], { parts = 1 } = {}): SchemaResult {
  const inference = new SchemaInference();
  texts.forEach((text, i) =>
    // several topics of one structure are merged, which must tell the same
    inference.add(
      parts === 1 ? "t" : `t/${i % parts}/v`,
      new TextEncoder().encode(text),
      START_MS + i * 1000,
    )
  );
  return inference.result();
}

const many = (text: (i: number) => string, count = 40) =>
  Array.from({ length: count }, (_, i) => text(i));

Deno.test("integers beyond 2^53 are told as they were sent, in one topic and in many", () => {
  const base = 1724442618569203700n;
  for (const parts of [1, 4]) {
    const result = infer(many((i) => `{"id":${base + BigInt(i % 12)}}`), { parts });
    const [field] = result.fields;
    assert.deepEqual(field.types, ["integer"]);
    assert.equal(field.min, String(base));
    assert.equal(field.max, String(base + 11n));
    assert.equal(new Set(field.examples).size, 12);
    assert.ok(field.examples?.includes("1724442618569203705"));
    assert.equal(field.mean, undefined);
    const { id } =
      (result.schema as { properties: Record<string, Record<string, unknown>> }).properties;
    assert.equal(id.type, "integer");
    assert.equal(id.minimum, undefined, "a rounded bound would refuse what was sent");
    assert.match(String(id.description), /1724442618569203700 to 1724442618569203711/);
  }
  const bare = infer(many((i) => `${base + BigInt(i)}`));
  assert.equal(bare.fields[0].min, String(base));
  const mixed = infer(many((i) => `{"id":${i === 0 ? 5 : base}}`));
  assert.deepEqual([mixed.fields[0].min, mixed.fields[0].max], [5, String(base)]);
});

Deno.test("a number beyond every double is a number, and no null", () => {
  const { fields, schema } = infer(many((i) => `{"x":1e400,"y":${i % 2 === 0 ? "-1e400" : i}}`));
  const [x, y] = fields;
  assert.deepEqual([x.types, y.types], [["number"], ["number"]]);
  for (const field of [x, y]) assert.ok(!("min" in field || "max" in field || "mean" in field));
  const { properties } = schema as { properties: Record<string, unknown> };
  assert.deepEqual([properties.x, properties.y], [{}, {}], "anything less would refuse it");
});

Deno.test("bare numbers keep their text in the examples", () => {
  const result = infer(many((i) => ["1.10", "12E4", "2023.10"][i % 3]));
  assert.deepEqual(result.fields[0].types, ["number"]);
  assert.deepEqual(result.fields[0].examples, ["1.10", "12E4", "2023.10"]);
});

Deno.test("what looks like JSON but is not is told with the place and the reason, and never as usual", () => {
  for (
    const [text, reason] of [
      ["{'TEMP': 10.0, 'BAT': 'LOW'}", /at character 2: expected a key in double quotes/],
      ['{"t": nan}', /at character 7: expected a value, found "nan"/],
      ['{"t": 1,}', /expected a key/],
    ] as const
  ) {
    const result = infer(many(() => text));
    const warning = result.warnings.find((one) => /look like JSON but are not/.test(one));
    assert.match(warning ?? "", reason);
    assert.match(warning ?? "", /40 of 40/);
    assert.equal(result.confidence.level, "low");
    assert.equal(result.groups[0].text, undefined);
  }
});

Deno.test("a number with a decimal comma is no table; columns stay columns, with decimal commas in them", () => {
  const numbers = infer(many((i) => `${20 + i % 5},${i % 10}`)).groups[0].text;
  assert.equal(numbers?.kind, "decimal_comma");
  assert.deepEqual([numbers?.min, numbers?.max], [20, 24.9]);
  assert.equal(numbers?.columns, undefined);
  const table = infer(many((i) => `${i},${i * i}`)).groups[0].text;
  assert.equal(table?.kind, "delimited");
  const german = infer(many((i) => `${i},5;${48 + i % 3},25`)).groups[0].text;
  assert.equal(german?.delimiter, ";");
  assert.deepEqual(german?.columns?.map(({ types }) => types), [["number"], ["number"]]);
});

Deno.test("keys that stand twice are told by name and count", () => {
  const result = infer(many((i) => i < 30 ? `{"T":21,"H":${i},"T":19}` : '{"T":1,"a":{"T":2}}'));
  assert.ok(
    result.warnings.some((one) => /stand twice .*"T".* 30 of 40/.test(one)),
    result.warnings.join("\n"),
  );
});

Deno.test("Unix times in microseconds and nanoseconds are named", () => {
  for (
    const [factor, format, words] of [
      [1000n, "epoch-us", /microseconds/],
      [1_000_000n, "epoch-ns", /nanoseconds/],
    ] as const
  ) {
    const result = infer(many((i) => `{"at":${BigInt(START_MS + i * 1000) * factor}}`));
    assert.equal(result.fields[0].format, format);
    assert.match(JSON.stringify(result.schema), words);
  }
});
