/** The way out of each failure to connect, for whoever tried: a session and a connection test give the same. */
import type { BrokerProtocol } from "./connection_string.ts";

/** What a port was found to speak. */
export type SpokenProtocol = "mqtt" | "tls" | "http";

/** What was given to log in with. */
export interface GivenLogin {
  readonly username: boolean;
  readonly password: boolean;
  readonly certificate: boolean;
  /** Whether a client id was asked for. */
  readonly clientId: boolean;
}

/** What helps with a name that does not resolve, on this kind of operating system. */
export function namingHint(host: string, platform: string): string {
  if (host.endsWith(".local")) {
    return `names under .local are found by mDNS in the local network only: use the IP address${
      platform === "darwin"
        ? ", or allow this app under System Settings, Privacy & Security, Local Network"
        : platform === "linux"
        ? ", or install avahi-daemon and libnss-mdns (containers have no mDNS)"
        : ""
    }`;
  }
  if (!host.includes(".")) {
    return "check the spelling; names without a dot are known in their own network only (a container's name only to containers beside it), so use the full name or the IP address";
  }
  return "check the spelling and this machine's network, or use the IP address";
}

/** What helps when none of `addresses` took a TCP connection; `error` is that of the last one. */
export function tcpHint(
  error: unknown,
  { port, addresses, platform }: {
    port: number;
    addresses: readonly string[];
    platform: string;
  },
): string {
  const code = errorCode(error);
  if (code === "ECONNREFUSED") {
    return `the host is up but nothing listens on port ${port}: check the port (usual are 1883 for mqtt, 8883 for mqtts), that the broker runs, and that it listens on more than its own loopback address${
      addresses.every(isLoopback) ? "; inside a container localhost is the container itself" : ""
    }`;
  }
  if (/EHOSTUNREACH|ENETUNREACH|EACCES|EPERM/.test(code)) {
    return `there is no way to that address: check the address and the network${
      platform === "darwin"
        ? "; macOS reports this too when this app may not use the local network: allow it under System Settings, Privacy & Security, Local Network"
        : ""
    }`;
  }
  return "nothing answers: check the address, that the machine is on, and that no firewall drops the packets";
}

/** Why a TCP connection did not come about, in a word or two. */
export function socketReason(error: unknown): string {
  const code = errorCode(error);
  if (code === "ECONNREFUSED") return "refused";
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return "unreachable";
  return code === "" ? "failed" : code;
}

/** Whether an address is reached without leaving the machine. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** What helps with a TLS handshake that failed. */
export function tlsHint(error: unknown): string {
  const text = `${errorCode(error)} ${error instanceof Error ? error.message : ""}`;
  if (/CERTIFICATE_REQUIRED|CertificateRequired|certificate required/.test(text)) {
    return "the broker wants a client certificate: set MQTT_CERT_FILE and MQTT_KEY_FILE";
  }
  if (/HandshakeFailure|HANDSHAKE_FAILURE|ProtocolVersion|PROTOCOL_VERSION/.test(text)) {
    return "the two sides have no TLS version or cipher in common: the broker needs TLS 1.2 or newer";
  }
  return "check that this port speaks TLS, and the broker's certificate settings";
}

/**
 * What to write instead, when the port speaks something else than the scheme says; null when it does
 * not. `overTls` tells how `spoken` was found out.
 */
export function schemeHint(
  spoken: SpokenProtocol,
  { protocol, secure, overTls }: {
    protocol: BrokerProtocol;
    secure: boolean;
    overTls: boolean;
  },
): string | null {
  const web = spoken === "http";
  const actual = spoken === "tls"
    ? (protocol === "ws" ? "wss" : "mqtts")
    : `${web ? "ws" : "mqtt"}${overTls ? "s" : ""}`;
  if (actual === protocol || (spoken === "tls" && secure)) return null;
  const what = spoken === "tls"
    ? "TLS"
    : web
    ? "HTTP, so it is a web server or MQTT over WebSocket"
    : `plain MQTT${overTls ? " inside TLS" : ""}`;
  return `this port speaks ${what}: write ${actual}:// instead of ${protocol}://, or use the right port for ${protocol}`;
}

/** What helps with a login that the broker refused; `words` are those for its code. */
export function loginHint(words: string, given: GivenLogin): string {
  const hints: string[] = [];
  if (!given.username && !given.certificate) {
    hints.push("the broker wants a login: write mqtt://user:password@host");
  } else if (!given.password) {
    hints.push("no password was given: check whether the broker wants one");
  } else {
    hints.push("check user name and password (special characters percent-encoded, @ is %40)");
  }
  if (words === "not authorized" && given.username) {
    hints.push("or the user is known but may not connect from here");
  }
  if (given.clientId) {
    hints.push("some brokers tie logins to client ids: check the client id that was given, too");
  }
  return hints.join("; ");
}

/** What a web server means that answers a WebSocket request with this HTTP status, and the way out. */
export function webSocketHint(
  status: number,
  { protocol, path }: { protocol: BrokerProtocol; path?: string },
): { readonly meaning: string; readonly wayOut: string } {
  if (status === 401 || status === 407) {
    return {
      meaning: "it wants a login before MQTT begins, which the one for MQTT is not",
      wayOut:
        "ask for an address without HTTP login, or have the proxy in front of the broker let this path through",
    };
  }
  if (status === 403) {
    return {
      meaning: "it is there but does not let this client in",
      wayOut:
        "look into the rules of the web server or proxy in front of the broker: allowed addresses, origins, paths",
    };
  }
  if (status >= 300 && status < 400) {
    return {
      meaning: "it sends us elsewhere, and redirections are not followed",
      wayOut: protocol === "ws"
        ? "write the address it leads to; most often that is wss:// instead of ws://"
        : "write the address it leads to; most often that is another host or path",
    };
  }
  if (status >= 500) {
    return {
      meaning: "a proxy is there, and the broker behind it does not answer",
      wayOut: "check that the broker runs, and where the proxy looks for it",
    };
  }
  return {
    meaning: "it has no MQTT there",
    wayOut: `the web server is there but has no MQTT at the path "${
      path ?? "/"
    }": usual are /mqtt (EMQX, HiveMQ, VerneMQ), /ws and / (Mosquitto)`,
  };
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
