/** How many connections may be open of those who have not shown yet that they may ask for anything. */
interface StrangerLimits {
  readonly perAddress: number;
  readonly inAll: number;
}

/**
 * Open connections on which nothing was let through yet, by address. Where there are too many the oldest gives way to
 * the newest: a connection that is kept open without a request, or with half of one, then costs nobody else their place.
 */
export class Strangers<T extends object> {
  readonly #limits: StrangerLimits;
  readonly #byAddress = new Map<string, Set<T>>();
  readonly #addressOf = new Map<T, string>();

  constructor(limits: StrangerLimits) {
    this.#limits = limits;
  }

  /** How many there are. */
  get size(): number {
    return this.#addressOf.size;
  }

  /** Adds a connection, and returns the one that has to go for it, or null. */
  add(connection: T, address: string): T | null {
    const leaving = this.#toLeave(address);
    if (leaving !== null) this.delete(leaving);
    const same = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, same.add(connection));
    this.#addressOf.set(connection, address);
    return leaving;
  }

  /** Forgets a connection: it was closed, or is no stranger any more. */
  delete(connection: T): void {
    const address = this.#addressOf.get(connection);
    if (address === undefined) return;
    this.#addressOf.delete(connection);
    const same = this.#byAddress.get(address);
    same?.delete(connection);
    if (same?.size === 0) this.#byAddress.delete(address);
  }

  /** All of them, oldest first. */
  all(): T[] {
    return [...this.#addressOf.keys()];
  }

  #toLeave(address: string): T | null {
    const same = this.#byAddress.get(address);
    if (same !== undefined && same.size >= this.#limits.perAddress) return oldest(same);
    if (this.size < this.#limits.inAll) return null;
    let most: ReadonlySet<T> = new Set();
    for (const group of this.#byAddress.values()) if (group.size > most.size) most = group;
    return oldest(most);
  }
}

function oldest<T>(group: ReadonlySet<T>): T | null {
  for (const first of group) return first;
  return null;
}
