import type { Finding, FindingCode } from "../diagnosis.ts";
import type { DeviceView } from "../view.ts";

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

/** Takes out what other findings explain, names it there, and puts the worst first. */
export function withoutExplained(findings: readonly Finding[]): Finding[] {
  let left = [...findings];
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
  return left.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}
