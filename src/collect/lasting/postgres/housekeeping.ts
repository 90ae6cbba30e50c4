/** Partitions by time, and what is removed for its age or for room. One core at a time does it. */
import {
  DAY_MS,
  figureIn,
  HOUR_MS,
  type HourFigures,
  mergeFigures,
  MINUTES_PER_HOUR,
  packHour,
  unpackHour,
} from "../figures.ts";
import { FIGURES_FACTOR, type LastingLimits } from "../stored_stream.ts";
import type { Asked, Database, Row } from "./connection.ts";
import { time } from "./postgres_stream.ts";
import { CHANGE_LOCK, SCHEMA } from "./schema.ts";

/** A partition is a day, or what fills so much of the room. */
const ROOM_PARTS = 8;
/** An end that lies a little ahead: what other cores are writing right now goes before it. */
const SPLIT_AHEAD_MS = 60_000;
const MINUTES_AT_ONCE = 5_000;
const MOST_PACKINGS = 20;

/** A stretch of time that a partition holds; its end is not of it. */
interface Part {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Makes, splits and removes partitions, and packs figures. */
export class Housekeeping {
  readonly #limits: LastingLimits;
  #parts: Part[] = [];

  constructor(limits: LastingLimits) {
    this.#limits = limits;
  }

  /** Another core changed what there is. */
  forgetParts(): void {
    this.#parts = [];
  }

  /** Makes the partitions that some messages need. */
  async partsFor(database: Database, messages: readonly { readonly at: number }[]): Promise<void> {
    const isMissing = ({ at }: { at: number }) =>
      !this.#parts.some(({ from, to }) => at >= from && at < to);
    if (!messages.some(isMissing)) return;
    await database.transaction(async (tx) => {
      await tx.ask(`select pg_advisory_xact_lock(${CHANGE_LOCK})`);
      await this.#readParts(tx);
      for (let message = messages.find(isMissing); message; message = messages.find(isMissing)) {
        await this.#makePart(tx, message.at);
      }
    });
  }

  /** A round of everything; what other cores are at is left to them. */
  async tidy(database: Database): Promise<void> {
    await database.transaction(async (tx) => {
      const [{ free }] = await tx.ask(
        `select pg_try_advisory_xact_lock(${CHANGE_LOCK}) as free`,
      );
      if (!free) return;
      await this.#readParts(tx);
      await this.#removeOld(tx);
      await this.#keepRoom(tx);
    });
    for (let i = 0; i < MOST_PACKINGS && await this.#packHours(database); i++);
  }

  async #readParts(tx: Asked): Promise<void> {
    const rows = await tx.ask(`select * from ${SCHEMA}.part order by from_at`);
    this.#parts = rows.map(({ name, from_at, to_at }: Row) => ({
      name,
      from: from_at.getTime(),
      to: to_at.getTime(),
    }));
  }

  /** A day around a time, as far as it is free. */
  async #makePart(tx: Asked, at: number): Promise<void> {
    const day = Math.floor(at / DAY_MS) * DAY_MS;
    const before = this.#parts.filter(({ to }) => to <= at).map(({ to }) => to);
    const after = this.#parts.filter(({ from }) => from > at).map(({ from }) => from);
    await this.#createPart(tx, Math.max(day, ...before), Math.min(day + DAY_MS, ...after));
  }

  async #createPart(tx: Asked, from: number, to: number): Promise<void> {
    const name = `message_${
      new Date(from).toISOString().slice(0, 19).replace(/[^0-9T]/g, "").toLowerCase()
    }`;
    await tx.ask(
      `create table ${SCHEMA}.${name} partition of ${SCHEMA}.message
       for values from ('${time(from)}') to ('${time(to)}')`,
    );
    await tx.ask(
      `insert into ${SCHEMA}.part (name, from_at, to_at) values ($1, $2::timestamptz, $3::timestamptz)`,
      [name, time(from), time(to)],
    );
    this.#parts.push({ name, from, to });
  }

  async #removeOld(tx: Asked): Promise<void> {
    const now = this.#limits.now();
    const oldest = now - this.#limits.days * DAY_MS;
    for (const part of this.#parts.filter(({ to }) => to <= oldest)) {
      await this.#removePart(tx, part);
    }
    const oldestFigures = now - FIGURES_FACTOR * this.#limits.days * DAY_MS;
    const hour = Math.floor(oldestFigures / HOUR_MS);
    await tx.ask(`delete from ${SCHEMA}.hour where hour < $1::int`, [Math.max(0, hour)]);
    await tx.ask(`delete from ${SCHEMA}.coverage where to_at < $1::float8`, [oldestFigures]);
    await tx.ask(`delete from ${SCHEMA}.survivor where at < $1::timestamptz`, [
      time(oldestFigures),
    ]);
    await tx.ask(`delete from ${SCHEMA}.lost where to_at < $1::float8`, [oldest]);
    await tx.ask(`delete from ${SCHEMA}.writer where seen_at < now() - interval '7 days'`);
  }

  /** Raw messages go first, figures last. */
  async #keepRoom(tx: Asked): Promise<void> {
    const { diskBytes } = this.#limits;
    let used = await usedBytes(tx);
    const parts = [...this.#parts].sort((a, b) => a.from - b.from);
    while (used > diskBytes && parts.length > 1) {
      const part = parts.shift()!;
      used -= await partBytes(tx, part.name);
      await this.#removePart(tx, part);
    }
    const newest = parts.at(-1);
    if (newest !== undefined && await partBytes(tx, newest.name) > diskBytes / ROOM_PARTS) {
      await this.#endPart(tx, newest);
    }
    if (used <= diskBytes || parts.length > 1) return;
    await tx.ask(
      `delete from ${SCHEMA}.hour where hour = (select min(hour) from ${SCHEMA}.hour)`,
    );
  }

  /** Ends a partition early, so that what comes next goes into another one and this one can be removed as a whole. */
  async #endPart(tx: Asked, part: Part): Promise<void> {
    const end = Math.ceil((this.#limits.now() + SPLIT_AHEAD_MS) / 1000) * 1000;
    if (end <= part.from || end >= part.to) return;
    const [{ latest }] = await tx.ask(`select max(at) as latest from ${SCHEMA}.${part.name}`);
    if (latest !== null && latest.getTime() >= end) return;
    await tx.ask(`alter table ${SCHEMA}.message detach partition ${SCHEMA}.${part.name}`);
    await tx.ask(
      `alter table ${SCHEMA}.message attach partition ${SCHEMA}.${part.name}
       for values from ('${time(part.from)}') to ('${time(end)}')`,
    );
    await tx.ask(`update ${SCHEMA}.part set to_at = $2::timestamptz where name = $1`, [
      part.name,
      time(end),
    ]);
    await this.#createPart(tx, end, part.to);
  }

  /** Removes a partition; what is known last of a topic is kept. */
  async #removePart(tx: Asked, { name, to }: Part): Promise<void> {
    await tx.ask(
      `insert into ${SCHEMA}.survivor (topic, source, at, seq, flags, size, payload, properties)
       select distinct on (m.topic) m.topic, m.source, m.at, m.seq, m.flags, m.size,
         substring(m.payload from 1 for 65536), m.properties
       from ${SCHEMA}.${name} m join ${SCHEMA}.topic t on t.id = m.topic and t.last_at < $1::timestamptz
       order by m.topic, m.at desc, m.seq desc
       on conflict (topic) do update set at = excluded.at, seq = excluded.seq, flags = excluded.flags,
         size = excluded.size, payload = excluded.payload, properties = excluded.properties
       where excluded.at >= survivor.at`,
      [time(to)],
    );
    await tx.ask(
      `update ${SCHEMA}.source set removed_through = greatest(removed_through,
         (select max(at) from ${SCHEMA}.${name} m where m.source = source.id))`,
    );
    await tx.ask(`drop table ${SCHEMA}.${name}`);
    await tx.ask(`delete from ${SCHEMA}.part where name = $1`, [name]);
    this.#parts = this.#parts.filter((part) => part.name !== name);
  }

  /** Moves minutes of past hours into one row an hour; whether there may be more of them. */
  async #packHours(database: Database): Promise<boolean> {
    const end = (Math.floor(this.#limits.now() / HOUR_MS) - 1) * MINUTES_PER_HOUR;
    return await database.transaction(async (tx) => {
      const taken = await tx.ask(
        `delete from ${SCHEMA}.minute m using (
           select series, minute from ${SCHEMA}.minute where minute < $1::int order by series, minute limit $2::int
           for update skip locked) old
         where m.series = old.series and m.minute = old.minute returning m.*`,
        [end, MINUTES_AT_ONCE],
      );
      const hours = new Map<string, { series: number; hour: number; figures: HourFigures }>();
      for (const row of taken) {
        const hour = Math.floor(row.minute / MINUTES_PER_HOUR);
        const key = `${row.series} ${hour}`;
        const known = hours.get(key) ?? { series: row.series, hour, figures: new Map() };
        known.figures.set(row.minute - hour * MINUTES_PER_HOUR, figureIn(row));
        hours.set(key, known);
      }
      for (const { series, hour, figures } of hours.values()) {
        const [before] = await tx.ask(
          `select figures from ${SCHEMA}.hour where series = $1::int and hour = $2::int for update`,
          [series, hour],
        );
        for (const [minute, figure] of before ? unpackHour(before.figures) : []) {
          const later = figures.get(minute);
          figures.set(minute, later ? mergeFigures(figure, later) : figure);
        }
        await tx.ask(
          `insert into ${SCHEMA}.hour (series, hour, figures) values ($1::int, $2::int, $3::bytea)
           on conflict (series, hour) do update set figures = excluded.figures`,
          [series, hour, packHour(figures)],
        );
      }
      return taken.length === MINUTES_AT_ONCE;
    });
  }
}

async function usedBytes(tx: Asked): Promise<number> {
  const [{ bytes }] = await tx.ask(
    `select coalesce(sum(pg_total_relation_size(oid)), 0) as bytes from pg_class
     where relnamespace = '${SCHEMA}'::regnamespace and relkind = 'r'`,
  );
  return Number(bytes);
}

async function partBytes(tx: Asked, name: string): Promise<number> {
  const [{ bytes }] = await tx.ask(
    `select pg_total_relation_size('${SCHEMA}.${name}'::regclass) as bytes`,
  );
  return Number(bytes);
}
