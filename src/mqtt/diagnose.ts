import { isIP } from "node:net";
import { MqttMcpError, OperationError } from "../errors.ts";
import type { ServerAnnouncement } from "./announcement.ts";
import { judgeCertificate } from "./certificate.ts";
import { connectToBroker, randomClientId } from "./client/connect.ts";
import type { LostConnection, MqttConnection, MqttVersion } from "./client/connection.ts";
import type { TlsMaterial } from "./client/transport.ts";
import type { BrokerTarget } from "./connection_string.ts";
import {
  type Endpoint,
  identifyPort,
  type Limits,
  resolveHost,
  StageTimeout,
  tryTcp,
  tryTls,
  within,
} from "./diagnose_transport.ts";
import type { Qos } from "./message.ts";
import { reasonInWords } from "./reason_codes.ts";

/** The stages of a connection test, in the order in which they run. */
export const CHECK_NAMES = [
  "dns",
  "tcp",
  "tls",
  "connect",
  "authentication",
  "subscribe",
  "publish_qos0",
  "publish_qos1",
  "publish_qos2",
  "retained",
  "unsubscribe",
] as const;

/** One stage of a connection test. */
export type CheckName = typeof CHECK_NAMES[number];

/** What came of one stage. */
export interface ConnectionCheck {
  readonly name: CheckName;
  readonly status: "pass" | "warn" | "fail" | "skipped";
  readonly duration_ms: number;
  /** What was seen; for a failure its likely cause and the way out; for a skipped stage why. */
  readonly detail: string;
}

/** Round-trip times in milliseconds. Without samples only `samples` is there. */
export interface LatencySummary {
  readonly min?: number;
  readonly mean?: number;
  readonly p95?: number;
  readonly samples: number;
  /** What was timed. */
  readonly measured_by?: "publish_round_trip" | "subscribe_acknowledgement";
}

/** The result of a connection test, ready to hand out: it holds no credentials. */
export interface ConnectionReport {
  /** Every stage that ran passed, if need be with a warning. */
  readonly healthy: boolean;
  readonly broker: { readonly host: string; readonly port: number; readonly protocol: string };
  /** Absent when no connection came about. */
  readonly mqtt_version?: MqttVersion;
  readonly checks: readonly ConnectionCheck[];
  readonly latency_ms: LatencySummary;
  /** What CONNACK announced; empty when there was none. */
  readonly server: ServerAnnouncement | Record<string, never>;
}

/** How to run {@linkcode diagnoseConnection}. */
export interface DiagnoseOptions {
  readonly tls: TlsMaterial;
  /** For connecting, in milliseconds. Other stages have shorter limits of their own, or this one. */
  readonly timeoutMs: number;
  /** False skips the stages that publish. */
  readonly publish: boolean;
  /** Why `publish` is false, for the details. */
  readonly publishRefusal?: string;
  /** Ends the test at once: it rejects with the signal's reason, after clearing what it had left. */
  readonly signal: AbortSignal;
  /** May refuse an address that the host resolved to, by throwing. */
  readonly check?: (address: string) => void;
  /** Told of each stage as it ends. */
  readonly onCheck?: (check: ConnectionCheck) => void;
  /** Instead of the system's resolver. */
  readonly resolve?: (host: string) => Promise<string[]>;
  /** Operating system that hints are for. Default: this one. */
  readonly platform?: string;
  readonly now?: () => number;
}

const NETWORK_LIMIT_MS = 10_000;
const MESSAGE_LIMIT_MS = 3_000;
/** Once a message did not come back, the next ones need not be waited for as long. */
const SHORT_MESSAGE_LIMIT_MS = 1_000;
const CLEANUP_LIMIT_MS = 3_000;
const LATENCY_SAMPLES = 20;
const LATENCY_BUDGET_MS = 2_000;
const EXPIRY_WARNING_DAYS = 14;
const MAX_ADDRESSES = 4;
/** A retained scratch message that could not be cleared vanishes by itself (MQTT 5 §3.3.2.3.3). */
const SCRATCH_EXPIRY_SECONDS = 60;

/**
 * Tries a connection to a broker one stage after another, and explains the first that fails. Uses a
 * random client id and the topic `mqtt-mcp/test/<random>`, and leaves nothing on the broker.
 *
 * A failure is part of the report. Rejects only when `signal` fires, with its reason.
 */
export async function diagnoseConnection(
  target: BrokerTarget,
  options: DiagnoseOptions,
): Promise<ConnectionReport> {
  const diagnosis = new Diagnosis(target, options);
  try {
    await diagnosis.run();
  } catch (error) {
    if (!(error instanceof StageFailed)) throw error;
  } finally {
    await diagnosis.cleanUp();
  }
  return diagnosis.report();
}

/** Ends the run: what failed has been noted, and nothing after it can be tried. */
class StageFailed extends Error {}

/** What a stage has to say for itself. */
interface Verdict {
  readonly status: "pass" | "warn" | "fail" | "skipped";
  readonly detail: string;
}

class Diagnosis {
  readonly #target: BrokerTarget;
  readonly #o: DiagnoseOptions;
  readonly #checks: ConnectionCheck[] = [];
  readonly #topic: string;
  readonly #clientId = randomClientId();
  readonly #secure: boolean;
  #addresses: string[] = [];
  #endpoint: Endpoint = { address: "", port: 0 };
  #link: ScratchLink | null = null;
  #version: MqttVersion | undefined;
  #server: ServerAnnouncement | null = null;
  #latencies: number[] = [];
  #measuredBy: LatencySummary["measured_by"];
  #retainedLeft = false;
  #echoLost = false;

  constructor(target: BrokerTarget, options: DiagnoseOptions) {
    this.#target = target;
    this.#o = options;
    this.#secure = target.protocol === "mqtts" || target.protocol === "wss";
    this.#topic = `mqtt-mcp/test/${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
  }

  async run(): Promise<void> {
    await this.#stage("dns", () => this.#resolve());
    await this.#stage("tcp", () => this.#openTcp());
    await this.#stage("tls", () => this.#openTls());
    await this.#connect();
    await this.#stage("subscribe", () => this.#subscribe());
    if (this.#o.publish) {
      for (const qos of [0, 1, 2] as const) {
        await this.#messageStage(`publish_qos${qos}`, () => this.#publish(qos));
      }
      await this.#messageStage("retained", () => this.#retain());
    } else {
      const why = this.#o.publishRefusal ?? "publishing is not allowed here (read-only)";
      for (const name of ["publish_qos0", "publish_qos1", "publish_qos2", "retained"] as const) {
        this.#note(name, { status: "skipped", detail: `Not tried: ${why}` }, 0);
      }
      await this.#measureSubscribing();
    }
    await this.#messageStage("unsubscribe", () => this.#unsubscribe());
  }

  report(): ConnectionReport {
    const failed = this.#checks.find((check) => check.status === "fail");
    const checks = [...this.#checks];
    for (const name of CHECK_NAMES.slice(checks.length)) {
      const detail = `Not tried, because "${failed?.name}" failed`;
      checks.push({ name, status: "skipped", duration_ms: 0, detail });
    }
    const { host, port, protocol } = this.#target;
    return {
      healthy: failed === undefined,
      broker: { host, port, protocol },
      ...(this.#version && { mqtt_version: this.#version }),
      checks,
      latency_ms: this.#latencySummary(),
      server: this.#server ?? {},
    };
  }

  /** Never rejects and never takes longer than its limit, whatever the broker does. */
  async cleanUp(): Promise<void> {
    try {
      if (this.#retainedLeft) {
        // The caller's signal may have fired already, and this has to be done all the same.
        const { signal } = new AbortController();
        const link = this.#link?.lost === null
          ? this.#link
          : await this.#openLink(CLEANUP_LIMIT_MS, signal);
        this.#link = link;
        const qos: Qos = link.connection.server.maximum_qos === 0 ? 0 : 1;
        await link.publish({ topic: this.#topic, text: "", qos, retain: true, signal });
      }
    } catch {
      // Nothing more can be done; the message expires by itself where the broker speaks MQTT 5.
    } finally {
      await this.#link?.connection.close();
    }
  }

  #note(name: CheckName, { status, detail }: Verdict, durationMs: number): ConnectionCheck {
    const check = { name, status, duration_ms: roundMs(durationMs), detail };
    this.#checks.push(check);
    this.#o.onCheck?.(check);
    return check;
  }

  /** Runs one stage and notes it. A failure ends the run. */
  async #stage(name: CheckName, run: () => Promise<Verdict>): Promise<void> {
    this.#o.signal.throwIfAborted();
    const startedAt = performance.now();
    const verdict = await run();
    this.#note(name, verdict, performance.now() - startedAt);
    if (verdict.status === "fail") throw new StageFailed();
  }

  /**
   * Runs a stage that others do not build upon: after its failure the run goes on. A broker that
   * hangs up over one of them is connected to again, so that the others are tried too.
   */
  async #messageStage(name: CheckName, run: () => Promise<Verdict>): Promise<void> {
    this.#o.signal.throwIfAborted();
    if (this.#mustLink().lost !== null && !await this.#reconnect()) {
      this.#note(name, { status: "skipped", detail: "Not tried, the connection was lost" }, 0);
      return;
    }
    const startedAt = performance.now();
    let verdict: Verdict;
    try {
      verdict = await run();
    } catch (error) {
      this.#o.signal.throwIfAborted();
      verdict = { status: "fail", detail: this.#explainMessageFailure(name, error) };
    }
    this.#note(name, verdict, performance.now() - startedAt);
  }

  #limits(limitMs: number): Limits {
    return { timeoutMs: Math.min(limitMs, this.#o.timeoutMs), signal: this.#o.signal };
  }

  #mustLink(): ScratchLink {
    if (this.#link === null) throw new Error("No connection is open at this stage");
    return this.#link;
  }

  async #resolve(): Promise<Verdict> {
    const { host } = this.#target;
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
      return fail(`"${host}" does not resolve: ${reason}`, this.#namingHint());
    }
    if (this.#addresses.length === 0) {
      return fail(`"${host}" has no address`, this.#namingHint());
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

  #namingHint(): string {
    const { host } = this.#target;
    if (host.endsWith(".local")) {
      return `names under .local are found by mDNS in the local network only: use the IP address${
        this.#platform() === "darwin"
          ? ", or allow this app under System Settings, Privacy & Security, Local Network"
          : this.#platform() === "linux"
          ? ", or install avahi-daemon and libnss-mdns (containers have no mDNS)"
          : ""
      }`;
    }
    if (!host.includes(".")) {
      return "check the spelling; names without a dot are known in their own network only (a container's name only to containers beside it), so use the full name or the IP address";
    }
    return "check the spelling and this machine's network, or use the IP address";
  }

  #platform(): string {
    return this.#o.platform ?? Deno.build.os;
  }

  async #openTcp(): Promise<Verdict> {
    const { port } = this.#target;
    const failures: string[] = [];
    let last: unknown;
    for (const address of this.#addresses.slice(0, MAX_ADDRESSES)) {
      try {
        await tryTcp({ address, port }, this.#limits(NETWORK_LIMIT_MS / 2));
      } catch (error) {
        this.#o.signal.throwIfAborted();
        last = error;
        failures.push(`${address}: ${socketReason(error)}`);
        continue;
      }
      this.#endpoint = { address, port };
      const others = failures.length > 0 ? ` (but ${failures.join("; ")})` : "";
      return pass(`port ${port} of ${address} accepts connections${others}`);
    }
    return fail(`no connection to port ${port} (${failures.join("; ")})`, this.#tcpHint(last));
  }

  #tcpHint(error: unknown): string {
    const code = errorCode(error);
    const { port } = this.#target;
    if (code === "ECONNREFUSED") {
      return `the host is up but nothing listens on port ${port}: check the port (usual are 1883 for mqtt, 8883 for mqtts), that the broker runs, and that it listens on more than its own loopback address${
        this.#addresses.every(isLoopback)
          ? "; inside a container localhost is the container itself"
          : ""
      }`;
    }
    if (/EHOSTUNREACH|ENETUNREACH|EACCES|EPERM/.test(code)) {
      return `there is no way to that address: check the address and the network${
        this.#platform() === "darwin"
          ? "; macOS reports this too when this app may not use the local network: allow it under System Settings, Privacy & Security, Local Network"
          : ""
      }`;
    }
    return "nothing answers: check the address, that the machine is on, and that no firewall drops the packets";
  }

  async #openTls(): Promise<Verdict> {
    const { host, insecure, protocol } = this.#target;
    if (!this.#secure) {
      const detail = `${protocol}:// does not encrypt`;
      const exposed = this.#target.password !== undefined && !isLoopback(this.#endpoint.address);
      return {
        status: "skipped",
        detail: exposed ? `${detail}: the password crosses the network readable` : detail,
      };
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
      return fail(what, await this.#portHint(false) ?? tlsHint(error));
    }
  }

  /** What to write instead, when the port speaks something else than the scheme says. */
  async #portHint(overTls: boolean): Promise<string | null> {
    const { host, protocol } = this.#target;
    const endpoint = { ...this.#endpoint, host };
    const spoken = await identifyPort(endpoint, { ...this.#limits(NETWORK_LIMIT_MS), overTls });
    if (spoken === null) return null;
    const web = spoken === "http";
    const actual = spoken === "tls"
      ? (protocol === "ws" ? "wss" : "mqtts")
      : `${web ? "ws" : "mqtt"}${overTls ? "s" : ""}`;
    if (actual === protocol || (spoken === "tls" && this.#secure)) return null;
    const what = spoken === "tls"
      ? "TLS"
      : web
      ? "HTTP, so it is a web server or MQTT over WebSocket"
      : `plain MQTT${overTls ? " inside TLS" : ""}`;
    return `this port speaks ${what}: write ${actual}:// instead of ${protocol}://, or use the right port for ${protocol}`;
  }

  async #connect(): Promise<void> {
    this.#o.signal.throwIfAborted();
    const startedAt = performance.now();
    const elapsed = () => performance.now() - startedAt;
    let link: ScratchLink;
    try {
      link = await this.#openLink(this.#o.timeoutMs, this.#o.signal);
    } catch (error) {
      this.#o.signal.throwIfAborted();
      if (!(error instanceof MqttMcpError)) throw error;
      if (error.code === "AUTHENTICATION_FAILED") {
        this.#note("connect", pass("the broker answered CONNECT"), elapsed());
        this.#note("authentication", fail(error.message, this.#loginHint(error)), 0);
      } else {
        const durationMs = elapsed();
        const guess = error.code === "NOT_ALLOWED" ? null : await this.#portHint(this.#secure);
        this.#note("connect", fail(error.message, guess ?? this.#connectHint(error)), durationMs);
      }
      throw new StageFailed();
    }
    this.#link = link;
    const { version, server } = link.connection;
    this.#version = version;
    this.#server = server;
    const fellBack = version === "3.1.1" && this.#target.protocolVersion === undefined;
    this.#note(
      "connect",
      pass(`MQTT ${version}${fellBack ? " (the broker does not take MQTT 5)" : ""}`),
      elapsed(),
    );
    const own = this.#target.clientId === undefined
      ? ""
      : `; tested with a client id of its own, so rights that hang on the given one were not seen`;
    this.#note(
      "authentication",
      pass(
        this.#target.username === undefined && this.#target.password === undefined
          ? `the broker takes clients without a login${own}`
          : `the login was accepted${own}`,
      ),
      0,
    );
  }

  #openLink(timeoutMs: number, signal: AbortSignal): Promise<ScratchLink> {
    return ScratchLink.open(this.#target, {
      tls: this.#o.tls,
      timeoutMs,
      signal,
      clientId: this.#clientId,
      check: this.#o.check,
    });
  }

  #loginHint(error: MqttMcpError): string {
    const { username, password, clientId } = this.#target;
    const hints: string[] = [];
    if (username === undefined && this.#o.tls.cert === undefined) {
      hints.push("the broker wants a login: write mqtt://user:password@host");
    } else if (password === undefined) {
      hints.push("a user name was given without a password: check whether it needs one");
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

  #connectHint(error: MqttMcpError): string {
    if (/HTTP \d/.test(error.message)) {
      return `the web server is there but has no MQTT at the path "${
        this.#target.path ?? "/"
      }": usual are /mqtt (EMQX, HiveMQ, VerneMQ), /ws and / (Mosquitto)`;
    }
    return error.hint;
  }

  async #subscribe(): Promise<Verdict> {
    const link = this.#mustLink();
    let code: number;
    try {
      code = await link.subscribe(this.#topic, this.#limits(MESSAGE_LIMIT_MS));
    } catch (error) {
      this.#o.signal.throwIfAborted();
      return { status: "fail", detail: this.#explainMessageFailure("subscribe", error) };
    }
    if (code >= 0x80) {
      // MQTT 3.1.1 knows one code for every refusal (§3.9.3).
      const words = link.connection.version === "5" ? reasonInWords(code) : "failure (0x80)";
      return fail(
        `the broker refused to subscribe to "${this.#topic}": ${words}`,
        `its access list does not let this user read there: allow reading mqtt-mcp/test/# to test further`,
      );
    }
    const topic = `subscribed to "${this.#topic}"`;
    return code < 2
      ? warn(`${topic} with QoS ${code} at most, QoS 2 was asked for`)
      : pass(`${topic} with QoS 2`);
  }

  async #publish(qos: Qos): Promise<Verdict> {
    const maximum = this.#server?.maximum_qos ?? 2;
    if (qos > maximum) {
      return warn(`the broker announces QoS ${maximum} at most; publish with qos ${maximum}`);
    }
    const link = this.#mustLink();
    const text = `test QoS ${qos} ${crypto.randomUUID()}`;
    const limits = this.#limits(this.#echoLost ? SHORT_MESSAGE_LIMIT_MS : MESSAGE_LIMIT_MS);
    const startedAt = performance.now();
    using echo = link.expect(limits, (message) => message.text === text);
    let acknowledgement = "";
    try {
      const outcome = await link.publish({ topic: this.#topic, text, qos, ...limits });
      if (outcome.acknowledged) {
        acknowledgement = ` (acknowledged with "${outcome.reason}" in ${
          roundMs(outcome.durationMs)
        } ms)`;
      }
      await echo.arrived;
    } catch (error) {
      if (!(error instanceof StageTimeout)) throw error;
      this.#echoLost = true;
      return fail(
        `the message was sent${acknowledgement} but did not come back within ${limits.timeoutMs} ms`,
        this.#silentHint(link.connection.version, acknowledgement !== ""),
      );
    }
    const roundTripMs = performance.now() - startedAt;
    if (qos === 0) await this.#measurePublishing(roundTripMs);
    return pass(`came back after ${roundMs(roundTripMs)} ms${acknowledgement}`);
  }

  #silentHint(version: MqttVersion, acknowledged: boolean): string {
    const what = version === "5" && acknowledged
      ? "the broker took it, so its access list most likely forbids this user to read mqtt-mcp/test/#"
      : "the broker most likely dropped it without a word because its access list forbids this user to publish to (or read) mqtt-mcp/test/#";
    return version === "3.1.1"
      ? `${what}; MQTT 3.1.1 has no way to say so, with MQTT 5 (protocol=5) it would be told`
      : what;
  }

  async #measurePublishing(firstMs: number): Promise<void> {
    this.#measuredBy = "publish_round_trip";
    this.#latencies.push(firstMs);
    const link = this.#mustLink();
    const deadline = performance.now() + LATENCY_BUDGET_MS;
    while (this.#latencies.length < LATENCY_SAMPLES && performance.now() < deadline) {
      const text = `latency ${this.#latencies.length} ${crypto.randomUUID()}`;
      const limits = this.#limits(LATENCY_BUDGET_MS);
      const startedAt = performance.now();
      using echo = link.expect(limits, (message) => message.text === text);
      try {
        await link.publish({ topic: this.#topic, text, qos: 0, ...limits });
        await echo.arrived;
      } catch {
        this.#o.signal.throwIfAborted();
        return;
      }
      this.#latencies.push(performance.now() - startedAt);
    }
  }

  async #measureSubscribing(): Promise<void> {
    const link = this.#mustLink();
    const deadline = performance.now() + LATENCY_BUDGET_MS;
    while (this.#latencies.length < LATENCY_SAMPLES && performance.now() < deadline) {
      const startedAt = performance.now();
      try {
        await link.subscribe(this.#topic, this.#limits(MESSAGE_LIMIT_MS));
      } catch {
        this.#o.signal.throwIfAborted();
        return;
      }
      this.#measuredBy = "subscribe_acknowledgement";
      this.#latencies.push(performance.now() - startedAt);
    }
  }

  async #retain(): Promise<Verdict> {
    if (this.#server?.retain_available === false) {
      return warn("the broker announces that it keeps no retained messages");
    }
    if (this.#echoLost) {
      return {
        status: "skipped",
        detail: "Not tried, because published messages do not come back",
      };
    }
    const link = this.#mustLink();
    const text = `retained ${crypto.randomUUID()}`;
    const limits = this.#limits(MESSAGE_LIMIT_MS);
    const qos: Qos = (this.#server?.maximum_qos ?? 1) > 0 ? 1 : 0;
    this.#retainedLeft = true;
    await link.publish({ topic: this.#topic, text, qos, retain: true, ...limits });
    const kept = await this.#readRetained(limits);
    await link.publish({ topic: this.#topic, text: "", qos, retain: true, ...limits });
    const left = await this.#readRetained(limits);
    if (left !== null) {
      return fail(
        `the retained message on "${this.#topic}" could not be cleared again`,
        "clear it by publishing an empty retained message there; the broker may forbid empty payloads",
      );
    }
    this.#retainedLeft = false;
    if (kept !== text) {
      return fail(
        "a retained message was taken but not kept for new subscribers",
        "the broker has retained messages turned off, or its access list forbids them here",
      );
    }
    return pass("a retained message was kept, given to a new subscription, and cleared again");
  }

  /** Subscribes anew and gives the retained message, which comes before anything sent after that. */
  async #readRetained(limits: Limits): Promise<string | null> {
    const link = this.#mustLink();
    let retained: string | null = null;
    const fence = `fence ${crypto.randomUUID()}`;
    using passed = link.expect(limits, (message) => {
      if (message.retain && message.text !== "") retained = message.text;
      return message.text === fence;
    });
    await link.connection.unsubscribe(this.#topic, limits);
    await link.subscribe(this.#topic, limits);
    await link.publish({ topic: this.#topic, text: fence, qos: 0, ...limits });
    await passed.arrived;
    return retained;
  }

  async #unsubscribe(): Promise<Verdict> {
    const limits = this.#limits(MESSAGE_LIMIT_MS);
    await this.#mustLink().connection.unsubscribe(this.#topic, limits);
    return pass(`unsubscribed from "${this.#topic}"`);
  }

  async #reconnect(): Promise<boolean> {
    // Taking the client id back would only go on throwing the other one out.
    if (this.#mustLink().lost?.reasonCode === 0x8e) return false;
    try {
      const link = await this.#openLink(this.#limits(NETWORK_LIMIT_MS).timeoutMs, this.#o.signal);
      await this.#link?.connection.close();
      this.#link = link;
      return await link.subscribe(this.#topic, this.#limits(MESSAGE_LIMIT_MS)) < 0x80;
    } catch {
      this.#o.signal.throwIfAborted();
      return false;
    }
  }

  #explainMessageFailure(name: CheckName, error: unknown): string {
    const lost = this.#link?.lost ?? null;
    if (lost !== null) {
      const [cause, wayOut] = explainLoss(name, lost);
      return fail(`the connection ended here: ${lost.reason}`, `${cause}: ${wayOut}`).detail;
    }
    if (error instanceof StageTimeout) {
      return fail(
        `nothing came back within ${error.timeoutMs} ms`,
        "the broker is overloaded or stuck, or something between drops packets",
      ).detail;
    }
    if (!(error instanceof MqttMcpError)) throw error;
    const refused = error instanceof OperationError && error.code === "NOT_AUTHORIZED";
    return fail(
      error.message,
      refused
        ? "its access list does not let this user publish there: allow writing mqtt-mcp/test/# to test further"
        : error.hint,
    ).detail;
  }

  #latencySummary(): LatencySummary {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    if (sorted.length === 0) return { samples: 0 };
    const sum = sorted.reduce((total, one) => total + one, 0);
    return {
      min: roundMs(sorted[0]),
      mean: roundMs(sum / sorted.length),
      p95: roundMs(sorted[Math.ceil(sorted.length * 0.95) - 1]),
      samples: sorted.length,
      measured_by: this.#measuredBy,
    };
  }
}

interface ScratchMessage {
  readonly text: string;
  readonly retain: boolean;
}

/** A connection of the test's own, with someone to ask for what arrives on it. */
class ScratchLink {
  readonly #connection: MqttConnection;
  readonly #listeners: Set<(message: ScratchMessage) => void>;
  readonly #onLost: Set<() => void>;
  readonly #state: { lost: LostConnection | null };

  private constructor(
    connection: MqttConnection,
    shared: {
      listeners: Set<(message: ScratchMessage) => void>;
      onLost: Set<() => void>;
      state: { lost: LostConnection | null };
    },
  ) {
    this.#connection = connection;
    this.#listeners = shared.listeners;
    this.#onLost = shared.onLost;
    this.#state = shared.state;
  }

  static async open(
    target: BrokerTarget,
    o: {
      tls: TlsMaterial;
      timeoutMs: number;
      signal: AbortSignal;
      clientId: string;
      check?: (address: string) => void;
    },
  ): Promise<ScratchLink> {
    const listeners = new Set<(message: ScratchMessage) => void>();
    const onLost = new Set<() => void>();
    const state: { lost: LostConnection | null } = { lost: null };
    const { check } = o;
    const connection = await connectToBroker(target, {
      tls: o.tls,
      timeoutMs: o.timeoutMs,
      signal: o.signal,
      clientId: o.clientId,
      ...(check && { checkAddress: check }),
      handlers: {
        onPublish(_topic, payload, packet) {
          const text = new TextDecoder().decode(payload);
          for (const tell of [...listeners]) tell({ text, retain: packet.retain });
        },
        onLost(lost) {
          state.lost = lost;
          for (const tell of [...onLost]) tell();
        },
      },
    });
    return new ScratchLink(connection, { listeners, onLost, state });
  }

  get connection(): MqttConnection {
    return this.#connection;
  }

  /** How it ended, if the broker or the network ended it. */
  get lost(): LostConnection | null {
    return this.#state.lost;
  }

  /** Gives the reason code of the SUBACK. */
  subscribe(filter: string, limits: Limits): Promise<number> {
    return this.#connection.subscribe({ filter, qos: 2, ...limits });
  }

  publish(
    o: {
      topic: string;
      text: string;
      qos: Qos;
      retain?: boolean;
      signal: AbortSignal;
      timeoutMs?: number;
    },
  ) {
    return this.#connection.publish({
      topic: o.topic,
      payload: new TextEncoder().encode(o.text),
      qos: o.qos,
      retain: o.retain ?? false,
      signal: o.signal,
      ...(o.retain && { properties: { messageExpiryInterval: SCRATCH_EXPIRY_SECONDS } }),
    }, o.timeoutMs ?? CLEANUP_LIMIT_MS);
  }

  /** Waits for a message for which `wanted` is true, from now on. Disposing ends the wait. */
  expect(
    { timeoutMs, signal }: Limits,
    wanted: (message: ScratchMessage) => boolean,
  ): { readonly arrived: Promise<void> } & Disposable {
    const over = new AbortController();
    const limits = { timeoutMs, signal: AbortSignal.any([signal, over.signal]) };
    const arrived = within<void>(limits, (resolve, reject) => {
      const look = (message: ScratchMessage) => {
        if (wanted(message)) resolve();
      };
      const giveUp = () => reject(new StageLost());
      this.#listeners.add(look);
      this.#onLost.add(giveUp);
      return () => {
        this.#listeners.delete(look);
        this.#onLost.delete(giveUp);
      };
    });
    // It may fail while the publish before it is still waited for.
    arrived.catch(() => {});
    return { arrived, [Symbol.dispose]: () => over.abort() };
  }
}

/** The connection ended while a message was waited for. */
class StageLost extends Error {}

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

function tlsHint(error: unknown): string {
  const text = `${errorCode(error)} ${error instanceof Error ? error.message : ""}`;
  if (/CERTIFICATE_REQUIRED|CertificateRequired|certificate required/.test(text)) {
    return "the broker wants a client certificate: set MQTT_CERT_FILE and MQTT_KEY_FILE";
  }
  if (/HandshakeFailure|HANDSHAKE_FAILURE|ProtocolVersion|PROTOCOL_VERSION/.test(text)) {
    return "the two sides have no TLS version or cipher in common: the broker needs TLS 1.2 or newer";
  }
  return "check that this port speaks TLS, and the broker's certificate settings";
}

function socketReason(error: unknown): string {
  if (error instanceof StageTimeout) return "no answer";
  const code = errorCode(error);
  if (code === "ECONNREFUSED") return "refused";
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return "unreachable";
  return code === "" ? "failed" : code;
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

function pass(detail: string): Verdict {
  return { status: "pass", detail };
}

function warn(detail: string): Verdict {
  return { status: "warn", detail };
}

function fail(what: string, wayOut: string): Verdict {
  return { status: "fail", detail: `${capitalised(what)}. Try: ${wayOut}` };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
