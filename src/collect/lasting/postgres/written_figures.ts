import type { Batch } from "./batch.ts";
import type { Asked } from "./connection.ts";
import { SCHEMA } from "./schema.ts";

/** Adds the figures of a batch to those that are there, in one order for all cores. */
export async function writeFigures(
  tx: Asked,
  batch: Batch,
  topics: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = [...batch.topics].flatMap(([key, { figures }]) =>
    [...figures.values()].map(({ field, minute, figure, lastAt }) => ({
      topic: topics.get(key) ?? 0,
      field,
      minute,
      ...figure,
      last_at: lastAt,
    }))
  );
  if (rows.length === 0) return;
  const fields = [
    ...new Map(rows.map(({ topic, field }) => [`${topic} ${field}`, { topic, field }])).values(),
  ].sort((a, b) => a.topic - b.topic || (a.field < b.field ? -1 : 1));
  await tx.ask(
    `insert into ${SCHEMA}.series (topic, field)
     select topic, field from json_to_recordset($1::text::json) as r (topic int, field text)
     on conflict do nothing`,
    [JSON.stringify(fields)],
  );
  await tx.ask(
    `insert into ${SCHEMA}.minute as m (series, minute, count, min, max, sum, last, last_at)
     select s.id, r.minute, r.count, r.min, r.max, r.sum, r.last, r.last_at
     from json_to_recordset($1::text::json) as r (topic int, field text, minute int, count bigint, min float8,
       max float8, sum float8, last float8, last_at float8)
     join ${SCHEMA}.series s on s.topic = r.topic and s.field = r.field
     order by s.id, r.minute
     on conflict (series, minute) do update set count = m.count + excluded.count,
       min = least(m.min, excluded.min), max = greatest(m.max, excluded.max), sum = m.sum + excluded.sum,
       last = case when excluded.last_at >= m.last_at then excluded.last else m.last end,
       last_at = greatest(m.last_at, excluded.last_at)`,
    [JSON.stringify(rows)],
  );
}
