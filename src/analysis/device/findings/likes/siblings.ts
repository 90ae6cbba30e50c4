import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { isHolder, isTime, labelOf, leafOf } from "../../reading/fields.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { median, risesIn } from "../../../statistics.ts";
import { besideOf, type DeviceView } from "../../reading/view.ts";
import { areInSun, givesNothing } from "./given_places.ts";
import { lostLeg } from "./legs.ts";
import { areBatteryCurrents, carriesNothing } from "./parallel_batteries.ts";
import { type Likes, likesIn, topicAmong } from "./likes.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { documentedName } from "../documents/documented.ts";
import { SOIL } from "../effects/watered.ts";

/** What is alike and stays so as long as all is well, and when one of it is out of line with the others. */
interface Kind {
  /** Whether some that are called alike are of this kind. */
  readonly are: (likes: Likes, view: DeviceView) => boolean;
  /** What of one is wrong beside the others; null where nothing is. */
  readonly oddIn: (one: Series, others: readonly Series[], view: DeviceView) => Odd | null;
  readonly advice: string;
  /** Set where what they differ by may stand farther up than in their last two levels. */
  readonly isAnywhere?: boolean;
}

interface Odd {
  readonly title: string;
  /** Its first message that is out of line. */
  readonly from: number;
}

const KINDS: readonly Kind[] = [
  {
    are: areCells,
    oddIn: farCell,
    advice:
      "A cell that far off is worn out, badly connected, or its balancer failed: stop deep discharges until it is looked at.",
  },
  {
    are: arePhases,
    oddIn: oddPhase,
    advice:
      "Look at the fuse and the clamp of this phase and at the neutral conductor: a motor on two phases burns out, and a loose neutral puts too much on some phases.",
  },
  {
    are: ({ called }) => OF_SUN.test(called) && OF_POWER.test(called),
    oddIn: (one, others, view) =>
      fallsBehind(one, others) ?? givesLittle(one, others) ?? givesNothing(one, others, view),
    advice: "Look at the plugs, the fuse and the disconnector of this string, and for shade.",
  },
  {
    are: ({ called, members }, view) => PLACE_OF_POWER.test(called) && areInSun(members, view),
    oddIn: givesNothing,
    advice: "Look at the plugs, the fuse and the disconnector of this string.",
  },
  {
    are: ({ called, members }) =>
      members.length === 2 && areOfGrid(called.replace(/panel(?=[.\d_])/, "")),
    oddIn: lostLeg,
    advice:
      "Look at the breaker and the clamps of this leg: what runs on both legs gets half of what it needs.",
  },
  {
    are: ({ called }) => OF_INVERTERS.test(called),
    oddIn: (one, others, view) => isOfSun(one, others, view) ? readsLittle(one, others) : null,
    advice:
      "Look at the disconnector, the plugs and the fuse between the panels and this inverter.",
  },
  {
    are: ({ members }, view) =>
      members.every(({ topic, path }) =>
        PANEL_VOLTS.test(plainKey(`${topic.segments.slice(-2).join("/")}/${path}`))
      ) && areInSun(members, view),
    oddIn: givesNothing,
    isAnywhere: true,
    advice: "Look at the disconnector, the plugs and the fuse between the panels and this charger.",
  },
  {
    are: ({ members }) => areBatteryCurrents(members),
    oddIn: carriesNothing,
    isAnywhere: true,
    advice:
      "Look at the switch, the fuse and the cables of this battery, and whether its BMS shut it off: the others carry its share, and it may come back far fuller or emptier than they are.",
  },
  {
    are: ({ called, members }) => members.length === 3 && areWires(called, members),
    oddIn: (one, others) => areBalanced(one, others) ? fallsBehind(one, others) : null,
    advice: "Look at the fuse, the clamp and the contactor of this phase.",
  },
  {
    are: ({ called }) => NEVER_NOTHING.test(called),
    oddIn: readsNothing,
    isAnywhere: true,
    advice: "Look at this probe, its cap or membrane, its cable and its calibration.",
  },
  {
    are: ({ called }) => SOIL.test(called) && !NO_PROBE.test(called),
    oddIn: (one, others, view) =>
      hasOwnName(one, others, view) ? readsNothing(one, others, view) : null,
    isAnywhere: true,
    advice: "Look at this probe, its plug and its cable: it was never read, or its wire is broken.",
  },
];

/** `outlier` of one of several alike: a battery's cell far from the others, a phase that is gone, a string that gives less. */
export function oddSiblings(view: DeviceView): Finding[] {
  const found = [...oddIn(view), ...view.around === null ? [] : oddIn(view.around, view)];
  return [...found, ...[...farEnds(view), ...growingSpreads(view)].slice(0, 1)].slice(0, 2);
}

/** What is odd of what is alike in a view; of the numbers of one device in it alone, if that is asked for. */
function oddIn(view: DeviceView, of: DeviceView = view): Finding[] {
  return KINDS.flatMap((kind) => {
    for (const likes of likesIn(view)) {
      if (kind.isAnywhere !== true && !likes.called.includes("#") || !kind.are(likes, view)) {
        continue;
      }
      const all = likes.members.flatMap((one) => {
        const others = likes.members.filter((other) => other !== one);
        const odd = kind.oddIn(one, others, view);
        return odd === null
          ? []
          : [{ one, finding: findingOf(one, { ...odd, others, advice: kind.advice }) }];
      });
      // Where several are odd they are of different things.
      if (all.length === 1 && all.some(({ one }) => of === view || tells(of, one))) {
        return all.map(({ finding }) => finding);
      }
    }
    return [];
  });
}

/** Whether a number of a gateway's document is one that a device of it tells. */
function tells(device: DeviceView, { topic, path }: Series): boolean {
  return device.topics.some((own) =>
    own.topic === topic.topic &&
    [...own.readings.at(-1)?.fields.keys() ?? []].some((part) => `.${path}`.endsWith(`.${part}`))
  );
}

function findingOf(
  one: Series,
  o: Odd & { others: readonly Series[]; advice: string },
): Finding {
  const beside = o.others.slice(0, 8).map((other) =>
    `"${labelOf(other)}" ${rounded(other.values.at(-1) ?? 0)}`
  );
  return findingFrom({
    code: "outlier",
    title: o.title,
    summary: `On "${one.topic.topic}" from ${iso(one.readings[o.from]?.at ?? 0)} on; beside it ${
      beside.join(", ")
    }`,
    ...withNumbers(one, one.readings.slice(Math.max(0, o.from - 1))),
    suggestion: o.advice,
  });
}

/** The latest of it. */
const lately = ({ values }: Series) => median(values.slice(-LATELY));
const LATELY = 5;
const LEAST_TOLD = 2;

const LEAST_CELLS = 4;
const LEAST_BARE_CELLS = 6;
/** Farther from the others than this share is no state of charge that evens out by itself. */
const CELL_SHARE = 0.09;
const EVEN = 0.03;
/** What is told of fuel cells and old accumulators is less, and farther apart in those that are well. */
const LOW_CELL_SHARE = 0.3;
const LOW_CELL_V = 1.5;
const CELL = /cell(?!ar)|zelle|celda|cellule|célula|celula|článek|clanek|ogniw/;
const CELLS_ABOVE = /^(?:cells?|zellen?|celdas?|cellules?|c[ée]lulas?|ogniwa?)$/;
const NO_CELL = /temp|count|number|resist|balanc|cellular/;

function areCells({ called, above, members }: Likes): boolean {
  const middle = median(members.map(lately));
  const isLow = middle > LOW_CELL_V / 3 && middle <= LOW_CELL_V && VOLTS.test(called);
  if (NO_CELL.test(called) || !isOfCell(middle) && !isLow) return false;
  const areNamed = CELL.test(called) || called.startsWith("#.") && CELLS_ABOVE.test(above);
  // A list without a name, of what all but one agree in, is one of cells too.
  return areNamed ? members.length >= LEAST_CELLS : /(?:\[#\]|column_?#)$/.test(called) &&
    members.filter((one) => Math.abs(lately(one) - middle) <= EVEN * middle).length >=
      LEAST_BARE_CELLS;
}

function farCell(one: Series, others: readonly Series[]): Odd | null {
  const middle = median(others.map(lately));
  const share = middle > LOW_CELL_V ? CELL_SHARE : LOW_CELL_SHARE;
  const isFar = (value: number) => Math.abs(value - middle) > share * middle;
  const last = lately(one);
  if (!isFar(last) || !isCellOrLess(last) || one.values.length < LEAST_TOLD) return null;
  return {
    title: `The cell "${labelOf(one)}" is at ${rounded(last)}, the others at about ${
      rounded(middle)
    }`,
    from: one.values.findIndex(isFar),
  };
}

/** Whether it is of one cell of any chemistry, in volts or millivolts. */
function isOfCell(value: number): boolean {
  return value > 1.5 && value < 4.6 || value > 1_500 && value < 4_600;
}

function isCellOrLess(value: number): boolean {
  return value >= 0 && value < 5_000;
}

/** Voltages of grids. */
const GRIDS = [[180, 280], [340, 480]] as const;
/** Under this share of the others a phase is gone; no grid that is well has phases farther apart than the second. */
const GONE_SHARE = 0.1;
const APART_SHARE = 0.13;
/** In whole words of any language, {@linkcode plainKey} says it in English; German ones are joined: `netzspannung`. */
const VOLTS = /volt|spannung|(?<![a-z])[uv](?:_?rms|_?ac)?[._/]?_?(?:l|phase|ph)?_?\[?#/;
const NO_GRID = /angle|thd|max|min|cell|batt|mppt|string|pv|solar|panel|dc|inverter/;
const NO_VOLTS = /curr|amp|power|energy|watt|freq|temp|speed|rpm|cos|factor|lux|dist/;

/** Whether they are voltages of a grid; what holds all of them may be called after what is reckoned from them: `ENERGY.Voltage[1]`. */
function areOfGrid(called: string): boolean {
  const [own = "", holder = "#"] = called.split(".").toReversed();
  return VOLTS.test(called) && !NO_GRID.test(called) &&
    !NO_VOLTS.test(VOLTS.test(own) && !holder.includes("#") ? own : called);
}

function arePhases({ called, members }: Likes): boolean {
  return members.length === 3 && areOfGrid(called) &&
    members.every(({ values }) => values.length >= LEAST_TOLD);
}

function oddPhase(one: Series, others: readonly Series[]): Odd | null {
  const now = others.map(lately);
  const value = lately(one);
  const usual = median([value, ...now]);
  const off = (volts: number) => Math.abs(volts - usual) / usual;
  if (!GRIDS.some(([from, to]) => usual >= from && usual <= to)) return null;
  if (off(value) <= APART_SHARE || now.some((other) => off(other) >= off(value))) return null;
  return {
    title: `${
      off(value) >= 1 - GONE_SHARE && value < usual ? "A phase is gone" : "The phases are far apart"
    }: "${labelOf(one)}" is at ${rounded(value)} V, the other two phases at ${
      now.map((other) => rounded(other)).join(" and ")
    } V`,
    from: one.values.findIndex((v) => off(v) > APART_SHARE),
  };
}

/** What the sun shines on alike: strings and inputs of panels; AhoyDTU has `ch1/P_DC`, OpenDTU `1/irradiation`. */
const OF_SUN =
  /(?:^|[^a-z])(?:(?:pv|dc|solar)_?(?:port|input|in|ch|channel|string)|pv|pv_?port|string|str|mppt|panel|module|dc|solar)[_ /]?#|(?:^|[^a-z])strings?(?:_?(?:a|i|amps?|currents?|v|volts?))?\.[a-z]{0,2}#$|(?:^|[^a-z])ch#[._/][uip]_?dc$|^#[._/]irradiation$/;
const OF_POWER =
  /volt|amp|current|power|watt|spannung|strom|leistung|irradiation|(?:^|[^a-z])[uivpaw](?:dc)?(?![a-z])/;
/** A place that has a number alone: `1/voltage`, `3/power`. */
const PLACE_OF_POWER = /^#\.(?:dc_?)?(?:volt(?:age)?|power|u_?dc|p_?dc)$/;
/** The voltage of the panels of one of several chargers. */
const PANEL_VOLTS =
  /(?:^|[/._])(?:pv|panels?|solar)[/._]?(?:v|u|volt(?:age)?|spannung)\/?(?:state|value)?$/;
/** What a load on three phases takes of each. */
const OF_PHASE =
  /(?:curr|current|amps?|power|(?<![a-z])[ip])[._/]?(?:l|phase_?|ph_?)?\[?#\]?$|(?:^|[^a-z])(?:l|phase_?|ph_?)#[._/]?(?:curr|current|amps?|power)$|(?:curr|current|amps?)_#$|(?:^|[^a-z])#_(?:curr|current|amps?)$/;
const CLAMP = /(?:^|[^a-z])(?:ch|channel|ct|clamp|line|input)_?#$/;
const LEAST_STRING = 3;
/** At least so much of what the others hold goes on when one is gone, or has been at first. */
const GOES_ON = 0.5;
/** Less than this share of what it gave beside the others is no shade of a chimney, which diodes lead around. */
const BEHIND = 0.6;
const AS_MUCH = 0.25;

/** Three that may be wires of one load: `current_a`, or channels of a clamp whose unit stands beside them. */
function areWires(called: string, members: readonly Series[]): boolean {
  return OF_PHASE.test(called) ||
    mayBeThree(called) &&
      members.every((one) =>
        [...one.readings.at(-1)?.fields ?? []].some(([path, value]) =>
          /^units?$/.test(leafOf(path)) && /^m?(?:a|amps?|amperes?)$/i.test(String(value))
        )
      );
}

/** What is only numbered may be three loads, of which one is off. */
function mayBeThree(called: string): boolean {
  return CLAMP.test(called);
}

const BALANCED = 0.15;
const TAKES_OVER = 1.2;
const NOTHING = 0.05;

/** Whether three phases carried as much each until one carried nothing, and the other two as much as each other since. */
function areBalanced(one: Series, others: readonly Series[]): boolean {
  const early = median(one.values.slice(0, LEAST_STRING));
  const at = one.values.findLastIndex((value) => value > NOTHING * early) + 1;
  const sinceMs = one.readings[at]?.at ?? Infinity;
  const partsOf = ({ values, readings }: Series) => ({
    head: values.filter((_, i) => readings[i].at < sinceMs),
    tail: values.filter((_, i) => readings[i].at >= sinceMs),
  });
  const parts = others.map(partsOf);
  const late = median(parts[0]?.tail ?? []);
  if (NUMBERED.test(one.name) && late < TAKES_OVER * early) return false;
  const isNear = (values: readonly number[], to: number) =>
    values.every((value) => Math.abs(value - to) <= BALANCED * to);
  return early > 0 && one.values.slice(at).every((value) => value <= NOTHING * early) &&
    parts.every(({ head, tail }) => isNear(head, early) && isNear(tail, late));
}

const NUMBERED = /^(?:ch|channel|ct|clamp|line|input|current|amps?)_?\d$/;

/** One that gives far less from one message to the next, beside others that go on as before. */
function fallsBehind(one: Series, others: readonly Series[]): Odd | null {
  const shares = one.values.flatMap((value, i) => {
    const atMs = one.readings[i].at;
    const beside = others.map(({ values, readings }) =>
      values[readings.findLastIndex(({ at }) => at <= atMs + SAME_MOMENT_MS)] ?? NaN
    );
    const middle = median(beside);
    return [{ i, value, middle, share: value / middle }];
  }).filter(({ middle }) => middle > 0);
  const usual = median(shares.slice(0, LEAST_STRING).map(({ share }) => share));
  if (!(usual > 0) || usual > 5 || usual < 0.2) return null;
  const at = shares.findLastIndex(({ share }) => share > BEHIND * usual) + 1;
  const [head, tail] = [shares.slice(0, at), shares.slice(at)];
  const before = head.at(-1);
  const first = tail[0];
  if (head.length < LEAST_STRING || tail.length < LEAST_STRING) return null;
  if (before === undefined || first === undefined) return null;
  const isEven = head.every(({ share }) => Math.abs(share - usual) <= AS_MUCH * usual);
  const goOn = median(tail.map(({ middle }) => middle)) >
      GOES_ON * median(head.map(({ middle }) => middle)) &&
    first.middle > GOES_ON * before.middle;
  if (!isEven || !goOn) return null;
  return {
    title: `"${labelOf(one)}" fell from about ${
      rounded(median(head.map(({ value }) => value)))
    } to ${
      tail.every(({ value }) => value === 0)
        ? "nothing"
        : `about ${rounded(median(tail.map(({ value }) => value)))}`
    }, and those beside it go on`,
    from: first.i,
  };
}

/** What is told one after another is of one moment. */
const SAME_MOMENT_MS = 3_000;
/** Of so many others that give the same, one gives next to nothing all the time. */
const LEAST_OTHERS = 3;
const MOST_OF_OTHERS = 0.1;
const ALIKE = 0.3;

function givesLittle(one: Series, others: readonly Series[]): Odd | null {
  return others.length < LEAST_OTHERS ? null : littleBeside(one, others);
}

function littleBeside(one: Series, others: readonly Series[]): Odd | null {
  const given = others.map(({ values }) => median(values));
  const middle = median(given);
  if (middle <= 1 || one.values.length < LEAST_STRING) return null;
  if (given.some((value) => Math.abs(value - middle) > ALIKE * middle)) return null;
  // A place into which nothing is plugged reads nothing at all.
  const isLittle = one.values.every((value) => value <= MOST_OF_OTHERS * middle) &&
    (one.values.some((value) => value !== 0) || isAmid(one, others));
  return isLittle
    ? {
      title: `"${labelOf(one)}" is ${
        one.values.some((value) => value !== 0)
          ? `about ${rounded(median(one.values))}`
          : "0 all the time"
      }, and those beside it about ${rounded(middle)}`,
      from: 0,
    }
    : null;
}

/** Inputs of one box are used from the first on: among so many one between them is no spare one. */
const LEAST_AMID = 5;

function isAmid(one: Series, others: readonly Series[]): boolean {
  const numberOf = ({ topic, path }: Series) =>
    Number(/\d+(?=\D*$)/.exec(`${topic.topic}/${path}`)?.[0]);
  return others.length >= LEAST_AMID &&
    others.some((other) => numberOf(other) > numberOf(one)) &&
    others.some((other) => numberOf(other) < numberOf(one));
}

/** What is never quite nothing in water or air that is as beside it. */
const NEVER_NOTHING =
  /(?:oxygen(?!_?sat)|(?<![a-z])do_?(?:mg_?_?l|ppm)|(?<![a-z])ph|conductivity|salinity|(?<!target_?)humidity)(?:_(?:value|mg_?_?l|ppm|pct|percent|us_?cm|ppt))?$/;
const LEAST_NOTHING = 5;

/** How wet soil is, and what is called so and set or told raw. */
const NO_PROBE = /temp|offset|calib|set|target|min|max|delta|diff|thresh|limit|alarm|volt|raw|adc/;
const LEAST_PROBED = 5;
/** What a board calls its places by itself. */
const OF_PLACES =
  /soil|moisture|humidity|sensor|probe|channel|(?<!\p{L})ch(?!\p{L})|input|value|plant|analog|adc|boden|erd(?:e|reich)?(?!\p{L})|feucht(?:e|igkeit)?|kanal|humedad|suelo|umidit[àa]|terreno|humidit[ée]|sonde/giu;

/** Whether people gave a probe a name; the last of those that are only numbered may be a place into which none is plugged. */
function hasOwnName(one: Series, others: readonly Series[], view: DeviceView): boolean {
  const name = documentedName(view, one) ?? "";
  const names = others.map((other) => documentedName(view, other) ?? "");
  const numberIn = (text: string) => Number(/\d+/.exec(text)?.[0]);
  const isLast = names.every((other) =>
    other.replace(/\d+/, "#") === name.replace(/\d+/, "#") && numberIn(other) < numberIn(name)
  );
  return !isLast && /\p{L}/u.test(name.replace(OF_PLACES, ""));
}

/** One that is 0 in each message, though its device measures on, where several others are at as much as each other. */
function readsNothing(one: Series, others: readonly Series[], view: DeviceView): Odd | null {
  const given = others.map(({ values }) => median(values));
  const middle = median(given);
  if (others.length < LEAST_OTHERS || one.values.length < LEAST_NOTHING) return null;
  if (one.values.some((value) => value !== 0) || others.some(({ values }) => values.includes(0))) {
    return null;
  }
  if (given.some((value) => Math.abs(value - middle) > ALIKE * middle)) return null;
  const moves = ({ values }: Series) => values.length >= LEAST_NOTHING && new Set(values).size > 1;
  const isAlive =
    besideOf(one.path, one.readings.at(-1)).some(([path, value]) =>
      typeof value === "number" && value !== 0 && !isTime(leafOf(path)) &&
      one.readings.some(({ fields }) =>
        typeof fields.get(path) === "number" && fields.get(path) !== value
      )
    ) || isHolder(leafOf(one.path)) && middle >= LEAST_PROBED && others.every(moves);
  return isAlive
    ? {
      title: `"${
        documentedName(view, one) ?? labelOf(one)
      }" is 0 all the time, and those beside it about ${rounded(middle)}`,
      from: 0,
    }
    : null;
}

/** How much the panels of one of several inverters give. */
const OF_INVERTERS = /(?:inverter|(?<![a-z])wr)_?#\.(?:pv|solar|dc|panel)_?(?:volt|spannung)/;
/** What an inverter says of where its power comes from. */
const SUN = /(?<![a-z])(?:solar|pv|sun|mppt)(?![a-z])/i;
/** So many of them whose panels are at so many volts, as the others'. */
const LEAST_INVERTERS = 3;
const LEAST_VOLTS = 50;

/** Whether an inverter says, as the others do, that the sun is what it is fed by. */
function isOfSun(one: Series, others: readonly Series[], { topics }: DeviceView): boolean {
  const level = topicAmong(one, others).split("/").length;
  if (topicAmong(one, others) === "") return false;
  const saidBy = ({ topic: { segments } }: Series) =>
    topics.flatMap(({ topic, readings, role }) =>
      role !== "command" && role !== "discovery" &&
        topic.startsWith(`${segments.slice(0, level).join("/")}/`)
        ? [...readings.at(-1)?.fields.values() ?? []]
        : []
    ).filter((value) => typeof value === "string" && SUN.test(value));
  const said = saidBy(one);
  return said.length > 0 && others.every((other) => {
    const theirs = new Set(saidBy(other));
    return said.some((word) => theirs.has(word));
  });
}

/** Next to nothing all the time where the others are at as much as each other. */
function readsLittle(one: Series, others: readonly Series[]): Odd | null {
  const middle = median(others.map(({ values }) => median(values)));
  const isEnough = others.length + 1 >= LEAST_INVERTERS && middle >= LEAST_VOLTS;
  return isEnough ? littleBeside(one, others) : null;
}

/** Cells of one battery of which only the least and the mean are told. */
function farEnds(view: DeviceView): Finding[] {
  const all = seriesOf(view).filter(({ path, topic }) =>
    /cell/i.test(`${topic.segments.at(-1)}.${path}`)
  );
  const ends = all.flatMap((series) => {
    const called = calledOf(series);
    const [, which] = /(?:^|[^a-z])(min|minimum|lowest|low|max|maximum|highest|high)(?![a-z])/
      .exec(called) ?? [];
    if (which === undefined || !/volt|(?:^|[^a-z])m?v(?![a-z])/.test(called)) return [];
    const twin = (words: readonly string[]) =>
      all.find((other) =>
        other !== series && other.values.length === series.values.length &&
        words.some((word) => calledOf(other) === called.replace(which, word))
      );
    const mean = twin(MEANS) ?? (sinks(series) ? twin(FULLEST) : undefined);
    return mean === undefined ? [] : [{ series, mean }];
  });
  return ends.flatMap(({ series, mean }) => farEnd(series, mean) ?? []).slice(0, 1);
}

/** Whether a cell loses in nearly each step, by far more than any that is discharged with the others. */
function sinks({ values }: Series): boolean {
  return values.length >= LEAST_AWAY && growsOn(values.map((value) => -value)) &&
    (values.at(-1) ?? 0) < (1 - CELL_SHARE) * values[0];
}

function growsOn(values: readonly number[]): boolean {
  return risesIn(values) >= 0.8 * (values.length - 1);
}

const MEANS = ["average", "mean"];
const FULLEST = ["max", "maximum", "highest", "high"];
/** So many messages show that it goes on, and that it is so many times as far as at first. */
const LEAST_AWAY = 8;
const TIMES_AS_FAR = 3;

const SPREAD =
  /cell.{0,40}(?:spread|delta|diff|imbalance|deviation|unbalance)|(?:spread|delta|diff|imbalance|deviation|unbalance).{0,40}cell/;
/** So many volts apart, cells of one battery no longer even out. */
const FAR_APART_V = 0.15;

/** A difference between cells that grows with nearly each message, to much more than it was. */
function growingSpreads(view: DeviceView): Finding[] {
  return seriesOf(view).flatMap((series) => {
    const { values, readings, topic } = series;
    const called = calledOf(series);
    // Which cell it is that is lowest.
    if (!SPREAD.test(called) || /(?:idx|index|nr|no)$/.test(called)) return [];
    if (values.length < LEAST_AWAY) return [];
    const [first = 0, last = 0] = [values[0], values.at(-1)];
    const volts = last > 4 ? last / 1_000 : last;
    if (!growsOn(values) || volts < FAR_APART_V || last < TIMES_AS_FAR * first) return [];
    return [findingFrom({
      code: "outlier",
      title: `The cells go apart: "${labelOf(series)}" grew from ${rounded(first)} to ${
        rounded(last)
      }`,
      summary: `On "${topic.topic}" it grew in ${risesIn(values)} of ${values.length - 1} steps`,
      ...withNumbers(series, readings),
      suggestion: KINDS[0].advice,
    })];
  });
}

/** `cellVoltage.min` and `cell_voltage_min` are called the same; a bare value by two levels: `string2/voltage`. */
function calledOf({ path, topic }: Series): string {
  return plainKey(`${topic.segments.slice(path === "" ? -2 : -1).join(".")}.${path}`);
}

/** The weakest or fullest cell where it is far from the mean of all, or runs away from it. */
function farEnd(series: Series, mean: Series): Finding | null {
  const { values, readings, topic } = series;
  const last = median(values.slice(-LEAST_STRING));
  const middle = median(mean.values.slice(-LEAST_STRING));
  // What never moves is a limit.
  if (values.length < LEAST_STRING || !isOfCell(middle) || new Set(values).size < 2) return null;
  const away = values.map((value, i) => Math.abs(value - (mean.values[i] ?? value)));
  const runs = values.length >= LEAST_AWAY && growsOn(away) &&
    (away.at(-1) ?? 0) > TIMES_AS_FAR * Math.max(away[0], 0.003 * middle);
  const share = Math.abs(last - middle) / middle;
  if (!(share > CELL_SHARE || runs && share > CELL_SHARE / 3)) return null;
  return findingFrom({
    code: "outlier",
    title: `A cell ${runs ? "runs away" : "is far"} from the others: "${labelOf(series)}" is ${
      rounded(last)
    }, ${runs ? `"${labelOf(mean)}"` : "their mean"} ${rounded(middle)}`,
    summary: `On "${topic.topic}" the difference went from ${rounded(away[0])} to ${
      rounded(away.at(-1) ?? 0)
    } in ${values.length} messages`,
    ...withNumbers(series, readings),
    suggestion: KINDS[0].advice,
  });
}
