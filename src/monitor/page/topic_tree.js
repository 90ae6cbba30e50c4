/** The tree of topics: opened level by level, and used with the mouse or with the arrow keys. */
import { formatBytes, formatRate, plural, shortCount, visibleLine } from "./format.js";
import { Icon } from "./icons.js";
import { Time } from "./parts.js";
import { levelKey } from "./topic_state.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./view.js";

/**
 * @typedef {import("./topic_state.js").TopicNode} TopicNode
 * @typedef {import("./topic_state.js").TopicState} TopicState
 * @typedef {{ path: string, level: number, position: number, of: number, node: TopicNode | null, key: string, shown: number, hidden: number }} Row
 * @typedef {object} Props
 * @property {TopicState} state
 * @property {string} search
 * @property {boolean} inRange whether only a part of the time is looked at
 * @property {string[]} open paths of the levels that are open
 * @property {string | null} selected
 * @property {(path: string) => string} addressOf
 * @property {(path: string) => void} onSelect
 * @property {(open: string[]) => void} onOpen
 * @property {(key: string, shown: number) => void} onMore
 */

const DEEPEST_INDENT = 12;
const INDENT_PX = 18;
const MOST_SHOWN = 1_000;

/** @param {Props} props */
export function TopicTree(props) {
  const { state, search, inRange, open, selected, addressOf, onSelect, onOpen, onMore } = props;
  const rows = search === ""
    ? rowsOf(state, { open: new Set(open), parent: undefined, level: 1 })
    : levelRows(state, { search, level: 1 });
  const [focused, setFocused] = useState("");
  const moved = useRef(false);
  const tree = useRef(/** @type {HTMLElement | null} */ (null));
  const current = rows.some(({ path }) => path === focused)
    ? focused
    : rows.find(({ path }) => path === selected)?.path ?? rows[0]?.path ?? "";
  // At once: the next key may be pressed before the next paint.
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    /** @type {HTMLElement | null | undefined} */ (tree.current?.querySelector("[tabindex='0']"))
      ?.focus();
  });
  // A link to a topic shows where it is, once.
  useEffect(() => {
    if (selected === null || search !== "") return;
    const above = parentsOf(selected).filter((path) => !open.includes(path));
    if (above.length > 0 && above.length < 40) onOpen([...open, ...above]);
  }, [selected]);

  const isOpen = (/** @type {Row} */ row) => open.includes(row.path);
  const toggle = (/** @type {Row} */ row) =>
    onOpen(isOpen(row) ? open.filter((path) => path !== row.path) : [...open, row.path]);
  const use = (/** @type {Row} */ row) => {
    if (row.node === null) return onMore(row.key, row.shown);
    if (row.node.is_topic) onSelect(row.path);
    else if (row.node.has_children) toggle(row);
  };
  const move = (/** @type {string | undefined} */ path) => {
    if (path === undefined) return;
    moved.current = true;
    setFocused(path);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = rows.findIndex(({ path }) => path === current);
    const row = rows[at];
    if (row === undefined) return;
    const opens = search === "" && row.node?.has_children === true;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => move(rows[at + 1]?.path),
      ArrowUp: () => move(rows[at - 1]?.path),
      Home: () => move(rows[0]?.path),
      End: () => move(rows.at(-1)?.path),
      ArrowRight: () => {
        if (opens && !isOpen(row)) toggle(row);
        else if (opens) move(rows[at + 1]?.path);
      },
      ArrowLeft: () => {
        if (opens && isOpen(row)) toggle(row);
        else move(rows.slice(0, at).findLast(({ level }) => level < row.level)?.path);
      },
      Enter: () => use(row),
      " ": () => use(row),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  };

  if (!state.heard) return html`<p class="quiet">Reading…</p>`;
  const searched = search === "" ? undefined : state.levels.get(levelKey({ search }));
  if (rows.length === 0) {
    return html`<p class="quiet" role="status">${
      searched?.searching
        ? "Searching values…"
        : search === "" && inRange
        ? "No topic had a message in this time."
        : search === ""
        ? "Nothing has come yet. Topics appear as soon as something is published on what is recorded."
        : `No recorded topic or newest value fits “${visibleLine(search)}”.`
    }</p>`;
  }
  return html`
    ${searched?.limited &&
      html`
        <p
          class="muted">There are too many topics to look at all values: some were searched by name only.</p>
      `}
    <div class="tree" role="tree" aria-label="Topics" ref=${tree} onKeyDown=${onKeyDown}>
      ${rows.map((row) =>
        html`
          <div key=${row.path} role="treeitem" aria-level=${row.level} aria-posinset=${row
            .position}
            aria-setsize=${row.of}
            aria-selected=${String(row.path === selected)}
            aria-expanded=${search === "" && row.node?.has_children
              ? String(isOpen(row))
              : undefined}
            tabindex=${row.path === current ? 0 : -1}
            class="node row"
            style=${{ paddingLeft: `${INDENT_PX * (Math.min(DEEPEST_INDENT, row.level) - 1)}px` }}
            onFocus=${() => setFocused(row.path)}
            onClick=${(/** @type {MouseEvent} */ event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              const twist = /** @type {Element} */ (event.target).closest(".twist") !== null;
              if (twist && row.node?.has_children) toggle(row);
              else use(row);
            }}>
            ${row.node === null ? html`<${More} row=${row} />` : html`
              <${NodeLine} node=${row.node} searched=${search !== ""}
                address=${row.node.is_topic ? addressOf(row.path) : null} />
            `}
          </div>
        `
      )}
    </div>
  `;
}

/**
 * Every row that can be seen, in order.
 * @param {TopicState} state
 * @param {{ open: ReadonlySet<string>, parent: string | undefined, level: number }} at
 * @returns {Row[]}
 */
function rowsOf(state, { open, parent, level }) {
  return levelRows(state, { parent, level }).flatMap((row) =>
    row.node?.has_children && open.has(row.path)
      ? [row, ...rowsOf(state, { open, parent: row.path, level: level + 1 })]
      : [row]
  );
}

/**
 * @param {TopicState} state
 * @param {{ parent?: string, search?: string, level: number }} query
 * @returns {Row[]}
 */
function levelRows(state, { level, ...query }) {
  const key = levelKey(query);
  const found = state.levels.get(key);
  if (found === undefined) return [];
  const { nodes, total } = found;
  const hidden = total - nodes.length;
  const of = nodes.length + (hidden > 0 ? 1 : 0);
  const common = { level, of, key, shown: nodes.length, hidden };
  const rows = nodes.map((node, at) => ({ ...common, path: node.path, position: at + 1, node }));
  // no path of a topic holds a NUL
  const more = { ...common, path: `\0${key}`, position: of, node: null };
  return hidden > 0 ? [...rows, more] : rows;
}

/** The levels above a topic. @param {string} topic */
function parentsOf(topic) {
  const levels = topic.split("/");
  return levels.slice(1).map((_, at) => levels.slice(0, at + 1).join("/"));
}

/** @param {{ row: Row }} props */
function More({ row }) {
  return html`
    <span class="twist"></span>
    <span class="node-more">${plural(row.hidden, "more", "more")}: ${row.shown < MOST_SHOWN
      ? html`<span class="link">show more</span>`
      : "search to narrow it down"}</span>
  `;
}

/** A level may be empty: `/a` begins with one. @param {TopicNode} node */
function nodeName(node) {
  return node.name === "" ? "(empty level)" : visibleLine(node.name.slice(0, 500));
}

/** @param {{ node: TopicNode, searched: boolean, address: string | null }} props */
function NodeLine({ node, searched, address }) {
  const name = html`<bdi>${nodeName(node)}</bdi>`;
  return html`
    <span class="twist">${node.has_children && !searched &&
      html`<${Icon} name="right" size=${14} />`}</span>
    ${address === null
      ? html`<span class="node-name clip">${name}</span>`
      : html`<a class="node-name clip" href=${address} tabindex="-1">${name}</a>`}
    ${node.retained &&
      html`<span class="retained badge" title="Its newest message was published with retain">R</span>`}
    ${node.last_value !== null &&
      html`<span class="node-value clip small mono"><bdi>${
        visibleLine(node.last_value)
      }</bdi></span>`}
    <span class="node-figures end row small muted nowrap">
      ${node.has_children && !node.is_topic &&
        html`<span class="wide">${shortCount(node.topics)} ${
          node.topics === 1 ? "topic" : "topics"
        }</span>`}
      <span class="node-count" title=${`${plural(node.messages, "message")}, ${
        formatBytes(node.bytes)
      }`}>${shortCount(node.messages)}×</span>
      <span class="node-rate">${node.messages_per_second > 0
        ? `${formatRate(node.messages_per_second)}/s`
        : html`<${Time} at=${node.last_at} />`}</span>
    </span>
  `;
}
