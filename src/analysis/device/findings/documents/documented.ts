/** What Home Assistant's discovery documents say of the topics and fields of a device. */
import { rememberingEach } from "../../../../payload/remembered.ts";
import type { Scalar } from "../../reading/fields.ts";
import { pathIn, wholeTopic } from "../../reading/templates.ts";
import type { DeviceView } from "../../reading/view.ts";
import type { Series } from "../values/series.ts";

/** A document about one entity: its fields, and the levels of the topic that it came on. */
export interface Document {
  readonly segments: readonly string[];
  readonly fields: ReadonlyMap<string, Scalar>;
}

/** The documents by the topic of the state that they speak of: each series asks for its own. */
export const documentsOf: (view: DeviceView) => ReadonlyMap<Scalar, readonly Document[]> =
  rememberingEach(({ topics }: DeviceView) => {
    const documents = topics.flatMap(({ role, segments, readings }): Document[] => {
      const fields = role === "discovery" ? readings.at(-1)?.fields : undefined;
      return fields === undefined ? [] : [{ segments, fields }];
    });
    return Map.groupBy(documents, ({ fields }) => stateTopicOf(fields));
  });

function stateTopicOf(fields: Document["fields"]): Scalar {
  // `stat_t`, as its words are told in full.
  const told = fields.get("state_topic") ?? fields.get("status_t") ?? null;
  const base = fields.get("~");
  return typeof told === "string" && typeof base === "string" ? wholeTopic(told, base) : told;
}

/** The template by which a document reads its state; undefined where it takes all of the payload. */
export function templateOf({ fields }: Document): string | undefined {
  const template = fields.get("value_template") ?? fields.get("val_tpl");
  return template === undefined ? undefined : String(template);
}

/** The unit that a document gives to a field, in small letters; null where none speaks of it. */
export function documentedUnit(view: DeviceView, series: Series): string | null {
  const unit = documented(view, series, ["unit_of_measurement", "unit_of_meas"]);
  return unit?.toLowerCase() ?? null;
}

/** What a document calls a field; null where none speaks of it. */
export function documentedName(view: DeviceView, series: Series): string | null {
  return documented(view, series, ["name"]);
}

function documented(
  view: DeviceView,
  { path, topic }: Series,
  keys: readonly string[],
): string | null {
  for (const document of documentsOf(view).get(topic.topic) ?? []) {
    const template = templateOf(document) ?? "";
    const told = keys.map((key) => document.fields.get(key)).find((one) => one !== undefined);
    const isOfIt = path === "" || template.includes(path) || pathIn(template) === path;
    if (typeof told === "string" && isOfIt) return told;
  }
  return null;
}
