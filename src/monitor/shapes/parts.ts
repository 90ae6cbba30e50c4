/**
 * What the shapes of several routes share. In this folder is the shape of everything the monitor takes and answers over HTTP
 * and its WebSocket. Requests are validated against these schemas, and the OpenAPI description is made of them. Times are
 * ISO 8601 in UTC, durations and sizes have their unit in the name, and nothing here ever holds a credential.
 */
import { z } from "zod";

/** A time. */
export const isoTime = z.string().describe("ISO 8601 in UTC");
/** A number of things. */
export const count = z.number().int().min(0);
/** The session that a request is about. */
export const sessionId = z.string().max(100);
/** One point of a figure over time; null where nothing is known. */
export const points = z.array(z.number().nullable());

/** A refusal, of every route. */
export const errorShape = z.object({
  error: z.object({
    code: z.string().describe("e.g. NOT_FOUND, INVALID_ARGUMENT, or a code of the tools"),
    message: z.string(),
    hint: z.string().optional().describe("What to do about it"),
    field: z.string().optional().describe("The field of the request that it is about"),
  }),
});

/** Topic filters of a request. */
export const topicFilters = z.array(z.string().min(1).max(65_535)).max(50);

/** Body of a route that needs nothing to be said. */
export const nothingShape = z.strictObject({});
