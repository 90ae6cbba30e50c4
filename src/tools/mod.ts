import type { AnyTool } from "./tool.ts";

/** Every tool, in the order in which clients see them. The order never depends on a connection. */
export const tools: readonly AnyTool[] = [];
