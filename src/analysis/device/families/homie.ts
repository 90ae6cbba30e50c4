import type { JsonValue } from "../../../payload/payload.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import { isObject, textAt } from "../reading/json.ts";
import type { Family, Statement, TopicRole, Trouble } from "./family.ts";

const STATES: Record<string, Statement> = {
  init: "starting",
  ready: "online",
  alert: "online",
  disconnected: "offline",
  lost: "offline",
  sleeping: "sleeping",
};

/** Homie for ESP8266: `$implementation/ota/status` is a code as HTTP has, and a word. */
function isFailedUpdate(segments: readonly string[], value: JsonValue | undefined): boolean {
  return segments.slice(-2).join("/") === "ota/status" && typeof value === "string" &&
    /^(400|500)(\s+[A-Z_]{1,30})?$/.test(value);
}

/** Homie 5: what stands below `$alert` is trouble for as long as it does, in whatever words. */
function alertOf(segments: readonly string[], value: JsonValue | undefined): Trouble | null {
  const said = String(value ?? "").trim();
  return said === ""
    ? null
    : { level: "warning", kind: `$alert/${segments.at(-1)}: ${said.slice(0, 120)}` };
}

/** A node that is called what was asked for is there for as long as its device. */
function learnNode(
  name: string,
  o: { device: readonly string[]; tree: string; identity: DeviceIdentity },
): boolean {
  const { device, tree, identity } = o;
  if (device.length !== 3 || !identity.isNamed(name)) return false;
  identity.conventions.add("homie");
  identity.name ??= name;
  identity.addTree(tree);
  identity.addTopic([...device.slice(0, -1), "$state"].join("/"), "availability");
  return true;
}

/** Homie 3 to 5: `homie/<device>/$state`, properties below, `/set` to command them. */
export const homie: Family<"homie"> = {
  name: "homie",
  title: "Homie",
  wideTopics: [{ pattern: /(^|\/)homie\/\$broadcast\//, what: "every Homie device" }],
  isDocument(segments) {
    const last = segments[segments.length - 1];
    return (last === "$name" || last === "$description") && segments.length >= 3 &&
      segments.length <= 4;
  },
  learn(document, identity) {
    const device = document.segments.slice(0, -1);
    const isV5 = document.segments.at(-1) === "$description";
    const name = isV5
      ? (isObject(document.value) ? textAt(document.value, "name") : undefined)
      : document.text;
    if (name === undefined || name === "") return false;
    const tree = device.join("/");
    // `homie/<device>/<node>/$name` names a node, unless the second level is Homie 5's version.
    if (!isV5 && device.length !== 2) return learnNode(name, { device, tree, identity });
    if (!identity.isNamed(name) && !identity.owns(tree)) {
      identity.addOther(name, tree);
      return false;
    }
    identity.conventions.add("homie");
    identity.name ??= name;
    identity.addTree(tree);
    // Homie 5: a child is lost with its root, whatever its own state still says.
    const root = isV5 && isObject(document.value) ? textAt(document.value, "root") : undefined;
    if (root !== undefined && !/[/+#]/.test(root)) {
      identity.addTopic([...device.slice(0, -1), root, "$state"].join("/"), "bridge");
    }
    return true;
  },
  roleOf(segments, identity): TopicRole | null {
    const last = segments[segments.length - 1];
    const root = segments[0] === "homie";
    if (!root && !identity.conventions.has("homie") && last !== "$state") return null;
    // Homie 2 and 3 before `$state`.
    if (last === "$state" || last === "$online") return "availability";
    if (last === "$log" || segments.includes("$log")) return "log";
    if (segments.includes("$alert")) return "event";
    if (segments.includes("$stats") && last !== "interval") return "state";
    if (segments.some((segment) => segment.startsWith("$"))) return "info";
    return last === "set" ? "command" : "state";
  },
  statementOf(segments, text) {
    const word = text.trim().toLowerCase();
    if (segments.at(-1) !== "$online") return STATES[word] ?? null;
    return word === "true" ? "online" : word === "false" ? "offline" : null;
  },
  replyTopics: (segments) => [segments.slice(0, -1).join("/")],
  expectedReply: (segments) =>
    segments[0] === "homie" && segments.at(-1) === "set" ? segments.slice(0, -1).join("/") : null,
  filtersBeside: ([base, version]) => version === "5" ? [`${base}/5/+/$state`] : [],
  ownerOf(segments) {
    if (segments[0] !== "homie" || segments.length < 3) return null;
    // Homie 5 has its version before the device.
    const at = segments[1] === "5" ? 2 : 1;
    const name = segments[at];
    return name === "" || name.startsWith("$")
      ? null
      : { name, key: segments.slice(0, at + 1).join("/") };
  },
  troubleOf: (topic, { sample }) =>
    isFailedUpdate(topic.segments, sample.decoded?.value)
      ? { level: "warning", kind: `update of the firmware: ${sample.decoded?.value}` }
      : topic.segments.at(-2) === "$alert"
      ? alertOf(topic.segments, sample.decoded?.value)
      : topic.role !== "availability"
      // Attributes name and configure.
      ? topic.role === "info" ? null : undefined
      : sample.decoded?.value === "alert"
      ? { level: "error", kind: "$state: alert" }
      : null,
  // Homie 3.0.1, device statistics: the signal's strength in percent.
  signalScale: (_path, topic) =>
    topic.segments.at(-2) === "$stats" && topic.segments.at(-1) === "signal"
      ? { weakAt: 20, unit: " %" }
      : null,
  announcedIntervalS(topic) {
    if (topic.segments.at(-2) !== "$stats" || topic.segments.at(-1) !== "interval") return null;
    const value = topic.readings[topic.readings.length - 1]?.fields.get("");
    return typeof value === "number" ? value : null;
  },
};
