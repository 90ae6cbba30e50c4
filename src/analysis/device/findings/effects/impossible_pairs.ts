/** Two numbers of one machine that cannot be as they are beside each other while it works. */
import { rounded } from "../../evidence.ts";
import { keepsGoingOfFew, lastsMs, median } from "../../../statistics.ts";
import { labelOf } from "../../reading/fields.ts";
import { areTogether, type DeviceView } from "../../reading/view.ts";
import type { Finding } from "../../finding_shape.ts";
import { toldOfLike } from "../likes/told_by_twins.ts";
import { faultFinding } from "../orders/no_effect.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { FLOWS, INFLOW, LEVEL, NO_LEVEL, OUTFLOW } from "./drive_rows.ts";
import { areNear, areNumberedApart, calledOf, type Driver, driversOf, isOn } from "./drivers.ts";

/** Fewer values, or values of less time, may be of a start or of a turn. */
const LEAST_VALUES = 4;
const LEAST_MS = 80_000;

/** `outlier` of a pressure, a warmth or a level that says that what works does not do what it does. */
export function impossiblePairs(view: DeviceView): Finding[] {
  return [
    ...compressNothing(view),
    ...changeAirInVain(view),
    ...mixedOfNone(view),
    ...loseWater(view),
    ...takeNoHeat(view),
    ...countNoHeat(view),
  ];
}

const WANTED = /set|target|soll|limit|max|min(?!i)|alarm|diff|delta|ratio|(?<![a-z])sp(?![a-z])/;
const PRESSED = /press|druck|presi|tlak|ci[śs]n|давл/;
/** What a compressor presses, and from what. */
const HIGH_SIDE =
  /discharge|high_?(?:side|press)|head_?press|hochdruck|verfl(?:ü|ue)ssig|(?<![a-z])hp_?press/;
const LOW_SIDE = /suction|low_?(?:side|press)|saug|niederdruck|(?<![a-z])lp_?press/;
const COMPRESSOR = /compres|kompres|verdichter/;
/** What runs presses at least so much more than it draws in. */
const LEAST_RATIO = 1.2;

/** Compressors that turn while both sides have one pressure. */
function compressNothing(view: DeviceView): Finding[] {
  const pressures = seriesOf(view).filter((one) =>
    PRESSED.test(calledOf(one)) && !WANTED.test(calledOf(one))
  );
  const lows = pressures.filter((one) => LOW_SIDE.test(calledOf(one)));
  for (const high of pressures.filter((one) => HIGH_SIDE.test(calledOf(one)))) {
    const low = lows.find((one) => belong(high, one));
    const drive = driversOf(view).find((one) =>
      COMPRESSOR.test(one.around) && RUNS.test(one.own) && saysAlways(one, true) &&
      areNear(high, one) && !areNumberedApart(high, one)
    );
    if (low === undefined || drive === undefined) continue;
    const areOne = all(high, low, (a, b) => b > 0 && a > 0 && a < LEAST_RATIO * b);
    if (!areOne) continue;
    const last = low.values.at(-1) ?? 0;
    return [faultFinding(
      high,
      {
        from: 0,
        how: `is ${rounded(high.values.at(-1) ?? 0)}, and "${labelOf(low)}" ${
          rounded(last)
        }, though "${drive.label}" says that it runs`,
      },
      "It turns and does not compress: look at its valves, its coupling, its direction of rotation after work on the mains, at a bypass that is open, and for lost refrigerant.",
    )];
  }
  return [];
}

const RUNS = /run|on$|active|feedback|status|state|betrieb|l(?:ä|ae)uft/;

const SUPPLY_AIR =
  /(?:supply|discharge|leaving)_?air.{0,12}t|(?<![a-z])(?:sat|dat)(?![a-z])|zuluft.{0,8}t|zulufttemp/;
const MIXED_AIR = /mix(?:ed)?_?air.{0,12}t|(?<![a-z])mat(?![a-z])|mischluft/;
const VALVE = /valve|ventil|coil|(?<![a-z])(?:cmd|output|out|command|demand|pct|percent|position)/;
const COOLING = /cool|chw|chilled|kühl|kuehl/;
const HEATING = /heat(?!_?pump)|(?<![a-z])hw(?![a-z])|reheat|heiz|erhitz/;
/** So far open, in percent, a coil shows. */
const OPEN = 50;
/** What the fan and two sensors may make of it, in degrees. */
const FAN_HEATS = 4;
const LEAST_GIVEN = 1;

/**
 * Air that gets warmer on its way through a coil that cools, or colder through one that heats, while the other is shut (NIST
 * APAR, NISTIR 6994, rules 1 and 10).
 */
function changeAirInVain(view: DeviceView): Finding[] {
  const told = seriesOf(view);
  const valves = told.filter((one) => VALVE.test(calledOf(one)));
  const always = (kind: RegExp, is: (value: number) => boolean) => {
    const of = valves.filter((one) => kind.test(calledOf(one)));
    return of.length > 0 && of.every(({ values }) => values.every(is)) ? of[0] : undefined;
  };
  const cools = always(COOLING, (value) => value >= OPEN && value <= 100);
  const heats = always(HEATING, (value) => value >= OPEN && value <= 100);
  const [valve, other] = cools === undefined ? [heats, COOLING] : [cools, HEATING];
  if (valve === undefined || always(other, (value) => value === 0) === undefined) return [];
  const supply = told.find((one) => SUPPLY_AIR.test(calledOf(one)) && !WANTED.test(calledOf(one)));
  const mixed = told.find((one) => MIXED_AIR.test(calledOf(one)) && !WANTED.test(calledOf(one)));
  if (fanIsOff(view) || supply === undefined || mixed === undefined) return [];
  const isWrong = valve === cools
    ? (a: number, b: number) => a > b + FAN_HEATS
    : (a: number, b: number) => a < b - LEAST_GIVEN;
  if (!all(supply, mixed, isWrong)) return [];
  return [faultFinding(
    supply,
    {
      from: 0,
      how: `is ${rounded(supply.values.at(-1) ?? 0)} and "${labelOf(mixed)}" before the coils ${
        rounded(mixed.values.at(-1) ?? 0)
      }, though "${labelOf(valve)}" is at ${
        rounded(valve.values.at(-1) ?? 0)
      } and the other valve shut`,
    },
    "Look whether the valves stand as they are told: the shut one may leak or be stuck open, the other stuck shut or without water; then at the two sensors.",
  )];
}

const OUTSIDE_AIR = /out(?:side|door)?_?air.{0,12}t|(?<![a-z])oat(?![a-z])|au(?:ß|ss)enluft/;
const RETURN_AIR = /return_?air.{0,12}t|(?<![a-z])rat(?![a-z])|abluft.{0,8}t|r(?:ü|ue)ckluft/;
/** So far beyond both of what it is made of is no mixture, in degrees. */
const BEYOND_BOTH = 5;

/** Mixed air that is warmer or colder than both airs of which it is mixed (NISTIR 6994, rules 26 and 27). */
function mixedOfNone(view: DeviceView): Finding[] {
  const told = seriesOf(view).filter((one) => !WANTED.test(calledOf(one)));
  const [mixed, outside, back] = [MIXED_AIR, OUTSIDE_AIR, RETURN_AIR].map((kind) =>
    told.find((one) => kind.test(calledOf(one)))
  );
  if (mixed === undefined || outside === undefined || back === undefined || !fanRuns(view)) {
    return [];
  }
  const isBeyond = [1, -1].some((way) =>
    [outside, back].every((other) => all(mixed, other, (a, b) => way * (a - b) > BEYOND_BOTH))
  );
  if (!isBeyond) return [];
  return [faultFinding(
    mixed,
    {
      from: 0,
      how: `is ${rounded(mixed.values.at(-1) ?? 0)}, and no mixture of "${labelOf(outside)}" (${
        rounded(outside.values.at(-1) ?? 0)
      }) and "${labelOf(back)}" (${rounded(back.values.at(-1) ?? 0)})`,
    },
    "One of the three is read wrong, or what is before the sensor heats or cools: compare them with a thermometer, then look at a coil or valve that leaks.",
  )];
}

/** What a litre takes along for each degree, in kWh; and the least that shows, of litres an hour, degrees and kW. */
const KWH_PER_LITRE = 0.001163;
const LEAST_LITRES = 100;
const LEAST_DEGREES = 5;
const LEAST_KW = 1;
const NOTHING = 0.02;
const HEAT_POWER = /^(?:heat_?)?(?:power|leistung|effekt|puissance)(?:_?kw)?$/;

/** Heat meters that tell no power though much flows and comes back colder. */
function countNoHeat(view: DeviceView): Finding[] {
  const told = seriesOf(view);
  for (const power of told.filter((one) => HEAT_POWER.test(calledOf(one)))) {
    const beside = (kind: RegExp) =>
      told.find((one) =>
        kind.test(calledOf(one)) && !/min|max|set|total/.test(calledOf(one)) &&
        areTogether(power, one)
      );
    const [spread, flow] = [beside(SPREAD), beside(FLOWS)];
    if (spread === undefined || flow === undefined) continue;
    const isCounted = (value: number, degrees: number, litres: number) => {
      const kilowatts = KWH_PER_LITRE * litres * degrees;
      return litres < LEAST_LITRES || degrees < LEAST_DEGREES || kilowatts < LEAST_KW ||
        Math.abs(value) > NOTHING * kilowatts;
    };
    const litres = Math.min(...flow.values);
    if (!all(power, spread, (value, degrees) => !isCounted(value, degrees, litres))) continue;
    const [degrees = 0] = spread.values.slice(-1);
    return [faultFinding(
      power,
      {
        from: 0,
        how: `is ${rounded(power.values.at(-1) ?? 0)}, though "${labelOf(flow)}" is ${
          rounded(flow.values.at(-1) ?? 0)
        } and "${labelOf(spread)}" ${rounded(degrees)}: of litres an hour that makes ${
          rounded(Number((KWH_PER_LITRE * litres * degrees).toFixed(1)))
        } kW`,
      },
      "The meter measures and does not count: look at its display and its info code, at what reads it, and have it checked; what is taken is not paid for.",
    )];
  }
  return [];
}

const SPREAD =
  /(?:temp(?:erature)?|t)_?(?:diff(?:erence)?|delta|spread)|(?:delta|diff)_?t(?:emp(?:erature)?)?(?![a-z])|spreizung/;
/** Heat meters beside it see at least so many degrees, it less than the other. */
const LEAST_SPREAD = 10;
const NO_SPREAD = 2;
const LEAST_LIKE = 2;
/** As much flows through it as through them, or more than this share. */
const AS_MUCH = 0.5;

/** Heat meters through which as much flows as through their like, of which no heat is taken. */
function takeNoHeat(view: DeviceView): Finding[] {
  const told = seriesOf(view);
  for (const spread of told.filter((one) => SPREAD.test(calledOf(one)))) {
    const flow = told.find((one) =>
      FLOWS.test(calledOf(one)) && !/min|max|set|temp|total/.test(calledOf(one)) &&
      areNear(spread, one)
    );
    if (flow === undefined || !isLong(spread)) continue;
    if (!spread.values.every((value) => Math.abs(value) <= NO_SPREAD)) continue;
    const [theirs, flows] = [spread, flow].map((one) => toldOfLike(one, view));
    const most = median(flows.flatMap(({ values }) => values));
    const areWell = theirs.length >= LEAST_LIKE &&
      theirs.every(({ values }) => values.every((value) => value >= LEAST_SPREAD));
    if (!areWell || most <= 0 || Math.min(...flow.values) < AS_MUCH * most) continue;
    return [faultFinding(
      spread,
      {
        from: 0,
        how: `stays at ${rounded(median(spread.values))}, though "${labelOf(flow)}" is ${
          rounded(flow.values.at(-1) ?? 0)
        }; that of ${theirs.length} others like it is about ${
          rounded(median(theirs.flatMap(({ values }) => values)))
        }`,
      },
      "What flows in comes back as hot: look for a bypass or a valve that stays open, a heat exchanger that is blocked or shut on its other side, and at the sensor in the return.",
    )];
  }
  return [];
}

/** So much more flows in than out, and so much of itself a level falls. */
const MORE = 2;
const LEAST_FALL = 0.01;

/** Levels that fall though more flows in than out. */
function loseWater(view: DeviceView): Finding[] {
  const told = seriesOf(view);
  for (const level of told.filter(isLevel)) {
    const [first = 0, last = 0] = [level.values[0], level.values.at(-1)];
    if (!isLong(level) || !keepsGoingOfFew(level.values, -1, LEAST_FALL * first)) continue;
    const flows = (kind: RegExp) =>
      told.filter((one) =>
        kind.test(calledOf(one)) && !/total|volume|set|temp/.test(calledOf(one)) &&
        areOfTank(level, one)
      );
    const [inflows, outflows] = [flows(INFLOW), flows(OUTFLOW)];
    const [inflow] = inflows;
    if (inflow === undefined || outflows.length === 0) continue;
    const least = Math.min(...inflow.values);
    const most = outflows.reduce((sum, { values }) => sum + Math.max(...values), 0);
    if (!(least > 0) || MORE * most > least) continue;
    return [faultFinding(
      level,
      {
        from: 0,
        how: `falls all the time, from ${rounded(first)} to ${rounded(last)}, though "${
          labelOf(inflow)
        }" is ${rounded(inflow.values.at(-1) ?? 0)} and "${labelOf(outflows[0])}" ${
          rounded(outflows[0].values.at(-1) ?? 0)
        }`,
      },
      "More flows off than is measured, or the level is read wrong: look for a leak, an open drain or a valve that does not close, then at both flow meters and the level sensor.",
    )];
  }
  return [];
}

function isLevel(series: Series): boolean {
  const called = calledOf(series);
  return series.kind === "reading" && LEVEL.test(called) && !NO_LEVEL.test(called);
}

/** Whether they are near, or in one tree of the tank: `tank/edge/inflow` and `tank/measurement/level`. */
function areOfTank(level: Series, flow: Series): boolean {
  const treeOf = ({ topic }: Series) => topic.segments.slice(0, -2).join("/");
  return areNear(level, flow) || treeOf(level) !== "" && treeOf(level) === treeOf(flow);
}

/** Whether two are of one machine: called alike but for their sides. */
function belong(one: Series, other: Series): boolean {
  return areNear(one, other) && !areNumberedApart(one, other);
}

function isLong({ values, readings }: Series): boolean {
  return values.length >= LEAST_VALUES && lastsMs(readings, 0) >= LEAST_MS;
}

/** Whether each value is so beside what the other was last before it, or first of all. */
function all(one: Series, other: Series, is: (a: number, b: number) => boolean): boolean {
  return isLong(one) && one.values.every((value, i) => {
    const at = other.readings.findLastIndex((reading) => reading.at <= one.readings[i].at);
    return is(value, other.values[Math.max(0, at)]);
  });
}

const FAN = /fan|blower|(?<![a-z])sfs?(?![a-z])/;

function fanIsOff(view: DeviceView): boolean {
  return driversOf(view).some((one) => FAN.test(one.own) && !saysAlways(one, true));
}

/** Air that stands is as warm as the room in which its sensor is. */
function fanRuns(view: DeviceView): boolean {
  return driversOf(view).some((one) => FAN.test(one.own)) && !fanIsOff(view);
}

/** Whether it says nothing else all the time. */
function saysAlways({ said }: Driver, is: boolean): boolean {
  return said.length > 0 && said.every(({ value }) => isOn(value) === is);
}
