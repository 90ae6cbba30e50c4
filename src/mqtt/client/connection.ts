/**
 * One network connection to a broker, from CONNACK to its end. It never reconnects and never sends
 * anything again: a new connection is a new {@linkcode MqttConnection}. Reconnecting, subscription
 * tables and who hears what belong to the session layer.
 */
import { Buffer } from "node:buffer";
import type { IConnackPacket, MqttClient, Packet } from "mqtt";
import { ConnectionError, MqttMcpError, OperationError } from "../../errors.ts";
import { describeAnnouncement, type ServerAnnouncement } from "../announcement.ts";
import { ConnectFailure } from "../connect_failure.ts";
import type { BrokerTarget } from "../connection_string.ts";
import type { Qos } from "../message.ts";
import {
  type PublishOutcome,
  publishRefused,
  type PublishRequest,
  publishSizeBytes,
} from "../publishing.ts";
import { reasonInWords } from "../reason_codes.ts";
import type { Inbound, PublishHandler } from "./inbound.ts";
import { describePacket, type PacketObserver } from "./packet_facts.ts";
import { MAX_PACKET_BYTES } from "./packet_reader.ts";
import type { ProtocolFault } from "./protocol_fault.ts";
import { rounded } from "../../numbers.ts";

/** The protocol versions that are spoken. */
export type MqttVersion = "5" | "3.1.1";

/** How long a graceful close may take before the socket is destroyed. */
const CLOSE_LIMIT_MS = 500;

/** How long after the limit of silence it is made sure that there really was nothing. */
const SECOND_LOOK_MS = 20;

/** MQTT 5 §4.13: the reason code for it. */
const PACKET_TOO_LARGE = 0x95;

/** First byte of a DISCONNECT. */
const DISCONNECT = 0xe0;

/** How a connection ended that nobody here had closed. */
export interface LostConnection {
  /** In words, for a result: `the broker closed the connection`. */
  readonly reason: string;
  /** Of a DISCONNECT from the broker (MQTT 5). */
  readonly reasonCode?: number;
  /** The last moment at which the broker was known to be heard, in ms since the epoch. */
  readonly heardUntil: number;
  /** How long the connection had been up. */
  readonly upMs: number;
  /** Set where it was ended here, because of what the broker sent. */
  readonly endedHere?: true;
}

/** Who is told what happens on a connection. */
export interface ConnectionHandlers {
  /** The hot path: called for each PUBLISH in the order of arrival. Must not throw. */
  readonly onPublish: PublishHandler;
  /** Called once, unless `close` was called first. */
  onLost(lost: LostConnection): void;
}

/** One topic filter of a SUBSCRIBE. */
interface SubscribeRequest {
  readonly filter: string;
  readonly qos: Qos;
  /** MQTT 5 only (§3.8.2.1.2). */
  readonly subscriptionIdentifier?: number;
  /** MQTT 5 only: 2 asks for no retained messages (§3.8.3.1). Default: 0. */
  readonly retainHandling?: 0 | 1 | 2;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** How a connection came about. */
interface ConnectionFacts {
  readonly inbound: Inbound;
  readonly target: BrokerTarget;
  readonly version: MqttVersion;
  readonly handlers: ConnectionHandlers;
  readonly connectMs: number;
}

/** An open connection. Made by {@linkcode connectToBroker}. */
export class MqttConnection implements AsyncDisposable {
  readonly clientId: string;
  readonly version: MqttVersion;
  readonly server: ServerAnnouncement;
  /** From the first packet to CONNACK, a fall-back to 3.1.1 included. */
  readonly connectMs: number;
  /** When CONNACK came, in ms since the epoch. */
  readonly connectedAt: number;

  readonly #client: MqttClient;
  readonly #inbound: Inbound;
  readonly #where: string;
  readonly #handlers: ConnectionHandlers;
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #startedAt = performance.now();
  #heardAt = Date.now();
  /** The same on a clock that nobody sets. */
  #heardTick = performance.now();
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #destroyTimer: ReturnType<typeof setTimeout> | undefined;
  #endedByPeer = false;
  #lossReason: string | null = null;
  #lossCode: number | undefined;
  #endedHere = false;
  #state: "open" | "lost" | "closed" = "open";
  #inFlight = 0;
  readonly #slotQueue: (() => void)[] = [];
  #stopObserving: (() => void) | null = null;
  /**
   * The library keeps the codes of successful acknowledgements to itself, and so "no matching
   * subscribers", which QoS 2 tells in the PUBREC. Watched only while a publish is under way.
   */
  readonly #ackCodes = new Map<number, number>();
  #ackWatchers = 0;
  readonly #watchAck = (packet: Packet) => {
    if ((packet.cmd !== "puback" && packet.cmd !== "pubrec") || packet.messageId === undefined) {
      return;
    }
    // One that comes after its publish was given up is nobody's.
    if (!(packet.messageId in this.#client.outgoing)) return;
    if (packet.reasonCode) this.#ackCodes.set(packet.messageId, packet.reasonCode);
  };

  /** Use {@linkcode connectToBroker}. */
  constructor(client: MqttClient, connack: IConnackPacket, facts: ConnectionFacts) {
    this.#client = client;
    this.#handlers = facts.handlers;
    this.#where = `${facts.target.host}:${facts.target.port}`;
    this.version = facts.version;
    this.server = describeAnnouncement(connack, facts.version);
    this.clientId = this.server.assigned_client_id ?? String(client.options.clientId);
    this.connectMs = facts.connectMs;
    this.connectedAt = this.#heardAt;

    this.#inbound = facts.inbound;
    const { onPublish } = facts.handlers;
    this.#inbound.handTo((topic, payload, packet) => {
      if (this.#state === "open") onPublish(topic, payload, packet);
    });
    client.on("packetsend", () => this.#inbound.noteAsked());
    client.stream.on("data", () => {
      this.#heardAt = Date.now();
      this.#heardTick = performance.now();
    });
    client.stream.on("end", () => this.#endedByPeer = true);
    client.on("disconnect", (packet) => {
      const code = packet.reasonCode ?? 0;
      this.#lossCode = code;
      const reference = packet.properties?.serverReference;
      this.#lossReason = `the broker disconnected us: ${reasonInWords(code)}${
        reference === undefined ? "" : ` to "${reference.slice(0, 200)}"`
      }`;
      this.#endedByPeer = true;
      // The broker closes after its DISCONNECT (MQTT 5 §3.14.4); not all do at once.
      client.stream.destroy();
    });
    client.on("error", (error) => {
      const code = "code" in error ? String(error.code) : "";
      this.#lossReason ??= /^E[A-Z]+$/.test(code)
        ? `the network reported ${code}`
        : `the broker sent something that is not valid MQTT${libraryWords(error.message)}`;
      client.stream.destroy();
    });
    client.on("close", () => this.#onClose());
    // The library counts from its last ping; what counts here is when anything was last heard, so
    // that a PINGRESP waiting behind a flood of messages is no loss, and silence is seen in time.
    client.onKeepaliveTimeout = () => {
      client.sendPing();
      client.reschedulePing(true);
    };
    if (client.keepalive > 0) this.#watchSilence(client.keepalive * 1500);
  }

  /** Ends the connection because of a packet larger than any that is taken. */
  refusePacket(): void {
    this.#endFor(PACKET_TOO_LARGE, packetTooLarge(this.#where).message);
  }

  /** Ends the connection because the broker broke the protocol (MQTT 5 §4.13). */
  refuse(fault: ProtocolFault): void {
    this.#endFor(fault.code, protocolBroken(this.#where, fault).message);
  }

  #endFor(code: number, reason: string): void {
    if (this.#state !== "open" || this.#endedHere) return;
    this.#endedHere = true;
    this.#lossReason = reason;
    this.#lossCode = code;
    const { stream } = this.#client;
    if (this.version !== "5") return void stream.destroy();
    this.#destroyTimer = setTimeout(() => stream.destroy(), CLOSE_LIMIT_MS);
    stream.write(Buffer.from([DISCONNECT, 2, code, 0]), () => stream.destroy());
  }

  /** The connection is lost when nothing is heard for 1.5 keep-alive intervals (MQTT 5 §3.1.2.10). */
  #watchSilence(limitMs: number): void {
    const check = (again: boolean) => {
      const silentMs = performance.now() - this.#heardTick;
      if (silentMs < limitMs) arm(limitMs - silentMs, false);
      // After a stall of this process what was received in it has to be read first.
      else if (!again) arm(SECOND_LOOK_MS, true);
      else {
        this.#lossReason = `nothing was heard for ${
          Math.round(silentMs / 100) / 10
        } s (keep-alive ${limitMs / 1500} s)`;
        this.#client.stream.destroy();
      }
    };
    const arm = (ms: number, again: boolean) => {
      this.#silenceTimer = setTimeout(() => check(again), ms);
    };
    arm(limitMs, false);
  }

  /** False once the connection is lost or closed. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** When anything was last received, in ms since the epoch. */
  get heardAt(): number {
    return this.#heardAt;
  }

  #onClose(): void {
    if (this.#state !== "open") return;
    this.#inbound.finish();
    this.#state = "lost";
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#destroyTimer);
    this.#dropPending();
    const now = Date.now();
    this.#handlers.onLost({
      reason: this.#lossReason ?? "the broker closed the connection",
      ...(this.#lossCode !== undefined && { reasonCode: this.#lossCode }),
      heardUntil: this.#endedByPeer ? now : this.#heardAt,
      upMs: performance.now() - this.#startedAt,
      ...(this.#endedHere && { endedHere: true }),
    });
  }

  /** Nothing that is pending may be sent later: the stores are emptied before anyone is told. */
  #dropPending(): void {
    for (const id of Object.keys(this.#client.outgoing)) {
      this.#client.removeOutgoingMessage(Number(id));
    }
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const fail of waiting) fail(this.#lostError());
    for (const wake of this.#slotQueue.splice(0)) wake();
  }

  #lostError(): ConnectionError {
    return new ConnectionError(
      "CONNECTION_LOST",
      `The connection to "${this.#where}" was lost: ${this.#lossReason ?? "it was closed"}`,
      "Call again in a few seconds; list_active_connections shows the state",
    );
  }

  /**
   * Sends one SUBSCRIBE for one filter and waits for its SUBACK.
   *
   * @returns the reason code: 0, 1, 2 = granted QoS, from 0x80 on refused
   * @throws {OperationError} TIMEOUT
   * @throws {ConnectionError} CONNECTION_LOST
   */
  async subscribe(request: SubscribeRequest): Promise<number> {
    const { filter, qos } = request;
    this.#inbound.highestQos = Math.max(this.#inbound.highestQos ?? 0, qos) as Qos;
    const what = `Cannot subscribe to "${filter}" at "${this.#where}"`;
    return await this.#wait<number>(request, what, (settle, fail) => {
      this.#client.subscribe(
        [filter],
        {
          qos,
          rh: request.retainHandling ?? 0,
          ...(request.subscriptionIdentifier !== undefined &&
            { properties: { subscriptionIdentifier: request.subscriptionIdentifier } }),
        },
        (error, _granted, packet) => {
          const code = packet?.granted?.[0];
          if (typeof code === "number") settle(code);
          else fail(error ?? this.#lostError());
        },
      );
    });
  }

  /**
   * Sends one UNSUBSCRIBE and waits for its UNSUBACK.
   *
   * @throws {OperationError} TIMEOUT
   * @throws {ConnectionError} CONNECTION_LOST
   */
  async unsubscribe(filter: string, o: { timeoutMs: number; signal?: AbortSignal }): Promise<void> {
    const what = `Cannot unsubscribe from "${filter}" at "${this.#where}"`;
    await this.#wait<void>(o, what, (settle, fail) => {
      this.#client.unsubscribe([filter], (error) => error ? fail(error) : settle());
    });
  }

  /** Sends one message and waits for its acknowledgement; see {@linkcode PublishRequest}. */
  async publish(request: PublishRequest, timeoutMs: number): Promise<PublishOutcome> {
    this.checkPublish(request);
    const startedAt = performance.now();
    const deadline = startedAt + timeoutMs;
    const what = `Cannot publish to "${request.topic}" at "${this.#where}"`;
    if (request.qos > 0) await this.#takeSlot(what, timeoutMs, request.signal);
    try {
      const { code, ack } = await this.#send(request, what, deadline - performance.now());
      if (code >= 0x80) throw publishRefused(request.topic, code);
      const v5 = this.version === "5" && ack !== "none";
      return {
        acknowledged: ack !== "none",
        ack,
        reason: ack === "none" ? "sent" : reasonInWords(code),
        ...(v5 && { reasonCode: code }),
        durationMs: rounded(performance.now() - startedAt, 3),
      };
    } finally {
      if (request.qos > 0) this.#releaseSlot();
    }
  }

  /**
   * Whether the broker takes such a message at all, by what it announced.
   *
   * @throws {OperationError} QOS_NOT_SUPPORTED, INVALID_ARGUMENT, PAYLOAD_TOO_LARGE
   */
  checkPublish(request: PublishRequest): void {
    const { server } = this;
    if (server.maximum_qos !== undefined && request.qos > server.maximum_qos) {
      throw new OperationError(
        "QOS_NOT_SUPPORTED",
        `Cannot publish with QoS ${request.qos}: the broker "${this.#where}" takes QoS ${server.maximum_qos} at most`,
        `Publish with qos ${server.maximum_qos}`,
      );
    }
    if (request.retain && server.retain_available === false) {
      throw new OperationError(
        "INVALID_ARGUMENT",
        `Cannot publish with retain: the broker "${this.#where}" keeps no retained messages`,
        "Publish with retain false",
      );
    }
    const maximum = server.maximum_packet_size;
    if (maximum !== undefined) {
      const size = publishSizeBytes(request, (text) => Buffer.byteLength(text));
      if (size > maximum) {
        throw new OperationError(
          "PAYLOAD_TOO_LARGE",
          `Cannot publish to "${request.topic}": the packet has ${size} bytes, the broker "${this.#where}" takes ${maximum}`,
          "Send a smaller payload",
        );
      }
    }
  }

  /** Keeps the promise of the broker's receive maximum (MQTT 5 §4.9), which MQTT.js does not. */
  async #takeSlot(what: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const maximum = this.server.receive_maximum ?? 65_535;
    while (this.#inFlight >= maximum && this.isOpen) {
      let wake: (() => void) | undefined;
      try {
        await this.#wait<void>({ timeoutMs, signal }, what, (settle) => {
          wake = settle;
          this.#slotQueue.push(settle);
        }, "nothing was sent");
      } finally {
        const at = wake === undefined ? -1 : this.#slotQueue.indexOf(wake);
        if (at >= 0) this.#slotQueue.splice(at, 1);
      }
    }
    if (!this.isOpen) throw this.#lostError();
    this.#inFlight++;
  }

  #releaseSlot(): void {
    this.#inFlight--;
    this.#slotQueue.shift()?.();
  }

  async #send(
    request: PublishRequest,
    what: string,
    timeoutMs: number,
  ): Promise<{ code: number; ack: PublishOutcome["ack"] }> {
    const client = this.#client;
    const { qos, retain, topic } = request;
    let messageId: number | null = null;
    const watched = qos > 0 && this.version === "5";
    if (watched && this.#ackWatchers++ === 0) client.on("packetreceive", this.#watchAck);
    try {
      return await this.#wait<{ code: number; ack: PublishOutcome["ack"] }>(
        { timeoutMs, signal: request.signal },
        what,
        (settle, fail) => {
          const payload = Buffer.from(
            request.payload.buffer,
            request.payload.byteOffset,
            request.payload.byteLength,
          );
          client.publish(
            topic,
            payload,
            { qos, retain, ...(this.version === "5" && { properties: packetProperties(request) }) },
            (error) => {
              const ack = qos === 0 ? "none" : qos === 1 ? "puback" : "pubcomp";
              if (!error) return settle({ code: this.#ackCodes.get(messageId ?? 0) ?? 0, ack });
              const code = "code" in error ? Number(error.code) : NaN;
              if (code >= 0x80) settle({ code, ack });
              else fail(error);
            },
          );
          if (qos > 0) messageId = client.getLastMessageId();
        },
        "delivery unknown",
      );
    } catch (error) {
      if (messageId !== null) client.removeOutgoingMessage(messageId);
      // Bytes still in our own buffers would leave after the caller was told: they go with the socket.
      if (this.isOpen && client.stream.writableLength > 0) {
        this.#lossReason = "a publish could not be written in time";
        client.stream.destroy();
      }
      if (error instanceof ConnectionError) {
        throw new ConnectionError(
          "CONNECTION_LOST",
          `${what}: the connection was lost before the acknowledgement; delivery unknown`,
          "Check with subscribe_and_collect or query_history whether it arrived before sending it again",
        );
      }
      throw error;
    } finally {
      if (watched && --this.#ackWatchers === 0) client.off("packetreceive", this.#watchAck);
      if (messageId !== null) this.#ackCodes.delete(messageId);
    }
  }

  /** Runs one request under a time limit, an abort signal, and the life of the connection. */
  #wait<T>(
    limits: { timeoutMs: number; signal?: AbortSignal },
    what: string,
    start: (settle: (value: T) => void, fail: (error: Error) => void) => void,
    consequence?: string,
  ): Promise<T> {
    if (!this.isOpen) return Promise.reject(this.#lostError());
    const suffix = consequence === undefined ? "" : `; ${consequence}`;
    if (limits.signal?.aborted) {
      return Promise.reject(
        new OperationError(
          "TIMEOUT",
          `${what}: the call was cancelled; nothing was sent`,
          "Call again",
        ),
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const finish = () => {
      clearTimeout(timer);
      limits.signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(fail);
    };
    const fail = (error: Error) => {
      finish();
      reject(error instanceof MqttMcpError ? error : this.#lostError());
    };
    const settle = (value: T) => {
      finish();
      resolve(value);
    };
    const onAbort = () =>
      fail(new OperationError("TIMEOUT", `${what}: the call was cancelled${suffix}`, "Call again"));
    const timeoutMs = Math.max(0, limits.timeoutMs);
    const timer = setTimeout(() =>
      fail(
        new OperationError(
          "TIMEOUT",
          `${what}: no answer within ${Math.round(timeoutMs / 100) / 10} s${suffix}`,
          "Check the broker with test_connection",
        ),
      ), timeoutMs);
    limits.signal?.addEventListener("abort", onAbort, { once: true });
    this.#waiting.add(fail);
    start(settle, fail);
    return promise;
  }

  /** Lets someone watch the packets; `null` ends it. Costs nothing while nobody does. */
  observe(observer: PacketObserver | null): void {
    this.#stopObserving?.();
    this.#stopObserving = null;
    // MQTT.js tells of the packets that it reads itself
    this.#inbound.observer = observer;
    if (observer === null) return;
    const client = this.#client;
    const onSend = (packet: Packet) => observer("sent", describePacket(packet));
    const onReceive = (packet: Packet) => observer("received", describePacket(packet));
    client.on("packetsend", onSend);
    client.on("packetreceive", onReceive);
    this.#stopObserving = () => {
      client.off("packetsend", onSend);
      client.off("packetreceive", onReceive);
    };
  }

  /** Sends DISCONNECT, so that no last will is published, and closes within half a second. Idempotent. */
  async close(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closed";
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#destroyTimer);
    this.#lossReason = "it was closed";
    this.observe(null);
    this.#dropPending();
    const { promise, resolve } = Promise.withResolvers<void>();
    const client = this.#client;
    if (client.stream.destroyed) return;
    client.stream.once("close", resolve);
    const timer = setTimeout(() => client.stream.destroy(), CLOSE_LIMIT_MS);
    client.end(false, {});
    await promise;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Of a broker that broke the protocol; also before there is a connection. */
export function protocolBroken(where: string, fault: ProtocolFault): ConnectFailure {
  return new ConnectFailure(
    "CONNECTION_LOST",
    `the broker "${where}" broke the protocol: it sent ${fault.message}`,
    "Look into the broker's log, or for a newer version of it",
  );
}

/** Of a packet larger than any that is taken; also before there is a connection. */
export function packetTooLarge(where: string): ConnectFailure {
  return new ConnectFailure(
    "CONNECTION_LOST",
    `the broker "${where}" sent a packet of more than ${MAX_PACKET_BYTES / 1_048_576} MiB`,
    "Listen to a filter without that topic; its message is larger than this server takes",
  );
}

/** What the library says about it; its own words only. */
function libraryWords(message: string): string {
  return /^[A-Za-z0-9 ,.-]{1,100}$/.test(message) ? ` (${message})` : "";
}

function packetProperties(request: PublishRequest) {
  const p = request.properties;
  if (p === undefined) return undefined;
  return {
    ...(p.contentType !== undefined && { contentType: p.contentType }),
    ...(p.responseTopic !== undefined && { responseTopic: p.responseTopic }),
    ...(p.correlationData !== undefined && { correlationData: Buffer.from(p.correlationData) }),
    ...(p.messageExpiryInterval !== undefined &&
      { messageExpiryInterval: p.messageExpiryInterval }),
    ...(p.userProperties !== undefined && { userProperties: p.userProperties }),
  };
}
