import type { Listening, ListenRequest } from "../session/listening.ts";
import type { DeviceState, MetNow } from "./watch.ts";

/** What watching needs of a session. */
export interface Watchable {
  readonly broker: { readonly host: string };
  listen(request: ListenRequest): Promise<Listening>;
}

/** What a watch tells, and is told. */
export interface WatchHooks {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gives up starting. */
  readonly signal: AbortSignal;
  readonly onMet: (met: MetNow) => void;
}

/** A watch that listens. */
export interface RunningWatch {
  readonly listening: Listening;
  /** How the device is, for a watch on one. */
  readonly deviceState: DeviceState | null;
  /** Fields that are asked for and that no message had, where some came. */
  readonly missingPaths: readonly string[];
  /** Ends it at once; resolves when it is unsubscribed. */
  stop(): Promise<void>;
}
