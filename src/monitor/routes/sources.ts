/** What the routes work on. */
import type { Core } from "../../core.ts";
import type { Session } from "../../session/session.ts";
import type { AnyTool } from "../../tools/tool.ts";
import type { Activity } from "../activity.ts";
import type { Answers } from "../answers.ts";
import type { Status } from "../shapes/overview.ts";
import type { BrokerNames } from "../broker_names.ts";
import type { DemoHost } from "../demo_host.ts";
import type { DeviceBoard } from "../device_board.ts";
import type { Figures } from "../figures.ts";
import type { History } from "../history.ts";
import type { LiveHub } from "../live.ts";
import type { Login } from "../login.ts";
import { HttpError } from "../route.ts";
import type { ProgramFacts } from "../setup.ts";
import type { ViewSources } from "../view.ts";

/** What the routes work on. */
export interface RouteSources {
  readonly core: Core;
  readonly tools: readonly AnyTool[];
  readonly activity: Activity;
  readonly answers: Answers;
  readonly figures: Figures;
  readonly history: History;
  readonly live: LiveHub;
  readonly devices: DeviceBoard;
  readonly views: ViewSources;
  readonly login: Login | null;
  readonly program: ProgramFacts;
  readonly names: BrokerNames;
  /** Null: this process has none to start. */
  readonly demo: DemoHost | null;
  readonly offers: () => Status["offers"];
  readonly port: () => number;
  readonly mcpHttp: boolean;
  readonly stopping: () => boolean;
  /** Aborted when the monitor ends. */
  readonly ended: AbortSignal;
}

/**
 * The session with this id, whoever made it.
 *
 * @throws {HttpError} when it has ended
 */
export function sessionOf(core: Core, id: string): Session {
  const session = core.sessions.all().find((one) => one.id === id);
  if (session !== undefined) return session;
  throw new HttpError(404, "SESSION_NOT_FOUND", "Cannot find the session: it has ended");
}
