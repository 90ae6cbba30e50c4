import { atMost, pause } from "../waiting.ts";
import { log } from "../log.ts";
import { RateLimit } from "../session/rate_limit.ts";
import { type Post, postOf, type PostRequest, requestOf } from "./notification.ts";
import { type NotifyTarget, notifyTarget } from "./notify_target.ts";
import type { WatchEvent } from "./watches.ts";

/** How a {@linkcode Notifier} posts. */
interface NotifierOptions {
  /** The setting NOTIFY_URL. */
  readonly setting: string;
  /** Limit of one attempt in ms. Default: 10 s. */
  readonly limitMs?: number;
  /** Pauses in ms before each further attempt. Default: 1, 5, 20 and 60 s. */
  readonly pausesMs?: readonly number[];
}

/** How posting goes. */
interface NotifierStatus {
  readonly delivered: number;
  /** Given up, or dropped because too many waited. */
  readonly lost: number;
  readonly waiting: number;
  /** Why the latest attempt failed; null where it did not. */
  readonly last_error: string | null;
}

type Outcome =
  | { readonly is: "delivered" }
  | { readonly is: "refused" | "away"; readonly why: string };

const LIMIT_MS = 10_000;
const PAUSES_MS = [1_000, 5_000, 20_000, 60_000];
const MOST_WAITING = 50;
const MOST_REDIRECTS = 3;
const LAST_POST_MS = 250;

/**
 * Posts what happens to watches, one after the other and behind their back. What waits is bounded, and so is how often
 * one is tried; what is lost is counted and told. Nothing it says or logs holds the address.
 */
export class Notifier {
  readonly #target: NotifyTarget;
  readonly #options: NotifierOptions;
  readonly #rate = new RateLimit({ perSecond: 1, burst: 30 });
  readonly #stopping = new AbortController();
  readonly #waiting: Post[] = [];
  #delivered = 0;
  #lost = 0;
  /** Of the lost ones, those that no post has told yet. */
  #untold = 0;
  #lastError: string | null = null;
  #sending: Promise<void> | null = null;
  #closing = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#target = notifyTarget(options.setting);
  }

  get status(): NotifierStatus {
    return {
      delivered: this.#delivered,
      lost: this.#lost,
      waiting: this.#waiting.length,
      last_error: this.#lastError,
    };
  }

  /** Takes what happened; returns at once. */
  add(event: WatchEvent): void {
    if (this.#stopping.signal.aborted) return;
    this.#waiting.push(postOf(event));
    if (this.#waiting.length > MOST_WAITING) {
      // the first is being sent
      this.#waiting.splice(1, 1);
      this.#lose();
    }
    this.#start();
  }

  #start(): void {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
      if (this.#waiting.length > 0 && !this.#stopping.signal.aborted) this.#start();
    });
  }

  /** Tries once more to post what waits, for a quarter of a second at most. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#lastError === null && this.#sending !== null) {
      await atMost(LAST_POST_MS, this.#sending);
    }
    this.#stopping.abort();
    await this.#sending;
  }

  async #send(): Promise<void> {
    for (let post = this.#waiting[0]; post !== undefined; post = this.#waiting[0]) {
      if (!this.#closing) {
        await pause(this.#rate.waitMs, { signal: this.#stopping.signal, unref: true });
      }
      if (this.#stopping.signal.aborted) return;
      this.#rate.take();
      const lost = this.#untold;
      const isDelivered = await this.#deliver(post, lost);
      if (this.#stopping.signal.aborted && !isDelivered) return;
      this.#waiting.shift();
      if (isDelivered) {
        this.#delivered++;
        this.#untold -= lost;
      } else this.#lose();
    }
  }

  async #deliver(post: Post, lost: number): Promise<boolean> {
    const { pausesMs = PAUSES_MS } = this.#options;
    const request = requestOf(post, { target: this.#target, lost });
    for (let attempt = 0;; attempt++) {
      const outcome = await this.#post(request);
      this.#note(outcome);
      if (outcome.is === "delivered") return true;
      if (outcome.is === "refused" || attempt >= pausesMs.length || this.#closing) return false;
      await pause(pausesMs[attempt], { signal: this.#stopping.signal, unref: true });
      if (this.#stopping.signal.aborted) return false;
    }
  }

  async #post(request: PostRequest): Promise<Outcome> {
    const { limitMs = LIMIT_MS } = this.#options;
    const timeout = AbortSignal.timeout(limitMs);
    let { url } = this.#target;
    try {
      for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
        const response = await fetch(url, {
          method: "POST",
          headers: request.headers,
          body: request.body,
          redirect: "manual",
          signal: AbortSignal.any([this.#stopping.signal, timeout]),
        });
        await response.body?.cancel();
        if (response.ok) return { is: "delivered" };
        const location = response.headers.get("location");
        if (response.status < 300 || response.status > 399 || location === null) {
          return failureOf(response.status);
        }
        const next = URL.canParse(location, url) ? new URL(location, url) : null;
        if (next === null || next.origin !== new URL(url).origin) {
          return { is: "refused", why: "it redirects to another origin, which is not followed" };
        }
        url = next.href;
      }
      return { is: "refused", why: `it redirects more than ${MOST_REDIRECTS} times` };
    } catch {
      // what was thrown quotes the address
      return timeout.aborted
        ? { is: "away", why: `no answer came within ${limitMs / 1000} s` }
        : { is: "away", why: "it cannot be reached" };
    }
  }

  #lose(): void {
    this.#lost++;
    this.#untold++;
  }

  /** Says in the log when posting begins to fail, and when it works again, once each. */
  #note(outcome: Outcome): void {
    const why = outcome.is === "delivered" ? null : outcome.why;
    if (this.#stopping.signal.aborted || why === this.#lastError) return;
    this.#lastError = why;
    if (why === null) log("watch").info("NOTIFY_URL takes posts again");
    else log("watch").warning("NOTIFY_URL does not take posts: {why}", { why });
  }
}

/** Whoever refuses a request as it is will refuse it again. */
function failureOf(status: number): Outcome {
  const mayPass = status >= 500 || status === 408 || status === 425 || status === 429;
  return { is: mayPass ? "away" : "refused", why: `it answered ${status}` };
}
