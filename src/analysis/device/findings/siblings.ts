import type { Finding } from "../finding_shape.ts";
import { iso, rounded, someOf } from "../evidence.ts";
import { leafOf } from "../fields.ts";
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
  return goneParts(view).concat(goneNumbered(view))
    .concat([...cellsOf(view).values()].flatMap((cells) => weakCell(cells) ?? []))
    .concat([...phasesOf(view).values()].flatMap((phases) => lostPhase(phases) ?? []))
    .slice(0, 2);
}

/** Lists of a device's own parts; lists of other devices (`clients`, `hotspots`) are none. */
const PARTS =
  /^(node|module|panel|optimi[sz]er|string|slave|inverter|rack|pack|probe|microinverter)s?$/i;
const GONE = /^(offline|disconnected|lost|dead|unreachable|missing|no ?comm(unication)?)$/i;
const HERE = /^(online|connected|ok|alive|normal|active|producing|running)$/i;

/** `reported_error` of one of a device's parts that is gone, while two or more beside it are there. */
function goneParts(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (topic.role !== "state" || topic.live.length < 2) continue;
    const last = topic.live.at(-1);
    if (last === undefined) continue;
    const parts = new Map<string, { path: string; word: string }[]>();
    for (const [path, value] of last.fields) {
      const levels = path.split(/\.|(?=\[)/);
      if (levels.length < 3 || !PARTS.test(levels.at(-3) ?? "")) continue;
      if (!/^(state|status|connection)$/i.test(levels.at(-1) ?? "") || typeof value !== "string") {
        continue;
      }
      const key = levels.slice(0, -2).join(".");
      parts.set(key, [...(parts.get(key) ?? []), { path, word: value.trim() }]);
    }
    for (const siblings of parts.values()) {
      const gone = siblings.filter(({ word }) => GONE.test(word));
      const here = siblings.filter(({ word }) => HERE.test(word));
      const [first] = gone;
      if (first === undefined || here.length < 2) continue;
      return [{
        severity: "warning",
        code: "reported_error",
        title: `"${first.path}" is ${first.word}${
          gone.length > 1 ? `, and ${gone.length - 1} more` : ""
        }, while ${here.length} beside it are ${here[0]?.word ?? "there"}`,
        evidence: {
          summary: `On "${topic.topic}", last at ${iso(last.at)}`,
          messages: someOf(topic.live.slice(-2)),
        },
        suggestion:
          "Look at this part alone: its supply, its cable, its place in the radio's reach.",
      }];
    }
  }
  return [];
}

/** Phones, screens and cars are gone whenever it pleases people. */
const COMES_AND_GOES =
  /phone|person|user|client|guest|tv|player|media|speaker|car|vehicle|evse|light|lamp|bulb|printer|computer|laptop|host/i;

/** `reported_error` of one of several topics alike but for a number that says offline, while another says online. */
function goneNumbered(view: DeviceView): Finding[] {
  const alike = new Map<string, { topic: string; word: string; reading: Reading }[]>();
  for (const { topic, segments, readings } of view.topics) {
    const reading = readings.at(-1);
    const word = reading?.fields.get("");
    const whose = segments.at(-2) ?? "";
    const key = numbered(whose);
    if (reading === undefined || typeof word !== "string" || key === whose) continue;
    if (!/^(state|status|connection|availability)$/i.test(segments.at(-1) ?? "")) continue;
    if (COMES_AND_GOES.test(topic)) continue;
    const all = [...segments.slice(0, -2), key, segments.at(-1)].join("/");
    alike.set(all, [...(alike.get(all) ?? []), { topic, word: word.trim(), reading }]);
  }
  for (const siblings of alike.values()) {
    const gone = siblings.filter(({ word }) => GONE.test(word));
    const here = siblings.filter(({ word }) => /^(online|connected|ok|alive)$/i.test(word));
    const [first] = gone;
    if (first === undefined || here.length < gone.length) continue;
    return [{
      severity: "warning",
      code: "reported_error",
      title: `"${first.topic}" is ${first.word}${
        gone.length > 1 ? `, and ${gone.length - 1} more` : ""
      }, while ${here.length} beside it ${here.length === 1 ? "is" : "are"} ${here[0]?.word}`,
      evidence: {
        summary: `Last at ${iso(first.reading.at)}; "${here[0]?.topic}" says ${here[0]?.word}`,
        messages: someOf([first.reading.sample]),
      },
      suggestion: "Look at this part alone: its supply, its cable, its place in the radio's reach.",
    }];
  }
  return [];
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

/** The path with `#` for the number at its end. */
function numbered(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] >= "0" && path[end - 1] <= "9") end--;
  return end === path.length ? path : `${path.slice(0, end)}#`;
}
