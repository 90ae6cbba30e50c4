import { isIP } from "node:net";
import { OperationError } from "../errors.ts";
import {
  compileFilter,
  filterCovers,
  filtersOverlap,
  parseSharedFilter,
  validateTopicFilter,
} from "../mqtt/topic.ts";
import { type BrokerTarget, parseConnectionString } from "../mqtt/connection_string.ts";

/** The operator's limits, as settings give them. Empty allow lists allow everything. */
export interface PolicySettings {
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
  checkPublish(topic: string): void;
  /** Refuses a filter of which nothing may be heard; a partly allowed one is for {@linkcode narrows}. */
  checkSubscribe(filter: string): void;
  /** Whether some topics of this allowed filter have to be left out, message by message. */
  narrows(filter: string): boolean;
  /** Whether messages of this topic may be handed over. */
  admits(topic: string): boolean;
}

/**
 * Builds the policy.
 *
 * @throws {OperationError} TOPIC_INVALID for a list entry that is no topic filter
 * @throws {OperationError} INVALID_ARGUMENT for a broker entry that is none
 */
export function createPolicy(settings: PolicySettings): Policy {
  const brokers = (settings.allowedBrokers ?? []).map(compileBrokerRule);
  const publishDeny = compileList("PUBLISH_DENY", settings.publishDeny);
  const publishAllow = compileList("PUBLISH_ALLOW", settings.publishAllow);
  const subscribeDeny = compileList("SUBSCRIBE_DENY", settings.subscribeDeny);
  const subscribeAllow = compileList("SUBSCRIBE_ALLOW", settings.subscribeAllow);
  const readOnly = settings.readOnly ?? false;

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
      if (publishDeny.some((one) => one.matches(topic))) {
        throw new OperationError(
          "NOT_ALLOWED",
          `Cannot publish to "${topic}": PUBLISH_DENY forbids this topic`,
          "Use another topic, or ask the operator",
        );
      }
      if (publishAllow.length > 0 && !publishAllow.some((one) => one.matches(topic))) {
        throw new OperationError(
          "NOT_ALLOWED",
          `Cannot publish to "${topic}": this topic is not in PUBLISH_ALLOW`,
          "Use an allowed topic, or ask the operator",
        );
      }
    },
    checkSubscribe(filter) {
      const shared = parseSharedFilter(filter);
      if (readOnly && shared !== null) {
        throw new OperationError(
          "NOT_ALLOWED",
          `Cannot listen to "${filter}": this server is read-only, and a shared subscription takes messages from others`,
          `Listen to "${shared.filter}" instead`,
        );
      }
      const plain = shared?.filter ?? filter;
      if (subscribeDeny.some((one) => filterCovers(one.filter, plain))) {
        throw new OperationError(
          "NOT_ALLOWED",
          `Cannot listen to "${filter}": SUBSCRIBE_DENY forbids it`,
          "Listen to other topics, or ask the operator",
        );
      }
      if (
        subscribeAllow.length > 0 &&
        !subscribeAllow.some((one) => filtersOverlap(one.filter, plain))
      ) {
        throw new OperationError(
          "NOT_ALLOWED",
          `Cannot listen to "${filter}": nothing of it is in SUBSCRIBE_ALLOW`,
          "Listen to allowed topics, or ask the operator",
        );
      }
    },
    narrows(filter) {
      const plain = parseSharedFilter(filter)?.filter ?? filter;
      return subscribeDeny.some((one) => filtersOverlap(one.filter, plain)) ||
        (subscribeAllow.length > 0 &&
          !subscribeAllow.some((one) => filterCovers(one.filter, plain)));
    },
    admits(topic) {
      return !subscribeDeny.some((one) => one.matches(topic)) &&
        (subscribeAllow.length === 0 || subscribeAllow.some((one) => one.matches(topic)));
    },
  };
}

function compileList(setting: string, filters: readonly string[] = []) {
  return filters.map((filter) => {
    const fault = filterFault(filter);
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

function filterFault(filter: string): string | null {
  // a limit holds for topics, however they are subscribed to
  if (parseSharedFilter(filter) !== null) return `"${filter}" begins with $share`;
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

/** An IPv4 address inside IPv6 (RFC 4291 §2.5.5.2) is that IPv4 address, however it is written. */
const MAPPED = "0".repeat(80) + "1".repeat(16);

/** Link-local addresses (RFC 3927, RFC 4291), and where clouds hand out their machines' credentials. */
const SPECIAL_BLOCKS = [
  { block: blockOf("169.254.169.254", 32), what: "a metadata address" },
  { block: blockOf("100.100.100.200", 32), what: "a metadata address" },
  { block: blockOf("fd00:ec2::254", 128), what: "a metadata address" },
  { block: blockOf("169.254.0.0", 16), what: "a link-local address" },
  { block: blockOf("fe80::", 10), what: "a link-local address" },
];

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
    if (isIP(base) === 0 || Number(bits) > addressBits(base).length) throw badBrokerRule(entry);
    return addressRule(blockOf(base, Number(bits)), null);
  }
  if (isIP(text) === 6) return addressRule(blockOf(text, addressBits(text).length), null);
  const wild = text.startsWith("*.");
  const { host, port } = readHostAndPort(wild ? text.slice(2) : text, entry);
  if (isIP(host) !== 0) {
    if (wild) throw badBrokerRule(entry);
    return addressRule(blockOf(host, addressBits(host).length), port);
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

function blockOf(base: string, bits: number): AddressBlock {
  const whole = addressBits(base);
  const prefix = whole.slice(0, bits);
  return {
    bits,
    contains(address) {
      if (isIP(address) === 0) return false;
      const own = addressBits(address);
      return own.length === whole.length && own.startsWith(prefix);
    },
  };
}

/** The bits of an IP address, as a text of zeros and ones. */
function addressBits(address: string): string {
  if (isIP(address) === 4) {
    return address.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  }
  // a zone says through which interface, not where to
  const [bare] = address.split("%");
  const mapped = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(bare);
  const plain = mapped === null
    ? bare
    : `${mapped[1]}${
      [[mapped[2], mapped[3]], [mapped[4], mapped[5]]]
        .map(([high, low]) => (Number(high) * 256 + Number(low)).toString(16)).join(":")
    }`;
  const [head, tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const bits = [...left, ...Array<string>(zeros).fill("0"), ...right]
    .map((group) => parseInt(group, 16).toString(2).padStart(16, "0")).join("");
  return bits.startsWith(MAPPED) ? bits.slice(MAPPED.length) : bits;
}

function badBrokerRule(entry: string): OperationError {
  return new OperationError(
    "INVALID_ARGUMENT",
    `Cannot read "${entry}" in ALLOWED_BROKERS`,
    'Use forms such as "broker.lan", "broker.lan:1883", "*.lan" or "192.168.0.0/16"',
  );
}
