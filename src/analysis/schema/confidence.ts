import type { Shape } from "./shape.ts";
import { kindCounts, oddValues } from "./shape_kinds.ts";
import { rounded } from "../../numbers.ts";

/** How far a schema can be relied on, and why. */
export interface Confidence {
  readonly level: "high" | "medium" | "low";
  readonly sample_size: number;
  /** 0 to 1: {@linkcode ConsistencyParts} multiplied. */
  readonly consistency: number;
  readonly why: string;
}

/** What consistency is made of, each 0 to 1 and weighted over the groups by their samples. */
interface ConsistencyParts {
  /** Share of payloads in their group's usual format. */
  readonly format: number;
  /** Share of values that are of their field's usual type, nulls left out. */
  readonly type: number;
  /** How often a field is there, on average. */
  readonly presence: number;
}

const HIGH_SAMPLES = 30;
const MEDIUM_SAMPLES = 10;
const HIGH_CONSISTENCY = 0.9;
const MEDIUM_CONSISTENCY = 0.7;

/**
 * `high` from 30 samples per structure and 0.9 consistency without drift, `medium` from 10 and 0.7,
 * else `low`. The reason names the figure that decided.
 */
export function judgeConfidence(
  parts: ConsistencyParts,
  { samples, groups, drifts }: { samples: number; groups: number; drifts: number },
): Confidence {
  const consistency = rounded(parts.format * parts.type * parts.presence, 3);
  const perGroup = samples / Math.max(1, groups);
  const bySize = perGroup >= HIGH_SAMPLES ? 2 : perGroup >= MEDIUM_SAMPLES ? 1 : 0;
  const byConsistency = consistency >= HIGH_CONSISTENCY
    ? 2
    : consistency >= MEDIUM_CONSISTENCY
    ? 1
    : 0;
  const byDrift = drifts > 0 ? 1 : 2;
  const level = (["low", "medium", "high"] as const)[Math.min(bySize, byConsistency, byDrift)];
  if (samples === 0) {
    return { level: "low", sample_size: 0, consistency: 0, why: "No message was seen" };
  }
  const spread = groups > 1
    ? `${samples} messages over ${groups} structures`
    : `${samples} ${samples === 1 ? "message" : "messages"}`;
  const agreement =
    `${percent(parts.format)} in the usual format, ${percent(parts.type)} of values ` +
    `of their field's usual type, a field present in ${percent(parts.presence)} on average`;
  const reasons: string[] = [];
  if (bySize < 2) reasons.push(`few messages (${HIGH_SAMPLES} per structure would be enough)`);
  if (byConsistency < 2) reasons.push("they differ from each other");
  if (drifts > 0) reasons.push("the structure changed while listening");
  const held = reasons.length > 0 ? `; held down because ${joinReasons(reasons)}` : "";
  return { level, sample_size: samples, consistency, why: `${spread}: ${agreement}${held}` };
}

/** The consistency of one tree's types and presences. */
export function treeConsistency(root: Shape): { type: number; presence: number } {
  const totals = { values: 0, odd: 0, present: 0, expected: 0 };
  addTo(totals, root);
  return {
    type: totals.values === 0 ? 1 : 1 - totals.odd / totals.values,
    presence: totals.expected === 0 ? 1 : totals.present / totals.expected,
  };
}

function addTo(
  totals: { values: number; odd: number; present: number; expected: number },
  shape: Shape,
): void {
  for (const [, count] of kindCounts(shape)) totals.values += count;
  totals.odd += oddValues(shape);
  for (const child of shape.properties?.values() ?? []) {
    totals.present += child.count;
    totals.expected += shape.objects;
    addTo(totals, child);
  }
  if (shape.mapValues !== null) addTo(totals, shape.mapValues);
  if (shape.items !== null) addTo(totals, shape.items);
}

function joinReasons(reasons: string[]): string {
  return reasons.length < 2
    ? reasons.join("")
    : `${reasons.slice(0, -1).join(", ")} and ${reasons.at(-1)}`;
}

function percent(share: number): string {
  const value = share * 100;
  // 99.96 % is not all of them.
  const text = value === 100 ? "100" : Math.min(99.9, value).toFixed(value >= 99 ? 1 : 0);
  return `${text} %`;
}
