import { viewOf } from "./protobuf.ts";

/**
 * What a Bluetooth advertisement says, in words: Ruuvi (format 3 and 5), BTHome 2, iBeacon. Null for what
 * is no advertisement of these. The bytes are AD structures (length, type, content), as gateways pass them on.
 */
export function readAdvertisement(bytes: Uint8Array): string | null {
  if (bytes.length < 5 || bytes.length > 255) return null;
  for (let at = 0; at + 2 <= bytes.length;) {
    const length = bytes[at];
    if (length === 0 || at + 1 + length > bytes.length) return null;
    const type = bytes[at + 1];
    const content = bytes.subarray(at + 2, at + 1 + length);
    const found = type === 0xff ? manufacturer(content) : type === 0x16 ? service(content) : null;
    if (found !== null) return found;
    at += 1 + length;
  }
  return null;
}

/**
 * The same of its parts, as OpenMQTTGateway and Theengs pass them on: the data of a manufacturer, or of a
 * service with its 16-bit UUID.
 */
export function readAdvertisedData(
  bytes: Uint8Array,
  of: { serviceUuid: number } | "manufacturer",
): string | null {
  if (bytes.length > 255) return null;
  return of === "manufacturer"
    ? manufacturer(bytes)
    : service(Uint8Array.from([of.serviceUuid & 0xff, of.serviceUuid >> 8, ...bytes]));
}

function manufacturer(content: Uint8Array): string | null {
  if (content.length < 4) return null;
  const company = content[0] | content[1] << 8;
  const data = content.subarray(2);
  if (company === 0x0499) return data[0] === 5 ? ruuvi5(data) : data[0] === 3 ? ruuvi3(data) : null;
  if (company !== 0x004c || data[0] !== 0x02 || data[1] !== 0x15 || data.length < 23) return null;
  const hex = [...data.subarray(2, 18)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const view = viewOf(data);
  return `iBeacon ${uuid}, major ${view.getUint16(18)}, minor ${view.getUint16(20)}`;
}

/** Ruuvi data format 5 (RAWv2); its highest values mean "not available". */
function ruuvi5(data: Uint8Array): string | null {
  if (data.length < 18) return null;
  const view = viewOf(data);
  const temperature = view.getInt16(1);
  const humidity = view.getUint16(3);
  const pressure = view.getUint16(5);
  const power = view.getUint16(13);
  return list("Ruuvi, format 5", [
    ["temperature", temperature === -32768 ? null : temperature * 0.005, "°C"],
    ["humidity", humidity === 65535 ? null : humidity * 0.0025, "%"],
    ["pressure", pressure === 65535 ? null : (pressure + 50_000) / 100, "hPa"],
    ["battery", power >> 5 === 2047 ? null : ((power >> 5) + 1600) / 1000, "V"],
    ["sequence", view.getUint16(16), ""],
  ]);
}

/** Ruuvi data format 3 (RAWv1). */
function ruuvi3(data: Uint8Array): string | null {
  if (data.length < 14) return null;
  const view = viewOf(data);
  const sign = (data[2] & 0x80) !== 0 ? -1 : 1;
  return list("Ruuvi, format 3", [
    ["humidity", data[1] * 0.5, "%"],
    ["temperature", sign * ((data[2] & 0x7f) + data[3] / 100), "°C"],
    ["pressure", (view.getUint16(4) + 50_000) / 100, "hPa"],
    ["battery", view.getUint16(12) / 1000, "V"],
  ]);
}

/** BTHome 2 objects: id, name, bytes (negative: signed), factor, unit (bthome.io/format). */
const OBJECTS: ReadonlyMap<number, readonly [string, number, number, string]> = new Map(
  ([
    [0x00, "packet", 1, 1, ""],
    [0x01, "battery", 1, 1, "%"],
    [0x02, "temperature", -2, 0.01, "°C"],
    [0x03, "humidity", 2, 0.01, "%"],
    [0x04, "pressure", 3, 0.01, "hPa"],
    [0x05, "illuminance", 3, 0.01, "lx"],
    [0x06, "mass", 2, 0.01, "kg"],
    [0x07, "mass", 2, 0.01, "lb"],
    [0x08, "dew point", -2, 0.01, "°C"],
    [0x09, "count", 1, 1, ""],
    [0x0a, "energy", 3, 0.001, "kWh"],
    [0x0b, "power", 3, 0.01, "W"],
    [0x0c, "voltage", 2, 0.001, "V"],
    [0x0d, "PM2.5", 2, 1, "µg/m³"],
    [0x0e, "PM10", 2, 1, "µg/m³"],
    [0x12, "CO2", 2, 1, "ppm"],
    [0x13, "TVOC", 2, 1, "µg/m³"],
    [0x14, "moisture", 2, 0.01, "%"],
    [0x2e, "humidity", 1, 1, "%"],
    [0x2f, "moisture", 1, 1, "%"],
    [0x3a, "button", 1, 1, ""],
    [0x3d, "count", 2, 1, ""],
    [0x3e, "count", 4, 1, ""],
    [0x3f, "rotation", -2, 0.1, "°"],
    [0x40, "distance", 2, 1, "mm"],
    [0x41, "distance", 2, 0.1, "m"],
    [0x42, "duration", 3, 0.001, "s"],
    [0x43, "current", 2, 0.001, "A"],
    [0x44, "speed", 2, 0.01, "m/s"],
    [0x45, "temperature", -2, 0.1, "°C"],
    [0x46, "UV index", 1, 0.1, ""],
    [0x47, "volume", 2, 0.1, "l"],
    [0x48, "volume", 2, 1, "ml"],
    [0x49, "flow", 2, 0.001, "m³/h"],
    [0x4a, "voltage", 2, 0.1, "V"],
    [0x4b, "gas", 3, 0.001, "m³"],
    [0x4c, "gas", 4, 0.001, "m³"],
    [0x4d, "energy", 4, 0.001, "kWh"],
    [0x4e, "volume", 4, 0.001, "l"],
    [0x4f, "water", 4, 0.001, "l"],
    [0x50, "timestamp", 4, 1, ""],
    [0x51, "acceleration", 2, 0.001, "m/s²"],
    [0x52, "gyroscope", 2, 0.001, "°/s"],
    [0x57, "temperature", -1, 1, "°C"],
    [0x58, "temperature", -1, 0.35, "°C"],
    [0x5c, "power", -4, 0.01, "W"],
    [0x5d, "current", -2, 0.001, "A"],
    [0x5e, "direction", 2, 0.01, "°"],
    [0x5f, "precipitation", 2, 0.1, "mm"],
    [0xf0, "device type", 2, 1, ""],
  ] as const).map(([id, ...rest]) => [id, rest]),
);
/** Objects of one byte that are true or false, by their ids from 0x0f and from 0x15 on. */
const FLAGS: ReadonlyMap<number, string> = new Map([
  ...["boolean", "power on", "opening"].map((name, i) => [0x0f + i, name] as const),
  ...[
    "low battery",
    "charging",
    "carbon monoxide",
    "cold",
    "connected",
    "door",
    "garage door",
    "gas",
    "heat",
    "light",
    "lock",
    "moisture",
    "motion",
    "moving",
    "occupancy",
    "plug",
    "presence",
    "problem",
    "running",
    "safety",
    "smoke",
    "sound",
    "tamper",
    "vibration",
    "window",
  ].map((name, i) => [0x15 + i, name] as const),
]);

function service(content: Uint8Array): string | null {
  // BTHome's UUID is FCD2; bit 0 of the next byte is encryption, the top three bits are the version.
  if (content.length < 4 || content[0] !== 0xd2 || content[1] !== 0xfc) return null;
  const information = content[2];
  if (information >> 5 !== 2) return null;
  if ((information & 1) !== 0) return "BTHome 2, encrypted";
  const found: [string, number | null, string][] = [];
  for (let at = 3; at < content.length;) {
    const flag = FLAGS.get(content[at]);
    const [name, bytes, factor, unit] = flag === undefined
      ? OBJECTS.get(content[at]) ?? []
      : [flag, 1, 1, ""] as const;
    const size = bytes === undefined ? undefined : Math.abs(bytes);
    // Objects have no length of their own: after an unknown one nothing can be read.
    if (
      name === undefined || size === undefined || factor === undefined || unit === undefined ||
      at + 1 + size > content.length
    ) break;
    let value = 0;
    for (let i = size; i > 0; i--) value = value * 256 + content[at + i];
    if (bytes !== size && value >= 2 ** (8 * size - 1)) value -= 2 ** (8 * size);
    found.push([name, value * factor, unit]);
    at += 1 + size;
  }
  return found.length === 0 ? null : list("BTHome 2", found);
}

function list(
  title: string,
  values: readonly (readonly [string, number | null, string])[],
): string {
  const said = values.flatMap(([name, value, unit]) =>
    value === null ? [] : [`${name} ${Number(value.toFixed(3))}${unit === "" ? "" : ` ${unit}`}`]
  );
  return `${title}: ${said.join(", ")}`;
}
