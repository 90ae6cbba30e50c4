import { connectToBroker } from "../client/connect.ts";
import type { LostConnection, MqttConnection } from "../client/connection.ts";
import type { SubscribeOutcome } from "../client/subscribing.ts";
import type { TlsMaterial } from "../client/transport.ts";
import type { BrokerTarget } from "../connection_string.ts";
import type { Qos } from "../message.ts";
import { CLEANUP_LIMIT_MS, type Limits, within } from "./time_limits.ts";

/** A retained scratch message that could not be cleared vanishes by itself (MQTT 5 §3.3.2.3.3). */
const SCRATCH_EXPIRY_SECONDS = 60;

/** A message on a topic of the test. */
export interface ScratchMessage {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** Opens a connection to the broker under test, within these limits. */
export type OpenLink = (limits: Limits) => Promise<ScratchLink>;

/** A connection of the test's own, with someone to ask for what arrives on it. */
export class ScratchLink {
  readonly #connection: MqttConnection;
  readonly #listeners: Set<(message: ScratchMessage) => void>;
  readonly #onLost: Set<() => void>;
  readonly #state: { lost: LostConnection | null };

  private constructor(
    connection: MqttConnection,
    shared: {
      listeners: Set<(message: ScratchMessage) => void>;
      onLost: Set<() => void>;
      state: { lost: LostConnection | null };
    },
  ) {
    this.#connection = connection;
    this.#listeners = shared.listeners;
    this.#onLost = shared.onLost;
    this.#state = shared.state;
  }

  static async open(
    target: BrokerTarget,
    o: {
      tls: TlsMaterial;
      timeoutMs: number;
      signal: AbortSignal;
      clientId: string;
      check?: (address: string) => void;
    },
  ): Promise<ScratchLink> {
    const listeners = new Set<(message: ScratchMessage) => void>();
    const onLost = new Set<() => void>();
    const state: { lost: LostConnection | null } = { lost: null };
    const { check } = o;
    const connection = await connectToBroker(target, {
      tls: o.tls,
      timeoutMs: o.timeoutMs,
      signal: o.signal,
      clientId: o.clientId,
      ...(check && { checkAddress: check }),
      handlers: {
        onPublish(topic, payload, packet) {
          const text = new TextDecoder().decode(payload);
          for (const tell of [...listeners]) tell({ topic, text, retain: packet.retain });
        },
        onLost(lost) {
          state.lost = lost;
          for (const tell of [...onLost]) tell();
        },
      },
    });
    return new ScratchLink(connection, { listeners, onLost, state });
  }

  get connection(): MqttConnection {
    return this.#connection;
  }

  /** How it ended, if the broker or the network ended it. */
  get lost(): LostConnection | null {
    return this.#state.lost;
  }

  /** Gives what the SUBACK says. */
  subscribe(filter: string, limits: Limits): Promise<SubscribeOutcome> {
    return this.#connection.subscribe({ filter, qos: 2, ...limits });
  }

  publish(
    o: {
      topic: string;
      text: string;
      qos: Qos;
      retain?: boolean;
      signal: AbortSignal;
      timeoutMs?: number;
    },
  ) {
    return this.#connection.publish({
      topic: o.topic,
      payload: new TextEncoder().encode(o.text),
      qos: o.qos,
      retain: o.retain ?? false,
      signal: o.signal,
      ...(o.retain && { properties: { messageExpiryInterval: SCRATCH_EXPIRY_SECONDS } }),
    }, o.timeoutMs ?? CLEANUP_LIMIT_MS);
  }

  /** Waits for a message for which `wanted` is true, from now on. Disposing ends the wait. */
  expect(
    { timeoutMs, signal }: Limits,
    wanted: (message: ScratchMessage) => boolean,
  ): { readonly arrived: Promise<void> } & Disposable {
    const over = new AbortController();
    const limits = { timeoutMs, signal: AbortSignal.any([signal, over.signal]) };
    const arrived = within<void>(limits, (resolve, reject) => {
      const look = (message: ScratchMessage) => {
        if (wanted(message)) resolve();
      };
      const giveUp = () => reject(new StageLost());
      this.#listeners.add(look);
      this.#onLost.add(giveUp);
      return () => {
        this.#listeners.delete(look);
        this.#onLost.delete(giveUp);
      };
    });
    // It may fail while the publish before it is still waited for.
    arrived.catch(() => {});
    return { arrived, [Symbol.dispose]: () => over.abort() };
  }
}

/** The connection ended while a message was waited for. */
class StageLost extends Error {}
