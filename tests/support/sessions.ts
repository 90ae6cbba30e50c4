import { Buffer } from "node:buffer";
import { CredentialVault } from "../../src/mqtt/credentials.ts";
import { parseConnectionString } from "../../src/mqtt/connection_string.ts";
import type { InboundMessage } from "../../src/mqtt/message.ts";
import { createPolicy } from "../../src/session/policy.ts";
import { SessionRegistry, type SessionRegistryOptions } from "../../src/session/registry.ts";
import type { Session } from "../../src/session/session.ts";

/** A registry with short limits, so that tests of time are quick. */
export async function makeRegistry(
  options: Partial<SessionRegistryOptions> = {},
): Promise<SessionRegistry> {
  return new SessionRegistry({
    maxConnections: 5,
    ttlSeconds: 60,
    sharing: true,
    connectTimeoutMs: 10_000,
    mqttTimeoutMs: 10_000,
    tls: {},
    allowInsecureTls: false,
    vault: await CredentialVault.create(),
    policy: createPolicy({}),
    retry: { firstMs: [50, 100, 200], heldMaximumMs: 100 },
    // a test that sets the time means all of it
    tick: options.now,
    ...options,
  });
}

/** Connects the client `owner` to a connection string. */
export function establish(
  registry: SessionRegistry,
  connectionString: string,
  owner = "owner",
): Promise<Session> {
  return registry.establish(parseConnectionString(connectionString, { allowInsecureTls: true }), {
    createdBy: "a test",
    owner,
    signal: new AbortController().signal,
  });
}

/** A message as tests compare it: `topic=payload`, `R` in front of a retained one. */
export function brief(message: InboundMessage): string {
  const text = new TextDecoder().decode(message.payload);
  return `${message.retain ? "R " : ""}${message.topic}=${text}`;
}

/** Text as a payload. */
export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

export { until } from "./wait.ts";
