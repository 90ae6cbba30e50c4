/** Every tool, played on one broker by a real client over stdio; what it counts is held against a client of another make. */
import assert from "node:assert/strict";
import { connectAsync, type MqttClient } from "mqtt";
import { connectClient, type TestClient } from "../support/mcp_client.ts";
import type { TestBroker } from "../support/brokers/broker_process.ts";
import { eventually, until } from "../support/wait.ts";

/** What a broker is known to do its own way. */
export interface Habits {
  readonly version: "5" | "3.1.1";
  /** A publish of QoS 2 is never answered. */
  readonly ignoresQos2?: true;
  /** A subscription by wildcard brings no retained messages. */
  readonly noRetainedByWildcard?: true;
  /** Retained messages come without their flag. */
  readonly unflagged?: true;
}

// deno-lint-ignore no-explicit-any -- facts are JSON: a test reads what it expects to be there
type Facts = any;

const DEVICES = 10;
const ROUNDS = 10;
/** How many messages of the devices are published while the tools listen. */
const BATCH = DEVICES * ROUNDS;
/** Numbered messages of one collection. */
const NUMBERED = 400;
const ROOT = "suite";

/** Plays every tool. Fails where one does not do as promised, or where one of the list was not played. */
export async function playEveryTool(
  broker: TestBroker,
  habits: Habits,
  t: Deno.TestContext,
): Promise<void> {
  await using other = await OtherClient.connect(broker.url);
  await using assistant = await connectClient("sdk v2, 2026-07-28", {
    // a broker that is silent to MQTT 5 is waited for a third of this
    env: { CONNECTION_TIMEOUT: "10" },
  });
  const play = new Play({ broker, habits, other, assistant });
  const step = async (name: string, run: () => Promise<void>) => {
    if (!await t.step(name, run)) throw new Error(`${name}: see above`);
  };
  await step("connects with the version the broker speaks", () => play.connects());
  await step("tests the connection and finds it healthy", () => play.tests());
  await step("publishes at each quality of service", () => play.publishes());
  await step("collects and records exactly what was published", () => play.collects());
  await step("counts alike in every tool that listens", () => play.listens());
  await step("waits for a value", () => play.waits());
  await step("watches for a value", () => play.watches());
  await step("asks a device and gets its answer", () => play.asks());
  await step("lists and clears what is retained", () => play.clears());
  await step("tells replays from live messages", () => play.tellsReplays());
  await step("closes the session", () => play.closes());
  await step("has played every tool", () => play.playedAll());
}

/** A client by MQTT.js with MQTT 3.1.1, as devices have it: it hears everything, and counts. */
class OtherClient implements AsyncDisposable {
  /** Live messages by topic. */
  readonly counts = new Map<string, number>();
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("error", () => {});
    client.on("message", (topic, payload, packet) => {
      if (packet.retain) return;
      this.counts.set(topic, (this.counts.get(topic) ?? 0) + 1);
      if (topic === `${ROOT}/ask`) {
        client.publish(`${ROOT}/answer`, JSON.stringify({ ...JSON.parse(`${payload}`), ok: true }));
      }
    });
  }

  static async connect(url: string): Promise<OtherClient> {
    const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
    const other = new OtherClient(client);
    await client.subscribeAsync(`${ROOT}/#`, { qos: 1 });
    return other;
  }

  /** How many came on topics that begin so. */
  count(prefix: string): number {
    let sum = 0;
    for (const [topic, count] of this.counts) if (topic.startsWith(prefix)) sum += count;
    return sum;
  }

  async publish(topic: string, payload: string, retain = false): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1, retain });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.endAsync(true);
  }
}

class Play {
  readonly #broker: TestBroker;
  readonly #habits: Habits;
  readonly #other: OtherClient;
  readonly #assistant: TestClient;
  readonly #played = new Set<string>();
  #session = "";

  constructor(
    o: { broker: TestBroker; habits: Habits; other: OtherClient; assistant: TestClient },
  ) {
    this.#broker = o.broker;
    this.#habits = o.habits;
    this.#other = o.other;
    this.#assistant = o.assistant;
  }

  async #call(name: string, args: Record<string, unknown> = {}, onProgress?: () => void) {
    this.#played.add(name);
    const inSession = this.#session === "" || "session_id" in args || "collection_id" in args ||
        name === "list_active_connections"
      ? args
      : { session_id: this.#session, ...args };
    const result = await this.#assistant.call(name, inSession, onProgress ? { onProgress } : {});
    assert.equal(result.isError, false, `${name}: ${result.text}`);
    return result.facts as Facts;
  }

  async connects(): Promise<void> {
    const facts = await this.#call("establish_connection", {
      connection_string: this.#broker.url,
    });
    this.#session = facts.session_id;
    assert.equal(facts.mqtt_version, this.#habits.version);
    const { connections } = await this.#call("list_active_connections");
    assert.deepEqual(connections.map((c: Facts) => c.session_id), [this.#session]);
    if (this.#broker.webSocketUrl === undefined) return;
    const overWebSocket = await this.#call("establish_connection", {
      connection_string: this.#broker.webSocketUrl,
      session_id: undefined,
    });
    await this.#call("close_connection", { session_id: overWebSocket.session_id });
  }

  async tests(): Promise<void> {
    const { healthy, checks } = await this.#call("test_connection");
    const status = Object.fromEntries(checks.map((c: Facts) => [c.name, c.status]));
    assert.equal(healthy, this.#habits.ignoresQos2 !== true, JSON.stringify(checks));
    assert.equal(status.publish_qos0, "pass");
    assert.equal(status.publish_qos1, "pass");
    const usual = !this.#habits.noRetainedByWildcard && !this.#habits.unflagged;
    assert.equal(status.retained, usual ? "pass" : "warn", JSON.stringify(checks));
  }

  async publishes(): Promise<void> {
    const topic = `${ROOT}/published`;
    for (const qos of this.#habits.ignoresQos2 ? [0, 1] : [0, 1, 2]) {
      const facts = await this.#call("publish_message", { topic, payload: { qos }, qos });
      assert.equal(facts.status, "published");
      assert.equal(facts.acknowledged, qos > 0);
      await until("it is heard", () => this.#other.count(topic) === qos + 1);
    }
  }

  async collects(): Promise<void> {
    const before = this.#other.count(`${ROOT}/n/`);
    await this.#call("record_topics", { action: "start", topics: [`${ROOT}/#`] });
    const listens = Promise.withResolvers<void>();
    const collecting = this.#call("subscribe_and_collect", {
      topic: `${ROOT}/n/+`,
      duration: 300,
      max_messages: NUMBERED,
      qos: 1,
    }, () => listens.resolve());
    await Promise.race([listens.promise, collecting]);
    for (let i = 0; i < NUMBERED; i++) {
      await this.#other.publish(`${ROOT}/n/${i % 4}`, JSON.stringify({ i }));
    }
    const facts = await collecting;
    assert.equal(facts.stop_reason, "max_messages");
    assert.equal(facts.original_message_count, NUMBERED);
    assert.equal(facts.listened.counting, "exact");
    assert.deepEqual(facts.listened.gaps, []);
    const missing = new Set(Array.from({ length: NUMBERED }, (_, i) => i));
    let cursor: string | undefined;
    do {
      const page = await this.#call("query_history", {
        collection_id: facts.collection_id,
        limit: 500,
        ...(cursor !== undefined && { cursor }),
      });
      for (const { payload } of page.messages) missing.delete(payload.i);
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    assert.deepEqual([...missing], [], "each number is there, so none came twice");
    await until(
      "the other client has them all",
      () => this.#other.count(`${ROOT}/n/`) - before >= NUMBERED,
    );
    assert.equal(this.#other.count(`${ROOT}/n/`) - before, NUMBERED);
    assert.equal(await this.#recorded(`${ROOT}/n/#`), NUMBERED);
  }

  async #recorded(topic: string): Promise<number> {
    return (await this.#call("query_history", { topic, limit: 1 })).matched;
  }

  /** Listens with all tools at once, with filters that overlap, until one round lay wholly within what each has heard. */
  async listens(): Promise<void> {
    const pattern = `${ROOT}/dev/#`;
    const tools: readonly (readonly [name: string, args: Facts, count: (f: Facts) => number])[] = [
      ["list_topics", { pattern }, (f) => sumOf(f.topics, (row) => row.messages)],
      ["get_topic_schema", { topic: pattern }, (f) => f.sample_count],
      ["monitor_performance", { topics: [pattern] }, (f) => f.messages],
      // of one device alone: its messages times the devices
      [
        "debug_device",
        { device_id: `${ROOT}/dev/sensor-3/#` },
        (f) => f.messages.live * DEVICES,
      ],
      ["check_devices", { pattern }, (f) => f.matched],
    ];
    for (let attempt = 1;; attempt++) {
      const starts = tools.map(() => Promise.withResolvers<void>());
      // a busy machine needs a longer window for the same round
      const duration = 5 * 2 ** (attempt - 1);
      const calls = tools.map(([name, args], i) =>
        this.#call(name, { ...args, duration }, starts[i].resolve)
      );
      await Promise.all(starts.map(({ promise }, i) => Promise.race([promise, calls[i]])));
      const before = this.#other.count(`${ROOT}/dev/`);
      for (let round = 0; round < ROUNDS; round++) {
        // a round at once: a broker may take 40 ms to acknowledge each by itself
        await Promise.all(Array.from({ length: DEVICES }, (_, device) => {
          const state = { temperature: 20 + device + round / 10, unit: "C", seq: round };
          return this.#other.publish(`${ROOT}/dev/sensor-${device}/state`, JSON.stringify(state));
        }));
      }
      await until(
        "the other client has them all",
        () => this.#other.count(`${ROOT}/dev/`) - before >= BATCH,
      );
      const done = new Date().toISOString();
      const results: Facts[] = await Promise.all(calls);
      assert.equal(this.#other.count(`${ROOT}/dev/`) - before, BATCH);
      if (results.some((facts) => facts.listened.to <= done) && attempt < 5) continue;
      const { collection_id } = results[4];
      results[4].matched = (await this.#call("query_history", { collection_id, limit: 1 })).matched;
      tools.forEach(([name, , count], i) => {
        assert.equal(count(results[i]), BATCH, `${name}: ${JSON.stringify(results[i])}`);
        assert.equal(results[i].listened.counting, "exact", name);
        assert.deepEqual(results[i].listened.gaps, [], name);
      });
      assert.equal(results[1].formats.json, BATCH);
      assert.equal(results[4].summary.devices, DEVICES);
      assert.equal(await this.#recorded(pattern), attempt * BATCH);
      return;
    }
  }

  async waits(): Promise<void> {
    const topic = `${ROOT}/wait`;
    const waiting = this.#call("wait_for", {
      topic,
      where: [{ path: "n", op: ">", value: 2 }],
      timeout: 300,
    });
    let met = false;
    waiting.finally(() => met = true).catch(() => {});
    for (let n = 1; !met; n++) {
      await this.#other.publish(topic, JSON.stringify({ n }));
    }
    const facts = await waiting;
    assert.equal(facts.reason, "matched");
    assert.ok(facts.message.payload.n >= 3);
  }

  async watches(): Promise<void> {
    const topic = `${ROOT}/watched`;
    const where = [{ path: "n", op: ">", value: 2 }];
    const started = await this.#call("watch_topics", { action: "start", topic, where });
    const [{ watch_id }] = started.watches;
    for (const n of [1, 3]) await this.#other.publish(topic, JSON.stringify({ n }));
    const { watches: [watch] } = await eventually(
      "the watch is met",
      () => this.#call("watch_topics", { action: "list" }),
      (facts) => facts.watches[0].met > 0,
    );
    assert.equal(watch.met, 1);
    assert.equal(watch.last_message.payload.n, 3);
    await this.#call("watch_topics", { action: "stop", watch_id });
    const after = await this.#call("watch_topics", { action: "list" });
    assert.equal(after.watches[0].state, "ended");
  }

  async asks(): Promise<void> {
    const facts = await this.#call("request_reply", {
      topic: `${ROOT}/ask`,
      payload: { id: "a1" },
      reply_topic: `${ROOT}/answer`,
      timeout: 60,
    });
    assert.equal(facts.replied, true);
    assert.deepEqual(facts.reply.payload, { id: "a1", ok: true });
  }

  async clears(): Promise<void> {
    const topics = [1, 2, 3].map((n) => `${ROOT}/kept/${n}`);
    for (const topic of topics) await this.#other.publish(topic, "kept", true);
    const byName = await this.#call("clear_retained", { topics });
    const byFilter = await this.#call("clear_retained", { topics: [`${ROOT}/kept/#`] });
    const names = (facts: Facts) => facts.matched.map((row: Facts) => row.topic).sort();
    if (this.#habits.unflagged) {
      assert.match(JSON.stringify(byName), /without the retain flag/);
      return;
    }
    assert.deepEqual(names(byName), topics);
    if (this.#habits.noRetainedByWildcard) {
      assert.deepEqual(names(byFilter), []);
      assert.match(JSON.stringify(byFilter), /by wildcard/);
    } else {
      assert.deepEqual(names(byFilter), topics);
    }
    const heard = await this.#call("subscribe_and_collect", {
      topic: topics[0],
      retained: "only",
      duration: 1,
    });
    assert.equal(heard.original_message_count, 1);
    const { cleared, failed } = await this.#call("clear_retained", {
      plan: byName.plan,
      dry_run: false,
    });
    assert.deepEqual(failed, []);
    assert.equal(cleared.length, topics.length);
    const after = await eventually(
      "nothing is retained",
      () => this.#call("clear_retained", { topics }),
      (facts) => facts.matched.length === 0,
    );
    assert.deepEqual(after.matched, []);
  }

  /** On MQTT 5 also which live ones were published with retain. */
  async tellsReplays(): Promise<void> {
    const { version, unflagged } = this.#habits;
    if (unflagged) return;
    const topic = `${ROOT}/flags`;
    const publish = async () => {
      await this.#other.publish(topic, "kept", true);
      await this.#other.publish(topic, "passing");
    };
    await this.#other.publish(topic, "before", true);
    // by name, which brings retained messages on each broker; the recording has another filter
    for (const retained of ["skip", "include"]) {
      const listens = Promise.withResolvers<void>();
      const collecting = this.#call("subscribe_and_collect", {
        topic,
        retained,
        duration: 300,
        max_messages: 2,
      }, () => listens.resolve());
      await Promise.race([listens.promise, collecting]);
      await publish();
      const { messages } = await collecting;
      const flags = messages.map((m: Facts) => [m.payload, m.retain, m.replayed]);
      const live = [
        ["kept", retained === "skip" && version === "5" ? true : undefined, undefined],
        [
          "passing",
          undefined,
          undefined,
        ],
      ];
      const replay = retained === "include" ? [["kept", true, true]] : [];
      assert.deepEqual(flags, [...replay, ...live]);
    }
    await this.#other.publish(topic, "", true);
  }

  async closes(): Promise<void> {
    await this.#call("record_topics", { action: "stop" });
    await this.#call("close_connection");
    const { connections } = await this.#call("list_active_connections");
    assert.deepEqual(connections, []);
  }

  async playedAll(): Promise<void> {
    const all = (await this.#assistant.listTools()).map(({ name }) => name);
    assert.deepEqual(all.filter((name) => !this.#played.has(name)), []);
  }
}

function sumOf(rows: readonly Facts[], count: (row: Facts) => number): number {
  return rows.reduce((sum, row) => sum + count(row), 0);
}
