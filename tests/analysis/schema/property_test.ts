import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import formatsPlugin from "ajv-formats";
import fc from "fast-check";
import type { JsonValue } from "../../../src/payload/payload.ts";
import {
  SchemaInference,
  type SchemaOptions,
  type SchemaResult,
} from "../../../src/analysis/schema/mod.ts";

const encoder = new TextEncoder();
const START_MS = Date.UTC(2026, 0, 1);
const addFormats = formatsPlugin as unknown as typeof formatsPlugin.default;

interface Sample {
  readonly topic: string;
  readonly value: JsonValue;
}

function infer(samples: readonly Sample[], options: Partial<SchemaOptions> = {}): SchemaInference {
  const inference = new SchemaInference(options);
  learn(inference, samples);
  return inference;
}

function learn(
  inference: SchemaInference,
  samples: readonly Sample[],
): void {
  samples.forEach(({ topic, value }, index) => {
    const bytes = encoder.encode(JSON.stringify(value));
    inference.add(topic, bytes, START_MS + index * 1000);
  });
}

/** One for all schemas: each new one compiles the schema of schemas first. */
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats(ajv);

function assertAllValid(result: SchemaResult, samples: readonly Sample[]): void {
  const validate = ajv.compile(result.schema);
  ajv.removeSchema(result.schema);
  for (const { value } of samples) {
    const sent = JSON.parse(JSON.stringify(value));
    assert.ok(
      validate(sent),
      `${JSON.stringify(sent)} is not valid: ${JSON.stringify(validate.errors)} under ${
        JSON.stringify(result.schema)
      }`,
    );
  }
}

const topics = fc.constantFrom("a/1/state", "a/2/state", "b/x", "c");

/** Values as devices send them: few keys that repeat, strings that nearly have a format. */
const words = fc.oneof(
  fc.constantFrom("ON", "OFF", "idle", "", "2026-01-01T00:00:00Z", "2026-02-30", "192.168.0.1"),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.uuid(),
  fc.ipV4(),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.stringMatching(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/),
  fc.string({ unit: "grapheme" }),
);
const keys = fc.oneof(
  fc.constantFrom(
    "temp",
    "ts",
    "state",
    "battery",
    "__proto__",
    "constructor",
    "a.b",
    "0x00158d01",
  ),
  fc.integer({ min: 0, max: 30 }).map(String),
  fc.string(),
);
const deviceLike = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      words,
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(keys, tie("value"), { maxKeys: 12, noNullPrototype: true }),
  ),
})).value;
const anyJson = fc.jsonValue({ stringUnit: "grapheme" }) as fc.Arbitrary<JsonValue>;
const streams = fc.array(
  fc.record({ topic: topics, value: fc.oneof(deviceLike, anyJson) }),
  { maxLength: 40 },
);
/** Streams that repeat values, so that enums and required fields arise. */
const repetitive = fc.array(fc.record({ topic: topics, value: deviceLike }), {
  minLength: 1,
  maxLength: 6,
}).chain((pool) => fc.array(fc.constantFrom(...pool), { maxLength: 60 }));

Deno.test("every JSON sample is valid under the inferred schema", () => {
  fc.assert(
    fc.property(fc.oneof(streams, repetitive), (samples) => {
      assertAllValid(infer(samples).result(), samples);
    }),
    { numRuns: 80 },
  );
});

Deno.test("every JSON sample stays valid when every bound is reached", () => {
  const tight = {
    maxNodes: 12,
    maxDepth: 2,
    maxProperties: 4,
    maxValues: 2,
    maxExamples: 1,
    maxKeyChars: 3,
    maxTopics: 2,
  };
  const few = { maxChars: 1200 };
  fc.assert(
    fc.property(
      fc.oneof(streams, repetitive),
      fc.constantFrom<Partial<SchemaOptions>>(tight, few, { ...tight, ...few }, {
        maxProperties: 4,
      }),
      (samples, options) => {
        assertAllValid(infer(samples, options).result(), samples);
      },
    ),
    { numRuns: 80 },
  );
});

Deno.test("samples stay valid whatever order they came in", () => {
  fc.assert(
    fc.property(
      repetitive,
      fc.infiniteStream(fc.nat({ max: 1000 })),
      fc.constantFrom<Partial<SchemaOptions>>({}, { maxNodes: 12, maxProperties: 4, maxTopics: 2 }),
      (samples, ranks, options) => {
        const ranked = samples.map((sample) => ({ sample, rank: ranks.next().value as number }));
        const shuffled = ranked.sort((a, b) => a.rank - b.rank).map(({ sample }) => sample);
        assertAllValid(infer(shuffled, options).result(), samples);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("a result never grows beyond its bound, and asking for it changes nothing", () => {
  fc.assert(
    fc.property(streams, fc.integer({ min: 2000, max: 6000 }), (samples, maxChars) => {
      const inference = infer(samples, { maxChars });
      const first = JSON.stringify(inference.result());
      assert.ok(first.length <= maxChars, `${first.length} characters`);
      assert.equal(JSON.stringify(inference.result()), first);
    }),
    { numRuns: 50 },
  );
});
