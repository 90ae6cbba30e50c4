import type { Finding } from "../finding_shape.ts";
import { iso, rounded, someOf } from "../evidence.ts";
import { leafOf, objectOf, type Scalar } from "../fields.ts";
import { isOftenOff, reachNamed, reachSaid } from "../reach_words.ts";
import { median } from "../../statistics.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

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
  return goneParts(view)
    .concat([...cellsOf(view).values()].flatMap((cells) => weakCell(cells) ?? []))
    .concat([...phasesOf(view).values()].flatMap((phases) => lostPhase(phases) ?? []))
    .slice(0, 2);
}

/** One of several of which one document or several topics tell whether they can be reached. */
interface Told {
  readonly label: string;
  readonly field: string;
  readonly word: string;
  readonly said: "online" | "offline";
  readonly topic: TopicView;
  readonly reading: Reading;
  /** It is what was asked for, by its name or id. */
  readonly isAsked: boolean;
}

/** Records of other kinds of things than parts of a device. */
const NO_PARTS =
  /user|client|guest|peer|hotspot|neighbo|network|interface|port|channel|service|process|subscri|session|call|lane|zone|room|schedule|app(?![a-z])/i;

/** `reported_error` of one of several that is said to be gone, while those beside it are there. */
function goneParts(view: DeviceView): Finding[] {
  const lists = new Map<string, Map<string, Told>>();
  const put = (list: string, one: Told) => {
    const known = lists.get(list) ?? new Map<string, Told>();
    if (lists.size < MOST_KINDS || lists.has(list)) lists.set(list, known);
    known.set(one.label, one);
  };
  for (const topic of view.topics) {
    if (!/^(?:state|info|event|reply|availability)$/.test(topic.role)) continue;
    // What was told of a thing before stands until it is told anew.
    for (const reading of topic.readings.slice(-MOST_READINGS)) {
      for (const { list, one } of toldIn(reading, { topic, view })) put(list, one);
    }
  }
  for (const told of lists.values()) {
    const all = [...told.values()];
    const asked = all.filter(({ isAsked }) => isAsked);
    const gone = (asked.length > 0 ? asked : all).filter(({ said }) => said === "offline");
    const here = all.filter(({ said }) => said === "online");
    const [first] = gone;
    if (first === undefined) continue;
    const least = first.reading.fields.has("") ? 1 : LEAST_HERE;
    if (asked.length === 0 && here.length < Math.max(least, gone.length)) continue;
    // A list that nobody sends anew may be an old one.
    const isOld = least > 1 && first.topic.live.length === 0;
    const others = gone.length > 1 ? `, and ${gone.length - 1} more` : "";
    const beside = here.length === 0
      ? ""
      : `, while ${here.length} beside it ${here.length === 1 ? "is" : "are"} ${here[0]?.word}`;
    return [{
      severity: isOld ? "info" : "warning",
      code: "reported_error",
      title: `"${first.label}" is gone: ${first.field} is ${first.word}${others}${beside}`,
      evidence: {
        summary: `On "${first.topic.topic}", last at ${iso(first.reading.at)}`,
        messages: someOf([first.reading.sample]),
      },
      suggestion: "Look at this part alone: its supply, its cable, its place in the radio's reach.",
    }];
  }
  return [];
}

/** So many others of a list must be there. */
const LEAST_HERE = 2;
const MOST_READINGS = 20;
/** Fields of a record that say what it is of. */
const CALLED =
  /^(?:name|label|alias|id|uuid|uid|mac|addr|address|serial|serialnumber|sn|eui|deveui|ieee|ieeeaddr|ieeeaddress|device|devicename|deviceid|asset|assetid|node|nodeid|nodename|sensor|sensorid|slave|slaveid|unit|unitid|meter|meterid|friendlyname|station|tag)$/;

/** What a message, or the records in it, say of the reach of one of several. */
function* toldIn(
  reading: Reading,
  { topic, view }: { topic: TopicView; view: DeviceView },
): Generator<{ list: string; one: Told }> {
  const tell = (o: { list: string; label: string; word: Scalar; name: string; around: string }) => {
    const named = reachNamed(o.name);
    if (named === null || NO_PARTS.test(o.around) || isOftenOff(o.around)) return [];
    const said = reachSaid(o.word, { bare: named === "reach" });
    if (said !== "online" && said !== "offline") return [];
    const isAsked = !view.identity.isFilter && view.identity.isNamed(o.label);
    // A list that others tell as well is judged only by what it says of the one asked for.
    if (topic.trace.shared && !isAsked) return [];
    const word = String(o.word).slice(0, 40);
    return [{
      list: o.list,
      one: { label: o.label, field: o.name, word, said, topic, reading, isAsked } satisfies Told,
    }];
  };
  const bare = reading.fields.get("");
  if (bare !== undefined) {
    const whose = topic.segments.at(-2) ?? "";
    const key = numbered(whose);
    if (key === whose || !REACH_TOPIC.test(topic.segments.at(-1) ?? "")) return;
    const list = [...topic.segments.slice(0, -2), key, topic.segments.at(-1)].join("/");
    const name = "status";
    yield* tell({ list, label: topic.topic, word: bare, name, around: topic.topic });
    return;
  }
  const records = Map.groupBy(reading.fields, ([path]) => objectOf(path));
  for (const [record, fields] of records) {
    const levels = record.replace(/\.$/, "").split(/\.|(?=\[)/);
    const isItem = /^\[\d+\]$/.test(levels.at(-1) ?? "");
    const called = fields.filter(([path]) => CALLED.test(leafOf(path)));
    const texts = fields.flatMap(([path, value]) =>
      typeof value === "string" && /name|type|model|label|kind|category|group/i.test(path)
        ? [value]
        : []
    );
    const names = called.map(([, value]) => String(value));
    const name = names.find((one) => view.identity.isNamed(one)) ?? names[0] ??
      levels.slice(-2).join(isItem ? "" : ".");
    const list = `${topic.topic} ${levels.slice(0, -1).join(".").replace(/\[\d+\]/g, "[]")}`;
    for (const [path, word] of fields) {
      const leaf = path.slice(objectOf(path).length);
      const around = `${record} ${texts.join(" ")} ${name}`;
      const key = numbered(leaf.replace(/\d{1,4}_/, "#_"));
      // `slave_3_online` beside `slave_1_online`.
      if (/\d/.test(leaf) && key !== leaf) {
        const bareName = leaf.split(/\d/).at(-1) ?? "";
        const around = `${record} ${leaf}`;
        yield* tell({
          list: `${topic.topic} ${record}${key}`,
          label: path,
          word,
          name: bareName,
          around,
        });
      } else if (record !== "" && !isItem && levels.length === 1) {
        // `{"act5": {"online": true}, "act6": …}`: alike but for a number.
        const kind = numbered(levels[0] ?? "");
        if (kind === levels[0]) continue;
        yield* tell({
          list: `${topic.topic} ${kind} ${leaf}`,
          label: name,
          word,
          name: leaf,
          around,
        });
      } else if (record !== "") {
        yield* tell({ list: `${list} ${leaf}`, label: name, word, name: leaf, around });
      }
    }
  }
}

/** Last levels of topics that tell of one of several whether it can be reached. */
const REACH_TOPIC = /^(?:state|status|connection|availability|online|connected|reachable|alive)$/i;

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
