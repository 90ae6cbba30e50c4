import { isIP } from "node:net";
import { OperationError } from "../errors.ts";
import {
  compileFilter,
  filterCovers,
  filtersOverlap,
  parseSharedFilter,
  validateTopicFilter,
} from "../mqtt/topic.ts";
import type { BrokerTarget } from "../mqtt/connection_string.ts";

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
  /** For each address that a broker's name resolved to, before it is connected to. */
  checkAddress?(host: string, address: string): void;
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
  const publishDeny = compileList(settings.publishDeny);
  const publishAllow = compileList(settings.publishAllow);
  const subscribeDeny = compileList(settings.subscribeDeny);
  const subscribeAllow = compileList(settings.subscribeAllow);
  const readOnly = settings.readOnly ?? false;

  return {
    readOnly,
    checkBroker({ host, port }) {
      if (brokers.length === 0 || brokers.some((rule) => rule(host, port))) return;
      throw new OperationError(
        "NOT_ALLOWED",
        `Cannot connect to "${host}:${port}": this broker is not in ALLOWED_BROKERS`,
        "Use an allowed broker, or ask the operator to add this one",
      );
    },
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

function compileList(filters: readonly string[] = []) {
  return filters.map((filter) => {
    validateTopicFilter(filter);
    return { filter, matches: compileFilter(filter) };
  });
}

type BrokerRule = (host: string, port: number) => boolean;

function compileBrokerRule(entry: string): BrokerRule {
  const text = entry.trim().toLowerCase();
  const block = /^(.+)\/(\d{1,3})$/.exec(text);
  if (block !== null) return compileBlock(entry, block[1], Number(block[2]));
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const named = isIP(text) === 6 ? null : /^([^:]+)(?::(\d{1,5}))?$/.exec(text);
  const parts = bracketed ?? named ?? (isIP(text) === 6 ? [text, text] : null);
  if (parts === null) throw badBrokerRule(entry);
  const [, host, portText] = parts;
  const port = portText === undefined ? null : Number(portText);
  const suffix = host.startsWith("*.") ? host.slice(1) : null;
  return (candidate, candidatePort) => {
    const name = candidate.toLowerCase();
    const sameHost = suffix === null ? name === host : name.endsWith(suffix);
    return sameHost && (port === null || port === candidatePort);
  };
}

/** CIDR blocks apply to literal addresses only. */
function compileBlock(entry: string, address: string, bits: number): BrokerRule {
  const base = addressBits(address);
  if (base === null || bits > base.length) throw badBrokerRule(entry);
  const prefix = base.slice(0, bits);
  return (candidate) => {
    const own = addressBits(candidate);
    return own !== null && own.length === base.length && own.startsWith(prefix);
  };
}

function addressBits(address: string): string | null {
  const family = isIP(address);
  if (family === 4) {
    return address.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  }
  if (family !== 6) return null;
  const mapped = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const plain = mapped === null
    ? address
    : `${mapped[1]}${
      [[mapped[2], mapped[3]], [mapped[4], mapped[5]]]
        .map(([high, low]) => (Number(high) * 256 + Number(low)).toString(16)).join(":")
    }`;
  const [head, tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill("0"), ...right]
    .map((group) => parseInt(group, 16).toString(2).padStart(16, "0")).join("");
}

function badBrokerRule(entry: string): OperationError {
  return new OperationError(
    "INVALID_ARGUMENT",
    `Cannot read "${entry}" in ALLOWED_BROKERS`,
    'Use forms such as "broker.lan", "broker.lan:1883", "*.lan" or "192.168.0.0/16"',
  );
}
