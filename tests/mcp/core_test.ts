import assert from "node:assert/strict";
import { parseConfig, version } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { createCore } from "../../src/core.ts";
import { createGreeting, differences, unsafeSocket } from "../../src/mcp/core_socket.ts";
import { ALREADY_RUNNING, listenOnSocket, serveSocket } from "../../src/mcp/start_core.ts";
import { makePrivateDir, startCoreProcess } from "../support/core_process.ts";
import { mainArgs, WireClient } from "../support/mcp_client.ts";
import { until } from "../support/sessions.ts";

/** A private directory that removes itself. */
function privateDir(): { path: string } & Disposable {
  const path = makePrivateDir();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** Leaves a socket at the path that nobody listens on, as a killed core does; a close would remove it. */
function leaveSocket(path: string): void {
  const listener = Deno.listen({ transport: "unix", path });
  Deno.linkSync(path, `${path}.kept`);
  listener.close();
  Deno.renameSync(`${path}.kept`, path);
  Deno.chmodSync(path, 0o600);
}

function mode(path: string): number {
  return (Deno.lstatSync(path).mode ?? 0) & 0o777;
}

Deno.test("the socket is made with mode 0600 in a directory of mode 0700, whatever the umask", async () => {
  using dir = privateDir();
  const path = `${dir.path}/new/core.sock`;
  const umask = Deno.umask(0);
  try {
    using listener = await listenOnSocket(path);
    assert.ok(listener);
    assert.equal(mode(path), 0o600);
    assert.equal(mode(`${dir.path}/new`), 0o700);
    assert.equal(Deno.umask(), 0);
  } finally {
    Deno.umask(umask);
  }
});

Deno.test("a socket in use is left to its core, and that of a dead core is taken over", async () => {
  using dir = privateDir();
  const path = `${dir.path}/core.sock`;
  const first = await listenOnSocket(path);
  assert.ok(first);
  assert.equal(await listenOnSocket(path), null);
  first.close();
  leaveSocket(path);
  using second = await listenOnSocket(path);
  assert.ok(second);
});

Deno.test("of many that take over a stale socket at once, one listens", async () => {
  using dir = privateDir();
  const path = `${dir.path}/core.sock`;
  leaveSocket(path);
  const listeners = await Promise.all(Array.from({ length: 10 }, () => listenOnSocket(path)));
  const listening = listeners.filter((listener) => listener !== null);
  assert.equal(listening.length, 1);
  listening[0].close();
});

Deno.test("unsafe places of the socket are refused with the reason, and left as they are", async () => {
  using dir = privateDir();
  const elsewhere = `${dir.path}/elsewhere`;
  Deno.mkdirSync(elsewhere, { mode: 0o700 });
  const places: [what: string, path: string, reason: RegExp][] = [];
  function place(what: string, reason: RegExp, make: (folder: string) => string): void {
    const folder = `${dir.path}/${places.length}`;
    Deno.mkdirSync(folder, { mode: 0o700 });
    places.push([what, make(folder), reason]);
  }
  place("a symbolic link for the socket", /is a symbolic link/, (folder) => {
    Deno.symlinkSync(`${elsewhere}/core.sock`, `${folder}/core.sock`);
    return `${folder}/core.sock`;
  });
  place("a symbolic link for the directory", /is a symbolic link/, (folder) => {
    Deno.symlinkSync(elsewhere, `${folder}/link`);
    return `${folder}/link/core.sock`;
  });
  place("a file", /is not a socket/, (folder) => {
    Deno.writeTextFileSync(`${folder}/core.sock`, "precious");
    return `${folder}/core.sock`;
  });
  place("a directory that others may enter", /has mode 0755 instead of 0700/, (folder) => {
    Deno.chmodSync(folder, 0o755);
    return `${folder}/core.sock`;
  });
  place("a socket that others may use", /has mode 0666 instead of 0600/, (folder) => {
    leaveSocket(`${folder}/core.sock`);
    Deno.chmodSync(`${folder}/core.sock`, 0o666);
    return `${folder}/core.sock`;
  });
  if (Deno.uid() === 0) {
    // only root can give files away; everyone else checks what is another's anyway: /
    place("a directory of another user", /belongs to another user/, (folder) => {
      Deno.chownSync(folder, 12_345, 12_345);
      return `${folder}/core.sock`;
    });
    place("a socket of another user", /belongs to another user/, (folder) => {
      leaveSocket(`${folder}/core.sock`);
      Deno.chownSync(`${folder}/core.sock`, 12_345, 12_345);
      return `${folder}/core.sock`;
    });
  } else {
    assert.match(String(await unsafeSocket("/core.sock")), /belongs to another user/);
  }
  for (const [what, path, reason] of places) {
    assert.match(String(await unsafeSocket(path)), reason, what);
    await assert.rejects(listenOnSocket(path), (error) => {
      assert.ok(error instanceof ConfigError, what);
      assert.match(error.message, reason, what);
      return true;
    });
  }
  assert.equal(Deno.readTextFileSync(places[2][1]), "precious");
  assert.deepEqual([...Deno.readDirSync(elsewhere)], []);
  assert.equal(await unsafeSocket(`${dir.path}/core.sock`), null);
  assert.equal(await unsafeSocket(`${dir.path}/missing/core.sock`), null);
});

Deno.test("settings that a process was given itself must be the core's; without any it takes the core as it is", async () => {
  const core = await createGreeting(
    parseConfig(["--core"], { PUBLISH_DENY: "secret/#", TOOL_PREFIX: "m_" }),
    version,
  );
  const from = async (env: Record<string, string>, v = version) =>
    (await differences(parseConfig([], env), v, core)).policy;
  assert.deepEqual(await from({}), []);
  assert.deepEqual(await from({ PUBLISH_DENY: "secret/#" }), []);
  assert.deepEqual(await from({ SESSION_TTL: "5" }), []);
  for (
    const [name, value] of [
      ["READ_ONLY", "true"],
      ["ALLOWED_BROKERS", "localhost"],
      ["PUBLISH_ALLOW", "a/#"],
      ["PUBLISH_DENY", "other/#"],
      ["SUBSCRIBE_ALLOW", "a/#"],
      ["SUBSCRIBE_DENY", "a/#"],
      ["NAMED_BROKERS_ONLY", "true"],
      ["BROKERS_FILE", "/etc/brokers.json"],
      ["MQTT_CA_FILE", "/etc/ca.pem"],
      ["SESSION_SHARING", "false"],
      ["ALLOW_INSECURE_TLS", "true"],
      ["TOOL_PREFIX", "n_"],
      ["DEFAULT_MQTT_BROKER", "localhost:1883"],
    ]
  ) {
    assert.deepEqual(await from({ [name]: value }), [`its ${name} is another`]);
  }
  assert.deepEqual(
    await from({ MQTT_CERT_FILE: "/etc/cert.pem", MQTT_KEY_FILE: "/etc/key.pem" }),
    ["its MQTT_CERT_FILE is another", "its MQTT_KEY_FILE is another"],
  );
  assert.match((await from({}, "9.9.9"))[0], /^it is version \d+\.\d+\.\d+, this is 9\.9\.9$/);
});

Deno.test("lists are compared whatever their order, and limits that hold in the core only are named", async () => {
  const core = await createGreeting(
    parseConfig(["--core"], { PUBLISH_DENY: "a/#,b/#", MAX_CONNECTIONS: "7", MQTT_TIMEOUT: "9" }),
    version,
  );
  const from = (env: Record<string, string>) => differences(parseConfig([], env), version, core);
  assert.deepEqual((await from({ PUBLISH_DENY: "b/#,a/#" })).policy, []);
  const mine = { MAX_CONNECTIONS: "99", SESSION_TTL: "5", MQTT_TIMEOUT: "9", LOG_LEVEL: "debug" };
  assert.deepEqual(await from(mine), { policy: [], without: ["SESSION_TTL", "MAX_CONNECTIONS"] });
});

Deno.test("files are compared by what they hold, and a list of brokers with what it names, never by their paths", async () => {
  const list = `[plant]
url = "mqtts://plant"
ca_file = "ca.pem"
password_env = 'MQTT_PASSWORD_PLANT'
`;
  const files = (ca: string, brokers = list): Record<string, string> => ({
    "ca.pem": ca,
    "own.pem": "one authority",
    "brokers.toml": brokers,
    "elsewhere/brokers.toml": brokers,
    "elsewhere/own.pem": "one authority",
  });
  const sources = (texts: Record<string, string>, password = "pw") => ({
    readFile(path: string) {
      if (!(path in texts)) throw new Error("no such file");
      return texts[path];
    },
    environment: (name: string) => name === "MQTT_PASSWORD_PLANT" ? password : undefined,
  });
  const settings = { BROKERS_FILE: "brokers.toml", MQTT_CA_FILE: "own.pem" };
  const core = await createGreeting(
    parseConfig(["--core"], settings),
    version,
    sources(files("a")),
  );
  const from = async (env: Record<string, string>, read: ReturnType<typeof sources>) =>
    (await differences(parseConfig([], env), version, core, read)).policy;
  const elsewhere = { BROKERS_FILE: "elsewhere/brokers.toml", MQTT_CA_FILE: "elsewhere/own.pem" };
  assert.deepEqual(await from(settings, sources(files("a"))), []);
  assert.deepEqual(await from(elsewhere, sources(files("a"))), []);
  const brokers = ["its BROKERS_FILE is another"];
  assert.deepEqual(await from(settings, sources(files("another"))), brokers);
  assert.deepEqual(await from(settings, sources(files("a"), "another")), brokers);
  assert.deepEqual(await from(settings, sources(files("a", `${list}# changed`))), brokers);
  assert.deepEqual(await from(settings, sources({})), [
    ...brokers,
    "its MQTT_CA_FILE is another",
  ]);
  const json = `{"plant": {"url": "mqtts://plant", "ca_file": "ca.pem"}}`;
  const jsonCore = await createGreeting(
    parseConfig(["--core"], settings),
    version,
    sources(files("a", json)),
  );
  const changed = sources(files("another", json));
  const found = await differences(parseConfig([], settings), version, jsonCore, changed);
  assert.deepEqual(found.policy, brokers);
});

Deno.test("the greeting tells no setting, only salted hashes", async () => {
  const env = { DEFAULT_MQTT_BROKER: "mqtt://user:hunter2@localhost" };
  const [one, two] = [
    await createGreeting(parseConfig(["--core"], env), version),
    await createGreeting(parseConfig(["--core"], env), version),
  ];
  assert.doesNotMatch(JSON.stringify(one), /hunter2|localhost/);
  assert.notEqual(one.policy, two.policy);
});

Deno.test("the hundred-and-first client is told why it is turned away, and a place that is left is given again", async () => {
  using dir = privateDir();
  const path = `${dir.path}/core.sock`;
  const listener = await listenOnSocket(path);
  assert.ok(listener);
  const core = await createCore(parseConfig(["--core"], {}));
  const server = await serveSocket(listener, core);
  const connect = () => Deno.connect({ transport: "unix", path });
  const clients = [];
  for (let i = 0; i < 100; i++) clients.push(await connect());
  await until("all are served", () => server.clients === 100);
  const text = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(2_000);
    return new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
  };
  using late = await connect();
  assert.match(await text(late), /"refused":"100 are connected already"/);
  clients.pop()?.close();
  await until("one has left", () => server.clients === 99);
  using next = await connect();
  assert.match(await text(next), /"version"/);
  clients.forEach((client) => client.close());
  await server.shutDown(100);
  await core.close();
});

Deno.test("a second core says that one is running, exits 3, and leaves the first alone", async () => {
  await using core = await startCoreProcess();
  await using second = new WireClient({ args: mainArgs, flags: ["--core"], env: core.env });
  assert.equal((await second.ended()).code, ALREADY_RUNNING);
  await second.until(() => /^mqtt-mcp: a core is already running on ".*"\n$/.test(second.stderr));
  assert.deepEqual(second.lines, []);
  await using client = await core.attach();
  assert.ok((await client.listTools()).length > 10);
});

Deno.test("a socket that its core has just made, and closes to others right after, is safe", async () => {
  using dir = privateDir();
  const path = `${dir.path}/new.sock`;
  leaveSocket(path);
  Deno.chmodSync(path, 0o755);
  const told = unsafeSocket(path);
  // It looks at the directory, and then at the socket, before these come to an end.
  for (let looks = 0; looks < 4; looks++) await Deno.lstat(path);
  Deno.chmodSync(path, 0o600);
  assert.equal(await told, null);
});

Deno.test("of two cores started at once one listens, and the other exits 3", async () => {
  using dir = privateDir();
  const env = { CORE_SOCKET: `${dir.path}/core.sock` };
  const start = () => new WireClient({ args: mainArgs, flags: ["--core"], env });
  await using one = start();
  await using two = start();
  const [first, second] = [one.process.status, two.process.status];
  const loser = await Promise.race([first.then(() => one), second.then(() => two)]);
  const winner = loser === one ? two : one;
  assert.equal((await loser.process.status).code, ALREADY_RUNNING);
  await winner.until(() => winner.stderr.includes("listens on"));
  winner.process.kill("SIGTERM");
  assert.equal((await winner.ended()).code, 0);
});

Deno.test("a killed core's socket is taken over by the next one", async () => {
  using dir = privateDir();
  {
    await using core = await startCoreProcess({ dir: dir.path });
    await core.end("SIGKILL");
    assert.ok(Deno.lstatSync(core.socket).isSocket);
  }
  await using core = await startCoreProcess({ dir: dir.path });
  await using client = await core.attach();
  assert.ok((await client.listTools()).length > 10);
});

Deno.test("a core that cannot use its socket or its log says so in one line and exits 2", async () => {
  using dir = privateDir();
  Deno.symlinkSync("/nowhere", `${dir.path}/link.sock`);
  for (
    const [env, line] of [
      [{ CORE_SOCKET: `${dir.path}/link.sock` }, /^mqtt-mcp: Cannot use CORE_SOCKET: .*link\n$/],
      [
        { CORE_SOCKET: `${dir.path}/${"x".repeat(200)}` },
        /^mqtt-mcp: Cannot read CORE_SOCKET .*103 bytes.*\n$/,
      ],
      [
        { CORE_SOCKET: `${dir.path}/a.sock`, LOG_FILE: "/nowhere/x.log" },
        /^mqtt-mcp: Cannot open LOG_FILE .*\n$/,
      ],
    ] as [Record<string, string>, RegExp][]
  ) {
    await using wire = new WireClient({ args: mainArgs, flags: ["--core"], env });
    assert.equal((await wire.ended()).code, 2);
    await wire.until(() => line.test(wire.stderr));
  }
});
