/** A running demo broker. Disposing ends it. */
export interface RunningDemo extends AsyncDisposable {
  readonly port: number;
  /** `mqtt://127.0.0.1:PORT` */
  readonly url: string;
}

/** The demo broker of this process: one for all viewers, there for as long as a session is connected to it. */
export class DemoHost {
  readonly #start: () => Promise<RunningDemo>;
  #running: Promise<RunningDemo> | null = null;
  #port: number | null = null;
  /** Calls that are about to connect to it. */
  #wanted = 0;

  constructor(start: () => Promise<RunningDemo>) {
    this.#start = start;
  }

  /** Whether this address is the demo's. */
  is(broker: { readonly host: string; readonly port: number }): boolean {
    return broker.host === "127.0.0.1" && broker.port === this.#port;
  }

  /** Does something with the demo, which is started where it does not run. */
  async use<T>(work: (demo: RunningDemo) => Promise<T>): Promise<T> {
    this.#wanted++;
    try {
      this.#running ??= this.#begin();
      return await work(await this.#running);
    } finally {
      this.#wanted--;
    }
  }

  async #begin(): Promise<RunningDemo> {
    try {
      const demo = await this.#start();
      this.#port = demo.port;
      return demo;
    } catch (error) {
      this.#running = null;
      throw error;
    }
  }

  /** Ends it, unless somebody is about to connect to it. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running === null || this.#wanted > 0) return;
    this.#running = null;
    this.#port = null;
    await (await running)[Symbol.asyncDispose]();
  }
}
