import assert from "node:assert/strict";
import { factsResult, SECRETS_NOTICE } from "../../src/mcp/result.ts";
import { HIDDEN, showSecrets } from "../../src/payload/secrets.ts";
import { tools } from "../../src/tools/mod.ts";
import { message } from "../support/messages.ts";
import { type Facts, startToolHarness, type ToolHarness } from "../support/tool_harness.ts";

const PAYLOADS: readonly (readonly [topic: string, payload: unknown])[] = [
  ["tele/plug/INFO", { SSId1: "home", Password1: "hunter2", n: 1 }],
  ["tele/plug/INFO", { SSId1: "home", Password1: "hunter3", n: 2 }],
  ["cam/config", { stream: "rtsp://admin:hunter2@10.0.0.9/h264" }],
  ["esp/wifi/password", "hunter2"],
  ["esp/wifi/ssid", "home"],
];

type Harness = ToolHarness & { session_id: string };

async function recorded(h: Harness): Promise<void> {
  await h.call("record_topics", { session_id: h.session_id, action: "start", topics: ["#"] });
  const log = h.core.recordings.logOf(h.session_id)!;
  for (let round = 0; round < 10; round++) {
    for (const [topic, payload] of PAYLOADS) log.append(message(topic, payload));
  }
}

const schemaOf = async (h: Harness, topic: string): Promise<Facts> => {
  const collecting = h.call("get_topic_schema", {
    session_id: h.session_id,
    topic,
    duration: 10,
    max_messages: 20,
  });
  await h.listening(h.session_id);
  for (let round = 0; round < 10; round++) {
    for (const payload of [PAYLOADS[0][1], PAYLOADS[1][1]]) {
      await h.call("publish_message", {
        session_id: h.session_id,
        topic,
        payload: payload as object,
        qos: 1,
      });
    }
  }
  return await collecting;
};

Deno.test("no tool shows a secret of a payload, and what was hidden is said", async () => {
  await using h = await startToolHarness();
  await recorded(h);
  const { session_id } = h;
  const asked: Facts[] = [
    await h.call("query_history", { session_id }),
    await h.call("query_history", {
      session_id,
      aggregate: { by: "topic", field: "Password1" },
    }),
    await h.call("list_topics", { session_id, duration: 0.2 }),
    await h.call("debug_device", { session_id, device_id: "plug", duration: 0.3 }),
    await h.call("get_topic_schema", { session_id, topic: "tele/#", duration: 0.3 }),
  ];
  await h.call("publish_message", {
    session_id,
    topic: "kept/config",
    payload: { wifi: { psk: "hunter2" } },
    retain: true,
    qos: 1,
  });
  asked.push(
    await h.call("subscribe_and_collect", { session_id, topic: "kept/#", duration: 0.3 }),
    await h.call("clear_retained", { session_id, topics: ["kept/#"] }),
    await h.call("publish_message", {
      session_id,
      topic: "kept/config",
      payload: { wifi: { psk: "hunter3" } },
      retain: true,
      dry_run: true,
    }),
  );
  for (const [i, facts] of asked.entries()) {
    assert.doesNotMatch(JSON.stringify(facts), /hunter/, `${i}: ${JSON.stringify(facts)}`);
  }
  assert.match(JSON.stringify(asked[0]), new RegExp(HIDDEN));
  const tool = tools.find(({ name }) => name === "query_history")!;
  const result = factsResult(asked[0], tool);
  assert.equal((result.structuredContent as Facts).secrets_notice, SECRETS_NOTICE);
  assert.equal(
    (factsResult({ messages: [] }, tool).structuredContent as Facts).secrets_notice,
    undefined,
  );
});

Deno.test("no question finds a secret, letter by letter either", async () => {
  await using h = await startToolHarness();
  await recorded(h);
  const ask = async (args: object) => {
    const facts = await h.call("query_history", { session_id: h.session_id, ...args });
    assert.doesNotMatch(JSON.stringify(facts), /hunter/);
    return facts;
  };
  for (const contains of ["hunter2", "hunter", "h", "admin:"]) {
    const { matched } = await ask({ topic: "esp/wifi/password", contains });
    assert.equal(matched, contains === "h" ? 10 : 0, "the h is one of ‹hidden›");
    assert.equal((await ask({ topic: "cam/#", contains: `${contains}u` })).matched, 0);
  }
  const where = async (op: string, value?: unknown) =>
    (await ask({
      topic: "tele/#",
      where: [{ path: "Password1", op, ...(value === undefined ? {} : { value }) }],
    })).matched;
  assert.equal(await where("=", "hunter2"), 0);
  assert.equal(await where("contains", "unter"), 0);
  assert.equal(await where("changed"), 0, "whether it changed says something of it");
  const above = await Promise.all(["a", "h", "hunter2", "z"].map((value) => where(">", value)));
  assert.equal(new Set(above).size, 1, "every value is the same beside a hidden one");
  const searched = await ask({ topic: "tele/#", contains: "hunter" });
  assert.match(searched.not_searched, /20 messages/);
  assert.equal((await ask({ topic: "tele/#", contains: "HOME" })).matched, 20);
  const justNow = new Date(Date.now() - 1).toISOString();
  const compared = await ask({ compare: { since: "-1h", until: justNow } });
  assert.ok(Array.isArray(compared.changes));
});

Deno.test("a schema says of a hidden field that it is a text and nothing more", async () => {
  await using h = await startToolHarness();
  const facts = await schemaOf(h, "tele/plug/INFO");
  assert.deepEqual(facts.schema.properties.Password1, { type: "string" });
  assert.deepEqual(facts.schema.properties.SSId1.enum, ["home"]);
  const field = facts.fields.find((one: Facts) => /Password1/.test(one.path));
  assert.equal(field.enum, undefined);
});

Deno.test("with SHOW_SECRETS the owner sees what was sent", async () => {
  try {
    await using h = await startToolHarness({ env: { SHOW_SECRETS: "true" } });
    await recorded(h);
    const facts = await h.call("query_history", { session_id: h.session_id, contains: "hunter2" });
    assert.equal(facts.matched, 30);
    const tool = tools.find(({ name }) => name === "query_history")!;
    const { structuredContent, content } = factsResult(facts, tool);
    assert.match(JSON.stringify(structuredContent), /rtsp:\/\/admin:hunter2@/);
    assert.match((content[0] as { text: string }).text, /"Password1":"hunter2"/);
    assert.equal((structuredContent as Facts).secrets_notice, undefined);
  } finally {
    showSecrets(false);
  }
});
