/** The least that can be called a server on the SDK of ours: one tool that gives back a constant. */
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

serveStdio(() => {
  const server = new McpServer({ name: "smallest", version: "1" }, {
    capabilities: { tools: {} },
  });
  server.registerTool("nothing", {
    description: "Does nothing",
    inputSchema: z.strictObject({}),
  }, () => ({ content: [{ type: "text" as const, text: "{}" }] }));
  return server;
});
