/** A watch as a reader gets it: in results, as a resource, and on the monitor. */
import { isoTime } from "../iso_time.ts";
import { hideInJson } from "../payload/secrets.ts";
import { withoutOwnLogin } from "../redact.ts";
import { endInWords } from "../watching/telling.ts";
import { isDeviceWatch, type MetFacts, type Watch, type WatchTarget } from "../watching/watch.ts";
import { fieldNotFound } from "./field_not_found.ts";
import { viewMessage } from "./message_view.ts";
import { shownText, topicFacts } from "./shown_text.ts";

const PAYLOAD_CHARS = 500;
const CONDITION_CHARS = 300;
const EVIDENCE_CHARS = 400;

/** A watch as results show it. */
export function watchFacts(watch: Watch) {
  const { target, last, ended, deviceState, gaps, refused } = watch;
  const missing = fieldNotFound(watch.missingPaths);
  return {
    watch_id: watch.id,
    name: shownText(withoutOwnLogin(watch.name), 100),
    ...placeOf(target),
    condition: conditionOf(target),
    cooldown: watch.cooldownS,
    state: ended === null ? "watching" : "ended",
    since: isoTime(watch.since),
    ...(deviceState !== null && { device_state: deviceState }),
    met: watch.met,
    ...(watch.heldBack !== 0 && { within_cooldown: watch.heldBack }),
    last_met_at: last === null ? null : isoTime(last.at),
    last_message: last === null ? null : messageOf(last),
    ...(last === null ? {} : reasonOf(last)),
    ...(missing !== undefined && { field_not_found: missing }),
    ...(gaps !== 0 && { interruptions: gaps }),
    ...(refused.length !== 0 && { refused: refused.slice(0, 10).map((f) => shownText(f)) }),
    ...(ended !== null && { ended_at: isoTime(ended.at), ended: endInWords(ended.why) }),
  };
}

function placeOf(target: WatchTarget): { device: string } | { topic: string } {
  return isDeviceWatch(target)
    ? { device: shownText(withoutOwnLogin(target.device)) }
    : topicFacts(withoutOwnLogin(target.topic));
}

function conditionOf(target: WatchTarget): Record<string, unknown> {
  if (isDeviceWatch(target)) {
    return { state: target.state, ...(target.retained && { retained: true }) };
  }
  const { where, contains, changes, quietFor, retained } = target;
  const shownWhere = JSON.stringify(where);
  return {
    ...(where.length !== 0 && {
      where: shownWhere.length <= CONDITION_CHARS ? where : shownText(shownWhere, CONDITION_CHARS),
    }),
    ...(contains !== undefined && { contains: shownText(contains, CONDITION_CHARS) }),
    ...(changes !== undefined && { changes }),
    ...(quietFor !== undefined && { quiet_for: quietFor }),
    ...(retained && { retained }),
  };
}

function messageOf({ message, sizeBytes }: MetFacts) {
  if (message === null) return null;
  const { seq: _seq, ...facts } = viewMessage({ seq: 0, message, sizeBytes }, PAYLOAD_CHARS);
  return facts;
}

function reasonOf({ reason, before, evidence, message }: MetFacts) {
  return {
    reason,
    ...(before !== undefined && { before: hideInJson(before, message?.topic) }),
    ...(evidence !== undefined && { evidence: shownText(evidence, EVIDENCE_CHARS) }),
  };
}
