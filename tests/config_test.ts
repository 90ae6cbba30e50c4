import assert from "node:assert/strict";
import { environmentNames, parseConfig } from "../src/config/mod.ts";
import { modes } from "../src/config/command_line.ts";
import { ConfigError } from "../src/config/config_error.ts";
import { helpText } from "../src/config/help.ts";
import { defaultOf, flagOf, options, settingNames } from "../src/config/settings.ts";

function refusal(args: string[], env: Record<string, string> = {}): string {
  let message = "";
  assert.throws(() => parseConfig(args, env), (error) => {
    assert.ok(error instanceof ConfigError);
    message = error.message;
    return true;
  });
  assert.doesNotMatch(message, /\n/);
  return message;
}

Deno.test("without anything given, every setting has the documented default", () => {
  const config = parseConfig([], {});
  assert.equal(config.mode, "stdio");
  assert.equal(config.attach, true);
  assert.deepEqual(
    [config.sessionTtl, config.maxConnections, config.sessionSharing, config.connectionTimeout],
    [3600, 5, true, 30],
  );
  assert.deepEqual(
    [
      config.mqttTimeout,
      config.webHost,
      config.webPort,
      config.recordMemoryMb,
      config.collectMemoryMb,
    ],
    [30, "127.0.0.1", 8091, 32, 16],
  );
  assert.deepEqual([config.readOnly, config.namedBrokersOnly, config.allowInsecureTls], [
    false,
    false,
    false,
  ]);
  assert.deepEqual([config.allowedBrokers, config.publishAllow, config.publishDeny], [
    undefined,
    undefined,
    [],
  ]);
  assert.deepEqual([config.logLevel, config.toolPrefix], ["info", ""]);
  assert.equal(config.given.size, 0);
});

Deno.test("every setting of the contract is in the table, under its name and its flag", () => {
  const names = settingNames.map((name) => options[name].env).sort();
  assert.deepEqual(
    names,
    "SESSION_TTL MAX_CONNECTIONS SESSION_SHARING CONNECTION_TIMEOUT MQTT_TIMEOUT DEFAULT_MQTT_BROKER BROKERS_FILE NAMED_BROKERS_ONLY LOG_LEVEL LOG_FILE DATA_DIR CORE_SOCKET WEB_HOST WEB_PORT WEB_TOKEN WEB_ALLOWED_HOSTS WEB_API_URL CORS_ORIGINS RECORD RECORD_DAYS RECORD_DISK_MB RECORD_STORE RECORD_STORE_REQUIRED NOTIFY_URL RECORD_MEMORY_MB COLLECT_MEMORY_MB READ_ONLY ALLOWED_BROKERS PUBLISH_ALLOW PUBLISH_DENY SUBSCRIBE_ALLOW SUBSCRIBE_DENY CONFIRM_WRITES SHOW_SECRETS TOOL_PREFIX MQTT_CA_FILE MQTT_CERT_FILE MQTT_KEY_FILE ALLOW_INSECURE_TLS"
      .split(" ").sort(),
  );
  for (const name of settingNames) {
    const { env } = options[name];
    const camel = env.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    assert.equal(name, camel);
    assert.ok(environmentNames.includes(env));
    assert.ok(helpText().includes(`--${flagOf(env)}`));
    assert.notEqual(defaultOf(name), "");
  }
});

Deno.test("a flag goes before the environment, and the environment before the default", () => {
  assert.equal(parseConfig([], { SESSION_TTL: "60" }).sessionTtl, 60);
  assert.equal(parseConfig(["--session-ttl", "7"], { SESSION_TTL: "60" }).sessionTtl, 7);
  assert.equal(parseConfig(["--session-ttl=8"], { SESSION_TTL: "60" }).sessionTtl, 8);
});

Deno.test("MQTT_BROKER_URL stands for DEFAULT_MQTT_BROKER where that is not set", () => {
  const other = { MQTT_BROKER_URL: "mqtt://other" };
  assert.ok(environmentNames.includes("MQTT_BROKER_URL"));
  const config = parseConfig([], { ...other, DEFAULT_MQTT_BROKER: "" });
  assert.equal(config.defaultMqttBroker, "mqtt://other");
  assert.ok(config.given.has("defaultMqttBroker"));
  const own = { ...other, DEFAULT_MQTT_BROKER: "mqtt://own" };
  assert.equal(parseConfig([], own).defaultMqttBroker, "mqtt://own");
  assert.equal(
    parseConfig(["--default-mqtt-broker=mqtt://flag"], own).defaultMqttBroker,
    "mqtt://flag",
  );
  assert.match(refusal([], { MQTT_BROKER_URL: "a\0b" }), /^Cannot read MQTT_BROKER_URL: /);
});

Deno.test("settings that were given are told from defaults, even at the same value", () => {
  const config = parseConfig(["--read-only=false"], { MAX_CONNECTIONS: "5" });
  assert.deepEqual([...config.given].sort(), ["maxConnections", "readOnly"]);
});

Deno.test("a boolean flag stands alone or takes a word", () => {
  assert.equal(parseConfig(["--read-only"], {}).readOnly, true);
  assert.equal(parseConfig(["--read-only=false"], {}).readOnly, false);
  assert.equal(parseConfig(["--read-only", "false", "--demo"], {}).readOnly, false);
  assert.equal(parseConfig(["--read-only", "--demo"], {}).mode, "demo");
  assert.equal(parseConfig([], { SESSION_SHARING: "FALSE" }).sessionSharing, false);
});

Deno.test("an empty environment value counts as not set", () => {
  const config = parseConfig([], { READ_ONLY: "", WEB_TOKEN: "", SESSION_TTL: "" });
  assert.equal(config.readOnly, false);
  assert.equal(config.webToken, undefined);
  assert.equal(config.given.size, 0);
});

Deno.test("an empty flag is refused, so that a lost value never loosens a policy", () => {
  assert.match(refusal(["--read-only="]), /--read-only "": true or false/);
  assert.match(refusal(["--publish-allow="]), /the list is empty/);
});

Deno.test("lists are separated by commas, or are JSON for entries with a comma", () => {
  assert.deepEqual(parseConfig([], { PUBLISH_DENY: "a/#, b/+" }).publishDeny, ["a/#", "b/+"]);
  assert.deepEqual(parseConfig(['--publish-deny=["a,b/#"]'], {}).publishDeny, ["a,b/#"]);
  assert.match(refusal(['--publish-deny=["a"']), /a list like/);
  assert.match(refusal(["--publish-deny=[1]"]), /a list like/);
});

Deno.test("a wrong value is refused in one line that names the setting and what it needs", () => {
  assert.equal(
    refusal([], { WEB_PORT: "http" }),
    'Cannot read WEB_PORT "http": a whole number from 0 to 65535 is needed',
  );
  for (const value of ["-1", "1e3", "NaN", "Infinity", " 5", "0x10", "1.5"]) {
    assert.match(refusal([], { MAX_CONNECTIONS: value }), /MAX_CONNECTIONS .* a whole number/);
  }
  assert.match(refusal(["--log-level", "loud"]), /one of DEBUG, INFO, WARNING, ERROR is needed/);
  assert.match(refusal(["--web-api-url", "ftp://x"]), /a URL like/);
  assert.match(refusal(["--tool-prefix", "a b"]), /letters, digits/);
  assert.match(refusal(["--core-socket", "/" + "x".repeat(110)]), /103 bytes/);
  assert.equal(
    refusal(["--replay", "a.jsonl", "mqtt://b", "--speed", "fast"]),
    'Cannot read --speed "fast": a number from 0.01 to 1000000 is needed',
  );
  assert.match(refusal(["--session-ttl"]), /a value is needed/);
  assert.match(refusal(["--session-ttl", "--demo"]), /a value is needed/);
  assert.match(refusal(["--session-ttl=1", "--session-ttl=2"]), /given twice/);
});

Deno.test("NOTIFY_URL is a web address, and is never repeated", () => {
  for (const url of ["https://ntfy.sh/x", "json+http://a:b@host/x", "ntfy+https://h:1/x"]) {
    assert.equal(parseConfig([], { NOTIFY_URL: url }).notifyUrl, url);
  }
  for (const url of ["ftp://host/hunter2", "hunter2", "https:///hunter2", "json+ftp://hunter2/x"]) {
    const text = refusal([], { NOTIFY_URL: url });
    assert.match(text, /^Cannot read NOTIFY_URL: a URL like https:\/\/ntfy.sh\/TOPIC/);
    assert.doesNotMatch(text, /hunter2/);
  }
});

Deno.test("a client certificate needs its key, and the key its certificate", () => {
  assert.match(refusal([], { MQTT_CERT_FILE: "c.pem" }), /needed together/);
  assert.match(refusal([], { MQTT_KEY_FILE: "k.pem" }), /needed together/);
  assert.equal(
    parseConfig([], { MQTT_CERT_FILE: "c.pem", MQTT_KEY_FILE: "k.pem" }).mqttKeyFile,
    "k.pem",
  );
});

Deno.test("an unknown flag is refused with the one that was probably meant", () => {
  assert.match(
    refusal(["--sesion-ttl=5"]),
    /Unknown flag --sesion-ttl; did you mean --session-ttl\?/,
  );
  assert.match(refusal(["--frobnicate"]), /Unknown flag --frobnicate \(see --help\)/);
});

Deno.test("no refusal repeats what may be a secret", () => {
  const secret = "hunter2";
  for (
    const args of [
      [secret],
      [`--unknown=${secret}`],
      [`--default-mqtt-broker=${secret}\0`],
      [`--web-token=${secret}\0`],
      [`--version=${secret}`],
    ]
  ) assert.ok(!refusal(args).includes(secret), args[0]);
});

Deno.test("each mode is chosen by its flag, and two of them exclude each other", () => {
  for (const [name, mode] of Object.entries(modes)) {
    const words = "argument" in mode ? mode.argument.split(" ").map(() => "mqtt://broker") : [];
    const args = [`--${mode.flag}`, ...words];
    assert.equal(parseConfig(args, {}).mode, name);
  }
  assert.equal(parseConfig(["--check", "mqtt://broker"], {}).checkUrl, "mqtt://broker");
  assert.match(refusal(["--demo", "--core"]), /--demo and --core exclude each other/);
  assert.match(refusal(["--erase-store", "--core"]), /--erase-store and --core exclude/);
  assert.match(refusal(["--check"]), /a value is needed/);
  assert.deepEqual(
    parseConfig(["--replay", "f", "mqtt://b", "--speed", "10", "--force", "--shift-times"], {})
      .replay,
    { file: "f", url: "mqtt://b", speed: 10, force: true, shiftTimes: true },
  );
  assert.match(refusal(["--replay", "f"]), /a file and a broker are needed/);
  assert.match(
    refusal(["--replay", "f", "mqtt://b", "--speed", "fast"]),
    /^Cannot read --speed "fast": a number from 0.01 to 1000000 is needed$/,
  );
  assert.match(refusal(["--speed", "10"]), /Unknown flag/);
  assert.equal(parseConfig(["--demo", "--help"], {}).mode, "help");
  assert.equal(parseConfig(["-h"], {}).mode, "help");
});

Deno.test("--monitor goes along with --stdio and --core", () => {
  const beside = parseConfig(["--stdio", "--monitor"], {});
  assert.deepEqual([beside.mode, beside.withMonitor], ["stdio", true]);
  assert.equal(parseConfig(["--monitor", "--core"], {}).mode, "monitor");
  assert.equal(parseConfig(["--no-attach"], {}).attach, false);
});

Deno.test("the core socket is in a per-user place unless given", () => {
  assert.equal(
    parseConfig([], { XDG_RUNTIME_DIR: "/run/user/7", HOME: "/home/u" }).coreSocket,
    "/run/user/7/mqtt-mcp/core.sock",
  );
  assert.equal(parseConfig([], { HOME: "/home/u" }).coreSocket, "/home/u/.mqtt-mcp/core.sock");
  assert.equal(parseConfig([], {}).coreSocket, undefined);
  assert.equal(parseConfig(["--core-socket=/tmp/x.sock"], {}).coreSocket, "/tmp/x.sock");
});
