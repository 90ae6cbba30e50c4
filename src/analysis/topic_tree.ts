/** A topic with the number of its messages. */
interface CountedTopic {
  readonly topic: string;
  readonly messages: number;
}

/** Topics that share a shape, told as one topic filter. */
interface TopicPattern {
  readonly pattern: string;
  readonly topics: number;
  readonly messages: number;
}

/** Leaves of one parent must be at least this many before they are told as `parent/+`. */
const LEAVES_TO_COLLAPSE = 5;
/** Subtrees of equal shape must be at least this many before they are told as `parent/+/…`. */
const SUBTREES_TO_COLLAPSE = 3;

interface TopicNode {
  /** Set where a topic ends at this level. */
  topics: number;
  messages: number;
  /** Null where nothing is below, as most nodes are leaves. */
  children: Map<string, TopicNode> | null;
}

interface Collapsed {
  /** Equal for subtrees of equal shape. */
  readonly shape: string;
  readonly rows: readonly TopicPattern[];
}

/** Topics by their levels, to which topics are added one by one, each once. */
export class TopicTree {
  readonly #root: TopicNode = { topics: 0, messages: 0, children: null };

  add({ topic, messages }: CountedTopic): void {
    let node = this.#root;
    for (const level of topic.split("/")) {
      node.children ??= new Map();
      let child = node.children.get(level);
      if (!child) {
        child = { topics: 0, messages: 0, children: null };
        node.children.set(level, child);
      }
      node = child;
    }
    node.topics++;
    node.messages += messages;
  }

  /**
   * Tells many topics as few patterns: siblings whose subtrees have one shape become a `+`, and when there are still
   * more than `maxRows`, the deepest levels become a `#`. Counts are exact, and of all that a pattern matches.
   */
  patterns(maxRows = 40): TopicPattern[] {
    // Names alone, and names with more below, each have a `+` of their own.
    const rows = mergeRows([collapse(this.#root, 0).rows])
      .map((row) => ({ ...row, pattern: row.pattern.slice(1) }));
    return absorbed(shorten(absorbed(rows), maxRows)).sort((a, b) =>
      a.pattern < b.pattern ? -1 : 1
    );
  }
}

/** Deeper than this a subtree is told by its counts alone: topics come from strangers. */
const DEEPEST = 100;

function collapse(node: TopicNode, depth: number): Collapsed {
  const own: TopicPattern[] = node.topics > 0
    ? [{ pattern: "", topics: node.topics, messages: node.messages }]
    : [];
  if (depth >= DEEPEST) {
    const { topics, messages } = totals(node);
    return { shape: "#", rows: [{ pattern: "/#", topics, messages }] };
  }
  const byShape = new Map<string, { names: string[]; rows: TopicPattern[][] }>();
  const leaves: { names: string[]; messages: number } = { names: [], messages: 0 };
  for (const [name, child] of node.children ?? []) {
    if (child.children === null) {
      leaves.names.push(name);
      leaves.messages += child.messages;
      continue;
    }
    const { shape, rows } = collapse(child, depth + 1);
    const group = byShape.get(shape) ?? { names: [], rows: [] };
    group.names.push(name);
    group.rows.push([...rows]);
    byShape.set(shape, group);
  }
  const rows: TopicPattern[] = [...own];
  const shapes: string[] = [];
  if (leaves.names.length >= LEAVES_TO_COLLAPSE) {
    shapes.push("+.");
    rows.push({ pattern: "/+", topics: leaves.names.length, messages: leaves.messages });
  } else {
    for (const name of leaves.names) {
      shapes.push(`${name}.`);
      const messages = node.children?.get(name)?.messages ?? 0;
      rows.push({ pattern: `/${name}`, topics: 1, messages });
    }
  }
  for (const [shape, group] of byShape) {
    if (group.names.length >= SUBTREES_TO_COLLAPSE) {
      shapes.push(`+${shape}`);
      rows.push(...mergeRows(group.rows).map((row) => prefixed("+", row)));
    } else {
      group.names.forEach((name, i) => {
        shapes.push(`${name}${shape}`);
        rows.push(...group.rows[i].map((row) => prefixed(name, row)));
      });
    }
  }
  const ending = node.topics > 0 ? "." : "";
  const inner = shapes.length > 0 ? `(${shapes.sort().join(",")})` : "";
  const shape = `${ending}${inner}`;
  return { shape: shape.length > 2_000 ? hashed(shape) : shape, rows };
}

function prefixed(name: string, row: TopicPattern): TopicPattern {
  return { ...row, pattern: `/${name}${row.pattern}` };
}

/** Of more rows than that each would be held against too many. */
const MOST_ABSORBED = 500;

/** Rows that another one matches as well add up with it: `tele/a/LWT` with `tele/+/LWT`. */
function absorbed(rows: TopicPattern[]): TopicPattern[] {
  if (rows.length > MOST_ABSORBED) return rows;
  const wild = rows.filter(({ pattern }) => pattern.split("/").includes("+"))
    .map((row) => ({ row, levels: row.pattern.split("/") }));
  const into = (row: TopicPattern) => {
    const levels = row.pattern.split("/");
    return wild.find((one) =>
      one.row !== row && one.levels.length === levels.length &&
      one.levels.every((level, i) => level === levels[i] || level === "+" && levels[i] !== "#")
    )?.row.pattern;
  };
  const merged = mergeRows([rows.map((row) => ({ ...row, pattern: into(row) ?? row.pattern }))]);
  // What took others in may stand within a wider one itself.
  return merged.length < rows.length ? absorbed(merged) : merged;
}

/** Rows of one pattern add up; subtrees of one shape have the same patterns. */
function mergeRows(groups: readonly (readonly TopicPattern[])[]): TopicPattern[] {
  const merged = new Map<string, TopicPattern>();
  for (const row of groups.flat()) {
    const sum = merged.get(row.pattern);
    merged.set(row.pattern, {
      pattern: row.pattern,
      topics: (sum?.topics ?? 0) + row.topics,
      messages: (sum?.messages ?? 0) + row.messages,
    });
  }
  return [...merged.values()];
}

function totals(node: TopicNode): { topics: number; messages: number } {
  let { topics, messages } = node;
  const open = [...node.children?.values() ?? []];
  for (let next = open.pop(); next; next = open.pop()) {
    topics += next.topics;
    messages += next.messages;
    open.push(...next.children?.values() ?? []);
  }
  return { topics, messages };
}

/** Folds the deepest rows into their parent's `#` until few enough are left. */
function shorten(rows: readonly TopicPattern[], maxRows: number): TopicPattern[] {
  let current = [...rows];
  while (current.length > maxRows) {
    const deepest = Math.max(...current.map((row) => levelsOf(row.pattern)));
    if (deepest <= 1) break;
    const folded = new Map<string, TopicPattern>();
    for (const row of current) {
      const pattern = levelsOf(row.pattern) < deepest ? row.pattern : parentFilter(row.pattern);
      const sum = folded.get(pattern);
      folded.set(pattern, {
        pattern,
        topics: (sum?.topics ?? 0) + row.topics,
        messages: (sum?.messages ?? 0) + row.messages,
      });
    }
    current = [...folded.values()];
  }
  if (current.length <= maxRows) return current;
  const loudest = [...current].sort((a, b) => b.messages - a.messages);
  const rest = loudest.splice(maxRows - 1);
  const sum = (pick: (row: TopicPattern) => number) => rest.reduce((n, row) => n + pick(row), 0);
  return [...loudest, {
    pattern: "#",
    topics: sum((r) => r.topics),
    messages: sum((r) => r.messages),
  }];
}

function levelsOf(pattern: string): number {
  const levels = pattern.split("/").length;
  return pattern.endsWith("/#") ? levels - 1 : levels;
}

function parentFilter(pattern: string): string {
  const levels = pattern.split("/");
  if (levels.at(-1) === "#") levels.pop();
  levels.pop();
  return `${levels.join("/")}/#`;
}

function hashed(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return `~${(hash >>> 0).toString(16)}:${text.length}`;
}
