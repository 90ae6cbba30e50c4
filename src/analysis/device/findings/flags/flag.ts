import { isEndOfRecord } from "../../../../payload/severity/benign.ts";
import { leafOf, objectOf, type Scalar } from "../../fields.ts";
import type { FindingCode } from "../../finding_shape.ts";
import type { DeviceView, Reading, TopicView } from "../../view.ts";

/** What a field says that is wrong. */
export interface Flag {
  readonly severity: "error" | "warning" | "info";
  readonly code: FindingCode;
  /** In the reader's words; the field's name and value are told beside it. */
  readonly what: string;
}

/** A field of a message, as the rules see it. */
export interface Field {
  readonly path: string;
  /** Lower case without separators: the leaf, or the telling level of the topic. */
  readonly name: string;
  readonly value: Scalar;
  readonly topic: TopicView;
  readonly reading: Reading;
  readonly view: DeviceView;
}

/** What a field says that is wrong, as far as one rule knows. */
export type Rule = (field: Field) => Flag | null;

/** A flag of `reported_error`. */
export const reported = (severity: Flag["severity"], what: string): Flag => ({
  severity,
  code: "reported_error",
  what,
});

/** The flag of a battery that is low. */
export const lowBattery: Flag = {
  severity: "warning",
  code: "low_battery",
  what: "the battery is low",
};

/** A short text in lower case without separators; empty for everything else. */
export function wordOf(value: Scalar): string {
  return typeof value === "string" && value.length <= 40
    ? value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "")
    : "";
}

/** Whether a flag is up, however it is written. */
export function isSet(value: Scalar): boolean {
  return value === true || value === 1 || /^(true|1|on|ein|yes|active|alarm)$/.test(wordOf(value));
}

/** Whether a flag is down, however it is written. */
export function isUnset(value: Scalar): boolean {
  return value === false || value === 0 || /^(false|0|off|aus|no|inactive)$/.test(wordOf(value));
}

/** Whether a message has a field of that name, in lower case without separators, at any depth. */
export function has(reading: Reading, leaf: string): boolean {
  return [...reading.fields.keys()].some((path) => leafOf(path) === leaf);
}

/** Whether the record of a field says itself that it is over: `"resolved": true`. */
export function isEndedBeside(path: string, { fields }: Reading): boolean {
  const parent = objectOf(path);
  return [...fields].some(([other, value]) =>
    other !== path && objectOf(other) === parent &&
    (isEndOfRecord(other.slice(parent.length), value) ||
      // systemd's unit that failed is not active.
      leafOf(path) !== "result" &&
        /^(?:state|status|activestate|eventstate)$/.test(leafOf(other)) &&
        /^inactive$/i.test(String(value)))
  );
}

/** What a message says in words, shortened. */
export function spokenIn(reading: Reading): string {
  for (const leaf of ["message", "text", "svalue1", "description", "summary", "name"]) {
    const said = reading.fields.get(leaf);
    if (typeof said === "string" && said.trim() !== "") return said.trim().slice(0, 80);
  }
  return "without words";
}

/** Whether a text of several words names what the topic is of, as `raid-degraded` does on `…/raid-degraded`. */
export function isNamedAbove(value: Scalar, { segments }: TopicView): boolean {
  return typeof value === "string" && /[^\p{L}\p{N}]/u.test(value) &&
    segments.slice(-2).includes(value);
}
