import type { JsonValue } from "../../../payload/payload.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { loneDocument } from "../../../payload/wrapper.ts";
import { leafOf } from "../reading/fields.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import { isObject, type JsonObject, textAt } from "../reading/json.ts";
import { bearsUniqueId, normalizeName } from "../naming/names.ts";
import type { Family, TopicRole } from "./family.ts";

/** Levels of lines that tell what happens. */
export const LOG =
  /^(?:(?:[\w-]{1,40}\.)?logs?|debug|syslog|logging|(?:last_?)?log_?(?:message|msg|line|entry|text))$/;
/** `LOG/WARN/VPN/…`: what level a line is of, before what it is about. */
const LOG_LEVEL =
  /^(?:trace|debug|info|notice|warn|warning|err|error|crit|critical|fatal|alert|emerg)$/;
const REPLY =
  /^(?:(?:command|cmd)_)?(result|results|response|responses|reply|replies|ack|resp|res|rsp|answer)$/;
const ROLES: readonly (readonly [TopicRole, RegExp])[] = [
  ["command", /^(set|cmd|cmnd|cmd_vel|command|commands|rpc|write|control|desired|setpoint_set)$/],
  ["reply", REPLY],
  ["log", LOG],
  ["event", /^(event|events|alarm|alarms|alert|alerts|error|errors|fault|faults)$/],
  ["info", /^(info|about|version|firmware|config|configuration|meta|\$meta)$/],
];
const AVAILABILITY =
  /^(lwt(?:_?(?:topic|status|state|message))?|availability|available|online|connected|connection|connectivity|alive|presence|will|last_?will|birth|death|exit|status|state|health)$/;
/** `gw_status`, `bridge-state`: whose status it is. */
const ITS_AVAILABILITY =
  /^(gw|gateway|bridge|device|node|client|broker|mqtt|link|connection)_?(status|state|lwt|availability|online|connected|alive)$/;
/** Levels before the name of what they speak of: `cs/v2/state/<id>`. */
const BEFORE_NAME = /^(state|status|presence|lwt|availability|online|connection|announce)$/;
/** Segments that are about reachability and nothing else: there `true` and `0` are statements too. */
const ONLY_AVAILABILITY =
  /^(lwt(?:_?(?:topic|status|state|message))?|availability|available|online|connected|connection|connectivity|alive|is_?(?:online|alive|connected)|last_?will|(client|gateway|gw|node|bridge)_?(online|connected|alive))$/;

/** `falcon/player/<name>/ready`: a program is ready while it runs; a coffee machine when it is hot. */
const READY =
  /(?:^|\/)(?:player|bridge|gateway|daemon|service|server|client)s?\/(?:[^\/]+\/)?ready$/i;

/** The last will of the program that speaks for all devices below its own first level. */
const ROOT_WILLS = [
  "available",
  "availability",
  "LWT",
  "lwt",
  "connected",
  "status",
  "state",
  "client_status",
  "bridge/state",
  "bridge/status",
  "bridge/availability",
  // OpenDTU's, AhoyDTU's and OctoPrint's own.
  "dtu/status",
  "mqtt",
];

/** Levels from the top at which what connects a device may stand. */
const MOST_ROOT_LEVELS = 3;

/** The trees above a topic, the outermost first, whose bridge may speak for it: `site`, `site/roth` of `site/roth/G1/…`. */
export function rootsOf(segments: readonly string[]): string[] {
  const roots: string[] = [];
  const first = segments[0] === "" ? 1 : 0;
  for (let end = first + 1; end < segments.length && end <= first + MOST_ROOT_LEVELS; end++) {
    roots.push(segments.slice(0, end).join("/"));
  }
  return roots.filter((root) => !root.startsWith("$"));
}

/** Topics on which what connects a device may say that it is gone: `roth/available` for `roth/G1/…`. */
export function rootWills(root: string): string[] {
  // Whether Home Assistant runs says nothing of what stands in its tree.
  if (root === "homeassistant") return [];
  // Z-Wave JS UI's driver; elsewhere a driver is a person.
  const words = /^zwave[^/]*$/i.test(root) ? [...ROOT_WILLS, "driver/status"] : ROOT_WILLS;
  // `home/miele/bridge/miele`: whether it reaches what it is the bridge to.
  const called = `bridge/${root.slice(root.lastIndexOf("/") + 1)}`;
  return [...words, called].map((word) => `${root}/${word}`);
}

/** Whether what stands right below a level speaks for the device, because the device's own topics stand below it. */
export function speaksFor(root: string, identity: DeviceIdentity): boolean {
  return rootWills(root).some((topic) => identity.roleFromDocuments(topic) === "bridge");
}

/** A broker tells of each of its bridges, 1 or 0, in its own tree or where it was told to (Mosquitto's `notification_topic`). */
const OF_BRIDGE = /^(?:\$SYS\/broker\/connection|(?:[^/]+\/)?bridges)\/[^/]+\/state$/;

/** `home/miele/bridge/miele`: whether a bridge reaches what it is the bridge to. */
function isOfReach(segments: readonly string[]): boolean {
  const [root, bridge, reached] = segments.slice(-3);
  return bridge === "bridge" && root === reached;
}

/** Below one of these levels stand commands. */
const ORDERS = /^(set|cmd|cmnd|command|commands)$/;
/** Levels of topics on which others tell a device what to show or to say. */
const NOTICES =
  /^(notify|notifications?|say|speak|tts|custom|popup|toast|announce_text|show_?text)$/;

/** Levels below which a device tells, and takes nothing: `hermes/error/tts` is what became of something said. */
const TELLING =
  /^(status|state|stat|tele|sensors?|events?|info|get|read|out|errors?|faults?|results?|logs?)$/;

/** Last levels of topics that hold the name of what stands beside them. */
const NAMES =
  /^(name|caption|fna|(?:dev|device|display|user)?(?:alias|label)|nodename|unitname|customname|friendlyname|devicename|longname|displayname|nickname|hostname|(?:sensor|zone|room|area|camera|outlet|port|channel|circuit|station|plant|vehicle|robot|printer|tracker|meter|pump|door|unit|bridge|site|thing)name|serial|serialnumber|serialno|(?:equipment|meter|unique|asset|device)id)$/;
/** Levels between a device and what it tells of itself. */
export const ABOUT =
  /^(info|about|system|config|configuration|settings|meta|general|status|state|device)$/;

function nameLevel(segments: readonly string[]): string {
  return leafOf(segments.at(-1) ?? "");
}

/** Levels that name a part, a quantity or a role, in devices of all kinds. */
const PARTS =
  /^(sensors?|state|status|data|values?|telemetry|measurements?|readings?|attributes|temperature|humidity|pressure|power|energy|voltage|current|battery|rssi|signal|uptime|co2|level|relay|switch|light|button|outputs?|inputs?|info|config|events?|alarms?|errors?|logs?|up|down|uplink|downlink|get|set|cmd|command|klipper|moonraker|\d{1,2})$/;

function isPart(segment: string): boolean {
  const word = segment.toLowerCase();
  return PARTS.test(word) || AVAILABILITY.test(word) || ROLES.some(([, words]) => words.test(word));
}

function isNotice(segments: readonly string[]): boolean {
  const at = segments.findIndex((segment, i) => i > 0 && NOTICES.test(plainKey(segment)));
  // `notification/endpoint_0/Water_Alarm/Pump_status`: what a device tells of itself stands some levels below.
  if (/^notifications?$/i.test(segments[at] ?? "") && segments.length - at >= 3) return false;
  // Signal K: `vessels/self/notifications/flooding`.
  if (segments[0] === "vessels") return false;
  // `…/status/notification` tells the latest one.
  return at > 0 && !segments.slice(0, at).some((segment) => TELLING.test(plainKey(segment)));
}

/** Any device: roles by the words of the topic. */
export const generic: Family<"generic"> = {
  name: "generic",
  title: "Any other device",
  wideTopics: [{
    pattern: /(^|\/)(all|broadcast|everyone|group)(\/|$)/i,
    what: "a group of devices, by its name",
  }],
  isDocument: (segments) =>
    segments.length >= 2 &&
    (NAMES.test(nameLevel(segments)) || segments.at(-1) === "description" ||
      /^(?:config|cfg|basic_?json|identification|info|device_?info|provider)$/.test(
        plainKey(segments.at(-1) ?? ""),
      )),
  // MQTT IO: `running` beside `dead`, its last will.
  statementOf: (segments, text) =>
    segments.at(-1) === "status" && text.trim().toLowerCase() === "running" ? "online" : null,
  learn(document, identity) {
    if (document.empty) return false;
    const told = document.value ?? null;
    const value = loneDocument(told) ?? told;
    const names = isObject(value) ? namesAt(value) : [];
    // `{"configuration": {"label": "Forklift", …}}`, `{"node": {"name": …}, …}`
    for (const inner of isObject(value) ? Object.values(value).slice(0, 20) : []) {
      // ESP RainMaker: `{"node_id": …, "devices": [{"name": "Dosing Pump 2", …}]}`
      const only = Array.isArray(inner) && inner.length === 1 ? inner[0] : inner;
      if (isObject(only)) names.push(...namesAt(only));
    }
    const name = typeof value === "string"
      ? value
      : isObject(value)
      ? names.find((one) => identity.isNamed(one)) ?? names[0]
      : document.text;
    const above = document.segments.slice(0, -1);
    while (above.length > 1 && ABOUT.test(plainKey(above.at(-1) ?? ""))) above.pop();
    const tree = above.join("/");
    learnListed(value, tree, identity);
    if (name === undefined || name.trim() === "" || name.length > 120) return false;
    // `"Weidezaun Nord"`; a longer one is no name.
    if (document.segments.at(-1) === "description" && !SHORT_NAME.test(name)) return false;
    // What stands beside a name bears it.
    if (!identity.isNamed(name)) {
      if (!identity.owns(tree)) identity.addOther(name, tree);
      return false;
    }
    identity.name ??= name;
    identity.addTree(tree);
    return true;
  },
  roleOf(segments): TopicRole | null {
    const last = plainKey(segments.at(-1) ?? "");
    if (OF_BRIDGE.test(segments.join("/")) || isOfReach(segments)) return "availability";
    if (segments.length >= 2 && NAMES.test(nameLevel(segments))) return "info";
    for (const [role, words] of ROLES) if (words.test(last)) return role;
    const levels = segments.map(plainKey);
    if (levels.some((level, i) => LOG_LEVEL.test(level) && LOG.test(levels[i - 1] ?? ""))) {
      return "log";
    }
    // `…/log/get` of programs that end each topic in get or set.
    if (/^(get|state|value)$/.test(last) && LOG.test(levels.at(-2) ?? "")) {
      return "log";
    }
    const order = levels.findIndex((level) => ORDERS.test(level));
    if (order >= 0) {
      // `…/command/SWITCH/status` and `commands/response/<id>` are what became of it.
      const isAnswered = /^(status|state)$/.test(last) ||
        levels.slice(order + 1).some((level) => REPLY.test(level));
      return isAnswered ? "reply" : "command";
    }
    if (isNotice(segments)) return "command";
    return isOnlyAvailability(segments) ? "availability" : null;
  },
  needsNoAnswer: isNotice,
  replyTopics(segments) {
    const base = segments.slice(0, -1).join("/");
    if (base === "") return [];
    const last = segments.at(-1) ?? "";
    const answers = ["state", "status", "result", "response", "reply", "ack", "resp"];
    return [
      base,
      ...answers.map((word) => `${base}/${word}`),
      // `command_result` beside `command`.
      ...answers.slice(2).map((word) => `${base}/${last}_${word}`),
    ];
  },
  expectedReply: (segments) =>
    segments.length >= 3 && /^(set|get)$/.test(segments.at(-1) ?? "")
      ? segments.slice(0, -1).join("/")
      : null,
  ownerOf(segments) {
    let end = segments.length;
    // Levels at the end say what is told of the device, not which device it is.
    while (end > 1 && isPart(segments[end - 1])) end--;
    if (end === segments.length && end > 1 && !isNamedLast(segments)) end--;
    const name = segments.slice(0, end).join("/");
    return name === "" ? null : { name, key: name };
  },
};

/** `{"devices": [{"id": "UL1", "name": "House"}, …]}`: below the id stands what is called so. */
function learnListed(value: JsonValue | undefined, tree: string, identity: DeviceIdentity): void {
  if (!isObject(value) || identity.isFilter) return;
  for (const one of Object.values(value).filter(Array.isArray).flat().slice(0, 400)) {
    if (!isObject(one) || !namesAt(one).some((name) => identity.isNamed(name))) continue;
    const id = textAt(one, "id", "address");
    if (id === undefined || !/^[\w.:-]{2,64}$/.test(id)) continue;
    identity.addTree(`${tree}/${id}`);
    // A word alone may be anything's id.
    if (/[\d_-]/.test(id)) identity.addId(id);
  }
}

const SHORT_NAME = /^\S{2,20}(?: \S{1,20}){0,3}$/;

/** Keys of a document that says what a device is called, as {@linkcode normalizeName} writes them. */
const NAMING = new Set(
  "name displayname devicename friendlyname customname hostname productname label nickname systemname plantname"
    .split(" "),
);

function namesAt(value: JsonObject): string[] {
  return Object.entries(value).slice(0, MOST_KEYS).flatMap(([key, item]) =>
    typeof item === "string" && item !== "" && NAMING.has(normalizeName(plainKey(key)))
      ? [item]
      : []
  );
}

const MOST_KEYS = 200;

/** `status/esp-a1b2c3`: whose status it is stands last. */
function isNamedLast(segments: readonly string[]): boolean {
  return BEFORE_NAME.test(plainKey(segments.at(-2) ?? "")) &&
    bearsUniqueId(segments.at(-1) ?? "");
}

/** True for a topic that by its name holds statements on reachability and nothing else. */
export function isOnlyAvailability(segments: readonly string[]): boolean {
  const last = plainKey(segments.at(-1) ?? "");
  return ONLY_AVAILABILITY.test(last) || last === "ready" && READY.test(segments.join("/"));
}

/** True when the last levels of a topic may hold statements; its payloads must then say so. */
export function mayBeAvailability(segments: readonly string[]): boolean {
  const last = plainKey(segments.at(-1) ?? "");
  return AVAILABILITY.test(last) || ITS_AVAILABILITY.test(last) ||
    segments.length >= 2 && BEFORE_NAME.test(plainKey(segments.at(-2) ?? ""));
}
