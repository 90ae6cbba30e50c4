// takes long: the package is packed, and installed
/** The package for npm: installed into a home where nothing was, and spoken to. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { awaitMonitorPort } from "../support/monitor_port.ts";
import { DENO_VERSION } from "../../scripts/client_settings.ts";
import { bundleProgram } from "../../scripts/compile.ts";
import { npmManifest, runFlags } from "../../scripts/release/npm.ts";
import { permissionFlags } from "../../scripts/release/permissions.ts";
import { version } from "../../src/config/mod.ts";
import { tools } from "../../src/tools/mod.ts";
import { connectClient, WireClient } from "../support/mcp_client.ts";
import { freePort } from "../support/free_ports.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { EmptyHome } from "../support/npm_package.ts";
import { until } from "../support/wait.ts";
import { rightsAtFirst, rightsLeft } from "./expected_rights.ts";

let home: EmptyHome;
/** The archive that `deno task npm` writes. */
let archive: string;
/** The command of the installed package; no install script ran. */
let program: string;
/** The folder of the installed package. */
let installed: string;

Deno.test.beforeAll(async () => {
  home = await EmptyHome.create();
  archive = await home.publish();
  const prefix = join(home.path, "installed");
  await Deno.mkdir(prefix);
  const { code, stderr } = await home.run("npm", [
    "install",
    "--ignore-scripts",
    "--prefix",
    prefix,
    archive,
  ]);
  assert.equal(code, 0, stderr);
  program = join(prefix, "node_modules", ".bin", "mqtt-mcp");
  installed = join(prefix, "node_modules", "@bitsperity", "mqtt-mcp");
});
Deno.test.afterAll(() => home[Symbol.asyncDispose]());

/** The installed program, running. */
function start(flags: string[], env: Record<string, string> = {}): WireClient {
  return new WireClient({ program, flags, env: { ...home.env, ...env } });
}

Deno.test("npx installs the package into an empty home and serves a session with a real broker", async () => {
  await using broker = await startMosquitto();
  await using client = await connectClient("sdk v2, 2025", {
    program: "npx",
    flags: ["-y", npmManifest().name, "--no-attach"],
    env: home.env,
  });
  assert.deepEqual((await client.listTools()).map(({ name }) => name), tools.map((t) => t.name));
  const opened = await client.call("establish_connection", { connection_string: broker.url });
  const { session_id } = opened.facts;
  const sent = { topic: "home/kitchen", payload: { celsius: 21.5 }, qos: 1, retain: true };
  const published = await client.call("publish_message", { session_id, ...sent });
  assert.equal(published.facts.status, "published", published.text);
  const heard = await client.call("subscribe_and_collect", {
    session_id,
    topic: "home/#",
    duration: 10,
    max_messages: 1,
  });
  const [message] = heard.facts.messages as Record<string, unknown>[];
  assert.deepEqual([message.topic, message.payload], [sent.topic, sent.payload]);
});

Deno.test("what npx has installed once starts again without any network, when it may", async () => {
  const { name } = npmManifest();
  const args = ["-y", name, "--version"];
  assert.deepEqual((await home.run("npx", args)).stdout, `${version}\n`);
  const asked = home.asked.length;
  const nowhere = { npm_config_registry: `http://127.0.0.1:${freePort()}/` };
  const again = await home.run("npx", ["--prefer-offline", ...args], nowhere);
  assert.deepEqual([again.code, again.stdout], [0, `${version}\n`], again.stderr);
  assert.equal(home.asked.length, asked);
});

Deno.test("the package depends on the pinned Deno alone, runs nothing when it is installed, and holds nothing else", async () => {
  const manifest = JSON.parse(await Deno.readTextFile(join(installed, "package.json")));
  assert.deepEqual(manifest.dependencies, { deno: DENO_VERSION });
  for (const key of ["scripts", "optionalDependencies", "peerDependencies", "devDependencies"]) {
    assert.equal(manifest[key], undefined, key);
  }
  const files = [...Deno.readDirSync(installed)].map(({ name }) => name).sort();
  assert.deepEqual(files, [
    "LICENSE",
    "README.md",
    "flags.json",
    "mqtt-mcp.cjs",
    "package.json",
    "program",
  ]);
  const { size } = await Deno.stat(archive);
  assert.ok(size < 1_500_000, `${size} bytes`);
  assert.ok(permissionFlags("download").every((flag) => runFlags().includes(flag)));
});

Deno.test("the installed program tells its version, its flags and a wrong flag as the compiled one does", async () => {
  const told = await home.run(program, ["--version"]);
  assert.deepEqual([told.code, told.stdout, told.stderr], [0, `${version}\n`, ""]);
  const help = await home.run(program, ["--help"]);
  assert.match(help.stdout, /--core-socket/);
  const wrong = await home.run(program, ["--web-prot", "1"]);
  assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /^mqtt-mcp: Unknown flag --web-prot; did you mean --web-port\?.*\n$/);
});

Deno.test("its check tells a good broker from one that is not there, also where the home cannot be written", async () => {
  await using broker = await startMosquitto();
  const good = await home.run(program, ["--check", broker.url], { HOME: "/proc" });
  assert.deepEqual([good.code, good.stderr], [0, ""], good.stdout);
  const bad = await home.run(program, ["--check", `mqtt://127.0.0.1:${freePort()}`]);
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /tcp +fail/);
});

Deno.test("its rights are those of the compiled program, and only the network stays", async () => {
  const probe = join(home.path, "probe");
  await Deno.mkdir(probe);
  for (const name of ["mqtt-mcp.cjs", "flags.json"]) {
    await Deno.copyFile(join(installed, name), join(probe, name));
  }
  await bundleProgram(
    { file: join(probe, "program", "mqtt-mcp.js") },
    "tests/ship/rights_probe.ts",
  );
  await Deno.symlink(join(home.path, "installed", "node_modules"), join(probe, "node_modules"));
  const inside = await Deno.makeTempDir({ dir: home.path });
  const outside = await Deno.makeTempDir({ dir: home.path });
  for (const folder of [inside, outside]) await Deno.writeTextFile(join(folder, "kept.txt"), "x");
  const env = { LOG_LEVEL: "INFO", MQTT_PASSWORD_PROBE: "x", OTHER_SECRET: "x" };

  const { code, stdout, stderr } = await home.run("node", [
    join(probe, "mqtt-mcp.cjs"),
    inside,
    outside,
  ], env);
  assert.equal(code, 0, stderr);
  const { before, after, open } = JSON.parse(stdout);
  assert.deepEqual(before, rightsAtFirst({ outside: true }));
  assert.deepEqual(after, rightsLeft);
  assert.deepEqual(new Set(Object.values(open)), new Set(["done"]));
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.test(`${signal} reaches the program, which disconnects properly and ends with 0`, async () => {
    await using broker = await startMosquitto();
    await using wire = start(["--no-attach"]);
    await wire.initialize();
    const { result } = await wire.request("tools/call", {
      name: "establish_connection",
      arguments: { connection_string: broker.url },
    });
    assert.equal(result.isError, undefined, JSON.stringify(result));
    wire.process.kill(signal);
    const { code, signal: died } = await wire.ended();
    assert.deepEqual([code, died], [0, null], wire.stderr);
    await broker.waitForLog(/disconnected\.$/);
  });
}

Deno.test("it ends with its stdin, and its monitor with SIGTERM", async () => {
  await using wire = start(["--no-attach"]);
  await wire.initialize();
  await wire.closeStdin();
  assert.equal((await wire.ended()).code, 0);

  const env = { WEB_PORT: "0", CORE_SOCKET: join(home.path, "run", "core.sock") };
  await using monitor = start(["--monitor"], env);
  await monitor.until(() => monitor.stderr.includes("Core "));
  const page = await fetch(`http://127.0.0.1:${await awaitMonitorPort(monitor)}/`);
  assert.match(await page.text(), /<!doctype html>/i);
  monitor.process.kill("SIGTERM");
  assert.equal((await monitor.ended()).code, 0, monitor.stderr);
});

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(" ").filter(Boolean).map(Number);
}

Deno.test("what kills the program is told to the caller", async () => {
  await using demo = start(["--demo"]);
  await demo.until(() => /mqtt:\/\/127\.0\.0\.1:\d+/.test(demo.lines.join("\n")));
  const [child] = childrenOf(demo.process.pid);
  Deno.kill(child, "SIGKILL");
  const { signal } = await demo.ended();
  assert.equal(signal, "SIGKILL");
});

/** Runs the starter as on a machine that is played by some lines of JavaScript before it. */
async function startOn(machine: string) {
  const played = join(home.path, "played.cjs");
  await Deno.writeTextFile(played, machine);
  return await home.run("node", [
    "--require",
    played,
    join(installed, "mqtt-mcp.cjs"),
    "--version",
  ]);
}

Deno.test("a machine that Deno does not run on is named in one line, with a way out", async () => {
  const musl = await startOn("process.report.getReport = () => ({ header: {} });");
  assert.equal(musl.code, 1);
  assert.match(
    musl.stderr,
    /^mqtt-mcp: Cannot start: [^\n]*musl[^\n]* Try: [^\n]*docker run [^\n]*\n$/,
  );
  for (const [name, value] of [["platform", "freebsd"], ["arch", "ia32"]]) {
    const other = await startOn(
      `Object.defineProperty(process, "${name}", { value: "${value}" });`,
    );
    assert.equal(other.code, 1);
    assert.match(
      other.stderr,
      new RegExp(`^mqtt-mcp: Cannot start: [^\\n]*${value}[^\\n]* Try: [^\\n]*\\n$`),
    );
  }
});

Deno.test("a Deno that npm left out is named in one line, with a way out", async () => {
  const prefix = join(home.path, "without");
  await Deno.mkdir(prefix);
  const done = await home.run("npm", [
    "install",
    "--ignore-scripts",
    "--omit=optional",
    "--prefix",
    prefix,
    archive,
  ]);
  assert.equal(done.code, 0, done.stderr);
  const told = await home.run(join(prefix, "node_modules", ".bin", "mqtt-mcp"), ["--version"]);
  assert.equal(told.code, 1);
  assert.match(
    told.stderr,
    /^mqtt-mcp: Cannot start: npm did not install @deno\/\S+\. Try: [^\n]+\n$/,
  );
});

Deno.test("a registry that has no such package says so in npm's own words, and nothing is left running", async () => {
  await using other = await EmptyHome.create();
  const { code, stderr } = await other.run("npx", ["-y", npmManifest().name]);
  assert.notEqual(code, 0);
  assert.match(stderr, /404/);
  await until("the registry was asked", () => other.asked.length > 0);
});
