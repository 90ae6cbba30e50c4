import assert from "node:assert/strict";
import { SessionError } from "../../src/errors.ts";
import { redact } from "../../src/redact.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startScriptedBroker } from "../support/scripted_broker.ts";
import { bytes, establish, makeRegistry, until } from "../support/sessions.ts";

Deno.test("parallel calls cannot open more sessions than allowed, and a failed one gives its place back", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry({ maxConnections: 2 });
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, () => establish(registry, broker.url)),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 2);
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    assert(result.reason instanceof SessionError);
    assert.equal(result.reason.code, "RESOURCE_LIMIT");
  }
  const [first] = registry.list("owner");
  await assert.rejects(establish(registry, broker.url), (error) => {
    assert(error instanceof SessionError);
    assert.ok(redact(error.hint).includes(`${first.id} on ${broker.url} (last used `), error.hint);
    return true;
  });
  await registry.close(first.id, "owner");
  await assert.rejects(establish(registry, "mqtt://127.0.0.1:1"), { code: "BROKER_UNREACHABLE" });
  await establish(registry, broker.url);
  assert.equal(registry.size, 2);
});

Deno.test("a session expires after its TTL without use, is disconnected, and its id is told to have expired", async () => {
  await using broker = await startMosquitto();
  let now = 1_000_000;
  const closed: string[] = [];
  await using registry = await makeRegistry({ ttlSeconds: 10, now: () => now });
  registry.onClosed((id, why) => closed.push(`${id} ${why}`));
  const session = await establish(registry, `${broker.url}/me`);
  now += 9_000;
  assert.equal(registry.get(session.id, "owner"), session);
  using running = session.use();
  now += 60_000;
  registry.sweep();
  assert.equal(registry.get(session.id, "owner"), session);
  assert(session.expiresAt > now);
  running[Symbol.dispose]();
  now += 9_999;
  registry.sweep();
  assert.equal(registry.size, 1);
  now += 1;
  registry.sweep();
  assert.equal(registry.size, 0);
  assert.throws(() => registry.get(session.id, "owner"), { code: "SESSION_EXPIRED" });
  await broker.waitForLog(/Received DISCONNECT from me/);
  await until("it was told", () => closed.length === 1);
  assert.deepEqual(closed, [`${session.id} expired`]);
});

Deno.test("the sweep runs by itself, and an expired session is not handed out before it", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry({ ttlSeconds: 0.05, sweepMs: 10 });
  await establish(registry, broker.url);
  await until("it was swept", () => registry.size === 0);
  await using lazy = await makeRegistry({ ttlSeconds: 0.02, sweepMs: 60_000 });
  const session = await establish(lazy, broker.url);
  await until("its time is over", () => session.isExpired);
  assert.throws(() => lazy.get(session.id, "owner"), { code: "SESSION_EXPIRED" });
  assert.equal(lazy.size, 0);
});

Deno.test("a hold keeps a session past its TTL, for 24 hours at most", async () => {
  await using broker = startScriptedBroker();
  let now = 1_000_000;
  await using registry = await makeRegistry({ ttlSeconds: 10, now: () => now });
  const session = await establish(registry, broker.url);
  const hold = session.hold("a recording");
  now += 23 * 3600_000;
  assert.equal(registry.get(session.id, "owner"), session);
  now += 2 * 3600_000;
  assert.throws(() => registry.get(session.id, "owner"), { code: "SESSION_EXPIRED" });
  hold[Symbol.dispose]();
});

Deno.test("the 24 hours of a hold begin anew with each use, and end with the hold", async () => {
  await using broker = startScriptedBroker();
  let now = 1_000_000;
  await using registry = await makeRegistry({ ttlSeconds: 10, now: () => now });
  const session = await establish(registry, broker.url);
  const hold = session.hold("a recording");
  for (let day = 0; day < 3; day++) {
    now += 23 * 3600_000;
    registry.get(session.id, "owner").use()[Symbol.dispose]();
    assert.equal(session.expiresAt, now + 24 * 3600_000);
  }
  hold[Symbol.dispose]();
  assert.equal(session.expiresAt, now + 10_000);
});

Deno.test("without sharing a client sees only the sessions it made", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry({ sharing: false });
  const mine = await establish(registry, broker.url, "me");
  const theirs = await establish(registry, broker.url, "them");
  assert.deepEqual(registry.list("me").map(({ id }) => id), [mine.id]);
  assert.throws(() => registry.get(theirs.id, "me"), { code: "SESSION_NOT_FOUND" });
  await assert.rejects(registry.close(theirs.id, "me"), { code: "SESSION_NOT_FOUND" });
  assert.equal(registry.get(theirs.id, "them"), theirs);
  await using shared = await makeRegistry();
  const session = await establish(shared, broker.url, "me");
  assert.equal(shared.get(session.id, "them"), session);
  assert.equal(session.createdBy, "a test");
});

Deno.test("closing gives lifetime counts, and an unknown or closed id is not found", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  await session.publish({ topic: "a", payload: bytes("1"), qos: 1, retain: false });
  const closed = await registry.close(session.id, "owner");
  assert.equal(closed.messages_published, 1);
  assert.equal(closed.session_id, session.id);
  assert.throws(() => registry.get(session.id, "owner"), /was closed/);
  assert.throws(() => registry.get("nonsense", "owner"), (error) => {
    assert(error instanceof SessionError);
    assert.equal(error.code, "SESSION_NOT_FOUND");
    assert.match(error.hint, /list_active_connections/);
    return true;
  });
});

Deno.test("disposing closes every session and stops what is being opened", async () => {
  await using broker = await startMosquitto();
  await using silent = startScriptedBroker({ onPacket: () => true });
  const closed: string[] = [];
  let opening: Promise<unknown>;
  {
    await using registry = await makeRegistry();
    registry.onClosed((_id, why) => closed.push(why));
    await establish(registry, `${broker.url}/one`);
    await establish(registry, `${broker.url}/two`);
    opening = establish(registry, silent.url);
    opening.catch(() => {});
    await until("it is on its way", () => silent.clients.length === 1);
  }
  await assert.rejects(opening, /cancelled/);
  assert.deepEqual(closed, ["shutdown", "shutdown"]);
  await broker.waitForLog(/Received DISCONNECT from one/);
  await broker.waitForLog(/Received DISCONNECT from two/);
});

Deno.test("credentials are not kept where a session can be looked into", async () => {
  await using broker = await startMosquitto({ users: { ann: "s3cret-word" } });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url.replace("//", "//ann:s3cret-word@"));
  assert(!Deno.inspect(registry, { depth: 20, showHidden: true }).includes("s3cret-word"));
  assert(!Deno.inspect(session, { depth: 20, showHidden: true }).includes("s3cret-word"));
  assert.equal((await session.target()).password, "s3cret-word");
  await using scratch = await session.scratchConnection();
  assert.notEqual(scratch.clientId, session.clientId);
});

Deno.test("a shared registry refuses unchecked certificates unless the operator allows them", async () => {
  await using registry = await makeRegistry();
  await assert.rejects(establish(registry, "mqtts://127.0.0.1:1/?insecure=true"), {
    code: "NOT_ALLOWED",
  });
});
