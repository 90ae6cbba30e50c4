import assert from "node:assert/strict";
import { WireClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";

async function connected(url: string): Promise<{ wire: WireClient; session_id: string }> {
  const wire = new WireClient();
  await wire.initialize();
  const { result } = await wire.request("tools/call", {
    name: "establish_connection",
    arguments: { connection_string: url },
  });
  return { wire, session_id: result.structuredContent.session_id };
}

function call(id: number, name: string, args: object): string {
  return JSON.stringify({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name, arguments: args },
  }) + "\n";
}

Deno.test("stdin that closes half-way through a message ends the process in order, and publishes nothing of it", async () => {
  await using broker = await startMosquitto();
  const { wire, session_id } = await connected(broker.url);
  await using _wire = wire;
  const whole = call(900, "publish_message", { session_id, topic: "half", payload: "1" });
  await wire.write(whole.slice(0, -20));
  await wire.closeStdin();
  assert.equal((await wire.ended()).code, 0);
  await broker.waitForLog(/disconnected\.$/);
  assert.ok(!broker.log.some((line) => line.includes("Received PUBLISH")));
  wire.messages();
});

Deno.test("a message that comes in pieces, through the middle of characters, is one message", async () => {
  await using wire = new WireClient();
  await wire.initialize();
  const text = call(77, "test_connection", { connection_string: "mqtt://größe-äöü-🌡.invalid" });
  const bytes = new TextEncoder().encode(text.replace("\n", "\r\n"));
  for (let at = 0; at < bytes.length; at += 3) await wire.write(bytes.subarray(at, at + 3));
  const answer = await wire.answer(77);
  assert.ok(answer.result.content[0].text.length > 10, "the line was understood");
  await wire.write("\n\n  \n");
  await wire.request("ping");
});

Deno.test("arguments of megabytes are answered with an error that is short, and the server goes on", async () => {
  await using broker = await startMosquitto();
  const { wire, session_id } = await connected(broker.url);
  await using _wire = wire;
  const megabytes = "x".repeat(9_000_000);
  for (
    const [id, name, args] of [
      [901, "publish_message", { session_id, topic: "a", payload: megabytes }],
      [902, "query_history", { session_id, contains: megabytes }],
      [903, "list_topics", { session_id, pattern: megabytes, duration: 0.1 }],
      [904, megabytes, {}],
    ] as const
  ) {
    await wire.write(call(id, name, args));
    const answer = await wire.answer(id);
    assert.ok(answer.error !== undefined || answer.result.isError, `${id}`);
    assert.ok(JSON.stringify(answer).length < 5_000, `${id}`);
  }
  assert.deepEqual((await wire.request("ping")).result, {});
});

Deno.test("a thousand calls at once are all answered", async () => {
  await using broker = await startMosquitto();
  const { wire, session_id } = await connected(broker.url);
  await using _wire = wire;
  const calls = Array.from(
    { length: 1_000 },
    (_, i) =>
      i % 10 === 0
        ? call(1_000 + i, "publish_message", { session_id, topic: "a", payload: `${i}`, qos: 1 })
        : call(1_000 + i, "list_active_connections", {}),
  );
  await wire.write(calls.join(""));
  await wire.until(() => wire.lines.length >= 1_002);
  const answers = wire.messages().filter(({ id }) => Number(id) >= 1_000);
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1_000);
  for (const { result } of answers) assert.notEqual(result.isError, true);
});
