import { invalidArgument } from "../../errors.ts";
import type { Place } from "../../collect/recorded.ts";
import * as shapes from "../shapes/messages.ts";
import { fileAnswer } from "../file_rows.ts";
import { RecordedReader } from "../recorded_reader.ts";
import { defineRoute, type Route } from "../route.ts";
import { type RouteSources, sessionOf } from "./sources.ts";

/** Recorded messages: older ones, as a file, as numbers, and what changed among them. */
export function messageRoutes({ core }: RouteSources): readonly Route[] {
  const readerOf = (
    query: { session_id: string; topic: string },
    signal: AbortSignal,
  ) =>
    new RecordedReader(core, {
      sessionId: sessionOf(core, query.session_id).id,
      filter: query.topic,
      signal,
    });
  return [
    defineRoute({
      method: "get",
      path: "/api/messages",
      summary: "Recorded messages of a topic filter, newest first, a page at a time",
      query: shapes.messagesQueryShape,
      answer: shapes.messagesShape,
      handle: async ({ query, request }) => {
        const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
        const { messages, matched, next } = await readerOf(query, request.signal)
          .page({ ...query, after });
        return { messages, matched, next_cursor: next === null ? null : `${next.at}-${next.seq}` };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/messages/export",
      summary: "Recorded messages of a topic filter as a file, oldest first; at most 200,000",
      query: shapes.messagesExportQueryShape,
      media: ["application/x-ndjson", "text/csv"],
      handle: ({ query, request }) => {
        const { format } = query;
        return fileAnswer(
          request,
          { name: "messages", format },
          (signal) => readerOf(query, signal).file(query, format),
        );
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/messages/values",
      summary: "The numbers in the messages of one topic over a time",
      query: shapes.valuesQueryShape,
      answer: shapes.valuesShape,
      handle: async ({ query, request }) => await readerOf(query, request.signal).values(query),
    }),
    defineRoute({
      method: "get",
      path: "/api/changes",
      summary: "What changed between two windows of time, topic by topic",
      query: shapes.changesQueryShape,
      answer: shapes.changesShape,
      handle: async ({ query, request }) =>
        await readerOf(query, request.signal).changes({
          ...query,
          before: { since: query.before_since, until: query.before_until },
        }),
    }),
  ];
}

function readCursor(text: string): Place {
  const [, at, seq] = /^(\d{1,16})-(\d{1,16})$/.exec(text)?.map(Number) ?? [];
  if (at !== undefined && seq !== undefined) return { at, seq };
  throw invalidArgument(
    "Cannot read the cursor: it is no next_cursor of a page",
    "Ask for the first page again",
  );
}
