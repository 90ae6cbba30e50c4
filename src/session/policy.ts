import { isIP } from "node:net";
import { notAllowed, OperationError } from "../errors.ts";
import {
  compileFilter,
  excludesOthers,
  filterCovers,
  filtersOverlap,
  meaningsOf,
  parseSharedFilter,
  plainTopic,
  takesFromOthers,
  validateTopicFilter,
} from "../mqtt/topic.ts";
import { type BrokerTarget, formatAuthority } from "../mqtt/connection_string.ts";
import { compileBrokerRule, SPECIAL_BLOCKS } from "./broker_rules.ts";

/** The operator's limits, as settings give them. Empty allow lists allow everything. */
interface PolicySettings {
  readonly readOnly?: boolean;
  /** `host`, `host:port`, `*.suffix`, an address or a CIDR block. */
  readonly allowedBrokers?: readonly string[];
  /** Topic filters. */
  readonly publishAllow?: readonly string[];
  readonly publishDeny?: readonly string[];
  readonly subscribeAllow?: readonly string[];
  readonly subscribeDeny?: readonly string[];
}

/** What this server may do. Every check throws an OperationError NOT_ALLOWED that names the setting. */
export interface Policy {
  readonly readOnly: boolean;
  /** Before every connection, reconnects included. */
  checkBroker(target: Pick<BrokerTarget, "host" | "port">): void;
  /**
   * For each address that the target's name resolved to, before it is connected to; for an address in place of a name,
   * too. Link-local and metadata addresses must be listed themselves: a name that leads there is no broker.
   */
  checkAddress(target: Pick<BrokerTarget, "host" | "port">, address: string): void;
  /**
   * For a topic that is published to, and for one that is named as a response topic: whoever reads it publishes there. A
   * topic whose prefix makes it stand for another (`$delayed/5/…`) is judged as that other.
   */
  checkPublish(topic: string): void;
  /** Refuses a filter of which nothing may be heard; a partly allowed one is for {@linkcode narrows}. */
  checkSubscribe(filter: string): void;
  /** Whether some topics of this allowed filter have to be left out, message by message. */
  narrows(filter: string): boolean;
  /** Whether anything may not be heard: then every message is to be asked about, whatever it was delivered for. */
  readonly limitsSubscribe: boolean;
  /** Whether messages of this topic may be handed over. */
  admits(topic: string): boolean;
}

/**
 * Builds the policy.
 *
 * @throws {OperationError} TOPIC_INVALID for a list entry that is no topic filter
 * @throws {OperationError} INVALID_ARGUMENT for an entry that does not name a broker
 */
export function createPolicy(settings: PolicySettings): Policy {
  const brokers = (settings.allowedBrokers ?? []).map(compileBrokerRule);
  const publishDeny = compileList("PUBLISH_DENY", settings.publishDeny);
  const publishAllow = compileList("PUBLISH_ALLOW", settings.publishAllow);
  const subscribeDeny = compileList("SUBSCRIBE_DENY", settings.subscribeDeny);
  const subscribeAllow = compileList("SUBSCRIBE_ALLOW", settings.subscribeAllow);
  const readOnly = settings.readOnly ?? false;
  const limitsPublish = publishDeny.length + publishAllow.length > 0;
  const limitsSubscribe = subscribeDeny.length + subscribeAllow.length > 0;

  function checkAddress({ host, port }: { host: string; port: number }, address: string): void {
    const authority = formatAuthority({ host, port });
    const where = host === address ? authority : `${authority}" at "${address}`;
    const special = SPECIAL_BLOCKS.find(({ block }) => block.contains(address));
    if (special !== undefined) {
      const listed = brokers.some((rule) => rule.lists(address, port, special.block.bits));
      if (listed) return;
      throw notAllowed(
        `Cannot connect to "${where}": this is ${special.what}, which no broker should have`,
        "Use the broker's ordinary address, or ask the operator to list this one in ALLOWED_BROKERS",
      );
    }
    if (brokers.length === 0) return;
    if (brokers.some((rule) => rule.names(host, port) || rule.lists(address, port, 0))) return;
    throw notListed(where);
  }

  return {
    readOnly,
    checkBroker({ host, port }) {
      if (isIP(host) !== 0) return checkAddress({ host, port }, host);
      if (brokers.length === 0 || brokers.some((rule) => rule.names(host, port))) return;
      // the addresses that the name leads to are checked once they are known
      if (brokers.some((rule) => rule.takesAddresses(port))) return;
      throw notListed(formatAuthority({ host, port }));
    },
    checkAddress,
    checkPublish(topic) {
      if (readOnly) {
        throw notAllowed(
          `Cannot publish to "${topic}": this server is read-only`,
          "Ask the operator to start it without READ_ONLY",
        );
      }
      const meanings = meaningsOf(topic);
      const plain = meanings[meanings.length - 1];
      const shown = plain === topic ? `"${topic}"` : `"${topic}", which stands for "${plain}"`;
      if (meanings.some((meaning) => publishDeny.some((one) => one.matches(meaning)))) {
        throw notAllowed(
          `Cannot publish to ${shown}: PUBLISH_DENY forbids this topic`,
          "Use another topic, or ask the operator",
        );
      }
      if (limitsPublish && isUnknownDollar(plain)) {
        if (!publishAllow.some((one) => isOwnEntry(one) && one.matches(plain))) {
          throw unknownDollar(`publish to ${shown}`, "PUBLISH_ALLOW");
        }
        return;
      }
      if (publishAllow.length > 0 && !publishAllow.some((one) => one.matches(plain))) {
        throw notAllowed(
          `Cannot publish to ${shown}: this topic is not in PUBLISH_ALLOW`,
          "Use an allowed topic, or ask the operator",
        );
      }
    },
    checkSubscribe(filter) {
      const meanings = meaningsOf(filter);
      const plain = meanings[meanings.length - 1];
      if (readOnly && (takesFromOthers(filter) || excludesOthers(filter))) {
        throw notAllowed(
          `Cannot listen to "${filter}": this server is read-only, and ${
            takesFromOthers(filter)
              ? "a shared subscription takes messages from others"
              : "an exclusive subscription keeps others out"
          }`,
          `Listen to "${plain}" instead`,
        );
      }
      if (
        meanings.some((meaning) => subscribeDeny.some((one) => covers(one.filter, meaning)))
      ) {
        throw notAllowed(
          `Cannot listen to "${filter}": SUBSCRIBE_DENY forbids it`,
          "Listen to other topics, or ask the operator",
        );
      }
      if (limitsSubscribe && isUnknownDollar(plain)) {
        if (!subscribeAllow.some((one) => isOwnEntry(one) && overlap(one.filter, plain))) {
          throw unknownDollar(`listen to "${filter}"`, "SUBSCRIBE_ALLOW");
        }
        return;
      }
      if (
        subscribeAllow.length > 0 &&
        !subscribeAllow.some((one) => overlap(one.filter, plain))
      ) {
        throw notAllowed(
          `Cannot listen to "${filter}": nothing of it is in SUBSCRIBE_ALLOW`,
          "Listen to allowed topics, or ask the operator",
        );
      }
    },
    narrows(filter) {
      const plain = plainTopic(filter);
      return subscribeDeny.some((one) => overlap(one.filter, plain)) ||
        (subscribeAllow.length > 0 && !subscribeAllow.some((one) => covers(one.filter, plain)));
    },
    limitsSubscribe,
    admits(topic) {
      const meanings = meaningsOf(topic);
      const plain = meanings[meanings.length - 1];
      if (meanings.some((meaning) => subscribeDeny.some((one) => one.matches(meaning)))) {
        return false;
      }
      if (limitsSubscribe && isUnknownDollar(plain)) {
        return subscribeAllow.some((one) => isOwnEntry(one) && one.matches(plain));
      }
      return subscribeAllow.length === 0 || subscribeAllow.some((one) => one.matches(plain));
    },
  };
}

/**
 * Whether a topic or filter is one of a broker's own of which nobody knows here what it stands for. Such a one is not
 * covered by lists that were written with ordinary topics in mind; `$SYS`, the broker's figures, stands for itself.
 */
function isUnknownDollar(topic: string): boolean {
  return topic.startsWith("$") && topic !== "$SYS" && !topic.startsWith("$SYS/");
}

function isOwnEntry(entry: { filter: string }): boolean {
  return entry.filter.startsWith("$");
}

function unknownDollar(what: string, setting: string): OperationError {
  return notAllowed(
    `Cannot ${what}: what a topic that begins with $ stands for is the broker's to say, and so it needs an entry of its own in ${setting}`,
    "Use an ordinary topic, or ask the operator for such an entry",
  );
}

/** Of filters as they are written: a prefix in them has been taken off before, or is meant. */
function covers(wide: string, narrow: string): boolean {
  return parseSharedFilter(narrow) === null && filterCovers(wide, narrow);
}

function overlap(one: string, other: string): boolean {
  return parseSharedFilter(other) === null && filtersOverlap(one, other);
}

function compileList(setting: string, filters: readonly string[] = []) {
  return filters.map((filter) => {
    const fault = filterFault(filter, setting.endsWith("_ALLOW"));
    if (fault !== null) {
      throw new OperationError(
        "TOPIC_INVALID",
        `Cannot read ${setting}: ${fault}`,
        'Use topic filters such as "home/#" or "home/+/set"',
      );
    }
    return { filter, matches: compileFilter(filter) };
  });
}

function filterFault(filter: string, allows: boolean): string | null {
  // a limit holds for topics, however they are subscribed to or published
  if (parseSharedFilter(filter) !== null) return `"${filter}" begins with $share`;
  if (allows && plainTopic(filter) !== filter) {
    return `"${filter}" stands for "${plainTopic(filter)}"; allow that`;
  }
  try {
    validateTopicFilter(filter);
    return null;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return error.message.replace(/^Cannot/, "cannot");
  }
}

function notListed(where: string): OperationError {
  return notAllowed(
    `Cannot connect to "${where}": this broker is not in ALLOWED_BROKERS`,
    "Use an allowed broker, or ask the operator to add this one",
  );
}
