import { flagOf } from "../../../../payload/flag.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import {
  hasEnded,
  isEndOfRecord,
  isOfContact,
  isSeenTo,
} from "../../../../payload/severity/benign.ts";
import { leafOf, objectOf, type Scalar } from "../../reading/fields.ts";
import type { FindingCode } from "../../finding_shape.ts";
import { besideOf, type DeviceView, type Reading, type TopicView } from "../../reading/view.ts";

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
  /** As `name`, but on a topic that holds nothing but its value the topic's last level, whatever that tells. */
  readonly own: string;
  readonly value: Scalar;
  readonly topic: TopicView;
  readonly reading: Reading;
  readonly view: DeviceView;
}

/** What a field says that is wrong, as far as one rule knows: where all holds that the rule asks for. */
export interface Rule {
  /** What the field is called; any name where it is left out, here and in `own`. */
  readonly name?: RegExp;
  readonly own?: RegExp;
  /** What it holds: by its word, as {@linkcode wordOf} writes it, or just that value, a flag however it is written, or whatever a test says. */
  readonly is?: RegExp | number | boolean | ((value: Scalar) => boolean);
  /** What stands around it. */
  readonly where?: (field: Field) => boolean;
  readonly tells: Flag | ((field: Field) => Flag | null);
}

/** A flag of `reported_error`. */
export function reported(severity: Flag["severity"], what: string): Flag {
  return { severity, code: "reported_error", what };
}

/** A trouble because of which a thing does not do its work. */
export const error = (what: string): Flag => reported("error", what);
/** A trouble that somebody has to see to. */
export const warning = (what: string): Flag => reported("warning", what);

/** The flag of a battery that is low. */
export const lowBattery: Flag = {
  severity: "warning",
  code: "low_battery",
  what: "the battery is low",
};

/** A short text in lower case without separators; empty for everything else. */
export function wordOf(value: Scalar): string {
  return typeof value === "string" && value.length <= 40
    ? inEnglish(value).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "")
    : "";
}

/** Whether a flag is up, however it is written. */
export function isSet(value: Scalar): boolean {
  return flagOf(value) ?? /^(?:active|alarm)$/.test(wordOf(value));
}

/** Whether a flag is down, however it is written. */
export function isUnset(value: Scalar): boolean {
  const flag = flagOf(value);
  return flag === null ? wordOf(value) === "inactive" : !flag;
}

/** Whether a message has a field of that name, in lower case without separators, at any depth, that holds such a value. */
export function has(
  { fields }: Reading,
  leaf: string | RegExp,
  is: (value: Scalar) => boolean = () => true,
): boolean {
  for (const [path, value] of fields) {
    const own = leafOf(path);
    if ((typeof leaf === "string" ? own === leaf : leaf.test(own)) && is(value)) return true;
  }
  return false;
}

/** The value beside a field in the same object; in lower case without separators, as {@linkcode leafOf} writes it. */
export function beside({ path, reading }: Pick<Field, "path" | "reading">, leaf: string): Scalar {
  return besideOf(path, reading).find(([other]) => leafOf(other) === leaf)?.[1] ?? null;
}

/** Whether a field holds what a rule asks for; `word` is that of its value. */
export function holds(value: Scalar, { is }: Rule, word: string): boolean {
  if (is === undefined) return true;
  if (typeof is === "function") return is(value);
  if (typeof is === "boolean") return flagOf(value) === is;
  return is instanceof RegExp ? is.test(word) : is === value;
}

/** Whether a field held its value in each message that was heard live, of which there are so many. */
export function isAlways({ path, value, topic }: Field, least: number): boolean {
  return topic.live.length >= least &&
    topic.live.every(({ fields }) => fields.get(path) === value);
}

/** Whether a field held its value in each of so many messages that were heard last. */
export function isLately({ path, value, topic }: Field, least: number): boolean {
  const last = topic.live.slice(-least);
  return last.length >= least && last.every(({ fields }) => fields.get(path) === value);
}

/** The levels that lead to a field, from those of its topic on. */
export function levelsOf(path: string, segments: readonly string[]): string[] {
  return [...segments, ...path.split(".")].filter((level) => level !== "");
}

/** Whether the record of a field says itself that it is over: `"resolved": true`. */
export function isEndedBeside(path: string, reading: Reading): boolean {
  const parent = objectOf(path);
  const told = besideOf(path, reading);
  // What stops for no reason does not.
  const isForNothing = WHY.some((why) => String(beside({ path, reading }, why)) === "0");
  return isForNothing && isSet(reading.fields.get(path) ?? null) ||
    isSeenTo(told) ||
    hasEnded(told.map(([other, value]) => [other.slice(parent.length), value])) ||
    told.some(([other, value]) =>
      isEndOfRecord(other.slice(parent.length), value) &&
        !isOfContact(leafOf(other), [...reading.fields.keys()].map(leafOf)) ||
      // systemd's unit that failed is not active.
      leafOf(path) !== "result" &&
        /^(?:state|status|activestate|eventstate)$/.test(leafOf(other)) &&
        /^inactive$/i.test(String(value))
    );
}

/** What tells why a flag is up, by a number. */
const WHY = ["motive", "motivo", "reason", "cause"];

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

/** `zones/1/faulted`, `zone_1/state/conditions = ['Faulted']`: so alarm panels call a door or a window that is open. */
export function isOpenZone(path: string, value: Scalar, { segments }: TopicView): boolean {
  const levels = [...segments, ...path.split(".")].filter((level) => level !== "");
  return levels.some((level) => /^zones?(?:[_ -]?\d+)?$/i.test(level)) &&
    (/^faulted$/i.test(levels.at(-1) ?? "") || /^\W*faulted\W*$/i.test(String(value)));
}

/** Nobody gives or takes of what is shared: `stalledUP` is a transfer that waits. */
export function isOfTransfer(
  { path, value, topic, reading }: Pick<Field, "path" | "value" | "topic" | "reading">,
): boolean {
  return /^(?:meta_?)?stalled/i.test(String(value)) &&
    (topic.segments.some((level) => SHARED.test(level)) ||
      besideOf(path, reading).some(([other]) => SHARED.test(leafOf(other))));
}

const SHARED =
  /^(?:.{0,20}(?:torrents?|downloads?)|ratio|num_?(?:leech\w{0,3}|seeds?)|seeders|leechers|info_?hash)$/i;
