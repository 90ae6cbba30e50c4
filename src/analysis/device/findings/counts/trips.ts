import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, someOf, spanText, withNumbers } from "../../evidence.ts";
import { countOf } from "../../../../payload/limits.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { differences } from "../../../statistics.ts";
import { type DeviceView, fieldsTold, siblingTopics, type TopicView } from "../../reading/view.ts";

/** Faults of an installation because of which something switches it off. */
const FAULT =
  "(?:gfci?|gfi|gfd|afci|afdd|rcd|rcbo|rccb|rcmu?|elcb|nognd|nogrounds?|groundfaults?|earthfaults?|(?:earth|ground|residual)?leakage(?:current)?|residualcurrent|dcfaults?|arcfaults?|stuck(?:relays?|contacts?|contactors?)?|relaystuck|weldedcontacts?|contactorweld(?:ed)?|shortcircuits?|overcurrents?|insulationfaults?|isolationfaults?|fehlerstrom|erdschluss|kurzschluss)";
const COUNT = "(?:counts?|counters?|cnt|anzahl)";
const TRIPPED = "(?:trip(?:s|ped)?|trigger(?:s|ed)?|ausloesung(?:en)?)";
/** A count of such faults: `gfcicount`, `ground_fault_count`, `rcd_trips`, `overcurrent_trips`. */
const COUNTED = new RegExp(
  `^(?:total)?${FAULT}(?:faults?|errors?|events?)?(?:${TRIPPED}?${COUNT}|trips|triggers|ausloesungen)$`,
);
/** A count of trips that says nothing of whose: a car makes trips too. */
const BARE = new RegExp(
  `^(?:num|number|total)?(?:of)?(?:protection|breaker|overload)?trip(?:s|${COUNT})$`,
);
/** What trips by its name. */
const TRIPS =
  /breaker|(?:^|[^a-z])(?:rcd|rcbo|rccb|mcc?b|acb|vcb|gfci|evse|afdd|vfd|drive|motor|feeder|mccb)(?:[^a-z]|$)|charger|wallbox|switchgear|recloser|protection|overload|contactor|circuit|starter|schutzschalter/i;
const TRAVELS = /odometer|mileage|^lat|^lon|speed|vehicle|(?:^|_)car(?:_|$)|scooter|bike|distance/i;
const LEAST = 2;

/** `reported_error` of a count of trips and faults of an installation that rose while it was listened to. */
export function countedTrips(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    if (!isCountOfTrips(topic, { path, view })) continue;
    // Told as it changes, the count before stands in what was retained.
    const told = topic.readings.filter(({ fields }) => fields.has(path));
    const values = told.map(({ fields }) => Number(fields.get(path) ?? NaN));
    if (told.length < LEAST || values.some((value) => !Number.isInteger(value) || value < 0)) {
      continue;
    }
    const steps = differences(values);
    const rises = steps.filter((step) => step > 0).length;
    // What is one more with each message counts those, and what falls began anew.
    if (rises === 0 || steps.some((step) => step < 0)) continue;
    if (rises === steps.length && path !== "" && steps.length > LEAST) continue;
    return [findingFrom({
      severity: rises > 1 ? "error" : "warning",
      code: "reported_error",
      title: `A protection trips${rises > 1 ? " again and again" : ""}: "${
        labelOf({ path, topic })
      }" rose from ${values[0]} to ${values.at(-1)}`,
      summary: `On "${topic.topic}" it rose ${countOf(rises, "time")} ${spanText(told)}`,
      ...withNumbers({ topic, path, values }, told),
      suggestion:
        "Do not just switch it on again: have the insulation, the earth and what is connected measured, for moisture and damaged cables first.",
    })];
  }
  return [];
}

/** Where it is told why something was switched off, and words of what protects. */
const WHY_OFF =
  /^(?!last|prev)[a-z]{0,40}(?:off|trip(?:ped|ping)?|disconnect(?:ed|ion)?|cutoff|shutoff|open(?:ed|ing)?)(?:reason|cause)$/;
const PROTECTS =
  /\b(?:too (?:high|low|much)|over[ _-]?(?:current|load|voltage|power|temperature|heat(?:ed|ing)?)|exceed(?:s|ed)?|short[ _-]?circuit|leakage|residual)\b/i;
/** What is switched by it, and how it is told that it is off. */
const SWITCH = /^(?:relay|contactor|breaker|output|switch|outlet|socket|load)(?:status|state)?$/;
const SWITCHED_OFF = /^(?:open|opened|off|false|0|tripped)$/i;

/** `reported_error` of what tells that it was switched off because of a fault, and that it is off. */
export function toldTrips(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    const lastOf = (named: RegExp) => {
      for (const reading of topic.readings.toReversed()) {
        const [path, said] = [...reading.fields].find(([one]) => named.test(leafOf(one))) ?? [];
        if (path !== undefined) return { reading, path, said };
      }
      return null;
    };
    const why = topic.role === "state" ? lastOf(WHY_OFF) : null;
    if (why === null || !PROTECTS.test(String(why.said))) continue;
    const off = lastOf(SWITCH);
    if (off === null || !SWITCHED_OFF.test(String(off.said))) continue;
    return [findingFrom({
      severity: "error",
      code: "reported_error",
      title: `It was switched off to protect it: "${labelOf({ path: why.path, topic })}" says "${
        String(why.said).trim().slice(0, 60)
      }"`,
      summary: `"${labelOf({ path: off.path, topic })}" is ${String(off.said)} since ${
        iso(off.reading.at)
      }`,
      messages: someOf([off.reading, why.reading]),
      suggestion:
        "See what is connected draws or shorts before it is switched on again, and whether the limit is set as it should be.",
    })];
  }
  return [];
}

function isCountOfTrips(
  topic: TopicView,
  { path, view }: { path: string; view: DeviceView },
): boolean {
  const name = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
  if (COUNTED.test(name)) return true;
  if (!BARE.test(name) || !TRIPS.test(`${topic.topic} ${path}`)) return false;
  const beside = path === ""
    ? siblingTopics(view, topic).map(({ segments }) => segments.at(-1) ?? "")
    : [...topic.live.at(-1)?.fields.keys() ?? []];
  return ![topic.topic, ...beside].some((one) => TRAVELS.test(one));
}
