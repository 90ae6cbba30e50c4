import type { Finding } from "../finding_shape.ts";
import { numbersOf, rounded, someOf, spanText } from "../evidence.ts";
import { labelOf, nameOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

const LEAST = 8;
/** Memory that is left. */
const FREE_MEMORY =
  /^(esp|internal|min)?(free(heap|mem|memory|ram)|heap(free|size)?|mem(ory)?(free|available)|ram(free|available)|availablememory|largestfreeblock|maxfreeblock|heaplargest|maxallocheap)(bytes|size|kb|b)?$/;
/** Counts of messages that a full queue threw away; what a radio or a network card drops is everyday. */
const DROPPED =
  /^(queue|buffer|messages?|msgs?|metrics|publish|publishes|mqtt|outbox|spool)(dropped|drops|lost|overflows?|overruns?|discarded)$|^(dropped|discarded|lost)(messages?|msgs|metrics|publishes|publications)$/;
/** `reported_error` of what runs out: memory that falls all the time, a queue that overflows. */
export function dwindling(view: DeviceView): Finding[] {
  const found: Finding[] = [];
  for (const topic of view.topics) {
    if (!/^(state|info|event)$/.test(topic.role)) continue;
    const paths = new Set(topic.live.slice(-3).flatMap(({ fields }) => [...fields.keys()]));
    for (const path of paths) {
      const name = nameOf(path, topic.segments);
      const finding = FREE_MEMORY.test(name)
        ? leak(topic, path)
        : DROPPED.test(name)
        ? drops(topic, path)
        : null;
      if (finding !== null) found.push(finding);
      if (found.length === 2) return found;
    }
  }
  return found;
}

function numbersIn(topic: TopicView, path: string): { readings: Reading[]; values: number[] } {
  const readings = topic.live.filter(({ fields }) => typeof fields.get(path) === "number");
  return { readings, values: readings.map(({ fields }) => Number(fields.get(path))) };
}

function leak(topic: TopicView, path: string): Finding | null {
  const { readings, values } = numbersIn(topic, path);
  const first = values[0] ?? 0;
  const last = values.at(-1) ?? 0;
  // What a program takes and gives back is no leak; nor is the memory that a start takes.
  if (values.length < LEAST || first <= 0 || last > 0.6 * first) return null;
  const third = Math.floor(values.length / 3);
  const [a, b, c] = [0, 1, 2].map((i) => median(values.slice(i * third, (i + 1) * third)));
  const falls = values.filter((value, i) => i > 0 && value < (values[i - 1] ?? value)).length;
  if (!(a > b && b > c) || falls < 0.7 * (values.length - 1)) return null;
  if (a - b < 0.3 * (b - c) || b - c < 0.3 * (a - b)) return null;
  return findingOf(topic, path, {
    what: "The free memory falls all the time",
    how: `went from ${rounded(first)} to ${rounded(last)}`,
    when: `it fell in ${falls} of ${values.length - 1} steps ${
      spanText(readings)
    }; at that pace the device restarts when none is left`,
    suggestion:
      "Look at what changed last (firmware, pages, an automation that sends much) and at a newer firmware: a leak ends in a restart.",
  });
}

function drops(topic: TopicView, path: string): Finding | null {
  const { readings, values } = numbersIn(topic, path);
  const steps = values.filter((value, i) => i > 0 && value > (values[i - 1] ?? value)).length;
  const more = (values.at(-1) ?? 0) - (values[0] ?? 0);
  if (steps < 2 || more < 3) return null;
  if (values.some((value, i) => value < (values[i - 1] ?? value))) return null;
  return findingOf(topic, path, {
    what: "The device throws messages away",
    how: `rose from ${values[0]} to ${values.at(-1)}`,
    when: `it rose in ${steps} of ${values.length - 1} steps ${spanText(readings)}`,
    suggestion:
      "More comes in than goes out: look at the connection to what it sends to, at its rate, and at the length of the queue.",
  });
}

function findingOf(
  topic: TopicView,
  path: string,
  o: { what: string; how: string; when: string; suggestion: string },
): Finding {
  const { readings, values } = numbersIn(topic, path);
  return {
    severity: "warning",
    code: "reported_error",
    title: `${o.what}: "${labelOf({ path, topic })}" ${o.how}`,
    evidence: {
      summary: `On "${topic.topic}" ${o.when}`,
      messages: someOf(readings),
      numbers: numbersOf(values, { topic: topic.topic, field: path }),
    },
    suggestion: o.suggestion,
  };
}
