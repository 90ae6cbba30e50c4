import type { Family, TopicRole } from "./family.ts";

/** AWS IoT device shadows: `$aws/things/<thing>/shadow/…`, and brokers that copy the style. */
export const awsShadow: Family<"aws_shadow"> = {
  name: "aws_shadow",
  title: "AWS IoT device shadow",
  filters: ["$aws/things/+/shadow/#"],
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
  expectedReply: (segments) =>
    segments[0] === "$aws" && segments[3] === "shadow" &&
      /^(get|update|delete)$/.test(segments.at(-1) ?? "")
      ? [...segments, "+"].join("/")
      : null,
  ownerOf(segments) {
    const name = segments[segments.indexOf("things") + 1] ?? "";
    return segments.includes("things") && name !== "" ? { name, key: name } : null;
  },
  troubleOf: (topic) =>
    topic.segments.includes("shadow") && topic.segments.at(-1) === "rejected"
      ? { level: "error", kind: "shadow request rejected" }
      : undefined,
};
