import { XMLParser, XMLValidator } from "fast-xml-parser";
import { isObject } from "./json_object.ts";
import type { DecodedPayload, JsonValue } from "./payload.ts";

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

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  processEntities: false,
  parseTagValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/**
 * What well-formed XML says as a document: elements and attributes by their names, all of them text, and entities as they
 * are written. The root's name is left out where it holds others. Null for anything that is not XML or too long.
 */
export function xmlDocument(decoded: DecodedPayload): JsonValue {
  if (decoded.format !== "xml" || decoded.certainty !== "certain") return null;
  try {
    const document: JsonValue = parser.parse(String(decoded.value));
    if (!isObject(document)) return null;
    const [root = null, ...others] = Object.values(document);
    return others.length === 0 && isObject(root) ? root : document;
  } catch {
    return null;
  }
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
