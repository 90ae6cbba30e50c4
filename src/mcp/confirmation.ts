import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Core } from "../core.ts";
import { MqttMcpError, notAllowed, OperationError } from "../errors.ts";
import { visibleText } from "../payload/visible_text.ts";
import { shownText } from "../tools/shown_text.ts";
import type { AnyTool, ToolContext } from "../tools/tool.ts";
import { GivenLogins } from "../redact.ts";
import { outgoingText } from "./result.ts";

/** What comes before a call runs: a question to the person, the error of a call that may not run, or nothing. */
type Confirmation =
  | { readonly ask: InputRequiredResult }
  | { readonly refusal: MqttMcpError }
  | null;

/** A question that was asked and not answered yet. */
interface OpenQuestion {
  /** Hash of the call: an answer holds for that call alone. */
  readonly call: string;
  readonly askedAt: number;
}

const ANSWER = "confirm";
const QUESTION_CHARS = 1_000;
const MOST_OPEN = 1_000;
const OPEN_MS = 15 * 60_000;

const openQuestions = new WeakMap<Core, Map<string, OpenQuestion>>();

/**
 * With `CONFIRM_WRITES`, asks the person before a tool sends anything: the first round of a call only asks, the second
 * brings the answer. An answer serves once, for the call that was asked about.
 */
export async function confirm(
  tool: AnyTool,
  call: {
    readonly args: Record<string, unknown>;
    readonly context: ServerContext;
    readonly client: ToolContext["client"];
    readonly core: Core;
    /** What the client said that it can do. */
    readonly capabilities: unknown;
  },
): Promise<Confirmation> {
  const { core, context } = call;
  if (!core.config.confirmWrites || tool.question === undefined) return null;
  const parsed = tool.input.safeParse(call.args);
  // the call itself says what is wrong
  if (!parsed.success) return null;
  let question: string | null;
  try {
    question = tool.question(parsed.data, { core, client: call.client });
  } catch (error) {
    if (error instanceof MqttMcpError) return { refusal: error };
    throw error;
  }
  if (question === null) return null;
  if (!canAsk(context, call.capabilities)) return { refusal: cannotAsk() };
  const key = await hash([tool.name, parsed.data, call.client.id]);
  if (takeQuestion(core, context.mcpReq.requestState(), key)) {
    const answer = inputResponse(context.mcpReq.inputResponses, ANSWER);
    if (answer.kind === "elicit") {
      const agreed = answer.action === "accept" && answer.content?.[ANSWER] !== false;
      return agreed ? null : { refusal: declined(answer.action) };
    }
  }
  const message = shownText(
    visibleText(outgoingText(question, new GivenLogins(call.args))),
    QUESTION_CHARS,
  );
  return {
    ask: inputRequired({
      inputRequests: {
        [ANSWER]: inputRequired.elicit({
          message,
          requestedSchema: {
            type: "object",
            properties: { [ANSWER]: { type: "boolean", title: "Go ahead", default: true } },
          },
        }),
      },
      requestState: openQuestion(core, key),
    }),
  };
}

function openQuestion(core: Core, call: string): string {
  const open = openQuestions.get(core) ?? new Map<string, OpenQuestion>();
  openQuestions.set(core, open);
  const id = crypto.randomUUID();
  open.set(id, { call, askedAt: core.now() });
  for (const oldest of open.keys()) {
    if (open.size <= MOST_OPEN) break;
    open.delete(oldest);
  }
  return id;
}

/** Whether that question was asked about this call, and not answered before. */
function takeQuestion(core: Core, id: unknown, call: string): boolean {
  const open = openQuestions.get(core);
  if (typeof id !== "string" || open === undefined) return false;
  const question = open.get(id);
  open.delete(id);
  return question?.call === call && core.now() - question.askedAt <= OPEN_MS;
}

/** Requests of 2026-07-28 say each time what the client can do, earlier protocols once. */
function canAsk(context: ServerContext, handshake: unknown): boolean {
  const envelope: Readonly<Record<string, unknown>> = context.mcpReq.envelope ?? {};
  const capabilities = envelope[CLIENT_CAPABILITIES_META_KEY] ?? handshake;
  const elicitation = memberOf(capabilities, "elicitation");
  if (typeof elicitation !== "object" || elicitation === null) return false;
  return "form" in elicitation || !("url" in elicitation);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function cannotAsk(): OperationError {
  return notAllowed(
    "Cannot send anything: the operator wants the person to be asked first (CONFIRM_WRITES), and this host cannot ask",
    "Use a host that supports elicitation, or dry_run to see what would be sent",
  );
}

function declined(action: "accept" | "decline" | "cancel"): OperationError {
  const did = action === "cancel" ? "gave no answer" : "declined";
  return notAllowed(
    `Nothing was sent: the person was asked and ${did}`,
    "Ask the person what they want instead of calling again",
  );
}

async function hash(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
