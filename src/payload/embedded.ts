import { readAdvertisedData, readAdvertisement } from "./advertisement.ts";
import { isObject } from "./json_object.ts";
import { readCayenneLpp } from "./cayenne_lpp.ts";
import type { JsonValue } from "./payload.ts";

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const HEX = /^(?:[0-9A-Fa-f]{2})+$/;

/**
 * What bytes inside a JSON document say, in words for its note: a Bluetooth advertisement that a gateway
 * passes on as hex in `data`, a LoRaWAN frame as base64 beside its `fPort`. Null where nothing is told.
 */
export function embeddedNote(value: JsonValue): string | null {
  if (!isObject(value)) return null;
  const data = value["data"];
  if (typeof data === "string" && data.length >= 10 && data.length <= 510 && HEX.test(data)) {
    if (!("gw_mac" in value || "rssi" in value || "mac" in value || "coords" in value)) return null;
    const said = readAdvertisement(fromHex(data));
    return said === null ? null : `data is a Bluetooth advertisement, ${said}`;
  }
  const advertised = advertisedNote(value);
  if (advertised !== null) return advertised;
  const frame = frameIn(value);
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

/** OpenMQTTGateway, Theengs: hex of a manufacturer's or a service's data, where nothing decoded it. */
function advertisedNote(value: { [key: string]: JsonValue }): string | null {
  const { manufacturerdata, servicedata, servicedatauuid } = value;
  const isHex = (text: JsonValue | undefined): text is string =>
    typeof text === "string" && text.length >= 8 && text.length <= 510 && HEX.test(text);
  if (isHex(manufacturerdata)) {
    const said = readAdvertisedData(fromHex(manufacturerdata), "manufacturer");
    if (said !== null) return `manufacturerdata is ${said}`;
  }
  const uuid = typeof servicedatauuid === "string"
    ? /^(?:0x)?([0-9a-f]{4})$/i.exec(servicedatauuid)?.[1]
    : undefined;
  if (uuid === undefined || !isHex(servicedata)) return null;
  const said = readAdvertisedData(fromHex(servicedata), {
    serviceUuid: Number.parseInt(uuid, 16),
  });
  return said === null ? null : `servicedata is ${said}`;
}

/** The LoRaWAN frame in base64 that a network server passes on, and whether it decoded it. */
function frameIn(
  value: { [key: string]: JsonValue },
): { text: JsonValue | undefined; key: string; isDecoded: boolean } | null {
  const uplink = value["uplink_message"];
  // The Things Stack; ChirpStack 3 and 4; The Things Network 2; Helium; AWS IoT Core for LoRaWAN.
  if (isObject(uplink)) {
    const isDecoded = "decoded_payload" in uplink;
    return { text: uplink["frm_payload"], key: "frm_payload", isDecoded };
  }
  if ("fPort" in value && "fCnt" in value) {
    return {
      text: value["data"],
      key: "data",
      isDecoded: "object" in value || "objectJSON" in value,
    };
  }
  if ("payload_raw" in value && "port" in value) {
    return { text: value["payload_raw"], key: "payload_raw", isDecoded: "payload_fields" in value };
  }
  if ("fcnt" in value && "port" in value && "dev_eui" in value) {
    return { text: value["payload"], key: "payload", isDecoded: "decoded" in value };
  }
  return "PayloadData" in value && "WirelessMetadata" in value
    ? { text: value["PayloadData"], key: "PayloadData", isDecoded: false }
    : null;
}

/** The bytes of an even number of hexadecimal digits. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
