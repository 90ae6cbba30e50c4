import { siblingTopics } from "../../reading/view.ts";
import {
  error,
  type Field,
  has,
  isSet,
  isUnset,
  levelsOf,
  type Rule,
  warning,
  wordOf,
} from "./flag.ts";

/** Names of states, but for those that were, shall be, or are another's. */
const STATE_OF_ITS_OWN =
  /^(?!.*(last|prev|target|desired|requested|charge|alarm|client|phone|update)).*(status|state|mode|condition|health|zustand|etat|état|estado|stato|stan|tila|toestand|tilstand|tillstånd)(text|txt|str|string|desc|description|info)?$/;

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
  /^(?:(?:is|was)[_ ])?(?:lifted|raised|picked|tilted|tipped|hochgehoben|angehoben|gekippt|soulevée?|inclinée?|sollevat[oa]|inclinat[oa]|levantad[oa]|inclinad[oa]|opgetild|gekanteld|upplyft|lutar|løftet|vippet|podniesion[ya]|przechylon[ya]|nostettu|kallistunut|zvednut[ýá]|nakloněn[ýá]|kaldırıldı|поднят|наклонен)(?:[_ ](?:up|off|recovery))?$/iu;
const DRIVES_BY_ITSELF =
  /landroid|mow(?:er|ing|bot)?(?![a-z])|lawn|mähroboter|rasen|tondeuse|tagliaerba|cortac[eé]sped|grasmaaier|robo(?:t|rock|vac)|roomba|vacuum|rover|cutter|(?:left|right)_?(?:wheel|motor)|blade_?(?:speed|motor|rpm)/i;

const RENTED =
  /storage_?box|storage_?type|quota|subscription|hosting|tenant|vserver|mailbox|licen[sc]e|contract|\/plan\//i;

const LOCKS =
  /lock|door|gate|child|kind|user|card|key|phone|screen|sim|porte|porta|puerta|serr|deur|dörr|dør|slot|lås|zamek|drzwi|cerradura|serratura|serrure|fechadura|schloss|account|device_?lock/i;

const OF_NODE_RED =
  /^(?:[\w-]{1,40}:)?[\w.-]{0,40}\bstatus\.(?:not-connected|disconnected|error|timeout|no-response|failed)$/;

/** Whether a topic of Nuki's locks stands beside it. */
function isOfNuki({ topic, view }: Field): boolean {
  return siblingTopics(view, topic).some(({ segments }) =>
    /^(?:batteryCritical|lockActionEvent)$/.test(segments.at(-1) ?? "")
  );
}

/** A state, in words or a code, that nobody wants. */
export const STATE_RULES: readonly Rule[] = [
  {
    name: /^(?:active)?(estop|emergencystop|emergencystopped)(active|state|status)?$|^estopped$/,
    is: (value) =>
      isSet(value) || /^(pressed|engaged|triggered|manual|autoack|remote)$/.test(wordOf(value)),
    tells: error("an emergency stop"),
  },
  // FarmBot is locked by its emergency stop alone, and ESPAltherma calls so what runs without its heat pump.
  {
    name: /^locked$/,
    is: true,
    where: ({ path }) => path.startsWith("informational_settings."),
    tells: error("an emergency stop"),
  },
  {
    name: /^notactive$/,
    is: true,
    where: ({ path }) => path.startsWith("emergency_(indoor)"),
    tells: error("it runs in emergency operation"),
  },
  // Growatt's inverters as grott tells them: 0 waits, 1 feeds in, 3 is a fault.
  {
    name: /^pvstatus$/,
    is: 3,
    where: ({ reading }) => has(reading, /^pv(?:serial|gridvoltage)$/),
    tells: error("the inverter stands in a fault"),
  },
  // Voltronic's inverters answer QMOD by a letter: on, standby, line, battery, saving, fault.
  {
    name: /^(?:inverter|device|working|operation)?mode$/,
    is: (value) => value === "F",
    where: ({ path, topic }) => {
      const letters = new Set(topic.readings.map(({ fields }) => fields.get(path)));
      return letters.size > 1 && [...letters].every((one) => /^[PSLBHFDCY]$/.test(String(one)));
    },
    tells: error("the inverter is in its fault mode"),
  },
  // Nuki's MQTT API: 0 is not calibrated, 254 a motor that is blocked, 255 undefined.
  {
    own: /^state$/,
    is: (value) => value === 0 || value === 254 || value === 255,
    where: isOfNuki,
    tells: error("the lock is not calibrated, blocked, or does not know its state"),
  },
  // 4 and 255 are not known, 16 not calibrated, 240 tampered with.
  {
    own: /^doorsensorstate$/,
    is: (value) => /^(?:4|16|240|255|doorStateUnknown)$/.test(String(value)),
    tells: warning("the door sensor does not know whether the door is closed"),
  },
  // Pylontech's bridges.
  { name: /^isnormal$/, is: isUnset, tells: warning("it is not normal") },
  // Tesla's Powerwall.
  {
    name: /^gridstatus$/,
    is: /^system(?:islandedactive|microgridfaulted)$/,
    tells: warning("the mains is gone"),
  },
  // `E2`, `Err 05` where other words of a state stand.
  {
    own: new RegExp(`${STATE_OF_ITS_OWN.source}|^(?:panel)?display$`),
    is: (value) =>
      typeof value === "string" &&
      /^(?:E|Er|Err|Error)(?:[-_ .]?0?[1-9]\d?|\.?(?:O[CULHVP]|LU|SC|GF|EF|PL)\d{0,2})$/
        .test(value.trim()),
    tells: warning("a code of error"),
  },
  // Air conditioners name their failures by a letter and a number.
  {
    name: /^(status|state|error|failure)(code)?$/,
    is: (value) => typeof value === "string" && /^[A-Z]\d{1,2}$/.test(value),
    where: ({ reading }) => has(reading, "hvacmode"),
    tells: error("a code of failure"),
  },
  // What moves stands in its way; of locks, doors and people it says that they are locked.
  {
    own: STATE_OF_ITS_OWN,
    is:
      /^(?:bloqué|bloquée|bloccat[oa]|bloquead[oa]|geblokkeerd|blockerad|blokkert|blokeret|zablokowan[aey])$/u,
    where: ({ topic, path }) => !LOCKS.test(`${topic.topic} ${path}`),
    tells: warning("something is in the way"),
  },
  {
    own: STATE_OF_ITS_OWN,
    is: /^(?:outofservice|außerbetrieb|ausserbetrieb|buitenbedrijf|entrapment)$/,
    where: ({ topic, path }) => USED_BY_PEOPLE.test(`${topic.topic} ${path}`),
    tells: warning("it is out of service"),
  },
  // Node-RED's own texts of a node, by the names under which they are translated.
  {
    is: (value) => OF_NODE_RED.test(String(value)),
    tells: warning("its node does not reach what it works with"),
  },
  // `andon: "RED"`, `tower_light.red: true`.
  {
    is: (value) => isSet(value) || RED.test(String(value)),
    where: ({ path, topic, value }) => {
      const [above = "", own = ""] = levelsOf(path, topic.segments).slice(-2);
      return ANDON.test(own) && RED.test(String(value)) ||
        RED.test(own) && isSet(value) && ANDON.test(above);
    },
    tells: error("its lamp is red"),
  },
  // Who drives by itself stands on the ground.
  {
    own: STATE_OF_ITS_OWN,
    is: (value) => typeof value === "string" && OFF_THE_GROUND.test(value.trim()),
    where: ({ topic, reading }) =>
      DRIVES_BY_ITSELF.test([topic.topic, ...reading.fields.keys()].join(" ")),
    tells: error("it does not stand on the ground"),
  },
  // What people rent is locked by who lets it.
  {
    own: STATE_OF_ITS_OWN,
    is: /^(?:locked|suspended|banned|terminated)$/,
    where: ({ topic, path, view }) =>
      view.topics.some(({ topic: other }) => RENTED.test(other)) &&
      !LOCKS.test(`${topic.topic} ${path}`),
    tells: warning("it cannot be used"),
  },
  // PackML: 9 is Aborted, by a fault or an emergency stop, and 8 on the way to it.
  { name: /^statecurrent$/, is: 9, tells: error("Aborted, in PackML") },
  { name: /^statecurrent$/, is: 8, tells: error("Aborting, in PackML") },
];
