import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { join, resolve } from "node:path";

/** A certificate with its key, in memory (PEM) and as files. */
export interface IssuedCertificate {
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
}

/** What TLS tests need, all made anew: two authorities and certificates good and bad. */
export interface Certificates {
  dir: string;
  /** The authority that signed all of those below, unless it says otherwise. */
  ca: IssuedCertificate;
  /** For `localhost`, `127.0.0.1` and `::1`. */
  server: IssuedCertificate;
  /** For client authentication, common name `test-client`. */
  client: IssuedCertificate;
  /** For `localhost`, ended the day before yesterday. */
  expired: IssuedCertificate;
  /** For `localhost`, begins tomorrow. */
  notYetValid: IssuedCertificate;
  /** For `other.example` only. */
  wrongHost: IssuedCertificate;
  /** For `localhost`, signed by nobody but itself. */
  selfSigned: IssuedCertificate;
  /** Another authority, which nobody trusts. */
  unknownCa: IssuedCertificate;
  /** For `localhost`, signed by `unknownCa`. */
  unknownServer: IssuedCertificate;
}

/** What a certificate says. */
export interface CertificateRequest {
  commonName: string;
  /** Names and addresses it is for. */
  hosts?: string[];
  /** Makes it an authority. */
  isCa?: boolean;
  /** Days from now; may be negative. */
  startsInDays?: number;
  /** Days from now; may be negative. */
  endsInDays?: number;
  /** Who signs it. Itself unless given. */
  issuer?: { commonName: string; key: string };
}

/** Makes an authority and all certificates of {@linkcode Certificates}, and writes them to `dir`. */
export function makeCertificates(dir: string): Certificates {
  const hosts = ["localhost", "127.0.0.1", "::1"];
  const caName = "Test CA";
  const unknownName = "Unknown CA";
  const write = (name: string, request: CertificateRequest): IssuedCertificate => {
    const { cert, key } = issueCertificate(request);
    const certFile = resolve(join(dir, `${name}.crt`));
    const keyFile = resolve(join(dir, `${name}.key`));
    Deno.writeTextFileSync(certFile, cert);
    Deno.writeTextFileSync(keyFile, key);
    return { cert, key, certFile, keyFile };
  };
  const ca = write("ca", { commonName: caName, isCa: true });
  const unknownCa = write("unknown-ca", { commonName: unknownName, isCa: true });
  const issuer = { commonName: caName, key: ca.key };
  const unknown = { commonName: unknownName, key: unknownCa.key };
  return {
    dir,
    ca,
    server: write("server", { commonName: "localhost", hosts, issuer }),
    client: write("client", { commonName: "test-client", issuer }),
    expired: write("expired", {
      commonName: "localhost",
      hosts,
      issuer,
      startsInDays: -30,
      endsInDays: -2,
    }),
    notYetValid: write("not-yet-valid", {
      commonName: "localhost",
      hosts,
      issuer,
      startsInDays: 1,
    }),
    wrongHost: write("wrong-host", {
      commonName: "other.example",
      hosts: ["other.example"],
      issuer,
    }),
    selfSigned: write("self-signed", { commonName: "localhost", hosts }),
    unknownCa,
    unknownServer: write("unknown-server", { commonName: "localhost", hosts, issuer: unknown }),
  };
}

/** Issues an X.509 v3 certificate (RFC 5280) with a new P-256 key, as PEM. */
export function issueCertificate(request: CertificateRequest): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuerName = request.issuer?.commonName ?? request.commonName;
  const issuerKey: KeyObject = request.issuer ? createPrivateKey(request.issuer.key) : privateKey;
  const serial = randomBytes(16);
  // Positive, and without a leading zero byte that DER forbids.
  serial[0] = (serial[0] & 0x3f) | 0x40;
  const tbs = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, serial),
    ECDSA_WITH_SHA256,
    distinguishedName(issuerName),
    sequence(
      generalizedTime(request.startsInDays ?? -1),
      generalizedTime(request.endsInDays ?? 30),
    ),
    distinguishedName(request.commonName),
    new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
    der(0xa3, sequence(...extensions(request))),
  );
  const signature = new Uint8Array(sign("sha256", tbs, issuerKey));
  const certificate = sequence(tbs, ECDSA_WITH_SHA256, der(0x03, [0, ...signature]));
  return {
    cert: pem("CERTIFICATE", certificate),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function extensions(request: CertificateRequest): Uint8Array[] {
  const result: Uint8Array[] = [];
  const isCa = request.isCa ?? false;
  result.push(extension("551d13", sequence(...isCa ? [der(0x01, [0xff])] : []), true));
  // keyCertSign and cRLSign, or digitalSignature (RFC 5280 §4.2.1.3).
  result.push(extension("551d0f", der(0x03, isCa ? [1, 0x06] : [7, 0x80]), true));
  if (request.hosts?.length) {
    const names = request.hosts.map((host) => {
      const address = ipBytes(host);
      return address ? der(0x87, address) : der(0x82, new TextEncoder().encode(host));
    });
    result.push(extension("551d11", sequence(...names)));
  }
  return result;
}

function extension(oidHex: string, value: Uint8Array, critical = false): Uint8Array {
  const parts = [der(0x06, hexBytes(oidHex))];
  if (critical) parts.push(der(0x01, [0xff]));
  parts.push(der(0x04, value));
  return sequence(...parts);
}

function ipBytes(host: string): number[] | null {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host.split(".").map(Number);
  if (host === "::1") return [...new Array(15).fill(0), 1];
  return null;
}

function distinguishedName(commonName: string): Uint8Array {
  const value = der(0x0c, new TextEncoder().encode(commonName));
  return sequence(der(0x31, sequence(der(0x06, hexBytes("550403")), value)));
}

function generalizedTime(inDays: number): Uint8Array {
  const time = new Date(Date.now() + inDays * 86_400_000).toISOString();
  const text = time.replace(/[-:T]/g, "").replace(/\.\d+Z$/, "Z");
  // RFC 5280 §4.1.2.5: UTCTime, with a two-digit year, through 2049.
  return der(0x17, new TextEncoder().encode(text.slice(2)));
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

function der(tag: number, content: ArrayLike<number>): Uint8Array {
  const { length } = content;
  const head = length < 0x80
    ? [tag, length]
    : length < 0x100
    ? [tag, 0x81, length]
    : [tag, 0x82, length >> 8, length & 0xff];
  const result = new Uint8Array(head.length + length);
  result.set(head);
  result.set(content, head.length);
  return result;
}

function sequence(...parts: Uint8Array[]): Uint8Array {
  const content = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    content.set(part, at);
    at += part.length;
  }
  return der(0x30, content);
}

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
const ECDSA_WITH_SHA256 = sequence(der(0x06, hexBytes("2a8648ce3d040302")));

function pem(label: string, bytes: Uint8Array): string {
  const base64 = bytes.toBase64().match(/.{1,64}/g)?.join("\n");
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
}
