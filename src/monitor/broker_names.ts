import { type BrokerTarget, formatBroker } from "../mqtt/connection_string.ts";

/** Names that are kept at most; the oldest gives way. */
const MOST_NAMES = 200;

/** Where names outlast the process. */
interface BrokerNameStore {
  /** Names by the broker's address, without login; oldest first. */
  brokerNames(): [url: string, name: string][];
  /** Keeps a name; null forgets it. */
  nameBroker(url: string, name: string | null): void;
}

type Address = Pick<BrokerTarget, "protocol" | "host" | "port">;

/** What people call brokers on the page, by address. A name that the operator gave comes first. */
export class BrokerNames {
  readonly #names: Map<string, string>;
  readonly #store: BrokerNameStore;

  constructor(store: BrokerNameStore) {
    this.#store = store;
    this.#names = new Map(store.brokerNames());
  }

  /** The name of a broker; undefined where it has none. */
  of(broker: Address & { readonly name?: string }): string | undefined {
    return broker.name ?? this.#names.get(formatBroker(broker));
  }

  /** Whether another broker is called so. */
  isTaken(name: string, broker: Address): boolean {
    const url = formatBroker(broker);
    return [...this.#names].some(([other, taken]) => taken === name && other !== url);
  }

  /** Calls a broker so; with `keep` after a restart, too. */
  set(broker: Address, name: string, { keep }: { keep: boolean }): void {
    const url = formatBroker(broker);
    this.#names.delete(url);
    this.#names.set(url, name);
    if (keep) this.#store.nameBroker(url, name);
    for (const oldest of this.#names.keys()) {
      if (this.#names.size <= MOST_NAMES) break;
      this.#names.delete(oldest);
      this.#store.nameBroker(oldest, null);
    }
  }
}
