/** Calls in words, and which of them belong together. */
import assert from "node:assert/strict";
import type { CallEntry } from "../../src/monitor/shapes/calls.ts";
import { chaptersOf, wordsOf } from "../../src/monitor/page/call_words.js";
import { tools } from "../../src/tools/mod.ts";

function said(tool: string, args: Record<string, unknown>, broker: string | null = null): string {
  const { did, what } = wordsOf({ tool, arguments: JSON.stringify(args), broker });
  return what === null ? did : `${did} ${what}`;
}

Deno.test("each tool has words of its own, whatever its arguments are", () => {
  for (const { name } of tools) {
    for (const args of ["{}", "[]", "null", '{"topic":7}', '{"cut off']) {
      const { did } = wordsOf({ tool: name, arguments: args, broker: null });
      assert.ok(!did.startsWith("Called"), name);
    }
  }
  assert.equal(said("unknown_tool", {}), "Called unknown_tool");
});

Deno.test("a call is told with what it was about", () => {
  assert.equal(said("debug_device", { device_id: "pump 3" }), "Diagnosed pump 3");
  assert.equal(said("publish_message", { topic: "a/set" }), "Published to a/set");
  assert.match(said("publish_message", { topic: "a/set", dry_run: true }), /without sending/);
  assert.match(said("clear_retained", { topics: ["a", "b"] }), /^Looked .* a, b$/);
  assert.match(said("clear_retained", { topics: ["a"], dry_run: false }), /^Cleared/);
  assert.equal(said("establish_connection", {}, "mqtt://b:1883"), "Connected to mqtt://b:1883");
  assert.equal(said("record_topics", { action: "start", topics: ["#"] }), "Began to record #");
  assert.equal(
    said("watch_topics", { action: "start", name: "Freezer" }),
    "Began to watch Freezer",
  );
});

function call(id: string, minute: number, client = "cursor"): { call: CallEntry } {
  const started_at = new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
  return { call: { id, started_at, client, client_id: client, source: "local" } as CallEntry };
}

Deno.test("calls of one assistant without a long pause are one chapter, told in their order", () => {
  const newestFirst = [
    call("e", 30),
    call("d", 12, "claude"),
    call("c", 11),
    call("b", 10, "claude"),
    call("a", 5),
  ];
  const chapters = chaptersOf(newestFirst);
  assert.deepEqual(
    chapters.map(({ client, entries }) => [client, entries.map((one) => one.call.id).join("")]),
    [["cursor", "e"], ["claude", "bd"], ["cursor", "ac"]],
  );
});
