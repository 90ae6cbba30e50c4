import type { Finding } from "../finding_shape.ts";
import { findingFrom, numbersOf, someOf, spanText } from "../evidence.ts";
import { leafOf, objectOf } from "../fields.ts";
import type { DeviceView, Reading } from "../view.ts";

/** Counts of what was asked for or tried. */
const ASKED = /(requests?|queries|attempts|transactions|polls)(total|count|sent)?$/;
/** Counts of what came to nothing. */
const FAILED =
  /^(?!.*(?:without|zero|noerr))[a-z]*(noresponse|noanswer|noreply|timeouts?|failed|failures|errors?)(total|count)?$/;
const LEAST_ASKED = 3;
const LEAST_MESSAGES = 3;

/** `reported_error` of a device that counts its requests, and that half of them or more failed while it was heard. */
export function failingRequests(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(state|info|event)$/.test(topic.role) || topic.live.length < LEAST_MESSAGES) continue;
    const paths = [...topic.live.at(-1)?.fields.keys() ?? []];
    const asked = paths.find((path) => ASKED.test(leafOf(path)) && !FAILED.test(leafOf(path)));
    if (asked === undefined) continue;
    const parent = objectOf(asked);
    const more = risen(asked, topic.live);
    if (more === null || more < LEAST_ASKED) continue;
    for (const path of paths) {
      if (!path.startsWith(parent) || !FAILED.test(leafOf(path))) continue;
      const lost = risen(path, topic.live);
      if (lost === null || lost * 2 < more || lost > more) continue;
      const values = topic.live.map(({ fields }) => Number(fields.get(path)));
      return [findingFrom({
        code: "reported_error",
        title: `${lost} of ${more} requests failed: "${path}" rose from ${values[0]} to ${
          values.at(-1)
        }`,
        summary: `On "${topic.topic}" beside "${asked}", which rose by ${more} ${
          spanText(topic.live)
        }`,
        messages: someOf(topic.live),
        numbers: numbersOf(values, { topic: topic.topic, field: path }),
        suggestion:
          "The device itself runs, what it asks does not answer: check the cable between them, its address and its power.",
      })];
    }
  }
  return [];
}

/** By how much a count rose; null where it is none, or began anew. */
function risen(path: string, readings: readonly Reading[]): number | null {
  const values = readings.map(({ fields }) => fields.get(path));
  if (values.some((value) => typeof value !== "number" || !Number.isInteger(value))) return null;
  const counts = values.map(Number);
  if (counts.some((count, i) => count < (counts[i - 1] ?? count))) return null;
  return (counts.at(-1) ?? 0) - (counts[0] ?? 0);
}
