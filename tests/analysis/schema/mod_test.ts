import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { encode as encodeMessagePack } from "@msgpack/msgpack";
import { Ajv2020 } from "ajv/dist/2020.js";
import formatsPlugin from "ajv-formats";
import { encode as encodeCbor } from "cborg";
import type { JsonValue } from "../../../src/payload/payload.ts";
import {
  type JsonSchema,
  type SchemaField,
  SchemaInference,
  type SchemaOptions,
  type SchemaResult,
} from "../../../src/analysis/schema/mod.ts";
import { writeJsonSchema } from "../../../src/analysis/schema/json_schema.ts";
import { type ShapeLimits, ShapeObserver } from "../../../src/analysis/schema/json_shape.ts";
import { Shape } from "../../../src/analysis/schema/shape.ts";

const encoder = new TextEncoder();
const START_MS = Date.UTC(2026, 0, 1);
const LIMITS: ShapeLimits = {
  maxNodes: 10_000,
  maxDepth: 32,
  maxProperties: 200,
  maxValues: 16,
  maxExamples: 3,
  maxKeyChars: 256,
};
const addFormats = formatsPlugin as unknown as typeof formatsPlugin.default;

interface Stream {
  readonly topic?: string;
  readonly count?: number;
  readonly options?: Partial<SchemaOptions>;
}

/** What a message is made of; undefined members are left out. */
type Made = JsonValue | Uint8Array | { [key: string]: JsonValue | undefined };

/** Infers from `count` messages, one a second; text is sent as it is, other values as JSON. */
function infer(
  make: (index: number) => Made,
  { topic = "t", count = 40, options = {} }: Stream = {},
): SchemaResult {
  const inference = new SchemaInference(options);
  learn(inference, { topic, count, make });
  return inference.result();
}

function learn(
  inference: SchemaInference,
  { topic, count = 40, make }: {
    topic: string;
    count?: number;
    make: (index: number) => Made;
  },
): void {
  for (let index = 0; index < count; index++) {
    const value = make(index);
    const payload = value instanceof Uint8Array
      ? value
      : encoder.encode(typeof value === "string" ? value : JSON.stringify(value));
    inference.add(topic, payload, START_MS + index * 1000);
  }
}

function fieldOf(result: SchemaResult, path: string): SchemaField {
  const field = result.fields.find((field) => field.path === path);
  assert.ok(field, `no field ${path} among ${result.fields.map(({ path }) => path)}`);
  return field;
}

function propertiesOf(schema: JsonValue | undefined): Record<string, JsonSchema> {
  return (schema as JsonSchema)["properties"] as Record<string, JsonSchema>;
}

function assertHolds(result: SchemaResult, values: JsonValue[]): void {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats(ajv);
  const validate = ajv.compile(result.schema);
  for (const value of values) {
    assert.ok(validate(value), `${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`);
  }
}

function at(index: number): string {
  return new Date(START_MS + index * 1000).toISOString();
}

Deno.test("the bytes of a JSON object are recognised as an object with its fields", () => {
  const inference = new SchemaInference();
  inference.add(
    "sensors/1",
    encoder.encode('{"temperature": 21.5, "unit": "C", "ok": true}'),
    START_MS,
  );
  const result = inference.result();
  assert.equal(result.sample_count, 1);
  assert.deepEqual(result.formats, { json: 1 });
  assert.equal(result.schema["type"], "object");
  assert.equal(result.schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  assert.deepEqual(result.schema["required"], ["temperature", "unit", "ok"]);
  assert.deepEqual(propertiesOf(result.schema), {
    temperature: {
      type: "number",
      minimum: 21.5,
      maximum: 21.5,
      description: "°C (guessed from the name)",
    },
    unit: { type: "string" },
    ok: { type: "boolean" },
  });
});

Deno.test("required and optional fields are told apart, with their presence", () => {
  const result = infer((index) => index % 4 === 0 ? { a: 1, b: null } : { a: 1 });
  assert.deepEqual(result.schema["required"], ["a"]);
  assert.equal(fieldOf(result, "a").presence, 1);
  assert.equal(fieldOf(result, "b").presence, 0.25);
  assert.deepEqual(fieldOf(result, "b").types, ["null"]);
  const nearly = infer((index) => ({ a: 1, ...(index !== 20 && { b: 1 }) }));
  assert.deepEqual(nearly.schema["required"], ["a"], "39 of 40 is not always");
});

Deno.test("a nullable field keeps its type beside null", () => {
  const result = infer((index) => ({ value: index % 2 === 0 ? null : index }));
  assert.deepEqual(propertiesOf(result.schema)["value"]["type"], ["integer", "null"]);
  assert.deepEqual(result.schema["required"], ["value"]);
  assert.deepEqual(result.drift, [], "null is no change of type");
});

Deno.test("whole numbers are integers until a fraction comes, with range and mean", () => {
  const whole = fieldOf(infer((index) => ({ n: index })), "n");
  assert.deepEqual(whole.types, ["integer"]);
  assert.deepEqual([whole.min, whole.max, whole.mean], [0, 39, 19.5]);
  const mixed = fieldOf(infer((index) => ({ n: index === 7 ? 7.5 : index })), "n");
  assert.deepEqual(mixed.types, ["number"]);
  const counter = fieldOf(infer((index) => ({ Total: 1234567.801 + index / 1e5 })), "Total");
  const { min, mean, max } = counter;
  assert.ok(Number(min) < mean! && mean! < Number(max), `${mean}`);
});

Deno.test("a few values that repeat are an enum; values that keep coming are not", () => {
  const modes = ["auto", "heat", "off"];
  const stable = infer((index) => ({ mode: modes[index % 3]!, serial: `n${index}` }));
  assert.deepEqual(fieldOf(stable, "mode").enum, modes);
  assert.deepEqual(propertiesOf(stable.schema)["mode"]["enum"], modes);
  assert.equal(fieldOf(stable, "serial").enum, undefined);
  const late = infer((index) => ({ mode: index === 39 ? "boost" : modes[index % 3]! }));
  assert.equal(fieldOf(late, "mode").enum, undefined, "a value seen once says that more may come");
  const few = infer((index) => ({ mode: modes[index % 3]! }), { count: 6 });
  assert.equal(fieldOf(few, "mode").enum, undefined, "six messages are not enough");
});

Deno.test("numbers are an enum only where they are codes", () => {
  const result = infer((index) => ({ status: index % 3, battery: 97 + index % 3, on: index % 2 }));
  assert.deepEqual(fieldOf(result, "status").enum, [0, 1, 2]);
  assert.deepEqual(fieldOf(result, "on").enum, [0, 1]);
  assert.equal(fieldOf(result, "battery").enum, undefined);
});

Deno.test("formats are told from the values of a field", () => {
  const hex = (index: number) => index.toString(16).padStart(2, "0");
  const result = infer((index) => ({
    at: at(index),
    local: at(index).slice(0, 19),
    day: at(index).slice(0, 10),
    id: `123e4567-e89b-42d3-a456-4266141740${hex(index)}`,
    ip: `10.0.0.${index}`,
    mac: `5C:CF:7F:00:00:${hex(index)}`,
    url: `http://cam.local:8080/shot/${index}?size=${index}`,
    text_number: `${index}.5`,
    raw: `0xdeadbeef${hex(index)}`,
    seen: START_MS / 1000 + index,
    seen_ms: START_MS + index,
    plain: `sensor ${index}`,
  }));
  const found = Object.fromEntries(result.fields.map(({ path, format }) => [path, format]));
  assert.deepEqual(found, {
    at: "date-time",
    local: "local-date-time",
    day: "date",
    id: "uuid",
    ip: "ipv4",
    mac: "mac",
    url: "uri",
    text_number: "numeric",
    raw: "hex",
    seen: "epoch-s",
    seen_ms: "epoch-ms",
    plain: undefined,
  });
  assert.equal(fieldOf(result, "seen").mean, undefined, "a mean time means nothing");
});

Deno.test("one value that is no date takes the format away", () => {
  const result = infer((index) => ({ at: index === 20 ? "2026-02-30T00:00:00Z" : at(index) }));
  assert.notEqual(fieldOf(result, "at").format, "date-time");
});

Deno.test("what is called a date is one to a validator", () => {
  const days = ["2024-02-29", "2026-02-29", "2000-02-29", "1900-02-29", "2026-04-31", "2026-13-01"];
  for (const day of days) {
    for (const text of [day, `${day}T23:59:59Z`, `${day}T24:00:00Z`, `${day}T00:00:00+01:00`]) {
      assertHolds(infer(() => text), [text]);
    }
  }
});

Deno.test("a large counter is not taken for a clock", () => {
  const result = infer((index) => ({ total_bytes: 123_456_789 + index * 1000 }));
  assert.equal(fieldOf(result, "total_bytes").format, undefined);
});

Deno.test("units are guessed from names, and from the range where the name leaves it open", () => {
  const result = infer((index) => ({
    temperature: 20 + index / 10,
    outdoorTempF: 60,
    color_temp: 350,
    humidity: 40,
    pressure: 1013,
    tank: { pressure: 3 },
    voltage: 3000,
    battery: 80,
    interval_ms: 500,
    rssi: -60,
    count: index,
  }));
  const units = Object.fromEntries(result.fields.map(({ path, unit }) => [path, unit]));
  assert.deepEqual(units, {
    temperature: "°C",
    outdoorTempF: "°F",
    color_temp: "mired",
    humidity: "%",
    pressure: "hPa",
    tank: undefined,
    "tank.pressure": undefined,
    voltage: "mV",
    battery: "%",
    interval_ms: "ms",
    rssi: "dBm",
    count: undefined,
  });
});

Deno.test("a map keyed by ids is additionalProperties, and fields beside the ids stay fields", () => {
  const result = infer((index) => ({
    count: index,
    devices: { [`0x00158d0001${1000 + index}`]: { rssi: -index, name: `n${index}` } },
  }), { count: 1000 });
  const devices = propertiesOf(result.schema)["devices"];
  assert.equal(devices["properties"], undefined);
  assert.deepEqual(
    (devices["additionalProperties"] as JsonSchema)["required"],
    ["rssi", "name"],
  );
  assert.deepEqual(result.fields.map(({ path }) => path), [
    "count",
    "devices",
    "devices.*",
    "devices.*.rssi",
    "devices.*.name",
  ]);
  assert.deepEqual(result.drift, [], "ids that come and go are no drift");
});

Deno.test("ids beside named fields in one object are told apart", () => {
  const result = infer((index) => ({
    version: 2,
    [`a4c138${String(index).padStart(6, "0")}`]: { on: true },
  }), { count: 20 });
  assert.deepEqual(Object.keys(propertiesOf(result.schema)), ["version"]);
  assert.deepEqual((result.schema["additionalProperties"] as JsonSchema)["required"], ["on"]);
});

Deno.test("fields that are always there survive when their object outgrows its bound", () => {
  const result = infer(
    (index) => ({ version: 2, [`node${"abcdefgh"[index % 8]}${index}x`]: [1] }),
    {
      options: { maxProperties: 10 },
    },
  );
  assert.deepEqual(Object.keys(propertiesOf(result.schema)), ["version"]);
  assert.equal((result.schema["additionalProperties"] as JsonSchema)["type"], "array");
});

Deno.test("numbered channels that are always there stay fields", () => {
  const result = infer(() => ({ POWER1: "ON", POWER2: "OFF", POWER3: "ON", Uptime: 5 }));
  assert.deepEqual(Object.keys(propertiesOf(result.schema)), [
    "POWER1",
    "POWER2",
    "POWER3",
    "Uptime",
  ]);
});

Deno.test("arrays have one schema for their items", () => {
  const result = infer((index) => ({ list: index % 2 === 0 ? [] : [{ v: index }, { v: 1.5 }] }));
  const list = propertiesOf(result.schema)["list"];
  assert.equal(list["type"], "array");
  assert.deepEqual((list["items"] as JsonSchema)["required"], ["v"]);
  assert.deepEqual(fieldOf(result, "list[].v").types, ["number"]);
});

Deno.test("an array whose positions differ is described without a tuple", () => {
  const result = infer((index) => ({ fix: ["gps", 52.1 + index / 1000, 13.4, true] }));
  const fix = propertiesOf(result.schema)["fix"];
  assert.equal(fix["prefixItems"], undefined);
  assert.deepEqual([fix["minItems"], fix["maxItems"]], [4, 4]);
  assert.match(
    String(fix["description"]),
    /always 4 items: \[0\] string, \[1\] number 52\.1…52\.139, \[2\] number 13\.4…13\.4, \[3\] boolean/,
  );
});

Deno.test("an array of like measurements is no tuple, however constant its length", () => {
  const result = infer((index) => ({ cells: [3.3 + index / 100, 3.31, 3.32] }));
  assert.equal(propertiesOf(result.schema)["cells"]["minItems"], undefined);
});

Deno.test("topics that share a structure are one group under a common filter", () => {
  const inference = new SchemaInference();
  for (const room of ["kitchen", "hall", "bath"]) {
    learn(inference, { topic: `sensors/${room}/temp`, make: (index) => String(20 + index / 10) });
    learn(inference, { topic: `sensors/${room}/state`, make: (index) => index % 2 ? "ON" : "OFF" });
    learn(inference, {
      topic: `zigbee2mqtt/${room}`,
      make: (index) => ({ contact: true, battery: index, ...(index % 3 === 0 && { lqi: 1 }) }),
    });
  }
  const result = inference.result();
  const found = result.groups.map(({ pattern, topic_count }) => [pattern, topic_count]).sort();
  assert.deepEqual(found, [["sensors/+/state", 3], ["sensors/+/temp", 3], ["zigbee2mqtt/+", 3]]);
  const titles = (result.schema["anyOf"] as JsonSchema[]).map(({ title }) => title).sort();
  assert.deepEqual(titles, ["sensors/+/state", "sensors/+/temp", "zigbee2mqtt/+"]);
  assert.equal(fieldOf(result, "battery").group, "zigbee2mqtt/+");
});

Deno.test("a field that changed its type is told with when and where", () => {
  const result = infer((index) => ({ t: index < 25 ? index : String(index) }), { topic: "a/b" });
  assert.equal(result.drift.length, 1);
  const { detail, ...drift } = result.drift[0];
  assert.deepEqual(drift, {
    topic: "a/b",
    path: "t",
    change: "type_changed",
    at: at(25),
    from: "number",
    to: "string",
  });
  assert.ok(result.warnings.includes(detail));
  assert.notEqual(result.confidence.level, "high");
});

Deno.test("a field that keeps changing its type alternates", () => {
  const result = infer((index) => ({ t: index % 2 === 0 ? index : "n/a" }));
  assert.deepEqual(result.drift.map(({ change, at }) => [change, at]), [[
    "type_alternates",
    at(1),
  ]]);
});

Deno.test("a field that disappeared is told with when it was last there, a rare one is not", () => {
  const result = infer((index) => ({
    steady: 1,
    ...(index < 20 && { gone: { deep: 1 } }),
    ...(index >= 30 && { fresh: 1 }),
    ...(index % 7 === 0 && { rare: 1 }),
  }), { topic: "a/b" });
  assert.deepEqual(
    result.drift.map(({ topic, path, change, at }) => [topic, path, change, at]),
    [["a/b", "gone", "disappeared", at(19)], ["a/b", "fresh", "appeared", at(30)]],
  );
});

Deno.test("drift is judged topic by topic", () => {
  const inference = new SchemaInference();
  learn(inference, { topic: "d/1", make: (index) => ({ v: index, mode: "a" }) });
  learn(inference, { topic: "d/2", make: (index) => ({ v: index }) });
  assert.deepEqual(inference.result().drift, []);
});

Deno.test("payloads that are no JSON among JSON are counted and told, and leave the schema alone", () => {
  const result = infer((index) => index < 30 ? { a: 1 } : '{"a":', { topic: "x" });
  assert.deepEqual(result.formats, { json: 30, text: 10 });
  assert.equal(result.schema["type"], "object");
  assert.ok(
    result.warnings.some((warning) =>
      warning.includes("mixed on x: 30 JSON, 10 text") && warning.includes(at(30))
    ),
    result.warnings.join("\n"),
  );
  assert.equal(result.drift[0]?.change, "format_changed");
});

Deno.test("an emptied retained message is counted and is no change of format", () => {
  const result = infer((index) => index === 5 ? new Uint8Array() : { a: 1 });
  assert.deepEqual(result.formats, { json: 39, empty: 1 });
  assert.deepEqual(result.drift, []);
  assert.deepEqual(result.warnings, []);
});

Deno.test("numbers too large for a double are numbers in the schema, as they were sent", () => {
  const sent = '{"n": 12345678901234567890}';
  const { schema } = infer(() => sent);
  assert.ok(new Ajv2020({ strict: true }).validate(schema, JSON.parse(sent)));
});

Deno.test("JSON texts that are one value are inferred as that value", () => {
  assert.equal(infer((index) => String(index)).schema["type"], "integer");
  assert.equal(infer(() => "true").schema["type"], "boolean");
  assert.equal(infer(() => "null").schema["type"], "null");
  assert.equal(infer(() => '"word"').schema["type"], "string");
});

Deno.test("MessagePack, CBOR and compressed JSON are inferred like the JSON they hold", () => {
  // In CBOR's canonical order of keys, which the encoder writes whatever it is given.
  const make = (index: number) => ({ on: true, rpm: 1400 + index / 2, name: `pump ${index}` });
  const plain = infer(make);
  const encoders: [string, (value: JsonValue) => Uint8Array][] = [
    ["messagepack", encodeMessagePack],
    ["cbor", encodeCbor],
    ["gzip+json", (value) => new Uint8Array(gzipSync(JSON.stringify(value)))],
  ];
  for (const [format, encode] of encoders) {
    const result = infer((index) => encode(make(index)));
    assert.deepEqual(result.formats, { [format]: 40 });
    assert.deepEqual(result.schema, plain.schema, format);
    assert.deepEqual(result.fields, plain.fields, format);
  }
});

Deno.test("Sparkplug B metrics are inferred with the names their birth gave them", () => {
  const inference = new SchemaInference();
  const double = [...new Uint8Array(new Float64Array([21.5]).buffer)];
  // Payload { 1: timestamp, 2: metric { 1: name, 2: alias, 4: datatype, 13: double }, 3: seq }
  const value = [0x10, 7, 0x20, 10, 0x69, ...double];
  const metric = (bytes: number[]) => [0x12, bytes.length, ...bytes];
  const name = [0x0a, 4, ...encoder.encode("Temp")];
  const birth = Uint8Array.from([0x08, 1, ...metric([...name, ...value]), 0x18, 0]);
  inference.add("spBv1.0/plant/NBIRTH/edge", birth, START_MS);
  for (let seq = 1; seq <= 20; seq++) {
    const data = Uint8Array.from([0x08, 1, ...metric(value), 0x18, seq]);
    inference.add("spBv1.0/plant/NDATA/edge", data, START_MS + seq * 1000);
  }
  const result = inference.result();
  assert.deepEqual(result.formats, { sparkplug_b: 21 });
  assert.deepEqual(fieldOf(result, "metrics[].name").enum, ["Temp"]);
  assert.equal(fieldOf(result, "metrics[].value").max, 21.5);
});

Deno.test("words are described by their values", () => {
  const result = infer((index) => index % 5 === 0 ? "offline" : "online");
  assert.deepEqual(result.schema["enum"], ["offline", "online"]);
  assert.equal(result.groups[0]?.text?.kind, "words");
  assert.deepEqual(result.groups[0]?.text?.values, ["offline", "online"]);
});

Deno.test("delimited text is described by its columns", () => {
  const { text } = infer((index) => `${index};${20 + index / 8};ok`).groups[0];
  assert.equal(text?.kind, "delimited");
  assert.equal(text.delimiter, ";");
  assert.deepEqual(text.columns?.map(({ path, types }) => [path, types]), [
    ["0", ["integer"]],
    ["1", ["number"]],
    ["2", ["string"]],
  ]);
  assert.deepEqual([text.columns?.[1]?.min, text.columns?.[1]?.max], [20, 24.875]);
});

Deno.test("key=value text and line protocol are described by their keys", () => {
  const pairs = infer((index) => `temp=${index} hum=40,door=open`).groups[0]?.text;
  assert.equal(pairs?.kind, "key_value");
  assert.deepEqual(pairs.columns?.map(({ path }) => path), ["temp", "hum", "door"]);
  const lines = infer((index) => `weather,site=a temp=${index}.5,n=3i 14655398300${10 + index}`)
    .groups[0]?.text;
  assert.equal(lines?.kind, "influx_line");
  assert.deepEqual(lines.columns?.map(({ path, types }) => [path, types[0]]), [
    ["site", "string"],
    ["temp", "number"],
    ["n", "integer"],
  ]);
});

Deno.test("text around changing numbers is described by its template", () => {
  const text = infer((index) => `Pump 3 ran for ${index} s`).groups[0]?.text;
  assert.equal(text?.kind, "template");
  assert.deepEqual(text.templates, [{ template: "Pump {n} ran for {n} s", count: 40 }]);
});

Deno.test("prose without a pattern is free text", () => {
  const text = infer((index) =>
    `${"abcdefghij".slice(index % 10)} ${"qrstuvwxyz".slice(index % 7)}`
  )
    .groups[0]?.text;
  assert.equal(text?.kind, "free");
});

Deno.test("XML is described by its elements and attributes", () => {
  const { xml } = infer((index) => `<m id="${index}"><t unit="C">${20 + index}</t></m>`).groups[0];
  assert.deepEqual(xml?.roots, ["m"]);
  assert.deepEqual(xml?.fields.map(({ path, types }) => [path, types[0]]), [
    ["m", "object"],
    ["m.t", "object"],
    ['m.t["#text"]', "integer"],
    ['m.t["@unit"]', "string"],
    ['m["@id"]', "integer"],
  ]);
});

Deno.test("binary payloads are described by length, constant bytes, counters and entropy", () => {
  const result = infer((index) =>
    Uint8Array.of(0xaa, 0x55, index, 0xff, (index * 37) & 0xff, 0x80, 0xfe)
  );
  const { binary } = result.groups[0];
  assert.deepEqual(binary?.length, { min: 7, max: 7, mean: 7 });
  assert.deepEqual(binary.constant_bytes, [
    { offset: 0, hex: "aa55" },
    { offset: 3, hex: "ff" },
    { offset: 5, hex: "80fe" },
  ]);
  assert.deepEqual(binary.counter_offsets, [2]);
  assert.ok(binary.entropy_bits_per_byte > 3 && binary.entropy_bits_per_byte < 5);
  assert.equal(result.schema["type"], undefined);
});

Deno.test("random bytes are said to be compressed or encrypted", () => {
  let state = 1;
  const next = () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >>> 16 & 0xff;
  const { binary } =
    infer(() => Uint8Array.from({ length: 500 }, (_, index) => index < 2 ? 0xff : next()))
      .groups[0];
  assert.match(binary?.note ?? "", /compressed or encrypted/);
});

Deno.test("confidence grows with samples and falls with disagreement, and says why", () => {
  const steady = (index: number) => ({ a: index, b: "x" });
  assert.equal(infer(steady, { count: 40 }).confidence.level, "high");
  assert.equal(infer(steady, { count: 15 }).confidence.level, "medium");
  const few = infer(steady, { count: 3 }).confidence;
  assert.equal(few.level, "low");
  assert.match(few.why, /3 messages: .*few messages/);
  const wild = infer((index) => ({ [`k${index % 5}`]: index % 2 === 0 ? index : "x" })).confidence;
  assert.equal(wild.level, "low");
  assert.ok(wild.consistency < 0.7);
  assert.match(wild.why, /differ from each other/);
});

Deno.test("no message at all is an answer", () => {
  const result = new SchemaInference().result();
  assert.equal(result.sample_count, 0);
  assert.equal(result.confidence.level, "low");
  assert.deepEqual(result.fields, []);
  assert.match(result.warnings[0] ?? "", /No message was seen/);
});

Deno.test("every bound that is reached is told", () => {
  const deep = infer(() => ({ a: { b: { c: { d: 1 } } } }), { options: { maxDepth: 2 } });
  assert.match(deep.warnings.join("\n"), /deeper than 2 levels/);
  const wide = infer((index) => ({ [`k${index}x`]: index }), { options: { maxProperties: 10 } });
  assert.match(wide.warnings.join("\n"), /more than 10 fields is taken for a map/);
  const many = infer((index) => ({ [`k${index}x`]: index }), { options: { maxNodes: 10 } });
  assert.match(many.warnings.join("\n"), /More than 10 different fields/);
  const long = infer(() => ({ ["k".repeat(300)]: 1 }));
  assert.match(long.warnings.join("\n"), /longer than 256 characters/);
  const topics = new SchemaInference({ maxTopics: 2 });
  for (const topic of ["a", "b", "c", "d"]) {
    learn(topics, {
      topic,
      make: (index) => String(index),
    });
  }
  assert.match(topics.result().warnings.join("\n"), /More than 2 topics/);
  assert.equal(topics.result().sample_count, 160);
});

Deno.test("a result stays under its size, says what it left out, and its schema still holds", () => {
  const inference = new SchemaInference();
  const wide: Record<string, JsonValue>[] = [];
  for (let device = 0; device < 60; device++) {
    const value: Record<string, JsonValue> = {};
    for (let field = 0; field < 80; field++) {
      value[`${"field name ".repeat(3)}${"abcdefgh"[field % 8]}${device}_${field}x`] = {
        text: `${"long value ".repeat(6)}${field}`,
        at: at(field),
      };
    }
    wide.push(value);
    learn(inference, { topic: `plant/${device}/data`, count: 3, make: () => value });
  }
  const result = inference.result();
  const size = JSON.stringify(result).length;
  assert.ok(size <= 30_000, `${size} characters`);
  assert.ok(size > 5_000, `${size} characters leave too much out`);
  const told = result.warnings.join("\n");
  assert.match(told, /Schema shortened/);
  assert.match(told, /Fields list \d+ of \d+/);
  assertHolds(result, wide);
});

Deno.test("a schema that lists only some fields of a map says nothing of the others", () => {
  const value: Record<string, JsonValue> = {};
  for (let field = 0; field < 100; field++) value[`${"name ".repeat(8)}${field}x`] = "text";
  const values = Array.from({ length: 20 }, (_, index) => ({
    ...value,
    [`0x00158d00${10 + index}`]: { on: true },
  }));
  const result = infer((index) => values[index], { count: 20, options: { maxChars: 8000 } });
  assert.match(result.warnings.join("\n"), /Schema shortened/);
  assertHolds(result, values);
});

/** The trees of each list of values, seen within bounds of their own, merged in order. */
function mergeAll(parts: [JsonValue[], Partial<ShapeLimits>][]) {
  const merged = { shape: new Shape(), observer: new ShapeObserver(LIMITS) };
  for (const [values, limits] of parts) {
    const observer = new ShapeObserver({ ...LIMITS, ...limits });
    const shape = new Shape();
    for (const value of values) observer.observe(shape, value, START_MS);
    merged.observer.merge(merged.shape, shape);
  }
  return merged;
}

function assertShapeHolds(shape: Shape, values: JsonValue[]): void {
  const detail = { maxDepth: 64, maxProperties: 1000, annotations: true };
  const validate = new Ajv2020({ allowUnionTypes: true })
    .compile(writeJsonSchema(shape, "", detail).schema);
  for (const value of values) {
    assert.ok(validate(value), `${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`);
  }
}

Deno.test("a field that one side of a merge passed over is left open, for good", () => {
  const before = { a: 1, x: 1 };
  const passedOver = { x: 1, a: "text" };
  const { shape, observer } = mergeAll([[[before], {}], [[passedOver], { maxNodes: 1 }]]);
  assertShapeHolds(shape, [before, passedOver]);
  observer.observe(shape, before, START_MS);
  assertShapeHolds(shape, [before, passedOver]);
});

Deno.test("items that one side of a merge passed over are left open", () => {
  const { shape } = mergeAll([[[[1], [2]], {}], [[["text"]], { maxNodes: 0 }]]);
  assertShapeHolds(shape, [[1], [2], ["text"]]);
});

Deno.test("a field on one side of a merge may be among the ids of a map on the other", () => {
  const map = { k: "text", l: "text", m: "text", n: "text" };
  const { shape } = mergeAll([[[{ k: 1 }], {}], [[map], { maxProperties: 2 }]]);
  assertShapeHolds(shape, [{ k: 1 }, map]);
});

Deno.test("structures whose topics fall under one filter are told apart by a topic of each", () => {
  const inference = new SchemaInference();
  for (
    const [name, make] of [["lamp", (n: number) => ({ on: n % 2 > 0 })], [
      "plug",
      (n: number) => ({ watts: 12.5 + n }),
    ]] as const
  ) {
    for (const k of [1, 2, 3, 4, 5]) {
      learn(inference, { topic: `home/${name}_${k}`, make, count: 20 });
    }
  }
  const { fields, groups, schema } = inference.result();
  assert.deepEqual(groups.map(({ pattern }) => pattern), ["home/+", "home/+"]);
  assert.deepEqual(
    fields.map(({ path, group }) => [path, group]).toSorted(),
    [["on", "home/+ as home/lamp_1"], ["watts", "home/+ as home/plug_1"]],
  );
  assert.deepEqual(
    (schema.anyOf as JsonSchema[]).map(({ title }) => title).toSorted(),
    ["home/+ as home/lamp_1", "home/+ as home/plug_1"],
  );
});
