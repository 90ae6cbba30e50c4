import assert from "node:assert/strict";
import fc from "fast-check";
import { decodePayload } from "../../src/payload/decode.ts";
import type { DecodedPayload, JsonValue } from "../../src/payload/payload.ts";
import { previewPayload } from "../../src/payload/present.ts";
import { parseSparkplugTopic, SparkplugState } from "../../src/payload/sparkplug.ts";
import { ProtobufWriter } from "./protobuf_writer.ts";

const TIME = 1_700_000_000_000;

interface MetricToSend {
  name?: string;
  alias?: number;
  type?: number;
  value: (metric: ProtobufWriter) => void;
}

function payloadOf(metrics: MetricToSend[], seq?: number): Uint8Array {
  const writer = new ProtobufWriter().varint(1, TIME);
  for (const { name, alias, type, value } of metrics) {
    const metric = new ProtobufWriter();
    if (name !== undefined) metric.text(1, name);
    if (alias !== undefined) metric.varint(2, alias);
    if (type !== undefined) metric.varint(4, type);
    value(metric);
    writer.message(2, metric);
  }
  if (seq !== undefined) writer.varint(3, seq);
  return writer.toBytes();
}

const int = (value: number) => (metric: ProtobufWriter) => void metric.varint(10, value);
const float = (value: number) => (metric: ProtobufWriter) => void metric.float(12, value);

/** A stream of messages from one node, decoded with one state. */
class Stream {
  readonly state = new SparkplugState();

  hear(type: string, bytes: Uint8Array, device?: string): DecodedPayload {
    const topic = `spBv1.0/plant/${type}/node1${device === undefined ? "" : `/${device}`}`;
    return decodePayload(bytes, { topic, sparkplug: this.state });
  }

  birth(seq = 0, bdSeq = 0): DecodedPayload {
    return this.hear(
      "NBIRTH",
      payloadOf([
        { name: "bdSeq", type: 4, value: (m) => m.varint(11, bdSeq) },
        { name: "Temperature", alias: 1, type: 9, value: float(21.3) },
        { name: "Level", alias: 2, type: 3, value: int(-5 >>> 0) },
      ], seq),
    );
  }

  states(): Record<string, string> {
    return Object.fromEntries(
      this.state.nodes().map(({ node, device, state }) => [device ?? node, state]),
    );
  }
}

function metricsOf(decoded: DecodedPayload): { [key: string]: JsonValue }[] {
  assert.equal(decoded.format, "sparkplug_b");
  const { value } = decoded;
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
  assert.ok(Array.isArray(value.metrics));
  return value.metrics as { [key: string]: JsonValue }[];
}

Deno.test("a Sparkplug topic is taken apart, and no other topic is one", () => {
  assert.deepEqual(parseSparkplugTopic("spBv1.0/g/DDATA/n/d"), {
    group: "g",
    type: "DDATA",
    node: "n",
    device: "d",
  });
  assert.equal(parseSparkplugTopic("spBv1.0/g/NDATA/n")?.device, undefined);
  const others = [
    "spBv1.0/STATE/host",
    "spBv1.0/g/NDATA/n/d",
    "spBv1.0/g/DDATA/n",
    "spAv1.0/g/NDATA/n",
    "x/spBv1.0/g/NDATA/n",
    "spBv1.0/g/XDATA/n",
    "spBv1.0/g/NDATA/n/d/e",
  ];
  for (const topic of others) assert.equal(parseSparkplugTopic(topic), null, topic);
});

Deno.test("a birth is decoded with names, types and values", () => {
  const decoded = new Stream().birth();
  assert.equal(decoded.certainty, "certain");
  assert.equal(decoded.note, undefined);
  assert.deepEqual(metricsOf(decoded), [
    { name: "bdSeq", datatype: "Int64", value: 0 },
    { name: "Temperature", alias: 1, datatype: "Float", value: 21.3 },
    { name: "Level", alias: 2, datatype: "Int32", value: -5 },
  ]);
  assert.equal((decoded.value as { timestamp: number }).timestamp, TIME);
});

Deno.test("aliases in data get the name and type of the birth", () => {
  const stream = new Stream();
  stream.birth();
  const data = stream.hear(
    "NDATA",
    payloadOf([{ alias: 1, value: float(22.5) }, { alias: 2, value: int(-7 >>> 0) }], 1),
  );
  assert.deepEqual(metricsOf(data), [
    { name: "Temperature", alias: 1, datatype: "Float", value: 22.5 },
    { name: "Level", alias: 2, datatype: "Int32", value: -7 },
  ]);
  assert.equal(data.note, undefined);
});

Deno.test("data without a birth says so, and keeps its aliases", () => {
  const data = new Stream().hear("NDATA", payloadOf([{ alias: 1, value: float(1) }], 9));
  assert.deepEqual(metricsOf(data), [{ alias: 1, value: 1 }]);
  assert.match(data.note ?? "", /1 alias unknown.*No birth was heard/);
});

Deno.test("without a state a payload is decoded on its own", () => {
  const bytes = payloadOf([{ alias: 1, value: float(1) }], 9);
  const decoded = decodePayload(bytes, { topic: "spBv1.0/g/NDATA/n" });
  assert.deepEqual(metricsOf(decoded), [{ alias: 1, value: 1 }]);
  assert.equal(decoded.note, undefined);
});

Deno.test("sequence gaps are told and counted, over the wrap at 256 and over devices", () => {
  const stream = new Stream();
  stream.birth();
  const send = (seq: number, device?: string) =>
    stream.hear(device === undefined ? "NDATA" : "DDATA", payloadOf([], seq), device).note ?? "";
  stream.hear("DBIRTH", payloadOf([{ name: "v", alias: 7, value: int(1) }], 1), "pump");
  assert.equal(send(2), "");
  assert.equal(send(3, "pump"), "");
  assert.match(send(6), /Sequence gap: seq 6 after 3, 2 messages missing/);
  assert.equal(send(6), "", "a repeated message is no gap");
  assert.match(send(255), /248 messages missing/);
  assert.equal(send(0), "");
  assert.equal(stream.state.nodes().find(({ device }) => device === undefined)?.missing, 250);
});

Deno.test("a death leaves the node dead and its devices stale until they are born again", () => {
  const stream = new Stream();
  stream.birth(0, 4);
  stream.hear("DBIRTH", payloadOf([{ name: "v", value: int(1) }], 1), "pump");
  assert.deepEqual(stream.states(), { node1: "alive", pump: "alive" });
  const death = (bdSeq: number) =>
    stream.hear(
      "NDEATH",
      payloadOf([{ name: "bdSeq", type: 4, value: (m) => m.varint(11, bdSeq) }]),
    );
  assert.match(death(3).note ?? "", /earlier life/);
  assert.deepEqual(stream.states(), { node1: "alive", pump: "alive" });
  death(4);
  assert.deepEqual(stream.states(), { node1: "dead", pump: "stale" });
  assert.match(
    stream.hear("DDATA", payloadOf([], 2), "pump").note ?? "",
    /Data from a stale device/,
  );
  assert.match(stream.hear("NDATA", payloadOf([], 3)).note ?? "", /Data from a dead node/);
  stream.birth(0, 5);
  assert.deepEqual(stream.states(), { node1: "alive", pump: "stale" });
  stream.hear("DDEATH", payloadOf([], 1), "pump");
  assert.deepEqual(stream.states(), { node1: "alive", pump: "dead" });
});

Deno.test("every kind of value is decoded", () => {
  const dataSet = new ProtobufWriter().varint(1, 2).text(2, "name").text(2, "count")
    .varint(3, 12).varint(3, 3)
    .message(
      4,
      new ProtobufWriter()
        .message(1, new ProtobufWriter().text(6, "a"))
        .message(1, new ProtobufWriter().varint(1, 0xffffffff)),
    );
  const template = new ProtobufWriter().text(4, "Motor")
    .message(2, new ProtobufWriter().text(1, "rpm").varint(4, 7).varint(10, 900))
    .message(3, new ProtobufWriter().text(1, "size").varint(2, 12).text(8, "L"));
  const properties = new ProtobufWriter().text(1, "engUnit")
    .message(2, new ProtobufWriter().varint(1, 12).text(8, "°C"));
  const decoded = new Stream().hear(
    "NBIRTH",
    payloadOf([
      { name: "i8", type: 1, value: int(0xff) },
      { name: "u32", type: 7, value: int(4_000_000_000) },
      { name: "i64", type: 4, value: (m) => m.varint(11, -9007199254740993n) },
      { name: "u64", type: 8, value: (m) => m.varint(11, 18446744073709551615n) },
      { name: "double", type: 10, value: (m) => m.double(13, 0.1) },
      { name: "bool", type: 11, value: (m) => m.varint(14, true) },
      { name: "text", type: 12, value: (m) => m.text(15, "grün") },
      { name: "null", type: 9, value: (m) => m.varint(7, true) },
      { name: "bytes", type: 17, value: (m) => m.content(16, Uint8Array.of(1, 2, 3)) },
      { name: "i16s", type: 23, value: (m) => m.content(16, Uint8Array.of(0xff, 0xff, 2, 0)) },
      { name: "flags", type: 32, value: (m) => m.content(16, Uint8Array.of(3, 0, 0, 0, 0xa0)) },
      { name: "names", type: 33, value: (m) => m.content(16, new TextEncoder().encode("a\0b\0")) },
      { name: "set", type: 16, value: (m) => m.message(17, dataSet) },
      { name: "motor", type: 19, value: (m) => m.message(18, template) },
      { name: "unit", type: 3, value: (m) => m.message(9, properties).varint(10, 1) },
    ], 0),
  );
  const values = Object.fromEntries(metricsOf(decoded).map(({ name, value }) => [name, value]));
  assert.deepEqual(values, {
    i8: -1,
    u32: 4_000_000_000,
    i64: "-9007199254740993",
    u64: "18446744073709551615",
    double: 0.1,
    bool: true,
    text: "grün",
    null: null,
    bytes: "AQID",
    i16s: [-1, 2],
    flags: [true, false, true],
    names: ["a", "b"],
    set: { columns: ["name", "count"], types: ["String", "Int32"], rows: [["a", -1]] },
    motor: {
      template_ref: "Motor",
      parameters: { size: "L" },
      metrics: [{ name: "rpm", datatype: "UInt32", value: 900 }],
    },
    unit: 1,
  });
  assert.deepEqual(metricsOf(decoded).at(-1)?.properties, { engUnit: "°C" });
});

Deno.test("a Sparkplug topic convinces nobody of text, and no other topic makes Sparkplug", () => {
  const topic = "spBv1.0/g/NDATA/n";
  const encode = (text: string) => new TextEncoder().encode(text);
  assert.equal(decodePayload(encode("55.49"), { topic }).format, "number");
  assert.equal(decodePayload(encode('{"online":true}'), { topic }).format, "json");
  const noise = decodePayload(Uint8Array.of(0xff, 0xfe, 0, 1, 2), { topic });
  assert.equal(noise.format, "binary");
  assert.match(noise.note ?? "", /no Sparkplug B payload/);
  const payload = payloadOf([{ name: "x", type: 9, value: float(1) }], 0);
  assert.notEqual(decodePayload(payload, { topic: "a/b" }).format, "sparkplug_b");
});

Deno.test("a payload cut anywhere neither throws nor is half believed", () => {
  const whole = payloadOf([{ name: "Temperature", alias: 1, type: 9, value: float(21.3) }], 3);
  fc.assert(fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
    const stream = new Stream();
    const broken = whole.slice();
    broken[at] = byte;
    stream.hear("NBIRTH", broken);
    const cut = stream.hear("NDATA", whole.subarray(0, at));
    if (cut.format === "sparkplug_b") assert.ok(metricsOf(cut).length <= 1);
  }));
});

Deno.test("templates inside each other without end are bounded", () => {
  let metric = new ProtobufWriter().text(1, "leaf").varint(10, 1);
  for (let i = 0; i < 100; i++) {
    metric = new ProtobufWriter().text(1, "t").message(18, new ProtobufWriter().message(2, metric));
  }
  const bytes = new ProtobufWriter().varint(1, TIME).message(2, metric).toBytes();
  const decoded = new Stream().hear("NBIRTH", bytes);
  assert.equal(decoded.format, "sparkplug_b");
  assert.ok(JSON.stringify(decoded.value).split('"metrics"').length < 15);
});

Deno.test("the state remembers no more than its bound of nodes", () => {
  const state = new SparkplugState();
  const birth = payloadOf([{ name: "x", alias: 1, type: 9, value: float(1) }], 0);
  for (let i = 0; i < 2500; i++) {
    decodePayload(birth, { topic: `spBv1.0/g/NBIRTH/node${i}`, sparkplug: state });
  }
  assert.equal(state.nodes().length, 2000);
  assert.equal(state.nodes().at(-1)?.node, "node2499");
});

Deno.test("a preview begins with the names and values of the metrics", () => {
  const stream = new Stream();
  stream.birth();
  const bytes = payloadOf([{ alias: 2, value: int(7) }, { alias: 9, value: int(8) }], 1);
  const decoded = stream.hear("NDATA", bytes);
  const preview = (maxChars: number) =>
    previewPayload(bytes, { topic: "spBv1.0/plant/NDATA/node1", decoded, maxChars });
  assert.match(preview(60), /^\{"metrics":\[\{"name":"Level","value":7,/);
  assert.deepEqual(JSON.parse(preview(1_000)), decoded.value, "whole where there is room");
});
