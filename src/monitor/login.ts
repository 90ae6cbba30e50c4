import type { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";
import { equalInConstantTime, RateLimit } from "./http_guard.ts";

const COOKIE = "mqtt_mcp_login";
const VALID_S = 7 * 24 * 3_600;
const MOST_COUNTED = 1_000;
const encoder = new TextEncoder();

/** What of logins has to outlast the process for a cookie to do so. */
export interface LoginStore {
  /** What cookies are signed with beside the token. */
  loginKey(): string;
  /** Nonces of cookies that were logged out. */
  endedLogins(): string[];
  /** Keeps the nonce of a cookie that was logged out, until the cookie would have ended by itself. */
  endLogin(nonce: string, expiresMs: number): void;
}

/** A good request, by token or by a login that may be ended. */
interface LoggedIn {
  readonly outcome: "ok";
  /** The nonce of the cookie; null for the token itself. */
  readonly login: string | null;
}

/** What became of a request that asks to pass; `slow_down` after too many wrong tokens. */
type LoginCheck = LoggedIn | { readonly outcome: "denied" | "slow_down" };

/**
 * Asks for WEB_TOKEN: as a bearer, or as a cookie that a login gave. The cookie does not hold the token, outlives a
 * restart where the store does, and ends at logout, wherever it was copied to, and when the token is changed. Wrong
 * tokens are slowed down to a few a second from each address; one and the same again and again, as of a program with an
 * old one, counts by itself. The right token is always let through: behind a proxy everybody has one address.
 */
export class Login {
  readonly #token: string;
  readonly #store: LoginStore;
  readonly #now: () => number;
  readonly #ended: Set<string>;
  /** Guesses by address, and the same wrong token by address and token; the latest last. */
  readonly #attempts = new Map<string, RateLimit>();

  constructor(token: string, options: { store: LoginStore; now?: () => number }) {
    this.#token = token;
    this.#store = options.store;
    this.#now = options.now ?? Date.now;
    this.#ended = new Set(options.store.endedLogins());
  }

  /** Whether a request may pass. */
  check(request: Request, address: string): LoginCheck {
    const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (bearer !== undefined) return this.tokenCheck(bearer, address);
    const login = this.#loginOf(request);
    return login === null ? { outcome: "denied" } : { outcome: "ok", login: login.nonce };
  }

  /** Whether this is the token. */
  tokenCheck(token: string, address: string): LoginCheck {
    // Hashed first: a comparison then tells nothing about the length either.
    const hash = this.#mac(token, "token");
    if (equalInConstantTime(hash, this.#mac(this.#token, "token"))) {
      return { outcome: "ok", login: null };
    }
    const again = `${address} ${hash.toString("base64")}`;
    const known = this.#attempts.has(again);
    const taken = this.#take(known ? again : address);
    if (taken && !known) this.#take(again);
    return { outcome: taken ? "denied" : "slow_down" };
  }

  #take(key: string): boolean {
    const attempts = this.#attempts.get(key) ?? new RateLimit({ perSecond: 2, burst: 20 });
    this.#attempts.delete(key);
    this.#attempts.set(key, attempts);
    for (const oldest of this.#attempts.keys()) {
      if (this.#attempts.size <= MOST_COUNTED) break;
      this.#attempts.delete(oldest);
    }
    return attempts.take();
  }

  /** The Set-Cookie header of a login. `secure`: the page came over TLS. */
  cookie(options: { secure: boolean }): string {
    const expires = Math.floor(this.#now() / 1000) + VALID_S;
    const nonce = randomBytes(12).toString("hex");
    const value = `${expires}.${nonce}.${this.#signature(`${expires}.${nonce}`)}`;
    return cookieHeader(value, { ...options, maxAgeS: VALID_S });
  }

  /** Ends the login of a request's cookie for whoever has it, and returns its nonce; null where there is none. */
  end(request: Request): string | null {
    const login = this.#loginOf(request);
    if (login === null) return null;
    this.#ended.add(login.nonce);
    this.#store.endLogin(login.nonce, login.expiresMs);
    return login.nonce;
  }

  /** The Set-Cookie header of a logout. */
  static noCookie(): string {
    return cookieHeader("", { secure: false, maxAgeS: 0 });
  }

  #loginOf(request: Request): { nonce: string; expiresMs: number } | null {
    const cookie = readCookie(request.headers.get("cookie") ?? "") ?? "";
    const [, body, expires, nonce, signature] =
      /^((\d{1,12})\.([0-9a-f]{24}))\.([0-9a-f]{64})$/.exec(cookie) ?? [];
    if (body === undefined || nonce === undefined) return null;
    const expiresMs = Number(expires) * 1000;
    if (expiresMs < this.#now() || this.#ended.has(nonce)) return null;
    const right = encoder.encode(this.#signature(body));
    return equalInConstantTime(encoder.encode(signature), right) ? { nonce, expiresMs } : null;
  }

  #signature(body: string): string {
    const purpose = `login ${this.#store.loginKey()} ${body}`;
    return createHmac("sha256", this.#token).update(purpose).digest("hex");
  }

  #mac(text: string, purpose: string): Buffer {
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
