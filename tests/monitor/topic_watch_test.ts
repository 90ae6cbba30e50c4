import assert from "node:assert/strict";
import { MessageLog } from "../../src/collect/message_log.ts";
import type { LiveCommand, LiveEvent } from "../../src/monitor/shapes/live.ts";
import {
  afterEvent,
  brokerKey,
  drawable,
  NOTHING,
  type Session,
  sessionMeant,
  sessionParams,
} from "../../src/monitor/page/topic_state.js";
import { TopicWatch } from "../../src/monitor/topic_watch.ts";

type WatchTopics = Extract<LiveCommand, { type: "watch_topics" }>;
type TopicsEvent = Extract<LiveEvent, { type: "topics" }>;

const START = Date.UTC(2026, 10, 25, 12);

/** A log with a clock that is moved by hand. */
class Recorded {
  readonly log = new MessageLog({ limitBytes: 8 * 1024 * 1024 });
  now = START;

  publish(topic: string, payload: string): void {
    this.log.append({
      topic,
      payload: new TextEncoder().encode(payload),
      qos: 0,
      retain: false,
      dup: false,
      receivedAt: this.now,
    });
  }

  watch(looked: Partial<WatchTopics>): TopicWatch {
    return new TopicWatch(command(looked), {
      log: () => this.log,
      gaps: () => [],
      now: () => this.now,
    });
  }
}

function command(looked: Partial<WatchTopics>): WatchTopics {
  return { type: "watch_topics", watch: 1, session_id: "s", levels: [{ limit: 100 }], ...looked };
}

function shown(event: TopicsEvent | null): string[] {
  return event?.levels.flatMap(({ nodes }) => nodes.map((node) => node.path)) ?? [];
}

Deno.test("all is told at first, then what changed, and nothing while nothing does", async () => {
  const recorded = new Recorded();
  for (const name of ["dev10", "dev2", "dev1"]) recorded.publish(`${name}/power`, "ON");
  const watch = recorded.watch({});
  const first = await watch.changes();
  assert.deepEqual(first?.levels[0].paths, ["dev1", "dev2", "dev10"]);
  assert.equal(await watch.changes(), null);
  recorded.publish("dev2/power", "OFF");
  const second = await watch.changes();
  assert.deepEqual(shown(second), ["dev2"]);
  assert.equal(second?.levels[0].paths, undefined);
  recorded.publish("dev3/power", "OFF");
  assert.deepEqual((await watch.changes())?.levels[0].paths, ["dev1", "dev2", "dev3", "dev10"]);
});

Deno.test("a rate falls to nothing although nothing comes", async () => {
  const recorded = new Recorded();
  recorded.publish("a", "1");
  const watch = recorded.watch({});
  assert.ok(((await watch.changes())?.levels[0].nodes[0].messages_per_second ?? 0) > 0);
  recorded.now += 12_000;
  assert.equal((await watch.changes())?.levels[0].nodes[0].messages_per_second, 0);
  assert.equal(await watch.changes(), null);
});

Deno.test("tree and topic are of one version, and a topic's messages and points are added once each", async () => {
  const recorded = new Recorded();
  for (let i = 0; i < 30; i++) {
    recorded.now += 1_000;
    recorded.publish("plant/speed", `${i}`);
  }
  const watch = recorded.watch({ topic: "plant/speed", levels: [{ parent: "plant", limit: 10 }] });
  let state = NOTHING;
  const take = async () => {
    const event = await watch.changes();
    if (event !== null) state = afterEvent(state, event);
    return event;
  };
  assert.equal((await take())?.topic?.reset, true);
  for (let i = 30; i < 60; i++) {
    recorded.now += 1_000;
    recorded.publish("plant/speed", `${i}`);
    recorded.publish("plant/other", "x");
    const event = await take();
    assert.equal(event?.topic?.messages[0].payload, i);
    assert.equal(event?.levels[0].nodes.find(({ name }) => name === "speed")?.last_value, `${i}`);
  }
  const { topic } = state;
  assert.ok(topic);
  assert.deepEqual(topic.messages.map(({ payload }) => payload), [
    ...Array.from({ length: 50 }, (_, at) => 59 - at),
  ]);
  assert.deepEqual(topic.series[0].value, Array.from({ length: 60 }, (_, i) => i));
  assert.equal(topic.counts.messages, 60);
});

Deno.test("what is looked at already is not sent again when another level is opened", async () => {
  const recorded = new Recorded();
  recorded.publish("a/1", "x");
  recorded.publish("b/1", "y");
  const watch = recorded.watch({ topic: "a/1" });
  await watch.changes();
  const more = [{ limit: 100 }, { parent: "b", limit: 100 }];
  watch.update(command({ watch: 2, topic: "a/1", levels: more }));
  const event = await watch.changes();
  assert.equal(event?.watch, 2);
  assert.deepEqual(shown(event), ["b/1"]);
  assert.equal(event?.topic, null);
  watch.update(command({ watch: 3, topic: "b/1", levels: more }));
  assert.equal((await watch.changes())?.topic?.topic, "b/1");
});

const session = (id: string, port: number, more: object = {}) =>
  ({
    session_id: id,
    broker: { protocol: "mqtt", host: "broker.lan", port },
    status: "connected",
    recordings: [],
    ...more,
  }) as unknown as Session;

Deno.test("a link leads to the broker's session of today, and never to another broker's", () => {
  const today = [session("new", 1883), session("other", 1884, { recordings: [{}] })];
  const link = new URLSearchParams({ broker: "mqtt://broker.lan:1883", topic: "a" });
  assert.equal(sessionMeant(today, link), today[0]);
  assert.equal(
    sessionMeant(today, new URLSearchParams({ broker: "mqtt://broker.lan:1" })),
    "No session with mqtt://broker.lan:1 is open any more",
  );
  assert.equal(
    sessionMeant(today, new URLSearchParams({ session: "ended-one" })),
    "The session ended-on has ended",
  );
  assert.equal(sessionMeant(today, new URLSearchParams({ session: "new" })), today[0]);
  assert.equal(sessionMeant(today, new URLSearchParams()), today[1], "the one that records");
  assert.equal(sessionMeant([], new URLSearchParams()), null);
  assert.deepEqual(sessionParams(today[0], today), { broker: "mqtt://broker.lan:1883" });
  const twice = [session("one", 1883), session("two", 1883)];
  assert.deepEqual(sessionParams(twice[1], twice), {
    broker: "mqtt://broker.lan:1883",
    session: "two",
  });
  const named = session("x", 1, { broker: { protocol: "mqtt", host: "h", port: 1, name: "home" } });
  assert.equal(brokerKey(named), "home");
});

Deno.test("fields that stay the same are drawn only where none varies", () => {
  const one = (path: string, value: number[]) => ({
    path,
    value,
    at: value.map((_, i) => i),
    unit: null,
    isSwitch: false,
  });
  const paths = (series: ReturnType<typeof one>[]) => drawable(series).map(({ path }) => path);
  assert.deepEqual(paths([one("a", [1, 1]), one("b", [1, 2]), one("c", [5])]), ["b"]);
  assert.deepEqual(paths([one("a", [1, 1]), one("c", [5])]), ["a"]);
});

Deno.test("of the last seconds what has fallen out of them goes although nothing comes", async () => {
  const recorded = new Recorded();
  recorded.publish("old", "1");
  recorded.now += 8_000;
  recorded.publish("new", "1");
  const watch = recorded.watch({ range: { seconds: 60 } });
  assert.deepEqual(shown(await watch.changes()), ["new", "old"]);
  recorded.now += 55_000;
  const later = await watch.changes();
  assert.deepEqual(later?.levels[0].paths, ["new"]);
  watch.update(command({}));
  assert.deepEqual((await watch.changes())?.levels[0].paths, ["new", "old"]);
});

Deno.test("a search in more values than one look reads goes on although nothing comes", async () => {
  const recorded = new Recorded();
  for (let i = 0; i < 3_000; i++) recorded.publish(`t/${i}`, "E42");
  const watch = recorded.watch({ levels: [{ search: "e42", limit: 5 }] });
  const first = await watch.changes();
  assert.deepEqual([first?.levels[0].total, first?.levels[0].searching], [2_000, true]);
  const second = await watch.changes();
  assert.deepEqual([second?.levels[0].total, second?.levels[0].searching], [3_000, undefined]);
  assert.equal(await watch.changes(), null);
});
