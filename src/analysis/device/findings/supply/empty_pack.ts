import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, someOf } from "../../evidence.ts";
import { labelOf, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import {
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";
import { isCharging } from "./battery.ts";

/** State of charge of a pack, in percent. */
const CHARGE =
  /^(?:(?:bms|pack|batt?|battery)?(?:soc|rsoc|stateofcharge|percentcapacity|capacitypercent(?:age)?|(?:remaining)?(?:charge|capacity)(?:percent(?:age)?|pct)|percent(?:age)?|level|ladezustand|ladestand))$/;
const LEFT =
  /^(?:remain(?:ing|s)?(?:capacity|cap|ah|charge)|capacity(?:remain(?:ing|s)?|left|ah)|residual(?:capacity|ah)|restkapazit(?:ä|ae)t)(?:ah|mah)?$/;
const WHOLE =
  /^(?:design|nominal|full|total|rated|nenn|gesamt)(?:charge)?(?:capacity|cap|ah|kapazit(?:ä|ae)t)(?:ah|mah)?$/;
/** The voltage of a cell, or of the weakest. */
const CELL =
  /^(?:(?:lowest|min(?:imum)?|low|weakest)?(?:cells?|zellen?)\d{0,2}(?:v|mv|volts?|voltages?|spannung)?(?:\d{1,2}|min(?:imum)?|low(?:est)?)?|(?:min|lowest)voltagecell)$/;
const EMPTY_PERCENT = 5;
/** Lithium iron phosphate and lithium ion have given nearly all below 3 V; at less than 1.9 V nothing is connected. */
const EMPTY_CELL_V = 3;
const NO_CELL_V = 1.9;

/** `low_battery` of a pack whose charge and whose weakest cell both say that it is empty. */
export function emptyPacks(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event|info)$/.test(topic.role)) continue;
    const reading = topic.live.at(-1);
    if (reading === undefined) continue;
    const told = chargeIn(topic, reading);
    if (told === null || told.percent > EMPTY_PERCENT) continue;
    const cell = weakestCell(view, topic, reading);
    if (cell === null || isCharging(reading, topic.segments)) continue;
    return [findingFrom({
      severity: told.percent <= 2 ? "error" : "warning",
      code: "low_battery",
      title: `The battery pack is empty: ${rounded(told.percent)} %, its weakest cell at ${
        rounded(cell)
      } V`,
      summary: `"${labelOf({ path: told.path, topic })}" is ${
        String(reading.fields.get(told.path))
      } at ${iso(reading.at)}`,
      messages: someOf(topic.live).slice(-2),
      suggestion:
        "Charge the pack now and take loads off it: its protection switches it off next, and cells left that low are damaged.",
    })];
  }
  return [];
}

function chargeIn(topic: TopicView, { fields }: Reading): { path: string; percent: number } | null {
  let left: { path: string; value: number } | null = null;
  let whole = 0;
  for (const [path, value] of fields) {
    if (typeof value !== "number" || value < 0) continue;
    const name = nameOf(path, topic.segments);
    if (CHARGE.test(name) && value <= 100) return { path, percent: value };
    if (LEFT.test(name)) left = { path, value };
    if (WHOLE.test(name)) whole = value;
  }
  return left === null || whole <= 0 || left.value > whole
    ? null
    : { path: left.path, percent: 100 * left.value / whole };
}

/** The lowest voltage of a cell in the message or beside it, where it is that of an empty one. */
function weakestCell(view: DeviceView, topic: TopicView, reading: Reading): number | null {
  const beside = siblingTopics(view, topic).filter((other) => other !== topic);
  const volts = [
    ...[...reading.fields].flatMap(([path, value]) => cellVolts(leafOf(path), value)),
    ...beside.flatMap(({ segments, live }) =>
      [...live.at(-1)?.fields ?? []].flatMap(([path, value]) =>
        cellVolts(nameOf(path, segments), value)
      )
    ),
  ];
  const least = Math.min(...volts);
  return least >= NO_CELL_V && least < EMPTY_CELL_V ? least : null;
}

/** In volts, from volts or millivolts; none where it is no voltage of a cell. */
function cellVolts(name: string, value: Scalar): number[] {
  if (typeof value !== "number" || !CELL.test(name)) return [];
  const volts = value >= 1_000 && Number.isInteger(value) ? value / 1_000 : value;
  // Whole numbers are counts and places of cells.
  return volts < 5 && volts > 0 && !(volts === value && Number.isInteger(value)) ? [volts] : [];
}
