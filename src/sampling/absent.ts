/** So many alike must be there before one can lack what the others have. */
const FEWEST = 20;
/** This share of them has it. */
const NEARLY_ALL = 0.95;
const MOST_TOPICS = 3_000;
const MOST_LEVELS = 8;
const MOST_ABSENT = 5;

/** A topic on which nothing came, though it came on those of nearly all that are alike. */
interface AbsentTopic {
  readonly topic: string;
  /** How many of the others have one. */
  readonly have: number;
  readonly others: number;
}

/** What stands at one place of a topic, with what is below each. */
interface Place {
  readonly names: Map<string, Set<string>>;
}

/**
 * Topics that are missing among alike ones: of a hundred devices with a `…/availability` and a `…/state` the one
 * without a state. At most five, in the order of the topics. Bounded: beyond 3,000 topics none is looked for.
 */
export function absentTopics(topics: ReadonlyMap<string, unknown>): AbsentTopic[] {
  if (topics.size < FEWEST || topics.size > MOST_TOPICS) return [];
  const found = new Map<string, AbsentTopic>();
  for (const [above, { names }] of placesIn(topics.keys())) {
    if (names.size < FEWEST) continue;
    const having = new Map<string, number>();
    for (const below of names.values()) {
      for (const one of below) having.set(one, (having.get(one) ?? 0) + 1);
    }
    const others = names.size - 1;
    for (const [below, have] of having) {
      if (have === names.size || have < NEARLY_ALL * others) continue;
      for (const [name, own] of names) {
        const topic = [above, name, below].filter((part) => part !== "").join("/");
        if (!own.has(below)) found.set(topic, { topic, have, others });
        if (found.size === MOST_ABSENT) return [...found.values()];
      }
    }
  }
  return [...found.values()];
}

function placesIn(topics: Iterable<string>): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const topic of topics) {
    const levels = topic.split("/");
    if (levels.length > MOST_LEVELS) continue;
    for (let at = 0; at < levels.length; at++) {
      const above = levels.slice(0, at).join("/");
      let place = places.get(above);
      if (place === undefined) places.set(above, place = { names: new Map() });
      const name = levels[at];
      const below = levels.slice(at + 1).join("/");
      const known = place.names.get(name);
      if (known === undefined) place.names.set(name, new Set([below]));
      else known.add(below);
    }
  }
  return places;
}
