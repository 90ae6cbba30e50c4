import type { DecodedPayload, JsonValue } from "./payload.ts";
import { readFields, viewOf, type WireField } from "./protobuf.ts";
import { inspectText, textOf } from "./utf8.ts";

const MAX_FIELDS = 64;

/** What a Meshtastic packet carries, by port number (portnums.proto). */
const PORTS: ReadonlyMap<number, string> = new Map([
  [1, "TEXT_MESSAGE_APP"],
  [3, "POSITION_APP"],
  [4, "NODEINFO_APP"],
  [5, "ROUTING_APP"],
  [8, "WAYPOINT_APP"],
  [66, "RANGE_TEST_APP"],
  [67, "TELEMETRY_APP"],
  [70, "TRACEROUTE_APP"],
  [71, "NEIGHBORINFO_APP"],
  [73, "MAP_REPORT_APP"],
]);

type Layout = Record<number, readonly [name: string, kind: Kind]>;
type Kind = "uint" | "int" | "float" | "fixed" | "node" | "degrees" | "text" | "bool";

const PACKET: Layout = {
  1: ["from", "node"],
  2: ["to", "node"],
  3: ["channel", "uint"],
  6: ["id", "fixed"],
  7: ["rx_time", "fixed"],
  8: ["rx_snr", "float"],
  9: ["hop_limit", "uint"],
  10: ["want_ack", "bool"],
  12: ["rx_rssi", "int"],
  14: ["via_mqtt", "bool"],
  15: ["hop_start", "uint"],
};
const POSITION: Layout = {
  1: ["latitude", "degrees"],
  2: ["longitude", "degrees"],
  3: ["altitude", "int"],
  4: ["time", "fixed"],
  19: ["sats_in_view", "uint"],
};
const USER: Layout = { 1: ["id", "text"], 2: ["long_name", "text"], 3: ["short_name", "text"] };
const DEVICE_METRICS: Layout = {
  1: ["battery_level", "uint"],
  2: ["voltage", "float"],
  3: ["channel_utilization", "float"],
  4: ["air_util_tx", "float"],
  5: ["uptime_seconds", "uint"],
};
const ENVIRONMENT_METRICS: Layout = {
  1: ["temperature", "float"],
  2: ["relative_humidity", "float"],
  3: ["barometric_pressure", "float"],
  4: ["gas_resistance", "float"],
  5: ["voltage", "float"],
  6: ["current", "float"],
};

/**
 * A Meshtastic `ServiceEnvelope` (mqtt.proto, mesh.proto), or null for other bytes: its packet, channel
 * and the gateway's id `!1a2b3c4d`, which tells it from any other protobuf. What is encrypted stays so.
 */
export function decodeMeshtastic(bytes: Uint8Array): DecodedPayload | null {
  if (bytes.length < 14 || bytes.length > 1_024) return null;
  const fields = readFields(bytes, 8);
  if (fields === null || fields.some(({ number }) => number < 1 || number > 3)) return null;
  const packet = contentAt(fields, 1);
  const channel = textAt(fields, 2);
  const gateway = textAt(fields, 3);
  if (packet === null || channel === null || gateway === null) return null;
  if (!/^![0-9a-f]{8}$/.test(gateway)) return null;
  const inner = readFields(packet, MAX_FIELDS);
  if (inner === null) return null;
  const value: { [key: string]: JsonValue } = read(inner, PACKET);
  const data = contentAt(inner, 4);
  const encrypted = contentAt(inner, 5);
  if (data !== null) Object.assign(value, readData(data));
  else if (encrypted !== null) value["encrypted_bytes"] = encrypted.length;
  return {
    format: "meshtastic",
    certainty: "certain",
    value: { packet: value, channel_id: channel, gateway_id: gateway },
    encoding: "utf8",
    ...(encrypted !== null && data === null &&
      { note: "The packet is encrypted with the channel's key; only its header can be read" }),
  };
}

function readData(bytes: Uint8Array): { [key: string]: JsonValue } {
  const fields = readFields(bytes, MAX_FIELDS);
  if (fields === null) return {};
  const port = Number(fields.find((field) => field.number === 1)?.varint ?? 0);
  const payload = contentAt(fields, 2);
  const value: { [key: string]: JsonValue } = { portnum: PORTS.get(port) ?? port };
  if (payload === null) return value;
  if (port === 1) {
    const text = textIn(payload);
    return text === null ? value : { ...value, text };
  }
  const inner = readFields(payload, MAX_FIELDS);
  if (inner === null) return { ...value, payload_bytes: payload.length };
  if (port === 3) return { ...value, ...read(inner, POSITION) };
  if (port === 4) return { ...value, ...read(inner, USER) };
  if (port !== 67) return { ...value, payload_bytes: payload.length };
  for (const [number, layout] of [[2, DEVICE_METRICS], [3, ENVIRONMENT_METRICS]] as const) {
    const metrics = contentAt(inner, number);
    const found = metrics === null ? null : readFields(metrics, MAX_FIELDS);
    if (found !== null) Object.assign(value, read(found, layout));
  }
  return value;
}

function read(fields: readonly WireField[], layout: Layout): { [key: string]: JsonValue } {
  const value: { [key: string]: JsonValue } = {};
  for (const field of fields) {
    const [name, kind] = layout[field.number] ?? [];
    if (name === undefined || kind === undefined) continue;
    const found = valueOf(field, kind);
    if (found !== null) value[name] = found;
  }
  return value;
}

function valueOf(field: WireField, kind: Kind): JsonValue {
  if (kind === "text") return field.wire === "length" ? textIn(field.bytes) : null;
  if (field.wire === "varint") {
    const number = Number(kind === "int" ? BigInt.asIntN(32, BigInt(field.varint)) : field.varint);
    if (kind === "bool") return number !== 0;
    return kind === "uint" || kind === "int" ? number : null;
  }
  if (field.wire !== "fixed32") return null;
  const view = viewOf(field.bytes);
  switch (kind) {
    case "float": {
      const float = view.getFloat32(0, true);
      return Number.isFinite(float) ? Number(float.toPrecision(6)) : null;
    }
    case "fixed":
      return view.getUint32(0, true);
    case "node":
      return `!${view.getUint32(0, true).toString(16).padStart(8, "0")}`;
    case "degrees":
      return view.getInt32(0, true) / 1e7;
  }
  return null;
}

function contentAt(fields: readonly WireField[], number: number): Uint8Array | null {
  return fields.find((field) => field.number === number && field.wire === "length")?.bytes ?? null;
}

function textAt(fields: readonly WireField[], number: number): string | null {
  const bytes = contentAt(fields, number);
  return bytes === null ? null : textIn(bytes);
}

function textIn(bytes: Uint8Array): string | null {
  return bytes.length <= 256 && inspectText(bytes).invalidAt < 0 ? textOf(bytes) : null;
}
