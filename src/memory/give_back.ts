/**
 * Gives freed memory back to the system. On Linux the C library keeps what was freed below something that is still in use:
 * after a flood that can be most of what the process has.
 */

const MEBIBYTE = 1024 * 1024;
/** Less is not worth the pause. */
const WORTH_BYTES = 48 * MEBIBYTE;
/** What grows by more between two looks is still being worked with. */
const STEADY_BYTES = 8 * MEBIBYTE;
const EVERY_MS = 10_000;

/** Parts of what a process holds, as `Deno.memoryUsage` tells them. */
type MemoryParts = Pick<Deno.MemoryUsage, "rss" | "heapTotal" | "external">;

/** Decides when enough was freed, and not given back, to be worth the effort. */
export class FreedMemory {
  #least = Infinity;
  #before = Infinity;
  #asked = false;

  /** Takes note of the process's memory, and says whether what was freed shall be given back now. */
  note({ rss, heapTotal, external }: MemoryParts): boolean {
    // what neither the engine's heap nor living buffers account for
    const kept = rss - heapTotal - external;
    // where it could not be given back, that is how much there is: it is not tried again until there is more
    this.#least = this.#asked ? kept : Math.min(this.#least, kept);
    const steady = kept <= this.#before + STEADY_BYTES;
    this.#before = kept;
    this.#asked = steady && kept >= this.#least + WORTH_BYTES;
    return this.#asked;
  }
}

/**
 * Gives back what was freed, until the process ends by `Deno.exit`. Deno does so when it is signalled, and only where the
 * variable DENO_USR2_MEMORY_TRIM was set at its start; without it nothing happens.
 */
export function giveFreedMemoryBack(everyMs = EVERY_MS): void {
  if (Deno.build.os !== "linux") return;
  // without a listener the signal would end a process that has not set the variable
  Deno.addSignalListener("SIGUSR2", () => {});
  const freed = new FreedMemory();
  const timer = setInterval(() => {
    if (freed.note(Deno.memoryUsage())) Deno.kill(Deno.pid, "SIGUSR2");
  }, everyMs);
  Deno.unrefTimer(Number(timer));
}
