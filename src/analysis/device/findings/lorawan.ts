import type { Finding } from "../finding_shape.ts";
import { findingFrom, someOf } from "../evidence.ts";
import { countOf } from "../../../payload/limits.ts";
import { leafOf } from "../fields.ts";
import type { DeviceView, TopicView } from "../view.ts";
import { stepsOf } from "../copies.ts";

/** A radio loses a frame now and then; a quarter of them is a fault. */
const LOST_SHARE = 0.25;

/** `gap` of a LoRaWAN device, told by its frame counter: one count per device and direction. */
export function lostFrames(view: DeviceView): Finding[] {
  return [...undelivered(view), ...framesMissing(view)];
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
    const steps = stepsOf(path, topic);
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
