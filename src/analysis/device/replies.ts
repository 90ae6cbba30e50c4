import type { JsonValue } from "../../payload/payload.ts";
import { generic } from "./families/generic.ts";
import { firstAnswer } from "./families/mod.ts";

/** Where the answer to a command is expected, by the habits of a device family. */
interface ExpectedReply {
  /** The family as people call it; null when it is a habit of many. */
  readonly family: string | null;
  /** Topic filter on which the answer comes. */
  readonly filter: string;
  /** Filters on which it comes instead, by a setting of the device, or goes on in further messages. */
  readonly further: readonly string[];
  /** Where the gateway that is asked itself tells whether it is online; null where a device is asked. */
  readonly gatewayState: string | null;
}

/** Where a device answers a command sent to `topic`, or null when the topic shows no habit. */
export function expectedReply(topic: string, payload: JsonValue): ExpectedReply | null {
  const segments = topic.split("/");
  return firstAnswer((family) => {
    const filter = family.expectedReply?.(segments, payload);
    if (filter === null || filter === undefined) return null;
    return {
      family: family === generic ? null : family.title,
      filter,
      further: family.furtherReplies?.(segments, payload) ?? [],
      gatewayState: family.gatewayState?.(segments) ?? null,
    };
  });
}

/** What a command sent to `topic` lacks for being answered, in words; null where nothing is known to lack. */
export function missingForReply(topic: string, payload: JsonValue): string | null {
  const segments = topic.split("/");
  return firstAnswer((family) => family.missingForReply?.(segments, payload));
}

/** The name of the device that a topic belongs to, told by the topic alone; null where nothing does. */
export function ownerOfTopic(topic: string): string | null {
  const segments = topic.split("/");
  return firstAnswer((family) => family.ownerOf?.(segments)?.name);
}

/** Whom a message on a topic reaches beyond one device, or null when it is no such topic. */
export function wideReach(topic: string): string | null {
  return firstAnswer((family) =>
    family.wideTopics?.find(({ pattern }) => pattern.test(topic))?.what
  );
}
