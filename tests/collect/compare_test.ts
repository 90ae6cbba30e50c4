import assert from "node:assert/strict";
import { compareWindows } from "../../src/collect/compare.ts";
import { MessageLog } from "../../src/collect/message_log.ts";
import { message } from "../support/messages.ts";

const MINUTE = 60_000;

/** Ten minutes; `tell` says what is sent in each second. */
function record(tell: (second: number, send: (topic: string, payload: unknown) => void) => void) {
  const log = new MessageLog({ limitBytes: 50_000_000 });
  for (let s = 0; s < 600; s++) {
    tell(s, (topic, payload) => log.append(message(topic, payload, { receivedAt: s * 1_000 })));
  }
  return log;
}

async function changes(log: MessageLog, heardBeforeMs = 5 * MINUTE - 1) {
  const { changes: found } = await compareWindows(log, {
    filter: "#",
    where: [],
    before: { from: 0, to: 5 * MINUTE - 1, heardMs: heardBeforeMs },
    after: { from: 5 * MINUTE, to: 10 * MINUTE },
    signal: new AbortController().signal,
  });
  return found.map((c) => `${c.topic} ${c.kind}`);
}

Deno.test("the values before and after a change are told apart, however close they lie", async () => {
  const log = record((s, send) => send("meter", { total: s < 300 ? 12345.67 : 12345.71 }));
  const { changes: [change] } = await compareWindows(log, {
    filter: "#",
    where: [],
    before: { from: 0, to: 5 * MINUTE - 1, heardMs: 5 * MINUTE },
    after: { from: 5 * MINUTE, to: 10 * MINUTE, heardMs: 5 * MINUTE },
    signal: new AbortController().signal,
  });
  assert.deepEqual([change.before, change.after], [{ total: 12345.67 }, { total: 12345.71 }]);
});

Deno.test("steady topics show no change: noise, counters and clocks are none", async () => {
  const log = record((s, send) => {
    send("sensor", {
      temp: 20 + (s * 7919 % 13) / 10,
      up: s,
      at: new Date(s * 1_000).toISOString(),
    });
    if (s % 60 === 0) send("slow", "on");
  });
  assert.deepEqual(await changes(log), []);
});

Deno.test("topics that appeared, fell silent, or changed rate are told", async () => {
  const log = record((s, send) => {
    if (s >= 300) send("new", "1");
    if (s < 300) send("gone", "1");
    if (s < 300 ? s % 10 === 0 : s % 2 === 0) send("faster", "1");
    if (s === 10) send("once", "1");
  });
  assert.deepEqual(await changes(log), ["faster rate", "gone silent", "new appeared"]);
});

Deno.test("a new structure and a moved value are told", async () => {
  const log = record((s, send) => {
    send("plc", s < 300 ? { a: 1 } : { a: 1, b: "x" });
    send("tank", { level: (s < 300 ? 50 : 90) + s % 3 });
    send("mode", s < 300 ? "auto" : "manual");
  });
  assert.deepEqual(await changes(log), ["mode value", "plc structure", "tank value"]);
});

Deno.test("a rate is over the part of a window that was heard", async () => {
  const log = record((s, send) => {
    if (s >= 240) send("steady", "1");
  });
  assert.deepEqual(await changes(log), ["steady rate"]);
  assert.deepEqual(await changes(log, MINUTE), []);
});
