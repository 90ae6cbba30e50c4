import { plainKey } from "../../../payload/plain_keys.ts";

/** `{{ value_json.power_status }}`, `{{ value_json['a'].b }}`: the path that a plain template reads. */
const PLAIN_TEMPLATE =
  /^\s*\{\{-?\s*value_json((?:\.\w{1,60}|\[['"][^'"\]]{1,60}['"]\]){1,5})\s*-?\}\}\s*$/;

/** A topic of a discovery document in full: `~` at its beginning or its end stands for the document's base. */
export function wholeTopic(topic: string, base: string): string {
  return topic.replace(/^~|~$/, () => base);
}

/** The path that a template reads, key by key as they are sent; empty where there is no template, null where it is not plain. */
export function keysIn(template: string | undefined): string[] | null {
  if (template === undefined) return [];
  const read = PLAIN_TEMPLATE.exec(template.slice(0, 400));
  if (read === null) return null;
  return (read[1] ?? "").replace(/\[['"]|['"]\]/g, (mark) => mark.startsWith("[") ? "." : "")
    .split(".").slice(1);
}

/** The same as one path, as `plainKey` writes keys. */
export function pathIn(template: string | undefined): string | null {
  const keys = keysIn(template);
  return keys === null ? null : plainKey(keys.join("."));
}
