/** One of several alike that tells a code of nines and reads nothing but zeroes, whatever its numbers are called. */
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, someOf, spanText } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { type DeviceView, type FieldPlace, fieldsTold } from "../../reading/view.ts";

/** What stands for an error, or for what is not known, in lists of codes that are shorter. */
const NINES = /^9{2,5}$/;
/** The highest code of one that is well. */
const MOST_WELL = 9;
const LEAST_LIKE = 2;
const LEAST_READ = 2;
const LEAST_TOLD = 3;
const MOST_NUMBERS = 2_000;

/** A number with the levels that lead to it, of its topic and its field. */
interface Told extends FieldPlace {
  readonly levels: readonly string[];
  readonly values: readonly number[];
}

/** `reported_error` of a place whose code is all nines and whose figures are all 0, while those beside it have one low code and read something. */
export function allNines(view: DeviceView): Finding[] {
  const all = new Map<string, Told>();
  for (const place of fieldsTold(view)) {
    const { topic, path } = place;
    const values = topic.live.flatMap(({ fields }) => {
      const value = fields.get(path);
      return typeof value === "number" ? [value] : [];
    });
    if (values.length < LEAST_TOLD || all.size >= MOST_NUMBERS) continue;
    const levels = [...topic.segments, ...path.split(/[.[\]]+/).filter((level) => level !== "")];
    all.set(levels.join("/"), { topic, path, levels, values });
  }
  for (const one of all.values()) {
    const [code = 0] = one.values;
    if (!NINES.test(String(code)) || one.values.some((value) => value !== code)) continue;
    const places = one.levels.keys().filter((at) => /\d$/.test(one.levels[at]));
    const beside = places.map((at) => likeOf(one, at, [...all.values()])).find((of) => of !== null);
    if (beside === undefined || beside === null) continue;
    const readings = one.topic.live.filter(({ fields }) => fields.has(one.path));
    return [findingFrom({
      severity: "error",
      code: "reported_error",
      title: `"${
        labelOf(one)
      }" is ${code} and all ${beside.zeroes} figures beside it are 0, while ${beside.count} like it tell ${beside.well} and read something`,
      summary: `On "${one.topic.topic}" so in all of ${one.values.length} messages ${
        spanText(readings)
      }`,
      messages: someOf(readings),
      suggestion:
        "Look the code up in its manual: a code of nines mostly says that it has an error or is not reached; then at its supply and its link.",
    })];
  }
  return [];
}

/** Those of which only one level is another, if they are well and it reads nothing; null where not. */
function likeOf(one: Told, at: number, all: readonly Told[]) {
  const nameOf = ({ levels }: Told) => levels.toSpliced(at, 1, "#").join("/");
  const tree = `${[...one.levels.slice(0, at), "#"].join("/")}/`;
  const like = all.filter((other) => other !== one && nameOf(other) === nameOf(one));
  const [well = NaN] = like[0]?.values ?? [];
  const isWell = like.length >= LEAST_LIKE && well >= 0 && well <= MOST_WELL &&
    like.every(({ values }) => values.every((value) => value === well));
  const ofPlace = (place: string | undefined) =>
    all.filter((other) => other.levels[at] === place && nameOf(other).startsWith(tree));
  const figures = ofPlace(one.levels[at]).filter((other) => other !== one);
  const read = new Set(figures.map(nameOf));
  const isRead = (other: Told) =>
    ofPlace(other.levels[at]).filter((figure) =>
      read.has(nameOf(figure)) && figure.values.every((value) => value !== 0)
    ).length >= LEAST_READ;
  const isNothing = figures.length >= LEAST_READ &&
    figures.every(({ values }) => values.every((value) => value === 0));
  return isWell && isNothing && like.every(isRead)
    ? { well, count: like.length, zeroes: figures.length }
    : null;
}
