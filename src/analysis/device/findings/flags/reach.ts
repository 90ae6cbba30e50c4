import { leafOf, objectOf } from "../../reading/fields.ts";
import { goesWithPeople, reachNamed } from "../../reading/reach_words.ts";
import { unitMsOf } from "../../reading/timestamps.ts";
import { besideOf } from "../../reading/view.ts";
import { isSignalOfBus } from "../reach/flapping_parts.ts";
import { beside, error, has, isLately, isSet, isUnset, type Rule, warning } from "./flag.ts";

const NONE = /^(?:none|no|null|nil|false|unknown|n\/a|keine|aucun|ninguno|nessuno)$/i;

const OF_BRIDGE = /^\$SYS\/broker\/connection\/.{1,200}\/state$/;

/** What says of a device, a bus or a host that nothing is heard of it. */
export const REACH_RULES: readonly Rule[] = [
  {
    name: /^(unreach|unreachable|notreachable|commlost|commfault|nocommunication)$/,
    is: isSet,
    tells: error("it cannot be reached"),
  },
  // mqtt-smarthome: 0 is gone, 1 without what it speaks for, 2 is fine.
  {
    is: 1,
    where: ({ topic, view }) =>
      topic.segments.at(-1) === "connected" &&
      // What is switched off is not there, and well.
      (topic.readings.some(({ fields }) => fields.get("") === 2) &&
          !/tv|kodi|player|avr|receiver|beamer|projector|printer|pc/i.test(topic.topic) ||
        view.topics.some((other) =>
          other.topic.startsWith(topic.topic.replace(/connected$/, "status/")) &&
          ["val", "ts"].every((key) => other.readings.at(-1)?.fields.has(key))
        )),
    tells: error("the program runs, and does not reach its devices"),
  },
  // Miele's status by its numbers: 255 is not connected.
  {
    name: /^valueraw$/,
    is: 255,
    where: (field) =>
      /(?:^|\.)status\.$/.test(objectOf(field.path)) && beside(field, "valuelocalized") !== null,
    tells: warning("the appliance is not connected"),
  },
  // LinkTap's water timers and their like.
  {
    name: /^(?:is)?(?:rf|radio|wireless|gateway)link(?:ed|ok|up)?$/,
    is: isUnset,
    tells: error("its link by radio is gone"),
  },
  // Loxone's count of contacts of which nothing is heard.
  {
    name: /^num(?:ber)?offline$/,
    is: (value) => typeof value === "number" && value > 0,
    tells: warning("nothing is heard of some"),
  },
  // `all_devices_online: false`, `offline_devices: "feeder"`.
  {
    name: /^all(?:devices|nodes|sensors|units)(?:are)?(?:online|reachable|connected)$/,
    is: isUnset,
    tells: warning("one of its devices cannot be reached"),
  },
  {
    name: /^(?:offline|unreachable|dead)(?:devices|nodes|sensors|units)(?:list|names)?$/,
    is: (value) => typeof value === "string" && /\p{L}{2}/u.test(value) && !NONE.test(value.trim()),
    tells: warning("these cannot be reached"),
  },
  // WeConnect-mqtt and its maker's cloud; a BMS and the radio that asks it.
  { name: /^weconnectconnected$/, is: false, tells: error("it does not reach its cloud") },
  {
    name: /^onlinestatus$/,
    is: isUnset,
    where: ({ view }) => view.topics.some(({ topic }) => /\/errors_bitmask\/state$/.test(topic)),
    tells: error("nothing is heard of it"),
  },
  // FHEM's ActionDetector.
  {
    name: /^(activity|actstatus)$/,
    is: /^dead$/,
    tells: error("nothing is heard of it"),
  },
  {
    is: false,
    where: ({ topic, path, view }) =>
      topic.segments.slice(-2).join("/") === "global/signal" ||
      isSignalOfBus({ topic, path }, view),
    tells: error("the bus has no signal"),
  },
  // A camera's watchdog in Blue Iris: `{"type": "Connectivity", "trigger": "OFF"}`.
  {
    name: /^(?:trigger|state|status|value|active)$/,
    is: isUnset,
    where: ({ path, reading, topic }) =>
      besideOf(path, reading).some(([other, said]) =>
        /^(?:type|kind|event|eventtype|alert|alerttype)$/.test(leafOf(other)) &&
        reachNamed(String(said)) === "reach"
      ) && !goesWithPeople(topic.topic),
    tells: error("its connection is lost"),
  },
  // UniFi's words for a device that its controller does not reach.
  {
    name: /^(?:device)?state$/,
    is: /^(?:disconnected|heartbeatmissed|isolated|adoption(?:error|failed)|informerror)$/,
    where: ({ reading }) => has(reading, "satisfaction") && has(reading, /^num(?:ber)?sta/),
    tells: error("its controller does not reach it"),
  },
  // FRITZ!Box: whether a DECT device is connected; what never was is not there.
  {
    own: /^present$/,
    is: isUnset,
    where: ({ path, topic }) =>
      /(?:^|\/)(?:dect|aha)\//i.test(topic.topic) &&
      topic.readings.some(({ fields }) => isSet(fields.get(path) ?? null)),
    tells: error("it is not connected any more"),
  },
  // Mosquitto's bridges, among all that the broker tells: 1 is connected.
  {
    is: 0,
    where: ({ path, topic, view }) =>
      path === "" && OF_BRIDGE.test(topic.topic) &&
      view.topics.some((other) => other.live.length > 0 && !OF_BRIDGE.test(other.topic)),
    tells: error("a bridge of the broker is not connected"),
  },
  { name: /^(percent)?packetloss(percent|pct)?$/, is: 100, tells: error("nothing comes back") },
  // collectd's share of lost pings.
  { name: /^pingdroprate/, is: 1, tells: error("nothing comes back") },
  // An alarm panel that has a battery to live of for a while.
  {
    name: /^(?:ac|mains)(?:power|supply|present|ok)$/,
    is: false,
    where: ({ reading }) =>
      [...reading.fields.keys()].some((path) => /batt/i.test(path)) &&
      has(reading, /^(?:armedaway|armed|tamper|ready|zonebypassed)$/),
    tells: warning("the mains is gone"),
  },
  // Genmon.
  {
    name: /^(?:system)?in(?:power|utility)?outage$/,
    is: isSet,
    tells: warning("the mains is gone"),
  },
  // A watcher of hosts was asked to tell when this one is gone.
  {
    name: /^(?:is)?present$/,
    is: isUnset,
    where: ({ view }) =>
      view.topics.some(({ readings }) => {
        const last = readings.at(-1);
        return last !== undefined && has(last, /^(?:alertdown|alertondown|notifydown)$/, isSet);
      }),
    tells: warning("it is not present, and should be"),
  },
  // A modem that finds no network in all that it tells.
  {
    name: /^(?:reg|creg|cereg|registration|network|net|lte|gsm)(?:status|state|registration|reg)?$/,
    is: /^(?:searching|notregisteredsearching|scanning)$/,
    where: (field) => isLately(field, 5),
    tells: warning("no network takes it"),
  },
  // Clouds send how a gateway is connected when that changes, in the gateway's name.
  {
    name: /^connection$/,
    is: /^offline$/,
    where: ({ path, reading }) =>
      /connection/i.test(objectOf(path)) &&
      [...reading.fields.values()].includes("connectionStatus"),
    tells: error("it lost its connection"),
  },
  // A cloud's or a bridge's word on how long ago it heard of the device: by far longer than any asks.
  {
    name: /^last(?:seen|heard|contact)(?:minutes|mins|hours)(?:ago)?$/,
    is: (value) => typeof value === "number",
    tells: ({ name, value }) => {
      const hours = Number(value) * unitMsOf(name) / 3_600_000;
      return hours >= 12 && hours < 100_000
        ? warning(`it was last seen ${Math.round(hours)} h ago`)
        : null;
    },
  },
];
