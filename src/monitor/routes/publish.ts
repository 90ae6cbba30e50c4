import { MqttMcpError } from "../../errors.ts";
import { validateTopicName } from "../../mqtt/topic.ts";
import { clearRetained } from "../../tools/clear_retained.ts";
import { publishMessage } from "../../tools/publish_message.ts";
import * as shapes from "../shapes/writes.ts";
import { callAsPage, checkShown, PAGE_CLIENT } from "../page_call.ts";
import { Previews } from "../previews.ts";
import { defineRoute, HttpError, type Route } from "../route.ts";
import { type RouteSources, sessionOf } from "./sources.ts";

/** A payload of 1 MiB as text whose every character is escaped. */
const PUBLISH_MAX_BYTES = 8 * 1024 * 1024;
const FIELDS = {
  TOPIC_INVALID: "topic",
  NOT_ALLOWED: "topic",
  NOT_AUTHORIZED: "topic",
  PAYLOAD_TOO_LARGE: "payload",
  INVALID_ARGUMENT: "payload",
  QOS_NOT_SUPPORTED: "qos",
};

/** What is sent to a broker: each is previewed first, and done as it was previewed. */
export function publishRoutes(sources: RouteSources): readonly Route[] {
  const { core, activity, offers } = sources;
  const previews = new Previews(() => core.now());
  return [
    defineRoute({
      method: "get",
      path: "/api/publish",
      summary: "Whether these pages may publish to a topic, and why not",
      query: shapes.mayPublishQueryShape,
      answer: shapes.mayPublishShape,
      handle: ({ query }) => {
        const session = sessionOf(core, query.session_id);
        if (!offers().publish) return { allowed: false, why: offers().why ?? "It is read-only" };
        if (!core.sessions.sees(session.id, PAGE_CLIENT.id)) {
          return { allowed: false, why: "SESSION_SHARING=false keeps its session to its client" };
        }
        try {
          validateTopicName(query.topic);
          core.policy.checkPublish(query.topic);
          return { allowed: true, why: null };
        } catch (error) {
          if (!(error instanceof MqttMcpError)) throw error;
          return { allowed: false, why: error.message };
        }
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/publish",
      summary:
        "Preview a message (publish_message as a dry run); with the preview's confirm, send it",
      body: shapes.publishBodyShape,
      bodyMaxBytes: PUBLISH_MAX_BYTES,
      answer: shapes.publishedShape,
      writes: true,
      handle: async ({ body: { confirm, ...args }, request }) => {
        checkShown(publishMessage, core);
        const call = { core, activity, signal: request.signal, fields: FIELDS };
        if (confirm === undefined) {
          const preview = await callAsPage(publishMessage, { ...args, dry_run: true }, call);
          const question = publishMessage.question?.({ ...args, dry_run: false }, {
            core,
            client: PAGE_CLIENT,
          });
          return { ...preview, question: question ?? null, confirm: previews.add(args) };
        }
        if (!previews.take(confirm, args)) throw notPreviewed();
        return await callAsPage(publishMessage, args, call);
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/clear-retained",
      summary:
        "List retained messages that would be removed, with a plan; with the plan, remove them",
      body: shapes.clearBodyShape,
      answer: shapes.clearedShape,
      writes: true,
      handle: async ({ body: { plan, ...args }, request }) => {
        checkShown(clearRetained, core);
        return await callAsPage(clearRetained, {
          ...args,
          ...(plan !== undefined && { dry_run: false, plan }),
        }, {
          core,
          activity,
          signal: request.signal,
          fields: { TOPIC_INVALID: "topics", NOT_ALLOWED: "topics", INVALID_ARGUMENT: "topics" },
        });
      },
    }),
  ];
}

function notPreviewed(): HttpError {
  return new HttpError(
    409,
    "NOT_PREVIEWED",
    "Nothing was sent: this is not what was previewed, or its preview was used or is too old",
    "Preview it again",
  );
}
