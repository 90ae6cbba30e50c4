import type { HeldMessage } from "./held_message.ts";
import { type Choice, Selection, type SelectionOptions } from "./selection.ts";
import type { HeldStrata, Stratum } from "./strata.ts";
import type { EveryNth, TimeBins, TopScores } from "./timeline.ts";

/** Everything a sampler holds to choose from. */
export interface Pools {
  first: HeldMessage | null;
  firstLive: HeldMessage | null;
  last: HeldMessage | null;
  /** The first ones, as many as could be chosen at most. */
  readonly errors: HeldMessage[];
  readonly warnings: HeldMessage[];
  readonly errorKinds: HeldStrata;
  readonly warningKinds: HeldStrata;
  readonly structures: HeldStrata;
  readonly liveTopics: HeldStrata;
  readonly retainedTopics: HeldStrata;
  readonly changes: TopScores;
  readonly outliers: TopScores;
  /** Topics whose figures are unlike those of all topics like them. */
  readonly odd: TopScores;
  readonly bins: TimeBins;
  readonly live: EveryNth;
  readonly retained: EveryNth;
}

/** The stream's extent and counts, beside the bounds of a selection. */
interface ChooseOptions extends SelectionOptions {
  readonly errors: number;
  readonly warnings: number;
}

/** Share of the target that errors may take: the rest shows what happened around them. */
const ERROR_SHARE = 0.8;

/** How many errors are kept whatever else there is. */
export function errorRoom(target: number): number {
  return target <= 2 ? target : Math.max(1, Math.floor(target * ERROR_SHARE));
}

/** How many topics that are unlike their siblings are shown at most. */
export function oddRoom(target: number): number {
  return Math.max(1, Math.floor(target / 10));
}

/**
 * Chooses from the pools, in this order: errors (all while they fit, else the most different
 * kinds); the first and last message; a warning of each kind; topics unlike their siblings; a message of each structure
 * and topic; further warnings; changes and outliers; the other ends of topics; an even spread over
 * time. Each step that could crowd out the later ones has a share.
 */
export function chooseMessages(pools: Pools, options: ChooseOptions): Choice[] {
  const selection = new Selection(options);
  const isAllWanted = options.total <= options.target &&
    pools.retained.messages().length <= options.retainedLimit;
  if (isAllWanted) {
    chooseErrors(selection, pools, options);
    chooseEnds(selection, pools);
    for (const held of pools.warnings) selection.pick(held, "warning");
    fill(selection, pools);
    return selection.choices();
  }
  chooseErrors(selection, pools, options);
  chooseEnds(selection, pools);
  chooseKinds(selection, {
    strata: pools.warningKinds.members,
    reason: "warning",
    limit: Math.ceil(selection.room / 2),
  });
  for (const held of pools.odd.messages().slice(0, oddRoom(options.target))) {
    selection.pick(held, "outlier");
  }
  chooseStructuresAndTopics(selection, pools, options);
  let left = Math.ceil(selection.room / 2);
  for (const held of pools.warnings) {
    if (left <= 0) break;
    if (!selection.has(held) && selection.pick(held, "warning")) left--;
  }
  chooseSurprises(selection, pools);
  chooseTopicEnds(selection, pools);
  selection.spread(inOrder(pools), { reason: "spread", limit: selection.room });
  chooseTopics(selection, { strata: pools.liveTopics.members, limit: selection.room });
  chooseTopics(selection, { strata: pools.retainedTopics.members, limit: selection.room });
  fillRest(selection, pools);
  return selection.choices();
}

function chooseErrors(selection: Selection, pools: Pools, options: ChooseOptions): void {
  const limit = errorRoom(options.target);
  if (options.errors <= limit) {
    for (const held of pools.errors) selection.pick(held, "error");
    return;
  }
  const before = selection.room;
  chooseKinds(selection, { strata: pools.errorKinds.members, reason: "error", limit });
  // The newest and one from between of each kind, while at least half is left for the rest.
  const inKinds = pools.errorKinds.members.toSorted((x, y) => y.count - x.count);
  for (const end of ["last", "middle"] as const) {
    for (const stratum of inKinds) {
      if (before - selection.room >= options.target / 2) return;
      const held = stratum[end];
      if (held !== null) selection.pick(held, "error");
    }
  }
}

/** One message of each kind; the most different kinds if there are too many. */
function chooseKinds(
  selection: Selection,
  options: { strata: readonly Stratum[]; reason: "error" | "warning"; limit: number },
): void {
  const { reason, limit } = options;
  const known = options.strata.filter((stratum) => stratum.first !== null);
  const kinds = known.length <= limit
    ? known.toSorted((x, y) => order(x) - order(y))
    : mostDifferent(known, limit);
  let left = Math.min(limit, selection.room);
  for (const kind of kinds) {
    if (left <= 0) return;
    if (kind.messages().some((held) => selection.has(held))) continue;
    if (kind.messages().some((held) => selection.pick(held, reason))) left--;
  }
}

function order(stratum: Stratum): number {
  return stratum.first?.seq ?? Infinity;
}

/** Starts with the most frequent kind and always adds the one least like any before. */
function mostDifferent(kinds: readonly Stratum[], limit: number): Stratum[] {
  const pending = kinds.map((kind) => ({
    kind,
    words: new Set(kind.key.toLowerCase().split(/[^\p{L}\p{Nd}]+/u)),
    likeness: 0,
  }));
  const chosen: Stratum[] = [];
  while (chosen.length < limit && pending.length > 0) {
    let best = 0;
    for (let i = 1; i < pending.length; i++) {
      const [x, y] = [pending[i], pending[best]];
      if (x.likeness < y.likeness || (x.likeness === y.likeness && x.kind.count > y.kind.count)) {
        best = i;
      }
    }
    const [next] = pending.splice(best, 1);
    chosen.push(next.kind);
    for (const other of pending) {
      other.likeness = Math.max(other.likeness, likeness(next.words, other.words));
    }
  }
  return chosen;
}

/** Jaccard: 1 for the same words, 0 for none in common. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const word of a) if (b.has(word)) common++;
  return common / (a.size + b.size - common);
}

function chooseEnds(selection: Selection, pools: Pools): void {
  if (pools.first !== null) selection.pick(pools.first, "first");
  if (pools.last !== null) selection.pick(pools.last, "last");
  if (pools.firstLive !== null) selection.pick(pools.firstLive, "first");
}

function chooseStructuresAndTopics(
  selection: Selection,
  pools: Pools,
  options: ChooseOptions,
): void {
  const structures = pools.structures.members
    .filter((stratum) => stratum.first !== null && !selection.coversStructure(stratum.key))
    .sort((x, y) => x.count - y.count || order(x) - order(y));
  const live = pools.liveTopics.members;
  const uncovered = live.filter((stratum) => !selection.coversTopic(stratum.key)).length;
  const fits = structures.length + uncovered <= selection.room;
  let left = fits ? structures.length : Math.max(1, Math.floor(selection.room * 0.4));
  for (const stratum of structures) {
    if (left <= 0) break;
    if (selection.coversStructure(stratum.key)) continue;
    // One that also shows a new topic says two things at once.
    const messages = stratum.messages();
    const onNewTopic = messages.filter((held) => !selection.coversTopic(held.topic));
    if (selection.pickFarthest(onNewTopic, "structure")) left--;
    else if (selection.pickFarthest(messages, "structure")) left--;
  }
  const still = live.filter((stratum) => !selection.coversTopic(stratum.key)).length;
  const share = still <= selection.room ? selection.room : Math.ceil(selection.room / 2);
  chooseTopics(selection, { strata: live, limit: share });
  // Retained messages are the only sign of topics that said nothing since; a quarter of the room is theirs.
  const silent = pools.retainedTopics.members;
  const unseen = silent.filter((stratum) => !selection.coversTopic(stratum.key)).length;
  const room = Math.min(selection.room, options.retainedLimit);
  chooseTopics(selection, {
    strata: silent,
    limit: unseen <= room ? room : Math.ceil(selection.room / 2),
  });
}

function chooseTopics(
  selection: Selection,
  options: { strata: readonly Stratum[]; limit: number },
): void {
  let left = options.limit;
  for (const stratum of options.strata.toSorted((x, y) => x.hash - y.hash)) {
    if (left <= 0) return;
    if (selection.coversTopic(stratum.key)) continue;
    if (selection.pickFarthest(stratum.messages(), "topic")) left--;
  }
}

/** Changes and unusual values, no topic more than twice before every topic had its turn. */
function chooseSurprises(selection: Selection, pools: Pools): void {
  let left = Math.floor(selection.room * 0.6);
  const changes = pools.changes.messages();
  const outliers = pools.outliers.messages();
  for (const perTopic of [2, Infinity]) {
    const taken = new Map<string, number>();
    for (let i = 0; i < Math.max(changes.length, outliers.length); i++) {
      for (const [held, reason] of [[outliers[i], "outlier"], [changes[i], "change"]] as const) {
        if (held === undefined) continue;
        if (selection.has(held)) {
          selection.pick(held, reason);
          continue;
        }
        const already = taken.get(held.topic) ?? 0;
        if (left <= 0 || already >= perTopic) continue;
        if (selection.pick(held, reason)) {
          left--;
          taken.set(held.topic, already + 1);
        }
      }
    }
  }
}

/** First and last of each topic, where there are few enough topics to show both. */
function chooseTopicEnds(selection: Selection, pools: Pools): void {
  const ends = pools.liveTopics.members
    .flatMap((stratum) => [stratum.first, stratum.last])
    .filter((held) => held !== null)
    .filter((held) => !selection.has(held));
  if (ends.length > selection.room / 2) return;
  for (const held of ends) selection.pick(held, "topic");
}

/** Messages that stand evenly in time or in count. */
function inOrder(pools: Pools): HeldMessage[] {
  return [...new Set([...pools.bins.messages(), ...pools.live.messages()])];
}

/** Whatever still fits, in order of arrival. */
function fill(selection: Selection, pools: Pools): void {
  for (const held of [...pools.retained.messages(), ...pools.live.messages()]) {
    if (!selection.has(held)) selection.pick(held, "all");
  }
}

/** What is left of the target goes to whatever there is. */
function fillRest(selection: Selection, pools: Pools): void {
  const rest = pools.retained.messages();
  selection.spread(rest, { reason: "spread", limit: selection.room });
  const held = [
    ...pools.liveTopics.members.flatMap((stratum) => stratum.messages()),
    ...pools.retainedTopics.members.flatMap((stratum) => stratum.messages()),
    ...pools.errors,
    ...pools.warnings,
  ];
  selection.spread([...new Set(held)], { reason: "spread", limit: selection.room });
}
