import type { JsonValue } from "../../../payload/payload.ts";
import type { DeviceIdentity } from "../identity.ts";
import { isObject, textAt } from "../json.ts";
import type { Document, Family, TopicRole } from "./family.ts";

const NOTICES = new Set(["devices", "logging", "event"]);

/** zigbee2mqtt: `<base>/<friendly name>`, with the bridge's list of devices as the authority. */
export const zigbee2mqtt: Family = {
  name: "zigbee2mqtt",
  isDocument(segments) {
    const n = segments.length;
    return n >= 3 && segments[n - 2] === "bridge" && NOTICES.has(segments[n - 1] ?? "");
  },
  learn(document, identity) {
    const kind = document.segments[document.segments.length - 1];
    const base = document.segments.slice(0, -2).join("/");
    if (kind === "devices") {
      if (Array.isArray(document.value)) learnList(document.value, base, identity);
      return false;
    }
    return isAbout(document, identity);
  },
  roleOf(segments, identity): TopicRole | null {
    const topic = segments.join("/");
    const zigbee = identity.zigbee;
    if (zigbee !== null && topic.startsWith(`${zigbee.base}/`)) {
      if (topic.startsWith(`${zigbee.base}/bridge/`)) return bridgeRole(segments);
      const own = `${zigbee.base}/${zigbee.friendlyName}`;
      if (topic === own) return "state";
      return roleOfRest(topic.startsWith(`${own}/`) ? topic.slice(own.length + 1) : "");
    }
    if (!/^zigbee2?mqtt/i.test(segments[0] ?? "")) return null;
    if (segments[1] === "bridge") return bridgeRole(segments);
    return roleOfRest(segments[segments.length - 1] ?? "", segments.length > 2);
  },
  replyTopics(segments, identity) {
    const zigbee = identity.zigbee;
    if (zigbee !== null) return [`${zigbee.base}/${zigbee.friendlyName}`];
    const at = segments.findIndex((segment) => segment === "set" || segment === "get");
    return at > 1 ? [segments.slice(0, at).join("/")] : [];
  },
};

function learnList(list: JsonValue[], base: string, identity: DeviceIdentity): void {
  identity.zigbeeBases.add(base);
  let found = false;
  for (const entry of list.slice(0, 2_000)) {
    if (!isObject(entry)) continue;
    const friendlyName = textAt(entry, "friendly_name");
    const address = textAt(entry, "ieee_address") ?? null;
    if (friendlyName === undefined || entry["type"] === "Coordinator") continue;
    const topic = `${base}/${friendlyName}`;
    const mine = identity.isNamed(friendlyName) ||
      (address !== null && identity.isNamed(address)) ||
      identity.owns(topic);
    if (!mine) {
      identity.addOther(friendlyName, topic);
      continue;
    }
    if (found) continue;
    found = true;
    identity.zigbee = { base, friendlyName, address, listed: true };
    identity.conventions.add("zigbee2mqtt");
    identity.name ??= friendlyName;
    const power = textAt(entry, "power_source");
    if (power !== undefined) identity.battery = /battery/i.test(power);
    const definition = entry["definition"];
    if (isObject(definition)) identity.model ??= textAt(definition, "model");
    identity.addTree(topic);
    identity.addId(friendlyName);
    if (address !== null) identity.addId(address);
    identity.addTopic(`${base}/bridge/state`, "bridge");
  }
  if (!found && identity.zigbee?.base === base) {
    identity.zigbee = { ...identity.zigbee, listed: false };
  }
}

/** A log line or event of the bridge names the device. */
function isAbout(document: Document, identity: DeviceIdentity): boolean {
  if (!isObject(document.value)) return false;
  const data = document.value["data"];
  if (isObject(data)) {
    const name = textAt(data, "friendly_name", "ieee_address");
    return name !== undefined && identity.isNamed(name);
  }
  const message = textAt(document.value, "message");
  if (message === undefined || /^MQTT publish/.test(message)) return false;
  for (const quoted of message.slice(0, 1_000).matchAll(/'([^']{1,120})'|"([^"]{1,120})"/g)) {
    if (identity.isNamed(quoted[1] ?? quoted[2] ?? "")) return true;
  }
  return false;
}

function bridgeRole(segments: readonly string[]): TopicRole {
  const last = segments[segments.length - 1];
  return last === "state"
    ? "bridge"
    : last === "logging"
    ? "log"
    : last === "event"
    ? "event"
    : "info";
}

function roleOfRest(rest: string, below = true): TopicRole {
  if (!below) return "state";
  if (rest === "availability") return "availability";
  return /^(set|get)(\/|$)/.test(rest) ? "command" : "state";
}
