import * as shapes from "../api_shapes.ts";
import { Paced } from "../paced.ts";
import { defineRoute, HttpError, type Route } from "../route.ts";
import { recentCounts, TopicFollower, topicNodes } from "../topics.ts";
import { recordingsView } from "../view.ts";
import { type RouteSources, sessionOf } from "./sources.ts";

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
