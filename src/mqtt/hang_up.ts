/** What a broker most likely means that hangs up on us, by what of ours it had not answered. */
import { quotable } from "./broker_words.ts";
import type { Qos } from "./message.ts";

/** A packet of ours that a broker answers, or may hang up at. */
export type OwnRequest =
  | { readonly kind: "SUBSCRIBE" | "UNSUBSCRIBE"; readonly topic: string }
  | OwnPublish;

/** A message of ours. */
export interface OwnPublish {
  readonly kind: "PUBLISH";
  readonly topic: string;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly bytes: number;
  /** Where the broker answered that it does not take it: the reason in words. */
  readonly refused?: string;
}

/** Some brokers take no more than 128 KiB; what is this large may be too much for one. */
const LARGE_BYTES = 100_000;
const NAMED_AT_MOST = 3;

/** Whether a publish asks for more than every broker gives, so that it is suspected even after its acknowledgement. */
export function isDemanding(request: OwnRequest): boolean {
  return request.kind === "PUBLISH" && (request.retain || request.bytes >= LARGE_BYTES);
}

/** Whether the broker has answered that it does not take it. */
export function wasRefused(request: OwnRequest): boolean {
  return request.kind === "PUBLISH" && request.refused !== undefined;
}

/** The requests in words: `SUBSCRIBE "#"`, `PUBLISH to "a/b" with retain`. */
export function nameRequests(requests: readonly OwnRequest[]): string {
  const names = requests.slice(0, NAMED_AT_MOST).map((request) => {
    const topic = `"${quotable(request.topic)}"`;
    if (request.kind !== "PUBLISH") return `${request.kind} ${topic}`;
    const refused = request.refused === undefined ? "" : `, which it refused (${request.refused})`;
    return `PUBLISH to ${topic}${request.retain ? " with retain" : ""}${refused}`;
  });
  const more = requests.length - names.length;
  return `${names.join(" and ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The likely cause of a hang-up at these requests, and the way out of it. */
export function explainHangUp(
  requests: readonly OwnRequest[],
): { readonly cause: string; readonly wayOut: string } {
  if (requests.some(({ kind, topic }) => kind === "PUBLISH" && topic.startsWith("$SYS/"))) {
    return {
      cause: "it keeps $SYS for its own messages",
      wayOut: "publish to a topic that does not begin with $SYS",
    };
  }
  if (requests.some(wasRefused)) {
    return {
      cause: "it closes the connection at what it refuses",
      wayOut: "do not publish this again, or look into the broker's access list",
    };
  }
  const large = requests.find((one) => one.kind === "PUBLISH" && one.bytes >= LARGE_BYTES);
  if (large?.kind === "PUBLISH") {
    return {
      cause: `it takes no message of ${large.bytes} bytes`,
      wayOut: "send a smaller payload, or raise the broker's limit",
    };
  }
  if (requests.some((one) => one.kind === "PUBLISH" && one.retain)) {
    return {
      cause: "it keeps no retained messages, or its access list forbids this one",
      wayOut: "publish with retain false, or look into the broker's access list",
    };
  }
  if (requests.some((one) => one.kind === "PUBLISH" && one.qos === 2)) {
    return {
      cause: "it takes QoS 1 at most, or its access list forbids the topic",
      wayOut: "publish with qos 1, or look into the broker's access list",
    };
  }
  if (requests.some((one) => one.kind === "PUBLISH")) {
    return {
      cause: "its access list forbids the topic",
      wayOut:
        "publish to a topic that this user may write to, or look into the broker's access list",
    };
  }
  return {
    cause: "its access list forbids the filter",
    wayOut: "ask for a narrower filter, one that this user may read",
  };
}

/** A loss in words that names what it most likely was about. */
export function hangUpInWords(requests: readonly OwnRequest[]): string {
  if (requests.length === 0) return "the broker closed the connection";
  return `the broker hung up at ${nameRequests(requests)}: most likely ${
    explainHangUp(requests).cause
  }, unless it is restarting or the link is poor`;
}
