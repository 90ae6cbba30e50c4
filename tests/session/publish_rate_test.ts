import assert from "node:assert/strict";
import { PUBLISH_BURST, PUBLISH_PER_SECOND, PublishRate } from "../../src/session/publish_rate.ts";
import { bytes, establish, makeRegistry } from "../support/sessions.ts";
import { startMosquitto } from "../support/mosquitto.ts";

function takeAll(rate: PublishRate): number {
  let taken = 0;
  while (rate.take().taken) taken++;
  return taken;
}

Deno.test("a burst goes through, then as many a second as are allowed, and a pause fills it again", () => {
  let now = 0;
  const rate = new PublishRate(() => now);
  assert.equal(takeAll(rate), PUBLISH_BURST);
  assert.deepEqual(rate.take(), { taken: false, waitMs: 1000 / PUBLISH_PER_SECOND });
  now += 1000;
  assert.equal(takeAll(rate), PUBLISH_PER_SECOND);
  now += 3_600_000;
  assert.equal(takeAll(rate), PUBLISH_BURST);
});

Deno.test("a session that floods its broker is told the limit and when there is room again", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const publish = () => session.publish({ topic: "a", payload: bytes("1"), qos: 0, retain: false });
  let sent = 0;
  const flood = async () => {
    for (; sent < 100 * PUBLISH_BURST; sent++) await publish();
  };
  await assert.rejects(flood(), {
    code: "RESOURCE_LIMIT",
    message: /Cannot publish to "a": this session publishes faster than 100 messages a second/,
    hint: /Wait \d+ ms/,
  });
  assert.ok(sent >= PUBLISH_BURST);
  assert.equal(session.counts.messagesPublished, sent);
  await using other = await establish(registry, broker.url).then((session) => ({
    session,
    [Symbol.asyncDispose]: () => registry.close(session.id, session.owner).then(() => {}),
  }));
  await other.session.publish({ topic: "a", payload: bytes("1"), qos: 1, retain: false });
});
