/** What comes and goes by itself, and is no fault when it is gone. */

import { leafOf, type Scalar } from "../../reading/fields.ts";
import { wordsOf } from "../../naming/names.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";

/** Words that say of a person, or of what one carries, whether it is here. */
const PRESENCE =
  /^(?:(?:not|is)[ _-]?)?(?:present|home|at[ _-]?home|in[ _-]?range)$|^(?:an|ab)wesend$|^(?:away|absent|nearby|out[ _-]?of[ _-]?range)$/i;

function saysPresence(value: Scalar | undefined): boolean {
  return typeof value === "string" && PRESENCE.test(value.trim());
}

/** Whether what a topic speaks of is told to be present or not, there or on a topic that ends alike. */
export function isOfPresence(topic: string, view: DeviceView): boolean {
  const last = topic.slice(topic.lastIndexOf("/") + 1);
  return view.topics.some((other) => {
    const fields = other.readings.at(-1)?.fields;
    return other.topic === topic
      ? [...fields ?? []].some(([path, value]) =>
        !/id$|name|mode/i.test(leafOf(path)) && saysPresence(value)
      )
      : other.segments.at(-1) === last && saysPresence(fields?.get(""));
  });
}

/** What a radio hears of strangers that pass: aircraft (ICAO address, squawk), ships (AIS, MMSI), sondes. */
const PASSING =
  /^(?:aircrafts?|airplanes?|planes?|icao|squawk|adsb|mmsi|ships?|ais|radiosondes?|sondes?)$/;

/** What a camera tells while somebody is before it, and no more when nobody is. */
const SEEN = /^detections?$/;

/** Whether words of a topic or of its fields say that it speaks of what only passes. */
export function isPassing({ segments, live }: TopicView): boolean {
  const saysNobody = ({ fields }: Reading) => [...fields.values()].some((value) => value === 0);
  // ESPresense: what people wear and carry, as each room hears it.
  if (segments.includes("espresense") && segments.includes("devices")) return true;
  return [...segments, ...live.at(-1)?.fields.keys() ?? []].some((name) =>
    wordsOf(name).some((word) => PASSING.test(word))
  ) || segments.some((level) => SEEN.test(level.toLowerCase())) && !live.some(saysNobody);
}

/** Whether a field says no more than that what passed is out of reach. */
export function tellsLeaving(path: string, topic: TopicView): boolean {
  return leafOf(path) === "lost" && isPassing(topic);
}
