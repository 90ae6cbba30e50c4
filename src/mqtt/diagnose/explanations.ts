/** Why a stage failed and the way out of it, in words, for what a check saw. */
import { MqttMcpError, OperationError } from "../../errors.ts";
import type { LostConnection, MqttVersion } from "../client/connection.ts";
import type { BrokerTarget } from "../connection_string.ts";
import type { SpokenProtocol } from "./probes.ts";
import type { CheckName } from "./report.ts";
import { StageTimeout } from "./time_limits.ts";
import { fail, type Verdict } from "./verdict.ts";

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
  if (error instanceof StageTimeout) return "no answer";
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
    protocol: BrokerTarget["protocol"];
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

/** What helps with a login that the broker refused. */
export function loginHint(
  error: MqttMcpError,
  { username, password, clientId }: BrokerTarget,
  { withCertificate }: { withCertificate: boolean },
): string {
  const hints: string[] = [];
  if (username === undefined && !withCertificate) {
    hints.push("the broker wants a login: write mqtt://user:password@host");
  } else if (password === undefined) {
    hints.push("a user name was given without a password; check whether it needs one");
  } else {
    hints.push("check user name and password (special characters percent-encoded, @ is %40)");
  }
  if (/not authorized/.test(error.message)) {
    hints.push("or the user is known but may not connect from here");
  }
  if (clientId !== undefined) {
    hints.push(
      "the test uses a client id of its own, which a broker that ties logins to ids refuses",
    );
  }
  return hints.join("; ");
}

/** What helps with a CONNECT that came to nothing, its login aside. */
export function connectHint(error: MqttMcpError, { path }: BrokerTarget): string {
  if (/HTTP \d/.test(error.message)) {
    return `the web server is there but has no MQTT at the path "${
      path ?? "/"
    }": usual are /mqtt (EMQX, HiveMQ, VerneMQ), /ws and / (Mosquitto)`;
  }
  return error.hint;
}

/** What helps with a message that was sent and did not come back. */
export function silentHint(version: MqttVersion, acknowledged: boolean): string {
  const what = version === "5" && acknowledged
    ? "the broker took it, so its access list most likely forbids this user to read mqtt-mcp/test/#"
    : "the broker most likely dropped it without a word because its access list forbids this user to publish to (or read) mqtt-mcp/test/#";
  return version === "3.1.1"
    ? `${what}; MQTT 3.1.1 has no way to say so, with MQTT 5 (protocol=5) it would be told`
    : what;
}

/** The failure of a stage that sends messages; `lost` tells how its connection ended, if it did. */
export function messageFailure(
  name: CheckName,
  error: unknown,
  lost: LostConnection | null,
): Verdict {
  if (lost !== null) {
    const [cause, wayOut] = explainLoss(name, lost);
    return fail(`the connection ended here: ${lost.reason}`, `${cause}: ${wayOut}`);
  }
  if (error instanceof StageTimeout) {
    return fail(
      `nothing came back within ${error.timeoutMs} ms`,
      "the broker is overloaded or stuck, or something between drops packets",
    );
  }
  if (!(error instanceof MqttMcpError)) throw error;
  const refused = error instanceof OperationError && error.code === "NOT_AUTHORIZED";
  return fail(
    error.message,
    refused
      ? "its access list does not let this user publish there: allow writing mqtt-mcp/test/# to test further"
      : error.hint,
  );
}

function explainLoss(name: CheckName, lost: LostConnection): [cause: string, wayOut: string] {
  if (lost.reasonCode === 0x8e) {
    return [
      "another client logged in with the same client id. The test's own is random, so this broker makes ids from the user name",
      "give each client a user of its own, or turn that off (Mosquitto: use_username_as_clientid)",
    ];
  }
  if (name === "publish_qos2") {
    return ["the broker most likely takes QoS 1 at most", "publish with qos 1"];
  }
  if (name === "retained") {
    return ["the broker most likely keeps no retained messages", "publish with retain false"];
  }
  return [
    "some brokers hang up where the access list forbids something, or when another client logs in with the same client id",
    "look into the broker's log, and check the rights of this user on mqtt-mcp/test/#",
  ];
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
