import { everyTime, findingFrom } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";

const LEAST_KEYS = 4;
const LEAST_SCRAPS = 2;
const LEAST_PIECE = 3;
const LEAST_AGAIN = 2;
const MOST_SHAPES = 20;
const MOST_KEYS = 200;

/** `unparseable_payload` of documents whose keys are pieces of keys, or values of others on the same topic: they were put together wrongly. */
export function scrambledKeys(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event|info)$/.test(topic.role)) continue;
    const broken = scrambledIn(topic);
    const [first] = broken;
    if (first === undefined || broken.length < LEAST_AGAIN) continue;
    const pieces = first.pieces.map(({ piece, of }) => `"${piece}" of "${of}"`).slice(0, 4);
    return [findingFrom({
      severity: "warning",
      code: "unparseable_payload",
      title: `The keys of "${topic.topic}" are scrambled: ${pieces.join(", ")}`,
      summary:
        `${broken.length} of ${topic.live.length} messages have keys that are pieces of the keys of the others, or their values`,
      ...everyTime(broken.map(({ reading }) => reading)),
      suggestion:
        "Drop messages that lack the usual keys, and update what sends them: it writes past the end of a text, or reuses its memory while it is being sent.",
    })];
  }
  return [];
}

interface Scrambled {
  readonly reading: Reading;
  readonly pieces: readonly { readonly piece: string; readonly of: string }[];
}

/** Messages of a topic in which keys without their first letter stand for keys that others have. */
function scrambledIn({ live }: TopicView): Scrambled[] {
  const shapes = [...Map.groupBy(live, ({ fields }) => [...fields.keys()].join("\n")).values()];
  if (shapes.length < 2 || shapes.length > MOST_SHAPES) return [];
  const keys = new Set(
    shapes.flatMap(([one]) => [...one?.fields.keys() ?? []]).slice(0, MOST_KEYS),
  );
  const words = new Set(shapes.flatMap(([one]) => [...one?.fields.values() ?? []]));
  return shapes.flatMap((readings) => {
    const own = readings[0]?.fields;
    if (own === undefined || own.size < LEAST_KEYS) return [];
    const pieces = [...keys].flatMap((of) => {
      const piece = of.slice(1);
      return own.has(piece) && !own.has(of) && piece.length >= LEAST_PIECE && /^[a-z]+$/i.test(of)
        ? [{ piece, of }]
        : [];
    });
    // `min` and `max` beside `tmin` and `tmax` are called so.
    const isCut = pieces.length >= LEAST_SCRAPS && new Set(pieces.map(({ of }) => of[0])).size > 1;
    const isSwapped = pieces.length > 0 && [...own.keys()].some((key) => words.has(key)) &&
      [...own.values()].some((value) => keys.has(String(value)));
    return isCut || isSwapped ? readings.map((reading) => ({ reading, pieces })) : [];
  });
}
