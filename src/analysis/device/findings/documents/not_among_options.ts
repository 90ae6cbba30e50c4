import type { Finding } from "../../finding_shape.ts";
import { findingFrom, someOf } from "../../evidence.ts";
import { isObject, type JsonObject, textAt, valueIn } from "../../reading/json.ts";
import { keysIn, wholeTopic } from "../../reading/templates.ts";
import { spokenOn } from "../../reading/told_in_parts.ts";
import type { Sample } from "../../reading/trace.ts";
import type { DeviceView } from "../../reading/view.ts";
import { componentOf, entitiesIn } from "./rejected_documents.ts";

/** What may be told in an entity's state, and where it is told. */
interface Listed {
  readonly topic: string;
  /** The keys that lead to it in a document; none for a payload that is the value itself. */
  readonly keys: readonly string[];
  readonly options: readonly string[];
}

/** Home Assistant takes these for no state. */
const NONE = /^(?:none|unknown|unavailable)?$/i;
const SHOWN = 6;

/**
 * `unparseable_payload` of a state that is not among those that the discovery document lists: Home Assistant leaves it out
 * (MQTT sensor with the device class `enum`, MQTT select: `options`; MQTT event: `event_types`).
 */
export function notAmongOptions(view: DeviceView): Finding[] {
  for (const { topic, keys, options } of view.topics.flatMap((one) => listedIn(one))) {
    const samples = spokenOn(view).get(topic)?.samples ?? [];
    const last = textOf(samples.at(-1), keys);
    if (last === null || NONE.test(last) || options.includes(last)) continue;
    const strange = samples.filter((sample) => {
      const said = textOf(sample, keys);
      return said !== null && !NONE.test(said) && !options.includes(said);
    });
    const isCase = options.find((one) => one.toLowerCase() === last.toLowerCase());
    return [findingFrom({
      severity: "warning",
      code: "unparseable_payload",
      title: `Home Assistant leaves out "${
        last.slice(0, 40)
      }": it is not among the options of the discovery document`,
      summary: `${strange.length} of ${samples.length} messages on "${topic}"${
        keys.length === 0 ? "" : ` ("${keys.join(".")}")`
      }; the document lists ${options.slice(0, SHOWN).map((one) => `"${one}"`).join(", ")}${
        options.length > SHOWN ? ` and ${options.length - SHOWN} more` : ""
      }`,
      messages: someOf(strange),
      suggestion: isCase === undefined
        ? "List it in the document, or tell one of those that are: the entity keeps its last state until then."
        : `Write it as the document does ("${isCase}"): capitals count, and the entity keeps its last state until then.`,
    })];
  }
  return [];
}

function listedIn(topic: DeviceView["topics"][number]): Listed[] {
  const document = topic.role === "discovery" ? topic.readings.at(-1)?.sample.decoded?.value : null;
  const component = componentOf(topic);
  if (component === null || !isObject(document)) return [];
  const base = textAt(document, "~") ?? "";
  return entitiesIn(document, component).flatMap(([kind, entity]) => {
    const options = optionsOf(kind, entity);
    const told = textAt(entity, "state_topic", "stat_t");
    const template = textAt(entity, "value_template", "val_tpl");
    const keys = kind !== "event"
      ? keysIn(template)
      : template === undefined
      ? ["event_type"]
      : null;
    return options === null || told === undefined || keys === null
      ? []
      : [{ topic: wholeTopic(told, base), keys, options }];
  });
}

function optionsOf(kind: string, entity: JsonObject): string[] | null {
  const isListed = kind === "select" ||
    kind === "sensor" && textAt(entity, "device_class", "dev_cla") === "enum";
  const listed = isListed
    ? entity["options"] ?? entity["ops"]
    : kind === "event"
    ? entity["event_types"] ?? entity["evt_typ"]
    : null;
  return Array.isArray(listed) && listed.length > 0 && listed.every((one) => !isObject(one))
    ? listed.map(String)
    : null;
}

function textOf(sample: Sample | undefined, keys: readonly string[]): string | null {
  const value = valueIn(sample?.decoded?.value, keys);
  return value === undefined || value === null || typeof value === "object"
    ? null
    : String(value).trim();
}
