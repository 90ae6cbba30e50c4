import assert from "node:assert/strict";
import { Aedes } from "aedes";
import { createServer } from "node:net";
import { type ConnectOptions, connectToBroker } from "../../../src/mqtt/client/connect.ts";
import { parseConnectionString } from "../../../src/mqtt/connection_string.ts";
import { MqttMcpError, OperationError } from "../../../src/errors.ts";
import { makeCertificates } from "../../support/certificates.ts";
import { freePort } from "../../support/free_ports.ts";
import { startMosquitto } from "../../support/mosquitto.ts";
import { startProxy } from "../../support/proxy.ts";
import { startScriptedBroker } from "../../support/scripted_broker.ts";
import { bytes, until } from "../../support/sessions.ts";

function connect(connectionString: string, options: Partial<ConnectOptions> = {}) {
  return connectToBroker(parseConnectionString(connectionString, { allowInsecureTls: true }), {
    tls: {},
    timeoutMs: 30_000,
    handlers: { onPublish: () => {}, onLost: () => {} },
    ...options,
  });
}

async function refusal(connecting: Promise<AsyncDisposable>): Promise<MqttMcpError> {
  try {
    await using _connection = await connecting;
  } catch (error) {
    assert(error instanceof MqttMcpError, String(error));
    assert(!/s3cret/.test(`${error.message} ${error.hint} ${error.stack} ${Deno.inspect(error)}`));
    return error;
  }
  throw new Error("It connected");
}

Deno.test("MQTT 5 is spoken where the broker does, 3.1.1 when asked for", async () => {
  await using broker = await startMosquitto();
  await using five = await connect(broker.url);
  assert.equal(five.version, "5");
  assert.equal(five.server.subscription_identifiers_available, true);
  assert.equal(five.server.receive_maximum, 20);
  assert.match(five.clientId, /^mqtt-mcp-[0-9a-f]{12}$/);
  await using three = await connect(`${broker.url}/mine?protocol=3.1.1`);
  assert.equal(three.version, "3.1.1");
  assert.equal(three.clientId, "mine");
  assert.deepEqual(three.server, { session_present: false });
});

Deno.test("a broker that refuses MQTT 5 is spoken to in 3.1.1", async () => {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    await using connection = await connect(`mqtt://127.0.0.1:${port}`);
    assert.equal(connection.version, "3.1.1");
    const error = await refusal(connect(`mqtt://127.0.0.1:${port}/?protocol=5`));
    assert.equal(error.code, "BROKER_UNREACHABLE");
  } finally {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});

Deno.test("a broker that closes before CONNACK is spoken to in 3.1.1", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "connect" || packet.protocolVersion !== 5) return false;
      client.close();
      return true;
    },
  });
  await using connection = await connect(broker.url);
  assert.equal(connection.version, "3.1.1");
  assert.equal(broker.clients.length, 2);
});

for (const version of ["", "?protocol=3.1.1"]) {
  Deno.test(`a wrong password is told and tried once only ${version}`, async () => {
    await using broker = await startMosquitto({ users: { ann: "right" } });
    await using proxy = startProxy(broker.port);
    const error = await refusal(
      connect(`mqtt://ann:s3cret@127.0.0.1:${proxy.port}/${version}`),
    );
    assert.equal(error.code, "AUTHENTICATION_FAILED");
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${proxy.port}`));
    assert.equal(proxy.accepted, 1);
    await using _connection = await connect(
      broker.url.replace("//", "//ann:right@") + `/${version}`,
    );
  });
}

Deno.test("an unresolvable host, a refused port and a silent port are told apart in time", async () => {
  const unresolved = await refusal(connect("mqtt://no-such-host.invalid:1883"));
  assert.equal(unresolved.code, "BROKER_UNREACHABLE");
  assert.match(unresolved.message, /no-such-host\.invalid:1883.*does not resolve/);
  const port = freePort();
  const refused = await refusal(connect(`mqtt://127.0.0.1:${port}`));
  assert.equal(refused.code, "BROKER_UNREACHABLE");
  assert.match(refused.message, /refused/);
  await using silent = startScriptedBroker({ onPacket: () => true });
  const timeout = await refusal(connect(silent.url, { timeoutMs: 3_000 }));
  assert.equal(timeout.code, "CONNECTION_TIMEOUT");
  assert.match(timeout.message, /sent no CONNACK/);
});

Deno.test("what is no MQTT broker is told as such", async () => {
  await using http = startScriptedBroker({
    onPacket(_packet, client) {
      client.sendRaw(bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
      client.close();
      return true;
    },
  });
  const error = await refusal(connect(http.url));
  assert.equal(error.code, "BROKER_UNREACHABLE");
  assert.match(error.message, /CONNACK/);
});

Deno.test("a cancelled attempt ends at once", async () => {
  await using silent = startScriptedBroker({ onPacket: () => true });
  const abort = new AbortController();
  const connecting = refusal(connect(silent.url, { signal: abort.signal }));
  await until("it is on its way", () => silent.clients.length === 1);
  abort.abort();
  assert.match((await connecting).message, /cancelled/);
});

Deno.test("an address that the policy refuses is not connected to", async () => {
  await using broker = await startMosquitto({ listeners: [{ websockets: true }] });
  const checked: string[] = [];
  const checkAddress = (address: string) => {
    checked.push(address);
    throw new OperationError("NOT_ALLOWED", "Cannot connect there", "Connect elsewhere");
  };
  const expected = { code: "NOT_ALLOWED" };
  await assert.rejects(connect(broker.url, { checkAddress }), expected);
  await assert.rejects(connect(`mqtt://localhost:${broker.port}`, { checkAddress }), expected);
  assert.equal(checked[0], "127.0.0.1");
  assert.match(checked[1], /^(127\.0\.0\.1|::1)$/);
  await assert.rejects(connect(`ws://localhost:${broker.ports[1]}`, { checkAddress }), expected);
  assert.ok(checked.length >= 3);
  await using _tcp = await connect(`mqtt://localhost:${broker.port}`, { checkAddress: () => {} });
  await using _web = await connect(`ws://localhost:${broker.ports[1]}`, {
    checkAddress: () => {},
  });
});

Deno.test("of several addresses only an allowed one is connected to, and each connection asks the resolver anew", async () => {
  await using broker = await startMosquitto({ listeners: [{ websockets: true }] });
  const answers: string[][] = [];
  let asked = 0;
  const resolve = ((_host: string, _options: object, callback: (...found: unknown[]) => void) => {
    const addresses = answers[asked++] ?? [];
    callback(null, addresses.map((address) => ({ address, family: 4 })));
  }) as unknown as NonNullable<ConnectOptions["resolve"]>;
  const checkAddress = (address: string) => {
    if (address === "127.0.0.1") return;
    throw new OperationError("NOT_ALLOWED", `Cannot connect to "${address}"`, "Connect elsewhere");
  };
  for (const url of [`mqtt://plant.lan:${broker.port}`, `ws://plant.lan:${broker.ports[1]}`]) {
    asked = 0;
    // the name leads elsewhere the second time, as in a rebinding attack
    answers.splice(0, 2, ["127.0.0.9", "127.0.0.1"], ["127.0.0.9"]);
    {
      await using _connection = await connect(`${url}?protocol=5`, { checkAddress, resolve });
    }
    await assert.rejects(connect(`${url}?protocol=5`, { checkAddress, resolve }), {
      code: "NOT_ALLOWED",
    });
    assert.equal(asked, 2, "the checked address is the one that is used");
  }
});

Deno.test("a name server that never answers ends the attempt in time", async () => {
  const resolve = (() => {}) as unknown as NonNullable<ConnectOptions["resolve"]>;
  for (const url of ["mqtt://plant.lan", "mqtts://plant.lan", "ws://plant.lan"]) {
    const failed = await refusal(
      connect(`${url}?protocol=5`, { resolve, checkAddress: () => {}, timeoutMs: 200 }),
    );
    assert.equal(failed.code, "CONNECTION_TIMEOUT", url);
    assert.match(failed.message, /plant\.lan/);
  }
});

Deno.test("TLS: certificates good and bad, and client certificates", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    const certificates = makeCertificates(dir);
    const { ca, server, client, expired, wrongHost, unknownServer, selfSigned } = certificates;
    const tlsOf = ({ certFile, keyFile }: { certFile: string; keyFile: string }) => ({
      tls: { certFile, keyFile },
    });
    await using broker = await startMosquitto({
      ...tlsOf(server),
      listeners: [
        tlsOf(expired),
        tlsOf(wrongHost),
        tlsOf(unknownServer),
        tlsOf(selfSigned),
        { tls: { ...tlsOf(server).tls, caFile: ca.certFile, requireCertificate: true } },
        { ...tlsOf(server), websockets: true },
        {},
      ],
    });
    const [good, old, other, unknown, self, mutual, web, plain] = broker.ports;
    const tls = { ca: ca.cert };
    const url = (port: number, scheme = "mqtts", host = "localhost") =>
      `${scheme}://${host}:${port}`;
    await using _named = await connect(url(good), { tls });
    await using _addressed = await connect(url(good, "mqtts", "127.0.0.1"), { tls });
    await using _checked = await connect(url(good), { tls, checkAddress: () => {} });
    const failures: [number, RegExp][] = [
      [old, /expired/],
      [other, /another host name/],
      [unknown, /unknown authority/],
      [self, /unknown authority|not accepted/],
      [mutual, /client certificate/],
      [plain, /TLS/],
    ];
    for (const [port, pattern] of failures) {
      const error = await refusal(connect(url(port), { tls }));
      assert.equal(error.code, "TLS_FAILED", error.message);
      assert.match(`${error.message} ${error.hint}`, pattern);
    }
    const noCa = await refusal(connect(url(good)));
    assert.match(noCa.message, /unknown authority/);
    await using _mutual = await connect(url(mutual), {
      tls: { ...tls, cert: client.cert, key: client.key },
    });
    for (const port of [old, other, unknown]) {
      await using _insecure = await connect(`${url(port)}/?insecure=true`);
    }
    await using _web = await connect(`${url(web, "wss")}/mqtt`, { tls });
    const badWeb = await refusal(connect(`${url(web, "wss")}/mqtt`));
    assert.equal(badWeb.code, "TLS_FAILED", badWeb.message);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("a WebSocket broker is spoken to, and one that is none is told", async () => {
  await using broker = await startMosquitto({
    listeners: [{ websockets: true, users: { ann: "s3cret" } }],
  });
  const port = broker.ports[1];
  const heard: string[] = [];
  await using connection = await connect(`ws://ann:s3cret@127.0.0.1:${port}/mqtt`, {
    handlers: { onPublish: (topic) => void heard.push(topic), onLost: () => {} },
  });
  assert.deepEqual(
    await connection.subscribe({ filter: "a", qos: 0, timeoutMs: 1000 }),
    { code: 0 },
  );
  await connection.publish(
    { topic: "a", payload: bytes("1"), qos: 1, retain: false },
    1000,
  );
  await until("it came", () => heard.length === 1);
  const login = await refusal(connect(`ws://ann:wrong@127.0.0.1:${port}/mqtt`));
  assert.equal(login.code, "AUTHENTICATION_FAILED");
  const refused = await refusal(connect(`ws://127.0.0.1:${freePort()}/mqtt`));
  assert.equal(refused.code, "BROKER_UNREACHABLE");
  assert.match(refused.message, /refused/);
  await using http = startHttp();
  const notFound = await refusal(connect(`ws://127.0.0.1:${http.port}/mqtt`));
  assert.equal(notFound.code, "BROKER_UNREACHABLE");
  assert.match(notFound.message, /HTTP 404/);
});

function startHttp(): AsyncDisposable & { port: number } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("no", { status: 404 }),
  );
  return {
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("refusals of CONNECT are told in the broker's words", async () => {
  for (
    const [reasonCode, code, words] of [
      [0x88, "BROKER_UNREACHABLE", /server unavailable/],
      [0x8a, "BROKER_UNREACHABLE", /banned/],
      [0x87, "AUTHENTICATION_FAILED", /not authorized/],
      [0x8c, "AUTHENTICATION_FAILED", /bad authentication method/],
      [0x85, "BROKER_UNREACHABLE", /client identifier not valid/],
    ] as const
  ) {
    await using broker = startScriptedBroker({ connack: { reasonCode } });
    const error = await refusal(connect(broker.url));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    assert.equal(broker.clients.length, 1);
  }
});

Deno.test("closing sends DISCONNECT, and nothing is told as lost", async () => {
  await using broker = await startMosquitto();
  const lost: string[] = [];
  const connection = await connect(`${broker.url}/me`, {
    handlers: { onPublish: () => {}, onLost: ({ reason }) => void lost.push(reason) },
  });
  await connection.close();
  await connection.close();
  await broker.waitForLog(/Received DISCONNECT from me/);
  assert.deepEqual(lost, []);
  await assert.rejects(
    connection.publish({ topic: "a", payload: bytes("1"), qos: 0, retain: false }, 100),
    { code: "CONNECTION_LOST" },
  );
});
