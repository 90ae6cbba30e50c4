import type { Finding } from "../finding_shape.ts";
import { findingFrom, numbersOf, rounded, someOf, spanText } from "../evidence.ts";
import { labelOf, nameOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import { type DeviceView, fieldsTold, type TopicView } from "../view.ts";

const LEAST = 8;
/** Memory that is left. */
const FREE_MEMORY =
  /^(esp|internal|min)?(free(heap|mem|memory|ram)|heap(free|size)?|mem(ory)?(free|available)|ram(free|available)|availablememory|largestfreeblock|maxfreeblock|heaplargest|maxallocheap)(bytes|size|kb|b)?$/;

/** `reported_error` of free memory that falls all the time. */
export function dwindling(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    const leak = FREE_MEMORY.test(nameOf(path, topic.segments)) ? leakIn(topic, path) : null;
    if (leak !== null) return [leak];
  }
  return [];
}

function leakIn(topic: TopicView, path: string): Finding | null {
  const readings = topic.live.filter(({ fields }) => typeof fields.get(path) === "number");
  const values = readings.map(({ fields }) => Number(fields.get(path)));
  const first = values[0] ?? 0;
  const last = values.at(-1) ?? 0;
  // What a program takes and gives back is no leak; nor is the memory that a start takes.
  if (values.length < LEAST || first <= 0 || last > 0.6 * first) return null;
  const third = Math.floor(values.length / 3);
  const [a, b, c] = [0, 1, 2].map((i) => median(values.slice(i * third, (i + 1) * third)));
  const falls = values.filter((value, i) => i > 0 && value < (values[i - 1] ?? value)).length;
  if (!(a > b && b > c) || falls < 0.7 * (values.length - 1)) return null;
  if (a - b < 0.3 * (b - c) || b - c < 0.3 * (a - b)) return null;
  return findingFrom({
    code: "reported_error",
    title: `The free memory falls all the time: "${labelOf({ path, topic })}" went from ${
      rounded(first)
    } to ${rounded(last)}`,
    summary: `On "${topic.topic}" it fell in ${falls} of ${values.length - 1} steps ${
      spanText(readings)
    }; at that pace the device restarts when none is left`,
    messages: someOf(readings),
    numbers: numbersOf(values, { topic: topic.topic, field: path }),
    suggestion:
      "Look at what changed last (firmware, pages, an automation that sends much) and at a newer firmware: a leak ends in a restart.",
  });
}
