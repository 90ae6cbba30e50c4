/** What a session records, as a tree of topics; and one topic's messages, changes and numbers. */
import { ask } from "./api.js";
import { changesBetween } from "./changes.js";
import {
  brokerText,
  formatBytes,
  formatClock,
  formatCount,
  formatRate,
  plural,
  visible,
  visibleLine,
} from "./format.js";
import { Icon } from "./icons.js";
import { useGeneration, useLive } from "./live.js";
import {
  Badge,
  Choices,
  Empty,
  Head,
  Payload,
  Problem,
  Stranger,
  Time,
  useAnswer,
  useSettled,
} from "./parts.js";
import { Plot } from "./plot.js";
import { linkTo } from "./route.js";
import { html, useEffect, useState } from "./view.js";

/** @typedef {import("./view.js").FieldEvent} FieldEvent */

const REFRESH_MS = 2_000;
const FIRST_NODES = 100;
const MOST_NODES = 1_000;

/** @param {{ params: URLSearchParams }} props */
export function TopicsPage({ params }) {
  const { snapshot } = useLive();
  if (snapshot === null) {
    return html`
      <${Head} title="Topics" />
      <p class="muted" role="status">Waiting for the first figures…</p>
    `;
  }
  const { sessions } = snapshot;
  if (sessions.length === 0) {
    return html`
      <${Head} title="Topics" />
      <${Empty} title="No broker is connected">
        <p>Topics show here once an assistant has connected to a broker and records some of its topics.</p>
        <p><a class="button primary" href=${linkTo("setup")}>Set up a client</a></p>
        <//>
    `;
  }
  const wanted = sessions.find((session) => session.session_id === params.get("session"));
  const session = wanted ?? sessions.find((one) => one.recordings.length > 0) ?? sessions[0];
  return html`<${SessionTopics} key=${session.session_id} sessions=${sessions} session=${session} topic=${
    params.get("topic")
  } />`;
}

/** @typedef {import("../api_shapes.ts").SessionFacts} Session */
/** @typedef {import("../api_shapes.ts").TopicNode} TopicNode */
/** @typedef {import("../api_shapes.ts").TopicMessages} Messages */
/** @typedef {Messages["messages"][number]} TopicMessage */

/** @param {{ sessions: Session[], session: Session, topic: string | null }} props */
function SessionTopics({ sessions, session, topic }) {
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim());
  const recorded = session.recordings.map(({ topic: filter }) => visible(filter)).join(", ");
  return html`
    <${Head} title="Topics" about=${recorded
      ? `Recorded: ${recorded}`
      : "Nothing is recorded on this session"}>
      ${sessions.length > 1 && html`
        <label class="field inline">Session
          <select value=${session.session_id} onChange=${(/** @type {FieldEvent} */ event) => {
            location.hash = linkTo("topics", { session: event.currentTarget.value });
          }}>
            ${sessions.map((one) =>
              html`
                <option key=${one.session_id} value=${one.session_id}>${brokerText(
                  one.broker,
                )} (${one.session_id.slice(0, 8)})</option>
              `
            )}
          </select>
        </label>
      `}
    <//>
    ${session.recordings.length === 0 && session.collections.length === 0
      ? html`
        <${Empty} title="Nothing is recorded on this session">
          <p>Ask the assistant to record: “record everything under home/”. It calls <code>record_topics</code>, and the topics show here, live.</p>
          <//>
      `
      : html`
        <div class=${`topics ${topic === null ? "" : "with-topic"}`}>
          <section class="card topic-tree" aria-label="Topic tree">
            <label class="field">Search
              <input type="search" placeholder="Part of a topic" value=${typed} maxlength="200" onInput=${(
                /** @type {FieldEvent} */ event,
              ) => setTyped(event.currentTarget.value)} />
            </label>
            ${search === ""
              ? html`<${Level} session=${session} parent=${null} selected=${topic} />`
              : html`<${Found} key=${search} session=${session} search=${search} selected=${topic} />`}
          </section>
          ${topic === null
            ? html`
              <section class="card topic-none">
                <p
                  class="quiet">Choose a topic to see its last messages, what changed from one to the next, and its numbers over time.</p>
              </section>
            `
            : html`<${TopicDetails} key=${topic} session=${session} topic=${topic} />`}
        </div>
      `}
  `;
}

/** @param {{ session: Session, parent: string | null, selected: string | null }} props */
function Level({ session, parent, selected }) {
  const [limit, setLimit] = useState(FIRST_NODES);
  const generation = useGeneration();
  const { answer, error, reload } = useAnswer(
    (signal) =>
      ask("api/topics", {
        query: { session_id: session.session_id, parent: parent ?? undefined, limit },
        signal,
      }),
    [session.session_id, parent, limit, generation],
    { everyMs: REFRESH_MS },
  );
  if (error && answer === null) return html`<${Problem} error=${error} retry=${reload} />`;
  if (answer === null) return html`<p class="quiet">Reading…</p>`;
  if (answer.nodes.length === 0) {
    return html`
      <p class="quiet"
        role="status">Nothing has come yet. Topics appear as soon as something is published on what is recorded.</p>
    `;
  }
  return html`
    <ul class="tree">
      ${answer.nodes.map((/** @type {TopicNode} */ node) =>
        html`<${Node} key=${node.path} node=${node} session=${session} selected=${selected} />`
      )}
    </ul>
    <${MoreNodes} answer=${answer} limit=${limit} onMore=${() =>
      setLimit(Math.min(MOST_NODES, limit * 4))} />
  `;
}

/** @param {{ session: Session, search: string, selected: string | null }} props */
function Found({ session, search, selected }) {
  const [limit, setLimit] = useState(FIRST_NODES);
  const { answer, error, reload } = useAnswer(
    (signal) =>
      ask("api/topics", { query: { session_id: session.session_id, search, limit }, signal }),
    [session.session_id, search, limit],
    { everyMs: REFRESH_MS },
  );
  if (error && answer === null) return html`<${Problem} error=${error} retry=${reload} />`;
  if (answer === null) return html`<p class="quiet">Searching…</p>`;
  if (answer.nodes.length === 0) {
    return html`<p class="quiet" role="status">No recorded topic contains “${
      visible(search)
    }”.</p>`;
  }
  return html`
    <ul class="tree">
      ${answer.nodes.map((/** @type {TopicNode} */ node) =>
        html`
          <li key=${node.path}>
            <div class="node">
              <${NodeTopic} node=${node} session=${session} selected=${selected} />
            </div>
          </li>
        `
      )}
    </ul>
    <${MoreNodes} answer=${answer} limit=${limit} onMore=${() =>
      setLimit(Math.min(MOST_NODES, limit * 4))} />
  `;
}

/** @param {{ answer: { total: number, nodes: TopicNode[] }, limit: number, onMore: () => void }} props */
function MoreNodes({ answer, limit, onMore }) {
  const hidden = answer.total - answer.nodes.length;
  if (hidden <= 0) return null;
  return html`
    <p class="quiet">
      ${formatCount(hidden)} more.${" "}
      ${limit < MOST_NODES
        ? html`<button type="button" class="link" onClick=${onMore}>Show more</button>`
        : "Search to narrow it down."}
    </p>
  `;
}

/** @param {{ node: TopicNode, session: Session, selected: string | null }} props */
function Node({ node, session, selected }) {
  const holdsSelected = selected !== null && selected.startsWith(`${node.path}/`);
  const [open, setOpen] = useState(holdsSelected);
  useEffect(() => {
    if (holdsSelected) setOpen(true);
  }, [holdsSelected]);
  return html`
    <li>
      <div class="node">
        ${node.has_children
          ? html`
            <button type="button" class="twist" aria-expanded=${String(open)} aria-label=${`${
              open ? "Close" : "Open"
            } ${nodeName(node)}`}
              onClick=${() => setOpen(!open)}>
              <${Icon} name="right" size=${14} />
            </button>
          `
          : html`<span class="twist"></span>`}
        ${node.is_topic
          ? html`<${NodeTopic} node=${node} session=${session} selected=${selected} />`
          : html`
            <button type="button" class="node-branch" tabindex="-1" onClick=${() => setOpen(!open)}>
              <span class="node-name"><bdi>${nodeName(node)}</bdi></span>
              <${NodeFigures} node=${node} />
            </button>
          `}
      </div>
      ${open && node.has_children && html`
        <div class="children">
          <${Level} session=${session} parent=${node.path} selected=${selected} />
        </div>
      `}
    </li>
  `;
}

/** A level may be empty: `/a` begins with one. @param {TopicNode} node */
function nodeName(node) {
  return node.name === "" ? "(empty level)" : visibleLine(node.name);
}

/** @param {{ node: TopicNode, session: Session, selected: string | null }} props */
function NodeTopic({ node, session, selected }) {
  return html`
    <a class="node-topic" href=${linkTo("topics", {
      session: session.session_id,
      topic: node.path,
    })}
      aria-current=${node.path === selected ? "true" : undefined}>
      <span class="node-name"><bdi>${nodeName(node)}</bdi>${node.retained &&
        html`<span class="retained" title="Its newest message is retained">R</span>`}</span>
      ${node.last_value !== null &&
        html`<span class="node-value"><bdi>${visibleLine(node.last_value)}</bdi></span>`}
      <${NodeFigures} node=${node} />
    </a>
  `;
}

/** @param {{ node: TopicNode }} props */
function NodeFigures({ node }) {
  return html`
    <span class="node-figures">
      ${node.has_children && !node.is_topic &&
        html`<span>${plural(node.topics, "topic")}</span>`}
      <span title=${`${plural(node.messages, "message")}, ${
        formatBytes(node.bytes)
      }`}>${formatCount(node.messages)}×</span>
      ${node.messages_per_second > 0 &&
        html`<span>${formatRate(node.messages_per_second)}/s</span>`}
      <${Time} at=${node.last_at} />
    </span>
  `;
}

/** @param {{ session: Session, topic: string }} props */
function TopicDetails({ session, topic }) {
  const generation = useGeneration();
  const { answer, error, reload } = useAnswer(
    (signal) =>
      ask("api/topics/messages", {
        query: { session_id: session.session_id, topic, limit: 20 },
        signal,
      }),
    [session.session_id, topic, generation],
    { everyMs: REFRESH_MS },
  );
  return html`
    <section class="card topic-details" aria-label="Topic">
      <a class="button small topic-back" href=${linkTo("topics", {
        session: session.session_id,
      })}><${Icon} name="back" size=${15} /> All topics</a>
      <h2 class="topic-title"><${Stranger} text=${topic} code=${true} /></h2>
      ${error?.code === "NOT_FOUND"
        ? html`
          <p class="quiet"
            role="status">Nothing is recorded on this topic at the moment. What comes shows here.</p>
        `
        : html`<${Problem} error=${error} retry=${reload} />`}
      ${answer === null ? !error && html`<p class="quiet">Reading…</p>` : html`
        <dl class="facts">
          <div>
            <dt>Messages</dt>
            <dd>${formatCount(answer.counts.messages)}${answer.counts.evicted > 0 &&
              ` (${formatCount(answer.counts.evicted)} evicted)`}</dd>
          </div>
          <div>
            <dt>Size</dt>
            <dd>${formatBytes(answer.counts.bytes)}</dd>
          </div>
          <div>
            <dt>First</dt>
            <dd>
              <${Time} at=${answer.counts.first_at} />
            </dd>
          </div>
          <div>
            <dt>Last</dt>
            <dd>
              <${Time} at=${answer.counts.last_at} />
            </dd>
          </div>
        </dl>
        <${Numbers} series=${answer.series} />
        <h3>Last messages</h3>
        ${answer.messages.length === 0 &&
          html`<p class="quiet">Its messages have been evicted: newer ones of other topics took the memory.</p>`}
        <ol class="messages">
          ${answer.messages.map((/** @type {TopicMessage} */ message, /** @type {number} */ at) =>
            html`
              <${Message} key=${message
                .seq} message=${message} previous=${answer.messages[at + 1] ??
                null} newest=${at === 0} />
            `
          )}
        </ol>
      `}
    </section>
  `;
}

/** @param {{ series: Messages["series"] }} props */
function Numbers({ series }) {
  const drawable = series.filter(({ at }) => at.length > 1);
  const [path, setPath] = useState("");
  if (drawable.length === 0) return null;
  const shown = drawable.find((one) => one.path === path) ?? drawable[0];
  return html`
    <div class="numbers">
      ${drawable.length > 1 && html`
        <${Choices} label="Numeric field" value=${shown.path} onChange=${setPath} options=${drawable
          .map((one) => [one.path, fieldName(one.path)])} />
      `}
      <${Plot} title=${fieldName(shown.path)} note=${`newest ${
        plural(shown.at.length, "value")
      }`} at=${shown.at} height=${150}
        lines=${[{
          label: fieldName(shown.path),
          values: shown.value,
        }]} format=${formatValue} fromZero=${false} />
    </div>
  `;
}

/** @param {string} path */
function fieldName(path) {
  return path === "$" ? "value" : visibleLine(path.replace(/^\$\.?/, ""));
}

/** @param {number | null} value */
function formatValue(value) {
  return value === null ? "–" : String(Number(value.toPrecision(6)));
}

/** @param {{ message: TopicMessage, previous: TopicMessage | null, newest: boolean }} props */
function Message({ message, previous, newest }) {
  const [open, setOpen] = useState(newest);
  const { changes, more } = previous === null
    ? { changes: null, more: false }
    : changesBetween(previous.payload, message.payload);
  return html`
    <li class="message">
      <button type="button" class="message-head" aria-expanded=${String(open)} onClick=${() =>
        setOpen(!open)}>
        <${Icon} name="right" size=${14} />
        <span class="mono" title=${new Date(message.timestamp).toISOString()}>${formatClock(
          message.timestamp,
        )}</span>
        <${Time} at=${message.timestamp} />
        <span class="muted">${message.format}${message.encoding && message.encoding !== "utf8"
          ? ` as ${message.encoding}`
          : ""} · ${formatBytes(message.size_bytes)}</span>
        ${(message.qos ?? 0) > 0 && html`<${Badge} tone="plain">QoS ${message.qos}<//>`}
        ${message.retain && html`<${Badge} tone="plain">retained<//>`}
        ${message.dup && html`<${Badge} tone="warn">DUP<//>`}
        ${message.truncated && html`<${Badge} tone="warn" title="Only its start is shown">cut<//>`}
        ${changes !== null &&
          html`<span class="muted">${
            changes.length === 0
              ? "unchanged"
              : more
              ? "50+ changes"
              : plural(changes.length, "change")
          }</span>`}
      </button>
      ${changes !== null && changes.length > 0 && html`
        <ul class="changes" aria-label="Changes from the message before">
          ${changes.slice(0, open ? 50 : 3).map((change) =>
            html`
              <li key=${change.path}>
                <code>${visibleLine(change.path)}</code>
                ${change.before !== null &&
                  html`<del><bdi>${visibleLine(change.before)}</bdi></del>`}
                ${change.after !== null && html`<ins><bdi>${visibleLine(change.after)}</bdi></ins>`}
              </li>
            `
          )}
          ${!open && changes.length > 3 &&
            html`<li class="muted">and ${changes.length - 3} more</li>`}
        </ul>
      `}
      ${open &&
        html`<${Payload} value=${message.payload} label=${`Payload of ${
          formatClock(message.timestamp)
        }`} />`}
    </li>
  `;
}
