import { Pauses } from "../../src/collect/pauses.ts";
import assert from "node:assert/strict";
import { type HeardTime, observe } from "../../src/tools/observe.ts";
import { message } from "../support/messages.ts";
import { until } from "../support/sessions.ts";
import { startToolHarness, type ToolHarness } from "../support/tool_harness.ts";

async function ask(
  h: ToolHarness & { session_id: string },
  o: { time?: HeardTime; filters?: string[]; hiddenTopicsAside?: boolean; newsOnly?: boolean } = {},
) {
  const heard: string[] = [];
  const started: number[] = [];
  const observation = await observe(h.core, {
    session: h.core.sessions.get(h.session_id, ""),
    tool: "test",
    filters: o.filters ?? ["a/#"],
    time: o.time ?? {},
    defaultSeconds: 0.1,
    hiddenTopicsAside: o.hiddenTopicsAside,
    newsOnly: o.newsOnly,
    signal: new AbortController().signal,
    progress: () => {},
    onStart: (fromMs: number) => void started.push(fromMs),
    onMessage: (m: { topic: string }) => void heard.push(m.topic),
    heard: () => heard.length,
  });
  return { ...observation, heard, started };
}

async function recording(h: ToolHarness & { session_id: string }, filters: string[]) {
  await h.core.recordings.start(h.core.sessions.get(h.session_id, ""), filters);
  return h.core.recordings.logOf(h.session_id)!;
}

Deno.test("a recording that has only begun answers at once, however far back is asked", async () => {
  const began = Date.now();
  await using h = await startToolHarness();
  const log = await recording(h, ["a/#"]);
  log.append(message("a/b", "1", { receivedAt: Date.now() }));
  for (const time of [{}, { since: "-10m" }, { since: "-30d" }]) {
    const asked = await ask(h, { time });
    assert.deepEqual(asked.heard, ["a/b"]);
    assert.equal(asked.collectionId, null);
    assert.equal(asked.started.length, 1);
    const { how, from } = asked.facts.listened as { how: string; from: string };
    assert.equal(how, "recorded");
    assert.equal(from, new Date(asked.window.from).toISOString());
    assert.ok(asked.window.from >= began, "what was really used is said");
  }
});

Deno.test("a duration listens that long even where a recording covers", async () => {
  await using h = await startToolHarness();
  const log = await recording(h, ["a/#"]);
  log.append(message("a/b", "1", { receivedAt: Date.now() }));
  const asked = await ask(h, { time: { duration: 0.1 } });
  assert.ok(asked.collectionId);
  assert.deepEqual(asked.heard, []);
  assert.equal((asked.facts.listened as { how: string }).how, "live");
});

Deno.test("without either, what no recording covers is listened to for the default", async () => {
  await using h = await startToolHarness();
  await recording(h, ["b/#"]);
  assert.ok((await ask(h)).collectionId);
  assert.equal((await ask(h, { filters: ["b/c"] })).collectionId, null);
});

Deno.test("of what came before the time that counts, each topic's last message is known", async () => {
  await using h = await startToolHarness();
  const log = await recording(h, ["a/#"]);
  const now = Date.now();
  for (const minutes of [50, 40, 5]) {
    log.append(message("a/often", String(minutes), { receivedAt: now - minutes * 60_000 }));
  }
  log.append(message("a/old", "1", { receivedAt: now - 3_000_000 }));
  log.append(message("a/old", "2", { receivedAt: now - 2_900_000 }));
  assert.deepEqual((await ask(h, { time: { since: "-10m" } })).heard, ["a/often", "a/old"]);
  // The recording itself has only begun, and what came before it does not count.
  assert.deepEqual((await ask(h, { time: { since: "now" }, newsOnly: true })).heard, []);
});

Deno.test("of a recording that memory did not hold whole, what is whole is looked at, and the rest is told", async () => {
  await using h = await startToolHarness({ env: { RECORD_MEMORY_MB: "1" } });
  const log = await recording(h, ["#"]);
  const began = Date.now();
  log.append(message("quiet", "1", { receivedAt: began }));
  for (let i = 0; i < 1_500; i++) {
    log.append(message(`a/${i % 5}`, "x".repeat(1_000), { receivedAt: began + i }));
  }
  await until("that time has passed", () => Date.now() > began + 1_500);
  const through = log.evictedThrough!;
  assert.ok(through > began);
  const note = /^Messages until .* were partly evicted \(memory limit\): .* RECORD_MEMORY_MB sets/;
  const asked = await ask(h, { time: { since: "-1m" } });
  assert.equal(asked.window.from, through + 1);
  assert.deepEqual(asked.started, [through + 1]);
  assert.equal(asked.report.from, new Date(through + 1).toISOString());
  assert.equal(asked.heard.length, 1_499 - (through - began), "each message since then");
  assert.match(asked.report.notes.at(-1)!, note);
  const quiet = await ask(h, { filters: ["quiet"], time: { since: "-1m" } });
  assert.ok(quiet.window.from <= began, "nothing of it was evicted");
  assert.doesNotMatch(quiet.report.notes.join(), /evicted/);
  const page = await h.call("list_topics", {
    session_id: h.session_id,
    since: "-1m",
    pattern: "a/#",
    limit: 2,
  });
  assert.equal(page.listened.from, new Date(through + 1).toISOString());
  for (let i = 0; i < 300; i++) {
    log.append(message("a/4", "x".repeat(1_000), { receivedAt: Date.now() }));
  }
  const next = await h.call("list_topics", { session_id: h.session_id, cursor: page.next_cursor });
  assert.equal(next.listened.from, new Date(log.evictedThrough! + 1).toISOString());
  assert.match(next.listened.notes.at(-1), note);
});

Deno.test("looking back names what is not recorded, and the call that records it", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  await recording(h, ["a/#"]);
  const time = { since: "-1m" };
  const refusal = (filters: string[]) =>
    ask(h, { time, filters }).then(() => assert.fail(), (error) => error);
  const { message, hint } = await refusal(["a/b", 'c/"', "d/#"]);
  assert.match(message, /this session covers "c\/\\"", "d\/#"$/);
  const [, named] = hint.match(/ record_topics ({.*})$/);
  await h.call("record_topics", JSON.parse(named));
  assert.equal((await ask(h, { time, filters: ["a/b", 'c/"', "d/#"] })).collectionId, null);
  const many = await refusal(["e", "f", "g", "h", "$SYS/#"]);
  assert.match(many.message, /"e", "f", "g" and 2 more$/);
  assert.match(many.hint, /"topics":\["#","\$SYS\/#"\]}$/);
  assert.ok(many.hint.includes(session_id));
});

Deno.test("topics below $ may be left aside when nobody records them", async () => {
  await using h = await startToolHarness();
  await recording(h, ["#"]);
  const filters = ["#", "$aws/#"];
  assert.ok((await ask(h, { filters })).collectionId);
  assert.equal((await ask(h, { filters, hiddenTopicsAside: true })).collectionId, null);
});

Deno.test("both times, one to come, and nothing recorded are refused with a way out", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const calls = [
    ["check_devices", {}],
    ["debug_device", { device_id: "pump" }],
    ["get_topic_schema", { topic: "a/#" }],
    ["list_topics", {}],
    ["monitor_performance", {}],
  ] as const;
  for (const [tool, args] of calls) {
    const refusal = (more: object) => h.refusal(tool, { session_id, ...args, ...more });
    assert.match(
      await refusal({ since: "-10m", duration: 5 }),
      /^INVALID_ARGUMENT: .*both.*duration/,
      tool,
    );
    assert.match(await refusal({ since: "-10m" }), /^INVALID_ARGUMENT: .*record_topics/, tool);
    assert.match(await refusal({ since: "tomorrow" }), /^INVALID_ARGUMENT/, tool);
    assert.match(await refusal({ since: "2999-01-01" }), /^INVALID_ARGUMENT: .*to come/, tool);
    assert.match(await refusal({ use_history: true }), /^INVALID_ARGUMENT: .*use_history/, tool);
  }
  assert.match(
    await h.refusal("list_topics", { session_id, since: "-1m", settle: 2 }),
    /^INVALID_ARGUMENT: .*settle/,
  );
  assert.match(
    await h.refusal("monitor_performance", { session_id, since: "-1m", probe: true }),
    /^INVALID_ARGUMENT: .*probe/,
  );
});

Deno.test("long work gives others their turn", async () => {
  const pauses = new Pauses();
  let ticks = 0;
  const ticker = setInterval(() => ticks++, 1);
  for (let work = 0; ticks < 3 && work < 100_000_000; work++) if (pauses.due) await pauses.take();
  clearInterval(ticker);
  assert.equal(ticks, 3);
});
