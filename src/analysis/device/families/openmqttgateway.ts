import { leafOf } from "../reading/fields.ts";
import type { TopicView } from "../reading/view.ts";
import type { Family, TopicRole } from "./family.ts";

const FROM = /^(BT|RF|RF2|Pilight|LORA|IR|RTL_433|SRFB|GSM|Cloud|WebUI|SYS|BLE|ONOFF)toMQTT$/;
const TO = /^MQTTto/;

/**
 * OpenMQTTGateway and Theengs Gateway: `<base>/<gateway>/BTtoMQTT/<address>`. It passes on what it
 * hears of strangers' devices, so what stands below is not the gateway's own.
 */
export const openMqttGateway: Family<"openmqttgateway"> = {
  name: "openmqttgateway",
  hearsBeacons: true,
  title: "OpenMQTTGateway",
  roleOf(segments): TopicRole | null {
    if (segments.some((segment) => TO.test(segment))) return "command";
    // A base and a gateway stand before it.
    return segments.some((segment, i) => i > 0 && FROM.test(segment)) ? "state" : null;
  },
  ownerOf(segments) {
    const at = segments.findIndex((segment) => FROM.test(segment) || TO.test(segment));
    if (at < 1) return null;
    const gateway = segments.slice(0, at).join("/");
    const device = segments[at + 1];
    return device === undefined || /^SYS/.test(segments[at])
      ? { name: gateway, key: gateway }
      : { name: device, key: device };
  },
  // What rtl_433 could not make sense of.
  troubleOf: (topic, { fields }) =>
    isHeard(topic) && fields.get("model") === "undecoded" ? null : undefined,
  // Several gateways hear one beacon, each with its own strength and its own gaps.
  fieldKind: (path, topic, view) =>
    isHeard(topic) &&
      (/^(rssi|distance|servicedata|manufacturerdata|mactype)$/.test(leafOf(path)) ||
        view.topics.some((other) => other.segments.includes("SYStoMQTT")))
      ? "ignored"
      : null,
};

/** A topic that holds what the gateway heard, not what it is. */
function isHeard(topic: TopicView): boolean {
  const at = topic.segments.findIndex((segment) => FROM.test(segment));
  return at > 0 && !/^SYS/.test(topic.segments[at]);
}
