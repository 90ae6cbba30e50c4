import assert from "node:assert/strict";
import { makePrivateDir, startCoreProcess } from "../support/core_process.ts";
import { makeCertificates } from "../support/certificates.ts";
import { mainArgs } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { bytes, establish, makeRegistry, until } from "../support/sessions.ts";

/** A client of the socket itself, which reads only when it is told to. */
async function connectRaw(socket: string) {
  const connection = await Deno.connect({ transport: "unix", path: socket });
  const encoder = new TextEncoder();
  return {
    connection,
    async send(messages: readonly Record<string, unknown>[]): Promise<void> {
      const text = messages.map((m) => JSON.stringify({ jsonrpc: "2.0", ...m }) + "\n").join("");
      const data = encoder.encode(text);
      for (let sent = 0; sent < data.length;) sent += await connection.write(data.subarray(sent));
    },
    async readSome(): Promise<number | null> {
      return await connection.read(new Uint8Array(64 * 1024)).catch(() => null);
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

function residentMb(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

Deno.test("a client that stops reading is cut off in bounded memory, while the others miss nothing of a firehose", async () => {
  await using broker = await startMosquitto();
  await using core = await startCoreProcess();
  await using other = await core.attach();
  const opened = await other.call("establish_connection", {
    // on a busy machine the core has its hands full with the answers for longer than the 30 s of a silent connection
    connection_string: `${broker.url}?keepalive=600`,
    record: ["fill/#"],
  });
  const { session_id } = opened.facts;
  await using registry = await makeRegistry();
  const publisher = await establish(registry, broker.url);
  const publish = (topic: string, text: string) =>
    publisher.publish({ topic, payload: bytes(text), qos: 1, retain: false });
  const filler = JSON.stringify({ text: "x".repeat(25_000) });
  await publish("fill/a", filler);

  const before = residentMb(core.wire.process.pid);
  using stuck = await connectRaw(core.socket);
  await stuck.send([
    {
      id: 0,
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "stuck", version: "1" },
      },
    },
    { method: "notifications/initialized" },
  ]);
  const collecting = other.call("subscribe_and_collect", {
    session_id,
    topic: "hose/#",
    duration: 300,
    max_messages: 500,
    when_full: "stop",
  });
  await until(
    "the other one listens",
    () => broker.log.filter((line) => line.startsWith("Sending SUBACK")).length >= 2,
  );
  const params = { name: "query_history", arguments: { session_id, topic: "fill/#" } };
  const ask = (async () => {
    for (let id = 1; id <= 3_000; id += 20) {
      const requests = Array.from({ length: 20 }, (_, i) => ({
        id: id + i,
        method: "tools/call",
        params,
      }));
      await stuck.send(requests);
    }
  })().catch(() => {}); // a broken pipe is what comes in the end
  for (let i = 0; i < 500; i++) await publish(`hose/${i % 7}`, `{"n":${i}}`);
  const collected = await collecting;
  assert.equal(collected.facts.original_message_count, 500, collected.text);
  await core.untilLog(/The client stopped reading; its connection is closed/);
  const grown = residentMb(core.wire.process.pid) - before;
  assert.ok(grown < 250, `${grown} MB more`);
  // what was on its way comes, and then the end
  let read = 0;
  for (let count; (count = await stuck.readSome()) !== null;) read += count;
  assert.ok(read < 40 * 1024 * 1024, `${read} bytes`);
  await ask;
  assert.equal((await other.call("list_active_connections")).isError, false);
});

/** Whether any file below a directory holds a text, compressed or not named after it. */
function findText(dir: string, text: string): string[] {
  const found: string[] = [];
  const needle = bytes(text);
  for (const entry of Deno.readDirSync(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) found.push(...findText(path, text));
    else if (entry.isFile && indexOf(Deno.readFileSync(path), needle)) found.push(path);
  }
  return found;
}

function indexOf(haystack: Uint8Array, needle: Uint8Array): boolean {
  for (let at = haystack.indexOf(needle[0]); at >= 0; at = haystack.indexOf(needle[0], at + 1)) {
    if (needle.every((byte, i) => haystack[at + i] === byte)) return true;
  }
  return false;
}

Deno.test("what is heard stays in memory: no file holds a payload, with every log and store switched on", async () => {
  const dir = makePrivateDir();
  for (const name of ["data", "tmp", "home"]) Deno.mkdirSync(`${dir}/${name}`);
  try {
    await using broker = await startMosquitto();
    await using core = await startCoreProcess({
      dir,
      env: {
        DATA_DIR: `${dir}/data`,
        LOG_FILE: `${dir}/data/mqtt-mcp.log`,
        LOG_LEVEL: "DEBUG",
        TMPDIR: `${dir}/tmp`,
        DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
        HOME: `${dir}/home`,
      },
    });
    await using client = await core.attach();
    const mark = `marked-${crypto.randomUUID()}`;
    const { facts: { session_id } } = await client.call("establish_connection", {
      connection_string: broker.url,
      record: ["#"],
    });
    await using registry = await makeRegistry();
    const publisher = await establish(registry, broker.url);
    const collecting = client.call("subscribe_and_collect", {
      session_id,
      topic: "#",
      duration: 30,
      max_messages: 10,
    });
    await until(
      "it listens",
      () => broker.log.filter((line) => line.startsWith("Sending SUBACK")).length >= 2,
    );
    for (let i = 0; i < 10; i++) {
      const payload = i % 2 === 0 ? JSON.stringify({ level: "error", mark }) : `{"broken ${mark}`;
      await publisher.publish({ topic: "m", payload: bytes(payload), qos: 1, retain: false });
    }
    const { text } = await collecting;
    assert.ok(text.includes(mark));
    const published = await client.call("publish_message", {
      session_id,
      topic: "m",
      payload: mark,
    });
    assert.equal(published.isError, false, published.text);
    let matched: unknown = 0;
    for (let tries = 0; matched !== 11 && tries < 100; tries++) {
      const history = await client.call("query_history", { session_id, contains: mark });
      matched = history.facts.matched;
    }
    assert.equal(matched, 11);
    assert.ok(Deno.statSync(`${dir}/data/mqtt-mcp.log`).size > 0, "something was logged");
    assert.deepEqual(findText(dir, mark), []);
    await core.end("SIGTERM");
    assert.deepEqual(findText(dir, mark), []);
    Deno.writeTextFileSync(`${dir}/tmp/control`, `a ${mark}`);
    assert.deepEqual(findText(dir, mark), [`${dir}/tmp/control`], "the search finds what is there");
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("a core that gave up its rights still serves new clients, names, TLS and WebSocket", async () => {
  const dir = makePrivateDir();
  try {
    const certificates = makeCertificates(dir);
    await using broker = await startMosquitto({
      tls: { certFile: certificates.server.certFile, keyFile: certificates.server.keyFile },
      listeners: [{ websockets: true }, {}],
    });
    const [tls, ws, plain] = broker.ports;
    const [, ...rest] = mainArgs.filter((arg) => arg !== "-A");
    await using core = await startCoreProcess({
      dir,
      denoArgs: [
        "run",
        "--allow-net",
        "--allow-env",
        "--allow-read",
        "--allow-write",
        "--allow-sys",
        ...rest,
      ],
      env: { MQTT_CA_FILE: certificates.ca.certFile },
    });
    // nothing that the settings named is needed any more
    Deno.removeSync(certificates.ca.certFile);
    for (
      const url of [`mqtts://localhost:${tls}`, `ws://localhost:${ws}`, `mqtt://localhost:${plain}`]
    ) {
      await using client = await core.attach();
      const opened = await client.call("establish_connection", { connection_string: url });
      assert.equal(opened.isError, false, `${url}: ${opened.text}`);
      const { session_id } = opened.facts;
      for (
        const [name, args] of [
          ["publish_message", { session_id, topic: "a", payload: { n: 1 }, retain: true }],
          ["list_topics", { session_id, duration: 0.2 }],
          ["get_topic_schema", { session_id, topic: "#", duration: 0.2 }],
          ["debug_device", { session_id, device_id: "a", duration: 0.2 }],
          ["monitor_performance", { session_id, duration: 0.2 }],
          ["request_reply", { session_id, topic: "a", payload: "1", timeout: 0.2 }],
          ["test_connection", { session_id }],
          ["close_connection", { session_id }],
        ] as [string, Record<string, unknown>][]
      ) {
        const result = await client.call(name, args);
        assert.doesNotMatch(result.text, /INTERNAL_ERROR/, `${name} at ${url}`);
        if (name !== "request_reply") {
          assert.equal(result.isError, false, `${name}: ${result.text}`);
        }
      }
    }
    assert.doesNotMatch(core.wire.stderr, /Bug|NotCapable|PermissionDenied/);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
