import { viewOf } from "./protobuf.ts";

/** Size and scale by type: Cayenne LPP 2.0, "Data Types", and those that its libraries add. */
const TYPES: ReadonlyMap<number, readonly [name: string, read: readonly Part[]]> = new Map([
  [0x00, ["digital_in", [[1, 1, false]]]],
  [0x01, ["digital_out", [[1, 1, false]]]],
  [0x02, ["analog_in", [[2, 0.01, true]]]],
  [0x03, ["analog_out", [[2, 0.01, true]]]],
  [0x64, ["generic", [[4, 1, false]]]],
  [0x65, ["luminosity", [[2, 1, false]]]],
  [0x66, ["presence", [[1, 1, false]]]],
  [0x67, ["temperature", [[2, 0.1, true]]]],
  [0x68, ["humidity", [[1, 0.5, false]]]],
  [0x71, ["accelerometer", [[2, 0.001, true], [2, 0.001, true], [2, 0.001, true]]]],
  [0x73, ["barometer", [[2, 0.1, false]]]],
  [0x74, ["voltage", [[2, 0.01, false]]]],
  [0x75, ["current", [[2, 0.001, false]]]],
  [0x76, ["frequency", [[4, 1, false]]]],
  [0x78, ["percentage", [[1, 1, false]]]],
  [0x79, ["altitude", [[2, 1, true]]]],
  [0x7d, ["concentration", [[2, 1, false]]]],
  [0x80, ["power", [[2, 1, false]]]],
  [0x82, ["distance", [[4, 0.001, false]]]],
  [0x83, ["energy", [[4, 0.001, false]]]],
  [0x84, ["direction", [[2, 1, false]]]],
  [0x85, ["unixtime", [[4, 1, false]]]],
  [0x86, ["gyrometer", [[2, 0.01, true], [2, 0.01, true], [2, 0.01, true]]]],
  [0x8e, ["switch", [[1, 1, false]]]],
  [0x88, ["gps", [[3, 0.0001, true], [3, 0.0001, true], [3, 0.01, true]]]],
]);
type Part = readonly [bytes: 1 | 2 | 3 | 4, scale: number, signed: boolean];

/** Cayenne LPP as `temperature_1 27.2, humidity_2 51`; null as {@linkcode valuesInLpp}. */
export function readCayenneLpp(bytes: Uint8Array): string | null {
  const values = valuesInLpp(bytes);
  return values === null
    ? null
    : [...values].map(([name, parts]) => `${name} ${parts.join("/")}`).join(", ");
}

/**
 * The values of Cayenne LPP by their kind and channel, or null when the bytes are not wholly and plausibly of it: channel,
 * type, value, again and again to the last byte.
 */
export function valuesInLpp(bytes: Uint8Array): ReadonlyMap<string, readonly number[]> | null {
  if (bytes.length < 3 || bytes.length > 242) return null;
  const view = viewOf(bytes);
  const found = new Map<string, readonly number[]>();
  for (let at = 0; at < bytes.length;) {
    if (at + 3 > bytes.length) return null;
    const channel = bytes[at];
    const type = TYPES.get(bytes[at + 1]);
    if (type === undefined || channel > 99) return null;
    at += 2;
    const [name, parts] = type;
    const values: number[] = [];
    for (const [size, scale, signed] of parts) {
      if (at + size > bytes.length) return null;
      values.push(Number((integerAt(view, { at, size, signed }) * scale).toFixed(4)));
      at += size;
    }
    if (found.has(`${name}_${channel}`) || !isPlausible(name, values[0])) return null;
    found.set(`${name}_${channel}`, values);
  }
  return found;
}

function integerAt(
  view: DataView,
  o: { at: number; size: 1 | 2 | 3 | 4; signed: boolean },
): number {
  const { at, size, signed } = o;
  if (size === 1) return signed ? view.getInt8(at) : view.getUint8(at);
  if (size === 2) return signed ? view.getInt16(at) : view.getUint16(at);
  if (size === 4) return view.getUint32(at);
  return view.getInt16(at) * 256 + view.getUint8(at + 2);
}

function isPlausible(name: string, value: number): boolean {
  // What a probe says that is not there.
  if (name === "temperature") return value >= -80 && value <= 200 || value === -127;
  // All bits set is what is not measured.
  if (name === "humidity" && value === 127.5) return true;
  if (name === "humidity" || name === "percentage") return value <= 100;
  if (name === "direction") return value <= 360;
  if (name === "switch" || name === "presence") return value <= 1;
  if (name === "unixtime") return value > 1_000_000_000;
  if (name === "barometer") return value >= 300 && value <= 1_200;
  return true;
}
