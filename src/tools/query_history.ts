import { isoTime } from "../iso_time.ts";
import { z } from "zod";
import { compareWindows } from "../collect/compare.ts";
import type { Collection } from "../collect/collections.ts";
import {
  aggregateMessages,
  type Aggregation,
  countByTopic,
  type MessageQuery,
  queryMessages,
} from "../collect/history.ts";
import type { FieldOperator } from "../collect/message_matcher.ts";
import { type Coverage, evictedInWords, heardIn } from "../collect/coverage.ts";
import { aggregateFigures } from "../collect/lasting/aggregate_figures.ts";
import type { StoredStream } from "../collect/lasting/stored_stream.ts";
import type { LoggedMessage, Place, RecordedMessages } from "../collect/recorded.ts";
import type { Recorded } from "../collect/recordings.ts";
import { SearchNotes } from "../collect/search_notes.ts";
import { parseWindow } from "../collect/time_window.ts";
import type { Core } from "../core.ts";
import { invalidArgument, OperationError } from "../errors.ts";
import { filterCovers, validateTopicFilter } from "../mqtt/topic.ts";
import { fitsCursor, invalidCursor, otherQuestion, readCursor, writeCursor } from "./cursor.ts";
import { fitRows } from "./fit.ts";
import type { JsonValue } from "../payload/payload.ts";
import { countOf } from "../payload/limits.ts";
import { withSparkplug } from "./sparkplug_view.ts";
import { filterHint } from "./filter_hint.ts";
import { fitMessages, type FittedMessages } from "./message_view.ts";
import {
  anObject,
  contains,
  fieldCondition,
  rowsOutput,
  sessionId,
  topicFilter,
} from "./params.ts";
import { fieldNotFound } from "./field_not_found.ts";
import { shownText, topicFacts } from "./shown_text.ts";
import { defineTool, type ToolContext } from "./tool.ts";
import { withSession } from "./with_session.ts";

const time = z.string();

/** Answers from what was recorded or collected before. */
export const queryHistory = defineTool({
  name: "query_history",
  title: "Query recorded messages",
  description:
    "Read what was recorded (record_topics) or collected, by time, topic, text and fields: as messages, " +
    "as figures per topic or time bucket (aggregate), or as changes between two windows (compare). " +
    'Answers "what happened overnight?" and "what changed since the restart?"; covers says how completely. ' +
    "Use subscribe_and_collect for new messages.",
  access: "read",
  quotesStrangers: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId.optional().describe("Reads its recording"),
    collection_id: z.string().optional().describe("Or what one call collected"),
    topic: topicFilter.default("#").describe("Topic filter"),
    since: time.optional().describe('"-5m" or ISO 8601; default: the start'),
    until: time.optional().describe("Likewise; default: now"),
    contains,
    where: z.array(fieldCondition).max(10).default([]).describe("All must hold"),
    limit: z.number().int().min(1).max(500).default(50).describe(
      "Fewer rows show more of long payloads",
    ),
    cursor: z.string().optional().describe("next_cursor of a page"),
    order: z.enum(["desc", "asc"]).default("desc").describe("By time"),
    aggregate: z.strictObject({
      by: z.enum(["topic", "time"]),
      bucket: z.number().min(0.1).max(86_400 * 7).optional().describe("Seconds per row"),
      field: z.string().max(500).optional().describe("For min, max, mean, last"),
    }).optional().describe("Figures instead of messages"),
    compare: z.strictObject({ since: time, until: time }).optional().describe(
      "An earlier window to compare with",
    ),
  }),
  output: z.looseObject({
    messages: rowsOutput.optional(),
    matched: z.number().optional(),
    rows: rowsOutput.optional(),
    changes: rowsOutput.optional(),
    covers: anObject,
    next_cursor: z.string().optional(),
  }),
  example: {
    args: {
      topic: "greenhouse/climate/temperature",
      since: "-5m",
      aggregate: { by: "time", bucket: 1 },
    },
    afterSeconds: 4,
  },
  async run(given, context) {
    checkTogether(given);
    const cursor = given.cursor === undefined ? null : read(given.cursor);
    const args = cursor === null ? given : { ...given, ...questionOfCursor(cursor, given) };
    validateTopicFilter(args.topic);
    if (args.collection_id === undefined) await context.core.recordings.catchUp();
    const source = findSource(args, context.core, context.client.id);
    return await withSession(
      source.sessionId,
      context,
      () => answer(source, { args, cursor }, context),
    );
  },
});

interface Arguments {
  readonly session_id?: string;
  readonly collection_id?: string;
  readonly topic: string;
  readonly since?: string;
  readonly until?: string;
  readonly contains?: string;
  readonly where: readonly { path: string; op: FieldOperator; value?: unknown }[];
  readonly limit: number;
  readonly cursor?: string;
  readonly order: "asc" | "desc";
  readonly aggregate?: { by: "topic" | "time"; bucket?: number; field?: string };
  readonly compare?: { since: string; until: string };
}

/** What would be ignored beside another argument is refused. */
function checkTogether({ aggregate, compare, cursor }: Arguments): void {
  const clash = aggregate !== undefined && compare !== undefined
    ? "aggregate and compare"
    : cursor !== undefined && aggregate !== undefined
    ? "cursor and aggregate"
    : cursor !== undefined && compare !== undefined
    ? "cursor and compare"
    : aggregate?.by === "topic" && aggregate.bucket !== undefined
    ? 'aggregate.bucket and by "topic"'
    : null;
  if (clash === null) return;
  throw invalidArgument(
    `Cannot use ${clash} together: one of them would be ignored`,
    "Leave one out, or make two calls",
  );
}

async function answer(
  source: Source,
  { args, cursor }: { args: Arguments; cursor: Cursor | null },
  { core, signal }: ToolContext,
) {
  const now = core.now();
  const window = cursor?.window ?? parseWindow(args, now, source.messages.latestAt);
  const query = {
    filter: args.topic,
    ...window,
    contains: args.contains,
    where: args.where.map((condition) => ({ ...condition, value: condition.value as JsonValue })),
    notes: new SearchNotes(),
    signal,
  };
  const covered = source.coverage({ from: window.from, to: Math.min(window.to, now) });
  // only afterwards it is known what could be read
  const facts = () => ({
    covers: coversFacts(source.coverage({ from: window.from, to: Math.min(window.to, now) })),
    ...source.facts,
    ...searchFacts(query.notes),
  });
  if (args.compare !== undefined) {
    return { ...await compared(source, query, { args, now }), ...facts() };
  }
  if (args.aggregate !== undefined) {
    const figures = await aggregated(source, query, args, covered);
    return { ...facts(), ...figures };
  }
  const page = await queryMessages(source.messages, {
    ...query,
    order: args.order,
    limit: args.limit,
    after: cursor?.after,
  });
  const items = page.messages.map((message) => ({
    seq: message.seq,
    message,
    sizeBytes: message.sizeBytes,
  }));
  const shown = await fitMessages(await withSparkplug(source.messages, items));
  const last = shown.messages.at(-1);
  const hint = page.matched === 0 ? filterHint(args.topic, source.sessionId, core) : null;
  const more = page.more || shown.dropped > 0;
  return {
    messages: shown.messages,
    matched: page.matched,
    returned: shown.messages.length,
    ...(hint !== null && { hint }),
    ...facts(),
    ...(more && last &&
      { next_cursor: cursorOf(placeOf(page.messages, last.seq), { window, asked: args }) }),
    ...cutPayloads(shown, args),
  };
}

/** What of the payloads is not shown, and what shows it. */
function cutPayloads(
  { messages, truncated, heads }: FittedMessages,
  { collection_id, session_id }: { collection_id?: string; session_id?: string },
) {
  const said: string[] = [];
  if (truncated > heads) {
    const uri = collection_id === undefined
      ? `mqtt-mcp://recordings/${session_id}`
      : `mqtt-mcp://collections/${collection_id}`;
    const more = messages.length > 1 ? "a smaller limit shows more of each, " : "";
    said.push(`${countOf(truncated - heads, "payload")} cut: ${more}the resource ${uri} all`);
  }
  if (heads > 0) said.push(`of ${countOf(heads, "payload")} only the head was kept`);
  return said.length > 0 && { cut: said.join("; ") };
}

/** Why nothing may have been found that is there. */
function searchFacts({ notSearched, missingPaths, isPartial }: SearchNotes) {
  const missing = fieldNotFound(missingPaths, isPartial);
  return {
    ...(notSearched !== undefined && { not_searched: notSearched }),
    ...(missing !== undefined && { field_not_found: missing }),
  };
}

type Query = MessageQuery & { readonly notes: SearchNotes; readonly signal: AbortSignal };

async function compared(source: Source, query: Query, o: { args: Arguments; now: number }) {
  const { args, now } = o;
  const before = parseWindow(args.compare ?? {}, now);
  const after = args.since === undefined
    ? { from: before.to, to: query.to }
    : { from: query.from, to: query.to };
  const [known, knownLater] = [before, after].map((window) => source.coverage(window));
  const { changes, messages, read, unheard } = await compareWindows(source.messages, {
    ...query,
    before: { ...before, heardMs: heardIn(known)(before) },
    after: { ...after, heardMs: heardIn(knownLater)(after) },
  });
  if (unheard !== null) throw neverHeard(unheard === "before" ? known : knownLater, unheard);
  const shown = fitRows(
    changes.slice(0, args.limit).map((change) => ({ ...change, ...topicFacts(change.topic) })),
  );
  return {
    changes: shown,
    changed: changes.length,
    ...(read < messages &&
      { read: `${read} of ${messages} payloads, evenly spread; all messages were counted` }),
    ...(shown.length < changes.length && { cut: cutNote(shown.length, changes.length) }),
    windows: { before: coversFacts(known), after: coversFacts(knownLater) },
  };
}

function neverHeard({ why }: Coverage, window: "before" | "after"): OperationError {
  const which = window === "before"
    ? "in the window of compare"
    : "in the window to compare it with";
  return invalidArgument(
    `Cannot compare: nothing could be heard ${which}${why.length > 0 ? ` (${why[0]})` : ""}`,
    "Give windows that are recorded; covers of a call without compare says from when to when that is",
  );
}

/** More messages than this are not gone through where figures by the minute say the same. */
const MOST_AGGREGATED = 50_000;
const MINUTE_MS = 60_000;

async function aggregated(source: Source, query: Query, args: Arguments, covered: Coverage) {
  const { by, bucket, field } = args.aggregate ?? { by: "topic" };
  const aggregate = {
    by,
    bucketMs: 1000 * (bucket ?? defaultBucketSeconds(query, source, covered)),
    field: field ?? null,
  };
  const fromFigures = await figuresFor(source, { ...query, aggregate });
  const { rows, matched, withField } = fromFigures === null
    ? await aggregateMessages(source.messages, { ...query, aggregate, heardMs: heardIn(covered) })
    : { ...fromFigures, withField: fromFigures.matched };
  const shown = fitRows(
    rows.slice(0, args.limit).map((row) => ({ ...row, key: shownText(row.key) })),
  );
  return {
    rows: shown,
    rows_total: rows.length,
    ...(shown.length < rows.length && { cut: cutNote(shown.length, rows.length) }),
    ...(by === "time" && { bucket_seconds: aggregate.bucketMs / 1000 }),
    matched,
    ...(field !== undefined && matched > 0 && withField === 0 &&
      { field_not_found: fieldNotFound([field], query.notes.isPartial) }),
    ...(fromFigures !== null && {
      from_figures:
        `By the minute, of the JSON numbers at this path in ${fromFigures.topics} topics; count is of values, retained ones too, and both ends are whole minutes`,
      covers: coversFacts(source.coverage(query, { figures: true })),
    }),
  };
}

/** Figures by the minute answer for long times, and for those whose messages were removed. */
async function figuresFor(source: Source, query: Query & { aggregate: Aggregation }) {
  const { stored } = source;
  const { by, bucketMs, field } = query.aggregate;
  if (stored === null || field === null || query.contains !== undefined || query.where.length > 0) {
    return null;
  }
  if (by === "time" && bucketMs % MINUTE_MS !== 0) return null;
  const removed = stored.removedThrough !== null && stored.removedThrough >= query.from;
  if (!removed) {
    const counts = await countByTopic(stored, query);
    const messages = counts.values().reduce((sum, count) => sum + count, 0);
    if (messages <= MOST_AGGREGATED) return null;
  }
  const heardMs = heardIn(source.coverage(query, { figures: true }));
  const found = await aggregateFigures(stored, { ...query, heardMs });
  return found.rows.length > 0 ? found : null;
}

interface Source {
  readonly sessionId: string;
  readonly messages: RecordedMessages;
  /** The stream on the disk, where there is one. */
  readonly stored: StoredStream | null;
  readonly facts: Record<string, unknown>;
  coverage(window: { from: number; to: number }, options?: { figures?: boolean }): Coverage;
}

function findSource(
  args: { session_id?: string; collection_id?: string; topic: string },
  core: Core,
  owner: string,
): Source {
  if (args.collection_id !== undefined) {
    const collection = core.collections.get(
      args.collection_id,
      (sessionId) => core.sessions.sees(sessionId, owner),
    );
    if (args.session_id !== undefined && args.session_id !== collection.sessionId) {
      throw invalidArgument(
        "Cannot tell what to read: the collection belongs to another session than session_id",
        "Give one of the two",
      );
    }
    return collectionSource(collection, args.topic, core);
  }
  if (args.session_id === undefined) {
    throw invalidArgument(
      "Cannot tell what to read: neither session_id nor collection_id was given",
      "Give the session_id for its recording, or the collection_id of an earlier call",
    );
  }
  const session = core.sessions.get(args.session_id, owner);
  const recorded = core.recordings.recorded(session.id, args.topic);
  const storeFacts = core.storeProblem === null ? {} : { store: core.storeProblem };
  if (recorded !== null && isAnything(recorded, core.now())) {
    return {
      sessionId: session.id,
      messages: recorded.messages,
      stored: recorded.source,
      facts: storeFacts,
      coverage: (window, options) => recorded.coverage(args.topic, window, options),
    };
  }
  const collection = core.collections.ofSession(session.id)
    .find((c) => c.filters.some((filter) => filterCovers(filter, args.topic)));
  if (collection) return collectionSource(collection, args.topic, core);
  throw invalidArgument(
    `Cannot answer from history: nothing was recorded or collected for "${args.topic}" in this session` +
      (core.storeProblem === null ? "" : ` (${core.storeProblem})`),
    filterHint(args.topic, session.id, core) ??
      'Start with record_topics {"action":"start","topics":["#"]}, or listen with subscribe_and_collect',
  );
}

/** Whether it can answer anything, be it that nothing was heard. */
function isAnything(recorded: Recorded, now: number): boolean {
  return recorded.source === null || recorded.messages.latestAt > 0 ||
    recorded.source.coverage({ from: 0, to: now }).length > 0;
}

function collectionSource(collection: Collection, topic: string, core: Core): Source {
  return {
    sessionId: collection.sessionId,
    messages: collection.log,
    stored: null,
    facts: {
      collection_id: collection.id,
      collected_by: collection.tool,
      collection_state: collection.state,
    },
    coverage: (window) => collectionCoverage(collection, topic, window, core.now()),
  };
}

function collectionCoverage(
  collection: Collection,
  topic: string,
  window: { from: number; to: number },
  now: number,
): Coverage {
  const listened = collection.listened?.() ?? null;
  if (listened === null) {
    return { from: null, to: null, complete: false, gaps: [], why: ["It never listened"] };
  }
  const began = Date.parse(listened.from);
  const ended = collection.endedAt ?? now;
  const from = Math.max(window.from, began);
  const to = Math.min(window.to, ended);
  const why: string[] = [];
  if (from > to) why.push("It was not listening then");
  if (window.from > 0 && window.from < began) why.push(`It listened only since ${isoTime(began)}`);
  if (!collection.filters.some((filter) => filterCovers(filter, topic))) {
    why.push(`It listened to ${collection.filters.join(", ")} only`);
  }
  if (listened.gaps.length > 0) {
    why.push(`${listened.gaps.length} gaps in which nothing could be heard`);
  }
  const { evictedThrough } = collection.log;
  const isEvicted = evictedThrough !== null && evictedThrough >= from;
  if (isEvicted) {
    why.push(evictedInWords(evictedThrough));
  }
  return {
    from: from > to ? null : from,
    to: from > to ? null : to,
    complete: why.length === 0,
    gaps: listened.gaps,
    why,
    ...(isEvicted && { wholeFrom: evictedThrough }),
  };
}

function coversFacts(coverage: Coverage) {
  return {
    from: coverage.from === null ? null : isoTime(coverage.from),
    to: coverage.to === null ? null : isoTime(coverage.to),
    complete: coverage.complete,
    gaps: coverage.gaps.map((gap) => ({ ...gap })),
    ...(coverage.why.length > 0 && { why: [...coverage.why] }),
  };
}

const NICE_BUCKETS = [1, 5, 10, 15, 30, 60, 300, 600, 900, 1_800, 3_600, 21_600, 43_200, 86_400];
const ROWS_AIMED_AT = 12;

/** About a dozen rows over the part of the window that is known. */
function defaultBucketSeconds(
  window: { from: number; to: number },
  source: Source,
  covered: Coverage,
): number {
  const { earliestAt } = source.messages;
  // figures are kept longer than messages
  const known = source.stored === null
    ? earliestAt
    : Math.min(earliestAt, source.coverage(window, { figures: true }).from ?? earliestAt);
  const first = Math.max(window.from, Number.isFinite(known) ? known : covered.from ?? window.from);
  const seconds = (window.to - first) / 1000;
  return NICE_BUCKETS.find((bucket) => seconds / bucket <= ROWS_AIMED_AT) ?? 604_800;
}

function cutNote(shown: number, total: number): string {
  return `${shown} of ${total} rows are shown; narrow topic or window, or raise limit`;
}

function placeOf(messages: readonly LoggedMessage[], seq: number): Place {
  return { seq, at: messages.find((message) => message.seq === seq)?.receivedAt ?? 0 };
}

/** What a cursor goes on with: where, and the question that was asked. */
interface Cursor {
  readonly after: Place;
  readonly window: { readonly from: number; readonly to: number };
  /** Absent where it is too long for a cursor. */
  readonly asked?: Asked;
}

const askedShape = z.strictObject({
  topic: z.string(),
  order: z.enum(["desc", "asc"]),
  contains,
  where: z.array(fieldCondition).max(10).optional(),
});

type Asked = z.infer<typeof askedShape>;

const cursorShape = z.strictObject({
  seq: z.number().int(),
  at: z.number(),
  from: z.number(),
  to: z.number(),
  asked: askedShape.optional(),
});

const DEFAULTS: Partial<Asked> = { topic: "#", order: "desc" };

function questionOf({ topic, order, contains, where }: Arguments): Asked {
  return {
    topic,
    order,
    ...(contains !== undefined && { contains }),
    ...(where.length !== 0 && { where: [...where] }),
  };
}

/** The question stands in the cursor, unless it is huge. */
function cursorOf(
  { seq, at }: Place,
  o: { window: { from: number; to: number }; asked: Arguments },
): string {
  const question = questionOf(o.asked);
  const [from, to] = [o.window.from, o.window.to].map(Math.floor);
  return writeCursor({ seq, at, from, to, ...(fitsCursor(question) && { asked: question }) });
}

function read(text: string): Cursor {
  const { seq, at, from, to, asked } = readCursor(text, {
    shape: cursorShape,
    invalid: () => invalidCursor("query_history"),
  });
  return { after: { seq, at }, window: { from, to }, ...(asked && { asked }) };
}

/** The question of the cursor: a page of another question would be mixed into this one's. */
function questionOfCursor({ asked }: Cursor, given: Arguments): Pick<Arguments, keyof Asked> {
  const question = questionOf(given);
  if (asked === undefined) return { where: [], ...question };
  for (const key of ["topic", "contains", "where", "order"] as const) {
    const isLeftOut = question[key] === undefined || question[key] === DEFAULTS[key];
    if (isLeftOut || JSON.stringify(question[key]) === JSON.stringify(asked[key])) continue;
    throw otherQuestion(key);
  }
  return { where: [], ...asked };
}
