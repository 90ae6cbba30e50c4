import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, repeating, rounded, someOf } from "../../evidence.ts";
import { labelOf, type Scalar } from "../../reading/fields.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { isSet, isUnset } from "../flags/flag.ts";

/** Inputs that watch how dirty a filter is, in the languages of those who build ventilation. */
const FILTER_GUARD =
  /filter(?:[ _-]?(?:druck|dp|pressure|diff))?[ _-]?(?:guard|w(?:ä|ae)chter|vakt|vagt|wacht)|filter[ _-]?(?:druck|dp|pressure)[ _-]?(?:switch|schalter)|suodatinvahti|pressostat[ _-]?filtre|filtre[ _-]?(?:encrass|colmat)/i;
/** Time or life that is left until a filter or the whole is due. */
const LEFT =
  /(?:filter|service|maintenance|wartung|entretien|huolto)[a-z _-]{0,12}(?:left|remain|rest(?!art|ore|et)|countdown|standzeit|life(?!time))|(?:left|remain(?:ing|s)?|rest(?:zeit|laufzeit|standzeit)|(?:hours|days|time|stunden|tage|zeit)[ _-]?(?:to|until|till|bis))[a-z _-]{0,10}(?:filter|service|maintenance|wartung|entretien)/i;
/** Settings and actions called alike, and pumps that filter water by a timer. */
const NOT_THAT =
  /reset|enable|interval|setting|setpoint|limit|threshold|mode|pump|polarity|type|command|delay|max|alarm[ _-]?(?:days|hours)/i;

const OF_WATER = /pool|\bspa\b|aquari|teich|pond/i;

/** `reported_error` of a filter or a service that falls due while it is listened. */
export function ranOut(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event|info)$/.test(topic.role) || OF_WATER.test(topic.topic)) continue;
    const last = topic.readings.at(-1);
    if (last === undefined || topic.live.length === 0) continue;
    for (const [path, value] of last.fields) {
      const called = `${topic.segments.slice(-2).join(" ")} ${path.split(".").slice(-2).join(" ")}`;
      if (NOT_THAT.test(called)) continue;
      const found = FILTER_GUARD.test(called)
        ? guardUp(topic, path, value)
        : LEFT.test(called)
        ? nothingLeft(topic, path, value)
        : null;
      if (found !== null) return [found];
    }
  }
  return [];
}

/** An input may be closed or open at rest: only that it went up says something. */
function guardUp(topic: TopicView, path: string, value: Scalar): Finding | null {
  const told = topic.readings.filter(({ fields }) => fields.has(path));
  const from = told.findLastIndex(({ fields }) => !isSet(fields.get(path) ?? null)) + 1;
  const before = told[from - 1];
  if (!isSet(value) || before === undefined || !isUnset(before.fields.get(path) ?? null)) {
    return null;
  }
  return findingOf(topic, told.slice(from), {
    title: `The filter guard tripped: "${labelOf({ path, topic })}" went to ${String(value)}`,
    summary: `It was ${String(before.fields.get(path))} at ${iso(before.at)}`,
  });
}

/** A time that nobody keeps stands at 0 all along: only that it came to its end, or is past it, says something. */
function nothingLeft(topic: TopicView, path: string, value: Scalar): Finding | null {
  if (typeof value !== "number" || value > 0) return null;
  const told = topic.readings.filter(({ fields }) => typeof fields.get(path) === "number");
  const numbers = told.map(({ fields }) => Number(fields.get(path)));
  const from = numbers.findLastIndex((number) => number > 0) + 1;
  // −1 is what is not known.
  if (from === 0 && value >= -1) return null;
  const how = from === 0
    ? `has been past its end for ${rounded(-value)}`
    : `came from ${rounded(numbers[from - 1])} to ${rounded(value)}`;
  return findingOf(topic, told.slice(from), {
    title: `Nothing is left of "${labelOf({ path, topic })}": it is ${rounded(value)}`,
    summary: `It ${how}`,
  });
}

function findingOf(
  topic: TopicView,
  readings: readonly Reading[],
  o: { title: string; summary: string },
): Finding {
  return findingFrom({
    code: "reported_error",
    title: o.title,
    summary: `${o.summary}, on "${topic.topic}"`,
    messages: someOf(readings).slice(-2),
    ...repeating(readings),
    suggestion:
      "Change or clean what is due, then reset its timer: behind a full filter fans run faster and move less air.",
  });
}
