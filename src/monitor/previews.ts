import { createHash } from "node:crypto";

const MOST_OPEN = 1_000;
const OPEN_MS = 15 * 60_000;

/** What was previewed and may be done now: each preview serves once, for exactly what it showed. */
export class Previews {
  readonly #now: () => number;
  readonly #open = new Map<string, { readonly hash: string; readonly at: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Remembers that this was previewed; gives what confirms it. */
  add(previewed: unknown): string {
    const id = crypto.randomUUID();
    this.#open.set(id, { hash: hashOf(previewed), at: this.#now() });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(oldest);
    }
    return id;
  }

  /** Whether this was previewed as it is, in the last 15 minutes and not used since. */
  take(id: string, asked: unknown): boolean {
    const open = this.#open.get(id);
    this.#open.delete(id);
    return open !== undefined && open.hash === hashOf(asked) && this.#now() - open.at <= OPEN_MS;
  }
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
