import { isUnset, reported, type Rule, wordOf } from "./flag.ts";

/** Disks and arrays of them. */
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
  // Unraid's words for a disk; DISK_NP is one that was never there.
  ({ value }) =>
    typeof value === "string" && /^DISK_(?:DSBL|NP_DSBL|DSBL_NEW|INVALID|WRONG)$/.test(value)
      ? reported("error", "a disk of the array is disabled")
      : null,
];

/** `smart_status.passed`: what a disk says of itself. */
function isSmartVerdict(path: string): boolean {
  const [above = "", last = ""] = path.split(".").slice(-2);
  return last.toLowerCase() === "passed" && above.toLowerCase().includes("smart");
}
