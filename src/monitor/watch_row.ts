import { isoTime } from "../iso_time.ts";
import { visibleJson, visibleText } from "../payload/visible_text.ts";
import { redactHead, withoutOwnLogin } from "../redact.ts";
import { shownText } from "../tools/shown_text.ts";
import { watchFacts } from "../tools/watch_view.ts";
import { conditionInWords } from "../watching/telling.ts";
import { isDeviceWatch, type Watch } from "../watching/watch.ts";
import type { WatchRow } from "./shapes/watches.ts";

const SHOWN_CHARS = 400;

/** A watch as the monitor shows it. */
export function watchRow(watch: Watch): WatchRow {
  const facts = watchFacts(watch);
  const { target, last } = watch;
  const message = facts.last_message;
  const payload = message?.payload;
  return {
    watch_id: watch.id,
    session_id: watch.sessionId,
    broker: shown(watch.broker),
    name: shown(watch.name),
    topic: isDeviceWatch(target) ? null : shown(target.topic),
    device: isDeviceWatch(target) ? shown(target.device) : null,
    condition: shown(conditionInWords(target)),
    cooldown_s: watch.cooldownS,
    state: watch.ended === null ? "watching" : "ended",
    device_state: watch.deviceState,
    since: facts.since,
    met: watch.met,
    within_cooldown: watch.heldBack,
    last_met_at: facts.last_met_at,
    last_reason: last?.reason ?? null,
    last_topic: message === null ? null : shown(message.topic),
    last_payload: payload === undefined
      ? null
      : shownText(typeof payload === "string" ? payload : visibleJson(payload), SHOWN_CHARS),
    last_evidence: last?.evidence === undefined ? null : shown(last.evidence),
    latest_times: watch.times.map(isoTime),
    ended_at: facts.ended_at ?? null,
    ended: facts.ended ?? null,
  };
}

function shown(text: string): string {
  return visibleText(redactHead(withoutOwnLogin(text), SHOWN_CHARS));
}
