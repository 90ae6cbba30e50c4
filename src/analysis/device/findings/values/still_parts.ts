/** What was all that something is given to, and stands to the digit while that falls to next to nothing. */
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, rounded, withNumbers } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { lastsMs } from "../../../statistics.ts";
import { type DeviceView, standTogether } from "../../reading/view.ts";
import { type Series, seriesOf } from "./series.ts";

/** What flows, and is given on. */
const FLOWS = /power|watts?$|leistung|flow(?!temp)|current|durchfluss|debit/;
const SHOWS = /display|anzeige|lcd|oled|screen|indicator|shown|mirror|copy/i;
const NO_FLOW = /set|limit|max|min|target|total|avg|mean|peak|today|factor|apparent|react/;
/** In so many messages, over so long, and with so many other values. */
const LEAST_MESSAGES = 8;
const LEAST_MS = 20_000;
const LEAST_VALUES = 5;
const MOST_PARTS = 6;
/** Shares of the whole: as near its parts make it up, and so little of it is left. */
const NEAR = 0.01;
const LEFT = 0.5;

/** `stuck_value` of the parts of a flow that stand while the whole falls: what gives no more than this cannot go on as before. */
export function stillParts(view: DeviceView): Finding[] {
  const flows = seriesOf(view).filter(({ name, kind, topic, values }) =>
    kind === "reading" && topic.role === "state" && FLOWS.test(name) && !NO_FLOW.test(name) &&
    values.length >= LEAST_MESSAGES
  );
  for (const whole of flows) {
    const beside = flows.filter((one) => one !== whole && standTogether(one, whole));
    const [first = 0, last = 0] = [whole.values[0], whole.values.at(-1)];
    if (first <= 0 || last < 0 || last > LEFT * first || lastsMs(whole.readings) < LEAST_MS) {
      continue;
    }
    if (new Set(whole.values).size < LEAST_VALUES || beside.length > MOST_PARTS) continue;
    // What else changes may make up for it.
    if (!beside.every(isStill)) continue;
    const parts = beside.filter(({ values }) => values[0] > 0);
    const sum = parts.reduce((all, { values }) => all + values[0], 0);
    const [part, another] = parts;
    if (part === undefined) continue;
    // Of one alone that is so by chance, unless it is there to show the other.
    if (another === undefined && !SHOWS.test(`${part.topic.topic}/${part.path}`)) continue;
    if (Math.abs(sum - first) > NEAR * first) continue;
    return [findingFrom({
      code: "stuck_value",
      title: parts.map((one) => `"${labelOf(one)}" is stuck at ${rounded(one.values[0])}`)
        .join(" and ") +
        `: they were all of "${labelOf(whole)}", which went from ${rounded(first)} to ${
          rounded(last)
        }`,
      summary: `On "${part.topic.topic}" all ${part.values.length} messages tell the same`,
      ...withNumbers(part, part.readings),
      suggestion:
        "Restart what reads it: it sends on what it read last, and measures no more than one of them.",
    })];
  }
  return [];
}

function isStill({ values }: Series): boolean {
  return values.every((value) => value === values[0]);
}
