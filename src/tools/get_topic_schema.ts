import { z } from "zod";
import { SchemaInference } from "../analysis/schema/mod.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import { observe } from "./observe.ts";
import {
  anObject,
  heardTime,
  listenedOutput,
  rowsOutput,
  sessionId,
  topicFilter,
} from "./params.ts";
import { defineTool } from "./tool.ts";
import { withSession } from "./with_session.ts";

/** Learns what the payloads of a topic filter look like. */
export const getTopicSchema = defineTool({
  name: "get_topic_schema",
  title: "Infer payload schema",
  description:
    "Infer what payloads on a topic filter look like: a JSON Schema (2020-12), each field's types, presence, " +
    "range and examples, topics that share a structure, fields that changed. " +
    "Use it before writing a parser, subscribe_and_collect for the messages.",
  access: "read",
  quotesStrangers: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    topic: topicFilter.describe('Topic filter, e.g. "sensors/+/telemetry"'),
    ...heardTime(30, 300),
    max_messages: z.number().int().min(1).max(100_000).default(1000).describe(
      "Stop after so many",
    ),
  }),
  output: z.looseObject({
    sample_count: z.number(),
    formats: anObject,
    schema: anObject,
    fields: rowsOutput,
    confidence: anObject,
    groups: rowsOutput,
    warnings: rowsOutput,
    listened: listenedOutput,
  }),
  example: { args: { topic: "plant/+/telemetry", duration: 5 } },
  async run(args, context) {
    validateTopicFilter(args.topic);
    const { core, signal, progress } = context;
    return await withSession(args.session_id, context, async (session) => {
      const inference = new SchemaInference();
      let heard = 0;
      const observation = await observe(core, {
        session,
        tool: "get_topic_schema",
        filters: [args.topic],
        time: args,
        defaultSeconds: 30,
        signal,
        newest: args.max_messages,
        progress,
        heard: () => heard,
        onMessage(message, stop) {
          heard++;
          inference.add(message.topic, message.payload, message.receivedAt);
          if (heard >= args.max_messages) stop("max_messages");
        },
      });
      return {
        ...inference.result(),
        ...observation.facts,
        stop_reason: observation.stopReason,
      };
    });
  },
});
