import assert from "node:assert/strict";
import { makeCertificates } from "../support/certificates.ts";
import { freePort } from "../support/free_ports.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { type BrokerScript, startScriptedBroker } from "../support/scripted_broker.ts";
import { createToolHarness, type Facts, type ToolHarness } from "../support/tool_harness.ts";

interface Advice {
  /** The error of establish_connection, with its hint. */
  readonly refusal: string;
  /** The failed check of test_connection. */
  readonly detail: string;
}

/** Connects with both tools, and makes sure that they give the same way out. */
async function adviceFor(h: ToolHarness, connection_string: string): Promise<Advice> {
  const refusal = await h.refusal("establish_connection", { connection_string });
  const report = await h.call("test_connection", { connection_string });
  const failed = report.checks.filter(({ status }: Facts) => status === "fail");
  assert.equal(failed.length, 1, `${connection_string}: ${JSON.stringify(report)}`);
  const { detail } = failed[0];
  const [established] = [refusal.slice(refusal.indexOf(" / ") + 3)];
  const [, tested] = detail.split(/\. Try: (.*)/s);
  assert.equal(tested.toLowerCase(), established.toLowerCase(), connection_string);
  return { refusal, detail };
}

function harness(env: Record<string, string> = {}) {
  return createToolHarness({ CONNECTION_TIMEOUT: "30", ...env });
}

Deno.test("what is wrong below MQTT gets the same advice from establish_connection and test_connection", async () => {
  await using silent = startScriptedBroker({ onPacket: () => true });
  await using closing = startScriptedBroker({
    onPacket(_packet, client) {
      client.close();
      return true;
    },
  });
  await using babbling = startScriptedBroker({
    onPacket(_packet, client) {
      client.sendRaw(new TextEncoder().encode("220 mail.example ESMTP\r\n"));
      client.close();
      return true;
    },
  });
  await using h = await harness();
  await using hasty = await harness({ CONNECTION_TIMEOUT: "1" });
  for (
    const [url, expected] of [
      ["mqtt://does-not-exist.invalid", /check the spelling/i],
      ["mqtt://nodots-zzz", /names without a dot/i],
      [`mqtt://127.0.0.1:${freePort()}`, /nothing listens on port/],
      [silent.url, /Check that an MQTT broker listens there/],
      [closing.url, /Check that an MQTT broker listens there/],
      [`${babbling.url}?protocol=3.1.1`, /./],
    ] as const
  ) {
    const { refusal } = await adviceFor(url === silent.url ? hasty : h, url);
    assert.match(refusal, expected, url);
  }
});

Deno.test("what is wrong with TLS or the scheme gets the same advice from both", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const made = makeCertificates(dir);
    const { ca, server } = made;
    await using broker = await startMosquitto({
      listeners: [
        { tls: server },
        { websockets: true },
        { tls: made.expired },
        { tls: made.notYetValid },
        { tls: made.wrongHost },
        { tls: made.selfSigned },
        { tls: made.unknownServer },
        { tls: { ...server, caFile: ca.certFile, requireCertificate: true } },
      ],
    });
    const [plain, tls, web, expired, notYet, wrongHost, selfSigned, unknown, mutual] = broker.ports;
    await using h = await harness({ MQTT_CA_FILE: ca.certFile });
    for (
      const [url, expected] of [
        [`mqtts://localhost:${plain}`, /speaks plain MQTT: write mqtt:/],
        [`mqtt://localhost:${tls}`, /speaks TLS: write mqtts:/],
        [`mqtt://localhost:${web}`, /WebSocket: write ws:/],
        [`ws://localhost:${plain}`, /speaks plain MQTT: write mqtt:/],
        [`mqtts://localhost:${expired}`, /expired on \d{4}.*renew it/i],
        [`mqtts://localhost:${notYet}`, /not valid before.*clocks/],
        [`mqtts://localhost:${wrongHost}`, /another name.*other\.example/],
        [`mqtts://localhost:${selfSigned}`, /self-signed.*MQTT_CA_FILE/],
        [`mqtts://localhost:${unknown}`, /not trusted here, CN=Unknown CA.*MQTT_CA_FILE/],
        [`mqtts://localhost:${mutual}`, /MQTT_CERT_FILE and MQTT_KEY_FILE/],
      ] as const
    ) {
      assert.match((await adviceFor(h, url)).refusal, expected, url);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("each refusal of CONNECT gets the same advice from both", async () => {
  for (const version of ["5", "3.1.1"]) {
    const codes = version === "5"
      ? [0x80, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x95, 0x97, 0x9b, 0x9c, 0x9d, 0x9f]
      : [1, 2, 3, 4, 5];
    for (const code of codes) {
      const connack: BrokerScript["connack"] = { reasonCode: code, returnCode: code };
      await using broker = startScriptedBroker({ connack });
      await using h = await harness();
      const at = (login: string) =>
        adviceFor(h, `mqtt://${login}127.0.0.1:${broker.port}/pump?protocol=${version}`);
      const without = await at("");
      const withLogin = await at("anna:pw@");
      const isLogin = [4, 5, 0x86, 0x87, 0x8c].includes(code);
      assert.equal(/no login was given/.test(without.refusal), isLogin, `${version} ${code}`);
      assert.doesNotMatch(withLogin.refusal, /no login was given/);
      if (isLogin) assert.match(without.detail, /write mqtt:\/\/user:password@host/);
    }
  }
});

Deno.test("each answer of a web server that is no WebSocket gets advice of its own, the same from both", async () => {
  await using h = await harness();
  const seen = new Set<string>();
  for (
    const [status, expected] of [
      [301, /HTTP 301.*sends us elsewhere.*wss:\/\//],
      [401, /HTTP 401.*wants a login before MQTT.*without HTTP login/],
      [403, /HTTP 403.*does not let this client in.*rules/],
      [404, /HTTP 404.*no MQTT at the path "\/wrong"/],
      [502, /HTTP 502.*broker behind it.*broker runs/],
    ] as const
  ) {
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () => new Response("no", { status }),
    );
    const url = `ws://127.0.0.1:${server.addr.port}/wrong`;
    const { refusal } = await adviceFor(h, url);
    assert.match(refusal, expected);
    seen.add(refusal.slice(refusal.indexOf(" / ")));
  }
  assert.equal(seen.size, 5);
});
