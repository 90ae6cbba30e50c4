import assert from "node:assert/strict";
import { PerformanceObserver } from "../../../src/analysis/performance/mod.ts";
import type { InboundMessage } from "../../../src/mqtt/message.ts";
import { createRandom } from "../../../src/demo/random.ts";
import { threadCpuUsage } from "node:process";

const START = Date.UTC(2026, 10, 20, 12, 0, 0);

function message(
  topic: string,
  o: { atMs: number; text?: string; retain?: boolean; dup?: boolean; bytes?: number },
): InboundMessage {
  return {
    topic,
    payload: o.bytes === undefined
      ? new TextEncoder().encode(o.text ?? "")
      : new Uint8Array(o.bytes),
    qos: 0,
    retain: o.retain ?? false,
    dup: o.dup ?? false,
    receivedAt: START + o.atMs,
  };
}

const gapOf = (fromMs: number, toMs: number) => ({
  from: new Date(START + fromMs).toISOString(),
  to: new Date(START + toMs).toISOString(),
});

function observe(
  messages: readonly InboundMessage[],
  seconds: number,
  gaps: readonly ReturnType<typeof gapOf>[] = [],
) {
  const observer = new PerformanceObserver({ startedAtMs: START, gaps: () => gaps });
  for (const one of [...messages].sort((a, b) => a.receivedAt - b.receivedAt)) observer.offer(one);
  return observer.result({ nowMs: START + seconds * 1000, listenedSeconds: seconds });
}

/** A topic that sends every `everyMs`, with values that change. */
function steady(topic: string, o: { everyMs: number; untilMs: number; fromMs?: number }) {
  const messages: InboundMessage[] = [];
  let sent = 0;
  for (let atMs = o.fromMs ?? 0; atMs < o.untilMs; atMs += o.everyMs) {
    messages.push(message(topic, { atMs, text: `${20 + (sent++ % 7)}.5` }));
  }
  return messages;
}

Deno.test("counts, rates and sizes are exact, the loudest topic first", () => {
  const result = observe([
    ...steady("loud", { everyMs: 100, untilMs: 20_000 }),
    ...steady("calm", { everyMs: 1000, untilMs: 20_000 }),
  ], 20);
  assert.equal(result.messages, 220);
  assert.equal(result.throughput.mean, 11);
  assert.equal(result.throughput.peak, 11);
  assert.deepEqual(result.topics.map((topic) => [topic.topic, topic.messages, topic.rate]), [
    ["loud", 200, 10],
    ["calm", 20, 1],
  ]);
  assert.equal(result.topics[0].share_percent, 90.9);
  assert.equal(result.sizes.p50, 4);
  assert.equal(result.topic_count, 2);
  assert.deepEqual(result.topics_left_out, { topics: 0, messages: 0 });
  const { series } = result.throughput;
  assert.equal(series.messages.reduce((sum, count) => sum + count, 0), 220);
  assert.equal(series.sparkline.length, series.messages.length);
  assert.equal(series.from, "2026-11-20T12:00:00.000Z");
});

Deno.test("retained messages are counted and take no part in rates, intervals and bursts", () => {
  const retained = Array.from(
    { length: 500 },
    (_, i) => message(`state/${i}`, { atMs: 5, text: "on", retain: true }),
  );
  const result = observe(
    [...retained, ...steady("live", { everyMs: 1000, untilMs: 20_000 })],
    20,
  );
  assert.equal(result.messages, 520);
  assert.equal(result.retained_messages, 500);
  assert.equal(result.throughput.mean, 1);
  assert.deepEqual(result.bursts, []);
  assert.match(result.summary, /^20 messages and 500 retained on 501 topics/);
});

Deno.test("nothing heard gives an honest answer, with no figure made up", () => {
  const result = observe([], 30);
  assert.equal(result.messages, 0);
  assert.equal(result.throughput.mean, 0);
  assert.equal(result.latency.source, "none");
  assert.equal(result.sizes.p50, undefined);
  assert.deepEqual(result.alerts, []);
  assert.match(result.summary, /^No live message came in 30 s\./);
  JSON.stringify(result, (_key, value) => {
    assert.ok(typeof value !== "number" || Number.isFinite(value), "a number that is none");
    return value;
  });
});

Deno.test("a beat is told in words, for the topic and for those that share it", () => {
  const random = createRandom(5);
  const jittered = (topic: string) =>
    steady(topic, { everyMs: 2000, untilMs: 60_000 })
      .map((one) => ({ ...one, receivedAt: one.receivedAt + Math.round(random() * 60) }));
  const result = observe([...jittered("a"), ...jittered("b")], 60);
  assert.match(result.topics[0].every!, /^every (1\.9\d|2|2\.0\d) s ± 0\.0\d+$/);
  assert.equal(result.periodicity[0].topics, 2);
});

Deno.test("a burst is told with its time, its size and who made it", () => {
  const storm = Array.from(
    { length: 300 },
    (_, i) => message("storm", { atMs: 12_000 + i * 3, text: `${i}` }),
  );
  const calm = ["a", "b", "c"].flatMap((topic) => steady(topic, { everyMs: 500, untilMs: 30_000 }));
  const result = observe([...storm, ...calm], 30);
  assert.equal(result.bursts.length, 1);
  assert.equal(result.bursts[0].from, "2026-11-20T12:00:12.000Z");
  assert.equal(result.bursts[0].topics[0], "storm");
  assert.equal(result.bursts[0].peak, 306);
  assert.ok(result.alerts.some((alert) => alert.code === "burst"));
});

Deno.test("a rising rate is told in trend, alert and summary", () => {
  const messages: InboundMessage[] = [];
  for (let second = 0; second < 60; second++) {
    const count = 10 + second;
    for (let i = 0; i < count; i++) {
      messages.push(message("t", { atMs: second * 1000 + (i * 1000) / count, text: `${i}` }));
    }
  }
  const result = observe(messages, 60);
  assert.equal(result.trend.direction, "rising");
  assert.equal(result.trend.certainty, "high");
  assert.ok(result.alerts.some((alert) => alert.code === "trend"));
  assert.match(result.summary, /rising by \d+ %/);
});

Deno.test("delays are measured by payload times, and a clock that is off is told and corrected", () => {
  const timed = (topic: string, o: { offsetMs: number; delayMs: number }) =>
    Array.from({ length: 30 }, (_, i) =>
      message(topic, {
        atMs: i * 1000,
        text: JSON.stringify({
          ts: new Date(START + i * 1000 - o.offsetMs - (i % 2 === 0 ? 0 : o.delayMs)).toISOString(),
          v: i,
        }),
      }));
  const result = observe([
    ...timed("right", { offsetMs: 0, delayMs: 40 }),
    ...timed("behind", { offsetMs: 7_200_000, delayMs: 40 }),
  ], 30);
  assert.equal(result.latency.source, "payload timestamps");
  assert.equal(result.latency.p50, 0);
  assert.ok(Math.abs(result.latency.p95! - 40) <= 1, `${result.latency.p95}`);
  assert.deepEqual(result.latency.worst_clock, { topic: "behind", offset_ms: 7_200_000 });
  assert.match(result.latency.note, /1 of 2 topics are off/);
  assert.match(
    result.alerts.find((alert) => alert.code === "clock_offset")!.message,
    /"behind" is 7200 s behind ours/,
  );
});

Deno.test("a time that stands still while the payload changes is no time of sending", () => {
  const messages = Array.from({ length: 30 }, (_, i) =>
    message("t", {
      atMs: i * 1000,
      text: JSON.stringify({ ts: new Date(START - 5000).toISOString(), value: i }),
    }));
  assert.equal(observe(messages, 30).latency.source, "none");
});

Deno.test("DUP flags are counted, and copies told where contents change otherwise", () => {
  const twice = Array.from({ length: 20 }, (_, i) => [
    message("twice", { atMs: i * 1000, text: `v${i}` }),
    message("twice", { atMs: i * 1000 + 4, text: `v${i}` }),
  ]).flat();
  const result = observe([
    ...twice,
    ...Array.from({ length: 20 }, (_, i) => message("same", { atMs: i * 1000, text: "alive" })),
    message("again", { atMs: 1, dup: true, text: "x" }),
  ], 20);
  // At the first pair nothing tells yet what is usual.
  assert.equal(result.duplicates.likely_copies, 19);
  assert.equal(result.duplicates.dup_flag, 1);
  assert.ok(result.alerts.some((alert) => alert.code === "copies"));
});

Deno.test("a regular topic that stops is an alert, one that goes on is none", () => {
  const result = observe([
    ...steady("stops", { everyMs: 1000, untilMs: 15_000 }),
    ...steady("goes/on", { everyMs: 1000, untilMs: 30_000 }),
  ], 30);
  const alert = result.alerts.find((entry) => entry.code === "went_quiet");
  assert.match(alert!.message, /"stops" came every 1 s and has been silent for 16 s$/);
});

Deno.test("where everything stops neither trend, alert nor summary calls it steady or names but one topic", () => {
  const fleet = Array.from(
    { length: 50 },
    (_, i) => steady(`dev${i}/t`, { everyMs: 250 + i, untilMs: 30_000, fromMs: i }),
  ).flat();
  const result = observe(fleet, 34);
  assert.equal(result.trend.direction, "stopped");
  assert.deepEqual(result.alerts.map((alert) => alert.code), ["went_quiet"]);
  assert.match(result.alerts[0].message, /^Nothing has come on any topic for 4(\.0\d)? s, where/);
  assert.match(result.summary, / at most, stopped\. Nothing has come on any topic/);
  assert.doesNotMatch(result.summary, /steady|dev/);
  const pulse = Array.from(
    { length: 40 },
    (_, i) => message(`p/${i}`, { atMs: 10_000 * Math.floor(i / 10) + i % 10, text: "1" }),
  );
  assert.notEqual(observe(pulse, 39).trend.direction, "stopped", "it pauses that long anyway");
  assert.notEqual(observe(pulse.slice(0, 30), 21.5).trend.direction, "stopped");
  const atStart = Array.from({ length: 40 }, (_, i) => message("b", { atMs: i * 10, text: "1" }));
  assert.notEqual(observe(atStart, 10).trend.direction, "stopped", "it may come every minute");
});

Deno.test("a gap in listening is neither a falling rate nor a silent topic", () => {
  const messages = steady("t", { everyMs: 200, untilMs: 30_000 });
  const deaf = observe(messages, 60, [gapOf(30_000, 60_000)]);
  assert.equal(deaf.throughput.mean, 5);
  assert.equal(deaf.trend.direction, "steady");
  assert.deepEqual(deaf.alerts, []);
  const silent = observe(messages, 60);
  assert.equal(silent.throughput.mean, 2.5);
  assert.equal(silent.trend.direction, "stopped");
  assert.ok(silent.alerts.some((alert) => alert.code === "went_quiet"));
});

Deno.test("what lies between two messages across a gap in listening is no interval of the sender", () => {
  const sent = [
    ...steady("quick", { everyMs: 200, untilMs: 30_000 }),
    ...steady("slow", { everyMs: 1000, untilMs: 30_000 }),
  ];
  const heard = sent.filter(({ receivedAt: at }) => at < START + 15_010 || at > START + 20_010);
  const told = (gaps?: ReturnType<typeof gapOf>[]) => {
    const { topics, intervals } = observe(heard, 30, gaps);
    return {
      topics: topics.map((t) => [t.topic, t.missed_beats, t.longest_gap_s]),
      most: [intervals.max, intervals.per_topic?.max],
    };
  };
  assert.deepEqual(told([gapOf(15_010, 20_010)]), {
    topics: [["quick", undefined, 0.2], ["slow", undefined, 1]],
    most: [200, 1000],
  });
  assert.deepEqual(told().most, [5200, 6000]);
  // Asked once for many messages: a gap told by several answers is the same.
  assert.deepEqual(told([gapOf(15_010, 17_000), gapOf(17_000, 20_010)]).most, [200, 1000]);
});

Deno.test("$SYS is read as the broker's figures and our own probes are not counted", () => {
  const result = observe([
    message("$SYS/broker/publish/messages/dropped", { atMs: 0, text: "5" }),
    message("$SYS/broker/publish/messages/dropped", { atMs: 9000, text: "25" }),
    message("mqtt-mcp/test/abc", { atMs: 5, text: "ping" }),
    message("a", { atMs: 10, text: "1" }),
  ], 10);
  assert.equal(result.messages, 1);
  assert.equal(result.scratch_messages, 1);
  assert.equal(result.broker.drops!.in_window, 20);
  assert.equal(result.alerts[0].code, "broker_drops");
  assert.match(result.summary, /dropped 20 messages/);
});

Deno.test("a hundred thousand topics stay bounded, with the rest told and the loud one found", () => {
  const observer = new PerformanceObserver({ startedAtMs: START });
  for (let i = 0; i < 100_000; i++) {
    observer.offer(message(`device/${i}/state`, { atMs: i / 10, text: "1" }));
    if (i > 50_000 && i % 4 === 0) observer.offer(message("late/loud", { atMs: i / 10 }));
  }
  const result = observer.result({ nowMs: START + 10_000, listenedSeconds: 10 });
  assert.equal(result.messages, 112_499);
  assert.ok(result.topics.length <= 50);
  assert.equal(result.topic_count_exact, false);
  assert.ok(Math.abs(result.topic_count - 100_001) < 5000, `${result.topic_count}`);
  const listed = result.topics.reduce((sum, topic) => sum + topic.messages, 0);
  assert.equal(result.topics_left_out.messages, 112_499 - listed);
  assert.equal(result.heavy_hitters[0].topic, "late/loud");
  assert.ok(JSON.stringify(result).length < 20_000);
});

Deno.test("a probe's losses and slowness are alerts, and its figures are handed on", () => {
  const observer = new PerformanceObserver({ startedAtMs: START });
  const probe = {
    how: "Round trips over a connection of its own",
    by_qos: [
      { qos: 0 as const, sent: 10, received: 9, p50: 1, p95: 2, p99: 3, max: 3 },
      { qos: 1 as const, sent: 10, received: 10, p50: 400, p95: 900, p99: 950, max: 960 },
    ],
  };
  const result = observer.result({ nowMs: START + 5000, listenedSeconds: 5, probe });
  assert.equal(result.latency.source, "probe");
  assert.equal(result.latency.p95, 900);
  assert.deepEqual(result.alerts.map((alert) => alert.code), [
    "probe_lost_qos0",
    "slow_broker_qos1",
  ]);
});

Deno.test("a recording that began before the call is measured over its own time", () => {
  const observer = new PerformanceObserver({ startedAtMs: START });
  for (const one of steady("t", { everyMs: 1000, untilMs: 30_000 })) {
    observer.offer({ ...one, receivedAt: one.receivedAt - 30_000 });
  }
  const result = observer.result({ nowMs: START, listenedSeconds: 30 });
  assert.equal(result.throughput.peak, 1);
  assert.equal(result.throughput.mean, 1);
});

Deno.test("an offer costs no more after many messages on many topics than after few", () => {
  const observer = new PerformanceObserver({ startedAtMs: START });
  const topics = Array.from({ length: 1000 }, (_, i) => `plant/line-${i % 17}/sensor-${i}/value`);
  const payload = new TextEncoder().encode('{"temperature":21.5,"unit":"C"}');
  let offered = 0;
  const offer = () => {
    const i = offered++;
    observer.offer({
      topic: topics[(i * 7) % 1000]!,
      payload,
      qos: 0,
      retain: false,
      dup: false,
      receivedAt: START + Math.floor(i / 100),
    });
  };
  /** Processor time, which load does not add to. */
  const costOf = (count: number) => {
    const before = threadCpuUsage();
    for (let i = 0; i < count; i++) offer();
    return threadCpuUsage(before).user;
  };
  costOf(20_000);
  const few = costOf(40_000);
  costOf(200_000);
  const many = costOf(40_000);
  // one that grew with the messages seen would be seven times as high
  assert.ok(many < 4 * few + 20_000, `${few} µs, then ${many} µs`);
});
