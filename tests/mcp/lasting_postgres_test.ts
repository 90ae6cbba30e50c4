/** Several cores on one database: recorded through a shared subscription, over a kill and a database that was away. */
import assert from "node:assert/strict";
import { type CoreProcess, makePrivateDir, startCoreProcess } from "../support/core_process.ts";
import { mainArgs, type TestClient, WireClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startPostgres } from "../support/postgres.ts";
import { connectPublisher } from "../support/publisher.ts";
import { eventually, until } from "../support/wait.ts";

// deno-lint-ignore no-explicit-any -- results are JSON: a test reads whatever it expects to be there
type Facts = any;

async function ask(client: TestClient, tool: string, args: object = {}): Promise<Facts> {
  const result = await client.call(tool, { ...args });
  assert.ok(!result.isError, result.text);
  return result.facts;
}

async function standing(core: CoreProcess, client: TestClient): Promise<string> {
  const { connections } = await eventually(
    "it records",
    () => ask(client, "list_active_connections"),
    ({ connections }) => connections[0]?.recording[0]?.state === "recording",
  );
  assert.doesNotMatch(core.wire.stderr, /hunter2/);
  return connections[0].session_id;
}

async function runMode(flags: string[], env: Record<string, string>) {
  const wire = new WireClient({ args: mainArgs, flags, env });
  const { code } = await wire.ended();
  await wire[Symbol.asyncDispose]();
  assert.doesNotMatch(wire.stderr, /hunter2/);
  return { code, said: wire.stderr };
}

Deno.test("two cores that share a stream keep each message once, either answers for both, over a kill and a database that was away", async () => {
  await using server = await startPostgres();
  await using broker = await startMosquitto();
  await using device = await connectPublisher(broker.url);
  const url = await server.createDatabase();
  const dir = makePrivateDir();
  const env = {
    DEFAULT_MQTT_BROKER: broker.url,
    RECORD: "$share/recorders/#",
    RECORD_STORE: url,
  };
  let sent = 0;
  const send = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await device.publish(`room/${sent % 3}`, { n: sent, celsius: sent % 50 });
      sent++;
    }
  };
  const query = (session_id: string) => ({ session_id, topic: "room/#", limit: 500, order: "asc" });
  const askAll = (client: TestClient, session_id: string) =>
    eventually(
      "all is there",
      () => ask(client, "query_history", query(session_id)),
      (facts) => facts.matched >= sent,
    );
  const numbersOf = (facts: Facts) =>
    facts.messages.map((m: Facts) => m.payload.n).sort((a: number, b: number) => a - b);

  await using one = await startCoreProcess({ env });
  await using two = await startCoreProcess({ env });
  await using clientOne = await one.attach();
  await using clientTwo = await two.attach();
  const sessionOne = await standing(one, clientOne);
  const sessionTwo = await standing(two, clientTwo);
  await send(60);
  for (const [client, session] of [[clientOne, sessionOne], [clientTwo, sessionTwo]] as const) {
    const found = await askAll(client, session);
    assert.deepEqual(numbersOf(found), Array.from({ length: sent }, (_, n) => n));
    const heard = await ask(client, "record_topics", { session_id: session, action: "status" });
    assert.ok(heard.recording[0].messages < sent, "each hears a part only");
    const listed = await ask(client, "list_topics", { session_id: session, since: "-1h" });
    assert.equal(listed.messages, sent, "other tools look at the whole, too");
  }

  // a core is killed: what is in the database stays, and the other one goes on alone
  const complete = await ask(clientOne, "query_history", query(sessionOne));
  assert.equal(complete.covers.complete, true, JSON.stringify(complete.covers));
  await send(40);
  const killed = { from: Date.now(), to: Infinity };
  await two.end("SIGKILL");
  killed.to = Date.now();
  await until("the broker knows that it is gone", async () => {
    await send(1);
    const { matched } = await ask(clientOne, "query_history", query(sessionOne));
    const before = matched;
    await send(4);
    const after = await ask(clientOne, "query_history", query(sessionOne));
    return after.matched === before + 4;
  });
  const known = await ask(clientOne, "query_history", query(sessionOne));
  const lost = sent - known.matched;
  // what it had not written yet is lost, and that this may be so is told
  const told = await eventually(
    "it is noticed that it was killed",
    () => ask(clientOne, "query_history", query(sessionOne)),
    ({ covers }) => covers.gaps.length > 0,
  );
  const [gap] = told.covers.gaps;
  assert.match(gap.reason, /one of the cores that share this filter was killed/);
  assert.equal(told.covers.complete, false);
  assert.ok(Date.parse(gap.from) <= killed.to && Date.parse(gap.to) >= killed.from, gap);
  const there = new Set(numbersOf(told));
  for (let n = 0; n < complete.matched; n++) assert.ok(there.has(n), `${n} was written before`);

  // the database goes away: memory answers and says so, and what was heard is written later
  await server.stop();
  await send(30);
  const away = await eventually(
    "it is noticed",
    () => ask(clientOne, "query_history", query(sessionOne)),
    (facts) => facts.store !== undefined,
  );
  assert.match(away.store, /PostgreSQL at 127\.0\.0\.1:\d+\/test_1 cannot be used/);
  assert.match(JSON.stringify(away.covers.why), /Only what memory holds/);
  await one.untilLog(/cannot be used, recorded messages wait in memory/);
  await server.start();
  await one.untilLog(/written to PostgreSQL again/);
  const found = await eventually(
    "what waited is there",
    () => ask(clientOne, "query_history", query(sessionOne)),
    (facts) => facts.store === undefined && facts.matched >= sent - lost,
  );
  assert.equal(found.matched, sent - lost);
  assert.equal(new Set(numbersOf(found)).size, found.matched, "none twice");
  assert.deepEqual(found.covers.gaps, [gap], "nothing else is missing");
  assert.doesNotMatch(one.wire.stderr + JSON.stringify(found), /hunter2/);

  const file = `${dir}/all.jsonl`;
  const exported = await runMode(["--export", file], { RECORD_STORE: url });
  assert.equal(exported.code, 0, exported.said);
  assert.equal(Deno.readTextFileSync(file).trim().split("\n").length, found.matched);
  const refused = await runMode(["--erase-store"], { RECORD_STORE: url });
  assert.equal(refused.code, 2);
  assert.match(refused.said, /a core wrote to it/);
  await one.end("SIGTERM");
  await using sql = server.connect(url);
  await sql`delete from mqtt_mcp.writer`;
  const erased = await runMode(["--erase-store"], { RECORD_STORE: url });
  assert.equal(erased.code, 0, erased.said);
  assert.equal((await sql`select to_regclass('mqtt_mcp.message') as t`)[0].t, null);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("a database that comes later than the core is used from then on, with what was heard before", async () => {
  await using server = await startPostgres();
  await using broker = await startMosquitto();
  await using device = await connectPublisher(broker.url);
  const url = await server.createDatabase();
  await server.stop();
  const env = { DEFAULT_MQTT_BROKER: broker.url, RECORD: "#", RECORD_STORE: url };
  const dir = makePrivateDir();
  const late = await runMode(["--core"], {
    ...env,
    RECORD_STORE_REQUIRED: "true",
    CORE_SOCKET: `${dir}/core.sock`,
  });
  Deno.removeSync(dir, { recursive: true });
  assert.equal(late.code, 2);
  assert.match(late.said, /^mqtt-mcp: Cannot use PostgreSQL at .*: the connection was refused$/m);
  await using core = await startCoreProcess({ env });
  await using client = await core.attach();
  const session_id = await standing(core, client);
  await device.publish("room/1", "before");
  const before = await eventually(
    "memory has it",
    () => ask(client, "query_history", { session_id }),
    (facts) => facts.matched === 1,
  );
  assert.match(before.store, /cannot be used, the connection was refused; \d+ messages wait/);
  await server.start();
  const after = await eventually(
    "the database has it",
    () => ask(client, "query_history", { session_id }),
    (facts) => facts.store === undefined,
  );
  assert.equal(after.messages[0].payload, "before");
  await using sql = server.connect(url);
  assert.equal((await sql`select count(*)::int as n from mqtt_mcp.message`)[0].n, 1);
});
