import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, someOf } from "../../evidence.ts";
import { isCounter, isTime, labelOf, leafOf } from "../../reading/fields.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { restartTimes } from "../reach/connection.ts";
import { isCommandedBetween } from "./turns.ts";

/** So many numbers are elsewhere at once, and to the digit where they were before after so many messages. */
const LEAST_AWAY = 5;
const MOST_MESSAGES = 4;
const LEAST_TOLD = 3;
/** What a lamp shows after its supply was cut is put right again by who set it. */
const SHOWN =
  /^(?:[rgbwxyh]|red|green|blue|white|hue|sat\w*|bri\w*|colou?r\w*|ct|mired\w*|kelvin|effect\w*|speed|intensity|level)$/;
/** A restart is told so long before it. */
const RESTARTED_MS = 60_000;

/** `outlier` of a document whose numbers all are something else for a moment after a restart: what a program begins with was sent before anything was read. */
export function defaultsTold(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (topic.role !== "state" || topic.mixes) continue;
    const found = awayAtOnce(topic);
    const before = topic.live[(found?.from ?? 0) - 1];
    const first = topic.live[found?.from ?? 0];
    if (found === null || before === undefined || first === undefined) continue;
    if (!isRestarted(view, { fromMs: before.at, toMs: first.at })) continue;
    const { paths, from, to } = found;
    const span = { fromMs: first.at, toMs: topic.live[to].at };
    if (isCommandedBetween(view, span)) continue;
    const steps = paths.map((path) => ({
      path,
      was: Number(before.fields.get(path)),
      is: Number(first.fields.get(path)),
    })).sort((a, b) =>
      Number(a.is >= 0) - Number(b.is >= 0) || Math.abs(b.is - b.was) - Math.abs(a.is - a.was)
    );
    return [findingFrom({
      code: "outlier",
      title: `After a restart it told defaults as values: ${
        steps.slice(0, 3).map(({ path, was, is }) =>
          `"${labelOf({ path, topic })}" ${rounded(is)} instead of ${rounded(was)}`
        ).join(", ")
      }`,
      summary: `On "${topic.topic}" ${paths.length} numbers jumped at ${
        iso(first.at)
      }, and are to the digit where they were since ${iso(topic.live[to].at)}`,
      messages: someOf(topic.live.slice(from - 1, to + 1)),
      suggestion:
        "Let the device send nothing before it has read its values once, and consumers drop what comes in the first seconds after a restart: an automation may act on it.",
    })];
  }
  return [];
}

/** Whether it was gone, or started anew, before a message. */
function isRestarted(view: DeviceView, span: { fromMs: number; toMs: number }): boolean {
  const isWithin = (at: number) =>
    at >= Math.min(span.fromMs, span.toMs - RESTARTED_MS) && at <= span.toMs;
  return restartTimes(view).some(isWithin) ||
    view.said.some(({ at, sample, statement, bridge }) =>
      !sample.retain && !bridge && /^(?:offline|starting)$/.test(statement) && isWithin(at)
    );
}

/** Which numbers of a topic's messages were elsewhere in a few of them. */
function awayAtOnce({ live }: TopicView): { paths: string[]; from: number; to: number } | null {
  for (let from = 1; from < live.length - 1; from++) {
    const [before, first] = [live[from - 1], live[from]];
    const away = changed(before, first);
    if (away.length < LEAST_AWAY) continue;
    for (let to = from + 1; to <= from + MOST_MESSAGES && to < live.length; to++) {
      const paths = away.filter((path) =>
        live[to]?.fields.get(path) === before?.fields.get(path) &&
        live.slice(from, to).every(({ fields }) => fields.get(path) === first?.fields.get(path))
      );
      if (
        paths.length >= Math.max(LEAST_AWAY, away.length - 1) &&
        from + live.length - to >= LEAST_TOLD
      ) {
        return { paths, from, to };
      }
    }
  }
  return null;
}

/** The numbers that are others than in the message before: no times, no counts and no flags. */
function changed(before: Reading | undefined, after: Reading | undefined): string[] {
  return [...after?.fields ?? []].flatMap(([path, value]) => {
    const was = before?.fields.get(path);
    const name = leafOf(path);
    const isNumber = typeof value === "number" && typeof was === "number" && value !== was;
    return isNumber && Math.max(Math.abs(value), Math.abs(was)) > 1 && !isTime(name) &&
        !isCounter(name) && !SHOWN.test(name)
      ? [path]
      : [];
  });
}
