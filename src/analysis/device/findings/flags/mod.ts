/** Troubles that a device tells by flags, enums and codes, which no word of trouble need name; the rules stand by subject. */
import { iso, repeatsOf, someOf } from "../../evidence.ts";
import { nameOf, type Scalar } from "../../fields.ts";
import type { Finding } from "../../finding_shape.ts";
import type { Sample } from "../../trace.ts";
import type { DeviceView, Reading, TopicView } from "../../view.ts";
import { ALARM_RULES } from "./alarms.ts";
import { ANSWER_RULES } from "./answers.ts";
import { BATTERY_RULES } from "./batteries.ts";
import { CARE_RULES } from "./care.ts";
import { type Field, type Flag, lowBattery, reported, type Rule } from "./flag.ts";
import { PART_RULES } from "./parts.ts";
import { PROTECTION_RULES } from "./protections.ts";
import { REACH_RULES } from "./reach.ts";
import { STATE_RULES } from "./states.ts";
import { STORAGE_RULES } from "./storage.ts";
import { VEHICLE_RULES } from "./vehicles.ts";

export { crashEvents } from "./crash_events.ts";

/** The first rule that says something of a field is heard: the words of a state before what it is a part of, single flags before alarms. */
const RULES: readonly Rule[] = [
  ...PROTECTION_RULES,
  ...BATTERY_RULES,
  ...STATE_RULES,
  ...STORAGE_RULES,
  ...PART_RULES,
  ...REACH_RULES,
  ...VEHICLE_RULES,
  ...CARE_RULES,
  ...ALARM_RULES,
  ...ANSWER_RULES,
];

/** The same trouble in several fields. */
interface Group {
  readonly flag: Flag;
  readonly places: Map<string, { last: Reading; value: Scalar; samples: Sample[] }>;
}

/** `reported_error` and `low_battery` of flags and enums, which no word of trouble need name. */
export function raisedFlags(view: DeviceView): Finding[] {
  const groups = new Map<string, Group>();
  for (const topic of view.topics) {
    if (!/^(state|event|info|availability|bridge)$/.test(topic.role)) continue;
    const now = topic.readings.at(-1);
    if (now === undefined) continue;
    for (const [path, value] of now.fields) {
      const name = nameOf(path, topic.segments);
      const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
      if (kind === "ignored") continue;
      const flag = flagOf({ path, name, value, topic, reading: now, view }) ??
        problemOf(path, value, { topic, view });
      if (flag === null) continue;
      const key = `${flag.code} ${flag.severity} ${flag.what}`;
      const group = groups.get(key) ?? { flag, places: new Map() };
      groups.set(key, group);
      if (group.places.size >= 20) continue;
      const samples = topic.readings.filter((reading) => reading.fields.get(path) === value)
        .map((reading) => reading.sample);
      group.places.set(labelOf(path, topic), { last: now, value, samples });
    }
  }
  return [...groups.values()].map(findingOf);
}

function flagOf(field: Field): Flag | null {
  for (const rule of RULES) {
    const flag = rule(field);
    if (flag !== null) return flag;
  }
  return null;
}

/** What a discovery document calls a problem, unless its own words tell of it already. */
function problemOf(
  path: string,
  value: Scalar,
  o: { topic: TopicView; view: DeviceView },
): Flag | null {
  const { topic, view } = o;
  const known = view.identity.problems.find((one) =>
    one.topic === topic.topic && one.path === path
  );
  if (known === undefined || known.kind === "charge") return null;
  if (String(value).toLowerCase() !== known.on) return null;
  if (known.kind === "battery") return lowBattery;
  const key = path === "" ? topic.segments.at(-1) ?? "" : path;
  if (/err|fault|fail|alarm|warn|problem|alert|offline/i.test(key)) return null;
  return reported(
    "warning",
    known.kind === "tamper" ? "somebody opened it" : `problem: ${known.name}`,
  );
}

function labelOf(path: string, topic: TopicView): string {
  return path === "" || /^(v|val|value)$/.test(path)
    ? topic.topic
    : topic.segments.length > 0
    ? path
    : topic.topic;
}

function findingOf({ flag, places }: Group): Finding {
  const [first] = places;
  const [label, place] = first ?? ["", undefined];
  const samples = [...places.values()].flatMap((one) => one.samples).sort((a, b) => a.at - b.at);
  const repeats = repeatsOf(samples.map((sample) => sample.at));
  const value = String(place?.value).slice(0, 60);
  const more = places.size > 1 ? `, and ${places.size - 1} more` : "";
  const isBattery = flag.code === "low_battery";
  return {
    severity: flag.severity,
    code: flag.code,
    title: isBattery
      ? `The battery is low: "${label}" is ${value}${more}`
      : `The device reports ${
        flag.severity === "error" ? "an error" : "a warning"
      }: "${label}" is ${value} (${flag.what})${more}`,
    evidence: {
      summary: [...places].slice(0, 4).map(([where, one]) =>
        `"${where}" is ${String(one.value).slice(0, 60)} at ${iso(one.last.at)}`
      ).join("; "),
      messages: someOf(samples),
      ...(repeats === undefined ? {} : { repeats }),
    },
    suggestion: isBattery
      ? "Change or charge the battery soon; a device that dies of it often sends no last will."
      : "Look the flag up in the device's manual, and see in the history when it was raised and what came before.",
  };
}
