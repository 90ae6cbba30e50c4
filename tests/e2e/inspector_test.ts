import assert from "node:assert/strict";
import { mainArgs } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { tools } from "../../src/tools/mod.ts";

/** The MCP Inspector's command line, a client that is none of ours: what it prints, and what it says beside. */
async function inspect(...args: string[]) {
  // It needs Node 22, which npm has as a package.
  const packages = ["-p", "node@22", "-p", "@modelcontextprotocol/inspector@2.12.0"];
  const server = [Deno.execPath(), ...mainArgs, "--no-attach"];
  const { code, stdout, stderr } = await new Deno.Command("npx", {
    args: ["-y", ...packages, "--", "mcp-inspector", "--cli", ...args, ...server],
    stdin: "null",
    // Its own tools would print to stdout, too.
    env: { NO_COLOR: "1", npm_config_update_notifier: "false" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 0, text + said);
  return { printed: JSON.parse(text), said };
}

Deno.test("the MCP Inspector calls a tool", async () => {
  await using broker = await startMosquitto();
  const { printed } = await inspect(
    // takes what follows as further arguments, up to the next option
    "--tool-arg",
    `connection_string=${broker.url}`,
    "--method",
    "tools/call",
    "--tool-name",
    "establish_connection",
  );
  assert.equal(printed.isError, undefined);
  assert.equal(printed.structuredContent.status, "connected");
  assert.equal(printed.content[0].text, JSON.stringify(printed.structuredContent));
});

Deno.test("the MCP Inspector lists every tool, and finds none whose schema some host would refuse", async () => {
  const { printed, said } = await inspect("--strict", "--method", "tools/list");
  assert.deepEqual(
    printed.tools.map((tool: { name: string }) => tool.name),
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
