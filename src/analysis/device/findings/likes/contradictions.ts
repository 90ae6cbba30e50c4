import { flagOf } from "../../../../payload/flag.ts";
import { everyTime, findingFrom, spanText } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, type Scalar } from "../../reading/fields.ts";
import type { Sample } from "../../reading/trace.ts";
import type { DeviceView, FieldPlace, TopicView } from "../../reading/view.ts";

/** Levels and keys that only say that something is told, and not of what. */
const TELLS =
  /^(?:stat|tele|stat(?:us|es?)|events?|rpc|params?|results?|reported|telemetry|notify|value|val|)$/;
/** What is told on two topics at one time is told within so long; what follows later is of another time. */
const QUIET_MS = 2_000;
/** Who tells how it is a second before it is switched did not know of that. */
const AT_ONCE_MS = 500;
const LEAST_TIMES = 4;
const LATEST = 20;
const LONGEST_WORD = 16;
const MOST_PLACES = 2_000;

/** What a place told at a time. */
interface Told {
  readonly at: number;
  readonly sample: Sample;
  readonly word: string;
}

/** `reported_error` of two topics on which a device tells one state, and each time the contrary: an event and a status. */
export function contradictions(view: DeviceView): Finding[] {
  for (const places of placesOf(view).values()) {
    for (const [i, one] of places.entries()) {
      for (const other of places.slice(i + 1)) {
        if (one.topic === other.topic) continue;
        const times = contraryTimes(toldAt(one), toldAt(other));
        const [first] = times;
        if (first === undefined) continue;
        const [a, b] = first;
        return [findingFrom({
          code: "reported_error",
          title: `Two topics contradict each other: "${
            labelOf(one)
          }" says ${a.word} on "${a.sample.topic}" while "${
            labelOf(other)
          }" says ${b.word} on "${b.sample.topic}", and so each of ${times.length} times`,
          summary: `Each time the contrary, never the same, ${
            spanText(times.map(([said]) => said))
          }`,
          ...everyTime(times.flat().map(({ sample }) => sample)),
          suggestion:
            "Who reads one of them is misled: see which is true, let automations read that one, and look for an update of what tells them.",
        })];
      }
    }
  }
  return [];
}

/** Fields of flags and words on topics of the device's own, by what they are of. */
function placesOf(view: DeviceView): Map<string, FieldPlace[]> {
  const places = new Map<string, FieldPlace[]>();
  let count = 0;
  for (const topic of view.topics) {
    const isOwn = /^(?:state|info|event|reply)$/.test(topic.role) && !topic.mixes &&
      !topic.trace.shared;
    if (!isOwn || topic.live.length < LEAST_TIMES) continue;
    const paths = new Set(
      topic.live.slice(-LATEST).flatMap(({ fields }) =>
        [...fields].flatMap(([path, value]) => wordOf(value) === null ? [] : [path])
      ),
    );
    for (const path of paths) {
      if (++count > MOST_PLACES) return places;
      const key = keyOf(path, topic);
      places.set(key, [...places.get(key) ?? [], { topic, path }]);
    }
  }
  return places;
}

/** What a field is of: all levels that lead to it, but for those that only say that it is told. */
function keyOf(path: string, { segments }: TopicView): string {
  return [...segments, ...path.split(".")].map((level) => level.toLowerCase())
    .filter((level) => !TELLS.test(level)).join("/");
}

function toldAt({ topic, path }: FieldPlace): Told[] {
  return topic.live.flatMap(({ at, sample, fields }) => {
    const word = wordOf(fields.get(path) ?? null);
    return word === null ? [] : [{ at, sample, word }];
  });
}

function wordOf(value: Scalar): string | null {
  const flag = flagOf(value);
  if (flag !== null) return flag ? "on" : "off";
  return typeof value === "string" && value.length <= LONGEST_WORD && /^\p{L}+$/u.test(value)
    ? value.toLowerCase()
    : null;
}

/** What both told last each time that both told; none where they ever agree, or do not both take the same two values. */
function contraryTimes(one: readonly Told[], other: readonly Told[]): (readonly [Told, Told])[] {
  const [words, others] = [one, other].map((told) => new Set(told.map(({ word }) => word)));
  if (words?.size !== 2 || others?.size !== 2 || words.union(others).size !== 2) return [];
  const all = [one, other].flatMap((told, of) => told.map((said) => ({ of, said })))
    .sort((a, b) => a.said.at - b.said.at);
  const times: (readonly [Told, Told])[] = [];
  let last: Told[] = [];
  for (const [i, { of, said }] of all.entries()) {
    last[of] = said;
    if ((all[i + 1]?.said.at ?? Infinity) - said.at <= QUIET_MS) continue;
    const [a, b] = last;
    last = [];
    if (a === undefined || b === undefined) continue;
    if (a.word === b.word) return [];
    if (Math.abs(a.at - b.at) <= AT_ONCE_MS) times.push([a, b]);
  }
  return times.length < LEAST_TIMES ? [] : times;
}
