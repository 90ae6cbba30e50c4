import { OperationError } from "../errors.ts";
import type { BrokerTarget } from "../mqtt/connection_string.ts";
import { diagnoseConnection } from "../mqtt/diagnose/diagnose_connection.ts";
import type { DiagnoseOptions } from "../mqtt/diagnose/options.ts";
import type { ConnectionReport } from "../mqtt/diagnose/report.ts";
import { SCRATCH_EXAMPLE } from "../mqtt/own_topics.ts";
import type { Policy } from "./policy.ts";

/** What a test may do is for the policy to say. */
type FreeOptions = Omit<DiagnoseOptions, "publish" | "publishRefusal" | "check" | "mayRead">;

/**
 * {@linkcode diagnoseConnection} within what the operator allows: publish checks are skipped where publishing on the
 * scratch topic is not allowed, and no address is connected to that is not.
 *
 * @throws {@linkcode OperationError} NOT_ALLOWED for a broker that may not be reached at all
 */
export async function diagnoseWithin(
  policy: Policy,
  target: BrokerTarget,
  options: FreeOptions,
): Promise<ConnectionReport> {
  policy.checkBroker(target);
  const publishRefusal = refusalOf(() => policy.checkPublish(SCRATCH_EXAMPLE));
  return await diagnoseConnection(target, {
    ...options,
    publish: publishRefusal === undefined,
    publishRefusal,
    mayRead: (filter) => refusalOf(() => policy.checkSubscribe(filter)) === undefined,
    check: (address) => policy.checkAddress(target, address),
  });
}

function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof OperationError) return error.message;
    throw error;
  }
}
