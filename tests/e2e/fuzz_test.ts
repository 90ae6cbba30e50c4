import assert from "node:assert/strict";
import fc from "fast-check";
import { tools } from "../../src/tools/mod.ts";
import { toolDefinition } from "../../src/mcp/server.ts";
import { WireClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";

const SEED = 20_261_121;
const MESSAGES = 2_000;
const BATCH = 250;

type Schema = Readonly<Record<string, unknown>> & {
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
};

/** Anything at all: what a broken client, or a model that lost the thread, could send. */
const anything = fc.jsonValue({ depthSize: "small", stringUnit: "binary" });

/** A value that a schema asks for, or nearly. */
function valueFor(schema: Schema, session: string): fc.Arbitrary<unknown> {
  const right = ((): fc.Arbitrary<unknown> => {
    if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
    switch (schema.type) {
      case "string":
        return fc.oneof(
          fc.constantFrom(session, "a/b", "#", "a/+/c", "$SYS/#", "$share/g/a", "-5m", "mqtt://x"),
          fc.string({ unit: "binary", maxLength: 60 }),
        );
      case "integer":
        return fc.oneof(fc.integer({ min: -2, max: 300 }), fc.integer());
      case "number":
        return fc.oneof(fc.double({ min: 0, max: 0.05 }), fc.constantFrom(-1, 0, 1e9, 1e-9));
      case "boolean":
        return fc.boolean();
      case "array":
        return fc.array(valueFor(schema.items ?? {}, session), { maxLength: 4 });
      case "object":
        return argumentsFor(schema, session);
      default:
        return anything;
    }
  })();
  return fc.oneof({ arbitrary: right, weight: 9 }, { arbitrary: anything, weight: 1 });
}

function argumentsFor(schema: Schema, session: string): fc.Arbitrary<Record<string, unknown>> {
  const known = Object.entries(schema.properties ?? {}).map(([name, inner]) =>
    [name, valueFor(inner, session)] as const
  );
  return fc.record(Object.fromEntries(known), { requiredKeys: [] });
}

/** A call whose arguments are those of a tool, or nearly; quick, whatever they are. */
function toolCall(session: string): fc.Arbitrary<{ method: string; params: unknown }> {
  return fc.constantFrom(...tools).chain((tool) =>
    argumentsFor(toolDefinition(tool).inputSchema as Schema, session).map((args) => {
      const quick: Record<string, unknown> = { ...args };
      // the session stays open, and no call takes long
      if (tool.name === "close_connection") delete quick.session_id;
      else if (JSON.stringify(args).length % 3 > 0) quick.session_id ??= session;
      for (const name of ["duration", "timeout"]) {
        if (typeof quick[name] === "number" && quick[name] > 0.05) quick[name] = 0.05;
        else if (name in tool.input.shape) quick[name] ??= 0.05;
      }
      return { method: "tools/call", params: { name: tool.name, arguments: quick } };
    })
  );
}

/** A line of text: a proper call, a message of any shape, or one that was damaged on its way. */
function line(session: string): fc.Arbitrary<string> {
  const method = fc.constantFrom(
    "tools/call",
    "tools/list",
    "ping",
    "resources/read",
    "resources/list",
    "prompts/get",
    "notifications/cancelled",
    "notifications/initialized",
    "logging/setLevel",
    "completion/complete",
    "no/such",
  );
  const id = fc.oneof(fc.integer({ min: 1_000_000, max: 9_000_000 }), fc.string(), anything);
  const message = fc.oneof(
    { arbitrary: toolCall(session), weight: 6 },
    { arbitrary: fc.record({ method, params: anything }), weight: 2 },
    { arbitrary: fc.record({ method: fc.string(), params: anything, extra: anything }), weight: 1 },
  ).chain((body) => id.map((id) => JSON.stringify({ jsonrpc: "2.0", id, ...body })));
  const damaged = fc.tuple(message, fc.nat(), fc.string({ unit: "binary", maxLength: 5 }))
    .map(([text, at, junk]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + junk + text.slice(cut + at % 7);
    });
  return fc.oneof(
    { arbitrary: message, weight: 8 },
    { arbitrary: damaged, weight: 2 },
    { arbitrary: anything.map((value) => JSON.stringify(value)), weight: 1 },
  ).map((text) => text.replace(/[\r\n]/g, " "));
}

Deno.test("two thousand random and mutated messages leave a server that works", async () => {
  await using broker = await startMosquitto();
  await using wire = new WireClient({
    env: { CONNECTION_TIMEOUT: "1", MQTT_TIMEOUT: "1", ALLOWED_BROKERS: "127.0.0.1" },
  });
  await wire.initialize();
  const established = await wire.request("tools/call", {
    name: "establish_connection",
    arguments: { connection_string: broker.url },
  });
  const { session_id } = established.result.structuredContent;
  const lines = fc.sample(line(session_id), { numRuns: MESSAGES, seed: SEED });
  for (let from = 0; from < MESSAGES; from += BATCH) {
    const batch = lines.slice(from, from + BATCH);
    await wire.write(batch.map((text) => `${text}\n`).join(""));
    const { result } = await wire.request("ping");
    assert.deepEqual(result, {}, `after message ${from + BATCH}, seed ${SEED}`);
  }
  const answered = wire.messages().length;
  assert.ok(answered > MESSAGES / 4, `${answered} lines came back`);
  const [first] = (await wire.request("tools/call", {
    name: "list_active_connections",
    arguments: {},
  })).result.structuredContent.connections;
  assert.equal(first.session_id, session_id);
  assert.equal(first.status, "connected");
  assert.doesNotMatch(wire.stderr, /Bug:|TypeError|RangeError|Uncaught|\n\s+at /);
  await wire.closeStdin();
  assert.equal((await wire.ended()).code, 0);
});
