import { findingFrom, iso, rounded, someOf, withNumbers } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import {
  areSiblings,
  areTogether,
  besideOf,
  type DeviceView,
  type FieldPlace,
  heardAtLeast,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";
import { isOn } from "../effects/drivers.ts";
import { type Series, seriesOf } from "./series.ts";

/** A warmth and a humidity of the air, and what is called alike and is no measure of it. */
const WARMTH = /temp(?!l|o)|celsius|teplot|темпер/;
const HUMIDITY = /hum(?!an|us)|feucht|umid|wilgot|vla[zž]n|vlhk|vocht|fukt|fugt|kosteus|^rh$|влажн/;
const NO_MEASURE =
  /set|target|soll|limit|max|min|alarm|thresh|delta|diff|offset|soil|boden|solo|suol|gleb|count|desired|cpu|chip/;
/** So often, and over so long, no air is at the very zero of both. */
const LEAST = 10;
const LEAST_MS = 60_000;
/** Where a device says that it does not measure, or is not there. */
const SAYS =
  /^(?:state|status|power|mode|enabled?|active|online|connected|present|available|valid)$/;

/**
 * `stuck_value` of a warmth and a humidity that are both 0, always: no air is that dry, and both are of one chip that was never
 * read; and of a battery pack without a voltage, of which each cell has one.
 */
export function neverReadPairs(view: DeviceView): Finding[] {
  const zeros = seriesOf(view).filter(isAlwaysZero);
  for (const warmth of zeros) {
    const humidity = zeros.find((one) =>
      HUMIDITY.test(one.name) && (areTogether(warmth, one) || isBeside(warmth, one))
    );
    if (!WARMTH.test(warmth.name) || humidity === undefined || !isAtWork(warmth, view)) continue;
    const { readings, topic, values } = warmth;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(warmth)}" and "${labelOf(humidity)}" read nothing: both are always 0`,
      summary: `On "${topic.topic}" in all ${values.length} messages from ${
        iso(readings[0]?.at ?? 0)
      } on`,
      ...withNumbers(warmth, readings),
      suggestion:
        "The device works, but its sensor does not answer: check the sensor's wiring, power and pin.",
    })];
  }
  return packsWithoutVoltage(view);
}

/** The voltage of all cells of a pack, and the level on which it stands beside that of the cells. */
const PACK_VOLTAGE =
  /^(?:(?:total|sum|pack|bms|batt?(?:ery)?|batterie|bateria|akku|accu)_?)?(?:volt(?:age|s)?|spannung|tension|voltaje|tensione)(?:_?(?:total|sum|pack))?$/;
const PACK_GROUP =
  /^(?:soc|pack|bms|battery|total|totals|summary|status|state|data|values|info|general|main|basic)$/i;
const CELL = /cell(?!ular)|zelle|celd|cella/i;
const LEAST_CELLS = 4;
const LEAST_PACK_MS = 10_000;
const LEAST_TOLD = 3;

/** A pack whose voltage is 0, though its cells are told to be at one. */
function packsWithoutVoltage(view: DeviceView): Finding[] {
  for (const { path, topic } of fieldsOfPacks(view)) {
    const last = topic.readings.at(-1);
    if (last === undefined || last.fields.get(path) !== 0) continue;
    const tree = topic.segments.slice(0, PACK_GROUP.test(topic.segments.at(-2) ?? "") ? -2 : -1);
    const volts = view.topics.filter((other) =>
      other === topic && path !== "" ||
      path === "" && tree.length > 0 && tree.every((level, i) => other.segments[i] === level)
    ).flatMap((other) => cellVoltsOf(other));
    const isKept = heardAtLeast(view, last.at, LEAST_PACK_MS) ||
      topic.live.slice(-LEAST_TOLD).filter(({ fields }) => fields.get(path) === 0).length ===
        LEAST_TOLD;
    if (volts.length < LEAST_CELLS || !isKept) continue;
    const beside = path === ""
      ? siblingTopics(view, topic).map((one) =>
        [one.segments.at(-1) ?? "", one.readings.at(-1)?.fields.get("") ?? null] as const
      )
      : besideOf(path, last);
    const also = beside.filter(([other, value]) =>
      value === 0 && !PACK_VOLTAGE.test(leafOf(other)) &&
      /curr|power|soc|percent|capac|temp/.test(leafOf(other))
    ).map(([other]) => `"${other}"`);
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf({ path, topic })}" is 0 while the cells are at about ${
        rounded(median(volts))
      } V: the values of the whole pack are not read`,
      summary:
        `On "${topic.topic}" last at ${iso(last.at)}, beside ${volts.length} voltages of cells` +
        (also.length === 0 ? "" : `; ${also.slice(0, 5).join(", ")} 0 as well`),
      messages: someOf(topic.readings).slice(-2),
      suggestion:
        "The battery is there; what reads it takes the rest of its answer for something else: compare with the maker's app, and look for another protocol or version of it in the settings, or an update.",
    })];
  }
  return [];
}

function* fieldsOfPacks(view: DeviceView): Generator<FieldPlace> {
  for (const topic of stateTopics(view)) {
    if (topic.mixes) continue;
    for (const path of topic.readings.at(-1)?.fields.keys() ?? []) {
      const name = path === "" ? leafOf(topic.segments.at(-1) ?? "") : leafOf(path);
      if (PACK_VOLTAGE.test(name) && !CELL.test(`${topic.segments.slice(-2).join("/")}/${path}`)) {
        yield { topic, path };
      }
    }
  }
}

/** The voltages of cells that a topic told last, in volts. */
function cellVoltsOf({ live, segments }: TopicView): number[] {
  return [...live.at(-1)?.fields ?? []].flatMap(([path, value]) => {
    if (typeof value !== "number" || !CELL.test(`${segments.slice(-2).join("/")}/${path}`)) {
      return [];
    }
    const volts = value >= 1_000 && Number.isInteger(value) ? value / 1_000 : value;
    return volts > 1.5 && volts < 4.5 && !Number.isInteger(volts) ? [volts] : [];
  });
}

function isAlwaysZero({ kind, name, readings, values }: Series): boolean {
  const span = (readings.at(-1)?.at ?? 0) - (readings[0]?.at ?? 0);
  return kind === "reading" && !NO_MEASURE.test(name) && values.length >= LEAST &&
    span >= LEAST_MS && values.every((value) => value === 0);
}

/** Whether each has a topic of its own beside the other's. */
function isBeside(one: Series, other: Series): boolean {
  return one.path === "" && other.path === "" && one.topic.segments.length > 2 &&
    areSiblings(one.topic, other.topic);
}

/** Whether something else that is told with them is not nothing, and nothing says that it is off. */
function isAtWork({ path, readings, topic }: Series, view: DeviceView): boolean {
  const last = readings.at(-1);
  const told = path === ""
    ? view.topics.filter((other) => other !== topic && areSiblings(topic, other)).map((other) =>
      [other.segments.at(-1) ?? "", other.readings.at(-1)?.fields.get("") ?? null] as const
    )
    : besideOf(path, last);
  return told.some(([, value]) => value === true || typeof value === "number" && value !== 0) &&
    !told.some(([other, value]) => SAYS.test(leafOf(other)) && isOn(value) !== true);
}
