import assert from "node:assert/strict";
import fc from "fast-check";
import { Sampler, type SampleResult, type SamplerOptions } from "../../src/sampling/sampler.ts";
import type { InboundMessage } from "../../src/mqtt/message.ts";

const STARTED_AT = Date.UTC(2026, 0, 5, 8);
const encoder = new TextEncoder();

interface Sketch {
  readonly topic?: string;
  readonly body?: unknown;
  readonly bytes?: Uint8Array;
  readonly afterMs?: number;
  readonly retain?: boolean;
}

function toMessage(sketch: Sketch, index: number): InboundMessage {
  const { body } = sketch;
  const text = typeof body === "string" ? body : JSON.stringify(body ?? { temp: index });
  return {
    topic: sketch.topic ?? "plant/line1",
    payload: sketch.bytes ?? encoder.encode(text),
    qos: 0,
    retain: sketch.retain ?? false,
    dup: false,
    receivedAt: STARTED_AT + (sketch.afterMs ?? index * 100),
  };
}

function sample(sketches: readonly Sketch[], options?: Partial<SamplerOptions>): SampleResult {
  const sampler = new Sampler({ target: 50, ...options });
  for (const [i, sketch] of sketches.entries()) sampler.offer(toMessage(sketch, i));
  return sampler.result();
}

function repeat(count: number, make: (i: number) => Sketch): Sketch[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function bodies(result: SampleResult): string[] {
  return result.kept.map((kept) => new TextDecoder().decode(kept.message.payload));
}

function topicsOf(result: SampleResult): Set<string> {
  return new Set(result.kept.map((kept) => kept.message.topic));
}

function has(result: SampleResult, reason: string): number {
  return result.kept.filter((kept) => kept.keptFor.includes(reason)).length;
}

Deno.test("everything is kept, in order, while it fits", () => {
  const result = sample(repeat(50, (i) => ({ topic: `t/${i % 3}`, body: { n: i } })));
  assert.deepEqual(
    result.kept.map((kept) => kept.seq),
    repeat(50, () => ({})).map((_, i) => i + 1),
  );
  assert.equal(result.pruning.applied, false);
  assert.equal(result.pruning.left_out.total, 0);
  assert.equal(result.pruning.left_out.largest_gap, null);
});

Deno.test("nothing offered gives an empty result", () => {
  const result = new Sampler({ target: 50 }).result();
  assert.deepEqual(result.kept, []);
  assert.equal(result.total, 0);
  assert.equal(result.pruning.applied, false);
  assert.equal(result.rate.messages_per_second, 0);
});

Deno.test("words that only look like errors are not kept as errors", () => {
  const decoys = [{ errors: 0 }, { error: null }, { tissue: 1 }, "no problem", "failover: ok"];
  const result = sample(repeat(500, (i) => ({ body: decoys[i % decoys.length] })));
  assert.equal(result.errors, 0);
  assert.equal(result.warnings, 0);
  assert.equal(result.pruning.kept.error, undefined);
});

Deno.test("the few errors of a long stream are all kept", () => {
  const result = sample(repeat(20_000, (i) => ({
    body: i % 1_000 === 500 ? { level: "error", message: `Sensor ${i} lost` } : { temp: i % 30 },
  })));
  assert.equal(result.errors, 20);
  assert.equal(result.kept.filter((kept) => kept.level === "error").length, 20);
  assert.ok(
    result.kept.some((kept) => kept.keptFor[0] === "error: level: error, Sensor # lost ×20"),
  );
});

Deno.test("an error that differs only by a code under the same shape is not missed", () => {
  const result = sample(
    repeat(5_000, (i) => ({ body: { status: i === 3_333 ? 503 : 200, n: i } })),
  );
  assert.deepEqual(result.kept.filter((kept) => kept.level === "error").map((kept) => kept.seq), [
    3_334,
  ]);
});

Deno.test("fifty errors do not push out everything else", () => {
  const sketches = repeat(
    50,
    (i): Sketch => ({ topic: "loud", body: { error: `broken ${i + 1}` } }),
  );
  sketches.push(...repeat(200, (i) => ({ topic: `quiet/${i % 8}`, body: { temp: i } })));
  const result = sample(sketches);
  assert.equal(result.errors, 50);
  for (let i = 0; i < 8; i++) assert.ok(topicsOf(result).has(`quiet/${i}`), `quiet/${i}`);
  assert.ok(result.kept.some((kept) => kept.level === "error"));
  assert.ok(result.pruning.left_out.errors > 0);
});

Deno.test("of an error storm every kind is shown with its count", () => {
  const kinds = ["overheated", "sensor lost", "bus off", "disk full error"];
  const result = sample(repeat(10_000, (i) => ({
    topic: `plant/line${i % 10}`,
    body: i % 10 === 0 ? { temp: i } : { error: i % 97 === 1 ? kinds[1 + (i % 3)] : kinds[0] },
  })));
  for (const kind of kinds) {
    const shown = result.kept.flatMap((kept) => kept.keptFor).filter((reason) =>
      reason.includes(kind)
    );
    assert.ok(shown.length > 0, kind);
    assert.match(shown[0], /^error: error: .* ×\d+$/);
  }
  assert.ok(result.kept.some((kept) => kept.level === "none"));
  assert.match(result.pruning.strategy, /9000 errors are more than fit/);
  assert.equal(result.pruning.left_out.kinds[0].kind, "error: error: overheated");
});

Deno.test("with more kinds of error than room, the most different ones are shown", () => {
  const odd = "certificate expired";
  const sketches = repeat(38, (i): Sketch => {
    const letters = String.fromCharCode(97 + i % 26) + String.fromCharCode(97 + Math.floor(i / 26));
    return { body: { error: i === 30 ? odd : `pump ${letters} stalled in hall` } };
  });
  sketches.push(...repeat(2_000, (i) => ({ afterMs: 3_800 + i * 100 })));
  const result = sample(sketches, { target: 20 });
  const shown = result.kept.find((kept) => kept.keptFor[0].includes(odd));
  assert.equal(shown?.seq, 31);
  assert.ok(result.kept.some((kept) => kept.level === "none"));
});

Deno.test("one loud topic does not crowd out quiet ones", () => {
  const result = sample(repeat(50_000, (i) => ({
    topic: i % 5_000 === 4_321 ? `quiet/${Math.floor(i / 5_000)}` : "loud",
    afterMs: i,
  })));
  assert.equal(topicsOf(result).size, 11);
});

Deno.test("a burst of retained messages leaves at least half to live ones", () => {
  const sketches = repeat(10_000, (i): Sketch => ({ topic: `r/${i}`, retain: true, afterMs: 0 }));
  sketches.push(...repeat(300, (i) => ({ topic: `live/${i % 5}`, afterMs: 100 + i * 10 })));
  const result = sample(sketches);
  const retained = result.kept.filter((kept) => kept.message.retain).length;
  assert.ok(retained <= 25, `${retained} retained`);
  assert.ok(result.kept.length - retained >= 25);
  for (let i = 0; i < 5; i++) assert.ok(topicsOf(result).has(`live/${i}`));
  assert.equal(result.retained, 10_000);
  assert.equal(result.pruning.left_out.retained, 10_000 - retained);
});

Deno.test("retained messages take half of the target, all of it when the caller wants no others, and it is said what was left out for that", () => {
  const sketches = repeat(48, (i): Sketch => ({ topic: `r/${i}`, retain: true, afterMs: 0 }));
  const { kept, pruning } = sample(sketches);
  assert.equal(kept.length, 25);
  assert.equal(pruning.kept.all, undefined);
  assert.match(pruning.strategy, /half of the target at most: 23 are left out, retained "only"/);
  const alone = sample(sketches, { onlyRetained: true });
  assert.deepEqual(alone.pruning.kept, { first: 1, last: 1, all: 46 });
  assert.doesNotMatch(alone.pruning.strategy, /half/);
});

Deno.test("a choice of fewer than the target follows the same rules, and describes itself", () => {
  const sketches = repeat(200, (i): Sketch => ({
    body: i === 190 ? { level: "error", message: "boiler failed" } : { temp: i },
  }));
  const sampler = new Sampler({ target: 500 });
  for (const [i, sketch] of sketches.entries()) sampler.offer(toMessage(sketch, i));
  const fewer = sampler.result(undefined, 20);
  assert.equal(fewer.kept.length, 20);
  assert.ok(fewer.kept.some(({ seq }) => seq === 191));
  assert.equal(fewer.pruning.applied, true);
  assert.match(fewer.pruning.strategy, /^Cut to the 20 that the result has room for: errors first/);
  assert.equal(fewer.pruning.final_count, 20);
  assert.equal(fewer.pruning.left_out.total, 180);
  assert.equal(fewer.pruning.left_out.errors, 0);
  assert.equal(fewer.pruning.kept.all, undefined);
  assert.equal(sampler.result().pruning.applied, false);
});

Deno.test("messages come in order of arrival although clocks run backwards", () => {
  const result = sample(repeat(1_000, (i) => ({ afterMs: i < 500 ? i * 10 : i * 10 - 4_000 })));
  const seqs = result.kept.map((kept) => kept.seq);
  assert.deepEqual(seqs, seqs.toSorted((x, y) => x - y));
  assert.equal(seqs.length, 50);
});

Deno.test("first and last are kept and named", () => {
  const result = sample(repeat(1_000, () => ({})));
  assert.equal(result.kept[0].seq, 1);
  assert.equal(result.kept.at(-1)?.seq, 1_000);
  assert.ok(result.kept[0].keptFor.includes("first"));
  assert.ok(result.kept.at(-1)?.keptFor.includes("last"));
});

Deno.test("a structure that one message in ten thousand has is kept", () => {
  const result = sample(repeat(20_000, (i) => ({
    body: i === 7_777 ? { frame: { crc: i } } : { temp: i % 50 },
    afterMs: i,
  })));
  assert.ok(bodies(result).some((body) => body.includes("frame")));
});

Deno.test("a value that stood still for long and changed once is kept, and so is an outlier", () => {
  const result = sample(repeat(5_000, (i) => ({
    topic: i % 2 === 0 ? "switch" : "meter",
    body: i % 2 === 0
      ? { state: i === 3_000 ? "OFF" : "ON" }
      : { power: i === 4_001 ? 9_000 : 100 + (i * 7) % 13 },
    afterMs: i * 20,
  })));
  assert.ok(bodies(result).includes('{"state":"OFF"}'));
  assert.ok(bodies(result).includes('{"power":9000}'));
  assert.ok(has(result, "change") > 0);
  assert.ok(has(result, "outlier") > 0);
});

Deno.test("what remains is spread evenly over time, however unevenly messages came", () => {
  const result = sample(repeat(10_000, (i) => ({
    afterMs: i < 9_500 ? i / 10 : 1_000 + (i - 9_500) * 118,
  })));
  const times = result.kept.map((kept) => kept.message.receivedAt - STARTED_AT);
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  assert.ok(Math.max(...gaps) < 5_000, `largest gap ${Math.max(...gaps)} ms of 60 s`);
});

Deno.test("a result can be read midway, and the sampler goes on", () => {
  const sketches = repeat(3_000, (i) => ({ topic: `t/${i % 7}`, body: { n: i } }));
  const sampler = new Sampler({ target: 30 });
  for (const [i, sketch] of sketches.entries()) {
    sampler.offer(toMessage(sketch, i));
    if (i === 1_234) assert.equal(sampler.result().total, 1_235);
  }
  assert.deepEqual(sampler.result(), sample(sketches, { target: 30 }));
});

Deno.test("a kept payload is a copy of its own, not a view into the network's buffer", () => {
  const chunk = new Uint8Array(65_536).fill(0x61);
  const payload = chunk.subarray(100, 140);
  const sampler = new Sampler({ target: 5 });
  sampler.offer({ ...toMessage({}, 0), payload });
  chunk.fill(0x62);
  const [kept] = sampler.result().kept;
  assert.equal(kept.message.payload.buffer.byteLength, 40);
  assert.ok(kept.message.payload.every((byte) => byte === 0x61));
  for (let i = 1; i < 100; i++) sampler.offer(toMessage({ body: "bbbb" }, i));
  assert.ok(kept.message.payload.every((byte) => byte === 0x61));
});

Deno.test("payloads are held whole within the memory limit, and beyond it by size and head", () => {
  const sampler = new Sampler({ target: 10, memoryBytes: 400_000 });
  for (let i = 0; i < 200; i++) {
    sampler.offer(
      toMessage({ topic: `t/${i % 40}`, bytes: new Uint8Array(50_000).fill(65 + i % 9) }, i),
    );
    assert.ok(sampler.heldBytes <= 400_000, `${sampler.heldBytes} bytes`);
  }
  const result = sampler.result();
  const cut = result.kept.filter((kept) => kept.payloadCut);
  assert.ok(cut.length > 0 && cut.length < result.kept.length);
  for (const kept of result.kept) assert.equal(kept.sizeBytes, 50_000);
  for (const kept of cut) assert.ok(kept.message.payload.length > 0);
});

Deno.test("an error that comes when memory is used up is still held whole", () => {
  const large = "x".repeat(20_000);
  const result = sample(
    repeat(300, (i) => ({
      topic: `t/${i % 40}`,
      body: i === 290 ? `{"error":"burnt","pad":"${large}"}` : `{"temp":1,"pad":"${large}"}`,
    })),
    { target: 10, memoryBytes: 400_000 },
  );
  const error = result.kept.find((kept) => kept.level === "error");
  assert.equal(error?.payloadCut, false);
  assert.ok(result.kept.some((kept) => kept.payloadCut));
});

Deno.test("topics beyond the limit are counted together and said", () => {
  const result = sample(repeat(1_000, (i) => ({ topic: `t/${i}` })), { topicLimit: 100 });
  assert.equal(result.topics.size, 100);
  assert.equal(result.other_topics, 900);
  assert.equal(result.total, 1_000);
  assert.match(result.pruning.strategy, /900 messages were on topics beyond the first 100/);
});

Deno.test("a stream too fast to decode is judged by its bytes, errors are still found, and it says so", () => {
  const result = sample(
    repeat(5_000, (i) => ({
      // No two alike, so that none can share a verdict.
      body: i === 4_000
        ? { id: word(i), message: "pump failure" }
        : i === 4_500
        ? { id: word(i), ok: false }
        : { id: word(i), value: word(i * 7) },
      afterMs: i / 10,
    })),
    { budget: { decodes: 100 } },
  );
  assert.ok(result.pruning.judged_by_bytes > 4_000);
  assert.match(result.pruning.strategy, /too fast to decode/);
  assert.equal(result.errors, 2);
  assert.equal(result.kept.filter((kept) => kept.level === "error").length, 2);
});

function word(n: number): string {
  return String(n).replace(/\d/g, (digit) => "bcdfghjklm"[Number(digit)]);
}

Deno.test("payloads larger than the budget of bytes are judged by head and tail, and it says so", () => {
  const text = "x".repeat(10_000);
  const result = sample(
    repeat(200, (i) => ({
      body: i === 150 ? `{"error":"burnt","pad":"${text}"}` : `{"temp":1,"pad":"${text}"}`,
      afterMs: i,
    })),
    { budget: { bytes: 100_000 } },
  );
  assert.equal(result.errors, 1);
  assert.ok(result.pruning.judged_by_bytes > 150);
});

Deno.test("what was left out is told by kind, topic and time", () => {
  const sketches = repeat(3_000, (i): Sketch => ({
    topic: `t/${i % 30}`,
    body: i % 10 === 0 ? "offline" : { temp: i },
    afterMs: i < 2_000 ? i : 30_000 + i,
  }));
  const { pruning } = sample(sketches);
  const { left_out } = pruning;
  assert.match(pruning.strategy, /^Cut to target 50: errors first/);
  const sum = (list: { messages: number }[]) =>
    list.reduce((all, { messages }) => all + messages, 0);
  assert.equal(left_out.total, 2_950);
  assert.equal(sum(left_out.kinds) + left_out.other_kinds.messages, 2_950);
  assert.equal(sum(left_out.topics) + left_out.other_topics.messages, 2_950);
  assert.ok(left_out.kinds.some(({ kind }) => kind === "warning: offline"));
  assert.equal(left_out.topics.length, 8);
  assert.equal(left_out.other_topics.topics, 22);
  assert.equal(left_out.unseen_topics, 0);
  assert.ok(left_out.largest_gap !== null && left_out.largest_gap.messages >= 0);
  assert.ok(JSON.stringify(left_out).length < 4_000);
});

Deno.test("the rate counts live messages and names the busiest second", () => {
  const sketches = repeat(100, (): Sketch => ({ topic: "r", retain: true, afterMs: 0 }));
  sketches.push(...repeat(101, (i) => ({ body: "12345678", afterMs: i * 100 })));
  sketches.push(...repeat(50, () => ({ body: "12345678", afterMs: 5_500 })));
  const { rate } = sample(sketches);
  assert.equal(rate.seconds, 10);
  assert.equal(rate.messages_per_second, 15.1);
  assert.equal(rate.bytes_per_second, 121);
  assert.ok((rate.peak_messages_per_second ?? 0) >= 50);
  const alone = new Sampler({ target: 50 });
  alone.offer(toMessage({ topic: "r", body: "1" }, 0));
  assert.deepEqual(alone.result(30_000).rate, {
    messages_per_second: 0.033,
    peak_messages_per_second: 1,
    bytes_per_second: 0,
    seconds: 30,
  });
});

Deno.test("a rate over less than a second is over that time, and of a few messages there is none", () => {
  const burst = new Sampler({ target: 50 });
  for (let i = 0; i < 100; i++) burst.offer(toMessage({ body: "12345678", afterMs: i / 2 }, i));
  assert.deepEqual(burst.result(50).rate, {
    seconds: 0.05,
    messages_per_second: 2_000,
    peak_messages_per_second: 2_000,
    bytes_per_second: 16_000,
  });
  const few = new Sampler({ target: 50 });
  for (let i = 0; i < 3; i++) few.offer(toMessage({}, i));
  const { messages_per_second, note } = few.result(20).rate;
  assert.equal(messages_per_second, 150);
  assert.equal(note, "3 live messages in 0.02 s tell no rate");
  assert.deepEqual(new Sampler({ target: 50 }).result(30_000).rate, {
    seconds: 30,
    messages_per_second: 0,
  });
});

const anyBody = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }).map((n) => `{"temp":${n}}`) },
  { weight: 1, arbitrary: fc.constantFrom("offline", "online", "ERROR 5", '{"errors":0}', "") },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
);
const anySketch = fc.record({
  topic: fc.oneof(fc.constant("loud"), fc.integer({ max: 60, min: 0 }).map((n) => `t/${n}`)),
  body: anyBody,
  afterMs: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -1e12, max: 1e12 })),
  retain: fc.boolean(),
});
const anyStream = fc.array(anySketch, { maxLength: 300, size: "max" });
const anyTarget = fc.integer({ min: 1, max: 60 });

Deno.test("for any stream: no more than the target, in order, counts add up, always the same", () => {
  fc.assert(
    fc.property(anyStream, anyTarget, (sketches, target) => {
      const result = sample(sketches, { target });
      const { pruning, kept } = result;
      const retainedKept = kept.filter(({ message }) => message.retain).length;
      assert.ok(kept.length <= target);
      assert.ok(retainedKept <= Math.max(1, Math.floor(target / 2)));
      for (let i = 1; i < kept.length; i++) assert.ok(kept[i - 1].seq < kept[i].seq);
      for (const { seq, message, keptFor } of kept) {
        assert.deepEqual(message, toMessage(sketches[seq - 1], seq - 1));
        assert.ok(keptFor.length > 0);
      }
      assert.equal(result.total, sketches.length);
      assert.equal(pruning.original_count, sketches.length);
      assert.equal(pruning.final_count, kept.length);
      assert.equal(pruning.final_count + pruning.left_out.total, sketches.length);
      assert.equal(pruning.applied, pruning.left_out.total > 0);
      assert.equal(Object.values(pruning.kept).reduce((x, y) => x + y, 0), kept.length);
      assert.equal([...result.topics.values()].reduce((x, y) => x + y, 0), sketches.length);
      const live = sketches.filter(({ retain }) => !retain).length;
      const liveKept = kept.filter(({ message }) => !message.retain).length;
      assert.ok(liveKept >= Math.min(live, target - Math.max(1, Math.floor(target / 2))));
      assert.deepEqual(result, sample(sketches, { target }));
    }),
    { numRuns: 150 },
  );
});

Deno.test("for any stream: every error is kept while errors fit, and every topic while topics fit", () => {
  const live = fc.array(anySketch.map((sketch) => ({ ...sketch, retain: false })), {
    maxLength: 300,
    size: "max",
  });
  let errorsTried = 0;
  let topicsTried = 0;
  fc.assert(
    fc.property(live, anyTarget, (sketches, target) => {
      const result = sample(sketches, { target });
      const everything = sample(sketches, { target: 500 });
      const errors = everything.kept.filter((kept) => kept.level === "error");
      assert.equal(result.errors, errors.length);
      if (errors.length <= target * 0.8) {
        errorsTried++;
        const kept = new Set(result.kept.map(({ seq }) => seq));
        for (const { seq } of errors) assert.ok(kept.has(seq), `error ${seq}`);
      }
      const structures = new Set(sketches.map(({ body }) => body.replace(/\d+/g, "0"))).size;
      if (errors.length + structures + result.topics.size + 3 <= target / 2) {
        topicsTried++;
        assert.equal(topicsOf(result).size, result.topics.size);
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(
    errorsTried > 20 && topicsTried > 3,
    `${errorsTried} and ${topicsTried} streams applied`,
  );
});
