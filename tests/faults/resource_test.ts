// own process: takes all file descriptors and all memory that a process may have
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import mqttPacket from "mqtt-packet";
import { awaitMonitorPort } from "../support/monitor_port.ts";
import { makePrivateDir } from "../support/core_process.ts";
import { mainArgs, mainModule, WireClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { eventually } from "../support/wait.ts";

function quoted(args: readonly string[]): string {
  return args.map((arg) => `'${arg}'`).join(" ");
}

/** The server under limits that a shell sets first. */
function limited(limits: string, flags: readonly string[], env: Record<string, string> = {}) {
  const command = quoted([Deno.execPath(), ...mainArgs, ...flags]);
  return new WireClient({ program: "/bin/sh", args: ["-c", `${limits}; exec ${command}`], env });
}

async function call(wire: WireClient, name: string, args: object) {
  return (await wire.request("tools/call", { name, arguments: args })).result;
}

Deno.test("a log that cannot be written, as on a full disk, ends no call", async () => {
  await using broker = await startMosquitto();
  const dir = makePrivateDir();
  Deno.symlinkSync("/dev/full", `${dir}/log`);
  {
    await using wire = new WireClient({ env: { LOG_FILE: `${dir}/log`, LOG_LEVEL: "DEBUG" } });
    await wire.initialize();
    const { structuredContent } = await call(wire, "establish_connection", {
      connection_string: broker.url,
    });
    const { session_id } = structuredContent;
    for (let i = 0; i < 20; i++) {
      const args = { session_id, topic: "a", payload: `${i}`, qos: 1 };
      assert.equal(
        (await call(wire, "publish_message", args)).structuredContent.acknowledged,
        true,
      );
    }
    await wire.closeStdin();
    assert.equal((await wire.ended()).code, 0);
    await wire.until(() => wire.stderr.includes("Shutting down"));
    const told = wire.stderr.split("The log file cannot be written").length - 1;
    assert.equal(told, 1, wire.stderr);
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("when no more files can be opened a new connection fails with a sentence, the others go on, and it heals", async () => {
  await using broker = await startMosquitto();
  await using wire = limited("ulimit -n 32", ["--stdio", "--no-attach"], {
    MAX_CONNECTIONS: "100",
  });
  await wire.initialize();
  const sessions: string[] = [];
  let refusal = "";
  for (let i = 0; i < 60 && refusal === ""; i++) {
    const result = await call(wire, "establish_connection", { connection_string: broker.url });
    if (result.isError) refusal = result.content[0].text;
    else sessions.push(result.structuredContent.session_id);
  }
  assert.ok(sessions.length >= 2, `${sessions.length} sessions`);
  assert.match(refusal, /^(BROKER_UNREACHABLE|CONNECTION_TIMEOUT|RESOURCE_LIMIT): .*\nTry: /);
  assert.match(refusal, /open files|EMFILE/i, refusal);
  const [first] = sessions;
  const published = await call(wire, "publish_message", {
    session_id: first,
    topic: "a",
    payload: "1",
    qos: 1,
  });
  assert.equal(published.structuredContent.acknowledged, true);
  for (const session_id of sessions.slice(1)) await call(wire, "close_connection", { session_id });
  const again = await call(wire, "establish_connection", { connection_string: broker.url });
  assert.equal(again.structuredContent?.status, "connected", JSON.stringify(again));
});

Deno.test("a core without files left takes clients again once some are gone, and does not spin meanwhile", async () => {
  const dir = makePrivateDir();
  const env = { CORE_SOCKET: `${dir}/core.sock` };
  {
    await using core = limited("ulimit -n 32", ["--core"], env);
    await core.until(() => core.stderr.includes("listens on"));
    const held: Deno.Conn[] = [];
    for (let i = 0; i < 40; i++) {
      held.push(await Deno.connect({ transport: "unix", path: env.CORE_SOCKET }));
    }
    await core.until(() => /Cannot accept a connection/.test(core.stderr));
    const lines = core.stderr.split("\n").length;
    assert.ok(lines < 200, `${lines} lines of log`);
    for (const connection of held) connection.close();
    await using wire = new WireClient({ args: mainArgs, flags: ["--stdio"], env });
    await wire.initialize();
    assert.deepEqual((await wire.request("ping")).result, {});
    core.process.kill("SIGTERM");
    assert.equal((await core.ended()).code, 0);
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a monitor without files left ends nothing, and takes requests again once some are free", async () => {
  await using broker = await startMosquitto();
  const dir = makePrivateDir();
  const env = { CORE_SOCKET: `${dir}/core.sock`, WEB_PORT: "0" };
  {
    await using core = limited("ulimit -n 48", ["--monitor"], env);
    await core.until(() => core.stderr.includes("Core "));
    const port = await awaitMonitorPort(core);
    await using wire = new WireClient({ args: mainArgs, flags: ["--stdio"], env });
    await wire.initialize();
    const { structuredContent: { session_id } } = await call(wire, "establish_connection", {
      connection_string: broker.url,
    });
    const held: Deno.Conn[] = [];
    for (let i = 0; i < 80; i++) {
      try {
        held.push(await Deno.connect({ port }));
      } catch {
        break; // nobody listens any more
      }
    }
    await core.until(() => /The monitor cannot take requests/.test(core.stderr));
    const publish = { session_id, topic: "a", payload: "1", qos: 1 };
    const published = await call(wire, "publish_message", publish);
    assert.equal(published.structuredContent.acknowledged, true);
    for (const connection of held) connection.close();
    await core.until(() => /The monitor takes requests again/.test(core.stderr));
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    assert.equal((await response.json()).status, "healthy");
    assert.ok(core.stderr.split("\n").length < 50, core.stderr);
    core.process.kill("SIGTERM");
    assert.equal((await core.ended()).code, 0);
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a history that cannot grow when it is opened is left as it is, and is there again later", async () => {
  await using broker = await startMosquitto();
  const dir = makePrivateDir();
  const env = { CORE_SOCKET: `${dir}/core.sock`, DATA_DIR: `${dir}/data`, WEB_PORT: "0" };
  const tools = async (limits: string, use: boolean) => {
    await using core = limited(limits, ["--monitor"], env);
    await core.until(() => core.stderr.includes("Core "));
    const port = await awaitMonitorPort(core);
    if (use) {
      await using wire = new WireClient({ args: mainArgs, flags: ["--stdio"], env });
      await wire.initialize();
      await call(wire, "test_connection", { connection_string: broker.url });
    }
    const { calls } = await (await fetch(`http://127.0.0.1:${port}/api/calls`)).json();
    core.process.kill("SIGTERM");
    assert.equal((await core.ended()).code, 0);
    return { tools: calls.map((one: { tool: string }) => one.tool), log: core.stderr };
  };
  assert.deepEqual((await tools("true", true)).tools, ["test_connection"]);
  // as on a full disk: a file may not be written beyond that many blocks
  const full = await tools("trap '' XFSZ; ulimit -f 8", false);
  assert.match(full.log, /History is in memory only: there is no room for/);
  assert.deepEqual(full.tools, []);
  assert.deepEqual((await tools("true", false)).tools, ["test_connection"]);
  await Deno.remove(dir, { recursive: true });
});

/** Publishes once on each of so many topics, as fast as the broker takes it. */
async function publishOnTopics(port: number, topics: number): Promise<void> {
  using connection = await Deno.connect({ port });
  const writer = connection.writable.getWriter();
  await writer.write(mqttPacket.generate({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clientId: "flood",
    keepalive: 0,
    clean: true,
  }));
  await connection.read(new Uint8Array(16));
  for (let sent = 0; sent < topics; sent += 500) {
    const packets = Array.from(
      { length: Math.min(500, topics - sent) },
      (_, i) =>
        mqttPacket.generate({
          cmd: "publish",
          topic: `building/${i % 97}/floor/${i % 31}/device-${sent + i}/telemetry`,
          payload: `{"n":${sent + i}}`,
          qos: 0,
          retain: false,
          dup: false,
        }),
    );
    await writer.write(Buffer.concat(packets));
  }
  await writer.write(mqttPacket.generate({ cmd: "disconnect" }));
  writer.releaseLock();
}

Deno.test("more topics than fit into the memory end nothing: messages are counted, and the rest is told", async () => {
  const TOPICS = 100_000;
  await using broker = await startMosquitto({ config: ["max_queued_messages 0"] });
  const dir = makePrivateDir();
  const env = { CORE_SOCKET: `${dir}/core.sock` };
  {
    // as the engine sets it by itself on a machine with 512 MB; main.ts, because the bundle runs out of it under this flood
    const small = mainArgs
      .map((arg) => arg === mainModule ? new URL("../../main.ts", import.meta.url).pathname : arg)
      .toSpliced(1, 0, "--v8-flags=--max-old-space-size=128");
    await using core = new WireClient({ args: small, flags: ["--core"], env });
    await core.until(() => core.stderr.includes("listens on"));
    await using wire = new WireClient({ args: mainArgs, flags: ["--stdio"], env });
    await wire.initialize();
    const { structuredContent: { session_id } } = await call(wire, "establish_connection", {
      connection_string: broker.url,
      record: ["#"],
    });
    const args = { session_id, topic: "#", duration: 300, when_full: "sample" };
    const collecting = wire.request(
      "tools/call",
      { name: "subscribe_and_collect", arguments: args },
      300_000,
    );
    await publishOnTopics(broker.port, TOPICS);
    await core.until(() => /Memory is short/.test(core.stderr));
    const recorded = async () =>
      (await call(wire, "record_topics", { session_id, action: "status" })).structuredContent;
    const heard = async () => {
      const { recording, other_messages = 0 } = await recorded();
      return recording[0].messages + other_messages;
    };
    const counted = await eventually("all are counted", heard, (count) => count >= TOPICS, {
      timeoutMs: 180_000,
    });
    assert.equal(counted, TOPICS);
    const { structuredContent: listed } = await call(wire, "list_topics", {
      session_id,
      since: "-1h",
    });
    assert.equal(listed?.listened.how, "recorded");
    assert.ok(listed.topic_count >= 10_000 && listed.topic_count < TOPICS, listed.topic_count);
    assert.match(listed.topic_count_note, /messages came on topics beyond/);
    assert.equal((await wire.request("ping")).error, undefined);
    await call(wire, "close_connection", { session_id });
    const { structuredContent: collected } = (await collecting).result;
    assert.equal(collected.original_message_count, TOPICS);
    core.process.kill("SIGTERM");
    assert.equal((await core.ended()).code, 0);
  }
  await Deno.remove(dir, { recursive: true });
});
