import type { Scalar } from "../../fields.ts";
import { type Field, isUnset, reported, type Rule, wordOf } from "./flag.ts";

/** What a processor's heat is called, in one level or in two. */
const PROCESSOR_HEAT =
  /(?:^|[^a-z])(?:cpu|soc|processor|prozessor|package|gpu|k10)[^a-z]?(?:(?:die|core|pkg)[^a-z]?)?(?:temp|temperature|temperatur)(?:[^a-z]?c(?:elsius)?)?$|(?:^|[^a-z])(?:tctl|tdie)$/i;
const LEAST = 3;

/** Disks and arrays of them, memory and the heat of a processor. */
export const STORAGE_RULES: readonly Rule[] = [
  // Linux' software RAID shows a _ for each disk that is missing.
  ({ value }) =>
    typeof value === "string" && /^\[U*_[U_]*\]$/.test(value) && value.length >= 4
      ? reported("error", "a disk of the array is missing")
      : null,
  ({ path, name, value }) =>
    value === false && (isSmartVerdict(path) || /^smart(passed|ok)$/.test(name))
      ? reported("error", "the disk's own test failed")
      : null,
  ({ name, value }) =>
    /^smart(?:status|health|overall|result|state)?$/.test(name) &&
      /^(?:fail|failed|failing|bad|prefail|failingnow)$/.test(wordOf(value))
      ? reported("error", "the disk's own test failed")
      : null,
  ({ name, value }) =>
    /^(?:parity|checksum|array|raid|mirror|pool)(?:is)?(?:valid|healthy|ok|insync)$/.test(name) &&
      isUnset(value) && value !== 0
      ? reported("warning", "the array is not protected")
      : null,
  ({ name, value, topic }) =>
    (name === "health" || name === "state" && /pool|vdev|zfs/i.test(topic.topic)) &&
      /^(?:SUSPENDED|UNAVAIL|FAULTED|REMOVED)$/.test(String(value))
      ? reported("error", "the pool cannot be used")
      : null,
  // In percent, as the disk's own counters tell; other things number their health.
  ({ name, value, reading }) =>
    /^(?:disk|drive|ssd|hdd|nvme)?health(?:percent|pct)?$/.test(name) &&
      percentOf(value) !== null && (percentOf(value) ?? 100) <= 30 &&
      [...reading.fields.keys()].some((path) => /disk|drive|ssd|hdd|nvme|smart/i.test(path))
      ? reported("warning", "the disk wears out")
      : null,
  (field) =>
    staysAbove(field, 84) &&
      PROCESSOR_HEAT.test(
        `${field.topic.topic}.${field.path}`.replace(/\.?(?:value|state)?\.?$/, ""),
      ) &&
      staysAbove(
        field,
        /(?:^|[^a-z])(?:r?pi\d?|raspberry|esp32|throttled)(?:[^a-z]|$)/i.test(
            `${field.topic.topic} ${[...field.reading.fields.keys()].join(" ")}`,
          )
          ? 84
          : 94,
      )
      ? reported("warning", "the processor is too hot")
      : null,
  // Unraid's words for a disk; DISK_NP is one that was never there.
  ({ value }) =>
    typeof value === "string" && /^DISK_(?:DSBL|NP_DSBL|DSBL_NEW|INVALID|WRONG)$/.test(value)
      ? reported("error", "a disk of the array is disabled")
      : null,
];

/** Whether a number is at least so much in each of the last messages, and no more than can be. */
function staysAbove({ path, topic }: Field, least: number): boolean {
  const last = topic.live.slice(-LEAST).map(({ fields }) => fields.get(path));
  return last.length === LEAST &&
    last.every((value) => typeof value === "number" && value >= least && value <= 125);
}

/** A whole number of percent above 1, as a number or a text. */
function percentOf(value: Scalar): number | null {
  const text = String(value).trim();
  const number = /^\d{1,3} ?%?$/.test(text) ? Number.parseInt(text) : null;
  return number !== null && number > 1 && number <= 100 ? number : null;
}

/** `smart_status.passed`: what a disk says of itself. */
function isSmartVerdict(path: string): boolean {
  const [above = "", last = ""] = path.split(".").slice(-2);
  return last.toLowerCase() === "passed" && above.toLowerCase().includes("smart");
}
