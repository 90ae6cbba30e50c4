import assert from "node:assert/strict";
import { describeArguments, entryOf, entryOfReport } from "../../src/monitor/call_entry.ts";
import { toCsv } from "../../src/monitor/csv.ts";

const known = new Set(["session_id", "topic", "topics", "broker", "where", "payload"]);

Deno.test("arguments are kept without logins, in whatever characters, and never longer than they may be", () => {
  for (
    const login of [
      "mqtt://u:hunter2@h",
      `mqtt://u:a"hunter2@h`,
      "mqtt://u:a <hunter2>@h",
      "u:hunter2@h",
      `mqtt://u:${"hunter2".repeat(2_000)}@h`,
    ]
  ) {
    const text = describeArguments({
      broker: login,
      topics: [login, { [login]: login }],
      [login]: 1,
      where: [{ password: "hunter2" }],
    }, known);
    assert.doesNotMatch(text, /hunter2/, text);
    assert.ok(text.length <= 2_000);
  }
});

Deno.test("only what has the form of an id is kept as the session of a call", () => {
  const record = (session_id: unknown) => ({
    id: "1",
    tool: "list_topics",
    client: { id: "c", name: "n" },
    arguments: { session_id },
    startedAt: 0,
    durationMs: 1,
    result: { content: [] },
    cancelled: false,
  });
  const id = crypto.randomUUID();
  const sessionOf = (given: unknown) =>
    entryOf(record(given) as Parameters<typeof entryOf>[0], { known, source: "local" }).session_id;
  assert.equal(sessionOf(id), id);
  for (const given of ["mqtt://u:hunter2@h", "u:hunter2@h", "a b", "", 5, { a: 1 }]) {
    assert.equal(sessionOf(given), null);
  }
});

Deno.test("nothing in a report of another process steers a terminal or hides on a page", () => {
  const evil = "a\u001b[31m\u202e\u200b\u2028\nb";
  const entry = entryOfReport({
    id: evil,
    started_at: "2026-01-01T00:00:00Z",
    tool: evil,
    client: evil,
    client_id: evil,
    session_id: "mqtt://u:hunter2@h",
    arguments: `{"x":"${evil}","broker":"mqtt://u:hunter2@h"}`,
    duration_ms: 1,
    outcome: "error",
    error_code: evil,
    error: `password=hunter2 ${evil}`,
    result_bytes: 0,
    result_tokens: 0,
  }, evil);
  const text = Object.values(entry).join(" ");
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  assert.doesNotMatch(text, /hunter2/);
  assert.equal(entry.session_id, null);
});

Deno.test("a cell that a spreadsheet could run begins with an apostrophe", () => {
  for (
    const start of [
      "=",
      "+",
      "-",
      "@",
      "＝",
      "＋",
      "－",
      "＠",
      "\t",
      "\r",
      "\n",
      "\0",
      " =",
      "\n=",
      "\0=",
      "\ufeff=",
    ]
  ) {
    const [, cell] = toCsv(["a"], [{ a: `${start}1+1` }]).split(/^a\r\n/);
    assert.match(cell, /^"?'/, JSON.stringify(start));
  }
  assert.equal(toCsv(["a", "b"], [{ a: "1=1", b: -5 }]), "a,b\r\n1=1,-5\r\n");
});
