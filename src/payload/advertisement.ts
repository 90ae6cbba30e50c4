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

/** BTHome 2 objects: id → name, bytes, factor, signed, unit (bthome.io/format). */
const OBJECTS: ReadonlyMap<number, readonly [string, number, number, boolean, string]> = new Map([
  [0x00, ["packet", 1, 1, false, ""]],
  [0x01, ["battery", 1, 1, false, "%"]],
  [0x02, ["temperature", 2, 0.01, true, "°C"]],
  [0x03, ["humidity", 2, 0.01, false, "%"]],
  [0x04, ["pressure", 3, 0.01, false, "hPa"]],
  [0x05, ["illuminance", 3, 0.01, false, "lx"]],
  [0x08, ["dew point", 2, 0.01, true, "°C"]],
  [0x0c, ["voltage", 2, 0.001, false, "V"]],
  [0x12, ["CO2", 2, 1, false, "ppm"]],
  [0x15, ["low battery", 1, 1, false, ""]],
  [0x21, ["motion", 1, 1, false, ""]],
  [0x2d, ["window", 1, 1, false, ""]],
  [0x2e, ["humidity", 1, 1, false, "%"]],
  [0x3a, ["button", 1, 1, false, ""]],
  [0x3f, ["rotation", 2, 0.1, true, "°"]],
  [0x45, ["temperature", 2, 0.1, true, "°C"]],
]);

function service(content: Uint8Array): string | null {
  // BTHome's UUID is FCD2; bit 0 of the next byte is encryption, the top three bits are the version.
  if (content.length < 4 || content[0] !== 0xd2 || content[1] !== 0xfc) return null;
  const information = content[2];
  if (information >> 5 !== 2) return null;
  if ((information & 1) !== 0) return "BTHome 2, encrypted";
  const found: [string, number | null, string][] = [];
  for (let at = 3; at < content.length;) {
    const [name, size, factor, signed, unit] = OBJECTS.get(content[at]) ?? [];
    // Objects have no length of their own: after an unknown one nothing can be read.
    if (
      name === undefined || size === undefined || factor === undefined || unit === undefined ||
      at + 1 + size > content.length
    ) break;
    let value = 0;
    for (let i = size; i > 0; i--) value = value * 256 + content[at + i];
    if (signed === true && value >= 2 ** (8 * size - 1)) value -= 2 ** (8 * size);
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
