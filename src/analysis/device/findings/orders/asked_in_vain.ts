import { findingFrom, iso, someOf } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { isTime, labelOf, leafOf, type Scalar } from "../../reading/fields.ts";
import { type DeviceView, heardAtLeast, type Reading, type TopicView } from "../../reading/view.ts";
import { answeredAlike } from "./answered_alike.ts";
import { clip, commandsHave } from "./no_effect.ts";
import { areOneSide } from "./order_words.ts";
import { wordOf } from "../effects/stances.ts";
import { QUESTION } from "./untaken.ts";
import { seriesOf } from "../values/series.ts";
import { MOST_FIELDS, wordsOf } from "./wishes.ts";
import { WAIT } from "./waits.ts";

/** So often the very same is asked for, over so long, by who sees nothing of it. */
const LEAST_ASKED = 3;
const MOST_ASKED = 12;
const LEAST_AFTER_MS = 10_000;
/** A number that is told within this share of it is the one that was asked for. */
const NEAR = 0.05;
/** So many times its own steps a number goes that follows; it does so for so many of what was asked. */
const STEPS = 2;
const MOSTLY = 0.5;
const MOST_TOPICS = 300;
/** What is longer and has figures is a line of numbers, of which only the words are a state. */
const LONGEST_WORD = 12;
/** Fields that number or date a message. */
const NUMBERING = /id$|seq|nonce|token|stamp|uuid|uptime|count/i;

/** `Shelly.GetStatus`: whose method it is. */
const NAMESPACE = /^[A-Z][A-Za-z\d]{1,20}\.(?=[A-Z])/;

/** What is asked for in vain, by how it is answered, or by all that is told. */
export function askedInVain(view: DeviceView): Finding[] {
  const alike = answeredAlike(view);
  return alike.length > 0 ? alike : sameInVain(view);
}

/**
 * `command_without_reply` where all that is ever asked on a topic is the same, time and again, and no word of the device,
 * wherever it is told, becomes another one soon after any of it, no number goes with it, and nowhere is told what was asked for.
 */
function sameInVain(view: DeviceView): Finding[] {
  const topics = view.topics.slice(0, MOST_TOPICS);
  for (const asking of topics) {
    const { live, readings } = asking;
    const [first] = live;
    const last = live.at(-1);
    if (first === undefined || last === undefined || !mayAsk(asking)) continue;
    if (live.length < LEAST_ASKED || live.length > MOST_ASKED || first.fields.size === 0) continue;
    if (readings.length > live.length + 1) continue;
    if (last.at - first.at < WAIT.shownMs || !heardAtLeast(view, last.at, LEAST_AFTER_MS)) {
      continue;
    }
    const wanted = askedIn(first);
    const key = [...wanted].join("\n");
    if (wanted.size === 0 || live.some((one) => [...askedIn(one)].join("\n") !== key)) continue;
    const isQuestion = [asking.segments.at(-1) ?? "", ...wanted.keys(), ...wanted.values()]
      .some((word) => QUESTION.test(wordsOf(String(word).replace(NAMESPACE, ""))[0] ?? ""));
    if (isQuestion) continue;
    const others = topics.filter((topic) =>
      topic !== asking && /^(?:state|info|event|reply|availability|log)$/.test(topic.role)
    );
    if (!others.some((topic) => tellsWord(topic, first.at))) continue;
    if (others.some((topic) => turnsAfter(topic, live))) continue;
    const values = [...wanted.values()];
    if (others.some((topic) => tellsAnyOf(values, { topic, sinceMs: first.at }))) continue;
    if (isFollowedByNumber(asking, view)) continue;
    const [[path, value] = ["", null]] = wanted;
    return [findingFrom({
      code: "command_without_reply",
      title: `${commandsHave(live.length)} no effect: "${
        labelOf({ path, topic: asking })
      }" asked for ${clip(value)} each time, and nothing that is told became another`,
      summary: `Asked on "${asking.topic}" first at ${iso(first.at)}, last at ${
        iso(last.at)
      }; no word of the device changed within ${WAIT.shownMs / 1000} s of any`,
      messages: someOf(live),
      suggestion:
        "Check that the device subscribes to this very topic and understands the payload, and that it may be commanded from there.",
    })];
  }
  return [];
}

function mayAsk({ family, live, role, segments }: TopicView): boolean {
  // What Home Assistant sends for a button, whatever its topic is called.
  const isPressed = role === "state" && live.every(({ fields }) => fields.get("") === "PRESS");
  return (role === "command" || isPressed) && family.needsNoAnswer?.(segments) !== true;
}

/** What a message asks for, without what numbers or dates it. */
function askedIn({ fields }: Reading): Map<string, Scalar> {
  return new Map(
    [...fields].slice(0, MOST_FIELDS).filter(([path, value]) =>
      value !== null && !isTime(leafOf(path)) && !NUMBERING.test(path) &&
      !(typeof value === "number" && value > 1e9)
    ),
  );
}

/** A value without the figures of a line of numbers. */
function stateIn(value: Scalar): Scalar {
  return typeof value === "string" && value.length > LONGEST_WORD
    ? value.slice(0, 200).replace(/\d+/g, "0")
    : value;
}

function isStateAt(path: string, value: Scalar): boolean {
  return typeof value !== "number" && !isTime(leafOf(path)) && !NUMBERING.test(path);
}

/** Whether a topic tells after that in a word how something is. */
function tellsWord({ live }: TopicView, sinceMs: number): boolean {
  return live.some(({ at, fields }) =>
    at > sinceMs &&
    [...fields].slice(0, MOST_FIELDS).some(([path, value]) => isStateAt(path, value))
  );
}

/** Whether a word of a topic becomes another one, or comes up, soon after any of what was asked. */
function turnsAfter({ readings }: TopicView, asked: readonly Reading[]): boolean {
  const before = new Map<string, Scalar>();
  return readings.some(({ at, fields }) => {
    const isSoon = asked.some((one) => at >= one.at && at <= one.at + WAIT.shownMs);
    let isTurn = false;
    for (const [path, value] of [...fields].slice(0, MOST_FIELDS)) {
      if (!isStateAt(path, value)) continue;
      const state = stateIn(value);
      if (isSoon && before.get(path) !== state) isTurn = true;
      before.set(path, state);
    }
    return isTurn;
  });
}

/** Whether a topic tells any of what was asked for: the same word or side, or a number near to it. */
function tellsAnyOf(
  wanted: readonly Scalar[],
  { topic, sinceMs }: { topic: TopicView; sinceMs: number },
): boolean {
  return topic.readings.some(({ at, fields }) =>
    at > sinceMs &&
    [...fields.values()].slice(0, MOST_FIELDS).some((value) =>
      wanted.some((one) =>
        typeof one === "number" && typeof value === "number"
          ? Math.abs(one) > 1 && Math.abs(value - one) <= NEAR * Math.abs(one)
          : wordOf(one) === wordOf(value) || areOneSide(wordOf(one), wordOf(value)) === true
      )
    )
  );
}

/** Whether a number goes further one way soon after most of what is asked than it ever does otherwise. */
function isFollowedByNumber({ live }: TopicView, view: DeviceView): boolean {
  return seriesOf(view).some(({ readings, values }) => {
    const steps = values.slice(1).map((value, i) => {
      const toldAt = readings[i + 1].at;
      const asked = live.findLast(({ at }) => at <= toldAt && at + WAIT.shownMs >= toldAt);
      return { by: value - values[i], asked };
    });
    return [1, -1].some((way) => {
      const usual = Math.max(0, ...steps.map(({ by, asked }) => asked ? 0 : way * by));
      const gone = steps.filter(({ by, asked }) => asked && way * by > STEPS * usual);
      return new Set(gone.map(({ asked }) => asked)).size >= MOSTLY * live.length;
    });
  });
}
