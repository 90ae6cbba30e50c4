/** Figures by the minute: those that run, those that wait to be written, and those in the file. */
import type { InboundMessage } from "../../mqtt/message.ts";
import {
  addValue,
  eachNumber,
  type Figure,
  figureIn,
  figureOf,
  HOUR_MS,
  type HourFigures,
  mergeFigures,
  MINUTE_MS,
  MINUTES_PER_HOUR,
  packHour,
  unpackHour,
} from "./figures.ts";
import type { Row, StoreFile } from "./store_file.ts";

const MOST_LIVE_SERIES = 50_000;
/** Minutes that wait to be written, where the disk takes nothing. */
const MOST_CLOSED = 300_000;
const MINUTES_AT_ONCE = 1_000;
const HOURS_AT_ONCE = 100;
/** Hours whose minutes are read at once: a few milliseconds. */
const HOURS_PER_PIECE = 48;
const PIECE_MS = HOURS_PER_PIECE * HOUR_MS;

interface LiveSeries {
  readonly id: number;
  minute: number;
  figure: Figure;
}

interface ClosedMinute {
  readonly series: number;
  readonly minute: number;
  readonly figure: Figure;
}

/** The figures of all streams of a store. */
export class FigureStore {
  readonly #store: StoreFile;
  readonly #live = new Map<number, Map<string, LiveSeries>>();
  #liveCount = 0;
  /** Series that are not in the file yet. */
  readonly #fresh = new Map<string, { id: number; topicId: number; field: string }>();
  #nextSeries: number;
  #closed: ClosedMinute[] = [];
  /** Values that are in no figure: of fields beyond those that are followed, or of a time when the disk took nothing. */
  uncounted = 0;
  /** The last minute since the epoch whose figures are all in the file. */
  writtenThrough: number;
  #scannedThrough = 0;

  constructor(store: StoreFile) {
    this.#store = store;
    const row = store.one("select value from fact where name = 'figures_minute'");
    this.writtenThrough = row ? Number(row.value) : -1;
    this.#nextSeries = Number((store.one("select max(id) as n from series") as Row).n ?? 0) + 1;
  }

  add(topicId: number, message: InboundMessage): void {
    if (topicId < 0) return;
    const minute = Math.floor(message.receivedAt / MINUTE_MS);
    eachNumber(message.payload, (field, value) => {
      const series = this.#series(topicId, field);
      if (series === null) {
        this.uncounted++;
        return;
      }
      if (series.minute === minute) return addValue(series.figure, value);
      if (series.minute >= 0) {
        this.#closed.push({ series: series.id, minute: series.minute, figure: series.figure });
      }
      series.minute = minute;
      series.figure = figureOf(value);
    });
  }

  write(now: number): void {
    for (const { id, topicId, field } of this.#fresh.values()) {
      this.#store.run(
        "insert or ignore into series (id, topic, field) values (?, ?, ?)",
        id,
        topicId,
        field,
      );
    }
    const minute = Math.floor(now / MINUTE_MS);
    if (minute > this.#scannedThrough) {
      this.#closeBefore(minute);
      this.#scannedThrough = minute;
    }
    const batch = this.#closed.slice(0, MINUTES_AT_ONCE);
    for (const closed of batch) this.#writeMinute(closed);
    if (batch.length === this.#closed.length) this.#note(minute - 1);
  }

  /** Forgets what {@linkcode write} wrote, once it is committed. */
  written(): void {
    this.#fresh.clear();
    this.#closed.splice(0, MINUTES_AT_ONCE);
    if (this.#closed.length === 0) {
      this.writtenThrough = Math.max(this.writtenThrough, this.#scannedThrough - 1);
    }
  }

  /** The disk took nothing: keeps what fits. */
  bound(): void {
    const dropped = this.#closed.splice(0, Math.max(0, this.#closed.length - MOST_CLOSED));
    for (const { figure } of dropped) this.uncounted += figure.count;
  }

  /** Writes what would not be counted again by the next run: of minutes that were finished before the clock was put back. */
  finish(): void {
    this.#closeBefore(this.writtenThrough + 1);
    for (const closed of this.#closed) this.#writeMinute(closed);
    this.#closed = [];
  }

  /** Forgets minutes of which a process that ended may have written a part: they are counted again from the messages. */
  forgetUnfinished(): void {
    this.#store.run("delete from minute where minute > ?", this.writtenThrough);
  }

  /** Moves minutes of hours up to `hour` into one row an hour. */
  packHours(hour: number): void {
    const finished = Math.floor((this.writtenThrough + 1) / MINUTES_PER_HOUR);
    const end = Math.min(hour + 1, finished) * MINUTES_PER_HOUR;
    const rows = this.#store.all(
      `select distinct series, minute / ${MINUTES_PER_HOUR} as hour from minute where minute < ? limit ${HOURS_AT_ONCE}`,
      end,
    );
    for (const { series, hour } of rows) {
      const from = Number(hour) * MINUTES_PER_HOUR;
      const figures = this.#hour(Number(series), Number(hour));
      const found = this.#store.all(
        "select * from minute where minute between ? and ? and series = ?",
        from,
        from + MINUTES_PER_HOUR - 1,
        Number(series),
      );
      for (const row of found) mergeInto(figures, Number(row.minute) - from, figureIn(row));
      this.#store.run(
        "insert or replace into hour (series, hour, figures) values (?, ?, ?)",
        Number(series),
        Number(hour),
        packHour(figures),
      );
      this.#store.run(
        "delete from minute where minute between ? and ? and series = ?",
        from,
        from + MINUTES_PER_HOUR - 1,
        Number(series),
      );
    }
  }

  /** The minutes of a field of a topic in a window, oldest first, some days at a time. */
  *pieces(
    topicId: number,
    field: string,
    window: { from: number; to: number },
  ): Generator<ReadonlyMap<number, Figure>> {
    const series = this.#live.get(topicId)?.get(field)?.id ?? this.#seriesOf(topicId, field);
    if (series === null) return;
    const hourOf = (atMs: number) => Math.floor(Math.min(8.64e15, Math.max(0, atMs)) / HOUR_MS);
    for (let from = window.from;;) {
      const hours = this.#store.all(
        "select hour from hour where series = ? and hour between ? and ? order by hour limit ?",
        series,
        hourOf(from),
        hourOf(window.to),
        HOURS_PER_PIECE,
      );
      const end = (Number(hours.at(-1)?.hour) + 1) * HOUR_MS;
      if (hours.length < HOURS_PER_PIECE || end > window.to) {
        const known = this.#unpacked(series);
        const first = Math.min(Number(hours[0]?.hour ?? Infinity) * HOUR_MS, known.from);
        // whole minutes: one that was cut would come with both pieces
        const start = Math.floor(Math.max(from, first) / MINUTE_MS) * MINUTE_MS;
        for (let at = start; at <= window.to; at += PIECE_MS) {
          const isLast = at + PIECE_MS > Math.min(window.to, known.to);
          const to = isLast ? window.to : at + PIECE_MS - 1;
          yield this.#minutes({ topicId, field, series }, { from: at, to });
          if (isLast) return;
        }
        return;
      }
      yield this.#minutes({ topicId, field, series }, { from, to: end - 1 });
      from = end;
    }
  }

  #minutes(
    { topicId, field, series }: { topicId: number; field: string; series: number },
    window: { from: number; to: number },
  ): Map<number, Figure> {
    const found: HourFigures = new Map();
    const live = this.#live.get(topicId)?.get(field);
    const first = Math.max(0, Math.floor(window.from / MINUTE_MS));
    const last = Math.min(Number.MAX_SAFE_INTEGER, Math.floor(window.to / MINUTE_MS));
    const inside = (minute: number) => minute >= first && minute <= last;
    for (
      const { hour, figures } of this.#store.all(
        "select hour, figures from hour where series = ? and hour between ? and ? order by hour",
        series,
        Math.floor(first / MINUTES_PER_HOUR),
        Math.floor(last / MINUTES_PER_HOUR),
      )
    ) {
      for (const [minute, figure] of unpackHour(figures as Uint8Array)) {
        const at = Number(hour) * MINUTES_PER_HOUR + minute;
        if (inside(at)) mergeInto(found, at, figure);
      }
    }
    for (
      const minute of this.#store.all(
        // one look-up a minute: the rows of other series lie between them
        `with recursive asked (n) as (select ?1 where ?1 <= ?2 union all select n + 1 from asked where n < ?2)
         select minute.* from asked cross join minute on minute = n and series = ?3`,
        ...this.#writtenMinutes(first, last),
        series,
      )
    ) mergeInto(found, Number(minute.minute), figureIn(minute));
    for (const closed of this.#closed) {
      if (closed.series === series && inside(closed.minute)) {
        mergeInto(found, closed.minute, closed.figure);
      }
    }
    if (live && live.minute >= 0 && inside(live.minute)) {
      mergeInto(found, live.minute, live.figure);
    }
    return new Map([...found].sort(([a], [b]) => a - b));
  }

  /** The part of some minutes that the file may have in rows of their own. */
  #writtenMinutes(first: number, last: number): [first: number, last: number] {
    const row = this.#store.one(
      "select (select min(minute) from minute) as first, (select max(minute) from minute) as last",
    );
    return [
      Math.max(first, Number(row?.first ?? Number.MAX_SAFE_INTEGER)),
      Math.min(last, Number(row?.last ?? -1)),
    ];
  }

  /** The time in which a series may have minutes that are in no hour yet, in milliseconds. */
  #unpacked(series: number): { from: number; to: number } {
    const minutes = this.#writtenMinutes(0, Number.MAX_SAFE_INTEGER);
    for (const closed of this.#closed) if (closed.series === series) minutes.push(closed.minute);
    for (const fields of this.#live.values()) {
      for (const live of fields.values()) {
        if (live.id === series && live.minute >= 0) minutes.push(live.minute);
      }
    }
    const known = minutes.filter((minute) => minute >= 0 && minute < Number.MAX_SAFE_INTEGER);
    return { from: Math.min(...known) * MINUTE_MS, to: (Math.max(...known) + 1) * MINUTE_MS };
  }

  #series(topicId: number, field: string): LiveSeries | null {
    let fields = this.#live.get(topicId);
    const known = fields?.get(field);
    if (known !== undefined) return known;
    if (this.#liveCount >= MOST_LIVE_SERIES) return null;
    let id = this.#seriesOf(topicId, field);
    if (id === null) {
      if (this.#fresh.size >= MOST_LIVE_SERIES) return null;
      id = this.#nextSeries++;
      this.#fresh.set(`${topicId} ${field}`, { id, topicId, field });
    }
    const series = { id, minute: -1, figure: figureOf(0) };
    if (fields === undefined) this.#live.set(topicId, fields = new Map());
    fields.set(field, series);
    this.#liveCount++;
    return series;
  }

  #seriesOf(topicId: number, field: string): number | null {
    const fresh = this.#fresh.get(`${topicId} ${field}`);
    if (fresh !== undefined) return fresh.id;
    const row = this.#store.one(
      "select id from series where topic = ? and field = ?",
      topicId,
      field,
    );
    return row ? Number(row.id) : null;
  }

  /** Closes the minutes that are over; a series that said nothing for a minute need not be remembered. */
  #closeBefore(minute: number): void {
    for (const [topicId, fields] of this.#live) {
      for (const [field, series] of fields) {
        if (series.minute >= minute) continue;
        if (series.minute >= 0) {
          this.#closed.push({ series: series.id, minute: series.minute, figure: series.figure });
          series.minute = -1;
        } else {
          fields.delete(field);
          this.#liveCount--;
        }
      }
      if (fields.size === 0) this.#live.delete(topicId);
    }
  }

  #writeMinute({ series, minute, figure }: ClosedMinute): void {
    // A minute that was written before is added to: the clock was put back. Any other is whole as it is here, and what
    // stands in its place is of a run that was killed, whose messages were counted again.
    // a series may come back to a minute: the clock was put back, or it was idle in between
    const before = this.#store.one(
      "select * from minute where minute = ? and series = ?",
      minute,
      series,
    );
    const { count, min, max, sum, last } = before ? mergeFigures(figureIn(before), figure) : figure;
    this.#store.run(
      "insert or replace into minute (minute, series, count, min, max, sum, last) values (?, ?, ?, ?, ?, ?, ?)",
      minute,
      series,
      count,
      min,
      max,
      sum,
      last,
    );
  }

  #note(minute: number): void {
    this.#store.run(
      "insert into fact (name, value) values ('figures_minute', ?) on conflict (name) do update set value = max(value, excluded.value)",
      minute,
    );
  }

  #hour(series: number, hour: number): HourFigures {
    const row = this.#store.one(
      "select figures from hour where series = ? and hour = ?",
      series,
      hour,
    );
    return row ? unpackHour(row.figures as Uint8Array) : new Map();
  }
}

function mergeInto(figures: Map<number, Figure>, minute: number, figure: Figure): void {
  const before = figures.get(minute);
  figures.set(minute, before ? mergeFigures(before, figure) : figure);
}
