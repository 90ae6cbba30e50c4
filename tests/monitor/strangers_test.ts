import assert from "node:assert/strict";
import { awaitMonitorPort } from "../support/monitor_port.ts";
import { mainArgs, WireClient } from "../support/mcp_client.ts";
import { LiveViewer, MonitorProcess, rawRequest, startMonitor, until } from "./support.ts";

const TOKEN = "correct-horse-battery";
const bearer = { authorization: `Bearer ${TOKEN}` };
const HALF = new TextEncoder().encode("GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ");

/** Opens a connection, sends these bytes, and tells whether it still holds. */
class Stranger implements Disposable {
  readonly connection: Deno.Conn;
  ended = false;
  answer = "";

  private constructor(connection: Deno.Conn) {
    this.connection = connection;
    void this.#read();
  }

  static async open(port: number, bytes: Uint8Array<ArrayBuffer>): Promise<Stranger> {
    const connection = await Deno.connect({ port });
    await connection.write(bytes).catch(() => {});
    return new Stranger(connection);
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.connection.readable) {
        this.answer += new TextDecoder().decode(chunk);
      }
    } catch {
      // cut
    }
    this.ended = true;
  }

  [Symbol.dispose](): void {
    try {
      this.connection.close();
    } catch {
      // closed with its stream
    }
  }
}

Deno.test("hundreds of half-sent requests hold a bounded number of connections, and keep nobody out", async () => {
  await using monitor = await MonitorProcess.start(["--monitor"], { env: { WEB_TOKEN: TOKEN } });
  const before = openFiles(monitor.process.pid);
  const strangers: Stranger[] = [];
  try {
    for (let i = 0; i < 375; i++) strangers.push(await Stranger.open(monitor.port, HALF));
    const answer = await fetch(`${monitor.url}/api/status`, { headers: bearer });
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
    await using viewer = new LiveViewer(monitor.port, { headers: bearer });
    await viewer.until("snapshot");
    await until(() => openFiles(monitor.process.pid) - before <= 200);
    // those that are left have ten seconds for their request's head
    await until(() => strangers.every(({ ended }) => ended));
    assert.ok(strangers.some(({ answer }) => answer.startsWith("HTTP/1.1 408 ")));
    assert.equal(viewer.socket.readyState, WebSocket.OPEN);
  } finally {
    for (const stranger of strangers) stranger[Symbol.dispose]();
  }
  await until(() => openFiles(monitor.process.pid) - before <= 3);
});

Deno.test("half-sent requests of strangers take nothing from a core with few files", async () => {
  const folder = await Deno.makeTempDir({ prefix: "monitor" });
  await Deno.chmod(folder, 0o700);
  const command = [Deno.execPath(), ...mainArgs, "--monitor"].map((arg) => `'${arg}'`).join(" ");
  {
    await using core = new WireClient({
      program: "/bin/sh",
      args: ["-c", `ulimit -n 400; exec ${command}`],
      env: { CORE_SOCKET: `${folder}/core.sock`, WEB_PORT: "0", WEB_TOKEN: TOKEN },
    });
    await core.until(() => core.stderr.includes("Core "));
    const port = await awaitMonitorPort(core);
    const strangers: Stranger[] = [];
    for (let i = 0; i < 375; i++) strangers.push(await Stranger.open(port, HALF));
    await using wire = new WireClient({
      args: mainArgs,
      flags: ["--stdio"],
      env: { CORE_SOCKET: `${folder}/core.sock` },
    });
    await wire.initialize();
    assert.deepEqual((await wire.request("ping")).result, {});
    const { status } = await rawRequest(port, { path: "/api/status", headers: bearer });
    assert.equal(status, 200);
    assert.doesNotMatch(core.stderr, /cannot take requests|Cannot accept/);
    for (const stranger of strangers) stranger[Symbol.dispose]();
    core.process.kill("SIGTERM");
    assert.equal((await core.ended()).code, 0);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a connection over which the right token came does not have to give way", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const request =
    `GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`;
  using known = await Stranger.open(monitor.port, new TextEncoder().encode(request));
  await until(() => known.answer.includes("HTTP/1.1 200 "));
  using first = await Stranger.open(monitor.port, HALF);
  const strangers: Stranger[] = [];
  try {
    while (!first.ended) {
      strangers.push(await Stranger.open(monitor.port, HALF));
      assert.ok(strangers.length < 1_000);
    }
    assert.equal(known.ended, false);
    await known.connection.write(new TextEncoder().encode(request));
    await until(() => known.answer.split("HTTP/1.1 200 ").length === 3);
  } finally {
    for (const stranger of strangers) stranger[Symbol.dispose]();
  }
});

Deno.test("a body that nobody wants is dropped, and the answer still comes", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const { status } = await rawRequest(monitor.port, {
    method: "POST",
    path: "/api/test-connection",
    headers: { "Content-Type": "application/json" },
    body: `"${"x".repeat(3_000_000)}"`,
  });
  assert.equal(status, 401);
});

Deno.test("a request that offers another protocol is answered all the same", async () => {
  await using monitor = await startMonitor();
  const { status } = await rawRequest(monitor.port, {
    method: "POST",
    path: "/api/logout",
    headers: {
      "Connection": "Upgrade, HTTP2-Settings, close",
      "Upgrade": "h2c",
      "HTTP2-Settings": "AAMAAABkAARAAAAAAAIAAAAA",
      "Content-Type": "application/json",
    },
    body: "{}",
  });
  assert.equal(status, 200);
});

Deno.test("what is no request at all is refused in one line, and the connection ends", async () => {
  await using monitor = await startMonitor();
  for (
    const [sent, status] of [
      ["\x16\x03\x01\x02\x00\x01\x00", 400],
      ["GET /\r\n\r\n", 403],
      [`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"x".repeat(40_000)}\r\n\r\n`, 431],
      ["GET / HTTP/1.1\r\n\r\n", 400],
      ["GET //elsewhere.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 404],
      [
        "GET http://elsewhere.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        200,
      ],
      ["TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 400],
    ] as const
  ) {
    using stranger = await Stranger.open(monitor.port, new TextEncoder().encode(sent));
    await until(() => stranger.ended);
    const told = `${sent.slice(0, 60)}: ${stranger.answer.slice(0, 60)}`;
    assert.match(stranger.answer, new RegExp(`^HTTP/1.1 ${status} `), told);
  }
});

Deno.test("the program ends within a second while strangers and viewers hold connections", async () => {
  await using monitor = await MonitorProcess.start();
  const strangers: Stranger[] = [];
  for (let i = 0; i < 20; i++) strangers.push(await Stranger.open(monitor.port, HALF));
  await using viewer = new LiveViewer(monitor.port);
  await viewer.until("snapshot");
  const ended = await monitor.end("SIGTERM");
  assert.equal(ended.code, 0);
  await until(() => strangers.every((stranger) => stranger.ended));
  await viewer.closed;
  for (const stranger of strangers) stranger[Symbol.dispose]();
});

function openFiles(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}
