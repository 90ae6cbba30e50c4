import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, stepIn } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { median, spreadOf } from "../../../statistics.ts";
import type { DeviceView } from "../../reading/view.ts";
import { type Series, seriesOf } from "./series.ts";

/** How many there are of those who walk in and out one by one. */
const CROWD = /people|person|visitor|occupan|head_?count|crowd|passenger|^count$/;
/** What stops as a whole is no place. */
const STOPS =
  /(?<![a-z])(?:line|machine|press|cell|station|conveyor|robot|filler|queue|session|connection|client|user|message|packet|part|piece|spot|price|stock)/;
const LEAST_QUIET = 4;
const LEAST_CROWD = 20;
const LEAST_EMPTY = 5;
const EMPTIED_MS = 120_000;
const LEAST_ALIKE = 2;
const MOST_SWING = 0.4;

/** `stuck_value` of a count of dozens that is nothing from one message to the next, while those of its kind beside it go on. */
export function emptiedAtOnce(view: DeviceView): Finding[] {
  const crowds = seriesOf(view).filter(({ name, topic, path }) =>
    CROWD.test(name) && !STOPS.test(`${topic.topic}/${path}`.toLowerCase())
  );
  for (const series of crowds) {
    const { values, readings, topic } = series;
    const at = values.indexOf(0);
    const head = values.slice(0, at);
    if (at < LEAST_QUIET || values.length - at < LEAST_EMPTY) continue;
    const sinceMs = readings[at].at;
    const isAtOnce = sinceMs - readings[at - 1].at <= EMPTIED_MS &&
      values.slice(at).every((value) => value === 0) && Math.min(...head) >= LEAST_CROWD &&
      spreadOf(head) <= MOST_SWING * median(head) &&
      // What only counts up begins anew each day.
      head.some((value, i) => value < (head[i - 1] ?? value));
    const alike = isAtOnce
      ? crowds.filter((one) => one !== series && isAlike(one, series) && !one.values.includes(0))
      : [];
    // What is only called a count may be of anything.
    if (!isAtOnce || alike.length < LEAST_ALIKE && series.name === "count") continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(series)}" fell from ${head.at(-1)} to 0 in one message and stays there${
        alike.length > 0 ? `, while ${alike.length} of its kind go on` : ""
      }`,
      summary: `On "${topic.topic}" ${at} values were about ${median(head)}, and all ${
        values.length - at
      } from ${iso(sinceMs)} on are 0`,
      ...stepIn(series, at),
      suggestion:
        "So many do not leave at once: look whether what counts them is covered, or still scans.",
    })];
  }
  return [];
}

/** Whether two are called alike but for one level of their topics, or for one part of their paths. */
function isAlike(one: Series, series: Series): boolean {
  const [a, b] = [one, series].map(({ topic, path }) => [...topic.segments, ...path.split(".")]);
  return a?.length === b?.length && a?.filter((level, i) => level !== b?.[i]).length === 1 &&
    one.name === series.name;
}
