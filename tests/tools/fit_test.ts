import assert from "node:assert/strict";
import { fitLists, fitRows } from "../../src/tools/fit.ts";
import { shownText, topicFacts, withShownTexts } from "../../src/tools/shown_text.ts";

Deno.test("rows stay from the front as long as they fit", () => {
  assert.deepEqual(fitRows([1, 22, 333], 7), [1, 22]);
  assert.deepEqual(fitRows([1, 22, 333], 100), [1, 22, 333]);
  assert.deepEqual(fitRows(["x".repeat(99)], 50), [], "not even a first row may burst a result");
  assert.deepEqual(fitRows([], 0), []);
});

Deno.test("shortened lists say so, and whole ones say nothing", () => {
  const facts = { rows: ["aaaa", "bbbb", "cccc"], other: [1], text: "t" };
  assert.deepEqual(fitLists(facts, { rows: 1_000, other: 1_000 }), facts);
  const cut = fitLists(facts, { rows: 17, other: 1_000 });
  assert.deepEqual(cut.rows, ["aaaa", "bbbb"]);
  assert.deepEqual(cut.other, [1]);
  assert.match(cut.cut ?? "", /2 of 3 rows/);
});

Deno.test("texts are cut with an ellipsis, never inside a character", () => {
  assert.equal(shownText("short", 5), "short");
  assert.equal(shownText("longer", 5), "long…");
  for (let length = 2; length < 12; length++) {
    const cut = shownText("😀".repeat(10), length);
    assert.ok(cut.isWellFormed() && cut.length <= length && cut.endsWith("…"), cut);
  }
  assert.deepEqual(withShownTexts({ a: ["x".repeat(9), 7, null, { b: true }] }, 4), {
    a: ["xxx…", 7, null, { b: true }],
  });
});

Deno.test("a topic that was cut tells its whole length in bytes", () => {
  assert.deepEqual(topicFacts("a/b"), { topic: "a/b" });
  const shown = topicFacts("é".repeat(1_000));
  assert.equal(shown.topic_bytes, 2_000);
  assert.ok(shown.topic.length === 400);
});
