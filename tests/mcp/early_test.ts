/** What is answered before the rest of the program is loaded, and what then. */
import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { createCore } from "../../src/core.ts";
import { readBundled } from "../../scripts/release/first_answers.ts";
import { serveEarly } from "../../src/mcp/early.ts";
import { bundle, earlyAnswers } from "../../src/mcp/listed_tools.ts";
import { OpeningTalk } from "../../src/mcp/opening_talk.ts";
import { toolDefinition } from "../../src/mcp/server.ts";
import { serveStream } from "../../src/mcp/stdio.ts";
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
const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const MODERN = {
  _meta: {
    [VERSION_KEY]: "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
  },
};

/** What a bundled program knows. */
const known = await (async () => {
  bundle.known = await readBundled();
  try {
    const answers = earlyAnswers({ readOnly: false, toolPrefix: "" });
    assert.ok(answers);
    return { bundled: bundle.known, answers };
  } finally {
    bundle.known = null;
  }
})();

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
      async serve(stream) {
        await serveStream(stream, made, { tools }).ended;
        return 0;
      },
    };
  };
  const stream = { readable: input.readable, writable: output.writable };
  const served = serveEarly(stream, { answers: known.answers, startWork });
  served.catch(() => {});
  return {
    answers,
    served,
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
      await served.catch(() => {});
      await output.writable.close().catch(() => {});
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
  assert.equal(await process.served, 0);
});

Deno.test("a cancelled call that waits is not answered, and holds nothing up", async () => {
  await using process = start();
  const cancel = { method: "notifications/cancelled", params: { requestId: 2 } };
  await process.send(HELLO, call(2, "list_active_connections"), { jsonrpc: "2.0", ...cancel });
  const sent = process.send(call(3, "list_active_connections"));
  process.load();
  await sent;
  await process.answered(3);
});

Deno.test("a setting that is found wrong while loading ends the process", async () => {
  await using process = start();
  await process.send(HELLO, LIST);
  await process.answered(2);
  process.fail(new ConfigError("Cannot use it"));
  await assert.rejects(process.served, ConfigError);
});

Deno.test("nothing is loaded for a host that goes after the first answers", async () => {
  await using process = start();
  await process.send(HELLO, { ...LIST, id: 3, method: "prompts/list" });
  await process.close();
  assert.equal(await process.served, 0);
  assert.deepEqual(process.answers.map(({ id }) => id), [1, 3]);
  assert.equal(process.begun, 0);
});

Deno.test("a host that goes without reading its answers ends the process", async () => {
  for (const broken of ["input", "output"]) {
    const input = new TransformStream<Uint8Array, Uint8Array>();
    const output = new TransformStream<Uint8Array, Uint8Array>();
    const stream = { readable: input.readable, writable: output.writable };
    const startWork = () => Promise.reject(new Error("not to be started"));
    const served = serveEarly(stream, { answers: known.answers, startWork });
    const writer = input.writable.getWriter();
    if (broken === "input") await writer.abort(new Error("broken"));
    else {
      await output.readable.cancel();
      await writer.write(new TextEncoder().encode(`${JSON.stringify(HELLO)}\n`));
    }
    assert.equal(await served, 0);
  }
});

Deno.test("the server knows the client as if it had answered itself, and answers nothing twice", async () => {
  await using process = start();
  await process.send(
    { ...HELLO, params: { ...HELLO.params, protocolVersion: "2024-11-05" } },
    { jsonrpc: "2.0", method: "notifications/initialized" },
    LIST,
    call(3, "list_active_connections"),
  );
  process.load();
  await process.answered(3);
  await process.send({ ...LIST, id: 4, method: "resources/list" });
  await process.answered(4);
  assert.deepEqual(process.answers.map(({ id }) => id), [1, 2, 3, 4]);
  assert.equal(process.answers[0].result.protocolVersion, "2024-11-05");
});

Deno.test("a client of 2026-07-28 is answered early, too", async () => {
  await using process = start();
  await process.send(
    { ...HELLO, method: "server/discover", params: MODERN },
    { ...LIST, params: MODERN },
  );
  await process.answered(2);
  assert.equal(process.answers[1].result.tools.length, tools.length);
  process.load();
  const params = { ...MODERN, name: "list_active_connections", arguments: {} };
  await process.send({ ...LIST, id: 3, method: "tools/call", params });
  await process.answered(3);
  assert.equal(process.answers[2].result.structuredContent.total, 0);
});

/** What a server says to these messages, early or not; the answers in the order of their ids. */
async function answersTo(messages: readonly object[], early: boolean): Promise<unknown[]> {
  const core = await createCore(parseConfig([], {}));
  const input = new TransformStream<Uint8Array, Uint8Array>();
  const output = new TransformStream<Uint8Array, Uint8Array>();
  const stream = { readable: input.readable, writable: output.writable };
  const work = {
    async serve(given: typeof stream) {
      await serveStream(given, core, { tools }).ended;
      return 0;
    },
  };
  const { answers } = known;
  const served = early
    ? serveEarly(stream, { answers, startWork: () => Promise.resolve(work) })
    : work.serve(stream);
  const reading = new Response(output.readable).text();
  const writer = input.writable.getWriter();
  const lines = messages.map((message) => `${JSON.stringify(message)}\n`).join("");
  await writer.write(new TextEncoder().encode(lines));
  await writer.close();
  await served;
  await output.writable.close().catch(() => {});
  await core.close();
  const told = (await reading).trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return told.sort((one, other) => Number(one.id) - Number(other.id));
}

Deno.test("early answers are the server's own, whatever comes", async () => {
  const ask = (method: string, params?: unknown) => ({ jsonrpc: "2.0", method, params });
  const initialize = (params: object) => ask("initialize", { ...HELLO.params, ...params });
  const beginnings: object[][] = [
    [HELLO],
    [ask("server/discover", MODERN)],
    [ask("server/discover", MODERN), HELLO],
    ...["2025-11-25", "2024-10-07", "2026-07-28", "1999-01-01", 5].map((protocolVersion) => [
      initialize({ protocolVersion }),
    ]),
    [initialize({ capabilities: { roots: 5 } })],
    [initialize({ capabilities: [] })],
    [initialize({ clientInfo: { name: "only" } })],
    [ask("server/discover", { _meta: { ...MODERN._meta, [VERSION_KEY]: "2027-01-01" } })],
    [ask("server/discover", { _meta: { [VERSION_KEY]: "2026-07-28" } })],
  ];
  const methods = ["ping", "tools/list", "prompts/list", "resources/templates/list", "no/such"];
  const further = [
    undefined,
    {},
    MODERN,
    { cursor: "5" },
    { _meta: { progressToken: 3 } },
    {
      _meta: "?",
    },
    [],
    "text",
  ];
  const all = beginnings.map((beginning) => [
    ...beginning,
    ...methods.flatMap((method) => further.map((params) => ask(method, params))),
  ]);
  for (const [at, messages] of all.entries()) {
    // in pieces: the first that is not known takes all that follow with it
    for (const from of at < 2 ? [1, 2, 8, 16, 24, 32] : [1]) {
      const [first] = messages;
      const some = [first, ...messages.slice(from, from + 8)]
        .map((message, id) => ({ ...message, id }));
      assert.deepEqual(await answersTo(some, true), await answersTo(some, false));
    }
  }
});

Deno.test("what is not plainly a first request is left to the server, with all that follows", () => {
  const hear = (...texts: string[]) => {
    const talk = new OpeningTalk(known.answers);
    const answers = texts.flatMap((text) => talk.hear(new TextEncoder().encode(text)));
    const heard = new TextDecoder().decode(Uint8Array.from(talk.heard.flatMap((b) => [...b])));
    assert.equal(heard, texts.join("").replace(/^\uFEFF/, ""), "nothing is lost");
    assert.deepEqual(talk.answered, answers.map(({ id }) => id));
    return { ids: talk.answered, stuck: talk.isStuck };
  };
  const hello = `${JSON.stringify(HELLO)}\n`;
  const list = `${JSON.stringify(LIST)}\r\n`;
  assert.deepEqual(hear(hello, list), { ids: [1, 2], stuck: false });
  assert.deepEqual(hear(...(hello + list)), { ids: [1, 2], stuck: false }, "letter by letter");
  for (
    const odd of [
      "\n",
      "[]\n",
      "null\n",
      "5\n",
      "{\n",
      `[${list.trim()}]\n`,
      `${"[".repeat(9_000)}\n`,
      list.replace('"2.0"', '"1.0"'),
      list.replace("2,", "null,"),
      list.replace("2,", "2.5,"),
      list.replace("2,", "{},"),
      list.replace("tools/list", "toString"),
      list.replace("tools/list", "__proto__"),
      list.replace("{}", '{"a":1}'),
      " ".repeat(20_000) + list,
      "x".repeat(20_000),
    ]
  ) {
    assert.deepEqual(hear(hello, odd, list), { ids: [1], stuck: true }, odd.slice(0, 80));
  }
  const many = hear(hello, list.repeat(100));
  assert.ok(many.stuck && many.ids.length < 20);
});

Deno.test("the bundled list is what the settings leave of it, with their prefix", () => {
  assert.equal(
    earlyAnswers({ readOnly: false, toolPrefix: "" }),
    null,
    "from source there is none",
  );
  const listed = (settings: { readOnly: boolean; toolPrefix: string }) => {
    const { legacy = {}, modern = {} } = earlyAnswers(settings) ?? {};
    const lists = [legacy, modern].map((era) => era["tools/list"] as { tools: { name: string }[] });
    assert.deepEqual(lists[0].tools, lists[1].tools);
    return lists[0].tools;
  };
  try {
    bundle.known = known.bundled;
    const all = listed({ readOnly: false, toolPrefix: "plant_" });
    assert.deepEqual(all, tools.map((tool) => toolDefinition(tool, "plant_")));
    const left = listed({ readOnly: true, toolPrefix: "" });
    assert.ok(left.length > 5 && left.length < tools.length);
    assert.ok(!left.some(({ name }) => name === "publish_message"));
  } finally {
    bundle.known = null;
  }
});
