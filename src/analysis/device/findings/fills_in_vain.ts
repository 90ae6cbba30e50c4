/** Levels that do not rise though something flows in, or was asked for again and again. */
import { findingFrom, iso, rounded, withNumbers } from "../evidence.ts";
import type { Finding } from "../finding_shape.ts";
import { labelOf } from "../fields.ts";
import { differences, median } from "../../statistics.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { type DeviceView, siblingTopics, standTogether, type TopicView } from "../view.ts";
import { isOn } from "./drivers.ts";
import { type Series, seriesOf } from "./series.ts";

/** How high something stands, and what is called so and is none. */
const LEVEL =
  /level|pegel|f(?:ü|ue)llstand|wasserstand|niveau|nivel|livello|poziom|hladina|nivå|niva/u;
const NO_LEVEL =
  /batt|akku|sound|noise|signal|log|light|volume|set|target|soll|min|max|limit|thresh|alarm|high|low(?!er)|severity|charge|power|access|trust/;
/** How much flows into it, and out of it. */
const INFLOW =
  /in_?flow|inlet_?flow|flow_?in(?![a-z])|fill(?:ing)?_?(?:rate|flow)|zulauf|zufluss|d[ée]bit_?(?:d_?)?entr[ée]e|caudal_?(?:de_?)?entrada|portata_?(?:in|ingresso)|dop[lł]yw|p[řr][íi]tok|inst(?:r|rö)mning/u;
const OUTFLOW =
  /out_?flow|outlet|flow_?out|drain|discharge|consum|usage|overflow|spill|ablauf|abfluss|entnahme|sortie|salida|scarico|odp[lł]yw|odtok/u;
/** Reports in which it rose with what flows in, and stood to the digit; how long that is. */
const LEAST_RISES = 4;
const LEAST_STOOD = 10;
const LEAST_STOOD_MS = 60_000;
const TIMES_AS_LONG = 2;
/** What flows on is at least this share of what it was. */
const GOES_ON = 0.5;
/** A vessel in percent is full from here on. */
const FULL = 95;

/** `stuck_value` of a level that rose with what flows in and stands while that goes on, or that no filling raises. */
export function fillsInVain(view: DeviceView): Finding[] {
  const levels = seriesOf(view).filter(isLevel);
  for (const level of levels) {
    const found = standsInFlow(level, view) ??
      (levels.length === 1 ? filledNot(level, view) : null);
    if (found !== null) return [found];
  }
  return [];
}

function nameOf({ path, topic }: Series): string {
  return plainKey(path === "" ? topic.segments.at(-1) ?? "" : path.split(".").at(-1) ?? "");
}

function isLevel(series: Series): boolean {
  const name = nameOf(series);
  return LEVEL.test(name) &&
    !NO_LEVEL.test(`${series.topic.segments.at(-1)}_${name}`.toLowerCase());
}

/** Whether two numbers stand in one object, or each alone on topics beside each other. */
function areBeside(one: Series, other: Series): boolean {
  return standTogether(one, other) &&
    (one.topic === other.topic || one.path === "" && other.path === "");
}

function standsInFlow(level: Series, view: DeviceView): Finding | null {
  const beside = seriesOf(view).filter((other) => other !== level && areBeside(level, other));
  const [inflow, another] = beside.filter((other) => INFLOW.test(nameOf(other)));
  if (inflow === undefined || another !== undefined) return null;
  if (beside.some((other) => OUTFLOW.test(nameOf(other)) && !INFLOW.test(nameOf(other)))) {
    return null;
  }
  const { values, readings } = level;
  const flows = values.map((_, i) => {
    const at = readings[i]?.at ?? 0;
    return inflow.values[inflow.readings.findLastIndex((one) => one.at <= at + 1_000)] ?? 0;
  });
  const last = flows.findLastIndex((flow) => flow > 0);
  const first = flows.slice(0, last + 1).findLastIndex((flow) => !(flow > 0)) + 1;
  const [span, flowing] = [values.slice(first, last + 1), flows.slice(first, last + 1)];
  const stood = span.at(-1) ?? 0;
  const from = span.findLastIndex((value) => value !== stood) + 1;
  const rises = differences(span.slice(0, from + 1));
  if (rises.length < LEAST_RISES || rises.some((step) => step <= 0)) return null;
  // What is full to its overflow stands as well, but not to a part of a step.
  if (span.every((value) => Number.isInteger(value))) return null;
  if (/pct|percent|_p$|%/.test(nameOf(level)) && stood >= FULL) return null;
  const usual = median(flowing.slice(0, from));
  const isOn = new Set(flowing.slice(from)).size > 2 &&
    flowing.slice(from).every((flow) => flow >= GOES_ON * usual);
  const told = readings.slice(first + from, last + 1);
  const stoodMs = (told.at(-1)?.at ?? 0) - (told[0]?.at ?? 0);
  const roseMs = (told[0]?.at ?? 0) - (readings[first]?.at ?? 0);
  if (!isOn || told.length < LEAST_STOOD) return null;
  if (stoodMs < Math.max(LEAST_STOOD_MS, TIMES_AS_LONG * roseMs)) return null;
  return findingOf(level, {
    from: first + from,
    how: `is stuck at ${rounded(stood)}, though "${labelOf(inflow)}" goes on at about ${
      rounded(median(flowing.slice(from)))
    }`,
    advice:
      "Look at the level sensor: its float, its tube or its cable; and whether what flows in flows off elsewhere.",
  });
}

/** What is sent to have it filled, a press at a time. */
const FILLS =
  /^(?:(?:re_?)?fill(?:_?(?:up|now|trigger))?|top_?up|trigger|(?:nach)?f(?:ü|ue)llen|remplir|llenar|rellenar|riempi|vullen|napelni\w*|fyll|ato)$/u;
const LEAST_FILLS = 3;
const MOST_FILLS = 12;
const FILLED_MS = 30_000;
const LEAST_AFTER = 3;
/** It is at this share of what it was at first, or less. */
const LOW = 0.5;

function filledNot(level: Series, view: DeviceView): Finding | null {
  const { topic, path, values, readings } = level;
  if (path !== "") return null;
  const [trigger, another] = siblingTopics(view, topic).filter(isTrigger);
  const asked = trigger?.live ?? [];
  const [firstMs, lastMs] = [asked[0]?.at ?? 0, asked.at(-1)?.at ?? 0];
  if (trigger === undefined || another !== undefined) return null;
  const before = values.filter((_, i) => (readings[i]?.at ?? 0) < firstMs);
  const was = before.at(-1) ?? 0;
  // It fell by itself before, so that what is sent takes nothing out, and stands low since.
  const isLow = was <= LOW * (before[0] ?? 0) && differences(before).every((step) => step <= 0);
  const isStill = values.slice(before.length).every((value) => value === was);
  const isTold = asked.every(({ at }, i) => {
    const nextMs = asked[i + 1]?.at ?? Infinity;
    const after = readings.filter((one) => one.at > at && one.at < nextMs);
    return i === asked.length - 1 || after.length >= LEAST_AFTER;
  });
  const since = readings.filter(({ at }) => at > lastMs).length;
  if (!isLow || !isStill || !isTold || since === 0) return null;
  return findingOf(level, {
    from: before.length - 1,
    how: `stays at ${rounded(was)} though "${trigger.topic}" was sent ${asked.length} times`,
    advice:
      "Look whether what fills it works: its supply, its pump and its valve, and whether it subscribes to this topic.",
  });
}

/** Whether all that comes on a topic is the same press, now and then. */
function isTrigger({ live, readings, segments }: TopicView): boolean {
  const [first] = live;
  return FILLS.test(plainKey(segments.at(-1) ?? "")) && live.length >= LEAST_FILLS &&
    live.length <= MOST_FILLS && readings.length === live.length &&
    live.every(({ fields }) =>
      fields.size === 1 && fields.get("") === first?.fields.get("") &&
      isOn(fields.get("")) !== false
    ) &&
    live.slice(1).every(({ at }, i) => at - (live[i]?.at ?? 0) >= FILLED_MS);
}

function findingOf(
  level: Series,
  { from, how, advice }: { from: number; how: string; advice: string },
): Finding {
  const { topic, readings } = level;
  return findingFrom({
    code: "stuck_value",
    title: `"${labelOf(level)}" ${how}`,
    summary: `On "${topic.topic}" so from ${iso(readings[from]?.at ?? 0)} on`,
    ...withNumbers(level, readings.slice(Math.max(0, from - 1))),
    suggestion: advice,
  });
}
