/** What a device tells of itself at a glance, whether anything is wrong or not. */
import { rounded } from "./evidence.ts";
import { leafOf, nameOf, type Scalar } from "./reading/fields.ts";
import { batteryOf } from "./findings/supply/battery.ts";
import { signalOf } from "./findings/reach/signal.ts";
import { kindByName } from "./findings/values/series.ts";
import { type DeviceView, stateTopics, type TopicView } from "./reading/view.ts";

/** The present state of a device in a few figures. */
export interface Vitals {
  /** Percent; null where it tells none. */
  readonly battery: number | null;
  /** The unit as it is written behind the value: `dBm`, `of 255`. */
  readonly signal: { readonly value: number; readonly unit: string; readonly weak: boolean } | null;
  /** Its latest values, a few of them: `temperature 21.4, humidity 48`. Empty where it tells none. */
  readonly values: string;
}

/** Of a device of which nothing is known. */
export const NO_VITALS: Vitals = { battery: null, signal: null, values: "" };

const MOST_VALUES = 3;
const MOST_TOPICS = 20;
const NAME_CHARS = 40;
/** What has a place of its own. */
const BATTERY = /^battery(?:level|percent(?:age)?|pct|low)?$/;
/** Texts that are no more than a switch, so that no stranger's text is told. */
const SWITCHED = /^(on|off|open|closed|locked|unlocked)$/i;

/** Reads the vitals of a device. Pure. */
export function vitalsOf(view: DeviceView): Vitals {
  return { battery: batteryOf(view), signal: signalOf(view), values: valuesOf(view) };
}

function valuesOf(view: DeviceView): string {
  const told = new Map<string, string>();
  for (const topic of stateTopics(view).slice(0, MOST_TOPICS)) {
    const reading = topic.live.at(-1) ?? topic.readings.at(-1);
    for (const [path, value] of reading?.fields ?? []) {
      const name = nameOf(path, topic.segments);
      const text = valueText(value, { path, name, topic, view });
      if (text === null || name === "" || BATTERY.test(name) || told.has(name)) continue;
      told.set(name, `${shownName(name, path, topic.segments)} ${text}`);
      if (told.size >= MOST_VALUES) break;
    }
    if (told.size >= MOST_VALUES) break;
  }
  return [...told].map(([, text]) => text).join(", ");
}

/** A field as its device calls it: of its path, or of its topic for a payload that is the value itself. */
function shownName(name: string, path: string, segments: readonly string[]): string {
  const levels = [...segments, ...path.split(/[./]/)];
  const level = levels.findLast((one) => leafOf(one) === name) ?? name;
  return level.replace(/[_\s]+/g, " ").slice(0, NAME_CHARS);
}

function valueText(
  value: Scalar,
  o: { path: string; name: string; topic: TopicView; view: DeviceView },
): string | null {
  const kind = o.topic.family.fieldKind?.(o.path, o.topic, o.view) ?? kindByName(o.name);
  if (typeof value === "number") return kind === "reading" ? String(rounded(value)) : null;
  const isSwitch = typeof value === "string" && SWITCHED.test(value) && leafOf(o.path) !== "mode";
  return isSwitch && kind !== "ignored" ? String(value).toLowerCase() : null;
}
