import { everyTime, findingFrom, iso } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, type Scalar } from "../../reading/fields.ts";
import type { DeviceView, Reading } from "../../reading/view.ts";
import { isSide } from "./order_words.ts";
import { wordOf } from "../effects/stances.ts";
import { isWanting, wantedIn, wishesOf } from "./wishes.ts";

/** So often what was asked for is asked for otherwise, and back. */
const LEAST_TURNS = 6;
/** What is told, and not asked for, may only be what came of a few commands. */
const LEAST_TOLD = 8;
/** What is switched goes on and off by turns in many ways; not within moments for so often, and by no clock. */
const LEAST_SWITCHED = 10;
const MOMENT_MS = 20_000;
/** How much longer one of two is let stand than the other, and how even the beat is, where a clock does it. */
const ALIKE = 1.5;
const EVEN = 0.15;
/** What stands for longer was chosen. */
const MOST_MS = 120_000;

/** What is held at a value for long: a warmth, a count. What has a place goes back and forth by its trade. */
const HELD = /set_?p|set_?temp|target_?temp|soll|(?:^|[\/_.])sp$|consigne|zadan|desired|replica/i;

/** What people set where they are, by a command: a light, a blind, a way to run. */
const CHOSEN =
  /bright|dimm|volum|blind|shutter|cover|curtain|awning|jalous|volet|persian|markise|rol+(?:ad|o)|mode|preset|profile/i;

/** `flapping` of what is set to one of two values and back again and again: two that do not know of each other set it. */
export function fightingCommands(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (topic.live.length < LEAST_TURNS || !/^(?:command|state|event)$/.test(topic.role)) continue;
    const isAsked = isWanting(topic, view);
    const isHeld = (path: string) => HELD.test(path === "" ? topic.topic : path);
    for (const wish of wishesOf(topic, (path) => isAsked || isHeld(path))) {
      const set = topic.live.flatMap((reading) => {
        const value = wantedIn(reading, wish);
        return value === "" || value === null ? [] : [{ reading, value }];
      }).filter(({ value }, i, all) => isAsked || value !== all[i - 1]?.value);
      const name = `${topic.topic} ${wish.path}`;
      const isHeldAt = set.every(({ value }) => typeof value === "number")
        ? isHeld(wish.path) || isHeld(topic.topic) || isAsked && CHOSEN.test(name)
        : isAsked && CHOSEN.test(name);
      if (!isAsked && set.length < LEAST_TOLD || !isFight(set, isHeldAt)) continue;
      const [one, other] = set.slice(-2);
      return [findingFrom({
        code: "flapping",
        title: `"${wish.name ?? labelOf({ path: wish.path, topic })}" is set to ${
          String(one?.value).slice(0, 40)
        } and back to ${
          String(other?.value).slice(0, 40)
        } again and again, ${set.length} times: two contradict each other`,
        summary: `On "${topic.topic}" from ${iso(set[0]?.reading.at ?? 0)} to ${
          iso(other?.reading.at ?? 0)
        }`,
        ...everyTime(set.map(({ reading }) => reading)),
        suggestion:
          "Look for two that set it, such as a schedule and an automation, or one that answers each state with the contrary; let one of them decide.",
      })];
    }
  }
  return [];
}

function isFight(
  set: readonly { readonly reading: Reading; readonly value: Scalar }[],
  isHeldAt: boolean,
): boolean {
  const values = new Set(set.map(({ value }) => wordOf(value)));
  if (set.length < LEAST_TURNS || values.size !== 2) return false;
  if (set.slice(1).some(({ value }, i) => wordOf(value) === wordOf(set[i]?.value))) return false;
  const stood = set.slice(1).map(({ reading }, i) => reading.at - (set[i]?.reading.at ?? 0));
  if (stood.some((one) => one > MOST_MS)) return false;
  if (isHeldAt) return true;
  const isSwitched = [...values].every((value) => isSide(value));
  if (!isSwitched || set.length < LEAST_SWITCHED || stood.some((one) => one > MOMENT_MS)) {
    return false;
  }
  const meanOf = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const [on, off] = [0, 1].map((side) => meanOf(stood.filter((_, i) => i % 2 === side)));
  const mean = meanOf(stood);
  const spread = meanOf(stood.map((one) => Math.abs(one - mean))) / mean;
  return Math.max(on ?? 0, off ?? 0) < ALIKE * Math.min(on ?? 0, off ?? 0) && spread > EVEN;
}
