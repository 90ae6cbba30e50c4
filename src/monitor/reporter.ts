import { atMost } from "../waiting.ts";
import type { Config } from "../config/mod.ts";
import { log } from "../log.ts";
import type { Companion } from "../mcp/companion.ts";
import { tools } from "../tools/mod.ts";
import type { CallEntry, ReportedCall } from "./shapes/calls.ts";
import { entryOf } from "./call_entry.ts";

const MOST_WAITING = 1_000;
const MOST_AT_ONCE = 200;
const GATHER_MS = 250;
const REQUEST_LIMIT_MS = 5_000;
const LAST_REPORT_LIMIT_MS = 250;
/** Between attempts while the monitor is away: doubled each time up to the second. */
const RETRY_MS = [1_000, 60_000] as const;

/** How a {@linkcode CallReporter} reaches its monitor. */
interface ReporterOptions {
  /** Base URL of the monitor. */
  readonly url: string;
  readonly token: string | undefined;
  /** Name of this process, for the monitor's readers. */
  readonly source: string;
  /** Pauses between attempts in ms, the shortest and the longest; default 1 and 60 s. */
  readonly retryMs?: readonly [number, number];
}

/**
 * Reports calls to a monitor elsewhere. Calls wait in a bounded queue and are sent behind their back, so that none is
 * ever slower for it; while the monitor is away the oldest give way, and their number is told later.
 */
export class CallReporter {
  readonly #options: ReporterOptions;
  readonly #stopping = new AbortController();
  #waiting: ReportedCall[] = [];
  #lost = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sending: Promise<void> | null = null;
  #pauseMs = 0;
  #away = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Calls that wait to be sent. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes a call; returns at once. */
  add(entry: CallEntry): void {
    const { source: _, ...call } = entry;
    this.#waiting.push({
      ...call,
      client: call.client.slice(0, 200),
      client_id: call.client_id.slice(0, 100),
    });
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#lost++;
    }
    this.#schedule(this.#pauseMs || GATHER_MS);
  }

  /** Tries once more to send what waits, for a quarter of a second at most. */
  async close(): Promise<void> {
    if (!this.#away) {
      const last = (this.#sending ?? Promise.resolve()).then(() => this.#send());
      await atMost(LAST_REPORT_LIMIT_MS, last);
    }
    this.#stopping.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#sending;
  }

  #schedule(inMs: number): void {
    if (this.#timer !== null || this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#sending ??= this.#send().finally(() => {
        this.#sending = null;
        if (this.#waiting.length > 0) this.#schedule(this.#pauseMs || GATHER_MS);
      });
    }, inMs);
    // A process that has nothing else to do may end.
    Deno.unrefTimer(Number(this.#timer));
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stopping.signal.aborted) {
      const calls = this.#waiting.slice(0, MOST_AT_ONCE);
      const lost = this.#lost;
      const outcome = await this.#post({ source: this.#options.source, calls, lost });
      if (outcome === "away") {
        this.#note("away");
        const [shortest, longest] = this.#options.retryMs ?? RETRY_MS;
        this.#pauseMs = Math.min(longest, this.#pauseMs === 0 ? shortest : 2 * this.#pauseMs);
        return;
      }
      if (outcome === "refused") this.#note("refused");
      else this.#note("there");
      this.#pauseMs = 0;
      const sent = new Set(calls);
      this.#waiting = this.#waiting.filter((call) => !sent.has(call));
      this.#lost -= lost;
    }
  }

  /** `refused`: the monitor will never take these calls, so that sending them again is useless. */
  async #post(body: unknown): Promise<"taken" | "refused" | "away"> {
    const { url, token } = this.#options;
    try {
      const response = await fetch(`${url}/api/log-call`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        redirect: "error",
        signal: AbortSignal.any([
          this.#stopping.signal,
          AbortSignal.timeout(REQUEST_LIMIT_MS),
        ]),
      });
      await response.body?.cancel();
      if (response.ok) return "taken";
      return [400, 413, 422].includes(response.status) ? "refused" : "away";
    } catch {
      return "away";
    }
  }

  /** Says in the log when the monitor goes away and comes back, once each. */
  #note(state: "away" | "refused" | "there"): void {
    const where = new URL(this.#options.url).host;
    if (state === "refused") {
      log("reporter").warning("The monitor at {where} refused a report", { where });
    } else if (state === "away" && !this.#away) {
      log("reporter").warning("The monitor at {where} does not take reports; trying again", {
        where,
      });
    } else if (state === "there" && this.#away) {
      log("reporter").info("The monitor at {where} takes reports again", { where });
    }
    this.#away = state === "away";
  }
}

/** Reports the calls of this process to the monitor that WEB_API_URL names. */
export function createReporter(config: Config & { readonly webApiUrl: string }): Companion {
  const known = new Map(tools.map((tool) => [tool.name, new Set(Object.keys(tool.input.shape))]));
  const reporter = new CallReporter({
    url: config.webApiUrl,
    token: config.webToken,
    source: hostName(),
  });
  return {
    observer: {
      onEnd: (call) =>
        reporter.add(entryOf(call, { known: known.get(call.tool) ?? new Set(), source: "" })),
    },
    start: () => Promise.resolve(),
    close: () => reporter.close(),
  };
}

function hostName(): string {
  try {
    return Deno.hostname().slice(0, 100) || "elsewhere";
  } catch {
    return "elsewhere";
  }
}
