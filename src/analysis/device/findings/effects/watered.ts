import {
  findingFrom,
  iso,
  repeating,
  rounded,
  someOf,
  spanText,
  withNumbers,
} from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { differences, median } from "../../../statistics.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import {
  type DeviceView,
  type Reading,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";
import { FLOWS, LEVEL, NO_LEVEL } from "./drive_rows.ts";
import { isOn } from "./drivers.ts";
import { faultFinding } from "../orders/no_effect.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** How wet soil is, and what is called so in other languages. */
export const SOIL =
  /soil|moisture|boden_?feucht|erd_?feucht|(?<![a-z])vwc|humidity_(?:de_?la?_|del?_|du_|do_|da_)?(?:gleb|podlo|ziemi|suelo|tierra|suolo|terren|solo|sol|terre|p[uů]d|tla|zeml|tanah|đất|dat|почв|ґрунт|грунт|εδάφ)|(?:gleb\p{L}{0,4}|p[uů]dn[ií]|bodem|jord|mullas?)_?humidity|bodem_?vocht|jord_?fukt|jord_?fugt/u;
const NO_MEASURE = /temp|set|target|min|max|thr|limit|raw|adc|dry|alarm|conduct/;
/** What asks for water, by a word of its topic or its message. */
const WATERS =
  /(?:^|_)(?:water(?:ing|_?plants?|_?now|_?pump)?|irrigat\w*|sprinkl\w*|podl(?:ew|ej)\w*|(?:be)?giess\w*|gie(?:ß|ss)en|bew(?:ä|ae)sser\w*|reg(?:ar|ado)|riego|arros\w*|innaff\w*|annaff\w*|irrig\w*|zal[eéií][vj]\w*|полив\w*|begiet\w*|vattna\w*|vanding)(?:_|$)/u;

const LEAST_WATERINGS = 3;
/** Water shows this soon; asked for again within less it is one watering. */
const SHOWS_MS = 45_000;
const LEAST_VALUES = 4;
/** Soil that is wetter than this takes no more of it. */
const WET = 60;
/** More than so many percent it is wetter. */
const WETTER = 0.5;

/** `outlier` of soil that is no wetter after any of several waterings: no water comes, or its probe is not where it goes. */
export function wateredInVain(view: DeviceView): Finding[] {
  const soils = seriesOf(view).filter(isSoil);
  const [soil] = soils;
  // Of several it is not told which one is watered.
  if (soil === undefined || soils.length > 1) return [];
  const asked = wateringsIn(view);
  if (asked.length < LEAST_WATERINGS) return [];
  const { readings, values, topic } = soil;
  const before = values.filter((_, i) => readings[i].at < asked[0]);
  const last = median(values.slice(-LEAST_VALUES));
  const inVain = asked.every((at, i) => staysDry(soil, at, asked[i + 1] ?? Infinity));
  if (before.length < LEAST_VALUES || !inVain || last > median(before)) return [];
  const from = before.length - 1;
  return [findingFrom({
    code: "outlier",
    title: `"${labelOf(soil)}" gets no wetter though it was watered ${asked.length} times: it is ${
      rounded(values.at(-1) ?? 0)
    }, and was ${rounded(values[from])} before`,
    summary: `On "${topic.topic}" it did not rise after any watering from ${iso(asked[0])} to ${
      iso(asked.at(-1) ?? 0)
    }`,
    ...withNumbers(soil, readings.slice(from)),
    suggestion:
      "Look whether water comes at all: at the reservoir, the pump, the hose and the valve, and whether the probe is in this soil.",
  })];
}

const RUNS = /^(?:state|status|on|running|active|is_?running)$/;
const LEAST_RUNS = 2;

/** `outlier` of a station that tells after each of its runs how much flowed, and that is always nothing. */
export function ranDry(view: DeviceView): Finding[] {
  for (const topic of stateTopics(view)) {
    for (const path of topic.live.at(-1)?.fields.keys() ?? []) {
      if (!FLOWS.test(leafOf(path)) && !/^(?:volume|lit(?:er|re)s|gallons)$/.test(leafOf(path))) {
        continue;
      }
      const told = topic.live.filter(({ fields }) => fields.has(path));
      // A flow of now is told whether it runs or not.
      const isOfRun = (reading: Reading) => {
        const before = topic.live[topic.live.indexOf(reading) - 1];
        return before !== undefined && !before.fields.has(path) && isRunning(before) === true &&
          isRunning(reading) === false;
      };
      const isDry = told.length >= LEAST_RUNS &&
        told.every((reading) => reading.fields.get(path) === 0 && isOfRun(reading));
      if (!isDry) continue;
      return [findingFrom({
        code: "outlier",
        title: `It ran ${told.length} times without water: "${
          labelOf({ path, topic })
        }" was 0 after each run`,
        summary: `On "${topic.topic}" ${spanText(told)}`,
        messages: someOf(told),
        ...repeating(told),
        suggestion:
          "Look at the valve of this station, its solenoid and wire, whether its line is shut or blocked, and at the flow sensor if others tell nothing either.",
      })];
    }
  }
  return [];
}

function isRunning({ fields }: Reading): boolean | null {
  const [, said] = [...fields].find(([path]) => RUNS.test(leafOf(path))) ?? [];
  return isOn(said);
}

function isSoil({ kind, path, topic, values }: Series): boolean {
  const own = plainKey(path === "" ? topic.segments.slice(-2).join("_") : path);
  return kind === "reading" && SOIL.test(own) && !NO_MEASURE.test(own) &&
    values.every((value) => value > 0 && value < 100);
}

/** Whether it is no wetter in all the time from one watering to the next one. */
function staysDry({ readings, values }: Series, fromMs: number, untilMs: number): boolean {
  const before = values.filter((_, i) => readings[i].at < fromMs).slice(-LEAST_VALUES);
  const after = values.filter((_, i) => {
    const at = readings[i].at;
    return at > fromMs && at < untilMs;
  });
  const lastMs = Math.min(untilMs, readings.at(-1)?.at ?? 0);
  const was = median(before);
  return after.length >= LEAST_VALUES && lastMs - fromMs >= SHOWS_MS && was < WET &&
    after.every((value) => value <= was + WETTER);
}

/** When water was asked for. */
function wateringsIn({ topics }: DeviceView): number[] {
  const times = topics.filter(({ role }) => role === "command").flatMap((topic) =>
    topic.live.filter((reading) => asksForWater(topic, reading)).map(({ at }) => at)
  ).sort((a, b) => a - b);
  return times.filter((at, i) => i === 0 || at - times[i - 1] >= SHOWS_MS);
}

function asksForWater({ segments }: TopicView, { fields }: Reading): boolean {
  const said = [...fields].slice(0, 10);
  const words = [
    ...segments.slice(-2),
    ...said.flatMap(([path, value]) => typeof value === "string" ? [leafOf(path), value] : []),
  ].map((word) => plainKey(word.slice(0, 40)));
  return words.some((word) => WATERS.test(word)) &&
    !said.some(([, value]) => value === 0 || typeof value !== "number" && isOn(value) === false);
}

/** What is sent to have it filled, a press at a time. */
const FILLS =
  /^(?:(?:re_?)?fill(?:_?(?:up|now|trigger))?|top_?up|trigger|(?:nach)?f(?:ü|ue)llen|remplir|llenar|rellenar|riempi|vullen|napelni\w*|fyll|ato)$/u;
const LEAST_FILLS = 3;
const MOST_FILLS = 12;
const FILLED_MS = 30_000;
const LEAST_TOLD = 3;
/** It is at this share of what it was at first, or less. */
const LOW = 0.5;

/** `stuck_value` of a level that fell and that no filling raises. */
export function filledInVain(view: DeviceView): Finding[] {
  const levels = seriesOf(view).filter(isLevel);
  const [level] = levels;
  // Of several it is not told which one is filled.
  if (level === undefined || levels.length > 1 || level.path !== "") return [];
  const { topic, values, readings } = level;
  const [trigger, another] = siblingTopics(view, topic).filter(isTrigger);
  const asked = trigger?.live ?? [];
  const [firstMs, lastMs] = [asked[0]?.at ?? 0, asked.at(-1)?.at ?? 0];
  if (trigger === undefined || another !== undefined) return [];
  const before = values.filter((_, i) => readings[i].at < firstMs);
  const was = before.at(-1) ?? 0;
  // It fell by itself before, so that what is sent takes nothing out, and stands low since.
  const isLow = was <= LOW * (before[0] ?? 0) && differences(before).every((step) => step <= 0);
  const isStill = values.slice(before.length).every((value) => value === was);
  const isTold = asked.every(({ at }, i) => {
    const nextMs = asked[i + 1]?.at ?? Infinity;
    const after = readings.filter((one) => one.at > at && one.at < nextMs);
    return i === asked.length - 1 || after.length >= LEAST_TOLD;
  });
  const since = readings.filter(({ at }) => at > lastMs).length;
  if (!isLow || !isStill || !isTold || since === 0) return [];
  return [faultFinding(
    level,
    {
      from: before.length - 1,
      code: "stuck_value",
      how: `stays at ${rounded(was)} though "${trigger.topic}" was sent ${asked.length} times`,
    },
    "Look whether what fills it works: its supply, its pump and its valve, and whether it subscribes to this topic.",
  )];
}

function isLevel({ path, topic }: Series): boolean {
  const [last, own] = [
    plainKey(topic.segments.at(-1) ?? ""),
    plainKey(path.split(".").at(-1) ?? ""),
  ];
  return LEVEL.test(own || last) && !NO_LEVEL.test(`${last}_${own}`);
}

/** Whether all that comes on a topic is the same press, now and then. */
function isTrigger({ live, readings, segments }: TopicView): boolean {
  const [first] = live;
  return FILLS.test(plainKey(segments.at(-1) ?? "")) && live.length >= LEAST_FILLS &&
    live.length <= MOST_FILLS && readings.length === live.length &&
    live.every(({ fields }) =>
      fields.size === 1 && fields.get("") === first?.fields.get("") &&
      isOn(fields.get("")) !== false
    ) &&
    live.slice(1).every(({ at }, i) => at - live[i].at >= FILLED_MS);
}
