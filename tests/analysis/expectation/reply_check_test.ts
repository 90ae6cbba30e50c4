import assert from "node:assert/strict";
import process from "node:process";
// @ts-types="npm:ajv@^8.20.0/dist/2020.d.ts"
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { ReplyCheck, SchemaError } from "../../../src/analysis/expectation/reply_check.ts";
import type { JsonValue } from "../../../src/payload/payload.ts";

type Given = Record<string, JsonValue>;

/** Schemas with replies; what ajv says of each is what is right. */
const CASES: [Given, JsonValue[]][] = [
  [{}, [null, 1, "", [], {}]],
  [{ type: "integer" }, [1, 1.0, 1.5, "1", null, true]],
  [{ type: ["string", "null"] }, ["", null, 0, []]],
  [{ type: "object", required: ["POWER"], properties: { POWER: { enum: ["ON", "OFF"] } } }, [
    { POWER: "ON" },
    { POWER: "on" },
    {},
    [],
    "ON",
  ]],
  [{ const: { a: [1, { b: null }] } }, [
    { a: [1, { b: null }] },
    { a: [1, {}] },
    { a: [1, { b: null }], c: 1 },
    [],
  ]],
  [{ enum: [1, "1", [1], { a: 1 }, null] }, [1, "1", [1], { a: 1 }, null, [1, 1], true]],
  [{ minimum: 0, maximum: 10 }, [-1, 0, 10, 11, "x"]],
  [{ exclusiveMinimum: 0, exclusiveMaximum: 1 }, [0, 0.5, 1]],
  [{ multipleOf: 0.1 }, [0.3, 0.35, 0, 1e20, 7]],
  [{ multipleOf: 3 }, [9, 10, 1.5]],
  [{ minLength: 2, maxLength: 3 }, ["a", "ab", "😀", "😀😀", "abcd", 5]],
  [{ pattern: "^v\\d+(\\.\\d+)*$" }, ["v1", "v1.2.3", "1.2", "v1.", 4]],
  [{ minItems: 1, maxItems: 2, uniqueItems: true }, [
    [],
    [1],
    [1, 1],
    [1, 2, 3],
    [{ a: 1 }, {
      a: 1,
    }],
    [1, "1"],
    [[1, 2], [2, 1]],
  ]],
  [{ prefixItems: [{ type: "number" }, { type: "string" }], items: false }, [
    [],
    [1],
    [1, "a"],
    [1, "a", 2],
    ["a"],
  ]],
  [{ items: { type: "number" } }, [[1, 2], [1, "2"], [], {}]],
  [{ contains: { const: 5 } }, [[5], [1], [], "5"]],
  [{ contains: { const: 5 }, minContains: 2, maxContains: 3 }, [[5], [5, 5], [5, 5, 5, 5], []]],
  [{ contains: { const: 5 }, minContains: 0 }, [[], [1]]],
  [{ properties: { a: { type: "number" } }, additionalProperties: false }, [{ a: 1 }, { b: 1 }, {
    a: "x",
  }, {}]],
  [{ patternProperties: { "^s_": { type: "string" } }, additionalProperties: { type: "number" } }, [
    { s_a: "x", n: 1 },
    { s_a: 1 },
    { n: "x" },
  ]],
  [{ propertyNames: { maxLength: 3 } }, [{ abc: 1 }, { abcd: 1 }]],
  [{ minProperties: 1, maxProperties: 2 }, [{}, { a: 1 }, { a: 1, b: 1, c: 1 }]],
  [{ dependentRequired: { a: ["b"] }, dependentSchemas: { c: { required: ["d"] } } }, [
    { a: 1 },
    { a: 1, b: 2 },
    { c: 1 },
    { c: 1, d: 1 },
    {},
  ]],
  [{ allOf: [{ type: "number" }, { minimum: 3 }] }, [3, 2, "x"]],
  [{ anyOf: [{ type: "number" }, { type: "string", minLength: 1 }] }, [1, "a", "", null]],
  [{ oneOf: [{ multipleOf: 2 }, { multipleOf: 3 }] }, [2, 3, 6, 5]],
  [{ not: { type: "string" } }, ["a", 1]],
  [{
    if: { properties: { on: { const: true } }, required: ["on"] },
    then: { required: ["power"] },
    else: { required: ["why"] },
  }, [{ on: true, power: 1 }, { on: true }, { on: false, why: "x" }, {}]],
  [{
    $defs: { level: { type: "integer", minimum: 0, maximum: 100 } },
    properties: { soc: { $ref: "#/$defs/level" } },
  }, [{ soc: 50 }, { soc: 101 }, {}]],
  [{
    $defs: { node: { properties: { kids: { type: "array", items: { $ref: "#/$defs/node" } } } } },
    $ref: "#/$defs/node",
  }, [{ kids: [{ kids: [] }] }, { kids: [{ kids: 1 }] }]],
  [{ properties: { next: { $ref: "#" } }, required: ["v"] }, [{ v: 1 }, { v: 1, next: {} }, {
    v: 1,
    next: { v: 2 },
  }]],
  [{ $defs: { "a/b~c": { $anchor: "here", type: "string" } }, $ref: "#/$defs/a~1b~0c" }, ["x", 1]],
  [{ $defs: { x: { $anchor: "here", type: "string" } }, $ref: "#here" }, ["x", 1]],
  [{
    $id: "https://example.com/root",
    $defs: { item: { $id: "item", type: "number" } },
    items: { $ref: "item" },
  }, [[1], ["x"]]],
  [{
    allOf: [{ properties: { a: true } }],
    properties: { b: true },
    unevaluatedProperties: false,
  }, [{ a: 1, b: 1 }, { c: 1 }, {}]],
  [{
    anyOf: [{ properties: { a: { type: "number" } }, required: ["a"] }, { required: ["z"] }],
    unevaluatedProperties: { type: "string" },
  }, [{ a: 1 }, { a: 1, c: "x" }, { a: 1, c: 2 }, { z: 1 }, { z: "1" }]],
  [{
    if: { properties: { a: { const: 1 } }, required: ["a"] },
    then: { properties: { b: true } },
    unevaluatedProperties: false,
  }, [{ a: 1, b: 1 }, { a: 2 }, { b: 1 }]],
  [{ format: "date-time" }, ["2026-11-25T10:00:00Z", "2026-11-25 10:00", "2026-13-01T10:00:00Z"]],
  [{ format: "date" }, ["2026-02-28", "2026-02-30", "x"]],
  [{ format: "time" }, ["10:00:00Z", "10:00:00.5+01:00", "25:00:00Z", "10:00"]],
  [{ format: "duration" }, ["PT10S", "P1DT2H", "P", "PT", "P1W", "1D"]],
  [{ format: "uuid" }, ["3f2a0a88-0b3a-4f5e-9d7c-1c2b3a4d5e6f", "3f2a"]],
  [{ format: "ipv4" }, ["10.0.0.1", "10.0.0.256", "10.0.0"]],
  [{ format: "ipv6" }, ["::1", "fe80::1", "1:2:3", "::ffff:1.2.3.4"]],
  [{ format: "hostname" }, ["pump-3.local", "-x", "a b"]],
  [{ format: "email" }, ["a.b@host.example", "a@", "@b", "a b@c.d"]],
  [{ format: "uri" }, ["http://h/a?b#c", "mqtt://h:1883", "/x", "http://a b"]],
  [{ format: "json-pointer" }, ["", "/a/0", "a", "/~2"]],
  [{ format: "surely-unknown" }, ["x"]],
];

Deno.test("a reply meets a schema exactly when an established validator says so", () => {
  for (const [schema, replies] of CASES) {
    const ajv = new Ajv2020({ strict: false, logger: false, multipleOfPrecision: 10 });
    (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
    const right = ajv.compile(schema);
    const check = new ReplyCheck(schema);
    for (const reply of replies) {
      const { valid, errors } = check.check(reply);
      const told = `${JSON.stringify(schema)} on ${JSON.stringify(reply)}: ${errors.join("; ")}`;
      assert.equal(valid, right(reply), told);
      assert.equal(errors.length > 0, !valid, told);
    }
  }
});

Deno.test("a reference inside a part with a name of its own starts from there", () => {
  const check = new ReplyCheck({
    $id: "https://example.com/root",
    $defs: { item: { $id: "item", $defs: { n: { type: "number" } }, $ref: "#/$defs/n" } },
    items: { $ref: "/item" },
  });
  assert.equal(check.check([1]).valid, true);
  assert.equal(check.check(["x"]).valid, false);
});

Deno.test("an item that meets contains is evaluated, the others are not (Core 2020-12, 10.3.1.3)", () => {
  const check = new ReplyCheck({
    prefixItems: [true],
    contains: { type: "string" },
    unevaluatedItems: { type: "number" },
  });
  assert.equal(check.check([null, "a", 1]).valid, true);
  assert.equal(check.check([null, "a", null]).valid, false);
});

Deno.test("an error names the place in the reply and what is wrong there", () => {
  const schema = {
    properties: { "a/b": { items: { type: "number" } } },
    required: ["missing"],
  };
  assert.deepEqual(new ReplyCheck(schema).check({ "a/b": [1, "x"] }).errors, [
    '#: Instance does not have required property "missing".',
    '#: Property "a/b" does not match schema.',
    "#/a~1b: Items did not match schema.",
    '#/a~1b/1: Instance type "string" is invalid. Expected "number".',
  ]);
  const many = new ReplyCheck({ items: { type: "number" } }).check(Array(1_000).fill("x"));
  assert.equal(many.errors.length, 10);
});

function doubling(keyword: string, count: number): Given {
  const $defs: Given = { d0: { type: "number" } };
  for (let i = 1; i <= count; i++) {
    const next = { $ref: `#/$defs/d${i - 1}` };
    $defs[`d${i}`] = { [keyword]: [next, next] };
  }
  return { $defs, $ref: `#/$defs/d${count}` };
}

function wide(count: number, value: (i: number) => JsonValue): Given {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value(i)]));
}

Deno.test("whatever takes too many steps is told as not applied, and costs no more than them", () => {
  const cases: [Given, JsonValue][] = [
    [doubling("allOf", 40), 1],
    [doubling("anyOf", 40), "x"],
    [doubling("oneOf", 40), "x"],
    [{ uniqueItems: true }, Array.from({ length: 200_000 }, (_, i) => i)],
    [{ pattern: "^(a+)+$" }, "a".repeat(1_000_000)],
    [{ patternProperties: { "(a|b)*c": true } }, wide(200_000, (i) => i)],
    [{ enum: [...Array(5_000).keys()] }, 0.5],
    [{ items: { enum: [...Array(5_000).keys()] } }, Array(10_000).fill(0.5)],
    [
      { unevaluatedProperties: false, allOf: Array(500).fill({ additionalProperties: true }) },
      wide(
        5_000,
        () => 1,
      ),
    ],
    [{ items: { multipleOf: 1e-300 } }, Array(200_000).fill(1e300)],
    [{ items: { format: "email" } }, Array(5_000).fill("a".repeat(4_000))],
    [{ items: { required: [...Array(5_000).keys()].map(String) } }, Array(5_000).fill({})],
    [{ const: "x".repeat(40_000) }, "y".repeat(40_000)],
    [{ items: { const: "x".repeat(40_000) } }, Array(100_000).fill(`${"x".repeat(39_999)}y`)],
    [{ items: { minLength: 5 } }, Array(5_000).fill("x".repeat(20_000))],
    [{ items: { type: Array(7_000).fill("null") } }, Array(5_000).fill(1)],
  ];
  let notApplied = 0;
  for (const [schema, reply] of cases) {
    const before = process.threadCpuUsage();
    const { valid, errors } = new ReplyCheck(schema).check(reply);
    const { user } = process.threadCpuUsage(before);
    // two million steps are a tenth of a second here; without the bound these take hours
    assert.ok(user < 5_000_000, `${JSON.stringify(schema).slice(0, 80)} took ${user} µs`);
    if (valid === null) {
      notApplied++;
      assert.match(errors[0], /not applied to the end.*2,000,000 steps/);
    }
  }
  assert.ok(notApplied >= 12, `${notApplied} were ended`);
});

Deno.test("a schema that refers to itself without an end is told, however deep the caller stands", () => {
  const schema = { $ref: "#" };
  assert.match(new ReplyCheck(schema).check(1).errors[0], /refers to itself/);
  const pair = { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" };
  assert.equal(new ReplyCheck(pair).check(1).valid, null);
});

Deno.test("a tree as deep as payloads are decoded is checked to its last leaf", () => {
  const schema: Given = {
    $defs: {
      node: {
        anyOf: [{ type: "number" }, {
          type: "object",
          properties: { next: { allOf: [{ $ref: "#/$defs/node" }] } },
        }],
      },
    },
    $ref: "#/$defs/node",
  };
  const tree = (leaf: JsonValue) => {
    let value = leaf;
    for (let i = 0; i < 64; i++) value = { next: value };
    return value;
  };
  assert.equal(new ReplyCheck(schema).check(tree(1)).valid, true);
  assert.equal(new ReplyCheck(schema).check(tree("x")).valid, false);
});

function nested(depth: number): Given {
  let schema: Given = { type: "number" };
  for (let i = 0; i < depth; i++) schema = { not: schema };
  return schema;
}

Deno.test("a schema that is none is refused, with the place and what belongs there", () => {
  const cases: [Given, RegExp][] = [
    [{ type: 7 }, /#\/type must be one or more of null/],
    [{ type: "text" }, /#\/type must be/],
    [{ properties: { a: { minimum: "0" } } }, /#\/properties\/a\/minimum must be a number/],
    [{ exclusiveMinimum: true }, /#\/exclusiveMinimum must be a number/],
    [{ dependencies: { a: ["b"] } }, /#\/dependencies must be written as dependentRequired/],
    [{ required: "a" }, /#\/required must be a list of names/],
    [{ allOf: [] }, /#\/allOf must be a list of schemas/],
    [{ properties: { a: 1 } }, /#\/properties must be an object of schemas/],
    [{ items: [{ minLength: -1 }] }, /#\/items\/0\/minLength must be a whole number/],
    [{ pattern: "(" }, /pattern "\(" at #\/pattern cannot be used: it is no regular/],
    [{ patternProperties: { "(?=a)": true } }, /looks ahead or behind/],
    [{ $ref: "#/$defs/none" }, /#\/\$ref leads to no schema in it.*nothing is fetched/],
    [{ $ref: "https://example.com/schema" }, /nothing is fetched/],
    [{ $comment: "x".repeat(50_001) }, /longer than 50,000 characters/],
    [{ multipleOf: 0 }, /a number over 0/],
    [nested(8_000), /nests deeper than 64 levels/],
    [
      { anyOf: [...Array(200).keys()].map((i) => ({ pattern: `a${i}` })) },
      /more than 100 patterns/,
    ],
  ];
  for (const [schema, reason] of cases) {
    assert.throws(() => new ReplyCheck(schema), (error) => {
      assert.ok(error instanceof SchemaError, String(error));
      assert.match(error.message, reason);
      return true;
    });
  }
});
