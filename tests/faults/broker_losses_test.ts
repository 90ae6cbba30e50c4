import assert from "node:assert/strict";
import { connectAsync } from "mqtt";
import { startMosquitto } from "../support/mosquitto.ts";
import { startProxy } from "../support/proxy.ts";
import { connectPublisher, type Publisher } from "../support/publisher.ts";
import { until } from "../support/sessions.ts";
import { createToolHarness, type Facts } from "../support/tool_harness.ts";

/** Three drops within seconds of CONNACK would be taken for a client id collision. */
const KILLS = 2;
const PER_LIFE = 150;
const SLACK_MS = 1_000;

/** A message that the broker acknowledged to its publisher. */
interface Acknowledged {
  readonly n: number;
  readonly sentAt: number;
}

function stop(): never {
  throw new Error("The broker is dead");
}

Deno.test("every QoS 1 message that was acknowledged while we were connected is counted, and the gaps cover each other loss to a second", async () => {
  await using broker = await startMosquitto();
  await using h = await createToolHarness();
  const session_id = await h.connect(broker.url);
  const session = h.core.sessions.get(session_id, "");
  const cancel = new AbortController();
  const collecting: Promise<Facts> = h.call("subscribe_and_collect", {
    session_id,
    topic: "n",
    qos: 1,
    duration: 300,
    when_full: "sample",
  }, { signal: cancel.signal });
  await h.listening(session_id);
  const acknowledged: Acknowledged[] = [];
  let n = 0;

  async function publishSome(device: Publisher, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const one = { n: n++, sentAt: Date.now() };
      await device.publish("n", JSON.stringify(one));
      acknowledged.push(one);
    }
  }

  for (let life = 0; life <= KILLS; life++) {
    {
      await using device = await connectPublisher(broker.url);
      // from the second life on this begins while the session is still coming back: those are the losses
      await publishSome(device, PER_LIFE);
      await until("it is back", () => session.state === "connected");
      await publishSome(device, PER_LIFE);
      if (life < KILLS) {
        // those under way when it dies are acknowledged, or never asked about again
        const dead = Promise.withResolvers<void>();
        const unasked = (async () => {
          while (true) await Promise.race([publishSome(device, 1), dead.promise.then(stop)]);
        })().catch(() => {});
        await broker.kill();
        dead.resolve();
        await unasked;
      }
    }
    if (life < KILLS) await broker.restart();
  }
  const { collection_id } = h.core.collections.ofSession(session_id)
    .map((collection) => ({ collection_id: collection.id }))[0];
  await until(
    "the last one came",
    () =>
      h.core.collections.get(collection_id).log.lastOf("n")?.payload.length !== undefined &&
      JSON.parse(
          new TextDecoder().decode(h.core.collections.get(collection_id).log.lastOf("n")!.payload),
        )
          .n === n - 1,
  );
  const heard = new Map<number, number>();
  for (const { payload } of h.core.collections.get(collection_id).log.entries()) {
    const one = JSON.parse(new TextDecoder().decode(payload));
    heard.set(one.n, (heard.get(one.n) ?? 0) + 1);
  }
  cancel.abort();
  const facts = await collecting;
  const gaps = (facts.listened.gaps as { from: string; to: string }[])
    .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  assert.equal(gaps.length, KILLS, JSON.stringify(facts.listened.gaps));
  assert.equal(facts.original_message_count, [...heard.values()].reduce((a, b) => a + b, 0));
  const lost = acknowledged.filter((one) => !heard.has(one.n));
  assert.ok(acknowledged.length >= (KILLS + 1) * PER_LIFE);
  for (const { n, sentAt } of lost) {
    const covered = gaps.some(({ from, to }) =>
      sentAt >= from - SLACK_MS && sentAt <= to + SLACK_MS
    );
    assert.ok(covered, `message ${n} of ${new Date(sentAt).toISOString()} is lost outside of gaps`);
  }
  for (const one of acknowledged) {
    const inGap = gaps.some(({ from, to }) =>
      one.sentAt >= from - SLACK_MS && one.sentAt <= to + SLACK_MS
    );
    if (!inGap) assert.equal(heard.get(one.n), 1, `message ${one.n} is counted once`);
  }
});

Deno.test("MQTT 5: what a broker kept for an earlier session of the same client id is not heard, and nothing is kept of ours", async () => {
  await using broker = await startMosquitto({ config: ["persistent_client_expiration 1h"] });
  await using sender = await connectPublisher(broker.url);
  // somebody was here under that name, with a session that expires in an hour
  const earlier = await connectAsync(broker.url, {
    protocolVersion: 5,
    clientId: "dashboard",
    clean: false,
    properties: { sessionExpiryInterval: 3600 },
  });
  await earlier.subscribeAsync("#", { qos: 1 });
  await earlier.endAsync();
  await sender.publish("plant/kept", "before us");

  await using proxy = startProxy(broker.port);
  await using h = await createToolHarness();
  const session_id = await h.connect(`mqtt://127.0.0.1:${proxy.port}/dashboard?protocol=5`);
  const collecting = h.call("subscribe_and_collect", {
    session_id,
    topic: "plant/#",
    duration: 60,
    max_messages: 2,
    qos: 1,
  });
  await h.listening(session_id);
  await sender.publish("plant/live", "first");
  const session = h.core.sessions.all().find(({ id }) => id === session_id)!;
  await until("the first is heard", () => session.counts.messagesReceived === 1);
  proxy.cut();
  await until("the loss is seen", () => session.state === "reconnecting");
  await sender.publish("plant/missed", "while we were away");
  await until("it is back and listens", () => session.state === "connected");
  let facts: Facts = null;
  collecting.then((result) => facts = result);
  await until("one is heard again", async () => {
    await sender.publish("plant/again", "1");
    return facts !== null;
  });
  assert.deepEqual(facts.messages.map((message: Facts) => message.topic), [
    "plant/live",
    "plant/again",
  ]);
  assert.equal(facts.listened.gaps.length, 1, "what was published meanwhile is told as a gap");
});
