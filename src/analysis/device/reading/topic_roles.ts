import type { Family, TopicRole } from "../families/family.ts";
import { generic, isOnlyAvailability, LOG, mayBeAvailability } from "../families/generic.ts";
import { FAMILIES } from "../families/mod.ts";
import { leafOf } from "./fields.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import { isObject } from "./json.ts";
import { goesByChoice, reachNamed, reachSaid } from "./reach_words.ts";
import { presenceSaid, statementIn } from "./statements.ts";
import type { TopicTrace } from "./trace.ts";
import type { Reading } from "./view.ts";

/** The first family that knows a topic of that form, and what the topic is there for; null where none does. */
export function recognize(
  segments: readonly string[],
  identity: DeviceIdentity,
): { role: TopicRole; family: Family } | null {
  for (const family of FAMILIES) {
    const role = family.roleOf(segments, identity);
    if (role !== null) return { role, family };
  }
  return null;
}

/**
 * What a topic of the device is there for, by its family, the discovery documents, its name and its messages. `parts`,
 * `wholes` and `trees` come from {@linkcode partTopics}, {@linkcode statusOfWhole} and {@linkcode treesOf}.
 */
export function roleOf(
  o: {
    trace: TopicTrace;
    readings: readonly Reading[];
    identity: DeviceIdentity;
    parts: ReadonlySet<string>;
    wholes: ReadonlySet<string>;
    trees: ReadonlySet<string>;
  },
): { role: TopicRole; family: Family } {
  const { trace, readings, identity } = o;
  const found = recognize(trace.segments, identity);
  const documented = identity.roleFromDocuments(trace.topic);
  if (documented !== null) return { role: documented, family: found?.family ?? generic };
  if (isAskedFor(o)) return { role: "command", family: found?.family ?? generic };
  if (found?.role === "command" && areAnswers(readings)) {
    return { role: "reply", family: found.family };
  }
  if (found !== null && found.family !== generic) {
    return tellsUnasked(found, o) ? { ...found, role: "state" } : found;
  }
  // What Home Assistant reads is told, whatever its topic is called.
  if (found?.role === "command" && isReadByDocuments(trace.topic, identity)) {
    return { role: "state", family: generic };
  }
  if (found?.role === "command" && areNoticesOfDevice(o)) return { role: "event", family: generic };
  // A document comes once, or as it was: what tells other figures each time is telemetry, whatever its topic is called.
  if (found?.role === "info" && isTelemetry(readings)) return { role: "state", family: generic };
  if (found !== null && found.role !== "availability") return found;
  // `status/cloud` is `{"connected": false}` where nobody wants it.
  if (trace.segments.length > 1 && trace.segments.slice(-2).some((one) => SIDE_LINK.test(one))) {
    return { role: "state", family: generic };
  }
  if (isWordAboveAll(o) || isHeartbeatWithWill(o) || isPresenceAlone(o)) {
    return { role: "availability", family: generic };
  }
  const isNamedSo = mayBeAvailability(trace.segments) || o.wholes.has(trace.topic) ||
    trace.segments.length > 1 && /^[a-z]+$/i.test(trace.segments.at(-1) ?? "") &&
      reachNamed(trace.segments.at(-1) ?? "") === "state";
  if (!isNamedSo) {
    const unknown = areLines(o) ? "log" : "state";
    return { role: found?.role ?? unknown, family: generic };
  }
  if (o.parts.has(trace.topic)) return { role: "state", family: generic };
  // The word alone is not enough: `…/status` and `…/state` hold values as often as statements.
  const bare = found?.role === "availability" || o.wholes.has(trace.topic);
  const statements = readings.filter(({ sample, fields }) =>
    (fields.size <= 6 || isReport(fields)) &&
    statementIn(sample, { bare, family: generic, segments: trace.segments }) !== null
  );
  const isAvailability = readings.length > 0 && statements.length >= readings.length * 0.8;
  return { role: isAvailability ? "availability" : "state", family: generic };
}

/** `ebusd/bai/FlowTemp/get` with nothing in it: somebody asks for the value. */
function isAskedFor({ trace, readings }: Pick<Parameters<typeof roleOf>[0], "trace" | "readings">) {
  return /^(?:get|read|poll)$/i.test(trace.segments.at(-1) ?? "") && readings.length > 0 &&
    readings.every(({ sample }) => sample.sizeBytes === 0 && !sample.retain);
}

/** Whether all are answers by the form of JSON-RPC, with a result or an error and no method: they go to whoever asked. */
function areAnswers(readings: readonly Reading[]): boolean {
  return readings.length > 0 && readings.every(({ fields }) => {
    const paths = [...fields.keys()];
    return fields.has("id") && !fields.has("method") &&
      paths.some((path) => /^(?:result|error)(?:[.[]|$)/.test(path));
  });
}

/** How grave a line is, as syslog numbers it. */
const SYSLOG = /^<\d{1,3}>\S/;

/** `syslog/nas-cellar`: below a log stands whose lines they are. */
function areLines(
  { trace, readings }: { trace: TopicTrace; readings: readonly Reading[] },
): boolean {
  const lines = readings.map(({ fields }) => String(fields.get("") ?? ""));
  return lines.length > 0 &&
    (lines.every((line) => SYSLOG.test(line)) ||
      LOG.test((trace.segments.at(-2) ?? "").toLowerCase()) &&
        lines.every((line) => /\S \S+ \S/.test(line)));
}

/** So often nobody asks. */
const LEAST_UNASKED = 8;

/** Whether a topic on which commands may be answered tells on and on. */
function tellsUnasked(
  { role, family }: { role: TopicRole; family: Family },
  { trace, readings }: { trace: TopicTrace; readings: readonly Reading[] },
): boolean {
  return role === "reply" && family.onlyAnswers?.(trace.segments) === false &&
    readings.filter(({ sample }) => !sample.retain).length >= LEAST_UNASKED;
}

const LEAST_OF_TELEMETRY = 3;

/** Whether numbers of live messages change from one to the next. */
function isTelemetry(readings: readonly Reading[]): boolean {
  const live = readings.filter(({ sample }) => !sample.retain);
  const last = live.at(-1);
  if (last === undefined || live.length < LEAST_OF_TELEMETRY) return false;
  return [...last.fields].some(([path, value]) =>
    typeof value === "number" &&
    new Set(live.map(({ fields }) => fields.get(path))).size >=
      (live.length >= 2 * LEAST_OF_TELEMETRY ? 2 : LEAST_OF_TELEMETRY)
  );
}

/** Whether a discovery document of the device names a topic as one that is read by itself. */
export function isReadByDocuments(topic: string, identity: DeviceIdentity): boolean {
  return [...identity.discovery.values()].some((record) => record.stateTopics.includes(topic));
}

/** `{"severity": "WARN", "device_name": …, "timestamp": …}`: told by a device, and not for one to show. */
function areNoticesOfDevice(
  { trace, readings }: { trace: TopicTrace; readings: readonly Reading[] },
): boolean {
  if (readings.length === 0) return false;
  if (readings.every(({ fields }) => ERROR_LINE.test(String(fields.get("") ?? "")))) return true;
  return /^(?:notifications?|notices?)$/i.test(trace.segments.at(-1) ?? "") &&
    readings.every(({ fields }) => {
      const names = [...fields.keys()].map(leafOf);
      return [
        /^(?:severity|level|event|eventtype|alarm|status|state)$/,
        /^(?:ts|time|timestamp|date|datetime)$/,
      ]
        .every((wanted) => names.some((name) => wanted.test(name)));
    });
}

/** What nobody commands: `Error: cannot load …`. */
const ERROR_LINE = /^(?:\w{0,20}error|fehler|erreur|exception|traceback)\b ?[:(] ?\S+ \S/i;

/** Whether a document tells that its sender is there, and how it runs: `online`, `uptime`, `freeHeap`. */
function isReport(fields: Reading["fields"]): boolean {
  if (fields.size > 16 || !/^(on|off)line$/i.test(String(fields.get("status")))) return false;
  const names = new Set([...fields.keys()].map(leafOf));
  return names.has("uptime") &&
    ["freeheap", "rssi", "wifirssi", "ip"].some((one) => names.has(one));
}

const PART_STATES =
  /^(state|status|health|(?:is_?)?online|available|availability|connected|(connection|link)[_-]?(state|status))$/;

/** Levels of what cars are plugged into. */
export const CHARGERS =
  /(?:^|\/)(?:evse|wallbox(?:es)?|chargers?|charg(?:e|ing)_?(?:controls?|points?|stations?)|loadpoints?)\//i;

/** What may be plugged into a device: `Ac/ActiveIn/Connected` is shore power. */
const OF_INPUT =
  /^(?:active|ac|dc)?[_-]?in(?:put)?s?[_-]?\d{0,2}$|^(?:grid|mains|shore|hdmi|usb)[_-]?\d{0,2}$/i;

/** Links of a device to others than the broker. */
const SIDE_LINK = /^(?:bt|ble|bluetooth|a2dp|airplay|cast|cloud|ws|matter|vpn|ppp\d*|usb|hdmi)$/i;

/** Levels whose state is that of what connects the whole. */
const CONNECTS = /^(bridge|gateway|mqtt|broker)$/i;

/** `RAMSES/GATEWAY/18:203612` is `online`, and all else of it stands below. */
function isWordAboveAll(
  { trace, readings, trees }: {
    trace: TopicTrace;
    readings: readonly Reading[];
    trees: ReadonlySet<string>;
  },
): boolean {
  return trees.has(trace.topic) && readings.length > 0 &&
    readings.every(({ fields }) => /^\s*(on|off)line\s*$/i.test(String(fields.get(""))));
}

/** A topic whose every document tells of its sender's reach and nothing else, or a bare word by a name that says so. */
function isPresenceAlone(
  { trace, readings }: { trace: TopicTrace; readings: readonly Reading[] },
): boolean {
  const { segments, topic } = trace;
  if (readings.length === 0 || CHARGERS.test(topic) || goesByChoice(segments.slice(-2).join(" "))) {
    return false;
  }
  const last = segments.at(-1) ?? "";
  const isNamed = reachNamed(last) === "reach" && segments.length > 1;
  // `octoPrint/mqtt` is `connected`, and `disconnected` by the last will of the program.
  const isLink = segments.length > 1 && /^mqtt$/i.test(last);
  return readings.every(({ sample, fields }) =>
    isObject(sample.decoded?.value)
      ? presenceSaid(sample.decoded.value, { bare: isNamed, isNamed }) !== null
      : (isNamed || isLink) && fields.size === 1 &&
        reachSaid(fields.get("") ?? null, { bare: false }) !== null
  );
}

/** A heartbeat whose last one is the last will: `{"status":"online"}` again and again, and `offline`. */
function isHeartbeatWithWill(
  { trace, readings }: { trace: TopicTrace; readings: readonly Reading[] },
): boolean {
  const { segments } = trace;
  if (!/^(heartbeat|alive|ping|keepalive)$/i.test(segments.at(-1) ?? "")) return false;
  const said = readings.map(({ sample }) =>
    statementIn(sample, { bare: false, family: generic, segments })
  );
  return said.includes("offline") && !said.includes(null);
}

/** Topics right below which others stand, or the only one there is. */
export function treesOf(traces: readonly TopicTrace[]): Set<string> {
  if (traces.length === 1) return new Set(traces.map(({ topic }) => topic));
  return new Set(traces.map(({ topic }) => topic.slice(0, topic.lastIndexOf("/"))));
}

/**
 * Topics such as `…/lamp/state` and `…/door/state` that each tell of a part: siblings below one tree
 * that end in the same word. None of them speaks for the whole.
 */
export function partTopics(traces: readonly TopicTrace[]): Set<string> {
  const byLast = new Map<string, TopicTrace[]>();
  for (const trace of traces) {
    const last = (trace.segments.at(-1) ?? "").toLowerCase();
    if (!PART_STATES.test(last)) continue;
    byLast.set(last, [...(byLast.get(last) ?? []), trace]);
  }
  const parts = new Set<string>();
  for (const same of byLast.values()) {
    const depths = same.map((trace) => trace.segments.length).sort((a, b) => a - b);
    // One that stands higher than all others is the whole's.
    const highest = depths[0] !== depths[1] ? depths[0] : -1;
    if (same.length < 2) continue;
    for (const trace of same) {
      if (trace.segments.length === highest || CONNECTS.test(trace.segments.at(-2) ?? "")) continue;
      parts.add(trace.topic);
    }
  }
  // Beside what a car charges, `connected` is its cable.
  const charging = traces.filter(({ segments }) =>
    /^(?!battery_?charg).*charg|^plug|cable|^soc$|odometer/i.test(segments.at(-1) ?? "") ||
    CHARGERS.test(segments.slice(0, -1).join("/") + "/")
  ).map(({ topic }) => topic.slice(0, topic.lastIndexOf("/") + 1));
  for (const { topic, segments } of traces) {
    const isLink = /^(connected|connection|plugged_?in)$/i.test(segments.at(-1) ?? "") ||
      /^(state|status)$/i.test(segments.at(-1) ?? "") && CHARGERS.test(topic);
    // ioBroker's `info/connection` is its adapter's, whatever the device charges.
    const isPlug = !topic.endsWith("/info/connection") &&
        charging.includes(topic.slice(0, topic.lastIndexOf("/") + 1)) ||
      OF_INPUT.test(segments.at(-2) ?? "");
    if (isLink && isPlug) parts.add(topic);
  }
  // Beside a topic that is there for reachability alone, a state below the same tree is of something else.
  for (const own of traces) {
    const sample = own.samples().at(-1);
    const says = sample !== undefined && isOnlyAvailability(own.segments) &&
      statementIn(sample, { bare: true, family: generic, segments: own.segments }) !== null;
    if (!says) continue;
    const tree = own.topic.slice(0, own.topic.lastIndexOf("/") + 1);
    for (const { topic, segments } of traces) {
      const isState = /^(state|status|health)$/i.test(segments.at(-1) ?? "");
      if (isState && tree !== "" && topic.startsWith(tree)) parts.add(topic);
    }
  }
  return parts;
}

/** `inels/connected/A1B2C3D4E5F6/09/464927`: below the word that says so stand ids alone. */
function isBelowReach({ segments }: TopicTrace, readings: readonly Reading[]): boolean {
  const isWord = readings.every(({ fields }) => /^(?:on|off)line$/i.test(String(fields.get(""))));
  const at = segments.findLastIndex((level) =>
    /^(?:connected|online|reachable|alive|availability|lwt)$/i.test(level) ||
    isWord && /^stat(?:us)?$/i.test(level)
  );
  return at >= 0 && at < segments.length - 1 &&
    segments.slice(at + 1).every((level) => /^(?=.*\d)!?[\da-f:_-]{2,40}$/i.test(level)) &&
    !segments.some(goesByChoice);
}

/** `sip/nursery/system` is `UP` or `DOWN`: the program itself, and no blind. */
function isOfSystem({ segments }: TopicTrace, readings: readonly Reading[]): boolean {
  return /^(?:system|daemon|service|server|program|plugin)$/i.test(segments.at(-1) ?? "") &&
    readings.every(({ fields }) => /^(?:up|down)$/i.test(String(fields.get("")).trim()));
}

/** Topics beside which a `status` speaks of the device that they are all about. */
const BESIDE_STATUS =
  /^(?:info\/|sys(?:tem)?\/|wifi\/)?(uptime|version|app|host|hostname|ip|mac|rssi|ssid|firmware|fw|freeheap|heap|board|chipid|reset_?(?:cause|reason))$/;

/** `ebusd/global/running` is `true`, and `false` by the last will of the program. */
function isOfProgram({ segments }: TopicTrace, readings: readonly Reading[]): boolean {
  return segments.slice(-2).join("/") === "global/running" &&
    readings.every(({ fields }) => typeof fields.get("") === "boolean");
}

const LEAST_COMINGS = 3;
/** Who comes tells soon what it has. */
const SOON_MS = 2_000;

/**
 * Whether a status comes and goes, while all that stands below its tree is told as soon as it came, and never while it is
 * gone: a last will, and a birth. What is only switched tells of itself when it is off as well.
 */
function isWillOfAll(
  own: { trace: TopicTrace; readings: readonly Reading[] },
  drafts: readonly { trace: TopicTrace; readings: readonly Reading[] }[],
): boolean {
  const told = own.readings.map(({ at, fields, sample }) => ({
    at,
    isLive: !sample.retain,
    said: fields.size === 1 ? reachSaid(fields.get("") ?? null, { bare: true }) : null,
  }));
  if (told.some(({ said }) => said === null)) return false;
  const parent = own.trace.topic.slice(0, own.trace.topic.lastIndexOf("/") + 1);
  const others = drafts.filter(({ trace }) => trace !== own.trace && trace.topic.startsWith(parent))
    .flatMap(({ readings }) => readings.filter(({ sample }) => !sample.retain)).map(({ at }) => at);
  const comings = told.filter(({ said, isLive }, i) =>
    isLive && said === "online" && told[i - 1]?.said !== "online"
  );
  const saidAt = (at: number) => told.findLast((one) => one.at <= at)?.said;
  return comings.length >= LEAST_COMINGS &&
    comings.every((one) => others.some((at) => at >= one.at && at <= one.at + SOON_MS)) &&
    others.every((at) => saidAt(at) !== "offline");
}

/**
 * `…/status` of 1 and once 0, beside topics about the device as a whole, with nothing live after the 0:
 * a last will. A pump's status goes on and off, and the pump goes on to speak.
 */
export function statusOfWhole(
  drafts: readonly { trace: TopicTrace; readings: readonly Reading[] }[],
): Set<string> {
  const found = new Set<string>();
  for (const which of [isBelowReach, isOfSystem, isOfProgram]) {
    const [own, ...others] = drafts.filter((one) => which(one.trace, one.readings));
    if (own !== undefined && others.length === 0) found.add(own.trace.topic);
  }
  for (const draft of drafts) {
    const { trace, readings } = draft;
    if (trace.segments.at(-1) !== "status" || readings.length === 0) continue;
    if (isWillOfAll(draft, drafts)) found.add(trace.topic);
    const values = readings.map(({ fields }) => fields.get(""));
    if (values.some((value) => value !== 0 && value !== 1)) continue;
    const parent = `${trace.segments.slice(0, -1).join("/")}/`;
    const beside = drafts.filter((other) =>
      other.trace.topic.startsWith(parent) &&
      BESIDE_STATUS.test(other.trace.topic.slice(parent.length).toLowerCase())
    );
    const zeros = readings.filter(({ fields }) => fields.get("") === 0);
    const gone = zeros.at(-1);
    const isLast = gone === undefined || gone === readings.at(-1) &&
        drafts.every((other) => !(other.trace.lastLiveAt > gone.at));
    if (beside.length >= 3 && zeros.length <= 1 && isLast) found.add(trace.topic);
  }
  return found;
}
