/** What differs between two decoded payloads, by path. Pure. */

const MOST_CHANGES = 50;
const DEEPEST = 12;

/**
 * @typedef {{ path: string, before: string | null, after: string | null }} Change null: there was, or is, nothing
 */

/**
 * The changes from one payload to the next, the first fifty of them.
 * @param {unknown} before
 * @param {unknown} after
 * @returns {{ changes: Change[], more: boolean }}
 */
export function changesBetween(before, after) {
  /** @type {Change[]} */
  const changes = [];
  compare(before, after, "$", 0, changes);
  return { changes: changes.slice(0, MOST_CHANGES), more: changes.length > MOST_CHANGES };
}

/**
 * @param {unknown} before
 * @param {unknown} after
 * @param {string} path
 * @param {number} depth
 * @param {Change[]} changes
 */
function compare(before, after, path, depth, changes) {
  if (changes.length > MOST_CHANGES || Object.is(before, after)) return;
  if (depth < DEEPEST && isBranch(before) && isBranch(after)) {
    if (Array.isArray(before) === Array.isArray(after)) {
      for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        compare(before[key], after[key], step(path, key, before), depth + 1, changes);
      }
      return;
    }
  }
  const [was, is] = [shown(before), shown(after)];
  if (was !== is) changes.push({ path, before: was, after: is });
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isBranch(value) {
  return typeof value === "object" && value !== null;
}

/**
 * @param {string} path
 * @param {string} key
 * @param {object} parent
 */
function step(path, key, parent) {
  if (Array.isArray(parent)) return `${path}[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** @param {unknown} value */
function shown(value) {
  if (value === undefined) return null;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
