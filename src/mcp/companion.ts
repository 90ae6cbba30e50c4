import type { Core } from "../core.ts";
import type { LogLine } from "../log.ts";
import type { CallObserver } from "./server.ts";

/** What a process runs beside its core, like the web monitor: it watches, and ends with the process. */
export interface Companion {
  /** Hears of every call of every client. */
  readonly observer: CallObserver;
  /** Hears every line of the log. */
  onLogLine?(line: LogLine): void;
  /** Begins, while the process may still open files. May throw a `ConfigError`. */
  start(core: Core, surroundings: Surroundings): Promise<void>;
  /** Ends within 300 ms. Called once clients have been told, and before the log is closed. */
  close(): Promise<void>;
}

/** What a companion may ask of the process around it. */
interface Surroundings {
  readonly mode: "core" | "stdio";
  /** How many clients are connected. */
  clients(): number;
}

/** One observer for all companions. */
export function observerOf(companions: readonly Companion[]): CallObserver | undefined {
  if (companions.length === 0) return undefined;
  const observers = companions.map((companion) => companion.observer);
  return {
    onStart: (call) => observers.forEach((observer) => observer.onStart?.(call)),
    onProgress: (id, report) => observers.forEach((observer) => observer.onProgress?.(id, report)),
    onEnd: (call) => observers.forEach((observer) => observer.onEnd?.(call)),
  };
}

/** One listener to the log for all companions. */
export function logListenerOf(companions: readonly Companion[]): (line: LogLine) => void {
  return (line) => companions.forEach((companion) => companion.onLogLine?.(line));
}
