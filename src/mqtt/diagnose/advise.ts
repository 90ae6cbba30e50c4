import { schemeHint, tlsHint } from "../advice.ts";
import type { TlsMaterial } from "../client/transport.ts";
import { ConnectFailure } from "../connect_failure.ts";
import type { BrokerTarget } from "../connection_string.ts";
import { judgeCertificate } from "./certificate.ts";
import { type Endpoint, identifyPort, resolveHost, tryTls } from "./probes.ts";
import { type Limits, limitsWithin, NETWORK_LIMIT_MS } from "./time_limits.ts";

/**
 * A failure to connect with the advice that a connection test gives for it: what the port really speaks, and what is wrong
 * with its certificate. Looks once more at the port where it answers, for two seconds at most.
 *
 * @returns the failure itself where there is nothing better to say
 */
export async function advise(
  failure: ConnectFailure,
  target: BrokerTarget,
  o: { tls: TlsMaterial; signal: AbortSignal; check?: (address: string) => void },
): Promise<ConnectFailure> {
  const { code, stage, permanent } = failure;
  if (stage === "transport" || code === "AUTHENTICATION_FAILED" || permanent) return failure;
  const limits = limitsWithin({ timeoutMs: ADVISE_LIMIT_MS, signal: o.signal }, NETWORK_LIMIT_MS);
  try {
    const address = await firstAddress(target.host, o.check);
    const endpoint = { address, port: target.port, host: target.host };
    const tls = code === "TLS_FAILED" || stage === "tls"
      ? await adviseOnTls(endpoint, target, { ...limits, tls: o.tls })
      : null;
    if (tls !== null) return better(failure, tls.wayOut, tls.reason);
    const secure = target.protocol === "mqtts" || target.protocol === "wss";
    const hint = await scheme(endpoint, target, { ...limits, secure, overTls: secure });
    return hint === null ? failure : better(failure, hint);
  } catch {
    return failure;
  }
}

const ADVISE_LIMIT_MS = 2_000;

async function firstAddress(host: string, check?: (address: string) => void): Promise<string> {
  for (const address of await resolveHost(host)) {
    try {
      check?.(address);
      return address;
    } catch {
      // One that the policy refuses is not looked at.
    }
  }
  throw new Error("no address");
}

async function adviseOnTls(
  endpoint: Endpoint & { host: string },
  target: BrokerTarget,
  o: Limits & { tls: TlsMaterial },
): Promise<{ wayOut: string; reason?: string } | null> {
  try {
    return await tryTls({ ...endpoint, tls: o.tls }, o, (socket) => {
      const verdict = judgeCertificate(socket, { host: target.host, nowMs: Date.now() });
      return verdict?.problem ?? null;
    });
  } catch (error) {
    const hint = await scheme(endpoint, target, { ...o, secure: true, overTls: false });
    return { wayOut: hint ?? tlsHint(error) };
  }
}

async function scheme(
  endpoint: Endpoint & { host: string },
  { protocol }: BrokerTarget,
  o: Limits & { secure: boolean; overTls: boolean },
): Promise<string | null> {
  const spoken = await identifyPort(endpoint, o);
  return spoken === null ? null : schemeHint(spoken, { protocol, ...o });
}

function better(failure: ConnectFailure, hint: string, reason?: string): ConnectFailure {
  const { code, message, versionRefused, permanent } = failure;
  const said = reason === undefined ? message : message.replace(/: .*$/s, `: ${reason}`);
  return new ConnectFailure(code, said, hint, { versionRefused, permanent });
}
