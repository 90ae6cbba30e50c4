import type { JsonValue } from "../../../payload/payload.ts";
import { isObject, textAt } from "../reading/json.ts";
import type { Family, TopicRole, Trouble } from "./family.ts";

/** Shelly's first generation: `shellies/<id>/…`, last will on `…/online`. */
export const shellyGen1: Family<"shelly_gen1"> = {
  name: "shelly_gen1",
  title: "Shelly, first generation",
  greetsOnce: true,
  filters: ["shellies/announce"],
  wideTopics: [{ pattern: /(^|\/)shellies\/command$/, what: "every Shelly device" }],
  isDocument: (segments) =>
    segments[0] === "shellies" && segments[segments.length - 1] === "announce",
  learn(document, identity) {
    if (!isObject(document.value)) return false;
    const id = textAt(document.value, "id");
    const address = textAt(document.value, "mac");
    if (id === undefined) return false;
    if (
      !identity.isNamed(id) && !(address !== undefined && identity.isNamed(address)) &&
      !identity.owns(`shellies/${id}`)
    ) {
      identity.addOther(id, `shellies/${id}`);
      return false;
    }
    identity.conventions.add("shelly_gen1");
    identity.model ??= textAt(document.value, "model");
    identity.addId(id);
    identity.addTree(`shellies/${id}`);
    return true;
  },
  roleOf(segments): TopicRole | null {
    if (segments[0] !== "shellies") return null;
    const last = segments[segments.length - 1];
    if (last === "online") return "availability";
    if (last === "command") return "command";
    if (last === "announce" || last === "info") return "info";
    return segments.slice(-2).includes("input_event") ? "event" : "state";
  },
  replyTopics: (segments) => segments.length > 3 ? [segments.slice(0, -1).join("/")] : [],
  expectedReply: (segments) =>
    segments[0] === "shellies" && segments.length > 3 && segments.at(-1) === "command"
      ? segments.slice(0, -1).join("/")
      : null,
  sleepOf(view) {
    const topic = view.topics.find(({ segments }) =>
      segments[0] === "shellies" &&
      (SLEEPERS.test(segments[1] ?? "") || SLEEPER_MODELS.test(view.identity.model ?? "") ||
        segments.slice(2).join("/") === "sensor/battery")
    );
    // On its charger it stays connected.
    const isPowered = view.topics.some(({ segments, readings }) =>
      segments.slice(2).join("/") === "sensor/charger" &&
      String(readings.at(-1)?.fields.get("")) === "true"
    );
    return topic === undefined || isPowered
      ? null
      : { sinceMs: null, periodMs: null, evidence: `"${topic.segments[1]}" runs on a battery` };
  },
  troubleOf(topic, reading) {
    if (topic.readings.at(-1) !== reading) return undefined;
    const of = topic.segments.slice(2).join("/");
    const value = String(reading.fields.get(""));
    return GEN1_TROUBLES.find((one) => one.topic.test(of) && one.value.test(value))?.trouble;
  },
  ownerOf(segments) {
    const name = segments[1] ?? "";
    return segments[0] === "shellies" && segments.length > 2 && name !== ""
      ? { name, key: name }
      : null;
  },
};

/** Models that connect only to report: temperature, doors, floods, smoke, buttons. */
const SLEEPERS = /^shelly(ht|dw2?|flood|smoke|button[12])-/i;
/** As they call themselves, whatever they are named. */
const SLEEPER_MODELS = /^SH(?:HT|DW|WT|SM|BTN)-/;

/** What its values say of trouble, which no word of them tells. */
const GEN1_TROUBLES: readonly { topic: RegExp; value: RegExp; trouble: Trouble }[] = [
  {
    topic: /^sensor\/(?:temperature|humidity)$/,
    value: /^999$/,
    trouble: {
      level: "error",
      kind: "its sensor cannot be read: 999 stands for no temperature and no humidity",
    },
  },
  {
    topic: /^roller\/\d\/stop_reason$/,
    value: /^safety_switch$/,
    trouble: { level: "warning", kind: "stop_reason: safety_switch" },
  },
];

/** Links that most people leave off, and ways into the network: who tells that one is not used is there by another. */
const LINK = /^(?:cloud|ws|ble|bthome|matter|knx|wifi|eth)$/;

/** What a document or a notice tells of all but its links. */
function withoutLinks(value: JsonValue): JsonValue {
  return !isObject(value) ? value : Object.fromEntries(
    Object.entries(value).filter(([key, item]) => !LINK.test(key) || !isObject(item))
      .map(([key, item]) => [key, /^(?:params|result)$/.test(key) ? withoutLinks(item) : item]),
  );
}

/** Shelly's second and later generations: JSON-RPC on `<prefix>/rpc`, `<prefix>/events/rpc`, `<prefix>/status/…`. */
export const shellyGen2: Family<"shelly_gen2"> = {
  name: "shelly_gen2",
  title: "Shelly, second and later generations",
  greetsOnce: true,
  roleOf(segments, identity): TopicRole | null {
    const at = segments.findIndex((segment) => /^shelly[a-z0-9]*-[0-9a-f]{6,}$/i.test(segment));
    const own = at === -1 ? identity.ownSegment(segments) : at;
    const last = segments[segments.length - 1];
    const rpcEvents = last === "rpc" && segments[segments.length - 2] === "events";
    if (at === -1 && !rpcEvents && !/^[a-z_]+:\d+$/.test(last)) return null;
    const rest = segments.slice(own + 1).join("/");
    if (rest === "online") return "availability";
    if (rpcEvents) return "event";
    if (/^(rpc|command)(\/|$)/.test(rest)) return "command";
    return rest === "debug/log" ? "log" : "state";
  },
  replyTopics(segments) {
    const at = segments.findLastIndex((segment) => segment === "rpc" || segment === "command");
    const prefix = segments.slice(0, at).join("/");
    return at > 0 ? [`${prefix}/events/rpc`, `${prefix}/status/#`] : [];
  },
  judged({ sample: { decoded, topic } }) {
    if (decoded === undefined) return null;
    const isLink = LINK.test(topic.slice(topic.lastIndexOf("/") + 1));
    return { ...decoded, value: isLink ? null : withoutLinks(decoded.value) };
  },
  sleepOf(view) {
    // A sleeper tells with its full status how long it sleeps, and whether it lies on power now.
    for (const topic of view.topics) {
      for (const { fields, at, sample } of topic.readings.toReversed()) {
        for (const [path, value] of fields) {
          if (!/(^|\.)wakeup_period$/.test(path) || typeof value !== "number" || value <= 0) {
            continue;
          }
          return {
            sinceMs: sample.retain ? null : at,
            periodMs: value * 1000,
            evidence: `"${topic.topic}" tells a wakeup_period of ${value} s`,
          };
        }
      }
    }
    // Its power is told by those that have a battery alone.
    const power = view.topics.find(({ segments, readings }) =>
      /^devicepower:\d+$/.test(segments.at(-1) ?? "") &&
      readings.at(-1)?.fields.get("external.present") === false
    );
    if (power !== undefined) {
      return { sinceMs: null, periodMs: null, evidence: `"${power.topic}" tells of a battery` };
    }
    return null;
  },
  expectedReply(segments, payload) {
    if (segments.at(-1) !== "rpc" || segments.length < 2 || !isObject(payload)) return null;
    const source = textAt(payload, "src");
    return source === undefined || /[+#\0]/.test(source) ? null : `${source}/rpc`;
  },
  missingForReply(segments, payload) {
    const isCall = segments.at(-1) === "rpc" && segments.length >= 2 && isObject(payload) &&
      textAt(payload, "method") !== undefined;
    return isCall && textAt(payload, "src") === undefined
      ? 'Shelly answers on "<src>/rpc": give the payload a src, e.g. {"id":1,"src":"mqtt-mcp","method":"Shelly.GetStatus"}'
      : null;
  },
  ownerOf(segments) {
    const at = segments.findIndex((segment) => /^shelly[a-z0-9]*-[0-9a-f]{6,}$/i.test(segment));
    return at === -1 || at === segments.length - 1
      ? null
      : { name: segments[at], key: segments.slice(0, at + 1).join("/") };
  },
};
