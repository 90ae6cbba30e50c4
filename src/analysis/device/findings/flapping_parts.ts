import type { Finding } from "../finding_shape.ts";
import { iso, repeating, someOf, spanText } from "../evidence.ts";
import { labelOf, nameOf, type Scalar } from "../fields.ts";
import {
  type DeviceView,
  fieldsTold,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../view.ts";

/** Fields that say whether something can be reached. */
const REACH =
  /^(?:is)?(?:reachable|online|alive|available|availability|connected|responding|reach|link|registered)$|^(?:is|has)?(?:link|connection|conn|network|ppp|wan|internet|uplink|tunnel|vpn|modbus|bus|cloud|mqtt|wifi|stream|signal|sensor|device|node|gateway|bridge|meter|inverter|ble|bluetooth|zigbee|lte|modem|rf|radio|serial)(?:state|status|reachable|online|alive|up|connected|ok|available|active)$/;
const HERE =
  /^(?:true|1|on|yes|up|ok|online|connected|alive|available|reachable|active|link ?up|streaming|registered|attached)$/;
const GONE =
  /^(?:false|0|off|no|down|offline|disconnected|dead|unavailable|unreachable|lost|inactive|not ?connected|link ?down|fail(?:ed)?|error|reconnecting|searching|detached|not ?registered)$/;
/** What is plugged in, worn or carried comes and goes as people do. */
const CARRIED =
  /car(?![a-z])|vehicle|evse|wallbox|charg|plug|cable|person|people|presence|phone|tracker|tag(?![a-z])|user|client|guest|visitor|headset|headphone|earbud|watch|wearable|bike|media|player|tv|screen|speaker|console|usb|hdmi|dock|motor|pump|valve|heater|relay|output|outlet|socket|button|door|window/i;
/** Levels of what a link's own word, up or down, is told of. */
const LINK =
  /^(?:ap|wan|lan|connection|conn|comm|link|links|port|ports|interface|interfaces|uplink|vpn|tunnel|router|switch|internet|isp|wifi|wlan|radio)\d*$/i;
const LEAST_LOSSES = 2;
const LEAST_CHANGES = 4;

/** `flapping` of a part, a link or a source that a device tells of: it comes and goes while the device goes on. */
export function flappingParts(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    if (topic.live.length < LEAST_CHANGES || !tellsReach(path, topic)) continue;
    const losses = lossesOf(path, topic);
    if (losses === null) continue;
    const label = labelOf({ path, topic });
    return [{
      severity: "warning",
      code: "flapping",
      title: `"${label}" comes and goes: it was lost ${losses.length} times`,
      evidence: {
        summary: `On "${topic.topic}" it says ${
          String(losses[0]?.fields.get(path)).slice(0, 30)
        } and back again ${spanText(losses)}`,
        messages: someOf(losses),
        ...repeating(losses),
      },
      suggestion:
        "Look at the link between what speaks here and this part: its signal, cable, supply, and timeout.",
    }];
  }
  return [];
}

function tellsReach(path: string, topic: TopicView): boolean {
  const name = nameOf(path, topic.segments);
  const around = `${topic.topic}/${path}`;
  const isLink = path === "" && topic.segments.slice(-3, -1).some((level) => LINK.test(level)) &&
    /^(?:state|status|link)$/i.test(topic.segments.at(-1) ?? "");
  return (isLink || REACH.test(name)) && !CARRIED.test(around);
}

/** The messages with which it was lost and after which it came back; null where that is not again and again. */
function lossesOf(path: string, topic: TopicView): Reading[] | null {
  const losses: Reading[] = [];
  let changes = 0;
  let before: boolean | null = null;
  for (const reading of topic.live) {
    const here = isHere(reading.fields.get(path));
    if (here === null) return null;
    if (before !== null && here !== before) {
      changes++;
      if (!here) losses.push(reading);
    }
    before = here;
  }
  return changes >= LEAST_CHANGES && losses.length >= LEAST_LOSSES ? losses : null;
}

function isHere(value: Scalar | undefined): boolean | null {
  const word = String(value ?? "").trim().toLowerCase();
  return HERE.test(word) ? true : GONE.test(word) ? false : null;
}

/** Names that say of nothing but a link that it is there. */
const ALIVE = /(?:reachable|online|alive|responding|connected)$/;
/** What is off by somebody's wish has no link. */
const RESTS = /^(?:standby|privacy|privacymode|sleep|sleeping|asleep|paused|disabled|off)$/;
const AT_REST = /^(?:true|1|on|yes|sleeping|asleep|standby|paused|disabled)$/i;

/** `reported_error` of a part or a link that was there, is lost, and stays so while the device goes on. */
export function lostParts(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|info)$/.test(topic.role) || topic.mixes) continue;
    const last = topic.live.at(-1);
    if (last === undefined || last.fields.size > 60) continue;
    for (const [path, value] of last.fields) {
      const name = nameOf(path, topic.segments);
      if (!ALIVE.test(name) || !tellsReach(path, topic) || isHere(value) !== false) continue;
      const lost = lossOf(path, topic);
      if (lost === null || isAtRest(topic, view)) continue;
      const label = labelOf({ path, topic });
      const before = topic.readings[topic.readings.indexOf(lost) - 1];
      return [{
        severity: "warning",
        code: "reported_error",
        title: `"${label}" went from ${before?.fields.get(path)} to ${value} at ${
          iso(lost.at)
        }, and stays there`,
        evidence: {
          summary: `On "${topic.topic}", while the device goes on to speak`,
          messages: someOf(topic.readings.slice(topic.readings.indexOf(lost) - 1)),
        },
        suggestion:
          "Look at the link between what speaks here and this part: its signal, cable, supply and address.",
      }];
    }
  }
  return [];
}

/** The message with which it was lost for good: it was there before, and has been gone for two messages or more. */
function lossOf(path: string, { readings, live }: TopicView): Reading | null {
  const here = readings.map(({ fields }) => isHere(fields.get(path)));
  if (here.includes(null)) return null;
  const at = here.lastIndexOf(true) + 1;
  const lost = readings[at];
  const isSure = lost !== undefined && at > 0 && readings.length - at >= 2;
  return isSure && live.includes(lost) ? lost : null;
}

function isAtRest(topic: TopicView, view: DeviceView): boolean {
  return siblingTopics(view, topic).concat(topic).some((other) =>
    [...other.readings.at(-1)?.fields ?? []].some(([path, value]) =>
      RESTS.test(nameOf(path, other.segments)) && AT_REST.test(String(value))
    )
  );
}
