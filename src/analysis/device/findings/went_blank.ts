import type { Finding } from "../finding_shape.ts";
import { iso, someOf } from "../evidence.ts";
import { labelOf, nameOf, type Scalar } from "../fields.ts";
import { type DeviceView, type Reading, stateTopics, type TopicView } from "../view.ts";
import { isEnded } from "./ended_readings.ts";
import { turnBetween } from "./turns.ts";

/** Words that stand in the place of a number that could not be read. */
const BLANK =
  /^(?:unknown|unavailable|undefined|null|none|nan|n\/?a|-{2,}|\?+|err|error|fail|failed|fault|timeout|no ?data|no ?value|not ?available|invalid|sensor ?(?:error|fault|failure)|read ?(?:error|failed)|unbekannt|fehler)$/i;
/** What is only known while there is something to know of. */
const COMES_AND_GOES =
  /soc|battery|charge|session|remain|eta|progress|layer|track|media|volume|position|lat|lon|gps|price|forecast|next|last|target|setpoint|timer|duration|range|odometer/;
const LEAST_BLANK = 2;
/** One field alone must have been read and not read more often than several that fail together. */
const LEAST_ALONE = 3;
const LEAST_SHARE = 0.6;

/** Numbers that a topic told until they gave way to a word. */
interface Blanked {
  readonly topic: TopicView;
  readonly path: string;
  readonly since: Reading;
  readonly before: number;
  readonly word: string;
}

/** `stuck_value` of a device whose numbers all gave way to words such as `unknown`: what it reads from does not answer. */
export function wentBlank(view: DeviceView): Finding[] {
  const blanked: Blanked[] = [];
  let numbers = 0;
  for (const topic of stateTopics(view)) {
    if (topic.mixes) continue;
    for (const path of [...topic.readings.at(-1)?.fields.keys() ?? []].slice(0, 100)) {
      const name = nameOf(path, topic.segments);
      if (COMES_AND_GOES.test(name)) continue;
      const one = blankedIn(topic, path);
      if (one !== null) blanked.push(one);
      // What is told of once and for all stays what it was.
      else if (typeof topic.live.at(-1)?.fields.get(path) === "number" && topic.live.length >= 3) {
        numbers++;
      }
    }
  }
  const [first] = blanked;
  if (first === undefined || blanked.length < LEAST_SHARE * (blanked.length + numbers)) return [];
  // What a sensor measures all the time is told by its end.
  if (blanked.some(({ path, topic }) => isEnded(path, topic, view))) return [];
  const isAlone = blanked.length === 1;
  if (isAlone && (first.before < LEAST_ALONE || blanksOf(first).length < LEAST_ALONE)) return [];
  const at = Math.min(...blanked.map(({ since }) => since.at));
  // What is switched off has nothing to tell.
  const beatMs = first.topic.rhythm?.medianMs ?? 1_000;
  const turn = turnBetween(view, { fromMs: at - 2 * beatMs, toMs: at + 2 * beatMs });
  if (turn !== undefined && !BLANK.test(turn.after.trim())) return [];
  const label = labelOf(first);
  const more = isAlone ? "" : `, and ${blanked.length - 1} more likewise`;
  return [{
    severity: "warning",
    code: "stuck_value",
    title: `"${label}" reads nothing any more: it is ${first.word}${more}`,
    evidence: {
      summary: `${isAlone ? "It was a number" : `${blanked.length} values were numbers`} until ${
        iso(at)
      }, and ${first.word} in all of the last ${blanksOf(first).length} messages${
        isAlone ? "" : `; also ${blanked.slice(1, 5).map((one) => `"${labelOf(one)}"`).join(", ")}`
      }`,
      messages: someOf([first.since, ...first.topic.readings.slice(-1)]),
    },
    suggestion:
      "What sends this works, but what it reads from does not answer: look at the cable, the address, the supply and the login of what is behind it.",
  }];
}

function blanksOf({ topic, since }: Blanked): Reading[] {
  return topic.readings.filter(({ at }) => at >= since.at);
}

/** Whether a value is a word that stands in the place of a number that could not be read. */
export function isBlankWord(value: Scalar): boolean {
  return typeof value === "string" && BLANK.test(value.trim());
}

function wordIn(value: Scalar | undefined): string | null {
  if (value === null) return "null";
  return typeof value === "string" && isBlankWord(value) ? value.trim().slice(0, 20) : null;
}

/** Numbers up to some message, and words from there to the last one, which is live. */
function blankedIn(topic: TopicView, path: string): Blanked | null {
  const { readings } = topic;
  const last = readings.at(-1);
  if (last === undefined || last.sample.retain) return null;
  const word = wordIn(last.fields.get(path));
  if (word === null) return null;
  const at = readings.findLastIndex(({ fields }) => wordIn(fields.get(path)) === null) + 1;
  const since = readings[at];
  const before = readings.slice(0, at);
  if (since === undefined || at === 0 || readings.length - at < LEAST_BLANK) return null;
  if (before.some(({ fields }) => typeof fields.get(path) !== "number")) return null;
  return { topic, path, since, before: at, word };
}
