import type { Scalar } from "../../fields.ts";
import { error, type Field, isUnset, type Rule, warning } from "./flag.ts";

/** What a processor's heat is called, in one level or in two. */
const PROCESSOR_HEAT =
  /(?:^|[^a-z])(?:cpu|soc|processor|prozessor|package|gpu|k10)[^a-z]?(?:(?:die|core|pkg)[^a-z]?)?(?:temp|temperature|temperatur)(?:[^a-z]?c(?:elsius)?)?$|(?:^|[^a-z])(?:tctl|tdie)$/i;
const LEAST = 3;

/** Computers on one board run hotter than others. */
const ON_ONE_BOARD = /(?:^|[^a-z])(?:r?pi\d?|raspberry|esp32|throttled)(?:[^a-z]|$)/i;

/** Disks and arrays of them, memory and the heat of a processor. */
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
  {
    is: (value) => typeof value === "number" && value >= 84,
    where: (field) => {
      const { topic, path, reading } = field;
      return PROCESSOR_HEAT.test(`${topic.topic}.${path}`.replace(/\.?(?:value|state)?\.?$/, "")) &&
        staysAbove(
          field,
          ON_ONE_BOARD.test(`${topic.topic} ${[...reading.fields.keys()].join(" ")}`) ? 84 : 94,
        );
    },
    tells: warning("the processor is too hot"),
  },
  // Unraid's words for a disk; DISK_NP is one that was never there.
  {
    is: (value) =>
      typeof value === "string" && /^DISK_(?:DSBL|NP_DSBL|DSBL_NEW|INVALID|WRONG)$/.test(value),
    tells: error("a disk of the array is disabled"),
  },
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
