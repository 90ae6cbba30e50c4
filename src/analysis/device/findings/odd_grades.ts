import { iso, repeating, someOf } from "../evidence.ts";
import type { Finding } from "../finding_shape.ts";
import { leafOf, objectOf } from "../fields.ts";
import type { DeviceView, Reading } from "../view.ts";

/** `bearingCondition`, `voltage_state`: names of what a part is graded in. */
const GRADED = /(?:condition|state|status|health|grade|cooling|misalignment|looseness|unbalance)$/;
const WELL = /^(?:good|normal|ok|okay|healthy|fine|excellent)$/;
const ILL =
  /^(?:poor|bad|alarm|alert|critical|faulty|abnormal|unhealthy|unsatisfactory|unacceptable)$/;
/** What is measured may be too much or too little; a fan that is low is as somebody wants it. */
const AMISS = /^(?:too)?(?:low|high)$/;
const MEASURED = /volt|curr|temp|press|cell|humid|oil|coolant|vibration/;
const LEAST_WELL = 2;

interface Grade {
  readonly path: string;
  readonly value: string;
}

/** `reported_error` of a part that is graded badly among parts of the same object that are well. */
export function oddGrades(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (topic.role !== "state" && topic.role !== "event") continue;
    const last = topic.readings.at(-1);
    if (last === undefined) continue;
    const odd = oddIn(last);
    const [first] = odd;
    if (first === undefined) continue;
    const samples = topic.readings
      .filter((reading) => reading.fields.get(first.path) === first.value)
      .map((reading) => reading.sample);
    const more = odd.length > 1 ? `, and ${odd.length - 1} more` : "";
    return [{
      severity: "warning",
      code: "reported_error",
      title: `One of its parts is not well: "${first.path}" is ${first.value}${more}`,
      evidence: {
        summary: odd.slice(0, 4).map(({ path, value }) => `"${path}" is ${value}`).join("; ") +
          ` at ${iso(last.at)}; those beside it are well`,
        messages: someOf(samples),
        ...repeating(samples),
      },
      suggestion:
        "Look at that part, and see in the history when its grade fell and what changed with it.",
    }];
  }
  return [];
}

/** The bad grades of objects in which as many others are good. */
function oddIn(reading: Reading): Grade[] {
  const objects = new Map<string, { well: number; ill: Grade[] }>();
  for (const [path, value] of reading.fields) {
    const name = leafOf(path);
    if (typeof value !== "string" || value.length > 20 || !GRADED.test(name)) continue;
    const parent = objectOf(path);
    const group = objects.get(parent) ?? { well: 0, ill: [] };
    objects.set(parent, group);
    const word = value.toLowerCase().replace(/[^a-z]/g, "");
    if (WELL.test(word)) group.well++;
    else if (ILL.test(word) || AMISS.test(word) && MEASURED.test(name)) {
      group.ill.push({ path, value });
    }
  }
  return [...objects.values()].flatMap(({ well, ill }) =>
    well >= LEAST_WELL && ill.length <= well ? ill : []
  );
}
