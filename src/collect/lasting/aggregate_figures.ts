/** Rows of figures over long times, from what was counted by the minute instead of from the messages. */
import { isoTime } from "../../iso_time.ts";
import type { StoredStream } from "./stored_stream.ts";
import { canonicalPath, type Figure, mergeFigures, MINUTE_MS } from "./figures.ts";
import {
  type AggregateRow,
  type Aggregation,
  pauseOrEnd,
  rowSeconds,
  windowOf,
} from "../history.ts";
import type { HeardMs } from "../coverage.ts";
import { Pauses } from "../pauses.ts";
import { meanWithin, significant } from "../../numbers.ts";
import { parseJsonPath } from "../json_path.ts";

/** Rows as {@linkcode import("../history.ts").aggregateMessages} gives them, and what they were made of. */
interface FigureRows {
  readonly rows: AggregateRow[];
  /** Values that were counted. */
  readonly matched: number;
  readonly topics: number;
}

/** Rows of a numeric field by topic or by whole minutes; `count` is the number of values. */
export async function aggregateFigures(
  source: StoredStream,
  query: {
    readonly filter: string;
    readonly from: number;
    readonly to: number;
    readonly aggregate: Aggregation;
    readonly signal: AbortSignal;
    /** Default: all was heard. */
    readonly heardMs?: HeardMs;
  },
): Promise<FigureRows> {
  const { by, bucketMs, field } = query.aggregate;
  const path = canonicalPath(parseJsonPath(field ?? ""));
  const window = windowOf(query);
  const pauses = new Pauses();
  const groups = new Map<string | number, { figure: Figure; to: number }>();
  let matched = 0;
  let topics = 0;
  const pages = window.topic === undefined ? source.topicsIn(window) : [[window.topic]];
  const add = (topic: string, minute: number, figure: Figure) => {
    const at = minute * MINUTE_MS;
    const key = by === "topic" ? topic : Math.floor(at / bucketMs);
    const group = groups.get(key);
    matched += figure.count;
    if (group === undefined) {
      groups.set(key, { figure, to: at });
      return;
    }
    group.figure = at < group.to
      ? mergeFigures(figure, group.figure)
      : mergeFigures(group.figure, figure);
    group.to = Math.max(group.to, at);
  };
  for await (const page of pages) {
    for (const topic of page) {
      const before = matched;
      for await (const minutes of source.figures(topic, path, window)) {
        for (const [minute, figure] of minutes) add(topic, minute, figure);
        if (pauses.due) await pauseOrEnd(pauses, query.signal);
      }
      if (matched > before) topics++;
      if (pauses.due) await pauseOrEnd(pauses, query.signal);
    }
  }
  const secondsOf = rowSeconds(query, query.heardMs);
  const rows = [...groups].map(([key, { figure }]): AggregateRow => {
    const seconds = secondsOf(key);
    return {
      key: typeof key === "string" ? key : isoTime(key * bucketMs),
      count: figure.count,
      rate: seconds > 0 ? significant(figure.count / seconds, 6) : 0,
      min: figure.min,
      max: figure.max,
      mean: meanWithin(figure.sum / figure.count, figure),
      last: figure.last,
    };
  });
  rows.sort(by === "topic" ? (a, b) => b.count - a.count : (a, b) => a.key < b.key ? -1 : 1);
  return { rows, matched, topics };
}
