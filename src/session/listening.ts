import type { InboundMessage, Qos } from "../mqtt/message.ts";

/** What a listener asks of a session. */
export interface ListenRequest {
  /** Topic filters to hear; overlapping ones are fine, each message is still handed over once. */
  readonly filters: readonly string[];
  /** Topic filters whose messages are left out before they are counted. Default: none. */
  readonly exclude?: readonly string[];
  /** What to do with retained messages that the SUBSCRIBE brings. Default: `include`. */
  readonly retained?: "include" | "skip" | "only";
  /** Maximum QoS asked for. Default: 0. */
  readonly qos?: Qos;
  /** Called once for each message, on the hot path: it must not throw and must copy what it keeps. */
  readonly onMessage: (message: InboundMessage) => void;
  /** Gives up waiting for the SUBACK. Does not end the listening: `close` does. */
  readonly signal?: AbortSignal;
}

/** A time in which nothing could be heard. Times are ISO 8601 in UTC. */
export interface Gap {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Why listening ended without being closed by the listener. */
export type LostReason = "connection_lost" | "session_closed";

/** The `listened` field of a result, so that "not seen" is never confused with "not listening". */
export interface ListenedReport {
  /** From the SUBACK on. */
  readonly from: string;
  readonly to: string;
  /** Length of the window in seconds, gaps included, to the millisecond. */
  readonly seconds: number;
  /** Since when the broker connection that was used has been up. */
  readonly connected_since: string | null;
  readonly gaps: readonly Gap[];
  /** Filters that the broker or our policy refused. */
  readonly refused: readonly { readonly filter: string; readonly reason: string }[];
  /** `exact`, unless the broker gives no way to tell copies of a message apart. */
  readonly counting: "exact" | "may_include_copies";
  /** What a reader must know besides: a shared subscription taking messages from others, a lower QoS granted. */
  readonly notes: readonly string[];
}

/**
 * A running subscription of one listener. Its clock starts at the SUBACK; it survives reconnects
 * (they appear as gaps) and is unsubscribed when the last listener of a filter closes.
 */
export interface Listening extends AsyncDisposable {
  /** The facts so far, or final ones after `close`. */
  report(): ListenedReport;
  /** Settles with the reason when the connection is first lost, though it may come back; never rejects. */
  readonly interrupted: Promise<string>;
  /** Settles when the session gave the connection up or was closed; never rejects. */
  readonly lost: Promise<LostReason>;
  /** Stops delivery at once and unsubscribes what nobody else listens to. Idempotent, never throws. */
  close(): Promise<void>;
}
