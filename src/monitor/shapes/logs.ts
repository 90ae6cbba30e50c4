/** The log. */
import { z } from "zod";
import { count, isoTime } from "./parts.ts";

/** One line of the log. */
export const logLineShape = z.object({
  id: count,
  time: isoTime,
  level: z.enum(["debug", "info", "warning", "error", "fatal", "trace"]),
  part: z.string().describe("Part of the program, e.g. session"),
  message: z.string(),
});

/** `GET /api/logs`. */
export const logsQueryShape = z.strictObject({
  level: z.enum(["debug", "info", "warning", "error"]).optional().describe("This level and worse"),
  text: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(2000).default(200),
  cursor: z.string().max(40).optional().describe("next_cursor of the page before"),
});

/** `GET /api/logs`: newest first. */
export const logsShape = z.object({
  lines: z.array(logLineShape),
  next_cursor: z.string().nullable(),
  level: z.string().describe("LOG_LEVEL: nothing below it is recorded"),
});

export type LogEntry = z.output<typeof logLineShape>;
export type LogsQuery = z.output<typeof logsQueryShape>;
