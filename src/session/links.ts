/** The connections of one session, and which filter goes to which. */
import { MqttMcpError } from "../errors.ts";
import { randomClientId } from "../mqtt/client/connect.ts";
import type { ConnectionHandlers, MqttConnection, MqttVersion } from "../mqtt/client/connection.ts";
import { subscribeProblem } from "../mqtt/announcement.ts";
import type { PacketObserver } from "../mqtt/client/packet_facts.ts";
import { ConnectFailure } from "../mqtt/connect_failure.ts";
import { reasonInWords } from "../mqtt/reason_codes.ts";
import { excludesOthers, filterCovers, takesFromOthers } from "../mqtt/topic.ts";
import { hungUpAgain, Link, type LinkChange, type LinkOptions, MOST_HANG_UPS } from "./link.ts";
import type { Binding, Listener } from "./listener.ts";

/** Auxiliary connections of a session, for filters whose messages could not be told apart. */
const MAX_AUXILIARY_LINKS = 8;

/** What the links of a session are made of, besides what all of them share. */
interface LinksOptions
  extends Omit<LinkOptions, "open" | "countsReconnects" | "hasGivenId" | "onChange"> {
  /** Opens a new network connection; checks the policy each time. */
  readonly connect: (
    clientId: string,
    handlers: ConnectionHandlers,
    signal?: AbortSignal,
  ) => Promise<MqttConnection>;
  /** Of the main link. */
  readonly clientId: string;
  /** Whether that was asked for, rather than made up. */
  readonly hasGivenId: boolean;
  /** The latest connection of the main link; null before the first. */
  readonly announced: () => MqttConnection | null;
  readonly onMainChange: (change: LinkChange) => void;
}

/**
 * The main link of a session, on which it publishes too, and auxiliary ones for filters whose messages could not be told
 * from those of others there.
 */
export class Links {
  readonly main: Link;
  readonly #options: LinksOptions;
  readonly #auxiliary = new Set<Link>();
  /** Links that nobody else may join, whatever their filters. */
  readonly #exclusive = new WeakSet<Link>();
  #observer: PacketObserver | null = null;

  constructor(options: LinksOptions) {
    this.#options = options;
    this.#options = options;
    this.main = this.#makeLink(() => options.clientId, {
      countsReconnects: true,
      hasGivenId: options.hasGivenId,
      onChange: options.onMainChange,
    });
  }

  /** The main link first. */
  get all(): readonly Link[] {
    return [this.main, ...this.#auxiliary];
  }

  get #version(): MqttVersion {
    return this.#options.announced()?.version ?? "5";
  }

  /** Lets someone watch the packets of all links, those to come too; `null` ends it. */
  observe(observer: PacketObserver | null): void {
    this.#observer = observer;
    for (const link of this.all) link.observe(observer);
  }

  /** Closes all links with a DISCONNECT. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((link) => link.close()));
    this.#auxiliary.clear();
  }

  /**
   * Subscribes the filters of a listener, each on a link on which its messages can be told from others'. What the broker
   * refuses is told to the listener.
   * @throws {MqttMcpError} when there is no connection, or no answer in time
   */
  async bindAll(
    listener: Listener,
    filters: readonly string[],
    signal?: AbortSignal,
  ): Promise<void> {
    const granted: string[] = [];
    for (const filter of widestFirst(filters)) {
      if (listener.isEnded) return;
      // Its messages come by the wider filter already; where that was refused this one may not be.
      if (granted.some((wider) => covers(wider, filter))) continue;
      if (await this.#bind(listener, filter, signal)) granted.push(filter);
    }
  }

  /** @returns whether the broker granted it */
  async #bind(listener: Listener, filter: string, signal?: AbortSignal): Promise<boolean> {
    const deadline = performance.now() + this.#options.timeoutMs;
    const alone = needsOwnLink(filter);
    const announced = this.#options.announced();
    const problem = announced === null ? null : subscribeProblem(announced.server, filter);
    if (problem !== null) {
      listener.refuse(filter, problem);
      return false;
    }
    let mayShare = false;
    let hangUps = 0;
    for (;;) {
      const link = mayShare ? this.main : this.#linkFor(filter, listener);
      const binding = link.subscriptions.claim(listener, filter);
      try {
        if (link.state === "opening" || link.state === "disconnected") await link.open(signal);
        await link.ready({ timeoutMs: deadline - performance.now(), signal });
        const { code, said } = await link.subscribe(binding, signal);
        if (code < 0x80) {
          if (said !== undefined) listener.addNote(`The broker said to "${filter}": "${said}"`);
          this.#noteKind(listener, binding);
          return true;
        }
        link.subscriptions.release(binding);
        await this.#tidy(link, filter);
        listener.refuse(
          filter,
          this.#version === "5"
            ? `the broker answered "${reasonInWords(code)}"${
              said === undefined ? "" : `, saying "${said}"`
            }`
            : "the broker refused it (MQTT 3.1.1 gives no reason)",
        );
        return false;
      } catch (error) {
        link.subscriptions.release(binding);
        const hungUpAt = link.hangUpsAt(filter);
        await this.#tidy(link, filter);
        if (!(error instanceof MqttMcpError)) throw error;
        if (signal?.aborted) throw error;
        if (hungUpAt > 0 && error.code === "CONNECTION_LOST") {
          hangUps = Math.max(hangUps + 1, hungUpAt);
          if (hangUps >= MOST_HANG_UPS) {
            listener.refuse(filter, hungUpAgain(filter));
            return false;
          }
        }
        if (link !== this.main && error instanceof ConnectFailure) {
          // Where the main connection is gone too this is no refusal, but a broker that is away.
          if (this.main.state !== "connected") {
            await this.main.ready({ timeoutMs: deadline - performance.now(), signal });
            continue;
          }
          if (alone) {
            listener.refuse(filter, `it needs a connection of its own: ${error.message}`);
            return false;
          }
          mayShare = true;
          // it then tells by itself that it brings no retained messages
          if (this.main.subscriptions.usesIds) continue;
          listener.mayIncludeCopies();
          this.main.subscriptions.admitCopies(filter);
          listener.addNote(
            `The broker refused a further connection for "${filter}", which overlaps another subscription`,
          );
          continue;
        }
        const left = deadline - performance.now();
        if (error.code !== "CONNECTION_LOST" || left <= 0) throw error;
        if (this.main.state !== "connected" && this.main.state !== "reconnecting") throw error;
      }
    }
  }

  /** What a reader has to know of a filter that is no ordinary one. */
  #noteKind(listener: Listener, binding: Binding): void {
    const { filter } = binding;
    if (takesFromOthers(filter)) {
      listener.addNote(
        `"${filter}" is a shared subscription: it takes messages from the other members of its group`,
      );
      if (this.#version === "3.1.1") {
        listener.noteIfSilent(
          binding,
          `Nothing came by "${filter}": to most brokers it is an ordinary filter in MQTT 3.1.1, which knows no shared subscriptions; listen without its prefix, or use MQTT 5`,
        );
      }
    } else if (excludesOthers(filter)) {
      listener.addNote(`"${filter}" keeps other clients from subscribing to the same`);
    }
  }

  /** The link on which messages of a filter can be told from those of others. */
  #linkFor(filter: string, listener: Listener): Link {
    const alone = needsOwnLink(filter);
    if (!alone) {
      const links = this.all.filter((link) => !this.#exclusive.has(link));
      const fits = (link: Link) =>
        link.subscriptions.usesIds
          ? listener.retained === "skip" || !link.subscriptions.withholdsReplays(filter)
          : !link.subscriptions.overlaps(filter);
      const found = links.find(fits);
      if (found !== undefined) return found;
    }
    if (this.#auxiliary.size >= MAX_AUXILIARY_LINKS && !alone) {
      if (this.main.subscriptions.usesIds) return this.main;
      listener.mayIncludeCopies();
      this.main.subscriptions.admitCopies(filter);
      listener.addNote(`"${filter}" shares a connection with overlapping subscriptions`);
      return this.main;
    }
    const link = this.#makeAuxiliary();
    if (alone) this.#exclusive.add(link);
    this.#auxiliary.add(link);
    link.observe(this.#observer);
    return link;
  }

  /** Access lists are sometimes bound to a client id's beginning, so a given one is kept as that. */
  #auxiliaryClientId(): string {
    const { hasGivenId, clientId } = this.#options;
    return hasGivenId ? `${clientId}-${crypto.randomUUID().slice(0, 4)}` : randomClientId();
  }

  #makeAuxiliary(): Link {
    return this.#makeLink(() => this.#auxiliaryClientId(), {
      countsReconnects: false,
      hasGivenId: false,
      onChange: () => {},
    });
  }

  #makeLink(
    clientId: () => string,
    o: Pick<LinkOptions, "countsReconnects" | "hasGivenId" | "onChange">,
  ): Link {
    return new Link({
      ...this.#options,
      open: (handlers, signal) => this.#options.connect(clientId(), handlers, signal),
      ...o,
    });
  }

  /** Takes a listener off all links, and unsubscribes what nobody else needs. */
  async detach(listener: Listener): Promise<void> {
    const used = this.all;
    const filters = [...listener.bindings].map((binding) => {
      for (const link of used) link.subscriptions.release(binding);
      return binding.filter;
    });
    await Promise.all(used.flatMap((link) => filters.map((filter) => this.#tidy(link, filter))));
  }

  /** Gives back what a filter that somebody left no longer needs. */
  async #tidy(link: Link, filter: string): Promise<void> {
    if (
      link !== this.main && link.subscriptions.filters.length === 0 && this.#auxiliary.delete(link)
    ) {
      await link.close();
      return;
    }
    await link.unsubscribe(filter);
  }
}

/** Wider filters before those they cover; otherwise in the order given. */
function widestFirst(filters: readonly string[]): string[] {
  const isCovered = (filter: string, i: number) =>
    filters.some((other, j) =>
      j !== i && covers(other, filter) && !(covers(filter, other) && i < j)
    );
  const wide: string[] = [], covered: string[] = [];
  filters.forEach((filter, i) => (isCovered(filter, i) ? covered : wide).push(filter));
  return [...wide, ...covered];
}

function covers(wider: string, filter: string): boolean {
  if (needsOwnLink(wider) || needsOwnLink(filter)) return false;
  return filterCovers(wider, filter);
}

/** Whether messages of a filter come by other rules than those of ordinary filters, so that they must not be mixed. */
function needsOwnLink(filter: string): boolean {
  return takesFromOthers(filter) || excludesOthers(filter);
}
