/** Bytes of answers that are kept in all. */
const LIMIT_BYTES = 8 * 1024 * 1024;

/** What assistants were told, for a while: in memory only, newest kept. */
export class Answers {
  readonly #limitBytes: number;
  readonly #texts = new Map<string, string>();
  #bytes = 0;

  constructor(o: { limitBytes?: number } = {}) {
    this.#limitBytes = o.limitBytes ?? LIMIT_BYTES;
  }

  /** Keeps the answer of a call. */
  add(callId: string, text: string): void {
    this.#forget(callId);
    this.#texts.set(callId, text);
    this.#bytes += sizeOf(text);
    for (const oldest of this.#texts.keys()) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#forget(oldest);
    }
  }

  /** The answer of a call; null where it is not kept any more. */
  get(callId: string): string | null {
    return this.#texts.get(callId) ?? null;
  }

  #forget(callId: string): void {
    const text = this.#texts.get(callId);
    if (text === undefined) return;
    this.#texts.delete(callId);
    this.#bytes -= sizeOf(text);
  }
}

/** As the engine holds it, at most. */
function sizeOf(text: string): number {
  return 2 * text.length;
}
