/** One message of a topic: what it says, and what changed since the one before. */
import { changesBetween } from "./changes.js";
import { formatBytes, formatClock, formatExact, plural, visible, visibleLine } from "./format.js";
import { Icon } from "./icons.js";
import { Badge, CopyButton, Fact, Payload, Time } from "./parts.js";
import { html, useMemo, useRef } from "./view.js";

/** @typedef {import("./topic_state.js").TopicMessage} TopicMessage */

const CHANGES_CLOSED = 3;
const CHANGES_OPEN = 50;
/** What MQTT 5 lets a publisher add, as it is named in results. */
const PROPERTIES = {
  content_type: "Content type",
  response_topic: "Response topic",
  correlation_data: "Correlation data",
  message_expiry_interval: "Expires after (s)",
};

/** @param {{ message: TopicMessage, previous: TopicMessage | null, open: boolean, onTurn: () => void }} props */
export function Message({ message, previous, open, onTurn }) {
  const turn = useRef(onTurn);
  turn.current = onTurn;
  // A thousand of them are shown: what is as before is not made again.
  return useMemo(
    () =>
      html`
        <${Shown} message=${message} previous=${previous} open=${open}
          onTurn=${() => turn.current()} />
      `,
    [message, previous, open],
  );
}

/** @param {{ message: TopicMessage, previous: TopicMessage | null, open: boolean, onTurn: () => void }} props */
function Shown({ message, previous, open, onTurn }) {
  const { changes, more } = useMemo(
    () =>
      previous === null
        ? { changes: null, more: false }
        : changesBetween(previous.payload, message.payload),
    [message, previous],
  );
  const how = message.encoding && message.encoding !== "utf8" ? ` as ${message.encoding}` : "";
  return html`
    <li class="message">
      <button type="button" class="message-head row small" aria-expanded=${String(
        open,
      )} onClick=${onTurn}>
        <${Icon} name="right" size=${14} />
        <span class="mono" title=${formatExact(message.timestamp)}>${formatClock(
          message.timestamp,
        )}</span>
        <${Time} at=${message.timestamp} />
        <span class="muted">${visible(message.format)}${how} · ${formatBytes(
          message.size_bytes,
        )}</span>
        ${(message.qos ?? 0) > 0 && html`<${Badge} tone="plain">QoS ${message.qos}<//>`}
        ${message.replayed
          ? html`
            <${Badge} tone="plain"
              title="The broker replayed it to a new subscription: it is older than its time here">replayed<//>
          `
          : message.retain &&
            html`<${Badge} tone="plain" title="It was published with retain">retained<//>`}
        ${message.dup && html`<${Badge} tone="warn">DUP<//>`}
        ${message.truncated && html`<${Badge} tone="warn" title="Only its start is shown">cut<//>`}
        ${changes !== null &&
          html`<span class="muted">${
            changes.length === 0
              ? "unchanged"
              : more
              ? `${CHANGES_OPEN}+ changes`
              : plural(changes.length, "change")
          }</span>`}
      </button>
      ${changes !== null && changes.length > 0 &&
        html`<${Changes} changes=${changes} most=${open ? CHANGES_OPEN : CHANGES_CLOSED} />`}
      ${open && html`
        <${Payload} value=${message.payload} label=${`Payload of ${
          formatClock(message.timestamp)
        }`} />
        <${CopyButton} text=${wordsOf(message.payload)} label="the payload" />
        <${Properties} message=${message} />
      `}
    </li>
  `;
}

/** @param {{ changes: { path: string, before: string | null, after: string | null }[], most: number }} props */
function Changes({ changes, most }) {
  return html`
    <ul class="changes small" aria-label="Changes from the message before">
      ${changes.slice(0, most).map((change) =>
        html`
          <li class="row" key=${change.path}>
            <code>${visibleLine(change.path)}</code>
            ${change.before !== null &&
              html`<del class="mono"><bdi>${visibleLine(change.before)}</bdi></del>`}
            ${change.after !== null &&
              html`<ins class="mono"><bdi>${visibleLine(change.after)}</bdi></ins>`}
          </li>
        `
      )}
      ${changes.length > most && html`<li class="muted">and ${changes.length - most} more</li>`}
    </ul>
  `;
}

/** What came with the payload, and what is to be said about it. @param {{ message: TopicMessage }} props */
function Properties({ message }) {
  const facts = Object.entries(PROPERTIES).flatMap(([name, title]) =>
    message[name] === undefined ? [] : [[title, wordsOf(message[name])]]
  );
  const own = message.user_properties;
  if (typeof own === "string") facts.push(["User properties", own]);
  else if (typeof own === "object" && own !== null) {
    for (const [name, value] of Object.entries(own)) facts.push([name, wordsOf(value)]);
  }
  return html`
    ${typeof message.note === "string" && html`<p class="note small">${visible(message.note)}</p>`}
    ${facts.length > 0 && html`
      <dl class="facts properties columns small" aria-label="Properties">
        ${facts.map(([name, value]) =>
          html`
            <${Fact} key=${name} name=${html`<bdi>${visibleLine(name)}</bdi>`}><bdi>${visibleLine(
              value,
            )}</bdi><//>
          `
        )}
      </dl>
    `}
  `;
}

/** @param {unknown} value */
function wordsOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}
