import { differences } from "../../../statistics.ts";
import { lastOf, leafOf } from "../../reading/fields.ts";
import { besideOf } from "../../reading/view.ts";
import { type Field, type Rule, warning } from "./flag.ts";

/** What a processor's heat is called, in one level or in two. */
const PROCESSOR_HEAT =
  /(?:^|[^a-z])(?:cpu|soc|processor|prozessor|package|gpu|k10)[^a-z]?(?:(?:die|core|pkg)[^a-z]?)?(?:temp|temperature|temperatur)(?:[^a-z]?c(?:elsius)?)?$|(?:^|[^a-z])(?:tctl|tdie)$/i;
const LEAST = 3;
/** Processors, what computes beside them, and where an operating system measures them. */
const CHIP =
  "(?:cpu|gpu|npu|vpu|tpu|edge[^a-z]?tpu|coral|apex|hailo|movidius|mcu|chip|processor|prozessor|package(?:[^a-z]id)?|pkg|core(?=[^a-z]?\\d))";
/** Its heat: `apex_0` below `temperatures`, `npu_temp`, or a zone that is of nothing else. */
const CHIP_HEAT = new RegExp(
  [
    `temp(?:erature|eratur)?s?[^a-z]{1,2}(?:[a-z0-9_-]{1,30}[.[/])?${CHIP}[^a-z]{0,2}\\d{0,3}$`,
    `(?:^|[^a-z])(?:soc|${CHIP})[^a-z]?\\d{0,3}[^a-z]?(?:die[^a-z]?|core[^a-z]?|edge[^a-z]?|input[^a-z]?)?(?:temp|temperature|temperatur)(?:[^a-z]?(?:c|celsius))?$`,
    "(?:^|[^a-z])(?:thermal[^a-z]?zone[^a-z]?\\d{1,2}|(?:cpu|soc|gpu|npu|bigcore\\d?|littlecore)[^a-z]thermal|x86[^a-z]pkg[^a-z]temp|coretemp|package[^a-z]id[^a-z]\\d|coretemp[^a-z].{0,12}core[^a-z]\\d{1,2})(?:[^a-z]?temp(?:erature)?)?$",
  ].join("|"),
  "i",
);
/** What is no heat, but how hot it may get. */
const LIMIT = /high|low|crit|max|min|limit|thresh|warn|target|hyst|alarm|emergency|shutdown|trip/i;
/** Above this it is near its end where it still climbs; all chips slow down or stop at the other. */
const HOT = 90;
const TOO_HOT = 100;
const MOST = 125;
/** It climbs where it rose by so much, with each of so many messages to the last. */
const CLIMBED = 15;
const LEAST_CLIMBING = 6;
const LOOKED_AT = 40;

/** Computers on one board run hotter than others. */
const ON_ONE_BOARD = /(?:^|[^a-z])(?:r?pi\d?|raspberry|esp32|throttled)(?:[^a-z]|$)/i;

/** The heat of processors and of what computes beside them. */
export const HEAT_RULES: readonly Rule[] = [
  {
    is: (value) => typeof value === "number" && value >= 84,
    where: (field) => {
      const { topic, path, reading } = field;
      return PROCESSOR_HEAT.test(`${topic.topic}.${path}`.replace(/\.?(?:value|state)?\.?$/, "")) &&
        staysAbove(
          field,
          ON_ONE_BOARD.test(`${topic.topic} ${[...reading.fields.keys()].join(" ")}`) ? 84 : 94,
        );
    },
    tells: warning("the processor is too hot"),
  },
  {
    is: (value) => typeof value === "number" && value >= HOT,
    where: (field) => isChipHeat(field) && (staysAbove(field, TOO_HOT) || climbs(field)),
    tells: warning("the chip is too hot"),
  },
];

/** Whether a number is at least so much in each of the last messages, and no more than can be. */
function staysAbove({ path, topic }: Field, least: number): boolean {
  const last = topic.live.slice(-LEAST).map(({ fields }) => fields.get(path));
  return last.length === LEAST &&
    last.every((value) => typeof value === "number" && value >= least && value <= MOST);
}

/** Whether a number is the heat of a chip, in degrees Celsius. */
function isChipHeat({ path, topic, reading }: Field): boolean {
  const around = `${topic.topic}.${path}`.replace(
    /[.\]/]{0,2}(?:value|state|current|now|\/)?[.\]/]{0,2}$/i,
    "",
  );
  const isFahrenheit = besideOf(path, reading).some(([other, value]) =>
    /unit/.test(leafOf(other)) && /^.{0,4}F(?:ahrenheit)?$/i.test(String(value))
  );
  // What stands all the time at so much is a limit as well.
  const stands = new Set(topic.live.map(({ fields }) => fields.get(path))).size === 1;
  return CHIP_HEAT.test(around) && !LIMIT.test(lastOf(path)) && !isFahrenheit && !stands;
}

/** Whether a number rose and rose to the last message, and to no more than can be. */
function climbs({ path, topic }: Field): boolean {
  const values = topic.live.map(({ fields }) => fields.get(path)).slice(-LOOKED_AT)
    .filter((value) => typeof value === "number");
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const steps = differences(values).slice(-LEAST_CLIMBING);
  return last <= MOST && last - first >= CLIMBED && steps.length === LEAST_CLIMBING &&
    steps.every((step) => step > 0);
}
