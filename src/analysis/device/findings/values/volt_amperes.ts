/** A power that no current and voltage of its phase can give: what is real is a part of their product. */
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, leafOf, type Scalar } from "../../reading/fields.ts";
import { lastPlace } from "../../../../numbers.ts";
import { lastsMs, standsFrom } from "../../../statistics.ts";
import { besideOf, type DeviceView, type Reading } from "../../reading/view.ts";
import { twinsOf } from "../../twins.ts";
import { isOn } from "../effects/drivers.ts";
import { type Series, seriesOf } from "./series.ts";

/** `powera`, `l1current`, `aactpower`: its phase before or behind what it is; without one where none is told. */
const NAMED =
  /^((?!apower$)[abc]|l[123]|phase[abc123])?(act(?:ive)?power|realpower|apower|power|watts?|current|amps?|voltage|volts?)([abc]|l[123]|phase[abc123])?$/;

/** What says of an outlet that it is on: it has one phase, of which all is told. */
const OUTLET = /^(?:state|output|relay|switch|on)\d?$/;
/** A mains (V): beside it others tell the sum of three phases, the other side of an inverter, or tenths. */
const MAINS = [90, 300] as const;

/** What a phase tells in one message. */
interface Told {
  readonly watts: number;
  readonly volts: number;
  readonly amperes: number;
}

type Phases = ReadonlyMap<string, Told>;

/** What is told of each phase in one object of a message, by its name; of the only one by an empty one. */
function phasesIn(beside: readonly (readonly [path: string, value: Scalar])[]): Phases {
  const found = new Map<string, Partial<Record<keyof Told, number>>>();
  for (const [path, value] of beside) {
    const [, before, kind, after] = NAMED.exec(leafOf(path)) ?? [];
    if (kind === undefined || typeof value !== "number") continue;
    const what = /^volt/.test(kind) ? "volts" : /^(?:cur|amp)/.test(kind) ? "amperes" : "watts";
    const phase = before ?? after ?? "";
    found.set(phase, { ...found.get(phase), [what]: Math.abs(value) });
  }
  return new Map(
    [...found].flatMap(([phase, { watts = NaN, volts = NaN, amperes = NaN }]) =>
      volts >= MAINS[0] && volts <= MAINS[1] && Number.isFinite(watts + amperes)
        ? [[phase, { watts, volts, amperes }] as const]
        : []
    ),
  );
}

const LEAST = 5;
const LEAST_MS = 60_000;
/** So much more than the product is told, and so many watts: meters round, read one after the other, and sum three phases. */
const FAR = 4;
const FAR_W = 10;
/** Shares of the product, and watts at the least, that show that the units are those that are meant. */
const FITS = [0.3, 1.15] as const;
const FITS_W = 10;
const LEAST_FIT = 3;

const fits = ({ watts, volts, amperes }: Told) =>
  watts >= FITS_W && watts >= FITS[0] * volts * amperes && watts <= FITS[1] * volts * amperes;

const areFit = (told: readonly Told[]) => told.length >= LEAST_FIT && told.every(fits);

/** `outlier` of a power that is more than voltage and current of its phase come to, where others or it itself have shown that they belong together. */
export function powerBeyondCurrent(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { name, path, readings, topic, values } = series;
    const [, before, kind, after] = NAMED.exec(name) ?? [];
    if (kind === undefined || path === "" || topic.role !== "state" || topic.mixes) continue;
    const phase = before ?? after ?? "";
    const all = readings.map((reading) => phasesOf(series, reading));
    const own = all.flatMap((phases) => phases.get(phase) ?? []);
    if (!/pow|watt/.test(kind) || values.length < LEAST || own.length < values.length) continue;
    if (phase === "" && !isOutlet(series)) continue;
    // A current that is told in whole amperes may be half of one more.
    const like = likeTold(series, phase, view);
    const known = [...all.flatMap((phases) => [...phases.values()]), ...like.flat()];
    const digit = lastPlace(known.map(({ amperes }) => amperes));
    const isBeyond = ({ watts, volts, amperes }: Told) =>
      watts > FAR * volts * (amperes + digit / 2) + FAR_W;
    const from = own.findLastIndex((told) => !isBeyond(told)) + 1;
    if (own.length - from < LEAST || lastsMs(readings, from) < LEAST_MS) continue;
    const isShown = own.slice(0, from).filter(fits).length >= LEAST_FIT ||
      othersFit(all, phase) || like.some(areFit);
    if (!isShown) continue;
    const last = own.at(-1);
    if (last === undefined) continue;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" is ${
        rounded(values.at(-1) ?? 0)
      } W, which contradicts the current beside it: ${rounded(last.volts)} V and ${
        rounded(last.amperes)
      } A come to ${rounded(last.volts * last.amperes)} W at the most`,
      summary: `On "${topic.topic}" in all ${own.length - from} messages since ${
        iso(readings[from].at)
      }`,
      ...withNumbers(series, readings.slice(Math.max(0, from - 1))),
      suggestion:
        "One of them is read wrong, is an old value, or is below nothing as a clamp the wrong way round tells it: compare with another meter, and look for an update of the device's firmware or of its converter. Sums and automations that use the power are wrong as well.",
    })];
  }
  return [];
}

function phasesOf({ path }: Pick<Series, "path">, reading: Reading): Phases {
  return phasesIn([[path, reading.fields.get(path) ?? null], ...besideOf(path, reading)]);
}

/** Whether it is a plug or a relay that is on, and tells no phases of their own. */
function isOutlet({ path, readings }: Series): boolean {
  const beside = besideOf(path, readings.at(-1));
  return beside.some(([other, value]) => OUTLET.test(leafOf(other)) && isOn(value) === true) &&
    !beside.some(([other]) => {
      const [, before, , after] = NAMED.exec(leafOf(other)) ?? [];
      return (before ?? after) !== undefined;
    });
}

/** Whether another phase of the same messages fits in all of them, which draws enough. */
function othersFit(all: readonly Phases[], phase: string): boolean {
  const names = new Set(all.flatMap((phases) => [...phases.keys()]));
  return [...names].some((name) => {
    const told = all.flatMap((phases) => phases.get(name) ?? []);
    return name !== phase && areFit(told);
  });
}

/** What each other of its kind tells of the same phase. */
function likeTold({ path, topic }: Series, phase: string, view: DeviceView): Told[][] {
  return twinsOf(topic, view).map(({ live }) =>
    live.flatMap((reading) => phasesOf({ path }, reading).get(phase) ?? [])
  );
}

const TOTAL = /^(?:total|sum)(?:act(?:ive)?|real)?power$/;
const LEAST_PHASES = 2;
const LEAST_SUMS = 3;
/** So much of the greater of both, and so many watts, is more than what changes between two reads. */
const APART = 0.3;
const APART_W = 20;

/** `stuck_value` of a sum that stands to the digit and is not what its phases beside it make, which move. */
export function sumStandsBesidePhases(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { name, readings, topic, values } = series;
    const last = values.at(-1) ?? 0;
    if (!TOTAL.test(name) || topic.mixes || last === 0 || values.length < LEAST) continue;
    const from = standsFrom(values);
    const sums = readings.slice(from).flatMap((reading) => {
      const phases = [...phasesOf(series, reading)].filter(([phase]) => phase !== "");
      return phases.length < LEAST_PHASES ? [] : [
        phases.reduce((sum, [, { watts }]) => sum + watts, 0),
      ];
    });
    const isApart = (sum: number) =>
      Math.abs(sum - Math.abs(last)) > APART * Math.max(sum, Math.abs(last)) + APART_W;
    if (sums.length < LEAST || sums.length < values.length - from) continue;
    if (lastsMs(readings, from) < LEAST_MS || new Set(sums).size < LEAST_SUMS) continue;
    if (!sums.every(isApart)) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(series)}" stays at ${rounded(last)} W, while its phases beside it make ${
        rounded(Number((sums.at(-1) ?? 0).toFixed(1)))
      } W`,
      summary: `On "${topic.topic}" in all ${values.length - from} messages since ${
        iso(readings[from].at)
      }`,
      ...withNumbers(series, readings.slice(Math.max(0, from - 1))),
      suggestion:
        "Go by the phases until the sum moves again: restart the meter and look for an update of its firmware; what is controlled or billed by the sum is wrong.",
    })];
  }
  return [];
}

/** The share of the product that is real. */
const FACTOR =
  /^([abc]|l[123]|phase[abc123])?(?:powerfactor|cosphi|pf)([abc]|l[123]|phase[abc123])?$/;
/** More than any is, and less than one in percent where so much of the product is real. */
const NO_FACTOR = [1.05, 10] as const;

/** `outlier` of a power factor above 1 beside power, volts and amperes that make another one. */
export function factorBeyondOne(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { name, readings, topic, values } = series;
    const found = FACTOR.exec(name);
    if (found === null || topic.role !== "state" || topic.mixes || values.length < LEAST) continue;
    const phase = found[1] ?? found[2] ?? "";
    const made = readings.flatMap((reading) => phasesOf(series, reading).get(phase) ?? []);
    const isBeyond = values.every((value) => {
      const size = Math.abs(value);
      return size > NO_FACTOR[0] && size < NO_FACTOR[1] && !Number.isInteger(value);
    });
    if (!isBeyond || made.length < values.length || !areFit(made)) continue;
    const last = made.at(-1);
    if (last === undefined || lastsMs(readings) < LEAST_MS) continue;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" is ${
        rounded(values.at(-1) ?? 0)
      }, and none is above 1: power, current and voltage beside it make ${
        rounded(Number((last.watts / (last.volts * last.amperes)).toFixed(2)))
      }`,
      summary: `On "${topic.topic}" in all ${values.length} messages from ${
        iso(readings[0].at)
      } on`,
      ...withNumbers(series, readings),
      suggestion:
        "Look for an update of the device's firmware or of its converter; until then reckon it from power, voltage and current.",
    })];
  }
  return [];
}
