import { findingFrom, iso, someOf } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, type Scalar } from "../../reading/fields.ts";
import {
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";
import { ANSWER_MS } from "./answered_by.ts";
import { clip, commandsHave } from "./no_effect.ts";
import { isOrderWord, isSide, isTellingWord } from "./order_words.ts";
import { wordOf } from "../effects/stances.ts";
import { QUESTION } from "./untaken.ts";
import { wordsOf } from "./wishes.ts";
import { WAIT } from "./waits.ts";

/** So often the very same is asked for, over so long, by who sees nothing of it. */
const LEAST_ASKED = 3;
/** Levels on which an answer to a command stands: `commandResponse`, `cmd_result`. */
const ANSWER = /^(?:resp|responses?|reply|replies|results?|answers?|ack|acks?|return|ret|rc)$/;
const STATE = /^(?:state|status|zustand|etat|estado|stato)$/;
/** Numbers by which some say that all went well. */
const MAY_BE_WELL = (code: number) => code >= 0 && code <= 1 || code >= 100 && code < 300;

/**
 * `command_without_reply` where a switch that is pressed again and again is answered by the same number each time, and how it
 * is is told anew after each and stays the same. What the number means the maker knows; that it does not help is seen.
 */
export function answeredAlike(view: DeviceView): Finding[] {
  for (const answers of view.topics) {
    const code = codeOf(answers);
    if (code === null) continue;
    const beside = siblingTopics(view, answers).filter((topic) => topic !== answers);
    const asking = beside.find((topic) => isAnsweredBy(topic, answers));
    if (asking === undefined) continue;
    const state = beside.find((topic) => topic !== asking && staysAfter(topic, asking.live));
    if (state === undefined) continue;
    const held = state.readings.at(-1)?.fields.get("") ?? null;
    const wanted = asking.live[0]?.fields.get("") ?? null;
    if (wordOf(held) === wordOf(wanted)) continue;
    return [findingFrom({
      code: "command_without_reply",
      title: `${commandsHave(asking.live.length)} no effect: "${
        labelOf({ path: "", topic: asking })
      }" asked for ${clip(wanted)}, was answered ${code} each time, and "${state.topic}" stays ${
        clip(held)
      }`,
      summary: `Asked first at ${iso(asking.live[0].at)}, last at ${
        iso(asking.live.at(-1)?.at ?? 0)
      }; all ${answers.live.length} answers on "${answers.topic}" are ${code}`,
      messages: someOf([...asking.live.slice(-1), ...answers.live.slice(-1)]),
      suggestion:
        "Look up what the number means in the maker's list of error codes, and whether the device may be commanded from there.",
    })];
  }
  return [];
}

/** The number that all answers on a topic are; null where it is no topic of answers to commands, or may say that all went well. */
function codeOf({ live, role, segments }: TopicView): number | null {
  const words = wordsOf(segments.at(-1) ?? "");
  const isOfCommands = /^(?:reply|state|event|info)$/.test(role) && words.some(isOrderWord) &&
    words.some((word) => ANSWER.test(word));
  const code = live[0]?.fields.get("");
  if (!isOfCommands || live.length < LEAST_ASKED || typeof code !== "number") return null;
  return Number.isInteger(code) && !MAY_BE_WELL(code) && live.every((one) => bare(one) === code)
    ? code
    : null;
}

function bare({ fields }: Reading): Scalar | undefined {
  return fields.size === 1 ? fields.get("") : undefined;
}

/** Whether a topic presses the same switch each time, and each press is followed by an answer of its own. */
function isAnsweredBy({ live, readings, segments }: TopicView, answers: TopicView): boolean {
  const [first, last] = [live[0], live.at(-1)];
  if (first === undefined || last === undefined || readings.length !== live.length) return false;
  if (live.length !== answers.live.length || last.at - first.at < WAIT.shownMs) return false;
  const wanted = bare(first);
  if (wanted === undefined || wanted === null || !isSide(wordOf(wanted))) return false;
  if (QUESTION.test(wordsOf(segments.at(-1) ?? "")[0] ?? "")) return false;
  return live.every((one, i) => {
    const answer = answers.live[i];
    return bare(one) === wanted && answer !== undefined && answer.at >= one.at &&
      answer.at - one.at <= ANSWER_MS;
  });
}

/** Whether a topic tells how a thing is, was told before what was asked, tells it anew after each, and always the same. */
function staysAfter({ live, readings, role, segments }: TopicView, asked: readonly Reading[]) {
  const words = wordsOf(segments.at(-1) ?? "");
  const isState = role === "state" && words.every(isTellingWord) &&
    words.some((word) => STATE.test(word));
  const [first] = readings;
  const held = first === undefined ? undefined : bare(first);
  return isState && first !== undefined && held !== undefined && first.at <= asked[0].at &&
    readings.every((one) => bare(one) === held) &&
    asked.every((one) => live.some(({ at }) => at > one.at && at <= one.at + WAIT.shownMs));
}
