/** Measuring how long a message takes through the broker and back. */
import type { ProbeLatency, ProbeReport } from "../analysis/performance/result.ts";
import { MqttMcpError } from "../errors.ts";
import type { InboundMessage, Qos } from "../mqtt/message.ts";
import { newScratchTopic } from "../mqtt/own_topics.ts";
import type { Policy } from "./policy.ts";
import type { Session } from "./session.ts";
import { rounded } from "../numbers.ts";

/** What was measured. */
interface RoundTripReport extends ProbeReport {
  /** Why a QoS is missing. */
  readonly failed?: readonly string[];
}

const SAMPLES = 20;
/** A broker that drops what it does not allow says nothing at QoS 0: asking on and on would only cost time. */
const MISSES_TO_GIVE_UP = 2;
const ANSWER_LIMIT_MS = 1_000;
const SUBACK_LIMIT_MS = 5_000;

/**
 * Publishes a few small messages of each QoS on a scratch topic, and takes the time until each is back. Sender and
 * receiver are two connections of their own: on one that hears what it publishes, Nagle's algorithm and delayed
 * acknowledgements at the broker would be measured instead.
 * @throws {Error} what the policy says to publishing
 */
export async function measureRoundTrips(
  session: Session,
  options: { policy: Policy; signal: AbortSignal },
): Promise<RoundTripReport> {
  const { signal, policy } = options;
  const topic = newScratchTopic();
  policy.checkPublish(topic);
  let onArrival: (message: InboundMessage) => void = () => {};
  await using receiver = await session.scratchConnection({
    signal,
    onMessage: (message) => onArrival(message),
  });
  await using sender = await session.scratchConnection({ signal });
  const byQos: ProbeLatency[] = [];
  const failed: string[] = [];
  const { code: granted } = await receiver.subscribe({
    filter: topic,
    qos: 2,
    timeoutMs: SUBACK_LIMIT_MS,
    signal,
  });
  if (granted >= 0x80) {
    return { how: "", by_qos: [], failed: [`The broker refused to subscribe to "${topic}"`] };
  }
  for (const qos of [0, 1, 2] as const) {
    if (qos > (sender.server.maximum_qos ?? 2)) {
      failed.push(`QoS ${qos} is not supported by the broker`);
      continue;
    }
    try {
      const times: number[] = [];
      let sent = 0;
      let missed = 0;
      while (sent < SAMPLES && missed < MISSES_TO_GIVE_UP && !signal.aborted) {
        const arrived = Promise.withResolvers<boolean>();
        const mark = `${qos}.${sent++}`;
        onArrival = (message) => {
          if (new TextDecoder().decode(message.payload) === mark) arrived.resolve(true);
        };
        const timer = setTimeout(() => arrived.resolve(false), ANSWER_LIMIT_MS);
        const giveUp = () => arrived.resolve(false);
        signal.addEventListener("abort", giveUp, { once: true });
        const startedAt = performance.now();
        try {
          const payload = new TextEncoder().encode(mark);
          await sender.publish({ topic, payload, qos, retain: false, signal }, ANSWER_LIMIT_MS);
          if (await arrived.promise) times.push(performance.now() - startedAt);
          else missed++;
        } finally {
          clearTimeout(timer);
          signal.removeEventListener("abort", giveUp);
        }
      }
      if (times.length > 0) byQos.push(summarise(qos, { sent, times }));
      else failed.push(`QoS ${qos}: none of ${sent} messages came back`);
    } catch (error) {
      if (!(error instanceof MqttMcpError) || signal.aborted) throw error;
      failed.push(`QoS ${qos}: ${error.message}`);
    }
  }
  return {
    how: `${SAMPLES} small messages per QoS, from one connection to another, on "${topic}"`,
    by_qos: byQos,
    ...(failed.length > 0 && { failed }),
  };
}

function summarise(qos: Qos, o: { sent: number; times: readonly number[] }): ProbeLatency {
  const sorted = [...o.times].sort((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return rounded(value);
  };
  return {
    qos,
    sent: o.sent,
    received: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}
