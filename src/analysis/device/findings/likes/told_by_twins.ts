/** What others of the device's kind tell, by the place at which they tell it. */
import type { Scalar } from "../../reading/fields.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { median } from "../../../statistics.ts";
import { dataTopicOf, placesOf } from "../../twins.ts";
import type { DeviceView, FieldPlace } from "../../reading/view.ts";

const MOST_FIELDS = 100;

/** A number of another device, with what stands where its own level is. */
export interface Told {
  readonly whose: string;
  readonly values: number[];
  readonly times: number[];
}

/** The numbers of others, by each place that leaves a level open. */
export const numbersIn: (twins: DeviceView["twins"]) => ReadonlyMap<string, readonly Told[]> =
  rememberingEach((twins: DeviceView["twins"]) => {
    const found = new Map<string, Told[]>();
    for (const { segments, live } of twins) {
      // What changed alone is told in a message of Sparkplug.
      const paths = new Set(live.flatMap(({ fields }) => [...fields.keys()].slice(0, MOST_FIELDS)));
      for (const path of [...paths].slice(0, MOST_FIELDS)) {
        const readings = live.filter(({ fields }) => typeof fields.get(path) === "number");
        const values = readings.map(({ fields }) => Number(fields.get(path)));
        if (values.length === 0) continue;
        const times = readings.map(({ at }) => at);
        const levels = levelsOf(segments, path);
        for (const [level, place] of placesIn(segments, path).entries()) {
          const whose = levels[level];
          const told = found.get(place);
          if (told === undefined) found.set(place, [{ whose, values, times }]);
          else told.push({ whose, values, times });
        }
      }
    }
    return found;
  });

/** The same number of others, of a device that is awake. */
export function toldOfLike({ topic, path }: FieldPlace, view: DeviceView): Told[] {
  const told = numbersBeside(view);
  return told === null
    ? []
    : placesIn(topic.segments, path).flatMap((place) => told.get(place) ?? []);
}

const LEAST_HOLDING = 2;
const LEAST_HELD = 4;
/** So much less than one is away do the others swing. */
const MOST_SWING = 1 / 3;

/**
 * What two others of its kind or more hold all the time, where one is away from it by far more than they swing; of a want that
 * is given they hold that. Null where they do not, or it is not away from it.
 */
export function heldByLike(
  place: FieldPlace & { readonly values: readonly number[] },
  view: DeviceView,
  o: { want: number | null; least: number },
): number | null {
  const like = toldOfLike(place, view).filter(({ values }) => values.length >= LEAST_HELD);
  if (like.length < LEAST_HOLDING) return null;
  const theirs = like.flatMap(({ values }) => values);
  const held = o.want ?? median(theirs);
  const away = Math.abs((place.values.at(-1) ?? held) - held);
  return away >= o.least && theirs.every((value) => Math.abs(value - held) <= MOST_SWING * away)
    ? held
    : null;
}

/** The same for a device that is awake; null where it says that it is not, or nothing is told beside it. */
export function numbersBeside(view: DeviceView): ReadonlyMap<string, readonly Told[]> | null {
  return view.twins.length === 0 || !isAwake(view) ? null : numbersIn(view.twins);
}

/** Whether a device may be held against others of its kind: the last that it said of itself is not that it is off or asleep. */
export function isAwake({ said }: DeviceView): boolean {
  const last = said.findLast(({ bridge }) => !bridge)?.statement;
  return last !== "offline" && last !== "sleeping";
}

/** The levels of a topic and of a field in it, whether the device tells a document or the parts of one; such a one ends in `#`. */
function levelsOf(segments: readonly string[], path: string): string[] {
  const levels = dataTopicOf(segments).filter((level) => level !== "#");
  return [...levels, ...path === "" ? [] : path.split(".")];
}

/**
 * Where a number stands with each level in turn left open, but for the last one, which says what is told. Levels are as
 * `plainKey` reads them: parts that were told apart are read so.
 */
export function placesIn(segments: readonly string[], path: string): string[] {
  return placesOf(levelsOf(segments, path).map(plainKey)).slice(0, -1);
}

/** The last word or number at each place that leaves a level open, by what stands there. */
export function lastIn(
  topics: readonly Pick<DeviceView["topics"][number], "segments" | "live">[],
  level: number,
): Map<string, Map<string, Scalar>> {
  const found = new Map<string, Map<string, Scalar>>();
  for (const { segments, live } of topics) {
    // What changed alone may be told.
    const last = new Map(live.flatMap(({ fields }) => [...fields].slice(0, MOST_FIELDS)));
    for (const [path, value] of last) {
      const levels = levelsOf(segments, path);
      const whose = levels[level];
      if (whose === undefined) continue;
      const place = levels.map(plainKey).with(level, "+").join("/");
      const told = found.get(place) ?? new Map<string, Scalar>();
      found.set(place, told.set(whose, value));
    }
  }
  return found;
}
