import { leafOf, objectOf, type Scalar } from "../../fields.ts";
import { type Reading, siblingTopics } from "../../view.ts";
import { type Field, type Flag, isUnset, reported, type Rule, wordOf } from "./flag.ts";

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

/** A receiver of satellites that knows its place in none of its messages. */
export const FIX_RULES: readonly Rule[] = [withoutFix, modeOfGpsd];

/** gpsd's report of time and position, each field of it on a topic of its own: a mode of 1 is no fix. */
function modeOfGpsd({ path, value, topic, view }: Field): Flag | null {
  if (path !== "" || topic.segments.at(-1) !== "mode" || !(Number(value) === 1)) return null;
  const beside = siblingTopics(view, topic).map(({ segments }) => segments.at(-1));
  return beside.includes("ept") && !beside.includes("lat") && topic.live.length >= LEAST &&
      topic.live.every(({ fields }) => fields.get("") === value)
    ? reported("warning", "its receiver finds no position")
    : null;
}

function withoutFix({ name, path, value, topic, reading }: Field): Flag | null {
  const isTpv = reading.fields.get("class") === "TPV" && path === "mode";
  const isFix = FIX.test(name) && isNone(value) ||
    STATE.test(name) && isReceiver(path, topic.topic, reading) &&
      (SEARCHES.test(wordOf(value)) || name.endsWith("valid") && isUnset(value));
  if (!isTpv && !isFix) return null;
  if (isTpv && !(typeof value === "number" && value <= 1)) return null;
  const told = topic.live.filter(({ fields }) => fields.has(path));
  if (told.length < LEAST || told.some(({ fields }) => fields.get(path) !== value)) return null;
  // Satellites that are heard, or a place, say that it hears something.
  if (told.some((one) => hasPlace(one, objectOf(path)))) return null;
  return reported("warning", "its receiver finds no position");
}

/** Whether a message is that of a receiver: it counts satellites, or is called so. */
function isReceiver(path: string, topic: string, { fields }: Reading): boolean {
  return [...fields.keys()].some((one) =>
    /^(?:num|gps|gnss)?(?:sats?|satellites)(?:used|count)?$/.test(leafOf(one))
  ) ||
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
