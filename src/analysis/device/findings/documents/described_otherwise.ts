/** What a discovery document says of a state against what is sent: Home Assistant then shows the entity as unknown. */
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, someOf } from "../../evidence.ts";
import type { JsonValue } from "../../../../payload/payload.ts";
import type { Scalar } from "../../reading/fields.ts";
import { isObject } from "../../reading/json.ts";
import { type Document, documentsOf, templateOf } from "./documented.ts";
import { keysIn, pathIn } from "../../reading/templates.ts";
import type { DeviceView, TopicView } from "../../reading/view.ts";

/** Documents that all read what is not there, and messages in which it is not. */
const LEAST_DOCUMENTS = 2;
const LEAST_MESSAGES = 3;
const LEAST_STATES = 2;
const MOST_NAMED = 3;
/** As much of a name as tells that another one means the same. */
const LEAST_ALIKE = 3;
/** What Home Assistant takes for no state on purpose. */
const NO_STATE = /^(?:none|null|unknown|unavailable)?$/i;

/** `schema_drift` of a document whose template reads a field that is not sent, or whose words for on and off are not those that are. */
export function describedOtherwise(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    const documents = documentsOf(view).get(topic.topic) ?? [];
    if (documents.length === 0 || topic.role === "command") continue;
    const finding = notSent(topic, documents) ??
      documents.map((document) => otherWords(topic, document)).find(Boolean);
    if (finding) return [finding];
  }
  return [];
}

/** Where all that documents read of a topic is in none of its messages, or one reads it by another name than it has. */
function notSent(topic: TopicView, documents: readonly Document[]): Finding | null {
  const { readings } = topic;
  const sent = readings.flatMap(({ sample: { sent, decoded } }) => {
    const value = (sent ?? decoded)?.value;
    return isObject(value) ? [value] : [];
  });
  if (sent.length < LEAST_MESSAGES || sent.length < readings.length || topic.mixes) return null;
  const asked = documents.flatMap((document) => {
    const keys = keysIn(templateOf(document));
    return keys === null || keys.length === 0 ? [] : [keys];
  });
  const isSent = (keys: readonly string[]) => sent.some((value) => holds(value, keys));
  const names = [...new Set(asked.map((keys) => keys.join(".")))];
  const told = [...new Set(sent.flatMap((value) => Object.keys(value)))];
  const [name = ""] = names;
  if (names.length === 0 || asked.some(isSent)) return null;
  if (names.length < LEAST_DOCUMENTS && !told.some((one) => isAlike(one, name))) return null;
  const list = (all: readonly string[]) =>
    all.slice(0, MOST_NAMED).map((one) => `"${one.slice(0, 40)}"`).join(", ");
  // Without quotes: between them stands what is sent, as it is sent.
  const templates = names.slice(0, MOST_NAMED).map((one) => `value_json.${one.slice(0, 40)}`)
    .join(", ");
  return findingFrom({
    code: "schema_drift",
    title:
      `Home Assistant reads ${templates} of "${topic.topic}", and no message has such a field: they have ${
        list(told)
      }`,
    summary:
      `The templates of its discovery documents ask for what is in none of ${sent.length} messages`,
    messages: someOf(readings),
    suggestion:
      "Write the field's name into value_template as it is sent, or send it by the name that the template asks for: until then the entity stays unknown.",
  });
}

/** Whether a document has a value at the end of some keys. */
function holds(value: JsonValue | undefined, [key, ...rest]: readonly string[]): boolean {
  return key === undefined || isObject(value) && key in value && holds(value[key], rest);
}

/** Whether one name is the beginning of the other: `temp` for `temperature`. */
function isAlike(one: string, other: string): boolean {
  const [short = "", long = ""] = [one, other].toSorted((a, b) => a.length - b.length);
  return short.length >= LEAST_ALIKE && long.toLowerCase().startsWith(short.toLowerCase());
}

/** Whether what is told is an address, which was never a state. */
function isAddress(value: Scalar): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$|^[\da-f]{2}(?::[\da-f]{2}){5}$|^[a-z]{2,6}:\/\//i.test(
    String(value),
  );
}

/** Where none of the states that are told is one of the two that a document of a contact or a switch knows. */
function otherWords({ topic, readings, role }: TopicView, document: Document): Finding | null {
  const { fields, segments } = document;
  const isSwitch = segments.includes("switch");
  const path = pathIn(templateOf(document));
  if (!isSwitch && !segments.includes("binary_sensor") || path === null || role === "event") {
    return null;
  }
  const wordOf = (side: "on" | "off") => {
    const keys = [
      // `stat_on`, as its words are told in full.
      ...isSwitch ? [`state_${side}`, `status_${side}`] : [],
      `payload_${side}`,
      `pl_${side}`,
    ];
    return keys.map((key) => fields.get(key)).find((word) => word !== undefined) ??
      side.toUpperCase();
  };
  const words = [wordOf("on"), wordOf("off")];
  const said = readings.flatMap(({ fields }) => {
    const value = fields.get(path);
    return value === undefined || NO_STATE.test(String(value)) ? [] : [value];
  });
  // What a template makes of a flag is not what is sent.
  if (path !== "" && said.some((value) => typeof value === "boolean")) return null;
  const isWord = (value: Scalar) =>
    words.some((word) => String(word).toLowerCase() === String(value).toLowerCase());
  if (said.length < LEAST_STATES || said.some(isWord) || said.some(isAddress)) return null;
  const now = [...new Set(said.map(String))].slice(0, MOST_NAMED).map((one) =>
    `"${one.slice(0, 24)}"`
  );
  return findingFrom({
    code: "schema_drift",
    title: `Home Assistant expects ${
      words.map((word) => `"${word}"`).join(" or ")
    } on "${topic}", and is told ${now.join(" and ")}, which match neither`,
    summary: `None of ${said.length} states is payload_on or payload_off of its discovery document`,
    messages: someOf(readings),
    suggestion:
      "Set payload_on and payload_off in the discovery document to the words that are sent, or send those that it names: until then the entity stays unknown.",
  });
}
