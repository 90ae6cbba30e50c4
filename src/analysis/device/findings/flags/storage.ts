import type { Scalar } from "../../fields.ts";
import { error, isUnset, type Rule, warning } from "./flag.ts";

/** Disks and arrays of them. */
export const STORAGE_RULES: readonly Rule[] = [
  // Linux' software RAID shows a _ for each disk that is missing.
  {
    is: (value) => typeof value === "string" && /^\[U*_[U_]*\]$/.test(value) && value.length >= 4,
    tells: error("a disk of the array is missing"),
  },
  {
    name: /^(?:passed|smartpassed|smartok)$/,
    is: false,
    where: ({ path, name }) => name !== "passed" || isSmartVerdict(path),
    tells: error("the disk's own test failed"),
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
  return last.toLowerCase() === "passed" && above.toLowerCase().includes("smart");
}
