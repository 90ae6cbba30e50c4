/** Who may speak to the monitor from where: host names, origins, rates, and the headers of every answer. */
import { timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";

export { RateLimit } from "../session/rate_limit.ts";

/** What a {@linkcode hostGuard} knows. */
interface HostSettings {
  /** WEB_ALLOWED_HOSTS: names, or names with a port; undefined: loopback names and this host's. */
  readonly allowed: readonly string[] | undefined;
  /** WEB_HOST: the address that is listened on. */
  readonly listening: string;
  /** This host's name, where it is known. */
  readonly hostName: string | null;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const EVERY_ADDRESS = new Set(["0.0.0.0", "::", "[::]"]);

/**
 * Tells whether a Host header names this host: loopback names always do, because no other site can have them. Any other
 * name is refused, so that one an attacker points to this machine (DNS rebinding) gets nothing. An address is no name that
 * anybody could point somewhere: where every address is listened on, each is answered.
 */
export function hostGuard(settings: HostSettings): (host: string | null) => boolean {
  const names = new Set((settings.allowed ?? defaultNames(settings)).map(normalHost));
  const listening = normalHost(
    settings.listening.includes(":") && !settings.listening.startsWith("[")
      ? `[${settings.listening}]`
      : settings.listening,
  );
  const everywhere = EVERY_ADDRESS.has(listening);
  if (!everywhere) names.add(listening);
  return (host) => {
    if (host === null || !/^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host)) return false;
    const whole = normalHost(host);
    const name = whole.replace(/:\d+$/, "");
    return LOOPBACK.test(name) || names.has(whole) || names.has(name) ||
      (everywhere && isIP(name.replace(/^\[|\]$/g, "")) !== 0);
  };
}

function defaultNames({ hostName }: HostSettings): string[] {
  return hostName === null ? [] : [hostName, `${hostName}.local`];
}

function normalHost(host: string): string {
  return host.toLowerCase().replace(/\.(?=$|:\d+$)/, "");
}

/** How a request stands to the monitor's own pages. */
export type Origin = "none" | "own" | "reader" | "foreign";

/**
 * Tells where a request comes from: not a browser, the monitor's own pages, one of CORS_ORIGINS, or elsewhere. `viaIngress`:
 * what came through a proxy that is trusted to say under which name people see it.
 */
export function originOf(
  request: Request,
  corsOrigins: readonly string[],
  { viaIngress = false }: { viaIngress?: boolean } = {},
): Origin {
  const origin = request.headers.get("origin");
  if (origin === null) {
    // Browsers that send no Origin still tell that another site is behind a request.
    const site = request.headers.get("sec-fetch-site");
    const mode = request.headers.get("sec-fetch-mode");
    const followed = mode === "navigate" && (request.method === "GET" || request.method === "HEAD");
    return site === "cross-site" && !followed ? "foreign" : "none";
  }
  const hosts = [request.headers.get("host")];
  if (viaIngress) hosts.push(request.headers.get("x-forwarded-host"));
  const sent = normalHost(origin);
  // A proxy in front may speak TLS, so that the scheme alone says nothing.
  const isOwn = hosts.map((host) => normalHost(host ?? "")).some((host) =>
    sent === `http://${host}` || sent === `https://${host}`
  );
  if (isOwn) return "own";
  const named = corsOrigins.some((allowed) => normalHost(allowed.replace(/\/+$/, "")) === sent);
  return named ? "reader" : "foreign";
}

/** Headers of every answer. Nothing inline, nothing from elsewhere, no framing. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  "cache-control": "no-store",
};

/** What differs where a proxy shows the pages in a frame of its own site. */
export const INGRESS_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": SECURITY_HEADERS["content-security-policy"]
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
  "x-frame-options": "SAMEORIGIN",
};

/** Whether an address of a connection is this one, also where IPv4 is written as IPv6. */
export function isAddress(found: string, wanted: string): boolean {
  return found.replace(/^::ffff:/i, "") === wanted;
}

/** Reads a body of at most so many bytes; null when it is longer. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
