import type { Finding } from "../finding_shape.ts";
import type { DeviceView } from "../reading/view.ts";
import type { Reading, TopicView } from "../reading/view.ts";
import type { Family, TopicRole, Trouble } from "./family.ts";
import { everyTime } from "../evidence.ts";

/** ChirpStack 3 and 4: `application/<id>/device/<EUI>/event/<kind>`, answers on `…/command/down`. */
export const chirpstack: Family<"chirpstack"> = {
  name: "chirpstack",
  title: "ChirpStack, LoRaWAN",
  isOfAllMakers: true,
  roleOf(segments): TopicRole | null {
    const ofGateway = gatewayEvent(segments);
    if (ofGateway !== null) return ofGateway === "stats" ? "state" : "event";
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
  // A gateway hears frames that are none, from afar and from others.
  fieldKind: (path, { segments }) =>
    gatewayEvent(segments) !== null && /crc_status$/.test(path) ? "ignored" : null,
  troubleOf(topic, reading) {
    const { fields } = reading;
    const ofGateway = gatewayEvent(topic.segments);
    if (ofGateway !== null) return ofGateway === "up" ? null : unsent(topic, reading);
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

/** What a gateway tells: `[<region>/]gateway/<id>/event/<kind>`; null for all else. */
function gatewayEvent(segments: readonly string[]): string | null {
  const [gateway, , event, kind] = segments.slice(-4);
  return gateway === "gateway" && event === "event" && /^(?:up|ack|stats)$/.test(kind ?? "")
    ? kind ?? null
    : null;
}

/** Downlinks that none of the tries sent, where most are not: one may come too late on any network. */
function unsent(topic: TopicView, reading: Reading): Trouble | null {
  const why = unsentBecause(reading);
  const all = topic.live.slice(-20).map(unsentBecause);
  const isMost =
    all.filter((one) => one !== null).length > all.filter((one) => one === null).length;
  return why === null || !isMost ? null : { level: "error", kind: `downlink not sent: ${why}` };
}

const NOT_SENT = /^(?!OK$|IGNORED$)[A-Z_]{4,40}$/;

function unsentBecause({ fields }: Reading): string | null {
  let why: string | null = null;
  for (const [path, value] of fields) {
    // Of each try by its place, or of all by how many: `{"TOO_LATE": 6}`.
    const [, counted] = /^tx_packets_per_status\.(\w+)$/.exec(path) ?? [];
    if (counted !== undefined && !(Number(value) > 0)) continue;
    const isTold = counted !== undefined || /^items\[\d+\]\.status$|^error$/.test(path);
    const said = counted?.toUpperCase() ?? value;
    if (!isTold || typeof said !== "string") continue;
    if (said === "OK") return null;
    if (NOT_SENT.test(said)) why ??= said;
  }
  return why;
}

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
