import { leafOf } from "../../fields.ts";
import { type Field, has, isSet, reported, type Rule, wordOf } from "./flag.ts";

/** Names of states, but for those that were, shall be, or are another's. */
const STATE_OF_ITS_OWN =
  /^(?!.*(last|prev|target|desired|requested|charge|alarm|client|phone|update)).*(status|state|mode|condition|health|zustand|etat|état|estado|stato|stan|tila|toestand|tilstand|tillstånd)(text|txt|str|string|desc|info)?$/;

/** A lamp that tells people how a machine is. */
const ANDON =
  /(?:^|[_\/.-])(?:andon|stack_?(?:light|lamp)|tower_?(?:light|lamp)|(?:signal|light)_?tower|signals(?:ä|ae)ule)(?:$|[_\/.-])|(?:^|[_\/.])health$/i;
const RED =
  /^(?:red|rot|rouge|ross[oa]|roj[oa]|rood|vermelh[oa])(?:[_ -]?(?:on|blink|blinking|flashing|steady))?$/i;

/** What stands where people use it; a heating or a bus is out of service each day. */
const USED_BY_PEOPLE =
  /lift|elevator|aufzug|ascens|escal|rolltreppe|vending|machinery|kiosk|dispenser|atm/i;

/** Of a window or a fork-lift's load these are ordinary. */
const OFF_THE_GROUND =
  /^(?:(?:is|was)[_ ])?(?:lifted|raised|picked|tilted|tipped|hochgehoben|angehoben|gekippt|soulevée?|inclinée?|sollevat[oa]|inclinat[oa]|levantad[oa]|inclinad[oa]|opgetild|gekanteld|upplyft|lutar|løftet|vippet|podniesion[ya]|przechylon[ya]|nostettu|kallistunut|zvednut[ýá]|nakloněn[ýá]|kaldırıldı|поднят|наклонен)(?:[_ ](?:up|off))?$/iu;
const DRIVES_BY_ITSELF =
  /mow(?:er|ing|bot)?(?![a-z])|lawn|mähroboter|rasen|tondeuse|tagliaerba|cortac[eé]sped|grasmaaier|robo(?:t|rock|vac)|roomba|vacuum|rover|cutter|(?:left|right)_?(?:wheel|motor)|blade_?(?:speed|motor|rpm)/i;

const RENTED =
  /storage_?box|storage_?type|quota|subscription|hosting|tenant|vserver|mailbox|licen[sc]e|contract|\/plan\//i;

const LOCKS =
  /lock|door|gate|child|kind|user|card|key|phone|screen|sim|porte|porta|puerta|serr|deur|dörr|dør|slot|lås|zamek|drzwi|cerradura|serratura|serrure|fechadura|schloss|account|device_?lock/i;

/** A state, in words or a code, that nobody wants. */
export const STATE_RULES: readonly Rule[] = [
  ({ name, value }) =>
    /^(?:active)?(estop|emergencystop|emergencystopped)(active|state|status)?$|^estopped$/.test(
        name,
      ) &&
      (isSet(value) || /^(pressed|engaged|triggered|manual|autoack|remote)$/.test(wordOf(value)))
      ? reported("error", "an emergency stop")
      : null,
  // Growatt's inverters as grott tells them: 0 waits, 1 feeds in, 3 is a fault.
  ({ name, value, reading }) =>
    name === "pvstatus" && value === 3 &&
      (has(reading, "pvserial") || has(reading, "pvgridvoltage"))
      ? reported("error", "the inverter stands in a fault")
      : null,
  // `E2`, `Err 05` where other words of a state stand.
  ({ name, path, topic, value }) =>
    typeof value === "string" && isCodePlace(lastName({ name, path, topic })) &&
      /^(?:E|Er|Err|Error)(?:[-_ .]?0?[1-9]\d?|\.?(?:O[CULHVP]|LU|SC|GF|EF|PL)\d{0,2})$/.test(
        value.trim(),
      )
      ? reported("warning", "a code of error")
      : null,
  // Air conditioners name their failures by a letter and a number.
  ({ name, value, reading }) =>
    /^(status|state|error|failure)(code)?$/.test(name) && typeof value === "string" &&
      /^[A-Z]\d{1,2}$/.test(value) && has(reading, "hvacmode")
      ? reported("error", "a code of failure")
      : null,
  // What moves stands in its way; of locks, doors and people it says that they are locked.
  ({ name, path, topic, value }) =>
    typeof value === "string" && STATE_OF_ITS_OWN.test(lastName({ name, path, topic })) &&
      /^(?:bloqué|bloquée|bloccat[oa]|bloquead[oa]|geblokkeerd|blockerad|blokkert|blokeret|zablokowan[aey])$/iu
        .test(value.trim()) &&
      !LOCKS.test(`${topic.topic} ${path}`)
      ? reported("warning", "something is in the way")
      : null,
  ({ name, path, topic, value }) =>
    /^(?:outofservice|außerbetrieb|ausserbetrieb|buitenbedrijf|entrapment)$/.test(wordOf(value)) &&
      STATE_OF_ITS_OWN.test(lastName({ name, path, topic })) &&
      USED_BY_PEOPLE.test(`${topic.topic} ${path}`)
      ? reported("warning", "it is out of service")
      : null,
  // `andon: "RED"`, `tower_light.red: true`.
  ({ path, topic, value }) => {
    const levels = [...topic.segments.slice(-2), ...path.split(".")].filter((level) =>
      level !== ""
    );
    const own = levels.at(-1) ?? "";
    const isRed = ANDON.test(own) && RED.test(String(value)) ||
      RED.test(own) && isSet(value) && ANDON.test(levels.at(-2) ?? "");
    return isRed ? reported("error", "its lamp is red") : null;
  },
  // Who drives by itself stands on the ground.
  ({ name, path, topic, value, reading }) =>
    typeof value === "string" && STATE_OF_ITS_OWN.test(lastName({ name, path, topic })) &&
      OFF_THE_GROUND.test(value.trim()) &&
      DRIVES_BY_ITSELF.test([topic.topic, ...reading.fields.keys()].join(" "))
      ? reported("error", "it does not stand on the ground")
      : null,
  // What people rent is locked by who lets it.
  ({ name, path, topic, value, view }) =>
    /^(?:locked|suspended|banned|terminated)$/.test(wordOf(value)) &&
      STATE_OF_ITS_OWN.test(lastName({ name, path, topic })) &&
      view.topics.some(({ topic: other }) => RENTED.test(other)) &&
      !LOCKS.test(`${topic.topic} ${path}`)
      ? reported("warning", "it cannot be used")
      : null,
  // PackML: 9 is Aborted, by a fault or an emergency stop.
  ({ name, value }) =>
    name === "statecurrent" && value === 9 ? reported("error", "Aborted, in PackML") : null,
];

/** Where a code may stand instead of a state or a number. */
function isCodePlace(name: string): boolean {
  return STATE_OF_ITS_OWN.test(name) || /^(?:panel)?display$/.test(name);
}

/** What a field is called: on a topic that holds nothing but its value, as the topic's last level. */
function lastName({ name, path, topic }: Pick<Field, "name" | "path" | "topic">): string {
  return path === "" ? leafOf(topic.segments.at(-1) ?? "") : name;
}
