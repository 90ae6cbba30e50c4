/** Batteries that hang in parallel: they share what is drawn and charged, and have one voltage. */
import { labelOf } from "../../reading/fields.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { median } from "../../../statistics.ts";
import { rounded } from "../../../../numbers.ts";
import type { DeviceView } from "../../reading/view.ts";
import { placeAmong } from "./likes.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** The part of a name by which they differ, with the number after it. */
const OF_BATTERY =
  /(?:batt(?:er(?:y|ies|ie|ia|ias))?|akkus?|accus?|packs?|bms|modules?)[/._[]?\d{1,2}$/;
const CURRENT = /(?:^|[/._])(?:curr(?:ent)?|amps?|amperage|strom|courant|corriente)$/;
const VOLTS = /(?:^|[/._])(?:volt(?:age|s)?|spannung|tension|voltaje)$/;
const CHARGE = /(?:^|[/._])(?:soc|state_?of_?charge|charge_?level)$/;
const NOT_OF_IT = /cell|zelle|max|min|limit|target|set|request|temp/;

const LEAST_OTHERS = 2;
const LEAST_VALUES = 5;
const LEAST_AMPS = 3;
/** Shares of what the others carry: as much as each other, and none. */
const ALIKE = 0.25;
const NONE = 0.02;
/** Shares of a voltage: one and the same, another one, and of another system. */
const SAME_VOLTS = 0.01;
const OTHER_SYSTEM = 0.15;
/** Percents of charge: as full as each other, otherwise full, and where a battery shuts off by itself. */
const AS_FULL = 6;
const OTHERWISE_FULL = 8;
const EMPTY = 12;
const FULL = 95;

/** Whether numbers of a group are the currents of several batteries. */
export function areBatteryCurrents(members: readonly Series[]): boolean {
  const keys = members.map(keyOf);
  return members.length > LEAST_OTHERS &&
    keys.every((key) => CURRENT.test(key) && !NOT_OF_IT.test(key)) &&
    keys.every((key) => OF_BATTERY.test(placeOf(key, keys)));
}

/**
 * How one of them carries nothing all the time, while the others carry as much as each other, and is at another voltage or
 * otherwise full than they are; null where it is not so, or it may have shut off as it is full or empty.
 */
export function carriesNothing(
  one: Series,
  others: readonly Series[],
  view: DeviceView,
): { title: string; from: number } | null {
  const amps = others.map(({ values }) => median(values));
  const middle = median(amps);
  const [size, sign] = [Math.abs(middle), Math.sign(middle)];
  if (others.length < LEAST_OTHERS || one.values.length < LEAST_VALUES || size < LEAST_AMPS) {
    return null;
  }
  const carry = amps.every((value) => Math.abs(value - middle) <= ALIKE * size) &&
    others.every(({ values }) => values.every((value) => value * sign > ALIKE * size));
  if (!carry || one.values.some((value) => Math.abs(value) > NONE * size)) return null;
  const keys = [one, ...others].map(keyOf);
  const toldOf = (series: Series, what: RegExp) => {
    const place = placeOf(keyOf(series), keys);
    const found = seriesOf(view).find((other) => {
      const key = keyOf(other);
      const rest = key.slice(place.length);
      return key.startsWith(place) && /^[^a-z0-9]/.test(rest) && what.test(rest) &&
        !NOT_OF_IT.test(rest);
    });
    return found === undefined ? NaN : median(found.values);
  };
  const charge = toldOf(one, CHARGE);
  const charges = others.map((other) => toldOf(other, CHARGE));
  const volts = toldOf(one, VOLTS);
  const theirs = others.map((other) => toldOf(other, VOLTS));
  const usual = median(theirs);
  const areOne = theirs.every((each) => Math.abs(each - usual) <= SAME_VOLTS * usual) &&
    charges.every((each) => Math.abs(each - median(charges)) <= AS_FULL) &&
    Math.abs(volts - usual) <= OTHER_SYSTEM * usual && charge > EMPTY && charge < FULL;
  const isApart = Math.abs(volts - usual) > SAME_VOLTS * usual ||
    Math.abs(charge - median(charges)) >= OTHERWISE_FULL;
  return areOne && isApart
    ? {
      title: `A battery carries nothing: "${labelOf(one)}" is ${
        rounded(median(one.values))
      } all the time, and those beside it about ${rounded(middle)}; it is at ${
        rounded(volts)
      } V and ${rounded(charge)} %, they are at ${rounded(usual)} V and ${
        rounded(median(charges))
      } %`,
      from: 0,
    }
    : null;
}

/** Topic and field in small letters, without what only says that a value is held. */
function keyOf({ topic, path }: Series): string {
  return plainKey(`${topic.segments.join("/")}/${path}`.slice(0, 200))
    .replace(/\/$/, "").replace(/[/.](?:state|value|val)$/, "");
}

function placeOf(key: string, keys: readonly string[]): string {
  return placeAmong(key, keys.filter((other) => other !== key), /(?<=[/._[\]])/);
}
