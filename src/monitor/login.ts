import { createHmac, randomBytes } from "node:crypto";
import { equalInConstantTime, RateLimit } from "./http_guard.ts";

const COOKIE = "mqtt_mcp_login";
const VALID_S = 7 * 24 * 3_600;
const MOST_ADDRESSES = 1_000;
const encoder = new TextEncoder();

/**
 * Asks for WEB_TOKEN: as a bearer, or as a cookie that a login gave. The cookie does not hold the token, outlives a
 * restart, and ends when the token is changed. Wrong tokens are slowed down to a few a second from each address.
 */
export class Login {
  readonly #token: string;
  readonly #now: () => number;
  /** Wrong tokens by address, the latest last. */
  readonly #attempts = new Map<string, RateLimit>();

  constructor(token: string, options: { now?: () => number } = {}) {
    this.#token = token;
    this.#now = options.now ?? Date.now;
  }

  /** Whether a request may pass; `slow_down` after too many wrong tokens. */
  check(request: Request, address: string): "ok" | "denied" | "slow_down" {
    const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (bearer !== undefined) return this.tokenCheck(bearer, address);
    const cookie = readCookie(request.headers.get("cookie") ?? "");
    return cookie !== null && this.#cookieHolds(cookie) ? "ok" : "denied";
  }

  /** Whether this is the token. */
  tokenCheck(token: string, address: string): "ok" | "denied" | "slow_down" {
    const attempts = this.#attempts.get(address);
    if (attempts !== undefined && !attempts.ready()) return "slow_down";
    // Hashed first: a comparison then tells nothing about the length either.
    if (equalInConstantTime(this.#mac(token, "token"), this.#mac(this.#token, "token"))) {
      return "ok";
    }
    this.#noteWrong(address);
    return "denied";
  }

  #noteWrong(address: string): void {
    const attempts = this.#attempts.get(address) ?? new RateLimit({ perSecond: 2, burst: 20 });
    attempts.take();
    this.#attempts.delete(address);
    this.#attempts.set(address, attempts);
    for (const oldest of this.#attempts.keys()) {
      if (this.#attempts.size <= MOST_ADDRESSES) break;
      this.#attempts.delete(oldest);
    }
  }

  /** The Set-Cookie header of a login. `secure`: the page came over TLS. */
  cookie(options: { secure: boolean }): string {
    const expires = Math.floor(this.#now() / 1000) + VALID_S;
    const nonce = randomBytes(12).toString("hex");
    const value = `${expires}.${nonce}.${this.#signature(`${expires}.${nonce}`)}`;
    return cookieHeader(value, { ...options, maxAgeS: VALID_S });
  }

  /** The Set-Cookie header of a logout. */
  static noCookie(): string {
    return cookieHeader("", { secure: false, maxAgeS: 0 });
  }

  #cookieHolds(value: string): boolean {
    const [, body, expires, signature] =
      /^((\d{1,12})\.[0-9a-f]{24})\.([0-9a-f]{64})$/.exec(value) ??
        [];
    if (body === undefined || Number(expires) * 1000 < this.#now()) return false;
    return equalInConstantTime(encoder.encode(signature), encoder.encode(this.#signature(body)));
  }

  #signature(body: string): string {
    return createHmac("sha256", this.#token).update(`login ${body}`).digest("hex");
  }

  #mac(text: string, purpose: string): Uint8Array {
    return createHmac("sha256", this.#token).update(`${purpose} ${text}`).digest();
  }
}

function cookieHeader(value: string, options: { secure: boolean; maxAgeS: number }): string {
  const secure = options.secure ? "; Secure" : "";
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${options.maxAgeS}${secure}`;
}

function readCookie(header: string): string | null {
  for (const part of header.split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === COOKIE && value) return value;
  }
  return null;
}
