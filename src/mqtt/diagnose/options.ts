import type { TlsMaterial } from "../client/transport.ts";
import type { ConnectionCheck } from "./report.ts";

/** How to run {@linkcode diagnoseConnection}. */
export interface DiagnoseOptions {
  readonly tls: TlsMaterial;
  /** For connecting, in milliseconds. Other stages have shorter limits of their own, or this one. */
  readonly timeoutMs: number;
  /** False skips the stages that publish. */
  readonly publish: boolean;
  /** Why `publish` is false, for the details. */
  readonly publishRefusal?: string;
  /** Ends the test at once: it rejects with the signal's reason, after clearing what it had left. */
  readonly signal: AbortSignal;
  /** Whether this server's own policy lets a filter be read; one it does not is not tried. */
  readonly mayRead?: (filter: string) => boolean;
  /** May refuse an address that the host resolved to, by throwing. */
  readonly check?: (address: string) => void;
  /** Told of each stage as it ends. */
  readonly onCheck?: (check: ConnectionCheck) => void;
  /** Instead of the system's resolver. */
  readonly resolve?: (host: string) => Promise<string[]>;
  /** Operating system that hints are for. Default: this one. */
  readonly platform?: string;
  readonly now?: () => number;
}
