import type { Finding } from "../finding_shape.ts";
import { iso, rounded, someOf } from "../evidence.ts";
import { leafOf } from "../fields.ts";
import { numbered } from "./gone_parts.ts";
import { median } from "../../statistics.ts";
import type { DeviceView, Reading } from "../view.ts";

/** The last values of fields that are called alike but for a number or a phase. */
interface Sibling {
  readonly label: string;
  readonly value: number;
  readonly reading: Reading;
}

const MOST_KINDS = 100;
const LEAST_CELLS = 4;
/** Farther from the others than this share is no state of charge that evens out by itself. */
const CELL_SHARE = 0.09;
/** Under this share of the others a phase is gone. */
const GONE_SHARE = 0.1;
const LEAST_GRID_VOLTS = 180;

/** `outlier` of one of several alike: a battery's cell far from the others, a phase that is gone. */
export function oddSiblings(view: DeviceView): Finding[] {
  return [...cellsOf(view).values()].flatMap((cells) => weakCell(cells) ?? [])
    .concat([...phasesOf(view).values()].flatMap((phases) => lostPhase(phases) ?? []))
    .slice(0, 2);
}

function cellsOf(view: DeviceView): Map<string, Sibling[]> {
  return alike(view, (path) => {
    const key = numbered(path);
    const words = key.split(/[./]/).slice(-2).map(leafOf).join(" ");
    return key !== path && /cell/.test(words) && !/temp|count|number|resist|balanc/.test(words)
      ? key
      : null;
  });
}

function phasesOf(view: DeviceView): Map<string, Sibling[]> {
  return alike(view, (path) => {
    const levels = path.split(/[./]/);
    const [above = "", last = ""] = levels.slice(-2).map((level) => level.toLowerCase());
    const both = `${above}/${last}`;
    if (!/volt|spannung/.test(both) || /angle|thd|max|min|cell|batt|mppt|string|pv/.test(both)) {
      return null;
    }
    const lettered = last.replace(/^[abc](?=_)|(?<=_)[abc]$/, "#");
    const numbered = /\d.*\d/.test(last) ? last : last.replace(/(?<!\d)[123](?!\d)/, "#");
    const key = lettered !== last ? lettered : numbered;
    // `Voltage/L1` and `L1/voltage`.
    const higher = above.replace(/^(l|phase_?|ph_?)[123]$/, "#");
    if (key === last && higher === above) return null;
    return [...levels.slice(0, -2), key === last ? higher : above, key].join("/");
  });
}

/** Fields and topics by what `keyOf` makes of them. */
function alike(
  view: DeviceView,
  keyOf: (path: string) => string | null,
): Map<string, Sibling[]> {
  const found = new Map<string, Sibling[]>();
  for (const topic of view.topics) {
    if (topic.role !== "state" || topic.live.length < 2) continue;
    const last = topic.live.at(-1);
    if (last === undefined) continue;
    for (const path of last.fields.keys()) {
      // A bare value is called by its topic.
      const label = /^(|v|val|value)$/.test(path) ? topic.topic : `${topic.topic}/${path}`;
      const key = keyOf(label);
      if (key === null || found.size >= MOST_KINDS && !found.has(key)) continue;
      const numbers = topic.live.slice(-5).flatMap(({ fields }) => {
        const value = fields.get(path);
        return typeof value === "number" ? [value] : [];
      });
      if (numbers.length < 2) continue;
      found.set(key, [...(found.get(key) ?? []), { label, value: median(numbers), reading: last }]);
    }
  }
  return found;
}

function weakCell(cells: readonly Sibling[]): Finding | null {
  if (cells.length < LEAST_CELLS) return null;
  const middle = median(cells.map(({ value }) => value));
  // One cell of any chemistry, in volts or millivolts.
  const isCell = middle > 1.5 && middle < 4.6 || middle > 1_500 && middle < 4_600;
  const far = cells.filter(({ value }) => Math.abs(value - middle) > CELL_SHARE * middle);
  const [cell] = far;
  if (!isCell || far.length !== 1 || cell === undefined) return null;
  return findingOf(cell, {
    others: cells,
    title: `The cell "${cell.label}" is at ${rounded(cell.value)}, the others at about ${
      rounded(middle)
    }`,
    suggestion:
      "A cell that far off is worn out, badly connected, or its balancer failed: stop deep discharges until it is looked at.",
  });
}

function lostPhase(phases: readonly Sibling[]): Finding | null {
  if (phases.length !== 3) return null;
  const usual = [...phases].sort((a, b) => b.value - a.value);
  const [first, second, third] = usual;
  if (first === undefined || second === undefined || third === undefined) return null;
  // Two of 120 V and none are a split-phase grid.
  if (second.value < LEAST_GRID_VOLTS || first.value > 500) return null;
  if (Math.abs(third.value) > GONE_SHARE * second.value) return null;
  return findingOf(third, {
    others: phases,
    title: `"${third.label}" is at ${rounded(third.value)} V, the other two phases at ${
      rounded(second.value)
    } and ${rounded(first.value)} V`,
    suggestion: "Look at the fuse and the clamp of this phase; a motor on two phases burns out.",
  });
}

function findingOf(
  odd: Sibling,
  o: { others: readonly Sibling[]; title: string; suggestion: string },
): Finding {
  return {
    severity: "warning",
    code: "outlier",
    title: o.title,
    evidence: {
      summary: `${
        o.others.map(({ label, value }) =>
          `${label.split("/").slice(-2).join("/")} ${rounded(value)}`
        ).slice(0, 20).join(", ")
      }; last at ${iso(odd.reading.at)}`,
      messages: someOf([odd.reading.sample]),
    },
    suggestion: o.suggestion,
  };
}
