/**
 * Topic names and topic filters. Clause numbers are those of the OASIS standard MQTT 5.0; 3.1.1
 * says the same, except that it knows no shared subscriptions.
 */
import { OperationError } from "../errors.ts";

/** Bytes of UTF-8 that a topic may have: its length is sent as two bytes (§1.5.4). */
const MAX_TOPIC_BYTES = 65_535;
const SHARE_PREFIX = "$share/";

/**
 * Levels that brokers take off the front of a topic or filter, which then stands for what follows, with how many further
 * levels they take along. `$share` is of the standard (§4.8.2); `$oshare` is BifroMQ's ordered kind of it; `$queue`,
 * `$exclusive` and `$delayed/{seconds}` are EMQX's, and known to others.
 */
const PREFIXES: Readonly<Record<string, number>> = {
  $share: 1,
  $oshare: 1,
  $queue: 0,
  $exclusive: 0,
  $delayed: 1,
};
/** Of these, the ones by which the subscribers of a group share its messages. */
const SHARING: ReadonlySet<string> = new Set(["$share", "$oshare", "$queue"]);
const MOST_PREFIXES = 8;
const DOLLAR = 0x24;
const HASH = 0x23;
const PLUS = 0x2b;
const SLASH = 0x2f;

/**
 * @throws {OperationError} TOPIC_INVALID unless `topic` may be published to (§4.7.3, §3.3.2.1, §4.8.2)
 */
export function validateTopicName(topic: string): void {
  const problem = findTextProblem(topic) ??
    (/[+#]/.test(topic) ? "the wildcards + and # belong in topic filters only" : null) ??
    (topic.startsWith(SHARE_PREFIX)
      ? "$share/ is for subscribing only; nothing is published there"
      : null);
  if (problem) {
    throw new OperationError(
      "TOPIC_INVALID",
      `Cannot use topic ${quote(topic)}: ${problem}`,
      'Give a topic name such as "home/kitchen/temperature"',
    );
  }
}

/**
 * @throws {OperationError} TOPIC_INVALID unless `filter` may be subscribed to (§4.7.1, §4.7.3, §4.8.2)
 */
export function validateTopicFilter(filter: string): void {
  const problem = findFilterProblem(filter);
  if (problem) {
    throw new OperationError(
      "TOPIC_INVALID",
      `Cannot parse topic filter ${quote(filter)}: ${problem}`,
      'Give a topic filter such as "home/+/temperature" or "home/#"',
    );
  }
}

/**
 * Tells whether a message on `topic` is for a subscription to `filter` (§4.7.1). A leading wildcard
 * does not match topics that begin with `$` (§4.7.2). For `$share/{group}/{filter}` the inner filter
 * counts. Both are taken as valid.
 */
export function matchesFilter(filter: string, topic: string): boolean {
  return matchesLevels(withoutShare(filter), topic);
}

/** {@linkcode matchesFilter} for one filter and many topics, without work left that can be done once. */
export function compileFilter(filter: string): (topic: string) => boolean {
  const inner = withoutShare(filter);
  if (inner === "#") return (topic) => topic.charCodeAt(0) !== DOLLAR;
  if (!/[+#]/.test(inner)) return (topic) => topic === inner;
  if (inner.endsWith("/#") && !inner.includes("+")) {
    const parent = inner.slice(0, -2);
    const prefix = inner.slice(0, -1);
    return (topic) => topic.startsWith(prefix) || topic === parent;
  }
  return (topic) => matchesLevels(inner, topic);
}

/**
 * {@linkcode compileFilter} for what a subscription may bring: where it begins with a prefix, messages come on the topics
 * it stands for, or, from a broker that does not know the prefix, on those that begin with it too.
 */
export function compileSubscription(filter: string): (topic: string) => boolean {
  const plain = plainTopic(filter);
  if (plain === filter) return compileFilter(filter);
  const brings = compileFilter(plain);
  return (topic) => brings(topic) || matchesLevels(filter, topic);
}

/** Tells whether every topic that `b` matches is matched by `a` too. */
export function filterCovers(a: string, b: string): boolean {
  const wide = filterLevels(a);
  const narrow = filterLevels(b);
  if (isWildcard(wide[0]) && narrow[0].startsWith("$")) return false;
  for (let i = 0; i < wide.length; i++) {
    // "a/#" includes the parent "a" (§4.7.1.2), so a narrow filter may end just before.
    if (wide[i] === "#") return true;
    if (i >= narrow.length || narrow[i] === "#") return false;
    if (wide[i] !== "+" && wide[i] !== narrow[i]) return false;
  }
  return narrow.length === wide.length;
}

/** Tells whether any topic is matched by both filters. */
export function filtersOverlap(a: string, b: string): boolean {
  const left = filterLevels(a);
  const right = filterLevels(b);
  if (isWildcard(left[0]) && right[0].startsWith("$")) return false;
  if (isWildcard(right[0]) && left[0].startsWith("$")) return false;
  for (let i = 0;; i++) {
    if (left[i] === "#" || right[i] === "#") return true;
    if (i >= left.length || i >= right.length) return left.length === right.length;
    if (left[i] !== right[i] && left[i] !== "+" && right[i] !== "+") return false;
  }
}

/**
 * A topic or filter and all it may stand for: the text itself, then with each prefix that brokers know taken off, one after
 * another (`$share/g/$queue/a` stands for `a`). After eight prefixes the rest is left as it is.
 */
export function meaningsOf(topic: string): string[] {
  const meanings = [topic];
  while (meanings.length <= MOST_PREFIXES) {
    const rest = withoutPrefix(meanings[meanings.length - 1]);
    if (rest === null) break;
    meanings.push(rest);
  }
  return meanings;
}

/** What a topic or filter stands for in the end; the last of its {@linkcode meaningsOf}. */
export function plainTopic(topic: string): string {
  return meaningsOf(topic).at(-1)!;
}

/** A topic without the prefix it begins with; null where it has none, or nothing would be left. */
function withoutPrefix(topic: string): string | null {
  if (topic.charCodeAt(0) !== DOLLAR) return null;
  let at = topic.indexOf("/") + 1;
  const first = topic.slice(0, Math.max(0, at - 1));
  if (!Object.hasOwn(PREFIXES, first)) return null;
  for (let i = 0; i < PREFIXES[first] && at > 0; i++) at = topic.indexOf("/", at) + 1;
  return at === 0 || at === topic.length ? null : topic.slice(at);
}

/** Whether a subscription to it takes messages from other clients, by whichever of the prefixes that do. */
export function takesFromOthers(filter: string): boolean {
  return meaningsOf(filter).slice(0, -1).some((one) => SHARING.has(one.split("/", 1)[0]));
}

/** Whether a filter may match more than one topic. */
export function hasWildcard(filter: string): boolean {
  return /[+#]/.test(filter);
}

/** Whether a subscription to it keeps other clients from subscribing to the same (EMQX's `$exclusive`). */
export function excludesOthers(filter: string): boolean {
  return meaningsOf(filter).slice(0, -1).some((one) => one.startsWith("$exclusive/"));
}

/** Splits `$share/{group}/{filter}` (§4.8.2). Null for a filter that is not shared. */
export function parseSharedFilter(filter: string): { group: string; filter: string } | null {
  if (!filter.startsWith(SHARE_PREFIX)) return null;
  const slash = filter.indexOf("/", SHARE_PREFIX.length);
  if (slash < 0) return null;
  return { group: filter.slice(SHARE_PREFIX.length, slash), filter: filter.slice(slash + 1) };
}

function findFilterProblem(filter: string): string | null {
  const problem = findTextProblem(filter);
  if (problem) return problem;
  let inner = filter;
  if (filter.startsWith(SHARE_PREFIX)) {
    const shared = parseSharedFilter(filter);
    if (!shared || shared.filter === "") {
      return "a shared subscription has the form $share/{group}/{filter}";
    }
    if (shared.group === "") return "the group of a shared subscription must not be empty";
    if (/[+#]/.test(shared.group)) return "the group of a shared subscription takes no wildcards";
    inner = shared.filter;
  }
  const levels = inner.split("/");
  for (const [i, level] of levels.entries()) {
    if (level.length > 1 && level.includes("#")) return "# must be alone in its level";
    if (level.length > 1 && level.includes("+")) return "+ must be alone in its level";
    if (level === "#" && i < levels.length - 1) return "# must be the last level";
  }
  return null;
}

function findTextProblem(topic: string): string | null {
  if (topic === "") return "it is empty";
  if (topic.includes("\0")) return "it holds a NUL character";
  if (!topic.isWellFormed()) return "it holds half of a surrogate pair, which UTF-8 cannot carry";
  // A UTF-16 unit takes at most three bytes of UTF-8: ordinary topics need no encoding here.
  if (topic.length * 3 > MAX_TOPIC_BYTES) {
    const bytes = new TextEncoder().encode(topic).length;
    if (bytes > MAX_TOPIC_BYTES) return `it has ${bytes} bytes, and ${MAX_TOPIC_BYTES} are allowed`;
  }
  return null;
}

function matchesLevels(filter: string, topic: string): boolean {
  const first = filter.charCodeAt(0);
  if (topic.charCodeAt(0) === DOLLAR && (first === HASH || first === PLUS)) return false;
  let f = 0;
  let t = 0;
  for (; f < filter.length; f++, t++) {
    const wanted = filter.charCodeAt(f);
    if (wanted === HASH) return true;
    if (wanted === PLUS) {
      while (t < topic.length && topic.charCodeAt(t) !== SLASH) t++;
      // The loop's own step moves past the character that follows.
      t--;
    } else if (t >= topic.length) {
      // "a/#" matches "a" (§4.7.1.2).
      return wanted === SLASH && f === filter.length - 2 && filter.charCodeAt(f + 1) === HASH;
    } else if (wanted !== topic.charCodeAt(t)) {
      return false;
    }
  }
  return t === topic.length;
}

function withoutShare(filter: string): string {
  return parseSharedFilter(filter)?.filter ?? filter;
}

function filterLevels(filter: string): string[] {
  const levels = withoutShare(filter).split("/");
  // No topic is empty (§4.7.3), so "#" says the same as "+/#", and "/#" the same as "/+/#".
  if (levels[0] === "#") return ["+", "#"];
  return levels.length === 2 && levels[0] === "" && levels[1] === "#" ? ["", "+", "#"] : levels;
}

function isWildcard(level: string): boolean {
  return level === "+" || level === "#";
}

/** Quoted and with control characters escaped: a topic comes from strangers and may be long. */
function quote(topic: string): string {
  return JSON.stringify(topic.length > 100 ? `${topic.slice(0, 100)}…` : topic);
}

/** Whether a topic is that of a tree, or stands below it: `a/b` and `a/b/c` for `a/b`. */
export function isBelow(topic: string, tree: string): boolean {
  return topic.startsWith(tree) && (topic.length === tree.length || topic[tree.length] === "/");
}
