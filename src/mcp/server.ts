import {
  type CallToolResult,
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type Tool as ToolDefinition,
} from "@modelcontextprotocol/server";
import type { Core } from "../core.ts";
import { ConnectionError, type MqttMcpError } from "../errors.ts";
import { visibleJson } from "../payload/visible_text.ts";
import type { AnyTool, ProgressReport } from "../tools/tool.ts";
import { GivenLogins, redactHead, withoutLogins } from "../redact.ts";
import { confirm } from "./confirmation.ts";
import { completeArgument } from "./completions.ts";
import { checkArgumentBounds } from "./argument_bounds.ts";
import { jsonSchemaOf } from "./json_schema.ts";
import { toolsShown } from "./listed_tools.ts";
import { newServer } from "./new_server.ts";
import { ProgressReporter } from "./progress.ts";
import { findPrompt, prompts } from "./prompts.ts";
import type { ResourceUpdates } from "./resource_updates.ts";
import { listResources, readResource, resourceLink, resourceTemplates } from "./resources.ts";
import { argumentError, errorResult, factsResult, outgoingText } from "./result.ts";

/** How a server is made for one connection. */
interface ServerOptions {
  readonly core: Core;
  /** All tools; the settings decide which of them are shown. */
  readonly tools: readonly AnyTool[];
  /** One per connection of a client; marks the sessions it opens. */
  readonly clientId: string;
  /** Aborted when the core ends: calls that are still running get an error result. */
  readonly closing?: AbortSignal;
  /** Hears of every call, whatever comes of it. */
  readonly observer?: CallObserver;
  /** Tells the connection of resources; without it none can be subscribed to. */
  readonly updates?: Pick<ResourceUpdates, "serve">;
  /** The protocol's: `modern` is 2026-07-28 and later. */
  readonly era?: "legacy" | "modern";
}

/** Hears of calls, for the monitor. None of its functions may throw or take long. */
export interface CallObserver {
  onStart?(call: StartedCall): void;
  onProgress?(id: string, report: ProgressReport): void;
  onEnd?(call: CallRecord): void;
}

/** A call of a tool, whatever becomes of it. */
interface ToolCall {
  /** One per call. */
  readonly id: string;
  readonly tool: string;
  readonly client: { readonly id: string; readonly name: string };
  /** As the caller gave them: may hold payloads and connection strings. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly startedAt: number;
}

/** A call that has begun. */
export interface StartedCall extends ToolCall {
  /** Cancels the call as its caller could; the caller still gets a result. */
  cancel(): void;
}

/** One finished call. */
export interface CallRecord extends ToolCall {
  readonly durationMs: number;
  readonly result: CallToolResult;
  readonly cancelled: boolean;
}

/** A server for one connection, of either protocol era. Has no side effects: it may be thrown away. */
export function createServer(options: ServerOptions): Server {
  const server = newServer({ era: options.era, subscribe: options.updates !== undefined });
  const { core } = options;
  const { readOnly, toolPrefix } = core.config;
  const shown = toolsShown(options.tools, { readOnly });
  const byName = new Map(shown.map((tool) => [toolPrefix + tool.name, tool]));
  // making the schemas takes a tenth of a start, and many a client was given them before this
  let definitions: ToolDefinition[] | undefined;

  server.setRequestHandler("tools/list", () => {
    definitions ??= shown.map((tool) => toolDefinition(tool, toolPrefix));
    return { tools: definitions };
  });
  server.setRequestHandler("tools/call", async (request, context) => {
    const { name, arguments: args = {} } = request.params;
    const tool = byName.get(name);
    if (tool === undefined) throw unknownTool(name, { options, known: [...byName.keys()] });
    try {
      checkArgumentBounds(args);
    } catch (error) {
      return errorResult(error, tool.name);
    }
    const client = { id: options.clientId, name: clientNameOf(server, context) };
    const links = knowsLinks(server.getNegotiatedProtocolVersion());
    const capabilities = server.getClientCapabilities();
    const confirmation = await confirm(tool, { args, context, client, core, capabilities });
    if (confirmation !== null && "ask" in confirmation) return confirmation.ask;
    const refusal = confirmation?.refusal;
    return await callTool(tool, { args, context, client, options, links, refusal });
  });
  server.setRequestHandler("prompts/list", () => ({
    prompts: prompts.map(({ text: _, ...definition }) => definition),
  }));
  server.setRequestHandler("prompts/get", (request) => {
    const { name, arguments: args = {} } = request.params;
    const given = new GivenLogins([name, args]);
    const prompt = findPrompt(name, args);
    if (typeof prompt === "string") {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, outgoingText(prompt, given));
    }
    return withoutLogins(given.hideInValue(prompt) as typeof prompt);
  });
  server.setRequestHandler("completion/complete", (request) => {
    const { clientId } = options;
    return completeArgument(request.params.argument, { core, clientId });
  });
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates }));
  server.setRequestHandler("resources/list", () => listResources(core, options.clientId));
  server.setRequestHandler("resources/read", (request, context) => {
    const { signal } = context.mcpReq;
    return readResource(request.params.uri, { core, clientId: options.clientId, signal });
  });
  options.updates?.serve(server, options.era ?? "legacy");
  return server;
}

/** A tool as clients see it. */
export function toolDefinition(tool: AnyTool, prefix = ""): ToolDefinition {
  return {
    name: prefix + tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchemaOf(tool.input, "input"),
    outputSchema: jsonSchemaOf(tool.output, "output"),
    annotations: {
      title: tool.title,
      readOnlyHint: tool.access === "read",
      destructiveHint: tool.access === "destroy",
      idempotentHint: tool.idempotent,
    },
  } as ToolDefinition;
}

interface Call {
  readonly args: Record<string, unknown>;
  readonly context: ServerContext;
  readonly client: { readonly id: string; readonly name: string };
  readonly options: ServerOptions;
  /** Whether the client's protocol has resource links. */
  readonly links: boolean;
  /** Why it may not run. */
  readonly refusal?: MqttMcpError;
}

async function callTool(tool: AnyTool, call: Call): Promise<CallToolResult> {
  const { context, client, options } = call;
  const { signal } = context.mcpReq;
  const startedAt = Date.now();
  const started = performance.now();
  const progress = new ProgressReporter({ send: progressSender(context), signal });
  const id = crypto.randomUUID();
  const cancelling = new AbortController();
  options.observer?.onStart?.({
    id,
    tool: tool.name,
    client,
    arguments: call.args,
    startedAt,
    cancel: () => cancelling.abort(),
  });
  const given = new GivenLogins(call.args);
  let result: CallToolResult;
  try {
    const facts = await runTool(tool, {
      ...call,
      cancelled: AbortSignal.any([signal, cancelling.signal]),
      report(report) {
        progress.report(report);
        options.observer?.onProgress?.(id, report);
      },
    });
    result = factsResult(facts, tool, given);
    const link = call.links ? resourceLink(facts, { tool: tool.name, args: call.args }) : null;
    if (link !== null) result.content.push(link);
  } catch (error) {
    result = errorResult(error, tool.name, given);
  }
  await progress.finish();
  options.observer?.onEnd?.({
    id,
    tool: tool.name,
    client,
    arguments: call.args,
    startedAt,
    durationMs: performance.now() - started,
    result,
    cancelled: signal.aborted || cancelling.signal.aborted,
  });
  return result;
}

async function runTool(
  tool: AnyTool,
  call: Call & { readonly cancelled: AbortSignal; report(report: ProgressReport): void },
): Promise<Record<string, unknown>> {
  const parsed = tool.input.safeParse(call.args);
  if (!parsed.success) throw argumentError(parsed.error, Object.keys(tool.input.shape));
  if (call.refusal !== undefined) throw call.refusal;
  const { core, closing } = call.options;
  const signal = closing ? AbortSignal.any([call.cancelled, closing]) : call.cancelled;
  const running = tool.run(parsed.data, {
    core,
    signal,
    client: call.client,
    progress: (report) => call.report(report),
  });
  return { ...(closing ? await untilClosing(running, closing) : await running) };
}

/** Clients of protocols before 2025-06-18 refuse a result with a resource link. */
function knowsLinks(protocolVersion: string | undefined): boolean {
  return protocolVersion === undefined || protocolVersion >= "2025-06-18";
}

/** A call must not keep a client waiting for a core that is going away. */
function untilClosing<T>(running: Promise<T>, closing: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () =>
      reject(
        new ConnectionError(
          "CONNECTION_LOST",
          "Cannot finish the call: the server is shutting down",
          "Start the server again, then establish_connection anew",
        ),
      );
    if (closing.aborted) stop();
    closing.addEventListener("abort", stop, { once: true });
    running.then(resolve, reject).finally(() => closing.removeEventListener("abort", stop));
  });
}

function progressSender(context: ServerContext) {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (report: ProgressReport) =>
    context.mcpReq.notify({
      method: "notifications/progress",
      params: { progressToken, ...report },
    });
}

/** The 2025-era handshake names the client once; 2026-07-28 requests name it each time. */
function clientNameOf(server: Server, context: ServerContext): string {
  const envelope: Readonly<Record<string, unknown>> = context.mcpReq.envelope ?? {};
  const info = envelope[CLIENT_INFO_META_KEY] ?? server.getClientVersion();
  const name = typeof info === "object" && info !== null && "name" in info ? info.name : undefined;
  if (typeof name !== "string") return UNNAMED_CLIENT;
  // Names come from strangers, and end up in results, logs and pages.
  return redactHead(name, 200).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "").trim().slice(0, 100) ||
    UNNAMED_CLIENT;
}

const UNNAMED_CLIENT = "unknown client";

function unknownTool(
  name: string,
  { options, known }: { options: ServerOptions; known: readonly string[] },
): ProtocolError {
  const { toolPrefix } = options.core.config;
  const hidden = options.tools.some((tool) => toolPrefix + tool.name === name);
  const shownName = visibleJson(outgoingText(name, new GivenLogins(name)).slice(0, 100));
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    hidden
      ? `Tool ${shownName} is switched off: the server is read-only`
      : `Unknown tool ${shownName}; the tools are: ${known.join(", ")}`,
  );
}
