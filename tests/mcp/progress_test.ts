import assert from "node:assert/strict";
import { ProgressReporter } from "../../src/mcp/progress.ts";
import type { ProgressReport } from "../../src/tools/tool.ts";
import { turnsPass } from "../support/wait.ts";

function reporter(options: { signal?: AbortSignal; token?: boolean } = {}) {
  const clock = { ms: 0 };
  const sent: (ProgressReport & { at: number })[] = [];
  const send = (report: ProgressReport) => {
    sent.push({ ...report, at: clock.ms });
    return Promise.resolve();
  };
  const progress = new ProgressReporter({
    send: options.token === false ? undefined : send,
    signal: options.signal ?? new AbortController().signal,
    now: () => clock.ms,
  });
  return { clock, sent, progress };
}

Deno.test("reports within the first second are held back; the latest is sent when it is over", async () => {
  const { clock, sent, progress } = reporter();
  for (clock.ms = 0; clock.ms <= 1_000; clock.ms += 100) {
    progress.report({ progress: clock.ms, message: "" });
  }
  assert.deepEqual(sent.map(({ progress, at }) => [progress, at]), [[1_000, 1_000]]);
  clock.ms = 5_000;
  await progress.finish();
});

Deno.test("reports come at most once a second, however often a tool reports", async () => {
  const { clock, sent, progress } = reporter();
  for (clock.ms = 0; clock.ms <= 10_000; clock.ms += 10) {
    progress.report({ progress: clock.ms, message: "" });
    // lets a sent report be noted as sent at this time
    await Promise.resolve();
  }
  assert.equal(sent.length, 10);
  for (let i = 1; i < sent.length; i++) assert.ok(sent[i].at - sent[i - 1].at >= 1_000);
  clock.ms += 1_000;
  await progress.finish();
});

Deno.test("a report that does not rise is left out", async () => {
  const { clock, sent, progress } = reporter();
  clock.ms = 1_000;
  progress.report({ progress: 5, message: "" });
  clock.ms = 2_500;
  progress.report({ progress: 5, message: "" });
  progress.report({ progress: 4, message: "" });
  progress.report({ progress: NaN, message: "" });
  assert.equal(sent.length, 1);
  await progress.finish();
});

Deno.test("the last second before a known end is quiet", async () => {
  const { clock, sent, progress } = reporter();
  clock.ms = 29_500;
  progress.report({ progress: 29.5, total: 30, message: "" });
  assert.equal(sent.length, 0);
  await progress.finish();
});

Deno.test("nothing is sent without a token, after a cancellation, or after the end", async () => {
  const silent = [
    reporter({ token: false }),
    reporter({ signal: AbortSignal.abort() }),
    reporter(),
  ];
  await silent[2].progress.finish();
  for (const { clock, sent, progress } of silent) {
    clock.ms = 2_000;
    progress.report({ progress: 1, message: "" });
    assert.equal(sent.length, 0);
    await progress.finish();
  }
});

Deno.test("a result waits until a report just sent is 50 ms old, and not otherwise", async () => {
  const { clock, progress } = reporter();
  clock.ms = 1_000;
  progress.report({ progress: 1, message: "" });
  const started = performance.now();
  await progress.finish();
  // deno-lint-ignore timing/elapsed -- at least: load only adds to it
  assert.ok(performance.now() - started >= 45);

  const idle = reporter();
  let over = false;
  const turn = turnsPass(1).then(() => assert.ok(over, "it waited"));
  await idle.progress.finish();
  over = true;
  await turn;
});

Deno.test("a report that cannot be sent fails nothing", async () => {
  let ms = 0;
  let tried = 0;
  const progress = new ProgressReporter({
    send: () => {
      tried++;
      return Promise.reject(new Error("closed"));
    },
    signal: new AbortController().signal,
    now: () => ms,
  });
  ms = 1_000;
  progress.report({ progress: 1, message: "" });
  ms = 2_000;
  await progress.finish();
  assert.equal(tried, 1);
});
