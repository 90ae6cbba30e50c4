import assert from "node:assert/strict";
import { mainArgs } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { tools } from "../../src/tools/mod.ts";

/** The MCP Inspector's command line, a client that is none of ours. Needs Node 20. */
async function inspect(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command("npx", {
    args: [
      "-y",
      "@modelcontextprotocol/inspector@0.15.0",
      "--cli",
      Deno.execPath(),
      ...mainArgs,
      "--no-attach",
      ...args,
    ],
    stdin: "null",
    // Its own tools would print to stdout, too.
    env: { NO_COLOR: "1", npm_config_update_notifier: "false" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(code, 0, text + new TextDecoder().decode(stderr));
  return JSON.parse(text.slice(text.indexOf("{")));
}

Deno.test("the MCP Inspector calls a tool", async () => {
  await using broker = await startMosquitto();
  const result = await inspect(
    "--method",
    "tools/call",
    "--tool-name",
    "establish_connection",
    "--tool-arg",
    `connection_string=${broker.url}`,
  );
  assert.equal(result.isError, undefined);
  assert.equal(result.structuredContent.status, "connected");
  assert.equal(result.content[0].text, JSON.stringify(result.structuredContent));
});

Deno.test("the MCP Inspector lists every tool, and finds none whose schema some host would refuse", async () => {
  // This version needs Node 22, which npm has as a package.
  const { code, stdout, stderr } = await new Deno.Command("npx", {
    args: [
      "-y",
      "-p",
      "node@22",
      "-p",
      "@modelcontextprotocol/inspector@2.12.0",
      "--",
      "mcp-inspector",
      "--cli",
      "--strict",
      "--method",
      "tools/list",
      Deno.execPath(),
      ...mainArgs,
      "--no-attach",
    ],
    stdin: "null",
    env: { NO_COLOR: "1", npm_config_update_notifier: "false" },
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 0, said);
  const { tools: listed } = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual(
    listed.map((tool: { name: string }) => tool.name),
    tools.map((tool) => tool.name),
  );
  assert.match(said, /\b0 errors/, said);
  // what is left to remark upon is a payload: any JSON value, by contract
  const remarked = [...said.matchAll(/Path: (\S+)/g)].map(([, path]) => path);
  for (const path of remarked) {
    assert.match(
      path,
      /^(inputSchema\.properties\.payload|inputSchema\..*value|outputSchema\.)/,
      said,
    );
  }
});
