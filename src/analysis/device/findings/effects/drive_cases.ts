/** What drives an effect, and what it says. */
import type { Scalar } from "../../reading/fields.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import type { DeviceView } from "../../reading/view.ts";
import { type Drives, FLOWS, NO_EFFECT } from "./drive_rows.ts";
import {
  areOfOneSystem,
  calledOf,
  type Driver,
  driversOf,
  isOn,
  isShare,
  subjectOf,
  tellsOf,
} from "./drivers.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** An effect that may be missed, by one row of what drives what. */
export interface Case {
  readonly effect: Series;
  readonly row: Drives;
  readonly view: DeviceView;
}

/** What an effect is called; `fan2` with `{"rpm": …}` is of the fan. */
const nameOf = rememberingEach((effect: Series): string => {
  const own = calledOf(effect);
  return effect.path !== "" && /^(?:rpm|speed|tacho?)$/.test(own)
    ? `${plainKey(effect.topic.segments.at(-1) ?? "").slice(0, 40)} ${own}`
    : own;
});

/** How low or high something may be, or was: `level_min`. */
const END = /(?:^|[_ ])(?:min|max)(?:imum|imal)?$/;

/** Whether a number is called as what a row says is brought about, and is none of what only sounds like it. */
export function isEffect(effect: Series, row: Drives): boolean {
  const [own, called] = [calledOf(effect), nameOf(effect)];
  if (!row.effect.test(own) && !row.effect.test(called)) return false;
  if (END.test(called)) return false;
  const isRate = row.way === undefined && !row.signs.some((sign) => /^(?:stands|same)$/.test(sign));
  if (isRate && NO_EFFECT.test(called.split(" ").at(-1) ?? "")) return false;
  const whole = `${effect.topic.topic} ${effect.path}`.toLowerCase();
  return row.not?.test(called) !== true && row.where?.test(whole) !== false;
}

/** What tells that what a row names runs, found once for all effects. */
const namedBy: (view: DeviceView) => (row: Drives) => readonly Driver[] = rememberingEach((view) =>
  rememberingEach((row: Drives) =>
    driversOf(view).filter((driver) =>
      row.by !== undefined && tellsOf(driver, row.by) || saysByWord(driver, row)
    )
  )
);

/** What tells that it runs, of those that a row names and that are of one thing with the effect. */
export function driversFor({ effect, row, view }: Case): Driver[] {
  return namedBy(view)(row).filter((driver) =>
    (driver.topic !== effect.topic || driver.path !== effect.path) &&
    (areOfOneSystem(effect, driver) || row.sole === true && isSole(effect, view)) &&
    (row.own !== true || isOwn(effect, driver, row)) &&
    (row.namesake !== true || !isShare(driver) && areNamesakes(effect, driver, row))
  );
}

/** `display_reading` is not of `frag_heater`. */
function areNamesakes(effect: Series, driver: Driver, { by, effect: kind }: Drives): boolean {
  const [a = [], b = []] = [nameOf(effect), driver.own].map((name) =>
    name.split(/[^\p{L}\p{N}]+/u).filter((word) =>
      word !== "" && !by?.test(word) && !kind.test(`_${word}`)
    )
  );
  return a.every((word, i) => word === (b[i] ?? word));
}

/** Names of what tells in a word what something does. */
const STATE =
  /(?:action|activity|operation|state|status|phase|running|execution|zustand|stan|stato|estado|etat|tila|toestand)(?:current)?(?:str(?:ing)?|text|name)?$|^(?:run|st)$/;

function saysByWord({ name, said }: Driver, { byWord }: Drives): boolean {
  return byWord !== undefined && STATE.test(name) &&
    said.some(({ value }) => typeof value !== "number" && byWord.test(String(value)));
}

/** Whether a value says that it runs: by the word that tells of the row alone, or as its driver says it. */
export function isSo({ row }: Case, driver: Driver): (value: Scalar) => boolean | null {
  const { byWord } = row;
  return byWord !== undefined && saysByWord(driver, row)
    ? (value) => byWord.test(String(value))
    : isOn;
}

/** Whether of all that is told nothing else flows. */
function isSole(effect: Series, view: DeviceView): boolean {
  return seriesOf(view).every((other) => other === effect || !FLOWS.test(calledOf(other)));
}

/** Whether an effect is of the very thing that is driven: both are called alike, or the effect names its drive. */
export function isOwn(effect: Series, driver: Driver, row: Drives): boolean {
  const subject = subjectOf(effect);
  return subject !== "" && subject === subjectOf(driver) ||
    row.own === true && row.by?.test(calledOf(effect)) === true;
}

const LEAST_TOLD = 3;

/** Whether it is told often enough since a time that a driver works, and nothing else. */
export function isToldOn(
  driver: Driver,
  sinceMs: number,
  works: (value: Scalar) => boolean | null,
): boolean {
  const { said, topic, holds } = driver;
  const before = holds === true ? said.findLast(({ at }) => at < sinceMs) : undefined;
  const told = said.filter(({ at }) => at >= sinceMs);
  const times = before === undefined
    ? told.length
    : topic.live.filter(({ at }) => at >= sinceMs).length;
  const all = before === undefined ? told : [before, ...told];
  return times >= LEAST_TOLD && all.every(({ value }) => works(value) === true);
}

/** What tells that it runs, and how: `"pump" says ON`. */
export function saidBy({ label, said }: Driver, value = said.at(-1)?.value): string {
  return `"${label}" says ${String(value)}`;
}
