import { QuantileSketch, roundTo3 } from "../quantile_sketch.ts";
import type { LatencyReport, ProbeReport } from "../result.ts";
import { median } from "../statistics.ts";
import type { TopicFigures } from "../topic_figures.ts";

/** Smaller delays than this can be real delay; clocks that far behind are called in step. */
const IN_STEP_MS = 2000;

/** Delays by the times in payloads, or a probe's round trips where no payload carries one. */
export function reportLatency(
  all: readonly TopicFigures[],
  probe: ProbeReport | undefined,
): LatencyReport {
  const timed = all.filter((figures) => figures.delays().length > 0);
  const withProbe = probe === undefined ? {} : { probe };
  if (timed.length === 0) {
    const main = probe?.by_qos.find((entry) => entry.qos === 1) ?? probe?.by_qos[0];
    if (main === undefined) {
      return {
        unit: "ms",
        source: "none",
        samples: 0,
        note: "No payload carries a time with its zone; ask for a probe to measure round trips.",
        ...withProbe,
      };
    }
    return {
      unit: "ms",
      source: "probe",
      p50: roundTo3(main.p50),
      p95: roundTo3(main.p95),
      p99: roundTo3(main.p99),
      samples: main.received,
      note: `Round trips of a probe at QoS ${main.qos}; no payload carries a time with its zone.`,
      ...withProbe,
    };
  }
  return { ...payloadLatency(timed), ...withProbe };
}

function payloadLatency(timed: readonly TopicFigures[]): LatencyReport {
  const sketch = new QuantileSketch();
  const offsets: { topic: string; offset: number }[] = [];
  let resolution = 1;
  let corrected = 0;
  for (const figures of timed) {
    const smallest = figures.smallestDelayMs;
    const inStep = smallest >= -figures.resolutionMs && smallest < IN_STEP_MS;
    const offset = inStep ? 0 : smallest;
    if (!inStep) corrected++;
    offsets.push({ topic: figures.topic, offset });
    for (const delay of figures.delays()) sketch.add(delay - offset);
    resolution = Math.max(resolution, figures.resolutionMs);
  }
  const worst = offsets.reduce((most, entry) =>
    Math.abs(entry.offset) > Math.abs(most.offset) ? entry : most
  );
  const figures = sketch.percentiles()!;
  const clocks = corrected === 0
    ? "All senders' clocks are in step with ours, so these are whole delays."
    : `The clocks behind ${corrected} of ${timed.length} topics are off; there the fastest ` +
      "message counts as no delay, and only what is beyond it is measured.";
  return {
    unit: "ms",
    source: "payload timestamps",
    p50: figures.p50,
    p95: figures.p95,
    p99: figures.p99,
    samples: sketch.count,
    topics: timed.length,
    resolution_ms: resolution,
    clock_offset_ms: Math.round(median(offsets.map((entry) => entry.offset))),
    ...(worst.offset !== 0
      ? { worst_clock: { topic: worst.topic, offset_ms: Math.round(worst.offset) } }
      : {}),
    note: clocks +
      (resolution >= 1000 ? " The times are in whole seconds, so delays are ± 1 s." : ""),
  };
}
