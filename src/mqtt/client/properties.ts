/** The properties of MQTT 5 packets (§2.2.2), read as strictly as the standard is. */
import { Buffer } from "node:buffer";
import type { ReceivedPublish } from "../message.ts";
import { MALFORMED_PACKET, PROTOCOL_ERROR, ProtocolFault } from "./protocol_fault.ts";

type PropertyType = "flag" | "int16" | "int32" | "varint" | "string" | "binary" | "pair";

/** Of all that a broker may send, with the words for them. */
const PROPERTIES: Readonly<Record<number, readonly [name: string, type: PropertyType]>> = {
  0x01: ["payload format indicator", "flag"],
  0x02: ["message expiry interval", "int32"],
  0x03: ["content type", "string"],
  0x08: ["response topic", "string"],
  0x09: ["correlation data", "binary"],
  0x0b: ["subscription identifier", "varint"],
  0x11: ["session expiry interval", "int32"],
  0x12: ["assigned client identifier", "string"],
  0x13: ["server keep alive", "int16"],
  0x15: ["authentication method", "string"],
  0x16: ["authentication data", "binary"],
  0x1a: ["response information", "string"],
  0x1c: ["server reference", "string"],
  0x1f: ["reason string", "string"],
  0x21: ["receive maximum", "int16"],
  0x22: ["topic alias maximum", "int16"],
  0x23: ["topic alias", "int16"],
  0x24: ["maximum QoS", "flag"],
  0x25: ["retain available", "flag"],
  0x26: ["user property", "pair"],
  0x27: ["maximum packet size", "int32"],
  0x28: ["wildcard subscription available", "flag"],
  0x29: ["subscription identifiers available", "flag"],
  0x2a: ["shared subscription available", "flag"],
};

/**
 * What the sender of a PUBLISH wrote, and brokers hand on, some of them unread (Mosquitto 2.0 any payload format
 * indicator): where its value is malformed the message is none the less whole, and must not end everybody's connection.
 */
const OF_SENDERS: ReadonlySet<number> = new Set([0x01, 0x03, 0x08, 0x26]);

const PAYLOAD_FORMAT = 0x01;
const SUBSCRIPTION_IDENTIFIER = 0x0b;
const TOPIC_ALIAS = 0x23;
const USER_PROPERTY = 0x26;
/** What a reader of messages gets as it came, by its name there. */
const VALUES_OF_PUBLISH: Readonly<
  Record<number, keyof NonNullable<ReceivedPublish["properties"]>>
> = {
  0x02: "messageExpiryInterval",
  0x03: "contentType",
  0x08: "responseTopic",
  0x09: "correlationData",
};
/** More user properties of one packet are read and not kept. */
const MOST_PROPERTIES = 1_000;

/** A property as it was read. */
interface Property {
  readonly id: number;
  /** A user property is a pair of texts. */
  readonly value: number | string | Uint8Array | readonly [string, string];
}

/**
 * Reads the properties that begin at `at` with their length. Of a PUBLISH `malformed` says what is wrong with one that its
 * sender wrote, and that one is left out.
 *
 * @returns them in order, and where they end
 * @throws {ProtocolFault} naming the property that is malformed, unknown, or there twice
 */
export function readProperties(
  bytes: Uint8Array,
  at: number,
  endAt: number,
  packet: string,
): { properties: Property[]; endAt: number; malformed: string | null } {
  const reader = new PropertyReader(bytes, packet);
  const size = reader.varint(at, endAt, "length of its properties");
  const end = reader.at + size;
  if (end > endAt) throw reader.malformed("properties longer than itself");
  const properties: Property[] = [];
  const seen = new Set<number>();
  let malformed: string | null = null;
  while (reader.at < end) {
    const id = reader.varint(reader.at, end, "property");
    const known = Object.hasOwn(PROPERTIES, id) ? PROPERTIES[id] : undefined;
    if (known === undefined) {
      throw reader.malformed(
        `a property 0x${id.toString(16).padStart(2, "0")} that does not exist`,
      );
    }
    const [name, type] = known;
    reader.isLenient = packet === "PUBLISH" && OF_SENDERS.has(id);
    const again = seen.has(id) && id !== USER_PROPERTY && id !== SUBSCRIPTION_IDENTIFIER;
    if (again && !reader.isLenient) {
      throw new ProtocolFault(PROTOCOL_ERROR, `a ${packet} with its ${name} twice`);
    }
    seen.add(id);
    const value = reader.value(type, end, name);
    const problem = reader.takeProblem() ?? (again ? `its ${name} twice` : null);
    if (problem !== null) {
      malformed ??= problem;
      continue;
    }
    if (properties.length < MOST_PROPERTIES) properties.push({ id, value });
    else if (id === SUBSCRIPTION_IDENTIFIER) {
      throw new ProtocolFault(
        PROTOCOL_ERROR,
        `a ${packet} with more than ${MOST_PROPERTIES} properties`,
      );
    }
  }
  return { properties, endAt: end, malformed };
}

class PropertyReader {
  at = 0;
  /** Whether a value that is malformed by itself is a problem to tell, rather than a fault. */
  isLenient = false;
  #problem: string | null = null;
  readonly #bytes: Uint8Array;
  readonly #packet: string;

  constructor(bytes: Uint8Array, packet: string) {
    this.#bytes = bytes;
    this.#packet = packet;
  }

  malformed(what: string): ProtocolFault {
    return new ProtocolFault(MALFORMED_PACKET, `a ${this.#packet} with ${what}`);
  }

  /** What was wrong with the last value, once. */
  takeProblem(): string | null {
    const problem = this.#problem;
    this.#problem = null;
    return problem;
  }

  #refuse(what: string): void {
    if (!this.isLenient) throw this.malformed(what);
    this.#problem ??= what;
  }

  varint(from: number, endAt: number, name: string): number {
    let value = 0;
    let at = from;
    for (let scale = 1; scale <= 2_097_152; scale *= 128) {
      if (at >= endAt) break;
      const byte = this.#bytes[at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.at = at;
        return value;
      }
    }
    throw this.malformed(`a malformed ${name}`);
  }

  value(type: PropertyType, endAt: number, name: string): Property["value"] {
    switch (type) {
      case "flag": {
        const value = this.#number(1, endAt, name);
        if (value > 1) this.#refuse(`a ${name} of ${value}`);
        return value;
      }
      case "int16":
        return this.#number(2, endAt, name);
      case "int32":
        return this.#number(4, endAt, name);
      case "varint": {
        const value = this.varint(this.at, endAt, name);
        if (value === 0) {
          throw new ProtocolFault(PROTOCOL_ERROR, `a ${this.#packet} with a ${name} of 0`);
        }
        return value;
      }
      case "binary":
        return this.#field(endAt, name).slice();
      case "string":
        return this.#string(endAt, name);
      case "pair":
        return [this.#string(endAt, name), this.#string(endAt, name)];
    }
  }

  #number(size: number, endAt: number, name: string): number {
    if (this.at + size > endAt) throw this.malformed(`a malformed ${name}`);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.#bytes[this.at++];
    return value;
  }

  #field(endAt: number, name: string): Uint8Array {
    const start = this.at + 2;
    const end = start + this.#number(2, endAt, name);
    if (end > endAt) throw this.malformed(`a malformed ${name}`);
    this.at = end;
    return this.#bytes.subarray(start, end);
  }

  #string(endAt: number, name: string): string {
    const bytes = this.#field(endAt, name);
    const problem = textProblem(bytes);
    if (problem !== null) this.#refuse(`a ${name} that ${problem}`);
    return textOf(bytes);
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What MQTT forbids about these bytes as a text (§1.5.4), in words; null when nothing. */
export function textProblem(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return "holds a NUL character";
  try {
    strict.decode(bytes);
    return null;
  } catch {
    return "is not UTF-8";
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

/** The properties of a PUBLISH as a reader of messages gets them; `null` for a topic alias, of which none was allowed. */
export function publishProperties(
  { properties, malformed }: ReturnType<typeof readProperties>,
): ReceivedPublish["properties"] | null {
  const named: Record<string, unknown> = {};
  const identifiers = new Set<number>();
  let user: Record<string, string | string[]> | undefined;
  for (const { id, value } of properties) {
    const own = VALUES_OF_PUBLISH[id];
    if (own !== undefined) named[own] = value;
    else if (id === PAYLOAD_FORMAT) named.payloadFormatIndicator = value === 1;
    else if (id === SUBSCRIPTION_IDENTIFIER) identifiers.add(value as number);
    else if (id === TOPIC_ALIAS) return null;
    else if (id === USER_PROPERTY) {
      const [name, text] = value as readonly [string, string];
      user ??= Object.create(null) as Record<string, string | string[]>;
      const before = user[name];
      if (before === undefined) user[name] = text;
      else if (typeof before === "string") user[name] = [before, text];
      else before.push(text);
    }
  }
  if (user !== undefined) named.userProperties = user;
  if (malformed !== null) named.malformed = malformed;
  const [first, ...further] = identifiers;
  if (first !== undefined) {
    named.subscriptionIdentifier = further.length === 0 ? first : [first, ...further];
  }
  return Object.keys(named).length === 0 ? undefined : named;
}
