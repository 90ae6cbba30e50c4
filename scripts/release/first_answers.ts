/** What the program answers to a host's first requests, read from the program itself. */
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/server";
import { parseConfig } from "../../src/config/mod.ts";
import { createCore } from "../../src/core.ts";
import type { Bundled } from "../../src/mcp/listed_tools.ts";
import { toolDefinition } from "../../src/mcp/server.ts";
import { serveStream } from "../../src/mcp/stdio.ts";
import { tools } from "../../src/tools/mod.ts";

const CLIENT = { name: "bundler", version: "1" };
const MODERN = {
  _meta: {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
  },
};
/** Lists that are the same for as long as the program runs. */
const LISTS = ["tools/list", "prompts/list", "resources/templates/list"];

/** Asks a server of each era what hosts ask. */
export async function readBundled(): Promise<Bundled> {
  const core = await createCore(parseConfig([], {}));
  try {
    const agreed = await Promise.all(
      SUPPORTED_PROTOCOL_VERSIONS.map(async (version) =>
        (await ask(core, [handshake(version)])).initialize.protocolVersion
      ),
    );
    const newest = (await ask(core, [handshake("0")])).initialize.protocolVersion;
    const legacy = await ask(core, [
      handshake(newest),
      ...["ping", ...LISTS].map((method) => ({ method, params: {} })),
    ]);
    const modern = await ask(
      core,
      ["server/discover", ...LISTS].map((method) => ({ method, params: MODERN })),
    );
    delete legacy.initialize.protocolVersion;
    for (const era of [legacy, modern]) delete era["tools/list"].tools;
    const listed = tools.map((tool) => {
      const { access, inReadOnlyMode } = tool;
      return {
        definition: toolDefinition(tool),
        access,
        ...(inReadOnlyMode && { inReadOnlyMode }),
      };
    });
    const versions = [...new Set([newest, ...agreed])] as string[];
    return { tools: listed, answers: { versions, legacy, modern } };
  } finally {
    await core.close();
  }
}

function handshake(protocolVersion: unknown) {
  const params = { protocolVersion, capabilities: {}, clientInfo: CLIENT };
  return { method: "initialize", params };
}

/** The results of requests on one connection, by method. */
async function ask(
  core: Parameters<typeof serveStream>[1],
  requests: readonly { method: string; params: object }[],
): Promise<Record<string, Record<string, unknown>>> {
  const input = new TransformStream<Uint8Array, Uint8Array>();
  const output = new TransformStream<Uint8Array, Uint8Array>();
  const stream = { readable: input.readable, writable: output.writable };
  const served = serveStream(stream, core, { tools });
  const reading = new Response(output.readable).text();
  const lines = requests.map(({ method, params }, id) =>
    `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`
  );
  const writer = input.writable.getWriter();
  await writer.write(new TextEncoder().encode(lines.join("")));
  await writer.close();
  await served.ended;
  const results: Record<string, Record<string, unknown>> = {};
  for (const line of (await reading).trim().split("\n")) {
    const { id, result } = JSON.parse(line);
    results[requests[id].method] = result;
  }
  for (const { method } of requests) {
    if (results[method] === undefined) throw new Error(`Cannot learn the answer to ${method}`);
  }
  return results;
}
