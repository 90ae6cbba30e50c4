/** What machines ask of a person in words: to fill, to empty, to clean, to replace. */
import { leafOf, objectOf } from "../../fields.ts";
import type { Reading } from "../../view.ts";
import { reported, type Rule } from "./flag.ts";

/** IPP's `printer-state-reasons`: `media-empty-error`, `toner-low-warning`; a `-report` only informs. */
const PRINTER_REASON =
  /^(?:[a-z]+-){1,4}(?:error|warning)$|^(?:media-(?:empty|jam|needed)|toner-(?:low|empty)|marker-supply-(?:low|empty)|marker-waste-(?:almost-)?full|cover-open|door-open|interlock-open|input-tray-missing)$/;

/** Whether a text is of an entry of a list that has a time of its own: of what was. */
export function isEntry(path: string, reading: Reading): boolean {
  const parent = objectOf(path);
  return parent.endsWith("].") &&
    [...reading.fields.keys()].some((other) =>
      objectOf(other) === parent && /time|date|^ts$|since/.test(leafOf(other))
    );
}

/** What is asked of a person in words. */
export const REQUEST_RULES: readonly Rule[] = [
  // `locked: ["battery offline"]`: why it does nothing; an empty list is none.
  ({ path, topic, value }) =>
    typeof value === "string" && path.endsWith("]") &&
      /^(?:locked|locks|lockreasons?|interlocks|inhibits?|blockedby)$/.test(
        leafOf(/^\[\d+\]$/.test(path) ? topic.segments.at(-1) ?? "" : path),
      ) && /\b(?:offline|lost|low|high|fault|failed|error|missing|open|timeout)\b/i.test(value)
      ? reported("warning", "it is locked")
      : null,
  ({ name, value }) =>
    /^printerstatereasons?$/.test(name) && typeof value === "string" &&
      value.toLowerCase().split(",").some((reason) => PRINTER_REASON.test(reason.trim()))
      ? reported("warning", "the printer wants something")
      : null,
  // What is taken out of the air fills it; elsewhere a full tank is what is wanted.
  ({ name, value, topic, reading }) =>
    /^(?:water)?(?:tank)?full$/.test(name) && name !== "full" &&
      /^(?:true|1|on)$/i.test(String(value)) &&
      (/dehumid|entfeuchter/i.test(topic.topic) ||
        [...reading.fields.keys()].some((other) => /^hum/.test(leafOf(other))))
      ? reported("warning", "it needs to be emptied")
      : null,
  // A mower that is lifted does not mow; a handset or a desk that is lifted is used.
  ({ name, value, topic, reading }) =>
    /(?:state|status|mode|activity)$/.test(name) && typeof value === "string" &&
      /^(?:lifted|lift|lift sensor|tilted|rolled over)$/i.test(value.trim()) &&
      (/mow|landroid|robo/i.test(topic.topic) ||
        [...reading.fields.keys()].some((other) => /mow|blade/.test(leafOf(other))))
      ? reported("warning", "somebody or something lifted it")
      : null,
];
