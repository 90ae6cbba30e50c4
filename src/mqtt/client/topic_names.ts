import { Buffer } from "node:buffer";
import { textProblem } from "./properties.ts";
import { MALFORMED_PACKET, PROTOCOL_ERROR, ProtocolFault } from "./protocol_fault.ts";

/** Places in the table, a power of two. */
const PLACES = 4096;
/** Longer ones are rare, and not worth holding. */
const MAX_HELD_BYTES = 256;

interface Held {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/**
 * Reads topic names, and gives the same string again for the same bytes: a broker sends few topics many times, and making a
 * string costs more than finding it. Holds 4,096 names of 256 bytes at most. A name is held from its second time on, so that
 * names that never come again leave nothing behind.
 */
export class TopicNames {
  readonly #table: (Held | undefined)[] = new Array(PLACES);
  /** Of each place, what came last and was not held. */
  readonly #lastHashes = new Int32Array(PLACES);

  /** @throws {ProtocolFault} for bytes that are no topic name (MQTT 5 §1.5.4, §3.3.2.1) */
  read(bytes: Uint8Array, from: number, to: number): string {
    if (to - from > MAX_HELD_BYTES) return decode(bytes, from, to);
    let hash = 0;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const place = (hash ^ hash >>> 15) & PLACES - 1;
    const held = this.#table[place];
    if (held !== undefined && isSame(held.bytes, bytes, from, to)) return held.name;
    const name = decode(bytes, from, to);
    if (this.#lastHashes[place] !== hash) this.#lastHashes[place] = hash;
    else this.#table[place] = { bytes: bytes.slice(from, to), name };
    return name;
  }
}

function isSame(held: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (held.length !== to - from) return false;
  for (let i = 0; i < held.length; i++) if (held[i] !== bytes[from + i]) return false;
  return true;
}

function decode(bytes: Uint8Array, from: number, to: number): string {
  const name = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8");
  if (/[+#\0\ufffd]/.test(name)) checkName(bytes.subarray(from, to), name);
  return name;
}

function checkName(bytes: Uint8Array, name: string): void {
  const problem = textProblem(bytes);
  if (problem !== null) {
    throw new ProtocolFault(MALFORMED_PACKET, `a PUBLISH with a topic that ${problem}`);
  }
  if (/[+#]/.test(name)) {
    throw new ProtocolFault(PROTOCOL_ERROR, "a PUBLISH with a topic that holds wildcards");
  }
}
