/** What tools say of what was recorded weeks ago, by runs of the program that are over: a real file, a real broker. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { LastingStore, storePath } from "../../src/collect/lasting/lasting_store.ts";
import { listResources, readResource } from "../../src/mcp/resources.ts";
import { sourceKeyOf } from "../../src/session/source_key.ts";
import { message } from "../support/messages.ts";
import { type Mosquitto, startMosquitto } from "../support/mosquitto.ts";
import { createToolHarness, type Facts } from "../support/tool_harness.ts";
import { until } from "../support/wait.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const METER_MESSAGES = 60_000;

function tempDir(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "lasting-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** Two weeks at a broker: a pump that got hotter, a door that fell silent, a meter that says much, many lamps. */
function recordTwoWeeks(dataDir: string, broker: Mosquitto, now: number): void {
  const clock = { now: now - 14 * DAY };
  const store = LastingStore.open(dataDir, { days: 365, diskBytes: 1e9, now: () => clock.now });
  const key = sourceKeyOf({ host: "127.0.0.1", port: broker.port, username: undefined }, {});
  const source = store.source(key, `127.0.0.1:${broker.port}`)!;
  const start = clock.now;
  const hear = (topic: string, payload: unknown, receivedAt: number) =>
    source.append(message(topic, payload, { receivedAt: Math.floor(receivedAt) }));
  const steps = 14 * 24 * 6;
  for (let step = 0; step < steps; step++) {
    clock.now = start + step * 10 * MINUTE;
    const isYesterday = clock.now > now - DAY;
    hear("zigbee2mqtt/pump", { temperature: (isYesterday ? 60 : 40) + step % 3 }, clock.now);
    if (clock.now < now - 26 * HOUR) {
      hear("zigbee2mqtt/door", { contact: step % 2 === 0, battery: 80 }, clock.now);
    }
    for (let n = 0; n < METER_MESSAGES / steps; n++) {
      hear("plant/meter", { watts: 100 + (step + n) % 50 }, clock.now + n * 10_000);
    }
    if (step % 100 === 0) { for (let n = 0; n < 30; n++) hear(`lamps/${n}`, "on", clock.now); }
    if (step % 200 === 0) store.flush();
  }
  // the last run ended ten minutes ago
  source.cover({ filter: "#", from: start, to: now - 10 * MINUTE, reason: null });
  store.start(() => {});
  store.close();
}

Deno.test("what was recorded weeks ago answers each tool with one call, over restarts", async () => {
  await using broker = await startMosquitto();
  using folder = tempDir();
  const dir = folder.path;
  const now = Date.now();
  recordTwoWeeks(dir, broker, now);
  const env = { RECORD_STORE: "sqlite", DATA_DIR: dir, RECORD_DAYS: "365" };
  await using h = await createToolHarness(env);
  const session_id = await h.connect(broker.url);
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  const call = (name: string, args: object): Promise<Facts> =>
    h.call(name, { session_id, ...args });

  const listed = await call("list_topics", { pattern: "lamps/#", since: "-20d", limit: 20 });
  assert.equal(listed.topic_count, 30);
  const more = await call("list_topics", { cursor: listed.next_cursor, limit: 20 });
  const names = [...listed.topics, ...more.topics].map(({ topic }: Facts) => topic);
  assert.deepEqual(names, Array.from({ length: 30 }, (_, n) => `lamps/${n}`).sort());
  assert.equal(more.next_cursor, undefined);
  assert.equal(more.topics[0].messages, listed.topics[0].messages);
  assert.ok(more.topics[0].messages > 10);

  const { limitBytes } = h.core.recordings.memory;
  h.core.recordings.memory.limitBytes = 1_000_000;
  const much = await call("list_topics", { pattern: "plant/meter", since: "-20d" });
  assert.match(much.listened.notes.at(-1), /^Messages until .* were partly evicted/);
  const whole = { topic: "plant/meter", since: much.listened.from, limit: 1 };
  assert.ok(much.topics[0].messages > 0 && much.topics[0].messages < METER_MESSAGES);
  assert.equal((await call("query_history", whole)).matched, much.topics[0].messages);
  h.core.recordings.memory.limitBytes = limitBytes;

  const fleet = await call("check_devices", { since: "-2d" });
  const door = fleet.devices.find(({ device }: Facts) => /door/.test(device));
  assert.ok(door, JSON.stringify(fleet.devices));
  const silentSince = Date.parse(door.last_heard);
  assert.ok(Math.abs(silentSince - (now - 26 * HOUR)) < 20 * MINUTE, door.last_heard);

  const debugged = await call("debug_device", { device_id: "door", since: "-1d" });
  assert.equal(debugged.listened.how, "recorded");
  assert.ok(
    JSON.stringify(debugged).includes(door.last_heard.slice(0, 13)),
    "since when it is silent",
  );
  assert.notEqual(debugged.connection.state, "online", JSON.stringify(debugged));

  const schema = await call("get_topic_schema", { topic: "zigbee2mqtt/pump", since: "-3d" });
  const temperature = schema.fields.find(({ path }: Facts) => path === "temperature");
  assert.deepEqual([temperature.min, temperature.max], [40, 62]);
  assert.ok(schema.sample_count > 400, `${schema.sample_count}`);

  const changed = await call("query_history", {
    topic: "zigbee2mqtt/#",
    since: "-20h",
    until: "-1h",
    compare: { since: "-10d", until: "-9d" },
  });
  const changes = changed.changes.map(({ topic, kind }: Facts) => `${topic} ${kind}`);
  assert.deepEqual(changes.sort(), ["zigbee2mqtt/door silent", "zigbee2mqtt/pump value"]);

  const rows = await call("query_history", {
    topic: "plant/meter",
    since: "-20d",
    aggregate: { by: "time", bucket: 86_400, field: "watts" },
  });
  assert.match(rows.from_figures, /By the minute/);
  const counted = rows.rows.reduce((sum: number, { count }: Facts) => sum + count, 0);
  const meter = await call("query_history", { topic: "plant/meter", limit: 1 });
  assert.equal(counted, meter.matched);
  const [min, max] = [Math.min(...rows.rows.map((row: Facts) => row.min)), rows.rows[3].max];
  assert.deepEqual([min, max], [100, 149]);
  assert.ok(meter.covers.gaps.length === 1, "the time between the runs is told");
  assert.match(meter.covers.gaps[0].reason, /not running/);

  const { resources } = listResources(h.core, "");
  const uri = resources.find(({ uri }) => uri.includes("/recordings/"))!.uri;
  const seen: number[] = [];
  let total = 0;
  const { signal } = new AbortController();
  for (let next: string | undefined = uri; next !== undefined;) {
    const page: Facts = await readResource(next, { core: h.core, clientId: "", signal });
    const lines = page.contents[0].text.trim().split("\n").map((line: string) => JSON.parse(line));
    next = lines.at(-1).next;
    if (next !== undefined) lines.pop();
    seen.push(lines.length);
    total += lines.length;
  }
  assert.ok(seen.length > 1, "more than a page");
  const everything = await call("query_history", { limit: 1 });
  assert.equal(total, everything.matched);
});

Deno.test("a part of the file that is damaged is told in covers, and the rest is read", async () => {
  await using broker = await startMosquitto();
  using folder = tempDir();
  const dir = folder.path;
  const now = Date.now();
  recordTwoWeeks(dir, broker, now);
  const db = new DatabaseSync(storePath(dir));
  const { messages } = db.prepare("select messages from block where id = 2").get() as Facts;
  db.exec("update block set data = x'0102030405' where id = 2");
  db.close();
  await using h = await createToolHarness({
    RECORD_STORE: "sqlite",
    DATA_DIR: dir,
    RECORD_DAYS: "365",
  });
  const session_id = await h.connect(broker.url);
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  await until("it is recorded", () => h.core.recordings.isRecording(session_id, "#"));
  const whole = await h.call("query_history", { session_id, since: "-1d", until: "-1h" });
  assert.equal(whole.covers.complete, true);
  const found = await h.call("query_history", { session_id, contains: "temperature", limit: 1 });
  assert.equal(found.covers.complete, false);
  const why = found.covers.why.join("; ");
  assert.ok(why.includes(`${messages} messages between`), why);
  assert.match(why, /cannot be read any more: a part of the file is damaged/);
  assert.ok(found.matched > 1_000);
});
