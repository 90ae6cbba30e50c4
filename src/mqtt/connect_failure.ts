import { ConnectionError, type ConnectionErrorCode } from "../errors.ts";
import { type GivenLogin, loginHint, namingHint, tcpHint, webSocketHint } from "./advice.ts";
import { type BrokerProperties, inItsWords } from "./broker_words.ts";
import { type BrokerTarget, formatAuthority } from "./connection_string.ts";
import { connackInWords } from "./reason_codes.ts";

/** How far a connection attempt had come. */
export type ConnectStage = "transport" | "tls" | "connack";

/** A connection attempt that failed, with what a retry policy needs to know. */
export class ConnectFailure extends ConnectionError {
  /** The broker refused the protocol version, or closed before CONNACK: an older version may work. */
  readonly versionRefused: boolean;
  /** Trying again with the same settings cannot help (bad login, not authorized, moved). */
  readonly permanent: boolean;
  /** How far it had come. */
  stage: ConnectStage = "transport";

  constructor(
    code: ConnectionErrorCode,
    message: string,
    hint: string,
    o: { versionRefused?: boolean; permanent?: boolean } = {},
  ) {
    super(code, message, `${hint.charAt(0).toUpperCase()}${hint.slice(1)}`);
    this.name = "ConnectionError";
    this.versionRefused = o.versionRefused ?? false;
    this.permanent = o.permanent ?? false;
  }
}

const LOGIN_REFUSED: ReadonlySet<number> = new Set([4, 5, 0x86, 0x87, 0x8c]);
/** Refusals that stay refusals until someone changes a setting (MQTT 5 §3.2.2.2). */
const PERMANENT: ReadonlySet<number> = new Set([2, 0x85, 0x8a, 0x9c, 0x9d]);

/** The failure that a CONNACK with `code` means. `where` is `host:port`. */
export function refusedByConnack(
  code: number,
  where: string,
  o: { said?: BrokerProperties; login: GivenLogin },
): ConnectFailure {
  const words = connackInWords(code);
  const said = inItsWords(o.said);
  if (LOGIN_REFUSED.has(code)) {
    const none = o.login.username || o.login.certificate ? "" : "; no login was given";
    return new ConnectFailure(
      "AUTHENTICATION_FAILED",
      `Cannot log in to "${where}": the broker answered "${words}"${said}${none}`,
      loginHint(words, o.login),
      { permanent: true },
    );
  }
  if (code === 1 || code === 0x84) {
    return new ConnectFailure(
      "BROKER_UNREACHABLE",
      `Cannot connect to "${where}": the broker refused the protocol version${said}`,
      "Try the connection string option protocol=3.1.1 or protocol=5",
      { versionRefused: true },
    );
  }
  return new ConnectFailure(
    "BROKER_UNREACHABLE",
    `Cannot connect to "${where}": the broker answered "${words}"${said}`,
    REFUSAL_HINTS[code] ?? "Wait a little and try again, or look into the broker's log",
    { permanent: PERMANENT.has(code) },
  );
}

const ANOTHER_CLIENT_ID = "Give another client id, or leave it out for a random one";
const THE_OTHER_SERVER = "Connect to the server that the broker names";
const REFUSAL_HINTS: Readonly<Record<number, string>> = {
  2: ANOTHER_CLIENT_ID,
  0x85: ANOTHER_CLIENT_ID,
  0x8a:
    "Ask the broker's operator to lift the ban; it is for this user, client id or address, and waiting rarely ends it",
  0x9c: THE_OTHER_SERVER,
  0x9d: THE_OTHER_SERVER,
};

/** The failure of an attempt that ran out of time. */
export function connectTimedOut(
  stage: ConnectStage,
  where: string,
  timeoutMs: number,
  o: { versionRefused?: boolean } = {},
): ConnectFailure {
  const seconds = `${Math.round(timeoutMs / 100) / 10} s`;
  const [what, hint] = stage === "transport"
    ? [
      "no TCP connection came about",
      NOTHING_ANSWERS,
    ]
    : stage === "tls"
    ? [
      "the TLS handshake did not finish",
      "Check that this port speaks TLS; use mqtt:// or ws:// for a plain port",
    ]
    : [
      "the port accepts connections but sent no CONNACK",
      "Check that an MQTT broker listens there, and that the scheme (mqtt, mqtts, ws, wss) fits the port",
    ];
  return new ConnectFailure(
    "CONNECTION_TIMEOUT",
    `Cannot connect to "${where}" within ${seconds}: ${what}`,
    hint,
    o,
  );
}

/** The failure of an attempt whose connection was closed by the other side. */
export function closedEarly(stage: ConnectStage, where: string, tls: boolean): ConnectFailure {
  if (stage === "tls") {
    return new ConnectFailure(
      "TLS_FAILED",
      `Cannot open TLS to "${where}": the connection was closed during the handshake`,
      "Check that this port speaks TLS, and whether the broker wants a client certificate",
    );
  }
  if (stage === "transport") {
    return new ConnectFailure(
      "BROKER_UNREACHABLE",
      `Cannot connect to "${where}": the connection was closed before it was open`,
      "Check host, port and network permissions",
    );
  }
  return new ConnectFailure(
    "BROKER_UNREACHABLE",
    `Cannot connect to "${where}": the connection was closed before CONNACK`,
    tls
      ? "Check that an MQTT broker listens there, and whether it wants a client certificate"
      : "Check that an MQTT broker listens there, and that the port does not expect TLS (mqtts://)",
    { versionRefused: true },
  );
}

/** The failure that an error of socket, TLS or WebSocket means; its own text is not shown to the caller. */
export function transportFailure(
  error: Error,
  stage: ConnectStage,
  target: Pick<BrokerTarget, "host" | "port" | "protocol" | "path">,
): ConnectFailure {
  const where = formatAuthority(target);
  const code = "code" in error ? String(error.code) : "";
  const text = `${code} ${error.message} ${
    error.cause instanceof Error ? error.cause.message : ""
  }`;
  const tls = tlsReason(text);
  if (tls !== null) {
    return new ConnectFailure(
      "TLS_FAILED",
      `Cannot open TLS to "${where}": ${tls.reason}`,
      tls.hint,
    );
  }
  const status = /Unexpected server response: (\d{3})/.exec(text)?.[1];
  if (status !== undefined) {
    const { meaning, wayOut } = webSocketHint(Number(status), target);
    return new ConnectFailure(
      "BROKER_UNREACHABLE",
      `Cannot open a WebSocket to "${where}": the server answered HTTP ${status}, ${meaning}`,
      wayOut,
    );
  }
  for (const [pattern, reason] of NETWORK_REASONS) {
    if (pattern.test(text)) {
      return new ConnectFailure(
        "BROKER_UNREACHABLE",
        `Cannot connect to "${where}": ${reason}`,
        networkHint(error, reason, target),
      );
    }
  }
  if (stage === "tls") {
    return new ConnectFailure(
      "TLS_FAILED",
      `Cannot open TLS to "${where}": the handshake failed${code === "" ? "" : ` (${code})`}`,
      "Check that this port speaks TLS, and the certificates on both sides",
    );
  }
  if (stage === "connack") {
    return new ConnectFailure(
      "BROKER_UNREACHABLE",
      `Cannot connect to "${where}": the connection broke before CONNACK${
        code === "" ? "" : ` (${code})`
      }`,
      "Check that an MQTT broker listens there, and that the scheme (mqtt, mqtts, ws, wss) fits the port",
      { versionRefused: true },
    );
  }
  return new ConnectFailure(
    "BROKER_UNREACHABLE",
    `Cannot connect to "${where}": the network reported ${code === "" ? "an error" : code}`,
    "Check host, port and network",
  );
}

const NO_SUCH_NAME = "the host name does not resolve";
const NOT_PERMITTED = "this process is not permitted to connect there";
const NOTHING_ANSWERS =
  "nothing answers: check the address, that the machine is on, and that no firewall drops the packets";
const NETWORK_REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /ENOTFOUND|EAI_AGAIN|EAI_NODATA|failed to lookup|name or service not known/i,
    NO_SUCH_NAME,
  ],
  [/ECONNREFUSED/, "the connection was refused"],
  [/EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL/, "there is no route to the host"],
  [/ETIMEDOUT/, "the host did not answer"],
  [/NotCapable|Requires net access/, NOT_PERMITTED],
  [/EACCES|EPERM/, "the system does not let this process connect there"],
];

function networkHint(
  error: Error,
  reason: string,
  { host, port }: { readonly host: string; readonly port: number },
): string {
  if (reason === NO_SUCH_NAME) return namingHint(host, Deno.build.os);
  if (reason === NOT_PERMITTED) return "Start the server with network permission for this host";
  const addresses = host === "localhost" ? ["127.0.0.1"] : [host];
  return tcpHint(error, { port, addresses, platform: Deno.build.os });
}

function tlsReason(text: string): { reason: string; hint: string } | null {
  for (const [pattern, reason, hint] of TLS_REASONS) {
    if (pattern.test(text)) return { reason, hint };
  }
  return null;
}

const TLS_REASONS: readonly (readonly [RegExp, string, string])[] = [
  [
    /CERT_HAS_EXPIRED|certificate expired|certificate has expired|peer certificate: Expired|CertExpired/i,
    "the broker's certificate has expired",
    "Renew the broker's certificate, and check this machine's clock",
  ],
  [
    /CERT_NOT_YET_VALID|NotValidYet/i,
    "the broker's certificate is not valid yet",
    "Check the clocks of this machine and the broker",
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID|NotValidForName|not valid for name|altnames/i,
    "the broker's certificate is for another host name",
    "Connect by a name that the certificate holds",
  ],
  [
    /UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|SELF_SIGNED|DEPTH_ZERO|UnknownIssuer|CaUsedAsEndEntity|BadSignature|unable to get (local )?issuer|self.signed/i,
    "the broker's certificate comes from an unknown authority",
    "Set MQTT_CA_FILE to the authority's certificate (PEM)",
  ],
  [
    /CertificateRequired|certificate required|BadCertificate|bad certificate|AlertReceived|received fatal alert|alert number|HandshakeFailure/i,
    "the broker refused the handshake, most likely for want of an accepted client certificate",
    "Set MQTT_CERT_FILE and MQTT_KEY_FILE to a certificate that the broker accepts",
  ],
  [
    /ERR_SSL_WRONG_VERSION_NUMBER|WRONG_VERSION|InvalidContentType|corrupt message|InvalidMessage|packet length too long|HTTP_REQUEST/i,
    "the port does not speak TLS",
    "Use mqtt:// or ws:// for a plain port, or the broker's TLS port (often 8883)",
  ],
  [
    /invalid peer certificate|CERT_|certificate/i,
    "the broker's certificate was not accepted",
    "Check the broker's certificate, and MQTT_CA_FILE",
  ],
];
