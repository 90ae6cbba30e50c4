import { NO_ERROR } from "../../../../payload/severity/denial_words.ts";
import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, iso } from "../../evidence.ts";
import { blankOf } from "../values/blank.ts";
import { labelOf, leafOf, type Scalar } from "../../reading/fields.ts";
import type { DeviceView, Reading } from "../../reading/view.ts";

/** Where it is said in words what went wrong. */
const ERROR = /^(?:err|error|errormessage|errormsg|errortext|fault|failure|exception)$/;
/** So many fields less than the others have is no message of another kind with an error in it. */
const LEAST_GONE = 1;

/** `reported_error` of a message that holds an error where the others on its topic hold values. */
export function errorsInstead(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|reply|event)$/.test(topic.role) || topic.live.length < 2) continue;
    const failed: { reading: Reading; path: string; said: string }[] = [];
    const others: Reading[] = [];
    for (const reading of topic.live) {
      const error = saidInstead(reading);
      if (error === null) others.push(reading);
      else failed.push({ reading, ...error });
    }
    const newest = failed.at(-1);
    if (newest === undefined) continue;
    const { reading: last, path, said } = newest;
    const readings = failed.map(({ reading }) => reading);
    if (others.length === 0 || failed.length < 2 && last !== topic.live.at(-1)) continue;
    if (others.some(({ fields }) => fields.size - last.fields.size < LEAST_GONE)) continue;
    if (isDoneSince(last, others)) continue;
    return [findingFrom({
      code: "reported_error",
      title: `The device reports an error instead of values: ${said.slice(0, 100)}`,
      summary: `${failed.length} of ${topic.live.length} messages hold "${
        labelOf({ path, topic })
      }" and no values, last at ${iso(last.at)}${ofWhom(last)}`,
      ...everyTime(readings),
      suggestion:
        "What speaks here runs, what it asks does not answer: look at its supply, its range and its address.",
    })];
  }
  return [];
}

function saidInstead({ fields }: Reading): { path: string; said: string } | null {
  if (fields.size > 4) return null;
  for (const [path, value] of fields) {
    if (isErrorText(leafOf(path), value)) return { path, said: String(value).trim() };
  }
  return null;
}

/** Whether a field of that name says in words what went wrong. */
export function isErrorText(name: string, value: Scalar): boolean {
  return ERROR.test(name) && typeof value === "string" && blankOf(value) !== "absent" &&
    !NO_ERROR.test(value.trim()) && /\p{L}{2}/u.test(value);
}

/** Of which of several it speaks: the field that all of its topic's messages have. */
function ofWhom({ fields }: Reading): string {
  const [first] = [...fields].filter(([path]) => !ERROR.test(leafOf(path)));
  return first === undefined ? "" : `, of "${first[0]}" ${String(first[1]).slice(0, 40)}`;
}

/** Whether the same one told values later. */
function isDoneSince(last: Reading, others: readonly Reading[]): boolean {
  const [who] = [...last.fields].filter(([path]) => !ERROR.test(leafOf(path)));
  const isSame = (value: Scalar | undefined) => who === undefined || value === who[1];
  return others.some(({ at, fields }) => at > last.at && isSame(fields.get(who?.[0] ?? "")));
}
