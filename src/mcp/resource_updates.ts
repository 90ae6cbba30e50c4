import { ProtocolError, ProtocolErrorCode, type Server } from "@modelcontextprotocol/server";
import type { Core } from "../core.ts";
import { log } from "../log.ts";
import { visibleText } from "../payload/visible_text.ts";
import { GivenLogins } from "../redact.ts";
import { outgoingText } from "./result.ts";
import { watchIdOf, watchUri } from "./watch_resource.ts";

/** Resources that one client may be told of at a time. */
const MOST_SUBSCRIBED = 200;

/**
 * Tells one connection of watches that were met or are over. Clients up to 2025-11-25 name the resources they want to
 * hear of; for those of 2026-07-28 the SDK keeps what they listen to, and drops the rest.
 */
export class ResourceUpdates implements Disposable {
  readonly #core: Core;
  readonly #clientId: string;
  readonly #subscribed = new Set<string>();
  readonly #unlisten: () => void;
  #server: Server | null = null;
  #tellsAll = false;

  constructor(core: Core, clientId: string) {
    this.#core = core;
    this.#clientId = clientId;
    this.#unlisten = core.watches.onEvent(({ watch }) => {
      if (core.watches.sees(watch, clientId)) this.#tell(watchUri(watch.id));
    });
  }

  /** From now on this server tells; there is one at a time. */
  serve(server: Server, era: "legacy" | "modern"): void {
    this.#server = server;
    this.#tellsAll = era === "modern";
    if (era === "modern") return;
    this.#subscribed.clear();
    server.setRequestHandler("resources/subscribe", ({ params }) => this.#subscribe(params.uri));
    server.setRequestHandler("resources/unsubscribe", ({ params }) => {
      this.#subscribed.delete(params.uri);
      return {};
    });
  }

  /** @throws {ProtocolError} for a resource that tells nothing, or one too many */
  #subscribe(uri: string): Record<string, never> {
    const id = watchIdOf(uri);
    if (id === null || this.#core.watches.find(id, this.#clientId) === null) {
      const shown = visibleText(outgoingText(uri, new GivenLogins(uri)).slice(0, 200));
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `Cannot subscribe to "${shown}": only the resources of watches (mqtt-mcp://watches/{watch_id}) tell of updates`,
      );
    }
    if (this.#subscribed.size >= MOST_SUBSCRIBED) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `Cannot subscribe to more than ${MOST_SUBSCRIBED} resources`,
      );
    }
    this.#subscribed.add(uri);
    return {};
  }

  #tell(uri: string): void {
    const server = this.#server;
    if (server === null || server.transport === undefined) return;
    if (!this.#tellsAll && !this.#subscribed.has(uri)) return;
    server.sendResourceUpdated({ uri }).catch((error: unknown) => {
      log("mcp").debug("Cannot tell of an update: {error}", { error: String(error) });
    });
  }

  [Symbol.dispose](): void {
    this.#unlisten();
    this.#server = null;
  }
}
