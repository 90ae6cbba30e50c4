import assert from "node:assert/strict";
import { awaitMonitorPort } from "../support/monitor_port.ts";
import { makePrivateDir } from "../support/core_process.ts";
import { WireClient } from "../support/mcp_client.ts";
import { freePort } from "../support/free_ports.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startScriptedBroker } from "../support/scripted_broker.ts";

/** Each with a character that a URL, JSON or a shell writes differently. */
const SECRETS = {
  url: 'pw-in-url-7f3a/"ü@:%',
  wrong: "pw-wrong-91cc&<x>",
  environment: "pw-in-env-55d0 $HOME",
  file: "pw-in-file-e802=+",
  token: "web-token-0b7de1f4",
};

/** What a secret looks like in whatever has swallowed it. */
function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    bytes.toBase64().replace(/=+$/, ""),
    bytes.toBase64({ alphabet: "base64url" }).replace(/=+$/, ""),
    bytes.toHex(),
  ];
}

function leaksIn(text: string): string[] {
  return Object.entries(SECRETS)
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function readAll(folder: string): string {
  let text = "";
  for (const { name, isFile, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) text += readAll(`${folder}/${name}`);
    // one character for each byte, and again as UTF-8: the database holds texts between other bytes
    if (!isFile) continue;
    const bytes = Deno.readFileSync(`${folder}/${name}`);
    text += new TextDecoder("latin1").decode(bytes) + new TextDecoder().decode(bytes);
  }
  return text;
}

Deno.test("a secret would be found in every form it can leak in", () => {
  for (const secret of Object.values(SECRETS)) {
    for (const form of formsOf(secret)) assert.equal(leaksIn(`…${form}…`).length, 1, form);
  }
  assert.deepEqual(leaksIn("mqtt://***@host pw-in-"), []);
});

Deno.test("no secret leaves the process, whatever is called and whatever fails", async () => {
  await using broker = await startMosquitto({
    users: { ada: SECRETS.url, eva: SECRETS.environment, fil: SECRETS.file },
  });
  await using silent = startScriptedBroker({ onPacket: () => true });
  const dir = makePrivateDir();
  const secrets = makePrivateDir();
  Deno.writeTextFileSync(`${secrets}/password`, `${SECRETS.file}\n`);
  const at = `127.0.0.1:${broker.port}`;
  Deno.writeTextFileSync(
    `${secrets}/brokers.json`,
    JSON.stringify({
      env: { url: `mqtt://${at}`, username: "eva", password_env: "MQTT_PASSWORD_EVA" },
      file: { url: `mqtt://${at}`, username: "fil", password_file: `${secrets}/password` },
      inline: `mqtt://ada:${encodeURIComponent(SECRETS.url)}@${at}`,
    }),
  );
  let output = "";
  {
    await using wire = new WireClient({
      flags: ["--stdio", "--monitor", "--web-port=0"],
      env: {
        LOG_LEVEL: "DEBUG",
        LOG_FILE: `${dir}/log`,
        DATA_DIR: `${dir}/data`,
        BROKERS_FILE: `${secrets}/brokers.json`,
        MQTT_PASSWORD_EVA: SECRETS.environment,
        WEB_TOKEN: SECRETS.token,
        CONNECTION_TIMEOUT: "1",
        MAX_CONNECTIONS: "4",
        CORE_SOCKET: `${dir}/core.sock`,
      },
    });
    await wire.initialize();
    const port = await awaitMonitorPort(wire);
    const call = async (name: string, args: object) => {
      const answer = await wire.request("tools/call", { name, arguments: args });
      assert.ok(answer.result !== undefined || answer.error !== undefined);
      return answer.result ?? answer.error;
    };
    const good = `mqtt://ada:${encodeURIComponent(SECRETS.url)}@${at}`;
    const bad = `ada:${encodeURIComponent(SECRETS.wrong)}@`;
    const { structuredContent } = await call("establish_connection", {
      connection_string: good,
      record: ["#"],
    });
    const { session_id } = structuredContent;
    for (const broker of ["env", "file", "inline"]) {
      const named = await call("establish_connection", { broker });
      assert.equal(named.structuredContent?.status, "connected", JSON.stringify(named));
      assert.equal((await call("test_connection", { broker })).structuredContent.healthy, true);
    }
    // one more than there may be, and then everything that can be wrong with a connection string
    const failing = [
      good,
      `mqtt://${bad}${at}`,
      `mqtt://${bad}127.0.0.1:${freePort()}`,
      `mqtt://${bad}no-such-host.invalid`,
      `mqtts://${bad}${at}`,
      `ws://${bad}${at}/mqtt`,
      `mqtt://${bad}127.0.0.1:${silent.port}`,
      `mqtt://${bad}127.0.0.1:99999`,
      `http://${bad}${at}`,
      `mqtt://${bad}${at}?pasword=${encodeURIComponent(SECRETS.wrong)}`,
      `mqtt://${bad}${at}?protocol=${encodeURIComponent(SECRETS.wrong)}`,
      `mqtt://${bad}`,
      `${bad}${at}`,
      `mqtt://ada:${SECRETS.wrong}@${at}`,
      `mqtt://ada:%zz${encodeURIComponent(SECRETS.wrong)}@${at}`,
    ];
    await Promise.all(
      failing.map((connection_string) => call("test_connection", { connection_string })),
    );
    const { connections } = (await call("list_active_connections", {})).structuredContent;
    await call("close_connection", { session_id: connections.at(-1).session_id });
    for (const connection_string of failing.slice(1)) {
      assert.equal((await call("establish_connection", { connection_string })).isError, true);
    }
    await call("publish_message", {
      session_id,
      topic: "a/b",
      payload: { control: "seen" },
      qos: 1,
    });
    await Promise.all([
      call("list_topics", { session_id, duration: 0.3 }),
      call("subscribe_and_collect", { session_id, topic: "#", duration: 0.3 }),
      call("get_topic_schema", { session_id, topic: "a/#", duration: 0.3 }),
      call("debug_device", { session_id, device_id: "b", duration: 0.3 }),
      call("monitor_performance", { session_id, duration: 0.5, probe: true }),
      call("test_connection", { session_id }),
      call("record_topics", { session_id, action: "status" }),
      call("query_history", { session_id }),
      call("clear_retained", { session_id, topics: ["#"] }),
      call("request_reply", { session_id, topic: "a/ask", payload: "", timeout: 0.2 }),
      call("list_active_connections", {}),
      // in arguments that are wrong
      call("publish_message", { session_id, password: SECRETS.wrong, topic: "a" }),
      call("establish_connection", { connection_string: { url: `mqtt://${bad}${at}` } }),
      call("no_such_tool", { connection_string: `mqtt://${bad}${at}` }),
    ]);
    await broker.stop();
    await call("publish_message", { session_id, topic: "a/b", payload: "1", qos: 1 });
    await call("list_active_connections", {});

    const headers = { authorization: `Bearer ${SECRETS.token}` };
    const routes = ["status", "sessions", "brokers", "stats", "calls", "logs", "tools"];
    for (
      const path of [
        "/",
        "/health",
        "/ready",
        "/metrics",
        ...[...routes, "openapi.json"].map((name) => `/api/${name}`),
      ]
    ) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
      output += `${path} ${JSON.stringify([...response.headers])} ${await response.text()}\n`;
      const refused = await fetch(`http://127.0.0.1:${port}${path}?token=x`);
      output += await refused.text();
    }
    const calls = await fetch(`http://127.0.0.1:${port}/api/calls?limit=500`, { headers });
    output += await calls.text();
    await wire.closeStdin();
    await wire.ended();
    // what tools answer is in the lines; what was asked is not
    output += wire.lines.join("\n") + wire.stderr;
  }
  output += readAll(dir);
  assert.match(output, /"control":"seen"/, "the search would see what a tool answers");
  assert.match(output, /AUTHENTICATION_FAILED/);
  assert.match(output, /Shutting down/, "the log is searched");
  assert.match(output, /SQLite format 3/, "the history is searched");
  assert.deepEqual(leaksIn(output), []);
  await Deno.remove(dir, { recursive: true });
  await Deno.remove(secrets, { recursive: true });
});
