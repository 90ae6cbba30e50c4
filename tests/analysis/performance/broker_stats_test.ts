import assert from "node:assert/strict";
import { connectAsync } from "mqtt";
import { BrokerStats } from "../../../src/analysis/performance/broker_stats.ts";
import { startMosquitto } from "../../support/mosquitto.ts";

function read(messages: readonly (readonly [topic: string, text: string, atMs?: number])[]) {
  const stats = new BrokerStats();
  for (const [topic, text, atMs] of messages) {
    stats.offer(topic, new TextEncoder().encode(text), atMs ?? 0);
  }
  return stats.result();
}

Deno.test("Mosquitto's figures are read, with drops in the window", () => {
  const figures = read([
    ["$SYS/broker/version", "mosquitto version 2.0.11"],
    ["$SYS/broker/uptime", "3721 seconds"],
    ["$SYS/broker/clients/connected", "12"],
    ["$SYS/broker/retained messages/count", "48"],
    ["$SYS/broker/publish/messages/dropped", "100", 0],
    ["$SYS/broker/publish/messages/dropped", "130", 10_000],
  ]);
  assert.equal(figures.family, "Mosquitto");
  assert.equal(figures.version, "2.0.11");
  assert.equal(figures.uptime_s, 3721);
  assert.equal(figures.clients_connected, 12);
  assert.equal(figures.retained_messages, 48);
  assert.deepEqual(figures.drops, { total: 130, in_window: 30, per_second: 3 });
});

Deno.test("EMQX' figures are read and summed over its nodes", () => {
  const figures = read([
    ["$SYS/brokers/emqx@10.0.0.1/version", "5.8.0"],
    ["$SYS/brokers/emqx@10.0.0.1/uptime", "1 hours, 2 minutes, 1 seconds"],
    ["$SYS/brokers/emqx@10.0.0.1/stats/connections.count", "700"],
    ["$SYS/brokers/emqx@10.0.0.2/stats/connections/count", "300"],
    ["$SYS/brokers/emqx@10.0.0.1/metrics/delivery/dropped", "7"],
    ["$SYS/brokers/emqx@10.0.0.1/metrics/messages/dropped", "5000"],
  ]);
  assert.equal(figures.family, "EMQX");
  assert.equal(figures.nodes, 2);
  assert.equal(figures.uptime_s, 3721);
  assert.equal(figures.clients_connected, 1000);
  assert.deepEqual(figures.drops, { total: 7 });
});

Deno.test("HiveMQ's and VerneMQ's figures are read", () => {
  const hive = read([
    ["$SYS/broker/clients/connected", "3"],
    ["$SYS/broker/messages/publish/dropped", "2"],
  ]);
  assert.equal(hive.family, "HiveMQ");
  assert.deepEqual(hive.drops, { total: 2 });
  const verne = read([
    ["$SYS/VerneMQ@127.0.0.1/queue/message/drop", "4"],
    ["$SYS/VerneMQ@127.0.0.1/socket/open", "20"],
    ["$SYS/VerneMQ@127.0.0.1/socket_close", "15"],
  ]);
  assert.equal(verne.family, "VerneMQ");
  assert.equal(verne.clients_connected, 5);
  assert.deepEqual(verne.drops, { total: 4 });
});

Deno.test("a counter that goes down means a restart, and counting starts again", () => {
  const { messages_sent } = read([
    ["$SYS/broker/publish/messages/sent", "9000", 0],
    ["$SYS/broker/publish/messages/sent", "10", 10_000],
    ["$SYS/broker/publish/messages/sent", "110", 20_000],
  ]);
  assert.deepEqual(messages_sent, { total: 110, in_window: 100, per_second: 10 });
});

Deno.test("what is not understood is ignored and said to be unavailable", () => {
  const figures = read([
    ["$SYS/", "1"],
    ["$SYS/broker/", "1"],
    ["$SYS/brokers", "node"],
    ["$SYS/broker/clients/connected", "many"],
    ["$SYS/0c1d2e/heartbeat", "{}"],
    ["$SYS/broker/version", "x".repeat(5000)],
    ["$SYS/broker/toString", "1"],
  ]);
  assert.equal(figures.available, false);
  assert.match(figures.note!, /cannot be known/);
});

Deno.test("a real Mosquitto is recognised with its clients and its version", async () => {
  await using broker = await startMosquitto({ config: ["sys_interval 1"] });
  const stats = new BrokerStats();
  const client = await connectAsync(broker.url, { reconnectPeriod: 0 });
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("No $SYS figures within 10 s")), 10_000);
      client.on("message", (topic, payload) => {
        stats.offer(topic, payload, Date.now());
        const figures = stats.result();
        if (figures.clients_connected === undefined || figures.version === undefined) return;
        clearTimeout(timer);
        resolve();
      });
      client.subscribe("$SYS/#");
    });
  } finally {
    await client.endAsync();
  }
  const figures = stats.result();
  assert.equal(figures.family, "Mosquitto");
  assert.match(figures.version!, /^\d+\.\d+/);
});
