import type { InboundMessage } from "../../../mqtt/message.ts";
import { isBelow } from "../../../mqtt/topic.ts";
import { bearsUniqueId, normalizeName } from "./names.ts";
import { sampleOf, TopicTrace, TraceBudget } from "../reading/trace.ts";
import { describedTree } from "./whole_device.ts";

const MOST_TREES = 8;
const MOST_SIBLINGS = 200;
const SIBLING_PAYLOAD_BYTES = 16_384;

/** A serial number: letters and three figures or more, nothing else. */
const SERIAL = /^(?=(?:\D*\d){3})(?=.*[A-Z])[A-Z0-9]{8,24}$/;
/** An address of a host as levels bear it. */
const ADDRESS = /^(?:\d{1,3}[._-]){3}\d{1,3}$/;

/** Levels on which a device tells of itself as a whole. */
const WHOLE =
  /^(?:status|state|info|heartbeat|health|availability|available|online|lwt|hello|boot|birth|announce|telemetry|system|diagnostics?|stats)$/i;
/** Other levels that say what is told there, not of what. */
const TELLING =
  /^(?:alerts?|alarms?|faults?|errors?|warnings?|events?|logs?|data|features?|measurements?|readings?|values?|commands?|cmd|set|get|config|settings|attributes|performance|metrics|request|response|reply|result|ack|ota|firmware|ip|rssi|uptime|version|up|down)$/i;
/** So many topics that tell of one thing have a tree in common that is its own; right below the root, more. */
const LEAST_TOLD = 2;
const MOST_LEAVES = 16;

/**
 * The tree by whose last level a single thing is known, `noah2mqtt/0PVP50ZR16ST00CB`; null where no level of a topic is
 * a serial number or an address.
 */
function treeOfId(topic: string, isId: (level: string) => boolean): string | null {
  const levels = topic.split("/");
  const at = levels.findLastIndex((level) =>
    level.length <= 64 &&
    (isId(level) || SERIAL.test(level) || ADDRESS.test(level) || bearsUniqueId(level) ||
      bearsUniqueId(normalizeName(level)) && /[:-]/.test(level))
  );
  return at < 1 && levels.length < 2 || at === -1 ? null : levels.slice(0, at + 1).join("/");
}

/**
 * The trees in which a device was found by what a document or a payload says, and what else is told in them: it is the
 * device's where nothing speaks of another. Bounded.
 */
export class OwnTrees {
  readonly #trees = new Set<string>();
  /** Those whose last level is an id of the device: nothing else is told there. */
  readonly #idTrees = new Set<string>();
  /** What all topics that documents tell have in common. */
  #common: string[] | null = null;
  #commonTree = "";
  #told = 0;
  /** Whether something is told on that tree itself, above all that stands in it: one who speaks of all of it. */
  #isSpokenFor = false;
  /** Trees of levels that bear its name. */
  readonly #named = new Set<string>();
  /** Trees of leaves, in one of which the device speaks by its name. */
  readonly #leafTrees = new Set<string>();
  readonly #siblings = new Map<string, TopicTrace>();
  readonly #budget = new TraceBudget();

  /**
   * A topic was found to be the device's: a document tells it, or a payload on it bears the name. `isId` says whether a
   * level is an id of the device.
   */
  add(topic: string, how: "told" | "spoken", isId: (level: string) => boolean): void {
    this.#known = null;
    const tree = this.#trees.size < MOST_TREES ? treeOfId(topic, isId) : null;
    if (tree !== null) {
      this.#trees.add(tree);
      if (isId(tree.split("/").at(-1) ?? "")) this.#idTrees.add(tree);
    }
    const levels = topic.split("/");
    const last = levels.pop() ?? "";
    if (how === "told") {
      const known = this.#common ?? levels;
      const end = known.findIndex((level, at) => level !== levels[at]);
      this.#common = end === -1 ? known : known.slice(0, end);
      this.#commonTree = this.#common.join("/");
      this.#told++;
    } else if (WHOLE.test(last) && levels.length > 0 && this.#leafTrees.size < MOST_TREES) {
      this.#leafTrees.add(levels.join("/"));
    }
  }

  /** A topic tells its name: what stands beside the level that it is on may be its own as well. */
  addNamed(topic: string): void {
    const part = aboveOf(topic);
    if (!bearsUniqueId(aboveOf(part)) || this.#named.size >= MOST_TREES) return;
    this.#known = null;
    this.#named.add(part);
  }

  /** Kept until another topic is found: each message that is a stranger's asks for it. */
  #known: string[] | null = null;
  /** Those that were found to be the device's. */
  readonly #settled = new Set<string>();

  /** Whether there is no tree of which it is to be found out. */
  get isSettled(): boolean {
    return this.#all().length === 0;
  }

  #all(): readonly string[] {
    return this.#known ??= [
      ...this.#list(),
      ...[...this.#named].map(aboveOf),
    ];
  }

  #list(): string[] {
    const common = this.#common ?? [];
    const isCommon = common.length > 0 &&
      (this.#isSpokenFor || this.#told >= LEAST_TOLD + (common.length === 1 ? 1 : 0));
    return [...this.#trees, ...(isCommon ? [common.join("/")] : []), ...this.#leafTrees]
      .filter((tree) => !this.#settled.has(tree));
  }

  /** Keeps a live message that may turn out to be the device's. */
  hold(message: InboundMessage): void {
    if (!this.#isSpokenFor && this.#commonTree === message.topic) {
      this.#isSpokenFor = true;
      this.#known = null;
    }
    const trees = this.#all();
    if (message.retain || trees.length === 0) return;
    let trace = this.#siblings.get(message.topic);
    if (trace === undefined) {
      const isBeside = this.#siblings.size < MOST_SIBLINGS &&
        trees.some((tree) => isBelow(message.topic, tree));
      if (!isBeside) return;
      trace = new TopicTrace(message.topic, { shared: false, budget: this.#budget });
      this.#siblings.set(message.topic, trace);
    }
    if (message.payload.length <= SIBLING_PAYLOAD_BYTES) trace.add(sampleOf(message));
  }

  /**
   * The trees that are the device's alone, and what was kept of them. `own` are its topics, `strangers` all others
   * that were heard, `others` those of which is known that another device speaks there.
   */
  settle(
    o: { own: readonly string[]; strangers: readonly string[]; others: readonly string[] },
  ): { trees: string[]; traces: TopicTrace[] } {
    const described = [...this.#named].filter((part) => {
      const tree = describedTree(part, [...o.own, ...o.strangers]);
      return tree !== null && !o.others.some((topic) => isBelow(topic, tree));
    });
    for (const part of described) this.#named.delete(part);
    const found = this.#list().filter((tree) => {
      const isIn = (topic: string) => isBelow(topic, tree);
      const own = o.own.filter(isIn);
      if (own.length === 0 || o.others.some(isIn)) return false;
      if (this.#idTrees.has(tree)) return true;
      const beside = o.strangers.filter(isIn);
      return this.#leafTrees.has(tree)
        ? areLeavesOfOne(tree, [...own, ...beside])
        : !isShared(tree, { own, beside });
    });
    const trees = [...found, ...described.map(aboveOf)];
    const traces = [...this.#siblings.values()].filter(({ topic }) =>
      trees.some((tree) => isBelow(topic, tree))
    );
    for (const { topic } of traces) this.#siblings.delete(topic);
    for (const tree of trees) {
      this.#trees.delete(tree);
      this.#leafTrees.delete(tree);
      this.#settled.add(tree);
    }
    this.#known = null;
    return { trees, traces };
  }
}

/** What stands above the last level; nothing where there is none. */
function aboveOf(topic: string): string {
  return topic.slice(0, Math.max(0, topic.lastIndexOf("/")));
}

/** Whether all that stands right below a tree says what is told there: `motor/status` and `motor/fault`. */
function areLeavesOfOne(tree: string, topics: readonly string[]): boolean {
  const leaves = topics.map((topic) => topic.slice(tree.length + 1));
  return leaves.length <= MOST_LEAVES && !leaves.some((leaf) => leaf.includes("/")) &&
    2 * leaves.filter((leaf) => WHOLE.test(leaf) || TELLING.test(leaf)).length > leaves.length;
}

/** Whether several things tell the same below a tree, of which the device is one. */
function isShared(tree: string, o: { own: readonly string[]; beside: readonly string[] }): boolean {
  const partsOf = (topics: readonly string[]) => {
    const parts = new Map<string, Set<string>>();
    for (const topic of topics) {
      const [part = "", ...leaf] = topic.slice(tree.length + 1).split("/");
      const leaves = parts.get(part) ?? new Set();
      if (leaf.length > 0) leaves.add(leaf.join("/"));
      parts.set(part, leaves);
    }
    return parts;
  };
  const own = partsOf(o.own);
  const [[part, leaves] = []] = own;
  if (own.size !== 1 || part === undefined || leaves === undefined) return false;
  return [...partsOf(o.beside)].some(([other, told]) =>
    other !== part && !told.isDisjointFrom(leaves)
  );
}
