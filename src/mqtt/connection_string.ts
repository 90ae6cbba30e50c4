import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { OperationError } from "../errors.ts";

/** The transports a broker can be reached over. */
export type BrokerProtocol = "mqtt" | "mqtts" | "ws" | "wss";

/** A broker and how to log in to it, as a connection string says it. */
export interface BrokerTarget {
  protocol: BrokerProtocol;
  /** A name in lower case, or an IP address; IPv6 without brackets. */
  host: string;
  port: number;
  /** Path of the WebSocket, still percent-encoded, with its leading slash. Only for ws and wss. */
  path?: string;
  username?: string;
  password?: string;
  /** Undefined: a random one for each connection. */
  clientId?: string;
  /** Undefined: 5, falling back to 3.1.1. */
  protocolVersion?: "3.1.1" | "5";
  /** Seconds between signs of life; 0 turns them off. */
  keepaliveSeconds?: number;
  /** Accepts any certificate. Only for mqtts and wss. */
  insecure?: boolean;
}

/** Ports that are meant when a connection string names none. */
const DEFAULT_PORTS: Readonly<Record<BrokerProtocol, number>> = {
  mqtt: 1883,
  mqtts: 8883,
  ws: 80,
  wss: 443,
};

const OPTIONS = ["client_id", "protocol", "keepalive", "insecure"];

/** MQTT strings carry their length in two bytes (MQTT 5 §1.5.4). */
const MAX_STRING_BYTES = 65_535;

/**
 * Parses `mqtt://[user[:password]@]host[:port][/client_id][?option=value…]`, and likewise `mqtts`, `ws` and `wss`,
 * where the path is the WebSocket's. Without a scheme, `mqtt://` is meant. No error repeats any part that may be a
 * secret: where a `/`, `?` or `#` in a password was not percent-encoded, other parts hold pieces of it.
 * @throws {OperationError} CONNECTION_STRING_INVALID
 */
export function parseConnectionString(
  text: string,
  options: { allowInsecureTls: boolean },
): BrokerTarget {
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]{0,19}):\/\//i.exec(trimmed);
  const protocol = scheme ? scheme[1].toLowerCase() : "mqtt";
  if (!isBrokerProtocol(protocol)) {
    throw invalid(`the scheme "${protocol}" is none of mqtt, mqtts, ws and wss`);
  }
  const rest = trimmed.slice(scheme?.[0].length ?? 0);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = end < 0 ? "" : rest.slice(end);
  if (tail.includes("@")) {
    throw invalid(
      'an "@" stands after the host',
      "Percent-encode special characters of user name, password and client id: / is %2F, ? is %3F, # is %23, @ is %40",
    );
  }
  if (tail.includes("#")) {
    throw invalid('a "#" has no meaning in it', "Write # in a user name or password as %23");
  }
  const target: BrokerTarget = { protocol, host: "", port: DEFAULT_PORTS[protocol] };
  const at = authority.lastIndexOf("@");
  if (at >= 0) Object.assign(target, parseUserInfo(authority.slice(0, at)));
  Object.assign(target, parseHostAndPort(authority.slice(at + 1)));
  const question = tail.indexOf("?");
  const path = question < 0 ? tail : tail.slice(0, question);
  Object.assign(target, isWebSocket(protocol) ? parsePath(path) : parseClientIdPath(path));
  if (question >= 0) applyOptions(target, tail.slice(question + 1), options);
  return target;
}

/** A broker as it is named in sentences: `mqtts://host:8883`, with no credentials. */
export function formatBroker(target: Pick<BrokerTarget, "protocol" | "host" | "port">): string {
  return `${target.protocol}://${formatAuthority(target)}`;
}

/** `host:port`, an IPv6 address in brackets. */
export function formatAuthority({ host, port }: { host: string; port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function parseUserInfo(text: string): Pick<BrokerTarget, "username" | "password"> {
  const colon = text.indexOf(":");
  const username = decode(colon < 0 ? text : text.slice(0, colon), "user name");
  if (username === "") throw invalid('the user name before the "@" is empty');
  if (colon < 0) return { username };
  return { username, password: decode(text.slice(colon + 1), "password") };
}

function parseHostAndPort(text: string): { host: string; port?: number } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed) return { host: parseIpv6(bracketed[1]), ...parsePort(bracketed[2]) };
  const colon = text.indexOf(":");
  if (colon !== text.lastIndexOf(":")) {
    throw invalid(
      "there is more than one colon in the host",
      'Put an IPv6 address in brackets, such as "mqtt://[2001:db8::1]:1883"',
    );
  }
  const host = parseHostName(colon < 0 ? text : text.slice(0, colon));
  return { host, ...parsePort(colon < 0 ? undefined : text.slice(colon + 1)) };
}

function parseIpv6(text: string): string {
  const [address, ...zone] = text.split("%");
  const zoneId = zone.join("%").replace(/^25(?=.)/, "");
  if (!isIPv6(address) || (zone.length > 0 && !/^[\w.-]+$/.test(zoneId))) {
    throw invalid("what stands in brackets is no IPv6 address");
  }
  // One spelling for one address, so that allow-lists cannot be talked around.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return zone.length > 0 ? `${canonical}%${zoneId}` : canonical;
}

function parseHostName(text: string): string {
  if (text === "") throw invalid("the host is empty");
  if (isIPv4(text)) return text;
  const host = domainToASCII(text.replace(/\.$/, "")).toLowerCase();
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host)) {
    throw invalid("the host is neither a name nor an IP address");
  }
  // Resolvers read "0x7f.1" and "2130706433" as addresses, which allow-lists would not recognise.
  if (!isIPv4(host) && /^(\d+|0x[0-9a-f]*)$/.test(host.slice(host.lastIndexOf(".") + 1))) {
    throw invalid("the host ends in a number but is no IPv4 address");
  }
  return host;
}

function parsePort(text: string | undefined): { port?: number } {
  if (text === undefined) return {};
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw invalid("the port after the host is not a number from 1 to 65535");
  }
  return { port };
}

function parsePath(path: string): Pick<BrokerTarget, "path"> {
  if (path === "") return {};
  // The path goes into an HTTP request line as it is.
  if (!/^[\x21-\x7e]+$/.test(path)) {
    throw invalid("the WebSocket path holds characters that must be percent-encoded");
  }
  return { path };
}

function parseClientIdPath(path: string): Pick<BrokerTarget, "clientId"> {
  const text = path.slice(1);
  if (text === "") return {};
  if (text.includes("/")) {
    throw invalid(
      "the path has more than one part, and only a client id belongs there",
      "Leave topics out of the connection string; write / in a client id as %2F",
    );
  }
  return { clientId: decode(text, "client id") };
}

function applyOptions(
  target: BrokerTarget,
  query: string,
  { allowInsecureTls }: { allowInsecureTls: boolean },
): void {
  const seen = new Set<string>();
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? null : decode(part.slice(equals + 1), "value of an option");
    if (!OPTIONS.includes(name)) {
      const shown = /^[a-z_]{1,24}$/i.test(name) && equals >= 0 ? ` "${name}"` : "";
      throw invalid(`the option${shown} is none of ${OPTIONS.join(", ")}`);
    }
    if (seen.has(name)) throw invalid(`the option "${name}" is given twice`);
    seen.add(name);
    if (name === "client_id") {
      if (!value) throw invalid('the option "client_id" is empty');
      if (target.clientId !== undefined && target.clientId !== value) {
        throw invalid("the client id in the path and the one in the options differ");
      }
      target.clientId = value;
    } else if (name === "protocol") {
      if (value !== "3.1.1" && value !== "5") {
        throw invalid('the option "protocol" is neither 3.1.1 nor 5');
      }
      target.protocolVersion = value;
    } else if (name === "keepalive") {
      const seconds = /^\d{1,5}$/.test(value ?? "") ? Number(value) : NaN;
      // Keep Alive is two bytes (MQTT 5 §3.1.2.10).
      if (!(seconds <= 65_535)) {
        throw invalid('the option "keepalive" is not a number of seconds from 0 to 65535');
      }
      target.keepaliveSeconds = seconds;
    } else {
      applyInsecure(target, value, allowInsecureTls);
    }
  }
}

function applyInsecure(target: BrokerTarget, value: string | null, allowed: boolean): void {
  if (value === "false" || value === "0") return;
  if (value !== null && value !== "true" && value !== "1") {
    throw invalid('the option "insecure" is neither true nor false');
  }
  if (target.protocol !== "mqtts" && target.protocol !== "wss") {
    throw invalid('the option "insecure" is for mqtts and wss only');
  }
  if (!allowed) {
    throw invalid(
      'the option "insecure" is not permitted here',
      "Have the certificate's authority set as MQTT_CA_FILE, or ALLOW_INSECURE_TLS=true set where this server is configured",
    );
  }
  target.insecure = true;
}

function decode(text: string, what: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw invalid(
      `the percent-encoding of the ${what} is broken`,
      "Write a % that stands for itself as %25",
    );
  }
  if (decoded.includes("\0") || !decoded.isWellFormed()) {
    throw invalid(`the ${what} holds a character that MQTT cannot carry`);
  }
  if (new TextEncoder().encode(decoded).length > MAX_STRING_BYTES) {
    throw invalid(`the ${what} is longer than ${MAX_STRING_BYTES} bytes`);
  }
  return decoded;
}

function isBrokerProtocol(text: string): text is BrokerProtocol {
  return Object.hasOwn(DEFAULT_PORTS, text);
}

function isWebSocket(protocol: BrokerProtocol): boolean {
  return protocol === "ws" || protocol === "wss";
}

function invalid(
  problem: string,
  hint =
    "Write it as mqtt://user:password@host:1883 (or mqtts://, ws://, wss://); user, password and port may be left out",
): OperationError {
  return new OperationError(
    "CONNECTION_STRING_INVALID",
    `Cannot read the connection string: ${problem}`,
    hint,
  );
}
