import type { Family, TopicRole } from "./family.ts";

const ROLES: readonly (readonly [TopicRole, RegExp])[] = [
  ["command", /^(set|cmd|cmnd|command|commands|rpc|write|control|desired|setpoint_set)$/],
  ["reply", /^(result|results|response|reply|ack|resp)$/],
  ["log", /^(log|logs|debug|syslog|logging)$/],
  ["event", /^(event|events|alarm|alarms|alert|alerts|error|errors|fault|faults)$/],
  ["info", /^(info|about|version|firmware|config|configuration|meta|\$meta)$/],
];
const AVAILABILITY =
  /^(lwt|availability|available|online|connected|connection|connectivity|alive|presence|will|last_?will|status|state|health)$/;
/** Segments that are about reachability and nothing else: there `true` and `0` are statements too. */
const ONLY_AVAILABILITY =
  /^(lwt|availability|available|online|connected|connection|alive|last_?will)$/;

/** Any device: roles by the words of the topic. */
export const generic: Family = {
  name: "generic",
  isDocument: () => false,
  learn: () => false,
  roleOf(segments): TopicRole | null {
    const last = (segments[segments.length - 1] ?? "").toLowerCase();
    for (const [role, words] of ROLES) if (words.test(last)) return role;
    if ((segments[0] ?? "").toLowerCase() === "cmnd") return "command";
    return ONLY_AVAILABILITY.test(last) ? "availability" : null;
  },
  replyTopics(segments) {
    const base = segments.slice(0, -1).join("/");
    const answers = ["state", "status", "result", "response", "reply", "ack", "resp"];
    return base === "" ? [] : [base, ...answers.map((word) => `${base}/${word}`)];
  },
};

/** True when the last level of a topic may hold statements; its payloads must then say so. */
export function mayBeAvailability(segments: readonly string[]): boolean {
  return AVAILABILITY.test((segments[segments.length - 1] ?? "").toLowerCase());
}
