import { leafOf, objectOf } from "../../fields.ts";
import { unitMsOf } from "../../timestamps.ts";
import { type Field, type Flag, has, isSet, isUnset, reported, type Rule, wordOf } from "./flag.ts";

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
  // Clouds send how a gateway is connected when that changes, in the gateway's name.
  ({ name, path, value, reading }) =>
    name === "connection" && wordOf(value) === "offline" && /connection/i.test(objectOf(path)) &&
      [...reading.fields.values()].includes("connectionStatus")
      ? reported("error", "it lost its connection")
      : null,
  notSeen,
];

/** A cloud's or a bridge's word on how long ago it heard of the device: by far longer than any asks. */
function notSeen({ name, value }: Field): Flag | null {
  if (
    !/^last(?:seen|heard|contact)(?:minutes|mins|hours)(?:ago)?$/.test(name) ||
    typeof value !== "number"
  ) return null;
  const hours = value * unitMsOf(name) / 3_600_000;
  return hours >= 12 && hours < 100_000
    ? reported("warning", `it was last seen ${Math.round(hours)} h ago`)
    : null;
}
