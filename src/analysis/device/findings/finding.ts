import type { Finding, FindingCode } from "../finding_shape.ts";
import { leafOf } from "../reading/fields.ts";
import type { DeviceView } from "../reading/view.ts";

/** Looks for one kind of trouble. Pure; an empty array when there is none. */
export type Detector = (view: DeviceView) => Finding[];

/** Which codes each code explains; see `docs/findings.md`. */
const EXPLAINS: Partial<Record<FindingCode, readonly FindingCode[]>> = {
  client_id_collision: [
    "flapping",
    "gap",
    "rate_change",
    "duplicate_messages",
    "out_of_order",
    "mixed_types",
    "offline_last_will",
  ],
  reboot_loop: ["flapping", "gap", "rate_change", "out_of_order", "offline_last_will"],
  flapping: ["gap", "rate_change", "offline_last_will", "stale_heartbeat", "command_without_reply"],
  offline_last_will: [
    "stale_heartbeat",
    "retained_stale",
    "command_without_reply",
    "gap",
    "rate_change",
    "weak_signal",
    "ghost_discovery",
  ],
  clock_skew: ["retained_stale"],
  ghost_discovery: ["stale_heartbeat", "retained_stale"],
  stale_heartbeat: ["retained_stale", "command_without_reply", "gap", "rate_change"],
  out_of_order: ["duplicate_messages", "gap"],
}; // deno-fmt-ignore

const ORDER = ["critical", "error", "warning", "info"];

/**
 * Takes out what other findings explain, names it there, and puts the worst first. Nothing explains
 * what is `standing`; it tells better what a finding of the same code and topic tells too.
 */
export function withoutExplained(
  findings: readonly Finding[],
  standing: readonly Finding[] = [],
): Finding[] {
  let left = findings.filter((finding) => !standing.some((one) => tellsBetter(one, finding)));
  for (const [cause, effects] of Object.entries(EXPLAINS)) {
    if (!left.some((finding) => finding.code === cause)) continue;
    const explained = new Set<FindingCode>();
    left = left.filter((finding) => {
      if (!effects.includes(finding.code)) return true;
      explained.add(finding.code);
      return false;
    });
    if (explained.size === 0) continue;
    left = left.map((finding) =>
      finding.code === cause
        ? { ...finding, explains: [...new Set([...(finding.explains ?? []), ...explained])] }
        : finding
    );
  }
  const told = standing.filter((one, at) =>
    !standing.some((other) => other !== one && turnTells(other, one)) &&
    !standing.slice(0, at).some((other) => other.code === one.code && areOfOneNumber(other, one)) &&
    !isToldBy([...left, ...standing], one)
  );
  return [...left, ...told].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

/** What comes of a loop. */
const BY_A_LOOP =
  /^(?:duplicate_messages|rate_change|out_of_order|gap|command_without_reply|clock_skew|retained_stale)$/;

/** A loop tells of its copies and their pace, a special value of its jump. */
function tellsBetter(standing: Finding, finding: Finding): boolean {
  if (standing.code === "duplicate_messages") return BY_A_LOOP.test(finding.code);
  if (turnTells(standing, finding) || saysTheSame(standing, finding)) return true;
  const told = / reads nothing any more/.test(standing.title)
    ? /^(schema_drift|mixed_types)$/
    : / comes again as it was: /.test(standing.title)
    ? /^duplicate_messages$/
    : null;
  if (told?.test(finding.code)) return isOnTopicsOf(standing, finding);
  if (/^(?:gap|low_battery|clock_skew)$/.test(standing.code)) return finding.code === standing.code;
  return /^(outlier|stuck_value)$/.test(finding.code) && areOfOneNumber(standing, finding);
}

/** Whether a flag that is odd among many, a reading that ended, or how a try ended is told by a rule that knows it. */
function isToldBy(others: readonly Finding[], one: Finding): boolean {
  const [, label] = /^One flag of many is up: "(.+)" is /.exec(one.title) ??
    /^"(.+?)" reads nothing any more/.exec(one.title) ??
    /^What was tried last failed: "(.+?)" is /.exec(one.title) ?? [];
  if (label === undefined) return false;
  const leaf = label.slice(Math.max(label.lastIndexOf("."), label.lastIndexOf("/")) + 1);
  return others.some((other) =>
    other !== one && other.code === "reported_error" && other.severity !== "info" &&
    other.title.includes(leaf)
  );
}

/** Whether both tell of one number: of two of one code the first, which knows more, is enough. */
function areOfOneNumber({ evidence: { numbers } }: Finding, { evidence }: Finding): boolean {
  return numbers !== undefined && numbers.topic === evidence.numbers?.topic &&
    numbers.field === evidence.numbers.field;
}

/** An answer that a command failed, or a message with a grade, is told once. */
function saysTheSame(standing: Finding, finding: Finding): boolean {
  if (standing.code !== "reported_error" || finding.code !== "reported_error") return false;
  if (!isOnTopicsOf(standing, finding)) return false;
  if (standing.title.startsWith("The device answered that ")) return true;
  const [, said = ""] = /^The device reports an? \w+: (.{8,120}?)(?: \(|$)/.exec(standing.title) ??
    [];
  const [, label = "", value = ""] = /^"([^"]+)" is (.{1,60})$/.exec(said) ?? [];
  const [, name = "", word = ""] = /: ([^:]{1,60}): (.{1,60})$/.exec(finding.title) ?? [];
  const isOfIt = label !== "" && word === value && isAsSevere(standing, finding) &&
    leafOf(label.slice(label.lastIndexOf("/") + 1)) === leafOf(name);
  return said !== "" && finding.title.includes(said) || isOfIt;
}

function isAsSevere(one: Finding, other: Finding): boolean {
  return ORDER.indexOf(one.severity) <= ORDER.indexOf(other.severity);
}

/** The topics of the messages on which findings rest. */
export function evidenceTopics(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.flatMap(({ evidence }) => evidence.messages.map(({ topic }) => topic)));
}

/** Whether all that a finding rests on came on topics of another. */
function isOnTopicsOf(one: Finding, finding: Finding): boolean {
  const topics = evidenceTopics([one]);
  return finding.evidence.messages.every(({ topic }) => topics.has(topic));
}

/** A change for the worse tells since when, and so better than the word alone. */
function turnTells(turn: Finding, finding: Finding): boolean {
  if (turn.code !== "reported_error" || finding.code !== "reported_error") return false;
  const [, label, to] = /^(".*") went from .{1,60} to (.{1,60}) at \d{4}-/.exec(turn.title) ?? [];
  if (to === undefined || / went from /.test(finding.title)) return false;
  return isOnTopicsOf(turn, finding) &&
    (`${finding.title}:`.includes(`: ${to}:`) || finding.title.includes(`${label} is `));
}
