import { judgeField } from "./fields.ts";
import { keyKind } from "./keys.ts";
import { Findings, MAX_NODES } from "./verdict.ts";

const XML_FIELD = /<([\p{L}_][\p{L}\p{Nd}_.-]*)(?:\s[^<>]*)?>([^<]*)(?=<)/gu;

const XML_ATTRIBUTE = /\s([\p{L}_][\p{L}\p{Nd}_.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu;

/** Judges the elements and attributes of XML as fields. */
export function judgeXml(text: string, found: Findings): void {
  const head = text.slice(0, 20_000);
  for (const pattern of [XML_FIELD, XML_ATTRIBUTE]) {
    for (const [, name, a, b] of head.matchAll(pattern)) {
      if (++found.nodes > MAX_NODES) return;
      const value = (a ?? b ?? "").trim();
      // An element that only holds others is no statement.
      if (value === "") continue;
      if (keyKind(name) === "state" && /^\d+$/.test(value)) continue;
      judgeField(found.read(name), value, { onlyInforms: false, depth: 1, found });
    }
  }
}
