/** Publishing and clearing from the page: over real HTTP, with a real broker, previewed first. */
import assert from "node:assert/strict";
import { Previews } from "../../src/monitor/previews.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startMonitor, type TestMonitor, until } from "./support.ts";

/** Posts JSON; gives the status and what was answered. */
async function post(
  url: string,
  body: unknown,
  // deno-lint-ignore no-explicit-any -- tests look into whatever comes
): Promise<{ status: number; answer: any }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}

/** A session that records everything. */
async function connected(monitor: TestMonitor, url: string): Promise<string> {
  const facts = await monitor.call("establish_connection", {
    connection_string: url,
    record: ["#"],
  });
  return String(facts.session_id);
}

/** What was recorded on a topic, newest first. */
async function payloads(monitor: TestMonitor, session_id: string, topic: string) {
  const query = new URLSearchParams({ session_id, topic });
  const { messages } = await monitor.get(`/api/messages?${query}`);
  return messages.map(({ payload }: { payload: unknown }) => payload);
}

Deno.test("a message is sent only as it was previewed, and once", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await connected(monitor, broker.url);
  const publish = (body: object) => post(`${monitor.url}/api/publish`, body);
  const message = { session_id, topic: "cmnd/plug/POWER", payload: "ON", qos: 1 };
  const { answer: preview } = await publish(message);
  assert.equal(preview.status, "dry_run");
  assert.match(preview.question, /Publish to "cmnd\/plug\/POWER".*: ON/);
  const other = await publish({ ...message, payload: "OFF", confirm: preview.confirm });
  assert.deepEqual([other.status, other.answer.error.code], [409, "NOT_PREVIEWED"]);
  const used = await publish({ ...message, confirm: preview.confirm });
  assert.equal(used.answer.error.code, "NOT_PREVIEWED", "one confirm is for one attempt");
  const again = await publish(message);
  const [one, two] = await Promise.all([
    publish({ ...message, confirm: again.answer.confirm }),
    publish({ ...message, confirm: again.answer.confirm }),
  ]);
  assert.deepEqual([one.status, two.status].sort(), [200, 409], "two viewers at once");
  await until(async () => (await payloads(monitor, session_id, message.topic)).length > 0);
  assert.deepEqual(await payloads(monitor, session_id, message.topic), ["ON"]);
  const { calls } = await monitor.get("/api/calls?tool=publish_message");
  assert.ok(!JSON.stringify(calls).includes('"ON"'), "payloads are not kept in the history");
});

Deno.test("each wrong field of a message is named", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ PUBLISH_DENY: "secret/#" });
  const session_id = await connected(monitor, broker.url);
  const fieldOf = async (part: object) => {
    const message = { session_id, topic: "a", payload: "x", ...part };
    const { status, answer } = await post(`${monitor.url}/api/publish`, message);
    return [status, answer.error?.code, answer.error?.field];
  };
  assert.deepEqual(await fieldOf({ topic: "a/+" }), [422, "TOPIC_INVALID", "topic"]);
  assert.deepEqual(await fieldOf({ topic: "secret/x" }), [422, "NOT_ALLOWED", "topic"]);
  assert.deepEqual(await fieldOf({ payload: "no hex", encoding: "hex" }), [
    422,
    "INVALID_ARGUMENT",
    "payload",
  ]);
  assert.deepEqual(await fieldOf({ payload: "x".repeat(1024 * 1024 + 1) }), [
    422,
    "PAYLOAD_TOO_LARGE",
    "payload",
  ]);
  assert.deepEqual(await fieldOf({ qos: 3 }), [400, "INVALID_ARGUMENT", "qos"]);
});

Deno.test("publishing is not offered where policy forbids it", async () => {
  await using broker = await startMosquitto();
  const offered = async (env: Record<string, string>, topic = "a") => {
    await using monitor = await startMonitor(env);
    const session_id = await connected(monitor, broker.url);
    const query = new URLSearchParams({ session_id, topic });
    const { allowed, why } = await monitor.get(`/api/publish?${query}`);
    const { offers } = await monitor.get("/api/status");
    const { status } = await post(`${monitor.url}/api/publish`, {
      session_id,
      topic,
      payload: "1",
    });
    assert.equal(status === 200, allowed, "what is offered is what works");
    return [allowed, offers.publish, offers.clear, why];
  };
  assert.deepEqual(await offered({}), [true, true, true, null]);
  const [readOnly, publish, clear] = await offered({ READ_ONLY: "true" });
  assert.deepEqual([readOnly, publish, clear], [false, false, false]);
  const [denied, , , why] = await offered({ PUBLISH_DENY: "a/#" });
  assert.equal(denied, false);
  assert.match(String(why), /PUBLISH_DENY/);
  assert.equal((await offered({ WEB_HOST: "0.0.0.0" }))[0], false);
  assert.equal((await offered({ SESSION_SHARING: "false" }))[0], false);
});

Deno.test("retained messages are listed first, and cleared by that plan alone", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await connected(monitor, broker.url);
  for (const name of ["one", "two"]) {
    await monitor.call("publish_message", {
      session_id,
      topic: `old/${name}`,
      payload: name,
      retain: true,
      qos: 1,
    });
  }
  const clear = (body: object) =>
    post(`${monitor.url}/api/clear-retained`, { session_id, topics: ["old/#"], ...body });
  const listed = await clear({});
  assert.equal(listed.answer.matched_count, 2);
  await monitor.call("publish_message", {
    session_id,
    topic: "old/two",
    payload: "changed",
    retain: true,
    qos: 1,
  });
  const done = await clear({ plan: listed.answer.plan });
  assert.deepEqual(done.answer.cleared, ["old/one"]);
  assert.equal(done.answer.skipped[0].topic, "old/two");
  const again = await clear({ plan: listed.answer.plan });
  assert.equal(again.status, 422, "a plan serves once");
  const none = await post(`${monitor.url}/api/clear-retained`, { session_id, topics: [] });
  assert.deepEqual([none.status, none.answer.error.field], [400, "topics"]);
  await using readOnly = await startMonitor({ READ_ONLY: "true" });
  const refused = await post(`${readOnly.url}/api/clear-retained`, {
    session_id: await connected(readOnly, broker.url),
    topics: ["old/#"],
  });
  assert.equal(refused.answer.error.code, "NOT_ALLOWED");
});

Deno.test("a broker that is lost between preview and confirmation is told, and nothing is sent later", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ MQTT_TIMEOUT: "2", CONNECTION_TIMEOUT: "2" });
  const session_id = await connected(monitor, broker.url);
  const message = { session_id, topic: "a", payload: "1", qos: 1 };
  const { answer } = await post(`${monitor.url}/api/publish`, message);
  await broker.stop();
  await until(() => monitor.core.sessions.all()[0].state !== "connected");
  const lost = await post(`${monitor.url}/api/publish`, { ...message, confirm: answer.confirm });
  assert.equal(lost.status, 422);
  assert.match(lost.answer.error.code, /CONNECTION_LOST|BROKER_UNREACHABLE/);
});

Deno.test("a preview is good for fifteen minutes", () => {
  let now = 0;
  const previews = new Previews(() => now);
  const kept = previews.add({ a: 1 });
  const late = previews.add({ a: 1 });
  now = 15 * 60_000;
  assert.equal(previews.take(kept, { a: 1 }), true);
  assert.equal(previews.take(kept, { a: 1 }), false);
  now++;
  assert.equal(previews.take(late, { a: 1 }), false);
});
