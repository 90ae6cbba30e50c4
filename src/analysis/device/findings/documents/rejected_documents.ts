/** Discovery documents that Home Assistant does not take: the entity that they describe is never there. */
import { wordSet } from "../../../../payload/severity/word_set.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, someOf } from "../../evidence.ts";
import { isObject, type JsonObject, textAt } from "../../reading/json.ts";
import type { DeviceView, TopicView } from "../../reading/view.ts";

/** Components whose schema requires a topic of the state, as Home Assistant's documentation has it. */
const TELLS_STATE = wordSet("alarm_control_panel binary_sensor event sensor");

/** Device classes of the components whose list is short and has been the same for years. */
const BINARY =
  "battery battery_charging carbon_monoxide cold connectivity door garage_door gas heat light lock moisture motion moving occupancy opening plug power presence problem running safety smoke sound tamper update vibration window";
const CLASSES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["binary_sensor", wordSet(BINARY)],
  ["button", wordSet("identify restart update")],
  ["cover", wordSet("awning blind curtain damper door garage gate shade shutter window")],
  ["humidifier", wordSet("dehumidifier humidifier")],
  ["switch", wordSet("outlet switch")],
  ["update", wordSet("firmware")],
  ["valve", wordSet("gas water")],
]);
const MEASURES = wordSet("sensor number");
/** Of what measures and of numbers the list grows: what is a component's name, or a class of a binary sensor alone, is in none. */
const NEVER_MEASURED = wordSet(
  "sensor binary_sensor switch button cover number select climate fan humidifier siren " +
    "battery_charging connectivity door garage_door motion moving occupancy opening presence " +
    "problem running tamper vibration window",
);

/** `unparseable_payload` of a document that leaves out what its component requires, or names a class that it does not have. */
export function rejectedDocuments(view: DeviceView): Finding[] {
  const rejected = view.topics.flatMap((topic) => {
    const why = topic.role === "discovery" ? whyRejected(topic, view) : null;
    return why === null ? [] : [{ topic, why }];
  });
  const [first] = rejected;
  if (first === undefined) return [];
  return [findingFrom({
    severity: "warning",
    code: "unparseable_payload",
    title: `Home Assistant rejects the discovery document on "${
      first.topic.topic.slice(0, 120)
    }": ${first.why}`,
    summary: `${rejected.length} of its discovery documents ${
      rejected.length === 1 ? "is" : "are"
    } not as Home Assistant requires`,
    messages: someOf(rejected.flatMap(({ topic }) => topic.readings.slice(-1))),
    suggestion:
      "Correct the document where it is made (the device's firmware or settings) and publish it anew: until then Home Assistant logs an error, and the entity is not there.",
  })];
}

function whyRejected(topic: TopicView, view: DeviceView): string | null {
  const document = topic.readings.at(-1)?.sample.decoded?.value;
  const component = componentOf(topic);
  if (component === null || !isObject(document) || !isOfHomeAssistant(document)) return null;
  // Years ago the topic beside the document was taken where it named none.
  const implied = topic.topic.replace(/config$/, "state");
  const hasState = textAt(document, "state_topic", "stat_t") !== undefined ||
    view.topics.some((other) => other.topic === implied);
  for (const [kind, entity] of entitiesIn(document, component)) {
    const a = /^[ae]/.test(kind) ? "an" : "a";
    if (TELLS_STATE.has(kind) && !hasState && !textAt(entity, "state_topic", "stat_t")) {
      return `it has no state_topic, which ${a} ${kind} requires`;
    }
    const told = textAt(entity, "device_class", "dev_cla")?.trim().toLowerCase() ?? "none";
    const isKnown = MEASURES.has(kind)
      ? !NEVER_MEASURED.has(told)
      : CLASSES.get(kind)?.has(told) ?? true;
    if (!isKnown && told !== "none") {
      return `${a} ${kind} has no device_class "${told.slice(0, 40)}"`;
    }
  }
  return null;
}

/** The entities of a document with their components: one, or those of a device, of which one that is taken away has nothing else. */
export function entitiesIn(document: JsonObject, component: string): [string, JsonObject][] {
  if (component !== "device") return [[component, document]];
  const components = document["components"] ?? document["cmps"];
  return Object.values(isObject(components) ? components : {}).slice(0, MOST_ENTITIES)
    .flatMap((entity): [string, JsonObject][] => {
      const kind = isObject(entity) ? textAt(entity, "platform", "p") : undefined;
      return !isObject(entity) || kind === undefined || Object.keys(entity).length < 2
        ? []
        : [[kind, entity]];
    });
}

const MOST_ENTITIES = 100;

/** The component that a document is of: the level before its ids. */
export function componentOf({ segments }: TopicView): string | null {
  const [prefix, component = ""] = segments;
  return prefix === "homeassistant" && (segments.length === 4 || segments.length === 5)
    ? component
    : null;
}

/** Whether a document describes one entity to Home Assistant, and is no setting on a topic that is called alike. */
function isOfHomeAssistant(document: JsonObject): boolean {
  return ["unique_id", "uniq_id", "device", "dev", "name", "device_class", "dev_cla"]
    .some((key) => key in document);
}
