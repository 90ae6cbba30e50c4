import assert from "node:assert/strict";
import { log, type LogLine, type LogOptions, startLog } from "../src/log.ts";
import { redact, redactValue } from "../src/redact.ts";

/** Runs the log while `write` runs, and gives what was written. */
async function logged(
  write: () => void,
  options: Partial<LogOptions> = {},
): Promise<string> {
  let text = "";
  const running = startLog({
    level: "debug",
    write: (bytes) => {
      text += new TextDecoder().decode(bytes);
      return Promise.resolve();
    },
    ...options,
  });
  write();
  await running.close();
  return text;
}

Deno.test("a record is one line with time, level, part and message", async () => {
  const text = await logged(() => log("session").info("Connected to {host}", { host: "broker" }));
  assert.match(text, /^\d{4}-\d\d-\d\dT[\d:.]+Z INFO session: Connected to broker\n$/);
});

Deno.test("records below the level are left out", async () => {
  const text = await logged(() => {
    log("x").debug("quiet");
    log("x").info("quiet");
    log("x").warning("loud");
  }, { level: "warning" });
  assert.match(text, /loud/);
  assert.doesNotMatch(text, /quiet/);
});

Deno.test("a topic cannot forge a line or steer a terminal", async () => {
  const text = await logged(() =>
    log("x").info("Topic {topic}", {
      topic: "a\n2026-01-01 ERROR fake\u001b[31m\u2028\u009b\u202e\u200b\u{e0041}",
    })
  );
  assert.equal(text.split("\n").length, 2);
  // deno-lint-ignore no-control-regex -- control characters are what must not be there
  assert.doesNotMatch(text, /[\u001b\u2028\u009b\u202e\u200b\u{e0041}]/u);
});

Deno.test("a record is cut at 2,000 characters", async () => {
  const text = await logged(() => log("x").info("{payload}", { payload: "x".repeat(100_000) }));
  assert.ok(text.length < 2_200);
  assert.match(text, /\(cut\)/);
});

Deno.test("every record is redacted, whether text, value or error", async () => {
  const text = await logged(() => {
    log("x").info("url {url}", { url: "mqtts://user:hunter2@host:8883/x" });
    log("x").info("options {options}", {
      options: { password: "hunter2", nested: [{ token: "hunter2" }] },
    });
    log("x").error("failed {error}", { error: new Error("login mqtt://u:hunter2@h failed") });
  });
  assert.doesNotMatch(text, /hunter2/);
  assert.match(text, /mqtts:\/\/\*\*\*@host:8883/);
  assert.equal(text.trimEnd().split("\n").length, 3);
});

Deno.test("stderr that is not read neither blocks nor grows: lines are lost and counted", async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => open = resolve);
  let text = "";
  const running = startLog({
    level: "info",
    write: async (bytes) => {
      await gate;
      text += new TextDecoder().decode(bytes);
    },
  });
  for (let i = 0; i < 1_000; i++) log("x").info("{text}", { text: "y".repeat(1_000) });
  open();
  await running.close();
  assert.ok(text.length < 300_000, String(text.length));
  assert.match(text, /\(\d+ log lines were lost\)/);
});

Deno.test("stderr that is gone does not end anything", async () => {
  await logged(() => log("x").info("text"), { write: () => Promise.reject(new Error("EPIPE")) });
});

Deno.test("the log file is bounded: full, it moves to its one predecessor", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const file = `${directory}/server.log`;
    await logged(() => {
      for (let i = 0; i < 300; i++) log("x").info("line {i}", { i });
    }, { file, fileMaxBytes: 4_096 });
    const current = await Deno.readTextFile(file);
    const previous = await Deno.readTextFile(`${file}.1`);
    assert.ok(current.length <= 4_096 && previous.length <= 4_096);
    assert.match(current, /line 299\n$/);
    const numbers = [...(previous + current).matchAll(/line (\d+)/g)].map((match) =>
      Number(match[1])
    );
    assert.deepEqual(numbers, numbers.map((_, i) => numbers[0] + i));
    assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a log file is continued, not begun anew, by the next start", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const file = `${directory}/server.log`;
    await logged(() => log("x").info("first"), { file });
    await logged(() => log("x").info("second"), { file });
    assert.match(await Deno.readTextFile(file), /first\n.*second\n$/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("whoever listens to the log gets redacted lines", async () => {
  const lines: LogLine[] = [];
  await logged(() => log("mcp").warning("password=hunter2"), {
    onLine: (line) => lines.push(line),
  });
  assert.deepEqual(lines.map(({ level, part, message }) => ({ level, part, message })), [
    { level: "warning", part: "mcp", message: "password=***" },
  ]);
});

Deno.test("secrets are found in every shape they come in", () => {
  for (
    const text of [
      "mqtt://user:hunter2@host",
      "mqtt://user:hun/te:r@hunter2@host:1883/id?x=1",
      "mqtt://:hunter2@host",
      '{"password":"hunter2"}',
      '{"Password" : "hunter2 with \\"quotes\\" hunter2"}',
      '"{\\"password\\":\\"hunter2\\"}"',
      "password=hunter2",
      "MQTT_PASSWORD=hunter2",
      "web-token: hunter2",
      "Authorization: Bearer hunter2hunter2",
      "passphrase='hunter2'",
      "api_key=hunter2&x=1",
      "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
      "-----BEGIN RSA PRIVATE KEY-----\nhunter2",
    ]
  ) assert.ok(!redact(text).includes("hunter2"), `${text} → ${redact(text)}`);
});

Deno.test("what is not secret stays readable", () => {
  for (
    const text of ["mqtt://host:1883/id", "user@host", "home/tokens/1 has 3 messages", "a:b@c"]
  ) {
    assert.equal(redact(text), text);
  }
});

Deno.test("values named like secrets are hidden at any depth, and odd values are survived", () => {
  const value = {
    host: "h",
    password: "hunter2",
    deep: { apiKey: ["hunter2"], "client_secret": { x: "hunter2" } },
    bytes: new Uint8Array(3),
    big: 3n,
    nothing: null,
  };
  const shown = JSON.stringify(redactValue(value));
  assert.doesNotMatch(shown, /hunter2/);
  assert.match(shown, /"host":"h".*"bytes":"3 bytes","big":"3","nothing":null/);
});

Deno.test("stderr that fails for a while, as on a full disk, gets lines again, and how many were lost", async () => {
  let full = true;
  let written = "";
  const running = startLog({
    level: "info",
    write(bytes) {
      if (full) return Promise.reject(new Error("No space left on device"));
      written += new TextDecoder().decode(bytes);
      return Promise.resolve();
    },
  });
  for (let i = 0; i < 1_000; i++) {
    log("x").info("{text}", { text: "y".repeat(1_000) });
    if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  full = false;
  log("x").info("there is room again");
  await running.close();
  assert.match(written, /there is room again/);
  assert.match(written, /\(\d+ log lines were lost\)/);
});
