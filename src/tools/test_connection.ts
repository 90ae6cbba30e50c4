import { z } from "zod";
import { invalidArgument } from "../errors.ts";
import type { TlsMaterial } from "../mqtt/client/transport.ts";
import type { BrokerTarget } from "../mqtt/connection_string.ts";
import { CHECK_NAMES } from "../mqtt/diagnose/report.ts";
import { SCRATCH_PREFIX } from "../mqtt/own_topics.ts";
import { diagnoseWithin } from "../session/allowed_diagnosis.ts";
import type { Core } from "../core.ts";
import { resolveBroker } from "./broker_choice.ts";
import { anObject, rowsOutput, sessionId } from "./params.ts";
import { defineTool, type ToolContext } from "./tool.ts";

/** Tries a broker connection stage by stage, and says at which one it fails and why. */
export const testConnection = defineTool({
  name: "test_connection",
  title: "Test a broker connection",
  description:
    "Test a broker connection stage by stage (DNS, TCP, TLS, login, subscribe, publish at each QoS, " +
    "retained), and say why a stage fails and what to do. " +
    "Needs no session: give the connection_string that does not work. " +
    `Publishes only on ${SCRATCH_PREFIX}… and leaves nothing behind.`,
  access: "write",
  inReadOnlyMode: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId.optional().describe("Test its broker"),
    connection_string: z.string().optional().describe('e.g. "mqtts://user:pass@broker.lan:8883"'),
    broker: z.string().optional().describe("Or the name of a configured one"),
  }),
  output: z.looseObject({
    healthy: z.boolean(),
    checks: rowsOutput,
    latency_ms: anObject,
    server: anObject,
  }),
  example: { args: {} },
  async run(args, context) {
    const { core, signal, progress } = context;
    const { target, tls } = await targetOf(args, context);
    let done = 0;
    const report = await diagnoseWithin(core.policy, target, {
      tls,
      timeoutMs: core.config.connectionTimeout * 1000,
      signal,
      onCheck: (check) =>
        progress({
          progress: ++done,
          total: CHECK_NAMES.length,
          message: `${check.name}: ${check.status}`,
        }),
    });
    const { retain_habits: habits, ...facts } = report;
    if (habits !== undefined) core.sessions.retainHabits.learn(target, habits);
    return facts;
  },
});

type Arguments = { session_id?: string; connection_string?: string; broker?: string };

interface TestTarget {
  readonly target: BrokerTarget;
  readonly tls: TlsMaterial;
}

async function targetOf(args: Arguments, { core, client }: ToolContext): Promise<TestTarget> {
  if (args.session_id === undefined) {
    const { target, name } = resolveBroker(args, core);
    return { target, tls: tlsFor(name, core) };
  }
  if (args.connection_string !== undefined || args.broker !== undefined) {
    throw invalidArgument(
      "Cannot tell what to test: a session_id and a broker were both given",
      "Give one of session_id, connection_string and broker",
    );
  }
  return await sessionTarget(args.session_id, core, client.id);
}

async function sessionTarget(id: string, core: Core, owner: string): Promise<TestTarget> {
  const session = core.sessions.get(id, owner);
  using _use = session.use();
  return { target: await session.target(), tls: tlsFor(session.broker.name, core) };
}

function tlsFor(name: string | undefined, core: Core): TlsMaterial {
  return (name === undefined ? null : core.brokers.tlsOf(name)) ?? core.tls;
}
