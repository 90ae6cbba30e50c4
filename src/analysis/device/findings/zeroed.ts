import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, stepMessages } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { isEnded } from "./ended_readings.ts";
import { type Series, seriesOf } from "./values.ts";

/** What is never nothing where it was something a moment ago. */
const NEVER_ZERO =
  /(?:^|water|air|soil|sea|room|out|in|probe|body|oil|coolant)temp(?:erature)?c?$|hum(?:idity)?$|^rh$|press(?:ure)?(?:hpa|mbar)?$|baro|^co2|^ph(?:value)?$|orp|salin|conductiv|^ec$|dissolvedoxygen|^do(?:mgl|sat)?$/;
/** A pressure that is let off, and what is regulated or rests at zero. */
const CAN_BE_ZERO =
  /pump|pipe|line|tyre|tire|hydraul|compress|vacuum|set|target|delta|diff|gauge|relative|steam|boost|brake/;
const LEAST_AIR_HPA = 300;
const LEAST_BEFORE = 5;
const LEAST_AFTER = 4;

/** `stuck_value` of a reading that fell to exactly 0 in one step, and stays there while the device goes on. */
export function zeroedReadings(view: DeviceView): Finding[] {
  const found = seriesOf(view).filter((one) => one.kind === "reading").flatMap((one) => {
    const at = zeroSince(one);
    return at === null || isEnded(one.path, one.topic, view) ? [] : [{ one, at }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const { one, at } = first;
  const more = found.length > 1 ? `, and ${found.length - 1} more` : "";
  return [{
    severity: "warning",
    code: "stuck_value",
    title: `"${labelOf(one)}" reads 0 since it was about ${
      rounded(median(one.values.slice(0, at)))
    }${more}`,
    evidence: {
      summary:
        `On "${one.topic.topic}" all ${one.values.length - at} values since ${
          iso(one.readings[at]?.at ?? 0)
        } are exactly 0` + (found.length > 1
          ? `; also ${
            found.slice(1, 4).map((other) => `"${labelOf(other.one)}"`).join(", ")
          }`
          : ""),
      messages: stepMessages(one.readings, at),
      numbers: numbersOf(one.values, { topic: one.topic.topic, field: one.path }),
    },
    suggestion:
      "The device goes on, its sensor does not answer: check the sensor's wiring, power and address.",
  }];
}

function zeroSince({ values, name, topic, path }: Series): number | null {
  if (!NEVER_ZERO.test(name) || CAN_BE_ZERO.test(`${topic.topic} ${path}`.toLowerCase())) {
    return null;
  }
  const at = values.findLastIndex((value) => value !== 0) + 1;
  if (at < LEAST_BEFORE || values.length - at < LEAST_AFTER) return null;
  const head = values.slice(0, at);
  const least = Math.min(...head);
  // Only the air's pressure is never let off.
  if (/press/.test(name) && least < LEAST_AIR_HPA) return null;
  // One step, far wider than any before it.
  return least > 0 && least > 4 * (Math.max(...head) - least) && least >= 2 ? at : null;
}
