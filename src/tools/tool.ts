import type { z } from "zod";
import type { Core } from "../core.ts";

/** How far a running call has come. Values rise; `total` is in the same unit as `progress`. */
export interface ProgressReport {
  readonly progress: number;
  readonly total?: number;
  /** One line for a person, e.g. `12 of 30 s, 340 messages`. */
  readonly message: string;
}

/** Who calls: what a session is marked with, and what decides about seeing it when sharing is off. */
interface ToolClient {
  /** One per connection of a client; the `owner` of the sessions it opens. */
  readonly id: string;
  /** The name the client gave for itself, bounded and without control characters. */
  readonly name: string;
}

/** What a running tool may use besides its arguments. */
export interface ToolContext {
  readonly core: Core;
  /** Aborted when the caller cancels the call, or its connection ends. */
  readonly signal: AbortSignal;
  readonly client: ToolClient;
  /** May be called as often as convenient: the wrapper thins the reports out. */
  progress(report: ProgressReport): void;
}

/**
 * What a tool does: `read` listens and asks; `session` changes only what this server itself holds (sessions and
 * recordings); `write` sends something to the broker; `destroy` may change devices or remove what others rely on.
 */
type ToolAccess = "read" | "session" | "write" | "destroy";

/** A call that works against the demo broker: `deno task transcripts` makes it, and writes it into docs/tools.md. */
interface ToolExample<Args> {
  /** `session_id` may be left out: that of the run stands in for it. */
  readonly args: Partial<Args>;
  /** Seconds to wait before it, until there is something to show. */
  readonly afterSeconds?: number;
}

/** A tool: a description for the model, shapes of what goes in and comes out, and a function. */
interface Tool<I extends z.ZodType, O extends z.ZodType> {
  /** `snake_case`, without the operator's prefix. */
  readonly name: string;
  /** A few words for a person. */
  readonly title: string;
  /** For the model: what it does, when to use it, what instead. Under 2,000 characters. */
  readonly description: string;
  readonly access: ToolAccess;
  /** Whether a tool that writes stays in read-only mode, because it refuses or skips its writing part itself. */
  readonly inReadOnlyMode?: boolean;
  /** Whether its results quote topics or payloads: what strangers wrote. */
  readonly quotesStrangers?: boolean;
  /** Whether calling it again with the same arguments changes nothing further. */
  readonly idempotent: boolean;
  /** A strict object: an unknown argument is refused. */
  readonly input: I;
  /** A loose object: results may carry more than is listed. */
  readonly output: O;
  readonly example: ToolExample<z.input<I>>;
  /**
   * Gives facts of the shape of `output` (which the wrapper checks), or throws an `MqttMcpError`. Must settle soon after
   * the signal aborts.
   */
  run(args: z.output<I>, context: ToolContext): Promise<object>;
}

/** Any tool, as the list of tools holds it. */
export type AnyTool = Tool<z.ZodObject, z.ZodObject>;

/** A tool with its types inferred from its shapes. */
export function defineTool<I extends z.ZodType, O extends z.ZodType>(
  tool: Tool<I, O>,
): Tool<I, O> {
  return tool;
}
