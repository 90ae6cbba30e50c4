import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { CallEntry } from "../../src/monitor/shapes/calls.ts";
import { History, KEPT } from "../../src/monitor/history.ts";
import { type LogLine, startLog } from "../../src/log.ts";

const DAY_MS = 24 * 3_600_000;

function entry(id: string, more: Partial<CallEntry> = {}): CallEntry {
  return {
    id,
    started_at: new Date().toISOString(),
    tool: "list_topics",
    client: "Cursor",
    client_id: "c1",
    source: "local",
    session_id: null,
    arguments: "{}",
    duration_ms: 3,
    outcome: "ok",
    error_code: null,
    error: null,
    result_bytes: 10,
    result_tokens: 3,
    ...more,
  };
}

/** Runs with a directory of its own, and with the lines of the log that it caused. */
async function withFolder(
  test: (folder: string, lines: LogLine[]) => Promise<void> | void,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "history" });
  const lines: LogLine[] = [];
  const log = startLog({
    level: "info",
    write: () => Promise.resolve(),
    onLine: (line) => lines.push(line),
  });
  try {
    await test(folder, lines);
  } finally {
    await log.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("calls, log lines and minutes are there again after a restart", () =>
  withFolder((folder) => {
    const first = History.open({ dataDir: folder });
    first.addCall(entry("a"));
    first.addLog({ time: new Date().toISOString(), level: "warning", part: "x", message: "hot" });
    const minute = {
      at: Math.floor(Date.now() / 60_000) * 60_000,
      seconds: 60,
      messages: 5,
      bytes: 50,
      published: 0,
      calls: 1,
      errors: 0,
      callMsSum: 3,
      callMsMax: 3,
      rssMb: 1,
      heapMb: 1,
      sessionsOpen: 1,
      sessions: [{ id: "s", label: "broker", messages: 5, bytes: 50 }],
    };
    first.addMinute(minute);
    first.close();
    const second = History.open({ dataDir: folder });
    assert.equal(second.where, "file");
    assert.equal(second.calls({ limit: 10 }).calls[0].id, "a");
    const [line] = second.logs({ limit: 10 }).lines;
    assert.equal(line.message, "hot");
    assert.deepEqual(second.minutes(0), [minute]);
    const next = second.addLog({ ...line, message: "next" });
    assert.ok(next.id > line.id, "ids go on rising");
    second.close();
    assert.equal(Deno.statSync(`${folder}/monitor.db`).mode! & 0o777, 0o600);
  }));

Deno.test("calls are found by tool, client, outcome, text and time, page by page", () => {
  const history = History.open({ dataDir: undefined });
  for (let i = 0; i < 25; i++) {
    history.addCall(entry(`id${i}`, {
      tool: i % 2 ? "publish_message" : "list_topics",
      client: i % 5 ? "Cursor" : "100%_real",
      outcome: i % 3 ? "ok" : "error",
      arguments: JSON.stringify({ topic: i === 7 ? "home/Küche" : "x" }),
    }));
  }
  const found = (query: Parameters<History["calls"]>[0]) => history.calls(query).matched;
  assert.equal(found({ limit: 5 }), 25);
  assert.equal(found({ limit: 5, tool: "publish_message" }), 12);
  assert.equal(found({ limit: 5, client: "100%_real" }), 5);
  assert.equal(found({ limit: 5, outcome: "error", tool: "list_topics" }), 5);
  assert.equal(found({ limit: 5, text: "home/K" }), 1);
  assert.equal(found({ limit: 5, text: "0%_r" }), 5);
  assert.equal(found({ limit: 5, text: "' or 1=1 --" }), 0);
  assert.equal(found({ limit: 5, since: new Date(Date.now() + 1000).toISOString() }), 0);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = history.calls({ limit: 10, cursor });
    seen.push(...page.calls.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  assert.deepEqual(seen, Array.from({ length: 25 }, (_, i) => `id${24 - i}`));
  assert.deepEqual(history.callFacets(), {
    tools: ["list_topics", "publish_message"],
    clients: ["100%_real", "Cursor"],
  });
  history.close();
});

Deno.test("what is too old is forgotten: calls after a day, lines after a week, minutes after a month", () => {
  let now = Date.now();
  const history = History.open({ dataDir: undefined, now: () => now });
  history.addCall(entry("old", { started_at: new Date(now).toISOString() }));
  history.addLog({ time: new Date(now).toISOString(), level: "info", part: "x", message: "old" });
  history.flush();
  const counts = () => [
    history.calls({ limit: 1 }).calls.length,
    history.logs({ limit: 1 }).lines.length,
  ];
  now += KEPT.calls.ms + 1;
  history.prune();
  assert.deepEqual(counts(), [0, 1]);
  now += 7 * DAY_MS;
  history.prune();
  assert.deepEqual(counts(), [0, 0]);
  history.close();
});

Deno.test("lines of the log are found by level and text", () => {
  const history = History.open({ dataDir: undefined });
  for (const level of ["debug", "info", "warning", "error"] as const) {
    history.addLog({
      time: new Date().toISOString(),
      level,
      part: "mqtt",
      message: `It is ${level}`,
    });
  }
  assert.deepEqual(
    history.logs({ limit: 10, level: "warning" }).lines.map(({ level }) => level),
    ["error", "warning"],
  );
  assert.equal(history.logs({ limit: 10, text: "IS INFO" }).lines.length, 1);
  assert.equal(history.logs({ limit: 2 }).nextCursor, "3");
  history.close();
});

Deno.test("a corrupt file is set aside with a line in the log, and history begins anew", () =>
  withFolder((folder, lines) => {
    const first = History.open({ dataDir: folder });
    for (let i = 0; i < 500; i++) first.addCall(entry(`id${i}`));
    first.close();
    const bytes = Deno.readFileSync(`${folder}/monitor.db`);
    crypto.getRandomValues(bytes.subarray(5_000, 9_000));
    bytes.fill(0xff, 12_000, 30_000);
    Deno.writeFileSync(`${folder}/monitor.db`, bytes);

    const second = History.open({ dataDir: folder });
    assert.equal(second.where, "file");
    second.addCall(entry("new"));
    assert.deepEqual(second.calls({ limit: 5 }).calls.map(({ id }) => id), ["new"]);
    second.close();
    const aside = [...Deno.readDirSync(folder)].filter(({ name }) => name.includes(".unusable-"));
    assert.equal(aside.length, 1);
    assert.ok(lines.some(({ level, message }) => level === "warning" && /set aside/.test(message)));
  }));

for (const [what, content] of [["text", "hello ".repeat(1_000)], ["nothing", ""]] as const) {
  Deno.test(`a file of ${what} in its place does not stop it`, () =>
    withFolder((folder) => {
      Deno.writeTextFileSync(`${folder}/monitor.db`, content);
      const history = History.open({ dataDir: folder });
      history.addCall(entry("a"));
      history.close();
      const again = History.open({ dataDir: folder });
      assert.equal(again.where, "file");
      assert.equal(again.calls({ limit: 5 }).matched, 1);
      again.close();
    }));
}

Deno.test("only the newest of the files that were set aside is kept", () =>
  withFolder((folder) => {
    for (let i = 0; i < 4; i++) {
      Deno.writeTextFileSync(`${folder}/monitor.db`, "not a database, but long enough ".repeat(10));
      History.open({ dataDir: folder, now: () => 1e12 + i * 1000 }).close();
    }
    const aside = [...Deno.readDirSync(folder)].filter(({ name }) => name.includes(".unusable-"));
    assert.ok(aside.length <= 2, `${aside.length} files`);
  }));

Deno.test("where nothing can be written history is in memory, with a line in the log", () =>
  withFolder((folder, lines) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    for (const dataDir of [`${folder}/file`, "/proc/mqtt-mcp"]) {
      const history = History.open({ dataDir });
      assert.equal(history.where, "memory");
      history.addCall(entry("a"));
      assert.equal(history.calls({ limit: 5 }).matched, 1);
      history.close();
    }
    assert.equal(lines.filter(({ message }) => /in memory only/.test(message)).length, 2);
  }));

Deno.test("a file that is in use by another process is left alone", () =>
  withFolder((folder) => {
    History.open({ dataDir: folder }).close();
    const other = new DatabaseSync(`${folder}/monitor.db`);
    other.exec("begin exclusive");
    const history = History.open({ dataDir: folder });
    assert.equal(history.where, "memory");
    history.close();
    other.exec("rollback");
    other.close();
    assert.deepEqual(
      [...Deno.readDirSync(folder)].filter(({ name }) => name.includes("unusable")),
      [],
    );
  }));

Deno.test("a file that fails while it is used is given up, and history goes on in memory", () =>
  withFolder((folder, lines) => {
    const history = History.open({ dataDir: folder });
    history.addCall(entry("a"));
    history.flush();
    // Another process takes the tables away, as a broken disk would.
    const other = new DatabaseSync(`${folder}/monitor.db`);
    other.exec("drop table calls; drop table logs");
    other.close();
    history.addCall(entry("b"));
    history.flush();
    assert.equal(history.where, "memory");
    history.addCall(entry("c"));
    assert.deepEqual(history.calls({ limit: 5 }).calls.map(({ id }) => id), ["c", "b"]);
    assert.ok(lines.some(({ message }) => /goes on in memory/.test(message)));
    history.close();
  }));
