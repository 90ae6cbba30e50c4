/** States of entities as Home Assistant's statestream and its stream of events tell them. */
import { troubleOfClass } from "../../reading/device_classes.ts";
import { siblingTopics, type TopicView } from "../../reading/view.ts";
import { hazardOf } from "./alarms.ts";
import { beside, error, type Field, type Flag, lowBattery, type Rule, warning } from "./flag.ts";

/** Domains of what somebody switches on and off. */
const DOMAIN =
  /^(?:alarm_control_panel|automation|binary_sensor|button|camera|climate|cover|event|fan|humidifier|input_\w{4,12}|lawn_mower|light|lock|number|scene|script|select|sensor|siren|switch|text|update|vacuum|valve|water_heater|weather)$/;
/** `<base>/<domain>/<entity>/state` */
const isState = ({ segments }: TopicView): boolean =>
  segments.length >= 3 && segments.at(-1) === "state" && DOMAIN.test(segments.at(-3) ?? "");

/** What the integration cannot reach is unavailable, and what tells a class of trouble is on. */
export const ENTITY_RULES: readonly Rule[] = [
  {
    is: /^unavailable$/,
    where: (field) =>
      field.path === ""
        ? isState(field.topic) && wasOther(field)
        : /(?:^|\.)new_state\.state$/.test(field.path) &&
          DOMAIN.test(String(beside(field, "entityid")).split(".")[0]),
    tells: (field) =>
      warning(
        `what it is of cannot be reached${
          field.path === "" ? "" : `: ${String(beside(field, "entityid")).slice(0, 60)}`
        }`,
      ),
  },
  {
    own: /^state$/,
    is: /^on$/,
    where: ({ topic }) => isState(topic) && topic.segments.at(-3) === "binary_sensor",
    tells: ofClass,
  },
];

/** Whether it said something else before, which is no number: a sensor that reads nothing is told elsewhere. */
function wasOther({ topic }: Field): boolean {
  return topic.readings.some(({ fields }) => {
    const said = fields.get("");
    return typeof said === "string" && said !== "" && !/^(?:unavailable|unknown)$/i.test(said);
  });
}

function ofClass({ topic, view }: Field): Flag | null {
  const told = siblingTopics(view, topic).find(({ segments }) =>
    segments.at(-1) === "device_class"
  );
  const deviceClass = String(told?.readings.at(-1)?.fields.get("") ?? "").replace(/^"|"$/g, "");
  const trouble = troubleOfClass(deviceClass, topic.topic);
  return trouble === null
    ? null
    : trouble === "battery"
    ? lowBattery
    : trouble === "hazard"
    ? hazardOf(deviceClass)
    : trouble === "tamper"
    ? error("somebody opened it")
    : warning(`a ${deviceClass}`);
}
