/** Places of one device that are in use, and no spare inputs: somebody gave them a name, or they have given as much as others. */
import { isGivenName, isHolder, labelOf, leafOf } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import { rounded } from "../../../../numbers.ts";
import { besideOf, type DeviceView } from "../../reading/view.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { placeAmong, topicAmong } from "./likes.ts";
import { toldOfLike } from "./told_by_twins.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** Words of a topic or a field of what the sun gives. */
const OF_SUN =
  /(?<![a-z])(?:solar|pv|sun|mppt|dtu|inverter|wechselrichter|onduleur|inversor|falownik|yield|irradiation|hoymiles)/i;
/** What a program calls a place by itself. */
const BY_ITSELF =
  /^\W*(?:string|str|input|channel|ch|port|mppt|panels?|modul[eo]?s?|dc|pv|eingang|kanal|entr[ée]e|entrada|ingresso|wej[śs]cie)?[\W_]*(?:\d{1,2}|[a-z])?\W*$/i;

/** And what people call one that is spare. */
const SPARE =
  /un-?used|not (?:used|connected)|spare|free|empty|none|reserve|leer|frei|unbenutzt|libre|vide|inutilis|vac[ií]o|vuoto|libero|livre|ongebruikt|leeg|woln|nieu[żz]y|ledig|n\/a/i;

/** What a place has given in all, and the least share of what others have. */
const IN_ALL =
  /(?:yield|energy|ertrag|erzeug|produ[ck]|generat|k?wh)\w{0,12}(?:total|lifetime|gesamt|overall|sum)|(?:total|lifetime|gesamt)\w{0,12}(?:yield|energy|ertrag|erzeug|produ[ck]|generat|k?wh)/;
const LEAST_GIVEN = 0.2;
const LEAST_OTHERS = 2;
const LEAST_VALUES = 3;
const ALIKE = 0.3;
/** There is a voltage in any light; power comes from the other side of a roof much later in the day. */
const MOST = { volts: { least: 10, share: 0.1 }, power: { least: 50, share: 0.01 } };
const AS_SUM = 0.1;

/** Whether numbers of a group may be those of places that the sun shines on alike. */
export function areInSun(members: readonly Series[], { topics }: DeviceView): boolean {
  const [first] = members;
  if (first === undefined) return false;
  const tree = first.topic.segments.slice(0, -1).join("/");
  return OF_SUN.test(`${first.topic.topic}/${first.path}`) ||
    topics.some(({ topic, readings }) =>
      topic.startsWith(`${tree}/`) &&
      [topic, ...readings.at(-1)?.fields.keys() ?? []].some((name) => OF_SUN.test(name))
    );
}

/** How one place that bears a name, or has given as much as the others, gives next to nothing all the time, where the others give as much as each other. */
export function givesNothing(
  one: Series,
  all: readonly Series[],
  view: DeviceView,
): { title: string; from: number } | null {
  // What all of them give together is told among them.
  const others = all.filter((other) => {
    const least = AS_SUM * Math.abs(median(other.values));
    const rest = all.filter((each) => each !== other && Math.abs(median(each.values)) > least);
    const sum = rest.reduce((total, { values }) => total + median(values), 0);
    return rest.length < 2 || Math.abs(median(other.values) - sum) > AS_SUM * sum;
  });
  const given = others.map(({ values }) => median(values));
  const middle = median(given);
  if (others.length === 0 || one.values.length < LEAST_VALUES) return null;
  const { least, share } = /p_?dc|power/i.test(
      plainKey(`${one.topic.segments.at(-1)}/${one.path}`),
    )
    ? MOST.power
    : MOST.volts;
  if (middle < least || given.some((value) => Math.abs(value - middle) > ALIKE * middle)) {
    return null;
  }
  if (one.values.some((value) => Math.abs(value) > share * middle)) return null;
  const name = (others.length < LEAST_OTHERS ? null : givenNameOf(one, others, view)) ??
    usedPlaceOf(one, others, view) ?? placeOfLike(one, { middle, others, view });
  return name === null ? null : {
    title: `"${name}" gives nothing: "${labelOf(one)}" is ${
      rounded(median(one.values))
    } all the time, and those beside it about ${rounded(middle)}`,
    from: 0,
  };
}

/**
 * The place that a number is of, where all others of the device's kind have something there, and as much as is given beside it
 * here; null for the last place, which a smaller one of them may leave free.
 */
function placeOfLike(
  one: Series,
  { middle, others, view }: { middle: number; others: readonly Series[]; view: DeviceView },
): string | null {
  const told = toldOfLike(one, view).map(({ values }) => median(values));
  const areAsHere = told.length >= LEAST_OTHERS &&
    told.every((value) => Math.abs(value - middle) <= ALIKE * middle);
  if (!areAsHere) return null;
  const [own = "", ...rest] = placesOf([one, ...others]).map((place) =>
    place.split(/[/.]/).at(-1) ?? place
  );
  const numberIn = (place: string) => Number(/\d+/.exec(place)?.[0] ?? NaN);
  return rest.some((other) => numberIn(other) > numberIn(own)) ? own : null;
}

/** What tells each of several numbers from the others: its topic and field up to the part by which they differ. */
function placesOf(all: readonly Series[]): string[] {
  const names = all.map(nameOf);
  return names.map((name) =>
    placeAmong(name, names.filter((other) => other !== name), /(?<=[/._])/)
  );
}

const nameOf = ({ topic, path }: Series) => `${topic.topic}/${path}`;

/** The place that a number is of, where that has given a good share in all of what the others have; null where it has not. */
function usedPlaceOf(
  one: Series,
  others: readonly Series[],
  view: DeviceView,
): string | null {
  const [own = "", ...rest] = placesOf([one, ...others]);
  if (own === "" || rest.includes("")) return null;
  const inAll = (place: string) =>
    seriesOf(view).filter((series) =>
      nameOf(series).startsWith(place) && IN_ALL.test(plainKey(nameOf(series).slice(place.length)))
    ).map(({ values }) => values.at(-1) ?? 0);
  const given = Math.max(0, ...inAll(own));
  const most = Math.max(0, ...rest.flatMap(inAll));
  return given > 0 && given >= LEAST_GIVEN * most ? own.split(/[/.]/).at(-1) ?? null : null;
}

/** What somebody calls the place that a number is of: told beside it, or on a topic of its own below the place. */
function givenNameOf(
  one: Series,
  others: readonly Series[],
  { topics }: DeviceView,
): string | null {
  const place = topicAmong(one, others);
  const said = place === ""
    ? besideOf(one.path, one.readings.at(-1)).filter(([path]) => isGivenName(leafOf(path)))
      .map(([, value]) => value)
    : topics.filter(({ topic, segments: levels }) =>
      topic.startsWith(`${place}/`) && isGivenName(leafOf(levels.at(-1) ?? ""))
    ).flatMap(({ readings }) =>
      [...readings.at(-1)?.fields ?? []].filter(([path]) => isHolder(path)).map(([, value]) =>
        value
      )
    );
  const name = said.find((value) =>
    typeof value === "string" && /\p{L}{3}/u.test(value) && !BY_ITSELF.test(value.trim()) &&
    !SPARE.test(value)
  );
  return typeof name === "string" ? name.trim().slice(0, 60) : null;
}
