import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, stepIn } from "../../evidence.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import { areSiblings, besideOf, type DeviceView } from "../../reading/view.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { turnNear } from "../values/turns.ts";

/** What a device is fed by. */
const SUPPLY =
  /^(?:vcc|vdd|vin|vsys|vbus|vsupply|vusb|u?supply|supplyv(?:oltage)?|supply(?:voltage|volts|mv|vcc)|(?:input|psu|dc|dcin|usb|board|system|sys|esp|mcu|rail|main|mains|line|ac|acin|grid|power|powersupply|feed|bus)(?:voltage|volts|volt|v|mv))$/;
/** `external.powersource.voltage`, `…/mains/voltage`: what is told in volts below what feeds it. */
const FED_BY =
  /(?:^|[^a-z])(?:ext(?:ernal)?|mains?|grid|utility|supply|power[^a-z]?source|netz|adapter|vehicle)[^a-z]?(?:power(?:source)?[^a-z]?)?(?:voltage|volts?|spannung)(?:[^a-z]|$)/;
/** What Teltonika's trackers are fed by and the cell that they have, in millivolts, and whether the ignition is on, by their numbers. */
const OF_TRACKER = {
  supply: /(?:^|[._])(?:io)?66$/,
  cell: /^(?:io)?67$/,
  ignition: /^(?:io)?239$/,
};
const CELL_MV = [2_500, 4_500] as const;
/** Names of what a grid gives. */
const MAINS =
  /(?:mains|grid|line|input|utility|netz|supply|phase|l[123])\d?(?:ac)?(?:volt|v(?:ac|oltage)?$|spannung)|(?:volt(?:age)?|spannung)(?:mains|grid|netz|l[123]|phase[abc123]|[abc]n?)$|^(?:vac|ugrid|vgrid|vmains|uline)$/;
const PLAIN = /^(?:voltage|volts|volt|u|v|urms|vrms)$/;
/** Voltages of grids. */
const GRIDS: readonly (readonly [number, number])[] = [[100, 130], [200, 260], [360, 440]];
/** Water in a closed circuit, in bar. */
const CIRCUIT =
  /^(?:system|water|heating|ch|circuit|boiler|hydraulic|anlagen?|wasser|heizungs?)(?:water|circuit)?(?:pressure|druck)(?:bar)?$/;
/** Under this a boiler locks out. */
const LOW_BAR = 0.7;
/** Sources that come and go with the sun, the wind or a motor. */
const COMES_AND_GOES = /pv|solar|panel|mppt|string|wind|turbine|alternator|generator|motor|output/i;
/** What takes its voltage from a grid only while it runs. */
const RUNS = /dc|load|engine|ignition|charg|bat|gen/i;
/** What is pulled out by hand, again and again. */
const BY_HAND = /usb|vbus|charger/;
/** What shows that a device lives of a battery while its mains is gone. */
const BACKED = /batt|ups|load|runtime|charge/i;
const LEAST_BEFORE = 2;
const LEAST_AFTER = 2;
/** Under this share of what is usual a supply no longer holds. */
const LEAST_SHARE = 0.88;

/** `outlier` of a supply that held and falls away: a power supply that gives out, a mains that is gone, a circuit that leaks. */
export function fallingSupply(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const at = fallOf(series, view);
    if (at === null) continue;
    const before = median(series.values.slice(0, at));
    const last = series.values.at(-1) ?? 0;
    const label = labelOf(series);
    return [findingFrom({
      code: "outlier",
      title: `The ${
        CIRCUIT.test(series.name) ? "pressure" : "supply"
      } breaks away: "${label}" fell from about ${rounded(before)} to ${rounded(last)}`,
      summary: `On "${series.topic.topic}" ${at} values held about ${rounded(before)}; from ${
        iso(series.readings[at].at)
      } on it is lower, last ${rounded(last)}`,
      ...stepIn(series, at),
      suggestion: CIRCUIT.test(series.name)
        ? "Look for a leak, at the safety valve and the expansion vessel, and fill the circuit up."
        : "Look at the power supply, its fuse, cable and plugs, and at what was switched on at that time.",
    })];
  }
  return [];
}

function fallOf(series: Series, view: DeviceView): number | null {
  const { values, name, topic, path } = series;
  if (series.kind !== "reading" || values.length < LEAST_BEFORE + LEAST_AFTER) return null;
  const around = `${topic.segments.slice(-2).join("/")} ${path}`;
  const called = around.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase();
  const isCircuit = CIRCUIT.test(name);
  const usual = median(values.slice(0, LEAST_BEFORE));
  const isGrid = GRIDS.some(([from, to]) => usual >= from && usual <= to) &&
    (MAINS.test(name) || PLAIN.test(name) && hasNoFrequency(series)) && !RUNS.test(around);
  const isTracker = isOfTracker(series);
  const isFed = SUPPLY.test(name) && !flowsBack(series, view);
  if (!isCircuit && !isGrid && !isTracker && !isFed && !FED_BY.test(called)) return null;
  if (COMES_AND_GOES.test(`${topic.topic} ${path}`) || !isGrid && /phase/i.test(around)) {
    return null;
  }
  // A circuit that is closed holds one to three bar; a well or a pump has what it is asked for.
  const isOrdinary = isCircuit
    ? usual >= 1 && usual <= 3 && (values.at(-1) ?? 0) <= LOW_BAR
    : usual > 2;
  if (!isOrdinary) return null;
  const at = values.findIndex((value) => value < 0.97 * usual);
  if (at < LEAST_BEFORE || values.length - at < LEAST_AFTER) return null;
  const [head, tail] = [values.slice(0, at), values.slice(at)];
  if (head.some((value) => Math.abs(value - usual) > 0.03 * usual)) return null;
  if (tail.some((value) => value >= 0.97 * usual) || (tail.at(-1) ?? 0) > LEAST_SHARE * usual) {
    return null;
  }
  // What is switched off along with it takes its voltage away.
  if (isGrid && turnNear(view, topic, series.readings[at]?.at) !== undefined) return null;
  // What is off at night has none, and says so in all of its figures.
  const isGone = tail.every((value) => value < 0.1 * usual) ||
    isGrid && (tail.at(-1) ?? 0) < 0.3 * usual;
  // An engine that stops takes a volt or two with it.
  if (isTracker) return isGone ? at : null;
  if (!isGone || isCircuit || isGrid && hasNoFrequency(series)) return at;
  return isBacked(view) && !BY_HAND.test(name) ? at : null;
}

/** Whether what is called a supply and nothing more is that of water or air, which comes back beside it. */
function flowsBack({ name, path, topic }: Series, view: DeviceView): boolean {
  return name === "supply" &&
    seriesOf(view).some((other) =>
      /^(?:return|exhaust|extract|room|air)(?:air|temp(?:erature)?)?$/.test(other.name) &&
      (other.topic === topic || path === "" && areSiblings(topic, other.topic))
    );
}

/** Whether it is what feeds a tracker that tells of a cell of its own beside it, and of an ignition that nobody turned, if of any. */
function isOfTracker({ path, readings }: Series): boolean {
  const told = (name: RegExp) =>
    readings.map((reading) =>
      besideOf(path, reading).find(([other]) => name.test(leafOf(other)))?.[1]
    );
  return OF_TRACKER.supply.test(path) &&
    told(OF_TRACKER.cell).every((mv) =>
      typeof mv === "number" && mv >= CELL_MV[0] && mv <= CELL_MV[1]
    ) &&
    new Set(told(OF_TRACKER.ignition)).size === 1;
}

/** Whether the frequency beside a voltage is 0 at last, and was that of a grid: no mains. */
function hasNoFrequency({ topic, path }: Series): boolean {
  const beside = besideOf(path, topic.live.at(-1)).find(([other, value]) =>
    value === 0 && /^(?:freq|frequency|hz|f)$/.test(leafOf(other))
  );
  if (beside === undefined) return false;
  const before = Number(topic.live[0]?.fields.get(beside[0]));
  return before > 45 && before < 65;
}

/** Whether the device lives of something else, which goes on. */
function isBacked(view: DeviceView): boolean {
  return view.topics.some((topic) =>
    [...topic.live.at(-1)?.fields ?? []].some(([path, value]) =>
      typeof value === "number" && value > 0 &&
      BACKED.test(path === "" ? topic.segments.at(-1) ?? "" : path)
    )
  );
}
