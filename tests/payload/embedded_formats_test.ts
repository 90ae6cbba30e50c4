import assert from "node:assert/strict";
import fc from "fast-check";
import { decodePayload } from "../../src/payload/decode.ts";

const encoder = new TextEncoder();
const decode = (payload: string | Uint8Array, topic = "x") =>
  decodePayload(typeof payload === "string" ? encoder.encode(payload) : payload, { topic });

Deno.test("InfluxDB's line protocol is read with its tags, types, escapes and time", () => {
  const one = decode(
    'cpu,host=a\\ b,region=eu load=0.64,err_in=0i,up=t,msg="a, b" 1465839830100400200',
  );
  assert.equal(one.format, "influx_line");
  assert.deepEqual(one.value, {
    measurement: "cpu",
    tags: { host: "a b", region: "eu" },
    fields: { load: 0.64, err_in: 0, up: true, msg: "a, b" },
    timestamp: "1465839830100400200",
  });
  const two = decode("m,a=1 v=1\nm,a=2 v=2\n");
  assert.equal(two.certainty, "likely");
  assert.ok(Array.isArray(two.value) && two.value.length === 2);
});

Deno.test("text that only looks like line protocol stays text", () => {
  for (
    const text of [
      "temp value=3",
      "state=on, level=4",
      "a,b c",
      "Voltage, phase=1 U=230V 1465839830",
      "m,a=1 v=word 1465839830100400200",
      "m,a=1 v=1 14658",
      "[12:03] job,id=4 done=yes",
    ]
  ) assert.equal(decode(text).format, "text", text);
});

/** A protobuf field: its number, and a varint, text, bytes or four bytes. */
function field(number: number, value: number | string | number[] | { fixed: number[] }): number[] {
  if (typeof value === "number") return [number << 3, ...varint(value)];
  if (!Array.isArray(value) && typeof value === "object") return [number << 3 | 5, ...value.fixed];
  const bytes = typeof value === "string" ? [...encoder.encode(value)] : value;
  return [number << 3 | 2, ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [value % 128 | 128, ...varint(Math.floor(value / 128))];
}

const envelope = (inner: number[], gateway = "!a1b2c3d4") =>
  Uint8Array.from([...field(1, inner), ...field(2, "LongFast"), ...field(3, gateway)]);
const head = [
  ...field(1, { fixed: [0xd4, 0xc3, 0xb2, 0xa1] }),
  ...field(2, { fixed: [255, 255, 255, 255] }),
  ...field(6, { fixed: [1, 0, 0, 0] }),
];

Deno.test("a Meshtastic envelope is read: who, to whom, by which gateway, and what is not encrypted", () => {
  const battery = field(2, field(2, [...field(1, 87)]));
  const data = field(4, [...field(1, 67), ...battery]);
  const read = decode(envelope([...head, ...data]), "msh/EU_868/2/e/LongFast/!a1b2c3d4");
  assert.equal(read.format, "meshtastic");
  assert.deepEqual(read.value, {
    packet: {
      from: "!a1b2c3d4",
      to: "!ffffffff",
      id: 1,
      portnum: "TELEMETRY_APP",
      battery_level: 87,
    },
    channel_id: "LongFast",
    gateway_id: "!a1b2c3d4",
  });
  const closed = decode(envelope([...head, ...field(5, [1, 2, 3, 200])]));
  assert.match(closed.note ?? "", /encrypted/);
  assert.notEqual(decode(envelope([...head, ...data], "gateway")).format, "meshtastic");
});

Deno.test("parts of an advertisement are told as gateways pass them on", () => {
  assert.match(
    noteOf({
      id: "AA:BB",
      rssi: -71,
      servicedatauuid: "0xfcd2",
      servicedata: "4001640ce80b2d012101",
    }),
    /^servicedata is BTHome 2: battery 100 %, voltage 3\.048 V, window 1, motion 1$/,
  );
  assert.match(
    noteOf({
      id: "AA:BB",
      manufacturerdata: "99040512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F",
    }),
    /^manufacturerdata is Ruuvi, format 5: temperature 24\.3 °C/,
  );
  assert.equal(noteOf({ id: "AA:BB", servicedatauuid: "0xfe95", servicedata: "5020aa0149" }), "");
  // A value below zero, and a power of four bytes that is drawn from the grid.
  assert.match(
    noteOf({ rssi: 1, servicedatauuid: "fcd2", servicedata: "4002ddff5c18fcffff" }),
    /temperature -0\.35 °C, power -10 W/,
  );
});

Deno.test("frames of further LoRaWAN servers are told", () => {
  const data = btoa("\x03\x67\x01\x10");
  for (
    const [value, key] of [
      [{ port: 1, counter: 4, payload_raw: data }, "payload_raw"],
      [{ dev_eui: "A1", fcnt: 3, port: 1, payload: data }, "payload"],
      [{ WirelessDeviceId: "x", PayloadData: data, WirelessMetadata: {} }, "PayloadData"],
    ] as const
  ) {
    assert.match(
      noteOf(value),
      new RegExp(`^${key} is base64 of 4 bytes, 03670110; .*temperature_3 27.2`),
    );
  }
  const more = btoa("\x01\x74\x01\x4a\x02\x78\x55");
  assert.match(noteOf({ fPort: 1, fCnt: 1, data: more }), /voltage_1 3\.3, percentage_2 85/);
});

const noteOf = (value: unknown) => decode(JSON.stringify(value)).note ?? "";

Deno.test("a Bluetooth advertisement that a gateway passes on is told in the note", () => {
  // The test vector of Ruuvi's documentation of format 5.
  const ruuvi = "0201061BFF99040512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F";
  assert.match(
    noteOf({ gw_mac: "C8:25", rssi: -70, data: ruuvi }),
    /Ruuvi, format 5: temperature 24\.3 °C, humidity 53\.49 %, pressure 1000\.44 hPa, battery 2\.977 V/,
  );
  // BTHome's documented example: temperature 25.06, humidity 50.55.
  assert.match(
    noteOf({ rssi: -70, data: "020106" + "0a16d2fc4002ca0903bf13" }),
    /BTHome 2: temperature 25\.06 °C, humidity 50\.55 %/,
  );
  assert.match(
    noteOf({
      rssi: -70,
      data: "0201061aff4c000215fda50693a4e24fb1afcfc6eb0764782500010002c5",
    }),
    /iBeacon fda50693-a4e2-4fb1-afcf-c6eb07647825, major 1, minor 2/,
  );
  assert.equal(noteOf({ rssi: -70, data: "0123456789abcdef" }), "");
});

Deno.test("a LoRaWAN frame is told as hex, and as Cayenne LPP only where nothing else decoded it", () => {
  const lpp = btoa(String.fromCharCode(3, 0x67, 1, 0x10, 5, 0x67, 0, 0xff));
  const frame = { fCnt: 4, fPort: 2, data: lpp };
  assert.match(
    noteOf(frame),
    /0367011005670?0ff; read as Cayenne LPP.*temperature_3 27\.2, temperature_5 25\.5/,
  );
  assert.match(
    noteOf({ ...frame, object: { t: 27.2 } }),
    /^data is base64 of 8 bytes, [0-9a-f]{16}$/,
  );
  assert.doesNotMatch(noteOf({ ...frame, data: btoa("\x03\x67\x01") }), /Cayenne/);
  assert.doesNotMatch(noteOf({ ...frame, data: btoa("\x03\x99\x01\x02") }), /Cayenne/);
  assert.match(noteOf({ uplink_message: { frm_payload: lpp } }), /^frm_payload is base64/);
});

Deno.test("cut, lying and random input throws in no decoder and is bounded", () => {
  const whole = envelope([...head, ...field(4, [...field(1, 1), ...field(2, "hello")])]);
  for (let cut = 0; cut < whole.length; cut++) decode(whole.subarray(0, cut));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    decode(bytes);
    decode(envelope([...bytes]));
    noteOf({ rssi: 1, data: bytes.toHex(), fCnt: 1, fPort: 1 });
    noteOf({ data: btoa(String.fromCharCode(...bytes)), fCnt: 1, fPort: 1 });
  }));
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => {
    decode(`m,${text} v=1 1465839830100400200`);
    decode(text);
  }));
  assert.equal(decode(`m,${"a=b,".repeat(3_000)}x v=1`).format, "text");
  assert.equal(decode(`m ${"a\\".repeat(4_000)}=1`).format, "text");
});
