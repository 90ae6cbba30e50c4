import type { InboundMessage } from "../../src/mqtt/message.ts";
import { matchesFilter } from "../../src/mqtt/topic.ts";
import type {
  Gap,
  ListenedReport,
  Listening,
  ListenRequest,
  LostReason,
} from "../../src/session/listening.ts";

/**
 * A session without a broker, for tests of code that listens: `hear` delivers a message to each listener whose
 * filter matches, as the real dispatcher does. Used where the clock or the gaps must be the test's own.
 */
export class FakeSession {
  readonly broker = { host: "localhost" };
  readonly id: string = crypto.randomUUID();
  readonly gaps: Gap[] = [];
  connectedSince: string | null = "1970-01-01T00:00:00.000Z";
  holds = 0;
  /** Filters that `listen` refuses. */
  readonly refused = new Set<string>();
  readonly #listeners = new Set<ListenRequest & { lose: (reason: LostReason) => void }>();

  get listeners(): number {
    return this.#listeners.size;
  }

  hear(message: InboundMessage): void {
    for (const listener of this.#listeners) {
      if (listener.filters.some((filter) => matchesFilter(filter, message.topic))) {
        listener.onMessage(message);
      }
    }
  }

  lose(): void {
    for (const listener of this.#listeners) listener.lose("connection_lost");
  }

  hold(): Disposable {
    this.holds++;
    return { [Symbol.dispose]: () => void this.holds-- };
  }

  listen(request: ListenRequest): Promise<Listening> {
    if (request.filters.every((filter) => this.refused.has(filter))) {
      return Promise.reject(new Error("refused"));
    }
    const lost = Promise.withResolvers<LostReason>();
    const listener = { ...request, lose: lost.resolve };
    this.#listeners.add(listener);
    const close = () => {
      this.#listeners.delete(listener);
      return Promise.resolve();
    };
    const report = (): ListenedReport => ({
      from: "1970-01-01T00:00:00.000Z",
      to: "1970-01-01T00:00:00.000Z",
      seconds: 0,
      connected_since: this.connectedSince,
      gaps: [...this.gaps],
      refused: [],
      counting: "exact",
      notes: [],
    });
    return Promise.resolve({
      report,
      lost: lost.promise,
      interrupted: new Promise<string>(() => {}),
      close,
      [Symbol.asyncDispose]: close,
    });
  }
}
