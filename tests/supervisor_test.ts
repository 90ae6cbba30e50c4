import assert from "node:assert/strict";
import { join } from "node:path";
import { monitorPort } from "./support/monitor_port.ts";
import { runtimeEnvironment } from "../scripts/runtime_environment.ts";
import { parseConfig } from "../src/config/mod.ts";
import { ConfigError } from "../src/config/config_error.ts";
import { askHomeAssistant, flagsOfOptions } from "../src/supervisor.ts";
import { parseConnectionString } from "../src/mqtt/connection_string.ts";
import { mainArgs } from "./support/mcp_client.ts";
import { startMosquitto } from "./support/mosquitto.ts";
import { until } from "./support/wait.ts";

const TOKEN = "supervisor-token-1234";
const BROKER = {
  addon: "core_mosquitto",
  host: "core-mosquitto",
  port: 1883,
  ssl: false,
  protocol: "3.1.1",
  username: "addons",
  password: "p@ss/w:rd#%",
};

/** Answers of the Supervisor by path: its data, or a refusal. */
type Answers = Record<string, unknown>;

/** A Supervisor that answers what it is told to, and keeps what it was asked. */
function startSupervisor(answers: Answers) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(`${pathname} ${request.headers.get("authorization")}`);
    const data = answers[pathname];
    if (data instanceof Response) return data.clone();
    return data === undefined
      ? Response.json({ result: "error", message: "Service not enabled" }, { status: 400 })
      : Response.json({ result: "ok", data });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A folder as Home Assistant mounts it for an add-on. */
async function dataFolder(options: unknown) {
  const path = await Deno.makeTempDir({ prefix: "add-on-" });
  await Deno.chmod(path, 0o700);
  const text = typeof options === "string" ? options : JSON.stringify(options);
  await Deno.writeTextFile(join(path, "options.json"), text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Asks as the program does, and gives the settings that come of it, and what was said. */
async function ask(options: unknown, answers: Answers, flags: string[] = []) {
  await using folder = await dataFolder(options);
  await using supervisor = startSupervisor(answers);
  const lines: string[] = [];
  const config = parseConfig([`--data-dir=${folder.path}`, ...flags], {});
  const found = await askHomeAssistant(config, TOKEN, {
    url: supervisor.url,
    tell: (line) => Promise.resolve(void lines.push(line)),
  });
  return {
    ...found,
    lines,
    asked: supervisor.asked,
    settings: parseConfig([`--data-dir=${folder.path}`, ...flags, ...found.options], {}),
  };
}

Deno.test("options are settings by their names; what is empty is left to its default", () => {
  const flags = flagsOfOptions({
    read_only: true,
    record: ["#", "a,b/+"],
    record_days: 7,
    web_token: "",
    publish_allow: [],
    publish_deny: [""],
    brokers_file: null,
    log_level: "DEBUG",
  });
  const settings = parseConfig(flags, {});
  assert.equal(settings.readOnly, true);
  assert.deepEqual(settings.record, ["#", "a,b/+"]);
  assert.equal(settings.recordDays, 7);
  assert.equal(settings.logLevel, "debug");
  assert.deepEqual([...settings.given].sort(), ["logLevel", "readOnly", "record", "recordDays"]);
});

Deno.test("a database's address goes before the store that is chosen from the list", () => {
  const url = "postgres://recorder:p%40ss@db.house:5432/iot";
  const notify_url = "http://homeassistant.local:8123/api/webhook/pumps";
  const kept = (found: Parameters<typeof flagsOfOptions>[0]) =>
    parseConfig(["--data-dir=/app/data", ...flagsOfOptions(found)], {});
  const both = kept({ record_store: "sqlite", record_database: url, notify_url });
  assert.deepEqual([both.recordStore, both.notifyUrl], [url, notify_url]);
  assert.equal(kept({ record_store: "sqlite", record_database: "" }).recordStore, "sqlite");
  assert.equal(kept({ record_store: "memory", record_database: null }).recordStore, "memory");
});

Deno.test("the broker and its login come from the Supervisor, which is asked with the add-on's own token", async () => {
  const { settings, asked, ingress, lines } = await ask({ read_only: true }, {
    "/services/mqtt": BROKER,
    "/addons/self/info": { network: { "8091/tcp": 18091 } },
  });
  const broker = parseConnectionString(settings.defaultMqttBroker ?? "", {
    allowInsecureTls: false,
  });
  assert.deepEqual(
    [broker.protocol, broker.host, broker.port, broker.username, broker.password],
    ["mqtt", "core-mosquitto", 1883, "addons", BROKER.password],
  );
  assert.deepEqual(asked.toSorted(), [
    `/addons/self/info Bearer ${TOKEN}`,
    `/services/mqtt Bearer ${TOKEN}`,
  ]);
  assert.deepEqual(ingress, { from: "172.30.32.2", mcpPort: 18091 });
  assert.deepEqual(lines, []);
});

Deno.test("a broker of the options goes before the Supervisor's, which is not asked for one", async () => {
  const own = { default_mqtt_broker: "mqtts://me:secret@broker.example" };
  const byOption = await ask(own, { "/services/mqtt": BROKER });
  assert.equal(byOption.settings.defaultMqttBroker, own.default_mqtt_broker);
  const byFlag = await ask({}, { "/services/mqtt": BROKER }, ["--default-mqtt-broker=a:1"]);
  assert.equal(byFlag.settings.defaultMqttBroker, "a:1");
  for (const { asked } of [byOption, byFlag]) {
    assert.deepEqual(asked, [`/addons/self/info Bearer ${TOKEN}`]);
  }
});

Deno.test("a broker with TLS and without a login, and a port that is closed", async () => {
  const { settings, ingress } = await ask({}, {
    "/services/mqtt": { host: "fd00::5", port: 8883, ssl: true },
    "/addons/self/info": { network: { "8091/tcp": null } },
  });
  assert.equal(settings.defaultMqttBroker, "mqtts://[fd00::5]:8883");
  assert.equal(ingress.mcpPort, null);
});

for (
  const [title, answer, said] of [
    ["knows no broker", undefined, /Supervisor says: Service not enabled/],
    ["answers something else", { port: "x" }, /no known form/],
    ["fails", new Response("<html>", { status: 502 }), /does not answer/],
  ] as const
) {
  Deno.test(`where the Supervisor ${title}, one line tells the way out and it goes on without a broker`, async () => {
    const { settings, lines } = await ask({}, { "/services/mqtt": answer });
    assert.equal(settings.defaultMqttBroker, undefined);
    assert.equal(lines.length, 1);
    assert.match(lines[0], said);
    assert.match(lines[0], / Try: install the add-on Mosquitto broker/);
    assert.doesNotMatch(lines[0], /\n/);
  });
}

/** Runs the program as Home Assistant does: its Supervisor is reached by the name `supervisor`, here through a proxy. */
function command(folder: string, o: { token?: string; proxy?: string; flags?: string[] }) {
  return new Deno.Command(Deno.execPath(), {
    args: [...mainArgs, "--home-assistant", ...o.flags ?? []],
    env: {
      ...runtimeEnvironment(),
      DATA_DIR: folder,
      CORE_SOCKET: join(folder, "core.sock"),
      ...(o.token && { SUPERVISOR_TOKEN: o.token }),
      ...(o.proxy && { HTTP_PROXY: o.proxy, NO_PROXY: "127.0.0.1" }),
    },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
}

for (
  const [title, options, token, said] of [
    [
      "an unknown option",
      { red_only: true },
      TOKEN,
      /Unknown flag --red-only; did you mean --read-only\? \(see --help\)/,
    ],
    [
      "a wrong value",
      { session_ttl: 0 },
      TOKEN,
      /Cannot read --session-ttl "0": a number of seconds/,
    ],
    [
      "a value of no kind",
      { record: { a: 1 } },
      TOKEN,
      /the option "record" has a value of no known kind/,
    ],
    ["no JSON", "{", TOKEN, /it is not JSON/],
    ["no Home Assistant", {}, undefined, /no SUPERVISOR_TOKEN.* Try: --monitor/],
  ] as const
) {
  Deno.test(`${title} ends the add-on with one line and code 2`, async () => {
    await using folder = await dataFolder(options);
    await using supervisor = startSupervisor({ "/services/mqtt": BROKER });
    const { code, stderr } = await command(folder.path, { token, proxy: supervisor.url }).output();
    const text = new TextDecoder().decode(stderr);
    assert.equal(code, 2, text);
    assert.match(text, /^mqtt-mcp: [^\n]+\n$/);
    assert.match(text, said);
  });
}

Deno.test("options that are missing end the add-on with one line", async () => {
  const config = parseConfig(["--data-dir=/nowhere"], {});
  await assert.rejects(
    askHomeAssistant(config, TOKEN),
    (error) =>
      error instanceof ConfigError &&
      /options in "\/nowhere\/options.json": there is no such file.* Try: .*save the add-on/.test(
        error.message,
      ),
  );
});

Deno.test("the add-on records from the Supervisor's broker with its login, and past Home Assistant only /mcp answers, with the token", async () => {
  await using broker = await startMosquitto({ users: { [BROKER.username]: BROKER.password } });
  await using folder = await dataFolder({ web_token: "assistants-only-1", record: ["#"] });
  await using supervisor = startSupervisor({
    "/services/mqtt": { ...BROKER, host: "127.0.0.1", port: broker.port },
    "/addons/self/info": { network: {} },
  });
  const process = command(folder.path, {
    token: TOKEN,
    proxy: supervisor.url,
    flags: ["--web-port=0"],
  }).spawn();
  let stderr = "";
  const reading = (async () => {
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) stderr += text;
  })();
  try {
    await until("the core listens", () => /Core .* listens on/.test(stderr));
    await broker.waitForLog(/u'addons'/);
    const url = `http://127.0.0.1:${monitorPort(stderr)}`;
    const statuses: Record<string, number> = {};
    for (const path of ["/health", "/api/status", "/mcp"]) {
      const response = await fetch(url + path);
      await response.body?.cancel();
      statuses[path] = response.status;
    }
    assert.deepEqual(statuses, { "/health": 200, "/api/status": 401, "/mcp": 401 });
    const answer = await fetch(`${url}/mcp`, {
      method: "POST",
      headers: {
        authorization: "Bearer assistants-only-1",
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: {
          protocolVersion: "2025-06-18",
          capabilities: {},
          clientInfo: { name: "test", version: "1" },
        },
      }),
    });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /"serverInfo"/);
    assert.ok(!stderr.includes(BROKER.password) && !stderr.includes(TOKEN), stderr);
  } finally {
    process.kill("SIGTERM");
    await process.status;
    await reading;
  }
});
