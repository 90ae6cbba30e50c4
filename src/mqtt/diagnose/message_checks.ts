import type { ServerAnnouncement } from "../announcement.ts";
import type { LostConnection } from "../client/connection.ts";
import type { SubscribeOutcome } from "../client/subscribing.ts";
import { OperationError } from "../../errors.ts";
import type { Qos } from "../message.ts";
import { reasonInWords } from "../reason_codes.ts";
import { newScratchTopic, SCRATCH_FILTER, SCRATCH_PREFIX } from "../own_topics.ts";
import { messageFailure, publishingRefused, silentHint } from "./explanations.ts";
import type { Latency } from "./latency.ts";
import type { CheckName, RetainHabits } from "./report.ts";
import type { OpenLink, ScratchLink, ScratchMessage } from "./scratch_link.ts";
import {
  CLEANUP_LIMIT_MS,
  type Limits,
  limitsWithin,
  MESSAGE_LIMIT_MS,
  NETWORK_LIMIT_MS,
  StageTimeout,
  within,
} from "./time_limits.ts";
import { fail, pass, type Verdict, warn } from "./verdict.ts";
import { rounded } from "../../numbers.ts";

/** A part of the broker that nobody should read without a login. */
export interface Door {
  readonly filter: string;
  /** As the report names it. */
  readonly what: string;
}

/** How long a message is waited for that shows a door to be open. */
const DOOR_LIMIT_MS = 500;

/** Once a message did not come back, the next ones need not be waited for as long. */
const SHORT_MESSAGE_LIMIT_MS = 1_000;

/** For a retained message that did not come before what was sent after the SUBACK. */
const LATE_RETAINED_MS = 700;

/** The checks that subscribe to a topic of the test's own, `mqtt-mcp/test/<random>`, and use it. */
export class MessageChecks {
  readonly #o: Limits;
  readonly #openLink: OpenLink;
  readonly #latency: Latency;
  readonly #server: ServerAnnouncement;
  readonly #topic: string;
  #link: ScratchLink;
  readonly #doors: readonly Door[];
  readonly #readable: readonly string[];
  #readsOthers: boolean | null = null;
  #retainedLeft = false;
  #retainHabits: RetainHabits | null = null;
  #echoLost = false;

  /**
   * The limits are the caller's own; `openLink` makes a new connection where `link` is lost, and `readable` are the filters by
   * which something of others may be read, to see whether anything comes.
   */
  constructor(
    link: ScratchLink,
    o: {
      limits: Limits;
      openLink: OpenLink;
      latency: Latency;
      doors: readonly Door[];
      readable: readonly string[];
    },
  ) {
    this.#doors = o.doors;
    this.#readable = o.readable;
    this.#link = link;
    this.#o = o.limits;
    this.#openLink = o.openLink;
    this.#latency = o.latency;
    this.#server = link.connection.server;
    this.#topic = newScratchTopic();
  }

  /** How the connection ended, if the broker or the network ended it. */
  get lost(): LostConnection | null {
    return this.#link.lost;
  }

  /** Every other check of these needs it. */
  async subscribe(): Promise<Verdict> {
    const link = this.#link;
    let outcome: SubscribeOutcome;
    try {
      outcome = await link.subscribe(this.#topic, this.#limits(MESSAGE_LIMIT_MS));
    } catch (error) {
      this.#o.signal.throwIfAborted();
      return this.failure("subscribe", error);
    }
    const { code, said } = outcome;
    if (code >= 0x80) {
      // MQTT 3.1.1 knows one code for every refusal (§3.9.3).
      const words = link.connection.version === "5" ? reasonInWords(code) : "failure (0x80)";
      return fail(
        `the broker refused to subscribe to "${this.#topic}": ${words}${saying(said)}`,
        `its access list does not let this user read there: allow reading ${SCRATCH_FILTER} to test further`,
      );
    }
    const topic = `subscribed to "${this.#topic}"`;
    const open = await this.#openDoors();
    if (open.length > 0) {
      return warn(
        `${topic}; without a login ${
          open.join(" and ")
        } can be read by anybody who reaches this port. Ask for logins, or limit with access lists what each may read`,
      );
    }
    return code < 2
      ? warn(`${topic} with QoS ${code} at most, QoS 2 was asked for`)
      : pass(`${topic} with QoS 2`);
  }

  /** What of others was read, of that which nobody without a login should read. */
  async #openDoors(): Promise<string[]> {
    const open: string[] = [];
    for (const { filter, what } of this.#doors) {
      if (await this.#reads(filter)) open.push(what);
      if (this.lost !== null) break;
    }
    return open;
  }

  /** Whether a message of others comes by a filter. */
  async #reads(filter: string): Promise<boolean> {
    const limits = this.#limits(DOOR_LIMIT_MS);
    let came = false;
    // A granted subscription proves nothing: many brokers grant it and then send nothing.
    using seen = this.#link.expect(limits, ({ topic }) => !topic.startsWith(SCRATCH_PREFIX));
    try {
      const { code } = await this.#link.subscribe(filter, this.#limits(MESSAGE_LIMIT_MS));
      if (code >= 0x80) return false;
      await seen.arrived;
      came = true;
    } catch (error) {
      this.#o.signal.throwIfAborted();
      if (this.lost !== null || !(error instanceof StageTimeout)) return false;
    }
    try {
      await this.#link.connection.unsubscribe(filter, this.#limits(MESSAGE_LIMIT_MS));
    } catch {
      this.#o.signal.throwIfAborted();
    }
    return came;
  }

  /**
   * Whether a message that did not come back was refused by the access list, rather than lost. MQTT 5 says so to QoS 1. Before
   * it nothing says so: there it is taken to be so where messages of others do come.
   */
  async #isRefused(acknowledged: boolean): Promise<boolean> {
    const { connection } = this.#link;
    if (connection.version === "5") {
      if (acknowledged || this.#server.maximum_qos === 0) return false;
      try {
        const limits = this.#limits(MESSAGE_LIMIT_MS);
        await this.#link.publish({ topic: this.#topic, text: "may this be?", qos: 1, ...limits });
      } catch (error) {
        this.#o.signal.throwIfAborted();
        return error instanceof OperationError && error.code === "NOT_AUTHORIZED";
      }
      return false;
    }
    if (this.#readsOthers === null) {
      this.#readsOthers = false;
      for (const filter of this.#readable) {
        this.#readsOthers = await this.#reads(filter);
        if (this.#readsOthers || this.lost !== null) break;
      }
    }
    return this.#readsOthers;
  }

  /** Publishes a message and waits for it to come back; with QoS 0 it times more of them. */
  async publish(qos: Qos): Promise<Verdict> {
    const maximum = this.#server.maximum_qos ?? 2;
    if (qos > maximum) {
      return warn(`the broker announces QoS ${maximum} at most; publish with qos ${maximum}`);
    }
    const link = this.#link;
    const text = `test QoS ${qos} ${crypto.randomUUID()}`;
    const limits = this.#limits(this.#echoLost ? SHORT_MESSAGE_LIMIT_MS : MESSAGE_LIMIT_MS);
    const startedAt = performance.now();
    using echo = link.expect(limits, (message) => message.text === text);
    let acknowledgement = "";
    try {
      const outcome = await link.publish({ topic: this.#topic, text, qos, ...limits });
      if (outcome.acknowledged) {
        const words = outcome.reasonCode === undefined ? "" : ` with "${outcome.reason}"`;
        const ms = rounded(outcome.durationMs);
        acknowledgement = ` (acknowledged${words}${saying(outcome.said)} in ${ms} ms)`;
      }
      await echo.arrived;
    } catch (error) {
      if (!(error instanceof StageTimeout)) throw error;
      this.#echoLost = true;
      const what =
        `the message was sent${acknowledgement} but did not come back within ${limits.timeoutMs} ms`;
      const hint = silentHint(link.connection.version, acknowledgement !== "");
      return await this.#isRefused(acknowledgement !== "")
        ? publishingRefused(`${what}: ${hint}`)
        : fail(what, hint);
    }
    const roundTripMs = performance.now() - startedAt;
    if (qos === 0) await this.#latency.measurePublishing(link, this.#topic, roundTripMs);
    return pass(`came back after ${rounded(roundTripMs)} ms${acknowledgement}`);
  }

  /** Takes the times that {@linkcode publish} would have taken, where nothing may be published. */
  async measureSubscribing(): Promise<void> {
    await this.#latency.measureSubscribing(this.#link, this.#topic);
  }

  /** Leaves a retained message, looks whether a new subscription gets it, and clears it again. */
  async retain(): Promise<Verdict> {
    if (this.#server.retain_available === false) {
      return warn("the broker announces that it keeps no retained messages");
    }
    if (this.#echoLost) {
      return {
        status: "skipped",
        detail: "Not tried, because published messages do not come back",
      };
    }
    const text = `retained ${crypto.randomUUID()}`;
    const limits = this.#limits(MESSAGE_LIMIT_MS);
    const qos: Qos = (this.#server.maximum_qos ?? 1) > 0 ? 1 : 0;
    const publish = (text: string) =>
      this.#link.publish({ topic: this.#topic, text, qos, retain: true, ...limits });
    this.#retainedLeft = true;
    await publish(text);
    const kept = await this.#readRetained(this.#topic, limits, { mustCome: true });
    const keeps = kept?.text === text;
    const byWildcard = keeps ? await this.#readByWildcard(limits) : null;
    await publish("");
    const left = await this.#readRetained(this.#topic, limits, { mustCome: false });
    if (left !== null && left.text !== "") {
      return fail(
        `the retained message on "${this.#topic}" could not be cleared again`,
        "clear it by publishing an empty retained message there; the broker may forbid empty payloads",
      );
    }
    this.#retainedLeft = false;
    if (!keeps) {
      return fail(
        "a retained message was taken but not kept for new subscribers",
        "the broker has retained messages turned off, or its access list forbids them here",
      );
    }
    if (byWildcard !== null) {
      this.#retainHabits = { by_wildcard: byWildcard === text, flagged: kept.retain };
    }
    return this.#judgeRetained(byWildcard === null ? null : byWildcard === text, kept.retain);
  }

  /** `byWildcard` is null where it could not be tried. */
  #judgeRetained(byWildcard: boolean | null, flagged: boolean): Verdict {
    const what = "a retained message was kept, given to a new subscription, and cleared again";
    const odd: string[] = [];
    if (!flagged) {
      odd.push(
        "it came without the retain flag (mosca does so), so what is retained cannot be told from what is live",
      );
    }
    if (byWildcard === false) {
      odd.push(
        "a subscription by wildcard did not get it (RabbitMQ does so): ask for retained messages by their exact topics",
      );
    }
    if (odd.length > 0) return warn(`${what}; but ${odd.join("; and ")}`);
    return pass(byWildcard === null ? `${what} (wildcards could not be tried)` : what);
  }

  /** What was found out about retained messages; null before {@linkcode retain}, and where it could not be. */
  get retainHabits(): RetainHabits | null {
    return this.#retainHabits;
  }

  /** The retained message that a wildcard brings, "" for none, and null where wildcards are not to be had here. */
  async #readByWildcard(limits: Limits): Promise<string | null> {
    if (this.#server.wildcard_subscription_available === false) return null;
    const wildcard = this.#topic.replace(/[^/]*$/, "+");
    try {
      const found = await this.#readRetained(wildcard, limits, { mustCome: true });
      return found?.text ?? "";
    } catch (error) {
      if (!(error instanceof StageTimeout)) throw error;
      return null;
    } finally {
      if (this.lost === null) await this.#link.connection.unsubscribe(wildcard, limits);
    }
  }

  /**
   * Subscribes anew and gives the retained message of the test's topic, which comes before anything sent after that. Some
   * brokers send it without its flag; then it is known by being none that was sent since. Some send it late (mosca): what
   * must be there is waited for a moment longer.
   */
  async #readRetained(
    filter: string,
    limits: Limits,
    o: { readonly mustCome: boolean },
  ): Promise<ScratchMessage | null> {
    const link = this.#link;
    const fence = `fence ${crypto.randomUUID()}`;
    let retained: ScratchMessage | null = null;
    await link.connection.unsubscribe(this.#topic, limits);
    const isOurs = (message: ScratchMessage) => message.topic === this.#topic;
    using passed = link.expect(limits, (message) => isOurs(message) && message.text === fence);
    using came = link.expect(
      { ...limits, timeoutMs: 3 * limits.timeoutMs + LATE_RETAINED_MS },
      (message) => {
        if (!isOurs(message) || message.text === fence || message.text === "") return false;
        retained = message;
        return true;
      },
    );
    const { code } = await link.subscribe(filter, limits);
    if (code >= 0x80) throw new StageTimeout(limits.timeoutMs);
    await link.publish({ topic: this.#topic, text: fence, qos: 0, ...limits });
    await passed.arrived;
    if (retained !== null || !o.mustCome) return retained;
    try {
      await within(
        { ...limits, timeoutMs: LATE_RETAINED_MS },
        (resolve: (value: unknown) => void) => void came.arrived.then(resolve, resolve),
      );
    } catch (error) {
      if (!(error instanceof StageTimeout)) throw error;
    }
    return retained;
  }

  /** Ends what {@linkcode subscribe} began. */
  async unsubscribe(): Promise<Verdict> {
    const limits = this.#limits(MESSAGE_LIMIT_MS);
    await this.#link.connection.unsubscribe(this.#topic, limits);
    return pass(`unsubscribed from "${this.#topic}"`);
  }

  /** Connects and subscribes anew; false when that is of no use or came to nothing. */
  async reconnect(): Promise<boolean> {
    // Taking the client id back would only go on throwing the other one out.
    if (this.#link.lost?.reasonCode === 0x8e) return false;
    try {
      const link = await this.#openLink(this.#limits(NETWORK_LIMIT_MS));
      await this.#link.connection.close();
      this.#link = link;
      return (await link.subscribe(this.#topic, this.#limits(MESSAGE_LIMIT_MS))).code < 0x80;
    } catch {
      this.#o.signal.throwIfAborted();
      return false;
    }
  }

  /** Never rejects and never takes longer than its limit, whatever the broker does. */
  async cleanUp(): Promise<void> {
    try {
      if (this.#retainedLeft) {
        // The caller's signal may have fired already, and this has to be done all the same.
        const { signal } = new AbortController();
        const link = this.#link.lost === null
          ? this.#link
          : await this.#openLink({ timeoutMs: CLEANUP_LIMIT_MS, signal });
        this.#link = link;
        const qos: Qos = link.connection.server.maximum_qos === 0 ? 0 : 1;
        await link.publish({ topic: this.#topic, text: "", qos, retain: true, signal });
      }
    } catch {
      // Nothing more can be done; the message expires by itself where the broker speaks MQTT 5.
    } finally {
      await this.#link.connection.close();
    }
  }

  /** What the failure of one of these checks means. */
  failure(name: CheckName, error: unknown): Verdict {
    return messageFailure(name, error, this.lost);
  }

  #limits(limitMs: number): Limits {
    return limitsWithin(this.#o, limitMs);
  }
}

function saying(said: string | undefined): string {
  return said === undefined ? "" : `, saying "${said}"`;
}
