import { everyTime, findingFrom, iso } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, leafOf, nameOf } from "../../reading/fields.ts";
import {
  type DeviceView,
  heardAtLeast,
  type Reading,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";
import { restartTimes } from "../reach/connection.ts";
import { isUptime, uptimeOf } from "../reach/restart_signs.ts";
import { isWanting } from "./wishes.ts";

/** By which words a device is told to start anew. */
const RESTART =
  /^(?:re(?:boot|start)|reset|(?:reboot|restart|reset)_?(?:device|esp|node|system)|neustart(?:en)?|red[ée]marrer|reiniciar|riavvia(?:re)?|herstart(?:en)?|restartuj|starta_?om)$/i;
/** Where a message says what is to be done. */
const DEED = /^(?:cmd|command|action|method|op|operation|type|request|befehl|orden|comando)$/;
/** So often it is asked for, and so long nothing comes of it. */
const LEAST_ASKED = 2;
const LEAST_MS = 20_000;
const LEAST_TICKS = 2;

/** `command_without_reply` of a device that is told to start anew, and whose uptime goes on as if it was not. */
export function restartsNotDone(view: DeviceView): Finding[] {
  const asked = view.topics.filter((topic) => isWanting(topic, view))
    .flatMap((topic) => topic.live.filter((reading) => isRestart(reading, topic)))
    .sort((a, b) => a.at - b.at);
  const [first, last] = [asked[0], asked.at(-1)];
  if (first === undefined || last === undefined || asked.length < LEAST_ASKED) return [];
  if (!heardAtLeast(view, last.at, LEAST_MS) || restartTimes(view).some((at) => at >= first.at)) {
    return [];
  }
  for (const topic of stateTopics(view)) {
    for (const path of topic.readings.at(-1)?.fields.keys() ?? []) {
      if (!isUptime(nameOf(path, topic.segments))) continue;
      const ticks = topic.live.map((reading) => uptimeOf(reading.fields.get(path)));
      const later = topic.live.filter(({ at }) => at >= last.at + LEAST_MS / 2);
      const goesOn = ticks.every((tick, i) => tick !== null && tick >= (ticks[i - 1] ?? 0));
      if (!goesOn || later.length < LEAST_TICKS || (topic.live[0]?.at ?? Infinity) > first.at) {
        continue;
      }
      return [findingFrom({
        code: "command_without_reply",
        title: `${asked.length} commands to restart have no effect: "${
          labelOf({ path, topic })
        }" goes on to count`,
        summary: `Asked on "${first.sample.topic}" from ${iso(first.at)} to ${iso(last.at)}`,
        ...everyTime(asked),
        suggestion:
          "Check that the device subscribes to this very topic and that this is how it is told to restart; it may hang in part.",
      })];
    }
  }
  return [];
}

/** Whether a message tells a device as a whole to start anew, by its word, its deed or its topic alone. */
function isRestart({ fields }: Reading, { segments }: TopicView): boolean {
  if (fields.size > 3) return false;
  const deeds = [...fields].filter(([path]) => path === "" || DEED.test(leafOf(path)));
  return deeds.some(([, value]) => typeof value === "string" && RESTART.test(value.trim())) ||
    RESTART.test(segments.at(-1) ?? "") && fields.size < 2;
}
