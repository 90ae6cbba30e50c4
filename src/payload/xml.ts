import { XMLValidator } from "fast-xml-parser";
import type { DecodedPayload } from "./payload.ts";

/** Longest text whose XML is checked whole, in characters; a longer one is taken on its start. */
const MAX_CHECKED = 64 * 1024;

const START = /^<(?:\?xml[\s?]|!DOCTYPE\s|!--|[A-Za-z_][\w.:-]*(?:\s|\/?>))/;

/**
 * Recognises XML in trimmed text; `null` when it does not begin like XML. The text is given as it
 * is and only checked for being well-formed: entities are never expanded.
 */
export function decodeXml(text: string): DecodedPayload | null {
  if (!START.test(text) || !text.endsWith(">") && !text.startsWith("<?xml")) return null;
  if (text.length > MAX_CHECKED) {
    return { format: "xml", certainty: "likely", value: text, encoding: "utf8" };
  }
  const problem = findProblem(text);
  if (problem === null) {
    return { format: "xml", certainty: "certain", value: text, encoding: "utf8" };
  }
  return {
    format: "text",
    certainty: "likely",
    value: text,
    encoding: "utf8",
    note: `Looks like XML but is not: ${problem}`,
  };
}

function findProblem(text: string): string | null {
  try {
    const result = XMLValidator.validate(text);
    if (result === true) return null;
    const message = result.err.msg.slice(0, 120).replace(/\.+$/, "");
    const { line, col } = result.err;
    return `line ${line}${col === undefined ? "" : `, column ${col}`}: ${message}`;
  } catch {
    return "it cannot be checked";
  }
}
