import { createHash } from "node:crypto";
import type { TlsMaterial } from "../mqtt/client/transport.ts";
import type { BrokerTarget } from "../mqtt/connection_string.ts";

/**
 * What tells streams of messages apart: the broker, and who listens there, because access lists show each login its own
 * part. A hash, so that no user name is written down.
 */
export function sourceKeyOf(
  { host, port, username }: Pick<BrokerTarget, "host" | "port" | "username">,
  { cert }: TlsMaterial,
): string {
  const identity = JSON.stringify([host.toLowerCase(), port, username ?? null, cert ?? null]);
  return createHash("sha256").update(identity).digest("hex");
}
