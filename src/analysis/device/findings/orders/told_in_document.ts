/** What is set on a topic of its own, and told by that name in a document of the same device: `control/a1/mode` and `device/a1/data`. */
import { rememberingEach } from "../../../../payload/remembered.ts";
import { twinsOf } from "../../twins.ts";
import { leafOf } from "../../reading/fields.ts";
import type { DeviceView, FieldPlace, Reading, TopicView } from "../../reading/view.ts";

/** Levels below which a device is told what to do, and those below which it tells how it is. */
const ORDERS = /^(?:control|controls|ctrl|cmd|cmnd|command|commands|set)$/i;
const TELLS = /^(?:device|devices|state|states|status|stat|tele|telemetry|data)$/i;
/** Who asks speaks seldom beside who tells. */
const OFTENER = 2;
const LEAST_NAME = 4;
const ALIKE = 4;
const FLAG = /^(?:true|false|[01])$/;

/** The only field of that name in a document of the device, told in the words in which it is asked for; null where there is none. */
export const heldInDocument: (view: DeviceView) => (topic: TopicView) => FieldPlace | null =
  rememberingEach((view) => rememberingEach((topic) => placeOf(topic, view)));

function placeOf(topic: TopicView, view: DeviceView): FieldPlace | null {
  const { live, readings, segments } = topic;
  const at = segments.findIndex((level) => ORDERS.test(level));
  const name = leafOf(segments.at(-1) ?? "");
  const asked = live.map(({ fields }) => fields.get("") ?? null);
  // A tree, whose device it is, and what is set.
  if (at < 1 || segments.length - at < 3 || name.length < LEAST_NAME) return null;
  if (live.length === 0 || readings.length > live.length) return null;
  if (asked.includes(null)) return null;
  const whose = segments.slice(at + 1, -1).join("/");
  const places = view.topics.flatMap((other) => {
    const isOfIt = other.role === "state" && !other.mixes &&
      other.live.length >= OFTENER * live.length && TELLS.test(other.segments[at] ?? "") &&
      other.segments.slice(0, at).join("/") === segments.slice(0, at).join("/") &&
      `${other.segments.slice(at + 1).join("/")}/`.startsWith(`${whose}/`);
    return !isOfIt
      ? []
      : [...other.live.at(-1)?.fields.keys() ?? []].filter((path) =>
        path !== "" && leafOf(path) === name
      ).map((path): FieldPlace => ({ topic: other, path }));
  });
  const [place] = places;
  return place !== undefined && places.length === 1 &&
      asked.every((wanted) => isOneOf(String(wanted), place, view))
    ? place
    : null;
}

/** Whether a word is told there, by it or by its like, or begins as those do: elsewhere it may be another name for what is so. */
function isOneOf(wanted: string, { topic, path }: FieldPlace, view: DeviceView): boolean {
  const said = (live: readonly Reading[]) =>
    live.flatMap(({ fields }) => fields.has(path) ? [String(fields.get(path))] : []);
  const own = new Set(said(topic.live));
  if (FLAG.test(wanted)) return own.values().every((word) => FLAG.test(word));
  if (Number.isFinite(Number(wanted))) {
    return own.values().every((word) => Number.isFinite(Number(word)));
  }
  return own.has(wanted) || twinsOf(topic, view).some(({ live }) => said(live).includes(wanted)) ||
    own.values().some((word) =>
      word.length > ALIKE && word.slice(0, ALIKE) === wanted.slice(0, ALIKE)
    );
}
