/** Which brokers may be reached: the entries of ALLOWED_BROKERS, and addresses that no broker should have. */
import { BlockList, isIP } from "node:net";
import { invalidArgument, OperationError } from "../errors.ts";
import { parseConnectionString } from "../mqtt/connection_string.ts";

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
export const SPECIAL_BLOCKS = [
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

/**
 * Reads one entry of ALLOWED_BROKERS.
 * @throws {OperationError} INVALID_ARGUMENT
 */
export function compileBrokerRule(entry: string): BrokerRule {
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
  return invalidArgument(
    `Cannot read "${entry}" in ALLOWED_BROKERS`,
    'Use forms such as "broker.lan", "broker.lan:1883", "*.lan" or "192.168.0.0/16"',
  );
}
