/** Parameters and result parts that several tools share, so that they read and behave the same everywhere. */
import { z } from "zod";
import type { ListenedReport } from "../session/listening.ts";

/** The handle of a session. */
export const sessionId = z.string().min(1).max(100).describe(
  "Session from establish_connection",
);

/** One topic filter to listen to. */
export const topicFilter = z.string().min(1).max(65_535);

/** Topic filters whose messages are left out. */
export const exclude = z.array(topicFilter).max(50).default([]).describe(
  'Topic filters to leave out, e.g. ["zigbee2mqtt/bridge/#"]',
);

/** QoS of a subscription or a publish. */
export const qos = z.literal([0, 1, 2]);

/** A time to listen, in seconds. */
export function duration(defaultSeconds: number, maxSeconds: number) {
  return z.number().min(0.1).max(maxSeconds).default(defaultSeconds).describe(
    `Seconds to listen, at most ${maxSeconds}`,
  );
}

/** Whether a running recording may answer instead of listening anew. */
export const useHistory = z.boolean().default(true).describe(
  "Use what a recording that covers the filter already knows, instead of waiting",
);

/** The `listened` part of a result. */
export const listenedOutput = z.looseObject({
  from: z.string(),
  to: z.string(),
  seconds: z.number(),
  gaps: z.array(z.looseObject({})),
  refused: z.array(z.looseObject({})),
  counting: z.string(),
});

/** A `listened` part, in the shape a result has: empty notes are left out. */
export function listenedFacts(report: ListenedReport): object {
  const { notes, ...facts } = report;
  return {
    ...facts,
    ...(notes.length > 0 ? { notes: [...notes] } : {}),
  };
}

/** A broker as results show it. */
export const brokerOutput = z.looseObject({
  host: z.string(),
  port: z.number(),
  protocol: z.string(),
});

/** Milliseconds since the epoch as ISO 8601 in UTC. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A number rounded to some decimals, without a tail of zeros. */
export function rounded(value: number, decimals = 2): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
