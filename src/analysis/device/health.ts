import type { Finding } from "./finding_shape.ts";

/** What one finding takes off, by severity. */
const COST = { critical: 70, error: 30, warning: 12, info: 3 } as const;

/** 100 less what each finding costs, never under 0, with the reasons; null when nothing was heard. */
export function healthOf(
  findings: readonly Finding[],
  o: { heard: boolean },
): { health: number | null; why: string[] } {
  if (!o.heard) {
    return { health: null, why: ["Nothing of this device was heard, so nothing can be said"] };
  }
  if (findings.length === 0) return { health: 100, why: ["No findings"] };
  const costs = findings.map((finding) => ({ finding, cost: COST[finding.severity] }));
  const health = Math.max(0, 100 - costs.reduce((sum, { cost }) => sum + cost, 0));
  return {
    health,
    why: costs.map(({ finding, cost }) => `−${cost} ${finding.code}: ${finding.title}`),
  };
}
