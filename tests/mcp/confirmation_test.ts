import assert from "node:assert/strict";
import type { ServerContext } from "@modelcontextprotocol/server";
import { parseConfig } from "../../src/config/mod.ts";
import { createCore } from "../../src/core.ts";
import { confirm } from "../../src/mcp/confirmation.ts";
import { tools } from "../../src/tools/mod.ts";
import type { AnyTool } from "../../src/tools/tool.ts";

const publish = tools.find(({ name }) => name === "publish_message")!;
const tool: AnyTool = { ...publish, question: ({ topic }) => `Publish to ${topic}` };
const agreed = { confirm: { action: "accept", content: { confirm: true } } };

async function startAsking() {
  let now = 0;
  const core = await createCore(parseConfig([], { CONFIRM_WRITES: "true" }), { now: () => now });
  async function round(
    topic: string,
    o: { state?: string; answer?: object; client?: string } = {},
  ) {
    const context = {
      mcpReq: { requestState: () => o.state, inputResponses: o.answer, envelope: undefined },
    } as unknown as ServerContext;
    const confirmation = await confirm(tool, {
      args: { session_id: "s", topic, payload: "on" },
      context,
      client: { id: o.client ?? "one", name: "test" },
      core,
      capabilities: { elicitation: {} },
    });
    if (confirmation === null) return "runs";
    return "ask" in confirmation ? confirmation.ask : confirmation.refusal.code;
  }
  async function ask(topic: string, options = {}): Promise<string> {
    const asked = await round(topic, options);
    assert.ok(typeof asked === "object", `it was not asked: ${asked}`);
    return asked.requestState!;
  }
  return { round, ask, advance: (ms: number) => now += ms, [Symbol.asyncDispose]: core.close };
}

Deno.test("an answer holds once, and only for the call and the client that was asked about", async () => {
  await using person = await startAsking();
  await person.ask("lamp", { answer: agreed });
  const state = await person.ask("lamp");
  await person.ask("boiler", { state, answer: agreed });
  const again = await person.ask("lamp");
  await person.ask("lamp", { state: again, answer: agreed, client: "two" });
  const right = await person.ask("lamp");
  assert.equal(await person.round("lamp", { state: right, answer: agreed }), "runs");
  await person.ask("lamp", { state: right, answer: agreed });
});

Deno.test("an answer that comes after a quarter of an hour is asked for again", async () => {
  await using person = await startAsking();
  const state = await person.ask("lamp");
  person.advance(15 * 60_000 + 1);
  await person.ask("lamp", { state, answer: agreed });
});

Deno.test("without an answer it is asked again, and a declined one does not run", async () => {
  await using person = await startAsking();
  const state = await person.ask("lamp");
  const second = await person.ask("lamp", { state });
  const declined = { confirm: { action: "decline" } };
  assert.equal(await person.round("lamp", { state: second, answer: declined }), "NOT_ALLOWED");
});
