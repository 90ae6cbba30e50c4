import { decode, type TagDecoder } from "cborg";
import { BinaryScan, judge } from "./binary_scan.ts";
import { JsonValueBuilder } from "./json_value.ts";
import { formatCount } from "./limits.ts";
import type { DecodedPayload } from "./payload.ts";

/**
 * Decodes bytes that are one CBOR map or array (RFC 8949), tagged or not, to the last byte and hold
 * something a device would send; `null` for anything else. Tags other than big numbers are taken
 * off and named. `declared`: the content type says CBOR.
 */
export function decodeCbor(bytes: Uint8Array, declared = false): DecodedPayload | null {
  const evidence = new CborScan(bytes).run(isContainerOrTag);
  if (evidence === null) return null;
  const certainty = judge(evidence, declared || isSelfDescribed(bytes));
  if (certainty === null) return null;
  const builder = new JsonValueBuilder(evidence.onlySingles);
  const tags = new Set<string>();
  try {
    const value = builder.convert(decode(bytes, { useMaps: true, tags: openTags(tags) }));
    const notes = [builder.note()];
    if (tags.size > 0) {
      notes.push(
        `Tags left out: ${[...tags].slice(0, 8).join(", ")}${
          tags.size > 8 ? ` and ${formatCount(tags.size - 8)} more` : ""
        }`,
      );
    }
    const note = notes.filter((one) => one !== undefined).join(". ");
    const decoded = { format: "cbor", certainty, value, encoding: "utf8" } as const;
    return note === "" ? decoded : { ...decoded, note };
  } catch {
    return null;
  }
}

/** Tag 55799 marks CBOR and nothing else (RFC 8949 §3.4.6). */
function isSelfDescribed(bytes: Uint8Array): boolean {
  return bytes[0] === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7;
}

/** Decoders for every tag there is: the library knows none and refuses what it does not know. */
function openTags(seen: Set<string>): Record<number, TagDecoder> {
  return new Proxy<Record<number, TagDecoder>>({}, {
    get: (_target, tag): TagDecoder => (content) => {
      const value = content();
      if ((tag === "2" || tag === "3") && value instanceof Uint8Array && value.length <= 128) {
        const magnitude = value.length === 0 ? 0n : BigInt(`0x${value.toHex()}`);
        return tag === "2" ? magnitude : -1n - magnitude;
      }
      // 0 and 1 are times as text and as seconds, which explain themselves.
      if (tag !== "0" && tag !== "1" && tag !== "55799") seen.add(String(tag));
      return value;
    },
  });
}

function isContainerOrTag(lead: number): boolean {
  return lead >= 0x80 && lead <= 0xdb;
}

const INDEFINITE = 31;

/** Walks CBOR (RFC 8949 §3). Strings of indefinite length are refused: the library has none. */
class CborScan extends BinaryScan {
  protected override value(depth: number, isKey: boolean): boolean {
    if (!this.begin(depth)) return false;
    const lead = this.bytes[this.at++];
    const major = lead >> 5;
    const minor = lead & 0x1f;
    if (major === 7) return this.#simpleOrFloat(minor, isKey);
    if (minor === INDEFINITE) {
      if (isKey || (major !== 4 && major !== 5)) return false;
      return this.#indefinite(major === 5, depth);
    }
    if (minor > 27) return false;
    const argument = minor < 24 ? minor : this.length(1 << (minor - 24));
    if (argument < 0) return false;
    switch (major) {
      case 0:
      case 1:
        return this.number(0, isKey);
      case 2:
        return !isKey && this.skip(argument);
      case 3:
        return this.text(argument, isKey);
      case 4:
        return !isKey && this.items(argument, depth);
      case 5:
        return !isKey && this.members(argument, depth);
      default: // 6: a tag and what it stands on; at the root only a container under it counts
        if (depth === 0 && !isContainerOrTag(this.bytes[this.at])) return false;
        return this.value(depth + 1, isKey);
    }
  }

  #simpleOrFloat(minor: number, isKey: boolean): boolean {
    switch (minor) {
      case 20: // false
      case 21: // true
      case 22: // null
      case 23: // undefined
        return !isKey;
      case 25:
      case 26:
      case 27:
        return this.float(1 << (minor - 24), isKey);
      default:
        return false;
    }
  }

  #indefinite(isMap: boolean, depth: number): boolean {
    for (;;) {
      if (this.bytes[this.at] === 0xff) {
        this.at++;
        return true;
      }
      if (!this.value(depth + 1, isMap)) return false;
      if (isMap && !this.value(depth + 1, false)) return false;
    }
  }
}
