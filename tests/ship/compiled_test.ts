// own process: compiles the program, and runs whole tests against it
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  imageReadable,
  imageWritable,
  type Profile,
  profiles,
} from "../../scripts/release/permissions.ts";
import { version } from "../../src/config/mod.ts";
import { makeCertificates } from "../support/certificates.ts";
import { CompiledPrograms } from "../support/compiled_program.ts";
import { WireClient } from "../support/mcp_client.ts";
import { freePort } from "../support/free_ports.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { rightsAtFirst, rightsLeft } from "./expected_rights.ts";
import type { ProbeReport } from "./rights_probe.ts";

let programs: CompiledPrograms;
/** Directory for what a test's program writes, made anew for each. */
let folder: string;

Deno.test.beforeAll(() => {
  programs = new CompiledPrograms();
});
Deno.test.afterAll(() => programs[Symbol.asyncDispose]());
Deno.test.beforeEach(() => {
  folder = Deno.makeTempDirSync({ prefix: "ship-" });
  for (const path of imageWritable) {
    Deno.mkdirSync(programs.at(path), { recursive: true, mode: 0o700 });
  }
  for (const path of imageReadable) Deno.mkdirSync(programs.at(path), { recursive: true });
});
Deno.test.afterEach(async () => {
  await Deno.remove(folder, { recursive: true });
  await Deno.remove(programs.at("/"), { recursive: true });
});

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  program: string,
  options: { args: string[]; env?: Record<string, string> },
): Promise<Finished> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: options.args,
    env: { HOME: folder, ...options.env },
    clearEnv: true,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A compiled program that is running, and what it said on stderr. */
async function start(profile: Profile, options: { flags: string[]; env?: Record<string, string> }) {
  const program = await programs.program(profile);
  return new WireClient({ program, flags: options.flags, env: { HOME: folder, ...options.env } });
}

Deno.test("the image's program reads its options as an add-on of Home Assistant", async () => {
  const program = await programs.program("image");
  const data = programs.at("/app/data");
  const options = { default_mqtt_broker: "mqtt://127.0.0.1:1", red_only: true };
  await Deno.writeTextFile(join(data, "options.json"), JSON.stringify(options));
  const told = await run(program, {
    args: ["--home-assistant"],
    env: { DATA_DIR: data, SUPERVISOR_TOKEN: "x" },
  });
  assert.equal(told.code, 2, told.stderr);
  assert.match(
    told.stderr,
    /^mqtt-mcp: Unknown flag --red-only; did you mean --read-only\? \(see --help\)\n$/,
  );
});

Deno.test("the compiled program tells its version and its flags", async () => {
  const program = await programs.program("download");
  const told = await run(program, { args: ["--version"] });
  assert.deepEqual(told, { code: 0, stdout: `${version}\n`, stderr: "" });
  const help = await run(program, { args: ["--help"] });
  assert.match(help.stdout, /--core-socket/);
  const wrong = await run(program, { args: ["--no-such-flag"] });
  assert.equal(wrong.code, 2);
});

/** What compiling could change of the program that all other tests start: its pipes, its signals, and how it starts itself. */
const CONCERNS_COMPILING =
  "/session with a real broker|end of stdin|ends the process|goes away before|started at once|see the same sessions|of the core/";

Deno.test("the compiled program passes the tests of main.ts: over stdio, and with several clients of a core", async () => {
  const program = await programs.program("download");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--no-check",
      `--filter=${CONCERNS_COMPILING}`,
      "tests/e2e/stdio_test.ts",
      "tests/e2e/core_clients_test.ts",
    ],
    env: { TEST_PROGRAM: program, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  assert.equal(code, 0, said.slice(-5_000));
  assert.match(said, /ok \| \d\d passed \| 0 failed/);
});

Deno.test("a base binary that cannot be had is named, with the way out", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/compile.ts", "--out", folder],
    env: { DENORT_BIN: join(folder, "no-such-base"), COMPILE_PAIR: "" },
  }).output();
  assert.equal(code, 1, new TextDecoder().decode(stdout));
  const said = new TextDecoder().decode(stderr);
  assert.match(said, /^Cannot compile for [a-z0-9-]+: /);
  assert.match(said, /set DENORT_BIN to the path of one of the same version/);
  assert.doesNotMatch(said, /Stack backtrace/);
});

Deno.test("a variable that is no setting changes nothing", async () => {
  await using broker = await startMosquitto();
  const program = await programs.program("download");
  // MQTT.js would print all it does, and connect through that proxy.
  const env = { DEBUG: "*", MQTTJS_SOCKS_PROXY: "socks5://127.0.0.1:1" };
  const checked = await run(program, { args: ["--check", broker.url], env });
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  assert.doesNotMatch(checked.stderr, /mqttjs/);
});

Deno.test("the compiled check tells a good broker from one that is not there", async () => {
  await using broker = await startMosquitto();
  const program = await programs.program("download");
  const good = await run(program, { args: ["--check", broker.url] });
  assert.equal(good.code, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /subscribe +pass/);
  const bad = await run(program, { args: ["--check", `mqtt://127.0.0.1:${freePort()}`] });
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /tcp +fail/);
});

Deno.test("the compiled demo has a broker that the compiled check finds healthy", async () => {
  const program = await programs.program("download");
  await using demo = await start("download", { flags: ["--demo"] });
  await demo.until(() => /mqtt:\/\/127\.0\.0\.1:\d+/.test(demo.lines.join("\n")));
  const [url] = /mqtt:\/\/127\.0\.0\.1:\d+/.exec(demo.lines.join("\n"))!;
  const checked = await run(program, { args: ["--check", url] });
  assert.equal(checked.code, 0, checked.stdout);
  demo.process.kill("SIGTERM");
});

for (const profile of profiles) {
  Deno.test(`${profile}: clients share the compiled core's sessions over its socket`, async () => {
    await using broker = await startMosquitto();
    const env = { CORE_SOCKET: programs.at("/run/mqtt-mcp/core.sock") };
    await using core = await start(profile, { flags: ["--core"], env });
    await core.until(() => core.stderr.includes("listens on"));
    await using first = await start(profile, { flags: [], env });
    await first.initialize();
    const sessionId = await establish(first, { connection_string: broker.url });
    await using second = await start(profile, { flags: [], env });
    await second.initialize();
    const listed = await callTool(second, "list_active_connections", {});
    assert.equal(listed.connections[0].session_id, sessionId);
    core.process.kill("SIGTERM");
    assert.equal((await core.ended()).code, 0);
  });

  Deno.test(`${profile}: the log is written to LOG_FILE and goes on when rights are given up`, async () => {
    const path = programs.at("/app/logs/mqtt-mcp.log");
    await using wire = await start(profile, { flags: ["--no-attach"], env: { LOG_FILE: path } });
    await wire.initialize();
    await wire.closeStdin();
    assert.equal((await wire.ended()).code, 0);
    assert.match(await Deno.readTextFile(path), /Shutting down/);
  });

  Deno.test(`${profile}: named brokers with a certificate and a password variable are connected to`, async () => {
    const config = programs.at("/app/config");
    const { ca, server } = makeCertificates(config);
    await using broker = await startMosquitto({
      tls: { certFile: server.certFile, keyFile: server.keyFile },
      users: { plant: "right" },
    });
    const plant = {
      url: broker.url,
      username: "plant",
      password_env: "MQTT_PASSWORD_PLANT",
      ca_file: ca.certFile,
    };
    const path = join(config, "brokers.json");
    await Deno.writeTextFile(path, JSON.stringify({ plant }));
    const env = { BROKERS_FILE: path, MQTT_PASSWORD_PLANT: "right" };
    await using wire = await start(profile, { flags: ["--no-attach"], env });
    await wire.initialize();
    await establish(wire, { broker: "plant" });
  });

  Deno.test(`${profile}: certificates of the settings are used`, async () => {
    const { ca, server, client } = makeCertificates(programs.at("/app/config"));
    await using broker = await startMosquitto({
      tls: {
        certFile: server.certFile,
        keyFile: server.keyFile,
        caFile: ca.certFile,
        requireCertificate: true,
      },
    });
    const env = {
      MQTT_CA_FILE: ca.certFile,
      MQTT_CERT_FILE: client.certFile,
      MQTT_KEY_FILE: client.keyFile,
    };
    await using wire = await start(profile, { flags: ["--no-attach"], env });
    await wire.initialize();
    await establish(wire, { connection_string: broker.url });
  });
}

for (const profile of profiles) {
  Deno.test(`${profile}: the compiled monitor keeps history in DATA_DIR, and the health check tells whether it is up`, async () => {
    await using broker = await startMosquitto();
    const data = programs.at("/app/data");
    const env = {
      CORE_SOCKET: programs.at("/run/mqtt-mcp/core.sock"),
      DATA_DIR: data,
      WEB_PORT: String(freePort()),
    };
    const program = await programs.program(profile);
    assert.equal((await run(program, { args: ["--healthcheck"], env })).code, 1);
    const url = `http://127.0.0.1:${env.WEB_PORT}`;
    {
      await using monitor = await start(profile, { flags: ["--monitor"], env });
      await monitor.until(() => monitor.stderr.includes("Core "));
      // It gives up within a second, which a busy machine may need more than once.
      let up: Finished;
      let tries = 0;
      do up = await run(program, { args: ["--healthcheck"], env }); while (
        up.code !== 0 && ++tries < 20
      );
      assert.deepEqual([up.code, up.stderr], [0, ""], monitor.stderr);
      assert.match(await (await fetch(`${url}/`)).text(), /<!doctype html>/i);
      // SQLite's side files
      const files = [...Deno.readDirSync(data)].map(({ name }) => name).sort();
      assert.deepEqual(files, ["monitor.db", "monitor.db-shm", "monitor.db-wal"]);
      await using client = await start(profile, { flags: [], env });
      await client.initialize();
      await establish(client, { connection_string: broker.url });
      monitor.process.kill("SIGTERM");
      assert.equal((await monitor.ended()).code, 0);
    }
    await using again = await start(profile, { flags: ["--monitor"], env });
    await again.until(() => again.stderr.includes("Core "));
    const { calls } = await (await fetch(`${url}/api/calls?tool=establish_connection`)).json();
    assert.deepEqual(calls.map(({ outcome }: { outcome: string }) => outcome), ["ok"]);
    again.process.kill("SIGTERM");
    assert.equal((await again.ended()).code, 0);
  });
}

Deno.test("image, --monitor: with a DATA_DIR outside the image's directories history is in memory, and the log says so", async () => {
  const env = {
    CORE_SOCKET: programs.at("/run/mqtt-mcp/core.sock"),
    DATA_DIR: join(folder, "data"),
    WEB_PORT: "0",
  };
  await using monitor = await start("image", { flags: ["--monitor"], env });
  await monitor.until(() => monitor.stderr.includes("Core "));
  assert.match(monitor.stderr, /History is in memory only: .*data/);
  await assert.rejects(Deno.stat(env.DATA_DIR), Deno.errors.NotFound);
  monitor.process.kill("SIGTERM");
  assert.equal((await monitor.ended()).code, 0);
});

/** Each setting that names a file without which the program does not start, and how it is started to use it. */
const FILE_SETTINGS: readonly { name: string; file: string; flags: string[] }[] = [
  { name: "LOG_FILE", file: "outside.log", flags: ["--no-attach"] },
  { name: "LOG_FILE", file: "outside.log", flags: ["--core"] },
  { name: "BROKERS_FILE", file: "brokers.json", flags: ["--no-attach"] },
  { name: "MQTT_CA_FILE", file: "ca.pem", flags: ["--no-attach"] },
  { name: "CORE_SOCKET", file: "run/core.sock", flags: ["--core"] },
];

for (const { name, file, flags } of FILE_SETTINGS) {
  Deno.test(`image, ${flags[0]}: a ${name} outside the image's directories is refused in one line`, async () => {
    await Deno.writeTextFile(join(folder, "brokers.json"), "{}");
    await Deno.writeTextFile(join(folder, "ca.pem"), "");
    const program = await programs.program("image");
    const refused = await run(program, { args: flags, env: { [name]: join(folder, file) } });
    assert.equal(refused.code, 2, refused.stderr);
    assert.match(refused.stderr.trimEnd(), new RegExp(`^mqtt-mcp: Cannot [^\\n]*${name}[^\\n]*$`));
    assert.equal(refused.stdout, "");
  });
}

async function probeRights(profile: Profile): Promise<ProbeReport> {
  const probe = await programs.module("tests/ship/rights_probe.ts", profile);
  const inside = programs.at("/app/data");
  await Deno.writeTextFile(join(inside, "kept.txt"), "x");
  await Deno.writeTextFile(join(folder, "kept.txt"), "x");
  const env = { LOG_LEVEL: "INFO", MQTT_PASSWORD_PROBE: "x", OTHER_SECRET: "x" };
  const { code, stdout, stderr } = await run(probe, { args: [inside, folder], env });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

for (const profile of profiles) {
  Deno.test(`${profile}: the compiled rights are those of the profile, and only the network stays`, async () => {
    const { before, after, open } = await probeRights(profile);
    assert.deepEqual(before, rightsAtFirst({ outside: profile === "download" }));
    assert.deepEqual(after, rightsLeft);
    assert.deepEqual(new Set(Object.values(open)), new Set(["done"]), JSON.stringify(open));
  });
}

// deno-lint-ignore no-explicit-any -- facts of any tool
async function callTool(wire: WireClient, name: string, args: unknown): Promise<any> {
  const { result, error } = await wire.request("tools/call", { name, arguments: args });
  assert.equal(error, undefined);
  assert.equal(result.isError, undefined, JSON.stringify(result));
  return result.structuredContent;
}

async function establish(wire: WireClient, args: Record<string, string>): Promise<string> {
  const facts = await callTool(wire, "establish_connection", args);
  assert.equal(facts.status, "connected");
  return facts.session_id;
}
