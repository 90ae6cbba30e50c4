import { leafOf, objectOf, type Scalar } from "../../reading/fields.ts";
import { timeIn } from "../../reading/timestamps.ts";
import { besideOf, type Reading } from "../../reading/view.ts";
import { saysRuns } from "../effects/drivers.ts";
import { type Field, has, isAlways, isSet, isUnset, type Rule, warning, wordOf } from "./flag.ts";

/** What a receiver says of its fix, by the name that only receivers have. */
const FIX =
  /^(?:gps|gnss|has|position|pos|location)?fix(?:status|type|state|mode|ok|valid|typename)?$/;

const NO_FIX =
  /^(?:nofix|none|notfix|nofixyet|nofixavailable|nogps|nognss|invalid|lost|0d|notfixed)$/;

/** The same in a word of its state, which may be of anything. */
const SEARCHES =
  /^(?:(?:waiting|searching|acquiring|looking)(?:for)?(?:gps|gnss|fix|gpsfix|satellites?|position|signal|lock)?|nofix|nogpsfix|gpsnofix|nogps|nognss|nosatellites?|nolock|unlocked)$/;
const STATE =
  /^(?:gps|gnss|location|position|loc|pos|receiver)?(?:status|state|message|msg|valid)$/;
const OF_RECEIVERS = /(?:^|[._/-])(?:gps|gnss|location|position|locator)(?:$|[._/-])/i;

/** Messages in a row without one before that is more than a bridge or a garage. */
const LEAST = 5;

const NOT_FOUND = warning("its receiver finds no position");

/** Flags beside a place: that it is one of now, or that it is the last that was known. */
const VALID =
  /^(?:gps|gnss|fix|pos|position|loc|location)?(?:valid|hasfix|fix(?:valid|ok|status|type|state|mode)?)$/;
const OUTDATED = /^(?:gps|gnss|fix|pos|position|loc|location)?(?:outdated|stale|invalid)$/;
/** When the place was found that is told. */
const FIXED_AT =
  /^(?:last)?(?:gps|gnss|fix|pos|position|loc|location)(?:fix)?(?:time|timestamp|at|ts|utc)$/;
/** What says that somebody drives: then it stands in no garage for so long. */
const DRIVEN =
  /^(?:is)?(?:ignition|engine|moving|motion|driving|inmotion)(?:on|running|state|status)?$/;
const OLD_FIX_MS = 600_000;

/** A receiver of satellites that knows its place in none of its messages. */
export const FIX_RULES: readonly Rule[] = [
  // gpsd's report of time and position: a mode of 1 is no fix.
  {
    name: /^mode$/,
    is: (value) => typeof value === "number" && value <= 1,
    where: (field) =>
      field.path === "mode" && isPlaceless(field) &&
      (field.reading.fields.get("class") === "TPV" || field.reading.fields.has("ept")),
    tells: NOT_FOUND,
  },
  { name: FIX, is: isNone, where: isPlaceless, tells: NOT_FOUND },
  {
    name: STATE,
    where: (field) =>
      (SEARCHES.test(wordOf(field.value)) ||
        field.name.endsWith("valid") && isUnset(field.value)) &&
      isReceiver(field.path, field.topic.topic, field.reading) && isPlaceless(field),
    tells: NOT_FOUND,
  },
  { name: VALID, is: isNone, where: isDrivenUnfixed, tells: NOT_FOUND },
  { name: OUTDATED, is: isSet, where: isDrivenUnfixed, tells: NOT_FOUND },
];

/** Whether it tells in all messages an old place while it is driven: the last fix is long ago, or all of its like have one. */
function isDrivenUnfixed(field: Field): boolean {
  const { path, value, topic, view } = field;
  const { live } = topic;
  const [first] = live;
  const beside = besideOf(path, first);
  const isDriven = isAlways(field, LEAST) &&
    live.every(({ fields }) =>
      [...fields].some(([one, said]) => DRIVEN.test(leafOf(one)) && saysRuns(said))
    );
  if (!isDriven || !beside.some(([one]) => /^(?:gps)?lat(?:itude)?$/.test(leafOf(one)))) {
    return false;
  }
  const [, told = null] = beside.find(([one]) => FIXED_AT.test(leafOf(one))) ?? [];
  const fixed = timeIn(told, first?.at);
  const own = new Set(live.map(({ sample }) => sample));
  const others = view.around?.topics.find((one) => one.topic === topic.topic)?.live
    .filter(({ sample }) => !own.has(sample)) ?? [];
  return fixed !== null && (first?.at ?? 0) - fixed.atMs >= OLD_FIX_MS ||
    others.length >= LEAST && others.every(({ fields }) => (fields.get(path) ?? value) !== value);
}

/** Whether it says the same in all messages, none of which tells satellites that are heard, or a place. */
function isPlaceless({ path, value, topic }: Field): boolean {
  const told = topic.live.filter(({ fields }) => fields.has(path));
  return told.length >= LEAST &&
    told.every((one) => one.fields.get(path) === value && !hasPlace(one, objectOf(path)));
}

/** Whether a message is that of a receiver: it counts satellites, or is called so. */
function isReceiver(path: string, topic: string, reading: Reading): boolean {
  return has(reading, /^(?:num|gps|gnss)?(?:sats?|satellites)(?:used|count)?$/) ||
    OF_RECEIVERS.test(`${topic}/${path}`);
}

function isNone(value: Scalar): boolean {
  return isUnset(value) || NO_FIX.test(wordOf(value));
}

function hasPlace({ fields }: Reading, parent: string): boolean {
  return [...fields].some(([path, value]) =>
    path.startsWith(parent) && typeof value === "number" &&
    (/^(?:lat|latitude|lon|lng|long|longitude)$/.test(leafOf(path)) && value !== 0 ||
      /sat/.test(leafOf(path)) && value >= 4)
  );
}
