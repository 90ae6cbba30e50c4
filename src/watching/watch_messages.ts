import type { InboundMessage } from "../mqtt/message.ts";
import type { Listening } from "../session/listening.ts";
import { Condition } from "./condition.ts";
import { isNews } from "./news.ts";
import type { RunningWatch, Watchable, WatchHooks } from "./running_watch.ts";
import { Silence } from "./silence.ts";
import type { MessageWatch } from "./watch.ts";

/** Topics whose last known value a standing watch keeps. */
const MOST_TOPICS = 1_000;
/** Of the last message before a silence the head is kept. */
const HEAD_BYTES = 8_192;

/**
 * Watches messages until it is stopped. Throws {@linkcode OperationError} `INVALID_ARGUMENT` for a condition that can
 * never hold, and what listening throws.
 */
export async function watchMessages(
  session: Watchable,
  target: MessageWatch,
  hooks: WatchHooks,
): Promise<RunningWatch> {
  const condition = new Condition({ ...target, mostTopics: MOST_TOPICS });
  const { quietFor } = target;
  let listening: Listening | null = null;
  let silence: Silence | null = null;
  let last: InboundMessage | null = null;
  let stopped = false;

  function hear(message: InboundMessage): void {
    if (stopped) return;
    const met = condition.hear(message, isNews(message, listening));
    if (met === null) return;
    if (quietFor === undefined) return hooks.onMet({ ...met, message });
    last = { ...message, payload: message.payload.slice(0, HEAD_BYTES) };
    silence?.broken();
  }

  listening = await session.listen({
    filters: [target.topic],
    retained: "include",
    qos: 1,
    signal: hooks.signal,
    onMessage: hear,
  });
  if (quietFor !== undefined) {
    silence = new Silence(quietFor * 1000, {
      listening,
      now: hooks.now,
      onQuiet: () => hooks.onMet({ reason: "quiet", message: last }),
    });
  }
  return {
    listening,
    deviceState: null,
    get missingPaths() {
      return condition.notes.missingPaths;
    },
    async stop() {
      stopped = true;
      silence?.stop();
      await listening?.close();
    },
  };
}
