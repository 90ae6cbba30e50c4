import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, someOf } from "../../evidence.ts";
import { labelOf, lastOf, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { sinceBirth } from "../../twins.ts";
import { wordsAt } from "./name_words.ts";
import {
  besideOf,
  type DeviceView,
  FieldPlace,
  fieldsTold,
  type Reading,
  siblingTopics,
  statesTold,
  type TopicView,
} from "../../reading/view.ts";

/** Places for codes of trouble that are numbered: `error_2`, `fault_3`, `alarm_word_1`. */
const NUMBERED =
  /^(?:active|current)?(?:err|error|fault|alarm|trip|failure|fehler|stoerung|störung|warning)(?:code|word|register|reg|bits|flags)?\d{1,2}$/;
/** Places of which one is enough: what else is told there than nothing is some trouble. */
const OF_TROUBLE =
  /^(?:active|current|system)?(?:(?:diag|diagnos(?:is|tics?)|trouble|problem|malfunction|lockout|trip|shutdown|blink|err|error|fault|alarm|warning|fail|failure|exception|stoer|stör|stoerung|störung|fehler)(?:code|no|nr|number|word|bits|flags|mask|bitmask|reg|register|reporting|report)|(?:errors|faults|alarms|warnings)(?:bits|flags|mask|bitmask)|alarms|faults)$|^(?:active|current|standing)(?:errors|warnings|alerts|troubles)$|(?:last|current)active(?:alarm|error|fault|warning)(?:code|no|nr|number)?$|^(?:dtc|errno)$|^status(?:error|warning)$|^lerrors$/;
/** What a grade of an alarm is called, 0 where there is none: `alarm_low_voltage`. */
const GRADED =
  /^ (?:alarm|warning|fault) (?:\p{L}+ )?(?:low|high|over|under|short|unbalanced?|imbalance)|^ (?:\p{L}+ )?(?:low|high|over|under|short|unbalanced?|imbalance).* (?:alarm|warning|fault) (?:state |status )?$/u;
/** How many alarms there are now: `Alarms/Active Count`, `num_active_alarms`. */
const OF_ACTIVE =
  /^ (?:\p{L}+ ){0,6}(?:(?:alarms?|faults?|errors?) (?:active|open|standing) (?:count|number|total)|(?:active|open|standing) (?:alarms?|faults?|errors?) (?:count|number|total)|(?:num|number|number of|count|total) (?:active|open|standing) (?:alarms?|faults?|errors?)) $/u;
const ALERTS = /(?:alert|alarm|warning|fault)s?$/;
const NO_GRADE =
  / (?:enabled?|disabled?|limit|threshold|delay|count|counts|total|set|setpoint|time) /;
const MOST_GRADE = 9;
const LEAST_PLACES = 2;
/** Where no other place stands beside it, so many messages told of none before. */
const LEAST_NONE = 3;
const LEAST_REPORTS = 2;

/** `reported_error` of a place for codes of trouble that was 0 and is not any more. */
export function raisedCodes(view: DeviceView): Finding[] {
  const found: {
    topic: TopicView;
    path: string;
    isGrade: boolean;
    isAlert: boolean;
    code: number;
    since: Reading;
  }[] = [];
  for (const { topic, path, name } of namedFields(view)) {
    const words = wordsAt(path, topic.segments);
    const isGrade = GRADED.test(words) && !NO_GRADE.test(words);
    // `errors_bitmask/state` is what it holds.
    const held = path === "" && name === "state" ? leafOf(topic.segments.at(-2) ?? "") : name;
    const isCount = OF_ACTIVE.test(wordsAt(path.replaceAll(".", "/"), topic.segments));
    const isOne = isGrade || isCount || OF_TROUBLE.test(held);
    const isAlert = isCount || isOfSeveral(path, topic) || isGraver(path, topic, held);
    if (!isOne && !isAlert && !NUMBERED.test(name)) continue;
    if (!isOne && !isAlert && placesBeside(path, { topic, view }) < LEAST_PLACES) continue;
    const isOfChanges = topic.family.tellsChanges === true;
    const told = isOfChanges
      ? sinceBirth(topic, view).filter(({ fields }) => fields.has(path))
      : topic.readings;
    // What is told as it changes is told once.
    const raised = raisedIn(told, path, isOfChanges ? 1 : LEAST_REPORTS);
    if (raised === null || isOne && !isOfChanges && raised.none < LEAST_NONE) continue;
    if (isGrade && raised.code > MOST_GRADE) continue;
    found.push({ topic, path, isGrade, isAlert, ...raised });
  }
  const [first] = found;
  if (first === undefined) return [...endsBelowNothing(view), ...raisedWithLoss(view)].slice(0, 1);
  const label = labelOf(first);
  const more = found.length > 1 ? `, and ${found.length - 1} more` : "";
  return [findingFrom({
    severity: /warn/i.test(label) || first.isAlert && first.code === 1 ? "warning" : "error",
    code: "reported_error",
    title: `The device reports an ${
      first.isGrade || first.isAlert ? "alarm" : "error code"
    }: "${label}" went from 0 to ${first.code}${more}`,
    summary: found.slice(0, 4).map((one) =>
      `"${labelOf(one)}" is ${one.code} since ${iso(one.since.at)}`
    ).join("; "),
    messages: someOf([first.since, ...first.topic.readings.slice(-1)]),
    suggestion:
      "Look the code up in the device's manual, and see in the history what came in the seconds before.",
  })];
}

/** Whether it is one of several alerts, of wheels, cells or zones, of which others are not raised: `0,0,2,0`. */
function isOfSeveral(path: string, topic: TopicView): boolean {
  const [, holder, isColumn] = /^(?:(.{1,200})\[\d+\]|(column)_\d+)$/.exec(path) ?? [];
  const name = isColumn === undefined ? lastOf(holder ?? "") : topic.segments.at(-1) ?? "";
  const others = [...topic.live.at(-1)?.fields ?? []].filter(([other]) =>
    other !== path && other.startsWith(holder ?? "column_")
  );
  return ALERTS.test(leafOf(name)) && others.length > 0 &&
    others.every(([, value]) => typeof value === "number" && value <= MOST_GRADE) &&
    others.some(([, value]) => value === 0);
}

/** Of what others are warned: none of it is the device's. */
const OF_WEATHER =
  /weather|wetter|dwd|nina|meteo|storm|frost|pollen|flood|(?:^|[\/_])uv(?:[\/_]|$)|tariff|price|news/i;

/** Whether an alert went from none over a slight one to a graver one: what only counts or arms something is called otherwise. */
function isGraver(path: string, topic: TopicView, name: string): boolean {
  const told = topic.readings.map(({ fields }) => fields.get(path));
  const since = told.slice(told.lastIndexOf(0) + 1).map(Number);
  return /alert$/.test(name) && !OF_WEATHER.test(topic.topic) && since.length < told.length &&
    since[0] === 1 &&
    since.at(-1) === 2 &&
    since.every((value, i) => value >= (since[i - 1] ?? 0));
}

/** What tells by a number how something goes. */
const OF_STATE = /^(?:state|status|result|progress|job|run)(?:code)?$/;
const LEAST_ENDS = 2;

/** A state that came to rest at 0 each time, and now comes to rest below: so many programs tell that they broke off. */
function endsBelowNothing(view: DeviceView): Finding[] {
  for (const { topic, path, name } of namedFields(view)) {
    if (!OF_STATE.test(name)) continue;
    const told = topic.readings.map(({ fields }) => fields.get(path));
    const values = told.filter((value) => typeof value === "number" && Number.isInteger(value));
    if (values.length < told.length) continue;
    // Each time it was at work, the number at which it came to rest.
    const ends = told.flatMap((value, i) => {
      const before = told[i - 1];
      return Number(value) <= 0 && before !== undefined && Number(before) > 0 ? [i] : [];
    });
    const broken = ends.findLastIndex((i) => told[i] === 0) + 1;
    const last = told.at(-1);
    // What is to and fro is -1, 0 and 1.
    const isCount = told.some((value) => Number(value) > 1);
    if (!isCount || broken < 1 || ends.length - broken < LEAST_ENDS || Number(last) >= 0) {
      continue;
    }
    if (told.slice(0, ends[broken]).some((value) => Number(value) < 0)) continue;
    const at = ends.slice(broken).flatMap((i) => topic.readings[i] ?? []);
    return [findingFrom({
      severity: "error",
      code: "reported_error",
      title: `The device breaks off: "${
        labelOf({ topic, path })
      }" ends at ${last} now, and no more at 0`,
      summary:
        `On "${topic.topic}" it ended at 0 before, and so ${at.length} times in a row since ${
          iso(at[0].at)
        }`,
      messages: someOf(at),
      suggestion:
        "Look the number up in the device's manual, and whether what it moves is blocked or empty.",
    })];
  }
  return [];
}

/** A number that is 0 of all alike but one, and not 0 of that one since what is measured of it is nothing. */
function raisedWithLoss(view: DeviceView): Finding[] {
  for (const { topic, path } of statesTold(view)) {
    const raised = raisedIn(topic.live, path);
    if (raised === null || raised.none < LEAST_NONE || topic.mixes) continue;
    const beside = besideOf(path, topic.live.at(-1)).filter(([other]) =>
      topic.live.every(({ fields }) => fields.get(other) === 0)
    );
    const name = lastOf(path);
    const at = topic.live.indexOf(raised.since);
    const lost = [...topic.live[0]?.fields.keys() ?? []].find((other) =>
      other !== path && lastOf(other) === name &&
      topic.live.every(({ fields }, i) =>
        i < at ? isFraction(fields.get(other)) : !fields.get(other)
      )
    );
    if (beside.length < LEAST_PLACES || topic.live.length - at < LEAST_NONE) continue;
    if (lost === undefined) continue;
    return [findingFrom({
      code: "reported_error",
      title: `"${
        labelOf({ topic, path })
      }" went from 0 to ${raised.code}, and "${lost}" with it to ${
        String(topic.live.at(-1)?.fields.get(lost))
      }`,
      summary: `Since ${iso(raised.since.at)}; ${beside.length} beside it stay at 0`,
      messages: someOf([raised.since, ...topic.live.slice(-1)]),
      suggestion: "Look the number up in the manual, and at the sensor or cable of this one.",
    })];
  }
  return [];
}

/** The fields of what is told now, each with its name or that of what holds it. */
function* namedFields(view: DeviceView): Generator<FieldPlace & { name: string }> {
  for (const { topic, path } of fieldsTold(view, MOST_FIELDS)) {
    const name = path === "" ? leafOf(topic.segments.at(-1) ?? "") : nameOf(path, topic.segments);
    yield { topic, path, name };
  }
}

const MOST_FIELDS = 200;

function isFraction(value: Scalar | undefined): boolean {
  return typeof value === "number" && !Number.isInteger(value);
}

/** How many other numbered places stand beside it and hold 0. */
function placesBeside(path: string, o: { topic: TopicView; view: DeviceView }): number {
  const { topic, view } = o;
  if (path === "") {
    return siblingTopics(view, topic).filter((other) =>
      other !== topic && NUMBERED.test(leafOf(other.segments.at(-1) ?? "")) &&
      other.readings.at(-1)?.fields.get("") === 0
    ).length;
  }
  return besideOf(path, topic.live.at(-1)).filter(([other, value]) =>
    NUMBERED.test(leafOf(other)) && value === 0
  ).length;
}

/** The code since it was 0 last, which may have become another; null where it was never 0, or came just now. */
function raisedIn(
  readings: readonly Reading[],
  path: string,
  least = LEAST_REPORTS,
): { code: number; since: Reading; none: number } | null {
  const values = readings.map(({ fields }) => fields.get(path));
  const code = values.at(-1);
  if (typeof code !== "number" || code === 0 || !Number.isInteger(code)) return null;
  const at = values.lastIndexOf(0) + 1;
  const since = readings[at];
  if (since === undefined || at === 0) return null;
  const none = values.slice(0, at).filter((value) => value === 0).length;
  return values.length - at >= least ? { code, since, none } : null;
}
