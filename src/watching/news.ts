import type { InboundMessage } from "../mqtt/message.ts";
import type { Listening } from "../session/listening.ts";

/**
 * Whether a message came now. A retained one did where there was a gap before it: the broker sends again only what is not
 * known yet.
 */
export function isNews(
  message: InboundMessage,
  listening: Pick<Listening, "report"> | null,
): boolean {
  return !message.retain || listening !== null && listening.report().gaps.length > 0;
}
