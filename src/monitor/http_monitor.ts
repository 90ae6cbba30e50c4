import { atMost } from "../waiting.ts";
import { Hono } from "hono";
import type { z } from "zod";
import type { Core } from "../core.ts";
import { MqttMcpError } from "../errors.ts";
import { log, type LogLine } from "../log.ts";
import { serveHttp } from "../mcp/http.ts";
import type { CallObserver } from "../mcp/server.ts";
import type { AnyTool } from "../tools/tool.ts";
import { formatBroker } from "../mqtt/connection_string.ts";
import { Activity } from "./activity.ts";
import { Answers } from "./answers.ts";
import type { LogEntry } from "./shapes/logs.ts";
import { BrokerNames } from "./broker_names.ts";
import { DemoHost, type RunningDemo } from "./demo_host.ts";
import { DeviceBoard } from "./device_board.ts";
import { Figures } from "./figures.ts";
import { History } from "./history.ts";
import {
  type hostGuard,
  hostGuard as createHostGuard,
  INGRESS_HEADERS,
  isAddress,
  type Origin,
  originOf,
  RateLimit,
  readBody,
  SECURITY_HEADERS,
} from "./http_guard.ts";
import { HttpListener, type RequestSource, type Upgrade } from "./http_listener.ts";
import { LiveHub } from "./live.ts";
import { Login } from "./login.ts";
import { offersOf } from "./offers.ts";
import { Paced } from "./paced.ts";
import { errorResponse, HttpError, type PageFile, type Route, tooMany } from "./route.ts";
import { createRoutes } from "./routes/mod.ts";
import { type ProgramFacts, readProgramFacts } from "./setup.ts";
import { sessionsView, statusView, type ViewSources } from "./view.ts";
import { watchRow } from "./watch_row.ts";

/** What a monitor is made with besides a core. */
interface MonitorOptions {
  readonly tools: readonly AnyTool[];
  /** The pages, by path. */
  readonly pages: Readonly<Record<string, PageFile>>;
  readonly mode: "core" | "stdio";
  /** How many clients are connected. */
  readonly clients: () => number;
  /** Starts the demo broker; left out: this process has none. */
  readonly startDemo?: () => Promise<RunningDemo>;
  /** The clock of the limits on requests, in milliseconds that never go back. */
  readonly limitClock?: () => number;
}

const BODY_MAX_BYTES = 16 * 1024;
const HISTORY_REFRESH_MS = 5_000;
const CLOSE_LIMIT_MS = 250;
/** Streams of events are left alone: each has to leave at once. */
const COMPRESSIBLE = /^(application\/json|text\/(html|css|javascript|csv|plain)|image\/svg)/;
/** The page that asks for the token. */
const LOGIN_PAGE = "/login";

/** Watches a core and shows it over HTTP. */
export class HttpMonitor {
  /** Hears of the calls of local clients. */
  readonly observer: CallObserver;
  readonly #core: Core;
  readonly #activity: Activity;
  readonly #figures: Figures;
  readonly #history: History;
  readonly #live: LiveHub;
  readonly #devices: DeviceBoard;
  readonly #ended = new AbortController();
  readonly #views: ViewSources;
  readonly #login: Login | null;
  readonly #mcp: ReturnType<typeof serveHttp> | null;
  readonly #program: ProgramFacts;
  readonly #demo: DemoHost | null;
  readonly #isKnownHost: ReturnType<typeof hostGuard>;
  readonly #pages: ReadonlyMap<string, PageFile>;
  readonly #limits: RequestLimits;
  readonly #strangerLimits: RequestLimits;
  readonly #routes: readonly Route[];
  readonly #app: Hono<{ Bindings: RequestSource }>;
  readonly #server: HttpListener;
  readonly #ticker: ReturnType<typeof setInterval>;
  #stopping = false;

  /**
   * Listens, and opens the history.
   *
   * @throws {ConfigError} when the port is taken, or the address cannot be listened on
   */
  static async start(core: Core, options: MonitorOptions): Promise<HttpMonitor> {
    const { webHost, webPort } = core.config;
    // The port first: a process that does not get it must not touch the history of the one that has it.
    const monitor = Promise.withResolvers<HttpMonitor>();
    const server = await HttpListener.open({
      hostname: webHost,
      port: webPort,
      handler: async (request, from) => await (await monitor.promise).#serve(request, from),
    });
    monitor.resolve(new HttpMonitor(core, { ...options, server }));
    return await monitor.promise;
  }

  private constructor(core: Core, options: MonitorOptions & { readonly server: HttpListener }) {
    const { config } = core;
    const startedAt = core.now();
    this.#core = core;
    this.#limits = requestLimits(options.limitClock);
    this.#strangerLimits = requestLimits(options.limitClock);
    this.#pages = new Map(Object.entries(options.pages));
    this.#program = readProgramFacts(config.webAllowedHosts);
    this.#isKnownHost = createHostGuard({
      allowed: config.webAllowedHosts,
      listening: config.webHost,
      hostName: this.#program.hostName,
    });
    this.#server = options.server;
    this.#history = History.open({ dataDir: config.dataDir });
    this.#login = config.webToken === undefined
      ? null
      : new Login(config.webToken, { store: this.#history });
    this.#demo = options.startDemo === undefined ? null : new DemoHost(options.startDemo);
    const names = new BrokerNames(this.#history);
    const offers = offersOf(core, {
      tools: options.tools,
      hasToken: this.#login !== null,
      hasDemo: this.#demo !== null,
    });
    const answers = new Answers();
    this.#activity = new Activity({
      tools: options.tools,
      answers,
      brokerOf: (sessionId) => {
        const session = core.sessions.all().find(({ id }) => id === sessionId);
        return session === undefined ? null : formatBroker(session.broker);
      },
      now: () => core.now(),
      onEntry: (entry) => {
        this.#history.addCall(entry);
        this.#live.call(entry);
      },
    });
    this.observer = this.#activity.observer("local");
    this.#figures = new Figures({
      startTick: performance.now(),
      onMinute: (minute) => this.#history.addMinute(minute),
    });
    this.#views = {
      core,
      activity: this.#activity,
      figures: this.#figures,
      mode: options.mode,
      startedAt,
      clients: options.clients,
      viewers: () => this.#live.size,
      names,
      offers: () => offers,
      recordings: new Paced(),
      historyOfCalls: cached((sinceMs) => this.#history.callsSince(sinceMs), () => core.now()),
    };
    this.#devices = new DeviceBoard(core, { names, signal: this.#ended.signal });
    this.#live = new LiveHub({
      snapshot: () => ({
        type: "snapshot",
        status: statusView(this.#views),
        sessions: sessionsView(this.#views),
        running: this.#activity.running(),
      }),
      session: (id) => core.sessions.all().find((session) => session.id === id),
      topics: ({ id }) => ({
        log: () => core.recordings.logOf(id),
        gaps: (topic, fromMs) => gapsOf(core, { sessionId: id, topic, fromMs }),
        now: () => core.now(),
      }),
      devices: this.#devices,
      now: () => core.now(),
    });
    core.sessions.onClosed((sessionId) => {
      this.#live.sessionEnded(sessionId);
      const demo = this.#demo;
      if (demo !== null && !core.sessions.all().some(({ broker }) => demo.is(broker))) {
        void demo.close();
      }
    });
    core.watches.onEvent(({ type, watch }) => this.#live.watch(type, () => watchRow(watch)));
    this.#mcp = this.#login === null ? null : serveHttp(core, {
      tools: options.tools,
      observer: this.#activity.observer("http"),
    });
    this.#routes = createRoutes({
      core,
      tools: options.tools,
      activity: this.#activity,
      answers,
      figures: this.#figures,
      history: this.#history,
      live: this.#live,
      devices: this.#devices,
      views: this.#views,
      login: this.#login,
      program: this.#program,
      names,
      demo: this.#demo,
      offers: () => offers,
      port: () => this.port,
      mcpHttp: this.#mcp !== null,
      stopping: () => this.#stopping,
      ended: this.#ended.signal,
    });
    this.#app = this.#createApp();
    this.#ticker = setInterval(() => this.#tick(), 1_000);
  }

  /** The port that is listened on. */
  get port(): number {
    return this.#server.port;
  }

  /** Takes a line of the log. */
  addLogLine(line: LogLine): void {
    const entry = this.#history.addLog({
      time: line.time,
      level: line.level as LogEntry["level"],
      part: line.part,
      message: line.message,
    });
    this.#live.line(entry);
  }

  /** Stops serving and writes the history's last lines. Takes at most 300 ms. */
  async close(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#ticker);
    this.#ended.abort();
    this.#live.close();
    const closed = Promise.all([this.#mcp?.close(), this.#server.close(), this.#demo?.close()]);
    await atMost(CLOSE_LIMIT_MS, closed);
    this.#figures.flushMinute();
    this.#history.close();
  }

  #tick(): void {
    this.#figures.take({
      at: this.#core.now(),
      tick: performance.now(),
      sessions: this.#core.sessions.all(),
      calls: this.#activity.takeMoment(),
      memory: Deno.memoryUsage(),
    });
    this.#live.tick();
  }

  async #serve(request: Request, from: RequestSource): Promise<Response | Upgrade> {
    const { corsOrigins, ingress } = this.#core.config;
    const viaIngress = ingress !== undefined && isAddress(from.address, ingress.from);
    const origin = originOf(request, corsOrigins, { viaIngress });
    const response = await this.#answer(request, { origin, from, viaIngress });
    if (!(response instanceof Response)) return response;
    const kept = response.headers.get("cache-control");
    return withHeaders(compressed(response, request), {
      ...SECURITY_HEADERS,
      ...(viaIngress && INGRESS_HEADERS),
      ...(kept !== null && { "cache-control": kept }),
      ...(origin === "reader" ? readerHeaders(request.headers.get("origin") ?? "") : {}),
    });
  }

  async #answer(
    request: Request,
    { origin, from, viaIngress }: { origin: Origin; from: RequestSource; viaIngress: boolean },
  ): Promise<Response | Upgrade> {
    // what people call the proxy is no name of this host
    if (!viaIngress && !this.#isKnownHost(request.headers.get("host"))) {
      return errorResponse(unknownHost());
    }
    const url = new URL(request.url);
    const checked = this.#check(request, { origin, from, viaIngress, path: url.pathname });
    if (checked instanceof HttpError) {
      return checked.status === 401 && wantsPage(request)
        ? this.#page(LOGIN_PAGE, 401) ?? errorResponse(checked)
        : errorResponse(checked);
    }
    if (request.method === "OPTIONS") return new Response(null, { status: 204 });
    if (url.pathname === "/api/live") return this.#upgrade(from, checked.login);
    if (url.pathname === "/mcp") return await this.#serveMcp(request);
    return await this.#app.fetch(request, from);
  }

  /** Why a request is not answered at all, or the login that it came with. */
  #check(
    request: Request,
    { origin, from, viaIngress, path }: {
      origin: Origin;
      from: RequestSource;
      viaIngress: boolean;
      path: string;
    },
  ): HttpError | { login: string | null } {
    const reads = request.method === "GET" || request.method === "HEAD" ||
      request.method === "OPTIONS";
    if (origin === "foreign" || (origin === "reader" && !reads)) {
      return new HttpError(
        403,
        "FOREIGN_ORIGIN",
        "Cannot answer a page of another site",
        "Origins in CORS_ORIGINS may read",
      );
    }
    // Who comes through the ingress has logged in to Home Assistant; an assistant has not.
    const passes = this.#login === null || (viaIngress && path !== "/mcp");
    const checked = passes || request.method === "OPTIONS"
      ? { outcome: "ok" as const, login: null }
      : this.#login.check(request, from.address);
    const isOpen = this.#pages.get(path)?.public ||
      this.#routes.some((route) => route.open && route.path === path);
    // Those who know the token are not kept waiting by those who do not.
    const { requests, writes } = checked.outcome === "ok" ? this.#limits : this.#strangerLimits;
    if (!requests.take()) return tooMany();
    // MCP calls are bounded by the core itself, and a busy assistant makes many.
    if (!reads && path !== "/mcp" && !writes.take()) return tooMany();
    if (checked.outcome === "ok" && (isOpen || this.#mayEnter(viaIngress))) {
      from.admit();
      return checked;
    }
    if (isOpen) return { login: null };
    if (checked.outcome === "ok") {
      return new HttpError(
        403,
        "INGRESS_ONLY",
        "Cannot answer past Home Assistant without a token",
        "Open the page in Home Assistant, or set the add-on's option web_token",
      );
    }
    return checked.outcome === "slow_down"
      ? tooMany()
      : new HttpError(401, "TOKEN_NEEDED", "Cannot answer without WEB_TOKEN", "Log in first");
  }

  /** Whether a request needs no more than it has; false for one past the ingress that nobody asks for a token. */
  #mayEnter(viaIngress: boolean): boolean {
    return this.#core.config.ingress === undefined || viaIngress || this.#login !== null;
  }

  #upgrade(from: RequestSource, login: string | null): Response | Upgrade {
    if (!from.canUpgrade) {
      return errorResponse(new HttpError(426, "UPGRADE_NEEDED", "This is a WebSocket"));
    }
    if (!this.#live.hasRoom) return errorResponse(tooMany());
    return { serve: (socket) => this.#live.serve(socket, login) };
  }

  async #serveMcp(request: Request): Promise<Response> {
    if (this.#mcp === null) {
      return errorResponse(
        new HttpError(
          404,
          "SWITCHED_OFF",
          "MCP over HTTP is switched off",
          "Set WEB_TOKEN to switch it on",
        ),
      );
    }
    return await this.#mcp.handle(request);
  }

  #createApp(): Hono<{ Bindings: RequestSource }> {
    const app = new Hono<{ Bindings: RequestSource }>();
    for (const route of this.#routes) {
      app.on(route.method.toUpperCase(), route.path.replace("{id}", ":id"), async (context) => {
        const { raw } = context.req;
        if (route.writes) this.#checkOffered();
        const query = parsed(route.query, Object.fromEntries(new URL(raw.url).searchParams));
        const body = route.body === undefined
          ? undefined
          : parsed(route.body, await readJson(raw, route.bodyMaxBytes ?? BODY_MAX_BYTES));
        const answer = await route.handle({
          query,
          body,
          id: context.req.param("id") ?? "",
          request: raw,
          ...context.env,
        });
        return answer instanceof Response ? answer : Response.json(answer);
      });
    }
    app.get("*", (context) => this.#page(context.req.path, 200) ?? context.notFound());
    app.notFound(() => errorResponse(new HttpError(404, "NOT_FOUND", "There is nothing here")));
    app.onError((error) => {
      if (error instanceof HttpError) return errorResponse(error);
      if (error instanceof MqttMcpError) {
        return errorResponse(new HttpError(422, error.code, error.message, error.hint));
      }
      log("monitor").error("Bug: a route threw {error}", { error });
      return errorResponse(new HttpError(500, "INTERNAL_ERROR", "Cannot answer: see the log"));
    });
    return app;
  }

  #checkOffered(): void {
    const { writes, why } = this.#views.offers();
    if (!writes) throw new HttpError(403, "NOT_OFFERED", why ?? "Cannot write from here");
  }

  #page(path: string, status: number): Response | null {
    const page = this.#pages.get(path);
    if (page === undefined) return null;
    return new Response(page.text, {
      status,
      headers: {
        "content-type": page.type,
        ...(page.immutable && { "cache-control": "private, max-age=31536000, immutable" }),
      },
    });
  }
}

function gapsOf(
  core: Core,
  { sessionId, topic, fromMs }: { sessionId: string; topic: string; fromMs: number },
): { from: number; to: number }[] {
  const { gaps } = core.recordings.coverage(sessionId, topic, { from: fromMs, to: core.now() });
  return gaps.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
}

/** How often may be asked, and how often written. */
interface RequestLimits {
  readonly requests: RateLimit;
  readonly writes: RateLimit;
}

function requestLimits(now?: () => number): RequestLimits {
  return {
    requests: new RateLimit({ perSecond: 200, burst: 1_000, now }),
    writes: new RateLimit({ perSecond: 20, burst: 100, now }),
  };
}

function parsed(shape: Route["query"], value: unknown): unknown {
  if (shape === undefined) return undefined;
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5)
    .map(({ path, message }) => `${path.join(".").slice(0, 60) || "request"}: ${message}`);
  throw new HttpError(
    400,
    "INVALID_ARGUMENT",
    `Cannot use the request: ${issues.join("; ")}`,
    undefined,
    fieldOf(result.error.issues[0]),
  );
}

/** The field of a request that an issue is about; undefined where it is none of ours, whose name may be anything. */
function fieldOf(issue: z.core.$ZodIssue): string | undefined {
  const [first] = issue.path;
  return first === undefined ? undefined : String(first);
}

async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(type);
  // A page of another site can send other types without being asked for leave.
  if (!isForm && !/^application\/json\b/i.test(type)) {
    throw new HttpError(415, "JSON_NEEDED", "Cannot read the body: application/json is needed");
  }
  const bytes = await readBody(request, maxBytes);
  if (bytes === null) {
    throw new HttpError(413, "TOO_LARGE", `Cannot take a body of more than ${maxBytes} bytes`);
  }
  const text = new TextDecoder().decode(bytes);
  if (isForm) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, "INVALID_ARGUMENT", "Cannot read the body: it is not JSON");
  }
}

function unknownHost(): HttpError {
  return new HttpError(
    403,
    "UNKNOWN_HOST",
    "Cannot answer under this host name",
    "Add the name to WEB_ALLOWED_HOSTS",
  );
}

/** The response in fewer bytes, where whoever asked can read it and it gains from that. */
function compressed(response: Response, request: Request): Response {
  const { body, headers } = response;
  const readable = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  const type = headers.get("content-type") ?? "";
  if (body === null || !readable || !COMPRESSIBLE.test(type)) return response;
  const changed = new Headers(headers);
  changed.set("content-encoding", "gzip");
  changed.append("vary", "accept-encoding");
  const stream = body.pipeThrough(new CompressionStream("gzip"));
  return new Response(stream, { status: response.status, headers: changed });
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const merged = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) merged.set(name, value);
  return new Response(response.body, { status: response.status, headers: merged });
}

function readerHeaders(origin: string): Record<string, string> {
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "authorization",
    "cross-origin-resource-policy": "cross-origin",
    "vary": "origin",
  };
}

function wantsPage(request: Request): boolean {
  return request.method === "GET" && /\btext\/html\b/.test(request.headers.get("accept") ?? "");
}

/** What costs a query is asked for at most every few seconds. */
function cached<T>(ask: (sinceMs: number) => T, now: () => number): (sinceMs: number) => T {
  let kept: { at: number; value: T } | null = null;
  return (sinceMs) => {
    if (kept === null || now() - kept.at > HISTORY_REFRESH_MS) {
      kept = { at: now(), value: ask(sinceMs) };
    }
    return kept.value;
  };
}
