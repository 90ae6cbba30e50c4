// takes long: it waits for brokers that keep silent
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import mqttPacket, { type Packet } from "mqtt-packet";
import { OperationError } from "../../../src/errors.ts";
import { parseConnectionString } from "../../../src/mqtt/connection_string.ts";
import { diagnoseConnection } from "../../../src/mqtt/diagnose/diagnose_connection.ts";
import type { DiagnoseOptions } from "../../../src/mqtt/diagnose/options.ts";
import {
  CHECK_NAMES,
  type CheckName,
  type ConnectionCheck,
  type ConnectionReport,
} from "../../../src/mqtt/diagnose/report.ts";
import { makeCertificates } from "../../support/certificates.ts";
import { freePort } from "../../support/free_ports.ts";
import { startMosquitto } from "../../support/mosquitto.ts";
import { ends, until } from "../../support/wait.ts";

function diagnose(url: string, o: Partial<DiagnoseOptions> = {}): Promise<ConnectionReport> {
  return diagnoseConnection(parseConnectionString(url, { allowInsecureTls: true }), {
    tls: {},
    timeoutMs: 20_000,
    publish: true,
    signal: new AbortController().signal,
    ...o,
  });
}

function find(report: ConnectionReport, name: CheckName): ConnectionCheck {
  const check = report.checks.find((one) => one.name === name);
  assert.ok(check, `no check "${name}"`);
  return check;
}

/** Asserts that a stage failed as described, and that all later ones were skipped because of it. */
function assertStopsAt(report: ConnectionReport, name: CheckName, detail: RegExp): void {
  const check = find(report, name);
  assert.equal(check.status, "fail", `${name}: ${check.detail}`);
  assert.match(check.detail, detail);
  assert.match(check.detail, /\. Try: ./);
  assert.equal(report.healthy, false);
  const at = CHECK_NAMES.indexOf(name);
  for (const earlier of report.checks.slice(0, at)) assert.notEqual(earlier.status, "fail");
  for (const later of report.checks.slice(at + 1)) {
    assert.equal(later.status, "skipped");
    assert.equal(later.detail, `Not tried, because "${name}" failed`);
  }
}

function statuses(report: ConnectionReport): Record<string, string> {
  return Object.fromEntries(report.checks.map(({ name, status }) => [name, status]));
}

/** A server on loopback that does what the test says with each connection. */
async function serve(onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A broker that answers each packet as the test says. */
function serveMqtt(
  answer: (packet: Packet, reply: (packet: Packet) => void, socket: Socket) => void,
) {
  return serve((socket) => {
    const parser = mqttPacket.parser();
    let version = 4;
    parser.on("packet", (packet: Packet) => {
      if (packet.cmd === "connect") version = packet.protocolVersion ?? 4;
      const reply = (one: Packet) => {
        socket.write(mqttPacket.generate(one, { protocolVersion: version as 4 | 5 }));
      };
      answer(packet, reply, socket);
    });
    parser.on("error", () => socket.destroy());
    socket.on(
      "data",
      (bytes: Uint8Array) => parser.parse(bytes as Parameters<typeof parser.parse>[0]),
    );
  });
}

const accepted: Packet = { cmd: "connack", sessionPresent: false, reasonCode: 0, returnCode: 0 };

/** All retained messages of a broker, under names that only the scratch topic has. */
async function retainedScratch(port: number): Promise<string> {
  const { stdout } = await new Deno.Command("mosquitto_sub", {
    // The marker ends the listening without waiting for a time limit.
    args: [
      "-p",
      String(port),
      "-t",
      "mqtt-mcp/#",
      "-t",
      "marker",
      "-F",
      "%t",
      "-C",
      "1",
      "-W",
      "5",
    ],
    stdout: "piped",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

async function publishRetained(port: number, topic: string): Promise<void> {
  const { success } = await new Deno.Command("mosquitto_pub", {
    args: ["-p", String(port), "-t", topic, "-m", "1", "-r", "-q", "1"],
  }).output();
  assert.ok(success);
}

/** What is not `pass` on a broker on this machine that lets everybody in. */
const OPEN_BROKER: Partial<Record<string, string>> = {
  tls: "skipped",
  authentication: "warn",
  subscribe: "warn",
};

Deno.test("open doors are told: no login, and what anybody reads, but only where it was read", async () => {
  await using open = await startMosquitto();
  await publishRetained(open.port, "home/alarm/code");
  const report = await diagnose(open.url);
  assert.equal(report.healthy, true);
  assert.match(find(report, "authentication").detail, /no login is asked for/);
  assert.match(find(report, "subscribe").detail, /\$SYS .* and every topic can be read by anybody/);
  const bounded = await diagnose(open.url, { mayRead: () => false });
  assert.equal(find(bounded, "subscribe").status, "pass", "our own policy is kept to");

  await using closed = await startMosquitto({ acl: ["topic readwrite mqtt-mcp/test/#"] });
  await publishRetained(closed.port, "mqtt-mcp/test/other");
  assert.equal(find(await diagnose(closed.url), "subscribe").status, "pass");
});

Deno.test("plain text beyond this machine is an open door, and worse with a password", async () => {
  await using broker = await startMosquitto({ users: { me: "hunter2" } });
  // an address that is not known to be this machine's, and is
  const url = (login: string) => `mqtt://${login}0.0.0.0:${broker.port}`;
  const report = await diagnose(url("me:hunter2@"));
  const door = find(report, "tls");
  assert.equal(door.status, "warn");
  assert.match(
    door.detail,
    /^mqtt:\/\/ does not encrypt: everything, the password too, crosses .* readable/,
  );
  assert.match(door.detail, /Use mqtts:\/\//);
  assert.doesNotMatch(JSON.stringify(report), /hunter2/);
  assert.equal(report.healthy, true, "an open door is no fault");
  const without = find(await diagnose(url("")), "tls");
  assert.match(without.detail, /does not encrypt: everything crosses/);
  const here = find(await diagnose(broker.url), "tls");
  assert.deepEqual([here.status, here.detail], ["skipped", "mqtt:// does not encrypt"]);
});

Deno.test("a healthy broker passes every stage, on MQTT 5 and 3.1.1, and keeps nothing", async () => {
  await using broker = await startMosquitto();
  for (const version of ["5", "3.1.1"] as const) {
    const told: string[] = [];
    const report = await diagnose(`${broker.url}?protocol=${version}`, {
      onCheck: ({ name }) => told.push(name),
    });
    assert.equal(report.healthy, true, JSON.stringify(report));
    assert.equal(report.mqtt_version, version);
    assert.deepEqual(report.checks.map(({ name }) => name), [...CHECK_NAMES]);
    assert.deepEqual(told, [...CHECK_NAMES]);
    for (const { name, status, duration_ms } of report.checks) {
      assert.equal(status, OPEN_BROKER[name] ?? "pass", name);
      assert.ok(duration_ms >= 0 && duration_ms < 10_000);
    }
    const { min, mean, p95, samples } = report.latency_ms;
    assert.ok(min! > 0 && min! <= mean! && min! <= p95! && samples === 20);
    assert.equal(report.server.session_present, false);
    assert.equal(report.server.maximum_qos, version === "5" ? 2 : undefined);
  }
  await publishRetained(broker.port, "marker");
  assert.equal(await retainedScratch(broker.port), "marker");
  const ids = new Set(broker.log.map((line) => /as (mqtt-mcp-\w+)/.exec(line)?.[1]));
  ids.delete(undefined);
  assert.equal(ids.size, 2, "each test has a client id of its own");
});

Deno.test("where publishing is not allowed, those stages are skipped and nothing is sent", async () => {
  await using broker = await startMosquitto();
  const report = await diagnose(broker.url, { publish: false, publishRefusal: "READ_ONLY is set" });
  assert.equal(report.healthy, true);
  for (const name of ["publish_qos0", "publish_qos1", "publish_qos2", "retained"] as const) {
    assert.equal(find(report, name).status, "skipped");
    assert.match(find(report, name).detail, /READ_ONLY is set/);
  }
  assert.equal(find(report, "unsubscribe").status, "pass");
  assert.equal(report.latency_ms.measured_by, "subscribe_acknowledgement");
  assert.ok(report.latency_ms.mean! > 0);
  assert.ok(!broker.log.some((line) => /Received PUBLISH/.test(line)));
});

Deno.test("a name that does not resolve is told, with what helps for that kind of name", async () => {
  const resolve = () => Promise.reject(new Error("getaddrinfo ENOTFOUND"));
  const at = (host: string, platform: string) => diagnose(`mqtt://${host}`, { resolve, platform });
  assertStopsAt(await at("broker.example", "linux"), "dns", /does not resolve.*check the spelling/);
  assertStopsAt(await at("mosquitto", "linux"), "dns", /without a dot/);
  assertStopsAt(await at("umbrel.local", "linux"), "dns", /mDNS.*libnss-mdns/);
  assertStopsAt(await at("umbrel.local", "darwin"), "dns", /mDNS.*Local Network/);
  const real = await diagnose("mqtt://does-not-exist.invalid");
  assertStopsAt(real, "dns", /"does-not-exist\.invalid" does not resolve/);
  assert.deepEqual(real.latency_ms, { samples: 0 });
  assert.deepEqual(real.server, {});
});

Deno.test("a name server that never answers is waited for no longer than the limit", async () => {
  const report = await diagnose("mqtt://slow.example", {
    resolve: () => new Promise(() => {}),
    timeoutMs: 50,
  });
  assertStopsAt(report, "dns", /no name server answered within 50 ms/);
});

Deno.test("an address that the policy refuses is never connected to", async () => {
  let connections = 0;
  await using server = await serve(() => connections++);
  const report = await diagnose(`mqtt://broker.example:${server.port}`, {
    resolve: () => Promise.resolve(["127.0.0.1"]),
    check(address) {
      throw new OperationError("NOT_ALLOWED", `Cannot connect to "${address}"`, "Ask the admin");
    },
  });
  assertStopsAt(report, "dns", /Cannot connect to "127\.0\.0\.1"\. Try: Ask the admin/);
  assert.equal(connections, 0);
});

Deno.test("a port that nothing listens on is told as refused", async () => {
  const report = await diagnose(`mqtt://127.0.0.1:${freePort()}`);
  assertStopsAt(report, "tcp", /127\.0\.0\.1: refused.*nothing listens on port/);
});

Deno.test("of several addresses the first that answers is used, and the others are told", async () => {
  await using broker = await startMosquitto();
  const report = await diagnose(`mqtt://localhost:${broker.port}`, {
    resolve: () => Promise.resolve(["127.0.0.2", "127.0.0.1"]),
  });
  assert.match(find(report, "tcp").detail, /of 127\.0\.0\.1 accepts.*127\.0\.0\.2: refused/);
  assert.equal(report.healthy, true);
});

Deno.test("a port that accepts and says nothing is told after the limit", async () => {
  await using server = await serve(() => {});
  const report = await diagnose(`mqtt://127.0.0.1:${server.port}`, { timeoutMs: 1_000 });
  assertStopsAt(
    report,
    "connect",
    /within 1 s: the port accepts connections but sent no CONNACK/,
  );
  const secure = await diagnose(`mqtts://127.0.0.1:${server.port}`, { timeoutMs: 1_000 });
  assertStopsAt(secure, "tls", /does not answer the TLS handshake/);
});

Deno.test("a scheme that does not fit the port is told with the one that does", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const { ca, server } = makeCertificates(dir);
    await using broker = await startMosquitto({
      listeners: [{ tls: server }, { websockets: true }, { websockets: true, tls: server }],
    });
    const [plain, tls, web, webTls] = broker.ports;
    const at = (url: string) => diagnose(url, { tls: { ca: ca.cert } });
    assertStopsAt(await at(`mqtts://localhost:${plain}`), "tls", /speaks plain MQTT: write mqtt:/);
    assertStopsAt(await at(`mqtt://localhost:${tls}`), "connect", /speaks TLS: write mqtts:/);
    assertStopsAt(await at(`mqtt://localhost:${web}`), "connect", /WebSocket: write ws:/);
    assertStopsAt(await at(`ws://localhost:${plain}`), "connect", /speaks plain MQTT: write mqtt:/);
    assertStopsAt(await at(`ws://localhost:${webTls}`), "connect", /speaks TLS: write wss:/);
    assertStopsAt(await at(`mqtts://localhost:${webTls}`), "connect", /write wss:/);
    const trusted = { tls: { ca: ca.cert } };
    assert.equal((await diagnose(`ws://localhost:${web}/mqtt`, trusted)).healthy, true);
    assert.equal((await diagnose(`wss://localhost:${webTls}/mqtt`, trusted)).healthy, true);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("what is wrong with a certificate is told, with its subject, issuer and expiry", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const made = makeCertificates(dir);
    const { ca, server } = made;
    await using broker = await startMosquitto({
      tls: server,
      listeners: [
        { tls: made.expired },
        { tls: made.notYetValid },
        { tls: made.wrongHost },
        { tls: made.selfSigned },
        { tls: made.unknownServer },
      ],
    });
    const [good, expired, notYet, wrongHost, selfSigned, unknown] = broker.ports;
    const at = (port: number, o: Partial<DiagnoseOptions> = {}) =>
      diagnose(`mqtts://localhost:${port}`, { tls: { ca: ca.cert }, ...o });

    const report = await at(good);
    assert.equal(report.healthy, true, JSON.stringify(report));
    assert.match(
      find(report, "tls").detail,
      /^TLSv1\.\d, certificate of CN=localhost, for localhost, 127\.0\.0\.1, .*issued by CN=Test CA, valid until \d{4}-\d\d-\d\dT/,
    );
    assertStopsAt(await at(expired), "tls", /certificate expired on \d{4}-.*renew it/);
    assertStopsAt(await at(notYet), "tls", /not valid before \d{4}-.*clock/);
    assertStopsAt(await at(wrongHost), "tls", /another name than "localhost".*\(other\.example\)/);
    assertStopsAt(await at(selfSigned), "tls", /self-signed.*MQTT_CA_FILE/);
    assertStopsAt(await at(unknown), "tls", /not trusted here, CN=Unknown CA.*MQTT_CA_FILE/);
    assertStopsAt(await at(good, { tls: {} }), "tls", /not trusted here, CN=Test CA/);
    assert.equal((await at(selfSigned, { tls: { ca: made.selfSigned.cert } })).healthy, true);

    const soon = await at(good, { now: () => Date.now() + 25 * 86_400_000 });
    assert.equal(find(soon, "tls").status, "warn");
    assert.match(find(soon, "tls").detail, /expires in 4 days/);
    assert.equal(soon.healthy, true);

    const insecure = await diagnose(`mqtts://localhost:${expired}?insecure`);
    assert.equal(find(insecure, "tls").status, "warn");
    assert.match(find(insecure, "tls").detail, /accepted without proof: .* expired/);
    assert.equal(insecure.healthy, true);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a broker that wants a client certificate says so, and takes the right one", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const { ca, server, client } = makeCertificates(dir);
    await using broker = await startMosquitto({
      tls: { ...server, caFile: ca.certFile, requireCertificate: true },
    });
    const url = `mqtts://localhost:${broker.port}`;
    const without = await diagnose(url, { tls: { ca: ca.cert } });
    assertStopsAt(without, "connect", /client certificate.*MQTT_CERT_FILE and MQTT_KEY_FILE/);
    const { cert, key } = client;
    assert.equal((await diagnose(url, { tls: { ca: ca.cert, cert, key } })).healthy, true);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a refused login is told apart from a broker that does not answer", async () => {
  await using broker = await startMosquitto({ users: { anna: "open sesame" } });
  for (const version of ["5", "3.1.1"]) {
    const wrong = await diagnose(
      `mqtt://anna:S3cr3t@127.0.0.1:${broker.port}/sensor?protocol=${version}`,
    );
    assertStopsAt(wrong, "authentication", /not authorized.*user name and password.*client id/);
    assert.equal(find(wrong, "connect").status, "pass");
    assert.doesNotMatch(JSON.stringify(wrong), /S3cr3t|anna/);
    const none = await diagnose(`${broker.url}?protocol=${version}`);
    assertStopsAt(none, "authentication", /wants a login: write mqtt:\/\/user:password@host/);
  }
  const right = await diagnose(`mqtt://anna:open%20sesame@127.0.0.1:${broker.port}`);
  assert.equal(right.healthy, true);
  assert.doesNotMatch(JSON.stringify(right), /sesame|anna/);
});

Deno.test("a wrong password is told by the code that means it", async () => {
  await using server = await serveMqtt((packet, reply) => {
    if (packet.cmd === "connect") {
      const v5 = packet.protocolVersion === 5;
      reply({ ...accepted, reasonCode: v5 ? 0x86 : 4, returnCode: 4 } as Packet);
    }
  });
  for (const version of ["5", "3.1.1"]) {
    const url = `mqtt://anna:pw@127.0.0.1:${server.port}?protocol=${version}`;
    assertStopsAt(await diagnose(url), "authentication", /"bad user name or password"/);
  }
});

Deno.test("a broker that speaks MQTT 3.1.1 only is used with that, and the report says so", async () => {
  await using broker = await serveMqtt((packet, reply) => {
    if (packet.cmd === "connect") {
      const v5 = packet.protocolVersion === 5;
      reply({ ...accepted, reasonCode: v5 ? 0x84 : 0, returnCode: v5 ? 1 : 0 } as Packet);
    }
    if (packet.cmd === "subscribe") {
      reply({ cmd: "suback", messageId: packet.messageId, granted: [2] });
    }
    if (packet.cmd === "unsubscribe") {
      reply({ cmd: "unsuback", messageId: packet.messageId } as Packet);
    }
  });
  const report = await diagnose(`mqtt://127.0.0.1:${broker.port}`, { publish: false });
  assert.equal(report.mqtt_version, "3.1.1");
  assert.match(find(report, "connect").detail, /does not take MQTT 5/);
  assert.equal(report.healthy, true);
});

Deno.test("a subscription that the access list refuses is told on MQTT 5 and 3.1.1", async () => {
  await using server = await serveMqtt((packet, reply) => {
    if (packet.cmd === "connect") {
      v5 = packet.protocolVersion === 5;
      reply(accepted);
    }
    if (packet.cmd === "subscribe") {
      reply({ cmd: "suback", messageId: packet.messageId, granted: [v5 ? 0x87 : 0x80] });
    }
  });
  let v5 = false;
  const at = (version: string) => diagnose(`mqtt://127.0.0.1:${server.port}?protocol=${version}`);
  assertStopsAt(await at("5"), "subscribe", /refused to subscribe.*not authorized.*access list/);
  assertStopsAt(await at("3.1.1"), "subscribe", /refused to subscribe.*0x80.*access list/);
});

Deno.test("a publish that the access list forbids is told, also where the broker keeps silent", async () => {
  await using broker = await startMosquitto({
    acl: ["topic read mqtt-mcp/test/#", "topic read $SYS/#"],
  });
  const v5 = await diagnose(`${broker.url}?protocol=5`, { timeoutMs: 2_000 });
  assert.match(find(v5, "publish_qos0").detail, /did not come back.*access list/);
  assert.match(find(v5, "publish_qos1").detail, /"not authorized".*access list/);
  assert.match(find(v5, "publish_qos2").detail, /"not authorized".*access list/);
  const v3 = await diagnose(`${broker.url}?protocol=3.1.1`, { timeoutMs: 2_000 });
  assert.match(find(v3, "publish_qos1").detail, /did not come back.*3\.1\.1 has no way to say so/);
  for (const report of [v5, v3]) {
    assert.equal(report.healthy, true, "it is good for reading");
    const { publish_qos0, publish_qos1, publish_qos2, retained, unsubscribe } = statuses(report);
    assert.deepEqual([publish_qos0, publish_qos1, publish_qos2], ["warn", "warn", "warn"]);
    assert.deepEqual([retained, unsubscribe], ["skipped", "pass"]);
    assert.match(
      find(report, "publish_qos0").detail,
      /concerns publishing only.*not let this login publish/,
    );
    assert.equal(report.latency_ms.measured_by, "subscribe_acknowledgement");
  }
  const blind = await diagnose(`${broker.url}?protocol=3.1.1`, {
    timeoutMs: 2_000,
    mayRead: () => false,
  });
  assert.equal(blind.healthy, false, "where nothing at all comes nothing tells it from a loss");
});

Deno.test("a publish that the broker refuses and hangs up at is a refusal, and what comes after it is tried all the same", async () => {
  await using broker = await startMosquitto({
    acl: ["topic read mqtt-mcp/test/#"],
    config: ["max_queued_messages 0"],
  });
  const report = await diagnose(`${broker.url}?protocol=5`, { timeoutMs: 2_000 });
  for (const name of ["publish_qos1", "publish_qos2", "retained"] as const) {
    assert.equal(find(report, name).status, "warn");
    assert.match(find(report, name).detail, /"not authorized" and closed the connection\. Login/);
  }
});

Deno.test("reading that the access list forbids is told apart from publishing on MQTT 5", async () => {
  await using broker = await startMosquitto({ acl: ["topic write #"] });
  const report = await diagnose(broker.url, { timeoutMs: 2_000 });
  assert.match(find(report, "publish_qos1").detail, /forbids this user to read/);
  assert.equal(report.healthy, false);
});

Deno.test("a broker that announces QoS 1 at most is healthy with a warning", async () => {
  await using broker = await startMosquitto({ config: ["max_qos 1"] });
  const report = await diagnose(broker.url);
  assert.equal(find(report, "publish_qos2").status, "warn");
  assert.match(find(report, "publish_qos2").detail, /announces QoS 1 at most/);
  assert.equal(report.healthy, true);
  // MQTT 3.1.1 has no announcement: Mosquitto hangs up instead.
  const old = await diagnose(`${broker.url}?protocol=3.1.1`);
  assert.equal(find(old, "publish_qos2").status, "fail");
  assert.match(find(old, "publish_qos2").detail, /connection ended here.*QoS 1 at most/);
  assert.equal(find(old, "retained").status, "pass");
  assert.equal(find(old, "unsubscribe").status, "pass");
});

Deno.test("a broker without retained messages is healthy with a warning", async () => {
  await using broker = await startMosquitto({ config: ["retain_available false"] });
  const report = await diagnose(broker.url);
  assert.equal(find(report, "retained").status, "warn");
  assert.match(find(report, "retained").detail, /keeps no retained messages/);
  assert.equal(report.healthy, true);
  const old = await diagnose(`${broker.url}?protocol=3.1.1`);
  assert.equal(find(old, "retained").status, "fail");
  assert.match(find(old, "retained").detail, /keeps no retained messages/);
});

Deno.test("being thrown out by a client with the same id is told, and not fought over", async () => {
  let connections = 0;
  await using server = await serveMqtt((packet, reply, socket) => {
    if (packet.cmd === "connect") {
      connections++;
      reply(accepted);
    }
    if (packet.cmd === "subscribe") {
      reply({ cmd: "suback", messageId: packet.messageId, granted: [2] });
    }
    if (packet.cmd === "publish") {
      reply({ cmd: "disconnect", reasonCode: 0x8e } as Packet);
      socket.end();
    }
  });
  const report = await diagnose(`mqtt://127.0.0.1:${server.port}`);
  const { status, detail } = find(report, "publish_qos0");
  assert.equal(status, "fail");
  assert.match(detail, /session taken over.*another client logged in with the same client id/);
  assert.equal(find(report, "publish_qos1").status, "skipped");
  assert.match(find(report, "unsubscribe").detail, /connection was lost/);
  assert.equal(connections, 1);
});

Deno.test("a client id that the broker refuses is told at connecting", async () => {
  await using server = await serveMqtt((packet, reply) => {
    if (packet.cmd === "connect") reply({ ...accepted, reasonCode: 0x85, returnCode: 2 } as Packet);
  });
  const report = await diagnose(`mqtt://127.0.0.1:${server.port}?protocol=5`);
  assertStopsAt(report, "connect", /client identifier not valid/);
});

Deno.test("a WebSocket path that the web server does not know is told with its answer", async () => {
  for (const status of [400, 404]) {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response("no", { status }),
    );
    const report = await diagnose(`ws://127.0.0.1:${server.addr.port}/wrong`);
    assertStopsAt(report, "connect", new RegExp(`HTTP ${status}.*path "/wrong".*/mqtt`));
  }
});

Deno.test("cancelling ends the test at once, whatever it waits for", async () => {
  let connections = 0;
  await using silent = await serve(() => void connections++);
  for (const [index, scheme] of ["mqtt", "mqtts", "ws"].entries()) {
    const stop = new AbortController();
    const running = diagnose(`${scheme}://127.0.0.1:${silent.port}`, {
      signal: stop.signal,
      timeoutMs: 3_600_000,
    });
    const refused = assert.rejects(running, /enough/);
    await until("it is connected", () => connections > index);
    stop.abort(new Error("enough"));
    await ends("the test", refused);
  }
});

Deno.test("a test that is cancelled or cut off still clears what it had retained", async () => {
  for (const how of ["cancelled", "cut off"]) {
    const stop = new AbortController();
    const retained: string[] = [];
    await using server = await serveMqtt((packet, reply, socket) => {
      if (packet.cmd === "connect") reply(accepted);
      if (packet.cmd === "subscribe") {
        reply({ cmd: "suback", messageId: packet.messageId, granted: [2] });
      }
      if (packet.cmd === "unsubscribe") {
        reply({ cmd: "unsuback", messageId: packet.messageId, granted: [0] } as Packet);
      }
      if (packet.cmd === "pubrel") reply({ cmd: "pubcomp", messageId: packet.messageId });
      if (packet.cmd !== "publish") return;
      const { messageId, qos, retain } = packet;
      if (retain) {
        retained.push(packet.payload.toString());
        if (retained.length === 1) {
          return how === "cancelled" ? stop.abort(new Error("enough")) : socket.destroy();
        }
      }
      if (qos > 0) reply({ cmd: qos === 1 ? "puback" : "pubrec", messageId } as Packet);
      reply({ ...packet, qos: 0, retain: false });
    });
    const running = diagnose(`mqtt://127.0.0.1:${server.port}`, { signal: stop.signal });
    if (how === "cancelled") await assert.rejects(running, /enough/);
    else assert.equal(find(await running, "retained").status, "fail");
    assert.equal(retained.length, 2);
    assert.match(retained[0], /^retained /);
    assert.equal(retained[1], "");
  }
});
