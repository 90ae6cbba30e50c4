import assert from "node:assert/strict";
import { observe } from "../../src/tools/observe.ts";
import { Pauses } from "../../src/collect/pauses.ts";
import { message } from "../support/messages.ts";
import { startToolHarness, type ToolHarness } from "../support/tool_harness.ts";

function request(h: ToolHarness & { session_id: string }, signal: AbortSignal) {
  const heard: string[] = [];
  const started: number[] = [];
  return {
    heard,
    started,
    session: h.core.sessions.get(h.session_id, ""),
    tool: "test",
    filters: ["a/#"],
    durationMs: 200,
    signal,
    useHistory: true,
    progress: () => {},
    onStart: (fromMs: number) => void started.push(fromMs),
    onMessage: (m: { topic: string }) => void heard.push(m.topic),
  };
}

Deno.test("a young recording is waited for until it is as long as was asked for", async () => {
  await using h = await startToolHarness();
  await h.core.recordings.start(h.core.sessions.get(h.session_id, ""), ["a/#"]);
  h.core.recordings.logOf(h.session_id)!.append(message("a/b", "1", { receivedAt: Date.now() }));
  const ask = request(h, new AbortController().signal);
  const startedAt = performance.now();
  const observation = await observe(h.core, { ...ask, heard: () => ask.heard.length });
  // deno-lint-ignore timing/elapsed -- at least: load only adds to it
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs > 100, String(tookMs));
  assert.deepEqual(ask.heard, ["a/b"]);
  assert.equal(observation.collectionId, null);
  assert.equal(observation.stopReason, "duration");
  assert.equal(ask.started.length, 1);
});

Deno.test("a recording that does not cover the filter, or is not wanted, is not asked", async () => {
  await using h = await startToolHarness();
  await h.core.recordings.start(h.core.sessions.get(h.session_id, ""), ["b/#"]);
  const ask = request(h, new AbortController().signal);
  const other = await observe(h.core, { ...ask, heard: () => 0, durationMs: 50 });
  assert.ok(other.collectionId);
  const unwanted = await observe(h.core, {
    ...ask,
    filters: ["b/#"],
    useHistory: false,
    heard: () => 0,
    durationMs: 50,
  });
  assert.ok(unwanted.collectionId);
});

Deno.test("cancelling the wait for a recording ends at once", async () => {
  await using h = await startToolHarness();
  await h.core.recordings.start(h.core.sessions.get(h.session_id, ""), ["a/#"]);
  const cancel = new AbortController();
  const ask = request(h, cancel.signal);
  const running = observe(h.core, { ...ask, heard: () => 0, durationMs: 60_000 });
  cancel.abort();
  assert.equal((await running).stopReason, "cancelled");
});

Deno.test("long work gives others their turn", async () => {
  const pauses = new Pauses();
  let ticks = 0;
  const ticker = setInterval(() => ticks++, 1);
  for (let work = 0; ticks < 3 && work < 100_000_000; work++) if (pauses.due) await pauses.take();
  clearInterval(ticker);
  assert.ok(ticks >= 3, String(ticks));
});
