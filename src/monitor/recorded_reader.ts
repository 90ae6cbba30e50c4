/** Recorded messages as the pages read them: a page at a time, as a file, as numbers over time, and compared. */
import { compareWindows } from "../collect/compare.ts";
import { heardIn } from "../collect/coverage.ts";
import { countByTopic, queryMessages, visitMatching, windowOf } from "../collect/history.ts";
import type { LoggedMessage, Place, RecordedMessages } from "../collect/recorded.ts";
import { Pauses } from "../collect/pauses.ts";
import { parseWindow } from "../collect/time_window.ts";
import type { Core } from "../core.ts";
import { filtersOverlap, validateTopicFilter } from "../mqtt/topic.ts";
import { decodePayload } from "../payload/decode.ts";
import { SparkplugState } from "../payload/sparkplug.ts";
import { fitRows } from "../tools/fit.ts";
import { type MessageView, type ViewableMessage, viewMessage } from "../tools/message_view.ts";
import { topicFacts } from "../tools/shown_text.ts";
import { decodeSparkplug, isSparkplug, withSparkplug } from "../tools/sparkplug_view.ts";
import { type FileFormat, FileRows } from "./file_rows.ts";
import { plottedValues, type Series, SeriesTable } from "./plottable.ts";
import { HttpError } from "./route.ts";

const PAGE_PAYLOAD_CHARS = 20_000;
const FILE_PAYLOAD_CHARS = 1_000_000;
/** Messages of a file. */
const MOST_EXPORTED = 200_000;
/** Characters of a file, about. */
const MOST_EXPORTED_CHARS = 256 * 1024 * 1024;
const EXPORT_PIECE = 200;
/** What is found by its text is held until it is written. */
const MOST_FOUND = 20_000;
const MOST_FOUND_BYTES = 16 * 1024 * 1024;
/** Messages whose numbers are drawn. */
const MOST_VALUES_READ = 2_000;
const MOST_SERIES = 20;
const LARGEST_DECODED_BYTES = 64 * 1024;
const CHANGES_MAX_CHARS = 200_000;

/** Which messages are meant. */
interface Asked {
  readonly topic: string;
  readonly since?: string;
  readonly until?: string;
  readonly contains?: string;
}

/** What is recorded of a session, in memory and on the disk. */
export class RecordedReader {
  readonly #core: Core;
  readonly #sessionId: string;
  readonly #messages: RecordedMessages;
  readonly #signal: AbortSignal;
  /** Whether a search found more than is held at once. */
  #foundMore = false;

  /** @throws {HttpError} where nothing is recorded */
  constructor(core: Core, o: { sessionId: string; filter: string; signal: AbortSignal }) {
    validateTopicFilter(o.filter);
    const recorded = core.recordings.recorded(o.sessionId, o.filter);
    if (recorded === null) {
      throw new HttpError(404, "NOT_FOUND", "Cannot show messages: nothing is recorded here");
    }
    this.#core = core;
    this.#sessionId = o.sessionId;
    this.#messages = recorded.messages;
    this.#signal = o.signal;
  }

  #query({ topic, since, until, contains }: Asked) {
    const window = parseWindow({ since, until }, this.#core.now(), this.#messages.latestAt);
    return { filter: topic, ...window, contains, where: [], signal: this.#signal };
  }

  /** A page, newest first; `after` is the position that the page before ended at. */
  async page(asked: Asked & { limit: number; after?: Place }): Promise<{
    messages: MessageView[];
    matched: number;
    next: Place | null;
  }> {
    const { messages, matched, more } = await queryMessages(this.#messages, {
      ...this.#query(asked),
      order: "desc",
      limit: asked.limit,
      after: asked.after,
    });
    const items = messages.map((message) => itemOf(message));
    const last = messages.at(-1);
    const shown = await withSparkplug(this.#messages, items);
    return {
      messages: shown.map((item) => viewMessage(item, PAGE_PAYLOAD_CHARS)),
      matched,
      next: more && last !== undefined ? { seq: last.seq, at: last.receivedAt } : null,
    };
  }

  /** A file, a piece at a time, oldest first; where not all fits, its last line says so. */
  async *file(asked: Asked, format: FileFormat): AsyncGenerator<string> {
    const rows = new FileRows(format, COLUMNS);
    if (rows.heading !== "") yield rows.heading;
    let count = 0;
    let chars = 0;
    let last = "";
    const full = () =>
      `The file is full: what came after ${last} is left out. Export it with since=${last}`;
    for await (const items of this.#items(asked)) {
      if (count >= MOST_EXPORTED || chars >= MOST_EXPORTED_CHARS) return yield rows.noted(full());
      const views = items.map((item) => ({
        ...viewMessage(item, FILE_PAYLOAD_CHARS),
        // whole, however long
        topic: item.message.topic,
      }));
      const text = rows.lines(views);
      count += views.length;
      chars += text.length;
      last = views.at(-1)?.timestamp ?? last;
      yield text;
    }
    if (this.#foundMore) yield rows.noted(full());
  }

  /** What matches, in portions that stay as they are. */
  async *#items(asked: Asked): AsyncGenerator<ViewableMessage[]> {
    const query = this.#query(asked);
    if (asked.contains !== undefined) return yield* portions(await this.#found(query));
    const { from, to, matches, topic } = windowOf(query);
    const pauses = new Pauses();
    // The names of a metric stand in births, on topics that need not match.
    const sparkplug = filtersOverlap(query.filter, "spBv1.0/#") ? new SparkplugState() : null;
    const wanted = sparkplug === null
      ? { from, to, matches, topic }
      : { from: 0, to, matches: (topic: string) => matches(topic) || isSparkplug(topic) };
    for await (const piece of this.#messages.pieces(wanted)) {
      const items: ViewableMessage[] = [];
      for (const message of piece) {
        const decoded = sparkplug !== null && isSparkplug(message.topic)
          ? decodePayload(message.payload, { topic: message.topic, sparkplug })
          : undefined;
        if (message.receivedAt < from || !matches(message.topic)) continue;
        items.push({
          ...itemOf({ ...message, payload: message.payload.slice() }),
          ...(decoded && { decoded }),
        });
      }
      yield* portions(items);
      if (pauses.due) await pauses.take();
      this.#signal.throwIfAborted();
    }
  }

  /** What a search finds, at once: one that goes on from page to page would read everything each time. */
  async #found(query: Parameters<typeof visitMatching>[1]): Promise<ViewableMessage[]> {
    const found: ViewableMessage[] = [];
    let bytes = 0;
    await visitMatching(this.#messages, query, (message) => {
      if (found.length >= MOST_FOUND || bytes > MOST_FOUND_BYTES) {
        this.#foundMore = true;
        return;
      }
      bytes += message.payload.length;
      found.push(itemOf({ ...message, payload: message.payload.slice() }));
    });
    return await withSparkplug(this.#messages, found);
  }

  /** The numbers of one topic over time. */
  async values(asked: Asked): Promise<{ messages: number; read: number; series: Series[] }> {
    const query = this.#query(asked);
    const counts = await countByTopic(this.#messages, query);
    const messages = counts.get(asked.topic) ?? 0;
    const stride = Math.max(1, Math.ceil(messages / MOST_VALUES_READ));
    const table = new SeriesTable(MOST_SERIES);
    const chosen: LoggedMessage[] = [];
    let at = 0;
    await visitMatching(this.#messages, query, (message) => {
      // The newest one is always among them.
      if ((messages - ++at) % stride !== 0) return;
      const whole = message.payload.length === message.sizeBytes &&
        message.sizeBytes <= LARGEST_DECODED_BYTES;
      if (isSparkplug(message.topic)) {
        chosen.push({ ...message, payload: new Uint8Array() });
      } else if (whole) {
        const { value, format } = decodePayload(message.payload, {
          topic: message.topic,
          contentType: message.properties?.contentType,
        });
        const receivedAtMs = message.receivedAt;
        table.add(receivedAtMs, plottedValues(value, { format, receivedAtMs }));
      }
    });
    const decoded = await decodeSparkplug(this.#messages, chosen.map(({ seq }) => seq));
    for (const { seq, receivedAt: receivedAtMs } of chosen) {
      const found = decoded.get(seq);
      if (!found) continue;
      const { value, format } = found;
      table.add(receivedAtMs, plottedValues(value, { format, receivedAtMs }));
    }
    return { messages, read: Math.ceil(messages / stride), series: table.all() };
  }

  /** What changed between two windows of time. */
  async changes(
    asked: Asked & { before: { since: string; until: string } },
  ) {
    const { filter, from, to, where, signal } = this.#query(asked);
    const now = this.#core.now();
    const before = parseWindow(asked.before, now);
    const covers = [before, { from, to: Math.min(to, now) }].map((window) =>
      this.#core.recordings.coverage(this.#sessionId, filter, window)
    );
    const [heardBefore, heardAfter] = covers.map(heardIn);
    const { changes, messages, read, unheard } = await compareWindows(this.#messages, {
      filter,
      where,
      signal,
      before: { ...before, heardMs: heardBefore(before) },
      after: { from, to, heardMs: heardAfter({ from, to }) },
    });
    const rows = changes.map((change) => ({
      ...change,
      topic: topicFacts(change.topic).topic,
    }));
    return {
      changes: fitRows(rows, CHANGES_MAX_CHARS),
      changed: changes.length,
      unheard,
      messages,
      read,
      why: [...new Set(covers.flatMap(({ why }) => [...why]))],
    };
  }
}

function* portions(items: ViewableMessage[]): Generator<ViewableMessage[]> {
  for (let at = 0; at < items.length; at += EXPORT_PIECE) yield items.slice(at, at + EXPORT_PIECE);
}

function itemOf(message: LoggedMessage) {
  return { seq: message.seq, message, sizeBytes: message.sizeBytes };
}

const COLUMNS = [
  "timestamp",
  "topic",
  "payload",
  "format",
  "encoding",
  "size_bytes",
  "qos",
  "retain",
  "replayed",
  "dup",
  "truncated",
  "content_type",
  "response_topic",
  "user_properties",
  "note",
];
