import assert from "node:assert/strict";
import { MessageLog } from "../../src/collect/message_log.ts";
import { topicSearch } from "../../src/monitor/topic_search.ts";
import { countsIn, topicNodes } from "../../src/monitor/topics.ts";

const START = 1_795_640_000_000;
const encoder = new TextEncoder();

/** A log in which each message comes a second after the one before. */
function logOf(messages: readonly (readonly [topic: string, payload: string | Uint8Array])[]) {
  const log = new MessageLog({ limitBytes: 32 * 1024 * 1024 });
  messages.forEach(([topic, payload], at) => {
    log.append({
      topic,
      payload: typeof payload === "string" ? encoder.encode(payload) : payload,
      qos: 0,
      retain: false,
      dup: false,
      receivedAt: START + 1000 * at,
    });
  });
  return log;
}

function found(log: MessageLog, search: string): string[] {
  return topicNodes(log, { search, limit: 100, recent: new Map() }).nodes.map(({ path }) => path);
}

const PLANT = logOf([
  ["plant/press-1/telemetry", '{"code": "E42", "bar": 7.25}'],
  ["plant/press-2/telemetry", '{"code": "ok"}'],
  ["plant/press-2/telemetry/raw", "0102"],
  ["plant/pump-3/state", "Überhitzt"],
  ["hall/Pump/Press", "1"],
  ["hall/login", '{"user": "max", "password": "E42-secret"}'],
  ["hall/cbor", Uint8Array.of(0xa1, 0x61, 0x6b, 0x63, 0x45, 0x34, 0x32)],
]);

Deno.test("a search with + or # is a topic filter, and finds what is below it too", () => {
  assert.deepEqual(found(PLANT, "plant/+/telemetry"), [
    "plant/press-1/telemetry",
    "plant/press-2/telemetry",
    "plant/press-2/telemetry/raw",
  ]);
  assert.deepEqual(found(PLANT, "plant/+/"), found(PLANT, "plant/+"));
  assert.deepEqual(found(PLANT, "hall/#").length, 3);
  assert.deepEqual(found(PLANT, "+/pump-3/state"), ["plant/pump-3/state"]);
  // not a filter: a level holds more than the sign
  assert.deepEqual(found(PLANT, "press+"), []);
});

Deno.test("words are found apart, in any order and case, in topics and newest values", () => {
  assert.deepEqual(found(PLANT, "pump press"), ["hall/Pump/Press"]);
  assert.deepEqual(found(PLANT, "PRESS pump"), ["hall/Pump/Press"]);
  assert.deepEqual(found(PLANT, "e42"), ["hall/cbor", "plant/press-1/telemetry"]);
  assert.deepEqual(found(PLANT, "press E42"), ["plant/press-1/telemetry"]);
  assert.deepEqual(found(PLANT, "überhitzt"), ["plant/pump-3/state"]);
  assert.deepEqual(found(PLANT, "7.25"), ["plant/press-1/telemetry"]);
  assert.deepEqual(found(PLANT, "nothing of it"), []);
});

Deno.test("a value that is hidden is not found", () => {
  assert.deepEqual(found(PLANT, "E42-secret"), []);
  assert.deepEqual(found(PLANT, "max"), ["hall/login"]);
});

Deno.test("more values than are looked at are said to be", () => {
  const many = logOf(
    Array.from({ length: 20_100 }, (_, at): [string, string] => [`t/${at}`, at % 2 ? "odd" : "x"]),
  );
  const { total, limited } = topicNodes(many, { search: "odd", limit: 10, recent: new Map() });
  assert.equal(total, 10_000);
  assert.equal(limited, true);
  assert.equal(topicNodes(many, { search: "t/+", limit: 10, recent: new Map() }).limited, false);
});

Deno.test("a search in many values goes on from look to look, and reads again only what is new", () => {
  const many = logOf(Array.from({ length: 250 }, (_, at): [string, string] => [`t/${at}`, "odd"]));
  const searcher = topicSearch("odd", { valuesAtOnce: 100 });
  const look = () => {
    const { total, searching } = topicNodes(many, {
      search: "odd",
      limit: 10,
      recent: new Map(),
      searcher,
    });
    return [total, searching];
  };
  assert.deepEqual(look(), [100, true]);
  assert.deepEqual(look(), [200, true]);
  assert.deepEqual(look(), [250, false]);
  many.append({
    topic: "t/3",
    payload: encoder.encode("even"),
    qos: 0,
    retain: false,
    dup: false,
    receivedAt: START,
  });
  assert.deepEqual(look(), [249, false]);
});

Deno.test("the tree of a time has what came in it, with the values of then", () => {
  const log = logOf([["a/x", "1"], ["a/y", "2"], ["a/x", "3"], ["b", "4"], ["a/x", "5"]]);
  const window = { from: START, to: START + 2_500 };
  const look = (parent?: string) =>
    topicNodes(log, {
      parent,
      limit: 100,
      recent: new Map(),
      window: { ...window, counts: countsIn(log, window) },
    }).nodes.map(({ path, messages, last_value }) => [path, messages, last_value]);
  assert.deepEqual(look(), [["a", 3, null]]);
  assert.deepEqual(look("a"), [["a/x", 2, "3"], ["a/y", 1, "2"]]);
});
