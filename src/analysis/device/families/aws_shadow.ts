import type { JsonValue } from "../../../payload/payload.ts";
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
    "$aws/commands/things/+/executions/#",
    "$aws/events/presence/+/+",
    "$aws/events/jobExecution/#",
    "$aws/events/commandExecution/#",
    "$aws/iotwireless/events/connection_status/#",
  ],
  isDocument: isExecution,
  learn: ({ value }, identity) => {
    const thing = thingOf(value);
    return thing !== null && identity.isNamed(thing);
  },
  roleOf(segments): TopicRole | null {
    if (isPresence(segments)) return "availability";
    if (isExecution(segments)) return "event";
    if (isCommand(segments)) {
      if (segments.includes("request")) return "command";
      return "reply";
    }
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
    const done = doneOn(topic.segments, fields.get("job_id"));
    if (done !== null) {
      const status = String(fields.get("status") ?? fields.get("execution.status") ?? "");
      if (!/^(FAILED|REJECTED|TIMED_OUT)$/.test(status)) return null;
      const reasons = [
        "status_reason.reason_code",
        "status_reason.reason_description",
        "status_details.reason",
        "execution.status_details.reason",
      ].map((key) => fields.get(key)).filter((said) => typeof said === "string");
      return { level: "error", kind: [`${done} ${status}`, ...reasons].join(": ").slice(0, 160) };
    }
    return topic.segments.includes("shadow") && topic.segments.at(-1) === "rejected"
      ? { level: "error", kind: "shadow request rejected" }
      : undefined;
  },
};

/** What a thing was asked to do: a job or a command; null where the topic is none of either. */
function doneOn(segments: readonly string[], job: unknown): string | null {
  if (segments.includes("jobs")) return `job ${segments[segments.indexOf("jobs") + 1]}`;
  if (!isExecution(segments)) return isCommand(segments) ? "command" : null;
  return segments[2] === "jobExecution" ? `job ${job ?? segments[3]}` : "command";
}

/** `$aws/commands/things/<thing>/executions/<id>/…` */
function isCommand(segments: readonly string[]): boolean {
  return segments[0] === "$aws" && segments[1] === "commands";
}

/** What AWS tells of how a job or a command ended on a thing that only the payload names. */
function isExecution(segments: readonly string[]): boolean {
  return segments[1] === "events" && /^(?:job|command)Execution$/.test(segments[2] ?? "");
}

/** The name at the end of `arn:aws:iot:eu-west-1:123456789012:thing/<name>`. */
function thingOf(value: JsonValue | undefined): string | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const arn = value.thingArn ?? value.targetArn;
  return typeof arn === "string" ? /:thing\/([^/]{1,128})$/.exec(arn)?.[1] ?? null : null;
}

/** What things ask of AWS beside their shadows: jobs, streams of files, and what they report of their traffic. */
function isOfService([, things, , service]: readonly string[]): boolean {
  return things === "things" && /^(?:jobs|streams|defender)$/.test(service ?? "");
}

/** AWS IoT lifecycle events: `$aws/events/presence/connected/<client>`, and those of gateways of LoRaWAN and Sidewalk. */
function isPresence(segments: readonly string[]): boolean {
  return /^\$aws\/(?:events\/presence|iotwireless\/events\/connection_status)\/(?:dis)?connected\//
    .test(segments.join("/"));
}
