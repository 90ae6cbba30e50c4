import { generic } from "../families/generic.ts";
import { normalizeName } from "./names.ts";
import { ownerOf } from "../reading/split.ts";

/** Levels that say what is done or told there, not whose it is: `cmnd/pump/POWER` and `stat/pump/POWER` are one pump. */
export const ROLES =
  /^(?:cmn?d|commands?|set|get|update|delete|ctrl|control|stat|stats?us|states?|tele|telemetry|in|input|out|output|req|requests?|res|resp|responses?|replies|reply|config|info|availability|available|events?|attributes|up|uplink|down|downlink|rx|tx|to|from|read|write|pub|sub|rpc|shadow|v\d+|data|values?|logs?|debug|errors?|alarms?|discovery|raw|decoded|history|latest|live|retained|sensors?|binary_sensors?|switch(?:es)?|lights?|numbers?|selects?|buttons?|climates?|covers?|device_trackers?|devices?|device_automation|fans?|locks?|cameras?|updates?|texts?|bridge|meta)$/i;
const SHOWN = 3;
const MOST_TREES = 50;

/**
 * The trees that a name means, where several things bear it: `north/pump` and `south/pump` that tell the same values.
 * Null where they may be of one device, as `tele/pump` and `stat/pump` are, and where a family knows whose its topics
 * are. Pure.
 */
export function namesakes(deviceId: string, topics: Iterable<string>): readonly string[] | null {
  const wanted = normalizeName(deviceId);
  const leaves = new Map<string, Set<string>>();
  for (const topic of topics) {
    const levels = topic.split("/");
    const at = levels.findIndex((level) => normalizeName(level) === wanted);
    const leaf = levels.slice(at + 1).join("/");
    if (at < 1 || leaf === "" || (ownerOf(topic)?.family ?? generic) !== generic) continue;
    if (levels.slice(0, at + 2).some((level) => /^(?:set|get|cmn?d|command)$/i.test(level))) {
      continue;
    }
    const tree = levels.slice(0, at + 1).join("/");
    const known = leaves.get(tree);
    if (known !== undefined) known.add(leaf);
    else if (leaves.size < MOST_TREES) leaves.set(tree, new Set([leaf]));
  }
  const trees = [...leaves.keys()];
  const isApart = trees.every((tree, index) =>
    trees.slice(index + 1).every((other) =>
      differByPlace(tree, other) && !(leaves.get(tree) ?? new Set()).isDisjointFrom(
        leaves.get(other) ?? new Set(),
      )
    )
  );
  return trees.length > 1 && isApart ? trees : null;
}

/** Whether two trees of one name differ by a level that is no word for what is told there. */
function differByPlace(tree: string, other: string): boolean {
  const [levels, others] = [tree.split("/"), other.split("/")];
  return levels.length === others.length &&
    levels.some((level, index) =>
      level !== others[index] && !ROLES.test(level) && !ROLES.test(others[index])
    );
}

/** What a reader is told of them. */
export function namesakeAdvice(deviceId: string, trees: readonly string[]): string {
  const shown = trees.slice(0, SHOWN).map((tree) => `"${tree.slice(0, 120)}"`).join(", ");
  const more = trees.length > SHOWN ? ` and ${trees.length - SHOWN} more` : "";
  return `${trees.length} trees bear the name "${
    deviceId.slice(0, 120)
  }": ${shown}${more}. They are judged as one here; if they are different devices, ask by a topic filter such as "${
    (trees[0] ?? "").slice(0, 120)
  }/#".`;
}
