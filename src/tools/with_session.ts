import type { Session } from "../session/session.ts";
import type { ToolContext } from "./tool.ts";

/**
 * Runs a tool on a session: it cannot expire meanwhile, and what its client was not told yet about its connection
 * (that it was lost, and since when it is back) stands in the result as `notice`. Where the call fails or was cancelled,
 * so that nobody gets its result, the notice waits for the next one.
 * @throws {SessionError} `SESSION_NOT_FOUND` or `SESSION_EXPIRED`, and whatever `run` throws
 */
export async function withSession(
  id: string,
  { core, client, signal }: Pick<ToolContext, "core" | "client" | "signal">,
  run: (session: Session) => Promise<object>,
): Promise<object> {
  const session = core.sessions.get(id, client.id);
  using _use = session.use();
  const facts = await run(session);
  const notice = signal.aborted ? null : session.takeNotice(client.id);
  return notice === null ? facts : { ...facts, notice };
}
