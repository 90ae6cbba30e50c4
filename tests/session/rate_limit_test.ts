import assert from "node:assert/strict";
import { RateLimit } from "../../src/session/rate_limit.ts";
import { bytes, establish, makeRegistry } from "../support/sessions.ts";
import { startMosquitto } from "../support/mosquitto.ts";

function takeAll(rate: RateLimit): number {
  let taken = 0;
  while (rate.take()) taken++;
  return taken;
}

Deno.test("a burst goes through, then as many a second as are allowed, and a pause fills it again", () => {
  let now = 0;
  const rate = new RateLimit({ burst: 1_000, perSecond: 100, now: () => now });
  assert.equal(rate.waitMs, 0);
  assert.equal(takeAll(rate), 1_000);
  assert.deepEqual([rate.take(), rate.ready(), rate.waitMs], [false, false, 10]);
  now += 1000;
  assert.equal(takeAll(rate), 100);
  now += 3_600_000;
  assert.equal(takeAll(rate), 1_000);
});

Deno.test("a session that floods its broker is told the limit and when there is room again", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const publish = () => session.publish({ topic: "a", payload: bytes("1"), qos: 0, retain: false });
  const burst = 1_000;
  let sent = 0;
  const flood = async () => {
    for (; sent < 100 * burst; sent++) await publish();
  };
  await assert.rejects(flood(), {
    code: "RESOURCE_LIMIT",
    message: /Cannot publish to "a": this session publishes faster than 100 messages a second/,
    hint: /Wait \d+ ms/,
  });
  assert.ok(sent >= burst);
  assert.equal(session.counts.messagesPublished, sent);
  await using other = await establish(registry, broker.url).then((session) => ({
    session,
    [Symbol.asyncDispose]: () => registry.close(session.id, session.owner).then(() => {}),
  }));
  await other.session.publish({ topic: "a", payload: bytes("1"), qos: 1, retain: false });
});
