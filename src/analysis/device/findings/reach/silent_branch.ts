import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, secondsText, someOf } from "../../evidence.ts";
import { differences, median } from "../../../statistics.ts";
import { type DeviceView, heardMs, isLongSilent } from "../../reading/view.ts";
import { decodedOf } from "../../reading/plain_values.ts";
import { fieldsOf } from "../../reading/fields.ts";
import type { Sample } from "../../reading/trace.ts";
import { treeOfGateway } from "../../twins.ts";
import { restsIn } from "../effects/held_back.ts";

const LEAST_PARTS = 3;
const LEAST_MESSAGES = 3;
const LEAST_BEATS = 8;
/** Beats are even between these shares of the middle one. */
const LEAST_BEAT = 0.5;
const MOST_BEAT = 1.7;
const OVERDUE_BEATS = 5;
/** What is cut off at once is told last within so many of its beats. */
const TOGETHER_BEATS = 2;

/** `stale_heartbeat` of a gateway that goes on while all that it passes on, told beside it, fell silent at once. */
export function silentBranch(view: DeviceView): Finding[] {
  const trees = new Set(view.topics.flatMap(({ topic }) => treeOfGateway(topic) ?? []));
  for (const tree of trees) {
    const heard = view.passedOn.filter(({ topic }) => topic.startsWith(tree));
    const told = heard.filter(({ times }) => times.length >= LEAST_MESSAGES);
    const parts = new Set(told.map(({ topic }) => topic.slice(tree.length).split("/", 1)[0]));
    if (parts.size < LEAST_PARTS || 2 * told.length < heard.length) continue;
    const beats = told.flatMap(({ times }) => differences(times));
    const beatMs = median(beats);
    // What is told as it changes comes in bursts.
    const isEven = beats.every((ms) => ms > LEAST_BEAT * beatMs && ms < MOST_BEAT * beatMs);
    if (beats.length < LEAST_BEATS || !isEven) continue;
    const lastMs = Math.max(...heard.map(({ times }) => times.at(-1) ?? 0));
    const goesOn = (view.lastHeardMs ?? 0) > lastMs + OVERDUE_BEATS * beatMs;
    const areTogether = told.every(({ times }) =>
      lastMs - (times.at(-1) ?? 0) <= TOGETHER_BEATS * beatMs
    );
    if (!goesOn || !areTogether || !isLongSilent(view, lastMs, OVERDUE_BEATS * beatMs)) continue;
    if (told.some(({ last }) => isAtRest(last))) continue;
    return [findingFrom({
      code: "stale_heartbeat",
      severity: "warning",
      title: `All ${parts.size} that are told beside it below "${
        tree.slice(0, -1)
      }" fell silent while it goes on`,
      summary: `"${told[0].topic}" and the others came about every ${
        secondsText(beatMs)
      }, and none since ${iso(lastMs)}, ${secondsText(heardMs(view, lastMs, view.nowMs))} ago`,
      messages: someOf(told.map(({ last }) => last)),
      suggestion:
        "Look at what links it to them: its radio, its bus and its service for them; restart that, not each of them.",
    })];
  }
  return [];
}

function isAtRest(sample: Sample): boolean {
  decodedOf(sample);
  return restsIn({ fields: fieldsOf(sample) });
}
