import { z } from "zod";
import { SchemaInference } from "../analysis/schema.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import { observe } from "./observe.ts";
import { duration, listenedOutput, sessionId, topicFilter, useHistory } from "./params.ts";
import { defineTool } from "./tool.ts";

/** Learns what the payloads of a topic filter look like. */
export const getTopicSchema = defineTool({
  name: "get_topic_schema",
  title: "Infer payload schema",
  description:
    "Infer the structure of the payloads on a topic filter as a JSON Schema (2020-12), with every field's types, presence, " +
    "range and examples, groups of topics that share a structure, and fields that changed. " +
    "Use it before writing an integration or parser; use subscribe_and_collect to see the messages themselves.",
  access: "read",
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    topic: topicFilter.describe('Topic filter, e.g. "sensors/+/telemetry"'),
    duration: duration(30, 300),
    max_messages: z.number().int().min(1).max(100_000).default(1000).describe(
      "Stop after this many messages",
    ),
    use_history: useHistory,
  }),
  output: z.looseObject({
    sample_count: z.number(),
    formats: z.record(z.string(), z.number()),
    schema: z.looseObject({}),
    fields: z.array(z.looseObject({ path: z.string(), types: z.array(z.string()) })),
    confidence: z.looseObject({ level: z.string() }),
    groups: z.array(z.looseObject({})),
    warnings: z.array(z.string()),
    listened: listenedOutput,
    stop_reason: z.string(),
  }),
  async run(args, { core, client, signal, progress }) {
    validateTopicFilter(args.topic);
    const session = core.sessions.get(args.session_id, client.id);
    using _use = session.use();
    const inference = new SchemaInference();
    let heard = 0;
    const observation = await observe(core, {
      session,
      tool: "get_topic_schema",
      filters: [args.topic],
      durationMs: args.duration * 1000,
      signal,
      useHistory: args.use_history,
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
  },
});
