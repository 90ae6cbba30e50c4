import { z } from "zod";
import { sessionId } from "./params.ts";
import { defineTool } from "./tool.ts";

/** Ends a session and erases what was heard through it. */
export const closeConnection = defineTool({
  name: "close_connection",
  title: "Close a broker session",
  description: "Disconnect a session from its broker and erase its recordings and collections. " +
    "Use it when you are done; sessions that nobody uses also end by themselves.",
  access: "session",
  idempotent: false,
  input: z.strictObject({ session_id: sessionId }),
  output: z.looseObject({ session_id: z.string(), status: z.string(), closed_at: z.string() }),
  example: { args: {} },
  async run(args, { core, client }) {
    const closed = await core.sessions.close(args.session_id, client.id);
    return { ...closed, status: "closed" };
  },
});
