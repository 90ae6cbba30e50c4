import { findingFrom, iso, rounded, someOf } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import {
  type DeviceView,
  type FieldPlace,
  heardAtLeast,
  stateTopics,
  toldBeside,
  type TopicView,
} from "../../reading/view.ts";

/** The voltage of all cells of a pack, and the level on which it stands beside that of the cells. */
const PACK_VOLTAGE =
  /^(?:(?:total|sum|pack|bms|batt?(?:ery)?|batterie|bateria|akku|accu)_?)?(?:volt(?:age|s)?|spannung|tension|voltaje|tensione)(?:_?(?:total|sum|pack))?$/;
const PACK_GROUP =
  /^(?:soc|pack|bms|battery|total|totals|summary|status|state|data|values|info|general|main|basic)$/i;
const CELL = /cell(?!ular)|zelle|celd|cella/i;
const LEAST_CELLS = 4;
const LEAST_PACK_MS = 10_000;
const LEAST_TOLD = 3;

/** `stuck_value` of a battery pack whose voltage is 0, though its cells are told to be at one. */
export function packsWithoutVoltage(view: DeviceView): Finding[] {
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
    const beside = toldBeside({ topic, path }, view);
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
