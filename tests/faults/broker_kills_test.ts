// takes long: a broker dies a hundred times
import assert from "node:assert/strict";
import { MqttMcpError } from "../../src/errors.ts";
import { createRandom } from "../../src/demo/random.ts";
import { tools } from "../../src/tools/mod.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { createToolHarness, type Facts } from "../support/tool_harness.ts";
import { exampleOf } from "../support/tool_examples.ts";
import { until } from "../support/wait.ts";

const ROUNDS = 7;
const SEED = 7;
/** No call below asks for more than 2 s, and no wait of the settings is longer. */
const HUNG_MS = 120_000;

/** The moments are what is tried here: nothing is waited for. */
function pause(ms: number): Promise<void> {
  // deno-lint-ignore timing/pause -- a random moment for the kill, which any moment is as good as
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Every tool, with arguments that keep it busy for a moment. */
function callsOf(session_id: string, url: string): readonly [string, object][] {
  /** Where a tool's example would not keep it busy, or would be about nothing that is there. */
  const busier: Readonly<Record<string, object>> = {
    establish_connection: { connection_string: url, record: ["#"] },
    list_active_connections: {},
    list_topics: { session_id, duration: 1.5 },
    subscribe_and_collect: { session_id, topic: "#", duration: 2, when_full: "sample" },
    publish_message: { session_id, topic: "kill/a", payload: "1", qos: 2 },
    get_topic_schema: { session_id, topic: "live/#", duration: 1.5 },
    debug_device: { session_id, device_id: "live", duration: 1.5 },
    monitor_performance: { session_id, duration: 1.5, probe: true },
    test_connection: { connection_string: url },
    record_topics: { session_id, action: "start", topics: ["kept/#"] },
    query_history: { session_id, aggregate: { by: "topic" } },
    clear_retained: { session_id, topics: ["#"] },
    request_reply: { session_id, topic: "live/ask", payload: "", timeout: 1 },
    check_devices: { session_id, duration: 1.5 },
    wait_for: { session_id, topic: "never/heard", timeout: 1.5 },
    watch_topics: { session_id, action: "start", topic: "live/#", contains: "never" },
  };
  return tools.map((tool) => [tool.name, busier[tool.name] ?? { session_id, ...exampleOf(tool) }]);
}

Deno.test("a broker killed at a hundred moments leaves no hung call and no silent loss, and every session comes back", async () => {
  const random = createRandom(SEED);
  await using broker = await startMosquitto();
  await using h = await createToolHarness({
    MAX_CONNECTIONS: "20",
    MQTT_TIMEOUT: "2",
    CONNECTION_TIMEOUT: "2",
  });
  const session_id = await h.connect(broker.url);
  const session = h.core.sessions.get(session_id, "");
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  let moments = 0;
  let interrupted = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const victim = await h.connect(broker.url);
    const device = await connectPublisher(broker.url);
    const calls = callsOf(session_id, broker.url).map(([name, args]) => {
      let done = false;
      const own = name === "close_connection" ? { session_id: victim } : args;
      const result = h.call(name, own).catch((error: unknown) => error).finally(() => done = true);
      return { name, result, running: () => !done };
    });
    let published = 0;
    const publishing = setInterval(() => {
      device.publish("live/a", { i: published++, error: null }, { qos: 0 }).catch(() => {});
    }, 20);
    await pause(random() * 1_500);
    moments += calls.length;
    interrupted += calls.filter((call) => call.running()).length;
    await broker.kill();
    clearInterval(publishing);
    await device[Symbol.asyncDispose]();
    await pause(random() * 400);
    await broker.restart();

    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const hung = calls.filter((call) => call.running()).map(({ name }) => name);
      late.reject(new Error(`Round ${round}: still running: ${hung}`));
    }, HUNG_MS);
    const results = await Promise.race([
      Promise.all(calls.map(({ result }) => result)),
      late.promise,
    ]);
    clearTimeout(timer);
    for (const [i, result] of results.entries()) {
      if (!(result instanceof Error)) continue;
      assert.ok(result instanceof MqttMcpError, `${calls[i].name}: ${result.stack}`);
      assert.notEqual(result.code, "INVALID_ARGUMENT", `${calls[i].name}: ${result.message}`);
    }
    const [collected] = results.filter((_, i) => calls[i].name === "subscribe_and_collect");
    if (!(collected instanceof Error)) {
      const { listened, stop_reason } = collected as Facts;
      const told = listened.gaps.length > 0 || stop_reason !== "duration" ||
        Date.parse(listened.to) <= Date.now();
      assert.ok(told, "what was not heard is told");
    }
    // the next call of a session that was given up meanwhile tries once
    await until(`the session is connected in round ${round}`, async () => {
      if (session.state !== "connected") {
        await h.call("publish_message", { session_id, topic: "back", payload: "", qos: 1 })
          .catch(() => {});
      }
      return (session.state as string) === "connected";
    });
    for (const { id } of h.core.sessions.list("").filter(({ id }) => id !== session_id)) {
      await h.call("close_connection", { session_id: id });
    }
  }
  assert.ok(moments >= 100);
  assert.ok(interrupted >= ROUNDS, `${interrupted} calls were interrupted`);

  const running = h.call("subscribe_and_collect", {
    session_id,
    topic: "after/#",
    duration: 30,
    max_messages: 1,
  });
  await h.listening(session_id);
  await using device = await connectPublisher(broker.url);
  await device.publish("after/a", "heard");
  assert.equal((await running).messages[0].payload, "heard");
  const { covers } = await h.call("query_history", { session_id, topic: "after/a" });
  assert.equal(covers.complete, false);
  assert.ok(covers.gaps.length >= 1, "the recording tells when it was deaf");
});
