import type { Finding } from "../finding_shape.ts";
import { repeating, someOf } from "../evidence.ts";
import { labelOf, objectOf } from "../fields.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

/** HTTP codes by which something asked for was not given. */
export const HTTP_REFUSALS: ReadonlyMap<number, string> = new Map([
  [400, "bad request"],
  [401, "not authorized"],
  [403, "forbidden"],
  [404, "not found"],
  [405, "not allowed"],
  [408, "timeout"],
  [409, "conflict"],
  [410, "gone"],
  [422, "not processable"],
  [429, "too many requests"],
  [500, "internal error"],
  [501, "not implemented"],
  [502, "bad gateway"],
  [503, "not available"],
  [504, "gateway timeout"],
]);
const WELL = 200;
/** So many beside it, well, make the numbers codes. */
const LEAST_WELL = 2;
/** What such numbers tell, by topic or field. */
const OF_CODES = /health|status|state|check|code|http|response|reply|answer|result|diag|zustand/i;

/** `reported_error` of one part whose code is that of a refusal, while those beside it tell 200. */
export function oddCodes(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event|info|reply)$/.test(topic.role)) continue;
    const last = topic.live.at(-1);
    const odd = last === undefined ? [] : oddIn(topic, last);
    if (odd.length === 0) continue;
    const [{ path, code }] = odd;
    const such = topic.live.filter(({ fields }) => fields.get(path) === code);
    return [{
      severity: "warning",
      code: "reported_error",
      title: `"${labelOf({ path, topic })}" on "${topic.topic}" tells ${code} (${
        HTTP_REFUSALS.get(code)
      }), while what is beside it tells ${WELL}`,
      evidence: {
        summary: `${such.length} of ${topic.live.length} messages say so${
          odd.length > 1 ? `; ${odd.length} parts tell such a code` : ""
        }`,
        messages: someOf(such),
        ...repeating(such),
      },
      suggestion:
        "Look at this one part: its cable, its power, its login or address. The others answer as they should.",
    }];
  }
  return [];
}

/** At least one where the first is taken. */
function oddIn(topic: TopicView, { fields }: Reading): { path: string; code: number }[] {
  const groups = new Map<string, { path: string; code: number }[]>();
  for (const [path, value] of fields) {
    if (typeof value !== "number") continue;
    const parent = objectOf(path);
    groups.set(parent, [...groups.get(parent) ?? [], { path, code: value }]);
  }
  for (const [parent, group] of groups) {
    if (!OF_CODES.test(`${topic.topic} ${parent}`)) continue;
    const well = group.filter(({ code }) => code === WELL).length;
    const odd = group.filter(({ code }) => HTTP_REFUSALS.has(code));
    if (
      well >= LEAST_WELL && odd.length > 0 && well > odd.length &&
      well + odd.length === group.length
    ) {
      return odd;
    }
  }
  return [];
}
