/** What a model can send in one call: refused clearly where it is too much, and the next call is answered. */
import assert from "node:assert/strict";
import { WireClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";

const deepArray = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const deepObject = (depth: number) => '{"not":'.repeat(depth) + "1" + "}".repeat(depth);
const many = (count: number, item: string) => `[${Array(count).fill(item).join()}]`;
const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join()}}`;

Deno.test("arguments that are too deep or too many are refused by name, and the server goes on", async () => {
  await using broker = await startMosquitto();
  await using client = new WireClient();
  await client.initialize();
  let nextId = 1_000;
  /** The arguments stand as text: a test's own JSON.stringify has its limits, too. */
  async function call(tool: string, args: string): Promise<string> {
    const id = ++nextId;
    await client.write(
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":${args}}}\n`,
    );
    const answer = await client.answer(id);
    const { content } =
      (answer.result ?? { content: [{ text: JSON.stringify(answer.error) }] }) as {
        content: { text: string }[];
      };
    return content[0].text;
  }
  const opened = await call("establish_connection", `{"connection_string":"${broker.url}"}`);
  const session = JSON.parse(opened).session_id as string;
  const of = (rest: string) => `{"session_id":"${session}",${rest}}`;

  const cases: [string, string, RegExp][] = [];
  for (const depth of [8_000, 100_000]) {
    cases.push(
      [
        "publish_message",
        of(`"topic":"a","payload":${deepArray(depth)}`),
        /`payload` nests deeper/,
      ],
      ["request_reply", of(`"topic":"a","payload":${deepArray(depth)}`), /`payload` nests deeper/],
      [
        "request_reply",
        of(`"topic":"a","payload":"","expect":${deepObject(depth)}`),
        /`expect` nests deeper than 64 levels/,
      ],
      [
        "query_history",
        of(`"where":[{"path":"a","op":"=","value":${deepArray(depth)}}]`),
        /`where` nests deeper/,
      ],
      ["query_history", of(`"where":${deepArray(depth)}`), /`where` nests deeper/],
      ["list_topics", of(`"exclude":${deepArray(depth)}`), /`exclude` nests deeper/],
      ["list_active_connections", `{"unknown":${deepArray(depth)}}`, /`unknown` nests deeper/],
    );
  }
  for (
    const [tool, name] of [
      ["list_topics", "exclude"],
      ["subscribe_and_collect", "exclude"],
      ["clear_retained", "topics"],
      ["record_topics", "topics"],
      ["monitor_performance", "topics"],
      ["query_history", "where"],
    ]
  ) {
    cases.push(
      [
        tool,
        of(`"${name}":${many(60_000, '"a/#"')}`),
        new RegExp(`\`${name}\` holds more than 50,000`),
      ],
      [tool, of(`"${name}":${many(49_000, "7")}`), new RegExp(`\`${name}\``)],
    );
  }
  cases.push(
    ["list_topics", of(`"exclude":${many(51, '"a/#"')}`), /`exclude`/],
    [
      "publish_message",
      of(`"topic":"a","payload":"","user_properties":${keys(60_000)}`),
      /more than/,
    ],
    [
      "publish_message",
      of(`"topic":"a","payload":"","user_properties":${keys(2_000)}`),
      /user_prop/,
    ],
    ["request_reply", of(`"topic":"a","payload":"","expect":${keys(60_000)}`), /more than 50,000/],
    ["list_topics", keys(60_000), /unknown arguments/],
    ["list_topics", of(`"pattern":"${"+/".repeat(100_000)}+"`), /TOPIC_INVALID/],
    ["subscribe_and_collect", of(`"topic":"${"a/".repeat(40_000)}#"`), /TOPIC_INVALID|INVALID_ARG/],
    ["debug_device", of(`"device_id":"${"a".repeat(1_001)}"`), /`device_id`/],
    ["query_history", of(`"contains":"${"a".repeat(1_001)}"`), /`contains`/],
    ["query_history", of(`"since":"${"-".repeat(200_000)}"`), /INVALID_ARGUMENT/],
    ["query_history", of(`"cursor":"${"1".repeat(200_000)}"`), /INVALID_ARGUMENT/],
    ["list_topics", of(`"cursor":"${"A".repeat(200_000)}"`), /INVALID_ARGUMENT/],
    ["publish_message", of(`"topic":"a","payload":${many(600_000, "1")}`), /PAYLOAD_TOO_LARGE/],
  );
  for (const [tool, args, expected] of cases) {
    const told = await call(tool, args);
    const shown = `${tool} ${args.slice(50, 130)}…: ${told.slice(0, 300)}`;
    assert.match(told, /^(?:INVALID_ARGUMENT|TOPIC_INVALID|PAYLOAD_TOO_LARGE): .*\nTry: /s, shown);
    assert.match(told, expected, shown);
    assert.ok(told.length < 3_000, shown);
  }
  const list = JSON.parse(await call("list_active_connections", "{}"));
  assert.equal(list.connections?.length ?? list.sessions?.length, 1);
});

Deno.test("while a schema or a pattern would never end others are answered, and SIGTERM ends the program", async () => {
  await using broker = await startMosquitto();
  await using device = await connectPublisher(broker.url);
  await device.respond("dev/cmd", (request) => {
    if (request.responseTopic === undefined) return;
    device.publish(request.responseTopic, JSON.stringify(`${"a".repeat(20_000)}!`), { qos: 0 });
  });
  await using client = new WireClient();
  await client.initialize();
  const call = (name: string, args: object) =>
    client.send("tools/call", { name, arguments: args }) as Promise<number>;
  const facts = async (id: number) => {
    const { content } = (await client.answer(id)).result as {
      content: { text: string }[];
    };
    return JSON.parse(content[0].text);
  };
  const { session_id } = await facts(
    await call("establish_connection", { connection_string: broker.url }),
  );
  const $defs: Record<string, object> = { d0: { type: "string" } };
  for (let i = 1; i <= 40; i++) {
    $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i - 1}` }, { $ref: `#/$defs/d${i - 1}` }] };
  }
  const ask = (expect: object) =>
    call("request_reply", { session_id, topic: "dev/cmd", payload: "", timeout: 60, expect });
  const doubled = await ask({ $defs, $ref: "#/$defs/d40" });
  const evil = await ask({ pattern: "^(a+)+$" });
  assert.ok((await client.request("ping")).result);
  assert.equal((await facts(doubled)).valid, null);
  assert.equal((await facts(evil)).valid, false);
  for (let i = 0; i < 10; i++) await ask({ $defs, $ref: "#/$defs/d40" });
  client.process.kill("SIGTERM");
  assert.equal((await client.ended()).success, true);
});
