import type { Family, TopicRole } from "./family.ts";

/** AWS IoT device shadows: `$aws/things/<thing>/shadow/…`, and brokers that copy the style. */
export const awsShadow: Family = {
  name: "aws_shadow",
  isDocument: () => false,
  learn: () => false,
  roleOf(segments): TopicRole | null {
    const at = segments.indexOf("shadow");
    if (at < 1 || !segments.includes("things")) return null;
    const last = segments[segments.length - 1];
    if (last === "delta") return "command";
    if (last === "accepted" || last === "rejected") return "reply";
    if (last === "documents") return "info";
    if (last === "get" || last === "delete") return "event";
    return "state";
  },
  replyTopics(segments) {
    // A delta is answered by a new `reported`, published on `…/update`.
    const base = segments.slice(0, -1).join("/");
    return [base, `${base}/accepted`];
  },
};
