/** The formats of JSON Schema (2020-12, Validation §7.3) that are asserted. Every check is linear in the text. */
import { isIPv4, isIPv6 } from "node:net";
import { isDate, isDateTime } from "../schema/formats.ts";

/** Longer texts have none of these formats. */
const LONGEST = 4_096;

const TIME =
  /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const DURATION =
  /^P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ATOM = /^[\w!#$%&'*+/=?^`{|}~-]+$/;
const LABEL = /^[a-z0-9-]{1,63}$/i;
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;
const RELATIVE_POINTER = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
// RFC 3986 allows no spaces, quotes, angle brackets, carets, grave accents, braces or backslashes
const NOT_IN_URI = /[\s"<>\\^`{|}]/;

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": isDateTime,
  date: isDate,
  time: (text) => TIME.test(text),
  duration: (text) => DURATION.test(text),
  uuid: (text) => UUID.test(text),
  ipv4: isIPv4,
  ipv6: (text) => isIPv6(text) && !text.includes("%"),
  hostname: isHostname,
  email: isEmail,
  uri: (text) => SCHEME.test(text) && !NOT_IN_URI.test(text) && URL.canParse(text),
  url: (text) => SCHEME.test(text) && URL.canParse(text),
  "uri-reference": (text) => !NOT_IN_URI.test(text) && URL.canParse(text, "http://host"),
  "json-pointer": (text) => POINTER.test(text),
  "relative-json-pointer": (text) => RELATIVE_POINTER.test(text),
};

/** Whether a text has a format; one that is not known is no demand (Validation §7.2.3). */
export function hasFormat(text: string, format: string): boolean {
  if (!Object.hasOwn(CHECKS, format)) return true;
  return text.length <= LONGEST && CHECKS[format](text);
}

function isHostname(text: string): boolean {
  return text.length <= 253 &&
    text.split(".").every((label) =>
      LABEL.test(label) && !label.startsWith("-") && !label.endsWith("-")
    );
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  return at > 0 && at <= 64 && text.slice(0, at).split(".").every((atom) => ATOM.test(atom)) &&
    isHostname(text.slice(at + 1));
}
