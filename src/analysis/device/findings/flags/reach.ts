import { leafOf, objectOf } from "../../fields.ts";
import { goesByChoice, reachSaid } from "../../reach_words.ts";
import type { Reading } from "../../view.ts";
import { type Field, type Flag, has, isSet, isUnset, reported, type Rule, wordOf } from "./flag.ts";

/** What is set or measured of a thing that heats, lights or moves; hosts and people have none of it. */
const DRIVEN =
  /^(mode|setpoint|brightness|targettemp(erature)?|temp(erature)?|valve|position|fanspeed)$/;

/** What says of a device, a bus or a host that nothing is heard of it. */
export const REACH_RULES: readonly Rule[] = [
  ({ name, value }) =>
    /^(unreach|unreachable|notreachable|commlost|commfault|nocommunication)$/.test(name) &&
      isSet(value)
      ? reported("error", "it cannot be reached")
      : null,
  // mqtt-smarthome: 0 is gone, 1 without what it speaks for, 2 is fine.
  ({ value, topic, view }) =>
    value === 1 && topic.segments.length === 2 && topic.segments[1] === "connected" &&
      view.topics.some(({ segments, readings }) =>
        segments[0] === topic.segments[0] && segments[1] === "status" &&
        ["val", "ts"].every((key) => readings.at(-1)?.fields.has(key))
      )
      ? reported("error", "the program runs, and does not reach its devices")
      : null,
  // FHEM's ActionDetector.
  ({ name, value }) =>
    /^(activity|actstatus)$/.test(name) && value === "dead"
      ? reported("error", "nothing is heard of it")
      : null,
  saidGone,
  // A bridge that asks a maker's cloud tells the last values of what is gone as well.
  ({ name, path, value, reading }) =>
    /^(is)?online$/.test(name) && value === false && !path.includes(".") &&
      [...reading.fields.keys()].some((other) => DRIVEN.test(leafOf(other))) &&
      !["hostname", "ip", "ipaddress", "ssid"].some((leaf) => has(reading, leaf))
      ? reported("warning", "it is not online")
      : null,
  ({ value, topic }) =>
    topic.segments.at(-1) === "signal" && topic.segments.at(-2) === "global" && value === false
      ? reported("error", "the bus has no signal")
      : null,
  ({ name, value }) =>
    /^(percent)?packetloss(percent|pct)?$/.test(name) && value === 100
      ? reported("error", "nothing comes back")
      : null,
  // An alarm panel that has a battery to live of for a while.
  ({ name, value, reading }) =>
    /^(?:ac|mains)(?:power|supply|present|ok)$/.test(name) && value === false &&
      [...reading.fields.keys()].some((path) => /batt/i.test(path)) &&
      ["armedaway", "armed", "tamper", "ready", "zonebypassed"].some((leaf) => has(reading, leaf))
      ? reported("warning", "the mains is gone")
      : null,
  // A binary sensor of that name.
  ({ path, value, topic }) => {
    const [above = "", own = ""] = topic.segments.slice(-2).map((level) => level.toLowerCase());
    return path === "" && wordOf(value) === "off" &&
        /^(?:connection_state|online_status)$/.test(own === "state" ? above : own)
      ? reported("warning", "it is not online")
      : null;
  },
  // A watcher of hosts was asked to tell when this one is gone.
  ({ name, value, view }) =>
    /^(?:is)?present$/.test(name) && isUnset(value) &&
      view.topics.some(({ readings }) =>
        [...readings.at(-1)?.fields ?? []].some(([path, one]) =>
          /^(?:alertdown|alertondown|notifydown)$/.test(leafOf(path)) && isSet(one)
        )
      )
      ? reported("warning", "it is not present, and should be")
      : null,
  // A modem that finds no network in all that it tells.
  ({ name, path, value, topic }) =>
    /^(?:reg|creg|cereg|registration|network|net|lte|gsm)(?:status|state|registration|reg)?$/.test(
        name,
      ) &&
      /^(?:searching|notregisteredsearching|scanning)$/.test(wordOf(value)) &&
      topic.live.length >= 5 && topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "no network takes it")
      : null,
  // A router's word on its network as a whole; a phone or a part of it may be away.
  ({ name, path, value, topic }) =>
    /^(?:is)?(?:connected|online)$/.test(name) && value === false && !path.includes(".") &&
      /^(?:network|wan|internet|uplink)$/i.test(topic.segments.at(-2) ?? "") &&
      /^(?:status|state|health|connection)$/i.test(topic.segments.at(-1) ?? "")
      ? reported("warning", "its way out is gone")
      : null,
  // Clouds send how a gateway is connected when that changes, in the gateway's name.
  ({ name, path, value, reading }) =>
    name === "connection" && wordOf(value) === "offline" && /connection/i.test(objectOf(path)) &&
      [...reading.fields.values()].includes("connectionStatus")
      ? reported("error", "it lost its connection")
      : null,
  // `"modbus": {"connected": false}` of a gateway that is there to read it.
  ({ name, path, value, topic }) =>
    /^(?:is)?(?:connected|online)$/.test(name) && value === false && topic.live.length >= 3 &&
      /(?:^|[._])(?:modbus|rs485|fieldbus|profinet|profibus|ethercat|canbus|can_?bus|m_?bus|plc|opcua|bacnet|bms)\.$/i
        .test(objectOf(path)) &&
      topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "it does not reach what it reads")
      : null,
  notSeen,
];

/** What is called for nothing but that the device answers whoever asks it. */
const ANSWERS =
  /^(?:(?:is|device)?(?:reachable|responding|alive)|(?:comm|comms|communication)(?:state|status)|(?:operating|op)(?:state|status)|(?:device|node)?health(?:state|status)?)$/;

/** A document's own word that what it tells of does not answer; a list says more of each than its reach. */
function saidGone({ name, path, value, topic, reading }: Field): Flag | null {
  const around = `${topic.topic} ${path}`;
  if (/(?:^|[._/])(?:if|iface|interfaces?|ports?)[._/[]/i.test(around)) return null;
  if (goesByChoice(path) || isListed(path, reading)) return null;
  const isLowHere = path.split(".").length <= (/^op/.test(name) ? 3 : 2) && !path.includes("[");
  if (ANSWERS.test(name) && isLowHere && reachSaid(value, { bare: true }) === "offline") {
    const isNumber = value === 0;
    return isNumber ? null : reported("warning", "it cannot be reached");
  }
  // `{down,stale}`: the words of a point's status, each a flag of its own.
  return /^(?:status|state|quality)$/.test(name) &&
      /^\{[\w, ]*\b(?:down|stale)\b/.test(String(value))
    ? reported("warning", "it is down, and its value is old")
    : null;
}

/** Whether the same is told of several things in one document. */
function isListed(path: string, { fields }: Reading): boolean {
  const parent = objectOf(path);
  return parent !== "" &&
    [...fields.keys()].some((other) =>
      other !== path && leafOf(other) === leafOf(path) &&
      other.split(".").length === path.split(".").length
    );
}

/** A cloud's or a bridge's word on how long ago it heard of the device: by far longer than any asks. */
function notSeen({ name, value }: Field): Flag | null {
  const unit = /^last(?:seen|heard|contact)(minutes|mins|hours)(?:ago)?$/.exec(name)?.[1];
  if (unit === undefined || typeof value !== "number") return null;
  const hours = unit === "hours" ? value : value / 60;
  return hours >= 12 && hours < 100_000
    ? reported("warning", `it was last seen ${Math.round(hours)} h ago`)
    : null;
}
