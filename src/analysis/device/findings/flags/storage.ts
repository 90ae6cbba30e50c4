import type { Scalar } from "../../reading/fields.ts";
import { siblingTopics } from "../../reading/view.ts";
import { error, has, isUnset, type Rule, warning } from "./flag.ts";

/** Disks and arrays of them. */
export const STORAGE_RULES: readonly Rule[] = [
  // Linux' software RAID shows a _ for each disk that is missing.
  {
    is: (value) => typeof value === "string" && /^\[U*_[U_]*\]$/.test(value) && value.length >= 4,
    tells: error("a disk of the array is missing"),
  },
  // Redis' last save, and what it writes on the way.
  {
    name: /^(?:rdb|aof)last(?:bgsave|bgrewrite|write)status$/,
    is: /^err(?:or)?$/,
    tells: error("the database could not be saved"),
  },
  {
    name: /^(?:passed|smartpassed|smartok)$/,
    is: false,
    where: ({ path, name }) => name !== "passed" || isSmartVerdict(path),
    tells: error("the disk's own test failed"),
  },
  // A disk that is missing of an array: Glances tells how many it uses and has.
  {
    is: (value) => typeof value === "number",
    where: ({ path, topic, value, view }) =>
      path === "" && /(?:^|\/)raid\/[^\/]+\/available$/.test(topic.topic) &&
      siblingTopics(view, topic).some((other) =>
        other.segments.at(-1) === "used" &&
        Number(other.readings.at(-1)?.fields.get("")) > Number(value)
      ),
    tells: error("a disk of the array is missing"),
  },
  {
    own: /^(?:status|state|activitystate)$/,
    is: /^inactive$/,
    where: ({ path, topic }) =>
      /(?:^|[._\/])(?:raid|md\d+|mdstat)(?:[._\/]|$)/i.test(`${topic.topic}/${path}`),
    tells: error("the array cannot be used"),
  },
  // Errors that came since it was listened.
  {
    name: /^count$/,
    is: (value) => typeof value === "number" && value > 0,
    where: ({ path, topic, value }) =>
      /smart_error_log\.summary\.count$/.test(path) &&
      topic.live.some(({ fields }) => Number(fields.get(path)) < Number(value)),
    tells: warning("the disk made errors"),
  },
  {
    name: /^smart(?:status|health|overall|result|state)?$/,
    is: /^(?:fail|failed|failing|bad|prefail|failingnow)$/,
    tells: error("the disk's own test failed"),
  },
  {
    name: /^(?:parity|checksum|array|raid|mirror|pool)(?:is)?(?:valid|healthy|ok|insync)$/,
    is: (value) => isUnset(value) && value !== 0,
    tells: warning("the array is not protected"),
  },
  {
    name: /^(?:health|state)$/,
    is: (value) => /^(?:SUSPENDED|UNAVAIL|FAULTED|REMOVED)$/.test(String(value)),
    where: ({ name, topic }) => name === "health" || /pool|vdev|zfs/i.test(topic.topic),
    tells: error("the pool cannot be used"),
  },
  // In percent, as the disk's own counters tell; other things number their health.
  {
    name: /^(?:disk|drive|ssd|hdd|nvme)?health(?:percent|pct)?$/,
    is: (value) => (percentOf(value) ?? 100) <= 30,
    where: ({ reading }) =>
      [...reading.fields.keys()].some((path) => /disk|drive|ssd|hdd|nvme|smart/i.test(path)),
    tells: warning("the disk wears out"),
  },
  // Unraid's array that was started, and stands.
  {
    name: /^state$/,
    is: /^stopped$/,
    where: ({ path, topic, reading }) =>
      has(reading, "parityvalid") &&
      topic.live.some(({ fields }) => fields.get(path) === "STARTED"),
    tells: warning("the array was stopped"),
  },
  // Unraid's words for a disk; DISK_NP is one that was never there.
  {
    is: (value) =>
      typeof value === "string" && /^DISK_(?:DSBL|NP_DSBL|DSBL_NEW|INVALID|WRONG)$/.test(value),
    tells: error("a disk of the array is disabled"),
  },
];

/** A whole number of percent above 1, as a number or a text. */
function percentOf(value: Scalar): number | null {
  const text = String(value).trim();
  const number = /^\d{1,3} ?%?$/.test(text) ? Number.parseInt(text) : null;
  return number !== null && number > 1 && number <= 100 ? number : null;
}

/** `smart_status.passed`: what a disk says of itself. */
function isSmartVerdict(path: string): boolean {
  const [above = "", last = ""] = path.split(".").slice(-2);
  return last.toLowerCase() === "passed" &&
    (above.toLowerCase().includes("smart") || /(?:^|\.)self_test\./i.test(path));
}
