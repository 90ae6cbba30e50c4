import assert from "node:assert/strict";
import {
  clientKinds,
  connectClient,
  mainArgs,
  processOf,
  WireClient,
} from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { tools } from "../../src/tools/mod.ts";

for (const kind of clientKinds) {
  Deno.test(`${kind}: a session with a real broker works from connecting to closing`, async () => {
    await using broker = await startMosquitto();
    await using client = await connectClient(kind);
    const names = (await client.listTools()).map((tool) => tool.name);
    assert.deepEqual(names, tools.map((tool) => tool.name));

    const opened = await client.call("establish_connection", { connection_string: broker.url });
    assert.equal(opened.isError, false, opened.text);
    assert.match(String(opened.facts.session_id), /^[0-9a-f-]{36}$/);
    const sessionId = opened.facts.session_id;

    const published = await client.call("publish_message", {
      session_id: sessionId,
      topic: "home/kitchen",
      payload: { celsius: 21.5 },
      qos: 1,
      retain: true,
    });
    assert.equal(published.facts.status, "published", published.text);
    const listed = await client.call("list_topics", { session_id: sessionId, duration: 0.5 });
    assert.match(listed.text, /home\/kitchen/);
    const heard = await client.call("subscribe_and_collect", {
      session_id: sessionId,
      topic: "home/#",
      duration: 0.3,
    });
    const [message] = heard.facts.messages as Record<string, unknown>[];
    assert.deepEqual([message.topic, message.payload], ["home/kitchen", { celsius: 21.5 }]);
    const closed = await client.call("close_connection", { session_id: sessionId });
    assert.equal(closed.facts.status, "closed", closed.text);
    const { text } = await client.call("list_topics", { session_id: sessionId, duration: 0.5 });
    assert.match(text, /^SESSION_NOT_FOUND: /);
  });
}

/** A running server with one open session; resolves once the broker's port is connected to. */
async function connected(url: string): Promise<WireClient> {
  const wire = new WireClient();
  await wire.initialize();
  const answer = await wire.request("tools/call", {
    name: "establish_connection",
    arguments: { connection_string: url },
  });
  assert.equal(answer.result.isError, undefined, JSON.stringify(answer));
  return wire;
}

Deno.test("the end of stdin ends the process, with MQTT disconnected properly", async () => {
  await using broker = await startMosquitto();
  await using wire = await connected(broker.url);
  await wire.closeStdin();
  const status = await wire.ended();
  assert.equal(status.code, 0);
  // Mosquitto's words after a DISCONNECT packet; without one it says "closed its connection".
  await broker.waitForLog(/disconnected\.$/);
  assert.ok(!broker.log.some((line) => line.includes("closed its connection")));
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.test(`${signal} ends the process, also during a call`, async () => {
    await using broker = await startMosquitto();
    await using wire = await connected(broker.url);
    const list = await wire.request("tools/call", {
      name: "list_active_connections",
      arguments: {},
    });
    const [{ session_id }] = list.result.structuredContent.connections;
    await wire.send("tools/call", { name: "list_topics", arguments: { session_id, duration: 30 } });
    await wire.request("ping");
    wire.process.kill(signal);
    const status = await wire.ended();
    assert.equal(status.code, 0);
  });
}

Deno.test("a broken stdout ends the process with one of the next messages", async () => {
  await using broker = await startMosquitto();
  await using wire = await connected(broker.url);
  await wire.breakStdout();
  await wire.endedByWriting();
});

Deno.test("a host that goes away before saying anything leaves no process behind", async () => {
  await using wire = new WireClient();
  await wire.closeStdin();
  const status = await wire.ended();
  assert.equal(status.code, 0);
  assert.deepEqual(wire.lines, []);
});

Deno.test("two servers started at once serve both", async () => {
  await using first = new WireClient();
  await using second = new WireClient();
  const answers = await Promise.all([first.initialize(), second.initialize()]);
  for (const answer of answers) assert.equal(answer.result.serverInfo.name, "mqtt-mcp");
});

/** Runs the program to its end. */
async function run(args: string[], env: Record<string, string> = {}) {
  const command = processOf({ args: mainArgs, flags: args });
  const output = await new Deno.Command(command.program, {
    args: command.args,
    env,
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: decode(output.stdout), stderr: decode(output.stderr) };
}

Deno.test("--version is one line, and --help names every setting", async () => {
  const version = await run(["--version"]);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(version.code, 0);
  const help = await run(["--help"]);
  assert.match(help.stdout, /--session-ttl .*SESSION_TTL, 3600/);
  assert.equal(help.code, 0);
});

Deno.test("reading the settings loads no package: --version and --help answer at once", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL("../../src/config/mod.ts", import.meta.url).pathname],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  assert.ok(modules.length > 0);
  for (const { specifier } of modules) assert.match(specifier, /^file:/);
});

Deno.test("a wrong setting is one clear line on stderr and exit code 2", async () => {
  for (
    const [args, env, line] of [
      [["--web-port=x"], {}, /^mqtt-mcp: Cannot read --web-port "x": .*\n$/],
      [[], { SESSION_TTL: "soon" }, /^mqtt-mcp: Cannot read SESSION_TTL "soon": .*\n$/],
      [["--frobnicate"], {}, /^mqtt-mcp: Unknown flag --frobnicate .*\n$/],
      [
        ["--no-attach"],
        { MQTT_CA_FILE: "/nowhere.pem" },
        /^mqtt-mcp: Cannot read MQTT_CA_FILE "\/nowhere.pem": there is no such file.*Try: .*\n$/,
      ],
      [
        ["--no-attach"],
        { BROKERS_FILE: "/" },
        /^mqtt-mcp: Cannot read BROKERS_FILE "\/": it is a directory\. Try: .*\n$/,
      ],
      [
        ["--no-attach"],
        { LOG_FILE: "/nowhere/x.log" },
        /^mqtt-mcp: Cannot open LOG_FILE .*: there is no such file.*Try: .*\n$/,
      ],
    ] as [string[], Record<string, string>, RegExp][]
  ) {
    const { code, stdout, stderr } = await run(args, env);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, line);
  }
});

Deno.test("a wrong limit or broker is one clear line and exit code 2 in every mode, without its secret", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const brokersFile = `${dir}/brokers.json`;
    await Deno.writeTextFile(brokersFile, '{"plant":{"url":"mqtt://h","pasword":"hunter2"}}');
    const wrong: Record<string, string>[] = [
      { PUBLISH_ALLOW: "a/#/b" },
      { SUBSCRIBE_DENY: "a+" },
      { ALLOWED_BROKERS: "host:99999" },
      { DEFAULT_MQTT_BROKER: "mqtt://user:hunter2@host:99999" },
      { BROKERS_FILE: brokersFile },
      // a file of another kind than it should be
      { MQTT_CA_FILE: brokersFile },
    ];
    // the settings are read by one function in all modes: each wrong one in one, and one in each
    const starts: [string[], Record<string, string>][] = [
      ...wrong.map((env): [string[], Record<string, string>] => [["--no-attach"], env]),
      [["--core", `--core-socket=${dir}/core.sock`], { PUBLISH_DENY: "#/x" }],
      [["--check", "mqtt://127.0.0.1:1"], { SUBSCRIBE_ALLOW: "#/x" }],
    ];
    for (const [args, env] of starts) {
      const { code, stdout, stderr } = await run(args, env);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      const [name] = Object.keys(env);
      const named = name === "BROKERS_FILE" ? 'broker "plant": "pasword"' : name;
      assert.match(stderr, /^mqtt-mcp: Cannot read [^\n]+\n$/);
      assert.ok(stderr.includes(named), stderr);
      assert.ok(!stderr.includes("hunter2"), stderr);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("--check publishes nothing where the limits forbid it, and says which", async () => {
  await using broker = await startMosquitto();
  const open = await run(["--check", broker.url]);
  assert.equal(open.code, 0, open.stderr);
  assert.doesNotMatch(open.stdout, /publish_qos0 +skipped/);
  const limited = await run(["--check", broker.url], { PUBLISH_ALLOW: "lab/#" });
  assert.equal(limited.code, 0, limited.stderr);
  assert.match(limited.stdout, /publish_qos0 +skipped[^]*?PUBLISH_ALLOW/);
});

Deno.test("no password of a connection string reaches the log, a result or an error", async () => {
  const broker = "mqtt://user:hunter2@127.0.0.1:1";
  await using wire = new WireClient({ env: { LOG_LEVEL: "DEBUG", DEFAULT_MQTT_BROKER: broker } });
  await wire.initialize();
  await wire.request("tools/call", { name: "establish_connection", arguments: {} });
  await wire.request("tools/call", {
    name: "establish_connection",
    arguments: { connection_string: "mqtt://user:hunter2@127.0.0.1:1/a/b?bad=1" },
  });
  await wire.request("tools/call", {
    name: "test_connection",
    arguments: { connection_string: broker },
  });
  await wire.closeStdin();
  await wire.ended();
  assert.doesNotMatch(wire.lines.join("\n") + wire.stderr, /hunter2/);
});
