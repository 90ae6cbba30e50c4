import { parseWindow } from "../../collect/time_window.ts";
import { validateTopicName } from "../../mqtt/topic.ts";
import { previewPayload } from "../../payload/present.ts";
import { readRetained } from "../../session/retained.ts";
import * as shapes from "../shapes/topics.ts";
import { fileAnswer } from "../file_rows.ts";
import { PAGE_CLIENT } from "../page_call.ts";
import { Paced } from "../paced.ts";
import { defineRoute, HttpError, type Route } from "../route.ts";
import { topicsFile } from "../topic_export.ts";
import { recentCounts, TopicFollower, topicNodes } from "../topics.ts";
import { recordingsView } from "../view.ts";
import { type RouteSources, sessionOf } from "./sources.ts";

const PREVIEW_CHARS = 120;

/** Topics and messages of recordings. */
export function topicRoutes({ core, views }: RouteSources): readonly Route[] {
  const trees = new Paced<ReturnType<typeof topicNodes>>();
  return [
    defineRoute({
      method: "get",
      path: "/api/topics",
      summary: "One level of the topic tree of what a session records, or a search in it",
      query: shapes.topicsQueryShape,
      answer: shapes.topicsShape,
      handle: ({ query }) => {
        const session = sessionOf(core, query.session_id);
        const recorded = core.recordings.logOf(session.id);
        const { nodes, total } = recorded === null ? { nodes: [], total: 0 } : trees.get(
          JSON.stringify(query),
          () => topicNodes(recorded, { ...query, recent: recentCounts(recorded, core.now()) }),
        );
        return {
          session_id: session.id,
          parent: query.parent ?? null,
          nodes,
          total,
          recording: views.recordings.get(session.id, () => recordingsView(core, session.id)),
        };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/topics/export",
      summary: "Recorded topics with their newest messages as a file: all, or what a search finds",
      query: shapes.topicsExportQueryShape,
      media: ["application/x-ndjson", "text/csv"],
      handle: ({ query, request }) => {
        const { session_id, search, since, until, format } = query;
        const recorded = core.recordings.logOf(sessionOf(core, session_id).id);
        if (recorded === null) {
          throw new HttpError(404, "NOT_FOUND", "Cannot export topics: nothing is recorded here");
        }
        const window = since === undefined && until === undefined
          ? undefined
          : parseWindow({ since, until }, core.now(), recorded.latestAt);
        return fileAnswer(
          request,
          { name: "topics", format },
          (signal) => topicsFile(recorded, { search, window, signal }, format),
        );
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/topics/retained",
      summary: "Whether the broker keeps a message on a topic: it is asked with a subscription",
      query: shapes.retainedQueryShape,
      answer: shapes.retainedShape,
      handle: async ({ query: { session_id, topic }, request: { signal } }) => {
        const session = sessionOf(core, session_id);
        validateTopicName(topic);
        if (!core.sessions.sees(session.id, PAGE_CLIENT.id)) {
          throw new HttpError(403, "NOT_ALLOWED", "Cannot ask: the session is its client's alone");
        }
        const { entries, complete } = await readRetained(session, {
          filters: [topic],
          only: new Set([topic]),
          limit: 1,
          signal,
        });
        const kept = entries.get(topic);
        if (kept === undefined) {
          return { retained: complete ? false : null, size_bytes: null, preview: null };
        }
        const { head, sizeBytes } = kept;
        const preview = previewPayload(head, { topic, maxChars: PREVIEW_CHARS, sizeBytes });
        return { retained: true, size_bytes: sizeBytes, preview };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/topics/messages",
      summary: "The newest messages of one recorded topic, decoded, and its numbers over time",
      query: shapes.topicMessagesQueryShape,
      answer: shapes.topicMessagesShape,
      handle: async ({ query }) => {
        const session = sessionOf(core, query.session_id);
        const recorded = core.recordings.logOf(session.id);
        const found = recorded &&
          await new TopicFollower(recorded, query.topic).changes(query.limit);
        if (found === null) {
          throw new HttpError(404, "NOT_FOUND", "Cannot show the topic: nothing of it is recorded");
        }
        return { session_id: session.id, topic: query.topic, ...found };
      },
    }),
  ];
}
