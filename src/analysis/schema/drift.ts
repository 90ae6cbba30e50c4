import { isoTime } from "../../iso_time.ts";
import { joinPath } from "./fields.ts";
import type { Shape } from "./shape.ts";

/** A change of structure on one topic while it was listened to. */
export interface DriftEvent {
  readonly topic: string;
  /** As in a field's path; `$` is the payload itself. */
  readonly path: string;
  readonly change:
    | "type_changed"
    | "type_alternates"
    | "disappeared"
    | "appeared"
    | "format_changed";
  /** When: the first message of the new kind, or the last (first) that had the field. ISO, UTC. */
  readonly at: string;
  readonly from?: string;
  readonly to?: string;
  /** The same in a sentence. */
  readonly detail: string;
}

/** Objects without (or before) the field that it takes to say that it is gone (or new). */
const FEWEST_WITHOUT = 5;
/** Sightings it takes to say that a field belonged there. */
const FEWEST_WITH = 3;
/** Share of the objects between its first and last sighting that must have the field. */
const STEADY = 0.9;

/**
 * The drift within one topic's tree: fields whose type changed, and fields that were steadily there
 * and then never again (or the reverse). Items of arrays and values of maps come and go by nature
 * and are not judged.
 */
export function findDrift(root: Shape, topic: string): DriftEvent[] {
  const events: DriftEvent[] = [];
  judgeKind(root, { topic, path: "$" }, events);
  judgeFields(root, { topic, path: "" }, events);
  return events;
}

interface Place {
  readonly topic: string;
  readonly path: string;
}

function judgeFields(shape: Shape, { topic, path }: Place, events: DriftEvent[]): void {
  for (const [key, child] of shape.properties ?? []) {
    const place = { topic, path: joinPath(path, key) };
    judgeKind(child, place, events);
    judgePresence(child, { ...place, outOf: shape.objects }, events);
    judgeFields(child, place, events);
  }
}

function judgeKind(shape: Shape, { topic, path }: Place, events: DriftEvent[]): void {
  const change = shape.firstSwitch;
  if (change === null) return;
  const at = isoTime(change.atMs);
  const { from, to } = change;
  const named = path === "$" ? "The payload" : `"${path}"`;
  if (shape.kindSwitches === 1) {
    const detail = `${named} changed from ${from} to ${to} at ${at} on ${topic}`;
    events.push({ topic, path, change: "type_changed", at, from, to, detail });
  } else {
    const last = isoTime(shape.lastSwitch!.atMs);
    const detail = `${named} alternates between ${from} and ${to} on ${topic}: ` +
      `${shape.kindSwitches} changes from ${at} to ${last}`;
    events.push({ topic, path, change: "type_alternates", at, from, to, detail });
  }
}

function judgePresence(
  shape: Shape,
  { topic, path, outOf }: Place & { outOf: number },
  events: DriftEvent[],
): void {
  const { count, firstIn, lastIn } = shape;
  if (count < FEWEST_WITH || count < STEADY * (lastIn - firstIn + 1)) return;
  const missingAfter = outOf - lastIn;
  const missingBefore = firstIn - 1;
  if (missingAfter >= FEWEST_WITHOUT) {
    const at = isoTime(shape.lastAtMs);
    const detail = `"${path}" disappeared on ${topic}: last seen at ${at}, ` +
      `missing in the ${missingAfter} messages since`;
    events.push({ topic, path, change: "disappeared", at, detail });
  }
  if (missingBefore >= FEWEST_WITHOUT) {
    const at = isoTime(shape.firstAtMs);
    const detail = `"${path}" appeared on ${topic} at ${at}, ` +
      `after ${missingBefore} messages without it`;
    events.push({ topic, path, change: "appeared", at, detail });
  }
}
