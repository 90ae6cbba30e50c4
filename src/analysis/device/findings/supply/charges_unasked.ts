/** What a car is charged with though its charger says that it is off, or with more than it was set to. */
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, secondsText, someOf } from "../../evidence.ts";
import { flagOf } from "../../../../payload/flag.ts";
import { labelOf, leafOf, type Scalar } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import {
  type DeviceView,
  type FieldPlace,
  type Reading,
  standTogether,
  stateTopics,
} from "../../reading/view.ts";
import { areNear } from "../effects/drivers.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** A charger is done with what it was told within so long, and is heard for so long and so often after that. */
const OBEYED_MS = 30_000;
const LEAST_MS = 60_000;
const LEAST = 3;
/** What stands to the digit may be what was read last, for so long. */
const CACHED_MS = 180_000;

/** A field, and what it tells since a time and all that was heard after it. */
interface Held extends FieldPlace {
  readonly value: Scalar;
  readonly sinceMs: number;
  readonly reading: Reading;
  /** What it told before; undefined where it always was so. */
  readonly before?: Scalar;
}

/** How the fields that a test names stand, each since when. */
function heldIn(view: DeviceView, isOne: (leaf: string, value: Scalar) => boolean): Held[] {
  return stateTopics(view).filter(({ mixes }) => !mixes).flatMap((topic) =>
    [...topic.readings.at(-1)?.fields ?? []].flatMap(([path, value]) => {
      const leaf = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
      if (!isOne(leaf, value)) return [];
      const told = topic.readings.filter(({ fields }) => fields.has(path));
      const at = told.findLastIndex(({ fields }) => fields.get(path) !== value) + 1;
      const reading = told[at];
      return reading === undefined ? [] : [{
        ...{ topic, path, value, reading },
        sinceMs: reading.at,
        ...at === 0 ? {} : { before: told[at - 1]?.fields.get(path) ?? null },
      }];
    })
  );
}

/** What a series tells after a charger had time to obey; null where it is told too seldom, or not for long. */
function toldAfter({ values, readings }: Series, sinceMs: number): number[] | null {
  const after = values.filter((_, i) => readings[i].at > sinceMs + OBEYED_MS);
  const last = readings.at(-1)?.at ?? 0;
  const leastMs = new Set(after).size > 1 ? LEAST_MS : CACHED_MS;
  return after.length >= LEAST && last >= sinceMs + leastMs ? after : null;
}

const POWER = /^charg(?:e|ing)_?power(?:w|kw)?$|^ev(?:import)?(?:active)?power$/;
const ENABLED = /^(?:charg(?:er|ing|e)?_?)?(?:is)?(?:enabled|allowed)$/;
const MODE = /^(?:charge?)?mode$|^charg(?:e|ing)mode$/;
const OFF = /^(?:off|aus|stop|stopped|disabled)$/i;
const OFFERED = /^(?:offered|allowed|set)(?:charg(?:e|ing))?current$/;
/** Of a car, and not of what is heated: a heat pump goes on when it is not asked to take more. */
const OF_CAR = /^(?:vehicle|car|ev)(?:soc|title|name|range|odometer|identity|plugstate)$/;
const HEATS = /heat(?:ing|er|pump)|integrateddevice|boiler|sgready/;
/** What only charges, and no standby. */
const LEAST_W = 1_000;
const LEAST_SIGNS = 2;

/** `command_without_reply` of a charger that charges a car though two of its fields say that it is not to. */
export function chargesThoughOff(view: DeviceView): Finding[] {
  const isOff = (leaf: string, value: Scalar) =>
    ENABLED.test(leaf) && flagOf(value) === false ||
    MODE.test(leaf) && OFF.test(String(value)) ||
    leaf === "access" && /^den(?:y|ied)$/i.test(String(value)) ||
    OFFERED.test(leaf) && value === 0;
  for (const power of seriesOf(view)) {
    if (!POWER.test(power.name) || power.topic.mixes) continue;
    const isBeside = (place: FieldPlace) => standTogether(power, place);
    const signs = heldIn(view, isOff).filter(isBeside);
    const isCar = heldIn(view, (leaf, value) => OF_CAR.test(leaf) && value !== "").some(isBeside);
    const heats = heldIn(view, (leaf, value) => HEATS.test(leaf) && flagOf(value) !== false)
      .some(isBeside);
    if (signs.length < LEAST_SIGNS || !isCar || heats) continue;
    const sinceMs = Math.max(...signs.map((sign) => sign.sinceMs));
    const after = toldAfter(power, sinceMs);
    if (after === null || after.some((watts) => watts < LEAST_W)) continue;
    const last = power.readings.at(-1)?.at ?? sinceMs;
    return [findingFrom({
      code: "command_without_reply",
      title: `It charges though it is off: "${labelOf(power)}" is ${
        rounded(after.at(-1) ?? 0)
      }, and ${signs.map((sign) => `"${labelOf(sign)}" is ${String(sign.value)}`).join(", ")}`,
      summary: `On "${power.topic.topic}" all ${after.length} messages of ${
        secondsText(last - sinceMs)
      } tell so`,
      messages: someOf([...signs.map(({ reading }) => reading), ...power.readings.slice(-LEAST)]),
      numbers: numbersOf(power.values, power),
      suggestion:
        "The charger does not take what it is told: look at its link and at its own app or timer, which may start it, and end the charging there or at the plug.",
    })];
  }
  return [];
}

/** How much may flow as it is set or told, and how much flows in a phase. */
const LIMIT =
  /^(?:offeredcurrent|currentlimit|limitcurrent|maxcurrent|currentmax|allowedcurrent|setcurrent|currentset(?:point)?|(?:max|set|target|allowed)charg(?:e|ing)current|charg(?:e|ing)current(?:limit|set(?:point)?|max))$/;
const DRAWN = /^(?:charg(?:e|ing)_?currents?|currents?)(?:[._ ]?(?:l|phase)?_?[123])?$/;
/** Shares of what was set: so it was drawn before, and so it is after; and so many amperes. */
const BOUND = [0.7, 1.15] as const;
const BEYOND = 1.3;
const BEYOND_A = 3;
const AS_BEFORE = 0.85;

/** Names of what sets how many amperes may be drawn, and whether a number is what is drawn; as a family calls them. */
interface Amperes {
  readonly limit: RegExp;
  readonly isDrawn: (place: FieldPlace) => boolean;
}

const ANY: Amperes = {
  limit: LIMIT,
  isDrawn: ({ topic, path }) =>
    DRAWN.test(path.split(".").slice(-2).join(".")) || path === "" &&
      DRAWN.test(topic.segments.slice(-2).join(".").toLowerCase()) ||
    path === "" && DRAWN.test(leafOf(topic.segments.at(-1) ?? "")),
};

/** `command_without_reply` of a current that was as high as it was let, and stays so though it was let less. */
export function drawsMoreThanSet(view: DeviceView, { limit, isDrawn } = ANY): Finding[] {
  const changed = heldIn(view, (leaf, value) => limit.test(leaf) && typeof value === "number")
    .filter(({ before }) => typeof before === "number");
  if (changed.length === 0) return [];
  for (const drawn of seriesOf(view)) {
    if (!isDrawn(drawn) || drawn.topic.mixes || drawn.kind !== "reading") continue;
    const own = changed.filter((one) => areNear(drawn, one));
    const [first] = own;
    if (first === undefined) continue;
    // Of several that were set the highest may be the one that holds.
    const set = Math.max(...own.map(({ value }) => Number(value)));
    const was = Math.max(...own.map(({ before }) => Number(before)));
    const sinceMs = Math.max(...own.map((one) => one.sinceMs));
    const fromMs = Math.min(...own.map((one) => one.sinceMs));
    const before = drawn.values.filter((_, i) => drawn.readings[i].at <= fromMs);
    const after = toldAfter(drawn, sinceMs);
    const usual = median(before);
    if (before.length === 0 || after === null || set >= was) continue;
    if (usual < BOUND[0] * was || usual > BOUND[1] * was) continue;
    const least = Math.max(BEYOND * set, set + BEYOND_A, AS_BEFORE * usual);
    if (after.some((amperes) => amperes < least)) continue;
    const last = drawn.readings.at(-1)?.at ?? sinceMs;
    return [findingFrom({
      code: "command_without_reply",
      title: `What is set has no effect: "${labelOf(drawn)}" stays at ${
        rounded(after.at(-1) ?? 0)
      } A though "${labelOf(first)}" went from ${rounded(was)} to ${rounded(set)} A at ${
        iso(sinceMs)
      }`,
      summary: `On "${drawn.topic.topic}" all ${after.length} messages tell so, up to ${
        secondsText(last - sinceMs)
      } after it`,
      messages: someOf([first.reading, ...drawn.readings.slice(-LEAST)]),
      numbers: numbersOf(drawn.values, drawn),
      suggestion:
        "The limit is taken and not carried out: a fuse or a cable that needs it is not protected. Look at the charger's own app and firmware, at its contactor, and end the charging until it holds.",
    })];
  }
  return [];
}
