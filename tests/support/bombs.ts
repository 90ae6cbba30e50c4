/** Payloads that cost their sender little and could cost the reader much. */
import { deflateSync, gzipSync } from "node:zlib";
import type { DecodeOptions } from "../../src/payload/decode.ts";

type Piece = Uint8Array | readonly number[] | string;

const encoder = new TextEncoder();

function bytes(...pieces: Piece[]): Uint8Array {
  const parts = pieces.map((piece) =>
    typeof piece === "string" ? encoder.encode(piece) : Uint8Array.from(piece)
  );
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function repeated(unit: readonly number[], count: number): Uint8Array {
  const all = new Uint8Array(unit.length * Math.floor(count));
  for (let at = 0; at < all.length; at += unit.length) all.set(unit, at);
  return all;
}

const u32 = (
  value: number,
) => [value >>> 24 & 255, value >>> 16 & 255, value >>> 8 & 255, value & 255];
const u32le = (value: number) => u32(value).reverse();

function varint(value: number): number[] {
  const all: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) all.push(value % 128 | 128);
  return [...all, value];
}

/** A field of protobuf with its content announced. */
const field = (number: number, content: Uint8Array) =>
  bytes(varint(number * 8 + 2), varint(content.length), content);

function nested(depth: number, inside: Uint8Array, wrap: (inner: Uint8Array) => Uint8Array) {
  let all = inside;
  for (let i = 0; i < depth; i++) all = wrap(all);
  return all;
}

const SPARKPLUG: DecodeOptions = { topic: "spBv1.0/g/NDATA/n" };
const sparkplug = (metric: Uint8Array) => bytes([8, 1], field(2, metric));

/** A payload of any size, and what it must be given as. */
export interface Bomb {
  readonly name: string;
  /** The payload of about `size` bytes. */
  make(size: number): Uint8Array;
  /** The format it is given as. */
  readonly format: RegExp;
  /** What the note has to say. */
  readonly note?: RegExp;
  readonly options?: DecodeOptions;
}

/** One of each kind that is known. */
export const BOMBS: readonly Bomb[] = [
  {
    name: "JSON arrays in arrays",
    make: (n) => bytes("[".repeat(n / 2), "]".repeat(n / 2)),
    format: /^text$/,
    note: /deeper than 64 levels/,
  },
  {
    name: "JSON objects in objects, never closed",
    make: (n) => bytes('{"a":'.repeat(n / 5)),
    format: /^text$/,
    note: /deeper than 64 levels/,
  },
  {
    name: "JSON of very many values",
    make: (n) => bytes("[", "1,".repeat(n / 2), "1]"),
    format: /^(?:json|text)$/,
  },
  {
    name: "JSON of many long numbers",
    make: (n) => bytes("[", "1234567890123456789,".repeat(n / 20), "1]"),
    format: /^json$/,
    note: /too large for a double/,
  },
  { name: "JSON of one long number", make: (n) => bytes("[", "1".repeat(n), "]"), format: /json/ },
  {
    name: "JSON of one key again and again",
    make: (n) => bytes("{", '"a":1,'.repeat(n / 24), '"a":1}'),
    format: /^json$/,
    note: /hidden by repeated keys/,
  },
  {
    name: "JSON of keys that look like indices",
    make: (n) => bytes(`{${Array.from({ length: n / 14 }, (_, i) => `"${i * 7919}":1`).join()}}`),
    format: /^(?:json|text)$/,
  },
  { name: "a text of backslashes", make: (n) => bytes('["', "\\".repeat(n)), format: /^text$/ },
  {
    name: "a text of escaped quotes",
    make: (n) => bytes('["', '\\"'.repeat(n / 2)),
    format: /text/,
  },
  {
    name: "spaces where JSON goes on",
    make: (n) => bytes("[", " ".repeat(n), "x"),
    format: /text/,
  },
  {
    name: "digits and spaces where JSON goes on",
    make: (n) => bytes("[", "1".repeat(n / 2), " ".repeat(n / 2), "x"),
    format: /^text$/,
  },
  { name: "a word where a key goes", make: (n) => bytes("{", "a".repeat(n)), format: /^text$/ },
  { name: "a number of many digits", make: (n) => bytes("1".repeat(n)), format: /^text$/ },
  {
    name: "gzip that expands thirtyfold and more",
    make: (n) => gzipSync(new Uint8Array(n * 30)),
    format: /^gzip\+binary$/,
  },
  {
    name: "zlib that expands thirtyfold and more",
    make: (n) => deflateSync(new Uint8Array(n * 30)),
    format: /binary$/,
  },
  {
    name: "gzip of JSON",
    make: (n) => gzipSync(bytes("[", '{"a":1},'.repeat(n / 8), "1]")),
    format: /^gzip\+(?:json|text)$/,
  },
  {
    name: "gzip in gzip in gzip in gzip",
    make: (n) => nested(10, bytes("x".repeat(n)), (inner) => gzipSync(inner)),
    format: /^gzip\+gzip\+gzip\+binary$/,
  },
  { name: "CBOR arrays in arrays", make: (n) => repeated([0x81], n), format: /^binary$/ },
  { name: "CBOR tags on tags", make: (n) => bytes(repeated([0xc1], n), [0x80]), format: /binary/ },
  {
    name: "CBOR that claims 2^32 items",
    make: (n) => bytes([0x9b, 0, 0, 0, 1, 0, 0, 0, 0], repeated([1], n)),
    format: /^binary$/,
  },
  {
    name: "CBOR of very many texts",
    make: (n) => bytes([0x9a, ...u32(n / 3)], repeated([0x62, 0x61, 0x62], n / 3)),
    format: /^(?:cbor|binary)$/,
  },
  {
    name: "CBOR of big numbers",
    make: (n) =>
      bytes(
        [0x9a, ...u32(Math.floor(n / 131))],
        repeated([0xc2, 0x58, 128, ...Array(128).fill(255)], Math.floor(n / 131)),
      ),
    options: { topic: "t", contentType: "application/cbor" },
    format: /^cbor$/,
  },
  {
    name: "MessagePack arrays in arrays",
    make: (n) => repeated([0x91], n),
    format: /^binary$/,
  },
  {
    name: "MessagePack that claims 2^32 items",
    make: (n) => bytes([0xdd, 255, 255, 255, 255], repeated([1], n)),
    format: /^binary$/,
  },
  {
    name: "MessagePack of very many maps",
    make: (n) =>
      bytes([0xdd, ...u32(n / 7)], repeated([0x81, 0xa2, 0x61, 0x62, 0xa2, 0x61, 0x62], n / 7)),
    format: /^(?:messagepack|binary)$/,
  },
  {
    name: "protobuf messages in messages",
    make: (n) => nested(300, bytes("x".repeat(n)), (inner) => field(1, inner)),
    format: /^binary$/,
  },
  {
    name: "protobuf, a message at each level and noise at the end",
    make: (n) =>
      nested(
        60,
        bytes([8, 1, 18, 1, 0]),
        (inner) => bytes(repeated([8, 1], n / 120), field(2, inner)),
      ),
    format: /^(?:protobuf|binary)$/,
  },
  {
    name: "protobuf of very many fields",
    make: (n) => repeated([10, 2, 8, 1], n / 4),
    options: { topic: "t", contentType: "application/x-protobuf" },
    format: /^(?:protobuf|binary)$/,
  },
  {
    name: "Sparkplug of very many metrics",
    make: (n) => repeated([0x12, 2, 0x50, 1], n / 4),
    options: SPARKPLUG,
    format: /^(?:sparkplug_b|binary)$/,
  },
  {
    name: "Sparkplug templates in templates",
    make: (n) =>
      sparkplug(
        nested(n / 200, bytes([0x0a, 1, 97]), (inner) =>
          bytes([0x0a, 1, 97, 0x20, 19], field(18, field(2, inner)))),
      ),
    options: SPARKPLUG,
    format: /^sparkplug_b$/,
  },
  {
    name: "a Sparkplug array that claims 2^31 booleans",
    make: (n) =>
      sparkplug(
        bytes([0x0a, 1, 97, 0x20, 32], field(16, bytes([255, 255, 255, 127], new Uint8Array(n)))),
      ),
    options: SPARKPLUG,
    format: /^sparkplug_b$/,
  },
  {
    name: "a Sparkplug array that holds eight booleans a byte",
    make: (n) =>
      sparkplug(
        bytes([0x0a, 1, 97, 0x20, 32], field(16, bytes(u32le(n * 8), new Uint8Array(n)))),
      ),
    options: SPARKPLUG,
    format: /^binary$/,
    note: /or one of more than 50,000 values/,
  },
  {
    name: "XML entities that stand for ten others each",
    make: (n) =>
      bytes(
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">',
        ...Array.from(
          { length: Math.min(30, n) },
          (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
        ),
        "]><l>&l30;</l>",
      ),
    format: /^(?:xml|text)$/,
  },
  {
    name: "XML elements in elements",
    make: (n) => bytes("<a>".repeat(n / 3)),
    format: /^(?:text|xml)$/,
  },
  {
    name: "XML of very many attributes",
    make: (n) =>
      bytes("<a ", Array.from({ length: n / 10 }, (_, i) => `a${i}="x"`).join(" "), "/>"),
    format: /^xml$/,
  },
  {
    name: "XML of brackets",
    make: (n) => bytes("<!DOCTYPE ", "[".repeat(n), ">"),
    format: /xml|text/,
  },
  {
    name: "XML of ampersands",
    make: (n) => bytes("<a>", "&#".repeat(n / 2), "</a>"),
    format: /xml|text/,
  },
  {
    name: "a JPEG of very many segments",
    make: (n) => bytes([0xff, 0xd8], repeated([0xff, 0xe1, 0, 2], n / 4)),
    format: /^image\/jpeg$/,
  },
  {
    name: "a PNG of 2^64 pixels",
    make: (n) => bytes([0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa], repeated([255], n)),
    format: /^image\/png$/,
    note: /4294967295×4294967295/,
  },
  { name: "NULs behind a text", make: (n) => bytes("ab", new Uint8Array(n)), format: /^binary$/ },
  {
    name: "UTF-16 of spaces",
    make: (n) => bytes([0xff, 0xfe], repeated([0x20, 0], n / 2)),
    format: /^text$/,
  },
];
