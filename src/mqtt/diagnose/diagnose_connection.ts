import type { ServerAnnouncement } from "../announcement.ts";
import { randomClientId } from "../client/connect.ts";
import type { MqttVersion } from "../client/connection.ts";
import type { BrokerTarget } from "../connection_string.ts";
import { checkConnect, isAnonymous } from "./connect_checks.ts";
import { Latency } from "./latency.ts";
import { type Door, MessageChecks } from "./message_checks.ts";
import type { DiagnoseOptions } from "./options.ts";
import {
  CHECK_NAMES,
  type CheckName,
  type ConnectionCheck,
  type ConnectionReport,
} from "./report.ts";
import { type OpenLink, ScratchLink } from "./scratch_link.ts";
import { TransportChecks } from "./transport_checks.ts";
import type { Verdict } from "./verdict.ts";
import { rounded } from "../../numbers.ts";

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

const DOORS: readonly Door[] = [
  { filter: "$SYS/#", what: "$SYS (versions, clients, figures)" },
  { filter: "#", what: "every topic" },
];

/** Ends the run: what failed has been noted, and nothing after it can be tried. */
class StageFailed extends Error {}

class Diagnosis {
  readonly #target: BrokerTarget;
  readonly #o: DiagnoseOptions;
  readonly #checks: ConnectionCheck[] = [];
  readonly #transport: TransportChecks;
  readonly #latency: Latency;
  #messages: MessageChecks | null = null;
  #version: MqttVersion | undefined;
  #server: ServerAnnouncement | null = null;

  constructor(target: BrokerTarget, options: DiagnoseOptions) {
    this.#target = target;
    this.#o = options;
    this.#transport = new TransportChecks(target, options);
    this.#latency = new Latency(options);
  }

  async run(): Promise<void> {
    await this.#stage("dns", () => this.#transport.resolve());
    await this.#stage("tcp", () => this.#transport.openTcp());
    await this.#stage("tls", () => this.#transport.openTls());
    const messages = await this.#connect();
    const messageStage = (name: CheckName, run: () => Promise<Verdict>) =>
      this.#messageStage(messages, name, run);
    await this.#stage("subscribe", () => messages.subscribe());
    if (this.#o.publish) {
      for (const qos of [0, 1, 2] as const) {
        await messageStage(`publish_qos${qos}`, () => messages.publish(qos));
      }
      await messageStage("retained", () => messages.retain());
      if (!this.#latency.isMeasured && messages.lost === null) await messages.measureSubscribing();
    } else {
      const why = this.#o.publishRefusal ?? "publishing is not allowed here (read-only)";
      for (const name of ["publish_qos0", "publish_qos1", "publish_qos2", "retained"] as const) {
        this.#note(name, { status: "skipped", detail: `Not tried: ${why}` }, 0);
      }
      await messages.measureSubscribing();
    }
    await messageStage("unsubscribe", () => messages.unsubscribe());
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
      latency_ms: this.#latency.summary(),
      server: this.#server ?? {},
      ...(this.#messages?.retainHabits && { retain_habits: this.#messages.retainHabits }),
    };
  }

  async cleanUp(): Promise<void> {
    await this.#messages?.cleanUp();
  }

  #note(name: CheckName, { status, detail }: Verdict, durationMs: number): ConnectionCheck {
    const check = { name, status, duration_ms: rounded(durationMs), detail };
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
  async #messageStage(
    messages: MessageChecks,
    name: CheckName,
    run: () => Promise<Verdict>,
  ): Promise<void> {
    this.#o.signal.throwIfAborted();
    if (messages.lost !== null && !await messages.reconnect()) {
      this.#note(name, { status: "skipped", detail: "Not tried, the connection was lost" }, 0);
      return;
    }
    const startedAt = performance.now();
    let verdict: Verdict;
    try {
      verdict = await run();
    } catch (error) {
      this.#o.signal.throwIfAborted();
      verdict = messages.failure(name, error);
    }
    this.#note(name, verdict, performance.now() - startedAt);
  }

  async #connect(): Promise<MessageChecks> {
    this.#o.signal.throwIfAborted();
    const clientId = randomClientId();
    const openLink: OpenLink = ({ timeoutMs, signal }) =>
      ScratchLink.open({
        ...this.#target,
        // what was found to work is not sought again
        protocolVersion: this.#version ?? this.#target.protocolVersion,
      }, {
        tls: this.#o.tls,
        timeoutMs,
        signal,
        clientId,
        check: this.#o.check,
      });
    const { link, connect, connectMs, authentication } = await checkConnect(
      this.#target,
      this.#o,
      { openLink, schemeHint: () => this.#transport.schemeHint() },
    );
    if (link !== null) {
      const mayRead = ({ filter }: Door) => this.#o.mayRead?.(filter) ?? true;
      this.#messages = new MessageChecks(link, {
        limits: this.#o,
        openLink,
        latency: this.#latency,
        doors: isAnonymous(this.#target, this.#o) ? DOORS.filter(mayRead) : [],
        readable: DOORS.filter(mayRead).map(({ filter }) => filter),
      });
      this.#version = link.connection.version;
      this.#server = link.connection.server;
    }
    this.#note("connect", connect, connectMs);
    if (authentication !== undefined) this.#note("authentication", authentication, 0);
    if (this.#messages === null) throw new StageFailed();
    return this.#messages;
  }
}
