/** Large payloads that several listeners read: each is read once, for all of them. */
import { decodePayload } from "./decode.ts";
import type { DecodedPayload } from "./payload.ts";
import { secretsAreShown } from "./secrets.ts";

/** Smaller ones are read sooner than they are remembered. */
const LARGE_BYTES = 8 * 1024;

/**
 * Remembers what was read of the last large payload until the event loop goes on: a message is handed to all its
 * listeners in one turn, and its bytes are only lent. So no more than one is ever held.
 */
export class ReadOnce<T> {
  #payload: Uint8Array | null = null;
  readonly #read = new Map<string, T>();

  /** What `read` makes of a payload, made once for each `key`. */
  of(payload: Uint8Array, { key, read }: { key: string; read: () => T }): T {
    if (payload.length < LARGE_BYTES) return read();
    if (this.#payload !== payload) {
      if (this.#payload === null) queueMicrotask(() => this.#forget());
      this.#read.clear();
      this.#payload = payload;
    }
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const value = read();
    this.#read.set(key, value);
    return value;
  }

  #forget(): void {
    this.#payload = null;
    this.#read.clear();
  }
}

const decoded = new ReadOnce<DecodedPayload>();

/** {@linkcode decodePayload} for messages that others hear as well. */
export function decodeOnce(
  payload: Uint8Array,
  options: { readonly topic: string; readonly contentType?: string },
): DecodedPayload {
  const { topic, contentType } = options;
  return decoded.of(payload, {
    key: JSON.stringify([topic, contentType, secretsAreShown()]),
    read: () => decodePayload(payload, options),
  });
}
