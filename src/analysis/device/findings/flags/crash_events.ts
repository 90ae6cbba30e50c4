import { everyTime, iso } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import type { DeviceView } from "../../view.ts";

/** Last levels of topics on which a message is the news of a crash or a reset. */
const CRASH = /^(watchdog|brownout|crash|panic|coredump|hardfault)_?(event|reset|report|dump)$/i;

/** `reported_error` of a message on a topic that is there for a watchdog's reset or a crash. */
export function crashEvents(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!CRASH.test(topic.segments.at(-1) ?? "") || topic.live.length === 0) continue;
    const samples = topic.live.filter((reading) => reading.sample.sizeBytes > 0)
      .map((reading) => reading.sample);
    const last = samples.at(-1);
    if (last === undefined) continue;
    return [{
      severity: "warning",
      code: "reported_error",
      title: `The device reports a ${topic.segments.at(-1)}`,
      evidence: {
        summary: `${samples.length} on "${topic.topic}", last at ${iso(last.at)}`,
        ...everyTime(samples),
      },
      suggestion:
        "Its program hung or its supply broke down: look at its voltage, its log and the last change of its program.",
    }];
  }
  return [];
}
