import { invalidArgument, notAllowed } from "../errors.ts";
import { type BrokerTarget, parseConnectionString } from "../mqtt/connection_string.ts";
import type { Core } from "../core.ts";

/** A broker to connect to, and its name where it came from the operator's list. */
interface BrokerChoice {
  readonly target: BrokerTarget;
  readonly name?: string;
}

/**
 * The broker that the arguments mean: a named one, a connection string, or the configured default.
 * @throws {OperationError} `INVALID_ARGUMENT`, `NOT_ALLOWED` or `CONNECTION_STRING_INVALID`
 */
export function resolveBroker(
  args: { connection_string?: string; broker?: string },
  core: Core,
): BrokerChoice {
  const { config, brokers } = core;
  if (args.broker !== undefined && args.connection_string !== undefined) {
    throw invalidArgument(
      "Cannot tell which broker is meant: both `broker` and `connection_string` were given",
      "Give one of the two",
    );
  }
  if (args.broker !== undefined) return { target: brokers.resolve(args.broker), name: args.broker };
  if (config.namedBrokersOnly) {
    throw notAllowed(
      "Cannot connect by connection string: the operator allows named brokers only",
      brokers.names.length > 0
        ? `Give \`broker\` one of: ${brokers.names.join(", ")}`
        : "Ask the operator to name brokers in BROKERS_FILE",
    );
  }
  const text = args.connection_string ?? config.defaultMqttBroker;
  if (text === undefined || text === "") {
    throw invalidArgument(
      "Cannot connect: no connection_string was given and no default broker is configured",
      brokers.names.length > 0
        ? `Give \`broker\` one of: ${
          brokers.names.join(", ")
        }; or a connection_string like mqtt://host:1883`
        : "Give a connection_string like mqtt://user:password@host:1883",
    );
  }
  const { allowInsecureTls } = config;
  return { target: parseConnectionString(text, { allowInsecureTls }) };
}
