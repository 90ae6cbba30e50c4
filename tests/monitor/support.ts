/** A monitor to test: in this process over real HTTP, or as the program. */
import assert from "node:assert/strict";
import { monitorPort } from "../support/monitor_port.ts";
import { runtimeEnvironment } from "../../scripts/runtime_environment.ts";
import { type Ingress, parseConfig } from "../../src/config/mod.ts";
import { type Core, createCore } from "../../src/core.ts";
import type { LiveEvent } from "../../src/monitor/shapes/live.ts";
import { HttpMonitor } from "../../src/monitor/http_monitor.ts";
import type { PageFile } from "../../src/monitor/route.ts";
import { tools } from "../../src/tools/mod.ts";
import type { AnyTool } from "../../src/tools/tool.ts";
import { mainArgs } from "../support/mcp_client.ts";
import { PATIENCE_MS, until as untilWhat } from "../support/wait.ts";

/** Pages that stand in for the real ones, which have tests of their own. */
const PAGES: Readonly<Record<string, PageFile>> = {
  "/": { type: "text/html; charset=utf-8", text: "<!doctype html>the app", public: false },
  "/login": { type: "text/html; charset=utf-8", text: "<!doctype html>the login", public: true },
};

/** A monitor over real HTTP, on a core of its own. */
export interface TestMonitor extends AsyncDisposable {
  readonly core: Core;
  readonly monitor: HttpMonitor;
  readonly url: string;
  readonly port: number;
  /** A JSON answer; fails when it is refused. */
  // deno-lint-ignore no-explicit-any -- tests look into whatever comes
  get(path: string, headers?: Record<string, string>): Promise<any>;
  /** Runs a tool as a client would, watched by the monitor. */
  call(name: string, args?: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** Starts a monitor with these settings. `limitClock`: the clock of its limits on requests. */
export async function startMonitor(
  env: Record<string, string> = {},
  { limitClock, ingress, pages = PAGES }: {
    limitClock?: () => number;
    ingress?: Ingress;
    pages?: Readonly<Record<string, PageFile>>;
  } = {},
): Promise<TestMonitor> {
  const config = { ...parseConfig([], { WEB_PORT: "0", ...env }), ...(ingress && { ingress }) };
  const core = await createCore(config);
  const monitor = await HttpMonitor.start(core, {
    tools,
    pages,
    mode: "core",
    clients: () => 1,
    limitClock,
  });
  const url = `http://127.0.0.1:${monitor.port}`;
  return {
    core,
    monitor,
    url,
    port: monitor.port,
    async get(path, headers = {}) {
      const response = await fetch(url + path, { headers });
      const body = await response.json();
      assert.equal(response.status, 200, JSON.stringify(body));
      return body;
    },
    async call(name, args = {}) {
      const tool = tools.find((one) => one.name === name);
      assert.ok(tool);
      return await runTool(tool, args, { core, monitor });
    },
    async [Symbol.asyncDispose]() {
      await monitor.close();
      await core.close();
    },
  };
}

async function runTool(
  tool: AnyTool,
  args: Record<string, unknown>,
  { core, monitor }: { core: Core; monitor: HttpMonitor },
): Promise<Record<string, unknown>> {
  const id = crypto.randomUUID();
  const client = { id: "test", name: "test client" };
  const cancelling = new AbortController();
  const base = { id, tool: tool.name, client, arguments: args, startedAt: Date.now() };
  monitor.observer.onStart?.({ ...base, cancel: () => cancelling.abort() });
  const started = performance.now();
  const facts = await tool.run(tool.input.parse(args), {
    core,
    client,
    signal: cancelling.signal,
    progress: (report) => monitor.observer.onProgress?.(id, report),
  });
  monitor.observer.onEnd?.({
    ...base,
    // deno-lint-ignore timing/elapsed -- what the monitor is told
    durationMs: performance.now() - started,
    result: {
      structuredContent: { ...facts },
      content: [{ type: "text", text: JSON.stringify(facts) }],
    },
    cancelled: cancelling.signal.aborted,
  });
  return { ...facts };
}

/** One request as bytes, for headers that `fetch` does not let anyone set; resolves with the whole answer. */
export async function rawRequest(
  port: number,
  options: {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string;
  } = {},
): Promise<{ status: number; head: string; body: string }> {
  const { method = "GET", path = "/", headers = {}, body = "" } = options;
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = Object.entries({
    Host: `127.0.0.1:${port}`,
    Connection: "close",
    ...(body === "" ? {} : { "Content-Length": String(new TextEncoder().encode(body).length) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = new TextEncoder().encode(
    `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`,
  );
  for (let rest = request; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
  const text = await new Response(connection.readable).text();
  const end = text.indexOf("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
    head: text.slice(0, end),
    body: text.slice(end + 4),
  };
}

/** A viewer of `/api/live` that keeps what it got. */
export class LiveViewer implements AsyncDisposable {
  readonly events: LiveEvent[] = [];
  readonly socket: WebSocket;
  readonly #closed = Promise.withResolvers<void>();
  #wake = () => {};

  constructor(port: number, options: { headers?: Record<string, string> } = {}) {
    // deno-lint-ignore no-explicit-any -- Deno's WebSocket takes headers; the declaration that wins here does not say so
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/api/live`, options as any);
    this.socket.onmessage = (event) => {
      this.events.push(JSON.parse(event.data));
      this.#wake();
    };
    this.socket.onclose = () => this.#closed.resolve();
  }

  /** The first event that fits, be it past or to come. */
  async until<T extends LiveEvent["type"]>(
    type: T,
    fits: (event: LiveEvent & { type: T }) => boolean = () => true,
    maxMs = PATIENCE_MS,
  ): Promise<LiveEvent & { type: T }> {
    const find = () =>
      this.events.find((event): event is LiveEvent & { type: T } =>
        event.type === type && fits(event as LiveEvent & { type: T })
      );
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`No such ${type} within ${maxMs} ms`)),
      maxMs,
    );
    try {
      for (let found = find();; found = find()) {
        if (found) return found;
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await Promise.race([promise, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  send(command: unknown): void {
    this.socket.send(JSON.stringify(command));
  }

  /** Resolves once the other side has closed it. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED) this.socket.close();
    await this.#closed.promise;
  }
}

/** The program with a monitor. */
export class MonitorProcess implements AsyncDisposable {
  readonly process: Deno.ChildProcess;
  readonly folder: string;
  stderr = "";
  port = 0;
  readonly #reading: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();

  private constructor(folder: string, flags: readonly string[], env: Record<string, string>) {
    this.folder = folder;
    this.process = new Deno.Command(Deno.execPath(), {
      args: [
        ...mainArgs,
        ...(flags.some((flag) => flag.startsWith("--web-port=")) ? [] : ["--web-port=0"]),
        `--core-socket=${this.socketPath}`,
        ...flags,
      ],
      env: { ...runtimeEnvironment(), ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Starts it and waits until it listens. */
  static async start(
    flags: readonly string[] = ["--monitor"],
    options: { env?: Record<string, string>; folder?: string } = {},
  ): Promise<MonitorProcess> {
    const folder = options.folder ?? await Deno.makeTempDir({ prefix: "monitor" });
    await Deno.chmod(folder, 0o700);
    const started = new MonitorProcess(folder, flags, options.env ?? {});
    await started.#ready.promise;
    return started;
  }

  get socketPath(): string {
    return `${this.folder}/core.sock`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.process.stderr) {
      this.stderr += decoder.decode(chunk, { stream: true });
      const port = monitorPort(this.stderr);
      if (port === undefined || !/Core [^ ]+ listens/.test(this.stderr)) continue;
      this.port = port;
      this.#ready.resolve();
    }
    this.#ready.reject(new Error(`The process ended: ${this.stderr.slice(-2_000)}`));
  }

  /** Ends it with a signal, and resolves with its exit code. */
  async end(signal: Deno.Signal): Promise<{ code: number }> {
    this.process.kill(signal);
    const { code } = await this.process.status;
    await this.#reading;
    return { code };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.process.status;
    await this.#reading.catch(() => {});
    await Deno.remove(this.folder, { recursive: true }).catch(() => {});
  }
}

/** Resolves once the condition holds. */
export function until(
  condition: () => boolean | Promise<boolean>,
  maxMs = PATIENCE_MS,
): Promise<void> {
  return untilWhat(`${condition}`, condition, { timeoutMs: maxMs });
}
