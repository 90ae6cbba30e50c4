import { countOf } from "./limits.ts";
import { decodeJson, isExact } from "./json.ts";
import type { DecodedPayload } from "./payload.ts";
import { textOf } from "./utf8.ts";
import { decodeXml } from "./xml.ts";

// A leading zero (`007`) marks an identifier rather than a quantity: it stays text.
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number to call, with its country: no quantity. */
const TELEPHONE = /^\+\d{8,15}$/;

/** Words that devices send for a state. `true` and `false` in lower case are JSON's own. */
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;

/** Whether a text without space around it is a number: a quantity, not an identifier or an address. */
export function isNumberText(text: string): boolean {
  return text.length <= 400 && NUMBER.test(text) && !TELEPHONE.test(text);
}

/**
 * Decodes bytes that are known to be UTF-8 without control characters: JSON, a number, a boolean
 * word, XML, or plain text.
 */
export function decodeText(bytes: Uint8Array): DecodedPayload {
  const whole = textOf(bytes);
  const text = whole.charCodeAt(0) === 0xfeff ? whole.slice(1) : whole;
  const trimmed = text.trim();
  switch (trimmed.charCodeAt(0)) {
    case 123: // {
    case 91: // [
    case 34: // "
      return decodeJson(trimmed) ?? plain(text);
    case 60: // <
      return decodeXml(trimmed) ?? plain(text);
  }
  if (isNumberText(trimmed)) return decodeNumber(trimmed);
  if (trimmed.length <= 5) {
    if (trimmed === "null") {
      return { format: "json", certainty: "certain", value: null, encoding: "utf8" };
    }
    if (BOOLEAN.test(trimmed)) {
      const value = trimmed === "true" ? true : trimmed === "false" ? false : trimmed;
      return { format: "boolean", certainty: "certain", value, encoding: "utf8" };
    }
  }
  return plain(text);
}

function decodeNumber(text: string): DecodedPayload {
  const value = Number(text);
  if (isExact(text, value)) {
    return {
      format: "number",
      certainty: "certain",
      value,
      encoding: "utf8",
      ...(String(value) !== text && { asSent: text }),
    };
  }
  return {
    format: "number",
    certainty: "certain",
    value: text,
    encoding: "utf8",
    note: "Too large for a double, given as text",
  };
}

function plain(text: string): DecodedPayload {
  return { format: "text", certainty: "certain", value: text, encoding: "utf8" };
}

/**
 * Decodes UTF-8 that holds control characters as text, if it is mostly readable: a line for a
 * terminal, or text whose sender counted the closing NUL of a C string. `null` when it is not.
 */
export function decodeControlledText(bytes: Uint8Array, controls: number): DecodedPayload | null {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const padding = bytes.length - end;
  if (padding === controls && end >= (padding === 1 ? 2 : 4)) {
    const note = `Ends with ${countOf(padding, "NUL byte")}, left out`;
    return likely(decodeText(bytes.subarray(0, end)), note);
  }
  if (bytes.length < 8 || controls * 10 > bytes.length || padding > 0) return null;
  return {
    format: "text",
    certainty: "likely",
    value: textOf(bytes),
    encoding: "utf8",
    note: `Holds ${countOf(controls, "control character")}`,
  };
}

/** Decodes UTF-16 that says so with a byte-order mark; `null` for anything else. */
export function decodeUtf16(bytes: Uint8Array): DecodedPayload | null {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return null;
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!little && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return null;
  let text: string;
  try {
    text = new TextDecoder(little ? "utf-16le" : "utf-16be", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  // Two bytes are any code unit: only text in everyday characters is taken for UTF-16.
  // deno-lint-ignore no-control-regex -- control characters are what must not be there
  if (/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ue000-\uf8ff\ufff0-\uffff]/.test(text)) return null;
  if (!/[ -~]/.test(text)) return null;
  return likely(decodeText(new TextEncoder().encode(text)), "Sent as UTF-16");
}

/** A text that had to be made out, with what else is to be said of it. */
function likely(decoded: DecodedPayload, note: string): DecodedPayload {
  const all = decoded.note === undefined ? note : `${decoded.note}. ${note}`;
  return { ...decoded, certainty: "likely", note: all };
}
