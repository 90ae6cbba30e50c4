/** Control loops that are told by the words of ISA-5.1: process value, setpoint and output of one tag. */
import type { Finding } from "../../finding_shape.ts";
import { rounded } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { keepsGoingOfFew, lastsMs } from "../../../statistics.ts";
import { type DeviceView, type FieldPlace, stateTopics } from "../../reading/view.ts";
import { faultFinding } from "../orders/no_effect.ts";
import { numberOf } from "../values/quantities.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** The last word of a name, perhaps before a unit: `TIC-250-001_PV_Celsius`, `FIC101/OUT`, `loop_3.pv`. */
const WORD = /^(.{1,120}?)[_.\/ ]?(PV|SP|OUT|OP|CV|MV|CO|MODE)(?:[_ ]\p{L}{1,12})?$/iu;
/** What is told of a loop. */
type Part = "pv" | "sp" | "out" | "mode";

const ALL = 99;
const LEAST_MS = 150_000;
/** So far off, and so much further, as a share of what is wanted. */
const OFF = 0.04;
const FURTHER = 0.03;
/** The same where the controller gives nothing: what is hot gets hotter by itself only where it is heated otherwise. */
const NOTHING = 1;
const HOT = 60;
const OFF_HOT = 0.1;
const BY_HAND = /^(?:m|man(?:ual)?|hand|local|off|init|track(?:ing)?)$/i;

/** `outlier` of a process value that goes away from its setpoint while its controller gives all it has. */
export function saturatedLoops(view: DeviceView): Finding[] {
  const loops = new Map<string, Partial<Record<Part, Series>>>();
  for (const series of seriesOf(view)) {
    const place = partOf(series);
    if (place === null || place.part === "mode") continue;
    const parts = loops.get(place.tag) ?? {};
    loops.set(place.tag, parts);
    parts[place.part] ??= series;
  }
  for (const [tag, { pv, out, sp }] of loops) {
    if (pv === undefined || out === undefined) continue;
    const told = sp?.values.at(-1) ?? heldBefore(tag, "sp", view).find(isNumber);
    if (told === undefined || new Set(sp?.values).size > 1) continue;
    const gives = (is: (value: number) => boolean) => out.values.length > 1 && out.values.every(is);
    const isFull = gives((value) => value >= ALL && value <= 100) && goesAway(pv, told);
    const isEmpty = gives((value) => value >= 0 && value <= NOTHING) && told >= HOT &&
      goesAway(pv, told, OFF_HOT) && (pv.values.at(-1) ?? 0) > told;
    if (!isFull && !isEmpty) continue;
    if (heldBefore(tag, "mode", view).some((mode) => BY_HAND.test(String(mode)))) continue;
    return [faultFinding(
      pv,
      {
        from: 0,
        how: `goes away from its setpoint ${rounded(told)}, from ${rounded(pv.values[0])} to ${
          rounded(pv.values.at(-1) ?? 0)
        }, while "${labelOf(out)}" gives ${isFull ? "all it has" : "nothing"} (${
          rounded(out.values.at(-1) ?? 0)
        })`,
      },
      isFull
        ? "Look whether what the output moves works: its supply, valve, element or fuse; whether something else takes away what it gives; and whether the sensor sits where it should."
        : "Cut its heat off by hand: its relay or contactor sticks, its valve does not close, or something else heats; then look whether the sensor sits where it should.",
    )];
  }
  return [];
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** Which loop a field is of, and what it tells of it; null where it is of none. */
function partOf(
  { topic, path, called }: FieldPlace & { readonly called?: string },
): { tag: string; part: Part } | null {
  const own = called ?? path;
  const whole = [topic.topic, ...own === "" ? [] : [own]].join("/");
  const [, tag = "", word = ""] = WORD.exec(whole.slice(-160)) ?? [];
  const part = word.toLowerCase();
  if (tag === "") return null;
  return { tag, part: part === "pv" || part === "sp" || part === "mode" ? part : "out" };
}

/** What was told last of a part of a loop, on whatever topic. */
function heldBefore(tag: string, part: Part, view: DeviceView): (number | string)[] {
  return stateTopics(view).flatMap((topic) =>
    [...topic.readings.at(-1)?.fields ?? []].flatMap(([path, value]) => {
      const place = partOf({ topic, path });
      if (place?.tag !== tag || place.part !== part) return [];
      return part === "mode" ? [String(value)] : [numberOf("value", value) ?? String(value)];
    })
  );
}

/** Whether it is off, and further with each value. */
function goesAway({ values, readings }: Series, want: number, least?: number): boolean {
  const size = Math.abs(want);
  const [leastOff, further] = [least ?? OFF, least ?? FURTHER];
  const off = values.map((value) => Math.abs(want - value));
  const isOnOneSide = new Set(values.map((value) => Math.sign(want - value))).size === 1;
  return lastsMs(readings, 0) >= LEAST_MS && size > 0 && isOnOneSide &&
    off.every((one) => one >= leastOff * size) && keepsGoingOfFew(off, 1, further * size);
}
