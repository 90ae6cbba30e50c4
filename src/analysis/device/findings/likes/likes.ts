/** Numbers that are called alike but for a number or a letter: cells, phases, strings, probes, parts of a machine. */
import { plainKey } from "../../../../payload/plain_keys.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import type { DeviceView } from "../../reading/view.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** What tells one of them from the others: a number, or a letter by itself. */
const PLACE = /\d+|(?<![a-z])[a-z](?![a-z])/g;
/** A level above the last one, of which each part may have another name. */
const LEVEL = /(?<=[/.])[^/.]{2,}(?=[/.])/g;
const MOST_PLACES = 3;
const MOST_LIKES = 64;
const MOST_GROUPS = 200;

/** Those of one group, in the order they were heard. */
export interface Likes {
  /**
   * What all of them are called by their last two levels that say so, in small letters, with `#` where
   * they differ, or `*` where they differ by the name of what they are of.
   */
  readonly called: string;
  /** The level above these; empty where there is none. */
  readonly above: string;
  readonly members: readonly Series[];
}

/** The numbers of a device that are alike, each pair once for every place by which they differ. */
export const likesIn: (view: DeviceView) => readonly Likes[] = rememberingEach((view) => {
  const groups = new Map<string, Series[]>();
  for (const series of seriesOf(view)) {
    const called = fullName(series);
    const places = [...called.matchAll(PLACE)].slice(-MOST_PLACES);
    const levels = [...called.matchAll(LEVEL)].slice(-MOST_PLACES)
      .filter(({ index }) => places.every((place) => place.index !== index));
    for (const { index, 0: place } of [...places, ...levels]) {
      const mark = place.length > 1 && !/^\d/.test(place) ? "*" : "#";
      const key = `${called.slice(0, index)}${mark}${called.slice(index + place.length)}`;
      const group = groups.get(key);
      if (group === undefined) {
        if (groups.size < MOST_GROUPS) groups.set(key, [series]);
      } else if (group.length < MOST_LIKES) group.push(series);
    }
  }
  return [...groups].filter(([, { length }]) => length > 1)
    .map(([key, members]) => {
      const levels = key.replace(/[/.](?:state|value|val|v)$/, "").split(/[/.](?!\[)/);
      return { called: levels.slice(-2).join("."), above: levels.at(-3) ?? "", members };
    });
});

/** The start of a name up to the end of the part by which it differs from all others; empty where there is none. */
export function placeAmong(name: string, others: readonly string[], divider: RegExp): string {
  const parts = (text: string) => text.split(divider);
  const [own, all] = [parts(name), others.map(parts)];
  const at = own.findIndex((part, i) => all.every((other) => other[i] !== part));
  return own.slice(0, at + 1).join("").replace(/[/._[\]]$/, "");
}

/** The levels of a topic up to the one by which it differs from the topics of all others; empty where there is none. */
export function topicAmong({ topic }: Series, others: readonly Series[]): string {
  const nameOf = ({ segments }: Series["topic"]) => `${segments.join("/")}/`;
  return placeAmong(nameOf(topic), others.map((other) => nameOf(other.topic)), /(?<=\/)/);
}

/** Topic and field of a series, in small letters and with `.` and `/` between its levels. */
function fullName({ topic, path }: Series): string {
  return plainKey(`${topic.segments.join("/")}/${path}`.replace(/\/$/, ""));
}
