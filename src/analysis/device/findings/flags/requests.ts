/** What machines ask of a person in words: to fill, to empty, to clean, to replace. */
import { leafOf, objectOf } from "../../reading/fields.ts";
import { besideOf, type Reading } from "../../reading/view.ts";
import { has, type Rule, warning } from "./flag.ts";

/** IPP's `printer-state-reasons`: `media-empty-error`, `toner-low-warning`; a `-report` only informs. */
const PRINTER_REASON =
  /^(?:[a-z]+-){1,4}(?:error|warning)$|^(?:media-(?:empty|jam|needed)|toner-(?:low|empty)|marker-supply-(?:low|empty)|marker-waste-(?:almost-)?full|cover-open|door-open|interlock-open|input-tray-missing)$/;

/** Whether a text is of an entry of a list that has a time of its own: of what was. */
export function isEntry(path: string, reading: Reading): boolean {
  return objectOf(path).endsWith("].") &&
    besideOf(path, reading).some(([other]) => /time|date|^ts$|since/.test(leafOf(other)));
}

/** What is asked of a person in words. */
export const REQUEST_RULES: readonly Rule[] = [
  // `locked: ["battery offline"]`: why it does nothing; an empty list is none.
  {
    name: /^(?:locked|locks|lockreasons?|interlocks|inhibits?|blockedby)$/,
    is: (value) =>
      typeof value === "string" &&
      /\b(?:offline|lost|low|high|fault|failed|error|missing|open|timeout)\b/i.test(value),
    where: ({ path }) => path.endsWith("]"),
    tells: warning("it is locked"),
  },
  {
    name: /^printerstatereasons?$/,
    is: (value) =>
      String(value).toLowerCase().split(",").some((reason) => PRINTER_REASON.test(reason.trim())),
    tells: warning("the printer wants something"),
  },
  // What is taken out of the air fills it; elsewhere a full tank is what is wanted.
  {
    name: /^(?:water|tank|watertank)full$/,
    is: true,
    where: ({ topic, reading }) => /dehumid|entfeuchter/i.test(topic.topic) || has(reading, /^hum/),
    tells: warning("it needs to be emptied"),
  },
  // A mower that is lifted does not mow; a handset or a desk that is lifted is used.
  {
    name: /(?:state|status|mode|activity)$/,
    is: (value) => /^\s*(?:lifted|lift|lift sensor|tilted|rolled over)\s*$/i.test(String(value)),
    where: ({ topic, reading }) =>
      /mow|landroid|robo/i.test(topic.topic) || has(reading, /mow|blade/),
    tells: warning("somebody or something lifted it"),
  },
];
