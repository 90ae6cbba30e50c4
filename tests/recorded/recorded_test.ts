import assert from "node:assert/strict";
import { LastingStore } from "../../src/collect/lasting/lasting_store.ts";
import { readJsonLine, shiftTimes } from "../../src/recorded/recorded_line.ts";
import { mainArgs } from "../support/mcp_client.ts";
import { message } from "../support/messages.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { until } from "../support/wait.ts";

const START = Date.UTC(2026, 0, 5, 22);

function tempDir(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "recorded-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function openStore(dir: string, label = "broker.lan:1883") {
  const store = LastingStore.open(dir, { days: 36_500, diskBytes: 1e8, now: Date.now });
  store.start(() => {});
  const source = store.source("key", label);
  assert.ok(source);
  return { store, source };
}

async function run(args: string[], env: Record<string, string> = {}) {
  const { code, stderr } = await new Deno.Command("deno", {
    args: [...mainArgs, ...args],
    env: { LOG_LEVEL: "ERROR", ...env },
  }).output();
  return { code, said: new TextDecoder().decode(stderr) };
}

Deno.test("what is exported is what was recorded, as JSON Lines and as CSV, also beside the process that writes it", async () => {
  using dir = tempDir();
  const { store, source } = openStore(dir.path);
  const sent = [
    message("a", '{"password": "hunter2", "n": 12345678901234567890}', { receivedAt: START }),
    message("b", new Uint8Array([0, 255]), { receivedAt: START + 1, qos: 1, retain: true }),
    message("c", 'say "hi",\nplease', {
      receivedAt: START + 2,
      properties: { contentType: "text/plain", correlationData: new Uint8Array([1, 2]) },
    }),
  ];
  for (const one of sent) source.append(one);
  store.flush();
  const file = `${dir.path}/night.jsonl`;
  const exported = await run(["--export", file], { DATA_DIR: dir.path });
  assert.equal(exported.code, 0, exported.said);
  assert.match(exported.said, /^3 messages written .* not hidden/m);
  assert.equal((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
  const lines = Deno.readTextFileSync(file).trim().split("\n").map(readJsonLine);
  assert.deepEqual(
    lines.map((
      { at, topic, payload, qos, retain, broker },
    ) => [at, topic, [...payload], qos, retain, broker]),
    sent.map((m) => [m.receivedAt, m.topic, [...m.payload], m.qos, m.retain, "broker.lan:1883"]),
  );
  assert.deepEqual([...lines[2].properties?.correlationData ?? []], [1, 2]);

  const again = await run(["--export", file], { DATA_DIR: dir.path });
  assert.equal(again.code, 2);
  assert.match(again.said, /it is there already/);

  store.close();
  const csv = await run(["--export", `${dir.path}/night.csv`], { DATA_DIR: dir.path });
  assert.equal(csv.code, 0, csv.said);
  assert.ok(
    Deno.readTextFileSync(`${dir.path}/night.csv`).endsWith('utf8,"say ""hi"",\nplease"\r\n'),
  );
});

Deno.test("an erased store leaves nothing behind, and one in use is not erased", async () => {
  using dir = tempDir();
  const { store, source } = openStore(dir.path);
  source.append(message("a", "1", { receivedAt: START }));
  store.flush();
  Deno.writeTextFileSync(`${dir.path}/history.sqlite`, "another one's");
  Deno.writeTextFileSync(`${dir.path}/recorded.sqlite.old`, "moved aside before");
  const refused = await run(["--erase-store"], { DATA_DIR: dir.path });
  assert.equal(refused.code, 2);
  assert.match(refused.said, /another process writes it/);
  store.close();
  const erased = await run(["--erase-store"], { DATA_DIR: dir.path });
  assert.equal(erased.code, 0, erased.said);
  assert.deepEqual([...Deno.readDirSync(dir.path)].map(({ name }) => name), ["history.sqlite"]);
});

Deno.test("a file is played to a test broker, moved in time, within the policy, and not to where it came from", async () => {
  await using broker = await startMosquitto();
  await using listener = await connectPublisher(broker.url);
  const heard: string[] = [];
  await listener.respond("#", ({ topic, text }) => heard.push(`${topic} ${text}`));
  using dir = tempDir();
  const { store, source } = openStore(dir.path, "192.0.2.1:1883");
  const at = new Date(START).toISOString();
  source.append(message("a", `{"at":"${at}","n":7}`, { receivedAt: START }));
  source.append(message("secret/b", "2", { receivedAt: START + 100_000 }));
  source.append(message("c", "3", { receivedAt: START + 200_000 }));
  store.close();
  const file = `${dir.path}/night.jsonl`;
  await run(["--export", file], { DATA_DIR: dir.path });

  const played = await run(
    ["--replay", file, broker.url, "--speed", "1000", "--shift-times"],
    { PUBLISH_DENY: "secret/#" },
  );
  assert.equal(played.code, 0, played.said);
  assert.match(played.said, /2 messages published, 1 left out by the policy/);
  await until("all is heard", () => heard.length >= 2);
  const [first, last] = heard;
  const moved = JSON.parse(first.slice(2));
  assert.equal(moved.n, 7);
  assert.ok(Math.abs(Date.parse(moved.at) - Date.now()) < 600_000, first);
  assert.equal(last, "c 3");

  const text = Deno.readTextFileSync(file).replaceAll("192.0.2.1:1883", `localhost:${broker.port}`);
  Deno.writeTextFileSync(`${dir.path}/own.jsonl`, text);
  const own = await run(["--replay", `${dir.path}/own.jsonl`, broker.url, "--speed", "100000"]);
  assert.equal(own.code, 2);
  assert.match(own.said, /the messages come from it/);
  const forced = await run([
    "--replay",
    `${dir.path}/own.jsonl`,
    broker.url,
    "--speed",
    "100000",
    "--force",
  ]);
  assert.equal(forced.code, 0, forced.said);
  const readOnly = await run(["--replay", file, broker.url], { READ_ONLY: "true" });
  assert.equal(readOnly.code, 1);
  assert.match(readOnly.said, /NOT_ALLOWED/);
});

Deno.test("only times of the recording are moved, in every form that devices send", () => {
  const period = { from: START, to: START + 3_600_000, by: 1_000 };
  const seconds = START / 1_000;
  assert.equal(
    shiftTimes(
      `{"t":"2026-01-05T22:00:10Z","s":${seconds},"ms":${START + 5},"id":1234567890}`,
      period,
    ),
    `{"t":"2026-01-05T22:00:11.000Z","s":${seconds + 1},"ms":${START + 1_005},"id":1234567890}`,
  );
  assert.equal(shiftTimes("2020-01-01T00:00:00Z", period), "2020-01-01T00:00:00Z");
});
