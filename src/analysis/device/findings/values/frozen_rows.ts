/** Rows of measured numbers, told in one message or in one beat, that moved together and stand together. */
import { rememberingEach } from "../../../../payload/remembered.ts";
import { differences, goesBothWays, standsFrom } from "../../../statistics.ts";
import { isHolder, leafOf } from "../../reading/fields.ts";
import { besideOf, type DeviceView } from "../../reading/view.ts";
import { type Series, seriesOf } from "./series.ts";
import { isSignal } from "../reach/signal.ts";

/** Messages before it stood, and since. */
const LEAST_MOVED = 3;
const LEAST_STILL = 5;
/** Numbers that moved with so many of their messages, and so many of them. */
const RESTLESS = 0.6;
const LEAST_TOGETHER = 2;
/** That all of a row stand so long, as rarely as they did before. */
const CHANCE = 1e-4;
/** Where others of the same messages go on, as what is at rest beside what is not. */
const CHANCE_BESIDE_OTHERS = 1e-5;
/** Share of a beat within which topics of one beat come. */
export const SAME_BEAT = 0.3;

/** Numbers that stand together, and the place of the message from which on each of them does. */
interface StandingRow {
  readonly members: readonly Series[];
  readonly from: number;
}

/** The row that a number stands with; undefined where it does not, or where that may be chance. */
export function standingRowOf(series: Series, view: DeviceView): StandingRow | undefined {
  return standingRows(view).find(({ members }) => members.includes(series));
}

const standingRows: (view: DeviceView) => readonly StandingRow[] = rememberingEach((view) =>
  rowsIn(view).flatMap((row) => {
    const standing = standingIn(row);
    return standing === null ? [] : [standing];
  })
);

/** Measured numbers of one topic, or of topics beside each other that come in one beat. */
function rowsIn(view: DeviceView): Series[][] {
  const measured = seriesOf(view).filter((one) =>
    one.kind === "reading" && one.values.length >= LEAST_MOVED + LEAST_STILL &&
    !isSignal(one.name) && !/snr/.test(one.name) && !isWanted(one)
  );
  const byPlace = Map.groupBy(measured, ({ topic, path, values }) => {
    const isOwn = isHolder(leafOf(path)) && !topic.mixes;
    const place = isOwn ? topic.segments.slice(0, -1).join("/") : `${topic.topic} `;
    return `${place} ${values.length}`;
  });
  return [...byPlace.values()].map((row) => {
    const [first] = row;
    const beatMs = first?.topic.rhythm?.medianMs ?? 0;
    return row.filter(({ readings }) =>
      readings.every(({ at }, i) => Math.abs(at - first.readings[i].at) <= SAME_BEAT * beatMs)
    );
  });
}

function standingIn(row: readonly Series[]): StandingRow | null {
  const froms = new Map(row.map((one) => [one, standsFrom(one.values)]));
  const restless = row.filter((one) => {
    const from = froms.get(one) ?? 0;
    const steps = differences(one.values.slice(0, from + 1));
    // What is counted goes one way, and stands when there is nothing to count.
    const isCounted = one.values.every(Number.isInteger) && !goesBothWays(one.values);
    return !isCounted && from >= LEAST_MOVED && one.values.length - from >= LEAST_STILL &&
      steps.filter((step) => step !== 0).length >= RESTLESS * steps.length;
  });
  const from = Math.max(...restless.map((one) => froms.get(one) ?? 0));
  const members = restless.filter((one) => (froms.get(one) ?? 0) >= from - 1 && isAmid(one, from));
  const atOnce = members.filter((one) => froms.get(one) === from);
  if (atOnce.length < LEAST_TOGETHER || members.length < restless.length) return null;
  // Whole numbers may be codes of what is heard now and then.
  if (members.every(({ values }) => values.every(Number.isInteger))) return null;
  const goesOn = row.some((one) => (froms.get(one) ?? 0) > from);
  const steps = members.map(({ values }) => differences(values));
  const rests = steps[0]?.slice(0, from).filter((_, i) => steps.every((of) => of[i] === 0));
  const length = row[0]?.values.length ?? 0;
  const chance = (1 + (rests?.length ?? 0)) / (from + 2);
  const limit = goesOn ? CHANCE_BESIDE_OTHERS : CHANCE;
  return Math.pow(chance, length - 1 - from) < limit ? { members, from } : null;
}

/** Whether it stands amid what it was, or no farther from it than its longest step: what is switched, warm, full or empty rests elsewhere. */
function isAmid({ values }: Series, from: number): boolean {
  const head = values.slice(0, from);
  const last = values.at(-1) ?? 0;
  const step = Math.max(...differences(head).map(Math.abs));
  return last !== 0 && last >= Math.min(...head) - step && last <= Math.max(...head) + step;
}

/** Whether it rests at what stands beside it as well: where it is to be. */
export function isWanted({ path, readings, values }: Series): boolean {
  return besideOf(path, readings.at(-1)).some(([, value]) => value === values.at(-1));
}
