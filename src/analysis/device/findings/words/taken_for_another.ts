/** A device that says by turns that it is another one: what reads it takes it for another, or has nothing but defaults. */
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, someOf } from "../../evidence.ts";
import { labelOf, leafOf, nameOf } from "../../reading/fields.ts";
import { type DeviceView, type FieldPlace, statesTold } from "../../reading/view.ts";

/** What a device is, and stays. */
const IS =
  /firmware|fwver|hwver|swver|hardware|software|version|(?<!data)model$|manufacturer|vendor|chemistry|(?<!remaining|left|available|used|free|rest|full|current|residual)capacity(?:k?wh|m?ah)?$|^(?:rated|nominal)|(?:batt(?:ery)?|bms|meter|invert[eo]r|device|board|chip|sensor|module|panel|pack|controller|gateway|charger|wechselrichter|zähler|zaehler|batterie|geräte?|geraete?)(?:type?|typ)$/;
/** What is put in and taken out again. */
const EXCHANGED =
  /filament|spool|toner|ink|tool|material|recipe|vehicle|(?:^|[^a-z])ev|car(?!bon)|tray|app|media|update|latest|available/;
/** What no two devices have in common. */
const ITS_OWN = /serial|^sn$|mac(?:addr(?:ess)?)?$|^(?:device|unit|node)?(?:uu|u)?id$/;
/** What else says which of several a message is of. */
const WHICH = /addr|^name|name$|id$|node|channel|slot|unit$|index|port$|source|part$|number$/;
const LEAST_TOLD = 6;
/** So many of them are others at the same times, and back again so often. */
const LEAST_FIELDS = 3;
const LEAST_TURNS = 4;
const MOST_FIELDS = 300;

/** `outlier` of three things or more that a device is, as its model and its firmware, which turn to others and back together. */
export function takenForAnother(view: DeviceView): Finding[] {
  const groups = new Map<string, FieldPlace[]>();
  let looked = 0;
  for (const place of statesTold(view)) {
    if (looked++ >= MOST_FIELDS) break;
    const turns = turnsOf(place);
    if (turns !== null) groups.set(turns, [...groups.get(turns) ?? [], place]);
  }
  for (const [turns, group] of groups) {
    const named = group.map((place) => ({ place, name: nameOf(place.path, place.topic.segments) }));
    const what = named.filter(({ name }) => IS.test(name) && !EXCHANGED.test(name))
      .map(({ place }) => place);
    const [first] = what;
    if (first === undefined || what.length < LEAST_FIELDS) continue;
    if (named.some(({ name }) => ITS_OWN.test(name) || WHICH.test(name))) continue;
    if (!what.every(isOfOne)) continue;
    const { topic, path } = first;
    const away = topic.live.filter((_, i) => turns[i] === "1");
    return [findingFrom({
      code: "outlier",
      title: `What it says that it is turns to and fro: ${
        what.slice(0, LEAST_FIELDS).map((place) => {
          const [one, other] = new Set(
            place.topic.live.map(({ fields }) => fields.get(place.path)),
          );
          return `"${labelOf(place)}" ${one} and ${other}`;
        }).join(", ")
      }${what.length > LEAST_FIELDS ? `, and ${what.length - LEAST_FIELDS} more likewise` : ""}`,
      summary: `On "${topic.topic}" ${away.length} of ${turns.length} messages tell ${
        String(away[0]?.fields.get(path))
      }, and all of these are others at the same times`,
      messages: someOf(away),
      suggestion:
        "Look at what reads the device: where it cannot read it tells defaults, or it takes it for another model. What is reckoned from these, as what is left in a battery, is wrong meanwhile.",
    })];
  }
  return [];
}

/** When what has two values turned from the one to the other, message by message; null where it is not so, or goes on as parts do that are told one after the other. */
function turnsOf({ topic, path }: FieldPlace): string | null {
  const values = topic.live.map(({ fields }) => fields.get(path));
  if (values.length < LEAST_TOLD || values.includes(undefined) || new Set(values).size !== 2) {
    return null;
  }
  const turns = values.map((value) => value === values[0] ? "0" : "1").join("");
  const count = [...turns].filter((turn, i) => i > 0 && turn !== turns[i - 1]).length;
  return count >= LEAST_TURNS && count < turns.length - 1 ? turns : null;
}

/** Whether it stands on a topic of its own, or beside what says which device it is, and stays. */
function isOfOne({ topic, path }: FieldPlace): boolean {
  return path === "" || topic.trace.parts !== undefined ||
    [...topic.live.at(-1)?.fields ?? []].some(([other, value]) =>
      ITS_OWN.test(leafOf(other)) && topic.live.every(({ fields }) => fields.get(other) === value)
    );
}
