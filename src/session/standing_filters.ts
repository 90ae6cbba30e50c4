/** What the settings ask to be recorded, broker by broker. */
import { type BrokerTarget, parseConnectionString } from "../mqtt/connection_string.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import type { NamedBrokers } from "./named_brokers.ts";
import type { Policy } from "./policy.ts";

/** What is recorded at one broker. */
export interface StandingFilters {
  readonly filters: string[];
  readonly target: BrokerTarget;
  /** Where it is a named one. */
  readonly name?: string;
}

/** What {@linkcode standingFilters} reads. */
interface StandingSettings {
  /** `FILTER`, or `NAME:FILTER` on a named broker; `:FILTER` for one that looks like that. */
  readonly record: readonly string[];
  readonly defaultMqttBroker: string | undefined;
  readonly allowInsecureTls: boolean;
}

/**
 * Reads the setting RECORD. Filters without a broker to hear them from are left out, and told as `homeless`.
 *
 * @throws {OperationError} for a filter that is none or that the policy forbids, and an unknown broker
 */
export function standingFilters(
  settings: StandingSettings,
  { brokers, policy }: { brokers: NamedBrokers; policy: Policy },
): { wanted: StandingFilters[]; homeless: string[] } {
  const byBroker = new Map<string | undefined, StandingFilters>();
  const homeless: string[] = [];
  for (const entry of settings.record) {
    const { name, filter } = split(entry, brokers);
    validateTopicFilter(filter);
    policy.checkSubscribe(filter);
    let one = byBroker.get(name);
    if (one === undefined) {
      const target = name === undefined ? defaultTarget(settings) : brokers.resolve(name);
      if (target === null) {
        homeless.push(filter);
        continue;
      }
      policy.checkBroker(target);
      one = { filters: [], target: ownClientId(target), name };
      byBroker.set(name, one);
    }
    if (!one.filters.includes(filter)) one.filters.push(filter);
  }
  return { wanted: [...byBroker.values()], homeless };
}

/** A name stands before the first colon, where brokers are named at all. */
function split(entry: string, brokers: NamedBrokers): { name?: string; filter: string } {
  const parts = /^([^/+#:]*):(.*)$/s.exec(entry);
  if (parts === null) return { filter: entry };
  if (parts[1] === "") return { filter: parts[2] };
  return brokers.names.length > 0 ? { name: parts[1], filter: parts[2] } : { filter: entry };
}

function defaultTarget({ defaultMqttBroker, allowInsecureTls }: StandingSettings) {
  if (defaultMqttBroker === undefined) return null;
  return parseConnectionString(defaultMqttBroker, { allowInsecureTls });
}

/** Sessions of chats use the client id that is set: with the same one, each would throw the other out. */
function ownClientId(target: BrokerTarget): BrokerTarget {
  return target.clientId === undefined
    ? target
    : { ...target, clientId: `${target.clientId}-record` };
}
