import { z } from "zod";
import type { AnyTool } from "../../src/tools/tool.ts";

/** The longest that an example listens in a test, in seconds. */
const SECONDS = 0.5;
const ANY_TOPIC = "#";

/** The arguments of a tool's example call, about any topic and in little time: what a tool without special needs is asked. */
export function exampleOf(tool: AnyTool): Record<string, unknown> {
  const { properties = {} } = z.toJSONSchema(tool.input, { io: "input" }) as {
    properties?: Record<string, unknown>;
  };
  const args: Record<string, unknown> = { ...tool.example.args };
  for (const key of ["duration", "timeout"]) if (key in properties) args[key] = SECONDS;
  for (const key of ["topic", "pattern"]) if (key in properties) args[key] = ANY_TOPIC;
  return args;
}
