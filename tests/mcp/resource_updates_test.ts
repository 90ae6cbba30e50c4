/** Watches as resources that clients of every kind are told of. */
import assert from "node:assert/strict";
import { clientKinds, connectClient, type TestClient, WireClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { coreFor, serverFor } from "../support/server_here.ts";
import { until } from "../support/wait.ts";

// deno-lint-ignore no-explicit-any -- results are JSON: a test reads whatever it expects to be there
type Facts = any;

async function ask(client: TestClient, tool: string, args: object = {}): Promise<Facts> {
  const result = await client.call(tool, { ...args });
  assert.ok(!result.isError, result.text);
  return result.facts;
}

for (const kind of clientKinds) {
  Deno.test(`${kind}: who subscribed to a watch is told when it is met and when it is over, and can read it`, async () => {
    await using broker = await startMosquitto();
    await using device = await connectPublisher(broker.url);
    await using client = await connectClient(kind, await serverFor(kind));
    const { session_id } = await ask(client, "establish_connection", {
      connection_string: broker.url,
    });
    const start = async (topic: string) => {
      const args = { session_id, action: "start", topic, name: `on ${topic}`, cooldown: 1 };
      return (await ask(client, "watch_topics", args)).watches[0].watch_id as string;
    };
    const [wanted, other] = [await start("a"), await start("b")];
    const uri = `mqtt-mcp://watches/${wanted}`;
    const listed = (await client.listResources()).map((one) => one.uri);
    assert.ok(listed.includes(uri));
    const templates = (await client.listResourceTemplates()).map((one) => one.uriTemplate);
    assert.ok(templates.includes("mqtt-mcp://watches/{watch_id}"));
    const updates = await client.updatesOf(uri);
    await device.publish("b", "nobody asked");
    await device.publish("a", { door: "open" });
    await until("it is told", () => updates.uris.length === 1);
    const facts = JSON.parse(await client.readResource(uri));
    assert.deepEqual([facts.met, facts.last_message.payload], [1, { door: "open" }]);
    assert.equal(facts.latest_times.length, 1);
    assert.match(facts.data_notice, /data from strangers/);
    const { notice } = await ask(client, "record_topics", { session_id, action: "status" });
    assert.match(notice, /"on a" was met.*"on b" was met|"on b" was met.*"on a" was met/);
    await ask(client, "watch_topics", { session_id, action: "stop", watch_id: other });
    await ask(client, "close_connection", { session_id });
    await until("its end is told", () => updates.uris.length === 2);
    assert.deepEqual(updates.uris, [uri, uri]);
    assert.equal(JSON.parse(await client.readResource(uri)).ended, "its session was closed");
  });

  Deno.test(`${kind}: who does not listen any more is told nothing`, async () => {
    await using broker = await startMosquitto();
    await using device = await connectPublisher(broker.url);
    await using core = await coreFor(kind);
    await using client = await core.attach(kind);
    await using other = await core.attach(kind);
    const { session_id } = await ask(client, "establish_connection", {
      connection_string: broker.url,
    });
    const { watches: [{ watch_id }] } = await ask(client, "watch_topics", {
      session_id,
      action: "start",
      topic: "a",
      cooldown: 1,
    });
    const uri = `mqtt-mcp://watches/${watch_id}`;
    const left = await client.updatesOf(uri);
    const stays = await other.updatesOf(uri);
    await left.stop();
    // what is answered now came after the word that it listens no more, which nobody answers
    await ask(client, "list_active_connections");
    await device.publish("a", "x");
    await until("another client of the core is told", () => stays.uris.length === 1);
    await ask(client, "list_active_connections");
    assert.deepEqual(left.uris, []);
  });
}

Deno.test("a subscription to what tells nothing is refused with a word on what does", async () => {
  await using wire = new WireClient();
  const { result } = await wire.initialize();
  assert.equal(result.capabilities.resources.subscribe, true);
  for (
    const uri of [
      "mqtt-mcp://watches/00000000-0000-4000-8000-000000000000",
      "mqtt-mcp://recordings/00000000-0000-4000-8000-000000000000",
      "x".repeat(100_000),
    ]
  ) {
    const { error } = await wire.request("resources/subscribe", { uri });
    assert.match(error!.message, /only the resources of watches/);
    assert.ok(error!.message.length < 500);
  }
  assert.ok((await wire.request("resources/unsubscribe", { uri: "mqtt-mcp://x" })).result);
});
