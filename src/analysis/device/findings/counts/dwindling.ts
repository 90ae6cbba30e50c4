import type { Finding } from "../../finding_shape.ts";
import { findingFrom, rounded, spanText, withNumbers } from "../../evidence.ts";
import { labelOf, nameOf } from "../../reading/fields.ts";
import { differences, median } from "../../../statistics.ts";
import { type DeviceView, fieldsTold, type Reading, type TopicView } from "../../reading/view.ts";
import { viewByThing } from "../../reading/streams.ts";
import { restartTimes } from "../reach/connection.ts";

const LEAST = 8;
/** Memory that is left. */
const FREE_MEMORY =
  /^(esp|internal|min)?(free(heap|mem|memory|ram)|heap(free|size|memory)?|mem(ory)?(free|available)|ram(free|available)|availablememory|largestfreeblock|maxfreeblock|heaplargest|maxallocheap|(?:memoria|ram|heap|speicher)(?:libre|libera|livre|frei)|memoirelibre|freier(?:speicher|heap))(bytes|size|kb|b)?$/;

/** Of so small a heap so little is left before its device restarts. */
const SMALL_HEAP = 400_000;
const NEARLY_NONE = 0.25;

/**
 * Up to which value the free heap of a small device fell until it had nearly none, and had all of it again at once: it
 * started anew. What collects its garbage calls it memory, or has more of it. All values where it did not.
 */
function ranOutAt(values: readonly number[], name: string): number {
  const at = values.findIndex((value, i) => {
    const before = values.slice(0, i);
    const most = Math.max(...before);
    return i >= LEAST && most < SMALL_HEAP && (before.at(-1) ?? 0) < NEARLY_NONE * most &&
      value > most;
  });
  return at < 0 || !name.includes("heap") ? values.length : at;
}

/** What is left of it for the last reports is so small a part of what was free before, and of what is no heap so few bytes. */
const LEAST_SPENT = 3;
const SPENT = 0.125;
const FEW_BYTES = { before: 20_000, left: 4_096 };

/** `reported_error` of free memory of which next to nothing is left, where there was much more before. */
function spentIn(
  topic: TopicView,
  { path, name }: { path: string; name: string },
): Finding | null {
  const told = topic.live.filter(({ fields }) => typeof fields.get(path) === "number");
  const values = told.map(({ fields }) => Number(fields.get(path)));
  const usual = median(values.slice(0, Math.ceil(values.length / 2)));
  const left = values.slice(-LEAST_SPENT);
  const isFew = /heap/.test(name)
    ? usual < SMALL_HEAP
    : usual >= FEW_BYTES.before && left.every((value) => value <= FEW_BYTES.left);
  const isSpent = values.length >= 2 * LEAST_SPENT && usual > 0 && isFew &&
    left.every((value) => value >= 0 && value <= SPENT * usual);
  if (!isSpent) return null;
  return findingFrom({
    code: "reported_error",
    title: `Nearly no free memory is left: "${labelOf({ path, topic })}" is ${
      rounded(values.at(-1) ?? 0)
    }`,
    summary: `On "${topic.topic}" it was about ${rounded(usual)} before`,
    ...withNumbers({ topic, path, values }, told),
    suggestion:
      "Look at what it does since then (a page, a script, large messages); a device without memory restarts or falls silent.",
  });
}

/** `reported_error` of free memory that falls all the time. */
export function dwindling(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(viewByThing(view, "numbers"))) {
    const name = nameOf(path, topic.segments);
    const found = FREE_MEMORY.test(name)
      ? leakIn(topic, path, view) ?? spentIn(topic, { path, name })
      : null;
    if (found !== null) return [found];
  }
  return [];
}

const LEAST_LEG = 4;
const SAME_PACE = 2;
const MOST_LEFT = 0.6;
/** Its values may be told one after another. */
const LATE_MS = 2_000;

/** Whether it fell with each message at one pace both before and after the device started anew, and had all of it again then. */
function fallsFromEachStart(readings: readonly Reading[], path: string, view: DeviceView): boolean {
  const values = readings.map(({ fields }) => Number(fields.get(path)));
  const at = values.findIndex((value, i) => i > 0 && value > values[i - 1]);
  const [from = 0, to = 0] = [readings[at - 1]?.at, readings[at]?.at];
  const isStart = restartTimes(view).some((start) => start > from && start <= to + LATE_MS);
  const legs = [values.slice(0, at), values.slice(at)];
  const paces = legs.map((leg) => median(differences(leg)));
  return isStart &&
    legs.every((leg) => leg.length >= LEAST_LEG && differences(leg).every((step) => step < 0)) &&
    values[at - 1] <= MOST_LEFT * values[0] &&
    Math.min(...paces) >= SAME_PACE * Math.max(...paces);
}

function leakIn(topic: TopicView, path: string, view: DeviceView): Finding | null {
  const told = topic.live.filter(({ fields }) => typeof fields.get(path) === "number");
  const isAgain = fallsFromEachStart(told, path, view);
  const end = ranOutAt(
    told.map(({ fields }) => Number(fields.get(path))),
    nameOf(path, topic.segments),
  );
  const readings = isAgain ? told : told.slice(0, end);
  const values = readings.map(({ fields }) => Number(fields.get(path)));
  if (!isAgain && !fallsSteadily(values)) return null;
  const falls = differences(values).filter((step) => step < 0).length;
  const anew = isAgain
    ? ", though it was all free again at a restart"
    : end < told.length
    ? ", and began anew"
    : "";
  return findingFrom({
    code: "reported_error",
    title: `The free memory falls all the time: "${labelOf({ path, topic })}" went from ${
      rounded(values[0])
    } to ${rounded(values.at(-1) ?? 0)}${anew}`,
    summary: `On "${topic.topic}" it fell in ${falls} of ${values.length - 1} steps ${
      spanText(readings)
    }; at that pace the device restarts when none is left`,
    ...withNumbers({ topic, path, values }, readings),
    suggestion:
      "Look at what changed last (firmware, pages, an automation that sends much) and at a newer firmware: a leak ends in a restart.",
  });
}

/** Whether it falls all the time at about one pace: what a program takes and gives back is no leak; nor is the memory that a start takes. */
function fallsSteadily(values: readonly number[]): boolean {
  const first = values[0] ?? 0;
  if (values.length < LEAST || first <= 0 || (values.at(-1) ?? 0) > MOST_LEFT * first) return false;
  const third = Math.floor(values.length / 3);
  const [a, b, c] = [0, 1, 2].map((i) => median(values.slice(i * third, (i + 1) * third)));
  const falls = differences(values).filter((step) => step < 0).length;
  return a > b && b > c && falls >= 0.7 * (values.length - 1) &&
    a - b >= 0.3 * (b - c) && b - c >= 0.3 * (a - b);
}
