/** What is answered before the rest of the program is loaded, and what then. */
import assert from "node:assert/strict";
import { ConfigError, parseConfig } from "../../src/config.ts";
import { createCore } from "../../src/core.ts";
import { serveEarlyStream } from "../../src/mcp/early.ts";
import { bundled, listedTools } from "../../src/mcp/listed_tools.ts";
import { toolDefinition } from "../../src/mcp/server.ts";
import { serveProcess, serversOn } from "../../src/mcp/stdio.ts";
import type { Work } from "../../src/mcp/stdio_work.ts";
import { tools } from "../../src/tools/mod.ts";
import { until } from "../support/wait.ts";

const HELLO = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
};
const LIST = { jsonrpc: "2.0", id: 2, method: "tools/list", params: {} };

/** A process that is served, whose work is there once `load` is called. */
function start() {
  const core = createCore(parseConfig([], {}));
  const gate = Promise.withResolvers<void>();
  gate.promise.catch(() => {});
  const input = new TransformStream<Uint8Array, Uint8Array>();
  const output = new TransformStream<Uint8Array, Uint8Array>();
  const writer = input.writable.getWriter();
  // deno-lint-ignore no-explicit-any -- messages of any kind
  const answers: any[] = [];
  let begun = 0;
  const reading = (async () => {
    let text = "";
    for await (
      const chunk of (output.readable as ReadableStream<BufferSource>).pipeThrough(
        new TextDecoderStream(),
      )
    ) {
      text += chunk;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        answers.push(JSON.parse(text.slice(0, end)));
        text = text.slice(end + 1);
      }
    }
  })();
  const startWork = async (): Promise<Work> => {
    begun++;
    await gate.promise;
    const made = await core;
    return {
      servers: (connection) => serversOn(made, { tools }, connection),
      serve: (stdio) => serveProcess(stdio, made, { tools }),
      close: () => Promise.resolve(),
    };
  };
  const listed = tools.map((tool) => toolDefinition(tool));
  const stream = { readable: input.readable, writable: output.writable };
  const { served, failed } = serveEarlyStream(stream, { listed, startWork });
  return {
    answers,
    ended: served.ended,
    failed,
    get begun() {
      return begun;
    },
    load: gate.resolve,
    fail: gate.reject,
    async send(...messages: object[]) {
      const lines = messages.map((message) => `${JSON.stringify(message)}\n`).join("");
      await writer.write(new TextEncoder().encode(lines));
    },
    answered: (id: number) =>
      until(`${id} is answered`, () => answers.some((answer) => answer.id === id)),
    close: () => writer.close(),
    async [Symbol.asyncDispose]() {
      await writer.close().catch(() => {});
      await served.ended;
      await reading.catch(() => {});
      await (await core).close();
    },
  };
}

function call(id: number, name: string, args: object = {}) {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } };
}

Deno.test("who it is and which tools there are is told before anything else is loaded; the rest waits, in its order", async () => {
  await using process = start();
  await process.send(HELLO, { jsonrpc: "2.0", method: "notifications/initialized" }, LIST);
  await process.answered(2);
  const [hello, list] = process.answers;
  assert.equal(hello.result.serverInfo.name, "mqtt-mcp");
  assert.equal(list.result.tools.length, tools.length);
  await until("loading has begun", () => process.begun === 1);

  await process.send(
    call(3, "list_active_connections"),
    { ...LIST, id: 4 },
    { jsonrpc: "2.0", id: 5, method: "prompts/list", params: {} },
    call(6, "no_such_tool"),
  );
  assert.equal(process.answers.length, 2);
  process.load();
  await process.answered(6);
  await Promise.all([3, 4, 5].map((id) => process.answered(id)));
  const by = (id: number) => process.answers.find((answer) => answer.id === id);
  assert.equal(by(3).result.structuredContent.total, 0);
  assert.deepEqual(by(4).result.tools, list.result.tools, "the same list, early and late");
  assert.ok(by(5).result.prompts.length > 0);
  assert.match(by(6).error.message, /Unknown tool/);
  assert.equal(process.begun, 1);
});

Deno.test("a call without asking for the list begins the loading", async () => {
  await using process = start();
  await process.send(HELLO, call(2, "list_active_connections"));
  await until("loading has begun", () => process.begun === 1);
  process.load();
  await process.answered(2);
});

Deno.test("a host that asks for nothing has it loaded all the same", async () => {
  await using process = start();
  await until("loading has begun", () => process.begun === 1);
  process.load();
  await process.send(HELLO, LIST);
  await process.answered(2);
});

Deno.test("what was asked before the end of the input is answered, also while it still loads", async () => {
  await using process = start();
  await process.send(HELLO, LIST, call(3, "list_active_connections"));
  await process.close();
  await until("loading has begun", () => process.begun === 1);
  process.load();
  await process.answered(3);
  await process.ended;
});

Deno.test("a cancelled call that waits is not answered, and holds nothing up", async () => {
  await using process = start();
  const cancel = { method: "notifications/cancelled", params: { requestId: 2 } };
  await process.send(HELLO, call(2, "list_active_connections"), { jsonrpc: "2.0", ...cancel });
  await process.send(call(3, "list_active_connections"));
  process.load();
  await process.answered(3);
});

Deno.test("a setting that is found wrong while loading ends the process", async () => {
  await using process = start();
  await process.send(HELLO, LIST);
  await process.answered(2);
  process.fail(new ConfigError("Cannot use it"));
  await assert.rejects(process.failed, ConfigError);
});

Deno.test("the bundled list is what the settings leave of it, with their prefix", () => {
  assert.equal(listedTools({ readOnly: false, toolPrefix: "" }), null, "from source there is none");
  try {
    bundled.tools = tools.map((tool) => ({ ...tool, definition: toolDefinition(tool) }));
    const all = listedTools({ readOnly: false, toolPrefix: "plant_" }) ?? [];
    assert.deepEqual(all, tools.map((tool) => toolDefinition(tool, "plant_")));
    const left = listedTools({ readOnly: true, toolPrefix: "" }) ?? [];
    assert.ok(left.length > 5 && left.length < tools.length);
    assert.ok(!left.some(({ name }) => name === "publish_message"));
  } finally {
    bundled.tools = null;
  }
});
