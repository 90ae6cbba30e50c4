/** Where what a command sets is told in another tree than its own. */
import type { Scalar } from "../../reading/fields.ts";
import type { DeviceView, FieldPlace, TopicView } from "../../reading/view.ts";
import { isSetting } from "../effects/stances.ts";
import { MOST_FIELDS, wantedIn, type Wish } from "../orders/wishes.ts";

/** Names that are no thing's own: each part of a device has one. */
const COMMON_NAME =
  /^(?:temp(?:erature)?|target(?:temp(?:erature)?)?|mode|state|status|level|speed|fan(?:speed|mode)?|position|power|current|voltage|brightness|volume|value|output|input|humidity|pressure|flow(?:rate)?|interval|timeout|duration|offset|channel)\d*$/;
const LEAST_OWN_NAME = 6;
/** What polls its device tells for a while what it read before. */
const LEAST_APART_MS = 60_000;

/**
 * The one place in another tree that tells the number which a command of that very name sets: `commands/SetDHWTemp` and
 * `main/DHW_Target_Temp`. None where anything that is told became what was asked for: it is obeyed by another name.
 */
export function toldApart(
  told: ReadonlyMap<string, readonly FieldPlace[]>,
  o: { wish: Wish; topic: TopicView; view: DeviceView },
): readonly FieldPlace[] {
  const key = cutShort(o.wish.key);
  const name = key.slice(key.lastIndexOf("/") + 1);
  const asked = o.topic.live.map((command) => ({
    at: command.at,
    wanted: wantedIn(command, o.wish),
  }));
  const first = asked[0];
  const isNumber = asked.every(({ wanted }) => typeof wanted === "number");
  if (first === undefined || !isNumber || o.topic.role !== "command") return [];
  if (name.length < LEAST_OWN_NAME || COMMON_NAME.test(name)) return [];
  const above = o.topic.segments.slice(0, -1).join("/");
  const places = [...told].flatMap(([called, all]) => {
    const other = cutShort(called);
    // `HcDayTemp/set` is told on `HcDayTemp`, within what that is of.
    if (other.startsWith(`${key}/`)) return all.filter(({ topic }) => topic.topic === above);
    const isAlike = [name, `${name}level`].some((one) => other.endsWith(`/${one}`));
    return isAlike && isWithin(other.replace(/level$/, ""), key.replace(/level$/, "")) ? all : [];
  }).filter(({ topic, path }) => typeof topic.readings.at(-1)?.fields.get(path) === "number");
  const settings = places.filter(isSetting);
  const [place, ...others] = settings.length > 0 ? settings : places;
  if (place === undefined || others.length > 0) return [];
  const isLong = (place.topic.readings.at(-1)?.at ?? 0) >= first.at + LEAST_APART_MS;
  return isLong && !asked.some((one) => becomes(one, o.view)) ? [place] : [];
}

/** A key with the words cut short that makers write both ways. */
function cutShort(key: string): string {
  return key.replaceAll("temperature", "temp");
}

/** Whether anything that is told becomes a number after that time. */
function becomes(
  { at, wanted }: { at: number; wanted: Scalar },
  { topics }: DeviceView,
): boolean {
  return topics.some(({ role, readings }) =>
    /^(?:state|info|event|reply)$/.test(role) &&
    readings.some(({ fields, ...one }, i) =>
      one.at > at && [...fields].slice(0, MOST_FIELDS).some(([path, value]) =>
        value === wanted && readings[i - 1]?.fields.get(path) !== value
      )
    )
  );
}

/** Whether the levels of one key are among those of the other in their order. */
export function isWithin(one: string, other: string): boolean {
  const [shorter, longer] = [one.split("/"), other.split("/")].sort((a, b) => a.length - b.length);
  let at = 0;
  for (const level of longer ?? []) if (level === shorter?.[at]) at++;
  return at > 1 && at === shorter?.length;
}
