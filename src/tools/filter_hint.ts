import type { Core } from "../core.ts";
import { compileFilter, hasWildcard, plainTopic } from "../mqtt/topic.ts";
import { shownText } from "./shown_text.ts";

/** Looking is bounded; this many tell how topics are spelt. */
const MOST_TOPICS = 50_000;

/** A filter that may have been meant, and what is wrong with the one that was given. */
interface Meant {
  readonly filter: string;
  readonly why: string;
}

const STARRED = "* is no wildcard in MQTT, + (one level) and # (all below) are";
const CASE = "MQTT tells upper and lower case apart";
const ALONE = "without /# a filter is one topic alone";
const SLASHES = "a slash at either end makes another topic";

/**
 * What is most likely wrong with a filter on which nothing came, by the topics that the session has heard, and the one to
 * give instead. Null where nothing tells: the filter may well be right.
 */
export function filterHint(filter: string, sessionId: string, core: Core): string | null {
  const given = plainTopic(filter);
  const wanted = withWildcards(given);
  const topics = heardTopics(sessionId, core);
  // the filter is right, and what it is for is silent now
  if (topics.some(compileFilter(given))) return null;
  const bare = wanted.replace(/^\/+|\/+$/g, "");
  const candidates: Meant[] = [
    { filter: wanted, why: wanted === given ? "" : STARRED },
    ...(hasWildcard(wanted) ? [] : [{ filter: `${wanted.replace(/\/+$/, "")}/#`, why: ALONE }]),
    ...(bare === "" ? [] : [bare, `${bare}/`, `/${bare}`])
      .map((filter) => ({ filter, why: SLASHES })),
  ];
  const heard = firstHeard(candidates, topics);
  if (heard === null) {
    return wanted === given ? null : `${STARRED}: give "${shownText(wanted)}"`;
  }
  const respelt = asIn(heard.topic, heard.meant.filter);
  const why = [heard.meant.why, respelt === heard.meant.filter ? "" : CASE];
  return `Topics were heard on "${shownText(respelt)}": ${
    why.filter((part) => part !== "").join(", and ")
  }`;
}

/** The first such hint for any of some filters; undefined where nothing tells. */
export function filtersHint(
  filters: readonly string[],
  sessionId: string,
  core: Core,
): string | undefined {
  for (const filter of filters) {
    const hint = filterHint(filter, sessionId, core);
    if (hint !== null) return hint;
  }
}

/** What other systems write as `*`. */
function withWildcards(filter: string): string {
  if (!filter.includes("*")) return filter;
  const levels = filter.split("/");
  return levels.map((level, at) => {
    if (!level.includes("*")) return level;
    return at === levels.length - 1 && /^\*+$/.test(level) ? "#" : "+";
  }).join("/");
}

/** The first of some filters by which any of the topics is heard, whatever the case of its letters. */
function firstHeard(
  candidates: readonly Meant[],
  topics: readonly string[],
): { meant: Meant; topic: string } | null {
  const matchers = candidates.map(({ filter }) => compileFilter(filter.toLowerCase()));
  let best = candidates.length;
  let heard = "";
  for (const topic of topics) {
    const lower = topic.toLowerCase();
    const at = matchers.slice(0, best).findIndex((matches) => matches(lower));
    if (at < 0) continue;
    best = at;
    heard = topic;
  }
  return best === candidates.length ? null : { meant: candidates[best], topic: heard };
}

function heardTopics(sessionId: string, core: Core): string[] {
  const recorded = core.recordings.covering(sessionId, ["#"])?.log ??
    core.recordings.logOf(sessionId);
  const collected = core.collections.ofSession(sessionId).map(({ log }) => log);
  return [...(recorded === null ? [] : [recorded]), ...collected]
    .flatMap(({ topics }) => topics.slice(0, MOST_TOPICS))
    .slice(0, MOST_TOPICS).map(({ topic }) => topic);
}

/** A filter with its names spelt as in a topic. */
function asIn(topic: string, filter: string): string {
  const levels = topic.split("/");
  return filter.split("/").map((level, at) => hasWildcard(level) ? level : levels[at] ?? level)
    .join("/");
}
