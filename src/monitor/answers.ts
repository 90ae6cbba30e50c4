import type { Touched } from "./touched.ts";

/** Bytes of answers that are kept in all. */
const LIMIT_BYTES = 8 * 1024 * 1024;

/** What assistants were told, for a while: in memory only, newest kept. */
export class Answers {
  readonly #limitBytes: number;
  readonly #texts = new Map<string, { text: string; touched: Touched | null; bytes: number }>();
  #bytes = 0;

  constructor(o: { limitBytes?: number } = {}) {
    this.#limitBytes = o.limitBytes ?? LIMIT_BYTES;
  }

  /** Keeps the answer of a call, and what it was about. */
  add(callId: string, text: string, touched: Touched | null = null): void {
    this.#forget(callId);
    const bytes = sizeOf(text) + (touched === null ? 0 : sizeOfTouched(touched));
    this.#texts.set(callId, { text, touched, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#texts.keys()) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#forget(oldest);
    }
  }

  /** The answer of a call; null where it is not kept any more. */
  get(callId: string): string | null {
    return this.#texts.get(callId)?.text ?? null;
  }

  /** What a call was about; null where it is not known any more. */
  touched(callId: string): Touched | null {
    return this.#texts.get(callId)?.touched ?? null;
  }

  #forget(callId: string): void {
    const kept = this.#texts.get(callId);
    if (kept === undefined) return;
    this.#texts.delete(callId);
    this.#bytes -= kept.bytes;
  }
}

function sizeOfTouched({ told, topics, devices }: Touched): number {
  return [told ?? "", ...topics, ...devices].reduce((sum, text) => sum + sizeOf(text), 0);
}

/** As the engine holds it, at most. */
function sizeOf(text: string): number {
  return 2 * text.length;
}
