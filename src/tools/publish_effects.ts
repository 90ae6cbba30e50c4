/** What a publish would do, and to whom: for a dry run, and for warnings beside a real one. */
import { wideReach } from "../analysis/device/mod.ts";
import { matchesFilter } from "../mqtt/topic.ts";
import { shownText } from "./shown_text.ts";

/** A message as far as its effect depends on it. */
interface PublishedMessage {
  readonly topic: string;
  readonly payloadBytes: number;
  readonly retain: boolean;
}

/** Filters shown at most. */
const MOST_SHOWN = 20;

/** Why a message is more than a passing one: it stays, it removes, or it reaches many. */
export function destructiveReasons(message: PublishedMessage): string[] {
  const reasons: string[] = [];
  if (message.retain) {
    reasons.push(
      message.payloadBytes === 0
        ? "retain with an empty payload removes what the broker keeps of this topic"
        : "retain replaces what the broker keeps of this topic, for every later subscriber",
    );
  }
  const reached = wideReach(message.topic);
  if (reached !== null) reasons.push(`this topic commands ${reached}`);
  return reasons;
}

/** What would happen, and which of these subscriptions would hear it. */
export function effectsOf(message: PublishedMessage, subscriptions: readonly string[]) {
  const hearing = subscriptions.filter((filter) => matchesFilter(filter, message.topic));
  return {
    would: [
      !message.retain
        ? "Only clients that are subscribed now would hear it"
        : message.payloadBytes === 0
        ? "The retained message of this topic would be removed"
        : "The broker would keep this message and hand it to every later subscriber of the topic",
    ],
    own_subscriptions_that_hear_it: hearing.slice(0, MOST_SHOWN).map((filter) => shownText(filter)),
    note: "MQTT does not tell who else is subscribed",
  };
}
