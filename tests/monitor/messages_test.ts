/** Recorded messages over HTTP: pages, files, numbers and changes; with a real broker. */
import assert from "node:assert/strict";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { clockPasses } from "../support/wait.ts";
import { startMonitor, type TestMonitor, until } from "./support.ts";

interface Shown {
  readonly seq: number;
  readonly timestamp: string;
  readonly topic: string;
  readonly payload: unknown;
}

/** A session that has recorded `count` messages `{"n": 0…}` on `topic`. */
async function recorded(
  monitor: TestMonitor,
  url: string,
  o: { topic?: string; count: number },
): Promise<string> {
  const facts = await monitor.call("establish_connection", {
    connection_string: url,
    record: ["#"],
  });
  const session_id = String(facts.session_id);
  await using publisher = await connectPublisher(url);
  for (let n = 0; n < o.count; n++) {
    await publisher.publish(o.topic ?? "plant/press", JSON.stringify({ n, half: n / 2 }));
  }
  await until(() => monitor.core.recordings.logOf(session_id)?.total === o.count);
  return session_id;
}

function queryOf(parts: Record<string, string>): string {
  return new URLSearchParams(parts).toString();
}

Deno.test("all messages of a topic are read page by page, in memory and on the disk", async () => {
  await using broker = await startMosquitto();
  for (const store of ["memory", "sqlite"]) {
    const dir = await Deno.makeTempDir();
    await using monitor = await startMonitor({
      ...(store === "sqlite" && { RECORD_STORE: store, DATA_DIR: dir }),
    });
    const session_id = await recorded(monitor, broker.url, { count: 1_020 });
    const seen: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: Record<string, string> = { session_id, topic: "plant/press", limit: "100" };
      if (cursor) query.cursor = cursor;
      const page: { messages: Shown[]; matched: number; next_cursor: string | null } = await monitor
        .get(`/api/messages?${queryOf(query)}`);
      assert.equal(page.matched, 1_020);
      seen.push(...page.messages.map(({ payload }) => (payload as { n: number }).n));
      cursor = page.next_cursor;
    }
    assert.deepEqual(seen, Array.from({ length: 1_020 }, (_, at) => 1_019 - at), store);
    const found = await monitor.get(
      `/api/messages?${queryOf({ session_id, topic: "#", contains: '"n":77,' })}`,
    );
    assert.equal(found.matched, 1);
    await monitor.core.sessions.close(session_id, "test");
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("what is wrong with a question is told in a sentence", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await recorded(monitor, broker.url, { count: 1 });
  const refused = async (path: string, parts: Record<string, string>) => {
    const response = await fetch(`${monitor.url}/api/${path}?${queryOf(parts)}`);
    const { error } = await response.json();
    assert.ok(response.status >= 400 && response.status < 500, `${response.status}`);
    return error.code;
  };
  const topic = "plant/press";
  assert.equal(await refused("messages", { session_id, topic: "a/#/b" }), "TOPIC_INVALID");
  assert.equal(await refused("messages", { session_id, topic, cursor: "x" }), "INVALID_ARGUMENT");
  assert.equal(await refused("messages", { session_id, topic, since: "soon" }), "INVALID_ARGUMENT");
  assert.equal(
    await refused("messages/export", { session_id, topic, format: "xml" }),
    "INVALID_ARGUMENT",
  );
  assert.equal(await refused("messages", { session_id: "gone", topic }), "SESSION_NOT_FOUND");
  const facts = await monitor.call("establish_connection", { connection_string: broker.url });
  await monitor.call("close_connection", { session_id });
  const empty = String(facts.session_id);
  assert.equal(await refused("messages/values", { session_id: empty, topic }), "NOT_FOUND");
});

Deno.test("a file holds every message of a filter and a time, secrets hidden and cells harmless", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await recorded(monitor, broker.url, { count: 600 });
  const publish = (topic: string, payload: unknown) =>
    monitor.call("publish_message", { session_id, topic, payload });
  await publish("plant/login", { user: "x", password: "hunter2hunter2" });
  await publish("plant/sheet", "=HYPERLINK(1)");
  await publish("plant/text", 'two "quoted"\nlines, and more');
  await until(() => monitor.core.recordings.logOf(session_id)?.total === 603);
  const file = async (parts: Record<string, string>) => {
    const query = queryOf({ session_id, topic: "#", ...parts });
    const response = await fetch(`${monitor.url}/api/messages/export?${query}`);
    assert.match(response.headers.get("content-disposition") ?? "", /attachment; filename=/);
    return await response.text();
  };
  const lines = (await file({ format: "jsonl" })).trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.equal(lines.length, 603);
  assert.deepEqual(lines.slice(0, 600).map(({ payload }) => payload.n), [...Array(600).keys()]);
  assert.deepEqual(lines[600].payload, { user: "x", password: "‹hidden›" });
  const some = await file({ format: "jsonl", topic: "plant/+", since: lines[601].timestamp });
  assert.ok(some.trim().split("\n").length < 10);
  const found = await file({ format: "jsonl", contains: "hyperlink" });
  assert.equal(JSON.parse(found).topic, "plant/sheet");
  const csv = await file({ format: "csv" });
  const [heading] = csv.split("\r\n");
  assert.match(heading, /^timestamp,topic,payload,/);
  assert.equal(csv.trimEnd().split("\r\n").length, 604, "one heading");
  assert.ok(csv.includes(",'=HYPERLINK(1),"));
  assert.ok(csv.includes('"two ""quoted""\nlines, and more"'));
  assert.ok(!csv.includes("hunter2"));
});

Deno.test("topics with their newest values are a file, of a search and a time", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await recorded(monitor, broker.url, { topic: "plant/dev10", count: 3 });
  const publish = (topic: string, payload: unknown) =>
    monitor.call("publish_message", { session_id, topic, payload });
  const between = new Date(Date.now()).toISOString();
  await clockPasses(2);
  await publish("plant/dev10", { n: 9, code: "E42" });
  await publish("plant/dev2", { code: "e42", password: "hunter2hunter2" });
  await publish("plant/sheet", "=HYPERLINK(E42)");
  await until(() => monitor.core.recordings.logOf(session_id)?.total === 6);
  const file = async (parts: Record<string, string>) => {
    const response = await fetch(
      `${monitor.url}/api/topics/export?${queryOf({ session_id, ...parts })}`,
    );
    assert.match(response.headers.get("content-disposition") ?? "", /attachment; filename=/);
    return await response.text();
  };
  const rows = async (parts: Record<string, string>) =>
    (await file(parts)).trim().split("\n").map((line) => JSON.parse(line));
  const all = await rows({});
  assert.deepEqual(all.map(({ topic, messages }) => [topic, messages]), [
    ["plant/dev2", 1],
    ["plant/dev10", 4],
    ["plant/sheet", 1],
  ]);
  assert.deepEqual(all[0].payload, { code: "e42", password: "‹hidden›" });
  const topicsOf = async (search: string) => (await rows({ search })).map(({ topic }) => topic);
  assert.deepEqual(await topicsOf("e42 dev"), ["plant/dev2", "plant/dev10"]);
  assert.deepEqual(await topicsOf("plant/+"), ["plant/dev2", "plant/dev10", "plant/sheet"]);
  assert.equal(await file({ search: "hunter2" }), "", "what is hidden is not found either");
  // of a time that is over, the value of then
  assert.deepEqual(
    (await rows({ until: between })).map(({ topic, payload }) => [topic, payload]),
    [["plant/dev10", { n: 2, half: 1 }]],
  );
  const csv = await file({ format: "csv", search: "e42" });
  assert.match(csv, /^topic,messages,last_at,payload,/);
  assert.equal(csv.trimEnd().split("\r\n").length, 4);
  assert.ok(csv.includes(",'=HYPERLINK(E42),"));
  assert.ok(!csv.includes("hunter2"));
});

Deno.test("numbers of many messages are thinned out evenly, with the newest among them", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await recorded(monitor, broker.url, { count: 5_000 });
  const { messages, read, series } = await monitor.get(
    `/api/messages/values?${queryOf({ session_id, topic: "plant/press" })}`,
  );
  assert.equal(messages, 5_000);
  assert.ok(read <= 2_000 && read >= 1_000, `${read}`);
  const half = series.find(({ path }: { path: string }) => path === "$.half");
  assert.equal(half.value.length, read);
  assert.equal(half.value.at(-1), 4_999 / 2);
  const steps = new Set(
    half.value.slice(1).map((value: number, at: number) => value - half.value[at]),
  );
  assert.equal(steps.size, 1, "evenly");
});

Deno.test("a time that was recorded is not compared with one that was not, and what is not known is said", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await recorded(monitor, broker.url, { count: 5 });
  const { changes, changed, unheard, messages, why } = await monitor.get(
    `/api/changes?${
      queryOf({ session_id, before_since: "-2h", before_until: "-1h", since: "-1h" })
    }`,
  );
  assert.deepEqual([changes, changed, unheard], [[], 0, "before"]);
  assert.equal(messages, 5);
  assert.ok(why.length > 0);
});
