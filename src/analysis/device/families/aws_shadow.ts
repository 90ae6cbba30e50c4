import type { Family, TopicRole } from "./family.ts";

/** AWS IoT device shadows: `$aws/things/<thing>/shadow/…`, and brokers that copy the style. */
export const awsShadow: Family<"aws_shadow"> = {
  name: "aws_shadow",
  title: "AWS IoT device shadow",
  filters: [
    "$aws/things/+/shadow/#",
    "$aws/things/+/jobs/#",
    "$aws/things/+/defender/#",
    "$aws/things/+/streams/#",
    "$aws/events/presence/+/+",
    "$aws/iotwireless/events/connection_status/#",
  ],
  roleOf(segments): TopicRole | null {
    if (isPresence(segments)) return "availability";
    if (isOfService(segments)) {
      return segments.slice(-2).some((word) => /^(?:accepted|rejected)$/.test(word))
        ? "reply"
        : "event";
    }
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
    const name =
      (isPresence(segments) ? segments.at(-1) : segments[segments.indexOf("things") + 1]) ?? "";
    return name !== "" && (isPresence(segments) || segments.includes("things"))
      ? { name, key: name }
      : null;
  },
  statementOf(segments, text) {
    if (!isPresence(segments)) return null;
    if (segments.includes("connected")) return "online";
    // Who says goodbye in order sleeps, or was switched off.
    return /"clientInitiatedDisconnect"\s*:\s*true/.test(text) ? "sleeping" : "offline";
  },
  storyOf: (segments) => isPresence(segments) ? `presence of ${segments.at(-1)}` : null,
  troubleOf(topic, { fields }) {
    if (isPresence(topic.segments)) {
      const reason = fields.get("disconnect_reason");
      return typeof reason === "string" && !/^(CLIENT_INITIATED_DISCONNECT|NONE)$/.test(reason) &&
          topic.segments.includes("disconnected")
        ? { level: "warning", kind: `disconnected: ${reason.slice(0, 60)}` }
        : null;
    }
    if (isOfService(topic.segments) && topic.segments.slice(-2).includes("rejected")) {
      const why = ["code", "o", "status_details.error_code"].map((key) => fields.get(key))
        .find((said) => typeof said === "string");
      return {
        level: "error",
        kind: `${topic.segments[3]} request rejected${why === undefined ? "" : `: ${why}`}`,
      };
    }
    if (topic.segments.includes("jobs")) {
      const status = String(fields.get("status") ?? fields.get("execution.status") ?? "");
      if (!/^(FAILED|REJECTED|TIMED_OUT)$/.test(status)) return null;
      const reason = fields.get("status_details.reason") ??
        fields.get("execution.status_details.reason");
      const job = topic.segments[topic.segments.indexOf("jobs") + 1];
      return {
        level: "error",
        kind: `job ${job} ${status}` +
          (typeof reason === "string" ? `: ${reason.slice(0, 80)}` : ""),
      };
    }
    return topic.segments.includes("shadow") && topic.segments.at(-1) === "rejected"
      ? { level: "error", kind: "shadow request rejected" }
      : undefined;
  },
};

/** What things ask of AWS beside their shadows: jobs, streams of files, and what they report of their traffic. */
function isOfService([, things, , service]: readonly string[]): boolean {
  return things === "things" && /^(?:jobs|streams|defender)$/.test(service ?? "");
}

/** AWS IoT lifecycle events: `$aws/events/presence/connected/<client>`, and those of gateways of LoRaWAN and Sidewalk. */
function isPresence(segments: readonly string[]): boolean {
  return /^\$aws\/(?:events\/presence|iotwireless\/events\/connection_status)\/(?:dis)?connected\//
    .test(segments.join("/"));
}
