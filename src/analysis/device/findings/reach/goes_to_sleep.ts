import { type DeviceView, standTogether } from "../../reading/view.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** What a thing gives or takes as it works. */
const WORK =
  /pow|watt|leistung|puissance|potencia|potenza|vermogen|moc$|výkon|vykon|^p(?:ac|dc|pv|v)?\d?$/;
const LEAST_FADING = 3;
/** Its last is at most such a share of its first. */
const FADED = 0.5;
/** Others besides itself. */
const LEAST_ASLEEP = 2;

/**
 * Whether what reads nothing since a message is of a thing that went to sleep: it said then that it is gone, or what it gave got
 * less and less to nothing, as at dusk, and most that stands beside it is nothing with it.
 */
export function goesToSleep(series: Series, at: number, view: DeviceView): boolean {
  const [beforeMs = 0, sinceMs = 0] = [series.readings[at - 1]?.at, series.readings[at]?.at];
  const beatMs = sinceMs - beforeMs;
  const last = view.said.at(-1);
  const isGone = last?.statement === "offline" && !last.bridge &&
    view.said.some((one) => one.statement === "offline" && Math.abs(one.at - sinceMs) <= beatMs);
  if (isGone) return true;
  const parts = seriesOf(view).filter((one) => standTogether(one, series)).map((one) => ({
    one,
    head: one.values.filter((_, i) => one.readings[i].at < beforeMs + beatMs / 2),
    tail: one.values.filter((_, i) => one.readings[i].at >= sinceMs + beatMs / 2),
  }));
  const asleep = parts.filter(({ head, tail }) =>
    head.some((value) => value !== 0) && tail.length > 0 && tail.every((value) => value === 0)
  );
  return asleep.length > LEAST_ASLEEP &&
    asleep.some(({ one, head }) =>
      WORK.test(one.name) && head.length >= LEAST_FADING &&
      head.every((value, i) => value <= (head[i - 1] ?? value)) &&
      (head.at(-1) ?? 0) <= FADED * head[0]
    );
}
