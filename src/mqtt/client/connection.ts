/**
 * One network connection to a broker, from CONNACK to its end. It never reconnects and never sends
 * anything again: a new connection is a new {@linkcode MqttConnection}. Reconnecting, subscription
 * tables and who hears what belong to the session layer.
 */
import { Buffer } from "node:buffer";
import type { IConnackPacket, MqttClient, Packet } from "mqtt";
import { ConnectionError, OperationError } from "../../errors.ts";
import { checkPublish, describeAnnouncement, type ServerAnnouncement } from "../announcement.ts";
import { ConnectFailure } from "../connect_failure.ts";
import { type BrokerTarget, formatAuthority } from "../connection_string.ts";
import type { Qos } from "../message.ts";
import { type PublishOutcome, publishRefused, type PublishRequest } from "../publishing.ts";
import { reasonInWords } from "../reason_codes.ts";
import { type BrokerProperties, inItsWords, quotable, reasonStringOf } from "../broker_words.ts";
import {
  explainHangUp,
  hangUpInWords,
  isDemanding,
  nameRequests,
  type OwnPublish,
  type OwnRequest,
} from "../hang_up.ts";
import type { Inbound, PublishHandler, SkippedHandler } from "./inbound.ts";
import { OwnRequests } from "./own_requests.ts";
import { describePacket, type PacketObserver } from "./packet_facts.ts";
import type { ProtocolFault } from "./protocol_fault.ts";
import { rounded } from "../../numbers.ts";
import type { SubscribeOutcome, SubscribeRequest } from "./subscribing.ts";

/** The protocol versions that are spoken. */
export type MqttVersion = "5" | "3.1.1";

/** How long a graceful close may take before the socket is destroyed. */
const CLOSE_LIMIT_MS = 500;

/** How long after the limit of silence it is made sure that there really was nothing. */
const SECOND_LOOK_MS = 20;

/** Reasons of a DISCONNECT that may be about what the broker has just got from us (MQTT 5 §3.14.2.1). */
const MAY_BE_ABOUT_A_REQUEST: ReadonlySet<number> = new Set(
  [0x80, 0x81, 0x82, 0x83, 0x87, 0x8f, 0x90, 0x95, 0x96, 0x97, 0x99, 0x9a, 0x9b, 0x9e, 0xa1, 0xa2],
);

/** How long a broker is waited for to show that it has read a message without an acknowledgement. */
const CONFIRM_LIMIT_MS = 500;

/** Of a PUBACK or PUBCOMP of MQTT 3.1.1, which has no codes (§3.4). */
const ACKNOWLEDGED_IN_3 =
  "acknowledged; MQTT 3.1.1 cannot refuse, so a broker that forbids the topic says the same";

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
  /** Set where it was ended here, for what the broker sent, or did not. */
  readonly endedHere?: true;
  /**
   * Of a broker that hung up or disconnected us: what of ours it had not answered, or had just got where there is no answer.
   * Empty where there was nothing, and where the network failed.
   */
  readonly unanswered: readonly OwnRequest[];
}

/** Who is told what happens on a connection. */
export interface ConnectionHandlers {
  /** The hot path: called for each PUBLISH in the order of arrival. Must not throw. */
  readonly onPublish: PublishHandler;
  /** Called in the same order for each PUBLISH that was too large to be read. */
  readonly onSkipped?: SkippedHandler;
  /** Called once, unless `close` was called first. */
  onLost(lost: LostConnection): void;
}

/** Why MQTT 3.1.1 is spoken though 5 was tried. */
export type FallBack = "refused" | "silent";

/** How a connection came about. */
interface ConnectionFacts {
  readonly inbound: Inbound;
  readonly target: BrokerTarget;
  readonly version: MqttVersion;
  readonly handlers: ConnectionHandlers;
  readonly connectMs: number;
  readonly fellBack?: FallBack;
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
  /** Why it is not MQTT 5, where that was tried first. */
  readonly fellBack: FallBack | undefined;

  readonly #client: MqttClient;
  readonly #inbound: Inbound;
  readonly #where: string;
  readonly #handlers: ConnectionHandlers;
  readonly #requests = new OwnRequests(() => this.#lostError());
  readonly #startedAt = performance.now();
  #heardAt = Date.now();
  /** The same on a clock that nobody sets. */
  #heardTick = performance.now();
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #destroyTimer: ReturnType<typeof setTimeout> | undefined;
  #endedByPeer = false;
  #wasReset = false;
  #lossReason: string | null = null;
  #lossCode: number | undefined;
  #endedHere = false;
  #hungUpAt: readonly OwnRequest[] = [];
  #state: "open" | "lost" | "closed" = "open";
  #inFlight = 0;
  readonly #slotQueue: (() => void)[] = [];
  #stopObserving: (() => void) | null = null;
  /**
   * The library keeps what successful acknowledgements say to itself, and so "no matching
   * subscribers", which QoS 2 tells in the PUBREC. Watched only while a publish is under way.
   */
  readonly #acks = new Map<number, { readonly code: number; readonly said?: BrokerProperties }>();
  #ackWatchers = 0;
  readonly #watchAck = (packet: Packet) => {
    const { cmd, messageId } = packet;
    if (cmd !== "puback" && cmd !== "pubrec" && cmd !== "pubcomp" || messageId === undefined) {
      return;
    }
    const original = this.#inbound.takeOriginalCode(cmd.toUpperCase(), messageId);
    // One that comes after its publish was given up is nobody's.
    if (!(messageId in this.#client.outgoing)) return;
    const before = this.#acks.get(messageId);
    const code = original ?? packet.reasonCode ?? 0;
    const said = packet.properties?.reasonString === undefined ? before?.said : packet.properties;
    if (code !== 0 || said !== undefined) {
      this.#acks.set(messageId, { code: code || (before?.code ?? 0), said });
    }
  };

  /** Use {@linkcode connectToBroker}. */
  constructor(client: MqttClient, connack: IConnackPacket, facts: ConnectionFacts) {
    this.#client = client;
    this.#handlers = facts.handlers;
    this.#where = formatAuthority(facts.target);
    this.version = facts.version;
    this.server = describeAnnouncement(connack, facts.version);
    this.clientId = this.server.assigned_client_id ?? String(client.options.clientId);
    this.connectMs = facts.connectMs;
    this.connectedAt = this.#heardAt;
    this.fellBack = facts.fellBack;

    this.#inbound = facts.inbound;
    const { onPublish, onSkipped } = facts.handlers;
    this.#inbound.handTo((topic, payload, packet) => {
      if (this.#state === "open") onPublish(topic, payload, packet);
    }, (topic, payloadBytes, packet) => {
      if (this.#state === "open") onSkipped?.(topic, payloadBytes, packet);
    });
    client.on("packetsend", () => this.#inbound.noteAsked());
    client.stream.on("data", () => {
      this.#heardAt = Date.now();
      this.#heardTick = performance.now();
    });
    client.stream.on("end", () => this.#endedByPeer = true);
    client.on("disconnect", (packet) => {
      const code = this.#inbound.takeOriginalCode("DISCONNECT", 0) ?? packet.reasonCode ?? 0;
      this.#lossCode = code;
      const requests = MAY_BE_ABOUT_A_REQUEST.has(code) ? this.#requests.unanswered() : [];
      this.#lossReason = `the broker disconnected us${
        requests.length > 0 ? ` at ${nameRequests(requests)}` : ""
      }: ${reasonInWords(code)}${inItsWords(packet.properties)}`;
      this.#endedByPeer = true;
      // The broker closes after its DISCONNECT (MQTT 5 §3.14.4); not all do at once.
      client.stream.destroy();
    });
    client.on("error", (error) => {
      const code = "code" in error ? String(error.code) : "";
      // A broker that hangs up before it has read all is seen as a reset.
      this.#wasReset = code === "ECONNRESET" || code === "EPIPE";
      const isNetwork = /^E[A-Z]+$/.test(code);
      if (!isNetwork) this.#endedHere = true;
      this.#lossReason ??= isNetwork
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
        this.#endedHere = true;
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

  /** Whether a large packet is just being received, so that what comes behind it cannot be here yet. */
  get isReceiving(): boolean {
    return this.isOpen && this.#inbound.isReceiving;
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
    const hungUp = this.#lossReason === null || this.#wasReset;
    const toldWhy = this.#lossCode !== undefined && !this.#endedHere;
    const unanswered = hungUp || toldWhy && MAY_BE_ABOUT_A_REQUEST.has(this.#lossCode ?? 0)
      ? this.#requests.unanswered()
      : [];
    if (hungUp && (this.#lossReason === null || unanswered.length > 0)) {
      this.#lossReason = hangUpInWords(unanswered);
    }
    this.#hungUpAt = unanswered;
    this.#dropPending();
    const now = Date.now();
    this.#handlers.onLost({
      reason: this.#lossReason ?? "it was closed",
      ...(this.#lossCode !== undefined && { reasonCode: this.#lossCode }),
      heardUntil: this.#endedByPeer ? now : this.#heardAt,
      upMs: performance.now() - this.#startedAt,
      ...(this.#endedHere && { endedHere: true }),
      unanswered,
    });
  }

  /** Nothing that is pending may be sent later: the stores are emptied before anyone is told. */
  #dropPending(): void {
    for (const id of Object.keys(this.#client.outgoing)) {
      this.#client.removeOutgoingMessage(Number(id));
    }
    this.#requests.end();
    for (const wake of this.#slotQueue.splice(0)) wake();
  }

  #lostError(): ConnectionError {
    return new ConnectionError(
      "CONNECTION_LOST",
      `The connection to "${this.#where}" was lost: ${this.#lossReason ?? "it was closed"}`,
      this.#lossHint("Call again in a few seconds; list_active_connections shows the state"),
    );
  }

  /** The way out of a loss: what the broker hung up at comes first. */
  #lossHint(otherwise: string): string {
    if (this.#hungUpAt.length === 0) return otherwise;
    const { wayOut } = explainHangUp(this.#hungUpAt);
    return `${wayOut.charAt(0).toUpperCase()}${wayOut.slice(1)}; test_connection looks further`;
  }

  /**
   * Sends one SUBSCRIBE for one filter and waits for its SUBACK.
   *
   * @throws {OperationError} TIMEOUT
   * @throws {ConnectionError} CONNECTION_LOST
   */
  async subscribe(request: SubscribeRequest): Promise<SubscribeOutcome> {
    const { filter, qos } = request;
    this.#inbound.highestQos = Math.max(this.#inbound.highestQos ?? 0, qos) as Qos;
    const what = `Cannot subscribe to "${filter}" at "${this.#where}"`;
    const own: OwnRequest = { kind: "SUBSCRIBE", topic: filter };
    return await this.#requests.run<SubscribeOutcome>({ ...request, own, what }, (settle, fail) => {
      this.#client.subscribe(
        [filter],
        {
          qos,
          rh: request.retainHandling ?? 0,
          rap: request.retainAsPublished ?? false,
          ...(request.subscriptionIdentifier !== undefined &&
            { properties: { subscriptionIdentifier: request.subscriptionIdentifier } }),
        },
        (error, _granted, packet) => {
          const code = packet?.granted?.[0];
          if (typeof code !== "number" || packet === undefined) {
            return fail(error ?? this.#lostError());
          }
          const original = this.#inbound.takeOriginalCode("SUBACK", packet.messageId ?? 0);
          const said = reasonStringOf(packet.properties);
          settle({ code: original ?? code, ...(said !== undefined && { said }) });
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
    const own: OwnRequest = { kind: "UNSUBSCRIBE", topic: filter };
    await this.#requests.run<void>({ ...o, own, what }, (settle, fail) => {
      this.#client.unsubscribe([filter], (error) => error ? fail(error) : settle());
    });
  }

  /** Sends one message and waits for its acknowledgement; see {@linkcode PublishRequest}. */
  async publish(request: PublishRequest, timeoutMs: number): Promise<PublishOutcome> {
    checkPublish(this.server, request, this.#where);
    const startedAt = performance.now();
    const deadline = startedAt + timeoutMs;
    const what = `Cannot publish to "${request.topic}" at "${this.#where}"`;
    if (request.qos > 0) await this.#takeSlot(what, timeoutMs, request.signal);
    try {
      const own = ownRequest(request);
      const { code, ack, properties } = await this.#send(request, {
        own,
        what,
        timeoutMs: deadline - performance.now(),
      });
      if (code >= 0x80) {
        const hungUp = await this.#confirm(own, { what, signal: request.signal })
          .then(() => false, () => true);
        throw publishRefused(request.topic, code, { properties, hungUp });
      }
      const v5 = this.version === "5" && ack !== "none";
      const said = reasonStringOf(properties);
      const durationMs = rounded(performance.now() - startedAt, 3);
      if (ack === "none" && request.confirm) {
        await this.#confirm(own, { what, signal: request.signal });
      }
      return {
        acknowledged: ack !== "none",
        ack,
        reason: ack === "none" ? "sent" : v5 ? reasonInWords(code) : ACKNOWLEDGED_IN_3,
        ...(v5 && { reasonCode: code }),
        ...(said !== undefined && { said }),
        durationMs,
      };
    } finally {
      if (request.qos > 0) this.#releaseSlot();
    }
  }

  /**
   * Waits until the broker shows, by answering a PINGREQ, that it goes on after a message that it acknowledged not at all, or
   * with a refusal; so that one that hangs up at it is heard of. A broker that does not answer is not waited for long.
   */
  async #confirm(own: OwnRequest, o: { what: string; signal?: AbortSignal }): Promise<void> {
    const client = this.#client;
    let onPacket: ((packet: Packet) => void) | undefined;
    try {
      await this.#requests.run<void>(
        { timeoutMs: CONFIRM_LIMIT_MS, own, ...o },
        (settle) => {
          onPacket = (packet) => {
            if (packet.cmd === "pingresp") settle();
          };
          client.on("packetreceive", onPacket);
          client.sendPing();
        },
      );
    } catch (error) {
      if (error instanceof ConnectionError) {
        throw this.#lostWhilePublishing(o.what, "right after it was sent");
      }
      if (!(error instanceof OperationError)) throw error;
    } finally {
      if (onPacket !== undefined) client.off("packetreceive", onPacket);
    }
  }

  #lostWhilePublishing(what: string, when: string): ConnectionError {
    return new ConnectionError(
      "CONNECTION_LOST",
      `${what}: the connection was lost ${when} (${
        this.#lossReason ?? "it was closed"
      }); delivery unknown`,
      this.#lossHint(
        "Check with subscribe_and_collect or query_history whether it arrived before sending it again",
      ),
    );
  }

  /** Keeps the promise of the broker's receive maximum (MQTT 5 §4.9), which MQTT.js does not. */
  async #takeSlot(what: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const maximum = this.server.receive_maximum ?? 65_535;
    while (this.#inFlight >= maximum && this.isOpen) {
      let wake: (() => void) | undefined;
      try {
        const consequence = "nothing was sent";
        await this.#requests.run<void>({ timeoutMs, signal, what, consequence }, (settle) => {
          wake = settle;
          this.#slotQueue.push(settle);
        });
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
    { own, what, timeoutMs }: { own: OwnPublish; what: string; timeoutMs: number },
  ): Promise<{ code: number; ack: PublishOutcome["ack"]; properties?: BrokerProperties }> {
    if (qos0OrDemanding(own)) this.#requests.suspect(own);
    const client = this.#client;
    const { qos, retain, topic } = request;
    let messageId: number | null = null;
    const watched = qos > 0 && this.version === "5";
    if (watched && this.#ackWatchers++ === 0) client.on("packetreceive", this.#watchAck);
    try {
      const { code, ack } = await this.#requests.run<{ code: number; ack: PublishOutcome["ack"] }>(
        { timeoutMs, signal: request.signal, own, what, consequence: "delivery unknown" },
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
              const told = this.#acks.get(messageId ?? 0)?.code;
              const code = told ?? (error && "code" in error ? Number(error.code) : 0);
              if (error && !(code >= 0x80)) return fail(error);
              // a DISCONNECT may stand right behind the refusal
              if (code >= 0x80) this.#requests.suspect({ ...own, refused: reasonInWords(code) });
              settle({ code, ack });
            },
          );
          if (qos > 0) messageId = client.getLastMessageId();
        },
      );
      return { code, ack, properties: this.#acks.get(messageId ?? 0)?.said };
    } catch (error) {
      if (messageId !== null) client.removeOutgoingMessage(messageId);
      // Bytes still in our own buffers would leave after the caller was told: they go with the socket.
      if (this.isOpen && client.stream.writableLength > 0) {
        this.#lossReason = "a publish could not be written in time";
        this.#endedHere = true;
        client.stream.destroy();
      }
      if (error instanceof ConnectionError) {
        throw this.#lostWhilePublishing(what, "before the acknowledgement");
      }
      throw error;
    } finally {
      if (watched && --this.#ackWatchers === 0) client.off("packetreceive", this.#watchAck);
      if (messageId !== null) this.#acks.delete(messageId);
    }
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
    `the broker "${where}" broke the protocol: it sent ${fault.message}${
      fault.topic === undefined ? "" : ` on topic "${quotable(fault.topic)}"`
    }`,
    fault.topic === undefined
      ? "Look into the broker's log, or for a newer version of it"
      : "Listen to filters without that topic, and look at who publishes to it",
  );
}

function ownRequest({ topic, qos, retain, payload }: PublishRequest): OwnPublish {
  return { kind: "PUBLISH", topic, qos, retain, bytes: payload.length };
}

/** Whether a broker may hang up at a message without leaving it unanswered. */
function qos0OrDemanding(request: OwnRequest): boolean {
  return request.kind === "PUBLISH" && request.qos === 0 || isDemanding(request);
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
