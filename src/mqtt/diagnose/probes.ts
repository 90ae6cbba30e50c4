/** The stages of a diagnosis below MQTT: addresses, sockets, TLS, and what a port really speaks. */
import { Buffer } from "node:buffer";
import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { SpokenProtocol } from "../advice.ts";
import type { TlsMaterial } from "../client/transport.ts";
import { type Limits, within } from "./time_limits.ts";

/** One end of a TCP connection. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** How long each attempt to find out what a port speaks may take. */
const IDENTIFY_LIMIT_MS = 1_500;

/** Asks the system for all addresses of a host, in its order of preference. */
export async function resolveHost(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}

/** Opens a TCP connection and closes it again; rejects with the system's error. */
export function tryTcp(endpoint: Endpoint, limits: Limits): Promise<void> {
  return within(limits, (resolve, reject) => {
    const socket = connectTcp({ host: endpoint.address, port: endpoint.port });
    socket.once("connect", () => resolve());
    socket.on("error", reject);
    return () => socket.destroy();
  });
}

/**
 * Makes a TLS handshake that accepts every certificate, hands the open connection to `inspect`, and
 * closes it. Nothing is sent over it.
 */
export function tryTls<T>(
  endpoint: Endpoint & { host: string; tls: TlsMaterial },
  limits: Limits,
  inspect: (socket: TLSSocket) => T,
): Promise<T> {
  return within(limits, (resolve, reject) => {
    const socket = openTls(endpoint);
    socket.once("secureConnect", () => {
      try {
        resolve(inspect(socket));
      } catch (error) {
        reject(error);
      }
    });
    socket.on("error", reject);
    socket.once("close", () => reject(new Error("The connection was closed in the handshake")));
    return () => socket.destroy();
  });
}

function openTls({ address, port, host, tls }: Endpoint & { host: string; tls: TlsMaterial }) {
  return connectTls({
    host: address,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    ...tls,
    rejectUnauthorized: false,
  });
}

/**
 * Finds out what a port speaks by trying all at once: an MQTT CONNECT without credentials, a plain
 * HTTP request, a TLS handshake. Null when it answers none of them within `timeoutMs`, or 1.5 s.
 */
export async function identifyPort(
  endpoint: Endpoint & { host: string },
  o: Limits & { overTls: boolean },
): Promise<SpokenProtocol | null> {
  const found = new AbortController();
  const limits = {
    timeoutMs: Math.min(IDENTIFY_LIMIT_MS, o.timeoutMs),
    signal: AbortSignal.any([o.signal, found.signal]),
  };
  const open = o.overTls
    ? () => openTls({ ...endpoint, tls: {} })
    : () => connectTcp({ host: endpoint.address, port: endpoint.port });
  const opened = o.overTls ? "secureConnect" : "connect";
  const request = Buffer.from(`GET / HTTP/1.1\r\nHost: ${endpoint.host}\r\n\r\n`);
  const attempts = [anonymousConnect(), request].map(async (send) =>
    recognise(await firstBytes(open, opened, { ...limits, send }))
  );
  if (!o.overTls) attempts.push(tryTls({ ...endpoint, tls: {} }, limits, () => "tls"));
  try {
    return await Promise.any(attempts);
  } catch {
    // Not understood is how most attempts end; only the caller's own signal is passed on.
    o.signal.throwIfAborted();
    return null;
  } finally {
    found.abort();
    await Promise.allSettled(attempts);
  }
}

function firstBytes(
  open: () => Socket,
  opened: string,
  { send, ...limits }: Limits & { send: Uint8Array },
): Promise<Uint8Array> {
  return within(limits, (resolve, reject) => {
    const socket = open();
    socket.once(opened, () => socket.write(send));
    socket.once("data", (bytes: Uint8Array) => resolve(bytes));
    socket.on("error", reject);
    socket.once("close", () => reject(new Error("The connection was closed without an answer")));
    return () => socket.destroy();
  });
}

function recognise(bytes: Uint8Array): SpokenProtocol {
  // CONNACK: packet type 2, and two bytes in MQTT 3.1.1 (§3.2.1).
  if (bytes[0] === 0x20 && bytes[1] === 2) return "mqtt";
  // A TLS alert record, which answers what is no ClientHello (RFC 8446 §5.1).
  if (bytes[0] === 0x15 && bytes[1] === 3) return "tls";
  if (Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "HTTP/") return "http";
  throw new Error("The answer belongs to no protocol that is known here");
}

/** An MQTT 3.1.1 CONNECT with a clean session, no credentials and a random client id (§3.1). */
function anonymousConnect(): Uint8Array {
  const id = crypto.randomUUID().replaceAll("-", "").slice(0, 20);
  const body = [0, 4, ...Buffer.from("MQTT"), 4, 0b10, 0, 10, 0, id.length, ...Buffer.from(id)];
  return Uint8Array.from([0x10, body.length, ...body]);
}
