import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, someOf, spanText } from "../../evidence.ts";
import { paceOf } from "../../../statistics.ts";
import { countOf } from "../../../../payload/limits.ts";
import { leafOf, type Scalar } from "../../reading/fields.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { stepsOf } from "../../reading/copies.ts";

/** A radio loses a frame now and then; a quarter of them is a fault. */
const LOST_SHARE = 0.25;

/** `gap` of a LoRaWAN device, told by its frame counter: one count per device and direction. */
export function lostFrames(view: DeviceView): Finding[] {
  return [...undelivered(view), ...framesMissing(view), ...undecoded(view)];
}

/** `command_without_reply` of a downlink that the device was to confirm, and did not. */
function undelivered(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    const last = topic.live.at(-1);
    const [above, level] = topic.segments.slice(-2);
    const isNack = above === "down" && level === "nack" ||
      above === "event" && level === "ack" && last?.fields.get("acknowledged") === false;
    if (last === undefined || !isNack) continue;
    return [findingFrom({
      code: "command_without_reply",
      title: "The device did not acknowledge a confirmed downlink",
      summary: `"${topic.topic}" says so`,
      messages: someOf([last.sample]),
      suggestion:
        "The command did not reach it, or its answer was lost: look at the signal of its last uplinks and at the gateway's duty cycle, then send it again.",
    })];
  }
  return [];
}

function framesMissing(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (topic.role !== "state" && topic.role !== "event") continue;
    const path = counterOf(topic);
    if (path === null) continue;
    const steps = stepsOf(path, topic, view);
    // A count that falls began anew: nothing can be said over that.
    if (steps.length < 4 || steps.some(({ step }) => step < 0 || step > 500)) continue;
    const lost = steps.filter(({ step }) => step > 1);
    const missing = lost.reduce((sum, { step }) => sum + step - 1, 0);
    const sent = steps.reduce((sum, { step }) => sum + step, 0);
    if (missing < 3 || missing < sent * LOST_SHARE) continue;
    return [findingFrom({
      code: "gap",
      title: `${missing} of ${sent} frames are missing on "${topic.topic}"`,
      summary: `The frame counter "${path}" jumped ${
        countOf(lost.length, "time")
      }, over ${missing} frames that no gateway heard`,
      messages: someOf(lost.map(({ reading }) => reading.sample)),
      suggestion:
        "Look at RSSI and SNR of the frames that came: move the antenna or add a gateway, or let the network raise the spreading factor (ADR).",
    })];
  }
  return [];
}

/** What a network's codec makes of a payload, and the payload. */
const DECODED = /^(?:uplink_message\.)?(?:object|decoded_payload|payload_fields)$/;
const ENCODED = ["data", "frm_payload", "uplink_message.frm_payload", "payload_raw"];
const PORT = /(?:^|[._])f_?port$/;
const LEAST_DECODED = 4;
const LEAST_UNDECODED = 2;

/** `schema_drift` of uplinks of which the codec made nothing, between others of the same port that it read. */
function undecoded({ topics }: DeviceView): Finding[] {
  for (const { live, topic } of topics) {
    if (live.length < LEAST_DECODED + LEAST_UNDECODED || !live.some(bearsPayload)) continue;
    const bearing = live.filter(bearsPayload);
    const lost = bearing.flatMap((one) => {
      const path = one.fields.keys().find((key) =>
        DECODED.test(key) && one.fields.get(key) === null
      );
      return path === undefined ? [] : [{ one, path, port: portOf(one) }];
    });
    const [first] = lost;
    if (first === undefined || lost.length < LEAST_UNDECODED) continue;
    const read = bearing.filter((one) => portOf(one) === first.port).length - lost.length;
    if (read < LEAST_DECODED || lost.some(({ port }) => port !== first.port)) continue;
    return [findingFrom({
      code: "schema_drift",
      title: `${lost.length} of ${bearing.length} uplinks are not decoded: "${first.path}" is null`,
      summary:
        `On "${topic}" the payload is there each time, and the others of its port are decoded`,
      ...everyTime(lost.map(({ one }) => one.sample)),
      suggestion:
        "Let the codec in the network server take these payloads too: look at their bytes, and at its log for exceptions.",
    })];
  }
  return [];
}

function bearsPayload({ fields }: Reading): boolean {
  return ENCODED.some((one) => typeof fields.get(one) === "string" && fields.get(one) !== "");
}

function portOf({ fields }: Reading): Scalar | undefined {
  return fields.entries().find(([path]) => PORT.test(path))?.[1];
}

/** The count of the first frames after a join; those before it may be lost. */
const FIRST_FRAMES = 2;
const LEAST_JOINS = 3;
/** Who is heard stays joined for days. */
const JOINS_MS = 600_000;

/** `flapping` of a device whose frames show that it joined anew each time: under another address, and counted from the beginning. */
export function joinsAnew(view: DeviceView): Finding[] {
  // Joins that are heard are told by themselves.
  if (view.topics.some(({ segments, live }) => segments.at(-1) === "join" && live.length > 1)) {
    return [];
  }
  for (const topic of view.topics) {
    if (topic.role !== "state" && topic.role !== "event") continue;
    const count = counterOf(topic);
    const named = (leaf: RegExp) =>
      [...topic.live.at(-1)?.fields.keys() ?? []].find((path) => leaf.test(leafOf(path)));
    const [address, who] = [named(/^devaddr$/), named(/^deveui$/)];
    if (count === null || address === undefined || who === undefined) continue;
    if (new Set(topic.live.map(({ fields }) => fields.get(who))).size !== 1) continue;
    const joins = topic.live.filter(({ fields }, i) => {
      const before = topic.live[i - 1]?.fields.get(address);
      return before !== undefined && fields.get(address) !== before &&
        Number(fields.get(count) ?? NaN) <= FIRST_FRAMES;
    });
    const apart = paceOf(joins);
    if (joins.length < LEAST_JOINS || apart > JOINS_MS) continue;
    return [findingFrom({
      code: "flapping",
      title: `It joins its network again and again: ${joins.length} times`,
      summary: `On "${topic.topic}" "${address}" was another each time, and "${count}" began anew ${
        spanText(joins)
      }`,
      ...everyTime(joins),
      suggestion:
        "A device that keeps joining loses its session, as by a restart, or does not hear what the network sends: look at its supply, at the signal of its joins and at what it is configured to do without an answer.",
    })];
  }
  return [];
}

function counterOf(topic: TopicView): string | null {
  const first = topic.live[0];
  if (first === undefined) return null;
  const leaves = [...first.fields.keys()].map((path) => path.toLowerCase());
  const isSigfox = leaves.includes("lqi") && leaves.includes("station");
  const isLora = leaves.some((path) =>
    /rxinfo|rx_metadata|deveui|dev_eui|lrrsnr|lora|^gws\[/.test(path)
  );
  if (!isLora && !isSigfox) return null;
  return [...first.fields.keys()].find((path) =>
    (isSigfox ? /^seqnumber$/ : /^(fcnt|fcount|fcountup|fcntup|framecounter)$/).test(leafOf(path))
  ) ??
    null;
}
