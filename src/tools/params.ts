/** Parameters and result parts that several tools share, so that they read and behave the same everywhere. */
import { z } from "zod";
import type { ListenedReport } from "../session/listening.ts";

export { rounded } from "../numbers.ts";

/** The handle of a session. */
export const sessionId = z.string().describe("From establish_connection");

/** One topic filter to listen to; what is wrong with one is told as `TOPIC_INVALID`, not as a wrong argument. */
export const topicFilter = z.string();

/** Topic filters whose messages are left out. */
export const exclude = z.array(topicFilter).max(50).default([]).describe(
  'Filters, e.g. ["zigbee2mqtt/bridge/#"]',
);

/** QoS of a subscription or a publish. */
export const qos = z.literal([0, 1, 2]).describe(
  "Quality of service",
);

/** What is published. */
export const payloadInput = z.unknown().describe("Text, or any JSON value");

/** How a payload argument is written. */
export const payloadEncoding = z.enum(["utf8", "base64", "hex"]).default("utf8").describe(
  "Of payload",
);

/** A text to be found in a message. */
export const contains = z.string().min(1).max(1_000).optional().describe("Text, any case");

/** A condition on a field of the payload. */
export const fieldCondition = z.strictObject({
  path: z.string().max(500).describe('"status.battery"; "": the payload'),
  op: z.enum(["=", "!=", ">", "<", "contains", "exists", "changed"]),
  value: z.unknown().optional(),
});

/** What a message must be to be told: the same for waiting and for watching. */
export const messageCondition = {
  where: z.array(fieldCondition).max(10).default([]).describe("All must hold"),
  contains,
  changes: z.string().max(500).optional().describe("Field path that must change"),
  retained: z.boolean().default(false).describe("Whether a retained one counts"),
};

/** Seconds of silence that meet a condition. */
export function quietFor(mostSeconds: number) {
  return z.number().min(0.1).max(mostSeconds).optional().describe(
    "Seconds without a matching message",
  );
}

/** A time to listen, in seconds. */
export function duration(defaultSeconds: number, maxSeconds: number) {
  return z.number().min(0.1).max(maxSeconds).default(defaultSeconds).describe("Seconds");
}

/** What a tool that can answer from a recording, or listen, is given: one of these, or neither. */
export function heardTime(defaultSeconds: number, maxSeconds: number) {
  return {
    since: z.string().max(60).optional().describe(
      'From the recording, at once, e.g. "-10m"; its default where it covers',
    ),
    duration: z.number().min(0.1).max(maxSeconds).optional().describe(
      `Or listen so many seconds; ${defaultSeconds} where nothing is recorded`,
    ),
  };
}

/** An object of a result whose fields speak for themselves: definitions cost every reader of the tool list. */
export const anObject = z.looseObject({});

/** Rows of a result whose fields speak for themselves. */
export const rowsOutput = z.array(z.unknown());

/** The `listened` part of a result. */
export const listenedOutput = anObject;

/** A `listened` part, in the shape a result has: empty notes are left out. */
export function listenedFacts(report: ListenedReport): object {
  const { notes, ...facts } = report;
  return {
    ...facts,
    ...(notes.length > 0 && { notes: [...notes] }),
  };
}
