import assert from "node:assert/strict";
import { dirname } from "node:path";
import { monitorPort } from "../support/monitor_port.ts";
import { connectClient, mainArgs, mainModule } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { LiveViewer, MonitorProcess, until } from "./support.ts";

async function healthcheck(socket: string, port: number): Promise<{ code: number }> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [...mainArgs, "--healthcheck", `--core-socket=${socket}`, `--web-port=${port}`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return { code };
}

Deno.test("--monitor is a shared core with HTTP: it shows what clients of the socket do, and ends in peace", async () => {
  await using broker = await startMosquitto();
  await using monitor = await MonitorProcess.start();
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  await client.call("establish_connection", { connection_string: broker.url });
  const get = async (path: string) => await (await fetch(monitor.url + path)).json();
  const status = await get("/api/status");
  assert.equal(status.mode, "core");
  assert.equal(status.clients.connected, 1);
  assert.equal(status.clients.seen[0].name, "test sdk v2, 2025");
  assert.equal(status.sessions.connected, 1);
  assert.ok((await get("/api/logs")).lines.length >= 2, "what was logged before it listened, too");

  await using viewer = new LiveViewer(monitor.port);
  await viewer.until("snapshot");
  // it gives up within a second, which a busy machine may need more than once
  await until(async () => (await healthcheck(monitor.socketPath, monitor.port)).code === 0);
  const ended = await monitor.end("SIGTERM");
  assert.equal(ended.code, 0, monitor.stderr);
  await viewer.closed;
  await broker.waitForLog(/disconnected\.$/);
  const dead = await healthcheck(monitor.socketPath, monitor.port);
  assert.equal(dead.code, 1);
});

Deno.test("--healthcheck fails where a core answers and its monitor does not", async () => {
  await using monitor = await MonitorProcess.start();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const hanging = await healthcheck(monitor.socketPath, (taken.addr as Deno.NetAddr).port);
  assert.equal(hanging.code, 1);
  const coreless = await healthcheck(`${monitor.folder}/none.sock`, monitor.port);
  assert.equal(coreless.code, 1);
});

Deno.test("killed at any moment, history loses at most the last second", async () => {
  const folder = await Deno.makeTempDir({ prefix: "monitor" });
  const flags = ["--monitor", `--data-dir=${folder}/data`];
  await using monitor = await MonitorProcess.start(flags, { folder });
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  const done: number[] = [];
  const olderThanASecond = () => {
    const killedAt = Date.now();
    return done.filter((at) => at < killedAt - 1_000).length;
  };
  while (olderThanASecond() <= 10) {
    await client.call("list_active_connections");
    done.push(Date.now());
  }
  const owed = olderThanASecond();
  await monitor.end("SIGKILL");

  await using again = await MonitorProcess.start(flags, { folder });
  const { matched, kept } = await (await fetch(`${again.url}/api/calls`)).json();
  assert.equal(kept.where, "file");
  assert.ok(matched >= owed, `${matched} of ${owed} calls`);
});

Deno.test("--stdio --monitor shows its one process; a taken port is one line, and stdio goes on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "monitor" });
  const port = () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return (listener.addr as Deno.NetAddr).port;
  };
  const webPort = port();
  const flags = ["--stdio", "--monitor", `--web-port=${webPort}`, `--data-dir=${folder}`];
  {
    await using first = await connectClient("sdk v2, 2026-07-28", { flags });
    await first.call("list_active_connections");
    const calls = await (await fetch(`http://127.0.0.1:${webPort}/api/calls`)).json();
    assert.equal(calls.matched, 1);
    const { services } = await (await fetch(`http://127.0.0.1:${webPort}/health`)).json();
    assert.equal(services.mcp_socket, "off");

    await using second = await connectClient("sdk v1", { flags });
    assert.equal((await second.call("list_active_connections")).isError, false);
    const told = second.stderr().split("\n").filter((line) => line.includes("monitor"));
    assert.equal(told.length, 1, second.stderr());
    assert.match(
      told[0],
      new RegExp(`port ${webPort} on 127\\.0\\.0\\.1 is taken; going on without`),
    );
    await first.close();
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("--monitor on a taken port does not start, and says so in one line", async () => {
  await using monitor = await MonitorProcess.start();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...mainArgs,
      "--monitor",
      `--core-socket=${monitor.folder}/second.sock`,
      `--web-port=${monitor.port}`,
      "--log-level=error",
    ],
    stdin: "null",
  }).output();
  assert.equal(code, 2);
  assert.match(
    new TextDecoder().decode(stderr),
    /^mqtt-mcp: Cannot start the monitor: port \d+ on 127\.0\.0\.1 is taken\n$/,
  );
});

Deno.test("the monitor needs no right that the compiled program does not have", async () => {
  const folder = await Deno.makeTempDir({ prefix: "monitor" });
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      "--allow-net",
      "--allow-env",
      "--allow-sys=uid,hostname",
      `--allow-read=${folder},${new URL("../..", import.meta.url).pathname},${
        dirname(mainModule)
      },${Deno.env.get("HOME")}/.cache/deno`,
      `--allow-write=${folder}`,
      mainModule,
      "--monitor",
      "--web-port=0",
      `--core-socket=${folder}/run/core.sock`,
      `--data-dir=${folder}/data`,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let stderr = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of process.stderr) stderr += decoder.decode(chunk, { stream: true });
  })();
  const port = () => monitorPort(stderr);
  await until(() => port() !== undefined);
  const url = `http://127.0.0.1:${port()}`;
  for (const path of ["/api/status", "/metrics", "/api/setup", "/api/calls", "/"]) {
    const response = await fetch(url + path);
    await response.body?.cancel();
    assert.ok(response.status === 200, `${path}: ${response.status} ${stderr}`);
  }
  assert.equal((await (await fetch(`${url}/health`)).json()).services.history, "file");
  process.kill("SIGTERM");
  assert.equal((await process.status).code, 0);
  await reading;
  assert.doesNotMatch(stderr, /NotCapable|Bug/);
  await Deno.remove(folder, { recursive: true });
});
