/** Short texts of what a message says, for the kind of its trouble. */
import { flagOf } from "../flag.ts";
import type { JsonValue } from "../payload.ts";
import { isObject } from "../json_object.ts";
import { writtenKey } from "../plain_keys.ts";
import { DESCRIBING, TELLS_END } from "./benign.ts";
import { MESSAGE_KEYS } from "./key_words.ts";
import { keyKind } from "./keys.ts";

/** What a field of trouble says; a number in a field of codes tells kinds apart. */
export function statement(key: string, value: JsonValue): { text: string; code?: number } {
  if (typeof value === "number" && /code|errno|fehlernummer/i.test(key)) {
    return { text: "", code: value };
  }
  return { text: brief(value) };
}

/** Where a record of trouble says which one it is: `alarmTypeName`, `causeOfFailure`. */
const CALLED =
  /^(?:alarm|error|fault|trouble|warning|alert)_?(?:type_?)?(?:name|type|text|kind)$|^cause_?of_?failure$/i;

/** A short text of a value that is of trouble, for its kind. */
export function brief(value: JsonValue): string {
  if (typeof value === "string") return value.slice(0, 200);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.slice(0, 5).map(brief).join(", ").slice(0, 200);
  const keys = Object.keys(value);
  const isText = (key: string) => typeof value[key] === "string" && value[key] !== "";
  const told = keys.find((key) => DESCRIBING.test(key) && isText(key)) ??
    keys.find((key) => CALLED.test(key) && isText(key)) ??
    keys.find((key) => isText(key) && flagOf(value[key]) === null && keyKind(key) !== "label");
  if (told !== undefined) return String(value[told]).slice(0, 200);
  // Of flags those that are up.
  const up = keys.filter((key) =>
    typeof value[key] !== "number" && flagOf(value[key]) === true && !TELLS_END.test(key)
  );
  return (up.length > 0 ? up : keys).slice(0, 5).map((key) => writtenKey(value, key)).join(", ")
    .slice(0, 200);
}

/** The words of a report: what it says, if it says something, or else its first text. */
export function saidIn(value: JsonValue): string {
  if (!isObject(value)) return brief(value);
  const key = Object.keys(value).find((name) =>
    (MESSAGE_KEYS.has(name) || name === "description") &&
    typeof value[name] === "string"
  );
  return key === undefined ? brief(value) : brief(value[key]);
}
