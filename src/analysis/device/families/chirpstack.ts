import type { Finding } from "../finding_shape.ts";
import type { DeviceView } from "../view.ts";
import type { Family, TopicRole } from "./family.ts";
import { everyTime } from "../evidence.ts";

/** ChirpStack 3 and 4: `application/<id>/device/<EUI>/event/<kind>`, answers on `…/command/down`. */
export const chirpstack: Family<"chirpstack"> = {
  name: "chirpstack",
  title: "ChirpStack, LoRaWAN",
  roleOf(segments): TopicRole | null {
    const at = segments.indexOf("device");
    if (at < 2 || segments[at - 2] !== "application") return null;
    const [, , group, kind] = segments.slice(at);
    if (group === "command") return "command";
    if (group !== "event") return null;
    if (kind === "log" || kind === "error") return "log";
    return kind === "up" || kind === "status" ? "state" : "event";
  },
  ownerOf(segments) {
    const at = segments.indexOf("device");
    const eui = segments[at + 1];
    return at < 2 || segments[at - 2] !== "application" || eui === undefined
      ? null
      : { name: eui, key: `chirpstack/${eui.toLowerCase()}` };
  },
  // A device is asked to do something when it next sends, and may not answer at all.
  replyTopics: () => [],
  troubleOf(topic, { fields }) {
    if (topic.role !== "log") return undefined;
    const level = String(fields.get("level") ?? fields.get("type") ?? "").toUpperCase();
    if (/^(INFO|DEBUG|TRACE)$/.test(level)) return null;
    const said = [fields.get("code"), fields.get("description") ?? fields.get("error")]
      .filter((part): part is string => typeof part === "string" && part !== "");
    if (said.length === 0) return undefined;
    return {
      level: /^(ERROR|CRITICAL|FATAL)$/.test(level) ? "error" : "warning",
      kind: said.join(": ").replace(/\s+/g, " ").slice(0, 160),
    };
  },
  ownFindings: repeatedJoins,
};

/** A device that joins again and again has no working session: keys, a reset, or downlinks lost. */
function repeatedJoins(view: DeviceView): Finding[] {
  const joins = view.topics.filter(({ segments }) => segments.at(-1) === "join")
    .flatMap((topic) => topic.live).map((reading) => reading.sample).sort((a, b) => a.at - b.at);
  if (joins.length < 3) return [];
  return [{
    severity: "warning",
    code: "reboot_loop",
    title: `The device joins the network again and again: ${joins.length} joins`,
    evidence: {
      summary: `${joins.length} joins were heard on "${joins[0]?.topic}"; one is enough for years`,
      ...everyTime(joins),
    },
    suggestion:
      "Look whether it restarts (battery), whether join accepts reach it (downlink, RX windows), and whether its keys and join nonces fit.",
  }];
}
