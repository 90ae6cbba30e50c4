import { bearsUniqueId, normalizeName } from "./names.ts";

/** What a device tells of what it is: `frugal_iot/name` and `frugal_iot/description`. */
const DESCRIBES =
  /^(?:name|description|descr|desc|label|title|model|version|firmware|fw|sw|hw|build|ip|mac|ssid|host|hostname|chip|sdk|location|platform|board|license|url)$/;

/**
 * The tree of the device that a level right below its id only describes, while levels beside it tell of its parts:
 * `dev/lotus/esp32-1a77c0` of `dev/lotus/esp32-1a77c0/frugal_iot`. Null where that level tells of a part itself, or others
 * beside it have names of their own. `topics` are all that were heard.
 */
export function describedTree(part: string, topics: Iterable<string>): string | null {
  const levels = part.split("/");
  const own = levels.pop() ?? "";
  if (levels.length === 0 || !bearsUniqueId(levels.at(-1) ?? "") || bearsUniqueId(own)) return null;
  const tree = levels.join("/");
  let tellsMore = false;
  for (const topic of topics) {
    if (!topic.startsWith(`${tree}/`)) continue;
    const [level = "", ...leaf] = topic.slice(tree.length + 1).split("/");
    const last = normalizeName(leaf.at(-1) ?? "");
    if (level === own) {
      if (leaf.length !== 1 || !DESCRIBES.test(last)) return null;
    } else {
      if (leaf.length === 1 && last === "name") return null;
      tellsMore ||= leaf.length > 0;
    }
  }
  return tellsMore ? tree : null;
}
