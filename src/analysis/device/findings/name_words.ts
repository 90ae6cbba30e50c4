import { wordsOf } from "../names.ts";
import type { Reading } from "../view.ts";
import { leafOf, type Scalar } from "../fields.ts";
import { remembering } from "../../../payload/remembered.ts";

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

const PAIR = /([\p{L}_][\p{L}\p{N}_.-]{0,30})[ \t]*[=:][ \t]*([^;,&|=\s]{1,40})/gu;
const LONGEST_TEXT = 600;

/** What a message says field by field, the pairs of a text such as `id=7;link=UP` among it. */
export function toldFields({ fields }: Reading): ReadonlyMap<string, Scalar> {
  const whole = fields.get("");
  if (typeof whole !== "string" || !/[=:]/.test(whole)) return fields;
  const pairs = [...whole.slice(0, LONGEST_TEXT).matchAll(PAIR)];
  if (pairs.length < 2) return fields;
  return new Map(pairs.map(([, name = "", value = ""]) => {
    return [name, /^-?\d{1,15}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value];
  }));
}
