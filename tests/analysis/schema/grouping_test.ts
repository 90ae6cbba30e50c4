import assert from "node:assert/strict";
import fc from "fast-check";
import { commonPatterns } from "../../../src/analysis/schema/grouping.ts";
import { SchemaInference } from "../../../src/analysis/schema/mod.ts";
import { matchesFilter } from "../../../src/mqtt/topic.ts";

const encoder = new TextEncoder();

function groupsOf(payloads: Record<string, string>): string[][] {
  const inference = new SchemaInference();
  for (const [topic, payload] of Object.entries(payloads)) {
    for (let second = 0; second < 3; second++) {
      inference.add(topic, encoder.encode(payload), second * 1000);
    }
  }
  return inference.result().groups.map(({ pattern, patterns }) => patterns ?? [pattern]).sort();
}

Deno.test("a common filter keeps what is the same and splits what has nothing in common", () => {
  assert.deepEqual(commonPatterns(["sensors/a/temp", "sensors/b/temp"]), ["sensors/+/temp"]);
  assert.deepEqual(commonPatterns(["a/b", "a/c/d"]), ["a/b", "a/c/d"]);
  assert.deepEqual(commonPatterns(["a/1", "a/2", "b/3", "b/4"]), ["a/+", "b/+"]);
  assert.deepEqual(commonPatterns(["$SYS/x", "a/x"]), ["$SYS/x", "a/x"]);
  assert.deepEqual(commonPatterns(Array.from({ length: 50 }, (_, index) => `t${index}`)), ["+"]);
});

Deno.test("every topic of a group is matched by one of its filters", () => {
  const level = fc.constantFrom("", "a", "b", "temp", "$SYS", "kitchen", "1", "2");
  const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"))
    .filter((topic) => topic !== "");
  fc.assert(fc.property(fc.array(topic, { minLength: 1, maxLength: 30 }), (topics) => {
    const patterns = commonPatterns(topics);
    for (const topic of topics) {
      assert.ok(patterns.some((pattern) => matchesFilter(pattern, topic)), topic);
    }
  }));
});

Deno.test("bare values of different quantities are different groups, of different places one", () => {
  const payloads = {
    "home/kitchen/temperature": "21.5",
    "home/bath/temperature": "23",
    "home/kitchen/humidity": "40",
    "home/bath/humidity": "70",
    "meter/a7f3": "1",
    "meter/b6c1": "2",
  };
  assert.deepEqual(groupsOf(payloads), [["home/+/humidity"], ["home/+/temperature"], ["meter/+"]]);
});

Deno.test("objects group by most of their fields, not by all", () => {
  const payloads = {
    "z/lamp1": '{"state":"ON","brightness":3,"linkquality":9}',
    "z/lamp2": '{"state":"ON","brightness":3,"linkquality":9,"color_temp":300}',
    "z/door": '{"contact":true,"battery":99,"linkquality":9}',
  };
  assert.deepEqual(groupsOf(payloads), [["z/+"], ["z/door"]]);
});

Deno.test("texts group by their pattern", () => {
  const payloads = {
    "a/1": "1;2;3",
    "a/2": "4;5;6",
    "b/1": "x=1,y=2",
    "c/1": "<a><b>1</b></a>",
  };
  assert.deepEqual(groupsOf(payloads), [["a/+"], ["b/1"], ["c/1"]]);
});
