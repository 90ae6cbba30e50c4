import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, stepMessages } from "../evidence.ts";
import { labelOf, leafOf, type Scalar } from "../fields.ts";
import { median } from "../../statistics.ts";
import { type DeviceView, fieldsTold, type Reading } from "../view.ts";
import { saysRuns } from "./turns.ts";

/** Frames that are made or sent in a second. */
const FRAMES =
  /^(?:(?:camera|process|processing|output|stream|encoder|encode|capture|active|avg|current|video|input)?fps|(?:frame|refresh)rate|framespersecond)$/;
/** That somebody wants them. */
const WANTED =
  /^(?:is)?(?:stream(?:ing|active)?|recording|live|publishing|encoding|broadcasting|capturing|capture|onair|outputactive|detecting|inference)$/;
const LEAST_STEADY = 6;
const LEAST_SLOW = 4;
/** A camera halves its frames at night. */
const MOST_LEFT = 0.45;
const MOST_SPREAD = 0.1;

/** `reported_error` of frames per second that fell to less than half and stay there, while what makes them is said to run as before. */
export function slowedFrames(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    const { live } = topic;
    if (path === "" || !FRAMES.test(leafOf(path))) continue;
    if (live.length < LEAST_STEADY + LEAST_SLOW) continue;
    const values = live.map(({ fields }) => Number(fields.get(path) ?? NaN));
    const head = values.slice(0, LEAST_STEADY);
    const before = median(head);
    if (!(before > 0) || head.some((one) => Math.abs(one - before) > MOST_SPREAD * before)) {
      continue;
    }
    const at = values.findIndex((one) => one < MOST_LEFT * before);
    const slow = at < 0 ? [] : values.slice(at);
    if (slow.length < LEAST_SLOW || !slow.every((one) => one < MOST_LEFT * before)) continue;
    if (!isWanted(live) || changesBeside(live, at)) continue;
    return [findingFrom({
      code: "reported_error",
      title: `"${labelOf({ path, topic })}" fell from ${rounded(before)} to ${
        rounded(median(slow))
      } frames per second, though it runs as before`,
      summary: `On "${topic.topic}" since ${iso(live[at]?.at ?? 0)}, in ${slow.length} reports`,
      messages: stepMessages(live, at),
      numbers: numbersOf(values, { topic, path }),
      suggestion:
        "Look at the load of the machine, at what the frames come from, and at the link that they go over.",
    })];
  }
  return [];
}

/** Whether each message says of one thing that it runs. */
function isWanted(live: readonly Reading[]): boolean {
  return [...live.at(-1)?.fields.keys() ?? []].some((path) =>
    WANTED.test(leafOf(path)) && live.every(({ fields }) => saysRuns(fields.get(path)))
  );
}

/** Whether a word or a flag changes along with it: another profile, night, a pause. */
function changesBeside(live: readonly Reading[], at: number): boolean {
  const isWord = (value: Scalar | undefined) =>
    typeof value === "boolean" || typeof value === "string" && value.length < 40;
  return [...live[at]?.fields ?? []].some(([path, value]) =>
    isWord(value) && isWord(live[at - 1]?.fields.get(path)) &&
    !/time|date|ts$/.test(leafOf(path)) && live[at - 1]?.fields.get(path) !== value
  );
}
