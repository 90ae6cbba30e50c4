import type { HeardStatement } from "../../reading/statements.ts";
import type { DeviceView, Reading } from "../../reading/view.ts";

/** Levels on which what connects all of a tree tells of itself, beside all else below it: `solar/dtu/status`, `octoPrint/mqtt`. */
const CONNECTS = /^(?:dtu|mqtt|bridge)$/i;
/** What stands below a place or one of these is of many, each of which comes and goes by itself. */
const OF_MANY =
  /^(?:home|haus|house|maison|casa|huis|dom|devices?|sensors?|stat|tele|iot|site|plant|factory|farm|building|office|kitchen|cellar|basement|attic|garage|garden|hall|room|floor|zone|area|homeassistant|mqtt|)[_-]?\d{0,3}$/i;

/** What goes on for so long and in so many messages, to the last, is not the rest of a queue. */
const GOES_ON_MS = 60_000;
const GOES_ON = 5;
const LEAST_AT_LAST = 2;

/**
 * Live messages below the tree of which a retained word says that what connects all of it is gone, in time order. Empty where it
 * is no such word, where they may be of others, or are too few to refute it.
 */
export function liveOfTree(said: HeardStatement, view: DeviceView): Reading[] {
  const levels = said.sample.topic.split("/").slice(0, -1);
  const above = levels.slice(0, levels.findLastIndex((level) => !CONNECTS.test(level)) + 1);
  const isOfTree = said.bridge || above.length < levels.length;
  if (!isOfTree || OF_MANY.test(above.at(-1) ?? "")) return [];
  const tree = `${above.join("/")}/`;
  const live = view.topics.filter(({ topic, role, trace }) =>
    (role === "state" || role === "event") && !trace.shared && topic.startsWith(tree)
  ).flatMap((topic) => topic.live).sort((a, b) => a.at - b.at);
  const [firstMs, lastMs] = [live[0]?.at ?? 0, live.at(-1)?.at ?? 0];
  const goesOn = live.length >= GOES_ON && lastMs - firstMs >= GOES_ON_MS &&
    live.filter(({ at }) => at >= lastMs - GOES_ON_MS).length >= LEAST_AT_LAST &&
    view.nowMs - lastMs <= GOES_ON_MS;
  return goesOn ? live : [];
}
