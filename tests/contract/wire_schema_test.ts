/**
 * Every line the program writes, held against the protocol's schemas as both SDKs publish them: one set per SDK, since
 * neither is ours. What a revision demands beyond them is written out below.
 */
import assert from "node:assert/strict";
import { specTypeSchemas } from "@modelcontextprotocol/server";
// @ts-types="npm:@modelcontextprotocol/sdk@^1.32.2/dist/esm/types.d.ts"
import * as v1 from "@modelcontextprotocol/sdk/types.js";
import { WireClient, type WireMessage } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";

const REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] as const;

type Revision = (typeof REVISIONS)[number];

/** What a schema finds wrong; empty when nothing. */
type Check = (value: unknown) => readonly unknown[];

interface AnySchema {
  safeParse(value: unknown): { success: boolean; error?: { issues: readonly unknown[] } };
}

function ofV1(schema: AnySchema): Check {
  return (value) => schema.safeParse(value).error?.issues ?? [];
}

function ofV2(name: keyof typeof specTypeSchemas): Check {
  return (value) => {
    const outcome = specTypeSchemas[name]["~standard"].validate(value);
    assert.ok(!(outcome instanceof Promise));
    return outcome.issues ?? [];
  };
}

/** The result of each method, by both SDKs; the first knows only the revisions with a handshake. */
const RESULTS: Readonly<Record<string, readonly [Check | null, Check]>> = {
  "initialize": [ofV1(v1.InitializeResultSchema), ofV2("InitializeResult")],
  "ping": [ofV1(v1.EmptyResultSchema), ofV2("EmptyResult")],
  "server/discover": [null, ofV2("DiscoverResult")],
  "tools/list": [ofV1(v1.ListToolsResultSchema), ofV2("ListToolsResult")],
  "tools/call": [ofV1(v1.CallToolResultSchema), ofV2("CallToolResult")],
  "prompts/list": [ofV1(v1.ListPromptsResultSchema), ofV2("ListPromptsResult")],
  "prompts/get": [ofV1(v1.GetPromptResultSchema), ofV2("GetPromptResult")],
  "resources/list": [ofV1(v1.ListResourcesResultSchema), ofV2("ListResourcesResult")],
  "resources/templates/list": [
    ofV1(v1.ListResourceTemplatesResultSchema),
    ofV2("ListResourceTemplatesResult"),
  ],
  "resources/read": [ofV1(v1.ReadResourceResultSchema), ofV2("ReadResourceResult")],
};

const NOTIFICATIONS: Readonly<Record<string, readonly [Check, Check]>> = {
  "notifications/progress": [ofV1(v1.ProgressNotificationSchema), ofV2("ProgressNotification")],
};

const MESSAGE = [ofV1(v1.JSONRPCMessageSchema), ofV2("JSONRPCMessage")];

/** Kinds of content a revision knows. The SDKs' schemas take those of the newest. */
function contentKinds(revision: Revision): readonly string[] {
  return [
    "text",
    "image",
    "resource",
    ...(revision >= "2025-03-26" ? ["audio"] : []),
    ...(revision >= "2025-06-18" ? ["resource_link"] : []),
  ];
}

/** Methods whose 2026-07-28 results say how long they may be kept. */
const CACHEABLE =
  /^(server\/discover|(tools|prompts|resources|resources\/templates)\/list|resources\/read)$/;

/** What is wrong with a line, given which request each id belongs to. */
function faultsOf(
  line: string,
  { revision, asked }: { revision: Revision; asked: ReadonlyMap<unknown, string> },
): unknown[] {
  let message: WireMessage;
  try {
    message = JSON.parse(line);
  } catch {
    return ["not JSON"];
  }
  const faults = MESSAGE.flatMap((check) => check(message));
  if (message.method !== undefined) {
    const checks = NOTIFICATIONS[message.method];
    if (message.id !== undefined || checks === undefined) {
      return [...faults, `the server has no business sending ${message.method}`];
    }
    return [...faults, ...checks.flatMap((check) => check(message))];
  }
  const method = asked.get(message.id);
  if (method === undefined) return [...faults, `an answer to nothing: ${message.id}`];
  if (message.error !== undefined) return faults;
  const { result } = message;
  const checks = RESULTS[method];
  if (checks === undefined) return [...faults, `a result for ${method}`];
  const [first, second] = checks;
  if (revision < "2026-07-28") faults.push(...first?.(result) ?? ["not of this revision"]);
  faults.push(...second(result));
  const kinds = contentKinds(revision);
  for (const block of result?.content ?? []) {
    if (!kinds.includes(block.type)) faults.push(`content of kind ${block.type}`);
  }
  if (revision >= "2026-07-28") {
    if (result?.resultType !== "complete") faults.push("no resultType");
    const { ttlMs, cacheScope } = result ?? {};
    const kept = Number.isInteger(ttlMs) && ttlMs >= 0 && /^(public|private)$/.test(cacheScope);
    if (CACHEABLE.test(method) && !kept) faults.push("no ttlMs and cacheScope");
  } else if (result?.resultType !== undefined) {
    faults.push("a resultType before there were any");
  }
  return faults;
}

/** Speaks one revision, and remembers what was asked. */
class Speaker {
  readonly asked = new Map<unknown, string>();
  readonly #wire: WireClient;
  readonly #revision: Revision;

  constructor(wire: WireClient, revision: Revision) {
    this.#wire = wire;
    this.#revision = revision;
  }

  /** Sends a request and returns its id at once. */
  async send(method: string, params: object = {}, progressToken?: string): Promise<string> {
    const id = `${this.#revision} ${this.asked.size}`;
    this.asked.set(id, method);
    const _meta = {
      ...(progressToken === undefined ? {} : { progressToken }),
      ...(this.#revision < "2026-07-28" ? {} : {
        "io.modelcontextprotocol/protocolVersion": this.#revision,
        "io.modelcontextprotocol/clientInfo": { name: "schema test", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
      }),
    };
    const request = { jsonrpc: "2.0", id, method, params: { ...params, _meta } };
    await this.#wire.write(`${JSON.stringify(request)}\n`);
    return id;
  }

  async ask(method: string, params: object = {}): Promise<WireMessage> {
    const id = await this.send(method, params);
    const answer = () => this.#wire.messages().find((message) => message.id === id);
    await this.#wire.until(() => answer() !== undefined);
    return answer()!;
  }

  async call(name: string, args: object): Promise<WireMessage> {
    return await this.ask("tools/call", { name, arguments: args });
  }

  async begin(): Promise<void> {
    if (this.#revision >= "2026-07-28") {
      assert.ok((await this.ask("server/discover")).result);
      return;
    }
    const { result } = await this.ask("initialize", {
      protocolVersion: this.#revision,
      capabilities: {},
      clientInfo: { name: "schema test", version: "1" },
    });
    assert.equal(result.protocolVersion, this.#revision);
    await this.#wire.notify("notifications/initialized");
    assert.ok((await this.ask("ping")).result);
  }
}

for (const revision of REVISIONS) {
  Deno.test(`${revision}: every line of a session meets the protocol's schemas`, async () => {
    await using broker = await startMosquitto();
    await using wire = new WireClient();
    const speaker = new Speaker(wire, revision);
    await speaker.begin();
    for (
      const method of ["tools/list", "prompts/list", "resources/templates/list", "resources/list"]
    ) {
      assert.ok((await speaker.ask(method)).result, method);
    }
    const { result: list } = await speaker.ask("prompts/list");
    const [prompt] = list.prompts;
    const named = (prompt.arguments ?? []).map(({ name }: { name: string }) => [name, "plant/1"]);
    const got = await speaker.ask("prompts/get", {
      name: prompt.name,
      arguments: Object.fromEntries(named),
    });
    assert.ok(got.result, JSON.stringify(got));

    const opened = await speaker.call("establish_connection", {
      connection_string: broker.url,
      record: ["#"],
    });
    const { session_id } = opened.result.structuredContent;
    await speaker.call("publish_message", {
      session_id,
      topic: "plant/1",
      payload: { on: true },
      retain: true,
    });
    const collected = await speaker.call("subscribe_and_collect", {
      session_id,
      topic: "#",
      duration: 2,
    });
    const uri = `mqtt-mcp://collections/${collected.result.structuredContent.collection_id}`;
    assert.equal((await speaker.ask("resources/list")).result.resources.length, 2);
    const read = await speaker.ask("resources/read", { uri });
    assert.match(read.result.contents[0].text, /plant\/1/);

    // what fails, in each way it can
    const refused = await speaker.call("publish_message", {
      session_id,
      topic: "a/#",
      payload: "",
    });
    assert.equal(refused.result.isError, true);
    assert.ok((await speaker.call("no_such_tool", {})).error);
    assert.ok((await speaker.ask("no/such/method")).error);
    assert.ok((await speaker.ask("tools/call", { name: 7 })).error);
    assert.ok((await speaker.ask("prompts/get", { name: "no_such_prompt" })).error);
    assert.ok((await speaker.ask("resources/read", { uri: "mqtt-mcp://no/such" })).error);
    await wire.write("no JSON at all\n");

    const long = await speaker.send(
      "tools/call",
      { name: "list_topics", arguments: { session_id, duration: 60 } },
      "token",
    );
    await wire.until(() => wire.messages().some(({ method }) => method?.endsWith("/progress")));
    await wire.notify("notifications/cancelled", { requestId: long, reason: "enough" });
    assert.equal(
      (await speaker.call("close_connection", { session_id })).result.isError,
      undefined,
    );
    await wire.closeStdin();
    assert.equal((await wire.ended()).code, 0);

    const { asked } = speaker;
    for (const line of wire.lines) {
      const faults = faultsOf(line, { revision, asked });
      assert.deepEqual(faults, [], line.slice(0, 500));
    }
    // the check has teeth: each answer with something wrong in it is found
    const answers = wire.messages().filter(({ result }) => result !== undefined);
    const spoilt = answers.flatMap((answer) =>
      spoil(answer, asked.get(answer.id)!).map((wrong) => JSON.stringify(wrong))
    );
    assert.ok(spoilt.length > 40, String(spoilt.length));
    for (const line of ["no JSON", ...spoilt]) {
      assert.notDeepEqual(faultsOf(line, { revision, asked }), [], line.slice(0, 300));
    }
  });
}

/** Copies of an answer, each with one thing that no revision allows. */
function spoil(answer: WireMessage, method: string): object[] {
  const { result } = answer;
  const wrong: object[] = [
    { ...answer, jsonrpc: "1.0" },
    { ...answer, id: "never asked" },
    { ...answer, result: undefined },
    { ...answer, result: "text" },
  ];
  const listed = /^(tools|prompts|resources)(?:\/(templates))?\/list$/.exec(method);
  if (listed) {
    const key = listed[2] ? "resourceTemplates" : listed[1];
    wrong.push({ ...answer, result: { ...result, [key]: [{ title: "nameless" }] } });
  }
  if (method === "tools/call") {
    wrong.push({ ...answer, result: { ...result, content: [{ type: "text" }] } });
    wrong.push({ ...answer, result: { ...result, content: [{ type: "hologram" }] } });
    wrong.push({ ...answer, result: { ...result, isError: "yes" } });
  }
  if (method === "resources/read") {
    wrong.push({ ...answer, result: { ...result, contents: [{ text: "from nowhere" }] } });
  }
  return wrong;
}
