import { countOf } from "./limits.ts";
import type { JsonValue } from "./payload.ts";

/** Turns what a binary decoder returns into JSON, and remembers what JSON cannot say. */
export class JsonValueBuilder {
  #large = 0;
  #notFinite = 0;
  #byteStrings = 0;

  /** `onlySingles`: every float came from 32 bits, and is shown as short as these allow. */
  constructor(private readonly onlySingles: boolean) {}

  /** The JSON value: large integers and NaN as text, bytes as base64, times as ISO 8601. */
  convert(value: unknown): JsonValue {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return this.number(value);
      case "bigint":
        return this.bigint(value);
      case "object":
        return value === null ? null : this.#object(value);
      default:
        return null;
    }
  }

  number(value: number): JsonValue {
    if (!Number.isFinite(value)) {
      this.#notFinite++;
      return String(value);
    }
    return this.onlySingles ? shortestSingle(value) : value;
  }

  bigint(value: bigint): JsonValue {
    const asNumber = Number(value);
    if (Number.isSafeInteger(asNumber)) return asNumber;
    this.#large++;
    return String(value);
  }

  bytes(value: Uint8Array): string {
    this.#byteStrings++;
    return value.toBase64();
  }

  #object(value: object): JsonValue {
    if (Array.isArray(value)) return value.map((item) => this.convert(item));
    if (value instanceof Uint8Array) return this.bytes(value);
    if (value instanceof Date) {
      return Number.isFinite(value.getTime()) ? value.toISOString() : null;
    }
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    // fromEntries defines properties: a key "__proto__" stays a key.
    return Object.fromEntries(entries.map(([key, member]) => [
      typeof key === "string" ? key : keyText(this.convert(key)),
      this.convert(member),
    ]));
  }

  /** What a reader has to know about the value, or undefined. */
  note(): string | undefined {
    const notes: string[] = [];
    if (this.#large > 0) notes.push(`${countOf(this.#large, "integer")} beyond 2^53 given as text`);
    if (this.#notFinite > 0) {
      notes.push(`${countOf(this.#notFinite, "NaN or infinite value")} given as text`);
    }
    if (this.#byteStrings > 0) {
      notes.push(`${countOf(this.#byteStrings, "byte string")} given as base64`);
    }
    return notes.length === 0 ? undefined : notes.join(". ");
  }
}

function keyText(key: JsonValue): string {
  return typeof key === "string" ? key : JSON.stringify(key);
}

/** The shortest decimal that is the same 32-bit float: 21.3 rather than 21.299999237060547. */
export function shortestSingle(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
