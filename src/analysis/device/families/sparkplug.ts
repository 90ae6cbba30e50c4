import type { Family, Statement, TopicRole } from "./family.ts";

/** Sparkplug B: `spBv1.0/<group>/<type>/<node>[/<device>]`. */
export const sparkplug: Family = {
  name: "sparkplug_b",
  isDocument: (segments) => segments[0] === "spBv1.0" && segments.length === 5,
  learn(document, identity) {
    if (!identity.owns(document.topic)) return false;
    // A node's death takes its devices with it, and its birth holds what their data refers to.
    const [root, group, , node] = document.segments;
    identity.conventions.add("sparkplug_b");
    identity.addTopic(`${root}/${group}/NDEATH/${node}`, "bridge");
    identity.addTopic(`${root}/${group}/NBIRTH/${node}`, "bridge");
    return true;
  },
  roleOf(segments, identity): TopicRole | null {
    if (segments[0] !== "spBv1.0" || segments.length < 4) return null;
    const type = segments[2] ?? "";
    if (/^[ND]CMD$/.test(type)) return "command";
    if (/^[ND](BIRTH|DEATH)$/.test(type)) {
      return identity.roleFromDocuments(segments.join("/")) === "bridge"
        ? "bridge"
        : "availability";
    }
    return /^[ND]DATA$/.test(type) ? "state" : "info";
  },
  statementOf(segments): Statement | null {
    const type = segments[2] ?? "";
    return type.endsWith("BIRTH") ? "online" : type.endsWith("DEATH") ? "offline" : null;
  },
  replyTopics(segments) {
    const answer = [...segments];
    answer[2] = segments[2] === "NCMD" ? "NDATA" : "DDATA";
    const birth = [...segments];
    birth[2] = segments[2] === "NCMD" ? "NBIRTH" : "DBIRTH";
    return [answer.join("/"), birth.join("/")];
  },
};
