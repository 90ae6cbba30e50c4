import type { JsonValue } from "../../../payload/payload.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import type { Finding } from "../finding_shape.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import { isObject, type JsonObject, textAt } from "../reading/json.ts";
import type { DeviceView } from "../reading/view.ts";
import type { Document, Family, TopicRole } from "./family.ts";

/** Before version 1.20 its log was on `bridge/log`. */
const NOTICES = new Set(["devices", "logging", "log", "event"]);

/** What the bridge's lists say. */
interface ZigbeeMemory {
  /** Base topics of bridges whose device list was heard. */
  readonly bases: Set<string>;
  /** The device as the list names it; `listed` is false once a list came without it. */
  device: {
    base: string;
    friendlyName: string;
    address: string | null;
    listed: boolean;
    /** What the list says is wrong with it, in words for the reader. */
    unready: string | null;
    /** The properties that one sets. */
    settings: ReadonlySet<string>;
  } | null;
  /** Undefined until a list says what it is powered by. */
  isOnBattery: boolean | undefined;
}

const memories = new WeakMap<DeviceIdentity, ZigbeeMemory>();

function memoryOf(identity: DeviceIdentity): ZigbeeMemory {
  let memory = memories.get(identity);
  if (memory === undefined) {
    memories.set(identity, memory = { bases: new Set(), device: null, isOnBattery: undefined });
  }
  return memory;
}

/** A router or a sensor on a battery counts as gone after these, as the bridge itself does. */
const BATTERY_QUIET_MS = 25 * 3_600_000;
const MAINS_QUIET_MS = 2 * 3_600_000;

/** Where a command to the bridge itself says that it is a request; -1 in other topics. */
function requestLevel(segments: readonly string[]): number {
  return segments.findIndex((level, i) => level === "request" && segments[i - 1] === "bridge");
}

/** zigbee2mqtt: `<base>/<friendly name>`, with the bridge's list of devices as the authority. */
export const zigbee2mqtt: Family<"zigbee2mqtt"> = {
  name: "zigbee2mqtt",
  title: "zigbee2mqtt",
  filters: [
    "+/bridge/devices",
    "+/bridge/state",
    "+/bridge/logging",
    "+/bridge/log",
    "+/bridge/event",
    "+/bridge/response/device/#",
    "+/bridge/response/group/#",
  ],
  sharesDocuments: true,
  wideTopics: [{
    pattern: /(^|\/)bridge\/request\//,
    what: "the bridge, and with it the whole Zigbee network",
  }],
  isDocument(segments) {
    const n = segments.length;
    return n >= 3 && segments[n - 2] === "bridge" && NOTICES.has(segments[n - 1]) ||
      isResponse(segments);
  },
  learn(document, identity) {
    const kind = document.segments[document.segments.length - 1];
    const base = document.segments.slice(0, -2).join("/");
    if (isResponse(document.segments)) return isAbout(document, identity);
    if (kind === "devices") {
      if (Array.isArray(document.value)) learnList(document.value, base, identity);
      return false;
    }
    return isAbout(document, identity);
  },
  roleOf(segments, identity): TopicRole | null {
    const topic = segments.join("/");
    const zigbee = memoryOf(identity).device;
    if (zigbee !== null && topic.startsWith(`${zigbee.base}/`)) {
      if (topic.startsWith(`${zigbee.base}/bridge/`)) return bridgeRole(segments);
      const own = `${zigbee.base}/${zigbee.friendlyName}`;
      if (topic === own) return "state";
      return roleOfRest(topic.startsWith(`${own}/`) ? topic.slice(own.length + 1) : "");
    }
    if (!/^zigbee2?mqtt/i.test(segments[0])) return null;
    if (segments[1] === "bridge") return bridgeRole(segments);
    return roleOfRest(segments[segments.length - 1], segments.length > 2);
  },
  replyTopics(segments, identity) {
    const zigbee = memoryOf(identity).device;
    if (zigbee !== null) return [`${zigbee.base}/${zigbee.friendlyName}`];
    const at = segments.findIndex((segment) => segment === "set" || segment === "get");
    return at > 1 ? [segments.slice(0, at).join("/")] : [];
  },
  expectedReply(segments) {
    const request = requestLevel(segments);
    if (request > 0 && segments.length > request + 1) {
      return segments.map((level, i) => i === request ? "response" : level).join("/");
    }
    return /^zigbee2?mqtt/i.test(segments[0]) && segments.length >= 3 &&
        /^(set|get)$/.test(segments.at(-1) ?? "")
      ? segments.slice(0, -1).join("/")
      : null;
  },
  gatewayState(segments) {
    const request = requestLevel(segments);
    return request > 0 ? `${segments.slice(0, request).join("/")}/state` : null;
  },
  ownerOf(segments) {
    if (!/^zigbee2?mqtt/i.test(segments[0]) || segments.length < 2) return null;
    if (segments[1] === "bridge") return { name: "bridge", key: `${segments[0]}/bridge` };
    const rest = segments.slice(1);
    while (rest.length > 1 && /^(availability|set|get)$/.test(rest[rest.length - 1])) {
      rest.pop();
    }
    const name = rest.join("/");
    return { name, key: `${segments[0]}/${name}` };
  },
  ownFindings: unreadyDevices,
  troubleOf({ segments }, { fields }) {
    if (segments.at(-2) !== "bridge" && segments.at(-3) !== "bridge") return undefined;
    const name = fields.get("data.friendly_name");
    if (segments.at(-1) === "event" && fields.get("type") === "device_leave") {
      return { level: "error", kind: `device_leave: "${name}" left the network` };
    }
    const said = fields.get("message");
    if (
      segments.at(-1) === "log" &&
      [fields.get("type"), said].some((one) => /_failed$/.test(String(one)))
    ) {
      return { level: "error", kind: `${fields.get("type")}: ${said}` };
    }
    const unbound = fields.get("data.failed[0]");
    if (unbound !== undefined) return { level: "error", kind: `bind failed: ${unbound}` };
    const missing = fields.get("data.missing_routers[0].friendly_name");
    return missing === undefined
      ? undefined
      : { level: "warning", kind: `missing routers: "${missing}" and so on` };
  },
  fieldKind: (path, { live }, { identity }) =>
    memoryOf(identity).device?.settings.has(path) === true &&
      typeof live.at(-1)?.fields.get(path) !== "number"
      ? "ignored"
      : null,
  quietLimitMs: (view) =>
    memoryOf(view.identity).isOnBattery === false ? MAINS_QUIET_MS : BATTERY_QUIET_MS,
  lists(record, identity) {
    const { bases, device } = memoryOf(identity);
    if (bases.size === 0) return null;
    const isOurs = record.ids.some((id) => id.startsWith("zigbee2mqtt")) ||
      record.availabilityTopics.some((topic) => identity.roleFromDocuments(topic) === "bridge");
    return !isOurs ? null : device?.listed ? "listed" : "gone";
  },
};

/** What an entry of the bridge's list says of a pairing that did not succeed. */
function unreadyOf(entry: JsonObject): string | null {
  const state = textAt(entry, "interview_state");
  if (entry["interview_completed"] === false && entry["interviewing"] !== true) {
    return "its interview is not completed, so nothing of it can be read or switched";
  }
  if (state === "FAILED") return "its interview failed, so nothing of it can be read or switched";
  return entry["supported"] === false && !isObject(entry["definition"])
    ? "it is not supported by this version, so its messages are not understood"
    : null;
}

function unreadyDevices(view: DeviceView): Finding[] {
  const { device } = memoryOf(view.identity);
  if (device === null || device.unready === null || !device.listed) return [];
  const { base, friendlyName, unready } = device;
  return [{
    severity: "warning",
    code: "reported_error",
    title: `The bridge did not get ready with "${friendlyName.slice(0, 80)}": ${unready}`,
    evidence: {
      summary: `"${base}/bridge/devices" lists it with that state`,
      messages: [],
    },
    suggestion:
      "Pair the device anew close to the coordinator and keep it awake (press its button) until the interview ends; if it is unsupported, update zigbee2mqtt or add an external converter.",
  }];
}

function learnList(list: JsonValue[], base: string, identity: DeviceIdentity): void {
  const memory = memoryOf(identity);
  memory.bases.add(base);
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
    identity.conventions.add("zigbee2mqtt");
    identity.name ??= friendlyName;
    const power = textAt(entry, "power_source");
    if (power !== undefined) memory.isOnBattery = /battery/i.test(power);
    const definition = entry["definition"];
    if (isObject(definition)) identity.model ??= textAt(definition, "model");
    const settings = new Set(isObject(definition) ? settingsIn(definition["exposes"], 0) : []);
    const unready = unreadyOf(entry);
    memory.device = { base, friendlyName, address, listed: true, unready, settings };
    identity.addTree(topic);
    identity.addId(friendlyName);
    if (address !== null) identity.addId(address);
    identity.addTopic(`${base}/bridge/state`, "bridge");
  }
  if (!found && memory.device?.base === base) {
    memory.device = { ...memory.device, listed: false };
  }
}

/** The second bit of an access says that it can be set. */
const CAN_BE_SET = 2;
const MOST_EXPOSED = 200;

/** The properties of a device that one sets, such as whether a siren is to sound: what they hold is as somebody wants it. */
function settingsIn(exposes: JsonValue | undefined, depth: number): string[] {
  if (!Array.isArray(exposes) || depth > 2) return [];
  return exposes.slice(0, MOST_EXPOSED).flatMap((one) => {
    if (!isObject(one)) return [];
    const { property, access, features } = one;
    const isSet = typeof property === "string" && (Number(access) & CAN_BE_SET) !== 0;
    return [...isSet ? [plainKey(property)] : [], ...settingsIn(features, depth + 1)];
  });
}

/** A log line or event of the bridge names the device. */
function isAbout(document: Document, identity: DeviceIdentity): boolean {
  if (!isObject(document.value)) return false;
  const data = document.value["data"];
  if (isObject(data)) {
    const names = ["friendly_name", "ieee_address", "id", "group", "from", "to"]
      .flatMap((key) => textAt(data, key) ?? []);
    if (names.length > 0) return names.some((name) => identity.isNamed(name));
  }
  const base = document.segments.slice(0, -2).join("/");
  const message = textAt(document.value, "message", "error");
  if (message === undefined || /^MQTT publish/.test(message)) return false;
  for (const quoted of message.slice(0, 1_000).matchAll(/'([^']{1,120})'|"([^"]{1,120})"/g)) {
    const name = quoted[1] ?? quoted[2] ?? "";
    const topic = `${base}/${name}`;
    // What is quoted may be `state`, which is also where a bridge says that it is there.
    const isIts = identity.owns(topic) && identity.roleFromDocuments(topic) !== "bridge";
    if (isIts || identity.isNamed(name)) return true;
  }
  return false;
}

/** `bridge/response/device/ota_update/update`: what became of a request about a device or a group. */
function isResponse(segments: readonly string[]): boolean {
  const at = segments.indexOf("bridge");
  return at > 0 && segments[at + 1] === "response" &&
    /^(?:device|group)$/.test(segments[at + 2] ?? "");
}

function bridgeRole(segments: readonly string[]): TopicRole {
  if (segments.includes("response")) return "reply";
  if (segments.includes("request")) return "command";
  const last = segments[segments.length - 1];
  return last === "state"
    ? "bridge"
    : last === "logging" || last === "log"
    ? "log"
    : last === "event"
    ? "event"
    : last === "health"
    ? "state"
    : "info";
}

function roleOfRest(rest: string, below = true): TopicRole {
  if (!below) return "state";
  if (rest === "availability") return "availability";
  return /^(set|get)(\/|$)/.test(rest) ? "command" : "state";
}
