/** Tools as the page calls them: the same functions, limits and redaction as for an assistant. */
import type { Core } from "../core.ts";
import { MqttMcpError } from "../errors.ts";
import { argumentError, errorResult, factsResult, outgoingText } from "../mcp/result.ts";
import { toolsShown } from "../mcp/listed_tools.ts";
import { GivenLogins } from "../redact.ts";
import type { AnyTool, ProgressReport } from "../tools/tool.ts";
import type { Activity } from "./activity.ts";
import { HttpError } from "./route.ts";

/** The page as a client of the tools: sessions it opens are marked so. */
export const PAGE_CLIENT = { id: "monitor", name: "web monitor" } as const;

/** How a tool is called. */
interface PageCall {
  readonly core: Core;
  readonly activity: Activity;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: ProgressReport) => void;
  /** The field of the form that an error of a code is about. */
  readonly fields?: Readonly<Record<string, string>>;
}

/**
 * Runs a tool and gives its facts, as a model would get them.
 * @throws {HttpError} 422 with the code of the tool's error, and the field that it is about
 */
export async function callAsPage(
  tool: AnyTool,
  args: Readonly<Record<string, unknown>>,
  call: PageCall,
): Promise<Record<string, unknown>> {
  const { core, activity } = call;
  const observer = activity.observer("monitor");
  const id = crypto.randomUUID();
  const started = performance.now();
  const cancelling = new AbortController();
  const signal = call.signal
    ? AbortSignal.any([call.signal, cancelling.signal])
    : cancelling.signal;
  const base = {
    id,
    tool: tool.name,
    client: PAGE_CLIENT,
    arguments: args,
    startedAt: core.now(),
  };
  const given = new GivenLogins(args);
  observer.onStart?.({ ...base, cancel: () => cancelling.abort() });
  let result: ReturnType<typeof factsResult> | null = null;
  try {
    const parsed = tool.input.safeParse(args);
    if (!parsed.success) throw argumentError(parsed.error, Object.keys(tool.input.shape));
    const facts = await tool.run(parsed.data, {
      core,
      client: PAGE_CLIENT,
      signal,
      progress(report) {
        observer.onProgress?.(id, report);
        call.onProgress?.(report);
      },
    });
    result = factsResult({ ...facts }, tool, given);
    return result.structuredContent as Record<string, unknown>;
  } catch (error) {
    result = errorResult(error, tool.name, given);
    throw error instanceof MqttMcpError ? refusal(error, { given, fields: call.fields }) : error;
  } finally {
    observer.onEnd?.({
      ...base,
      durationMs: performance.now() - started,
      result: result ?? errorResult(null, tool.name, given),
      cancelled: signal.aborted,
    });
  }
}

/** An error of a tool as a refusal, without what was given as a login. */
function refusal(
  error: MqttMcpError,
  { given, fields }: { given: GivenLogins; fields?: Readonly<Record<string, string>> },
): HttpError {
  const [message, hint] = [error.message, error.hint].map((text) => outgoingText(text, given));
  return new HttpError(422, error.code, message, hint, fields?.[error.code]);
}

/**
 * Refuses a tool that the settings hide.
 * @throws {HttpError} NOT_ALLOWED
 */
export function checkShown(tool: AnyTool, core: Core): void {
  if (toolsShown([tool], core.config).length > 0) return;
  throw new HttpError(
    422,
    "NOT_ALLOWED",
    "Cannot do this: the server is read-only",
    "Ask the operator to start it without READ_ONLY",
  );
}
