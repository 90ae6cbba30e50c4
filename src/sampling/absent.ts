/** So many alike must be there before one can lack what the others have. */
const FEWEST = 20;
/** This share of them has it. */
const NEARLY_ALL = 0.95;
const MOST_TOPICS = 3_000;
const MOST_LEVELS = 8;
const MOST_ABSENT = 5;

/** This share of them at least has what shows that a name is of their kind. */
const MOST = 0.5;

/** A topic on which nothing came, though it came on those of nearly all that are alike. */
interface AbsentTopic {
  readonly topic: string;
  /** What the topics of all of them match: `house/+/state`. */
  readonly like: string;
  /** How many of the others have one. */
  readonly have: number;
  readonly others: number;
}

/** What stands below each name at one place of the topics: `/state`, or nothing for the name's own topic. */
type Place = Map<string, Set<string>>;

/**
 * Topics that are missing among alike ones: of a hundred devices with a `…/availability` and a `…/state` the one
 * without a state. At most five, in the order of the topics. Bounded: beyond 3,000 topics none is looked for.
 */
export function absentTopics(topics: ReadonlyMap<string, unknown>): AbsentTopic[] {
  if (topics.size < FEWEST || topics.size > MOST_TOPICS) return [];
  const found = new Map<string, AbsentTopic>();
  for (const [above, names] of placesIn(topics.keys())) {
    if (names.size < FEWEST) continue;
    const having = new Map<string, number>();
    for (const below of names.values()) {
      for (const one of below) having.set(one, (having.get(one) ?? 0) + 1);
    }
    const others = names.size - 1;
    // what shares nothing with the others is another thing, such as the bridge beside its devices
    const isAlike = (own: ReadonlySet<string>) =>
      [...own].some((one) => having.get(one)! - 1 >= MOST * others);
    for (const [below, have] of having) {
      if (have === names.size || have < NEARLY_ALL * others) continue;
      for (const [name, own] of names) {
        const topic = `${above}${name}${below}`;
        if (!own.has(below) && isAlike(own)) {
          found.set(topic, { topic, like: `${above}+${below}`, have, others });
        }
        if (found.size === MOST_ABSENT) return [...found.values()];
      }
    }
  }
  return [...found.values()];
}

/** By what stands before, with its slash. */
function placesIn(topics: Iterable<string>): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const topic of topics) {
    const levels = topic.split("/");
    if (levels.length > MOST_LEVELS) continue;
    let at = 0;
    for (const name of levels) {
      const above = topic.slice(0, at);
      const below = topic.slice(at + name.length);
      at += name.length + 1;
      let place = places.get(above);
      if (place === undefined) places.set(above, place = new Map());
      const known = place.get(name);
      if (known === undefined) place.set(name, new Set([below]));
      else known.add(below);
    }
  }
  return places;
}
