import { readAdvertisement } from "./advertisement.ts";
import { readCayenneLpp } from "./cayenne_lpp.ts";
import type { JsonValue } from "./payload.ts";

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const HEX = /^(?:[0-9A-Fa-f]{2})+$/;

/**
 * What bytes inside a JSON document say, in words for its note: a Bluetooth advertisement that a gateway
 * passes on as hex in `data`, a LoRaWAN frame as base64 beside its `fPort`. Null where nothing is told.
 */
export function embeddedNote(value: JsonValue): string | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const data = value["data"];
  if (typeof data === "string" && data.length >= 10 && data.length <= 510 && HEX.test(data)) {
    if (!("gw_mac" in value || "rssi" in value || "mac" in value || "coords" in value)) return null;
    const said = readAdvertisement(fromHex(data));
    return said === null ? null : `data is a Bluetooth advertisement, ${said}`;
  }
  // ChirpStack 3 and 4, The Things Stack.
  const uplink = value["uplink_message"];
  const frame = uplink !== null && typeof uplink === "object" && !Array.isArray(uplink)
    ? { text: uplink["frm_payload"], key: "frm_payload", isDecoded: "decoded_payload" in uplink }
    : "fPort" in value && "fCnt" in value
    ? { text: data, key: "data", isDecoded: "object" in value || "objectJSON" in value }
    : null;
  if (frame === null || typeof frame.text !== "string" || frame.text.length > 400) return null;
  if (frame.text.length < 4 || !BASE64.test(frame.text)) return null;
  const bytes = fromBase64(frame.text);
  if (bytes === null) return null;
  const hex = [...bytes.subarray(0, 64)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (frame.isDecoded) return `${frame.key} is base64 of ${bytes.length} bytes, ${hex}`;
  const lpp = readCayenneLpp(bytes);
  return `${frame.key} is base64 of ${bytes.length} bytes, ${hex}` +
    (lpp === null ? "" : `; read as Cayenne LPP, which nothing confirms: ${lpp}`);
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
