import { wordsOf } from "../../naming/names.ts";
import { leafOf } from "../../reading/fields.ts";
import { remembering } from "../../../../payload/remembered.ts";

const LONGEST_KEPT = 120;

/** The words of a field's own name with spaces around each: `Wifi.linkUp` → ` link up `. */
export const nameWords: (path: string) => string = remembering((path) => {
  const last = path.slice(path.lastIndexOf(".") + 1).replace(/\[\d+\]$/, "");
  return ` ${wordsOf(last.slice(0, LONGEST_KEPT)).join(" ")} `;
});

/** The words of what a value is called: its field, or the last telling level of its topic. */
export function wordsAt(path: string, segments: readonly string[]): string {
  if (leafOf(path) !== "" && !/^(?:value|val|v|data|payload)$/.test(leafOf(path))) {
    return nameWords(path);
  }
  const level = segments.findLast((one) => !/^(?:state|value|status|data|payload|)$/i.test(one));
  return nameWords((level ?? "").replaceAll(".", "_"));
}
