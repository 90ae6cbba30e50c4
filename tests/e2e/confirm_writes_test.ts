import assert from "node:assert/strict";
import { tools } from "../../src/tools/mod.ts";
import { clientKinds, connectClient, type Person } from "../support/mcp_client.ts";
import { type Mosquitto, startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { serverFor, ServerHere } from "../support/server_here.ts";

const env = { CONFIRM_WRITES: "true" };

/** What a broker retains on a topic, told by a mark that comes after it. */
async function retainedOn(broker: Mosquitto, topic: string): Promise<string[]> {
  await using reader = await connectPublisher(broker.url);
  const heard: string[] = [];
  const marked = Promise.withResolvers<void>();
  await reader.respond(`${topic}/#`, ({ text }) => {
    if (text === "mark") marked.resolve();
    else heard.push(text);
  });
  await reader.publish(`${topic}/mark`, "mark");
  await marked.promise;
  return heard;
}

for (const kind of clientKinds) {
  Deno.test(`${kind}: a write is sent once the person agreed, and not before nor otherwise`, async () => {
    await using broker = await startMosquitto();
    const questions: string[] = [];
    let answer: ReturnType<Person> = { action: "decline" };
    await using client = await connectClient(kind, await serverFor(kind, { env }), (question) => {
      questions.push(question);
      return answer;
    });
    const opened = await client.call("establish_connection", { connection_string: broker.url });
    const { session_id } = opened.facts;
    const publish = (payload: string, more = {}) =>
      client.call("publish_message", {
        session_id,
        topic: "lamp/set",
        payload,
        qos: 1,
        retain: true,
        ...more,
      });
    for (const action of ["decline", "cancel"] as const) {
      answer = { action };
      const refused = await publish(action);
      assert.equal(refused.isError, true);
      assert.match(refused.text, /^NOT_ALLOWED: Nothing was sent/);
    }
    answer = { action: "accept", content: { confirm: false } };
    assert.match((await publish("unticked")).text, /^NOT_ALLOWED: Nothing was sent/);
    assert.deepEqual(await retainedOn(broker, "lamp/set"), []);
    assert.equal(questions.length, 3);
    assert.match(questions[0], /Publish to "lamp\/set" at 127\.0\.0\.1:\d+: decline.*retain/);

    assert.equal((await publish("look", { dry_run: true })).facts.status, "dry_run");
    assert.equal(questions.length, 3, "a dry run asks nobody");
    answer = { action: "accept", content: { confirm: true } };
    const sent = await publish("on");
    assert.deepEqual([sent.facts.status, questions.length], ["published", 4]);
    assert.deepEqual(await retainedOn(broker, "lamp/set"), ["on"]);

    const topics = ["lamp/#"];
    const { facts: { plan } } = await client.call("clear_retained", { session_id, topics });
    assert.equal(questions.length, 4, "nor does looking");
    const clear = () => client.call("clear_retained", { session_id, dry_run: false, plan });
    answer = { action: "decline" };
    assert.match((await clear()).text, /^NOT_ALLOWED: Nothing was sent/);
    assert.match(questions[4], /^Remove 1 retained messages at .* "lamp\/set"$/);
    assert.deepEqual(await retainedOn(broker, "lamp/set"), ["on"]);
    answer = { action: "accept", content: {} };
    assert.equal((await clear()).facts.cleared_count, 1, "a declined plan can be agreed to later");

    await using device = await connectPublisher(broker.url);
    const answers: Promise<void>[] = [];
    await device.respond("cmnd/x", () => void answers.push(device.publish("stat/x", "done")));
    const request = { session_id, topic: "cmnd/x", payload: "?", reply_topic: "stat/x" };
    answer = { action: "decline" };
    assert.match((await client.call("request_reply", request)).text, /^NOT_ALLOWED/);
    answer = { action: "accept", content: { confirm: true } };
    const replied = await client.call("request_reply", request);
    assert.equal((replied.facts.reply as { payload: unknown }).payload, "done");
    assert.match(questions.at(-1)!, /^Send a request to "cmnd\/x"/);
    await Promise.all(answers);
  });

  Deno.test(`${kind}: a host that cannot ask gets NOT_ALLOWED, and can do all else`, async () => {
    await using broker = await startMosquitto();
    await using client = await connectClient(kind, await ServerHere.start({ env }));
    const opened = await client.call("establish_connection", { connection_string: broker.url });
    const { session_id } = opened.facts;
    const args = { session_id, topic: "lamp/set", payload: "on", qos: 1, retain: true };
    const refused = await client.call("publish_message", args);
    assert.match(refused.text, /^NOT_ALLOWED: .*CONFIRM_WRITES.*cannot ask/);
    assert.deepEqual(await retainedOn(broker, "lamp/set"), []);
    const dry = await client.call("publish_message", { ...args, dry_run: true });
    assert.equal(dry.facts.status, "dry_run");
  });
}

Deno.test("what would be refused anyway is refused without asking, and nobody is asked unless the operator wants it", async () => {
  await using broker = await startMosquitto();
  let asked = 0;
  const person: Person = () => {
    asked++;
    return { action: "accept" };
  };
  const server = await ServerHere.start({ env: { ...env, PUBLISH_DENY: "boiler/#" } });
  await using strict = await connectClient("sdk v1", server, person);
  const open = async (client: typeof strict) =>
    (await client.call("establish_connection", { connection_string: broker.url })).facts.session_id;
  const session_id = await open(strict);
  const call = (args: Record<string, unknown>) =>
    strict.call("publish_message", { session_id, topic: "a", payload: "", ...args });
  assert.match((await call({ topic: "boiler/on" })).text, /^NOT_ALLOWED/);
  assert.match((await call({ topic: "a/#" })).text, /^TOPIC_INVALID/);
  assert.match((await call({ qos: 7 })).text, /^INVALID_ARGUMENT/);
  assert.match((await call({ session_id: "none" })).text, /^SESSION_NOT_FOUND/);
  assert.equal(asked, 0);
  await using free = await connectClient("sdk v1", await ServerHere.start(), person);
  const args = { session_id: await open(free), topic: "a", payload: "1" };
  assert.equal((await free.call("publish_message", args)).facts.status, "published");
  assert.equal(asked, 0);
});

Deno.test("every tool that may change devices has a question for the person", () => {
  for (const tool of tools) {
    assert.equal(tool.question !== undefined, tool.access === "destroy", tool.name);
  }
});
