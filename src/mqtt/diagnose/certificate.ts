import { X509Certificate } from "node:crypto";
import { Buffer } from "node:buffer";
import { checkServerIdentity, type TLSSocket } from "node:tls";

/** What a broker's certificate says, in words for a person, and what is wrong with it. */
interface CertificateVerdict {
  /** Subject, names, issuer and expiry in one sentence. */
  readonly description: string;
  /** Null when the certificate is good for this host. */
  readonly problem: { readonly reason: string; readonly wayOut: string } | null;
  /** Whole days until it expires; negative once it has. Null when it shows no date. */
  readonly daysLeft: number | null;
}

/** Longest part of a certificate's text that is shown: it is written by strangers. */
const MAX_SHOWN = 200;

/**
 * Judges the certificate of an open TLS connection that was made without rejecting any. The reasons
 * that the TLS library gives are not used alone: for an expired certificate it may name its issuer.
 *
 * Null when the other side sent no certificate.
 */
export function judgeCertificate(
  socket: TLSSocket,
  { host, nowMs }: { host: string; nowMs: number },
): CertificateVerdict | null {
  const peer = socket.getPeerCertificate(false);
  if (!peer?.raw) return null;
  const certificate = new X509Certificate(Buffer.from(peer.raw));
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  const names = (certificate.subjectAltName ?? "").replace(/DNS:|IP Address:/g, "");
  const description = `certificate of ${oneLine(certificate.subject)}${
    names === "" ? "" : `, for ${oneLine(names)}`
  }, issued by ${oneLine(certificate.issuer)}, valid until ${isoTime(to)}`;
  const daysLeft = Number.isNaN(to) ? null : Math.floor((to - nowMs) / 86_400_000);
  return { description, daysLeft, problem: findProblem() };

  function findProblem(): CertificateVerdict["problem"] {
    if (to < nowMs) {
      return {
        reason: `the broker's certificate expired on ${isoTime(to)}`,
        wayOut: "renew it on the broker; if it looks current, check this machine's clock",
      };
    }
    if (from > nowMs) {
      return {
        reason: `the broker's certificate is not valid before ${isoTime(from)}`,
        wayOut: "check the clocks of this machine and of the broker",
      };
    }
    if (!socket.authorized && certificate.subject === certificate.issuer) {
      return {
        reason: "the broker's certificate is self-signed, so nothing vouches for it",
        wayOut: "set MQTT_CA_FILE to this certificate (PEM), or issue one from an authority",
      };
    }
    if (checkServerIdentity(host, peer) !== undefined) {
      return {
        reason: `the broker's certificate is for another name than "${host}"`,
        wayOut: `connect by a name that it holds (${
          oneLine(names) || "it holds none"
        }), or issue one for "${host}"`,
      };
    }
    if (!socket.authorized) {
      return {
        reason: `the broker's certificate comes from an authority that is not trusted here, ${
          oneLine(certificate.issuer)
        }`,
        wayOut: "set MQTT_CA_FILE to the certificate of that authority (PEM)",
      };
    }
    return null;
  }
}

function isoTime(ms: number): string {
  return Number.isNaN(ms) ? "an unknown time" : new Date(ms).toISOString().slice(0, 19) + "Z";
}

/** Distinguished names come one attribute a line, and may hold anything. */
function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what must not reach a terminal
  const line = text.trim().replace(/\n/g, ", ").replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
}
