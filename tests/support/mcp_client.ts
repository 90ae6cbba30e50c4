/** Real MCP clients of every kind over real stdio, and a raw one that sees each line. */
import { Client as ClientV2 } from "@modelcontextprotocol/client";
// @ts-types="npm:@modelcontextprotocol/sdk@^1.32.2/dist/esm/client/index.d.ts"
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
// @ts-types="npm:@modelcontextprotocol/sdk@^1.32.2/dist/esm/types.d.ts"
import {
  ElicitRequestSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { runtimeEnvironment } from "../../scripts/runtime_environment.ts";
import { PATIENCE_MS } from "./wait.ts";

/** The protocol a client speaks, and with which SDK. */
export type ClientKind = "sdk v1" | "sdk v2, 2025" | "sdk v2, 2026-07-28";

/** Every kind of client, for tests that hold for all. */
export const clientKinds: readonly ClientKind[] = ["sdk v1", "sdk v2, 2025", "sdk v2, 2026-07-28"];

/** How the server is started. */
export interface ServerCommand {
  /** Path of a compiled program, which then gets only the flags; default: `deno`. */
  readonly program?: string;
  /** Arguments of `deno`; default: runs main.ts with an own core. */
  readonly args?: readonly string[];
  /** Flags of the program, after the default arguments. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A progress report as the client got it. */
export interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** Options of one call. */
export interface CallOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  /** Default: as long as tests wait for anything. */
  readonly timeoutMs?: number;
}

/** A result of a call, as every kind of client gives it. */
export interface ToolResult {
  readonly isError: boolean;
  readonly text: string;
  readonly facts: Record<string, unknown>;
  /** Of resources that the result links to. */
  readonly links: readonly string[];
}

/** A connected client, the same for all kinds. */
export interface TestClient extends AsyncDisposable {
  /** Of the process that serves it. */
  readonly pid: number;
  listTools(): Promise<ListedTool[]>;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  listPrompts(): Promise<{ name: string }[]>;
  getPrompt(name: string, args?: Record<string, string>): Promise<string>;
  listResources(): Promise<{ uri: string }[]>;
  listResourceTemplates(): Promise<{ uriTemplate: string }[]>;
  /** The text of a resource. */
  readResource(uri: string): Promise<string>;
  /** Subscribes to a resource, and resolves once that stands with a list that each update of it is added to. */
  updatesOf(uri: string): Promise<{ readonly uris: string[]; stop(): Promise<void> }>;
  instructions(): string | undefined;
  /** What the server wrote to stderr so far. */
  stderr(): string;
  /** Resolves once stderr matches: it comes on another way than results do. */
  untilStderr(pattern: RegExp): Promise<void>;
  close(): Promise<void>;
}

/** A tool as a client lists it. */
export interface ListedTool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: Record<string, unknown>;
  readonly outputSchema?: Record<string, unknown>;
  readonly annotations?: Record<string, unknown>;
}

/**
 * The module of the program. The whole run bundles it once, as the package for npm is, and names that here: a start from
 * it takes a third of the processor time. A single file that is run without scripts/test.ts starts main.ts.
 */
export const mainModule = Deno.env.get("TEST_BUNDLE") ??
  new URL("../../main.ts", import.meta.url).pathname;

/** Arguments of `deno` that run the program from this checkout. */
export const mainArgs: readonly string[] = ["run", "-A", "--no-prompt", "--no-check", mainModule];

function argsOf(command: ServerCommand): string[] {
  return [
    ...(command.args ?? (command.program ? [] : mainArgs)),
    ...(command.flags ?? (command.args ? [] : ["--no-attach"])),
  ];
}

/**
 * What is run for a command, and with which arguments. Where TEST_PROGRAM names a compiled program, that stands in for
 * main.ts, so that the same tests hold for both.
 */
export function processOf(command: ServerCommand): { program: string; args: string[] } {
  const args = argsOf(command);
  if (command.program) return { program: command.program, args };
  const standIn = Deno.env.get("TEST_PROGRAM");
  const runsMain = mainArgs.every((arg, index) => args[index] === arg);
  if (standIn && runsMain) return { program: standIn, args: args.slice(mainArgs.length) };
  return { program: Deno.execPath(), args };
}

/** What a host hands on, and what `deno` needs to find its packages. */
function envOf(command: ServerCommand): Record<string, string> {
  return { ...runtimeEnvironment(), ...command.env };
}

/** Answers what the server asks by elicitation. */
export type Person = (question: string) => {
  readonly action: "accept" | "decline" | "cancel";
  readonly content?: Readonly<Record<string, unknown>>;
};

/**
 * Connects a client of that kind to a server, which is started where it is not there yet; where there is a `person`, it can
 * ask them.
 */
export async function connectClient(
  kind: ClientKind,
  server: ServerCommand | LineClient = {},
  person?: Person,
): Promise<TestClient> {
  const wire = server instanceof LineClient ? server : new WireClient(server);
  const info = { name: `test ${kind}`, version: "1" };
  const capabilities = person ? { elicitation: {} } : {};
  const client = kind === "sdk v1" ? new ClientV1(info, { capabilities }) : new ClientV2(info, {
    capabilities,
    versionNegotiation: { mode: kind === "sdk v2, 2025" ? "legacy" : { pin: "2026-07-28" } },
  });
  // deno-lint-ignore no-explicit-any -- the SDKs' clients are alike, their types are not
  const any = client as any;
  if (person) {
    any.setRequestHandler(
      kind === "sdk v1" ? ElicitRequestSchema : "elicitation/create",
      (request: { params: { message: string } }) => person(request.params.message),
    );
  }
  try {
    // its own limit is a minute: on a busy machine npm takes longer to put a program there
    await any.connect(new WireTransport(wire), { timeout: PATIENCE_MS });
  } catch (error) {
    await wire[Symbol.asyncDispose]();
    throw new Error(`Cannot connect: ${wire.stderr.slice(-2_000)}`, { cause: error });
  }

  const close = async () => {
    await any.close();
    await wire[Symbol.asyncDispose]();
  };
  return {
    pid: wire instanceof WireClient ? wire.process.pid : Deno.pid,
    listTools: async () => (await any.listTools()).tools,
    async call(name, args = {}, options = {}) {
      const request = {
        ...(options.onProgress ? { onprogress: options.onProgress } : {}),
        ...(options.signal ? { signal: options.signal } : {}),
        timeout: options.timeoutMs ?? PATIENCE_MS,
      };
      const result = kind === "sdk v1"
        ? await any.callTool({ name, arguments: args }, undefined, request)
        : await any.callTool({ name, arguments: args }, request);
      return {
        isError: result.isError === true,
        text: result.content?.[0]?.text ?? "",
        facts: result.structuredContent ?? {},
        links: (result.content ?? [])
          .filter((block: { type: string }) => block.type === "resource_link")
          .map((block: { uri: string }) => block.uri),
      };
    },
    listPrompts: async () => (await any.listPrompts()).prompts,
    async getPrompt(name, args = {}) {
      const result = await any.getPrompt({ name, arguments: args });
      return result.messages[0].content.text;
    },
    listResources: async () => (await any.listResources()).resources,
    listResourceTemplates: async () => (await any.listResourceTemplates()).resourceTemplates,
    readResource: async (uri) => (await any.readResource({ uri })).contents[0].text,
    async updatesOf(uri) {
      const uris: string[] = [];
      any.setNotificationHandler(
        kind === "sdk v1" ? ResourceUpdatedNotificationSchema : "notifications/resources/updated",
        (notification: { params: { uri: string } }) => void uris.push(notification.params.uri),
      );
      if (kind === "sdk v2, 2026-07-28") {
        const listening = await any.listen({ resourceSubscriptions: [uri] });
        return { uris, stop: () => listening.close() };
      }
      await any.subscribeResource({ uri });
      return { uris, stop: () => any.unsubscribeResource({ uri }) };
    },
    instructions: () => any.getInstructions(),
    stderr: () => wire.stderr,
    untilStderr: (pattern) => wire.until(() => pattern.test(wire.stderr)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A JSON-RPC message, as loosely as a wire test wants it. */
export type WireMessage = Record<string, unknown> & {
  id?: number | string;
  method?: string;
  // deno-lint-ignore no-explicit-any -- wire tests look into whatever comes
  result?: any;
  // deno-lint-ignore no-explicit-any -- wire tests look into whatever comes
  params?: any;
  error?: { code: number; message: string };
};

function readMessage(line: string): WireMessage {
  const message = JSON.parse(line);
  if (message.jsonrpc !== "2.0") throw new Error(`Not JSON-RPC: ${line.slice(0, 200)}`);
  return message;
}

/** What a server is spoken to over: a process has stderr, too. */
interface ServerStreams {
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr?: ReadableStream<Uint8Array>;
}

/** A server that is spoken to line by line, over whatever it is served on. */
export class LineClient implements AsyncDisposable {
  /** Every line of stdout, in order. */
  readonly lines: string[] = [];
  /** Hears every line as it comes. */
  onLine: (line: string) => void = () => {};
  /** Called once the server has ended and all it wrote was read. */
  onOver: () => void = () => {};
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdoutReader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #waiting = new Set<() => void>();
  #stderr = "";
  #nextId = 1;
  /** Resolves once all that it wrote was read. */
  protected readonly reading: Promise<unknown>;

  constructor({ stdin, stdout, stderr }: ServerStreams) {
    this.#stdin = stdin.getWriter();
    this.#stdoutReader = stdout.getReader();
    this.reading = Promise.all([this.#readStdout(), this.#readStderr(stderr)]).then(() => {
      this.#over = true;
      this.onOver();
      this.#wake();
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  async #readStdout(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await this.#stdoutReader.read();
      if (done) break;
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
      for (const line of lines) this.onLine(line);
      this.#wake();
    }
    if (rest !== "") this.lines.push(rest);
    this.#wake();
  }

  async #readStderr(stderr: ReadableStream<Uint8Array> | undefined): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stderr ?? []) {
      this.#stderr += decoder.decode(chunk, { stream: true });
      this.#wake();
    }
  }

  /** Whether the server has ended and all it wrote was read. */
  #over = false;

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves once the condition holds; checked whenever the server wrote something. */
  async until(condition: () => boolean, maxMs = PATIENCE_MS): Promise<void> {
    if (condition()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (why: string) =>
      reject(new Error(`${why}; stderr: ${this.#stderr.slice(-2_000)}`));
    const check = () => {
      if (condition()) resolve();
      else if (this.#over) fail("The server ended before");
    };
    const timer = setTimeout(() => fail(`Still not so after ${maxMs} ms`), maxMs);
    this.#waiting.add(check);
    check();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }

  /** All messages so far. Throws when a line is not JSON-RPC. */
  messages(): WireMessage[] {
    return this.lines.map(readMessage);
  }

  async write(text: string | Uint8Array): Promise<void> {
    await this.#stdin.write(typeof text === "string" ? new TextEncoder().encode(text) : text);
  }

  notify(method: string, params?: unknown): Promise<void> {
    return this.write(JSON.stringify({ jsonrpc: "2.0", method, params }) + "\n");
  }

  /** Sends a request and returns its id at once. */
  async send(method: string, params?: unknown): Promise<number> {
    const id = this.#nextId++;
    await this.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n");
    return id;
  }

  async answer(id: number, maxMs = PATIENCE_MS): Promise<WireMessage> {
    await this.until(() => this.#answered().has(id), maxMs);
    return this.#answered().get(id)!;
  }

  readonly #answers = new Map<WireMessage["id"], WireMessage>();
  #readLines = 0;

  /** The first answer to each request so far; each line is read once. */
  #answered(): ReadonlyMap<WireMessage["id"], WireMessage> {
    for (; this.#readLines < this.lines.length; this.#readLines++) {
      const message = readMessage(this.lines[this.#readLines]);
      const { id, method } = message;
      if (method === undefined && !this.#answers.has(id)) this.#answers.set(id, message);
    }
    return this.#answers;
  }

  request(method: string, params?: unknown, maxMs = PATIENCE_MS): Promise<WireMessage> {
    const answered = this.send(method, params).then((id) => this.answer(id, maxMs));
    // a test that fails before it awaits this ends the process, which must not hide why it failed
    answered.catch(() => {});
    return answered;
  }

  /** The 2025-era handshake. */
  async initialize(protocolVersion = "2025-11-25"): Promise<WireMessage> {
    const answer = await this.request("initialize", {
      protocolVersion,
      capabilities: {},
      clientInfo: { name: "wire test", version: "1" },
    });
    await this.notify("notifications/initialized");
    return answer;
  }

  /** Ends the server's stdin. */
  async closeStdin(): Promise<void> {
    await this.#stdin.close().catch(() => {});
  }

  /** Stops reading and closes the pipe the server writes to. */
  async breakStdout(): Promise<void> {
    await this.#stdoutReader.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeStdin();
    await this.reading;
  }
}

/** The process of a server, spoken to line by line. */
export class WireClient extends LineClient {
  readonly process: Deno.ChildProcess;

  constructor(command: ServerCommand = {}) {
    const { program, args } = processOf(command);
    const process = new Deno.Command(program, {
      args,
      env: envOf(command),
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    super(process);
    this.process = process;
  }

  /**
   * Sends pings until the process ends, as it has to once it writes to a broken stdout: that it is broken may show to it a
   * write or two later than to this side.
   */
  async endedByWriting(maxMs = PATIENCE_MS): Promise<Deno.CommandStatus> {
    const pinging = setInterval(() => void this.send("ping").catch(() => {}), 50);
    try {
      return await this.ended(maxMs);
    } finally {
      clearInterval(pinging);
    }
  }

  /** Resolves with the exit status, and fails when the process takes longer than that. */
  async ended(maxMs = PATIENCE_MS): Promise<Deno.CommandStatus> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`Still running after ${maxMs} ms`)),
      maxMs,
    );
    try {
      return await Promise.race([this.process.status, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.closeStdin();
    try {
      await this.ended(PATIENCE_MS / 2);
    } catch {
      this.process.kill("SIGKILL");
      await this.process.status;
    }
    await this.reading;
  }
}

/**
 * The SDK clients' way to a server. Their own transports leave timers running after a close, which
 * the sanitizers take for leaks of the test.
 */
class WireTransport {
  readonly #wire: LineClient;
  onmessage?: (message: unknown) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;

  constructor(wire: LineClient) {
    this.#wire = wire;
  }

  start(): Promise<void> {
    this.#wire.onLine = (line) => this.onmessage?.(JSON.parse(line));
    this.#wire.onOver = () => this.onclose?.();
    return Promise.resolve();
  }

  send(message: unknown): Promise<void> {
    return this.#wire.write(JSON.stringify(message) + "\n");
  }

  async close(): Promise<void> {
    await this.#wire[Symbol.asyncDispose]();
  }
}
