import type { RetainHabits } from "../mqtt/diagnose/report.ts";

const MOST_BROKERS = 1_000;

/** What connection tests found out about how brokers give retained messages out. One for all sessions of a core. */
export class KnownRetainHabits {
  readonly #byBroker = new Map<string, RetainHabits>();

  learn({ host, port }: { host: string; port: number }, habits: RetainHabits): void {
    if (this.#byBroker.size >= MOST_BROKERS) this.#byBroker.clear();
    this.#byBroker.set(`${host}:${port}`, habits);
  }

  of({ host, port }: { host: string; port: number }): RetainHabits | undefined {
    return this.#byBroker.get(`${host}:${port}`);
  }
}

/** What a reader of retained messages must know, as notes of a result. */
export function retainNotes(o: {
  readonly retained: "include" | "skip" | "only";
  readonly byWildcard: boolean;
  /** What the broker announced. */
  readonly available: boolean | undefined;
  readonly habits: RetainHabits | undefined;
  /** Whether one has come by a wildcard before. */
  readonly seenByWildcard: boolean;
  /** Messages that came without the retain flag where only retained ones were asked for, and none came. */
  readonly unflagged: number;
}): string[] {
  if (o.retained === "skip") return [];
  if (o.available === false) return ["The broker announced that it keeps no retained messages"];
  const notes: string[] = [];
  if (o.habits?.flagged === false) {
    notes.push(
      "This broker sends retained messages without the retain flag: they are among the live ones, and cannot be told from them",
    );
  } else if (o.habits === undefined && o.unflagged > 0) {
    notes.push(
      `${o.unflagged} ${
        o.unflagged === 1 ? "message" : "messages"
      } came without the retain flag and count as live; some brokers (mosca) send retained messages so, test_connection tells`,
    );
  }
  if (!o.byWildcard || o.seenByWildcard) return notes;
  if (o.habits?.by_wildcard === false) {
    notes.push(
      "This broker sends no retained messages to subscriptions by wildcard: ask for them by their exact topics",
    );
  } else if (o.habits === undefined) {
    notes.push(
      "No retained message has come by wildcard on this session; some brokers (RabbitMQ) send none so, test_connection tells",
    );
  }
  return notes;
}
