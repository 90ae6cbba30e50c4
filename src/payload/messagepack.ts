import { decode } from "@msgpack/msgpack";
import { BinaryScan, judge } from "./binary_scan.ts";
import { JsonValueBuilder } from "./json_value.ts";
import type { DecodedPayload } from "./payload.ts";

/**
 * Decodes bytes that are one MessagePack map or array to the last byte and hold something a device
 * would send; `null` for anything else. A lone number is never taken for MessagePack: any byte
 * below 0x80 would be one. `declared`: the content type says MessagePack.
 */
export function decodeMessagePack(bytes: Uint8Array, declared = false): DecodedPayload | null {
  const evidence = new MessagePackScan(bytes).run(isContainer);
  if (evidence === null) return null;
  const certainty = judge(evidence, declared);
  if (certainty === null) return null;
  const builder = new JsonValueBuilder(evidence.onlySingles);
  try {
    const value = builder.convert(decode(bytes, { useBigInt64: true, mapKeyConverter: keyOf }));
    const note = builder.note();
    const decoded = { format: "messagepack", certainty, value, encoding: "utf8" } as const;
    return note === undefined ? decoded : { ...decoded, note };
  } catch {
    // The library refuses the key "__proto__".
    return null;
  }
}

function keyOf(key: unknown): string | number {
  if (typeof key === "string" || typeof key === "number") return key;
  return String(key);
}

function isContainer(lead: number): boolean {
  return (lead >= 0x80 && lead <= 0x9f) || (lead >= 0xdc && lead <= 0xdf);
}

/** Walks MessagePack (its specification's table of formats). */
class MessagePackScan extends BinaryScan {
  protected override value(depth: number, isKey: boolean): boolean {
    if (!this.begin(depth)) return false;
    const lead = this.bytes[this.at++];
    if (lead <= 0x7f || lead >= 0xe0) return this.number(0, isKey);
    if (lead <= 0x8f) return !isKey && this.members(lead & 0x0f, depth);
    if (lead <= 0x9f) return !isKey && this.items(lead & 0x0f, depth);
    if (lead <= 0xbf) return this.text(lead & 0x1f, isKey);
    if (lead >= 0xcc && lead <= 0xd3) return this.number(1 << (lead & 3), isKey);
    if (lead >= 0xd9 && lead <= 0xdb) return this.text(this.length(1 << (lead - 0xd9)), isKey);
    if (lead === 0xca || lead === 0xcb) return this.float(lead === 0xca ? 4 : 8, isKey);
    if (isKey) return false;
    switch (lead) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6: // bin
        return this.skip(this.length(1 << (lead - 0xc4)));
      case 0xc7:
      case 0xc8:
      case 0xc9: { // ext
        const size = this.length(1 << (lead - 0xc7));
        return size >= 0 && this.#extension(size);
      }
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8: // fixext
        return this.#extension(1 << (lead - 0xd4));
      case 0xdc:
      case 0xdd:
        return this.items(this.length(lead === 0xdc ? 2 : 4), depth);
      case 0xde:
      case 0xdf:
        return this.members(this.length(lead === 0xde ? 2 : 4), depth);
      default: // 0xc1 is never used
        return false;
    }
  }

  #extension(size: number): boolean {
    const type = this.bytes[this.at];
    // Timestamps (type -1) come in three sizes only.
    if (type === 0xff && size !== 4 && size !== 8 && size !== 12) return false;
    return this.skip(1 + size);
  }
}
