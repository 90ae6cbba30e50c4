import { isObject } from "../reading/json.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import type { Document, Family, TopicRole } from "./family.ts";

const NODE = "255";
const PRESENTATION = "0";
const INTERNAL = "3";
/** Internal types of the serial protocol 2.x. */
const SKETCH_NAME = "11";
const BATTERY = "0";
const LOG = "9";

/** Types of children that are presented to find smoke or water, and the type of the value that says they did. */
const DETECTORS = ["2", "32"];
const TRIPPED = "16";
const MOST_PROBLEMS = 200;

function isDetector(segments: readonly string[]): boolean {
  return segments.at(-3) === PRESENTATION && DETECTORS.includes(segments.at(-1) ?? "") &&
    isMySensors(segments);
}

function learnDetector({ segments, text }: Document, identity: DeviceIdentity): boolean {
  const node = segments.slice(0, -4).join("/");
  if (!identity.owns(node) || identity.problems.length >= MOST_PROBLEMS) return false;
  const topic = [...segments.slice(0, -3), "1", "0", TRIPPED].join("/");
  const name = text.trim().slice(0, 60) || (segments.at(-1) === "2" ? "smoke" : "water");
  identity.problems.push({ topic, path: "", on: "1", kind: "problem", name });
  return true;
}

/** `!TSF:MSG:SEND,0-0-12-12,…,st=NACK:1`: an exclamation mark comes before what failed. */
const FAILED_LINE = /^(?:\d{1,12} )?!(TS[FMP]:[A-Z]+:[^,]{1,40}(?:,\d{1,3}(?:-\d{1,3}){3})?)/;

/** Whether a topic is `<prefix>/<node>/<child>/<command>/<ack>/<type>`. */
function isMySensors(segments: readonly string[]): boolean {
  return segments.length >= 6 && segments.slice(-5).every((segment) => /^\d{1,3}$/.test(segment)) &&
    /^[0-4]$/.test(segments.at(-3) ?? "") && /^[01]$/.test(segments.at(-2) ?? "");
}

/** MySensors' MQTT gateway, protocol 2.x: `<prefix>-out/<node>/<child>/<command>/<ack>/<type>`. */
export const mySensors: Family<"mysensors"> = {
  name: "mysensors",
  title: "MySensors",
  isDocument: (segments) =>
    isMySensors(segments) &&
    (segments.at(-4) === NODE && segments.at(-3) === INTERNAL && segments.at(-1) === SKETCH_NAME ||
      isDetector(segments)),
  learn(document, identity) {
    if (isDetector(document.segments)) return learnDetector(document, identity);
    const name = document.text.trim();
    if (name === "" || name.length > 120 || isObject(document.value)) return false;
    const tree = document.segments.slice(0, -4).join("/");
    if (!identity.isNamed(name) && !identity.owns(tree)) {
      identity.addOther(name, tree);
      return false;
    }
    identity.conventions.add("mysensors");
    identity.name ??= name;
    identity.addTree(tree);
    return true;
  },
  roleOf(segments): TopicRole | null {
    if (!isMySensors(segments)) return null;
    const isToNode = /-in$/.test(segments.at(-6) ?? "");
    if (isToNode) return "command";
    const command = segments.at(-3);
    const type = segments.at(-1);
    // What a child presents is its own name.
    if (command === PRESENTATION) return "info";
    if (command !== INTERNAL) return "state";
    return type === LOG ? "log" : type === BATTERY ? "state" : "info";
  },
  ownerOf(segments) {
    if (!isMySensors(segments)) return null;
    const name = segments.slice(0, -4).join("/");
    return { name, key: name };
  },
  troubleOf(topic, { fields }) {
    if (topic.role === "info") return null;
    const [, failed] = FAILED_LINE.exec(String(fields.get("") ?? "")) ?? [];
    return topic.role !== "log" || failed === undefined
      ? undefined
      : { level: "warning", kind: failed.slice(0, 100), leastTimes: 3 };
  },
  fieldKind: (_path, topic) =>
    topic.segments.at(-3) === PRESENTATION
      ? "ignored"
      : topic.segments.at(-3) !== INTERNAL
      ? null
      : topic.segments.at(-1) === BATTERY
      ? "battery"
      : "ignored",
};
