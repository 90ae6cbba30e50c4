import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, someOf } from "../evidence.ts";
import { labelOf, leafOf, objectOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { turnBetween } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

/** Names of what a grid gives. */
const MAINS =
  /(?:mains|grid|line|input|utility|netz|supply|phase|l[123])\d?(?:ac)?(?:volt|v(?:ac|oltage)?$|spannung)|(?:volt(?:age)?|spannung)(?:mains|grid|netz|l[123]|phase[abc123]|[abc]n?)$|^(?:vac|ugrid|vgrid|vmains|uline)$/;
const PLAIN = /^(?:voltage|volts|volt|u|v|urms|vrms)$/;
/** What comes and goes with sun, load or driving. */
const COMES_AND_GOES =
  /solar|pv|dc|mppt|string|panel|wind|output|load|motor|engine|alternator|ignition|charg|bat|gen/i;
/** Voltages of grids, and below which share of what it was one has broken away. */
const GRIDS: readonly (readonly [number, number])[] = [[100, 130], [200, 260], [360, 440]];
const LEAST_SHARE = 0.85;
const LEAST_BEFORE = 4;
const LEAST_AFTER = 3;

/** `outlier` of a mains voltage that was steady and broke away from where it was, for good. */
export function saggingVoltages(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { topic, path, name, values, readings } = series;
    if (COMES_AND_GOES.test(path === "" ? topic.segments.slice(-2).join("/") : path)) continue;
    const isMains = MAINS.test(name) || PLAIN.test(name) && hasNoFrequency(series);
    const at = isMains ? sagIn(values) : null;
    const since = at === null ? undefined : readings[at];
    if (at === null || since === undefined) continue;
    // A grid that is switched off, or that nobody measures any more, is 0.
    if (Number(values.at(-1)) < 0.3 * Number(values[0]) && !hasNoFrequency(series)) continue;
    // Whoever switches something off takes its voltage away.
    const beatMs = topic.rhythm?.medianMs ?? 1_000;
    if (turnBetween(view, { fromMs: since.at - 2 * beatMs, toMs: since.at + 2 * beatMs })) continue;
    const before = median(values.slice(0, at));
    const last = values.at(-1) ?? 0;
    return [finding(series, { at, before, last })];
  }
  return [];
}

/** Whether the frequency beside a voltage is 0 at last, and was that of a grid: no mains. */
function hasNoFrequency({ topic, path }: Series): boolean {
  const beside = [...topic.live.at(-1)?.fields ?? []].find(([other, value]) =>
    value === 0 && objectOf(other) === objectOf(path) &&
    /^(?:freq|frequency|hz|f)$/.test(leafOf(other))
  );
  if (beside === undefined) return false;
  const before = Number(topic.live[0]?.fields.get(beside[0]));
  return before > 45 && before < 65;
}

function finding(
  { topic, path, values, readings }: Series,
  o: { at: number; before: number; last: number },
): Finding {
  const label = labelOf({ path, topic });
  return {
    severity: "warning",
    code: "outlier",
    title: `The voltage "${label}" fell from about ${rounded(o.before)} to ${rounded(o.last)} V`,
    evidence: {
      summary: `On "${topic.topic}" it was steady in ${o.at} messages, and is lower in all ${
        values.length - o.at
      } from ${iso(readings[o.at]?.at ?? 0)} on`,
      messages: someOf(readings.slice(Math.max(0, o.at - 1))),
      numbers: numbersOf(values, { topic: topic.topic, field: path }),
    },
    suggestion:
      "Look at the power supply, its cable and fuse, and at what was switched on at that moment: devices restart or fall silent when it falls further.",
  };
}

/** The index from which a voltage stays below a share of what it was; null where it does not, or was not steady. */
function sagIn(values: readonly number[]): number | null {
  const head = median(values.slice(0, LEAST_BEFORE));
  if (!GRIDS.some(([from, to]) => head >= from && head <= to)) return null;
  const at = values.findLastIndex((value) => value >= LEAST_SHARE * head) + 1;
  if (at < LEAST_BEFORE || values.length - at < LEAST_AFTER) return null;
  const steady = values.slice(0, LEAST_BEFORE);
  if (Math.max(...steady) - Math.min(...steady) > 0.05 * head) return null;
  // It goes down and stays there; what rises again comes back.
  const tail = values.slice(at);
  return tail.every((value, i) => value <= (tail[i - 1] ?? value) + 0.04 * head) ? at : null;
}
