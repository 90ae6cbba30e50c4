import { BlockList, isIP } from "node:net";
import { OperationError } from "../errors.ts";
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
import { type BrokerTarget, parseConnectionString } from "../mqtt/connection_string.ts";

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
    const where = host === address ? `${host}:${port}` : `${host}:${port}" at "${address}`;
    const special = SPECIAL_BLOCKS.find(({ block }) => block.contains(address));
    if (special !== undefined) {
      const listed = brokers.some((rule) => rule.lists(address, port, special.block.bits));
      if (listed) return;
      throw new OperationError(
        "NOT_ALLOWED",
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
      throw notListed(`${host}:${port}`);
    },
    checkAddress,
    checkPublish(topic) {
      if (readOnly) {
        throw new OperationError(
          "NOT_ALLOWED",
          `Cannot publish to "${topic}": this server is read-only`,
          "Ask the operator to start it without READ_ONLY",
        );
      }
      const meanings = meaningsOf(topic);
      const plain = meanings[meanings.length - 1];
      const shown = plain === topic ? `"${topic}"` : `"${topic}", which stands for "${plain}"`;
      if (meanings.some((meaning) => publishDeny.some((one) => one.matches(meaning)))) {
        throw new OperationError(
          "NOT_ALLOWED",
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
        throw new OperationError(
          "NOT_ALLOWED",
          `Cannot publish to ${shown}: this topic is not in PUBLISH_ALLOW`,
          "Use an allowed topic, or ask the operator",
        );
      }
    },
    checkSubscribe(filter) {
      const meanings = meaningsOf(filter);
      const plain = meanings[meanings.length - 1];
      if (readOnly && (takesFromOthers(filter) || excludesOthers(filter))) {
        throw new OperationError(
          "NOT_ALLOWED",
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
        throw new OperationError(
          "NOT_ALLOWED",
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
        throw new OperationError(
          "NOT_ALLOWED",
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
  return new OperationError(
    "NOT_ALLOWED",
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

/** One entry of ALLOWED_BROKERS. */
interface BrokerRule {
  /** Whether it allows this name, whatever ordinary address the name leads to. */
  names(host: string, port: number): boolean;
  /** Whether it is about addresses: then names may lead into it. */
  takesAddresses(port: number): boolean;
  /** Whether it is this address, or a block around it of at least so many bits. */
  lists(address: string, port: number, leastBits: number): boolean;
}

/** Link-local addresses (RFC 3927, RFC 4291), and where clouds hand out their machines' credentials. */
const SPECIAL_BLOCKS = [
  ...ipv4Block("169.254.169.254", 32, "a metadata address"),
  ...ipv4Block("100.100.100.200", 32, "a metadata address"),
  { block: blockOf("fd00:ec2::254", 128), what: "a metadata address" },
  ...ipv4Block("169.254.0.0", 16, "a link-local address"),
  { block: blockOf("fe80::", 10), what: "a link-local address" },
];

/**
 * A block of IPv4 addresses, and where IPv6 leads to it: NAT64 (RFC 6052, RFC 8215 with the lengths of 96 and 48 bits),
 * 6to4 (RFC 3056), and addresses that are compatible with IPv4 (RFC 4291 §2.5.5.1).
 */
function ipv4Block(base: string, bits: number, what: string) {
  const [a, b, c, d] = base.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return [
    { block: blockOf(base, bits), what },
    { block: blockOf(`64:ff9b::${a}${b}:${c}${d}`, 96 + bits), what: `${what} behind NAT64` },
    { block: blockOf(`64:ff9b:1::${a}${b}:${c}${d}`, 96 + bits), what: `${what} behind NAT64` },
    {
      // eight bits in the middle are always zero
      block: blockOf(`64:ff9b:1:${a}${b}:${c}:${d}00::`, bits > 16 ? 56 + bits : 48 + bits),
      what: `${what} behind NAT64`,
    },
    { block: blockOf(`2002:${a}${b}:${c}${d}::`, 16 + bits), what: `${what} inside 6to4` },
    { block: blockOf(`::${a}${b}:${c}${d}`, 96 + bits), what: `${what} inside IPv6` },
  ];
}

function notListed(where: string): OperationError {
  return new OperationError(
    "NOT_ALLOWED",
    `Cannot connect to "${where}": this broker is not in ALLOWED_BROKERS`,
    "Use an allowed broker, or ask the operator to add this one",
  );
}

function compileBrokerRule(entry: string): BrokerRule {
  const text = entry.trim().toLowerCase();
  const slashed = /^(.+)\/(\d{1,3})$/.exec(text);
  if (slashed !== null) {
    const [, base, bits] = slashed;
    if (isIP(base) === 0 || Number(bits) > mostBits(base)) throw badBrokerRule(entry);
    return addressRule(blockOf(base, Number(bits)), null);
  }
  if (isIP(text) === 6) return addressRule(blockOf(text, mostBits(text)), null);
  const wild = text.startsWith("*.");
  const { host, port } = readHostAndPort(wild ? text.slice(2) : text, entry);
  if (isIP(host) !== 0) {
    if (wild) throw badBrokerRule(entry);
    return addressRule(blockOf(host, mostBits(host)), port);
  }
  return {
    names(candidate, candidatePort) {
      const name = candidate.toLowerCase();
      const sameHost = wild ? name.endsWith(`.${host}`) : name === host;
      return sameHost && (port === null || port === candidatePort);
    },
    takesAddresses: () => false,
    lists: () => false,
  };
}

/** Reads them as a connection string's are read: a rule that is spelled otherwise would never hold. */
function readHostAndPort(text: string, entry: string): { host: string; port: number | null } {
  if (/[/?#@]/.test(text)) throw badBrokerRule(entry);
  try {
    const { host, port } = parseConnectionString(text, { allowInsecureTls: false });
    return { host, port: /:\d+$/.test(text) ? port : null };
  } catch {
    throw badBrokerRule(entry);
  }
}

function addressRule(block: AddressBlock, port: number | null): BrokerRule {
  const takesAddresses = (candidatePort: number) => port === null || port === candidatePort;
  return {
    names: () => false,
    takesAddresses,
    lists: (address, candidatePort, leastBits) =>
      block.bits >= leastBits && takesAddresses(candidatePort) && block.contains(address),
  };
}

interface AddressBlock {
  readonly bits: number;
  contains(address: string): boolean;
}

/** Addresses that begin with the same bits as `base`. */
function blockOf(base: string, bits: number): AddressBlock {
  const start = bareAddress(base);
  const family = familyOf(start);
  // of an IPv4 address inside IPv6 only the last 32 bits count
  const own = start === base || isIP(base) === isIP(start) ? bits : Math.max(0, bits - 96);
  const list = new BlockList();
  list.addSubnet(start, own, family);
  return {
    bits: own,
    contains(address) {
      if (isIP(address) === 0) return false;
      const bare = bareAddress(address);
      return familyOf(bare) === family && list.check(bare, family);
    },
  };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}

function mostBits(address: string): number {
  return isIP(address) === 4 ? 32 : 128;
}

/**
 * An address without its zone, which says through which interface and not where to. One that maps IPv4 into IPv6 (RFC 4291
 * §2.5.5.2) is that IPv4 address, however it is written.
 */
function bareAddress(address: string): string {
  if (isIP(address) === 4) return address;
  const [bare] = address.split("%");
  const shortest = new URL(`http://[${bare}]`).hostname;
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(shortest);
  if (mapped === null) return bare;
  const [high, low] = [parseInt(mapped[1], 16), parseInt(mapped[2], 16)];
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

function badBrokerRule(entry: string): OperationError {
  return new OperationError(
    "INVALID_ARGUMENT",
    `Cannot read "${entry}" in ALLOWED_BROKERS`,
    'Use forms such as "broker.lan", "broker.lan:1883", "*.lan" or "192.168.0.0/16"',
  );
}
