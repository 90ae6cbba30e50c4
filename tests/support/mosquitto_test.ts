import assert from "node:assert/strict";
import { createConnection } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { makeCertificates } from "./certificates.ts";
import { startMosquitto } from "./mosquitto.ts";

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Runs mosquitto_pub to completion and returns its exit code. */
async function publish(port: number, ...args: string[]): Promise<number> {
  const { code } = await new Deno.Command("mosquitto_pub", {
    args: ["-h", "127.0.0.1", "-p", String(port), "-t", "a/b", "-m", "1", ...args],
    stdout: "null",
    stderr: "null",
  }).output();
  return code;
}

Deno.test("a test broker accepts as soon as it is started and is gone once disposed", async () => {
  let port: number;
  let dir: string;
  {
    await using broker = await startMosquitto();
    ({ port, dir } = broker);
    assert.equal(broker.url, `mqtt://127.0.0.1:${port}`);
    assert.equal(await accepts(port), true);
    assert.equal(await publish(port), 0);
  }
  assert.equal(await accepts(port), false);
  assert.throws(() => Deno.statSync(dir), Deno.errors.NotFound);
});

Deno.test("a killed test broker comes back on the same port, with what it persisted", async () => {
  await using broker = await startMosquitto({ persistence: true });
  const { port } = broker;
  assert.equal(await publish(port, "-r", "-q", "1"), 0);
  await broker.restart();
  await broker.kill();
  assert.equal(broker.running, false);
  assert.equal(await accepts(port), false);
  await broker.restart();
  assert.equal(broker.port, port);
  const { stdout } = await new Deno.Command("mosquitto_sub", {
    args: ["-h", "127.0.0.1", "-p", String(port), "-t", "#", "-C", "1", "-W", "5"],
    stdout: "piped",
  }).output();
  assert.equal(new TextDecoder().decode(stdout).trim(), "1");
});

Deno.test("each listener of a test broker has users and rights of its own", async () => {
  await using broker = await startMosquitto({
    users: { "anna": "p:ss wörd" },
    acl: ["user anna", "topic write a/#"],
    listeners: [{}, { websockets: true }],
  });
  const [guarded, open, web] = broker.ports;
  assert.notEqual(await publish(guarded), 0);
  assert.notEqual(await publish(guarded, "-u", "anna", "-P", "wrong"), 0);
  assert.equal(await publish(guarded, "-u", "anna", "-P", "p:ss wörd"), 0);
  assert.equal(await publish(open), 0);
  const socket = new WebSocket(`ws://127.0.0.1:${web}/mqtt`, ["mqtt"]);
  await once(socket as unknown as EventTarget, "open");
  const closed = once(socket as unknown as EventTarget, "close");
  socket.close();
  await closed;
  await broker.waitForLog(/anna/);
});

Deno.test("certificates of the test authority are trusted, and only by those who trust it", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const certificates = makeCertificates(dir);
    await using broker = await startMosquitto({
      tls: { ...certificates.server, caFile: certificates.ca.certFile },
      listeners: [
        { tls: certificates.expired },
        { tls: certificates.unknownServer },
        { tls: certificates.selfSigned },
        { tls: certificates.wrongHost },
      ],
    });
    const outcome = async (port: number, ca: string): Promise<string> => {
      const socket: TLSSocket = connectTls({ host: "localhost", port, ca });
      try {
        await once(socket, "secureConnect");
        return "trusted";
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      } finally {
        socket.destroy();
      }
    };
    const outcomes = [];
    for (const port of broker.ports) outcomes.push(await outcome(port, certificates.ca.cert));
    assert.equal(outcomes[0], "trusted");
    assert.ok(outcomes.slice(1).every((one) => one !== "trusted"), outcomes.join(", "));
    assert.equal(outcomes[4], "ERR_TLS_CERT_ALTNAME_INVALID");
    assert.equal(await outcome(broker.ports[2], certificates.unknownCa.cert), "trusted");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a test broker that cannot start says why in its own words", async () => {
  await assert.rejects(
    startMosquitto({ config: ["no_such_setting true"] }),
    /Cannot start mosquitto: .*no_such_setting/,
  );
});
