/** The network streams that MQTT runs on: TCP, TLS and WebSocket, to addresses that the policy allows. */
import { lookup as resolveName, type LookupAddress } from "node:dns";
import { connect as connectTcp, isIP, type LookupFunction } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { BrokerTarget } from "../connection_string.ts";

/** PEM texts, already read from where the settings say. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What opening a stream needs besides the target. */
export interface TransportOptions {
  readonly tls: TlsMaterial;
  /** May refuse an address that the host name resolved to, by throwing. */
  readonly checkAddress?: (address: string) => void;
  /** Instead of the system's resolver. */
  readonly resolve?: typeof resolveName;
}

/** Opens a TCP connection, with TLS on it if it is to be secure. */
export function openSocket(target: BrokerTarget, options: TransportOptions, secure: boolean) {
  const { checkAddress, resolve = resolveName } = options;
  const address = {
    host: target.host,
    port: target.port,
    ...(checkAddress !== undefined && { lookup: checkedLookup(checkAddress, resolve) }),
  };
  const socket = secure
    ? connectTls({
      ...address,
      ...(isIP(target.host) === 0 && { servername: target.host }),
      ...tlsOptions(target, options),
    })
    : connectTcp(address);
  socket.setNoDelay(true);
  return socket;
}

function tlsOptions(target: BrokerTarget, { tls: { ca, cert, key } }: TransportOptions) {
  return { ca, cert, key, rejectUnauthorized: target.insecure !== true };
}

/** Makes a client on a WebSocket. `read` is given the stream before the library reads it. */
export function openWebSocket(
  target: BrokerTarget,
  options: TransportOptions,
  clientOptions: IClientOptions,
  read: (stream: Duplex) => void,
): MqttClient {
  const { checkAddress, resolve = resolveName } = options;
  const host = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
  const path = target.path ?? "/";
  const client = mqtt.connect({
    ...clientOptions,
    manualConnect: true,
    protocol: target.protocol as "ws" | "wss",
    hostname: host,
    port: target.port,
    path: path.startsWith("/") ? path : `/${path}`,
    wsOptions: {
      ...(checkAddress !== undefined && { lookup: checkedLookup(checkAddress, resolve) }),
      ...(target.protocol === "wss" && tlsOptions(target, options)),
    },
  });
  // The builder that the library chose is kept; it only has to be known before the stream is read.
  const build = client["streamBuilder"];
  client["streamBuilder"] = (of: MqttClient) => {
    const stream = build(of);
    read(stream as unknown as Duplex);
    return stream;
  };
  return client.connect();
}

/**
 * Resolves as usual and leaves out the addresses that the policy refuses, so that a checked one is the one used. Fails with
 * the refusal where none is left.
 */
function checkedLookup(
  check: (address: string) => void,
  resolve: typeof resolveName,
): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "", 0);
      const { allowed, refusal } = allowedOf(found, check);
      if (allowed.length === 0) return callback(refusal ?? new Error("no address"), "", 0);
      if (options.all) return callback(null, allowed);
      callback(null, allowed[0].address, allowed[0].family);
    });
  };
}

function allowedOf(found: readonly LookupAddress[], check: (address: string) => void) {
  let refusal: Error | null = null;
  const allowed = found.filter(({ address }) => {
    try {
      check(address);
      return true;
    } catch (error) {
      refusal ??= error as Error;
      return false;
    }
  });
  return { allowed, refusal: refusal as Error | null };
}
