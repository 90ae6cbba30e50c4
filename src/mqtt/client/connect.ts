/** From a connection string's target to an open connection: the versions tried, the race against time, and why it failed. */
import { isIP } from "node:net";
import { type Duplex, Readable } from "node:stream";
import { type IClientOptions, type IConnackPacket, MqttClient, type Packet, Store } from "mqtt";
import { MqttMcpError } from "../../errors.ts";
import type { BrokerProperties } from "../broker_words.ts";
import {
  closedEarly,
  ConnectFailure,
  type ConnectStage,
  connectTimedOut,
  refusedByConnack,
  transportFailure,
} from "../connect_failure.ts";
import { type BrokerTarget, formatAuthority } from "../connection_string.ts";
import { findTlsReason } from "../tls_reason.ts";
import {
  type ConnectionHandlers,
  type FallBack,
  MqttConnection,
  type MqttVersion,
  protocolBroken,
} from "./connection.ts";
import { Inbound, RECEIVE_MAXIMUM } from "./inbound.ts";
import type { ProtocolFault } from "./protocol_fault.ts";
import { openSocket, openWebSocket, type TransportOptions } from "./transport.ts";
import { rounded } from "../../numbers.ts";

/** Used where the connection string names no keep-alive. */
const DEFAULT_KEEPALIVE_SECONDS = 30;

/**
 * Of the time allowed, what a broker may be silent to an MQTT 5 CONNECT before 3.1.1 is tried: some that do not know it (mosca
 * and those built on it) neither answer nor close.
 */
const SILENT_SHARE = 1 / 3;

/** How long finding out why a certificate was not accepted may take. */
const TLS_REASON_LIMIT_MS = 2000;

/** What {@linkcode connectToBroker} needs besides the target. */
export interface ConnectOptions extends TransportOptions {
  /** For the whole attempt, a fall-back to 3.1.1 included. */
  readonly timeoutMs: number;
  readonly handlers: ConnectionHandlers;
  readonly signal?: AbortSignal;
  /** Instead of the target's own client id. */
  readonly clientId?: string;
  /** Opens the credentials just before CONNECT is built; they are dropped right after it. */
  readonly credentials?: () => Promise<{ username?: string; password?: string }>;
}

/** A random client id of 21 characters, which even the strictest broker takes (MQTT 3.1.1 §3.1.3.1). */
export function randomClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `mqtt-mcp-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Opens a connection. Without a version in the target MQTT 5 is tried, then 3.1.1 on a new one where the broker refused the
 * version, closed before CONNACK, or said nothing for a third of the time; never after a refused login.
 *
 * @throws {ConnectFailure} when no connection came about within `timeoutMs`
 */
export async function connectToBroker(
  target: BrokerTarget,
  options: ConnectOptions,
): Promise<MqttConnection> {
  const startedAt = performance.now();
  if (target.protocolVersion !== undefined) {
    return await openConnection(target, target.protocolVersion, options, startedAt);
  }
  let fellBack: FallBack;
  try {
    return await openConnection(target, "5", options, startedAt, {
      silenceMs: options.timeoutMs * SILENT_SHARE,
    });
  } catch (error) {
    if (!(error instanceof ConnectFailure) || !error.versionRefused) throw error;
    fellBack = error.code === "CONNECTION_TIMEOUT" ? "silent" : "refused";
  }
  return await openConnection(target, "3.1.1", options, startedAt, { fellBack });
}

async function openConnection(
  target: BrokerTarget,
  version: MqttVersion,
  options: ConnectOptions,
  startedAt: number,
  o: { readonly silenceMs?: number; readonly fellBack?: FallBack } = {},
): Promise<MqttConnection> {
  const where = formatAuthority(target);
  const { checkAddress } = options;
  if (checkAddress !== undefined && isIP(target.host) !== 0) checkAddress(target.host);
  const credentials = await options.credentials?.() ??
    { username: target.username, password: target.password };
  throwIfAborted(options.signal, where);
  const login = {
    username: credentials.username !== undefined,
    password: credentials.password !== undefined,
    certificate: options.tls.cert !== undefined,
    clientId: target.clientId !== undefined,
  };
  const remainingMs = options.timeoutMs - (performance.now() - startedAt);
  if (remainingMs <= 0) throw connectTimedOut("transport", where, options.timeoutMs);

  const secure = target.protocol === "mqtts" || target.protocol === "wss";
  const clientOptions: IClientOptions = {
    clientId: options.clientId ?? target.clientId ?? randomClientId(),
    username: credentials.username,
    password: credentials.password,
    protocolVersion: version === "5" ? 5 : 4,
    protocolId: "MQTT",
    keepalive: target.keepaliveSeconds ?? DEFAULT_KEEPALIVE_SECONDS,
    clean: true,
    // Reconnecting and sending again is decided by the session, never by the library.
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    // The race below has its own timer; this one must not fire first.
    connectTimeout: 2 ** 31 - 1,
    outgoingStore: new WriteOnlyStore(),
    // The library's debug log would hold payloads and user names.
    log: ignoreLog,
    // No maximum packet size: what is too large for us is passed over, and told by its topic. With one the broker would keep it
    // to itself without a word (MQTT 5 §3.1.2.11.4).
    ...(version === "5" && { properties: { receiveMaximum: RECEIVE_MAXIMUM } }),
  };

  const { promise, resolve, reject } = Promise.withResolvers<IConnackPacket>();
  let stage: ConnectStage = "transport";
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  function awaitConnack(): void {
    stage = "connack";
    if (o.silenceMs === undefined) return;
    const error = connectTimedOut(stage, where, o.silenceMs, { versionRefused: true });
    silenceTimer = setTimeout(() => reject(error), o.silenceMs);
  }
  let transportError: Error | null = null;
  let address: string | undefined;
  let inbound: Inbound | undefined;
  /** What MQTT forbids; the connection, once there is one, has its own way. */
  let onFault = (fault: ProtocolFault) => {
    transportError ??= protocolBroken(where, fault);
    client.stream.destroy();
  };
  const read = (stream: Duplex) => {
    inbound = new Inbound(stream, {
      version,
      onFault: (fault) => onFault(fault),
    });
  };
  const client = target.protocol === "mqtt" || target.protocol === "mqtts"
    ? new MqttClient(() => {
      const socket = openSocket(target, options, secure);
      socket.once("connect", () => {
        address = socket.remoteAddress;
        if (secure) stage = "tls";
        else awaitConnack();
      });
      if (secure) socket.once("secureConnect", () => awaitConnack());
      socket.on("error", (error: Error) => transportError ??= error);
      read(socket);
      return socket as unknown as MqttClient["stream"];
    }, clientOptions)
    : openWebSocket(target, options, clientOptions, read);
  if (target.protocol === "ws" || target.protocol === "wss") {
    awaitConnack();
    client.stream.on("error", (error: Error) => transportError ??= error);
  }
  // CONNECT has been written by the constructor; nothing reads these again.
  delete client.options.password;
  delete client.options.username;

  let said: BrokerProperties | undefined;
  client.on("packetreceive", (packet: Packet) => {
    if (packet.cmd === "connack") said = packet.properties;
  });
  const timer = setTimeout(
    () => reject(connectTimedOut(stage, where, options.timeoutMs)),
    remainingMs,
  );
  const onAbort = () => reject(cancelled(where));
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const onError = (error: Error) => {
    const code = "code" in error && typeof error.code === "number" ? error.code : null;
    if (code !== null && transportError === null) {
      return reject(refusedByConnack(code, where, { said, login }));
    }
    transportError ??= error;
    // The socket's `close` follows; waiting for it keeps the more telling error of the two.
    client.stream.destroy();
  };
  const onClose = () => {
    if (transportError instanceof MqttMcpError) reject(transportError);
    else if (transportError !== null) {
      reject(transportFailure(transportError, stage, target));
    } else reject(closedEarly(stage, where, secure));
  };
  client.on("error", onError);
  client.on("close", onClose);
  client.once("connect", resolve);
  try {
    const connack = await promise;
    client.off("error", onError);
    client.off("close", onClose);
    const connection = new MqttConnection(client, connack, {
      inbound: inbound!,
      target,
      version,
      handlers: options.handlers,
      connectMs: rounded(performance.now() - startedAt, 1),
      ...(o.fellBack !== undefined && { fellBack: o.fellBack }),
    });
    onFault = (fault) => connection.refuse(fault);
    return connection;
  } catch (error) {
    if (error instanceof ConnectFailure) error.stage = stage;
    client.end(true);
    client.stream.destroy();
    if (isAmbiguous(transportError) && (address !== undefined || checkAddress === undefined)) {
      const reason = await findTlsReason({
        address: address ?? target.host,
        port: target.port,
        host: target.host,
        ca: options.tls.ca,
        timeoutMs: Math.min(TLS_REASON_LIMIT_MS, options.timeoutMs),
      });
      if (reason !== null) {
        const failure = transportFailure(new Error(reason), "tls", target);
        failure.stage = "tls";
        throw failure;
      }
    }
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(silenceTimer);
    options.signal?.removeEventListener("abort", onAbort);
  }
}

function ignoreLog(): void {}

function isAmbiguous(error: Error | null): boolean {
  return error !== null && "code" in error && error.code === "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
}

/** Keeps what awaits an acknowledgement, and never gives it out to be sent again. */
class WriteOnlyStore extends Store {
  override createStream(): ReturnType<Store["createStream"]> {
    return Readable.from([]) as unknown as ReturnType<Store["createStream"]>;
  }
}

function cancelled(where: string): ConnectFailure {
  return new ConnectFailure(
    "CONNECTION_TIMEOUT",
    `Cannot connect to "${where}": the call was cancelled`,
    "Call again",
  );
}

function throwIfAborted(signal: AbortSignal | undefined, where: string): void {
  if (signal?.aborted) throw cancelled(where);
}
