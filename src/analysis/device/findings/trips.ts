import type { Finding } from "../finding_shape.ts";
import { findingFrom, spanText, withNumbers } from "../evidence.ts";
import { countOf } from "../../../payload/limits.ts";
import { labelOf, leafOf } from "../fields.ts";
import { differences } from "../../statistics.ts";
import { type DeviceView, fieldsTold, siblingTopics, type TopicView } from "../view.ts";

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
