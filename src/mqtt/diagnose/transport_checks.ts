import { isIP } from "node:net";
import { MqttMcpError } from "../../errors.ts";
import { judgeCertificate } from "./certificate.ts";
import type { BrokerTarget } from "../connection_string.ts";
import { isLoopback, namingHint, schemeHint, socketReason, tcpHint, tlsHint } from "../advice.ts";
import type { DiagnoseOptions } from "./options.ts";
import { type Endpoint, identifyPort, resolveHost, tryTcp, tryTls } from "./probes.ts";
import {
  type Limits,
  limitsWithin,
  NETWORK_LIMIT_MS,
  StageTimeout,
  within,
} from "./time_limits.ts";
import { fail, pass, type Verdict, warn } from "./verdict.ts";

const EXPIRY_WARNING_DAYS = 14;
const MAX_ADDRESSES = 4;

/** The checks below MQTT. Each builds upon what the one before it found, so they run in this order. */
export class TransportChecks {
  readonly #target: BrokerTarget;
  readonly #o: DiagnoseOptions;
  readonly #secure: boolean;
  #addresses: string[] = [];
  #endpoint: Endpoint = { address: "", port: 0 };

  constructor(target: BrokerTarget, options: DiagnoseOptions) {
    this.#target = target;
    this.#o = options;
    this.#secure = target.protocol === "mqtts" || target.protocol === "wss";
  }

  /** Finds the addresses of the host, those that the caller allows. */
  async resolve(): Promise<Verdict> {
    const { host } = this.#target;
    const naming = namingHint(host, this.#platform());
    const literal = isIP(host) !== 0;
    try {
      const limits = this.#limits(NETWORK_LIMIT_MS);
      const resolve = this.#o.resolve ?? resolveHost;
      this.#addresses = literal
        ? [host]
        : await within(limits, (done, fail) => void resolve(host).then(done, fail));
    } catch (error) {
      this.#o.signal.throwIfAborted();
      const reason = error instanceof StageTimeout
        ? `no name server answered within ${error.timeoutMs} ms`
        : "no such name is known here";
      return fail(`"${host}" does not resolve: ${reason}`, naming);
    }
    if (this.#addresses.length === 0) {
      return fail(`"${host}" has no address`, naming);
    }
    let refusal: MqttMcpError | null = null;
    this.#addresses = this.#addresses.filter((address) => {
      try {
        this.#o.check?.(address);
        return true;
      } catch (error) {
        if (!(error instanceof MqttMcpError)) throw error;
        refusal ??= error;
        return false;
      }
    });
    if (this.#addresses.length === 0 && refusal !== null) {
      const { message, hint }: MqttMcpError = refusal;
      return fail(message, hint);
    }
    const shown = this.#addresses.slice(0, MAX_ADDRESSES).join(", ");
    if (literal) return pass(`${host} is an address, there is nothing to resolve`);
    return pass(`"${host}" is ${shown}`);
  }

  /** Connects to one address after another until one answers. */
  async openTcp(): Promise<Verdict> {
    const { port } = this.#target;
    const failures: string[] = [];
    let last: unknown;
    for (const address of this.#addresses.slice(0, MAX_ADDRESSES)) {
      try {
        await tryTcp({ address, port }, this.#limits(NETWORK_LIMIT_MS / 2));
      } catch (error) {
        this.#o.signal.throwIfAborted();
        last = error;
        const reason = error instanceof StageTimeout ? "no answer" : socketReason(error);
        failures.push(`${address}: ${reason}`);
        continue;
      }
      this.#endpoint = { address, port };
      const others = failures.length > 0 ? ` (but ${failures.join("; ")})` : "";
      return pass(`port ${port} of ${address} accepts connections${others}`);
    }
    return fail(
      `no connection to port ${port} (${failures.join("; ")})`,
      tcpHint(last, { port, addresses: this.#addresses, platform: this.#platform() }),
    );
  }

  /** Makes the handshake and judges the certificate. */
  async openTls(): Promise<Verdict> {
    const { host, insecure, protocol } = this.#target;
    if (!this.#secure) {
      const detail = `${protocol}:// does not encrypt`;
      if (isLoopback(this.#endpoint.address)) return { status: "skipped", detail };
      const what = this.#target.password === undefined
        ? "everything"
        : "everything, the password too,";
      return warn(
        `${detail}: ${what} crosses the network readable. Use mqtts:// where the broker has a TLS listener`,
      );
    }
    const endpoint = { ...this.#endpoint, host, tls: this.#o.tls };
    const nowMs = (this.#o.now ?? Date.now)();
    try {
      return await tryTls(endpoint, this.#limits(NETWORK_LIMIT_MS), (socket) => {
        const spoken = socket.getProtocol() ?? "TLS";
        const verdict = judgeCertificate(socket, { host, nowMs });
        if (verdict === null) return fail("the broker sent no certificate", "set one up there");
        const { problem, description, daysLeft } = verdict;
        if (problem && !insecure) {
          return fail(`${problem.reason} (${description})`, problem.wayOut);
        }
        if (problem) {
          return warn(`${spoken}, accepted without proof: ${problem.reason} (${description})`);
        }
        if (daysLeft !== null && daysLeft < EXPIRY_WARNING_DAYS) {
          return warn(`${spoken}, ${description}: it expires in ${daysLeft} days, renew it`);
        }
        return pass(`${spoken}, ${description}`);
      });
    } catch (error) {
      this.#o.signal.throwIfAborted();
      const what = error instanceof StageTimeout
        ? "the port does not answer the TLS handshake"
        : "the TLS handshake failed";
      return fail(what, await this.#schemeHint(false) ?? tlsHint(error));
    }
  }

  /** What to write instead, when the port speaks something else than the scheme says. */
  schemeHint(): Promise<string | null> {
    return this.#schemeHint(this.#secure);
  }

  async #schemeHint(overTls: boolean): Promise<string | null> {
    const { host, protocol } = this.#target;
    const endpoint = { ...this.#endpoint, host };
    const spoken = await identifyPort(endpoint, { ...this.#limits(NETWORK_LIMIT_MS), overTls });
    if (spoken === null) return null;
    return schemeHint(spoken, { protocol, secure: this.#secure, overTls });
  }

  #limits(limitMs: number): Limits {
    return limitsWithin(this.#o, limitMs);
  }

  #platform(): string {
    return this.#o.platform ?? Deno.build.os;
  }
}
