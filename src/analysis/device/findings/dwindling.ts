import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, someOf, spanText } from "../evidence.ts";
import { labelOf, leafOf, nameOf, objectOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

const LEAST = 8;
/** Memory that is left. */
const FREE_MEMORY =
  /^(esp|internal|min)?(free(heap|mem|memory|ram)|heap(free|size)?|mem(ory)?(free|available)|ram(free|available)|availablememory|largestfreeblock|maxfreeblock|heaplargest|maxallocheap)(bytes|size|kb|b)?$/;
/** Shares of a disk or file system in use, in percent. */
const DISK_USED =
  /^(disk|storage|sd|sdcard|flash|rootfs|fs|hdd|ssd|filesystem|drive)(space)?(use|used|usage|full)(percent|percentage|pct|perc)?$/;
/** Counts of messages that a full queue threw away; what a radio or a network card drops is everyday. */
const DROPPED =
  /^(queue|buffer|messages?|msgs?|metrics|publish|publishes|mqtt|outbox|spool)(dropped|drops|lost|overflows?|overruns?|discarded)$|^(dropped|discarded|lost)(messages?|msgs|metrics|publishes|publications)$/;
/** Read-only images are always full. */
const ALWAYS_FULL = /snap|loop\d|squashfs|cdrom|iso9660|overlay|recovery|efi|firmware/i;
const DISK_FULL_PERCENT = 95;
/** Levels that hold what a disk tells, whatever comes before or after the word: `disk_usage__volume___`. */
const OF_A_DISK =
  /(?:^|[_\W])(?:disks?|filesystems?|hdd|ssd|df|sd_?card|partitions?|drives?|festplatten?|datentr[aä]ger|dateisystem)(?:[_\W\d]|$)|^disk_?(?:use|usage|space)|(?:root|home)fs/i;
/** Of the same, what is no space. */
const NO_SPACE =
  /health|wear|life|remain|io(?:$|[_\W])|busy|activ|util|temp|speed|read|writ|smart|inode|batt|charg|free|avail|frei|scan|check|sync|progress|write/i;
/** What is used of a whole, called by its share alone. */
const SHARE_USED =
  /^(?:used|use|usage|belegt|belegung|auslastung)?(?:percent|percentage|pct|perc|prozent|prcnt)(?:used|use|usage|full|belegt)?$|^(?:belegt|usedpct|full)$/;
/** What is left, in whatever unit. */
const SPACE_FREE =
  /^(?:free|avail|available|frei|freespace|freebytes|spacefree|bytesfree|freegb|freemb|gbfree|frei(?:er)?(?:speicher)?(?:gb)?)$/;
const SPACE_TOTAL = /^(?:total|size|gesamt|capacity|totalbytes|totalgb|used|belegt)$/;

/** `reported_error` of what runs out: memory that falls all the time, a queue that overflows, a disk that is full. */
export function dwindling(view: DeviceView): Finding[] {
  const found: Finding[] = [];
  for (const topic of view.topics) {
    if (!/^(state|info|event)$/.test(topic.role)) continue;
    const paths = new Set(topic.live.slice(-3).flatMap(({ fields }) => [...fields.keys()]));
    for (const path of paths) {
      const name = nameOf(path, topic.segments);
      const finding = FREE_MEMORY.test(name)
        ? leak(topic, path)
        : DROPPED.test(name)
        ? drops(topic, path)
        : DISK_USED.test(diskName(path, topic)) || isShareOfDisk(path, topic)
        ? fullDisk(topic, path)
        : SPACE_FREE.test(name) && isOfDisk(path, topic, name)
        ? noSpace(topic, path)
        : null;
      if (finding !== null) found.push(finding);
      if (found.length === 2) return found;
    }
  }
  return found;
}

/** `disk.used_percent` and `…/disk/used_percent` are called by two levels. */
function diskName(path: string, topic: TopicView): string {
  const levels = [...topic.segments, ...path.split(".")].filter((level) => level !== "");
  const last = leafOf(levels.at(-1) ?? "");
  // Glances: `fs/<mount>/percent`.
  const isOfDisks = /^(fs|df|disk)$/.test(leafOf(levels.at(-3) ?? ""));
  if (last === "percent" && isOfDisks && !NO_SPACE.test(levels.at(-2) ?? "")) {
    return "diskusedpercent";
  }
  if (DISK_USED.test(last)) return last;
  // psmqtt: `disk_usage/percent/<mount>`.
  const three = levels.slice(-3).map(leafOf);
  if (/^disk(usage|used)$/.test(three[0] ?? "") && three[1] === "percent") return "diskusedpercent";
  return leafOf(levels.at(-2) ?? "") + last;
}

/** Levels of topic and path that name a thing: `state` and `value` do not. */
function levelsOf(path: string, topic: TopicView): string[] {
  return [...topic.segments, ...path.split(".")].filter((level) =>
    level !== "" && !/^(?:state|value|status|data)$/i.test(level)
  );
}

function isOfDisk(path: string, topic: TopicView, name: string): boolean {
  const above = levelsOf(path, topic).filter((level) => leafOf(level) !== name).slice(-3);
  return above.some((level) => OF_A_DISK.test(level)) &&
    !above.some((level) => NO_SPACE.test(level));
}

function isShareOfDisk(path: string, topic: TopicView): boolean {
  const name = nameOf(path, topic.segments);
  return SHARE_USED.test(name) && isOfDisk(path, topic, name);
}

/** A disk of a known size of which nothing is left; what has no size is not there. */
function noSpace(topic: TopicView, path: string): Finding | null {
  const { readings, values } = numbersIn(topic, path);
  const last = readings.at(-1);
  if (last === undefined || values.at(-1) !== 0 || ALWAYS_FULL.test(`${topic.topic} ${path}`)) {
    return null;
  }
  const parent = objectOf(path);
  const beside = [...last.fields].filter(([other]) => other !== path && objectOf(other) === parent);
  const isThere = beside.some(([other, value]) =>
    SPACE_TOTAL.test(leafOf(other)) && typeof value === "number" && value > 0
  );
  // The share beside it tells the same.
  const hasShare = beside.some(([other]) => isShareOfDisk(other, topic));
  if (!isThere || hasShare) return null;
  return findingOf(topic, path, {
    what: "The disk is full",
    how: "is 0",
    when: `nothing is left at ${iso(last.at)}`,
    shown: 2,
    suggestion:
      "Free some of it (logs, recordings, images): programs fail to write when it is full.",
  });
}

function numbersIn(topic: TopicView, path: string): { readings: Reading[]; values: number[] } {
  const readings = topic.live.filter(({ fields }) => typeof fields.get(path) === "number");
  return { readings, values: readings.map(({ fields }) => Number(fields.get(path))) };
}

function leak(topic: TopicView, path: string): Finding | null {
  const { readings, values } = numbersIn(topic, path);
  const first = values[0] ?? 0;
  const last = values.at(-1) ?? 0;
  // What a program takes and gives back is no leak; nor is the memory that a start takes.
  if (values.length < LEAST || first <= 0 || last > 0.6 * first) return null;
  const third = Math.floor(values.length / 3);
  const [a, b, c] = [0, 1, 2].map((i) => median(values.slice(i * third, (i + 1) * third)));
  const falls = values.filter((value, i) => i > 0 && value < (values[i - 1] ?? value)).length;
  if (!(a > b && b > c) || falls < 0.7 * (values.length - 1)) return null;
  if (a - b < 0.3 * (b - c) || b - c < 0.3 * (a - b)) return null;
  return findingOf(topic, path, {
    what: "The free memory falls all the time",
    how: `went from ${rounded(first)} to ${rounded(last)}`,
    when: `it fell in ${falls} of ${values.length - 1} steps ${
      spanText(readings)
    }; at that pace the device restarts when none is left`,
    suggestion:
      "Look at what changed last (firmware, pages, an automation that sends much) and at a newer firmware: a leak ends in a restart.",
  });
}

function drops(topic: TopicView, path: string): Finding | null {
  const { readings, values } = numbersIn(topic, path);
  const steps = values.filter((value, i) => i > 0 && value > (values[i - 1] ?? value)).length;
  const more = (values.at(-1) ?? 0) - (values[0] ?? 0);
  if (steps < 2 || more < 3) return null;
  if (values.some((value, i) => value < (values[i - 1] ?? value))) return null;
  return findingOf(topic, path, {
    what: "The device throws messages away",
    how: `rose from ${values[0]} to ${values.at(-1)}`,
    when: `it rose in ${steps} of ${values.length - 1} steps ${spanText(readings)}`,
    suggestion:
      "More comes in than goes out: look at the connection to what it sends to, at its rate, and at the length of the queue.",
  });
}

function fullDisk(topic: TopicView, path: string): Finding | null {
  const { readings, values } = numbersIn(topic, path);
  const last = values.at(-1);
  if (last === undefined || last < DISK_FULL_PERCENT || last > 100) return null;
  if (ALWAYS_FULL.test(`${topic.topic} ${path}`)) return null;
  return findingOf(topic, path, {
    what: last >= 99.5 ? "The disk is full" : "The disk is nearly full",
    how: `is ${rounded(last)} %`,
    when: `at ${iso(readings.at(-1)?.at ?? 0)}`,
    shown: 2,
    suggestion:
      "Free some of it (logs, recordings, images): programs fail to write when it is full.",
  });
}

function findingOf(
  topic: TopicView,
  path: string,
  o: { what: string; how: string; when: string; shown?: number; suggestion: string },
): Finding {
  const { readings, values } = numbersIn(topic, path);
  return {
    severity: "warning",
    code: "reported_error",
    title: `${o.what}: "${labelOf({ path, topic })}" ${o.how}`,
    evidence: {
      summary: `On "${topic.topic}" ${o.when}`,
      messages: someOf(readings).slice(-(o.shown ?? readings.length)),
      numbers: numbersOf(values, { topic: topic.topic, field: path }),
    },
    suggestion: o.suggestion,
  };
}
