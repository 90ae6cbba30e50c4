import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { labelOf, objectOf } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import { areTogether, type DeviceView } from "../../reading/view.ts";
import { type Likes, likesIn } from "./likes.ts";
import { ACTS } from "../values/frozen.ts";
import { isCommandedBetween } from "../values/turns.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** Of three that went together it takes so long a way, of more a shorter one, to tell one that leaves from one that differs. */
const LEAST_LIKE = 3;
const LEAST_AMONG = 5;
const LEAST_BEFORE = 3;
const LEAST_AFTER = 5;
/** So near to each other, as a share of their middle, are those that go together. */
const TOGETHER = 0.12;
/** So far from the others, as a share of their middle, is one that left. */
const APART = 0.4;
/** What is measured differs from message to message: what is set does not. */
const LEAST_DISTINCT = 3;

/**
 * `outlier` of a number that went together with several that are called alike, and goes its own way while these go on
 * together: a string that gives nothing, a nozzle without water, a cylinder that does not burn. No name says here what is
 * measured; that they went together says that they do so as long as all is well.
 */
export function leavesItsLike(view: DeviceView): Finding[] {
  for (const likes of likesIn(view)) {
    const measured = likes.members.filter(isMeasured);
    const left = measured.flatMap((one) => {
      const others = togetherWith(one, measured);
      const at = others.length + 1 < leastOf(likes, others) ? null : leftAt(one, others);
      return at === null ? [] : [{ one, others, at }];
    });
    const [{ one, others, at } = { one: undefined, others: [], at: 0 }] = left;
    if (
      one === undefined || left.length > 1 || ACTS.test(one.name) ||
      isSwitchedOff(one, { at, others, view })
    ) continue;
    const beside = others.slice(0, 8).map((other) =>
      `"${labelOf(other)}" ${rounded(other.values.at(-1) ?? 0)}`
    );
    const before = rounded(early(one));
    const last = rounded(one.values.at(-1) ?? 0);
    return [findingFrom({
      code: "outlier",
      title: `One of ${others.length + 1} alike leaves the others: "${labelOf(one)}" ${
        last < before ? "fell" : "rose"
      } from ${before} to ${last}`,
      summary: `On "${one.topic.topic}" from ${
        iso(one.readings[at].at)
      } on, after it went together with them; beside it ${beside.join(", ")}`,
      ...withNumbers(one, one.readings.slice(Math.max(0, at - 1))),
      suggestion:
        "Look at this one first: its sensor, its plug and its fuse, then what it measures; the others show what it should be.",
    })];
  }
  return [];
}

/** Whether it is told often, as what is measured is. */
function isMeasured({ values, kind }: Series): boolean {
  return kind === "reading" && values.length >= LEAST_BEFORE + LEAST_AFTER &&
    new Set(values).size >= LEAST_DISTINCT;
}

const early = ({ values }: Series) => median(values.slice(0, LEAST_BEFORE));
const late = ({ values }: Series) => median(values.slice(-LEAST_AFTER));

/** Those that were near it at first. */
function togetherWith(one: Series, members: readonly Series[]): Series[] {
  return members.filter((other) => other !== one && areNear([early(one), early(other)]));
}

/** How many must go together: more of those that only stand in one list with others. */
function leastOf({ members }: Likes, others: readonly Series[]): number {
  return others.length + 1 === members.length ? LEAST_LIKE : LEAST_AMONG;
}

/** From which message on it is far from all others for good, which are near each other before and after. */
function leftAt(one: Series, others: readonly Series[]): number | null {
  if (!areNear(others.map(early)) || !areNear(others.map(late))) return null;
  const middle = median(others.map(late));
  const isFar = (value: number) => Math.abs(value - middle) > APART * Math.abs(middle);
  const at = one.values.findLastIndex((value) => !isFar(value)) + 1;
  return at < LEAST_BEFORE || at > one.values.length - LEAST_AFTER ? null : at;
}

function areNear(values: readonly number[]): boolean {
  const middle = Math.abs(median(values));
  return middle > 0 &&
    values.every((value) => Math.abs(value - median(values)) <= TOGETHER * middle);
}

/**
 * Whether the thing whose number it is was switched off or goes to another work: its other numbers, which others of the same
 * kind have as well, left along with it, or a word of it changed then.
 */
function isSwitchedOff(
  one: Series,
  o: { at: number; others: readonly Series[]; view: DeviceView },
): boolean {
  const { at, others, view } = o;
  const turned = one.readings[at].at;
  const object = objectOf(one.path);
  const said = (path: string, i: number) => one.readings[i]?.fields.get(path);
  const isWordTurned = [...one.readings[at]?.fields ?? []].some(([path, value]) =>
    typeof value !== "number" && path.startsWith(object) && value !== said(path, at - 1) &&
    // a time of its own turns with each message
    said(path, at - 1) === said(path, at - 2) && value === said(path, at + 1)
  );
  if (isWordTurned) return true;
  // In a list of numbers each is one of several, and nothing more is told of it.
  if (others.some((other) => areTogether(other, one))) return false;
  const own = seriesOf(view).filter((other) =>
    other !== one && areTogether(other, one) && isMeasured(other)
  );
  return own.length > 0 && own.every((other) => {
    const stood = early(other);
    const now = median(
      other.readings.flatMap((reading, i) => reading.at >= turned ? [other.values[i]] : []),
    );
    return Math.abs(now - stood) > APART * Math.abs(stood);
  });
}

const LEAST_EMPTY = 2;
/** Words of a part that does not work, whatever they are a state of. */
const DOWN =
  /(?:^|[ _-])(?:down|disabled|dead|tripped|broken|fail(?:ed|ure)?|faulted|fault|lost|error|no[ _-]?(?:signal|carrier|link|sync))$/i;
/** What a part is called by, to its number: `line2` of `line2_status`. */
const PART = /^(.*?[a-z][ _-]?\d+)(?!\d)/i;

/**
 * `reported_error` of one of several parts whose word turned to trouble with nobody's command, and whose numbers are all 0 at
 * once, while those called alike go on: either alone may be in order.
 */
export function partsDown(view: DeviceView): Finding[] {
  const likes = likesIn(view).filter(({ called }) => called.includes("#"));
  const fallen = likes.flatMap(({ members }) =>
    members.flatMap((one) => {
      const at = one.values.findLastIndex((value) => value !== 0) + 1;
      const isLost = at >= LEAST_BEFORE && one.values.length - at >= LEAST_AFTER &&
        members.every((other) => other === one || (other.values.at(-1) ?? 0) !== 0);
      return isLost ? [{ one, at }] : [];
    })
  );
  for (const [topic, all] of Map.groupBy(fallen, ({ one }) => one.topic)) {
    for (const [part, parts] of Map.groupBy(all, ({ one }) => PART.exec(one.path)?.[1] ?? "")) {
      const [{ one, at } = { one: undefined, at: 0 }] = parts;
      const fields = new Set(parts.filter((other) => other.at === at).map((other) => other.one));
      const [before, after] = [one?.readings[at - 1], one?.readings[at]];
      if (one === undefined || part === "" || fields.size < LEAST_EMPTY) continue;
      const [path, word] = [...after?.fields ?? []].find(([path, value]) =>
        PART.exec(path)?.[1] === part && DOWN.test(String(value)) &&
        before?.fields.has(path) && !DOWN.test(String(before.fields.get(path)))
      ) ?? [];
      const span = { fromMs: before?.at ?? 0, toMs: after?.at ?? 0 };
      if (path === undefined || isCommandedBetween(view, span)) {
        continue;
      }
      return [findingFrom({
        code: "reported_error",
        title: `A part is down: "${path}" went from ${before?.fields.get(path)} to ${word}, and ${
          [...fields].slice(0, 3).map((field) =>
            `"${labelOf(field)}"`
          ).join(", ")
        } fell to 0`,
        summary: `On "${topic.topic}" since ${
          iso(after?.at ?? 0)
        }; what is called alike of the other parts goes on`,
        ...withNumbers(one, one.readings.slice(at - 1)),
        suggestion: "Look at this part first: its line, its plug and its supply.",
      })];
    }
  }
  return [];
}
