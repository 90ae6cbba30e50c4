/** Water that was heated by what a meter saw, and cools while it is switched on and nothing is drawn any more. */
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { differences, median } from "../../../statistics.ts";
import type { DeviceView } from "../../reading/view.ts";
import { areNear, type Driver, driversOf, isOn } from "./drivers.ts";
import { isOfTank } from "./held_back.ts";
import { isCommandedBetween } from "../values/turns.ts";
import { type Series, seriesOf, toldSince } from "../values/series.ts";

const SWITCH = /^(?:relay|relais|switch|output|ison|on|power|state|channel)?\d{0,2}$/;
const WATTS = /power|watt|leistung|potenc|puissance/;
const WARM = /temp|celsius|^tc$/;
/** So much is drawn by what heats water, and so little where it does not. */
const HEATS_W = 300;
const NOTHING_W = 3;
const LEAST_HEATED = 3;
const LEAST_COOLED = 8;
/** What its own thermostat leaves off is taken up again before it is so much colder. */
const FALLEN_C = 4;
const BELOW_C = 2;

/** `outlier` of what was heated, and gets colder than it ever was while it is on and draws nothing. */
export function heatsNoMore(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  const switches = driversOf(view).filter((one) => SWITCH.test(one.leaf) && isAlwaysOn(one));
  for (const power of switches.length === 0 ? [] : all) {
    const at = WATTS.test(power.name) ? nothingSince(power) : null;
    if (at === null) continue;
    const [beforeMs, sinceMs] = [power.readings[at - 1].at, power.readings[at].at];
    const on = switches.find((one) => areNear(power, one));
    if (on === undefined || isCommandedBetween(view, { fromMs: beforeMs, toMs: sinceMs })) continue;
    for (const warm of all) {
      if (
        !WARM.test(warm.name) || !isOfTank(warm, view) || /^temperature$/.test(leafOf(warm.path))
      ) {
        continue;
      }
      const { from } = toldSince(warm, sinceMs);
      if (from < 0 || !coolsSince(warm.values, from)) continue;
      const drawn = rounded(median(power.values.slice(0, at)));
      return [findingFrom({
        code: "outlier",
        title: `"${labelOf(power)}" fell from about ${drawn} to ${
          rounded(power.values.at(-1) ?? 0)
        } and "${labelOf(warm)}" falls from ${rounded(Math.max(...warm.values))} to ${
          rounded(warm.values.at(-1) ?? 0)
        }, though "${on.label}" is on`,
        summary: `Nothing is drawn since ${iso(sinceMs)}, in ${power.values.length - at} messages`,
        ...withNumbers(warm, warm.readings.slice(from)),
        suggestion:
          "Look whether its own thermostat lets it cool so far; else at its safety limiter, which has to be reset by hand, its element, its fuse and its cable.",
      })];
    }
  }
  return [];
}

function isAlwaysOn({ said }: Driver): boolean {
  return said.length >= LEAST_COOLED && said.every(({ value }) => isOn(value) === true) &&
    said.every(({ value }) => typeof value !== "number" || value === 1);
}

/** Since which of its values nothing is drawn, where much was before. */
function nothingSince({ values }: Series): number | null {
  const at = values.findLastIndex((value) => Math.abs(value) > NOTHING_W) + 1;
  const drawn = values.slice(0, at);
  return drawn.length >= LEAST_HEATED && drawn.every((value) => value >= HEATS_W) &&
      values.length - at >= LEAST_COOLED
    ? at
    : null;
}

/** Whether it rose all the time up to a value, and from that on falls, further than it rose. */
function coolsSince(values: readonly number[], from: number): boolean {
  const [head, tail] = [values.slice(0, from), values.slice(from)];
  const last = values.at(-1) ?? 0;
  return head.length >= LEAST_HEATED && tail.length >= LEAST_COOLED &&
    differences(head).every((step) => step >= 0) && (head.at(-1) ?? 0) > head[0] &&
    differences(tail).every((step) => step <= 0) &&
    Math.max(...head) - last >= FALLEN_C && Math.min(...head) - last >= BELOW_C;
}
