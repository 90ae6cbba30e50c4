import { isoTime } from "../iso_time.ts";
import { countOf } from "../payload/limits.ts";
import { z } from "zod";
import type { DeviceObserver } from "../analysis/device/mod.ts";
import { SchemaInference, type SchemaResult } from "../analysis/schema/mod.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import { observe } from "./observe.ts";
import { filterHint } from "./filter_hint.ts";
import {
  anObject,
  heardTime,
  listenedOutput,
  rowsOutput,
  sessionId,
  topicFilter,
} from "./params.ts";
import { shownText } from "./shown_text.ts";
import { defineTool } from "./tool.ts";
import { withSession } from "./with_session.ts";

const MAX_UNUSUAL = 3;
/** Fields that the answer names. */
const NAMED_FIELDS = 8;
const NAME_CHARS = 60;

/** What was learnt in one sentence. */
function answerOf(
  topic: string,
  hint: () => string | null,
  { sample_count, formats, fields, groups, confidence }: SchemaResult,
) {
  const filter = `"${shownText(topic, 200)}"`;
  if (sample_count === 0) {
    const why = hint();
    return `No message came on ${filter}, so nothing was learnt${why === null ? "" : `. ${why}`}`;
  }
  const kinds = Object.keys(formats).slice(0, 4).join(", ");
  const topics = groups.reduce((sum, group) => sum + group.topic_count, 0);
  const structures = groups.length > 1 ? ` in ${groups.length} structures` : "";
  const inner = fields.filter(({ path }) => path !== "$");
  const named = inner.slice(0, NAMED_FIELDS)
    .map(({ path, types }) => `${shownText(path, NAME_CHARS)} (${types.join(" or ")})`);
  const more = inner.length > named.length ? ` and ${inner.length - named.length} more` : "";
  return `${countOf(sample_count, "message")} of ${topics} ${
    topics === 1 ? "topic" : "topics"
  } on ${filter} are ${kinds}${structures}${
    named.length === 0 ? "" : `, with ${named.join(", ")}${more}`
  }; confidence ${confidence.level}`;
}

/** How sure a schema is: medium at most where values are among it that are no norm. */
function confidenceIn(
  { confidence }: SchemaResult,
  strange: readonly string[],
): SchemaResult["confidence"] {
  return strange.length === 0 ? confidence : {
    ...confidence,
    level: confidence.level === "high" ? "medium" : confidence.level,
    why: `${confidence.why}; values that are no norm are among them (see warnings)`,
  };
}

/** What is no norm among the values that were learnt: a broken sensor, another unit, a stopped machine. */
function unusual(observer: DeviceObserver, o: { nowMs: number; seconds: number }): string[] {
  const { findings } = observer.result({
    nowMs: o.nowMs,
    listened: { seconds: o.seconds, gaps: [] },
  });
  return findings.filter(({ code, title }) =>
    code === "outlier" || code === "stuck_value" ||
    code === "clock_skew" && /never set/.test(title) ||
    code === "reported_error" && /went from/.test(title)
  ).slice(0, MAX_UNUSUAL).map(({ title, evidence }) =>
    `Not the norm, so mind it in the ranges: ${title}. ${evidence.summary.slice(0, 160)}`
  );
}

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
    answer: z.string(),
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
      const { DeviceObserver } = await import("../analysis/device/observers.ts");
      const inference = new SchemaInference();
      const observer = new DeviceObserver({ deviceId: args.topic, startedAtMs: core.now() });
      let heard = 0;
      let firstAt = Infinity;
      let lastAt = -Infinity;
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
          observer.offer(message);
          firstAt = Math.min(firstAt, message.receivedAt);
          lastAt = Math.max(lastAt, message.receivedAt);
          inference.add(message.topic, message.payload, message.receivedAt);
          if (heard >= args.max_messages) stop("max_messages");
        },
      });
      const learnt = inference.result();
      const { seconds } = observation.report;
      const sampledS = heard > 1 ? (lastAt - firstAt) / 1000 : 0;
      const { matching = heard } = observation;
      const span = heard === 0 ? "" : [firstAt, lastAt].map(isoTime).join(" to ");
      const strange = unusual(observer, { nowMs: core.now(), seconds });
      const warnings = [
        ...(matching > heard
          ? [
            `Learnt from the newest ${heard} of ${matching} messages, of ${span} (${
              Math.round(sampledS)
            } of ${Math.round(seconds)} s); raise max_messages to take in more`,
          ]
          : observation.matching === undefined && observation.stopReason === "max_messages"
          ? [`Learnt from the first ${heard} messages, of ${span}; what came later is not in it`]
          : []),
        ...strange,
        ...learnt.warnings,
      ];
      const result = { ...learnt, confidence: confidenceIn(learnt, strange) };
      return {
        answer: answerOf(args.topic, () => filterHint(args.topic, session.id, core), result),
        ...result,
        warnings,
        ...observation.facts,
        stop_reason: observation.stopReason,
      };
    });
  },
});
